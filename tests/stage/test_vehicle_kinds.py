"""Every kind of vehicle on the road: its class in the rendered labels, tyres on the road, beacons, cranks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.models import catalogue
from scenegen.models.people.build import posed_vertices
from scenegen.models.sizes import vehicle_form
from scenegen.render.renderer import Renderer
from scenegen.roads.network import RoadNetwork
from scenegen.scenario.actors import VEHICLE_KINDS
from scenegen.scenario.concrete import GENERIC_KINDS
from scenegen.scenario.scene import OnLaneScene, VehicleScene
from scenegen.simulate.clip import LAMP_BEACON, Clip, Track
from scenegen.simulate.parts import part_poses
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage
from scenegen.stage.stage import Stage
from tests.simulate.streets import EGO, network_of, scene

KITTI = {
    "suv": "Car", "pickup": "Truck", "semi_trailer": "Truck", "bus": "Misc", "police_car": "Car", "ambulance": "Van",
    "fire_engine": "Truck", "bicycle": "Cyclist", "e_scooter": "Cyclist", "motorcycle": "Misc",
}  # fmt: skip
"""The KITTI type of each kind."""
PLACES = {kind: 40.0 + 14.0 * i for i, kind in enumerate(KITTI)}


def driving(kind: str, s: float) -> VehicleScene:
    at = OnLaneScene(lane=-1, s=s, t=0.0)
    return VehicleScene(kind, "background", kind, "red", at, 6.0, kind in ("police_car", "bus"), ())


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return network_of(scene())


@pytest.fixture(scope="module")
def clip(network: RoadNetwork) -> Clip:
    actors = tuple(driving(kind, s) for kind, s in PLACES.items())
    return simulate(scene(actors=actors, duration=1.0, ego=replace(EGO, speed=0.0)), network)


@pytest.fixture(scope="module")
def stage(clip: Clip, network: RoadNetwork) -> Stage:
    return build_stage(clip, network)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(look="none") as labels:
        yield labels


def track_of(clip: Clip, kind: str) -> Track:
    return next(track for track in clip.tracks if track.name == kind)


def test_the_language_knows_every_vehicle_of_the_catalogue() -> None:
    built = {kind for kind, entry in catalogue.KINDS.items() if entry.category == "vehicle"}
    assert built == set(VEHICLE_KINDS) - set(GENERIC_KINDS)
    assert {kind: BY_NAME[catalogue.entry(kind).class_name].kitti for kind in KITTI} == KITTI


def test_rendered_pixels_have_the_class_of_their_track(clip: Clip, stage: Stage, renderer: Renderer) -> None:
    renderer.load(stage)
    passes = renderer.render(4)
    instance = np.zeros(stage.rows, int)
    for i, (row, count) in enumerate(zip(stage.instances.first_row, stage.instances.row_count, strict=True)):
        instance[row : row + count] = i
    for kind in ("suv", "pickup", "semi_trailer"):  # the nearest ones: the rest hides behind them
        track = track_of(clip, kind)
        pixels = stage.instances.object_id[instance[passes.row]] == track.track_id
        assert pixels.sum() > 30
        assert set(stage.instances.class_id[instance[passes.row[pixels]]]) == {BY_NAME[track.class_name].id}


@pytest.mark.parametrize("kind", KITTI)
def test_tyres_touch_the_road_at_every_tick(kind: str, clip: Clip) -> None:
    track = track_of(clip, kind)
    model = catalogue.build(track.model)
    rows = np.array([0, len(track.motion) // 2, len(track.motion) - 1])
    wheels = [i for i, joint in enumerate(model.joints) if joint.name.startswith("wheel")]
    assert len(wheels) >= 2
    chord = 1 - np.cos(np.pi / 8)  # of the octagon that a wheel is from 60 m on
    far_m = 1.05 * chord * model.facts["wheel_radius_m"]
    for mesh, allowed_m in ((model.meshes[0], 0.02), (model.meshes[1], 0.02), (model.meshes[-1], far_m)):
        for pose in part_poses(track, model, rows):
            points = posed_vertices(mesh, pose)
            for wheel in wheels:
                assert abs(points[mesh.joints[:, 0] == wheel, 2].min()) < allowed_m


def test_wheels_turn_by_the_way_travelled(clip: Clip) -> None:
    for kind in KITTI:
        track = track_of(clip, kind)
        way = np.linalg.norm(track.world_from_body[-1, :3, 3] - track.world_from_body[0, :3, 3])
        turn = track.motion[-1, 1] - track.motion[0, 1]
        assert turn * vehicle_form(track.model).wheel_radius_m == pytest.approx(way, rel=0.01)


def test_only_emergency_vehicles_flash_their_beacons(clip: Clip) -> None:
    flashes = {kind: track_of(clip, kind).lamps & LAMP_BEACON for kind in KITTI}
    assert 0 < (flashes["police_car"] > 0).mean() < 1
    assert not flashes["bus"].any()  # hazard lights, but no beacons
    assert not flashes["ambulance"].any()  # beacons, but not in use


def test_a_cyclist_bends_and_stiff_vehicles_do_not(clip: Clip, stage: Stage) -> None:
    for kind in KITTI:
        i = int(np.flatnonzero(stage.instances.object_id == track_of(clip, kind).track_id)[0])
        mesh = stage.meshes[stage.instances.mesh[i]]
        is_bent = bool((mesh.joints[mesh.faces, 0] != mesh.joints[mesh.faces[:, :1], 0]).any())
        assert bool(stage.instances.is_skinned[i]) == (kind == "bicycle")
        assert not is_bent or kind == "bicycle"
    track = track_of(clip, "bicycle")
    model = catalogue.build(track.model)
    first, last = part_poses(track, model, np.array([0, len(track.motion) - 1]))
    for joint in ("crank", "pedal_left", "thigh_right", "shin_left", "foot_left"):
        assert np.abs(first[model.joint_index[joint]] - last[model.joint_index[joint]]).max() > 0.05
