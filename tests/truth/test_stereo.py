"""Stereo and scene flow from made-up views: a slanting plane, a point that moves, and rigs whose answer is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scenegen import distortion
from scenegen.distortion import rays
from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, pixel_rays, pose, project
from scenegen.render.passes import FLOW_OUT, FLOW_SKY, FLOW_VALID, Passes
from scenegen.scenario.scene import BrownConradyScene
from scenegen.truth.frame import EgoState, Eye, FrameLabels, Poses, View, ViewLabels
from scenegen.truth.stereo import (
    Partner,
    disparity,
    disparity_next,
    eye_of,
    has_scene_flow,
    is_hidden_in_right_image,
    is_in_right_image,
    rectified_partner,
    scene_flow,
    stereo_partner,
)  # fmt: skip

LENS = Pinhole(90, 50, 70.0, 71.0, 43.7, 25.2)
BASE_M = 0.54
BENT = BrownConradyScene(-0.3, 0.1, 0.0, 0.0, 0.0)


def view_of(z_m: FloatArray, *, flow_px: FloatArray | None = None, dz_m: FloatArray | None = None) -> View:
    """A view of the given depth (0 is sky) in which all else stands still unless told."""
    shape = z_m.shape
    state = np.full((*shape, 2), FLOW_VALID, np.uint8)
    state[z_m == 0] |= FLOW_SKY
    flow = np.zeros((*shape, 4)) if flow_px is None else flow_px
    dz = np.zeros((*shape, 2)) if dz_m is None else dz_m
    passes = Passes(
        0, z_m.astype(np.float32), np.zeros((*shape, 2), np.uint16), (z_m > 0).astype(np.uint16), np.zeros(shape, np.uint8),
        flow.astype(np.float32), dz.astype(np.float32), state, None, (),
    )  # fmt: skip
    labels = ViewLabels("left", LENS, Poses(BODY_FROM_CAM, BODY_FROM_CAM, BODY_FROM_CAM), ())
    return View(labels, passes, np.zeros(2, np.int32), np.zeros(2, np.uint8), None)


def plane_depth(shift_m: float) -> FloatArray:
    """Depth of a slanting plane seen by a camera shifted to the right."""
    normal, distance = np.array([0.5, -0.2, 1.0]), 7.0
    depth: FloatArray = (distance - normal[0] * shift_m) / (pixel_rays(LENS) @ normal)
    return depth


def painted(shift_m: float) -> FloatArray:
    """A smooth picture on that plane, as the shifted camera sees it."""
    points = pixel_rays(LENS) * plane_depth(shift_m)[..., None]
    picture: FloatArray = np.sin(points[..., 0] + shift_m) + np.cos(1.5 * points[..., 1])
    return picture


def eye(name: str, x: float, y: float, z: float, *, yaw: float = 0.0, lens: Pinhole = LENS) -> Eye:
    """A camera on a rig that has itself been turned and moved in the world; x right, y down, z ahead of the left one."""
    world_from_rig = pose(310.0, -120.0, 2.0, yaw=1.1, pitch=0.02, roll=-0.01)
    rig_from_body = pose(0.0, 0.0, 1.65, yaw=yaw)
    cam_from_eye = np.eye(4)
    cam_from_eye[:3, 3] = x, y, z
    return Eye(name, lens, world_from_rig @ rig_from_body @ BODY_FROM_CAM @ cam_from_eye)


def test_right_image_warped_by_disparity_is_the_left() -> None:
    shift = disparity(view_of(plane_depth(0.0)), BASE_M).astype(float)
    right, left, columns = painted(BASE_M), painted(0.0), np.arange(LENS.width_px)

    def worst(wrong_px: float) -> float:
        place = columns - shift - wrong_px
        warped = np.stack([np.interp(place[row], columns, right[row]) for row in range(LENS.height_px)])
        return float(np.abs(warped - left)[place > 0].max())

    assert 2 < shift.min() < shift.max() / 2
    # Reading linearly between samples at most 0.25 m apart of a sine of 1 rad/m errs by 0.25^2 / 8 at most
    assert worst(0.0) < 0.008
    assert worst(0.5) > 0.04
    assert worst(-0.5) > 0.04


def test_disparity_is_focal_length_times_base_over_depth() -> None:
    z = np.full((50, 90), 10.0)
    z[:5] = 0
    shift = disparity(view_of(z), BASE_M)
    assert shift.dtype == np.float32
    np.testing.assert_allclose(shift[5:], 70.0 * 0.54 / 10.0, rtol=1e-7)
    assert (shift[:5] == 0).all()


def test_disparity_next_is_that_of_the_same_point_later() -> None:
    z = np.full((50, 90), 10.0)
    z[:5] = 0
    view = view_of(z, dz_m=np.full((50, 90, 2), [-2.0, 5.0]))
    view.passes.state[10, :, 0] = 0
    later = disparity_next(view, BASE_M)
    np.testing.assert_allclose(later[11:], 70.0 * 0.54 / 8.0, rtol=1e-6)
    assert (later[:5] == 0).all()
    assert (later[10] == 0).all()


def test_points_left_of_the_right_image_are_out_of_it() -> None:
    shift = np.zeros((3, 90), np.float32)
    shift[0], shift[1] = 3.6, 3.4
    inside = is_in_right_image(shift)
    assert np.flatnonzero(~inside[0]).tolist() == [0, 1, 2, 3]  # 3 - 3.6 is 0.1 px beyond the outer edge of the first pixel
    assert np.flatnonzero(~inside[1]).tolist() == [0, 1, 2]
    assert inside[2].all()


def test_a_post_hides_what_is_behind_it_from_the_right_eye() -> None:
    left, right = np.full((50, 90), 40.0), np.full((50, 90), 40.0)
    near, far = 70.0 * BASE_M / 3.78, 70.0 * BASE_M / 40.0  # 10 px and 0.945 px
    left[:, 50:55] = right[:, 40:45] = 3.78
    hidden = is_hidden_in_right_image(disparity(view_of(left), BASE_M), view_of(right), BASE_M)
    assert near == pytest.approx(10)
    # The wall's columns that land on 40 .. 44 in the right image lie behind the post
    assert np.flatnonzero(hidden[20]).tolist() == [u for u in range(90) if 40 <= u - far <= 44 and not 50 <= u < 55]


def test_scene_flow_moves_points_into_the_other_camera() -> None:
    rng = np.random.default_rng(1)
    z = rng.uniform(3, 80, (50, 90))
    moved = rng.uniform(-1, 1, (50, 90, 3))
    start = pixel_rays(LENS) * z[..., None]
    flow = np.zeros((50, 90, 4))
    flow[..., 2:] = project(start + moved, LENS) - project(start, LENS)
    view = view_of(z, flow_px=flow, dz_m=np.repeat(moved[..., 2:], 2, axis=2))
    # float32 flow of up to 30 px at up to 80 m
    np.testing.assert_allclose(scene_flow(view, 1), moved, atol=1e-4)


def test_scene_flow_of_a_bent_image_follows_its_rays() -> None:
    rng = np.random.default_rng(2)
    unit = rays(LENS, BENT)
    z = rng.uniform(3, 40, (50, 90))
    start = unit * (z / unit[..., 2])[..., None]
    moved = rng.uniform(-0.5, 0.5, (50, 90, 3))
    end_px = distortion.project(start + moved, LENS, BENT)
    v, u = np.indices((50, 90))
    flow = np.zeros((50, 90, 4))
    flow[..., :2] = np.nan_to_num(end_px - np.stack([u, v], axis=-1))
    view = view_of(z, flow_px=flow, dz_m=np.repeat(moved[..., 2:], 2, axis=2))
    view = dataclasses.replace(view, labels=dataclasses.replace(view.labels, distortion=BENT))
    inside = ((end_px >= -0.5) & (end_px < (89.5, 49.5))).all(axis=-1)
    view.passes.state[..., 0][~inside] |= FLOW_OUT
    assert 0.8 < inside.mean() < 1
    np.testing.assert_allclose(scene_flow(view, 0)[inside], moved[inside], atol=1e-4)
    assert (scene_flow(view, 0)[~inside] == 0).all()
    assert not has_scene_flow(view, 0)[~inside].any()


def test_scene_flow_is_zero_where_it_is_not_known() -> None:
    view = view_of(np.full((50, 90), 9.0), flow_px=np.ones((50, 90, 4)), dz_m=np.ones((50, 90, 2)))
    view.passes.state[3, 4, 0] = 0
    view.passes.state[3, 5, 0] |= FLOW_SKY
    assert not has_scene_flow(view, 0)[3, 4:6].any()
    assert (scene_flow(view, 0)[3, 4:6] == 0).all()
    assert (scene_flow(view, 0)[3, 6] != 0).all()


def test_the_partner_is_the_nearest_pure_shift_to_the_right() -> None:
    left = eye("left", 0, 0, 0)
    turned, narrow = eye("turned", 0.3, 0, 0, yaw=1e-3), eye("narrow", 0.3, 0, 0, lens=dataclasses.replace(LENS, fx_px=71.0))
    others = [left, turned, narrow, eye("low", 0.3, 0.01, 0), eye("ahead", 0.3, 0, 0.01), eye("behind left", -0.3, 0, 0)]
    assert rectified_partner(left, others) is None
    found = rectified_partner(left, [*others, eye("far", 1.2, 0, 0), eye("right", 0.54, 0, 0)])
    assert found is not None
    assert found.name == "right"
    assert found.base_m == pytest.approx(0.54, abs=1e-9)


def test_views_find_their_partner_and_bent_images_have_none() -> None:
    def labels(name: str, x: float) -> ViewLabels:
        world = eye(name, x, 0, 0).world_from_cam
        return ViewLabels(name, LENS, Poses(world, world, world), ())

    def frame(*views: ViewLabels) -> FrameLabels:
        ego = EgoState(views[0].world_from_cam, np.zeros(3), np.zeros(3), np.zeros(3))
        return FrameLabels(0, 0.0, ego, views[:1], {}, tuple(eye_of(view) for view in views))  # the right one has no labels

    pair = [labels("left", 0.0), labels("right", 0.5)]
    assert stereo_partner(frame(*pair)) == Partner("right", pytest.approx(0.5))  # type: ignore[arg-type]
    assert stereo_partner(frame(*pair[::-1])) is None
    assert stereo_partner(frame(pair[0])) is None
    bent = [dataclasses.replace(pair[0], distortion=BENT), pair[1]]
    assert rectified_partner(eye_of(bent[0]), [eye_of(bent[1])]) is None
    assert rectified_partner(eye_of(pair[1]), [eye_of(bent[0])]) is None


def test_disparity_of_a_bent_image_is_refused() -> None:
    view = view_of(np.full((50, 90), 9.0))
    bent = dataclasses.replace(view, labels=dataclasses.replace(view.labels, distortion=BENT))
    with pytest.raises(ValueError, match="pinhole"):
        disparity(bent, BASE_M)
    with pytest.raises(ValueError, match="base_m"):
        disparity(view, -0.54)
