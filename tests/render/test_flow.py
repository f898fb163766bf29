"""Flow, change of depth and states, against float64 closed forms."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from little_stages import KITTI, SMALL, StageMaker, box_mesh, ground_mesh, still
from moving_scene import MovingScene

from scenegen.geometry import BODY_FROM_CAM, FloatArray, pixel_rays, pose, rigid_inverse
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT, FLOW_SKY, FLOW_VALID, Passes
from scenegen.render.renderer import Renderer

LEVEL = still(pose(0, 0, 0) @ BODY_FROM_CAM)


@lru_cache(maxsize=2)
def seen(origin_m: tuple[float, float]) -> tuple[MovingScene, Passes, FloatArray, FloatArray]:
    """Frame 1 of the moving scene with its truth."""
    scene = MovingScene(origin_m)
    with Renderer(look="none") as renderer:
        renderer.load(scene.maker.stage())
        passes = renderer.render(1)
    return scene, passes, *scene.truth(passes.row, 1)


@pytest.mark.parametrize("origin_m", [(0.0, 0.0), (5000.0, -5000.0)])
def test_flow_and_depth_are_exact(origin_m: tuple[float, float]) -> None:
    """The bounds are those the project promises; what is measured lies ten times below (rounding of z times parallax)."""
    scene, passes, z_m, flow_px = seen(origin_m)
    is_limb = np.isin(passes.row, scene.limbs)
    is_wheel = np.isin(passes.row, [r for r, (size, _) in scene.boxes.items() if size[0] < 1])
    known = np.isfinite(z_m)
    assert (~known).sum() < 20  # rays that pass a silhouette by rounding
    ahead = known & (passes.state & FLOW_VALID == FLOW_VALID).all(axis=-1)
    error_px = np.abs(passes.flow_px - flow_px).max(axis=-1)
    for name, mask, bound_px in (
        ("sky", passes.row == 0, 0.01),
        ("ground", passes.row == scene.ground, 0.01),
        ("wheels", is_wheel, 0.01),
        ("cars", np.isin(passes.row, list(scene.boxes)) & ~is_wheel, 0.01),
        ("limbs", is_limb, 0.02),
    ):
        here = mask & ahead
        assert here.sum() > 2000, name
        assert error_px[here].mean() < 0.001, name
        assert error_px[here].max() < bound_px, name
    solid = known & (passes.row > 0)
    depth_error = np.abs(passes.z_m - z_m)[solid] / z_m[solid]
    assert np.percentile(depth_error, 99.99) < 2e-5
    assert depth_error.max() < 3e-4  # a face seen edge-on: the ray meets it at a very flat angle


def test_flow_is_dense_and_fine() -> None:
    _, passes, _, _ = seen((0.0, 0.0))
    assert len(np.unique(passes.flow_px[..., 0])) > 10_000
    assert len(np.unique(passes.flow_px[..., 3])) > 10_000


def test_change_of_depth_follows_the_point() -> None:
    scene, passes, z_m, _ = seen((0.0, 0.0))
    maker = scene.maker
    row = next(iter(scene.boxes))
    here = (passes.row == row) & np.isfinite(z_m)
    points = pixel_rays(maker.lens)[here] * z_m[here][:, None]
    for column, frame in ((0, 2), (1, 0)):
        then = rigid_inverse(maker.camera(frame / 10)) @ maker.rows_at(frame)[row]
        now = rigid_inverse(maker.camera(0.1)) @ maker.rows_at(1)[row]
        moved = points @ (then @ np.linalg.inv(now))[:3, :3].T + (then @ np.linalg.inv(now))[:3, 3]
        np.testing.assert_allclose(passes.dz_m[here][:, column], moved[:, 2] - points[:, 2], atol=2e-4)


def test_landing_outside_the_image_is_out_of_frame() -> None:
    scene, passes, _, flow_px = seen((0.0, 0.0))
    lens = scene.maker.lens
    v, u = np.indices(passes.row.shape)
    for k in (0, 1):
        place_u, place_v = u + flow_px[..., 2 * k], v + flow_px[..., 2 * k + 1]
        valid = (passes.state[..., k] & FLOW_VALID) > 0
        margins = np.stack([place_u + 0.5, lens.width_px - 0.5 - place_u, place_v + 0.5, lens.height_px - 0.5 - place_v])
        clear = np.isfinite(place_u) & (np.abs(margins).min(axis=0) > 0.02) & valid
        expected = margins.min(axis=0) < 0
        assert 1000 < expected[clear].sum() < clear.sum() - 1000
        assert np.array_equal((passes.state[..., k] & FLOW_OUT)[clear] > 0, expected[clear])


def test_a_box_that_passes_hides_the_wall(labels: Renderer) -> None:
    """A box of 1 m moves right by 1.04 m a frame, 6 m ahead, before a wall at 12 m: what it covers is known in closed form."""
    maker = StageMaker(lens=SMALL, camera=LEVEL, fps=1)
    wall = maker.add(box_mesh((0.2, 60, 60)), still(pose(12.1, 0, 0)))
    box = maker.add(box_mesh((1, 1.02, 1.02)), lambda t: pose(6.5, 1.04 * (1 - t), 0))
    labels.load(maker.stage())
    passes = labels.render(1)
    rays = pixel_rays(SMALL) @ BODY_FROM_CAM[:3, :3].T

    def covered(centre_y: float) -> np.ndarray:
        """Pixels whose ray meets the box when it stands at this y, by the slab method."""
        a, b = (np.array([6, centre_y - 0.51, -0.51]) / rays, np.array([7, centre_y + 0.51, 0.51]) / rays)
        return np.minimum(a, b).max(axis=-1) <= np.maximum(a, b).min(axis=-1)

    for k, centre_y in ((0, -1.04), (1, 1.04)):
        hidden = (passes.state[..., k] & FLOW_HIDDEN) > 0
        expected = covered(centre_y) & (passes.row == wall)
        assert expected.sum() > 300
        assert np.array_equal(hidden & (passes.row == wall), expected)  # the camera stands: every pixel must agree
        assert not hidden[passes.row == box].any()


def test_slanting_ground_does_not_hide_itself(labels: Renderer) -> None:
    maker = StageMaker(lens=KITTI, camera=lambda t: pose(8 * t, 0, 1.65, yaw=0.2 * t) @ BODY_FROM_CAM)
    maker.add(ground_mesh((-20, 400), (-200, 200), 10), still(pose(0, 0, 0)))
    maker.add(box_mesh((900, 0.4, 3)), still(pose(120, 6, 1.5)))
    labels.load(maker.stage())
    passes = labels.render(1)
    assert ((passes.state[passes.row > 0] & FLOW_HIDDEN) > 0).mean() < 1e-5


def test_a_thing_that_turns_away_hides_its_own_flank(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL, camera=LEVEL, fps=1)
    row = maker.add(box_mesh((2, 2, 1)), lambda t: pose(8, 0, 0, yaw=np.pi / 4 + (t - 1)))
    labels.load(maker.stage())
    passes = labels.render(1)
    there = passes.row == row
    for k in (0, 1):
        share = ((passes.state[..., k] & FLOW_HIDDEN) > 0)[there].mean()
        assert 0.4 < share < 0.6  # turned by 57 degrees, one of the two flanks faces away


def test_sky_moves_by_rotation_and_is_hidden_by_what_comes(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL, camera=lambda t: pose(100 * t, 0, 0, yaw=0.05 * t) @ BODY_FROM_CAM, fps=1)
    box = maker.add(box_mesh((1, 2, 2)), lambda t: pose(100 * t + 8, 4 - 4 * t, 0))
    labels.load(maker.stage())
    passes = labels.render(0)
    sky = passes.row == 0
    assert (passes.state[sky] & FLOW_SKY > 0).all()
    assert (passes.state[~sky] & FLOW_SKY == 0).all()
    angle = np.arctan((np.arange(200) - 99.5) / 150) + 0.05
    expected = np.tan(angle) * 150 + 99.5 - np.arange(200)
    np.testing.assert_allclose(passes.flow_px[0, :, 0], expected, atol=1e-4)

    # At the next frame the box stands straight ahead, turned by the camera's own yaw; sky that lands there is hidden
    there = labels.render(1).row == box
    v, u = np.indices(sky.shape)
    at_u, at_v = np.rint(u + passes.flow_px[..., 0]).astype(int), np.rint(v + passes.flow_px[..., 1]).astype(int)
    inside = sky & (at_u >= 0) & (at_u < 200) & (at_v >= 0) & (at_v < 120)
    lands_on = there[np.clip(at_v, 0, 119), np.clip(at_u, 0, 199)]
    hidden = (passes.state[..., 0] & FLOW_HIDDEN) > 0
    differs = inside & (hidden != lands_on)
    assert (inside & hidden).sum() > 500
    assert differs.sum() < 160  # the rim of the box, one pixel wide: 4 sides of about 37


def test_points_that_fall_behind_the_camera_have_no_flow(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL, camera=lambda t: pose(3 * t, 0, 0) @ BODY_FROM_CAM, fps=1)
    row = maker.add(box_mesh((0.1, 2, 0.4)), still(pose(5.05, 0, 0)))
    labels.load(maker.stage())
    passes = labels.render(1)
    there = passes.row == row
    assert there.any()
    assert (passes.state[there][:, 0] == FLOW_OUT).all()
    assert (passes.flow_px[there][:, :2] == 0).all()
    assert (passes.state[there][:, 1] == FLOW_VALID).all()


@pytest.mark.parametrize(("k", "other"), [(0, 2), (1, 0)])
def test_points_that_are_not_hidden_are_found_at_the_other_time(labels: Renderer, k: int, other: int) -> None:
    """Follow every point to the neighbour frame: its row and depth must be among the four pixels round where it lands."""
    labels.load(MovingScene().maker.stage())
    now, then = labels.render(1), labels.render(other)
    height, width = now.row.shape
    v, u = np.indices(now.row.shape)
    here = (now.state[..., k] == FLOW_VALID) & (now.row > 0)
    at_u, at_v = u[here] + now.flow_px[here][:, 2 * k], v[here] + now.flow_px[here][:, 2 * k + 1]
    z_then = now.z_m[here] + now.dz_m[here][:, k]
    found = np.zeros(len(at_u), bool)
    for du in (0, 1):
        for dv in (0, 1):
            column = np.clip(np.floor(at_u).astype(int) + du, 0, width - 1)
            line = np.clip(np.floor(at_v).astype(int) + dv, 0, height - 1)
            near = np.abs(then.z_m[line, column] - z_then) < 0.1 * z_then  # far ground changes by 8 % a pixel
            found |= near & (then.row[line, column] == now.row[here])
    assert here.sum() > 150_000
    assert (~found).mean() < 6e-3  # rims: at an edge one of the four pixels is far, which counts as open, but none is its own
