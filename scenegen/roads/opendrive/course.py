"""The course of a road: its reference line through the world, elevation and superelevation, and (s, t) of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import cKDTree

from scenegen.geometry import FloatArray
from scenegen.roads.opendrive.geometry import Curve, cubic_at
from scenegen.roads.opendrive.records import Crossfall, Cubic, LateralShape, Road

LENGTH_MISMATCH_M = 0.01  # files round lengths to millimetres and centimetres
LOCATE_STEP_M = 2.0  # between the first guesses of `locate`
LOCATE_TURN_RAD = 0.1  # most turn between two of them
LOCATE_GUESSES = 4  # nearest samples that are followed up: where a road runs beside itself more than one foot is near
LOCATE_STEPS = 8  # of Newton's method


@dataclass(frozen=True, eq=False)
class RoadCourse:
    """One road as a band through the world: s along it, t to the left, h above its surface."""

    road: Road

    @cached_property
    def length_m(self) -> float:
        """Length of the road as its file says, but no further than its reference line reaches."""
        last = self._curves[-1].geometry
        reach = last.s_m + last.length_m
        said = self.road.length_m
        return said if 0.0 < said <= reach + LENGTH_MISMATCH_M else reach

    def poses(self, s: FloatArray) -> FloatArray:
        """Give the reference line seen from above.

        Args:
            s: (n,) metres from the road's begin; past its ends the line goes on straight.
        Returns:
            (n, 4) float64: world x, y, heading (radians, not wrapped) and curvature (1/m, positive to the left).
        """
        s = np.asarray(s, np.float64)
        starts = self._starts
        rows = np.clip(np.searchsorted(starts, s, side="right") - 1, 0, None)
        result = np.empty((*s.shape, 4))
        for row in np.unique(rows):
            mine = rows == row
            result[mine] = self._curves[row].poses(s[mine] - starts[row])
        return result

    def elevation(self, s: FloatArray) -> FloatArray:
        """Give z of the reference line at s, metres."""
        return cubic_at(*self._elevation, np.asarray(s, np.float64))

    def roll(self, s: FloatArray) -> FloatArray:
        """Give the superelevation at s, radians; positive falls to the right."""
        return cubic_at(*self._superelevation, np.asarray(s, np.float64))

    def lane_offset(self, s: FloatArray) -> FloatArray:
        """Give t of the centre line at s, metres."""
        return cubic_at(*self._lane_offset, np.asarray(s, np.float64))

    def points(self, s: FloatArray, t: FloatArray, h: FloatArray | float = 0.0) -> FloatArray:
        """Give world points of road coordinates, small-pitch form: the cross-section stands upright and leans by the roll.

        Args:
            s, t: (n,) metres along and to the left of the reference line.
            h: metres above the road's surface.
        Returns:
            (n, 3) float64 world x, y, z.
        """
        s, t, h = (np.asarray(part, np.float64) for part in np.broadcast_arrays(s, t, h))
        x, y, heading, _ = np.moveaxis(self.poses(s), -1, 0)
        roll = self._roll_at(s, t)
        h = h + self._shape_height(s, t)
        left = t * np.cos(roll) - h * np.sin(roll)
        z = self.elevation(s) + t * np.sin(roll) + h * np.cos(roll)
        return np.stack([x - left * np.sin(heading), y + left * np.cos(heading), z], axis=-1)

    def locate(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give (s, t) of the nearest point of the road's reference line, seen from above.

        Args:
            x, y: (n,) world metres.
        Returns:
            s within the road and t, (n,) each; on the surface of a leaning road t is measured along it.
        """
        points = np.stack([np.ravel(x), np.ravel(y)], axis=-1).astype(np.float64)
        samples, tree = self._samples
        _, near = tree.query(points, k=min(LOCATE_GUESSES, len(samples)))
        near = near.reshape(len(points), -1)
        best_s, best_t, best_miss = np.zeros(len(points)), np.zeros(len(points)), np.full(len(points), np.inf)
        for guess in near.T:
            s, t, miss = self._foot(points, samples, guess)
            better = miss < best_miss - 1e-12
            best_s, best_t = np.where(better, s, best_s), np.where(better, t, best_t)
            best_miss = np.where(better, miss, best_miss)
        best_t = best_t / np.cos(self._roll_at(best_s, best_t))
        return best_s.reshape(np.shape(x)), best_t.reshape(np.shape(x))

    @cached_property
    def breaks(self) -> FloatArray:
        """Rising s of everything that begins along the road, both ends included: where a mesh must have a station."""
        road = self.road
        starts = {0.0, self.length_m}
        for records in (road.geometries, road.elevations, road.superelevations, road.crossfalls, road.shapes):
            starts |= {record.s_m for record in records}
        starts |= {record.s_m for record in road.lane_offsets} | {section.s_m for section in road.sections}
        return np.array(sorted(s for s in starts if 0.0 <= s <= self.length_m))

    def _foot(
        self, points: FloatArray, samples: FloatArray, guess: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Follow one guess to the foot of the perpendicular: s, t and the distance."""
        low, high = samples[np.maximum(guess - 1, 0)], samples[np.minimum(guess + 1, len(samples) - 1)]
        s = samples[guess]
        for _ in range(LOCATE_STEPS):
            along, left, curvature = self._beside(points, s)
            s = np.clip(s + along / np.maximum(1.0 - curvature * left, 0.1), low, high)
        along, left, _ = self._beside(points, s)
        return s, left, np.hypot(along, left)

    def _beside(self, points: FloatArray, s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Where points lie seen from the reference line at s: ahead, to the left; and its curvature there."""
        x, y, heading, curvature = np.moveaxis(self.poses(s), -1, 0)
        dx, dy = points[:, 0] - x, points[:, 1] - y
        return dx * np.cos(heading) + dy * np.sin(heading), dy * np.cos(heading) - dx * np.sin(heading), curvature

    @cached_property
    def _samples(self) -> tuple[FloatArray, cKDTree]:
        """First guesses for `locate`: stations close enough that the line hardly turns between two."""
        turn_rate = np.abs(self.poses(np.linspace(0.0, self.length_m, 64))[:, 3]).max()
        step = min(LOCATE_STEP_M, LOCATE_TURN_RAD / max(turn_rate, 1e-9), max(self.length_m, 1e-6) / 4)
        count = min(int(np.ceil(self.length_m / step)) + 1, 200_000)
        samples = np.linspace(0.0, self.length_m, max(count, 2))
        return samples, cKDTree(self.poses(samples)[:, :2])

    @cached_property
    def _curves(self) -> tuple[Curve, ...]:
        """Geometry records that have a length, in order of s."""
        records = sorted((record for record in self.road.geometries if record.length_m > 0.0), key=lambda record: record.s_m)
        return tuple(Curve(record) for record in records)

    @cached_property
    def _starts(self) -> FloatArray:
        """s of every curve's begin."""
        return np.array([curve.geometry.s_m for curve in self._curves])

    @cached_property
    def _elevation(self) -> tuple[FloatArray, FloatArray]:
        return table_of(self.road.elevations)

    @cached_property
    def _superelevation(self) -> tuple[FloatArray, FloatArray]:
        return table_of(self.road.superelevations)

    @cached_property
    def _lane_offset(self) -> tuple[FloatArray, FloatArray]:
        return table_of(self.road.lane_offsets)

    @cached_property
    def _crossfall(self) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Crossfall tables by side."""
        falls: Sequence[Crossfall] = self.road.crossfalls
        return {side: table_of([fall for fall in falls if fall.side in (side, "both")]) for side in ("left", "right")}

    def _roll_at(self, s: FloatArray, t: FloatArray) -> FloatArray:
        """Roll of the surface at (s, t): the superelevation, and the crossfall of 1.4, which falls outwards."""
        roll = self.roll(s)
        if not self.road.crossfalls:
            return roll
        left, right = (cubic_at(*self._crossfall[side], s) for side in ("left", "right"))
        return np.where(t >= 0.0, roll - left, roll + right)

    def _shape_height(self, s: FloatArray, t: FloatArray) -> FloatArray:
        """Height of the lateral shape at (s, t): cubics in t at some stations, straight lines between them."""
        if not self.road.shapes:
            return np.zeros(np.shape(s))
        stations, tables = self._shapes
        after = np.searchsorted(stations, s, side="right")
        low, high = np.clip(after - 1, 0, None), np.clip(after, 0, len(stations) - 1)
        heights = np.stack([cubic_at(*table, t) for table in tables])
        gap = stations[high] - stations[low]
        share = np.where(gap > 0.0, (s - stations[low]) / np.where(gap > 0.0, gap, 1.0), 0.0)
        take = np.indices(np.shape(s))
        return np.asarray((1.0 - share) * heights[(low, *take)] + share * heights[(high, *take)], np.float64)

    @cached_property
    def _shapes(self) -> tuple[FloatArray, list[tuple[FloatArray, FloatArray]]]:
        """Stations that have a lateral shape, and the cubics in t of each."""
        by_station: dict[float, list[LateralShape]] = {}
        for shape in self.road.shapes:
            by_station.setdefault(shape.s_m, []).append(shape)
        stations = sorted(by_station)
        tables = []
        for s in stations:
            rows = sorted(by_station[s], key=lambda shape: shape.t_m)
            tables.append((np.array([row.t_m for row in rows]), np.array([[row.a, row.b, row.c, row.d] for row in rows])))
        return np.array(stations), tables


def table_of(records: Sequence[Cubic]) -> tuple[FloatArray, FloatArray]:
    """Give starts (m,) and coefficients (m, 4) of cubics in order of s."""
    rows = sorted(records, key=lambda record: record.s_m)
    return np.array([row.s_m for row in rows]), np.array([[row.a, row.b, row.c, row.d] for row in rows])
