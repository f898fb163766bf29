"""From a body plan to a smooth shell: a box-lattice control cage, subdivided with creases and fitted through its stations.

The lattice runs i along (nose to tail), j across (shoulder to centre line) and k up (sill to shoulder). Only its side, front,
rear and top faces are used; the body is open below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scenegen.geometry import FloatArray
from scenegen.models.vehicles.plans import (
    COWL,
    RAIL_SHARE,
    REAR_FOOT,
    ROOF_FRONT,
    ROOF_MIDDLE,
    ROOF_REAR,
    TAIL_EDGE,
    X_CENTRE,
    X_SIDE,
    Z_CENTRE,
    Z_RAIL,
    Z_SHOULDER,
    BodyPlan,
)  # fmt: skip
from scenegen.models.vehicles.skin import IndexArray

_ACROSS, _UP = 6, 5
_PLAN_AT = (0.0, 0.05, 0.12, 0.3, 0.55, 0.75, 0.88, 0.95, 1.0)
_PLAN_SHARE = (0.86, 0.90, 0.94, 0.985, 1.0, 0.99, 0.955, 0.90, 0.84)
"""Half width of the flank from tail to nose, as a share of the greatest."""
_CORNER_M = (0.0, 0.10, 0.30, 0.80)
_CORNER_SHARE = (0.92, 0.965, 0.993, 1.0)
"""The same for square ends: share by distance from nose or tail."""
_ROW_INSET_M = (0.065, 0.012, 0.0, 0.012, 0.055)
"""How far each side row lies inside the plan curve."""
_NOSE_ROW_M = (-0.045, 0.035, 0.045, 0.015, 0.0)
_TAIL_ROW_M = (0.05, -0.035, -0.045, -0.01, 0.0)
"""How far each row of the bumpers stands out, along x."""

Point = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Cage:
    """Control points (n, 3), quads (q, 4) counter-clockwise from outside, creased edges with their sharpness."""

    points_m: FloatArray
    quads: IndexArray
    sharpness: dict[tuple[int, int], float]


def shell(plan: BodyPlan, *, crease: float) -> tuple[FloatArray, IndexArray]:
    """Give the smooth body of a plan as points (n, 3) and quads (q, 4), both sides, open below."""
    cage = _cage(plan, crease)
    n = len(cage.points_m)
    first, quads, sharpness = _subdivision(cage.quads, n, cage.sharpness)
    second, quads, _ = _subdivision(quads, first.shape[0], sharpness)
    refine = (second @ first).tocsr()
    # Move the cage so that the smooth surface passes through the wanted stations.
    moved = cage.points_m.copy()
    for _ in range(4):
        moved += 0.8 * (cage.points_m - refine[:n] @ moved)
    return refine @ moved, quads


def _cage(plan: BodyPlan, crease: float) -> Cage:
    """Lay the lattice of a plan, both halves, with the creases of a car body."""
    lattice = _Lattice(plan)
    last, top = len(lattice.stations) - 1, _UP - 1
    for side in (1, -1):
        for i in range(last):
            for k in range(top):
                lattice.quad(side, (i + 1, 0, k), (i, 0, k), (i, 0, k + 1), (i + 1, 0, k + 1))
            for j in range(_ACROSS - 1):
                lattice.quad(side, (i + 1, j, top), (i, j, top), (i, j + 1, top), (i + 1, j + 1, top))
        for j in range(_ACROSS - 1):
            for k in range(top):
                lattice.quad(side, (0, j, k), (0, j + 1, k), (0, j + 1, k + 1), (0, j, k + 1))
                lattice.quad(side, (last, j + 1, k), (last, j, k), (last, j, k + 1), (last, j + 1, k + 1))
    _mark_creases(lattice, crease)
    return Cage(np.array(lattice.points), np.array(lattice.quads), lattice.sharpness)


def _mark_creases(lattice: _Lattice, crease: float) -> None:
    """Sharpen shoulder, belt, rails and the cross lines of bonnet, screens and tail."""
    top = _UP - 1
    for i, at in enumerate(lattice.at[:-1]):
        lattice.crease((i, 0, top), (i + 1, 0, top), crease * (1.2 if at < COWL or at > ROOF_REAR else 0.9))
        if 3 < at < REAR_FOOT:
            lattice.crease((i, 3, top), (i + 1, 3, top), crease * 1.1)
            lattice.crease((i, 1, top), (i + 1, 1, top), crease * 1.2)
    across = {0: 0.8, COWL: 1.6, ROOF_FRONT: 0.8, ROOF_REAR: 1.0, REAR_FOOT: 1.2, TAIL_EDGE: 1.6}
    for station, sharp in across.items():
        i = lattice.at.index(float(station))
        for j in range(_ACROSS - 1):
            lattice.crease((i, j, top), (i, j + 1, top), sharp * crease)
    for j in range(1, _ACROSS - 1):
        lattice.crease((0, j, top - 1), (0, j + 1, top - 1), 0.6)


class _Lattice:
    """Collects the lattice's points and quads once each; side -1 mirrors a point to the right."""

    def __init__(self, plan: BodyPlan) -> None:
        self.plan = plan
        self.at, self.stations = _with_roof_stations(plan.stations)
        x = plan.stations[:, [X_SIDE, X_CENTRE]]
        self.tail_m, self.length_m = float(x.min()), float(np.ptp(x))
        self.points: list[tuple[float, float, float]] = []
        self.quads: list[list[int]] = []
        self.sharpness: dict[tuple[int, int], float] = {}
        self._ids: dict[tuple[int, int, int, int], int] = {}

    def quad(self, side: int, *corners: Point) -> None:
        """Add a face given clockwise from outside on the left side."""
        self.quads.append([self._id(*c, side) for c in (corners[::-1] if side == 1 else corners)])

    def crease(self, a: Point, b: Point, sharp: float) -> None:
        """Sharpen an edge on both sides."""
        for side in (1, -1):
            ends = sorted((self._id(*a, side), self._id(*b, side)))
            self.sharpness[ends[0], ends[1]] = sharp

    def _id(self, i: int, j: int, k: int, side: int) -> int:
        key = (i, j, k, 1 if j == _ACROSS - 1 else side)
        if key not in self._ids:
            self._ids[key] = len(self.points)
            x, y, z = self._position(i, j, k)
            self.points.append((x, y * side, z))
        return self._ids[key]

    def _half_width(self, x: float) -> float:
        if self.plan.has_square_ends:
            reach = min(x - self.tail_m, self.tail_m + self.length_m - x)
            return float(np.interp(reach, _CORNER_M, _CORNER_SHARE)) * self.plan.half_width_m
        share = np.interp((x - self.tail_m) / self.length_m, _PLAN_AT, _PLAN_SHARE)
        return float(share) * self.plan.half_width_m

    def _position(self, i: int, j: int, k: int) -> tuple[float, float, float]:
        is_end = i in (0, len(self.stations) - 1)
        bumper = _NOSE_ROW_M if i == 0 else _TAIL_ROW_M
        shoulder = float(self.stations[i, Z_SHOULDER])
        rows = (*self.plan.sill_m, shoulder - 0.17, shoulder)
        if k == _UP - 1:
            return self._top(i, j)
        x, y, _ = self._top(i, j)
        if j == 0:
            half = self._half_width(x)
            return x + (bumper[k] if is_end else 0.0), half - _ROW_INSET_M[k] * (0.4 if is_end else 1.0), rows[k]
        if j < _ACROSS - 1:
            y = max(y, self._half_width(float(self.stations[i, X_SIDE])) * (1 - j / (_ACROSS - 1)) ** 0.8)
        return x + bumper[k], y, rows[k]

    def _top(self, i: int, j: int) -> tuple[float, float, float]:
        """Place a point of the top: shoulder, belt, mid pane, rail, inner, centre for j = 0 .. 5."""
        row = self.stations[i]
        x, centre_x = float(row[X_SIDE]), float(row[X_CENTRE])
        shoulder, centre, rail = float(row[Z_SHOULDER]), float(row[Z_CENTRE]), float(row[Z_RAIL])
        half, rail_y = self._half_width(x) - _ROW_INSET_M[-1], float(row[RAIL_SHARE]) * self.plan.half_width_m
        cabin = float(np.clip((rail - shoulder - 0.08) / 0.3, 0, 1))
        belt_y = half - 0.035 * cabin - 0.06 * (1 - cabin)
        belt_z = shoulder + 0.03 * cabin + (rail - shoulder) * 0.45 * (1 - cabin)
        is_end = i in (0, len(self.stations) - 1)
        bow = (0.45, 0.86) if is_end else (0.12, 0.62)
        return (
            (x, half, shoulder),
            (x, belt_y, belt_z),
            (x, 0.46 * belt_y + 0.54 * rail_y + 0.022 * cabin, (belt_z + rail) / 2),
            (x + bow[0] * (centre_x - x), rail_y, rail),
            (x + bow[1] * (centre_x - x), rail_y * 0.58, rail + 0.72 * (centre - rail)),
            (centre_x, 0.0, centre),
        )[j]


def _with_roof_stations(stations: FloatArray) -> tuple[list[float], FloatArray]:
    """Put in-between stations over a long roof (quadratic) or bed (linear), so that no lattice cell is much over 30 cm."""
    gap_m = np.abs(np.diff(stations[:, X_SIDE]))
    parts = {m: max(1, round(gap_m[m] / 0.31)) for m in (ROOF_FRONT, ROOF_MIDDLE)}
    if gap_m[REAR_FOOT] > 0.6:  # a deck behind a cab; the tails of saloons are short enough
        parts[REAR_FOOT] = round(gap_m[REAR_FOOT] / 0.31)
    at = [m + part / parts.get(m, 1) for m in range(len(stations)) for part in range(parts.get(m, 1))]
    front, middle, rear = stations[ROOF_FRONT : ROOF_REAR + 1]
    rows = []
    for t in at:
        if ROOF_FRONT < t < ROOF_REAR:
            rows.append((t - 7) * (t - 8) / 2 * front - (t - 6) * (t - 8) * middle + (t - 6) * (t - 7) / 2 * rear)
        elif t > REAR_FOOT and t % 1:
            rows.append(stations[REAR_FOOT] + (t - REAR_FOOT) * (stations[TAIL_EDGE] - stations[REAR_FOOT]))
        else:
            rows.append(stations[int(t)])
    return at, np.array(rows)


def _subdivision(
    quads: IndexArray, n: int, sharpness: dict[tuple[int, int], float]
) -> tuple[sparse.csr_array, IndexArray, dict[tuple[int, int], float]]:
    """Give one Catmull-Clark step as a matrix, with the new quads and what is left of the creases.

    Borders are sharp; the first n new points are the moved old ones.

    Source:
        Catmull and Clark 1978; semi-sharp creases: DeRose, Kass and Truong 1998.
    """
    ends = np.sort(np.stack([quads, np.roll(quads, -1, 1)], 2).reshape(-1, 2), 1)
    keys, edge_of = np.unique(ends[:, 0] * n + ends[:, 1], return_inverse=True)
    edge_of = edge_of.reshape(-1, 4)
    edges = np.stack([keys // n, keys % n], 1)
    e, q = len(edges), len(quads)
    is_border = np.bincount(edge_of.ravel(), minlength=e) == 1
    sharp = np.array([sharpness.get((a, b), 0.0) for a, b in edges.tolist()])
    sharp[is_border] = 9.0

    def matrix(rows: IndexArray, columns: IndexArray, values: FloatArray, shape: tuple[int, int]) -> sparse.csr_array:
        return sparse.csr_array((values, (rows, columns)), shape=shape)

    def weight(values: FloatArray) -> sparse.dia_array:
        return sparse.dia_array((values[None], [0]), shape=(len(values), len(values)))

    # Points of faces and of edges.
    face = matrix(np.repeat(np.arange(q), 4), quads.ravel(), np.full(4 * q, 0.25), (q, n))
    middle = matrix(np.repeat(np.arange(e), 2), edges.ravel(), np.full(2 * e, 0.5), (e, n))
    beside = matrix(edge_of.ravel(), np.repeat(np.arange(q), 4), np.ones(4 * q), (e, q))
    crisp = np.clip(sharp, 0, 1)
    soft = np.where(is_border, 0.0, 1 - crisp)
    edge = weight(soft / 4) @ (2 * middle + beside @ face) + weight(1 - soft) @ middle
    # Old points: smooth rule, crease rule where two sharp edges meet, corners stay.
    valence = np.bincount(edges.ravel(), minlength=n).astype(float)
    touches = matrix(edges.ravel(), np.repeat(np.arange(e), 2), np.ones(2 * e), (n, e))
    faces_at = np.bincount(quads.ravel(), minlength=n).astype(float)
    around = matrix(quads.ravel(), np.repeat(np.arange(q), 4), np.ones(4 * q), (n, q))
    smooth = (
        weight(1 / (faces_at * valence)) @ around @ face
        + weight(2 / valence**2) @ touches @ middle
        + weight((valence - 3) / valence)
    )
    is_sharp = sharp > 0
    count = np.bincount(edges[is_sharp].ravel(), minlength=n)
    both = np.concatenate([edges[is_sharp], edges[is_sharp][:, ::-1]])
    other = matrix(both[:, 0], both[:, 1], np.ones(len(both)), (n, n))
    is_curve = (count == 2).astype(float)
    crease = weight(is_curve) @ (0.125 * other) + weight(1 - 0.25 * is_curve)
    total = np.bincount(edges[is_sharp].ravel(), weights=np.repeat(sharp[is_sharp], 2), minlength=n)
    hard = np.where(count >= 2, np.clip(total / np.maximum(count, 1), 0, 1), 0.0)
    vertex = weight(1 - hard) @ smooth + weight(hard) @ crease
    # New quads go corner, edge, face, edge; creases lose one unit of sharpness.
    new_face, new_edge = n + e + np.arange(q), n + edge_of
    split = [np.stack([quads[:, c], new_edge[:, c], new_face, new_edge[:, c - 1]], 1) for c in range(4)]
    left = {}
    for index in np.flatnonzero(sharp > 1).tolist():
        for end in edges[index].tolist():
            left[end, n + index] = float(sharp[index] - 1)
    return sparse.vstack([vertex, edge, face]).tocsr(), np.concatenate(split), left
