"""One step of the traffic on lanes: drive, look round when it is time to, choose accelerations."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.simulate.flow.driving import accelerations, driven
from scenegen.simulate.flow.leaders import leaders, obstacles
from scenegen.simulate.flow.looking import looked_round
from scenegen.simulate.flow.routes import ways_ahead
from scenegen.simulate.flow.state import EGO, MERGE, NOBODY, STEPS_PER_LOOK, STOP, EgoSeen, Flow, Seen, Setting

BEND = 0.99  # of the limit: below it a bend is what slows one down
PUT_BRAKING = 2.5  # m/s2: who would have to brake harder right after it was put on the road is not put there


def advanced(setting: Setting, flow: Flow, ego: EgoSeen, see: Callable[[Flow], Seen]) -> Flow:
    """Give the flow one step later.

    Args:
        setting: what does not change.
        flow: the flow now.
        ego: where the ego is then.
        see: gives what is there besides the flow then; asked only when drivers look round.
    """
    flow = driven(setting, flow, ego)
    if flow.step % STEPS_PER_LOOK == 0:
        seen = see(flow)
        if flow.step <= 0:
            flow = replace(flow, is_there=flow.is_there & ~_unfit(setting, flow, seen))
        flow = looked_round(setting, flow, seen)
    return replace(flow, acceleration=accelerations(setting, flow))


class EgoOrders(NamedTuple):
    """What junctions and bends ask of the ego: room before a line to stop at, gap to and speed of whom it lets in, speed."""

    stop_m: float
    behind_m: float
    behind_speed: float
    allowed: float


def ego_orders(setting: Setting, flow: Flow, way_m: float) -> EgoOrders:
    """Give what the ego has to heed besides those ahead of it, inf for what is not there.

    Args:
        setting: lanes and vehicles.
        flow: the flow; what the ego heeds was settled at the last look.
        way_m: the ego's odometer now.
    """
    stop_m, behind_m, behind_speed = math.inf, math.inf, math.inf
    if flow.slots.row[EGO, STOP] != NOBODY:
        stop_m = float(flow.slots.base_m[EGO, STOP] - setting.fleet.drivers.standstill_gap[EGO]) - way_m
    leader = int(flow.slots.row[EGO, MERGE])
    if leader != NOBODY:
        behind_m = float(flow.slots.base_m[EGO, MERGE] + flow.odometer[leader]) - way_m
        behind_speed = float(flow.speed[leader])
    share = float(setting.fleet.drivers.wanted_share[EGO])
    allowed = float(flow.wanted[EGO]) / share if share > 0.0 else math.inf  # an ego that stands wants no speed
    is_bend = flow.is_there[EGO] and allowed < BEND * setting.lanes.paths[int(flow.path[EGO])].limit
    return EgoOrders(stop_m, behind_m, behind_speed, allowed if is_bend else math.inf)


def _unfit(setting: Setting, flow: Flow, seen: Seen) -> BoolArray:
    """Vehicles that can not be where they are before time 0: in the ego or an actor, or one could not brake for the other."""
    fleet = setting.fleet
    ahead_m = ways_ahead(setting.lanes, flow.route, flow.s)
    leader, gap_m = leaders(setting.lanes, fleet, flow, ahead_m)
    speed = np.where(leader >= 0, flow.speed[leader], 0.0)
    is_unfit: BoolArray = (leader == EGO) & _can_not_follow(flow.speed, gap_m, speed)
    if leader[EGO] >= 0 and _can_not_follow(flow.speed, gap_m, speed)[EGO]:
        is_unfit[leader[EGO]] = True
    thing, thing_m = obstacles(fleet, flow, seen.ghosts, ahead_m)
    if len(seen.ghosts.path):
        is_unfit |= (thing >= 0) & _can_not_follow(flow.speed, thing_m, seen.ghosts.speed[thing]) & ~seen.ghosts.is_soft[thing]
        is_unfit |= _overlaps(setting, flow, seen)
    return is_unfit


def _overlaps(setting: Setting, flow: Flow, seen: Seen) -> BoolArray:
    """Vehicles on whose place a thing is."""
    ghosts, fleet = seen.ghosts, setting.fleet
    along = np.abs(flow.s[:, None] - ghosts.s) < 0.5 * fleet.length_m[:, None] + ghosts.half_along + 1.0
    across = np.abs(flow.lateral[:, None] - ghosts.lateral) < 0.5 * fleet.width_m[:, None] + ghosts.half_across
    found: BoolArray = ((flow.path[:, None] == ghosts.path) & along & across & ~ghosts.is_soft).any(axis=1)
    return found


def _can_not_follow(speed: FloatArray, gap_m: FloatArray, leader_speed: FloatArray) -> BoolArray:
    """Whether a follower put there would have to brake too hard, or stands too close."""
    room_m = gap_m - 1.0
    slower = np.maximum(0.0, speed - leader_speed)
    found: BoolArray = np.isfinite(gap_m) & ((room_m <= 0.0) | (np.square(slower) > 2.0 * PUT_BRAKING * room_m))
    return found
