"""The pieces that built maps are made of: reference lines, lanes with their marks, objects of paint."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.opendrive.lane_records import Lane, LaneCubic, LaneHeight, LaneLink, LaneSection, RoadMark
from scenegen.roads.opendrive.object_records import CornerRoad, Outline, RoadObject
from scenegen.roads.opendrive.records import Arc, Geometry, Header, Line, ParamPoly3, RoadSpeed, RoadType, Shape, Spiral

KERB_M = 0.12  # what public maps have
HEADER = Header(major=1, minor=8, version="1.0", north=0.0, south=0.0, east=0.0, west=0.0)
LEAST_PIECE_M = 1e-6
UNMARKED = RoadMark()
STRAIGHT_RAD = 1e-4  # a turn below this is a straight line


@dataclass(frozen=True)
class Pose:
    """A place with a heading, seen from above."""

    x_m: float
    y_m: float
    heading_rad: float

    def moved(self, ahead_m: float, left_m: float = 0.0) -> Pose:
        """Give the pose so far ahead and to the left."""
        c, s = math.cos(self.heading_rad), math.sin(self.heading_rad)
        return Pose(self.x_m + ahead_m * c - left_m * s, self.y_m + ahead_m * s + left_m * c, self.heading_rad)

    def turned(self, by_rad: float) -> Pose:
        """Give the pose turned to the left."""
        return Pose(self.x_m, self.y_m, self.heading_rad + by_rad)


def line_of(begin: Pose, pieces: Sequence[tuple[Shape, float]]) -> tuple[Geometry, ...]:
    """Lay lines, arcs and spirals end to end.

    Args:
        begin: where the first begins.
        pieces: shape and length of each; those without length are left out.
    """
    records, s, at = [], 0.0, begin
    for shape, length_m in pieces:
        if length_m < LEAST_PIECE_M:
            continue
        records.append(Geometry(s, at.x_m, at.y_m, at.heading_rad, length_m, shape))
        at, s = _end(at, shape, length_m), s + length_m
    return tuple(records)


def length_of(geometries: Sequence[Geometry]) -> float:
    """Give the length of a reference line."""
    return geometries[-1].s_m + geometries[-1].length_m


def _end(at: Pose, shape: Shape, length_m: float) -> Pose:
    """Where a piece ends: by eight-point Gauss quadrature of its heading on short steps."""
    first, last = _curvatures(shape)
    steps = max(1, math.ceil(abs(first + last) * length_m))
    nodes, weights = np.polynomial.legendre.leggauss(8)
    edges = np.linspace(0.0, length_m, steps + 1)
    half = 0.5 * np.diff(edges)
    s = (edges[:-1] + half)[:, None] + half[:, None] * nodes
    heading = at.heading_rad + first * s + 0.5 * (last - first) / length_m * s * s
    along = weights * half[:, None]
    turn = 0.5 * (first + last) * length_m
    x, y = float((along * np.cos(heading)).sum()), float((along * np.sin(heading)).sum())
    return Pose(at.x_m + x, at.y_m + y, at.heading_rad + turn)


def _curvatures(shape: Shape) -> tuple[float, float]:
    if isinstance(shape, Arc):
        return shape.curvature_per_m, shape.curvature_per_m
    if isinstance(shape, Spiral):
        return shape.start_per_m, shape.end_per_m
    if isinstance(shape, Line):
        return 0.0, 0.0
    raise ValueError(f"{type(shape).__name__} is not laid end to end")


def tangent_share(turn_rad: float) -> float:
    """Give the tangent length of a bend of radius 1: a clothoid of a quarter of the turn, an arc of half, a clothoid."""
    turn = abs(turn_rad)
    end = Pose(0.0, 0.0, 0.0)
    for shape, length in _bend(turn, 1.0):
        end = _end(end, shape, length)
    return end.x_m - end.y_m / math.tan(turn)


def _bend(turn_rad: float, radius_m: float) -> list[tuple[Shape, float]]:
    """A bend to the left for a positive turn."""
    k = math.copysign(1.0 / radius_m, turn_rad)
    length = 0.5 * abs(turn_rad) * radius_m
    return [(Spiral(0.0, k), length), (Arc(k), length), (Spiral(k, 0.0), length)]


def joining(begin: Pose, end: Pose) -> tuple[Geometry, ...]:
    """Give the reference line from one pose to another: a bend between straight pieces, else one cubic.

    A bend is two clothoids with an arc between them, so that nobody has to jerk the wheel.
    """
    turn = math.remainder(end.heading_rad - begin.heading_rad, 2 * math.pi)
    dx, dy = end.x_m - begin.x_m, end.y_m - begin.y_m
    c, s = math.cos(begin.heading_rad), math.sin(begin.heading_rad)
    ahead, left = dx * c + dy * s, dy * c - dx * s
    if abs(turn) < STRAIGHT_RAD and abs(left) < 1e-6:
        return line_of(begin, [(Line(), ahead)])
    if abs(turn) > math.radians(5.0):
        b = left / math.sin(turn)
        a = ahead - b * math.cos(turn)
        if min(a, b) > 1.0:
            reach = min(a, b)
            radius = reach / tangent_share(turn)
            return line_of(begin, [(Line(), a - reach), *_bend(turn, radius), (Line(), b - reach)])
    return (_cubic(begin, ahead, left, turn),)


def _cubic(begin: Pose, ahead: float, left: float, turn: float) -> Geometry:
    """A cubic of Hermite whose tangents are as long as the chord."""
    chord = math.hypot(ahead, left)
    u1, v1 = chord * math.cos(turn), chord * math.sin(turn)
    shape = ParamPoly3(
        0.0, chord, 3 * ahead - 2 * chord - u1, chord + u1 - 2 * ahead, 0.0, 0.0, 3 * left - v1, v1 - 2 * left, "normalized"
    )
    p = np.linspace(0.0, 1.0, 2001)
    u, v = (np.polynomial.polynomial.polyval(p, part) for part in _columns(shape))
    length = float(np.hypot(np.diff(u), np.diff(v)).sum())
    return Geometry(0.0, begin.x_m, begin.y_m, begin.heading_rad, length, shape)


def _columns(shape: ParamPoly3) -> tuple[FloatArray, FloatArray]:
    return (
        np.array([shape.a_u, shape.b_u, shape.c_u, shape.d_u]),
        np.array([shape.a_v, shape.b_v, shape.c_v, shape.d_v]),
    )


@dataclass(frozen=True)
class Strip:
    """One lane of a cross-section: what it is, how wide, the mark on its outer border, how high it lies."""

    kind: str
    width_m: float
    mark: RoadMark = UNMARKED
    height_m: float = 0.0


def lane_of(strip: Strip, lane_id: int, *, before: int | None = None, after: int | None = None) -> Lane:
    """Make the record of a lane; `before` and `after` are the lanes that it is linked to."""
    heights = (LaneHeight(0.0, strip.height_m, strip.height_m),) if strip.height_m else ()
    return Lane(
        lane_id, strip.kind, predecessors=() if before is None else (LaneLink(before),),
        successors=() if after is None else (LaneLink(after),), widths=(LaneCubic(0.0, strip.width_m),),
        road_marks=(strip.mark,), heights=heights,
    )  # fmt: skip


def section_of(left: Sequence[Strip], right: Sequence[Strip], centre: RoadMark) -> LaneSection:
    """Make a lane section of strips, outwards on both sides."""
    lefts = tuple(lane_of(strip, i + 1) for i, strip in reversed(list(enumerate(left))))
    rights = tuple(lane_of(strip, -i - 1) for i, strip in enumerate(right))
    return LaneSection(0.0, left=lefts, centre=(Lane(0, "none", road_marks=(centre,)),), right=rights)


def solid(colour: str = "white") -> RoadMark:
    """Give an unbroken line."""
    return RoadMark(0.0, "solid", "standard", colour, width_m=0.12)


def broken(colour: str = "white") -> RoadMark:
    """Give a broken line; stroke and gap go by the kind of road."""
    return RoadMark(0.0, "broken", "standard", colour, width_m=0.12)


def double(colour: str = "white") -> RoadMark:
    """Give a double line."""
    return RoadMark(0.0, "solid solid", "standard", colour, width_m=0.12)


def type_of(kind: str, limit: float) -> tuple[RoadType, ...]:
    """Say what kind of road it is, and its speed limit in m/s."""
    return (RoadType(0.0, kind, speed=RoadSpeed(repr(round(limit, 6)), "m/s")),)


def painted(name: str, object_id: str, rectangles: Sequence[tuple[float, float, float, float]], *, kind: str) -> RoadObject:
    """Make an object of painted rectangles, each (s from, s to, t from, t to)."""
    outlines = tuple(
        Outline(
            number, True, True, "paint",
            corners_road=tuple(
                CornerRoad(s, t, id=i) for i, (s, t) in enumerate(((s0, t0), (s1, t0), (s1, t1), (s0, t1)))
            ),
        )
        for number, (s0, s1, t0, t1) in enumerate(rectangles)
    )  # fmt: skip
    s0, s1 = min(r[0] for r in rectangles), max(r[1] for r in rectangles)
    t0, t1 = min(r[2] for r in rectangles), max(r[3] for r in rectangles)
    return RoadObject(
        object_id, 0.5 * (s0 + s1), 0.5 * (t0 + t1), kind, name=name, valid_length_m=0.0, orientation="none", length_m=s1 - s0,
        width_m=t1 - t0, height_m=0.0, is_dynamic=False, outlines=outlines,
    )  # fmt: skip
