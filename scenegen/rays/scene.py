"""`RayScene`: what rays meet on a stage at a frame, and where those points are at another frame. No GL.

Rays see what the geometry pass shows: the same triangles at the same poses, backs of opaque faces left out, leaf cards cut
out by the same picture, ids counted the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, IntArray, rigid_inverse
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.rays.aim import Aim, Found, in_halves
from scenegen.rays.bodies import Bodies, has_leaves
from scenegen.rays.solid import FAR, Indices, Meeting
from scenegen.rays.surfaces import Surfaces
from scenegen.stage.stage import Stage


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
        aim, found = self._find(frame, origin_world_m, directions_world, most)
        return self._hits(found, aim, np.arange(len(directions_world)))

    def cast_returns(
        self, frame: int, origin_world_m: FloatArray, directions_world: FloatArray, *, least: float, most: float
    ) -> tuple[Indices, Hits]:
        """Find what rays from one point meet first, and keep those that meet something between two ranges.

        Args:
            frame: -1 .. frames.
            origin_world_m: (3,) where all rays begin.
            directions_world: (n, 3) float64, of any length.
            least: nearer hits are left out, in lengths of the direction; what lies behind them stays hidden.
            most: how far to look.
        Returns:
            The numbers (k,) of those rays, rising, and their hits.
        """
        aim, found = self._find(frame, origin_world_m, directions_world, most)
        kept = np.flatnonzero((found.triangle >= 0) & (found.along >= least))
        return kept, self._hits(found, aim, kept)

    def _find(self, frame: int, origin_m: FloatArray, directions: FloatArray, most: float) -> tuple[Aim, Found]:
        """Find the triangles that rays meet first."""
        aim = Aim(np.asarray(origin_m, np.float64), np.ascontiguousarray(directions, np.float64))
        found = Found(len(directions), min(most, FAR))
        standing = self.bodies.standing()
        if standing is not None:
            found.meet_all(standing, aim)
        for body, chosen in aim.at(self.bodies.others(frame), found.along):
            found.meet(body.seen_by(aim.origin_m, aim.directions_32[chosen]), aim, chosen)
        return aim, found

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
            turned = np.einsum("nj,njik,nk->ni", surfaces.vertex_weights[vertex], poses, surfaces.vertex_normals[vertex])
            order = np.arange(3 * len(bent), dtype=np.int32).reshape(-1, 3)
            normals[bent] = _interpolated(turned, order, hits.barycentric[bent])
        length = np.sqrt(np.einsum("ni,ni->n", normals, normals))[:, None]
        return (normals / np.where(length > 0, length, 1.0)).astype(np.float32)

    def _faces(self, instance: int, triangles: IntArray) -> IntArray:
        """Give the vertices (n, 3) of some triangles of an instance's mesh."""
        faces: IntArray = self.stage.meshes[self.stage.instances.mesh[instance]].faces[triangles]
        return faces

    def _hits(self, found: Found, aim: Aim, kept: Indices) -> Hits:
        """Work out the hits of some rays exactly."""
        n = len(kept)
        hits = Hits(
            range_m=np.full(n, np.inf), instance=np.full(n, -1, np.int32), row=np.zeros(n, np.int32),
            part=np.zeros(n, np.uint8), triangle=np.full(n, -1, np.int32), barycentric=np.empty((n, 2), np.float32),
            facing=np.zeros(n, np.float32), point_world_m=np.full((n, 3), np.nan),
        )  # fmt: skip
        in_halves(n, lambda span: self._fill(hits, span, found, aim, kept[span]))
        return hits

    def _fill(self, hits: Hits, span: slice, found: Found, aim: Aim, kept: Indices) -> None:
        """Write the hits of some rays into a span of them, body by body."""
        number = found.body[kept]
        hits.barycentric[span] = found.share[kept]
        for k in np.flatnonzero(np.bincount(number + 1, minlength=1)[1:]).tolist():
            body, own = found.bodies[k], np.flatnonzero(number == k)
            rays = kept[own]
            turn, place = body.world_from_solid[:3, :3], body.world_from_solid[:3, 3]
            ahead = aim.directions[rays]
            met = Meeting(found.along[rays], found.triangle[rays], found.share[rays])
            along, facing = body.solid.exact(met, (aim.origin_m - place) @ turn, ahead if body.is_level else ahead @ turn)
            own += span.start
            hits.range_m[own], hits.facing[own] = along, facing
            hits.instance[own], hits.row[own], hits.triangle[own] = body.named(met.triangle)
            hits.point_world_m[own] = aim.origin_m + along[:, None] * ahead
            hits.part[own] = self.surfaces.part[self.surfaces.face(hits.instance[own], hits.triangle[own])]


def _interpolated(values: FloatArray | Float32Array, corners: Indices, share: Float32Array) -> FloatArray:
    """Blend values of vertices (v, 3) over triangles with corners (n, 3), (n, 3) float64."""
    second, third = share[:, :1].astype(np.float64), share[:, 1:].astype(np.float64)
    blended: FloatArray = (
        values[corners[:, 0]] * (1 - second - third) + values[corners[:, 1]] * second + values[corners[:, 2]] * third
    )
    return blended
