"""The lines of directed lanes in the world, and the route that one takes over a map from a place on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from scenegen.errors import MapError
from scenegen.geometry import FloatArray, frozen
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.graph import DRIVABLE, LaneGraph, Way, lane_graph
from scenegen.roads.opendrive.lane_borders import SectionLanes, section_lanes
from scenegen.roads.opendrive.records import Road, RoadMap

Turn: TypeAlias = Literal["straight", "left", "right"]

STEP_M = 0.5  # between the points of a way's line
TURN_RAD = np.radians(30.0)  # a way that turns further than this through a junction turns off
APART_M = 12.0  # a route keeps this far from its own earlier ways
FOOT_POINTS = 4  # every so many points of a line are looked at for that
LEAST_WAY_M = 1e-3  # shorter sections have no line


@dataclass(frozen=True, eq=False)
class WayLine:
    """The line of one directed lane: its middle and its borders, (n, 3) float64 world metres, in the way's direction.

    left and right are as a driver sees them; `limit` is the speed limit in m/s, None where the map says none.
    """

    way: Way
    middle_m: FloatArray
    left_m: FloatArray
    right_m: FloatArray
    limit: float | None

    def __post_init__(self) -> None:
        for array in (self.middle_m, self.left_m, self.right_m):
            frozen(array)

    @cached_property
    def length_m(self) -> float:
        """Length of the middle, seen from above."""
        return float(np.hypot(*np.diff(self.middle_m[:, :2], axis=0).T).sum())

    @cached_property
    def turn_rad(self) -> float:
        """How far the way turns to the left from its begin to its end."""
        heading = np.unwrap(np.arctan2(*np.diff(self.middle_m[:, :2], axis=0).T[::-1]))
        return float(heading[-1] - heading[0])


class MapWays:
    """All directed lanes of a map that vehicles may use, with their lines; made when first asked for."""

    def __init__(self, road_map: RoadMap) -> None:
        self.road_map = road_map
        self._lines: dict[Way, WayLine] = {}

    @cached_property
    def graph(self) -> LaneGraph:
        """How the lanes are joined."""
        return lane_graph(self.road_map)

    @cached_property
    def drivable(self) -> tuple[Way, ...]:
        """Ways for vehicles that have a length, in order of their names."""
        nodes = self.graph.nodes
        return tuple(way for way in sorted(nodes) if nodes[way].type in DRIVABLE and nodes[way].length_m > LEAST_WAY_M)

    def line(self, way: Way) -> WayLine:
        """Give the line of a way."""
        if way not in self._lines:
            self._lines[way] = way_line(self._lanes(way.road)[way.section], way, self.road_map.road_by_id[way.road])
        return self._lines[way]

    def onward(self, way: Way) -> tuple[Way, ...]:
        """Give the drivable ways that follow."""
        return tuple(step for step in self.graph.nodes[way].successors if self._is_driven(step))

    def before(self, way: Way) -> tuple[Way, ...]:
        """Give the drivable ways that lead to a way."""
        return tuple(step for step in self.graph.nodes[way].predecessors if self._is_driven(step))

    def nearest(self, x: float, y: float) -> tuple[Way, float]:
        """Give the way outside junctions whose middle passes nearest to a place, and how far along it that is, metres."""
        best: tuple[float, Way, float] | None = None
        for way in self.drivable:
            if self.is_inside_junction(way):
                continue
            points = self.line(way).middle_m[:, :2]
            distance = np.hypot(*(points - (x, y)).T)
            row = int(np.argmin(distance))
            if best is None or distance[row] < best[0] - 1e-9:
                along = float(np.hypot(*np.diff(points[: row + 1], axis=0).T).sum()) if row else 0.0
                best = float(distance[row]), way, along
        if best is None:
            raise MapError("the map has no lane to drive on outside junctions")
        return best[1], best[2]

    def is_inside_junction(self, way: Way) -> bool:
        """Whether a way leads through a junction."""
        return self.graph.nodes[way].junction not in ("-1", "")

    def _is_driven(self, way: Way) -> bool:
        return self.graph.nodes[way].type in DRIVABLE

    def _lanes(self, road_id: str) -> tuple[SectionLanes, ...]:
        if road_id not in self._sections:
            self._sections[road_id] = section_lanes(RoadCourse(self.road_map.road_by_id[road_id]))
        return self._sections[road_id]

    @cached_property
    def _sections(self) -> dict[str, tuple[SectionLanes, ...]]:
        return {}


def way_line(lanes: SectionLanes, way: Way, road: Road) -> WayLine:
    """Give the line of a way on its lane section."""
    low, high = lanes.s_from_m, min(lanes.s_to_m, lanes.course.length_m)
    s = np.linspace(low, high, max(2, int(np.ceil((high - low) / STEP_M)) + 1))
    inner, outer = lanes.lane_t(way.lane, s)
    middle, edges = lanes.course.points(s, 0.5 * (inner + outer)), [lanes.course.points(s, t) for t in (inner, outer)]
    is_left_inner = (way.lane < 0) == (way.direction == 1)
    left, right = edges if is_left_inner else edges[::-1]
    if way.direction < 0:
        middle, left, right = middle[::-1].copy(), left[::-1].copy(), right[::-1].copy()
    return WayLine(way, middle, left, right, _limit(lanes, way, road))


def _limit(lanes: SectionLanes, way: Way, road: Road) -> float | None:
    """Speed limit of a lane: its own, else the road's."""
    lane = lanes.section.lane(way.lane)
    own = [speed.limit_m_per_s for speed in lane.speeds] if lane is not None else []
    types = [kind for kind in road.types if kind.s_m <= lanes.s_from_m + LEAST_WAY_M and kind.speed is not None]
    roads = [types[-1].speed.limit_m_per_s] if types and types[-1].speed is not None else []
    return next((limit for limit in (*own, *roads) if limit is not None and np.isfinite(limit)), None)


def route_from(ways: MapWays, start: Way, *, turn: Turn, ahead_m: float, behind_m: float) -> tuple[tuple[Way, ...], int]:
    """Follow the lanes of a map from one of them.

    Args:
        ways: of the map.
        start: the lane that the route begins on.
        turn: what to do at a junction where that is possible; else go as straight as can be.
        ahead_m: length of the route after the begin of `start`; less where the map ends.
        behind_m: length before it, to which one comes by the straightest ways.
    Returns:
        The ways in order, and the row of `start` among them.
    """
    ahead = _followed(ways, start, turn, ahead_m)
    behind: list[Way] = []
    way, length = start, 0.0
    while length < behind_m:
        steps = [step for step in ways.before(way) if not _comes_back(ways, step, [*ahead, *behind], way)]
        if not steps:
            break
        way = min(steps, key=lambda step: (abs(ways.line(step).turn_rad), step))
        behind.append(way)
        length += ways.line(way).length_m
    return (*reversed(behind), *ahead), len(behind)


def _followed(ways: MapWays, start: Way, turn: Turn, ahead_m: float) -> list[Way]:
    route, length = [start], ways.line(start).length_m
    while length < ahead_m:
        steps = [step for step in ways.onward(route[-1]) if not _comes_back(ways, step, route, route[-1])]
        if not steps:
            break
        route.append(min(steps, key=lambda step: (_off(ways.line(step).turn_rad, turn), step)))
        length += ways.line(route[-1]).length_m
    return route


def _comes_back(ways: MapWays, step: Way, taken: list[Way], last: Way) -> bool:
    """Whether a way comes near those already taken, but the last: (s, t) of a route that meets itself would be two-valued."""
    if step in taken:
        return True
    points = ways.line(step).middle_m[::FOOT_POINTS, :2]
    for way in taken:
        if way != last and len(points):
            apart = np.linalg.norm(points[:, None] - ways.line(way).middle_m[None, ::FOOT_POINTS, :2], axis=-1)
            if apart.min() < APART_M:
                return True
    return False


def turn_of(turn_rad: float) -> Turn:
    """Name how far a way turns."""
    return "straight" if abs(turn_rad) < TURN_RAD else "left" if turn_rad > 0 else "right"


def _off(turn_rad: float, turn: Turn) -> tuple[int, float]:
    """How far a way's turn is from what was asked for."""
    return (0 if turn_of(turn_rad) == turn else 1, abs(turn_rad))
