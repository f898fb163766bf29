"""Painted lines of a map: every road mark as strokes on its lane's border, thin ribbons on the very triangles below."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scenegen.geometry import FloatArray, frozen
from scenegen.roads.markings import MARK_HEIGHT_M
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.geometry import cubic_at
from scenegen.roads.opendrive.lane_borders import SectionLanes, section_lanes
from scenegen.roads.opendrive.lane_records import Lane, MarkSway, RoadMark
from scenegen.roads.opendrive.records import Road
from scenegen.roads.opendrive.strips import chunks, stations

WIDTH_M = {"standard": 0.12, "bold": 0.25}  # Vienna convention, signs and markings, article 2.25: 0.10 and 0.20 or more
STROKE_AND_GAP_M = {"town": (3.0, 6.0), "rural": (4.0, 8.0), "motorway": (6.0, 12.0)}  # RMS 1993, lane lines
DOT_M, DOT_SPACING_M = 0.1, 1.0  # Botts' dots
UNPAINTED = frozenset({"none", "curb", "grass", "edge"})  # what a mark says that is no paint
LEAST_M = 1e-3
LEAST_PERIOD_M = 0.05  # a line whose strokes come closer is read as unbroken


@dataclass(frozen=True)
class Stroke:
    """One painted line before it is laid: where it begins along its mark, stroke and gap, offset outwards, width."""

    s_offset_m: float
    length_m: float
    gap_m: float
    outwards_m: float
    width_m: float
    colour: str
    is_single: bool = False


@dataclass(frozen=True, eq=False)
class PaintedRibbon:
    """A stroke on the road: both edges (n, 3) in the world, left seen along s first, at `s_m` (n,)."""

    road: str
    section: int
    lane: int
    type: str
    colour: str
    s_m: FloatArray
    left_m: FloatArray
    right_m: FloatArray

    def __post_init__(self) -> None:
        for array in (self.s_m, self.left_m, self.right_m):
            frozen(array)


def painted_ribbons(road: Road) -> Iterator[PaintedRibbon]:
    """Give all painted strokes of a road, cut where its lane strips are cut, so that no stroke leaves their triangles."""
    course = RoadCourse(road)
    for index, lanes in enumerate(section_lanes(course)):
        for low, high in chunks(lanes.s_from_m, min(lanes.s_to_m, course.length_m)):
            s = stations(course, lanes, low, high)
            for lane in (*lanes.section.centre[:1], *lanes.section.lanes):
                for mark, begin, end in _stretches(lanes, lane, low, high):
                    for stroke in strokes_of(mark, lane.id, *_usual_stroke(road, begin)):
                        left, right = _edges(lanes, lane, mark, stroke, s)
                        for a, b in _spans(stroke, lanes.section.s_m + mark.s_offset_m, begin, end):
                            at = np.concatenate([[a], s[(s > a + LEAST_M) & (s < b - LEAST_M)], [b]])
                            yield PaintedRibbon(
                                road.id,
                                index,
                                lane.id,
                                mark.type,
                                stroke.colour,
                                at,
                                _between(at, s, left),
                                _between(at, s, right),
                            )


def strokes_of(mark: RoadMark, lane_id: int, stroke_m: float, gap_m: float) -> tuple[Stroke, ...]:
    """Give the lines that make up a mark.

    Args:
        mark: the road mark.
        lane_id: its lane; a double mark reads outwards, on the centre line from left to right.
        stroke_m, gap_m: of a broken line that does not say its own.
    Returns:
        The file's own lines where it gives them, else the ones its type stands for.
    """
    if mark.type in UNPAINTED:
        return ()
    width = mark.width_m or WIDTH_M.get(mark.weight or "standard", WIDTH_M["standard"])
    colour = "white" if mark.colour == "standard" else mark.colour
    # tOffset is t: to the left. Outwards is to the left on the left side, and by convention on the centre line.
    to_left = 1.0 if lane_id >= 0 else -1.0
    own: list[Stroke] = []
    for line in mark.pattern.strokes if mark.pattern else ():
        wide = line.width_m or (mark.pattern.width_m if mark.pattern else None) or width
        shade = colour if line.colour in (None, "standard") else str(line.colour)
        own.append(Stroke(line.s_offset_m, line.length_m, line.space_m, to_left * line.t_offset_m, wide, shade))
    for single in mark.explicit.strokes if mark.explicit else ():
        own.append(
            Stroke(single.s_offset_m, single.length_m, 0.0, to_left * single.t_offset_m, single.width_m or width, colour, True)
        )
    if own or mark.type == "custom":
        return tuple(own)
    if mark.type == "botts dots":
        return (Stroke(0.0, DOT_M, DOT_SPACING_M - DOT_M, 0.0, DOT_M, colour),)
    kinds = mark.type.split()
    if not set(kinds) <= {"solid", "broken"} or len(kinds) > 2:
        return ()
    first = -width if lane_id != 0 else width
    offsets = (0.0,) if len(kinds) == 1 else (first, -first)
    return tuple(
        Stroke(0.0, *((0.0, 0.0) if kind == "solid" else (stroke_m, gap_m)), offset, width, colour)
        for kind, offset in zip(kinds, offsets, strict=True)
    )


def _usual_stroke(road: Road, s: float) -> tuple[float, float]:
    """Stroke and gap of broken lines on a kind of road."""
    kind = next((record.type for record in reversed(road.types) if record.s_m <= s + LEAST_M), "town")
    return STROKE_AND_GAP_M.get(kind, STROKE_AND_GAP_M["town"])


def _stretches(lanes: SectionLanes, lane: Lane, low: float, high: float) -> Iterator[tuple[RoadMark, float, float]]:
    """The marks of a lane, each with the part of the stretch on which it holds; marks at one place hold together."""
    groups: dict[float, list[RoadMark]] = defaultdict(list)
    for mark in lane.road_marks:
        groups[lanes.section.s_m + mark.s_offset_m].append(mark)
    for begin, end in pairwise([*sorted(groups), math.inf]):
        if min(end, high) - max(begin, low) > LEAST_M:
            for mark in groups[begin]:
                yield mark, max(begin, low), min(end, high)


def _spans(stroke: Stroke, first: float, low: float, high: float) -> Iterator[tuple[float, float]]:
    """Where a line is painted between two s: it begins at the mark's own begin and repeats from there."""
    begin, period = first + stroke.s_offset_m, stroke.length_m + stroke.gap_m
    if stroke.is_single:
        spans = [(begin, begin + stroke.length_m)]
    elif stroke.gap_m <= 0.0 or period < LEAST_PERIOD_M:
        spans = [(begin, high)]
    else:
        numbers = range(max(0, math.floor((low - begin) / period)), math.ceil((high - begin) / period))
        spans = [(begin + k * period, begin + k * period + stroke.length_m) for k in numbers]
    for a, b in spans:
        if min(b, high) - max(a, low) > LEAST_M:
            yield max(a, low), min(b, high)


def _edges(lanes: SectionLanes, lane: Lane, mark: RoadMark, stroke: Stroke, s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Left and right edge of a line at the stations of the strips below it."""
    sign = 1.0 if lane.id >= 0 else -1.0
    middle = lanes.lane_t(lane.id, s)[1] + sign * stroke.outwards_m + _sway(mark.sways, s - lanes.section.s_m - mark.s_offset_m)
    height = lanes.heights(lane, s)[1] + MARK_HEIGHT_M
    left, right = (lanes.course.points(s, middle + side * stroke.width_m, height) for side in (0.5, -0.5))
    return left, right


def _sway(sways: tuple[MarkSway, ...], ds: FloatArray) -> FloatArray:
    """Sideways offset of a mark."""
    rows = sorted(sways, key=lambda sway: sway.ds_m)
    return cubic_at(np.array([row.ds_m for row in rows]), np.array([[row.a, row.b, row.c, row.d] for row in rows]), ds)


def _between(at: FloatArray, s: FloatArray, points: FloatArray) -> FloatArray:
    """Points at s by straight lines between stations: as the triangles below do it."""
    return np.stack([np.interp(at, s, column) for column in points.T], axis=1)
