"""A `RoadNetwork` on a map: the ego's route over its lanes, with the cross-section of the road where the route begins."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.network import NO_MARK, SIDES, Lane, LaneSection, LaneType, MapRoute, Road, RoadNetwork, Side
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.graph import Way
from scenegen.roads.opendrive.lane_borders import SectionLanes, section_lanes
from scenegen.roads.opendrive.lane_records import Lane as MapLane
from scenegen.roads.opendrive.records import Road as MapRoad
from scenegen.roads.opendrive.records import RoadMap
from scenegen.roads.opendrive.ways import MapWays, Turn, route_from, turn_of
from scenegen.roads.spline_line import SplineLine
from scenegen.units import kmh

BEHIND_M = 90.0  # of route before the place where s is 0
AHEAD_M = 350.0  # of route past its asked length, where the map goes on
LANE_KIND: dict[str, LaneType] = {
    "driving": "driving", "bidirectional": "driving", "bus": "driving", "taxi": "driving", "HOV": "driving", "entry": "driving",
    "exit": "driving", "onRamp": "driving", "offRamp": "driving", "connectingRamp": "driving", "shared": "driving",
    "mwyEntry": "driving", "mwyExit": "driving", "slipLane": "driving",
    "shoulder": "shoulder", "stop": "shoulder", "biking": "shoulder", "restricted": "shoulder", "parking": "parking",
    "sidewalk": "sidewalk", "walking": "sidewalk",
}  # fmt: skip
"""What a lane of the map is to drivers and people; all other types are borders."""


def map_network(
    road_map: RoadMap, start: tuple[float, float], *, turn: Turn, length_m: float, speed_limit: float
) -> RoadNetwork:
    """Build the network of a route over a map.

    Args:
        road_map: a map that has been checked.
        start: world x and y near the lane on which the route begins; s is 0 there.
        turn: what the route does at junctions that allow it.
        length_m: how far the ego may go; the route is drawn further, as far as the map does.
        speed_limit: m/s, where the map names none.
    Raises:
        MapError: the map has no lane to drive on.
    """
    ways = MapWays(road_map)
    near, along_m = ways.nearest(*start)
    begin = _lane_that_turns(ways, near, turn)
    route, row = route_from(ways, begin, turn=turn, ahead_m=along_m + length_m + AHEAD_M, behind_m=BEHIND_M)
    road = road_map.road_by_id[begin.road]
    rule: Literal["RHT", "LHT"] = "LHT" if road.rule == "LHT" else "RHT"
    own: Side = "left" if rule == "LHT" else "right"
    section = _cross_section(road_map, begin, along_m)
    inner_m = _inner_width(ways, begin, own, section)
    pieces = _reference_pieces(ways, route, own, inner_m)
    ends = np.cumsum([0.0, *(_length(piece) for piece in pieces)])
    begin_m = float(ends[row]) + along_m * float(ends[row + 1] - ends[row]) / ways.line(begin).length_m
    line = SplineLine(np.concatenate(pieces), begin_m)
    inside = tuple(
        (float(a) - begin_m, float(b) - begin_m)
        for way, a, b in zip(route, ends[:-1], ends[1:], strict=True)
        if ways.is_inside_junction(way)
    )
    limit = ways.line(begin).limit or speed_limit
    low, high = line.reach_s
    bent = Road(road.id, min(length_m, high), rule, limit, line, (section,))
    return RoadNetwork((bent,), (low, high), MapRoute(ways, route, inside))


def road_alone(road_map: RoadMap, road: MapRoad) -> RoadNetwork:
    """Give the network of one road of a map by itself, along its centre line: for what stands beside it.

    Args:
        road_map: the map.
        road: a road of it that is no way through a junction.
    Returns:
        A network whose cross-section is that of the middle of the road.
    """
    course = RoadCourse(road)
    sections = section_lanes(course)
    lanes = next(item for item in sections if item.s_to_m >= 0.5 * course.length_m)
    s = np.linspace(0.0, course.length_m, max(3, int(course.length_m)))
    line = SplineLine(course.points(s, course.lane_offset(s)), 0.0)
    at = np.array([min(max(0.5 * course.length_m, lanes.s_from_m), lanes.s_to_m)])
    sides = {side: _numbered(side, [_lane(lanes, lane, at) for lane in lanes.section.outwards(side)]) for side in SIDES}
    section = LaneSection(0.0, sides["left"], NO_MARK, sides["right"])
    limit = next((kind.speed.limit_m_per_s for kind in road.types if kind.speed is not None), None)
    rule: Literal["RHT", "LHT"] = "LHT" if road.rule == "LHT" else "RHT"
    alone = Road(road.id, line.reach_s[1], rule, limit or kmh(50.0), line, (section,))
    return RoadNetwork((alone,), line.reach_s)


def _numbered(side: Side, lanes: list[Lane]) -> tuple[Lane, ...]:
    """Lanes of a side as drivers count them."""
    sign = 1 if side == "left" else -1
    return tuple(replace(lane, id=sign * (i + 1)) for i, lane in enumerate(_driven_first(lanes)))


def _lane_that_turns(ways: MapWays, near: Way, turn: Turn) -> Way:
    """The lane beside a way, from the middle of the road outwards, from which the next junction can be left as asked."""
    nodes = ways.graph.nodes
    lanes = [near]
    for side in ("left", "right"):
        step = getattr(nodes[near], side)
        while step is not None and step in ways.drivable and step not in lanes:
            lanes.append(step)
            step = getattr(nodes[step], side)
    lanes.sort(key=lambda way: abs(way.lane))
    return next((way for way in lanes if turn in _offered(ways, way)), lanes[0])


def _offered(ways: MapWays, way: Way) -> set[Turn]:
    """The turns that the next junction after a lane allows; none before the end of the map."""
    passed: set[Way] = set()
    while way not in passed:
        passed.add(way)
        steps = ways.onward(way)
        inside = [step for step in steps if ways.is_inside_junction(step)]
        if inside:
            return {turn_of(ways.line(step).turn_rad) for step in inside}
        if not steps:
            break
        way = steps[0]
    return set()


def _lanes_at(road_map: RoadMap, way: Way) -> SectionLanes:
    return section_lanes(RoadCourse(road_map.road_by_id[way.road]))[way.section]


def _cross_section(road_map: RoadMap, way: Way, along_m: float) -> LaneSection:
    """The lanes of a road where a way is on it, as one sees them who goes that way; widths and heights hold for the route."""
    lanes = _lanes_at(road_map, way)
    s = lanes.s_from_m + along_m if way.direction > 0 else lanes.s_to_m - along_m
    at = np.array([min(max(s, lanes.s_from_m), lanes.s_to_m)])
    sides = {}
    for side in SIDES:
        there = side if way.direction > 0 else ("left" if side == "right" else "right")
        kept = [_lane(lanes, lane, at) for lane in lanes.section.outwards(there)]
        sides[side] = _numbered(side, kept)
    return LaneSection(0.0, sides["left"], NO_MARK, sides["right"])


def _lane(lanes: SectionLanes, lane: MapLane, at: FloatArray) -> Lane:
    inner, outer = lanes.heights(lane, at)
    kind = LANE_KIND.get(lane.type, "border")
    return Lane(lane.id, kind, float(lanes.width(lane.id, at)[0]), float(inner[0]), float(outer[0]))


def _driven_first(lanes: list[Lane]) -> list[Lane]:
    """Lanes of one side without those of no width; what lies between lanes that are driven on counts as driven past."""
    kept = [lane for lane in lanes if lane.width_m > 0.01]
    last = max((i for i, lane in enumerate(kept) if lane.type == "driving"), default=-1)
    return [replace(lane, type="driving") if i < last and lane.type != "driving" else lane for i, lane in enumerate(kept)]


def _inner_width(ways: MapWays, way: Way, own: Side, section: LaneSection) -> float:
    """Width of the lanes between a way and the middle of the road."""
    nodes, count, beside = ways.graph.nodes, 0, way
    while True:
        step = nodes[beside].left if own == "right" else nodes[beside].right
        if step is None or step not in ways.drivable:
            break
        beside, count = step, count + 1
    return sum(lane.width_m for lane in section.lanes(own)[:count])


def _reference_pieces(ways: MapWays, route: tuple[Way, ...], own: Side, inner_m: float) -> list[FloatArray]:
    """The middle of the road along each way of a route: its inner border, moved inwards by the lanes between."""
    pieces = []
    for way in route:
        line = ways.line(way)
        border, other = (line.left_m, line.right_m) if own == "right" else (line.right_m, line.left_m)
        across = border - other
        across[:, 2] = 0.0
        across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
        pieces.append(border + inner_m * across)
    return pieces


def _length(points: FloatArray) -> float:
    return float(np.hypot(*np.diff(points[:, :2], axis=0).T).sum())
