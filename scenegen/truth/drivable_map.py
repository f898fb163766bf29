"""Where one may drive on a map: each lane is drawn by a row of its own, so a pixel's row says which lane it lies in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scenegen.geometry import ByteArray, FloatArray
from scenegen.roads.network import RoadNetwork
from scenegen.roads.opendrive.graph import Travel, Way
from scenegen.roads.opendrive.ways import MapWays
from scenegen.truth.drivable import ALTERNATIVE, BESIDE, DIRECT, ONCOMING, is_road, t_of_pixels
from scenegen.truth.frame import View

HALF_TURN_COS = 0.0  # lanes that lead away from the ego's heading by less than a right angle go its way


def drivable_on_map(
    view: View, network: RoadNetwork, world_from_ego: FloatArray, lane_of_row: Mapping[int, tuple[str, int, int]]
) -> ByteArray:
    """Give the drivable-area mask of a view of a map.

    The ego's own lane is that of its route, through junctions too; other lanes go its way or come towards it by the heading
    of their middle; the rest of a junction counts as its way.

    Args:
        view: one camera at one instant.
        network: a route over the map.
        world_from_ego: (4, 4) pose of the ego's body at that instant.
        lane_of_row: road, lane section and lane that a row draws.
    Returns:
        (H, W) uint8 as `drivable.drivable` gives.
    """
    route = network.map_route
    if route is None:
        raise ValueError("the network is not on a map")
    shown = is_road(view)
    mask = np.zeros(shown.shape, np.uint8)
    seen = np.flatnonzero(shown.any(axis=1))
    if not len(seen):
        return mask
    rows = slice(int(seen[0]), int(seen[-1]) + 1)
    table = np.full(len(view.row_class), ALTERNATIVE, np.uint8)
    is_lane = np.zeros(len(view.row_class), np.bool_)
    heading = world_from_ego[:2, 0]
    own = _own_lanes(route.ways, route.route, world_from_ego)
    for row, lane in lane_of_row.items():
        is_lane[row] = True
        table[row] = DIRECT if lane in own else _value(route.ways, lane, heading)
    shown_rows = view.passes.row[rows]
    values = table[shown_rows]
    # A junction is one surface: on it the route's own corridor is told by t.
    in_junction = shown[rows] & ~is_lane[shown_rows]
    if in_junction.any():
        ego_lane = _ego_lane(network, world_from_ego)
        centre = network.lane_centre_t(ego_lane)
        half = 0.5 * network.section.lanes("right" if centre < 0 else "left")[abs(ego_lane) - 1].width_m
        t = t_of_pixels(view, network, rows)
        values = np.where(in_junction & (np.abs(t - centre) < half), np.uint8(DIRECT), values)
    mask[rows] = values * shown[rows]
    return mask


def _ego_lane(network: RoadNetwork, world_from_ego: FloatArray) -> int:
    """The lane whose middle is nearest to the ego."""
    t = float(network.locate(world_from_ego[:1, 3], world_from_ego[1:2, 3])[1][0])
    return min((lane for lane in network.lane_ids if lane > 0), key=lambda lane: abs(network.lane_centre_t(lane) - t))


def _own_lanes(ways: MapWays, route: tuple[Way, ...], world_from_ego: FloatArray) -> set[tuple[str, int, int]]:
    """The lanes of the route, shifted to the one that the ego is on."""
    place = world_from_ego[:2, 3]
    off = [(float(np.hypot(*(ways.line(way).middle_m[:, :2] - place).T).min()), way) for way in route]
    _, here = min(off)
    lane, shift = here, 0
    best = min(off)[0]
    while (beside := ways.graph.nodes[lane].right) is not None and beside in ways.drivable:
        distance = float(np.hypot(*(ways.line(beside).middle_m[:, :2] - place).T).min())
        if distance >= best:
            break
        best, lane, shift = distance, beside, shift + 1
    return {(way.road, way.section, way.lane) for way in (_shifted(ways, way, shift) for way in route)}


def _shifted(ways: MapWays, way: Way, lanes: int) -> Way:
    for _ in range(lanes):
        beside = ways.graph.nodes[way].right
        way = beside if beside is not None and beside in ways.drivable else way
    return way


def _value(ways: MapWays, lane: tuple[str, int, int], heading: FloatArray) -> int:
    """The mask's value on a lane that is not the ego's own; paint of the centre line counts as the ego's way."""
    road, section, number = lane
    if number == 0:
        return ALTERNATIVE
    directions: tuple[Travel, Travel] = (1, -1)
    found = [Way(road, section, number, direction) for direction in directions]
    driven = [way for way in found if way in ways.graph.nodes and way in ways.drivable]
    if not driven:
        return BESIDE
    if len(driven) == 2:
        return ALTERNATIVE
    points = ways.line(driven[0]).middle_m
    along = points[-1, :2] - points[0, :2]
    return ALTERNATIVE if float(along @ heading) >= HALF_TURN_COS else ONCOMING
