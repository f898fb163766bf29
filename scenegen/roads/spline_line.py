"""A reference line through points, smooth and with elevation: what a route over a map runs along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from scenegen.geometry import FloatArray, frozen

STEP_M = 0.5  # between knots
SMOOTH_KNOTS = 1.0  # maps join their pieces to a centimetre: without smoothing every seam would jerk the steering wheel
NEWTON_STEPS = 12
EXTEND_M = 400.0  # the line goes on straight past its ends, so that questions there have an answer


@dataclass(frozen=True, eq=False)
class SplineLine:
    """A line through world points (n, 3), s counted from the point `begin_m` along it; cubic between knots half a metre apart.

    Of a bend of 10 m radius the smoothing cuts 1.3 cm.
    """

    points_m: FloatArray
    begin_m: float

    def __post_init__(self) -> None:
        if len(self.points_m) < 2:
            raise ValueError("a line needs at least two points")
        frozen(self.points_m)

    @property
    def reach_s(self) -> tuple[float, float]:
        """The s of both ends of the points."""
        stations = self._knots[0]
        return float(stations[0]), float(stations[-1])

    def curvature(self, s: FloatArray) -> FloatArray:
        """Give the curvature in 1/m at each s, 0 past the ends."""
        s = np.asarray(s, np.float64)
        low, high = self.reach_s
        first, second = self._plan(s, 1), self._plan(s, 2)
        k = (first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]) / (first**2).sum(-1) ** 1.5
        return np.where((s < low) | (s > high), 0.0, k)

    def poses(self, s: FloatArray) -> FloatArray:
        """Give (n, 3) world x, y and heading (not wrapped) at each s."""
        s = np.asarray(s, np.float64)
        inside = np.clip(s, *self.reach_s)
        place, way = self._plan(inside, 0), self._plan(inside, 1)
        way = way / np.linalg.norm(way, axis=-1, keepdims=True)
        place = place + (s - inside)[..., None] * way
        heading = np.arctan2(way[..., 1], way[..., 0])
        # Unwrap by the nearest knot, whose heading is known.
        stations, _, knot_heading = self._knots
        near = knot_heading[np.clip(np.searchsorted(stations, inside), 0, len(stations) - 1)]
        return np.concatenate([place, (heading + 2 * np.pi * np.round((near - heading) / (2 * np.pi)))[..., None]], axis=-1)

    def elevation(self, s: FloatArray) -> FloatArray:
        """Give z at each s, metres."""
        stations, points, _ = self._knots
        return np.interp(s, stations, points[:, 2])

    def slope(self, s: FloatArray) -> FloatArray:
        """Give dz/ds at each s."""
        s = np.asarray(s, np.float64)
        return (self.elevation(s + 1.0) - self.elevation(s - 1.0)) / 2.0

    def locate(self, x: FloatArray, y: FloatArray, *, drawn_s: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
        """Give s and t of world points: the foot on the line, nearest knot first, then Newton's method."""
        points = np.stack([np.ravel(x), np.ravel(y)], axis=-1).astype(np.float64)
        s = self._guesses[0][self._guesses[1].query(points)[1]]
        for _ in range(NEWTON_STEPS):
            along, left, curvature = self._beside(points, s)
            s = np.clip(s + np.clip(along / np.maximum(1.0 - curvature * left, 0.2), -STEP_M, STEP_M), *drawn_s)
        _, left, _ = self._beside(points, s)
        return s.reshape(np.shape(x)), left.reshape(np.shape(x))

    def _beside(self, points: FloatArray, s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Where points lie seen from the line at s: ahead, to the left; and its curvature there."""
        x, y, heading = np.moveaxis(self.poses(s), -1, 0)
        dx, dy = points[:, 0] - x, points[:, 1] - y
        cos, sin = np.cos(heading), np.sin(heading)
        return dx * cos + dy * sin, dy * cos - dx * sin, self.curvature(s)

    @cached_property
    def _knots(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Stations (k,), smoothed points (k, 3) and unwrapped headings (k,)."""
        run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.points_m[:, :2], axis=0).T))])
        keep = np.concatenate([[True], np.diff(run) > 1e-6])
        count = max(4, int(np.ceil(run[-1] / STEP_M)) + 1)
        at = np.linspace(0.0, run[-1], count)
        points = np.stack([np.interp(at, run[keep], column[keep]) for column in self.points_m.T], axis=1)
        # Mirror the ends through their points, so that smoothing leaves straight ends where they are.
        pad = 4
        padded = np.concatenate([2 * points[0] - points[pad:0:-1], points, 2 * points[-1] - points[-2 : -pad - 2 : -1]])
        smooth = gaussian_filter1d(padded, SMOOTH_KNOTS, axis=0)[pad:-pad]
        length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(smooth[:, :2], axis=0).T))])
        step = np.gradient(smooth[:, :2], axis=0)
        return length - self.begin_m, smooth, np.unwrap(np.arctan2(step[:, 1], step[:, 0]))

    @cached_property
    def _spline(self) -> CubicSpline:
        stations, points, _ = self._knots
        return CubicSpline(stations, points[:, :2], axis=0, bc_type="natural")

    def _plan(self, s: FloatArray, derivative: int) -> FloatArray:
        place: FloatArray = self._spline(np.clip(s, *self.reach_s), derivative)
        return place

    @cached_property
    def _guesses(self) -> tuple[FloatArray, cKDTree]:
        """Stations near which a foot is looked for, past the ends too."""
        low, high = self.reach_s
        s = np.concatenate([np.arange(low - EXTEND_M, low, 4.0), self._knots[0], np.arange(high + 4.0, high + EXTEND_M, 4.0)])
        return s, cKDTree(self.poses(s)[:, :2])
