"""Turns of a scanner: order of the beams, ranges, noise, brightness, scene flow, and points that agree with the picture."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from little_stages import StageMaker, box_mesh, ground_mesh, limb_mesh, still

from benchmarks.scenes import DAYLIGHT, scene_of, stage_of
from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, BoolArray, FloatArray, apply, pose, project, rigid_inverse
from scenegen.rays.lidar import beam_directions, intensity, scan
from scenegen.rays.scene import RayScene
from scenegen.render.renderer import Renderer
from scenegen.scenario.scene import LidarScene, Scene
from scenegen.stage.stage import Stage, StageLidar
from scenegen.truth.frame import Sweep
from scenegen.truth.labels import row_tables
from scenegen.truth.point_clouds import noise_seed, sweep
from tests.rays.ray_stages import ball, card, of_material, scanner, standing, with_scanner


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Names the draws; its stage is not used."""
    return scene_of("jaywalker_dart_out", size_px=(414, 125), overrides=DAYLIGHT)


def in_a_ball(build: LidarScene) -> tuple[RayScene, StageLidar]:
    """A scanner in a room whose wall is a ball of 20 m, nearly."""
    maker = StageMaker()
    mesh = ball(20.0)
    maker.add(dataclasses.replace(mesh, faces=mesh.faces[:, ::-1].copy()), still(pose(0, 0, 0)))
    stage, lidar = with_scanner(standing(maker.stage()), build, lambda frame: pose(0, 0, 0))
    return RayScene(stage), lidar


def test_rings_run_from_the_top_and_turn_clockwise_from_behind(scene: Scene) -> None:
    build = scanner(columns=360)
    beams = beam_directions(build)
    np.testing.assert_allclose(np.degrees(np.arcsin(beams[:, 0, 2])), [10, 0, -10])
    np.testing.assert_allclose(beams[1, [0, 90, 180, 270]], [[-1, 0, 0], [0, 1, 0], [1, 0, 0], [0, -1, 0]], atol=1e-12)
    rays, lidar = in_a_ball(build)
    turn = sweep(rays, scene, lidar, 0)
    assert len(turn.ring) == 3 * 360
    assert turn.ring.tolist() == np.repeat([0, 1, 2], 360).tolist()
    np.testing.assert_allclose(turn.time_s.reshape(3, 360)[0], np.arange(360) / 360 / rays.stage.fps, atol=1e-6)
    unit = turn.points_m / np.linalg.norm(turn.points_m, axis=1, keepdims=True)
    np.testing.assert_allclose(unit, beams.reshape(-1, 3), atol=1e-6)


def test_points_lie_on_the_wall_in_the_scanners_own_frame(scene: Scene) -> None:
    maker = StageMaker()
    maker.add(card(40.0, "brick"), still(pose(12, 0, 0)), object_id=7)
    place = pose(2, 1, 1.5, yaw=0.4, pitch=0.05, roll=-0.03)
    stage, lidar = with_scanner(standing(maker.stage()), scanner(), lambda frame: place)
    turn = sweep(RayScene(stage), scene, lidar, 1)
    assert len(turn.ring) > 200
    np.testing.assert_allclose(apply(place, turn.points_m.astype(float))[:, 0], 12, atol=1e-5)  # points are float32
    assert set(turn.object_id.tolist()) == {7}
    assert set(turn.class_id.tolist()) == {1}
    np.testing.assert_array_equal(turn.world_from_lidar.now, place)
    assert np.abs(turn.flow_m).max() < 1e-5


def test_what_is_too_near_hides_and_what_is_too_far_is_lost() -> None:
    maker = StageMaker()
    maker.add(card(0.5, "brick"), still(pose(0.6, 0, 0)))
    maker.add(card(200.0, "brick"), still(pose(30, 0, 0)))
    stage, lidar = with_scanner(standing(maker.stage()), scanner(elevations_deg=(0.0,)), lambda frame: pose(0, 0, 0))
    rays = RayScene(stage)

    def ahead(**changes: float) -> FloatArray:
        changed = StageLidar(dataclasses.replace(lidar.build, **changes), lidar.world)
        returns = scan(rays, changed, 0, seed=0)
        return returns.range_m[np.abs(returns.column - 180) < 5]

    np.testing.assert_allclose(ahead(least_range=0.5), 0.6, atol=0.01)
    assert len(ahead(least_range=0.7)) == 0
    assert len(ahead(least_range=0.0, most_range=0.3)) == 0
    assert scan(rays, lidar, 0, seed=0).range_m.max() < 100.0


def test_noise_and_drop_out_are_seeded_and_of_their_size(scene: Scene) -> None:
    rays, lidar = in_a_ball(scanner(elevations_deg=tuple(np.linspace(20, -20, 40)), columns=500))
    exact = scan(rays, lidar, 0, seed=3)
    noisy_build = dataclasses.replace(lidar.build, noise=0.05, drop_out=0.25)
    noisy = StageLidar(noisy_build, lidar.world)
    first, second, other = (scan(rays, noisy, 0, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.range_m, second.range_m)
    assert not np.array_equal(first.column, other.column)
    assert 0.73 < len(first.range_m) / len(exact.range_m) < 0.77
    error = first.range_m - first.hits.range_m
    assert error.std() == pytest.approx(0.05, rel=0.03)
    assert abs(error.mean()) < 0.002
    by_beam = {(r, c): x for r, c, x in zip(exact.ring, exact.column, exact.range_m, strict=True)}
    np.testing.assert_allclose([by_beam[r, c] for r, c in zip(first.ring, first.column, strict=True)], first.hits.range_m)
    turn = sweep(rays, scene, noisy, 0)
    away = np.linalg.norm(turn.points_m, axis=1)
    assert np.abs(away - 20).max() > 0.1  # noise is along the beam
    seeds = {noise_seed(scene, name, frame) for name in ("top", "left") for frame in (0, 1)}
    assert len(seeds) == 4
    assert noise_seed(dataclasses.replace(scene, seed=scene.seed + 1), "top", 0) not in seeds


def test_a_thing_that_comes_changes_no_other_beams_noise() -> None:
    build = scanner(noise=0.03, drop_out=0.2)
    ranges = []
    for has_box in (False, True):
        maker = StageMaker()
        maker.add(card(60.0, "brick"), still(pose(15, 0, 0)))
        if has_box:
            maker.add(box_mesh((1, 1, 4)), still(pose(8, 2, 0)), object_id=1)
            maker.add(box_mesh((1, 1, 4)), still(pose(-8, 0, 0)), object_id=2)  # where nothing came back
        stage, lidar = with_scanner(standing(maker.stage()), build, lambda frame: pose(0, 0, 0))
        returns = scan(RayScene(stage), lidar, 0, seed=11)
        image = np.full((3, build.columns), np.nan)
        image[returns.ring, returns.column] = np.where(returns.hits.instance == 0, returns.range_m, np.nan)
        ranges.append(image)
    same = np.isfinite(ranges[1])
    assert np.isfinite(ranges[0]).sum() > same.sum() > 250
    np.testing.assert_array_equal(ranges[0][same], ranges[1][same])


def brightness(material: str, *, turn: float = 0.0, class_name: str = "building", tint: int = 255) -> float:
    """Brightness of a card ten metres ahead that is turned away by an angle."""
    maker = StageMaker()
    maker.add(of_material(card(2.0, material), material, (tint,) * 3), still(pose(10, 0, 0, yaw=turn)))
    stage = standing(maker.stage())
    ids = np.full(1, BY_NAME[class_name].id, np.uint8)
    stage = dataclasses.replace(stage, instances=dataclasses.replace(stage.instances, class_id=ids))
    stage, lidar = with_scanner(stage, scanner(elevations_deg=(0.0,)), lambda frame: pose(0, 0, 0))
    rays = RayScene(stage)
    returns = scan(rays, lidar, 0, seed=0)
    return float(intensity(rays, returns.hits)[returns.column == 180][0])


def test_brightness_follows_material_and_angle() -> None:
    assert brightness("plain") == pytest.approx(1.0)
    assert brightness("plain", turn=np.pi / 3) == pytest.approx(0.5, rel=1e-4)
    assert brightness("plain", tint=128) == pytest.approx(0.2159, abs=1e-3)  # IEC 61966-2-1 of 128 / 255
    assert brightness("glass") < 0.01 < brightness("asphalt") < brightness("marking")
    assert brightness("plate") == 1.0
    assert brightness("metal") < 0.3 * brightness("plain")
    sign, wall = (brightness("plain", tint=60, class_name=name, turn=1.2) for name in ("traffic_sign", "building"))
    assert sign > wall + 0.4  # prisms keep their return when seen aslant
    assert brightness("leaf") == pytest.approx(0.5)


def test_scene_flow_of_a_moving_box_and_a_bending_limb(scene: Scene) -> None:
    maker = StageMaker(fps=10, frames=3)
    maker.add(ground_mesh((-30, 30), (-30, 30), 5), still(pose(0, 0, 0)), object_id=0)
    maker.add(box_mesh((4, 2, 1.5), (0, 0, 0.75)), lambda t: pose(8 + 6 * t, 3, 0, yaw=0.5 * t), object_id=1)

    def lower(t: float) -> FloatArray:
        return pose(4 + t, -2, 0, pitch=0.2) @ pose(0, 0, 0.5, pitch=4 * t) @ pose(0, 0, -0.5)

    maker.add(limb_mesh(), lambda t: pose(4 + t, -2, 0, pitch=0.2), lower, object_id=2, skinned=True)
    ego = [pose(1.5 * k, 0.1 * k, 1.7, yaw=0.02 * k) for k in range(-1, 5)]
    build = scanner(elevations_deg=tuple(np.linspace(2, -24, 40)), columns=1200)
    stage, lidar = with_scanner(standing(maker.stage(), 1, 2), build, lambda frame: ego[frame + 1])
    rays = RayScene(stage)
    turn = sweep(rays, scene, lidar, 1)
    now, then = turn.world_from_lidar.now, turn.world_from_lidar.next
    points, there = (apply(p, x.astype(float)) for p, x in ((now, turn.points_m), (then, turn.points_m + turn.flow_m)))
    ground, box, limb = (turn.object_id == k for k in (0, 1, 2))
    assert min(ground.sum(), box.sum(), limb.sum()) > 50
    np.testing.assert_allclose(there[ground], points[ground], atol=1e-5)
    motion = pose(8 + 6 * 0.2, 3, 0, yaw=0.1) @ rigid_inverse(pose(8 + 6 * 0.1, 3, 0, yaw=0.05))
    np.testing.assert_allclose(there[box], apply(motion, points[box]), atol=1e-5)
    moved = np.linalg.norm(there[limb] - points[limb], axis=1)
    high = points[limb, 2] > 0.75
    assert moved[~high].min() == pytest.approx(0.1, abs=0.01)  # the foot goes with the body
    assert moved[high].min() > 0.11  # the upper half turns by 0.4 rad as well
    exact = RayScene(stage).move(scan(rays, lidar, 1, seed=0).hits, 1, 2)
    np.testing.assert_allclose(there, exact, atol=2e-5)


def test_flow_is_unknown_for_what_is_gone_and_after_the_last_pose(scene: Scene) -> None:
    maker = StageMaker()
    wall = maker.add(card(40.0, "brick"), still(pose(12, 0, 0)), object_id=7)
    alive = np.ones(len(maker.motions), np.bool_)
    alive[wall] = False
    stage = dataclasses.replace(maker.stage(), row_alive=lambda frame: alive if frame == 2 else alive | True)
    stage, lidar = with_scanner(stage, scanner(), lambda frame: pose(0, 0, 0))
    rays = RayScene(stage)
    known = [np.isfinite(sweep(rays, scene, lidar, frame).flow_m).all() for frame in (0, 1, 3)]
    assert known == [True, False, False]
    assert len(sweep(rays, scene, lidar, 1).ring) > 100


@dataclasses.dataclass(frozen=True, eq=False)
class Seen:
    """A street by camera and by a scanner that stands in the camera's place, and how its points fall on the picture."""

    stage: Stage
    turn: Sweep
    is_inside: BoolArray
    is_same_object: BoolArray
    gap_m: FloatArray


def on_the_picture(stage: Stage, turn: Sweep, frame: int, *, shift_m: float = 0.0) -> tuple[BoolArray, BoolArray, FloatArray]:
    """Tell which points fall into the picture off silhouettes and which on their own object, and how far they are from its
    depth surface, nan where that is not flat."""
    with Renderer(look="none") as renderer:
        renderer.load(stage)
        drawn = renderer.render(frame)
    world = turn.world_from_lidar.now
    cam_from_lidar = pose(shift_m, 0, 0) @ rigid_inverse(np.asarray(stage.camera_world(frame))) @ world
    points = apply(cam_from_lidar, turn.points_m.astype(float))
    lens = stage.lens
    points[points[:, 2] < 0.5] = (0, 0, -1)
    place = np.full((len(points), 2), -9.0)
    place[points[:, 2] > 0] = project(points[points[:, 2] > 0], lens)
    u, v = np.floor(place).astype(int).T
    inside = (u >= 1) & (v >= 1) & (u < lens.width_px - 2) & (v < lens.height_px - 2)
    u, v = np.where(inside, u, 1), np.where(inside, v, 1)

    # Off silhouettes: one surface in the 4 x 4 pixels round the point, without a step in depth such as a leaf's hole
    around = [[(v + j, u + i) for i in (-1, 0, 1, 2)] for j in (-1, 0, 1, 2)]
    surface = drawn.row.astype(int) * 256 + drawn.part
    patch = np.array([[surface[at] for at in line] for line in around])
    inside &= (patch == patch[0, 0]).all(axis=(0, 1))
    z = np.array([[drawn.z_m[at] for at in line] for line in around]).astype(float)
    inside &= (z.min(axis=(0, 1)) > 0) & (z.max(axis=(0, 1)) < 1.05 * z.min(axis=(0, 1)))

    # Between pixels, what is flat has an inverse depth that is linear; where it bends the picture does not tell the surface
    inverse = 1 / np.where(z > 0, z, 1e9)
    bends = np.maximum(*(np.abs(np.diff(inverse, n=2, axis=axis)).max(axis=(0, 1)) for axis in (0, 1)))
    is_flat = bends * z[1, 1] ** 2 < 0.005
    share_u, share_v = np.where(inside[:, None], place - np.stack([u, v], 1), 0.0).T
    upper = inverse[1, 1] * (1 - share_u) + inverse[1, 2] * share_u
    lower = inverse[2, 1] * (1 - share_u) + inverse[2, 2] * share_u
    gap = np.where(is_flat, np.abs(1 / (upper * (1 - share_v) + lower * share_v) - points[:, 2]), np.nan)
    objects, classes = row_tables(stage)
    row = drawn.row[v, u]
    return inside, (objects[row] == turn.object_id) & (classes[row] == turn.class_id), gap


@pytest.fixture(scope="module")
def street(scene: Scene) -> tuple[Stage, Sweep, int]:
    _, stage = stage_of(
        dataclasses.replace(scene, cameras=(dataclasses.replace(scene.camera, width=828, height=250, focal=481.0),))
    )
    build = scanner(elevations_deg=tuple(np.linspace(8, -14, 64)), columns=1500, least_range=0.9, most_range=120.0)

    def world(frame: int) -> FloatArray:
        return np.asarray(stage.camera_world(frame)) @ rigid_inverse(BODY_FROM_CAM)

    stage, lidar = with_scanner(stage, build, world)
    frame = stage.frames - 3
    return stage, sweep(RayScene(stage), scene, lidar, frame), frame


def test_points_fall_on_their_objects_pixels_and_on_the_depth_surface(street: tuple[Stage, Sweep, int]) -> None:
    stage, turn, frame = street
    inside, is_same, gap_m = on_the_picture(stage, turn, frame)
    assert inside.sum() > 3000
    assert len(np.unique(turn.object_id[inside])) > 5
    assert is_same[inside].mean() >= 0.995
    flat = inside & is_same & np.isfinite(gap_m)
    assert flat.sum() > 3000
    assert (gap_m[flat] <= 0.005).mean() >= 0.995
    inside, is_same, gap_m = on_the_picture(stage, turn, frame, shift_m=0.05)  # a scanner off by 5 cm is seen
    flat = inside & is_same & np.isfinite(gap_m)
    assert (gap_m[flat] <= 0.005).mean() < 0.9


def test_the_same_bytes_alone_and_in_sequence(street: tuple[Stage, Sweep, int], scene: Scene) -> None:
    stage, turn, frame = street
    rays = RayScene(stage)
    for other in (frame - 1, frame):
        again = sweep(rays, scene, stage.lidars[0], other)
    for name in ("points_m", "intensity", "ring", "time_s", "object_id", "class_id", "flow_m"):
        np.testing.assert_array_equal(getattr(turn, name), getattr(again, name))
