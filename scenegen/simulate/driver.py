"""The driver model: how hard a vehicle accelerates, given who is ahead of it in its corridor."""

from __future__ import annotations

import math
from typing import NamedTuple

from scenegen.simulate.body import Body, Driver, State

EXPONENT = 4.0  # of the free-road term
LEAST_GAP_M = 0.1  # below this the braking term is at its cap anyway
CORRIDOR_MARGIN_M = 0.2  # room a driver wants on each side of the vehicle
EVENLY = 1.1  # times the braking that just reaches a line
LOOK_AHEAD_S = 1.5  # how far ahead drivers foresee where a walker goes
CAUTION_M = 0.8  # a walker this far from the corridor makes a driver begin to care


class Hindrance(NamedTuple):
    """Something ahead: free gap in metres, its speed in the driver's direction, how much it matters (0..1)."""

    gap_m: float
    speed: float
    weight: float


def free_acceleration(driver: Driver, speed: float, wanted: float) -> float:
    """Give the acceleration on an empty road: towards `wanted`, at most braking comfortably when too fast."""
    if wanted <= 0.0:
        return -driver.comfortable if speed > 0.0 else 0.0
    return max(-driver.comfortable, driver.acceleration * (1.0 - math.pow(speed / wanted, EXPONENT)))


def following_acceleration(driver: Driver, speed: float, gap_m: float, leader_speed: float) -> float:
    """Give the interaction term: zero at the wanted gap, braking below it.

    Source:
        Treiber, Hennecke and Helbing 2000, with the minimum of both terms (IDM+, Schakel et al. 2010), so that an empty
        road ahead leaves the wanted speed exactly as it is.
    """
    closing = speed * (speed - leader_speed) / (2.0 * math.sqrt(driver.acceleration * driver.comfortable))
    wanted_gap = driver.standstill_gap + max(0.0, speed * driver.headway + closing)
    return driver.acceleration * (1.0 - (wanted_gap / max(gap_m, LEAST_GAP_M)) ** 2)


def stopping_acceleration(driver: Driver, speed: float, room_m: float) -> float:
    """Give what a driver does about a line: as behind a vehicle that stands, but no harder than evenly up to the line."""
    follow = following_acceleration(driver, speed, room_m + driver.standstill_gap, 0.0)
    return max(follow, -EVENLY * speed**2 / (2.0 * max(room_m, LEAST_GAP_M)))


def driver_acceleration(driver: Driver, speed: float, wanted: float, ahead: list[Hindrance]) -> float:
    """Give what a driver does about everything ahead: the lowest of all terms, within what brakes can do."""
    free = free_acceleration(driver, speed, wanted)
    lowest = free
    for hindrance in ahead:
        follow = min(free, following_acceleration(driver, speed, hindrance.gap_m, hindrance.speed))
        lowest = min(lowest, free + hindrance.weight * (follow - free))
    return max(lowest, -driver.hardest)


def hindrance_by(
    me: Body, mine: State, other: Body, its: State, its_half: tuple[float, float], stretch: float
) -> Hindrance | None:
    """Give how another body hinders a driver, None when it is behind or beside the corridor."""
    along = me.direction * (its.s - mine.s)
    if along <= 0.0:
        return None
    beside_m = abs(its.t - mine.t) - me.size_m[1] / 2 - its_half[1]
    weight = 1.0 if beside_m < CORRIDOR_MARGIN_M else 0.0
    if other.may_cross:
        weight = min(1.0, max(0.0, 1.0 - (_foreseen_beside(me, mine, its, its_half) - CORRIDOR_MARGIN_M) / CAUTION_M))
    if weight <= 0.0:
        return None
    speed = its.speed * math.cos(its.heading) * me.direction
    return Hindrance(along * stretch - me.size_m[0] / 2 - its_half[0], max(0.0, speed), weight)


def _foreseen_beside(me: Body, mine: State, its: State, its_half: tuple[float, float]) -> float:
    """Least clearance between a walker and the corridor from now until the driver's look-ahead, metres."""
    now = its.t - mine.t
    later = now + its.speed * math.sin(its.heading) * LOOK_AHEAD_S
    least = 0.0 if now * later <= 0.0 else min(abs(now), abs(later))
    return least - me.size_m[1] / 2 - its_half[1]


def can_not_follow(follower: Driver, speed: float, gap_m: float, leader_speed: float) -> bool:
    """Whether a follower put there would have to brake harder than 2.5 m/s2, or stands too close."""
    room_m = gap_m - 1.0
    return room_m <= 0.0 or max(0.0, speed - leader_speed) ** 2 > 2.0 * 2.5 * room_m


def drive(state: State, direction: int, acceleration: float, duration_s: float, stretch: float) -> State:
    """Move along the lane at a constant acceleration, stopping exactly if that is within the time."""
    speed = state.speed + acceleration * duration_s
    if speed < 0.0:
        way = state.speed**2 / (-2.0 * acceleration)
        speed = 0.0
    else:
        way = 0.5 * (state.speed + speed) * duration_s
    return State(
        state.s + direction * way / stretch, state.t, state.heading, speed, acceleration if speed > 0.0 else 0.0,
        state.travelled + way,
    )  # fmt: skip
