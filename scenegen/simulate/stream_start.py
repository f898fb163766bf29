"""The stream of a scene when the warm-up begins: the traffic of a street on its lanes, or vehicles for the lanes of a map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from scenegen.roads.network import MapRoute, RoadNetwork
from scenegen.scenario.quantiles import exponential
from scenegen.scenario.scene import Scene
from scenegen.simulate.body import Body, State
from scenegen.simulate.clock import WARM_UP_S
from scenegen.simulate.flow.following import Drivers
from scenegen.simulate.flow.lanes import LanePath
from scenegen.simulate.flow.map_lanes import MapLanes, map_lanes
from scenegen.simulate.flow.state import LOOKS_PER_S, Fleet, Setting
from scenegen.simulate.flow.street_lanes import street_lanes
from scenegen.simulate.looks import draw, traffic_kind
from scenegen.simulate.population import (
    CYCLISTS_APART_M,
    FASTEST_CYCLIST,
    FASTEST_SHARE,
    KERB_DISTANCE_M,
    cyclist_of,
    driver_of,
    is_run_down,
    vehicle_body,
)
from scenegen.simulate.stream import Stream, is_cyclist

REACH_M = 300.0  # of the ego's route: lanes of a map nearer than this have traffic
ROUTE_STEP_M = 25.0  # between the places of the route that this is measured from
CLEAR_M = 8.0  # kept free at the ends of a lane when vehicles are put on it
SOONEST_S = 0.8  # least time between two vehicles that are put on a lane
SETTLING_S = 2.0
FASTEST_WITH_RIDERS = 20.0  # m/s of limit; nobody rides a bicycle on faster roads


class Put(NamedTuple):
    """Where a vehicle is put when the warm-up begins: path, station of its middle, offset; what share of the limit it wants."""

    body: Body
    path: int
    s: float
    offset_m: float
    share: float


def street_stream(scene: Scene, network: RoadNetwork, ego: Body, bodies: Sequence[Body], first_body: int) -> Stream:
    """Put the traffic of a street on its lanes.

    Args:
        scene: for the draws.
        network: the street.
        ego: the ego.
        bodies: vehicles with driver and lane, placed for the begin of the warm-up.
        first_body: number in the cast of the first of them.
    """
    lanes, rows = street_lanes(network)
    first, last = network.drawn_s
    puts = [_ego_put(ego, rows[scene.ego.lane])]
    for body in bodies:
        if body.lane is None or body.driver is None:
            raise ValueError(f"{body.name} has no lane or no driver")
        row = rows[body.lane]
        s = (body.start.s - first if body.direction > 0 else last - body.start.s) * lanes.paths[row].length_m / (last - first)
        offset_m = (body.start.t - network.lane_centre_t(body.lane)) * body.direction
        puts.append(Put(body, row, s, offset_m, body.driver.wanted_speed / network.speed_limit_m_per_s))
    ego_share = scene.ego.speed / network.speed_limit_m_per_s
    fleet = _fleet(scene, [puts[0]._replace(share=ego_share), *puts[1:]])
    setting = Setting(
        lanes, (), fleet, (rows[scene.ego.lane],), partial(draw, scene), drive=_drive(network), ego_obeys=scene.ego.reacts
    )
    return Stream(setting, network, tuple(bodies), first_body)


def map_stream(scene: Scene, network: RoadNetwork, route: MapRoute, ego: Body, first_body: int) -> Stream:
    """Fill the lanes of a map near the ego's route.

    Args:
        scene: for the draws.
        network: the road along the route.
        route: the route and its map.
        ego: the ego.
        first_body: number in the cast of the first vehicle.
    """
    low, high = network.drawn_s
    s = np.arange(low, high, ROUTE_STEP_M)
    places = network.frame(s, np.zeros(len(s)))[:, :2]
    found = map_lanes(route.ways.road_map, route.ways.graph, partial(draw, scene), within=places, reach_m=REACH_M)
    rows = tuple(dict.fromkeys(found.rows[way] for way in route.route if way in found.rows))
    puts = list(_map_traffic(scene, network, route, found))
    share = scene.ego.speed / found.lanes.paths[rows[0]].limit if rows else 1.0
    fleet = _fleet(scene, [_ego_put(ego, rows[0] if rows else 0)._replace(share=share), *puts])
    setting = Setting(
        found.lanes, found.signals, fleet, rows, partial(draw, scene), drive=_drive(network), ego_obeys=scene.ego.reacts
    )
    return Stream(setting, network, tuple(put.body for put in puts), first_body)


def _drive(network: RoadNetwork) -> str:
    return "right" if network.road.rule == "RHT" else "left"


def _ego_put(ego: Body, path: int) -> Put:
    """The ego, which is put where it is at every step."""
    return Put(ego, path, -1e6, 0.0, 1.0)


def _map_traffic(scene: Scene, network: RoadNetwork, route: MapRoute, found: MapLanes) -> Iterator[Put]:
    """Vehicles on all lanes outside junctions; lanes that lead onto the map have more of them, yet to come."""
    own = {(way.road, way.direction) for way in route.route}
    against = {(road, -direction) for road, direction in own}
    for way, row in found.rows.items():
        path = found.lanes.paths[row]
        density = scene.traffic.oncoming if (way.road, way.direction) in against else scene.traffic.density
        if path.junction:
            continue
        is_entry = row in found.lanes.entries
        cars = list(_lane_traffic(scene, path, row, 1000.0 / density, is_entry=is_entry)) if density > 0.0 else []
        yield from cars
        outer = path.right if _drive(network) == "right" else path.left
        if scene.traffic.cyclists > 0.0 and outer is None and path.limit < FASTEST_WITH_RIDERS:
            yield from _lane_riders(scene, network, path, row, cars, is_entry=is_entry)


def _lane_traffic(scene: Scene, path: LanePath, row: int, mean_m: float, *, is_entry: bool) -> Iterator[Put]:
    """Vehicles of one lane by a shifted exponential law, from its end back."""
    last = CLEAR_M
    if is_entry:
        last = -path.limit * FASTEST_SHARE * (WARM_UP_S + scene.duration + SETTLING_S)
    place, k, before_m = path.length_m - CLEAR_M - mean_m * draw(scene, f"traffic.{path.name}.phase"), 0, 0.0
    while place > last:
        name = f"traffic.{path.name}.{k}"
        driver = driver_of(scene, name, path.limit)
        kind = traffic_kind(scene, name, trucks=scene.traffic.trucks)
        start = State(0.0, 0.0, 0.0, min(driver.wanted_speed, path.limit))
        body = vehicle_body(scene, name, kind, start, rank=4, driver=driver, lane=0)
        if k > 0:
            apart_m = 0.5 * (before_m + body.size_m[0]) + driver.standstill_gap + SOONEST_S * driver.wanted_speed
            place -= apart_m + exponential(draw(scene, f"{name}.distance"), max(mean_m - apart_m, 0.05 * mean_m))
            if place <= last:
                return
        yield Put(body, row, place, 0.0, driver.wanted_speed / path.limit)
        before_m, k = body.size_m[0], k + 1


def _lane_riders(
    scene: Scene, network: RoadNetwork, path: LanePath, row: int, cars: Sequence[Put], *, is_entry: bool
) -> Iterator[Put]:
    """Riders at the outer edge of a lane, those left out who would be put too near a car."""
    last = CLEAR_M if not is_entry else -FASTEST_CYCLIST * (WARM_UP_S + scene.duration + SETTLING_S)
    edge_m = 0.5 * path.width_m - KERB_DISTANCE_M
    place, k = path.length_m - CLEAR_M, 0
    while True:
        name = f"cyclist.{path.name}.{k}"
        place -= CYCLISTS_APART_M + exponential(draw(scene, f"{name}.distance"), 1000.0 / scene.traffic.cyclists)
        if place <= last:
            return
        driver = cyclist_of(scene, name)
        body = vehicle_body(scene, name, "bicycle", State(0.0, 0.0, 0.0, driver.wanted_speed), rank=4, driver=driver, lane=0)
        if not any(is_run_down(place, body, put.s, put.body) for put in cars):
            yield Put(body, row, place, -edge_m if _drive(network) == "right" else edge_m, 1.0)
        k += 1


def _fleet(scene: Scene, puts: Sequence[Put]) -> Fleet:
    """Vehicles as columns, the ego first."""
    bodies = [put.body for put in puts]
    driver = np.array([body.driver for body in bodies if body.driver is not None], np.float64)
    rides = np.array([is_cyclist(body) for body in bodies])
    share = np.where(rides, 1.0, np.array([put.share for put in puts]))
    return Fleet(
        names=tuple(body.name for body in bodies), length_m=np.array([body.size_m[0] for body in bodies]),
        width_m=np.array([body.size_m[1] for body in bodies]), axle_m=np.array([0.5 * body.wheelbase_m for body in bodies]),
        drivers=Drivers(share, *(driver[:, k] for k in range(1, 6))), top_speed=np.where(rides, driver[:, 0], np.inf),
        is_cyclist=rides, offset_m=np.array([put.offset_m for put in puts]),
        start_path=np.array([put.path for put in puts], np.int64), start_m=np.array([put.s for put in puts]),
        start_speed=np.array([body.start.speed for body in bodies]),
        phase=np.array([int(LOOKS_PER_S * draw(scene, f"{body.name}.patience")) for body in bodies], np.int64),
    )  # fmt: skip
