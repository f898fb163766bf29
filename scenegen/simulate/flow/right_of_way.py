"""Signals, stop signs and right of way: who may drive into a junction, and what all others do meanwhile.

A vehicle that may go gets a claim; of two whose paths cross the earlier claim goes first, the later stops short of the place
where they cross. Claims have one order, so nobody waits for each other in a ring.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.flow.lanes import Conflict
from scenegen.simulate.flow.signals import may_pass
from scenegen.simulate.flow.state import EGO, ROUTE, Claim, Flow, Setting
from scenegen.simulate.flow.timing import critical_gap_s, time_over_s

SIGHT_M = 120.0  # how far from a junction traffic counts as coming
STARTING = 2.0  # m/s2 with which drivers enter a junction
CLEARING = 1.0  # m/s2 that one trusts others to gain while they clear it
APART_S = 0.5  # left between one that leaves the place of crossing and the next that comes
WALKING = 0.5  # m/s below which a vehicle counts as standing
AT_LINE_M = 4.0  # from the stop line: who stands here waits for the junction, not behind others
HALT_S = 0.7  # at a stop sign
PATIENCE_S = 1.0  # after this long, of those who stand and wait for each other, the longest waiting goes
SLOW = 3.0  # m/s below which the vehicle behind the junction may leave too little room
SPARE_M = 2.5
BEFORE_M = 1.0  # kept before the place where another crosses
MERGE_BRAKING = 2.0  # m/s2 asked at most of who falls in behind another


class _Comer(NamedTuple):
    """One who comes to a governed path: way from its middle to the begin, from its front to the stop line, its speed."""

    vehicle: int
    before: int
    path: int
    after: int
    begin_m: float
    room_m: float
    speed: float


@dataclass(frozen=True, eq=False)
class RightOfWay:
    """What a look at the junctions gives: claims, waiting times, and per vehicle (n,) gaps to stop or to fall in behind."""

    claims: tuple[Claim, ...]
    waiting: FloatArray
    stop_m: FloatArray
    behind: list[int]
    behind_m: FloatArray


def right_of_way(setting: Setting, flow: Flow, ahead_m: FloatArray) -> RightOfWay:
    """Decide who goes.

    Args:
        setting: lanes, signals, vehicles.
        flow: where everyone is.
        ahead_m: (n, ROUTE) ways to the begin of the paths of their routes.
    """
    look = _Look(setting, flow, ahead_m)
    look.let_go()
    waiting = np.full(len(flow.s), np.inf)
    stop_m = np.full(len(flow.s), np.inf)
    comers = look.comers
    for comer in sorted(comers, key=look.precedence):
        near_m = 8.0 + 2.0 * comer.speed + comer.speed**2 / 3.6
        if comer.room_m > near_m:
            continue
        if look.is_next(comer) and look.may_go(comer):
            look.give(comer)
            continue
        stop_m[comer.vehicle] = comer.room_m
        if comer.room_m < AT_LINE_M and comer.speed < WALKING:
            waiting[comer.vehicle] = min(flow.waiting[comer.vehicle], flow.time_s)
    behind, behind_m = look.give_way(stop_m)
    return RightOfWay(tuple(look.claims), waiting, stop_m, behind, behind_m)


@dataclass(eq=False)
class _Look:
    """One look round at all junctions; the claims grow while it lasts."""

    setting: Setting
    flow: Flow
    ahead_m: FloatArray
    claims: list[Claim] = field(default_factory=list)

    def let_go(self) -> None:
        """Keep the claims of those who are still on the way: not past the path, not caught by a signal before the line."""
        for claim in self.flow.claims:
            v, path = claim.vehicle, self.setting.lanes.paths[claim.path]
            middle_m = self._middle_m(claim)
            if not self.flow.is_there[v] or middle_m - self._half_m(v) > path.length_m:
                continue
            if claim.path not in self.flow.route[v] and middle_m < 0.0:
                continue  # it changed its lane and goes elsewhere
            room_m = -middle_m - self._half_m(v) - 1.0
            is_caught = path.signal is not None and room_m > 0.0 and not self._is_lit(claim.path, v, room_m)
            if not is_caught:
                self.claims.append(claim)

    @cached_property
    def comers(self) -> list[_Comer]:
        """Everyone who comes to a governed path that it has no claim to yet."""
        lanes, flow = self.setting.lanes, self.flow
        governed = np.array([*lanes.is_governed, False])[flow.route]
        governed[:, 0] = False
        for claim in self.claims:
            governed[claim.vehicle, flow.route[claim.vehicle] == claim.path] = False
        governed &= self.ahead_m < SIGHT_M
        rows = np.flatnonzero(governed.any(axis=1) & flow.is_there)
        at = governed[rows].argmax(axis=1)
        found = []
        for v, k in zip(rows.tolist(), at.tolist(), strict=True):
            before, path = int(flow.route[v, k - 1]), int(flow.route[v, k])
            begin_m = float(self.ahead_m[v, k])
            room_m = begin_m - lanes.paths[before].stop_m - self._half_m(v)
            after = int(flow.route[v, k + 1]) if k + 1 < ROUTE else -1
            found.append(_Comer(v, before, path, after, begin_m, room_m, float(flow.speed[v])))
        return found

    def precedence(self, comer: _Comer) -> tuple[float, float, int]:
        """Order in which those who come are asked: the higher rank, then who waits for nobody, then the nearer one."""
        conflicts = self.setting.lanes.conflicts_of[comer.path]
        yields = any(conflict.yields for conflict in conflicts)
        return -self.setting.lanes.paths[comer.path].rank + 0.5 * yields, comer.room_m, comer.vehicle

    def is_next(self, comer: _Comer) -> bool:
        """Whether nobody without a claim is before one at the same line."""
        return self._queues[comer.before][0] == (comer.begin_m, comer.vehicle)

    def give(self, comer: _Comer) -> None:
        """Give a claim to one who comes."""
        self.claims.append(Claim(comer.vehicle, comer.path, float(self.flow.odometer[comer.vehicle]) + comer.begin_m))
        self._queues[comer.before].pop(0)

    def may_go(self, comer: _Comer) -> bool:
        """Whether one may drive into the junction now."""
        path = self.setting.lanes.paths[comer.path]
        if comer.room_m < -1.0 or (comer.vehicle == EGO and (not self.setting.ego_obeys or self.flow.time_s < 0.0)):
            return True
        if path.signal is not None and not self._is_lit(comer.path, comer.vehicle, comer.room_m):
            return False
        if path.must_stop and not self.flow.waiting[comer.vehicle] <= self.flow.time_s - HALT_S:
            return False
        conflicts = self.setting.lanes.conflicts_of[comer.path]
        if any(conflict.kind == "cross" for conflict in conflicts) and not self._has_room_behind(comer):
            return False
        return all(self._is_clear(comer, conflict) and self._is_free(comer, conflict) for conflict in conflicts)

    def give_way(self, stop_m: FloatArray) -> tuple[list[int], FloatArray]:
        """Make later claims heed earlier ones: stop short of a crossing (into `stop_m`), fall in behind at a merge or split.

        Returns:
            The vehicle behind which each falls in, -1 for none, and the gap to it.
        """
        behind, behind_m = [-1] * len(stop_m), np.full(len(stop_m), np.inf)
        for place, claim in enumerate(self.claims):
            v, front_m = claim.vehicle, self._middle_m(claim) + self._half_m(claim.vehicle)
            for conflict in self.setting.lanes.conflicts_of[claim.path]:
                for earlier in self._claims_on(conflict.other):
                    if earlier[0] >= place or earlier[1].vehicle == v or self._has_left(earlier[1], conflict):
                        continue
                    if conflict.kind == "cross":
                        room_m = conflict.mine_m[0] - front_m - BEFORE_M
                        if room_m > -BEFORE_M:
                            stop_m[v] = min(stop_m[v], max(room_m, 0.0))
                        continue
                    gap_m = self._gap_behind_m(claim.path, self._middle_m(claim), v, earlier[1], conflict)
                    if gap_m < behind_m[v]:
                        behind[v], behind_m[v] = earlier[1].vehicle, gap_m
        return behind, behind_m

    def _is_clear(self, comer: _Comer, conflict: Conflict) -> bool:
        """Whether those who may already go leave the place of a conflict before one gets there."""
        path = self.setting.lanes.paths[comer.path]
        for _, claim in self._claims_on(conflict.other):
            if claim.vehicle == comer.vehicle or self._has_left(claim, conflict):
                continue
            if conflict.kind != "cross":
                gap_m = self._gap_behind_m(comer.path, -comer.begin_m, comer.vehicle, claim, conflict)
                slower = max(0.0, comer.speed - float(self.flow.speed[claim.vehicle]))
                if gap_m < 1.0 or slower**2 > 2.0 * MERGE_BRAKING * (gap_m - 1.0):
                    return False
                continue
            way_m = comer.begin_m + conflict.mine_m[0] - self._half_m(comer.vehicle)
            arrives_s = time_over_s(way_m, comer.speed, path.limit, STARTING)
            if arrives_s < self._leaves_s(claim, conflict) + APART_S:
                return False
        return True

    def _is_free(self, comer: _Comer, conflict: Conflict) -> bool:
        """Whether nobody who has right of way comes too soon."""
        if not conflict.yields:
            return True
        mine, other = self.setting.lanes.paths[comer.path], self.setting.lanes.paths[conflict.other]
        slowest = float(mine.allowed.min())
        way_m = comer.begin_m + conflict.mine_m[1] + self._half_m(comer.vehicle)
        cleared_s = time_over_s(way_m, comer.speed, slowest, STARTING * 0.75) + APART_S
        spread = 0.85 + 0.3 * self.setting.draw(f"{self.setting.fleet.names[comer.vehicle]}.gaps")
        needed_s = max(cleared_s, critical_gap_s(mine, other, drive=self.setting.drive) * spread)
        for rival in self._comers_to[conflict.other]:
            first = self._first_before[rival.vehicle]
            if comer.vehicle in (rival.vehicle, first.vehicle) or self._stays(comer, first) or self._stays(comer, rival):
                continue
            rival_m = rival.begin_m + conflict.its_m[0] - self._half_m(rival.vehicle)
            if time_over_s(rival_m, rival.speed, max(rival.speed, 0.7 * other.limit), STARTING) < needed_s:
                return False
        return True

    def _stays(self, comer: _Comer, rival: _Comer) -> bool:
        """Whether a rival will not drive soon: held by a signal, behind another, or waiting for shorter than oneself."""
        path = self.setting.lanes.paths[rival.path]
        if path.signal is not None and not self._is_lit(rival.path, rival.vehicle, rival.room_m):
            return True
        if path.must_stop and not np.isfinite(self.flow.waiting[rival.vehicle]):
            return True
        if rival.speed >= WALKING:
            return False
        if rival.room_m > AT_LINE_M:
            return True
        since, its = self.flow.waiting[comer.vehicle], self.flow.waiting[rival.vehicle]
        if path.must_stop and self.setting.lanes.paths[comer.path].must_stop:
            return bool((since, comer.vehicle) < (its, rival.vehicle))
        is_impatient = self.flow.time_s - since > PATIENCE_S
        return bool(is_impatient and (since, comer.vehicle) < (its, rival.vehicle))

    def _has_room_behind(self, comer: _Comer) -> bool:
        """Whether there is room to stand behind the junction."""
        if comer.after < 0 or self.setting.lanes.paths[comer.after].junction:
            return True
        there = np.flatnonzero((self.flow.path == comer.after) & self.flow.is_there)
        if len(there) == 0:
            return True
        last = int(there[self.flow.s[there].argmin()])
        if self.flow.speed[last] > SLOW:
            return True
        taken_m = sum(
            2.0 * self._half_m(claim.vehicle) + SPARE_M
            for claim in self.claims
            if comer.after in self.flow.route[claim.vehicle] and self.flow.path[claim.vehicle] != comer.after
        )
        free_m = float(self.flow.s[last]) - self._half_m(last) - taken_m
        return free_m > 2.0 * self._half_m(comer.vehicle) + SPARE_M

    def _gap_behind_m(self, path: int, middle_m: float, vehicle: int, claim: Claim, conflict: Conflict) -> float:
        """Free way behind another, measured where both paths are one."""
        its_m = self._middle_m(claim)
        if conflict.kind == "merge":
            lengths = self.setting.lanes.length_m
            middle_m, its_m = middle_m - float(lengths[path]), its_m - float(lengths[claim.path])
        return its_m - middle_m - self._half_m(vehicle) - self._half_m(claim.vehicle)

    def _leaves_s(self, claim: Claim, conflict: Conflict) -> float:
        """When one with a claim will have left the place of a conflict."""
        way_m = conflict.its_m[1] + self._half_m(claim.vehicle) - self._middle_m(claim)
        speed = float(self.flow.speed[claim.vehicle])
        slowest = float(self.setting.lanes.paths[claim.path].allowed.min())
        return time_over_s(way_m, min(speed, slowest), slowest, CLEARING)

    def _has_left(self, claim: Claim, conflict: Conflict) -> bool:
        """Whether the tail of one with a claim is past the place of a conflict; merged ones lead until they are in the lane."""
        return self._middle_m(claim) - self._half_m(claim.vehicle) > conflict.its_m[1]

    def _is_lit(self, path: int, vehicle: int, room_m: float) -> bool:
        """Whether the signal lets a vehicle pass."""
        group = self.setting.lanes.paths[path].signal
        if group is None:
            return True
        return may_pass(self.setting.signals[group].light(self.flow.time_s), float(self.flow.speed[vehicle]), room_m)

    def _middle_m(self, claim: Claim) -> float:
        """Station of a vehicle's middle on the path it has a claim to, below 0 before it."""
        return float(self.flow.odometer[claim.vehicle]) - claim.zero_m

    def _half_m(self, vehicle: int) -> float:
        return 0.5 * float(self.setting.fleet.length_m[vehicle])

    def _claims_on(self, path: int) -> list[tuple[int, Claim]]:
        """Claims to a path with their place in the order."""
        return [(place, claim) for place, claim in enumerate(self.claims) if claim.path == path]

    @cached_property
    def _queues(self) -> defaultdict[int, list[tuple[float, int]]]:
        """Who comes to the end of every path, the nearest first."""
        queues: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        for comer in sorted(self.comers, key=lambda one: (one.begin_m, one.vehicle)):
            queues[comer.before].append((comer.begin_m, comer.vehicle))
        return queues

    @cached_property
    def _first_before(self) -> dict[int, _Comer]:
        """Of everyone who comes, the one who is nearest to the same line."""
        first: dict[int, _Comer] = {}
        found: dict[int, _Comer] = {}
        for comer in sorted(self.comers, key=lambda one: (one.begin_m, one.vehicle)):
            found[comer.vehicle] = first.setdefault(comer.before, comer)
        return found

    @cached_property
    def _comers_to(self) -> defaultdict[int, list[_Comer]]:
        """Those who come, by path."""
        by_path: defaultdict[int, list[_Comer]] = defaultdict(list)
        for comer in self.comers:
            by_path[comer.path].append(comer)
        return by_path
