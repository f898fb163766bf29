"""Cameras that bend straight lines, against the renderer, OpenCV, closed forms and their own unbent pictures."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
from little_stages import SMALL, StageMaker, box_mesh, still
from moving_scene import MovingScene

from benchmarks.scenes import DAYLIGHT, scene_of, stage_of
from scenegen.distortion import BrownConradyScene, DistortionScene, KannalaBrandtScene
from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, apply, pixel_rays, pose, rigid_inverse
from scenegen.rays.distorted import BentView, encode_normals
from scenegen.rays.scene import RayScene
from scenegen.render.passes import (
    FLOW_HIDDEN,
    FLOW_OUT,
    FLOW_SKY,
    FLOW_VALID,
    Passes,
    decode_normals,
)
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Stage
from scenegen.truth.labels import row_tables
from scenegen.truth.proofs import is_inside
from tests.rays.ray_stages import card, random_directions, standing

NOT_BENT = BrownConradyScene(0.0, 0.0, 0.0, 0.0, 0.0)
BARREL = BrownConradyScene(-0.28, 0.07, 0.0012, -0.0008, 0.0)
FISHEYE = KannalaBrandtScene(-0.02, 0.003, -0.001, 0.0002)


def view(stage: Stage, lens: Pinhole, bend: DistortionScene | None, steps: tuple[int, ...] = (1,)) -> BentView:
    """A bent camera in the place of the stage's first."""
    camera = dataclasses.replace(stage.cameras[0], lens=lens, distortion=bend)
    return BentView(RayScene(stage), camera, flow_steps=steps)


def opencv_pixels(points_cam: FloatArray, lens: Pinhole, bend: DistortionScene) -> FloatArray:
    """Where OpenCV lands points."""
    none, points = np.zeros(3), np.ascontiguousarray(points_cam.reshape(-1, 1, 3))
    if isinstance(bend, KannalaBrandtScene):
        pixels, _ = cv2.fisheye.projectPoints(points, none, none, lens.matrix, np.array([bend.k1, bend.k2, bend.k3, bend.k4]))
    else:
        pixels, _ = cv2.projectPoints(points, none, none, lens.matrix, np.array([bend.k1, bend.k2, bend.p1, bend.p2, bend.k3]))
    return pixels.reshape((*points_cam.shape[:-1], 2))


def test_flow_depth_and_ids_are_those_of_the_closed_form() -> None:
    scene = MovingScene(origin_m=(3000.0, -2000.0), cars=8)
    scene.maker.lens = dataclasses.replace(SMALL, width_px=400, height_px=160, cx_px=199.5, cy_px=79.5)
    stage = dataclasses.replace(scene.maker.stage(), origin_m=np.array([3000.0, -2000.0, 0.0]))
    passes = view(stage, stage.lens, None).passes(1)
    z, flow = scene.truth(passes.row, 1)
    hit = np.isfinite(z)
    assert hit.mean() > 0.999  # where it misses, an edge passes a pixel's centre by less than float32 tells
    np.testing.assert_allclose(passes.z_m[hit], z[hit], rtol=1e-6)
    valid = hit & (passes.state[..., 0] & FLOW_VALID > 0) & (passes.state[..., 1] & FLOW_VALID > 0)
    assert valid.mean() > 0.98
    np.testing.assert_allclose(passes.flow_px[valid], flow[valid], atol=2e-3, rtol=1e-6)
    is_limb = np.isin(passes.row, scene.limbs)
    assert is_limb.any()
    np.testing.assert_allclose(passes.flow_px[valid & ~is_limb], flow[valid & ~is_limb], atol=1e-4, rtol=1e-6)
    assert (passes.state[passes.row == 0] & FLOW_SKY > 0).all()
    assert ((passes.z_m == 0) == (passes.row == 0)).all()


@pytest.fixture(scope="module")
def street() -> Stage:
    _, stage = stage_of(scene_of("jaywalker_dart_out", size_px=(414, 125), overrides=DAYLIGHT))
    return stage


def test_without_bending_it_is_what_the_renderer_draws(street: Stage) -> None:
    frame = street.frames - 2
    with Renderer(look="none") as renderer:
        renderer.load(street, flow_steps=(1, 2))
        drawn = renderer.render(frame)
    cast = view(street, street.lens, NOT_BENT, (2,)).passes(frame)
    inside = is_inside((cast.row * 256 + cast.part).astype(np.int32))
    is_same = (cast.row == drawn.row) & (cast.part == drawn.part) & (np.abs(cast.z_m - drawn.z_m) <= 2e-5 * cast.z_m)
    assert is_same[inside].mean() > 0.999
    assert is_same.mean() > 0.997
    pairs = [(cast.flow_px, drawn.flow_px), (cast.steps[2].flow_px, drawn.steps[2].flow_px)]
    for mine, theirs in pairs:
        np.testing.assert_allclose(mine[is_same], theirs[is_same], atol=0.01, rtol=1e-4)
    np.testing.assert_allclose(cast.dz_m[is_same], drawn.dz_m[is_same], atol=1e-4)
    turn = np.linalg.norm(decode_normals(cast.normal_oct) - decode_normals(drawn.normal_oct), axis=-1)
    assert np.percentile(turn[is_same & (cast.row > 0)], 99.5) < 2e-3
    # Hidden or not is asked along the ray here and along the axis there, so few pixels on rims and leaves differ
    for mine, theirs in ((cast.state, drawn.state), (cast.steps[2].state, drawn.steps[2].state)):
        assert (mine == theirs)[is_same].mean() > 0.997
        assert ((mine ^ theirs)[is_same] & (FLOW_VALID | FLOW_OUT | FLOW_SKY) == 0).mean() > 0.9995
        assert (mine & FLOW_HIDDEN > 0).sum() > 100
    ours, others = ({s.object_id: s for s in passes.silhouettes} for passes in (cast, drawn))
    large = [k for k in others if others[k].inside_px > 30]
    assert len(large) > 8
    for k in large:
        assert ours[k].inside_px == pytest.approx(others[k].inside_px, abs=2)
        assert ours[k].mask().sum() == ours[k].inside_px


@pytest.mark.parametrize(("lens", "bend"), [
    (Pinhole(300, 180, 170.0, 168.0, 152.0, 88.0), BARREL),
    (Pinhole(300, 200, 95.0, 95.0, 149.5, 99.5), FISHEYE),
], ids=["barrel", "fisheye"])  # fmt: skip
def test_straight_edges_bend_as_opencv_says(lens: Pinhole, bend: DistortionScene) -> None:
    """The rim of a big card before the sky: in every row and column the border lies where its edge is projected."""
    maker = StageMaker(lens=lens, camera=lambda t: pose(0, 0, 0) @ BODY_FROM_CAM)
    maker.add(card(4.0, "brick"), still(pose(3.5, 0.3, -0.2)), object_id=1)
    passes = view(standing(maker.stage()), lens, bend).passes(1)
    is_card = passes.row > 0
    ends = np.linspace(-2, 2, 4001)
    edges = {"left": (-0.3 - 2, ends + 0.2), "right": (-0.3 + 2, ends + 0.2)}
    for side, (x, y) in edges.items():
        points = np.stack([np.full(y.shape, x), y, np.full(y.shape, 3.5)], axis=1)
        place = opencv_pixels(points, lens, bend)
        rows = np.arange(int(place[0, 1]) + 6, int(place[-1, 1]) - 6)
        rows = rows[(rows >= 0) & (rows < lens.height_px)]
        wanted = np.interp(rows, place[:, 1], place[:, 0])
        assert len(rows) > 60
        assert np.ptp(wanted) > 2  # it does bend
        seen = np.array([np.flatnonzero(is_card[row])[0 if side == "left" else -1] for row in rows])
        ahead = seen - wanted if side == "left" else wanted - seen
        assert ahead.min() >= -1e-6
        assert ahead.max() <= 1 + 1e-6


def test_a_bent_label_is_the_unbent_label_of_the_same_ray(street: Stage) -> None:
    """Every bent pixel is looked up in a large unbent picture: off silhouettes there is the same surface at the same depth."""
    lens = Pinhole(240, 150, 140.0, 140.0, 119.5, 74.5)
    wide = Pinhole.centred(width_px=1400, height_px=900, focal_px=400.0)
    frame = street.frames - 3
    bent = view(street, lens, BARREL).passes(frame)
    with Renderer(look="none") as renderer:
        renderer.load(dataclasses.replace(street, cameras=(dataclasses.replace(street.cameras[0], lens=wide),)))
        drawn = renderer.render(frame)
    grid = np.stack(np.meshgrid(np.arange(240.0), np.arange(150.0)), axis=-1)
    five = np.array([BARREL.k1, BARREL.k2, BARREL.p1, BARREL.p2, BARREL.k3])
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 100, 1e-12)
    flat = cv2.undistortPoints(grid.reshape(-1, 1, 2), lens.matrix, five, R=None, P=None, criteria=criteria).reshape(
        150, 240, 2
    )
    place = np.rint(flat * wide.fx_px + (wide.cx_px, wide.cy_px)).astype(int)
    assert (place >= 0).all()
    assert (place < (1400, 900)).all()
    u, v = place[..., 0], place[..., 1]
    inside = is_inside((drawn.row.astype(int) * 256 + drawn.part).astype(np.int32))[v, u]
    assert inside.mean() > 0.5
    assert (drawn.row[v, u] == bent.row)[inside].mean() > 0.999
    near = np.abs(drawn.z_m[v, u] - bent.z_m) <= 0.03 * bent.z_m  # half a pixel aside on the ground
    assert near[inside].mean() > 0.97
    swapped = view(street, lens, dataclasses.replace(BARREL, k1=0.0)).passes(frame)
    assert (drawn.row[v, u] == swapped.row)[inside].mean() < 0.98


def test_every_id_is_one_of_the_stage(street: Stage) -> None:
    bent = view(street, Pinhole(240, 150, 140.0, 140.0, 119.5, 74.5), BARREL).passes(3)
    objects, _ = row_tables(street)
    shown = set(np.unique(objects[bent.row]).tolist()) - {0}
    assert len(shown) > 5
    assert shown <= {s.object_id for s in bent.silhouettes} <= set(street.instances.object_id.tolist())
    for silhouette in bent.silhouettes:
        seen = objects[bent.row] == silhouette.object_id
        mask = np.zeros(bent.row.shape, np.bool_)
        if silhouette.box_px is not None:
            left, top, right, bottom = silhouette.box_px
            mask[top : bottom + 1, left : right + 1] = silhouette.mask()
        assert not (seen & ~mask).any()


def pushed(lens: Pinhole, bend: DistortionScene, *, place: FloatArray) -> tuple[Stage, Passes]:
    """A box that moves before a far wall while the camera drives and turns."""
    maker = StageMaker(lens=lens, camera=lambda t: pose(3 * t, 0, 1, yaw=0.2 * t) @ BODY_FROM_CAM)
    maker.add(box_mesh((1, 1, 1)), lambda t: place @ pose(0, 5 * t, 0, yaw=t), object_id=1)
    stage = standing(maker.stage(), 0)
    return stage, view(stage, lens, bend).passes(1)


@pytest.mark.parametrize(("lens", "bend"), [
    (Pinhole(300, 180, 170.0, 168.0, 152.0, 88.0), BARREL),
    (Pinhole(300, 200, 85.0, 85.0, 149.5, 99.5), FISHEYE),
], ids=["barrel", "fisheye"])  # fmt: skip
def test_flow_lands_where_opencv_projects_the_moved_point(lens: Pinhole, bend: DistortionScene) -> None:
    stage, passes = pushed(lens, bend, place=pose(4, 0.2, 1))
    v, u = np.nonzero(passes.row > 0)
    assert len(u) > 300
    rays = view(stage, lens, bend)._rays_cam.reshape(*passes.row.shape, 3)[v, u]
    points = rays / rays[:, 2:] * passes.z_m[v, u, None].astype(float)
    for side, then in enumerate((2, 0)):
        rows, cams = ([f(t) for t in (1, then)] for f in (stage.rows_world, stage.camera_world))
        motion = rigid_inverse(cams[1]) @ rows[1][1] @ rigid_inverse(rows[0][1]) @ cams[0]
        there = apply(motion, points)
        place = opencv_pixels(there, lens, bend)
        flow = passes.flow_px[v, u, 2 * side : 2 * side + 2]
        np.testing.assert_allclose(flow, place - np.stack([u, v], 1), atol=1e-3)
        np.testing.assert_allclose(passes.dz_m[v, u, side], there[:, 2] - points[:, 2], atol=1e-5)
    sky = passes.row == 0
    turn = stage.camera_world(2)[:3, :3].T @ stage.camera_world(1)[:3, :3]
    far = view(stage, lens, bend)._rays_cam.reshape(*sky.shape, 3)[sky] @ turn.T
    v, u = np.nonzero(sky)
    seen = far[:, 2] > 0.2
    np.testing.assert_allclose(
        passes.flow_px[sky][seen, :2], (opencv_pixels(far, lens, bend) - np.stack([u, v], 1))[seen], atol=1e-3
    )


def test_a_fisheye_sees_beside_and_behind_itself() -> None:
    lens = Pinhole.centred(width_px=240, height_px=240, focal_px=240 / np.radians(210))
    maker = StageMaker(lens=lens, camera=lambda t: pose(0, 0, 0) @ BODY_FROM_CAM)
    maker.add(box_mesh((0.5, 0.5, 0.5)), still(pose(-0.4, 3, 0)), object_id=1)  # left, a little behind
    maker.add(box_mesh((0.5, 0.5, 0.5)), still(pose(4, 0, 0)), object_id=2)
    passes = view(standing(maker.stage()), lens, KannalaBrandtScene(0, 0, 0, 0)).passes(1)
    behind, ahead = passes.row == 1, passes.row == 2
    assert behind.sum() > 20
    assert ahead.sum() > 20
    assert (np.nonzero(behind)[1] < 25).all()
    assert (passes.z_m[behind] < 0.2).all()
    assert passes.z_m[behind].min() < -0.3  # depth along the axis, as it is
    assert (passes.state[behind] & FLOW_VALID > 0).all()
    np.testing.assert_allclose(passes.flow_px[behind], 0, atol=1e-3)


def test_truncation_is_the_share_of_the_silhouette_beyond_the_border() -> None:
    """A card half outside: the continued picture, taken by a larger camera, holds what the border cuts off."""
    small = Pinhole(200, 200, 120.0, 120.0, 99.5, 99.5)
    large = Pinhole(420, 420, 120.0, 120.0, 209.5, 209.5)
    mild = BrownConradyScene(-0.02, 0.002, 0.0, 0.0, 0.0)
    for bend, aside in ((NOT_BENT, 2.4), (mild, 2.4), (FISHEYE, 3.0)):
        maker = StageMaker(lens=small, camera=lambda t: pose(0, 0, 0) @ BODY_FROM_CAM)
        maker.add(card(1.5, "brick"), still(pose(3, aside, 0)), object_id=5)
        stage = standing(maker.stage())
        (cut,), (whole,) = (view(stage, lens, bend).passes(1).silhouettes for lens in (small, large))
        assert whole.total_px == whole.inside_px
        assert 0.2 < cut.inside_px / cut.total_px < 0.9
        assert cut.total_px == pytest.approx(whole.inside_px, rel=0.015)
        assert cut.box_px is not None
        assert cut.box_px[0] == 0


def test_what_is_covered_later_is_hidden() -> None:
    """A box slides before a wall: the strip of wall that it covers at the next frame is hidden, and no other."""
    lens = Pinhole(240, 160, 130.0, 130.0, 119.5, 79.5)
    maker = StageMaker(lens=lens, camera=lambda t: pose(0, 0, 0) @ BODY_FROM_CAM, fps=10)
    maker.add(card(30.0, "brick"), still(pose(8, 0, 0)), object_id=1)
    maker.add(box_mesh((0.2, 1, 1)), lambda t: pose(4, -6 * t, 0), object_id=2)
    view_of = view(standing(maker.stage(), 1), lens, BARREL)
    now, later = view_of.passes(1), view_of.passes(2)
    wall, box = now.row == 1, later.row == 2
    hidden = now.state[..., 0] & FLOW_HIDDEN > 0
    assert hidden.sum() > 200
    np.testing.assert_array_equal(hidden[wall], box[wall])  # the camera stands, so the wall's flow is zero
    assert not hidden[now.row == 2].any()


def test_flow_over_steps_is_empty_beyond_the_clip() -> None:
    maker = StageMaker(lens=SMALL, frames=3)
    maker.add(card(3.0, "brick"), lambda t: pose(6, t, 1.6), object_id=1)
    passes = view(maker.stage(), SMALL, BARREL, (1, 3)).passes(1)
    far = passes.steps[3]
    assert set(passes.steps) == {3}
    assert not far.state.any()  # frames -1 .. 3 have poses
    near = view(maker.stage(), SMALL, BARREL, (2,)).passes(1).steps[2]
    assert (near.state[..., 0] & FLOW_VALID > 0).all()
    double, single = near.flow_px[passes.row > 0], passes.flow_px[passes.row > 0]
    assert np.abs(double).max() > 1.8 * np.abs(single).max()


def test_normals_are_coded_as_the_shader_does() -> None:
    normals = random_directions(2000)
    code = encode_normals(normals)
    np.testing.assert_allclose(decode_normals(code), normals, atol=6e-5)
    assert encode_normals(np.zeros((1, 3))).tolist() == [[32768, 32768]]


def test_the_rays_of_an_unbent_camera_are_its_pixels_rays() -> None:
    maker = StageMaker(lens=SMALL)
    maker.add(card(3.0, "brick"), still(pose(6, 0, 1.6)))
    rays = view(maker.stage(), SMALL, None)._rays_cam
    np.testing.assert_allclose(rays / rays[:, 2:], pixel_rays(SMALL).reshape(-1, 3), atol=1e-12)
