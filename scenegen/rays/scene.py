"""`RayScene`: what rays meet on a stage at a frame, and where those points are at another frame. No GL.

Rays see what the geometry pass shows: the same triangles at the same poses, backs of opaque faces left out, leaf cards cut
out by the same picture, ids counted the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, IntArray, rigid_inverse
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.rays.aim import Aim, Found, shared_out, spans
from scenegen.rays.bodies import Bodies, has_leaves
from scenegen.rays.solid import FAR, Indices
from scenegen.rays.surfaces import Surfaces
from scenegen.rays.turning import picked, turned
from scenegen.scenario.scene import LidarScene
from scenegen.stage.stage import Stage


@dataclass(frozen=True, eq=False)
class Hits:
    """What n rays meet first.

    `range_m` (n,) float64 along the ray, inf for nothing (metres for unit directions; depth for directions with z = 1 in the
    camera); `instance` (n,) int32, -1 for nothing; `row` (n,) int32 as in the id image (the part's row of rigid things, the
    first row of skinned ones), 0 for nothing; `part` (n,) uint8; `triangle` (n,) int32 of its mesh; `barycentric` (n, 2)
    float32: weights of its second and third corner; `facing` (n,) float32: cosine between the triangle's normal and a unit
    direction back along the ray; `number` (n,) of each ray in `aim`.
    """

    range_m: FloatArray
    instance: IntArray
    row: IntArray
    part: ByteArray
    triangle: IntArray
    barycentric: Float32Array
    facing: Float32Array
    number: Indices
    aim: Aim

    @property
    def point_world_m(self) -> FloatArray:
        """Where they meet it, (n, 3) float64 in the world, nan for nothing."""
        ahead = picked(self.aim.directions, self.number)
        ahead *= np.where(self.instance >= 0, self.range_m, np.nan)[:, None]
        ahead += self.aim.origin_m
        return ahead

    @property
    def is_hit(self) -> BoolArray:
        """Which rays meet anything, (n,)."""
        found: BoolArray = self.instance >= 0
        return found

    def some(self, own: slice | Indices) -> Hits:
        """Give the hits of some of the rays."""
        arrays: dict[str, Any] = {f.name: getattr(self, f.name)[own] for f in fields(self) if f.name != "aim"}
        return Hits(**arrays, aim=self.aim)


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
        self.aims: dict[LidarScene, Aim] = {}
        """Beams of scanners in their own frames, kept as they are the same in every frame."""

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
        origin_m, directions = np.asarray(origin_world_m, np.float64), np.ascontiguousarray(directions_world, np.float64)
        found = self._find(frame, Aim(origin_m, directions), most)
        return self._hits(found, [np.arange(span.start, span.stop) for span in spans(len(directions))])

    def cast_returns(self, frame: int, aim: Aim, *, least: float, most: float) -> tuple[Indices, Hits]:
        """Find what rays from one point meet first, and keep those that meet something between two ranges.

        Args:
            frame: -1 .. frames.
            aim: the rays, in the world.
            least: nearer hits are left out, in lengths of the direction; what lies behind them stays hidden.
            most: how far to look.
        Returns:
            The numbers (k,) of those rays, rising, and their hits.
        """
        found = self._find(frame, aim, most)
        every = spans(len(found.along))
        kept = [np.flatnonzero((found.triangle[span] >= 0) & (found.along[span] >= least)) + span.start for span in every]
        return np.concatenate(kept), self._hits(found, kept)

    def _find(self, frame: int, aim: Aim, most: float) -> Found:
        """Find the triangles that rays meet first."""
        found, standing = Found(aim, min(most, FAR)), self.bodies.standing()
        if standing is not None:
            found.meet_all(standing)
        found.meet_each(self.bodies.others(frame, aim.origin_m, most))
        return found

    def move(self, hits: Hits, frame: int, then: int) -> FloatArray:
        """Give where the points that were hit at `frame` are at frame `then`, (n, 3) float64 in the world, nan for no hit."""
        points = hits.point_world_m
        instances = self.stage.instances
        is_skinned = np.concatenate([np.asarray(instances.is_skinned, np.bool_), [False]])[hits.instance]
        now, later = self.bodies.rows(frame), self.bodies.rows(then)
        moving = np.flatnonzero(self.moving_rows(frame, then)[hits.row] & ~is_skinned)
        for row in np.unique(hits.row[moving]).tolist():
            own = moving[hits.row[moving] == row]
            then_from_now = later[row] @ rigid_inverse(now[row])
            points[own] = turned(points[own], then_from_now[:3, :3]) + then_from_now[:3, 3]
        for i in np.unique(hits.instance[is_skinned]).tolist():
            own = np.flatnonzero(hits.instance == i)
            change = self.bodies.posed(then, i) - self.bodies.posed(frame, i)
            points[own] += _interpolated(change, self._faces(i, hits.triangle[own]), hits.barycentric[own])
        return points

    def moving_rows(self, frame: int, then: int) -> BoolArray:
        """Tell which rows, as hits name them, hold points that may move between two frames, (rows,)."""
        instances = self.stage.instances
        moves: BoolArray = (self.bodies.rows(frame) != self.bodies.rows(then)).any(axis=(1, 2))
        moves[instances.first_row[np.asarray(instances.is_skinned, np.bool_)]] = True
        return moves

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

    def _hits(self, found: Found, kept: Sequence[Indices]) -> Hits:
        """Work out the hits of some rays exactly, span by span."""
        ends = np.cumsum([len(own) for own in kept]).tolist()
        n = ends[-1]
        hits = Hits(
            range_m=np.empty(n), instance=np.empty(n, np.int32), row=np.empty(n, np.int32), part=np.empty(n, np.uint8),
            triangle=np.empty(n, np.int32), barycentric=np.empty((n, 2), np.float32), facing=np.empty(n, np.float32),
            number=np.concatenate(kept), aim=found.aim,
        )  # fmt: skip
        shared_out(
            lambda span: self._fill(hits.some(span[0]), found, span[1]),
            [(slice(end - len(own), end), own) for own, end in zip(kept, ends, strict=True)],
        )
        return hits

    def _fill(self, hits: Hits, found: Found, kept: Indices) -> None:
        """Write the hits of some rays, body by body."""
        number = np.take(found.body, kept)
        np.take(found.share, kept, axis=0, out=hits.barycentric, mode="clip")
        counts = np.bincount(number + 1, minlength=2)[1:]
        most_met = int(counts.argmax())

        # What most rays meet is worked out for all of them: cheaper than picking those that do meet it
        if counts[most_met]:
            triangles = np.where(number == most_met, np.take(found.triangle, kept), 0).astype(np.intp)
            self._write(hits, slice(None), found, most_met, kept, triangles)
        others = np.flatnonzero(number != most_met)
        for k in np.unique(number[others]).tolist():
            if k >= 0:
                own = others[number[others] == k]
                self._write(hits, own, found, k, kept[own], found.triangle[kept[own]])
        missed = others[number[others] < 0] if counts[most_met] else np.flatnonzero(number < 0)
        hits.range_m[missed], hits.facing[missed] = np.inf, 0
        hits.instance[missed], hits.row[missed], hits.part[missed], hits.triangle[missed] = -1, 0, 0, -1

    def _write(self, hits: Hits, at: slice | Indices, found: Found, number: int, rays: Indices, triangles: Indices) -> None:
        """Write the hits of rays on triangles of one body."""
        body, aim = found.bodies[number], found.aim
        turn, place = body.world_from_solid[:3, :3], body.world_from_solid[:3, 3]
        ahead = picked(aim.directions, rays)
        local = ahead if body.is_level else turned(ahead, turn.T)
        hits.range_m[at], hits.facing[at] = body.solid.exact(
            triangles, np.take(found.along, rays), (aim.origin_m - place) @ turn, local
        )
        hits.instance[at], hits.row[at], hits.triangle[at], hits.part[at] = body.named(triangles)


def _interpolated(values: FloatArray | Float32Array, corners: Indices, share: Float32Array) -> FloatArray:
    """Blend values of vertices (v, 3) over triangles with corners (n, 3), (n, 3) float64."""
    second, third = share[:, :1].astype(np.float64), share[:, 1:].astype(np.float64)
    blended: FloatArray = (
        values[corners[:, 0]] * (1 - second - third) + values[corners[:, 1]] * second + values[corners[:, 2]] * third
    )
    return blended
