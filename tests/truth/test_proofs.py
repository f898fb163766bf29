"""Proofs hold on exact frames and turn red on each way a label is usually wrong."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, pose, rigid_inverse
from scenegen.truth.proofs import closure_error, epipolar_error, is_inside, mask_box, rigid_flow

LENS = Pinhole.centred(width_px=64, height_px=40, focal_px=60.0)
CAMERAS = [pose(0.8 * t, 0.05 * t, 1.5, yaw=0.01 * t) @ BODY_FROM_CAM for t in (-1, 0, 1)]
SHAPE = (LENS.height_px, LENS.width_px)
V, U = np.indices(SHAPE).astype(float)
WALL_M, HEADING = 9.0, 0.35


def met(camera: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Depth and world points of a tall wall across the view, turned so that depth varies: ray times plane, by hand."""
    rays = np.stack([(U - LENS.cx_px) / LENS.fx_px, (V - LENS.cy_px) / LENS.fy_px, np.ones(SHAPE)], -1) @ camera[:3, :3].T
    normal = np.array([np.cos(HEADING), np.sin(HEADING), 0.0])
    depth = (WALL_M - camera[:3, 3] @ normal) / (rays @ normal)
    return depth, camera[:3, 3] + rays * depth[..., None]


def exact_flow(camera: FloatArray, then: FloatArray, motion: FloatArray | None = None) -> FloatArray:
    """Where each wall point lands at the other camera, minus where it is now: no formula of the package."""
    points = met(camera)[1]
    if motion is not None:
        points = points @ motion[:3, :3].T + motion[:3, 3]
    seen = (points - then[:3, 3]) @ then[:3, :3]
    ends = seen[..., :2] / seen[..., 2:] * [LENS.fx_px, LENS.fy_px] + [LENS.cx_px, LENS.cy_px]
    return np.asarray(ends - np.stack([U, V], -1))


FLOW = exact_flow(CAMERAS[1], CAMERAS[2])
SPOILED = {
    "sign flipped": -FLOW,
    "shifted by half a pixel": FLOW + 0.5,
    "prev and next swapped": exact_flow(CAMERAS[1], CAMERAS[0]),
    "u and v swapped": FLOW[..., ::-1],
    "mirrored": FLOW[:, ::-1],
    "one pixel late": np.roll(FLOW, 1, axis=1),
}


def flow_error(flow: FloatArray) -> FloatArray:
    expected = rigid_flow(met(CAMERAS[1])[0], LENS, CAMERAS[1], CAMERAS[2], np.eye(4))
    return np.asarray(np.abs(flow - expected).max(axis=-1))


def test_static_flow_follows_from_depth_and_poses() -> None:
    assert flow_error(FLOW).max() < 1e-9


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_flow_is_seen(name: str) -> None:
    assert flow_error(SPOILED[name]).max() > 0.01  # the bound that a data set must keep


def test_a_rigid_motion_is_in_the_flow() -> None:
    motion = pose(0.4, -0.3, 0.1, yaw=0.2)
    depth = met(CAMERAS[1])[0]
    expected = exact_flow(CAMERAS[1], CAMERAS[2], motion)
    np.testing.assert_allclose(rigid_flow(depth, LENS, CAMERAS[1], CAMERAS[2], motion), expected, atol=1e-9)
    without = rigid_flow(depth, LENS, CAMERAS[1], CAMERAS[2], np.eye(4))
    assert np.abs(without - expected).max() > 1.0


def test_infinity_moves_by_rotation_alone() -> None:
    turned = pose(50.0, 0.0, 0.0, yaw=0.1) @ BODY_FROM_CAM
    flow = rigid_flow(np.full(SHAPE, np.inf), LENS, BODY_FROM_CAM, turned, np.eye(4))
    angle = np.arctan((U[0] - LENS.cx_px) / LENS.fx_px) + 0.1
    np.testing.assert_allclose(flow[20, :, 0], np.tan(angle) * LENS.fx_px + LENS.cx_px - U[0], atol=1e-9)


def test_what_falls_behind_the_camera_has_no_flow() -> None:
    then = pose(5.0, 0.0, 0.0) @ BODY_FROM_CAM
    assert np.isnan(rigid_flow(np.full(SHAPE, 4.0), LENS, BODY_FROM_CAM, then, np.eye(4))).all()


def checked() -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    ends = FLOW + np.stack([U, V], -1)
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (ends > 1).all(-1) & (ends < [62, 38]).all(-1)
    return inside


def test_forward_and_backward_flow_close() -> None:
    back = exact_flow(CAMERAS[2], CAMERAS[1])
    error = closure_error(FLOW, back, checked())
    assert len(error) > 1000
    assert np.nanmax(error) < 0.02  # flow bends a little between pixels


@pytest.mark.parametrize("name", ["sign flipped", "shifted by half a pixel", "prev and next swapped", "u and v swapped"])
def test_spoiled_flow_does_not_close(name: str) -> None:
    ends = SPOILED[name] + np.stack([U, V], -1)
    is_checked = checked() & (ends > 0).all(-1) & (ends < [63, 39]).all(-1)
    error = closure_error(SPOILED[name], exact_flow(CAMERAS[2], CAMERAS[1]), is_checked)
    assert np.nanmean(error > 0.5) > 0.3  # verify allows 1 %


def test_closure_says_nothing_across_edges_of_depth() -> None:
    flow, back = np.zeros((*SHAPE, 2)), np.zeros((*SHAPE, 2))
    flow[..., 0], back[:, 30:, 0] = 0.5, -4.0
    at_edge = np.zeros(SHAPE, np.bool_)
    at_edge[:, 29] = True
    assert np.isnan(closure_error(flow, back, at_edge)).all()


def test_flow_ends_on_its_epipolar_line() -> None:
    then_from_now = rigid_inverse(CAMERAS[2]) @ CAMERAS[1]
    everywhere = np.ones(SHAPE, np.bool_)
    assert epipolar_error(FLOW, LENS, then_from_now, everywhere).max() < 1e-9
    assert np.median(epipolar_error(FLOW + 0.5, LENS, then_from_now, everywhere)) > 0.1


def test_box_of_a_mask_is_inclusive() -> None:
    mask = np.zeros((10, 12), np.bool_)
    mask[3:6, 4:9] = True
    assert mask_box(mask) == (4, 3, 8, 5)
    mask[9, 0] = True
    assert mask_box(mask) == (0, 3, 8, 9)
    assert mask_box(np.zeros((4, 4), np.bool_)) is None


def test_inside_is_off_silhouettes_and_borders() -> None:
    ids = np.zeros((7, 9), np.int32)
    ids[:, 5:] = 2
    inside = is_inside(ids)
    assert not inside[[0, -1]].any()
    assert np.flatnonzero(inside[3]).tolist() == [1, 2, 3, 6, 7]
