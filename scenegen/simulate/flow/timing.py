"""When who drives gets where: times over a distance, and the gaps that drivers wait for."""

from __future__ import annotations

import math

from scenegen.simulate.flow.lanes import TURN_RAD, LanePath

MAJOR_LEFT_S, MINOR_RIGHT_S, MINOR_THROUGH_S, MINOR_LEFT_S = 4.1, 6.2, 6.5, 7.1
"""Critical gaps of unsignalised junctions, Highway Capacity Manual."""
EQUAL_S = 4.1  # where nobody is on the major road


def time_over_s(way_m: float, speed: float, fastest: float, acceleration: float) -> float:
    """Give the time over a distance for who speeds up steadily to the fastest."""
    if way_m <= 0.0:
        return 0.0
    if speed >= fastest:
        return way_m / max(speed, 0.1)
    gaining_m = (fastest**2 - speed**2) / (2.0 * acceleration)
    if way_m <= gaining_m:
        return (math.sqrt(speed**2 + 2.0 * acceleration * way_m) - speed) / acceleration
    return (fastest - speed) / acceleration + (way_m - gaining_m) / fastest


def critical_gap_s(me: LanePath, other: LanePath, *, drive: str) -> float:
    """Give the time that must be left before one of the other path arrives."""
    if me.rank == other.rank:
        return MAJOR_LEFT_S if me.signal is not None else EQUAL_S
    to_near_side = -me.turn_rad if drive == "right" else me.turn_rad
    if to_near_side > TURN_RAD:
        return MINOR_RIGHT_S
    return MINOR_LEFT_S if to_near_side < -TURN_RAD else MINOR_THROUGH_S
