"""Rays against walls, boxes, balls, leaf cards and real streets: where they land is known or drawn by another renderer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from little_stages import StageMaker, box_mesh, limb_mesh, still
from moving_scene import car_mesh

from benchmarks.scenes import DAYLIGHT, scene_of, stage_of
from scenegen.geometry import FloatArray, pixel_rays, pose, rigid_inverse
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.rays.facing import faced_by_rays
from scenegen.rays.scene import Hits, RayScene
from scenegen.rays.solid import FAR, LEAF_CUT
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Stage
from scenegen.truth.proofs import is_inside
from tests.rays.ray_stages import ball, card, random_directions, standing

AHEAD = np.array([[1.0, 0.0, 0.0]])


def cast_camera(rays: RayScene, stage: Stage, frame: int) -> Hits:
    """Cast a ray through every pixel centre; ranges are depths."""
    world = np.asarray(stage.camera_world(frame))
    return rays.cast(frame, world[:3, 3], pixel_rays(stage.lens).reshape(-1, 3) @ world[:3, :3].T)


def test_a_wall_at_seven_metres() -> None:
    maker = StageMaker()
    row = maker.add(card(4.0, "brick"), still(pose(7, 0, 1.65)), object_id=9)
    directions = np.array([[1.0, 0, 0], [1, 0.1, 0.1], [1, 0.5, 0]])
    hits = RayScene(standing(maker.stage())).cast(0, np.array([0.0, 0.0, 1.65]), directions)
    np.testing.assert_allclose(hits.range_m, [7, 7, np.inf], rtol=1e-12)
    assert hits.row.tolist() == [row, row, 0]
    assert hits.instance.tolist() == [0, 0, -1]
    np.testing.assert_allclose(hits.point_world_m[1], [7, 0.7, 2.35], atol=1e-9)
    assert np.isnan(hits.point_world_m[2]).all()
    assert hits.facing[0] == pytest.approx(1)


def test_backs_of_opaque_faces_do_not_count() -> None:
    maker = StageMaker()
    maker.add(card(4.0, "brick"), still(pose(3, 0, 0, yaw=np.pi)))
    maker.add(card(4.0, "brick"), still(pose(5, 0, 0)))
    for stage in (maker.stage(), standing(maker.stage())):
        hits = RayScene(stage).cast(0, np.zeros(3), AHEAD)
        assert hits.instance.tolist() == [1]
        np.testing.assert_allclose(hits.range_m, 5)


@pytest.mark.parametrize("is_standing", [True, False])
@pytest.mark.parametrize("far_m", [0.0, 5000.0])
def test_a_turned_box_is_met_where_its_slabs_say(is_standing: bool, far_m: float) -> None:
    size, place = np.array([4.0, 2.0, 1.5]), pose(far_m + 6, far_m - 3, 2, yaw=0.7, pitch=0.2, roll=-0.4)
    maker = StageMaker()
    maker.add(box_mesh(tuple(size)), still(place), object_id=1)
    stage = dataclasses.replace(maker.stage(), origin_m=np.array([far_m, far_m, 0.0]))
    origin = np.array([far_m, far_m, 1.0])
    directions = random_directions(50_000)
    hits = RayScene(standing(stage) if is_standing else stage).cast(0, origin, directions)
    local = rigid_inverse(place)
    eye, ahead = local[:3, :3] @ origin + local[:3, 3], directions @ local[:3, :3].T
    near, far = np.sort(np.stack([(-size / 2 - eye) / ahead, (size / 2 - eye) / ahead]), axis=0)
    enter, leave = near.max(axis=1), far.min(axis=1)
    is_met = (enter <= leave) & (enter > 0)
    assert is_met.sum() > 500
    assert (hits.is_hit != is_met).sum() <= 2  # edges passed by less than float32 tells
    both = hits.is_hit & is_met
    np.testing.assert_allclose(hits.range_m[both], enter[both], rtol=1e-9)


def test_inside_a_ball_nothing_is_met_and_outside_the_nearest_side() -> None:
    maker = StageMaker()
    maker.add(ball(2.0), still(pose(0, 0, 0)))
    rays = RayScene(standing(maker.stage()))
    directions = random_directions(3000)
    assert not rays.cast(0, np.zeros(3), directions).is_hit.any()
    hits = rays.cast(0, np.array([10.0, 0, 0]), -AHEAD)
    assert hits.range_m[0] == pytest.approx(8, abs=0.01)  # flat faces cut the ball's bulge


def test_holes_of_leaves_let_rays_through() -> None:
    layers = texture_layers(64)
    coverage = layers[TEXTURES.index("leaf"), ..., 3]
    maker = StageMaker()
    maker.add(card(1.0, "leaf"), still(pose(5, 0, 0)))
    maker.add(card(9.0, "brick"), still(pose(9, 0, 0)))
    y, z = (value.ravel() for value in np.meshgrid(np.linspace(-0.49, 0.49, 97), np.linspace(-0.49, 0.49, 97)))
    directions = np.stack([np.full(y.shape, 5.0), y, z], axis=1)
    texel = np.floor(np.stack([(0.5 - y), (z + 0.5)]) * 64).astype(int)
    off_border = np.abs(np.stack([(0.5 - y), (z + 0.5)]) * 64 % 1 - 0.5).max(axis=0) < 0.499
    is_leaf = coverage[texel[1], texel[0]] >= LEAF_CUT * 255
    assert 0.1 < is_leaf.mean() < 0.9
    for stage in (maker.stage(), standing(maker.stage())):
        hits = RayScene(stage, layers=layers).cast(0, np.zeros(3), directions)
        assert (hits.instance == np.where(is_leaf, 0, 1))[off_border].all()
    behind = RayScene(maker.stage(), layers=layers).cast(0, np.array([8.0, 0, 0]), directions * (-0.6, 1, 1))
    assert ((behind.instance == 0) == is_leaf)[off_border].all()  # leaves have two sides


def test_who_is_not_there_is_not_met() -> None:
    maker = StageMaker()
    first = maker.add(card(4.0, "brick"), still(pose(3, 0, 0)))
    maker.add(card(4.0, "brick"), still(pose(5, 0, 0)))
    alive = np.ones(len(maker.motions), np.bool_)
    alive[first] = False
    stage = dataclasses.replace(standing(maker.stage()), row_alive=lambda frame: alive if frame == 1 else alive | True)
    rays = RayScene(stage)
    assert [rays.cast(frame, np.zeros(3), AHEAD).instance[0] for frame in (0, 1, 2)] == [0, 1, 0]


def test_parts_rows_and_triangles_are_named_as_in_the_mesh() -> None:
    maker = StageMaker()
    mesh = dataclasses.replace(car_mesh(), part=np.repeat(np.arange(5), 24).astype(np.uint8))
    first = maker.add(mesh, *(still(pose(8, 1, 0, yaw=0.3)),) * 5, object_id=4)
    directions = random_directions(40_000)
    for stage in (maker.stage(), standing(maker.stage())):
        hits = RayScene(stage).cast(0, np.array([0.0, 0, 1]), directions)
        hit = hits.is_hit
        assert (hits.row[hit] == first + hits.part[hit]).all()
        assert len(np.unique(hits.part[hit])) >= 3
        corners = mesh.positions_m[mesh.faces[hits.triangle[hit]]].astype(float) @ pose(8, 1, 0, yaw=0.3)[:3, :3].T + (8, 1, 0)
        second, third = hits.barycentric[hit].T.astype(float)
        blended = np.einsum("nk,nki->ni", np.stack([1 - second - third, second, third], 1), corners)
        np.testing.assert_allclose(blended, hits.point_world_m[hit], atol=2e-5)


def test_a_rigid_face_between_two_joints_is_refused() -> None:
    maker = StageMaker()
    maker.add(limb_mesh(), still(np.eye(4)), still(np.eye(4)))
    mesh = maker.meshes[0]
    joints = mesh.joints.copy()
    joints[::2, 0] = 1
    maker.meshes[0] = dataclasses.replace(mesh, joints=joints)
    with pytest.raises(ValueError, match="two joints"):
        RayScene(maker.stage()).cast(0, np.array([-3.0, 0, 0]), AHEAD)


def test_points_move_with_boxes_and_limbs() -> None:
    maker = StageMaker(fps=10)
    maker.add(box_mesh((2, 2, 2)), lambda t: pose(6 + 5 * t, 2, 1, yaw=2 * t))

    def lower(t: float) -> FloatArray:
        return pose(4, -2, 0, pitch=t) @ pose(0, 0, 0.5, roll=3 * t)

    maker.add(limb_mesh(), lambda t: pose(4, -2, 0, pitch=t), lower, skinned=True)
    maker.add(card(30, "brick"), still(pose(20, 0, 0)))
    stage = standing(maker.stage(), 0, 1)
    rays = RayScene(stage)
    origin = np.array([0.0, 0.0, 0.8])
    hits = rays.cast(1, origin, random_directions(60_000) * (1, 1, 0.3))
    moved = rays.move(hits, 1, 2)
    box, limb, wall, nothing = (hits.instance == k for k in (0, 1, 2, -1))
    assert min(box.sum(), limb.sum(), wall.sum()) > 100
    turn = pose(7, 2, 1, yaw=0.4) @ rigid_inverse(pose(6.5, 2, 1, yaw=0.2))
    np.testing.assert_allclose(moved[box], hits.point_world_m[box] @ turn[:3, :3].T + turn[:3, 3], atol=1e-9)
    np.testing.assert_array_equal(moved[wall], hits.point_world_m[wall])
    assert np.isnan(moved[nothing]).all()
    mesh, weights = limb_mesh(), limb_mesh().weights.astype(float)

    def posed(frame: int) -> FloatArray:
        rows, rest = stage.rows_world(frame)[2:4], np.c_[mesh.positions_m, np.ones(len(mesh.positions_m))]
        return sum(weights[:, [j]] * (rest @ rows[j].T)[:, :3] for j in (0, 1))

    second, third = hits.barycentric[limb].T.astype(float)
    share = np.stack([1 - second - third, second, third], axis=1)
    for frame, points in ((1, hits.point_world_m), (2, moved)):
        corners = posed(frame)[mesh.faces[hits.triangle[limb]]]
        np.testing.assert_allclose(np.einsum("nk,nki->ni", share, corners), points[limb], atol=1e-5)  # weights are float32


def test_many_rays_at_once_meet_what_few_meet() -> None:
    maker = StageMaker()
    maker.add(ball(1.0), still(pose(5, 0, 0)))
    maker.add(box_mesh((1, 1, 1)), lambda t: pose(0, 4, 0, yaw=t))
    rays = RayScene(standing(maker.stage(), 1))
    directions = random_directions(30_000)
    whole = rays.cast(0, np.zeros(3), directions)
    pieces = [rays.cast(0, np.zeros(3), directions[k : k + 1000]) for k in range(0, 30_000, 1000)]
    for name in ("range_m", "instance", "triangle", "barycentric"):
        np.testing.assert_array_equal(getattr(whole, name), np.concatenate([getattr(piece, name) for piece in pieces]))


def test_no_face_that_a_ray_meets_is_left_out_of_a_skin() -> None:
    rng = np.random.default_rng(5)
    mesh = limb_mesh()
    points = mesh.positions_m + np.array([6, 1, -0.5])
    directions = np.stack([np.ones(400), rng.uniform(0.1, 0.23, 400), rng.uniform(-0.1, 0.1, 400)], axis=1)
    chosen = faced_by_rays(points, mesh.faces, points.mean(axis=0), directions.astype(np.float32))
    a, b, c = np.moveaxis(points[mesh.faces], 1, 0)
    shares = np.stack([np.einsum("mi,ni->mn", np.cross(p, q), directions) for p, q in ((b, c), (c, a), (a, b))])
    is_met = (shares < 0).all(axis=0)  # from the front
    assert 20 < is_met.any(axis=1).sum() <= len(chosen) < len(mesh.faces) / 2
    assert set(np.flatnonzero(is_met.any(axis=1))) <= set(chosen)


@pytest.fixture(scope="module")
def street() -> Stage:
    _, stage = stage_of(scene_of("jaywalker_dart_out", size_px=(414, 125), overrides=DAYLIGHT))
    return stage


def test_a_street_looks_as_the_renderer_draws_it(street: Stage) -> None:
    frame = street.frames - 2
    with Renderer(look="none") as renderer:
        renderer.load(street)
        drawn = renderer.render(frame)
    rays = RayScene(street)
    hits = cast_camera(rays, street, frame)
    row, part, depth = (value.reshape(drawn.row.shape) for value in (hits.row, hits.part, hits.range_m))
    inside = is_inside((row * 256 + part).astype(np.int32))
    assert inside.mean() > 0.5
    assert ((row == drawn.row) & (part == drawn.part))[inside].mean() >= 0.999
    assert (row == drawn.row).mean() > 0.999
    z_m = np.where(drawn.z_m > 0, drawn.z_m.astype(float), np.inf)
    is_same = (z_m == depth) | (np.abs(z_m / np.where(np.isinf(depth), 1, depth) - 1) <= 20e-6)
    assert is_same[inside].mean() >= 0.999
    again = cast_camera(RayScene(street), street, frame)
    for field in dataclasses.fields(Hits):
        if field.name != "aim":
            np.testing.assert_array_equal(getattr(hits, field.name), getattr(again, field.name))
    np.testing.assert_array_equal(hits.point_world_m, again.point_world_m)


def test_how_far_is_asked_is_how_far_is_seen() -> None:
    maker = StageMaker()
    maker.add(card(4.0, "brick"), still(pose(7, 0, 0)))
    rays = RayScene(standing(maker.stage()))
    assert not rays.cast(0, np.zeros(3), AHEAD, most=6.9).is_hit.any()
    assert rays.cast(0, np.zeros(3), AHEAD, most=7.1).is_hit.all()
    assert rays.cast(0, np.zeros(3), AHEAD * 2, most=3.6).range_m[0] == pytest.approx(3.5)
    assert rays.cast(0, np.zeros(3), AHEAD, most=10 * FAR).is_hit.all()
