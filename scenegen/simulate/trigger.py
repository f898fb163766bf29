"""Triggers as functions that fall through zero at the instant they fire."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from scenegen.errors import ScenarioError
from scenegen.scenario.scene_behaviour import (
    AllScene,
    AnyScene,
    AtTimeScene,
    CrossScene,
    DistanceToScene,
    GapScene,
    HeadwayScene,
    MeetScene,
    PassedScene,
    ReachesScene,
    TimeToArrivalScene,
    TimeToCollisionScene,
    TriggerScene,
    VisibleScene,
)
from scenegen.simulate.body import Body, State
from scenegen.simulate.visibility import Outline, seen_share
from scenegen.simulate.walker import crossing_heading

STANDING = 0.5  # m/s; a vehicle slower than this does not come
SIGHT_M = 200.0  # bodies farther off hide nothing
EYE_HEIGHT_M = 1.65  # of whoever looks, where it carries no camera


class Sight(NamedTuple):
    """A body with where it is and how far it reaches along s and t, as another one sees it; `stretch` at its place."""

    body: Body
    state: State
    half_m: tuple[float, float]
    stretch: float


class Senses(NamedTuple):
    """What a trigger may ask of the world: another body by name, everybody else, those of them who drive, and the time."""

    find: Callable[[str], Sight]
    others: Callable[[], list[Sight]]
    drivers: Callable[[], list[Sight]]
    now_s: float


def trigger_value(trigger: TriggerScene, me: Sight, senses: Senses, crossing: CrossScene | None) -> float:
    """Give a number above zero before a trigger fires and at or below zero from then on; inf where it can not fire.

    Args:
        trigger: what is waited for.
        me: the body that waits.
        senses: gives other bodies and the time.
        crossing: the next crossing of this body, which `Meet` times.
    """
    if isinstance(trigger, AtTimeScene):
        return trigger.t - senses.now_s
    if isinstance(trigger, (AllScene, AnyScene)):
        values = [trigger_value(part, me, senses, crossing) for part in trigger.of]
        return max(values) if isinstance(trigger, AllScene) else min(values)
    if isinstance(trigger, ReachesScene):
        return _way(me) * (trigger.s - me.state.s) * me.stretch
    if isinstance(trigger, GapScene):
        return trigger.at_least - min((_arrival_s(other, me.state.s) for other in senses.drivers()), default=600.0)
    if isinstance(trigger, VisibleScene):
        return trigger.share - _seen_share(me, senses.find(trigger.to), senses.others())
    other = senses.find(trigger.actor)
    if isinstance(trigger, DistanceToScene):
        return _distance_m(me, other) - trigger.below
    if isinstance(trigger, TimeToArrivalScene):
        gap_m = _gap_to_place_m(other, me.state.s)
        return math.inf if gap_m < 0.0 else gap_m - trigger.below * other.state.speed
    if isinstance(trigger, TimeToCollisionScene):
        return _collision_value(trigger, me, other)
    if isinstance(trigger, HeadwayScene):
        ahead_m = _ahead_m(me, other) - me.half_m[0] - other.half_m[0]
        return math.inf if ahead_m < 0.0 else ahead_m - trigger.below * me.state.speed
    if isinstance(trigger, PassedScene):
        return trigger.by + _ahead_m(me, other) + me.half_m[0] + other.half_m[0]
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


def _way(sight: Sight) -> float:
    """+1 for facing with the road, -1 against it."""
    return 1.0 if math.cos(sight.state.heading) >= 0.0 else -1.0


def _ahead_m(me: Sight, other: Sight) -> float:
    """Road from my middle to the other's, along my way."""
    return _way(me) * (other.state.s - me.state.s) * me.stretch


def _arrival_s(other: Sight, place_s: float) -> float:
    """Time until a driven vehicle is at a place along its way; long for all else."""
    if other.body.driver is None or other.state.speed < STANDING:
        return 600.0
    gap_m = _gap_to_place_m(other, place_s)
    return gap_m / other.state.speed if gap_m >= -other.body.size_m[0] else 600.0


def _seen_share(me: Sight, eye: Sight, others: list[Sight]) -> float:
    """Share of this body that another one sees, the road taken as straight between them."""
    near = [one for one in others if one.body is not eye.body and abs(one.state.s - me.state.s) < SIGHT_M]
    place = (eye.state.s, eye.state.t, EYE_HEIGHT_M)
    return seen_share(place, _outline(me), [_outline(one) for one in near])


def _outline(sight: Sight) -> Outline:
    return Outline(sight.state.s, sight.state.t, sight.state.heading, sight.body.size_m)


def _distance_m(me: Sight, other: Sight) -> float:
    """Distance of the two middles along the road's coordinates."""
    return math.hypot((other.state.s - me.state.s) * me.stretch, other.state.t - me.state.t)


def _gap_to_place_m(other: Sight, place_s: float) -> float:
    """Road between the other's front and a place in its way; negative once it has passed."""
    return _way(other) * (place_s - other.state.s) * other.stretch - other.body.size_m[0] / 2


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
