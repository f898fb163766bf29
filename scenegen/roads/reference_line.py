"""The reference line of a road: OpenDRIVE `planView` records, lines and arcs, evaluated and inverted in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from scenegen.geometry import Float32Array, FloatArray

OUTSIDE_COST = 1e3  # a foot past a record's end loses against any other record's within a kilometre
STRAIGHT_PER_M = 1e-15  # an arc this faint leaves its tangent by less than a nanometre in a kilometre

AnyFloats = TypeVar("AnyFloats", FloatArray, Float32Array)


@dataclass(frozen=True)
class Geometry:
    """One planView record: from `s_m` at (x_m, y_m) with `heading_rad`; curvature 0 is a line, positive bends left."""

    s_m: float
    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    curvature_per_m: float


@dataclass(frozen=True)
class ReferenceLine:
    """Records in order of s, each beginning where the one before ends; the first and last go on past the ends."""

    geometries: tuple[Geometry, ...]

    def __post_init__(self) -> None:
        if not self.geometries:
            raise ValueError("a reference line needs at least one geometry record")

    def curvature(self, s: FloatArray) -> FloatArray:
        """Give the curvature in 1/m at each s."""
        return _column(self.geometries, "curvature_per_m")[self._record_of(s)]

    def elevation(self, s: FloatArray) -> FloatArray:
        """Give z at each s: a street lies level at 0."""
        return np.zeros(np.shape(s))

    def slope(self, s: FloatArray) -> FloatArray:
        """Give dz/ds at each s."""
        return np.zeros(np.shape(s))

    def poses(self, s: FloatArray) -> FloatArray:
        """Give (n, 3) world x, y and heading (not wrapped) at each s.

        A chord of an arc of length d and curvature k has length d sinc(kd/2) and leans by kd/2: exact for lines too.
        """
        row = self._record_of(s)
        ds = s - _column(self.geometries, "s_m")[row]
        half_turn = 0.5 * ds * _column(self.geometries, "curvature_per_m")[row]
        start_rad = _column(self.geometries, "heading_rad")[row]
        chord_m = ds * np.sinc(half_turn / np.pi)
        x = _column(self.geometries, "x_m")[row] + chord_m * np.cos(start_rad + half_turn)
        y = _column(self.geometries, "y_m")[row] + chord_m * np.sin(start_rad + half_turn)
        return np.stack([x, y, start_rad + 2 * half_turn], axis=-1)

    def locate(self, x: FloatArray, y: FloatArray, *, drawn_s: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
        """Give s and t of world points: the foot on the nearest record, exact for lines and arcs.

        `drawn_s` bounds how far the first and last record are carried on, and so which turn of a circle is meant.
        """
        starts = [record.s_m for record in self.geometries]
        lows, highs = [drawn_s[0], *starts[1:]], [*starts[1:], drawn_s[1]]
        best_s, best_t = np.zeros(np.shape(x)), np.zeros(np.shape(x))
        best_miss = np.full(np.shape(x), np.inf)
        for i, (record, low, high) in enumerate(zip(self.geometries, lows, highs, strict=True)):
            s, t = _locate_on(record, x, y, 0.5 * (low + high))
            before = np.maximum(0.0, low - s) if i > 0 else 0.0
            after = np.maximum(0.0, s - high) if i + 1 < len(self.geometries) else 0.0
            miss = np.abs(t) + (before + after) * OUTSIDE_COST
            is_better = miss < best_miss
            best_s, best_t = np.where(is_better, s, best_s), np.where(is_better, t, best_t)
            best_miss = np.where(is_better, miss, best_miss)
        return best_s, best_t

    def _record_of(self, s: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
        """Row of the record that holds each s."""
        return np.clip(np.searchsorted(_column(self.geometries, "s_m"), s, side="right") - 1, 0, None)


def _column(geometries: tuple[Geometry, ...], name: str) -> FloatArray:
    """One field of all records."""
    return np.array([getattr(record, name) for record in geometries], np.float64)


def t_beside(record: Geometry, forward_m: AnyFloats, left_m: AnyFloats) -> AnyFloats:
    """Give t of points in a record's own frame (origin where it begins, x along it), in the precision of the points."""
    k = record.curvature_per_m
    if abs(k) < STRAIGHT_PER_M:
        return left_m
    radius_share = np.sqrt(np.square(k * forward_m) + np.square(1.0 - k * left_m))
    t: AnyFloats = (2.0 * left_m - k * (np.square(forward_m) + np.square(left_m))) / (1.0 + radius_share)
    return t


def _locate_on(record: Geometry, x: FloatArray, y: FloatArray, middle_s: float) -> tuple[FloatArray, FloatArray]:
    """Give s and t of points on one record carried on past its ends, without cancellation for faint curves.

    In the record's frame (X, Y): (kX, 1 - kY) = (1 - kt) (sin k ds, cos k ds).
    """
    cos_h, sin_h, k = np.cos(record.heading_rad), np.sin(record.heading_rad), record.curvature_per_m
    forward = (x - record.x_m) * cos_h + (y - record.y_m) * sin_h
    left = (y - record.y_m) * cos_h - (x - record.x_m) * sin_h
    t = t_beside(record, forward, left)
    if abs(k) < STRAIGHT_PER_M:
        return record.s_m + forward, t
    ds = np.arctan2(k * forward, 1.0 - k * left) / k
    # An arc comes round again: take the turn nearest to the middle of what the record draws.
    lap_m = 2 * np.pi / abs(k)
    ds = ds + lap_m * np.round((middle_s - record.s_m - ds) / lap_m)
    return record.s_m + ds, t
