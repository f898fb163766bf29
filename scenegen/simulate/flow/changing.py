"""Lane changes: when another lane is better and safe, for those whose turn it is to think of it.

Source:
    MOBIL: Kesting, Treiber and Helbing 2007.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scenegen.geometry import FloatArray, ScalarT
from scenegen.simulate.body import Driver
from scenegen.simulate.driver import following_acceleration as one_following
from scenegen.simulate.flow.following import free_acceleration
from scenegen.simulate.flow.lanes import Rows
from scenegen.simulate.flow.routes import route_from
from scenegen.simulate.flow.sideways import is_moving
from scenegen.simulate.flow.state import EGO, LOOKS_PER_S, STEPS_PER_LOOK, Change, Flow, Ghosts, Setting

POLITENESS = 0.2
THRESHOLD = 0.15  # m/s2 that a change must gain
OUTER_BIAS = 0.3  # m/s2 in favour of the outer lane on fast roads
FAST_ROAD = 22.0  # m/s of limit from which one keeps to the outer lane
SAFE = 3.0  # m/s2 of braking that a change may ask of anyone
FORCED_SAFE = 4.5  # the same where the lane ends
LEAST_GAP_M = 2.0  # before and behind, when one begins to change
SHORTEST_S, LONGEST_S = 3.0, 5.0  # of a change
SPARE_M = 30.0  # of lane left when the change is done
LANE_END_M = 250.0  # from here on one tries to leave a lane that ends
LANE_END_GAIN = 2.0  # m/s2


class _Wish(NamedTuple):
    """A change that a driver would make: how much it gains, to which path, where there, how far sideways."""

    gain: float
    path: int
    s: float
    side: int


def changed_lanes(setting: Setting, flow: Flow, leader: Rows, gap_m: FloatArray, present: FloatArray) -> Flow:
    """Begin the lane changes of those whose turn it is.

    Args:
        setting: lanes, vehicles.
        flow: where everyone is.
        leader: (n,) row of the next vehicle of each, -1 for none.
        gap_m: (n,) free gap to it.
        present: (n,) acceleration that each has now, with everything it heeds.
    """
    lanes, fleet = setting.lanes, setting.fleet
    turn = flow.step // STEPS_PER_LOOK % LOOKS_PER_S
    has_beside = lanes.has_beside[flow.path]
    candidates = np.flatnonzero(
        flow.is_there & has_beside & (fleet.phase == turn) & ~is_moving(flow.change, flow.time_s) & ~fleet.is_cyclist
    )  # fmt: skip
    if len(candidates) == 0:
        return flow
    view = _View(setting, flow, leader, gap_m, present)
    taken: list[tuple[int, float]] = []
    for vehicle in candidates.tolist():
        wish = view.best(vehicle) if vehicle != EGO else None
        if wish is None or any(path == wish.path and abs(s - wish.s) < 40.0 for path, s in taken):
            continue
        taken.append((wish.path, wish.s))
        flow = _begun(setting, flow, vehicle, wish)
    return flow


def _begun(setting: Setting, flow: Flow, vehicle: int, wish: _Wish) -> Flow:
    """Put a vehicle into its new lane, at the offset where it is."""
    lanes = setting.lanes
    old, count = int(flow.path[vehicle]), int(flow.change.count[vehicle])
    apart_m = 0.5 * (lanes.paths[old].width_m + lanes.paths[wish.path].width_m)
    lateral = float(flow.lateral[vehicle]) - wish.side * apart_m
    takes_s = SHORTEST_S + (LONGEST_S - SHORTEST_S) * setting.draw(f"{setting.fleet.names[vehicle]}.change.{count}")
    values = {
        "from_m": lateral, "to_m": float(setting.fleet.offset_m[vehicle]), "began_s": flow.time_s, "takes_s": takes_s,
        "old_path": old, "old_m": float(flow.s[vehicle]) - wish.s, "old_side_m": -wish.side * apart_m, "count": count + 1,
    }  # fmt: skip
    change = Change(**{name: _put(getattr(flow.change, name), vehicle, value) for name, value in values.items()})
    route = route_from(setting, vehicle, wish.path, int(flow.turns[vehicle]))
    return replace(
        flow, change=change, path=_put(flow.path, vehicle, wish.path), came=_put(flow.came, vehicle, -1),
        s=_put(flow.s, vehicle, wish.s),
        lateral=_put(flow.lateral, vehicle, lateral), route=_put(flow.route, vehicle, route),
    )  # fmt: skip


def _put(column: npt.NDArray[ScalarT], row: int, value: Any) -> npt.NDArray[ScalarT]:
    """A column with one value replaced."""
    column = column.copy()
    column[row] = value
    return column


class _Neighbour(NamedTuple):
    """A vehicle before or behind a place, and its station on the place's path."""

    vehicle: int
    s: float


@dataclass(eq=False)
class _View:
    """What those see who think of changing lanes."""

    setting: Setting
    flow: Flow
    leader: Rows
    gap_m: FloatArray
    present: FloatArray

    def best(self, vehicle: int) -> _Wish | None:
        """Give the change that a driver wants and may make, None for none."""
        here = int(self.flow.path[vehicle])
        path = self.setting.lanes.paths[here]
        is_held_up = self.present[vehicle] < self._free[vehicle] - THRESHOLD
        if not is_held_up and path.limit < FAST_ROAD and not self.setting.lanes.is_dead_end[here]:
            return None
        wishes = [
            self._wish(vehicle, beside, side) for beside, side in ((path.left, 1), (path.right, -1)) if beside is not None
        ]
        good = [wish for wish in wishes if wish is not None]
        return max(good, key=lambda wish: (wish.gain, wish.side), default=None)

    def _wish(self, vehicle: int, beside: int, side: int) -> _Wish | None:
        """The change to one side, None if it gains too little, is not safe or can not be ended in time."""
        lanes, speed = self.setting.lanes, float(self.flow.speed[vehicle])
        here = int(self.flow.path[vehicle])
        share = lanes.paths[beside].length_m / lanes.paths[here].length_m
        axle_m = float(self.setting.fleet.axle_m[vehicle])
        s = (float(self.flow.s[vehicle]) - axle_m) * share + axle_m
        left_m = lanes.paths[here].length_m - float(self.flow.s[vehicle])
        ends = lanes.is_dead_end[here]
        if lanes.is_dead_end[beside] or (left_m < LONGEST_S * speed + SPARE_M and not ends) or s < 0.0:
            return None
        ahead, behind = self._neighbours(beside, s)
        if self._is_taken(vehicle, beside, s):
            return None
        after = self._acceleration(vehicle, ahead, s)
        safe = FORCED_SAFE if ends else SAFE
        loss = 0.0
        if after is None or after < -safe:
            return None
        if behind is not None:
            room_m = s - behind.s - self._half_m(vehicle) - self._half_m(behind.vehicle)
            pushed = self._follow(behind.vehicle, room_m, speed)
            if room_m < LEAST_GAP_M or pushed < -safe:
                return None
            loss = max(0.0, float(self.present[behind.vehicle]) - pushed)
        gain = after - float(self.present[vehicle]) + POLITENESS * (self._relief(vehicle) - loss)
        gain += self._bias(here, side) + (LANE_END_GAIN if ends and left_m < LANE_END_M else 0.0)
        return _Wish(gain, beside, s, side) if gain > THRESHOLD else None

    def _bias(self, here: int, side: int) -> float:
        """What speaks for the outer lane on fast roads."""
        if self.setting.lanes.paths[here].limit < FAST_ROAD:
            return 0.0
        outer = -1 if self.setting.drive == "right" else 1
        return OUTER_BIAS if side == outer else -OUTER_BIAS

    def _relief(self, vehicle: int) -> float:
        """What the follower gains in the lane that is left."""
        if vehicle not in self._follower:
            return 0.0
        follower, ahead = self._follower[vehicle], int(self.leader[vehicle])
        if ahead < 0:
            return max(0.0, float(self._free[follower] - self.present[follower]))
        gap_m = float(self.gap_m[follower] + self.gap_m[vehicle]) + 2.0 * self._half_m(vehicle)
        return max(0.0, self._follow(follower, gap_m, float(self.flow.speed[ahead])) - float(self.present[follower]))

    def _acceleration(self, vehicle: int, ahead: _Neighbour | None, s: float) -> float | None:
        """Acceleration behind a new leader; None where there is no room."""
        free = float(self._free[vehicle])
        if ahead is None:
            return free
        gap_m = ahead.s - s - self._half_m(vehicle) - self._half_m(ahead.vehicle)
        if gap_m < LEAST_GAP_M:
            return None
        return min(free, self._follow(vehicle, gap_m, float(self.flow.speed[ahead.vehicle])))

    def _follow(self, vehicle: int, gap_m: float, speed: float) -> float:
        """Acceleration of a vehicle behind another."""
        drivers = self.setting.fleet.drivers
        me = Driver(0.0, *(float(column[vehicle]) for column in (drivers.headway, drivers.standstill_gap, *self._pedals)))
        return min(float(self._free[vehicle]), one_following(me, float(self.flow.speed[vehicle]), gap_m, speed))

    @property
    def _pedals(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        drivers = self.setting.fleet.drivers
        return drivers.acceleration, drivers.comfortable, drivers.hardest

    def _neighbours(self, path: int, s: float) -> tuple[_Neighbour | None, _Neighbour | None]:
        """Vehicles before and behind a place of a path, those of the path that follows or leads to it included."""
        lanes = self.setting.lanes
        on_path = self._on_path.get(path, [])
        at = bisect([one.s for one in on_path], s)
        if at < len(on_path):
            ahead: _Neighbour | None = on_path[at]
        else:
            further = [self._on_path[step][0] for step in lanes.paths[path].successors if step in self._on_path]
            nearest = min(further, default=None, key=lambda one: one.s)
            ahead = None if nearest is None else _Neighbour(nearest.vehicle, nearest.s + float(lanes.length_m[path]))
        if at > 0:
            return ahead, on_path[at - 1]
        back = [(self._on_path[step][-1], float(lanes.length_m[step])) for step in lanes.before[path] if step in self._on_path]
        coming = [_Neighbour(one.vehicle, one.s - length) for one, length in back]
        return ahead, max(coming, default=None, key=lambda one: one.s)

    def _is_taken(self, vehicle: int, path: int, s: float) -> bool:
        """Whether a thing or a vehicle under way between lanes is where one would go."""
        ghosts: Ghosts = self.flow.ghosts
        if len(ghosts.path) == 0:
            return False
        speed = float(self.flow.speed[vehicle])
        reach_m = self._half_m(vehicle) + ghosts.half_along
        away_m = ghosts.s - s
        before_m = 3.0 + 2.0 * np.maximum(speed - ghosts.speed, 0.0) + 0.5 * speed
        behind_m = 3.0 + 2.5 * np.maximum(ghosts.speed - speed, 0.0) + 0.5 * ghosts.speed
        is_near = (away_m < reach_m + before_m) & (away_m > -reach_m - behind_m)
        in_lane = np.abs(ghosts.lateral) < 0.5 * self.setting.lanes.paths[path].width_m + ghosts.half_across
        return bool(((ghosts.path == path) & is_near & in_lane & ~ghosts.is_soft & (ghosts.owner != vehicle)).any())

    def _half_m(self, vehicle: int) -> float:
        return 0.5 * float(self.setting.fleet.length_m[vehicle])

    @cached_property
    def _free(self) -> FloatArray:
        return free_acceleration(self.setting.fleet.drivers, self.flow.speed, self.flow.wanted)

    @cached_property
    def _follower(self) -> dict[int, int]:
        """Who is behind whom."""
        rows = np.flatnonzero(self.leader >= 0)
        return dict(zip(self.leader[rows].tolist(), rows.tolist(), strict=True))

    @cached_property
    def _on_path(self) -> dict[int, list[_Neighbour]]:
        """Vehicles of every path by rising station."""
        rows = np.flatnonzero(self.flow.is_there)
        rows = rows[np.lexsort((rows, self.flow.s[rows], self.flow.path[rows]))]
        found: dict[int, list[_Neighbour]] = {}
        for row, path, s in zip(rows.tolist(), self.flow.path[rows].tolist(), self.flow.s[rows].tolist(), strict=True):
            found.setdefault(path, []).append(_Neighbour(row, s))
        return found
