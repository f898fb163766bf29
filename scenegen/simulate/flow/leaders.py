"""Who is ahead of whom: the next vehicle along each one's route, and the nearest thing in its way."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.driver import CORRIDOR_MARGIN_M
from scenegen.simulate.flow.lanes import LaneMap, Rows
from scenegen.simulate.flow.state import FORESIGHT_M, ROUTE, Fleet, Flow, Ghosts

SOFT_BRAKING = 3.5  # m/s2: who would brake harder for a crosswalk that was closed late drives on


def leaders(lanes: LaneMap, fleet: Fleet, flow: Flow, ahead_m: FloatArray) -> tuple[Rows, FloatArray]:
    """Give the row of the next vehicle along each vehicle's route, -1 for none, and the free gap to it.

    Args:
        lanes: the lane map.
        fleet: the vehicles.
        flow: where they are.
        ahead_m: (n, ROUTE) ways to the begin of the paths of their routes.
    """
    rows = np.flatnonzero(flow.is_there)
    order = rows[np.lexsort((rows, flow.s[rows], flow.path[rows]))]
    path = flow.path[order]
    leader = np.full(len(fleet), -1, np.int64)
    is_same = path[1:] == path[:-1]
    leader[order[:-1][is_same]] = order[1:][is_same]
    middle_m = np.where(leader >= 0, flow.s[leader] - flow.s, np.inf)
    # The last vehicle of every path, for those who come from the path before
    last = np.full(len(lanes.paths), -1, np.int64)
    last[path[::-1]] = order[::-1]
    for k in range(1, ROUTE):
        open_rows = rows[(leader[rows] < 0) & (flow.route[rows, k] >= 0) & (ahead_m[rows, k] < FORESIGHT_M)]
        if len(open_rows) == 0:
            break
        found = last[flow.route[open_rows, k]]
        has = found >= 0
        mine, its = open_rows[has], found[has]
        leader[mine] = its
        middle_m[mine] = ahead_m[mine, k] + flow.s[its]
    gap_m = middle_m - 0.5 * (fleet.length_m + np.where(leader >= 0, fleet.length_m[leader], 0.0))
    return leader, gap_m


def obstacles(fleet: Fleet, flow: Flow, ghosts: Ghosts, ahead_m: FloatArray) -> tuple[Rows, FloatArray]:
    """Give the nearest ghost in each vehicle's way, -1 for none, and the free gap to it."""
    if len(ghosts.path) == 0:
        return np.full(len(fleet), -1, np.int64), np.full(len(fleet), np.inf)
    reach_m = 0.5 * fleet.width_m[:, None] + ghosts.half_across + CORRIDOR_MARGIN_M
    nearest = np.full((len(fleet), len(ghosts.path)), np.inf)
    for k in range(ROUTE):
        is_on = flow.route[:, k, None] == ghosts.path
        if not is_on.any():
            continue
        beside = (flow.lateral if k == 0 else flow.change.to_m)[:, None]
        now, soon = ghosts.lateral - beside, ghosts.soon_m - beside
        in_way = (np.minimum(np.abs(now), np.abs(soon)) < reach_m) | (now * soon < 0.0)
        middle_m = ahead_m[:, k, None] + ghosts.s
        nearest = np.where(is_on & in_way & (middle_m > 0.0), np.minimum(nearest, middle_m), nearest)
    gap_m = nearest - 0.5 * fleet.length_m[:, None] - ghosts.half_along
    gap_m[ghosts.owner == np.arange(len(fleet))[:, None]] = np.inf
    too_late = np.square(flow.speed)[:, None] > 2.0 * SOFT_BRAKING * np.maximum(gap_m, 0.0)
    gap_m[ghosts.is_soft & (too_late | (gap_m < 0.0))] = np.inf
    # A slower thing counts as nearer, so that what stands just behind something fast is not overlooked
    rank = gap_m + np.square(ghosts.speed) / 8.0
    chosen = rank.argmin(axis=1)
    gap = np.take_along_axis(gap_m, chosen[:, None], axis=1)[:, 0]
    return np.where(np.isfinite(gap), chosen, -1), gap
