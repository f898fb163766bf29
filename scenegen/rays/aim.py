"""Rays from one point, which of them may meet what, and the nearest they have met so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.rays.bodies import Body, Skin
from scenegen.rays.solid import FAR, Indices
from scenegen.rays.turning import turned

T = TypeVar("T")

_BLOCK = 64
"""Rays that are told apart from far-away bodies together; neighbours in the list should be neighbours in direction."""
_SHARED_FROM = 20_000
"""Rays from which a second thread pays."""
_ANGLE_ROOM = 1e-3
"""Radians of room for rounding: float32 knows small angles by their cosines no better."""


class Aim:
    """Rays from one point: float64 for exact places, float32 for Embree, and cones around blocks of neighbours."""

    def __init__(self, origin_m: FloatArray, directions: FloatArray) -> None:
        self.origin_m, self.directions = origin_m, directions
        self.directions_32 = directions.astype(np.float32)
        self._length = np.sqrt(np.einsum("ni,ni->n", self.directions_32, self.directions_32))
        self._unit = self.directions_32 / self._length[:, None]
        starts = np.arange(0, len(directions), _BLOCK)
        axis = np.add.reduceat(self._unit, starts, axis=0) if len(starts) else self._unit
        self._axis = axis / np.maximum(np.sqrt(np.einsum("ni,ni->n", axis, axis)), 1e-6)[:, None]
        spread = np.einsum("ni,ni->n", self._unit, np.repeat(self._axis, _BLOCK, axis=0)[: len(directions)])
        self._half_angle = np.arccos(np.clip(np.minimum.reduceat(spread, starts) if len(starts) else spread, -1, 1))

    def at(self, bodies: Sequence[Body | Skin], along: Float32Array) -> Iterator[tuple[Body | Skin, Indices]]:
        """Give for each body, nearest first, the rays that may meet it before what they have met, leaving out the others."""
        away = np.array([body.centre_m for body in bodies]).reshape(-1, 3) - self.origin_m
        distance = np.sqrt(np.einsum("ni,ni->n", away, away))
        radius = np.array([body.radius_m for body in bodies])
        half_angle = np.arcsin(np.minimum(radius / np.maximum(distance, 1e-9), 1))
        half_angle[distance <= radius] = np.pi
        unit = (away / np.maximum(distance, 1e-9)[:, None]).astype(np.float32)
        between = np.arccos(np.clip(self._axis @ unit.T, -1, 1))
        is_near = between <= half_angle.astype(np.float32) + self._half_angle[:, None] + _ANGLE_ROOM
        for k in np.argsort(distance, kind="stable").tolist():
            blocks = np.flatnonzero(is_near[:, k])
            chosen = (blocks[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
            chosen = chosen[: np.searchsorted(chosen, len(along))]
            if distance[k] > radius[k]:
                least = np.float32(np.cos(half_angle[k] + _ANGLE_ROOM))
                chosen = chosen[np.einsum("ni,i->n", self._unit[chosen], unit[k]) >= least]
                chosen = chosen[along[chosen] * self._length[chosen] > np.float32(distance[k] - radius[k])]
            if len(chosen):
                yield bodies[k], chosen

    def reach(self, body: Body, chosen: Indices) -> Float32Array:
        """Give how far some rays come until they meet a body when nothing else is there, (n,), inf for never."""
        met = body.solid.meet(*_local(self, body, chosen), np.full(len(chosen), FAR, np.float32))
        return np.where(met.triangle >= 0, met.along, np.float32(np.inf))


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
        met = body.solid.meet(np.broadcast_to(origin, self.aim.directions_32.shape), self.aim.directions_32, self.along)
        self.along, self.triangle, self.share = met.along, met.triangle, met.share
        self.body = np.minimum(met.triangle, 0)
        self.bodies.append(body)

    def meet(self, body: Body, chosen: Indices) -> None:
        """Cast some rays at one body and keep what is nearer than before."""
        met = body.solid.meet(*_local(self.aim, body, chosen), self.along[chosen])
        is_met = met.triangle >= 0
        own = chosen[is_met]
        self.along[own], self.triangle[own], self.share[own] = met.along[is_met], met.triangle[is_met], met.share[is_met]
        self.body[own] = len(self.bodies)
        self.bodies.append(body)


def _local(aim: Aim, body: Body, chosen: Indices) -> tuple[Float32Array, Float32Array]:
    """Give origins and directions (n, 3) float32 of some rays in a body's frame."""
    turn, place = body.world_from_solid[:3, :3], body.world_from_solid[:3, 3]
    ahead = turned(aim.directions_32[chosen], turn.T)
    return np.broadcast_to(((aim.origin_m - place) @ turn).astype(np.float32), ahead.shape), ahead


def halves(n: int) -> list[slice]:
    """Give the spans in which n rays are worked on: two where a second thread pays, else one."""
    return [slice(0, n // 2), slice(n // 2, n)] if n >= _SHARED_FROM else [slice(0, n)]


def side_by_side(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Do tasks on a thread each, the first on this one, and give what they give; none may need another's."""
    if len(tasks) == 1:
        return [tasks[0]()]
    with ThreadPoolExecutor(len(tasks) - 1) as helpers:
        others = [helpers.submit(task) for task in tasks[1:]]
        return [tasks[0](), *(other.result() for other in others)]
