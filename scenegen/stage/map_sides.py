"""The sides of a map's roads, furnished as streets are, each road on its own; what is in the way is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from scenegen.roads.map_network import road_alone
from scenegen.roads.map_surfaces import drawn_map, paved_area
from scenegen.roads.network import RoadNetwork, Side
from scenegen.roads.opendrive.strips import lane_strips
from scenegen.scenario.scene import Scene, StreetScene
from scenegen.stage.placing import PlacedThing, Site, thing_size

LEAST_ROAD_M = 25.0  # shorter roads have nothing of their own beside them
REACH_M = 110.0  # from the route: roads further off have nothing beside them
CLEAR_M = 0.10  # from paved ground
LARGE_KINDS = ("house", "town_house", "block_of_flats", "bus_shelter")


def along_roads(
    scene: Scene, network: RoadNetwork, things_beside: Callable[[Site], Iterable[PlacedThing]]
) -> tuple[PlacedThing, ...]:
    """Give what stands beside the roads of a map near the route.

    Args:
        scene: its draws, and the actors whose places must stay free.
        network: a route over a map.
        things_beside: gives what would stand along one street.
    Returns:
        Things in the order of the map's roads; none on paved ground, in another house, or where an actor stands or crosses.
    """
    near, route = drawn_map(network), Site(scene, network)
    paved = paved_area([s for road in near.roads for s in lane_strips(road) if s.type != "none" and not s.is_flat])
    free = paved.buffer(CLEAR_M)
    shapely.prepare(free)
    line = shapely.LineString(network.frame(np.arange(*network.drawn_s, 5.0), np.zeros(1))[:, :2]).buffer(REACH_M)
    kept: list[PlacedThing] = []
    houses: list[BaseGeometry] = []
    for road in near.roads:
        if road.is_connecting or road.length_m < LEAST_ROAD_M:
            continue
        alone = road_alone(near, road)
        street = replace(scene, road=_as_street(scene, alone), actors=())
        for thing in things_beside(Site(street, alone, f"{road.id}.")):
            ground = _footprint(thing)
            if not line.contains(ground.centroid) or free.intersects(ground) or not route.is_clear_of_actors(thing):
                continue
            if any(house.intersects(ground) for house in houses):
                continue
            if thing.spec.kind in LARGE_KINDS:
                houses.append(ground)
            kept.append(replace(thing, name=f"{road.id}.{thing.name}"))
    return tuple(kept)


def _as_street(scene: Scene, alone: RoadNetwork) -> StreetScene:
    """The street that a road of a map looks like."""
    drive: Side = "right" if alone.road.rule == "RHT" else "left"
    lanes = alone.lane_ids
    return StreetScene(
        lanes=len(lanes), lane_width=3.25, length=alone.length_m, sidewalk=0.0, parking=0.0, shoulder=0.0, curvature=0.0,
        speed_limit=alone.speed_limit_m_per_s, markings="vienna", drive=drive, oneway=not any(lane < 0 for lane in lanes),
        surroundings=scene.road.surroundings, origin=(0.0, 0.0), heading_deg=0.0,
    )  # fmt: skip


def _footprint(thing: PlacedThing) -> BaseGeometry:
    """The ground of a thing; of slender ones that of their stem."""
    length, width, height = thing_size(thing.spec)
    if height > 3.0 and thing.spec.kind not in LARGE_KINDS:
        length = width = 0.4
    corners = np.array(list(_corners(length, width)))
    world = corners @ thing.world_from_body[:2, :2].T + thing.world_from_body[:2, 3]
    return shapely.Polygon(world)


def _corners(length: float, width: float) -> Iterator[tuple[float, float]]:
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        yield 0.5 * x * length, 0.5 * y * width
