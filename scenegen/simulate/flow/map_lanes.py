"""The lanes of an OpenDRIVE map as paths: middle lines, speed limits, joints, signals and right of way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.graph import DRIVABLE, LaneGraph, Way, WayNode
from scenegen.roads.opendrive.lane_borders import SectionLanes, section_lanes
from scenegen.roads.opendrive.lane_records import Lane
from scenegen.roads.opendrive.records import Road, RoadMap
from scenegen.simulate.flow.conflicts import conflicts_of
from scenegen.simulate.flow.control import Control, controls_of
from scenegen.simulate.flow.lanes import LaneMap, LanePath
from scenegen.simulate.flow.signals import SignalGroup
from scenegen.units import kmh

LEAST_M = 0.5  # shorter pieces of lane are skipped: what leads to them leads on to what follows
SPACING_M = 1.0  # of the points of a path
NARROW_M = 2.0  # nobody drives on a lane that is narrower in its middle
LIMITS = {"motorway": kmh(120.0), "rural": kmh(100.0), "town": kmh(50.0), "townExpressway": kmh(70.0), "lowSpeed": kmh(30.0)}
USUAL_LIMIT = kmh(50.0)
MOST_LIMIT = kmh(150.0)  # where there is none


@dataclass(frozen=True, eq=False)
class MapLanes:
    """The paths of a map, with the row of every way, and its signal groups."""

    lanes: LaneMap
    rows: Mapping[Way, int]
    signals: tuple[SignalGroup, ...]


def map_lanes(
    road_map: RoadMap,
    graph: LaneGraph,
    draw: Callable[[str], float],
    *,
    within: FloatArray | None = None,
    reach_m: float = 400.0,
) -> MapLanes:
    """Give the lanes of a map on which vehicles drive.

    Args:
        road_map: the map.
        graph: its lane graph.
        draw: gives the number in [0, 1) of a path of this sample, for what the map leaves open: signal times.
        within: (n, 2) world points; only what is near one of them is kept. None keeps the whole map.
        reach_m: how near.
    """
    roads = {road.id: section_lanes(RoadCourse(road)) for road in road_map.roads}
    kept: dict[Way, FloatArray] = {}
    for way in sorted(graph.nodes):
        node = graph.nodes[way]
        if node.type in DRIVABLE and node.length_m >= LEAST_M:
            points = _points(roads[way.road][way.section], way)
            if points is not None and (within is None or _is_near(points, within, reach_m)):
                kept[way] = points
    rows = {way: row for row, way in enumerate(kept)}
    controls, signals = controls_of(road_map, {way: graph.nodes[way] for way in kept}, draw)
    paths = tuple(
        _path(way, points, graph, rows, road_map.road_by_id[way.road], roads[way.road][way.section], controls)
        for way, points in kept.items()
    )
    drive = "left" if any(road.rule == "LHT" for road in road_map.roads) else "right"
    return MapLanes(LaneMap(paths, conflicts_of(paths, drive=drive)), rows, signals)


def _path(
    way: Way, points: FloatArray, graph: LaneGraph, rows: Mapping[Way, int], road: Road, section: SectionLanes,
    controls: Mapping[Way, Control],
) -> LanePath:  # fmt: skip
    """The path of a way."""
    node = graph.nodes[way]
    steps = tuple(dict.fromkeys(rows[step] for step in _onward(node, graph) if step in rows))
    lane = section.section.lane(way.lane)
    middle = 0.5 * (section.s_from_m + section.s_to_m)
    control = controls.get(way, Control())
    beside = [rows.get(other) if other is not None else None for other in (node.left, node.right)]
    goes_on_beside = any(other is not None and _onward(graph.nodes[other], graph) for other in (node.left, node.right))
    return LanePath(
        name=f"{way.road}.{way.section}.{way.lane}{'' if way.direction > 0 else 'r'}", points_m=points,
        limit=_limit(road, lane, middle), width_m=float(section.width(way.lane, np.array([middle]))[0]), successors=steps,
        left=beside[0], right=beside[1], junction=node.junction if road.is_connecting else "", rank=control.rank,
        signal=control.signal, must_stop=control.must_stop, stop_m=control.stop_m,
        leaves=not goes_on_beside or bool(_onward(node, graph)),
    )  # fmt: skip


def _onward(node: WayNode, graph: LaneGraph) -> list[Way]:
    """Drivable ways that follow; pieces too short to be a path are jumped over."""
    found: list[Way] = []
    seen = {node.way}
    queue = list(node.successors)
    while queue:
        step = graph.nodes[queue.pop(0)]
        if step.way in seen or step.type not in DRIVABLE:
            continue
        seen.add(step.way)
        if step.length_m >= LEAST_M:
            found.append(step.way)
        else:
            queue += step.successors
    return found


def _points(section: SectionLanes, way: Way) -> FloatArray | None:
    """The middle of a lane in the direction of its way, (n, 3); None for a lane too narrow to drive on."""
    count = max(3, math.ceil((section.s_to_m - section.s_from_m) / SPACING_M) + 1)
    s = np.linspace(section.s_from_m, section.s_to_m, count)
    inner, outer = section.lane_t(way.lane, s)
    if abs(float(outer[count // 2] - inner[count // 2])) < NARROW_M:
        return None
    points = section.course.points(s, 0.5 * (inner + outer))
    return points[:: way.direction]


def _is_near(points: FloatArray, within: FloatArray, reach_m: float) -> bool:
    """Whether a lane comes near one of the points; looked at by its begin, middle and end."""
    some = points[[0, len(points) // 2, -1], :2]
    away_m = np.hypot(*(some[:, None] - within[None]).transpose(2, 0, 1))
    is_near: BoolArray = away_m < reach_m
    return bool(is_near.any())


def _limit(road: Road, lane: Lane | None, s: float) -> float:
    """Speed limit of a lane at s, m/s: its own, the road's, or what is usual on such a road."""
    speeds = [] if lane is None else [speed.limit_m_per_s for speed in lane.speeds[:1]]
    types = [kind for kind in sorted(road.types, key=lambda kind: kind.s_m) if kind.s_m <= s] or list(road.types[:1])
    if types:
        speeds += [types[-1].speed.limit_m_per_s if types[-1].speed else None, LIMITS.get(types[-1].type)]
    found = next((speed for speed in speeds if speed), USUAL_LIMIT)
    return min(found, MOST_LIMIT)
