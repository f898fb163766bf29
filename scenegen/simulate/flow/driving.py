"""One tick of all vehicles: how hard each accelerates for what it heeds, and where that takes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.driver import EVENLY
from scenegen.simulate.flow.following import following_acceleration, free_acceleration, moved
from scenegen.simulate.flow.routes import ego_route_from, route_from
from scenegen.simulate.flow.sideways import is_moving, offset_at
from scenegen.simulate.flow.state import EGO, MERGE, STEP_S, STEPS_PER_LOOK, STOP, EgoSeen, Flow, Setting

FORESEEN_S = 2.3  # drivers in a queue set off with the one ahead: what it gains in this time counts as its speed
GONE_M = 100.0  # how far past the end of the map a vehicle is forgotten


def accelerations(setting: Setting, flow: Flow) -> FloatArray:
    """Give what every driver does about everything it heeds, within what brakes can do, (n,) m/s2."""
    drivers = setting.fleet.drivers
    since_s = (flow.step % STEPS_PER_LOOK) * STEP_S
    its_way = np.where(flow.is_there, flow.odometer, np.inf)  # who has left the map is no longer ahead of anyone
    odometers = np.concatenate([its_way, flow.ghosts.speed * since_s, (0.0, np.inf)])
    soon = flow.speed + FORESEEN_S * np.maximum(flow.acceleration, 0.0)
    speeds = np.concatenate([soon, flow.ghosts.speed, (0.0, 0.0)])
    gaps_m = flow.slots.base_m + odometers[flow.slots.row] - flow.odometer[:, None]
    terms = following_acceleration(drivers.tall, flow.speed[:, None], gaps_m, speeds[flow.slots.row])
    # Before a line one brakes evenly: the model, made for moving leaders, would stamp on the brake for a late amber
    room_m = np.maximum(gaps_m[:, STOP] - drivers.standstill_gap, 0.1)
    terms[:, STOP] = np.maximum(terms[:, STOP], -EVENLY * np.square(flow.speed) / (2.0 * room_m))
    # Who falls in behind a faster one lets the gap grow instead of braking for it
    slower = np.maximum(flow.speed - speeds[flow.slots.row[:, MERGE]], 0.0)
    needed = np.square(slower) / (2.0 * np.maximum(gaps_m[:, MERGE] - 0.5, 0.1))
    terms[:, MERGE] = np.maximum(terms[:, MERGE], -drivers.comfortable - EVENLY * needed)
    free = free_acceleration(drivers, flow.speed, flow.wanted)
    chosen = np.maximum(np.minimum(free, terms.min(axis=1)), -drivers.hardest)
    stands = (flow.speed <= 0.0) & (chosen < 0.0)
    return np.where(flow.is_there & ~stands, chosen, 0.0)


def driven(setting: Setting, flow: Flow, ego: EgoSeen) -> Flow:
    """Give the flow one step later, everyone at the acceleration that it had chosen; the ego is put where it is."""
    until_s = (flow.step + 1) * STEP_S
    way, speed = moved(flow.speed, flow.acceleration, STEP_S)
    s, odometer = flow.s + way, flow.odometer + way
    speed[EGO], odometer[EGO] = ego.speed, ego.odometer
    lateral = offset_at(flow.change, until_s) if is_moving(flow.change, flow.time_s).any() else flow.lateral
    moved_on = replace(flow, step=flow.step + 1, s=s, odometer=odometer, speed=speed, lateral=lateral)
    return _with_ego(setting, _on_their_paths(setting, moved_on), ego)


def _on_their_paths(setting: Setting, flow: Flow) -> Flow:
    """Take those who passed the end of their path on to the next one, and off the map where none follows."""
    over_m = flow.s - setting.lanes.length_m[flow.path]
    passed = np.flatnonzero((over_m > 0.0) & flow.is_there)
    passed = passed[(passed != EGO) & ((flow.route[passed, 1] >= 0) | (over_m[passed] > GONE_M))]
    if len(passed) == 0:
        return flow
    path, s, route, turns = flow.path.copy(), flow.s.copy(), flow.route.copy(), flow.turns.copy()
    is_there, speed, came = flow.is_there.copy(), flow.speed.copy(), flow.came.copy()
    for vehicle in passed.tolist():
        following = int(route[vehicle, 1])
        if following < 0:
            is_there[vehicle], speed[vehicle] = False, 0.0
            continue
        if len(setting.lanes.paths[int(path[vehicle])].successors) > 1:
            turns[vehicle] += 1
        came[vehicle], path[vehicle], s[vehicle] = path[vehicle], following, over_m[vehicle]
        route[vehicle] = route_from(setting, vehicle, following, int(turns[vehicle]))
    return replace(flow, path=path, came=came, s=s, route=route, turns=turns, is_there=is_there, speed=speed)


def _with_ego(setting: Setting, flow: Flow, ego: EgoSeen) -> Flow:
    """Put the ego where it is."""
    path, s, lateral, is_there = flow.path.copy(), flow.s.copy(), flow.lateral.copy(), flow.is_there.copy()
    route = flow.route.copy()
    if ego.path >= 0:
        if path[EGO] != ego.path or not is_there[EGO]:
            route[EGO] = ego_route_from(setting, ego.path)
        path[EGO], s[EGO], lateral[EGO] = ego.path, ego.s, ego.lateral
    is_there[EGO] = ego.path >= 0
    return replace(flow, path=path, s=s, lateral=lateral, is_there=is_there, route=route)
