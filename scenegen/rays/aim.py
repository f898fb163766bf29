"""Rays from one point, which of them may meet what, and the nearest they have met so far."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.rays.bodies import Body, Skin
from scenegen.rays.solid import FAR, Indices, Meeting
from scenegen.rays.turning import dotted, picked, turned

T = TypeVar("T")
Item = TypeVar("Item")

_BLOCK = 32
"""Rays that are told apart from far-away bodies together; neighbours in the list should be neighbours in direction."""
_SHARED_FROM = 20_000
"""Rays from which a second thread pays."""
_SPAN = 32_000
"""Rays worked on together where two threads share them: few enough for even shares, many enough to keep Python out of it."""
_ANGLE_ROOM = 1e-3
"""Radians of room for rounding: float32 knows small angles by their cosines no better."""
_COSINE_ROOM = 1e-6
"""Room for rounding of cosines themselves."""


@dataclass(frozen=True, eq=False)
class _Near:
    """A body, the blocks of rays that may meet it, and the cone around it: where it is, how wide and how far its near side."""

    body: Body | Skin
    blocks: Indices
    towards: Float32Array
    least_cosine: float
    near_side_m: float


class Aim:
    """Rays from one point: float64 for exact places, float32 for Embree, and cones around blocks of neighbours."""

    def __init__(self, origin_m: FloatArray, directions: FloatArray) -> None:
        self.origin_m, self.directions = origin_m, np.asfortranarray(directions)
        self.directions_32 = self.directions.astype(np.float32)
        self._length = np.sqrt(np.einsum("ni,ni->n", self.directions_32, self.directions_32))
        unit = self.directions_32 / self._length[:, None]
        starts = np.arange(0, len(directions), _BLOCK)
        axis = np.add.reduceat(unit, starts, axis=0) if len(starts) else unit
        self._axis = axis / np.maximum(np.sqrt(np.einsum("ni,ni->n", axis, axis)), 1e-6)[:, None]
        spread = np.einsum("ni,ni->n", unit, np.repeat(self._axis, _BLOCK, axis=0)[: len(directions)])
        self._cosine = np.clip(np.minimum.reduceat(spread, starts) if len(starts) else spread, -1, 1)
        self._sine = np.sqrt(1 - self._cosine**2)

    def placed(self, origin_m: FloatArray, turn: FloatArray) -> Aim:
        """Give the same rays turned by (3, 3) and from another point; their blocks need not be found again."""
        aim = copy.copy(self)
        aim.origin_m, aim._axis = origin_m, turned(self._axis, turn)
        aim.directions, aim.directions_32 = np.empty_like(self.directions), np.empty_like(self.directions_32)

        def place(span: slice) -> None:
            aim.directions[span] = turned(self.directions[span], turn)
            aim.directions_32[span] = aim.directions[span]

        shared_out(place, spans(len(self.directions)))
        return aim

    def at(self, bodies: Sequence[Body | Skin], along: Float32Array) -> Iterator[tuple[Body | Skin, Indices]]:
        """Give for each body, nearest first, the rays that may meet it before what they have met, leaving out the others."""
        for near in self.towards(bodies):
            chosen = self.chosen(near, along)
            if len(chosen):
                yield near.body, chosen

    def towards(self, bodies: Sequence[Body | Skin]) -> list[_Near]:
        """Give the bodies that have rays about them, nearest first."""
        away = np.array([body.centre_m for body in bodies]).reshape(-1, 3) - self.origin_m
        distance = np.sqrt(np.einsum("ni,ni->n", away, away))
        radius = np.array([body.radius_m for body in bodies])
        half_angle = np.arcsin(np.minimum(radius / np.maximum(distance, 1e-9), 1))
        is_apart = distance > radius
        half_angle[~is_apart] = np.pi
        unit = (away / np.maximum(distance, 1e-9)[:, None]).astype(np.float32)
        wide = half_angle + _ANGLE_ROOM
        cosine, sine = np.cos(wide).astype(np.float32), np.sin(wide).astype(np.float32)

        # Cosine of the sum of both half angles: beyond half a turn the cones meet wherever they point
        least = self._cosine[:, None] * cosine - self._sine[:, None] * sine - _COSINE_ROOM
        is_near = (self._axis @ unit.T >= least) | (self._cosine[:, None] <= -cosine) | ~is_apart
        found = []
        for k in np.argsort(distance, kind="stable").tolist():
            blocks = np.flatnonzero(is_near[:, k])
            if len(blocks):
                found.append(_Near(bodies[k], blocks, unit[k], float(cosine[k]), float(distance[k] - radius[k])))
        return found

    def chosen(self, near: _Near, along: Float32Array) -> Indices:
        """Give the rays that may meet a body before what they have met, rising."""
        chosen = (near.blocks[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
        chosen = chosen[: np.searchsorted(chosen, len(along))]
        if near.near_side_m > 0:
            chosen = chosen[along[chosen] * self._length[chosen] > np.float32(near.near_side_m)]
            least = np.float32(near.least_cosine) * self._length[chosen]
            chosen = chosen[dotted(picked(self.directions_32, chosen), near.towards) >= least]
        return chosen

    def reach(self, body: Body, chosen: Indices) -> Float32Array:
        """Give how far some rays come until they meet a body when nothing else is there, (n,), inf for never."""
        met = body.solid.meet(*_local(self, body, chosen), np.full(len(chosen), FAR, np.float32))
        return np.where(met.triangle >= 0, met.along, np.float32(np.inf))


@dataclass(frozen=True, eq=False)
class _Met:
    """What some rays meet of one body, leaving out those that miss it."""

    body: Body
    rays: Indices
    meeting: Meeting


class Found:
    """The nearest hits so far of the rays of an aim; `body` counts in `bodies`, -1 for nothing."""

    def __init__(self, aim: Aim, most: float) -> None:
        rays = len(aim.directions)
        self.aim = aim
        self.along = np.full(rays, most, np.float32)
        self.body: Indices = np.full(rays, -1, np.int32)
        self.triangle: Indices = np.full(rays, -1, np.int32)
        self.share = np.zeros((rays, 2), np.float32)
        self.bodies: list[Body] = []

    def meet_all(self, body: Body) -> None:
        """Cast all rays at the first body, whose axes are the world's."""
        origin = (self.aim.origin_m - body.world_from_solid[:3, 3]).astype(np.float32)

        def meet(span: slice) -> None:
            ahead = self.aim.directions_32[span]
            met = body.solid.meet(np.broadcast_to(origin, ahead.shape), ahead, self.along[span])
            self.along[span], self.triangle[span], self.share[span] = met.along, met.triangle, met.share
            np.minimum(met.triangle, 0, out=self.body[span])

        shared_out(meet, spans(len(self.along)))
        self.bodies.append(body)

    def meet_each(self, bodies: Sequence[Body | Skin]) -> None:
        """Cast rays at the bodies that they may meet and keep what is nearer than before."""
        for met in shared_out(self._try, self.aim.towards(bodies)):
            if met is not None:
                self._keep(met)

    def _try(self, near: _Near) -> _Met | None:
        """Cast some rays at one body, None when all miss it; changes nothing."""
        chosen = self.aim.chosen(near, self.along)
        if not len(chosen):
            return None
        body = near.body.seen_by(self.aim.origin_m, picked(self.aim.directions_32, chosen))
        met = body.solid.meet(*_local(self.aim, body, chosen), self.along[chosen])
        own = np.flatnonzero(met.triangle >= 0)
        return _Met(body, chosen[own], Meeting(met.along[own], met.triangle[own], met.share[own]))

    def _keep(self, met: _Met) -> None:
        """Take over what is nearer than before."""
        own = np.flatnonzero((met.meeting.along < self.along[met.rays]) | (self.body[met.rays] < 0))
        rays, meeting = met.rays[own], met.meeting
        self.along[rays], self.triangle[rays], self.share[rays] = meeting.along[own], meeting.triangle[own], meeting.share[own]
        self.body[rays] = len(self.bodies)
        self.bodies.append(met.body)


def _local(aim: Aim, body: Body, chosen: Indices) -> tuple[Float32Array, Float32Array]:
    """Give origins and directions (n, 3) float32 of some rays in a body's frame."""
    turn, place = body.world_from_solid[:3, :3], body.world_from_solid[:3, 3]
    ahead = turned(picked(aim.directions_32, chosen), turn.T)
    return np.broadcast_to(((aim.origin_m - place) @ turn).astype(np.float32), ahead.shape), ahead


def spans(n: int) -> list[slice]:
    """Give the spans in which n rays are worked on: many where a second thread pays, else one."""
    step = _SPAN if n >= _SHARED_FROM else max(n, 1)
    return [slice(start, min(start + step, n)) for start in range(0, max(n, 1), step)]


def shared_out(task: Callable[[Item], T], items: Sequence[Item]) -> list[T]:
    """Do a task for each item and give what they give, in order; two threads take the items in turn."""
    if len(items) < 2:
        return [task(item) for item in items]
    waiting, done = deque(enumerate(items)), {}

    def work() -> None:
        while True:
            try:
                number, item = waiting.popleft()
            except IndexError:
                return
            done[number] = task(item)

    with ThreadPoolExecutor(1) as helpers:
        helper = helpers.submit(work)
        work()
        helper.result()
    return [done[number] for number in range(len(items))]
