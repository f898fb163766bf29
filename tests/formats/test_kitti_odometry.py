"""Odometry: poses in the first camera's frame, times, grey pictures."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from scenegen.errors import DatasetError
from scenegen.formats.kitti_odometry import KittiOdometry, grey_image, read_poses
from scenegen.formats.layout import Slot
from scenegen.geometry import rigid_inverse
from scenegen.truth.frame import Frame
from tests.formats.kitti_rigs import with_rig

MakeFrame = Callable[..., Frame]


def test_files_of_a_sequence(make_frame: MakeFrame, slot: Slot) -> None:
    layout, frame = KittiOdometry(), with_rig(make_frame(1))
    pictures = [f"sequences/04/image_{i}/000001.png" for i in (0, 2, 1, 3)]
    assert [path for path, _ in layout.frame_files(frame, slot)] == [*pictures, "sequences/04/velodyne/000001.bin"]
    assert [path for path, _ in layout.frame_files(make_frame(1), slot)] == pictures[:2]
    texts = [path for path, _ in layout.clip_files([frame.labels], slot)]
    assert texts == ["sequences/04/calib.txt", "sequences/04/times.txt", "poses/04.txt"]


def test_poses_are_of_the_camera_as_seen_from_the_first(make_frame: MakeFrame, slot: Slot) -> None:
    frames = [with_rig(make_frame(index)) for index in range(3)]
    files = dict(KittiOdometry().clip_files([frame.labels for frame in frames], slot))
    poses = read_poses(files["poses/04.txt"].decode())
    assert (poses[0] == np.eye(4)).all()
    world = [frame.main.labels.world_from_cam.now for frame in frames]
    for index in range(3):
        assert poses[index] == pytest.approx(rigid_inverse(world[0]) @ world[index], abs=1e-9)
    assert poses[1, 2, 3] == pytest.approx(0.9, abs=0.01)  # 9 m/s for a tenth of a second, along z
    assert poses[2, 0, 3] < poses[1, 0, 3] < 0  # the curve goes to the left
    assert [float(line) for line in files["sequences/04/times.txt"].decode().split()] == [0.0, 0.1, 0.2]


def test_grey_is_what_picture_libraries_make_of_it() -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    theirs = np.asarray(Image.fromarray(rgb).convert("L")).astype(int)
    assert np.abs(grey_image(rgb) - theirs).max() <= 1  # theirs are sums of rounded weights
    assert grey_image(np.full((1, 1, 3), 255, np.uint8)) == 255


def test_a_picture_is_encoded_once(make_frame: MakeFrame, slot: Slot) -> None:
    frame = with_rig(make_frame(0))
    first, second = (dict(KittiOdometry().frame_files(frame, slot)) for _ in range(2))
    assert all(first[path] is second[path] for path in first if path.endswith(".png"))
    grey = np.asarray(Image.open(io.BytesIO(first["sequences/04/image_1/000000.png"])))
    assert (grey == grey_image(frame.pictures["right"].rgb)).all()


@pytest.mark.parametrize("line", ["1 0 0 0 0 1 0 0 0 0 1", "1 0 0 0 0 1 0 0 0 0 -1 0", "2 0 0 0 0 1 0 0 0 0 1 0"])
def test_what_is_no_pose_is_refused(line: str) -> None:
    with pytest.raises(DatasetError, match="line 1"):
        read_poses(line)
