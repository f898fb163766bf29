"""Where lanes lie on a road: t of their borders, and their edges in the world with kerb heights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.geometry import cubic_at
from scenegen.roads.opendrive.lane_records import Lane, LaneCubic, LaneSection, Side

INSIDE_M = 1e-7  # how far from its ends a section asks for the lane offset; files give s to a micrometre at best


@dataclass(frozen=True, eq=False)
class SectionLanes:
    """One lane section on its road's course: it holds from `s_from_m` to `s_to_m`."""

    course: RoadCourse
    section: LaneSection
    s_from_m: float
    s_to_m: float

    def borders_t(self, side: Side, s: FloatArray) -> FloatArray:
        """Give t of the lane borders of a side.

        Args:
            side: left or right of the centre line.
            s: (n,) metres along the road.
        Returns:
            (lanes + 1, n) float64 metres: the centre line (the lane offset), then every lane's outer border, outwards.
        """
        s = np.asarray(s, np.float64)
        sign = 1.0 if side == "left" else -1.0
        centre = self._centre_t(s)
        rows = [centre]
        for lane in self.section.outwards(side):
            # Width wins where a lane has both, says the standard; a border's sign is the side's, whatever the file says.
            if lane.widths or not lane.borders:
                rows.append(rows[-1] + sign * self._cubic(lane.widths, s))
            else:
                rows.append(centre + sign * np.abs(self._cubic(lane.borders, s)))
        return np.stack(rows)

    def lane_t(self, lane_id: int, s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give t of a lane's inner and outer border at s; the centre lane's are both the centre line.

        Raises:
            ValueError: the section has no such lane.
        """
        s = np.asarray(s, np.float64)
        if lane_id == 0:
            return self._centre_t(s), self._centre_t(s)
        side, row = self._row(lane_id)
        borders = self.borders_t(side, s)
        return borders[row], borders[row + 1]

    def width(self, lane_id: int, s: FloatArray) -> FloatArray:
        """Give the width of a lane at s, metres."""
        inner, outer = self.lane_t(lane_id, s)
        return np.abs(outer - inner)

    def heights(self, lane: Lane, s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the heights of a lane's inner and outer edge above the road's surface at s, metres."""
        rows = sorted(lane.heights, key=lambda record: record.s_offset_m)
        starts = self.section.s_m + np.array([row.s_offset_m for row in rows])
        flat = np.zeros((len(rows), 3))
        inner, outer = (
            np.column_stack([np.array([getattr(row, name) for row in rows]), flat]) for name in ("inner_m", "outer_m")
        )
        return cubic_at(starts, inner, s), cubic_at(starts, outer, s)

    def edges(self, side: Side, s: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """Give the edges of all lanes of a side in the world, outwards.

        Lane heights stand on the leaning surface; a level lane and what it carries along is not leant.

        Args:
            side: left or right of the centre line.
            s: (n,) metres along the road.
        Returns:
            For every lane its inner and outer edge, (n, 3) float64 each.
        """
        s = np.asarray(s, np.float64)
        borders = self.borders_t(side, s)
        surface = [self.course.points(s, t) for t in borders]
        foot, edges = surface[0], []
        for row, lane in enumerate(self.section.outwards(side)):
            step = self._level_step(s, borders[row + 1] - borders[row]) if lane.is_level else surface[row + 1] - surface[row]
            up = np.array([0.0, 0.0, 1.0]) if lane.is_level else self._up(s, 0.5 * (borders[row] + borders[row + 1]))
            inner_h, outer_h = self.heights(lane, s)
            edges.append((foot + inner_h[:, None] * up, foot + step + outer_h[:, None] * up))
            foot = foot + step
        return edges

    @cached_property
    def starts(self) -> FloatArray:
        """Rising s of all lane records inside the section, and both its ends."""
        offsets = {self.s_from_m, self.s_to_m}
        for lane in self.section.lanes:
            for records in (lane.widths, lane.borders, lane.heights):
                offsets |= {self.section.s_m + record.s_offset_m for record in records}
        return np.array(sorted(s for s in offsets if self.s_from_m <= s <= self.s_to_m))

    def _centre_t(self, s: FloatArray) -> FloatArray:
        """t of the centre line; at the section's ends its own, where the lane offset jumps to that of the next section."""
        inside = min(INSIDE_M, 0.25 * (self.s_to_m - self.s_from_m))
        return self.course.lane_offset(np.clip(s, self.s_from_m + inside, self.s_to_m - inside))

    def _row(self, lane_id: int) -> tuple[Side, int]:
        """The side of a lane and its place on it, from 0 outwards."""
        side: Side = "left" if lane_id > 0 else "right"
        for row, lane in enumerate(self.section.outwards(side)):
            if lane.id == lane_id:
                return side, row
        raise ValueError(f"road {self.course.road.id} has no lane {lane_id} at s = {self.section.s_m:.3f}")

    def _cubic(self, records: Sequence[LaneCubic], s: FloatArray) -> FloatArray:
        """A lane's width or border at s."""
        rows = sorted(records, key=lambda record: record.s_offset_m)
        starts = self.section.s_m + np.array([row.s_offset_m for row in rows])
        return cubic_at(starts, np.array([[row.a, row.b, row.c, row.d] for row in rows]), s)

    def _up(self, s: FloatArray, t: FloatArray) -> FloatArray:
        """The surface's upward direction in the cross-section, (n, 3)."""
        return self.course.points(s, t, 1.0) - self.course.points(s, t, 0.0)

    def _level_step(self, s: FloatArray, width: FloatArray) -> FloatArray:
        """A step to the left without any fall, (n, 3)."""
        heading = self.course.poses(s)[:, 2]
        return np.stack([-width * np.sin(heading), width * np.cos(heading), np.zeros(len(s))], axis=-1)


def section_lanes(course: RoadCourse) -> tuple[SectionLanes, ...]:
    """Give the lane sections of a road in order of s, each with the stretch on which it holds."""
    sections = sorted(course.road.sections, key=lambda section: section.s_m)
    ends = [*(section.s_m for section in sections[1:]), course.length_m]
    return tuple(
        SectionLanes(course, section, section.s_m, max(section.s_m, end)) for section, end in zip(sections, ends, strict=True)
    )
