"""The traffic on lanes as the world meets it: which scenes have it, how it advances, where it is on the ego's road."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from scipy.spatial import cKDTree

from scenegen.geometry import FloatArray
from scenegen.models.catalogue import EMERGENCY_KINDS
from scenegen.roads.network import RoadNetwork
from scenegen.simulate.body import Body, State, half_extent
from scenegen.simulate.flow.engine import EgoOrders, advanced, ego_orders
from scenegen.simulate.flow.following import moved
from scenegen.simulate.flow.lanes import Rows
from scenegen.simulate.flow.sideways import offset_rate_at
from scenegen.simulate.flow.start import first_flow, no_ghosts
from scenegen.simulate.flow.state import EGO, STEP_S, EgoSeen, Flow, Ghosts, Seen, Setting

FORESEEN_S = 1.5  # how far ahead drivers foresee where someone crosses to
LANE_REACH_M = 2.0  # from the middle of a lane: what reaches in here may be in its way
ROUND_S = 1e-9
BESIDE_M = 40.0  # from the ego's road: who is farther off to its side meets no actor


@dataclass(frozen=True, eq=False)
class Near:
    """Vehicles near an actor during one step of the flow, columns (k,): their numbers in the cast and how they move.

    `begin` (k, 3) is s, t, heading on the ego's road at the step, `along` (k, 3) what a metre of way adds to it.
    """

    numbers: tuple[int, ...]
    time_s: float
    begin: FloatArray
    along: FloatArray
    lateral: FloatArray
    aside: FloatArray
    speed: FloatArray
    acceleration: FloatArray
    odometer: FloatArray

    def states(self, time_s: float) -> dict[int, State]:
        """Give their states at an instant within the step."""
        since_s = time_s - self.time_s
        way, speed = moved(self.speed, self.acceleration, since_s)
        s, t, heading = (self.begin + self.along * way[:, None]).T
        lateral = self.lateral + self.aside * since_s
        columns = (
            s - lateral * np.sin(heading), t + lateral * np.cos(heading), heading, speed, self.acceleration, self.odometer + way
        )  # fmt: skip
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return {number: State(*row) for number, row in zip(self.numbers, rows, strict=True)}


@dataclass(frozen=True, eq=False)
class Stream:
    """Vehicles on the lanes of one scene: `bodies` of the cast from `first_body` on, and what the engine needs of them."""

    setting: Setting
    network: RoadNetwork
    bodies: tuple[Body, ...]
    first_body: int

    def first(self, time_s: float) -> Flow:
        """Give the flow when the warm-up begins."""
        return first_flow(self.setting, round(time_s / STEP_S))

    def advance(self, flow: Flow, until_s: float, ego: State, actors: Sequence[tuple[Body, State]]) -> Flow:
        """Give the last step of the flow that is not after an instant; ego and actors are where they are then."""
        while (flow.step + 1) * STEP_S <= until_s + ROUND_S:
            flow = advanced(self.setting, flow, self._seen_ego(ego), partial(self._see, actors))
        return flow

    def near(self, flow: Flow, places_s: Sequence[float], within_m: float) -> Near:
        """Give those vehicles that are near one of the places along the ego's road, until the flow's next step."""
        is_near = np.zeros(len(flow.s), bool)
        begin = self._on_road(flow.path, flow.s)
        for place in places_s:
            is_near |= np.abs(begin[:, 0] - place) < within_m
        is_near &= flow.is_there & (np.abs(begin[:, 1]) < BESIDE_M)
        is_near[EGO] = False
        rows = np.flatnonzero(is_near)
        way, _ = moved(flow.speed[rows], flow.acceleration[rows], STEP_S)
        along = (self._on_road(flow.path[rows], flow.s[rows] + way) - begin[rows]) / np.maximum(way, 1e-9)[:, None]
        return Near(
            tuple((rows + self.first_body - 1).tolist()), flow.time_s, begin[rows], np.where(way[:, None] > 1e-6, along, 0.0),
            flow.lateral[rows], offset_rate_at(flow.change, flow.time_s)[rows], flow.speed[rows], flow.acceleration[rows],
            flow.odometer[rows],
        )  # fmt: skip

    def _on_road(self, path: Rows, s: FloatArray) -> FloatArray:
        """s, t and heading on the ego's road of places on paths, (n, 3); past its ends a path goes straight on."""
        lanes = self.setting.lanes
        last = np.diff(lanes.first)[path] - 1
        at = np.clip(s * lanes.per_m[path], 0.0, last)
        low = np.minimum(at.astype(np.int64), last - 1)
        row = lanes.first[path] + low
        road: FloatArray = self._road[row] + (self._road[row + 1] - self._road[row]) * (at - low)[:, None]
        beyond_m = s - np.clip(s, 0.0, lanes.length_m[path])
        road[:, 0] += beyond_m * np.cos(road[:, 2])
        road[:, 1] += beyond_m * np.sin(road[:, 2])
        return road

    def dropped(self, flow: Flow) -> frozenset[int]:
        """Give the numbers in the cast of those who are not on the map."""
        return frozenset((np.flatnonzero(~flow.is_there[1:]) + self.first_body).tolist())

    def ego_orders(self, flow: Flow, way_m: float) -> EgoOrders:
        """Give what junctions and bends ask of the ego; `way_m` is what it has driven since the clip began."""
        return ego_orders(self.setting, flow, way_m)

    def _seen_ego(self, ego: State) -> EgoSeen:
        """The ego as the traffic meets it: on the path of its route that its place along the road is on."""
        lanes = self.setting.lanes
        for row in self.setting.ego_route:
            mine = slice(lanes.first[row], lanes.first[row + 1])
            road_s, road_t, _ = self._road[mine].T
            way = 1.0 if road_s[-1] > road_s[0] else -1.0
            if way * road_s[0] <= way * ego.s <= way * road_s[-1]:
                at = float(np.interp(way * ego.s, way * road_s, np.arange(len(road_s))))
                lateral = way * (ego.t - float(np.interp(at, np.arange(len(road_t)), road_t)))
                return EgoSeen(row, at / float(lanes.per_m[row]), lateral, ego.speed, ego.travelled)
        return EgoSeen(-1, 0.0, 0.0, ego.speed, ego.travelled)

    def _see(self, actors: Sequence[tuple[Body, State]], flow: Flow) -> Seen:
        """Actors as things on paths, those among them who are in a hurry apart."""
        if not actors:
            return Seen(no_ghosts(), np.zeros((0, 3)))
        states = np.array([state[:4] for _, state in actors])
        x, y, _, along = self.network.frame(states[:, 0], states[:, 1]).T
        heading = along + states[:, 2]
        places = np.stack([x, y, heading], axis=1)
        hurrying = [is_hurrying(body) and state.speed > 0.0 for body, state in actors]
        rows: list[tuple[float, ...]] = []
        for (body, _), place, speed in zip(actors, places, states[:, 3], strict=True):
            rows += self._on_paths(body, place, float(speed))
        if not rows:
            return Seen(no_ghosts(), places[hurrying])
        path, s, lateral, soon, half_along, half_across, speeds = np.array(rows).T
        count = len(rows)
        ghosts = Ghosts(
            path.astype(np.int64), s, lateral, soon, half_along, half_across, speeds, np.zeros(count, bool),
            np.full(count, -1, np.int64),
        )  # fmt: skip
        return Seen(ghosts, places[hurrying])

    def _on_paths(self, body: Body, place: FloatArray, speed: float) -> list[tuple[float, ...]]:
        """Rows of `Ghosts` of one actor: one for every path that it is on or comes near."""
        lanes = self.setting.lanes
        x, y, heading = place
        foreseen_s = FORESEEN_S if body.may_cross else 0.0
        reach_m = LANE_REACH_M + 0.5 * math.hypot(*body.size_m[:2]) + speed * foreseen_s
        near = np.array(sorted(self._tree.query_ball_point((x, y), reach_m)), np.int64)
        found: list[tuple[float, ...]] = []
        for path in np.unique(self._path_of[near]).tolist():
            mine = near[self._path_of[near] == path]
            samples = lanes.samples[mine]
            best = int(np.hypot(samples[:, 0] - x, samples[:, 1] - y).argmin())
            at_x, at_y, _, at_heading = samples[best, :4]
            c, s = math.cos(at_heading), math.sin(at_heading)
            station = (mine[best] - lanes.first[path]) / lanes.per_m[path] + (x - at_x) * c + (y - at_y) * s
            lateral = (y - at_y) * c - (x - at_x) * s
            turn = heading - at_heading
            half_along, half_across = half_extent(body.size_m, turn)
            soon = lateral + speed * math.sin(turn) * foreseen_s
            found.append((float(path), station, lateral, soon, half_along, half_across, speed * math.cos(turn)))
        return found

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.setting.lanes.samples[:, :2])

    @cached_property
    def _path_of(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """Path of every sample."""
        return np.repeat(np.arange(len(self.setting.lanes.paths)), np.diff(self.setting.lanes.first))

    @cached_property
    def _road(self) -> FloatArray:
        """s, t and heading against the ego's road of every sample, (m, 3)."""
        samples = self.setting.lanes.samples
        s, t = self.network.locate(samples[:, 0], samples[:, 1])
        along = self.network.frame(s, t)[:, 3]
        return np.stack([s, t, samples[:, 3] - along], axis=1)


def is_hurrying(body: Body) -> bool:
    """Whether it is an emergency vehicle with its beacons on."""
    return body.model.kind in EMERGENCY_KINDS and body.has_hazard_lights


def is_cyclist(body: Body) -> bool:
    """Whether it is a rider of the traffic."""
    return body.model.kind == "bicycle" and body.lane is not None


def has_stream(network: RoadNetwork, actors: Sequence[Body]) -> bool:
    """Whether the traffic of a scene changes lanes, turns or moves aside; elsewhere each vehicle keeps to its lane's middle."""
    own, against = (sum(1 for lane in network.lane_ids if (lane > 0) == is_own) for is_own in (True, False))
    is_wide = max(own, against) > 1
    return network.map_route is not None or is_wide or any(is_hurrying(body) or is_cyclist(body) for body in actors)
