"""label_2 and calib: known answers, round trips, and the mistakes that others made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegen.errors import DatasetError
from scenegen.formats.kitti_calib import read_velodyne
from scenegen.formats.kitti_object import KittiLabel, KittiObject, kitti_label, label_text, read_labels
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png
from scenegen.geometry import BODY_FROM_CAM, apply, box_corners, pose, rigid_inverse
from scenegen.truth.frame import Frame, ViewLabels
from tests.formats.conftest import LENS, car, still
from tests.formats.kitti_rigs import with_rig

CAM_FROM_WORLD = rigid_inverse(BODY_FROM_CAM)


def box_corners_cam(label: KittiLabel) -> np.ndarray:
    """Corners (8, 3) of a label's 3D box in the cam frame, as the development kit makes them."""
    height, width, length = label.size_hwl_m
    x = np.array([1, 1, -1, -1, 1, 1, -1, -1]) * length / 2
    y = np.array([0, 0, 0, 0, -1, -1, -1, -1]) * height
    z = np.array([1, -1, -1, 1, 1, -1, -1, 1]) * width / 2
    c, s = np.cos(label.rotation_y_rad), np.sin(label.rotation_y_rad)
    cam_from_box = np.eye(4)
    cam_from_box[:3, :3] = [[c, 0, s], [0, 1, 0], [-s, 0, c]]
    cam_from_box[:3, 3] = label.location_cam_m
    return apply(cam_from_box, np.stack([x, y, z], axis=1))


@pytest.mark.parametrize(
    ("yaw", "rotation_y"),
    # Straight ahead is -pi/2; a heading to the left (yaw +) turns towards -pi; to the right is 0.
    [(0.0, -np.pi / 2), (-np.pi / 2, 0.0), (np.pi / 2, -np.pi), (np.pi, np.pi / 2), (0.3, -np.pi / 2 - 0.3)],
)
def test_rotation_y_has_kittis_sense(yaw: float, rotation_y: float) -> None:
    label = kitti_label(car(yaw=yaw), CAM_FROM_WORLD)
    assert label is not None
    assert np.cos(label.rotation_y_rad - rotation_y) == pytest.approx(1)


def test_the_box_stands_where_the_car_stands_for_an_angled_car() -> None:
    thing = car(yaw=0.7)
    label = kitti_label(thing, CAM_FROM_WORLD)
    assert label is not None
    ours = apply(CAM_FROM_WORLD @ thing.world_from_body.now, box_corners(thing.size_m))
    theirs = box_corners_cam(label)
    nearest = np.linalg.norm(ours[:, None] - theirs[None], axis=-1).min(axis=1)
    assert nearest.max() < 1e-9
    assert label.location_cam_m == pytest.approx((-2.0, 1.65, 12.0))  # the bottom's middle, y down


def test_alpha_is_rotation_minus_bearing() -> None:
    label = kitti_label(car(yaw=0.3), CAM_FROM_WORLD)
    assert label is not None
    assert label.alpha_rad == pytest.approx(label.rotation_y_rad - np.arctan2(-2.0, 12.0))


@pytest.mark.parametrize(("hidden", "level"), [(0.0, 0), (0.099, 0), (0.1, 1), (0.49, 1), (0.5, 2), (0.99, 2)])
def test_occlusion_levels(hidden: float, level: int) -> None:
    label = kitti_label(car(occlusion=hidden), CAM_FROM_WORLD)
    assert label is not None
    assert label.occluded == level


def test_what_is_not_visible_or_has_no_kitti_type_has_no_line() -> None:
    assert kitti_label(car(visible_px=0, box_visible_px=None), CAM_FROM_WORLD) is None
    assert kitti_label(car(class_name="tree"), CAM_FROM_WORLD) is None


def test_a_line_has_fifteen_fields_and_reads_back() -> None:
    labels = ViewLabels("front", LENS, still(BODY_FROM_CAM), (car(), car(4, yaw=-2.0, truncation=0.4)))
    text = label_text(labels)
    assert [len(line.split(" ")) for line in text.splitlines()] == [15, 15]
    first, second = read_labels(text)
    assert first.type == "Car"
    assert first.box_px == (8, 12, 22, 25)  # the amodal box, not the visible one
    assert first.size_hwl_m == (1.49, 1.69, 3.95)
    assert (first.occluded, second.truncated) == (1, 0.4)


@pytest.mark.parametrize("line", ["Car 0.00 0.00 " + "0 " * 11 + "0", "Car 0.00 0", "Car 0.00 0 " + "0 " * 12 + "0"])
def test_lines_that_would_shift_other_readers_are_refused(line: str) -> None:
    with pytest.raises(DatasetError, match="line 1"):
        read_labels(line)


@given(yaw=st.floats(-3.1, 3.1), x=st.floats(4, 80), y=st.floats(-20, 20))
def test_labels_follow_the_object_anywhere(yaw: float, x: float, y: float) -> None:
    label = kitti_label(car(world_from_body=still(pose(x, y, -1.65, yaw=yaw))), CAM_FROM_WORLD)
    assert label is not None
    assert label.location_cam_m == pytest.approx((-y, 1.65, x))
    heading = np.array([np.cos(label.rotation_y_rad), -np.sin(label.rotation_y_rad)])  # (x, z) in the cam frame
    assert heading == pytest.approx([-np.sin(yaw), np.cos(yaw)], abs=1e-9)


def test_files_of_a_frame_and_of_the_set(make_frame: Callable[..., Frame], slot: Slot) -> None:
    layout = KittiObject()
    names = [path for path, _ in layout.frame_files(make_frame(2), slot)]
    assert names == ["training/image_2/000102.png", "training/label_2/000102.txt", "training/calib/000102.txt"]
    assert [p for p, _ in layout.frame_files(make_frame(2, has_rgb=False), slot)] == names[1:]
    sets = {path: data.decode().split() for path, data in layout.dataset_files([Slot("a", 0, 0, 2, 10), slot])}
    assert sets["ImageSets/trainval.txt"] == ["000000", "000001", "000100", "000101", "000102"]
    assert sets["ImageSets/val.txt"] == ["000100", "000101", "000102"]
    assert sets["ImageSets/train.txt"] == ["000000", "000001"]


def test_a_stereo_rig_with_a_scanner_has_the_right_picture_and_points(make_frame: Callable[..., Frame], slot: Slot) -> None:
    frame = with_rig(make_frame(2))
    files = dict(KittiObject().frame_files(frame, slot))
    assert (decode_png(files["training/image_3/000102.png"]) == frame.pictures["right"].rgb).all()
    points = read_velodyne(files["training/velodyne/000102.bin"])
    assert (points[:, :3] == frame.sweeps[0].points_m).all()
    assert (points[:, 3] == frame.sweeps[0].intensity).all()


def test_of_few_clips_the_last_is_held_out() -> None:
    def val(count: int) -> bytes:
        return dict(KittiObject().dataset_files([Slot("c", i, 10 * i, 1, 10) for i in range(count)]))["ImageSets/val.txt"]

    assert [val(count) for count in (1, 2, 5)] == [b"", b"000010\n", b"000040\n"]
