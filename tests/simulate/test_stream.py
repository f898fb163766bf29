"""Traffic in a stream: on streets of several lanes, and an ego that meets a crossing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from scenegen.roads.build import build_network
from scenegen.roads.street import build_street
from scenegen.scenario.scene import MapScene, VehicleScene
from scenegen.scenario.scene_behaviour import OnLaneScene
from scenegen.simulate.casting import cast_of
from scenegen.simulate.clip import LAMP_LEFT, LAMP_RIGHT, Clip, Track
from scenegen.simulate.contact import separation_m
from scenegen.simulate.flow.signals import SignalGroup
from scenegen.simulate.run import simulate
from scenegen.simulate.storage import clip_to_bytes
from scenegen.simulate.stream import Stream
from scenegen.simulate.world import EGO as EGO_BODY
from scenegen.simulate.world import advance, first_world
from tests.roads.opendrive.maps import MAPS
from tests.simulate.flow.maps import ARM_M, BOX_M, Car, crossing, setting_of
from tests.simulate.streets import BUSY, EGO, EMPTY, STREET, run, scene, track

ARTERIAL = replace(STREET, lanes=4, length=400.0, parking=0.0, sidewalk=0.0)
FLOWING = replace(BUSY, density=25.0, pedestrians=0.0, parked=0.0)
SLOW = VehicleScene("slow", "background", "box_truck", "white", OnLaneScene(2, 110.0, 0.0), 4.0, False, ())


@cache
def arterial() -> Clip:
    return run(road=ARTERIAL, traffic=FLOWING, actors=(SLOW,), duration=5.0)


def _traffic(clip: Clip) -> list[Track]:
    return [one for one in clip.tracks if one.name.startswith("traffic.")]


def _offset(one: Track) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return one.world_from_body[:, 1, 3]


def test_traffic_changes_lanes_smoothly_and_indicates() -> None:
    changing = [one for one in _traffic(arterial()) if np.ptp(_offset(one)) > 2.0]
    assert changing
    for one in changing:
        # At 100 Hz: no jump sideways, at most 2 m/s, and the way driven is the wheels' way
        step = np.diff(one.world_from_body[:, :2, 3], axis=0)
        assert np.abs(step[:, 1]).max() < 0.02
        assert np.hypot(*step.T) == pytest.approx(0.01 * one.motion[1:, 2], abs=0.004)
        assert (one.lamps & (LAMP_LEFT | LAMP_RIGHT)).any()


def test_nobody_in_the_stream_touches_anybody() -> None:
    clip = arterial()
    tracks = [clip.ego, track(clip, "slow"), *_traffic(clip)]
    for i, a in enumerate(tracks):
        for b in tracks[i + 1 :]:
            both = a.present & b.present
            if both.any() and np.abs(a.world_from_body[:, :2, 3] - b.world_from_body[:, :2, 3]).max(axis=1).min() < 9.0:
                assert separation_m(a, b)[both].min() > 0.0, (a.name, b.name)


def test_half_the_tick_moves_the_stream_less_than_2_cm() -> None:
    clips = [run(road=ARTERIAL, traffic=FLOWING, actors=(SLOW,), duration=3.0, substeps=n) for n in (10, 20)]
    for one in _traffic(clips[0]):
        other = track(clips[1], one.name)
        rows = [[clip.row_of(frame) for frame in range(31)] for clip in clips]
        coarse, fine = one.world_from_body[rows[0]], other.world_from_body[rows[1]]
        assert np.abs(coarse[:, :3, 3] - fine[:, :3, 3]).max() < 0.02


def test_a_far_actor_changes_no_vehicle_of_the_stream() -> None:
    far = VehicleScene("far", "background", "saloon", "red", OnLaneScene(-1, 640.0, 0.0), None, True, ())
    more = run(road=ARTERIAL, traffic=FLOWING, actors=(SLOW, far), duration=5.0)
    same = [one for one in _traffic(arterial()) if one.name.startswith(("traffic.1", "traffic.2"))]
    assert len(same) > 10
    for one in same:
        assert np.array_equal(track(more, one.name).world_from_body, one.world_from_body)


def test_reordered_actors_give_equal_bytes() -> None:
    other = VehicleScene("other", "background", "saloon", "red", OnLaneScene(1, 150.0, 0.0), 9.0, False, ())
    clips = [run(road=ARTERIAL, traffic=FLOWING, actors=actors, duration=2.0) for actors in ((SLOW, other), (other, SLOW))]
    assert clip_to_bytes(replace(clips[1], scene=clips[0].scene)) == clip_to_bytes(clips[0])


def test_drivers_move_aside_before_an_ambulance() -> None:
    street = replace(STREET, lanes=2, length=500.0, parking=0.0)
    ambulance = VehicleScene("ambulance", "rare", "ambulance", "white", OnLaneScene(1, 60.0, 0.0), 16.0, True, ())
    quiet = replace(ambulance, hazard_lights=False)
    there = {"road": street, "traffic": replace(FLOWING, density=18.0, oncoming=0.0), "ego": replace(EGO, lane=-1, s=480.0)}
    clip, plain = (run(**there, actors=(one,), duration=2.0) for one in (ambulance, quiet))
    middle = -0.5 * street.lane_width
    aside = [one for one in _traffic(clip) if one.name.startswith("traffic.1.") and _offset(one).min() < middle - 0.75]
    assert aside
    assert all(one.motion[:, 2].min() < 6.5 for one in aside)
    own_way = [one for one in _traffic(plain) if one.name.startswith("traffic.1.")]
    assert own_way
    assert all(np.abs(_offset(one) - middle).max() < 0.01 for one in own_way)


def test_riders_keep_to_the_edge_and_cars_stay_behind_or_change_lanes() -> None:
    riding = replace(FLOWING, density=8.0, oncoming=0.0, cyclists=12.0)
    clip = run(road=ARTERIAL, traffic=riding, duration=3.0, ego=replace(EGO, lane=-1, s=300.0))
    riders = [one for one in clip.tracks if one.name.startswith("cyclist.2.")]
    assert len(riders) > 2
    for one in riders:
        # 0.6 m from the outer edge of the second of two lanes of 3.25 m
        assert _offset(one) == pytest.approx(-2 * 3.25 + 0.6, abs=0.02)
        assert one.motion[:, 2].max() < 9.0
        for other in _traffic(clip):
            both = one.present & other.present
            assert not both.any() or separation_m(one, other)[both].min() > 0.0, (one.name, other.name)


def test_more_riders_leave_the_cars_draws_alone() -> None:
    few, none = (run(road=ARTERIAL, traffic=replace(FLOWING, cyclists=c), duration=0.2, substeps=2) for c in (4.0, 0.0))
    looks = [{one.name: (one.model, one.paint_linear) for one in _traffic(clip)} for clip in (few, none)]
    assert len(looks[1]) > 20
    assert all(looks[0][name] == looks[1][name] for name in looks[0])


def test_passers_by_cross_in_gaps_and_nobody_is_touched() -> None:
    made = replace(BUSY, density=8.0, oncoming=8.0, pedestrians=5.0, crossing=0.4)
    clip = run(road=replace(STREET, length=150.0), traffic=made, ego=replace(EGO, reacts=True), duration=8.0, substeps=5)
    over = [event.actor for event in clip.events if event.what.endswith(".does.cross")]
    assert any(np.ptp(_offset(track(clip, name))) > 3.0 for name in over)
    vehicles = [clip.ego, *(one for one in clip.tracks if one.rig == "vehicle")]
    for name in over:
        one = track(clip, name)
        for other in vehicles:
            both = one.present & other.present
            near = np.abs(one.world_from_body[:, :2, 3] - other.world_from_body[:, :2, 3]).max(axis=1)[both]
            assert not len(near) or near.min() > 9.0 or separation_m(one, other)[both].min() > 0.0, (name, other.name)


def _ego_speeds(*, reacts: bool, light: SignalGroup, cars: list[Car]) -> tuple[list[float], list[float]]:
    """Way along the road and speed of an ego that comes to a crossing with a light, every tenth of a second."""
    lanes, signals = crossing("signals")
    setting = setting_of(lanes, cars, (light, *signals[1:]))
    names = [path.name for path in lanes.paths]
    route = tuple(names.index(name) for name in ("in.2.0", "turn.2.0.0", "out.0.0"))
    street = replace(STREET, lane_width=3.5, length=2 * ARM_M, origin=(-ARM_M, 0.0), sidewalk=0.0, parking=0.0)
    made = scene(road=street, ego=replace(EGO, s=150.0, reacts=reacts), duration=12.0)
    network = build_street(street)
    cast = cast_of(made, network)
    # The ego is a vehicle of the setting, its first
    stream = Stream(replace(setting, ego_route=route, ego_obeys=reacts), network, (), len(cast.bodies))
    cast = replace(cast, stream=stream)
    world = first_world(cast, -2.0)
    places, speeds = [], []
    for tick in range(-199, 1200):
        world = advance(cast, world, tick / 100)
        if tick >= 0 and tick % 10 == 0:
            places.append(world.states[EGO_BODY].s)
            speeds.append(world.states[EGO_BODY].speed)
    return places, speeds


def test_the_ego_stops_at_a_red_light_and_drives_on_at_green() -> None:
    # Its light turns green at 10 s
    places, speeds = _ego_speeds(reacts=True, light=SignalGroup("ew", 60.0, 10.0, 25.0), cars=[])
    line = ARM_M - BOX_M - 1.0
    assert min(speeds) < 0.3
    assert places[85] < line - 2.0
    assert places[85] > line - 6.0
    assert places[-1] > line


def test_an_ego_that_does_not_react_drives_through_red() -> None:
    places, speeds = _ego_speeds(reacts=False, light=SignalGroup("ew", 60.0, 30.0, 25.0), cars=[])
    assert min(speeds) > 9.9
    assert places[-1] > ARM_M - BOX_M


def test_on_a_map_traffic_and_ego_drive_through_the_junction_by_its_lights() -> None:
    there = MapScene(str(MAPS / "t_junction.xodr"), (-45.0, -1.75), "straight", 60.0, 13.9, "residential")
    made = scene(road=there, traffic=replace(EMPTY, density=20.0, oncoming=20.0, cyclists=8.0), duration=10.0, substeps=5,
                 ego=replace(EGO, s=5.0, speed=8.0, reacts=True))  # fmt: skip
    clip = simulate(made, build_network(there))
    vehicles = [clip.ego, *clip.tracks]
    assert len(vehicles) > 8
    assert any(one.name.startswith("cyclist.") for one in vehicles)
    # Some turn: their heading changes by more than a radian, without a jump
    turns = [np.unwrap(np.arctan2(one.world_from_body[:, 1, 0], one.world_from_body[:, 0, 0])) for one in vehicles]
    assert max(np.ptp(turn) for turn in turns) > 1.0
    assert max(np.abs(np.diff(turn)).max() for turn in turns) < 0.1
    for i, a in enumerate(vehicles):
        for b in vehicles[i + 1 :]:
            both = a.present & b.present
            assert not both.any() or separation_m(a, b)[both].min() > 0.0, (a.name, b.name)
