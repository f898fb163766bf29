"""`LanePath` and `LaneMap`: the lines that traffic drives on, how they join, cross and lie beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from scenegen.geometry import BoolArray, FloatArray, frozen

Rows = npt.NDArray[np.int64]
STEP_M = 0.5  # between samples of a path
SIDEWAYS = 2.0  # m/s2 that drivers accept in a bend
BEND_BRAKING = 1.0  # m/s2 of the slow approach to a bend
TURN_RAD = np.radians(30.0)  # a path of a junction that turns further than this turns off


@dataclass(frozen=True, eq=False)
class LanePath:
    """One lane in the direction in which it is driven.

    `points_m` (n, 3) is its middle from begin to end; `successors`, `left` and `right` are rows of the map, the latter two of
    lanes in the same direction. `junction` names the junction it runs through, "" outside. Of two paths that cross, the one
    of higher `rank` goes first; equal ranks go by the side they come from. `signal` is the row of the signal group that
    governs it. `stop_m` is how far before its end one stops for what follows. `leaves` says that it ends where the map does.
    """

    name: str
    points_m: FloatArray
    limit: float
    width_m: float = 3.25
    successors: tuple[int, ...] = ()
    left: int | None = None
    right: int | None = None
    junction: str = ""
    rank: int = 0
    signal: int | None = None
    must_stop: bool = False
    stop_m: float = 1.0
    leaves: bool = True

    @cached_property
    def stations_m(self) -> FloatArray:
        """Way from the begin to every point, (n,) metres, seen from above."""
        return frozen(np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.points_m[:, :2], axis=0).T))]))

    @property
    def length_m(self) -> float:
        """Length from begin to end, seen from above."""
        return float(self.stations_m[-1])

    @cached_property
    def samples(self) -> FloatArray:
        """Evenly spaced stations at most `STEP_M` apart: x, y, z, heading (unwrapped), curvature, slope, (m, 6)."""
        count = max(3, int(np.ceil(self.length_m / STEP_M)) + 1)
        s = np.linspace(0.0, self.length_m, count)
        xyz = np.stack([np.interp(s, self.stations_m, column) for column in self.points_m.T], axis=1)
        step = self.length_m / (count - 1)
        heading = np.unwrap(np.arctan2(np.gradient(xyz[:, 1], step), np.gradient(xyz[:, 0], step)))
        curvature = _smooth(np.gradient(heading, step), round(1.0 / step))
        return frozen(np.column_stack([xyz, heading, curvature, np.gradient(xyz[:, 2], step)]))

    @cached_property
    def allowed(self) -> FloatArray:
        """Speed at every sample that the limit and the bends ahead on this path allow, (m,) m/s."""
        bend = np.sqrt(SIDEWAYS / np.maximum(np.abs(self.samples[:, 4]), 1e-6))
        allowed = np.minimum(self.limit, bend)
        step = self.length_m / (len(allowed) - 1)
        for i in range(len(allowed) - 2, -1, -1):
            allowed[i] = min(allowed[i], np.sqrt(allowed[i + 1] ** 2 + 2.0 * BEND_BRAKING * step))
        return frozen(allowed)

    @property
    def turn_rad(self) -> float:
        """How far it turns to the left from begin to end."""
        return float(self.samples[-1, 3] - self.samples[0, 3])


@dataclass(frozen=True)
class Conflict:
    """Two paths that come too near each other: `mine` on (from, to), `its` on (from, to), metres along each.

    `kind`: cross, merge (both end in the same lane) or split (both begin in the same lane). `yields`: the first waits for
    the second.
    """

    path: int
    other: int
    mine_m: tuple[float, float]
    its_m: tuple[float, float]
    kind: Literal["cross", "merge", "split"]
    yields: bool


@dataclass(frozen=True, eq=False)
class LaneMap:
    """All paths of a road with what they have to do with one another."""

    paths: tuple[LanePath, ...]
    conflicts: tuple[Conflict, ...] = ()

    @cached_property
    def length_m(self) -> FloatArray:
        """Length of every path, (p,)."""
        return np.array([path.length_m for path in self.paths])

    @cached_property
    def first(self) -> Rows:
        """Row of every path's first sample in `samples`, (p + 1,)."""
        return np.cumsum([0, *(len(path.samples) for path in self.paths)]).astype(np.int64)

    @cached_property
    def samples(self) -> FloatArray:
        """The samples of all paths, one after another, (m, 6)."""
        return frozen(np.concatenate([path.samples for path in self.paths]))

    @cached_property
    def allowed(self) -> FloatArray:
        """Allowed speed at all samples, (m,)."""
        return frozen(np.concatenate([path.allowed for path in self.paths]))

    @cached_property
    def allowed_at_begin(self) -> FloatArray:
        """Allowed speed where every path begins, (p + 1,): the last is that of no path, inf."""
        return np.array([*(path.allowed[0] for path in self.paths), np.inf])

    @cached_property
    def turns(self) -> Rows:
        """1 for paths of junctions that turn left, -1 right, (p + 1,): the last is that of no path, 0."""
        found = [np.sign(path.turn_rad) if path.junction and abs(path.turn_rad) > TURN_RAD else 0 for path in self.paths]
        return np.array([*found, 0]).astype(np.int64)

    @cached_property
    def per_m(self) -> FloatArray:
        """Samples per metre of every path, (p,)."""
        return (np.diff(self.first) - 1) / self.length_m

    @cached_property
    def entries(self) -> tuple[int, ...]:
        """Paths that nothing leads to."""
        reached = {step for path in self.paths for step in path.successors}
        return tuple(row for row in range(len(self.paths)) if row not in reached)

    @cached_property
    def before(self) -> tuple[tuple[int, ...], ...]:
        """Paths that lead to each."""
        found: list[list[int]] = [[] for _ in self.paths]
        for row, path in enumerate(self.paths):
            for step in path.successors:
                found[step].append(row)
        return tuple(tuple(some) for some in found)

    @cached_property
    def has_beside(self) -> BoolArray:
        """Whether there is a lane in the same direction beside a path, outside junctions, (p,)."""
        return np.array([not path.junction and (path.left, path.right) != (None, None) for path in self.paths])

    @cached_property
    def is_dead_end(self) -> BoolArray:
        """Whether a path ends where the map does not: one has to change lanes, (p,)."""
        return np.array([not path.successors and not path.leaves for path in self.paths])

    @cached_property
    def conflicts_of(self) -> tuple[tuple[Conflict, ...], ...]:
        """Conflicts by path."""
        found: list[list[Conflict]] = [[] for _ in self.paths]
        for conflict in self.conflicts:
            found[conflict.path].append(conflict)
        return tuple(tuple(some) for some in found)

    @cached_property
    def is_governed(self) -> tuple[bool, ...]:
        """Whether one may have to wait before a path."""
        return tuple(path.signal is not None or bool(self.conflicts_of[row]) for row, path in enumerate(self.paths))

    def allowed_at(self, path: Rows, s: FloatArray) -> FloatArray:
        """Give the allowed speed at places (n,)."""
        row = self.first[path] + np.clip(s * self.per_m[path], 0.0, np.diff(self.first)[path] - 1).astype(np.int64)
        return self.allowed[row]


def _smooth(values: FloatArray, half: int) -> FloatArray:
    """Mean over `half` samples to both sides, so that steering takes its time."""
    if half < 1 or len(values) < 3:
        return values
    padded = np.pad(values, half, mode="edge")
    total = np.concatenate([[0.0], np.cumsum(padded)])
    smoothed: FloatArray = (total[2 * half + 1 :] - total[: -2 * half - 1]) / (2 * half + 1)
    return smoothed
