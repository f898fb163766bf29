"""nuScenes tables: read back by ours and by the devkit; spoilt copies do not pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scenegen.errors import DatasetError
from scenegen.formats.layout import Joins, Slot, TakesNotes
from scenegen.formats.nuscenes import NuScenes, decode_points, encode_points, read_boxes
from scenegen.formats.nuscenes_names import CATEGORIES, visibility_token
from scenegen.formats.nuscenes_tables import VERSION
from scenegen.formats.quaternion import quaternion_wxyz, quaternion_xyzw, rotation_of_wxyz
from scenegen.geometry import FloatArray, apply, box_corners, pose, project, rigid_inverse
from scenegen.scenario.scene import BrownConradyScene
from scenegen.truth.frame import Frame
from tests.formats.conftest import HEIGHT, WIDTH
from tests.formats.rigs import CHILD_POSE, CHILD_SIZE_M, LENS, MOUNTS, car_pose, ego_pose, rig_frame, sweep
from tests.formats.written import write
from tests.readers.environment import foreign_read

Make = Callable[..., Frame]
FRAMES = 3
CAR_SIZE_M = (3.95, 1.69, 1.49)


@pytest.fixture
def frames(make_frame: Make) -> list[Frame]:
    return [rig_frame(make_frame(index), index) for index in range(FRAMES)]


@pytest.fixture
def root(frames: list[Frame], slot: Slot, tmp_path: Path) -> Path:
    return write(NuScenes(), frames, slot, tmp_path)


def distance(ours: FloatArray, theirs: list[list[float]]) -> float:
    """Give the largest distance from one of our corners to the nearest of theirs: their order is the reader's own."""
    return float(np.linalg.norm(ours[:, None] - np.array(theirs)[None], axis=-1).min(axis=1).max())


def table(root: Path, name: str) -> list[dict[str, Any]]:
    return json.loads((root / VERSION / f"{name}.json").read_text())


def faults(read: dict[str, Any], slot: Slot) -> list[str]:
    """Compare what the devkit reads with what we know; give what differs."""
    found = []
    samples = read["scenes"][slot.clip]
    for index, sample in enumerate(samples):
        boxes = {box["name"]: box for box in sample["boxes"]}
        known = {"vehicle.car": (car_pose(index), CAR_SIZE_M), "human.pedestrian.child": (CHILD_POSE, CHILD_SIZE_M)}
        for place, (name, (world_from_body, size_m)) in enumerate(known.items()):
            box = boxes[name]
            corners = apply(world_from_body, box_corners(size_m))
            if distance(corners, box["corners_global_m"]) > 1e-6 or distance(corners[:4], box["bottom_global_m"]) > 1e-6:
                found.append("corners")
            if np.abs(np.array(box["forward"]) - world_from_body[:3, 0]).max() > 1e-9:
                found.append("forward")
            for camera, mount in MOUNTS.items():
                data = sample["channels"][f"CAM_{camera.upper()}"]
                in_cam = apply(rigid_inverse(ego_pose(index) @ mount), corners)
                if distance(in_cam, data["corners_cam_m"][place]) > 1e-6:
                    found.append("camera")
                if (in_cam[:, 2] > 0).all() and distance(project(in_cam, LENS), data["corners_px"][place]) > 1e-4:
                    found.append("pixels")
            if sample["channels"]["LIDAR_TOP"]["points_in_boxes"][place] != box["points"]:
                found.append("points")
        cars_way = np.array(boxes["vehicle.car"]["velocity_m_per_s"]) * 0.1
        if np.abs(cars_way - (car_pose(1) - car_pose(0))[:3, 3]).max() > 1e-6:
            found.append("velocity")
    return sorted(set(found))


def test_the_batch_joins_it_and_asks_it_for_notes() -> None:
    assert isinstance(NuScenes(), Joins)
    assert isinstance(NuScenes(), TakesNotes)


def test_the_devkit_reads_what_we_know(root: Path, slot: Slot) -> None:
    read = foreign_read("nuscenes", root)
    assert faults(read, slot) == []
    assert read["splits"] == {"scenegen_train": [], "scenegen_val": [slot.clip]}  # clip number 4, the fifth
    assert read["counts"]["sample_annotation"] == 2 * FRAMES
    assert read["counts"]["sample_data"] == 3 * FRAMES
    assert sorted(map(len, read["instances"])) == [FRAMES, FRAMES]
    first = read["scenes"][slot.clip][0]
    boxes = {box["name"]: box for box in first["boxes"]}
    assert (boxes["vehicle.car"]["points"], boxes["human.pedestrian.child"]["points"]) == (9, 2)
    assert boxes["vehicle.car"]["visibility"] == "v60-80"
    assert boxes["human.pedestrian.child"]["visibility"] == "v40-60"
    assert boxes["vehicle.car"]["attributes"] == ["vehicle.moving"]
    assert boxes["human.pedestrian.child"]["attributes"] == ["pedestrian.standing"]
    lidar = first["channels"]["LIDAR_TOP"]
    assert lidar["lidarseg"] == ["vehicle.car"] * 9 + ["human.pedestrian.child"] * 2 + ["flat.driveable_surface"] * 5
    ours = sweep(0).points_m
    np.testing.assert_allclose(np.array(lidar["points"])[:, :2], np.stack([-ours[:, 1], ours[:, 0]], 1), atol=1e-5)
    picture = np.asarray(Image.open(first["channels"]["CAM_BACK"]["path"]))
    assert picture.shape == (HEIGHT, WIDTH, 3)


def test_times_are_microseconds_and_clips_do_not_overlap(root: Path, frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    times = [row["timestamp"] for row in table(root, "sample")]
    assert np.diff(times).tolist() == [100_000] * (FRAMES - 1)
    later = write(NuScenes(), frames, replace(slot, clip="other", number=5), tmp_path / "b")
    assert min(row["timestamp"] for row in table(later, "sample")) > max(times)


def test_clips_are_joined_once(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    layout = NuScenes()
    slots = [replace(slot, clip="one", number=0), replace(slot, clip="two", number=1)]
    for each in slots:
        root = write(layout, frames, each, tmp_path / each.clip)
        for path in sorted(root.rglob("parts/*/*.json")):
            target = tmp_path / "all" / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    joined = dict(layout.join(tmp_path / "all", slots))
    rows = {path.split("/")[1].removesuffix(".json"): json.loads(data) for path, data in joined.items()}
    assert len(rows["sensor"]) == 3
    assert [scene["name"] for scene in rows["scene"]] == ["one", "two"]
    assert len(rows["sample_annotation"]) == 2 * 2 * FRAMES
    for name, members in rows.items():
        assert len({row["token"] for row in members}) == len(members), name
    assert joined == dict(layout.join(tmp_path / "all", slots))


def test_reading_back(root: Path, slot: Slot) -> None:
    boxes = read_boxes(root)
    assert sorted(boxes) == [(slot.clip, index) for index in range(FRAMES)]
    ahead, behind = boxes[slot.clip, 1]
    np.testing.assert_allclose(ahead.global_from_body, car_pose(1), atol=1e-9)
    assert (ahead.category, ahead.size_m, ahead.points, ahead.visibility) == ("vehicle.car", CAR_SIZE_M, 9, "v60-80")
    assert (behind.category, behind.attributes) == ("human.pedestrian.child", ("pedestrian.standing",))


def test_points_come_back(frames: list[Frame]) -> None:
    scan = frames[0].sweeps[0]
    read = decode_points(encode_points(scan))
    np.testing.assert_allclose(read[:, :3], scan.points_m, atol=1e-6)
    np.testing.assert_allclose(read[:, 3], scan.intensity, atol=1e-6)
    assert read[:, 4].tolist() == scan.ring.tolist()
    with pytest.raises(DatasetError):
        decode_points(encode_points(scan)[:-4])


def test_without_a_scanner_nobody_counted(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    plain = [rig_frame(make_frame(index), index, has_sweep=False) for index in range(FRAMES)]
    root = write(NuScenes(), plain, slot, tmp_path)
    assert {row["num_lidar_pts"] for row in table(root, "sample_annotation")} == {-1}
    assert not (root / VERSION / "lidarseg.json").exists()
    read = foreign_read("nuscenes", f"{root}")
    assert set(read["scenes"][slot.clip][0]["channels"]) == {"CAM_FRONT", "CAM_BACK"}


def test_what_no_camera_and_no_beam_meets_has_no_box(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    first, *others = (rig_frame(make_frame(index), index) for index in range(FRAMES))
    view = first.views[0]
    alone = replace(first, views=(view,), labels=replace(first.labels, views=(view.labels,)), sweeps=())
    root = write(NuScenes(), [alone], replace(slot, frames=1), tmp_path)
    assert len(table(root, "sample_annotation")) == 1  # the child is behind
    assert len(others) == FRAMES - 1


def test_a_track_that_comes_back_keeps_its_chain(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    gone = frames[1]
    views = tuple(replace(view, passes=replace(view.passes, silhouettes=())) for view in gone.views)
    views = tuple(
        replace(view, labels=replace(view.labels, objects=tuple(replace(o, visible_px=0) for o in view.labels.objects)))
        for view in views
    )
    root = write(NuScenes(), [frames[0], replace(gone, views=views, sweeps=()), frames[2]], slot, tmp_path)
    rows = {row["token"]: row for row in table(root, "sample_annotation")}
    assert len(rows) == 4
    for instance in table(root, "instance"):
        first, last = rows[instance["first_annotation_token"]], rows[instance["last_annotation_token"]]
        assert (first["next"], last["prev"]) == (last["token"], first["token"])


def test_a_bent_lens_is_refused(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    bent = replace(frames[0].labels.main, distortion=BrownConradyScene(0.1, 0.0, 0.0, 0.0, 0.0))
    labels = replace(frames[0].labels, views=(bent, *frames[0].labels.views[1:]))
    with pytest.raises(DatasetError, match="front"):
        write(NuScenes(), [replace(frames[0], labels=labels)], slot, tmp_path)


def test_a_loose_mount_is_refused(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    ego = replace(frames[1].labels.ego, world_from_body=frames[0].labels.ego.world_from_body)
    slipped = replace(frames[1], labels=replace(frames[1].labels, ego=ego))
    with pytest.raises(DatasetError, match="frame 1: CAM_FRONT"):
        write(NuScenes(), [frames[0], slipped], slot, tmp_path)


def shifted(row: dict[str, Any], by: float) -> None:
    row["translation"][2] += by


def turned_back(row: dict[str, Any]) -> None:
    row["rotation"][1:] = [-value for value in row["rotation"][1:]]


def scalar_last(row: dict[str, Any]) -> None:
    row["rotation"] = row["rotation"][1:] + row["rotation"][:1]


def length_first(row: dict[str, Any]) -> None:
    width, length, height = row["size"]
    row["size"] = [length, width, height]


def half_a_pixel_off(row: dict[str, Any]) -> None:
    for line in row["camera_intrinsic"][:2]:
        line[2] += 0.5


SPOILS: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "size l w h": ("sample_annotation", length_first),
    "x y z w": ("sample_annotation", scalar_last),
    "turned the other way": ("sample_annotation", turned_back),
    "bottom for middle": ("sample_annotation", lambda row: shifted(row, -row["size"][2] / 2)),
    "times in milliseconds": ("sample", lambda row: row.update(timestamp=row["timestamp"] // 1000)),
    "ego x y z w": ("ego_pose", scalar_last),
    "sensor_from_ego": ("calibrated_sensor", turned_back),
    "half a pixel": ("calibrated_sensor", half_a_pixel_off),
    "points of another": ("sample_annotation", lambda row: row.update(num_lidar_pts=row["num_lidar_pts"] + 1)),
}


@pytest.mark.parametrize("name", SPOILS)
def test_spoilt_tables_do_not_pass(name: str, root: Path, slot: Slot) -> None:
    which, spoil = SPOILS[name]
    rows = table(root, which)
    for row in rows:
        spoil(row)
    (root / VERSION / f"{which}.json").write_text(json.dumps(rows))
    assert faults(foreign_read("nuscenes", root), slot)


def test_spoilt_points_do_not_pass(root: Path, slot: Slot) -> None:
    for path in root.glob("samples/LIDAR_TOP/*"):
        points = np.fromfile(path, np.float32).reshape(-1, 5)
        points[:, :2] = np.stack([points[:, 1], -points[:, 0]], 1)  # x forward: KITTI's axes
        points.tofile(path)
    assert faults(foreign_read("nuscenes", root), slot) == ["points"]


@pytest.mark.parametrize(
    "name", ["x y z w not of unit length", "times in milliseconds", "a token that leads nowhere", "no table"]
)
def test_our_reader_refuses(name: str, root: Path) -> None:
    which = "sample" if "times" in name else "sample_annotation"
    rows = table(root, which)
    for row in rows:
        if "unit" in name:
            row["rotation"] = [2 * value for value in row["rotation"]]
        elif "times" in name:
            row["timestamp"] //= 1000
        else:
            row["instance_token"] = "nobody"
    place = root / VERSION / f"{which}.json"
    place.write_text("{" if name == "no table" else json.dumps(rows))
    with pytest.raises(DatasetError):
        read_boxes(root)


def test_visibility_ends() -> None:
    assert [visibility_token(share) for share in (0.0, 0.4, 0.41, 0.6, 0.7, 0.8, 0.81, 1.0)] == list("11223344")


def test_categories_are_the_lidarseg_list() -> None:
    assert len(CATEGORIES) == len(set(CATEGORIES)) == 32
    assert (CATEGORIES[17], CATEGORIES[24], CATEGORIES[31]) == ("vehicle.car", "flat.driveable_surface", "vehicle.ego")


@given(st.floats(-np.pi, np.pi), st.floats(-1.5, 1.5), st.floats(-np.pi, np.pi))
def test_quaternions_come_back(yaw: float, pitch: float, roll: float) -> None:
    turned = pose(1, 2, 3, yaw=yaw, pitch=pitch, roll=roll)
    q = quaternion_wxyz(turned)
    np.testing.assert_allclose(rotation_of_wxyz(q), turned[:3, :3], atol=1e-12)
    assert quaternion_xyzw(turned) == (*q[1:], q[0])


def test_known_quaternion() -> None:
    assert quaternion_wxyz(pose(0, 0, 0, yaw=np.pi / 2)) == pytest.approx((0.5**0.5, 0, 0, 0.5**0.5))
