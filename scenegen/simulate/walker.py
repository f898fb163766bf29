"""How a person moves: speed and heading approach what the step wants; paths are straight unless they turn."""

from __future__ import annotations

import math
from typing import NamedTuple

from scenegen.roads.network import RoadNetwork, Side
from scenegen.simulate.body import Body, State

TURN_RATE = 3.0  # rad/s; a brisk turn on the spot takes a second
EASY_ACCELERATION = 1.2  # m/s2 from standing to walking
EASY_BRAKING = 2.5  # m/s2, a runner slowing to a walk
SUDDEN_BRAKING = 6.0  # m/s2, a person who freezes
WIDEST_M = 2.5  # people judge a lane by the widest vehicle that may come, so that the place to wait is one
KEEP_CLEAR_M = 0.4  # a person waits this far beside a vehicle's flank
ARRIVAL_SHARE = 0.25  # of the sidewalk's width beyond the kerb, where crossing ends
STROLL_SPEED = 1.4  # m/s, after a crossing
RIDER_TURN_RATE = 0.9  # rad/s; at 4 m/s a curve of 4.5 m
POINT_REACH_M, POINT_REACH_S = 0.3, 0.3  # a point of a path counts as reached this near, and so many seconds before it


class Stride(NamedTuple):
    """What a step asks of a person: speed, the rate it is reached at, braking, heading or a line t to walk along."""

    speed: float
    acceleration: float
    braking: float
    heading: float
    line_t: float | None = None
    turn_rate: float = TURN_RATE


def crossing_heading(start_t: float, angle_deg: float) -> float:
    """Give the heading of a crossing that starts at t: towards the other side, leaning by its angle."""
    angle = math.radians(angle_deg)
    return -angle if start_t > 0.0 else angle


def flight_heading(mine: State, other: State, angle_deg: float) -> float:
    """Give the heading of a flight: to the side of the other's way where one is, leaning with that way by its angle."""
    beside_m = mine.t - other.t
    side = math.copysign(1.0, beside_m if abs(beside_m) > 1e-6 else math.sin(mine.heading))
    angle = math.radians(angle_deg)
    return side * (angle if math.cos(other.heading) >= 0.0 else math.pi - angle)


def far_side_t(network: RoadNetwork, start_t: float) -> float:
    """Give t where a crossing ends: just on the far sidewalk, or a metre past the edge where there is none."""
    side: Side = "right" if start_t > 0.0 else "left"
    walk = network.sidewalk_t(side)
    if walk is None:
        edge = network.edge_t(side)
        return edge + math.copysign(1.0, edge)
    return walk[0] + ARRIVAL_SHARE * (walk[1] - walk[0])


def sidewalk_middle_t(network: RoadNetwork, t: float) -> float:
    """Give t of the middle of the sidewalk on the side of t; t itself where there is none."""
    walk = network.sidewalk_t("left" if t > 0.0 else "right")
    return t if walk is None else 0.5 * (walk[0] + walk[1])


def walk(state: State, stride: Stride, duration_s: float, stretch: float) -> State:
    """Move a person for a while: exact in speed and way, heading turned at a limited rate."""
    heading = _turned(state, stride, duration_s)
    speed, way = _paced(state.speed, stride, duration_s)
    middle = 0.5 * (state.heading + heading)
    return State(
        s=state.s + way * math.cos(middle) / stretch,
        t=state.t + way * math.sin(middle),
        heading=heading,
        speed=speed,
        acceleration=(speed - state.speed) / duration_s if duration_s > 0.0 else 0.0,
        travelled=state.travelled + way,
    )


def _turned(state: State, stride: Stride, duration_s: float) -> float:
    """Heading after turning towards what the step wants."""
    wanted = stride.heading
    if stride.line_t is not None:
        sideways = max(-0.5, min(0.5, stride.line_t - state.t))
        wanted += sideways if math.cos(stride.heading) > 0 else -sideways
    change = math.remainder(wanted - state.heading, 2 * math.pi)
    if stride.speed == 0.0:
        return state.heading
    return state.heading + max(-stride.turn_rate * duration_s, min(stride.turn_rate * duration_s, change))


def _paced(speed: float, stride: Stride, duration_s: float) -> tuple[float, float]:
    """Speed and way after approaching the wanted speed at the step's rate, exact within the time."""
    rate = stride.acceleration if stride.speed > speed else -stride.braking
    needed_s = (stride.speed - speed) / rate if stride.speed != speed else 0.0
    if needed_s >= duration_s:
        after = speed + rate * duration_s
        return after, 0.5 * (speed + after) * duration_s
    return stride.speed, 0.5 * (speed + stride.speed) * needed_s + stride.speed * (duration_s - needed_s)


def braking_before_traffic(
    me: Body, mine: State, half_m: tuple[float, float], crossing_speed: float, vehicles: list[tuple[Body, State]]
) -> float | None:
    """Give the braking with which a crossing person stops beside a vehicle that could not stop, None for walking on.

    A vehicle may stop in time at an easy rate, pass before the person is there, or come when it is gone; else one waits.
    """
    hardest: float | None = None
    way = math.copysign(1.0, math.sin(mine.heading))
    pace = max(mine.speed, 0.7 * crossing_speed) * abs(math.sin(mine.heading))
    for vehicle, its in vehicles:
        half_width = max(vehicle.size_m[1] / 2, WIDEST_M / 2) + KEEP_CLEAR_M
        before_m = way * (its.t - mine.t) - half_width - half_m[1]
        stopping_m = mine.speed**2 / (2 * 4.0)
        # One who waits may have crept a little past the line; at the flank itself it is too late
        if not -0.5 * KEEP_CLEAR_M <= before_m <= stopping_m + 0.5:
            continue
        enter_s, clear_s = max(before_m, 0.0) / pace, (before_m + 2 * half_width + 2 * half_m[1]) / pace
        if _leaves_time(mine, half_m, vehicle, its, enter_s, clear_s):
            continue
        braking = min(SUDDEN_BRAKING, mine.speed**2 / (2.0 * max(before_m - 0.05, 0.02)))
        hardest = max(hardest or 0.0, braking)
    return hardest


def _leaves_time(mine: State, half_m: tuple[float, float], vehicle: Body, its: State, enter_s: float, clear_s: float) -> bool:
    """Whether a person may step before a vehicle: it can stop, has passed by then, or comes later."""
    gap_m = vehicle.direction * (mine.s - its.s) - vehicle.size_m[0] / 2 - half_m[0]
    passing_m = gap_m + vehicle.size_m[0] + 2 * half_m[0]
    if passing_m + 0.3 < its.speed * enter_s:
        return True
    if gap_m <= 0.3:
        return False
    can_stop = its.speed**2 <= 2.0 * 2.5 * max(gap_m - 1.0, 0.01)
    return can_stop or gap_m > its.speed * (clear_s + 0.7)
