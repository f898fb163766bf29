"""The lanes of a street as paths: each as far as the street is drawn, beside those of its direction."""

from __future__ import annotations

import numpy as np

from scenegen.roads.network import RoadNetwork
from scenegen.simulate.flow.lanes import LaneMap, LanePath

SPACING_M = 1.0  # of the points of a path


def street_lanes(network: RoadNetwork) -> tuple[LaneMap, dict[int, int]]:
    """Give the lane map of a street, and the row of every lane by the scene's number."""
    order = sorted(network.lane_ids)
    rows = {lane: row for row, lane in enumerate(order)}
    return LaneMap(tuple(_path(network, lane, rows) for lane in order)), rows


def _path(network: RoadNetwork, lane: int, rows: dict[int, int]) -> LanePath:
    """One lane in the direction in which it is driven; lanes are counted from the middle of the road outwards."""
    first, last = network.drawn_s
    count = int(np.ceil((last - first) / SPACING_M)) + 1
    s = np.linspace(first, last, count)[:: network.lane_direction(lane)]
    points = network.frame(s, np.full(count, network.lane_centre_t(lane)))[:, :3]
    outer, inner = rows.get(lane + (1 if lane > 0 else -1)), rows.get(lane - (1 if lane > 0 else -1))
    left, right = (inner, outer) if network.road.rule == "RHT" else (outer, inner)
    width_m = network.section.lanes("right" if network.lane_centre_t(lane) < 0.0 else "left")[abs(lane) - 1].width_m
    return LanePath(str(lane), points, network.speed_limit_m_per_s, width_m, left=left, right=right)
