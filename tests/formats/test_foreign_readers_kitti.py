"""KITTI layouts as somebody else's readers see them, by known answers.

No package on PyPI reads Virtual KITTI 2: `test_vkitti2` reads it with OpenCV, line for line as its published loaders do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from scenegen.formats.kitti_flow import KittiFlow
from scenegen.formats.kitti_object import KittiObject
from scenegen.formats.layout import Slot
from scenegen.formats.vkitti2 import VirtualKitti2
from scenegen.geometry import apply, box_corners, pose, project, rigid_inverse
from scenegen.truth.frame import FLOW_OUT, FLOW_SKY, FLOW_VALID, Frame
from tests.formats.conftest import LENS, car, still
from tests.formats.written import write
from tests.readers.environment import foreign_read

MakeFrame = Callable[..., Frame]

# Angled, so that a wrong sign or axis shows; length, width and height differ, so that a wrong order shows.
CARS = (car(3, yaw=0.7), car(4, occlusion=0.6, truncation=0.4, world_from_body=still(pose(20, -3, -1.2, yaw=-2.0))))


def distance(ours: np.ndarray, theirs: list[list[float]]) -> float:
    """Give the largest distance from one of our corners to the nearest of theirs: their order is each reader's own."""
    return float(np.linalg.norm(ours[:, None] - np.array(theirs)[None], axis=-1).min(axis=1).max())


def far_off(frame: Frame, boxes: list[dict[str, Any]]) -> tuple[float, float]:
    """Give how far a reader's boxes are from ours at most: metres in the camera's frame, pixels on the image."""
    view = frame.main.labels
    in_cam, in_image = [], []
    for label, box in zip(view.objects, boxes, strict=True):
        corners = apply(rigid_inverse(view.world_from_cam.now) @ label.world_from_body.now, box_corners(label.size_m))
        in_cam.append(distance(corners, box["corners_cam_m"]))
        in_image.append(distance(project(corners, LENS), box["corners_px"]))
    return max(in_cam), max(in_image)


def test_kitti_object(make_frame: MakeFrame, slot: Slot, tmp_path: Path) -> None:
    frame = make_frame(1, CARS)
    (theirs,) = foreign_read("kitti_object", write(KittiObject(), [frame], slot, tmp_path), "000101")
    metres, pixels = far_off(frame, theirs["boxes"])
    assert metres < 1e-3  # four digits in the labels, float32 in KittiDB's calibration
    assert pixels < 0.01
    assert theirs["boxes_px"] == [[8, 12, 22, 25]] * 2

    first, second = theirs["kitti3d"]
    assert (first["type"], first["occluded"], second["occluded"]) == ("Car", 1, 2)
    assert (first["truncated"], second["truncated"]) == (0, pytest.approx(0.4))
    assert first["dimensions"] == pytest.approx([1.49, 1.69, 3.95])
    assert first["location"] == pytest.approx([-2.0, 1.65, 12.0])
    assert first["rotation_y"] == pytest.approx(-np.pi / 2 - 0.7, abs=1e-4)
    assert first["alpha"] == pytest.approx(first["rotation_y"] - np.arctan2(-2, 12), abs=2e-4)


def wrong_px(ours: np.ndarray, known: np.ndarray, theirs: list[list[list[float]]]) -> float:
    """Give the largest difference of flow in pixels; a pixel known to one side alone counts as infinity."""
    flow = np.array(theirs)
    if (np.isfinite(flow).all(axis=-1) != known).any():
        return np.inf
    return float(np.abs(flow - ours)[known].max())


def known_flow(frame: Frame) -> Iterator[tuple[str, np.ndarray]]:
    """Give for each flow file where flow is known."""
    state = frame.main.passes.state[..., 0]
    occ = (state & FLOW_VALID > 0) & (state & FLOW_SKY == 0)
    yield "flow_occ", occ
    yield "flowpy_occ", occ
    yield "flow_noc", occ & (state & FLOW_OUT == 0)


HALF_A_STEP_PX = 1 / 128 + 1e-4


def test_kitti_flow(make_frame: MakeFrame, slot: Slot, tmp_path: Path) -> None:
    frame = make_frame(0)
    theirs = foreign_read("kitti_flow", write(KittiFlow(), [frame, make_frame(1)], slot, tmp_path), "000100")
    for kind, known in known_flow(frame):
        assert wrong_px(frame.main.passes.flow_px[..., :2], known, theirs[kind]) <= HALF_A_STEP_PX, kind
    assert (np.array(theirs["obj_map"]) == (frame.main.object_id == 3)).all()


def test_vkitti2(make_frame: MakeFrame, slot: Slot, tmp_path: Path) -> None:
    """Read as unimatch's `read_vkitti2_flow` does: ANYCOLOR | ANYDEPTH, first channel of BGR is validity."""
    frame = make_frame(0)
    (scene,) = (write(VirtualKitti2(), [frame, make_frame(1)], slot, tmp_path)).glob("Scene*/clone")
    bgr = cv2.imread(str(scene / "frames/forwardFlow/Camera_0/flow_00000.png"), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH)
    height, width = bgr.shape[:2]
    flow = 2 / (2**16 - 1) * bgr[..., 2:0:-1].astype(float) - 1
    flow *= (width - 1, height - 1)
    state = frame.main.passes.state[..., 0]
    known = (state & FLOW_VALID > 0) & (state & FLOW_SKY == 0)
    assert ((bgr[..., 0] > 0) == known).all()
    assert np.abs(flow - frame.main.passes.flow_px[..., :2])[known].max() <= (width - 1) / 65535 + 1e-4

    depth = cv2.imread(str(scene / "frames/depth/Camera_0/depth_00000.png"), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH)
    near = frame.main.passes.z_m > 0
    assert np.abs(depth / 100 - frame.main.passes.z_m)[near].max() <= 0.005 + 1e-4
    assert (depth[~near] == 65535).all()
