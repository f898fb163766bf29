"""Paint that a map gives as objects: crosswalks as stripes, stop lines and other areas as they are outlined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from scenegen.geometry import FloatArray, frozen
from scenegen.roads.markings import MARK_HEIGHT_M
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.lane_borders import SectionLanes, section_lanes
from scenegen.roads.opendrive.lane_records import Side
from scenegen.roads.opendrive.placed import PlacedObject, placed_objects
from scenegen.roads.opendrive.records import Road

STRIPE_M, GAP_M = 0.5, 0.5  # of a crosswalk, RMS
PIECE_M = 2.0  # longest edge of paint, so that it follows the road below
PAINTED = "paint"  # the fill of an outline that is painted


@dataclass(frozen=True, eq=False)
class PaintedArea:
    """A convex piece of paint on a road, mostly on one lane: corners (n, 3) in the world, counter-clockwise from above."""

    road: str
    section: int
    lane: int
    object: str
    colour: str
    corners_m: FloatArray

    def __post_init__(self) -> None:
        frozen(self.corners_m)


def painted_areas(road: Road) -> Iterator[PaintedArea]:
    """Give the paint of a road's objects."""
    if not any(record.type in ("crosswalk", "roadMark") for record in road.objects):
        return
    course = RoadCourse(road)
    sections = section_lanes(course)
    for placed in placed_objects(road):
        if placed.record.type == "crosswalk":
            outlines = [prism.feet_m for prism in placed.prisms if len(prism.feet_m) >= 3] or [_box(placed)]
            pieces = [stripe for feet in outlines for stripe in _stripes(feet)]
        elif placed.record.type == "roadMark":
            fills = [outline.fill_type for outline in placed.record.all_outlines]
            pieces = [
                prism.feet_m
                for prism, fill in zip(placed.prisms, fills, strict=True)
                if fill in (None, PAINTED) and len(prism.feet_m) >= 3
            ]
        else:
            continue
        colour = next((m.road_mark_colour for m in placed.record.materials if m.road_mark_colour), "white")
        for corners in pieces:
            for part in _short(_turned_up(corners)):
                lane = _lane_at(course, sections, part.mean(axis=0))
                yield PaintedArea(road.id, *lane, placed.record.id, colour, part + np.array([0.0, 0.0, MARK_HEIGHT_M]))


def _lane_at(course: RoadCourse, sections: tuple[SectionLanes, ...], place: FloatArray) -> tuple[int, int]:
    """The lane section and the lane at a place; the outermost lane for what lies beside them all."""
    s, t = course.locate(place[:1], place[1:2])
    index = max((i for i, lanes in enumerate(sections) if lanes.s_from_m <= s[0]), default=0)
    lanes = sections[index]
    side: Side = "left" if t[0] > lanes.borders_t("left", s)[0, 0] else "right"
    borders, there = np.abs(lanes.borders_t(side, s)[:, 0]), lanes.section.outwards(side)
    if not there:
        return index, 0
    row = int(np.searchsorted(borders[1:], abs(float(t[0]))))
    return index, there[min(row, len(there) - 1)].id


def _box(placed: PlacedObject) -> FloatArray:
    """The ground plan of an object without an outline."""
    length, width, _ = placed.size_m
    corners = np.array([[-length, -width, 0.0], [length, -width, 0.0], [length, width, 0.0], [-length, width, 0.0]]) / 2
    feet: FloatArray = corners @ placed.world_from_object[:3, :3].T + placed.world_from_object[:3, 3]
    return feet


def _stripes(feet: FloatArray) -> Iterator[FloatArray]:
    """Stripes along the shorter way over a crosswalk, which is how cars go, evenly spread over the longer one."""
    frame = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapely.MultiPoint(feet[:, :2])))[:4]
    if len(frame) < 4:
        return
    sides = np.roll(frame, -1, axis=0) - frame
    lengths = np.linalg.norm(sides, axis=1)
    corner = int(lengths[1] > lengths[0])
    across, along = sides[corner], sides[(corner + 1) % 4]
    width = float(np.linalg.norm(across))
    outline = shapely.Polygon(feet[:, :2])
    count = max(1, round((width + GAP_M) / (STRIPE_M + GAP_M)))
    first = 0.5 * (width - count * STRIPE_M - (count - 1) * GAP_M)
    for k in range(count):
        low, high = ((first + k * (STRIPE_M + GAP_M) + part) / width for part in (0.0, STRIPE_M))
        begin = frame[corner]
        near, far = begin + low * across, begin + high * across
        stripe = shapely.Polygon([near, far, far + along, near + along])
        cut = shapely.intersection(stripe, outline)
        if isinstance(cut, shapely.Polygon) and cut.area > 0.05:
            plan = shapely.get_coordinates(cut)[:-1]
            yield np.column_stack([plan, _plane(feet, plan)])


def _plane(feet: FloatArray, plan: FloatArray) -> FloatArray:
    """Heights of places on the plane through an outline."""
    middle = feet.mean(axis=0)
    columns = np.column_stack([feet[:, :2] - middle[:2], np.ones(len(feet))])
    fit = np.linalg.lstsq(columns, feet[:, 2], rcond=None)[0]
    return np.asarray(np.column_stack([plan - middle[:2], np.ones(len(plan))]) @ fit, np.float64)


def _turned_up(corners: FloatArray) -> FloatArray:
    """Corners counter-clockwise as seen from above."""
    x, y = corners[:, 0], corners[:, 1]
    twice = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    return corners if twice > 0.0 else corners[::-1]


def _short(corners: FloatArray) -> Iterator[FloatArray]:
    """A four-cornered area cut into pieces; any other as it is."""
    if len(corners) != 4:
        yield corners
        return
    a, b, c, d = corners
    if np.linalg.norm(b - a) < np.linalg.norm(c - b):
        a, b, c, d = b, c, d, a
    count = max(1, int(np.ceil(np.linalg.norm(b - a) / PIECE_M)))
    low, high = np.linspace(a, b, count + 1), np.linspace(d, c, count + 1)
    for k in range(count):
        yield np.stack([low[k], low[k + 1], high[k + 1], high[k]])
