"""OpenLABEL clips: read back by ours, by vcd and by openlabel-checker; spoilt copies do not pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenegen.distortion import project as project_bent
from scenegen.errors import DatasetError
from scenegen.formats.layout import Slot
from scenegen.formats.openlabel import OpenLabel, intrinsics, read_distortion, read_openlabel
from scenegen.formats.png import decode_png
from scenegen.geometry import FloatArray, apply, box_corners, rigid_inverse
from scenegen.scenario.scene import BrownConradyScene, DistortionScene, KannalaBrandtScene
from scenegen.truth.frame import Frame, KeyPoints, LineLabel
from tests.formats.rigs import CHILD_POSE, CHILD_SIZE_M, LENS, MOUNTS, car_pose, ego_pose, rig_frame
from tests.formats.written import write
from tests.readers.environment import foreign_read, foreign_refusal

Make = Callable[..., Frame]
FRAMES = 3
CAR_SIZE_M = (3.95, 1.69, 1.49)
BENT: dict[str, DistortionScene] = {
    "front": BrownConradyScene(-0.05, 0.01, 0.001, -0.002, 0.001),
    "back": KannalaBrandtScene(-0.02, 0.003, -0.001, 0.0002),
}
LINE = LineLabel(
    kind="lane_marking", type="broken", colour="white",
    points_world_m=np.arange(15, dtype=np.float64).reshape(5, 3), pieces_px=(np.full((2, 2), 3.25), np.full((3, 2), 7.0)),
    pieces_visible=(np.array([True, False]), np.ones(3, np.bool_)),
)  # fmt: skip


def rich(frame: Frame, bent: dict[str, DistortionScene]) -> Frame:
    """Give a rig's frame lines ahead, key points of the child behind, and lenses that bend."""
    views = []
    for view in frame.views:
        labels = replace(view.labels, distortion=bent.get(view.labels.camera))
        if labels.camera == "front":
            labels = replace(labels, lines=(LINE, replace(LINE, type="solid")))
        else:
            points = KeyPoints(
                np.arange(34, dtype=np.float64).reshape(17, 2), np.array([0, 1, 2] + [2] * 14, np.uint8), np.zeros((17, 3))
            )
            ahead, child = labels.objects
            child = replace(child, key_points=points, joints_world_m={"hip": (1.0, 2.0, 3.0)}, facts={"speed_m_per_s": 1.5})
            labels = replace(labels, objects=(ahead, child))
        views.append(replace(view, labels=labels))
    front, back = views
    front = replace(front, labels=replace(front.labels, objects=(front.labels.objects[0], replace(
        front.labels.objects[1], joints_world_m={"hip": (1.0, 2.0, 3.0)}, facts={"speed_m_per_s": 1.5}
    ))))  # fmt: skip
    views = (front, back)
    return replace(frame, views=views, labels=replace(frame.labels, views=tuple(view.labels for view in views)))


@pytest.fixture
def frames(make_frame: Make) -> list[Frame]:
    return [rich(rig_frame(make_frame(index), index), BENT) for index in range(FRAMES)]


@pytest.fixture
def document(frames: list[Frame], slot: Slot, tmp_path: Path) -> Path:
    return write(OpenLabel(), frames, slot, tmp_path) / slot.clip / "openlabel.json"


def distance(ours: FloatArray, theirs: list[list[float]]) -> float:
    return float(np.linalg.norm(ours[:, None] - np.array(theirs)[None], axis=-1).min(axis=1).max())


def faults(read: dict[str, Any]) -> list[str]:
    """Compare what vcd and the checker read with what we know; give what differs."""
    found = ["issue"] * bool(read["issues"])
    for index in range(FRAMES):
        frame = read["frames"][str(index)]
        if abs(frame["timestamp"] - index / 10) > 1e-9:
            found.append("time")
        for uid, world_from_body, size_m, camera in (
            ("3", car_pose(index), CAR_SIZE_M, "front"),
            ("7", CHILD_POSE, CHILD_SIZE_M, "back"),
        ):
            theirs = frame["objects"][uid]
            corners = apply(world_from_body, box_corners(size_m))
            if distance(corners, theirs["corners_world_m"]) > 1e-6:
                found.append("corners")
            in_cam = apply(rigid_inverse(ego_pose(index) @ MOUNTS[camera]), corners)
            if distance(in_cam, theirs["cameras"][camera]["cam_m"]) > 1e-6:
                found.append("camera")
            if distance(project_bent(in_cam, LENS, BENT[camera]), theirs["cameras"][camera]["px"]) > 1e-6:
                found.append("pixels")
            # Edges lie half a pixel outside the outermost pixel centres.
            if any(
                abs(a - b) > 1e-9 for a, b in zip(theirs["edges"][f"visible_{camera}"], (9.5, 11.5, 20.5, 25.5), strict=True)
            ):
                found.append("box")
    return sorted(set(found))


def test_vcd_and_the_checker_read_what_we_know(document: Path, frames: list[Frame]) -> None:
    read = foreign_read("openlabel", document)
    assert read["issues"] == []
    assert faults(read) == []
    assert read["names"] == {
        "3": ["car", "car"], "7": ["child", "person"],
        "1000000": ["white broken lane_marking", "lane_marking"], "1000001": ["white solid lane_marking", "lane_marking"],
    }  # fmt: skip
    lines = read["frames"]["0"]["objects"]["1000000"]["lines"]
    assert lines["image_front_0"]["val"] == [3.25] * 4
    assert lines["image_front_0"]["attributes"]["vec"] == [{"name": "visible", "val": [1, 0]}]
    assert len(lines["image_front_1"]["val"]) == 6


def test_pinholes_too(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    plain = [rig_frame(make_frame(index), index) for index in range(FRAMES)]
    root = write(OpenLabel(), plain, slot, tmp_path)
    read = foreign_read("openlabel", root / slot.clip / "openlabel.json")
    assert read["issues"] == []
    assert faults(read) == ["pixels"]  # the known ones are of bent lenses
    picture = decode_png((root / slot.clip / "back" / "000002.png").read_bytes())
    assert np.array_equal(picture, plain[2].views[1].rgb)


def test_people_carry_key_points_joints_and_speed(document: Path) -> None:
    data = json.loads(document.read_text())["openlabel"]["frames"]["0"]["objects"]["7"]["object_data"]
    (points,) = data["vec"]
    assert points["val"][:9] == [0, 0, 0, 2, 3, 1, 4, 5, 2]
    assert data["point3d"] == [{"name": "joint_hip", "val": [1.0, 2.0, 3.0], "coordinate_system": "odom"}]
    assert data["num"] == [{"name": "speed_m_per_s", "val": 1.5}]


def test_lines_in_the_world_have_the_points_of_those_on_the_image(document: Path) -> None:
    data = json.loads(document.read_text())["openlabel"]["frames"]["0"]["objects"]["1000000"]["object_data"]
    assert [len(line["val"]) for line in data["poly2d"]] == [4, 6]
    assert [line["val"] for line in data["poly3d"]] == [list(range(6)), list(range(6, 15))]


def test_reading_back(document: Path) -> None:
    read = read_openlabel(document.read_bytes())
    assert sorted(read) == list(range(FRAMES))
    car, child = read[1]
    np.testing.assert_allclose(car.world_from_body, car_pose(1), atol=1e-9)
    assert (car.uid, car.type, car.size_m) == ("3", "car", CAR_SIZE_M)
    assert car.boxes_px == {"visible_front": (10, 12, 20, 25), "amodal_front": (8, 12, 22, 25)}
    assert child.name == "child"


@pytest.mark.parametrize("camera", ["front", "back"])
def test_lenses_come_back(frames: list[Frame], camera: str) -> None:
    view = next(view for view in frames[0].labels.views if view.camera == camera)
    assert read_distortion(intrinsics(view)) == BENT[camera]
    assert read_distortion(intrinsics(replace(view, distortion=None))) is None


def test_gaps_split_the_intervals(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    gone = frames[1]
    views = tuple(replace(view, objects=view.objects[:1]) for view in gone.labels.views)
    labels = [frames[0].labels, replace(gone.labels, views=views), frames[2].labels]
    ((_, data),) = OpenLabel().clip_files(labels, slot)
    child = json.loads(data)["openlabel"]["objects"]["7"]
    gaps = [{"frame_start": 0, "frame_end": 0}, {"frame_start": 2, "frame_end": 2}]
    assert child["frame_intervals"] == gaps
    assert child["object_data_pointers"]["cuboid"]["frame_intervals"] == gaps
    (tmp_path / "x.json").write_bytes(data)
    assert foreign_read("openlabel", tmp_path / "x.json")["issues"] == []


def each(root: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        entry
        for frame in root["frames"].values()
        for o in frame["objects"].values()
        for entry in o["object_data"].get(kind, [])
    ]


def corners_for_centre(root: dict[str, Any]) -> None:
    for box in each(root, "bbox"):
        x, y, w, h = box["val"]
        box["val"] = [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


def corner_and_size(root: dict[str, Any]) -> None:
    for box in each(root, "bbox"):
        x, y, w, h = box["val"]
        box["val"] = [x - w / 2, y - h / 2, w, h]


def without_the_last_pixel(root: dict[str, Any]) -> None:
    for box in each(root, "bbox"):
        box["val"][2] -= 1


def scalar_first(root: dict[str, Any]) -> None:
    for cuboid in each(root, "cuboid"):
        v = cuboid["val"]
        v[3:7] = [v[6], *v[3:6]]


def bottom_for_middle(root: dict[str, Any]) -> None:
    for cuboid in each(root, "cuboid"):
        cuboid["val"][2] -= cuboid["val"][9] / 2


def width_first(root: dict[str, Any]) -> None:
    for cuboid in each(root, "cuboid"):
        cuboid["val"][7:9] = cuboid["val"][8:6:-1]


def ego_the_other_way(root: dict[str, Any]) -> None:
    for frame in root["frames"].values():
        for transform in frame["frame_properties"]["transforms"].values():
            held = transform["transform_src_to_dst"]
            held["matrix4x4"] = np.linalg.inv(np.array(held["matrix4x4"]).reshape(4, 4)).ravel().tolist()


def camera_the_other_way(root: dict[str, Any]) -> None:
    for name in root["streams"]:
        held = root["coordinate_systems"][name]["pose_wrt_parent"]
        held["matrix4x4"] = np.linalg.inv(np.array(held["matrix4x4"]).reshape(4, 4)).ravel().tolist()


def half_a_pixel_off(root: dict[str, Any]) -> None:
    root["streams"]["back"]["stream_properties"]["intrinsics_fisheye"]["center_x"] += 0.5


def radial_in_a_row(root: dict[str, Any]) -> None:
    held = root["streams"]["front"]["stream_properties"]["intrinsics_pinhole"]["distortion_coeffs_1xN"]
    held[2:] = [held[4], held[2], held[3]]


def undeclared_camera(root: dict[str, Any]) -> None:
    each(root, "bbox")[0]["coordinate_system"] = "nobody"


def milliseconds(root: dict[str, Any]) -> None:
    for frame in root["frames"].values():
        frame["frame_properties"]["timestamp"] *= 1000


SPOILS = (
    corners_for_centre, corner_and_size, without_the_last_pixel, scalar_first, bottom_for_middle, width_first,
    ego_the_other_way, camera_the_other_way, half_a_pixel_off, radial_in_a_row, undeclared_camera, milliseconds,
)  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_spoilt_copies_do_not_pass(spoil: Callable[[dict[str, Any]], None], document: Path) -> None:
    data = json.loads(document.read_text())
    spoil(data["openlabel"])
    document.write_text(json.dumps(data))
    assert faults(foreign_read("openlabel", document))


def test_vcd_refuses_what_the_schema_forbids(document: Path) -> None:
    data = json.loads(document.read_text())
    each(data["openlabel"], "cuboid")[0]["val"].pop()
    each(data["openlabel"], "cuboid")[0]["val"].pop()
    document.write_text(json.dumps(data))
    assert foreign_refusal("openlabel", document)


@pytest.mark.parametrize("spoil", ["no json", "another version", "long quaternion", "box without extent", "no frames"])
def test_our_reader_refuses(spoil: str, document: Path) -> None:
    data = json.loads(document.read_text())
    root = data["openlabel"]
    if spoil == "another version":
        root["metadata"]["schema_version"] = "0.3"
    elif spoil == "long quaternion":
        each(root, "cuboid")[0]["val"][3] += 1
    elif spoil == "box without extent":
        each(root, "bbox")[0]["val"][2] = 0
    elif spoil == "no frames":
        del root["frames"]
    with pytest.raises(DatasetError):
        read_openlabel(b"{" if spoil == "no json" else json.dumps(data).encode())
