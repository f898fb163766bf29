"""Making way for emergency vehicles: who is before one slows down and moves to the edge of its lane."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.simulate.flow.poses import world_places
from scenegen.simulate.flow.sideways import is_moving
from scenegen.simulate.flow.state import EGO, Change, Flow, Setting

HEARD_M = 80.0  # before an emergency vehicle
BESIDE_M = 9.0  # to its sides: both lanes of one direction
ASIDE_M = 0.8  # how far drivers move over, within
ASIDE_S = 3.0
CRAWL = 5.6  # m/s, 20 km/h: how fast one goes on meanwhile
SAME_WAY = 0.7  # cosine of the turn up to which a vehicle goes the same way


def made_way(setting: Setting, flow: Flow, hurrying: FloatArray) -> Flow:
    """Move those aside who are before an emergency vehicle, and back once it has passed.

    Args:
        setting: lanes and vehicles.
        flow: where everyone is.
        hurrying: (k, 3) world x, y and heading of emergency vehicles.
    """
    is_before = np.zeros(len(flow.s), bool)
    if len(hurrying):
        x, y, heading = world_places(setting.lanes, flow)
        for its_x, its_y, its_heading in hurrying:
            ahead = (x - its_x) * np.cos(its_heading) + (y - its_y) * np.sin(its_heading)
            left = (y - its_y) * np.cos(its_heading) - (x - its_x) * np.sin(its_heading)
            same_way = np.cos(heading - its_heading) > SAME_WAY
            is_before |= (ahead > 0.0) & (ahead < HEARD_M) & (np.abs(left) < BESIDE_M) & same_way
    is_before &= flow.is_there
    is_before[EGO] = False
    aside = setting.fleet.offset_m + np.where(is_before, _side(setting, flow) * ASIDE_M, 0.0)
    turning = ~is_moving(flow.change, flow.time_s) & (np.abs(flow.change.to_m - aside) > 0.05)
    wanted = np.where(is_before, np.minimum(flow.wanted, CRAWL), flow.wanted)
    return replace(flow, wanted=wanted, change=_set_out(flow, turning, aside) if turning.any() else flow.change)


def _side(setting: Setting, flow: Flow) -> FloatArray:
    """Where one makes room: the outermost lane outwards, the innermost of several inwards, 1 for left."""
    outwards = -1.0 if setting.drive == "right" else 1.0
    inner = np.array([_is_inner(setting, row) for row in range(len(setting.lanes.paths))])
    return np.where(inner[flow.path], -outwards, outwards)


def _is_inner(setting: Setting, row: int) -> bool:
    """Whether a path is the innermost of several lanes."""
    path = setting.lanes.paths[row]
    inner, outer = (path.left, path.right) if setting.drive == "right" else (path.right, path.left)
    return inner is None and outer is not None


def _set_out(flow: Flow, turning: BoolArray, to_m: FloatArray) -> Change:
    """Begin moves sideways."""
    old = flow.change
    return replace(
        old, from_m=np.where(turning, flow.lateral, old.from_m), to_m=np.where(turning, to_m, old.to_m),
        began_s=np.where(turning, flow.time_s, old.began_s), takes_s=np.where(turning, ASIDE_S, old.takes_s),
    )  # fmt: skip
