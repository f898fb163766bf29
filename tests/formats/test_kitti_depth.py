"""Depth files: dense depth, the scanner's points in both pictures, and which point wins a pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenegen.formats.kitti_depth import KittiDepth, project_depth
from scenegen.formats.kitti_disparity import decode_steps
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png
from scenegen.geometry import apply, rigid_inverse
from scenegen.truth.frame import Frame
from tests.formats.conftest import LENS
from tests.formats.kitti_rigs import BODY_FROM_LEFT, BODY_FROM_LIDAR, with_rig

MakeFrame = Callable[..., Frame]
BASE = "val/2011_09_30_drive_0004_sync/proj_depth"


def test_files_of_a_frame(make_frame: MakeFrame, slot: Slot) -> None:
    files = [path for path, _ in KittiDepth().frame_files(with_rig(make_frame(1)), slot)]
    kinds = ("groundtruth/image_02", "velodyne_raw/image_02", "groundtruth/image_03", "velodyne_raw/image_03")
    assert files == [f"{BASE}/{kind}/0000000001.png" for kind in kinds]
    alone = [path for path, _ in KittiDepth().frame_files(make_frame(1), Slot("a", 3, 0, 3, 10))]
    assert alone == ["train/2011_09_29_drive_0003_sync/proj_depth/groundtruth/image_02/0000000001.png"]


def test_ground_truth_is_the_depth_of_every_pixel_but_sky(make_frame: MakeFrame, slot: Slot) -> None:
    frame = with_rig(make_frame(0))
    files = dict(KittiDepth().frame_files(frame, slot))
    depth, is_known = decode_steps(decode_png(files[f"{BASE}/groundtruth/image_02/0000000000.png"]))
    z = frame.main.passes.z_m
    assert (is_known == (z > 0)).all()
    assert np.abs(depth - z)[is_known].max() <= 1 / 512 + 1e-5  # half a step


def test_points_land_where_the_mounts_say_with_depth_along_the_axis(make_frame: MakeFrame, slot: Slot) -> None:
    frame = with_rig(make_frame(0))
    files = dict(KittiDepth().frame_files(frame, slot))
    depth, is_known = decode_steps(decode_png(files[f"{BASE}/velodyne_raw/image_02/0000000000.png"]))
    cam = apply(rigid_inverse(BODY_FROM_LEFT) @ BODY_FROM_LIDAR, frame.sweeps[0].points_m.astype(float))
    nearest: dict[tuple[int, int], float] = {}
    for x, y, z in cam[cam[:, 2] > 0]:
        u, v = round(LENS.fx_px * x / z + LENS.cx_px), round(LENS.fy_px * y / z + LENS.cy_px)
        if 0 <= u < LENS.width_px and 0 <= v < LENS.height_px:
            nearest[v, u] = min(z, nearest.get((v, u), np.inf))
    assert len(nearest) > 50
    assert set(zip(*np.nonzero(is_known), strict=True)) == set(nearest)
    assert max(abs(depth[place] - z) for place, z in nearest.items()) <= 1 / 512 + 1e-5


def test_the_nearer_point_wins_and_what_is_behind_or_beside_is_left_out() -> None:
    points = np.array([[0, 0, 9.0], [0, 0, 5.0], [0, 0, 7.0], [0, 0, -5.0], [90.0, 0, 5.0], [0, 0, 0.0]])
    depth = project_depth(points, LENS)
    assert np.count_nonzero(depth) == 1
    assert depth.max() == 5.0
