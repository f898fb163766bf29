"""From a scene's road to its network, whatever kind of road it is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from scenegen.roads.builders.intersection import intersection_map
from scenegen.roads.builders.rural_road import rural_map
from scenegen.roads.map_network import map_network
from scenegen.roads.network import RoadNetwork
from scenegen.roads.opendrive.reader import read_map
from scenegen.roads.opendrive.records import RoadMap
from scenegen.roads.street import build_street
from scenegen.scenario.scene import IntersectionScene, MapScene, RoadScene, RuralRoadScene

AROUND_M = 60.0  # of route over a junction and past the asked arms


def build_network(road: RoadScene) -> RoadNetwork:
    """Build the road network of a scene.

    Args:
        road: `scene.road`.
    Returns:
        The network; of a map, with the route that the ego takes.
    Raises:
        ScenarioError: the road can not be built as asked.
        MapError: the map can not be read, or has no lane to drive on.
    """
    if isinstance(road, MapScene):
        road_map = _map(road.file)
        return map_network(road_map, road.start, turn=road.turn, length_m=road.length, speed_limit=road.speed_limit)
    if isinstance(road, IntersectionScene):
        road_map, start = built_map(road)
        length = 2.0 * road.length + AROUND_M
        return map_network(road_map, start, turn=road.turn, length_m=length, speed_limit=road.speed_limit)
    if isinstance(road, RuralRoadScene):
        road_map, start = built_map(road)
        return map_network(road_map, start, turn="straight", length_m=road.length, speed_limit=road.speed_limit)
    return build_street(road)


@lru_cache(maxsize=8)
def built_map(road: IntersectionScene | RuralRoadScene) -> tuple[RoadMap, tuple[float, float]]:
    """Build the map that a scene describes by numbers; give it with the place where the ego's route begins."""
    return intersection_map(road) if isinstance(road, IntersectionScene) else rural_map(road)


@lru_cache(maxsize=4)
def _map(file: str) -> RoadMap:
    """The map of a file, read once."""
    return read_map(Path(file)).road_map
