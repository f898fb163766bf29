"""`RayScene`: what rays meet on a stage at a frame, and where those points are at another frame. No GL.

Rays see what the geometry pass shows: the same triangles at the same poses, backs of opaque faces left out, leaf cards cut
out by the same picture, ids counted the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, IntArray, rigid_inverse
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.rays.bodies import Bodies, Body, has_leaves
from scenegen.rays.solid import FAR, Meeting
from scenegen.rays.surfaces import Surfaces
from scenegen.stage.stage import Stage

_BLOCK = 128
"""Rays that are told apart from far-away bodies together; neighbours in the list should be neighbours in direction."""


@dataclass(frozen=True, eq=False)
class Hits:
    """What n rays meet first.

    `range_m` (n,) float64 along the ray, inf for nothing (metres for unit directions; depth for directions with z = 1 in the
    camera); `instance` (n,) int32, -1 for nothing; `row` (n,) int32 as in the id image (the part's row of rigid things, the
    first row of skinned ones), 0 for nothing; `part` (n,) uint8; `triangle` (n,) int32 of its mesh; `barycentric` (n, 2)
    float32: weights of its second and third corner; `facing` (n,) float32: cosine between the triangle's normal and a unit
    direction back along the ray; `point_world_m` (n, 3) float64, nan for nothing.
    """

    range_m: FloatArray
    instance: IntArray
    row: IntArray
    part: ByteArray
    triangle: IntArray
    barycentric: Float32Array
    facing: Float32Array
    point_world_m: FloatArray

    @property
    def is_hit(self) -> BoolArray:
        """Which rays meet anything, (n,)."""
        found: BoolArray = self.instance >= 0
        return found

    def taken(self, chosen: IntArray | BoolArray) -> Hits:
        """Give some of the hits."""
        return Hits(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


class RayScene:
    """Casts rays at one stage; for one thread at a time."""

    def __init__(self, stage: Stage, *, layers: ByteArray | None = None) -> None:
        """Build what never moves.

        Args:
            stage: any stage.
            layers: `textures.texture_layers()` where they are at hand; else they are baked when the stage has leaves.
        """
        self.stage = stage
        coverage = None
        if has_leaves(stage):
            layers = texture_layers() if layers is None else layers
            coverage = np.ascontiguousarray(layers[TEXTURES.index("leaf"), ..., 3])
        self.bodies = Bodies(stage, coverage)
        self.surfaces = Surfaces(stage)

    def cast(self, frame: int, origin_world_m: FloatArray, directions_world: FloatArray, *, most: float = np.inf) -> Hits:
        """Find what rays from one point meet first.

        Args:
            frame: -1 .. frames.
            origin_world_m: (3,) where all rays begin.
            directions_world: (n, 3) float64, of any length; neighbours in the list are cast fastest when they are
                neighbours in direction.
            most: how far to look, in lengths of the direction.
        Returns:
            The nearest hit of every ray.
        """
        found = _Found(len(directions_world), min(most, FAR))
        standing = self.bodies.standing()
        aim = _Aim(np.asarray(origin_world_m, np.float64), np.ascontiguousarray(directions_world, np.float64))
        if standing is not None:
            found.meet(standing, aim, None)
        for body, chosen in aim.at(self.bodies.others(frame), found.along):
            found.meet(body, aim, chosen)
        return self._hits(found, aim)

    def move(self, hits: Hits, frame: int, then: int) -> FloatArray:
        """Give where the points that were hit at `frame` are at frame `then`, (n, 3) float64 in the world, nan for no hit."""
        points = hits.point_world_m.copy()
        instances = self.stage.instances
        is_skinned = np.concatenate([np.asarray(instances.is_skinned, np.bool_), [False]])[hits.instance]
        now, later = self.bodies.rows(frame), self.bodies.rows(then)
        moves = (now != later).any(axis=(1, 2))
        moving = np.flatnonzero(moves[hits.row] & ~is_skinned)
        for row in np.unique(hits.row[moving]).tolist():
            own = moving[hits.row[moving] == row]
            then_from_now = later[row] @ rigid_inverse(now[row])
            points[own] = points[own] @ then_from_now[:3, :3].T + then_from_now[:3, 3]
        for i in np.unique(hits.instance[is_skinned]).tolist():
            own = np.flatnonzero(hits.instance == i)
            change = self.bodies.posed(then, i) - self.bodies.posed(frame, i)
            points[own] += _interpolated(change, self._faces(i, hits.triangle[own]), hits.barycentric[own])
        return points

    def normals(self, hits: Hits, frame: int) -> Float32Array:
        """Give the smooth world normals that the geometry pass shows, (n, 3) float32, zero for no hit.

        Leaves have two sides: turn theirs towards the eye where it matters.
        """
        instances, rows, surfaces = self.stage.instances, self.bodies.rows(frame)[:, :3, :3], self.surfaces
        normals = np.zeros((len(hits.instance), 3))
        corners = surfaces.corners[surfaces.face(hits.instance, hits.triangle)]
        is_skinned = np.asarray(instances.is_skinned, np.bool_)[hits.instance]
        rigid = np.flatnonzero(hits.is_hit & ~is_skinned)
        rest = _interpolated(surfaces.vertex_normals, corners[rigid], hits.barycentric[rigid])
        normals[rigid] = np.einsum("nij,nj->ni", rows[hits.row[rigid]], rest)
        bent = np.flatnonzero(hits.is_hit & is_skinned)
        if len(bent):
            owner = np.repeat(instances.first_row[hits.instance[bent]], 3)
            vertex = corners[bent].ravel()
            poses = rows[owner[:, None] + surfaces.vertex_joints[vertex]]
            rest = surfaces.vertex_normals[vertex]
            turned = np.einsum("nj,njik,nk->ni", surfaces.vertex_weights[vertex], poses, rest)
            order = np.arange(3 * len(bent), dtype=np.int32).reshape(-1, 3)
            normals[bent] = _interpolated(turned, order, hits.barycentric[bent])
        length = np.sqrt(np.einsum("ni,ni->n", normals, normals))[:, None]
        return (normals / np.where(length > 0, length, 1.0)).astype(np.float32)

    def _faces(self, instance: int, triangles: IntArray) -> IntArray:
        """Give the vertices (n, 3) of some triangles of an instance's mesh."""
        faces: IntArray = self.stage.meshes[self.stage.instances.mesh[instance]].faces[triangles]
        return faces

    def _hits(self, found: _Found, aim: _Aim) -> Hits:
        """Work out the hits exactly, body by body."""
        n = len(found.along)
        range_m, facing = np.full(n, np.inf), np.zeros(n, np.float32)
        instance, row, triangle = np.full(n, -1, np.int32), np.zeros(n, np.int32), np.full(n, -1, np.int32)
        for number, body in enumerate(found.bodies):
            own = np.flatnonzero(found.body == number)
            if not len(own):
                continue
            local = found.triangle[own]
            turn = body.world_from_solid[:3, :3]
            origin = (aim.origin_m - body.world_from_solid[:3, 3]) @ turn
            ahead = aim.directions[own]
            ahead = ahead if body.radius_m == np.inf else ahead @ turn
            met = Meeting(found.along[own], local, found.share[own])
            range_m[own], facing[own] = body.solid.exact(met, origin, ahead)
            instance[own], row[own], triangle[own] = body.named(local)
        part = np.where(instance >= 0, self.surfaces.part[self.surfaces.face(instance, triangle)], 0).astype(np.uint8)
        points = aim.origin_m + np.where(instance >= 0, range_m, np.nan)[:, None] * aim.directions
        return Hits(range_m, instance, row, part, triangle, found.share, facing, points)


class _Aim:
    """Rays from one point: float64 for exact places, float32 for Embree, and cones around blocks of neighbours."""

    def __init__(self, origin_m: FloatArray, directions: FloatArray) -> None:
        self.origin_m, self.directions = origin_m, directions
        self.directions_32 = directions.astype(np.float32)
        length = np.sqrt(np.einsum("ni,ni->n", self.directions_32, self.directions_32))
        self._unit = self.directions_32 / length[:, None]
        self._length = length

    def at(self, bodies: list[Body], along: Float32Array) -> list[tuple[Body, IntArray]]:
        """Give for each body, nearest first, the rays that may meet it before what they have met, leaving out the others."""
        found = []
        for body in bodies:
            away = (body.centre_m - self.origin_m).astype(np.float32)
            distance = np.float32(np.sqrt(away @ away))
            radius = np.float32(body.radius_m)
            if distance <= radius:
                chosen = np.arange(len(along))
            else:
                cosine = np.sqrt(distance * distance - radius * radius)
                chosen = np.flatnonzero(self._unit @ away >= cosine * np.float32(1 - 1e-6))
                chosen = chosen[along[chosen] * self._length[chosen] > distance - radius]
            if len(chosen):
                found.append((float(distance), body, chosen))
        found.sort(key=lambda entry: entry[0])
        return [(body, chosen) for _, body, chosen in found]


class _Found:
    """The nearest hits so far."""

    def __init__(self, rays: int, most: float) -> None:
        self.along = np.full(rays, most, np.float32)
        self.body = np.full(rays, -1, np.int16)
        self.triangle = np.full(rays, -1, np.int32)
        self.share = np.zeros((rays, 2), np.float32)
        self.bodies: list[Body] = []

    def meet(self, body: Body, aim: _Aim, chosen: IntArray | None) -> None:
        """Cast rays at one body and keep what is nearer than before; `chosen` None for all rays."""
        turn, place = body.world_from_solid[:3, :3], body.world_from_solid[:3, 3]
        origin = ((aim.origin_m - place) @ turn).astype(np.float32)
        self.bodies.append(body)
        if chosen is None:
            origins = np.broadcast_to(origin, aim.directions_32.shape)
            met = body.solid.meet(origins, aim.directions_32, self.along)
            self.along, self.triangle, self.share = met.along, met.triangle, met.share
            self.body[met.triangle >= 0] = len(self.bodies) - 1
            return
        ahead = aim.directions_32[chosen] @ turn.astype(np.float32)
        met = body.solid.meet(np.broadcast_to(origin, ahead.shape), ahead, self.along[chosen])
        is_met = met.triangle >= 0
        own = chosen[is_met]
        self.along[own], self.triangle[own], self.share[own] = met.along[is_met], met.triangle[is_met], met.share[is_met]
        self.body[own] = len(self.bodies) - 1


def _interpolated(values: FloatArray | Float32Array, corners: IntArray, share: Float32Array) -> FloatArray:
    """Blend values of vertices (v, 3) over triangles with corners (n, 3), (n, 3) float64."""
    second, third = share[:, :1].astype(np.float64), share[:, 1:].astype(np.float64)
    blended: FloatArray = (
        values[corners[:, 0]] * (1 - second - third) + values[corners[:, 1]] * second + values[corners[:, 2]] * third
    )
    return blended
