"""Steps of vehicles that leave their line: lane changes, overtaking, weaving, pulling out, lost loads, crossing bicycles."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.models import catalogue
from scenegen.scenario.scene import DebrisScene, OnLaneScene, ParkedScene, RoadsideScene, StepScene, VehicleScene
from scenegen.scenario.scene_behaviour import (
    AboardScene,
    AtTimeScene,
    BesideScene,
    ChangeLaneScene,
    CrossScene,
    DropLoadScene,
    FollowLaneScene,
    FollowPathScene,
    OncomingScene,
    OpenDoorScene,
    PassedScene,
    PoseScene,
    PullOutScene,
    WaitScene,
    WeaveScene,
)
from scenegen.simulate.clip import LAMP_LEFT, LAMP_RIGHT, Clip, Track
from tests.simulate.streets import EGO, STREET, event_s, run, track

WIDE = replace(STREET, lanes=4, parking=0.0, length=600.0)
FAR = replace(EGO, s=-20.0, speed=5.0)


def car(*does: StepScene, lane: int = 1, s: float = 60.0, speed: float = 12.0, kind: str = "saloon") -> VehicleScene:
    return VehicleScene("car", "rare", kind, "any", OnLaneScene(lane, s, 0.0), speed, False, does)


def slip_deg(clip: Clip, of: Track) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Angle between where the rear axle goes and where the body points, per tick."""
    rear = catalogue.entry(of.model.kind).wheelbase_m / 2
    place = of.world_from_body[:, :2, 3] - rear * of.world_from_body[:, :2, 0]
    way = np.gradient(place, axis=0)
    forward = of.world_from_body[:, :2, 0]
    across = np.abs(forward[:, 0] * way[:, 1] - forward[:, 1] * way[:, 0])
    return np.degrees(np.arctan2(across, (forward * way).sum(axis=1)))


def test_a_lane_change_is_smooth_and_its_rear_wheels_do_not_slip() -> None:
    change = ChangeLaneScene("change", 2, 0.0, 3.0, None, None)
    clip = run(road=WIDE, ego=FAR, actors=(car(FollowLaneScene("on", None, AtTimeScene(1.0, 0.0)), change),), duration=6.0)
    mover, row = track(clip, "car"), clip.row_of
    y = mover.world_from_body[:, 1, 3]
    assert y[row(8)] == pytest.approx(-1.625, abs=1e-9)
    # Half-way the rear axle is between the lanes; the middle leads it by half the wheelbase, at the steepest slope
    leads = catalogue.entry("saloon").wheelbase_m / 2 * 1.875 * 3.25 / 36.0
    assert y[row(25)] == pytest.approx(-3.25 - leads, abs=0.02)
    assert y[row(45)] == pytest.approx(-4.875, abs=1e-3)
    assert slip_deg(clip, mover)[2:-2].max() < 0.05
    steer = mover.motion[:, 0]
    assert np.abs(np.diff(steer)).max() < 0.004
    assert np.abs(steer).max() == pytest.approx(2.8 * 5.77 * 3.25 / 36.0**2, rel=0.15)
    lamps = mover.lamps[row(12) : row(38)]
    assert (lamps & LAMP_RIGHT).any()
    assert not (lamps & LAMP_LEFT).any()
    assert not (mover.lamps[row(45) :] & LAMP_RIGHT).any()


def test_overtaking_is_out_past_and_back() -> None:
    slow = VehicleScene("slow", "", "van", "any", OnLaneScene(2, 80.0, 0.0), 8.0, False, ())
    does = (
        ChangeLaneScene("overtake", 1, 0.0, 3.0, 16.0, None), FollowLaneScene("past", 16.0, PassedScene("slow", 10.0, 0.0)),
        ChangeLaneScene("back", 2, 0.0, 3.0, 16.0, None),
    )  # fmt: skip
    clip = run(road=WIDE, ego=FAR, actors=(slow, car(*does, lane=2, s=40.0, speed=14.0)), duration=14.0)
    mover, other = track(clip, "car"), track(clip, "slow")
    back = clip.row_of(0) + round(event_s(clip, "car.does.past.until") * 100)
    gap = mover.world_from_body[back, 0, 3] - other.world_from_body[back, 0, 3] - (mover.size_m[0] + other.size_m[0]) / 2
    assert gap == pytest.approx(10.0, abs=0.2)
    assert mover.world_from_body[back, 1, 3] == pytest.approx(-1.625, abs=0.01)
    assert mover.world_from_body[-1, 1, 3] == pytest.approx(-4.875, abs=0.01)


def test_weaving_swings_to_both_sides_and_straightens_when_it_ends() -> None:
    does = (WeaveScene("weave", 0.5, 4.0, None, AtTimeScene(8.0, 0.0)), FollowLaneScene("on", None, None))
    clip = run(road=WIDE, ego=FAR, actors=(car(*does, speed=6.0, kind="bicycle"),), duration=14.0)
    mover, row = track(clip, "car"), clip.row_of
    y = mover.world_from_body[row(0) : row(80), 1, 3] + 1.625
    assert 0.4 < y.max() < 0.65
    assert -0.65 < y.min() < -0.4
    assert slip_deg(clip, mover)[2:-2].max() < 0.3
    assert abs(mover.world_from_body[-1, 1, 0]) < 1e-9


def test_pulling_out_of_a_parking_place_ends_on_the_lane() -> None:
    at = ParkedScene("right", 60.0, 0.3)
    parked = VehicleScene("car", "rare", "hatchback", "any", at, None, False, (PullOutScene("out", 1, 4.0, 8.0, None),))
    clip = run(ego=FAR, actors=(parked,), duration=9.0, traffic=replace(run(duration=0.2).scene.traffic, parked=1.0))
    mover = track(clip, "car")
    assert mover.motion[clip.row_of(0), 2] == 0.0
    assert mover.world_from_body[-1, 1, 3] == pytest.approx(-1.625, abs=0.01)
    assert (mover.lamps & LAMP_LEFT).any()
    assert np.degrees(np.abs(mover.motion[:, 0])).max() < 32.0
    assert clip.metrics["contact"] == 0.0


def test_a_load_rides_along_then_falls_and_slides_to_rest() -> None:
    pickup = car(FollowLaneScene("on", None, AtTimeScene(2.0, 0.0)), DropLoadScene("drop", "box", None), kind="pickup")
    box = DebrisScene("box", "rare", "cardboard_box", AboardScene("car", -1.5, 0.0, 1.0), 30.0)
    clip = run(road=WIDE, ego=FAR, actors=(pickup, box), duration=7.0)
    load, carrier, row = track(clip, "box"), track(clip, "car"), clip.row_of
    apart = carrier.world_from_body[:, 0, 3] - load.world_from_body[:, 0, 3]
    assert apart[: row(20)] == pytest.approx(1.5, abs=1e-6)
    falls_s = math.sqrt(2.0 / 9.81)
    z = load.world_from_body[:, 2, 3]
    assert z[row(19)] == 1.0
    assert z[row(23)] == pytest.approx(1.0 - 0.5 * 9.81 * 0.3**2, abs=1e-6)
    assert z[row(25)] == 0.0
    slid = load.world_from_body[-1, 0, 3] - load.world_from_body[row(20), 0, 3]
    assert slid == pytest.approx(12.0 * falls_s + 12.0**2 / (2 * 0.6 * 9.81), abs=0.02)
    assert load.world_from_body[row(20), 2, 3] == pytest.approx(1.0, abs=1e-9)


def test_a_bicycle_crosses_as_its_step_says() -> None:
    at = RoadsideScene("right", 80.0, 4.0)
    bike = VehicleScene("car", "rare", "bicycle", "any", at, None, False, (CrossScene("cross", 4.0, 90.0, 3.0, None),))
    clip = run(ego=FAR, actors=(bike,), duration=7.0)
    mover = track(clip, "car")
    assert mover.rig == "vehicle"
    assert mover.world_from_body[-1, :2, 0] == pytest.approx((0.0, 1.0), abs=1e-9)
    assert mover.motion[-1, 2] == pytest.approx(4.0)
    turned = mover.motion[-1, 1] - mover.motion[clip.row_of(0), 1]
    way = mover.world_from_body[-1, 1, 3] - mover.world_from_body[clip.row_of(0), 1, 3]
    assert turned * catalogue.entry("bicycle").wheel_radius_m == pytest.approx(way, rel=1e-3)


def test_a_path_is_followed_through_its_points() -> None:
    points = ((90.0, -4.0), (100.0, 0.0), (120.0, 2.0))
    scooter = VehicleScene(
        "car", "rare", "e_scooter", "any", PoseScene(80.0, -4.0, 0.0), None, False, (FollowPathScene("go", points, 4.0, None),)
    )
    clip = run(ego=FAR, actors=(scooter,), duration=12.0)
    places = track(clip, "car").world_from_body[:, :2, 3]
    for point in points:
        assert np.hypot(*(places - point).T).min() < 1.6


def test_places_beside_others_and_against_the_traffic() -> None:
    lead = replace(car(), at=BesideScene("ego", True, 25.0, 2, 0.2), name="lead", does=())
    wrong = replace(car(), at=OncomingScene(1, 250.0, 0.0), name="wrong")
    mapped = replace(car(), at=PoseScene(70.0, 9.0, 35.0), name="mapped", speed=None, does=())
    clip = run(road=WIDE, ego=EGO, actors=(lead, wrong, mapped), duration=1.0)
    row = clip.row_of(0)
    ego, first, other, third = (
        t.world_from_body[row] for t in (clip.ego, *(track(clip, n) for n in ("lead", "wrong", "mapped")))
    )
    free = first[0, 3] - ego[0, 3] - (clip.ego.size_m[0] + track(clip, "lead").size_m[0]) / 2
    assert free == pytest.approx(25.0)
    assert first[1, 3] == pytest.approx(-4.875 + 0.2)
    assert other[:2, 0] == pytest.approx((-1.0, 0.0), abs=1e-12)
    assert other[1, 3] == pytest.approx(-1.625)
    assert third[:2, 3] == pytest.approx((70.0, 9.0))
    assert math.degrees(math.atan2(third[1, 0], third[0, 0])) == pytest.approx(35.0)


def test_a_door_opens_smoothly_and_stays_open() -> None:
    does = (WaitScene("wait", AtTimeScene(1.0, 0.0), None), OpenDoorScene("open", "left", 60.0, 1.0, None))
    parked = VehicleScene("car", "rare", "saloon", "any", ParkedScene("right", 60.0, 0.3), None, False, does)
    clip = run(ego=FAR, actors=(parked,), duration=4.0)
    mover, row = track(clip, "car"), clip.row_of
    left, right = np.degrees(mover.motion[:, 4]), mover.motion[:, 5]
    assert left[row(9)] == 0.0
    assert left[row(15)] == pytest.approx(30.0)
    assert left[row(20) :] == pytest.approx(60.0)
    assert (np.diff(left) >= 0.0).all()
    assert not right.any()
    assert ("doors", 1.0) in mover.model.options
    with pytest.raises(ScenarioError, match="a bus has no door that opens"):
        run(ego=FAR, actors=(replace(parked, kind="bus"),), duration=1.0)


def test_only_two_wheelers_cross_and_they_do_not_drive_along_lanes_too() -> None:
    with pytest.raises(ScenarioError, match="a vehicle can not"):
        run(actors=(car(CrossScene("cross", 4.0, 90.0, 1.0, None)),))
    both = (CrossScene("cross", 4.0, 90.0, 1.0, None), FollowLaneScene("on", None, None))
    with pytest.raises(ScenarioError, match="a rider who crosses can not"):
        run(actors=(car(*both, kind="bicycle"),))
