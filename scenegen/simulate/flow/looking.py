"""What drivers do ten times a second: look round, choose lanes and turns, and settle whom they heed until the next look."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.simulate.flow.changing import changed_lanes
from scenegen.simulate.flow.driving import accelerations
from scenegen.simulate.flow.lanes import BEND_BRAKING, Rows
from scenegen.simulate.flow.leaders import leaders, obstacles
from scenegen.simulate.flow.making_way import made_way
from scenegen.simulate.flow.right_of_way import right_of_way
from scenegen.simulate.flow.routes import ways_ahead
from scenegen.simulate.flow.sideways import is_moving
from scenegen.simulate.flow.state import (
    BESIDE,
    LEADER,
    MERGE,
    NOBODY,
    OBSTACLE,
    STANDING,
    STOP,
    Change,
    Flow,
    Ghosts,
    Seen,
    Setting,
    Slots,
)

INDICATED_M = 40.0  # before a turn
CHANGE_M = 1.5  # a move sideways of at least this is indicated
LANE_HALF_M = 1.1  # half of what a vehicle in the next lane takes up


def looked_round(setting: Setting, flow: Flow, seen: Seen) -> Flow:
    """Give the flow after everyone has looked round; nobody moves meanwhile.

    Args:
        setting: what does not change.
        flow: where everyone is.
        seen: what is there besides the flow.
    """
    flow = replace(flow, change=_lanes_left(setting, flow))
    nobody = np.full(len(flow.s), NOBODY)
    flow = replace(flow, slots=_with(flow, BESIDE, nobody, np.full(len(flow.s), np.inf), flow.change.old_path < 0))
    flow = _with_neighbours(setting, flow, seen.ghosts)
    ahead_m = ways_ahead(setting.lanes, flow.route, flow.s)
    flow = made_way(setting, replace(flow, wanted=_wanted(setting, flow, ahead_m)), seen.hurrying)
    leader, gap_m = leaders(setting.lanes, setting.fleet, flow, ahead_m)
    turned = changed_lanes(setting, flow, leader, gap_m, accelerations(setting, flow))
    has_turned = turned.change.count != flow.change.count
    if has_turned.any():
        # Who has begun to change follows the new lane's leader, and yet the old one's
        turned = replace(turned, slots=_with(turned, BESIDE, np.where(has_turned, leader, NOBODY), gap_m, has_turned))
        flow = _with_neighbours(setting, turned, seen.ghosts)
        ahead_m = ways_ahead(setting.lanes, flow.route, flow.s)
    return replace(_with_rights(setting, flow, ahead_m), blink=_blink(setting, flow, ahead_m))


def _with_neighbours(setting: Setting, flow: Flow, things: Ghosts) -> Flow:
    """Settle who is ahead of whom: vehicles, and things on the paths."""
    flow = replace(flow, ghosts=_with_shadows(setting, flow, things))
    ahead_m = ways_ahead(setting.lanes, flow.route, flow.s)
    leader, gap_m = leaders(setting.lanes, setting.fleet, flow, ahead_m)
    flow = replace(flow, slots=_with(flow, LEADER, leader, gap_m))
    thing, thing_m = obstacles(setting.fleet, flow, flow.ghosts, ahead_m)
    return replace(flow, slots=_with(flow, OBSTACLE, np.where(thing >= 0, len(setting.fleet) + thing, NOBODY), thing_m))


def _with_rights(setting: Setting, flow: Flow, ahead_m: FloatArray) -> Flow:
    """Settle who stops at a line or falls in behind another."""
    rights = right_of_way(setting, flow, ahead_m)
    stop_m = np.minimum(rights.stop_m, _lane_end_m(setting, flow))
    stop_m = stop_m + setting.fleet.drivers.standstill_gap
    flow = replace(flow, slots=_with(flow, STOP, np.full(len(stop_m), STANDING), stop_m))
    slots = _with(flow, MERGE, np.array(rights.behind, np.int64), rights.behind_m)
    return replace(flow, slots=slots, claims=rights.claims, waiting=rights.waiting)


def _with(flow: Flow, slot: int, row: Rows, gap_m: FloatArray, chosen: BoolArray | None = None) -> Slots:
    """Slots with one of them set to rows of the odometers and gaps to them; only of the chosen vehicles, if given."""
    rows, base_m = flow.slots.row.copy(), flow.slots.base_m.copy()
    is_someone = np.isfinite(gap_m) & (row != NOBODY)
    its_m = np.where((row >= 0) & (row < len(flow.s)), flow.odometer[np.clip(row, 0, len(flow.s) - 1)], 0.0)
    base = np.where(is_someone, gap_m + flow.odometer - its_m, 0.0)
    wanted = np.ones(len(row), bool) if chosen is None else chosen
    rows[:, slot] = np.where(wanted, np.where(is_someone, row, NOBODY), rows[:, slot])
    base_m[:, slot] = np.where(wanted, base, base_m[:, slot])
    return Slots(rows, base_m)


def _lanes_left(setting: Setting, flow: Flow) -> Change:
    """Moves sideways, without the old lanes of those who are out of them."""
    change = flow.change
    if (change.old_path < 0).all():
        return change
    still_m = np.abs(flow.lateral - change.old_side_m) - 0.5 * setting.fleet.width_m
    station_m = flow.s + change.old_m
    is_out = (still_m > LANE_HALF_M) | (station_m > setting.lanes.length_m[change.old_path])
    return replace(change, old_path=np.where(is_out, -1, change.old_path))


def _with_shadows(setting: Setting, flow: Flow, things: Ghosts) -> Ghosts:
    """Ghosts: the things, and those who are still partly in the lane that they leave."""
    rows = np.flatnonzero((flow.change.old_path >= 0) & flow.is_there)
    if len(rows) == 0:
        return things
    lateral = (flow.lateral - flow.change.old_side_m)[rows]
    shadows = Ghosts(
        path=flow.change.old_path[rows], s=(flow.s + flow.change.old_m)[rows], lateral=lateral, soon_m=lateral,
        half_along=0.5 * setting.fleet.length_m[rows], half_across=0.5 * setting.fleet.width_m[rows], speed=flow.speed[rows],
        is_soft=np.zeros(len(rows), bool), owner=rows,
    )  # fmt: skip
    return Ghosts(*(np.concatenate([getattr(x, f.name) for x in (things, shadows)]) for f in fields(Ghosts)))


def _wanted(setting: Setting, flow: Flow, ahead_m: FloatArray) -> FloatArray:
    """Speed that every driver wants here, with what the bends ahead ask for."""
    lanes, fleet = setting.lanes, setting.fleet
    allowed = lanes.allowed_at(flow.path, flow.s)
    for k in (1, 2):
        begin = lanes.allowed_at_begin[flow.route[:, k]]
        allowed = np.minimum(allowed, np.sqrt(begin**2 + 2.0 * BEND_BRAKING * np.maximum(ahead_m[:, k], 0.0)))
    return np.minimum(allowed * fleet.drivers.wanted_share, fleet.top_speed)


def _lane_end_m(setting: Setting, flow: Flow) -> FloatArray:
    """Way left before the end of a lane that leads nowhere, inf elsewhere."""
    left_m = setting.lanes.length_m[flow.path] - flow.s - 0.5 * setting.fleet.length_m
    return np.where(setting.lanes.is_dead_end[flow.path], np.maximum(left_m, 0.0), np.inf)


def _blink(setting: Setting, flow: Flow, ahead_m: FloatArray) -> Rows:
    """Which way everyone indicates: a move sideways under way, or a turn soon."""
    aside_m = flow.change.to_m - flow.change.from_m
    is_changing = is_moving(flow.change, flow.time_s) & (np.abs(aside_m) > CHANGE_M)
    turns = setting.lanes.turns
    soon = np.where(ahead_m[:, 1] < INDICATED_M, turns[flow.route[:, 1]], 0)
    turning = np.where(turns[flow.path] != 0, turns[flow.path], soon)
    return np.where(is_changing, np.sign(aside_m).astype(np.int64), turning)
