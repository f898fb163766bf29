"""The way of every vehicle over the lanes: what comes next is drawn by the vehicle and the number of the choice."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.flow.lanes import TURN_RAD, LaneMap, Rows
from scenegen.simulate.flow.state import ROUTE, Setting

STRAIGHT_WEIGHT = 3.0  # against 1 for a way that turns off: two thirds go on where there is one of either


def route_from(setting: Setting, vehicle: int, path: int, turns: int) -> list[int]:
    """Give the next `ROUTE` paths of a vehicle, -1 past the end of the map."""
    route = [path]
    while len(route) < ROUTE:
        steps = setting.lanes.paths[route[-1]].successors if route[-1] >= 0 else ()
        if len(steps) > 1:
            route.append(_chosen(setting, vehicle, steps, turns))
            turns += 1
        else:
            route.append(steps[0] if steps else -1)
    return route


def ego_route_from(setting: Setting, path: int) -> list[int]:
    """Give the ego's next paths from the one it is on."""
    at = setting.ego_route.index(path)
    ahead = list(setting.ego_route[at : at + ROUTE])
    return ahead + [-1] * (ROUTE - len(ahead))


def ways_ahead(lanes: LaneMap, route: Rows, s: FloatArray) -> FloatArray:
    """Give the way from every vehicle's middle to the begin of each path of its route, (n, ROUTE); the first is below 0."""
    lengths = np.where(route >= 0, lanes.length_m[route], np.inf)
    ahead = np.empty(route.shape)
    ahead[:, 0] = -s
    np.cumsum(lengths[:, :-1], axis=1, out=ahead[:, 1:])
    ahead[:, 1:] -= s[:, None]
    return ahead


def _chosen(setting: Setting, vehicle: int, steps: tuple[int, ...], turns: int) -> int:
    """The way that a vehicle takes where several go on."""
    weights = [STRAIGHT_WEIGHT if abs(setting.lanes.paths[step].turn_rad) < TURN_RAD else 1.0 for step in steps]
    left = setting.draw(f"{setting.fleet.names[vehicle]}.turn.{turns}") * sum(weights)
    for step, weight in zip(steps, weights, strict=True):
        left -= weight
        if left < 0.0:
            return step
    return steps[-1]
