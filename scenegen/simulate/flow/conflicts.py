"""Which paths come too near each other, where, and who waits for whom."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from scipy.spatial import cKDTree

from scenegen.geometry import wrap_pi
from scenegen.simulate.flow.lanes import TURN_RAD, Conflict, LanePath

Kind: TypeAlias = Literal["cross", "merge", "split"]

NEAR_M = 2.6  # middles of two paths closer than this: two cars there touch, with a hand's breadth to spare
OPPOSITE_RAD = math.radians(135.0)
SIDE_RAD = math.radians(35.0)
LEVEL_M = 3.0  # paths this far above one another do not meet
SAME_START_M = 1.0


def conflicts_of(paths: Sequence[LanePath], *, drive: str = "right") -> tuple[Conflict, ...]:
    """Give all conflicts between paths of the same junction, and between those that lead into the same lane.

    Args:
        paths: rows of a lane map.
        drive: side on which one drives.
    Returns:
        Each pair twice, once from either side; of a pair at most one yields.
    """
    found = []
    for a, b in _pairs(paths):
        mine, its = _near(paths[a], paths[b])
        if mine is None or its is None:
            continue
        kind = _kind(paths[a], paths[b])
        a_yields, b_yields = (_yields(paths[i], paths[j], kind, drive) for i, j in ((a, b), (b, a)))
        found += [Conflict(a, b, mine, its, kind, a_yields), Conflict(b, a, its, mine, kind, b_yields)]
    return tuple(found)


def _pairs(paths: Sequence[LanePath]) -> list[tuple[int, int]]:
    """Pairs of paths that may be in conflict, in order."""
    groups: dict[tuple[str, object], list[int]] = defaultdict(list)
    for row, path in enumerate(paths):
        if path.junction:
            groups["junction", path.junction].append(row)
        for step in path.successors:
            groups["into", step].append(row)
    pairs = {(a, b) for rows in groups.values() for k, a in enumerate(rows) for b in rows[k + 1 :]}
    return sorted((a, b) for a, b in pairs if b not in paths[a].successors and a not in paths[b].successors)


def _near(a: LanePath, b: LanePath) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Where along either path the other is near."""
    return _span(a, b), _span(b, a)


def _span(a: LanePath, b: LanePath) -> tuple[float, float] | None:
    """From where to where along `a` the path `b` is nearer than two cars need, on the same level."""
    distance, nearest = cKDTree(b.samples[:, :2]).query(a.samples[:, :2])
    is_level = np.abs(a.samples[:, 2] - b.samples[nearest, 2]) < LEVEL_M
    rows = np.flatnonzero((distance < NEAR_M) & is_level)
    if len(rows) == 0:
        return None
    step = a.length_m / (len(a.samples) - 1)
    return float(rows[0] * step), float(rows[-1] * step)


def _kind(a: LanePath, b: LanePath) -> Kind:
    """How two paths meet."""
    if set(a.successors) & set(b.successors):
        return "merge"
    return "split" if np.hypot(*(a.samples[0, :2] - b.samples[0, :2])) < SAME_START_M else "cross"


def _yields(me: LanePath, other: LanePath, kind: Kind, drive: str) -> bool:
    """Whether who drives on `me` waits for who drives on `other`."""
    if kind == "split" or me.rank != other.rank:
        return kind != "split" and me.rank < other.rank
    across = 1.0 if drive == "right" else -1.0  # the turn that crosses those who come the other way
    side = wrap_pi(other.samples[:1, 3] - me.samples[:1, 3])[0]
    if abs(side) > OPPOSITE_RAD:
        return bool(across * me.turn_rad > TURN_RAD >= across * other.turn_rad)
    is_lit = me.signal is not None and other.signal is not None
    return bool(SIDE_RAD < side <= OPPOSITE_RAD) and not is_lit
