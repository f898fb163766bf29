"""The OpenDRIVE map of a network: a street's is made of its numbers, a map's is the map itself."""

from __future__ import annotations

import numpy as np

from scenegen.roads.builders.pieces import HEADER
from scenegen.roads.network import Lane, RoadMark, RoadNetwork
from scenegen.roads.opendrive import lane_records as records
from scenegen.roads.opendrive.records import Arc, Geometry, Line, Road, RoadMap, RoadSpeed, RoadType, Shape
from scenegen.roads.spline_line import SplineLine

STRAIGHT_PER_M = 1e-9


def map_of(network: RoadNetwork) -> RoadMap:
    """Give the road map of a network, as it is written to a file.

    Args:
        network: a street, or a route over a map.
    Returns:
        Of a route the whole map; of a street one road, as far as it is drawn, its s counted from where that begins.
    """
    if network.map_route is not None:
        return network.map_route.ways.road_map
    return RoadMap(HEADER, (_road(network),))


def _road(network: RoadNetwork) -> Road:
    """The drawn street as one road."""
    road, section = network.road, network.section
    left = tuple(_lane(lane) for lane in reversed(section.left))
    right = tuple(_lane(lane) for lane in section.right)
    centre = (records.Lane(0, "none", road_marks=(_mark(section.centre_mark),)),)
    geometries = _geometries(network)
    limit = RoadSpeed(repr(round(road.speed_limit_m_per_s, 6)), "m/s")
    return Road(
        road.id, geometries[-1].s_m + geometries[-1].length_m, name="street", rule=road.rule,
        types=(RoadType(0.0, "town", speed=limit),), geometries=geometries,
        sections=(records.LaneSection(0.0, left=left, centre=centre, right=right),),
    )  # fmt: skip


def _geometries(network: RoadNetwork) -> tuple[Geometry, ...]:
    """The reference line's records; the first is carried back and the last on to where the street is drawn."""
    line, (low, high) = network.road.reference_line, network.drawn_s
    if isinstance(line, SplineLine):
        raise ValueError("a line through points has no records; its network is a route over a map")
    starts = [low, *(record.s_m for record in line.geometries[1:])]
    ends = [*starts[1:], high]
    found = []
    for record, begin, end in zip(line.geometries, starts, ends, strict=True):
        k = record.curvature_per_m
        shape: Shape = Line() if abs(k) < STRAIGHT_PER_M else Arc(k)
        x, y, heading = (float(value) for value in line.poses(np.array(begin)))
        found.append(Geometry(begin - low, x, y, heading, end - begin, shape))
    return tuple(found)


def _lane(lane: Lane) -> records.Lane:
    """A lane with its width, its mark and, where it is raised, its height."""
    is_raised = lane.inner_height_m != 0.0 or lane.outer_height_m != 0.0
    heights = (records.LaneHeight(0.0, lane.inner_height_m, lane.outer_height_m),) if is_raised else ()
    return records.Lane(
        lane.id, lane.type, widths=(records.LaneCubic(0.0, lane.width_m),), road_marks=(_mark(lane.mark),), heights=heights
    )


def _mark(mark: RoadMark) -> records.RoadMark:
    """A line with its strokes and gaps."""
    if mark.type == "none":
        return records.RoadMark()
    pattern = None
    if mark.type == "broken":
        stroke = records.MarkStroke(mark.stroke_m, mark.gap_m, width_m=mark.width_m)
        pattern = records.MarkPattern("broken", mark.width_m, (stroke,))
    return records.RoadMark(0.0, mark.type, "standard", mark.colour, width_m=mark.width_m, pattern=pattern)
