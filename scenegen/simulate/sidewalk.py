"""Passers-by on sidewalks: each walks on at its own speed, and gives way to named people and to the one in front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.models.catalogue import entry
from scenegen.models.people.gear_kinds import DOG_M
from scenegen.roads.network import RoadNetwork
from scenegen.simulate.body import Body
from scenegen.simulate.looks import leads_dog

FORESIGHT_S = 1.0  # passers-by see this far ahead where others go
ELBOW_ROOM_M = 0.1  # wanted beside one another
STANDOFF_M = 0.5  # wanted in front
EASE_S = 1.0  # one slows down in time to take this long over the room that is left
ACCELERATION = 1.2  # m/s2
BRAKING = 6.0  # m/s2, a person stops within a step


@dataclass(frozen=True, eq=False)
class Blocker:
    """Another person, per tick (n,): place along and across, and where it will be across soon; half size of its box."""

    s: FloatArray
    t: FloatArray
    soon_t: FloatArray
    half_m: float

    @classmethod
    def of(cls, columns: FloatArray, size_m: tuple[float, float, float]) -> Blocker:
        """See a person by its states (n, 6)."""
        s, t, heading, speed = columns.T[:4]
        return cls(s, t, t + FORESIGHT_S * speed * np.sin(heading), max(size_m[:2]) / 2)


def strolls_with_delays(
    strollers: Mapping[int, Body], network: RoadNetwork, times_s: FloatArray, people: Sequence[Blocker]
) -> dict[int, FloatArray]:
    """Give the states (n, 6) of those passers-by who have to give way; all others walk on steadily.

    Args:
        strollers: by index; `start` is the state at t = 0.
        network: the road.
        times_s: (n,) instants.
        people: the named persons of the scene.
    """
    delayed: dict[int, FloatArray] = {}
    ahead: dict[tuple[float, float], Blocker | None] = {}
    # From the front of each file of people back, so that who waits makes those behind wait
    for i in sorted(strollers, key=lambda k: -np.cos(strollers[k].start.heading) * strollers[k].start.s):
        body = strollers[i]
        file = (body.start.t, body.start.heading)
        in_front = ahead.get(file)
        columns = steady_stroll(body, network, times_s)
        blockers = [*people, in_front] if in_front is not None else people
        in_way = [blocker for blocker in blockers if (_room_m(body, columns[:, 0], blocker) < EASE_S * body.start.speed).any()]
        if in_way:
            columns = delayed[i] = _giving_way(body, columns, times_s, in_way)
        ahead[file] = Blocker.of(columns, body.size_m) if in_way else None
    return delayed


def steady_stroll(body: Body, network: RoadNetwork, times_s: FloatArray) -> FloatArray:
    """Give the states (n, 6) of one who walks on along the sidewalk at a steady speed."""
    start = body.start
    stretch = 1.0 - network.curvature(np.array([start.s]))[0] * start.t
    columns = np.tile(np.array(start), (len(times_s), 1))
    columns[:, 0] += start.speed * np.cos(start.heading) * times_s / stretch
    columns[:, 5] = start.speed * times_s
    return columns


def _room_m(body: Body, s: FloatArray, blocker: Blocker) -> FloatArray:
    """Free way before a passer-by at s, per tick; inf where the other is beside or behind."""
    along = np.cos(body.start.heading) * (blocker.s - s)
    return np.where(_is_beside(body, blocker) | (along <= 0.0), np.inf, along - _least_m(body, blocker))


def _is_beside(body: Body, blocker: Blocker) -> BoolArray:
    """Whether another keeps beside a passer-by's way, now and soon, per tick."""
    reach_m = blocker.half_m + body.size_m[1] / 2 + ELBOW_ROOM_M
    now, soon = blocker.t - body.start.t, blocker.soon_t - body.start.t
    is_beside: BoolArray = (np.minimum(np.abs(now), np.abs(soon)) > reach_m) & (now * soon > 0.0)
    return is_beside


def _least_m(body: Body, blocker: Blocker) -> float:
    """Distance of two middles at which a passer-by stands."""
    return blocker.half_m + _ahead_m(body) + STANDOFF_M


def _ahead_m(body: Body) -> float:
    """How far a passer-by reaches ahead, with the dog that goes before."""
    return DOG_M[0] + entry("dog").size_m[0] / 2 if leads_dog(body.model) else body.size_m[0] / 2


def _giving_way(body: Body, steady: FloatArray, times_s: FloatArray, blockers: Sequence[Blocker]) -> FloatArray:
    """Walk tick by tick, never faster than the room ahead allows."""
    columns = steady.copy()
    direction = float(np.cos(body.start.heading))
    s_per_m = float((steady[-1, 0] - steady[0, 0]) / (steady[-1, 5] - steady[0, 5]))
    seen = [(b.s.tolist(), _is_beside(body, b).tolist(), _least_m(body, b)) for b in blockers]
    times = times_s.tolist()
    s, speed, way = float(steady[0, 0]), body.start.speed, float(steady[0, 5])
    for row in range(1, len(times)):
        wanted, tick_s = body.start.speed, times[row] - times[row - 1]
        for places, is_beside, least_m in seen:
            along = direction * (places[row - 1] - s)
            if along > 0.0 and not is_beside[row - 1]:
                wanted = min(wanted, max(0.0, (along - least_m) / EASE_S))
        after = min(max(wanted, speed - BRAKING * tick_s), speed + ACCELERATION * tick_s)
        moved = 0.5 * (speed + after) * tick_s
        s, way, acceleration, speed = s + moved * s_per_m, way + moved, (after - speed) / tick_s, after
        columns[row] = s, body.start.t, body.start.heading, speed, acceleration, way
    return columns
