"""Triggers as functions that fall through zero at the instant they fire."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from scenegen.errors import ScenarioError
from scenegen.scenario.scene import (
    AtTimeScene,
    CrossScene,
    DistanceToScene,
    MeetScene,
    TimeToArrivalScene,
    TimeToCollisionScene,
    TriggerScene,
)
from scenegen.simulate.body import Body, State
from scenegen.simulate.walker import crossing_heading


class Sight(NamedTuple):
    """A body with where it is and how far it reaches along s and t, as another one sees it; `stretch` at its place."""

    body: Body
    state: State
    half_m: tuple[float, float]
    stretch: float


def trigger_value(trigger: TriggerScene, me: Sight, find: Callable[[str], Sight], crossing: CrossScene | None) -> float:
    """Give a number above zero before a trigger fires and at or below zero from then on; inf where it can not fire.

    Args:
        trigger: any but `AtTime`, whose instant is known.
        me: the body that waits.
        find: gives another body by name.
        crossing: the next crossing of this body, which `Meet` times.
    """
    if isinstance(trigger, AtTimeScene):
        raise ValueError("the instant of AtTime is known, it has no value")
    other = find(trigger.actor)
    if isinstance(trigger, DistanceToScene):
        return _distance_m(me, other) - trigger.below
    if isinstance(trigger, TimeToArrivalScene):
        gap_m = _gap_to_place_m(other, me.state.s)
        return math.inf if gap_m < 0.0 else gap_m - trigger.below * other.state.speed
    if isinstance(trigger, TimeToCollisionScene):
        return _collision_value(trigger, me, other)
    if crossing is None:
        raise ScenarioError(f"{me.body.name}: Meet times a crossing, but no Cross step follows it")
    return _meet_value(trigger, me, other, crossing)


def run_up_time_s(way_m: float, speed: float, run_up_m: float) -> float:
    """Give the time from standing over a distance, when `speed` is reached steadily within `run_up_m`."""
    if way_m <= 0.0:
        return 0.0
    if run_up_m <= 0.0:
        return way_m / speed
    if way_m <= run_up_m:
        return math.sqrt(2.0 * way_m * 2.0 * run_up_m) / speed
    return (way_m + run_up_m) / speed


def _distance_m(me: Sight, other: Sight) -> float:
    """Distance of the two middles along the road's coordinates."""
    return math.hypot((other.state.s - me.state.s) * me.stretch, other.state.t - me.state.t)


def _gap_to_place_m(other: Sight, place_s: float) -> float:
    """Road between the other's front and a place in its way; negative once it has passed."""
    direction = 1.0 if math.cos(other.state.heading) >= 0.0 else -1.0
    return direction * (place_s - other.state.s) * other.stretch - other.body.size_m[0] / 2


def _collision_value(trigger: TimeToCollisionScene, me: Sight, other: Sight) -> float:
    """Free gap along the road less the way closed within the time."""
    apart = other.state.s - me.state.s
    gap_m = abs(apart) * me.stretch - me.half_m[0] - other.half_m[0]
    along_me, along_other = (x.state.speed * math.cos(x.state.heading) for x in (me, other))
    closing = (along_me - along_other) * math.copysign(1.0, apart)
    return math.inf if closing <= 0.0 else gap_m - trigger.below * closing


def _meet_value(trigger: MeetScene, me: Sight, other: Sight, crossing: CrossScene) -> float:
    """How much too early it still is to start: the other's way to the meeting point less what it covers meanwhile."""
    heading = crossing_heading(me.state.t, crossing.angle_deg)
    way = math.copysign(1.0, math.sin(heading))
    near_edge_m = way * (other.state.t - me.state.t) - other.half_m[1]
    length_m, width_m, _ = me.body.size_m
    if trigger.impact is None:
        path_m = near_edge_m / abs(math.sin(heading)) - length_m / 2
    else:
        path_m = (near_edge_m + trigger.impact / 100.0 * 2 * other.half_m[1]) / abs(math.sin(heading))
    mine_s = run_up_time_s(path_m, crossing.speed, crossing.run_up)
    meeting_s = me.state.s + max(path_m, 0.0) * math.cos(heading) / me.stretch
    reach_m = (length_m * abs(math.cos(heading)) + width_m * abs(math.sin(heading))) / 2
    gap_m = _gap_to_place_m(other, meeting_s) - reach_m
    return math.inf if gap_m < -other.body.size_m[0] else gap_m - other.state.speed * (mine_s + trigger.margin)
