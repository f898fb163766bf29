"""Scalabel: boxes, cuboids, masks, lines and areas as its own code reads them; each classic mistake is seen."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from scenegen.errors import DatasetError
from scenegen.formats import scalabel
from scenegen.formats.layout import Slot
from scenegen.formats.scalabel import Scalabel
from scenegen.formats.scalabel_road import area_labels
from scenegen.geometry import BODY_FROM_CAM, apply, box_corners, pose, rigid_inverse
from scenegen.scenario.scene import BrownConradyScene, KannalaBrandtScene
from scenegen.truth.frame import Frame, View
from tests.formats.conftest import still
from tests.formats.crowded import HEIGHT, LENS, WIDTH, crowded_frames
from tests.formats.written import write
from tests.readers.environment import foreign_read

CLIP = "made_up-0000-0000"


@pytest.fixture
def frames() -> list[Frame]:
    """The front camera looks down and to the left, so that a wrong order of turns shows."""
    made = crowded_frames(2)
    mount = pose(0.5, 0.2, 0.1, yaw=0.3, pitch=0.1) @ BODY_FROM_CAM
    return [_seen_from(frame, mount) for frame in made]


def _seen_from(frame: Frame, world_from_cam: np.ndarray) -> Frame:
    labels = dataclasses.replace(frame.main.labels, world_from_cam=still(world_from_cam))
    drivable = np.zeros((HEIGHT, WIDTH), np.uint8)
    drivable[30:, 20:50], drivable[30:, 50:], drivable[0, 0] = 1, 2, 1
    drivable[34:36, 30:33] = 0
    view = dataclasses.replace(frame.main, labels=labels, drivable_of=lambda view: drivable)
    views = (view, *frame.views[1:])
    known = dataclasses.replace(frame.labels, views=tuple(view.labels for view in views))
    return dataclasses.replace(frame, labels=known, views=views)


@pytest.fixture
def root(frames: list[Frame], slot: Slot, tmp_path: Path) -> Path:
    return write(Scalabel(), frames, slot, tmp_path)


def views(frames: list[Frame]) -> dict[str, View]:
    return {f"{CLIP}_{frame.labels.index:06d}_{view.labels.camera}.jpg": view for frame in frames for view in frame.views}


def corners_cam(view: View, track_id: int) -> np.ndarray:
    label = next(label for label in view.labels.objects if label.track_id == track_id)
    return apply(rigid_inverse(view.labels.world_from_cam.now) @ label.world_from_body.now, box_corners(label.size_m))


def test_what_is_written_is_read_back(frames: list[Frame], root: Path) -> None:
    read = scalabel.read_objects((root / f"labels/train/{CLIP}.json").read_bytes())
    assert len(read) == 12
    for entry in read:
        view = views(frames)[entry.frame_name]
        label = next(label for label in view.labels.objects if label.track_id == entry.track_id)
        assert (entry.mask == (view.object_id == label.track_id)).all()
        assert (entry.box_px, entry.size_m) == (label.box_visible_px, label.size_m)
        cam_from_body = rigid_inverse(view.labels.world_from_cam.now) @ label.world_from_body.now
        assert entry.cam_from_cuboid[:3, :3] == pytest.approx(cam_from_body[:3, :3] @ scalabel.FORWARD_DOWN_LEFT)
        assert entry.cam_from_cuboid[:3, 3] == pytest.approx((cam_from_body @ (0, 0, label.size_m[2] / 2, 1))[:3])


def test_attributes_are_bdds_words() -> None:
    def words(**known: float) -> tuple[Any, ...]:
        found = scalabel.frame_attributes({"cloud": 0.0, "sun_elevation_deg": 30.0, "surroundings": "residential", **known})
        return found["weather"], found["scene"], found["timeofday"]

    assert words() == ("clear", "residential", "daytime")
    assert words(cloud=0.5)[0] == "partly cloudy"
    assert words(cloud=0.9, sun_elevation_deg=-20.0) == ("overcast", "residential", "night")
    assert words(cloud=0.9, fog_visibility_m=200.0, sun_elevation_deg=3.0) == ("foggy", "residential", "dawn/dusk")
    assert words(fog_visibility_m=200.0, rain_mm_per_h=2.0)[0] == "rainy"
    assert set(scalabel.frame_attributes({}).values()) == {"undefined"}


@pytest.mark.parametrize("heading", np.linspace(-np.pi, np.pi, 9)[1:])
def test_what_stands_level_turns_about_y_alone(heading: float) -> None:
    turn = Rotation.from_euler("XYZ", (0.1, heading, 0.0)).as_matrix()
    assert np.cos(np.array(scalabel.orientation(turn)) - (0.1, heading, 0.0)) == pytest.approx(np.ones(3))


@pytest.mark.parametrize("seed", range(5))
def test_any_orientation_is_read_back(seed: int) -> None:
    turn = Rotation.random(random_state=seed).as_matrix()
    assert Rotation.from_euler("XYZ", scalabel.orientation(turn)).as_matrix() == pytest.approx(turn)


def test_a_bent_lens_is_told_and_a_fisheye_refused(frames: list[Frame], slot: Slot) -> None:
    def notes(bent: Any) -> Any:
        view = dataclasses.replace(frames[0].main, labels=dataclasses.replace(frames[0].main.labels, distortion=bent))
        return Scalabel().frame_notes(dataclasses.replace(frames[0], views=(view,)), slot)

    told = notes(BrownConradyScene(0.1, 0.2, 0.3, 0.4, 0.5))[0]["intrinsics"]
    assert (told["radial"], told["tangential"]) == ([0.1, 0.2, 0.5], [0.3, 0.4])
    with pytest.raises(DatasetError, match="camera front: scalabel holds"):
        notes(KannalaBrandtScene(0.1, 0.0, 0.0, 0.0))


def spoiled(root: Path, change: Callable[[dict[str, Any]], object]) -> bytes:
    record = json.loads((root / f"labels/train/{CLIP}.json").read_bytes())
    for frame in record["frames"]:
        for label in frame["labels"]:
            if "box3d" in label:
                change(label)
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda label: label["box2d"].update(x2=label["box2d"]["x2"] + 1, y2=label["box2d"]["y2"] + 1), "its box is"),
        (lambda label: label["rle"].update(size=label["rle"]["size"][::-1]), "a mask of size"),
        (lambda label: label["box3d"].update(alpha=label["box3d"]["orientation"][1]), "its alpha is"),
        (lambda label: label["box3d"]["orientation"].append(label["box3d"]["orientation"].pop(0)), "its alpha is"),  # y z x
    ],
)  # fmt: skip
def test_a_spoiled_copy_is_refused(root: Path, change: Callable[[dict[str, Any]], object], words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        scalabel.read_objects(spoiled(root, change))


def at_the_bottom(label: dict[str, Any]) -> None:
    label["box3d"]["location"][1] += label["box3d"]["dimension"][0] / 2


def in_our_order(label: dict[str, Any]) -> None:
    label["box3d"]["dimension"].reverse()


def with_the_other_sign(label: dict[str, Any]) -> None:
    label["box3d"]["orientation"][1] *= -1


def distance_m(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Give the largest distance from one of our corners to the nearest of theirs."""
    return float(np.linalg.norm(ours[:, None] - theirs[None], axis=-1).min(axis=1).max())


class TestForeignReader:
    def test_scalabel_sees_what_we_meant(self, frames: list[Frame], root: Path) -> None:
        theirs = foreign_read("scalabel", root / "labels" / "train")
        ours = views(frames)
        assert set(theirs["frames"]) == set(ours)
        assert theirs["videos"] == [[f"{CLIP}_{i:06d}_{camera}.jpg" for i in range(2)] for camera in ("front", "left")]
        assert theirs["groups"][f"{CLIP}_000001"] == [f"{CLIP}_000001_{camera}.jpg" for camera in ("front", "left")]
        assert {"pedestrian", "car", "single white", "road curb", "direct"} <= set(theirs["categories"])
        boxes = []
        for name, found in theirs["frames"].items():
            view = ours[name]
            assert np.array(found["K"]) == pytest.approx(LENS.matrix)
            assert np.array(found["world_from_cam"]) == pytest.approx(view.labels.world_from_cam.now)
            assert (found["index"], found["timestamp"]) == (view.passes.frame, view.passes.frame * 100)
            assert found["attributes"]["weather"] == "clear"
            seen = [label for label in view.labels.objects if label.box_visible_px]
            assert list(found["objects"]) == [str(label.track_id) for label in seen]
            for label in seen:
                entry = found["objects"][str(label.track_id)]
                assert tuple(entry["box"]) == label.box_visible_px
                assert np.array_equal(np.array(entry["mask"], bool), view.object_id == label.track_id)
                assert distance_m(corners_cam(view, label.track_id), np.array(entry["corners_cam_m"])) < 1e-6
                assert (entry["occluded"], entry["truncated"]) == (label.occlusion > 0, label.truncation > 0)
                left, top, right, bottom = label.box_visible_px or (0, 0, 0, 0)
                boxes.append([left, top, right - left + 1, bottom - top + 1])
            points = seen[1].key_points
            assert points is not None
            kept = points.visibility > 0
            graph = np.array(found["objects"]["7"]["key_points"]).reshape(-1, 3)
            assert graph[:, 2].tolist() == points.visibility[kept].tolist()
            assert graph[:, :2] == pytest.approx(points.pixels[kept], abs=0.0051)  # two decimals
        assert theirs["coco_boxes"] == boxes

    def test_scalabel_sees_the_road(self, frames: list[Frame], root: Path) -> None:
        road = foreign_read("scalabel", root / "labels" / "train")["frames"][f"{CLIP}_000000_front.jpg"]["road"]
        assert road["line-0"]["category"] == "single white"
        assert road["line-0"]["attributes"]["laneStyle"] == "dashed"
        assert road["line-0"]["vertices"] == [[[30.5, 39.5], [32.0, 30.75]]]  # its far point is hidden
        assert road["line-1"]["category"] == "road curb"
        assert road["line-0"]["closed"] == [False]
        direct = road["area-direct"]
        assert direct["area"] == 10 * 30 - 6 + 1
        (ring,) = direct["vertices"]
        assert {tuple(corner) for corner in ring} == {(20, 30), (50, 30), (50, 40), (20, 40)}
        assert road["area-alternative"]["area"] == 10 * (WIDTH - 50)

    @pytest.mark.parametrize("change", [at_the_bottom, in_our_order, with_the_other_sign])
    def test_a_spoiled_cuboid_stands_elsewhere(
        self, frames: list[Frame], root: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
    ) -> None:
        (tmp_path / "spoiled").mkdir()
        (tmp_path / "spoiled" / "copy.json").write_bytes(spoiled(root, change))
        theirs = foreign_read("scalabel", tmp_path / "spoiled")["frames"]
        for name, view in views(frames).items():
            assert distance_m(corners_cam(view, 3), np.array(theirs[name]["objects"]["3"]["corners_cam_m"])) > 0.3


def test_no_road_no_areas() -> None:
    assert list(area_labels(None)) == []
