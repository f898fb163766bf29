"""Triggers of the language beyond the first five fire at their analytic instants; people and animals flee and turn back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from scenegen.models import catalogue
from scenegen.scenario.scene import (
    AnimalScene,
    OnLaneScene,
    PedestrianScene,
    RoadsideScene,
    StepScene,
    TriggerScene,
    VehicleScene,
)
from scenegen.scenario.scene_behaviour import (
    AllScene,
    AnyScene,
    AtTimeScene,
    BrakeScene,
    CrossScene,
    DistanceToScene,
    FleeScene,
    FreezeScene,
    GapScene,
    HeadwayScene,
    ReachesScene,
    TurnBackScene,
    VisibleScene,
    WaitScene,
)
from scenegen.simulate.visibility import Outline, seen_share
from tests.simulate.streets import EGO, VAN, event_s, run, track

DT = 0.01
EGO_HALF = catalogue.entry("hatchback").size_m[0] / 2
SALOON_HALF = catalogue.entry("saloon").size_m[0] / 2


def fires_s(trigger: TriggerScene, *, duration: float = 8.0, speed: float = 12.0) -> float:
    """Instant at which a trigger ends the first step of a car on lane 1 at 120 m; the ego is at 20 m at 10 m/s."""
    brake = BrakeScene("hold", 1.0, speed, trigger)
    does = (brake, replace(brake, id="after", until=None))
    lead = VehicleScene("lead", "rare", "saloon", "any", OnLaneScene(1, 120.0, 0.0), speed, False, does)
    slow = VehicleScene("slow", "", "saloon", "any", OnLaneScene(1, 200.0, 3.25), 4.0, False, ())
    return event_s(run(actors=(lead, slow), duration=duration), "lead.does.hold.until")


@pytest.mark.parametrize(
    ("trigger", "wanted_s"),
    [
        (ReachesScene(150.0, 0.25), 30.0 / 12.0 + 0.25),
        (HeadwayScene("slow", 2.0, 0.0), (80.0 - 2 * SALOON_HALF - 24.0) / 8.0),
        (AllScene((AtTimeScene(1.0, 0.0), ReachesScene(150.0, 0.0)), 0.0), 2.5),
        (AnyScene((AtTimeScene(1.0, 0.0), ReachesScene(150.0, 0.0)), 0.5), 1.5),
    ],
)
def test_trigger_fires_at_its_instant(trigger: TriggerScene, wanted_s: float) -> None:
    assert fires_s(trigger) == pytest.approx(wanted_s, abs=DT)


def walker(*does: StepScene, s: float = 80.0, offset: float = 1.0) -> PedestrianScene:
    return PedestrianScene("adult", "rare", "man", "dark", RoadsideScene("right", s, offset), does)


def test_a_gap_is_taken_when_the_last_vehicle_has_passed() -> None:
    wait = WaitScene("wait", GapScene(7.0, 0.0), None)
    clip = run(actors=(walker(wait, CrossScene("cross", 1.5, 90.0, 0.5, None)),), duration=12.0)
    # The ego's rear passes 80 m at (60 + its length) / 10 m/s after its front came there
    assert event_s(clip, "adult.does.wait.until") == pytest.approx((60.0 + EGO_HALF) / 10.0, abs=2 * DT)


def test_a_gap_that_is_there_is_taken_at_once() -> None:
    wait = WaitScene("wait", GapScene(3.0, 0.0), None)
    clip = run(actors=(walker(wait, CrossScene("cross", 1.5, 90.0, 0.5, None)),), duration=3.0)
    assert event_s(clip, "adult.does.wait.until") == pytest.approx(0.0, abs=DT)


def test_one_hidden_behind_a_van_becomes_visible_by_half() -> None:
    wait = WaitScene("wait", VisibleScene("ego", 0.5, 0.0), None)
    # 2 m behind the van's back, on the line of its flank
    person = walker(wait, CrossScene("cross", 1.5, 90.0, 0.5, None), s=105.0, offset=-1.0)
    clip = run(actors=(VAN, person), duration=10.0)
    seen_s = event_s(clip, "adult.does.wait.until")
    eye = clip.ego.world_from_body[clip.row_of(0), :2, 3] + (10.0 * seen_s, 0.0)
    van, adult = (track(clip, name) for name in ("van", "adult"))
    corner = van.world_from_body[0, :2, 3] + (van.size_m[0] / 2, van.size_m[1] / 2)
    middle = adult.world_from_body[clip.row_of(0), :2, 3]
    slopes = [math.atan2(point[1] - eye[1], point[0] - eye[0]) for point in (corner, middle)]
    assert slopes[0] == pytest.approx(slopes[1], abs=0.05)


def test_sight_lines_know_heights_and_widths() -> None:
    target = Outline(20.0, 0.0, 0.0, (0.5, 1.0, 2.0))
    low, high = (Outline(10.0, 0.0, 0.0, (1.0, 4.0, height)) for height in (1.0, 3.0))
    assert seen_share((0.0, 0.0, 1.5), target, []) == 1.0
    assert seen_share((0.0, 0.0, 1.5), target, [high]) == 0.0
    # The line over the low one's far edge at 10.5 m meets the target at 1.5 - 0.5 * 20 / 10.5 = 0.55 m: 1 of 5 rows is below
    assert seen_share((0.0, 0.0, 1.5), target, [low]) == pytest.approx(0.8)
    half = Outline(10.0, 2.0, 0.0, (1.0, 4.0, 3.0))
    assert seen_share((0.0, 0.0, 1.5), target, [half]) == pytest.approx(0.5, abs=0.11)
    assert seen_share((0.0, 0.0, 1.5), target, [Outline(30.0, 0.0, 0.0, (1.0, 4.0, 3.0)), target]) == 1.0


def deer(*does: StepScene) -> AnimalScene:
    return AnimalScene("deer", "rare", "roe_deer", RoadsideScene("right", 70.0, 2.0), does)


def test_an_animal_turns_back_to_where_it_came_from() -> None:
    cross = CrossScene("cross", 4.0, 90.0, 1.0, AtTimeScene(1.2, 0.0))
    clip = run(actors=(deer(cross, TurnBackScene("back", 5.0, 0.5, None)),), ego=replace(EGO, speed=4.0), duration=6.0)
    y = track(clip, "deer").world_from_body[:, 1, 3]
    assert y.max() > y[0] + 2.5
    assert y[-1] < y[0]


@pytest.mark.parametrize(("until_s", "side"), [(0.9, -1.0), (2.2, 1.0)])
def test_one_who_flees_runs_to_the_side_it_is_on(until_s: float, side: float) -> None:
    cross = CrossScene("cross", 4.0, 90.0, 1.0, AtTimeScene(until_s, 0.0))
    flee = FleeScene("flee", "ego", 9.0, 75.0, 1.5, None)
    clip = run(actors=(deer(cross, FreezeScene("freeze", 0.5), flee),), ego=replace(EGO, speed=4.0), duration=5.0)
    runner = track(clip, "deer")
    forward = runner.world_from_body[-1, :2, 0]
    assert math.degrees(math.atan2(forward[1], forward[0])) == pytest.approx(side * 75.0, abs=0.5)
    way = np.diff(runner.world_from_body[-30:, :2, 3], axis=0)
    assert np.hypot(*way.T).mean() / DT == pytest.approx(9.0, abs=0.2)


def test_freezing_ends_at_its_trigger() -> None:
    steps = (FreezeScene("freeze", 20.0, DistanceToScene("ego", 30.0, 0.0)), CrossScene("cross", 2.0, 90.0, 1.0, None))
    clip = run(actors=(walker(*steps),), duration=6.0)
    assert event_s(clip, "adult.does.freeze.until") == pytest.approx((60.0 - math.sqrt(900.0 - 4.825**2)) / 10.0, abs=DT)
