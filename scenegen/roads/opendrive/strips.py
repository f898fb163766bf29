"""Lanes as strips in the world: both edges at stations close enough that straight edges follow the curves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scenegen.geometry import FloatArray, frozen
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.lane_borders import SectionLanes, section_lanes
from scenegen.roads.opendrive.lane_records import Side
from scenegen.roads.opendrive.records import Road

SIDES: tuple[Side, Side] = ("left", "right")
CHORD_ERROR_M = 0.008  # the most that a straight edge may cut a curve; the house rule is 1 cm
LONGEST_STEP_M = 2.0  # so that what is interpolated between stations stays true everywhere
SHORTEST_STEP_M = 0.1
CHUNK_M = 64.0  # long roads are cut here, so that what is out of sight is left out
PROBES = 9  # places of a stretch where its bend is measured
NARROW_M = 1e-4  # a strip that is nowhere wider has no surface


@dataclass(frozen=True, eq=False)
class LaneStrip:
    """A piece of one lane: `inner_m` and `outer_m` (n, 3) are its edges at `s_m` (n,), t of both likewise."""

    road: str
    section: int
    lane: int
    type: str
    s_m: FloatArray
    inner_t_m: FloatArray
    outer_t_m: FloatArray
    inner_m: FloatArray
    outer_m: FloatArray
    is_raised: bool
    """Whether a height is given for it somewhere: a sidewalk, a kerb."""

    def __post_init__(self) -> None:
        for array in (self.s_m, self.inner_t_m, self.outer_t_m, self.inner_m, self.outer_m):
            frozen(array)

    @property
    def is_flat(self) -> bool:
        """Whether the strip has no width anywhere."""
        return bool(np.abs(self.outer_t_m - self.inner_t_m).max() < NARROW_M)


def lane_strips(road: Road) -> Iterator[LaneStrip]:
    """Give all lanes of a road as strips, cut at lane sections and every chunk.

    Neighbouring lanes have the same stations, so their edges are made of the same points.
    """
    course = RoadCourse(road)
    for index, lanes in enumerate(section_lanes(course)):
        for low, high in chunks(lanes.s_from_m, min(lanes.s_to_m, course.length_m)):
            s = stations(course, lanes, low, high)
            for side in SIDES:
                borders = lanes.borders_t(side, s)
                for row, (inner, outer) in enumerate(lanes.edges(side, s)):
                    lane = lanes.section.outwards(side)[row]
                    up = lanes.heights(lane, s)
                    is_raised = bool(np.abs(np.concatenate(up)).max() > 0.0)
                    yield LaneStrip(
                        road.id, index, lane.id, lane.type, s.copy(), borders[row], borders[row + 1], inner, outer, is_raised
                    )


def stations(course: RoadCourse, lanes: SectionLanes, low: float, high: float) -> FloatArray:
    """Give rising s from one value to another: at every record's begin, and close enough for the chord error between."""
    inner = np.concatenate([course.breaks, lanes.starts])
    marks = np.unique(np.concatenate([[low, high], inner[(inner > low) & (inner < high)]]))
    pieces = [np.linspace(a, b, _steps(course, lanes, a, b) + 1)[:-1] for a, b in pairwise(marks.tolist())]
    return np.concatenate([*pieces, [high]])


def chunks(low: float, high: float) -> Iterator[tuple[float, float]]:
    """Cut a stretch of road into chunks of like length."""
    if high - low < 1e-6:
        return
    edges = np.linspace(low, high, max(1, round((high - low) / CHUNK_M)) + 1)
    yield from pairwise(edges.tolist())


def _steps(course: RoadCourse, lanes: SectionLanes, low: float, high: float) -> int:
    """Number of steps over one smooth stretch, from how the outermost edges bend there in plan and in height."""
    s = np.linspace(low, high, PROBES)
    gap = (high - low) / (PROBES - 1)
    if gap < 1e-6:
        return 1
    curvature = np.abs(course.poses(s)[:, 3]).max()
    bend, reach = 0.0, 0.0
    for side in SIDES:
        t = lanes.borders_t(side, s)
        reach = max(reach, float(np.abs(t).max()))
        bend = max(bend, float(np.abs(np.diff(t, 2, axis=1)).max(initial=0.0)) / gap**2)
    rise = float(np.abs(np.diff(course.elevation(s), 2)).max()) / gap**2
    roll = reach * float(np.abs(np.diff(course.roll(s), 2)).max()) / gap**2
    total = curvature * (1.0 + curvature * reach) + bend + rise + roll
    step = min(LONGEST_STEP_M, math.sqrt(8.0 * CHORD_ERROR_M / total)) if total > 0.0 else LONGEST_STEP_M
    return max(1, math.ceil((high - low) / max(step, SHORTEST_STEP_M) - 1e-9))
