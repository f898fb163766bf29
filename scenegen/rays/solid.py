"""`Solid`: triangles in one frame that rays can meet, told apart as the renderer does: backs of opaque faces do not count.

Embree finds the triangle in float32; where on it the ray lands is then worked out from the triangle's plane in float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from embreex import mesh_construction, rtcore_scene
from embreex.rtcore import EmbreeDevice

from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, IntArray
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh
from scenegen.rays.turning import dotted

Indices: TypeAlias = npt.NDArray[np.integer[Any]]

FAR = 1e30
"""Reach of a ray without a limit: float32 holds it and its square stays out of use."""
LEAF_CUT = 0.45
"""Coverage below this is a hole: the same number as in `leaf_mask.glsl`."""

_STEP_M, _STEP_SHARE = 1e-5, 1e-6
"""How far behind a face that does not count a ray goes on: a share of the way, and never less than the first."""
_MOST_STEPS = 64
"""Faces that do not count which one ray may pass; the step doubles after half of them, so every ray ends."""
_TRUST = 1e-3
"""Share of the way by which the plane may differ from Embree's hit: only for needles seen along their edge it is more."""
_CUT_OUT: BoolArray = np.array([material.alpha_tested for material in MATERIALS])


@dataclass(frozen=True, eq=False)
class Meeting:
    """First faces that rays meet: `along` (n,) float32 in lengths of the ray's direction, `triangle` (n,) int32, -1 for
    none, `share` (n, 2) float32: weights of the triangle's second and third corner."""

    along: Float32Array
    triangle: Indices
    share: Float32Array


class Solid:
    """Triangles with an Embree scene around them, in the frame of their vertices.

    `vertices_m` (v, 3) float64; `faces` (m, 3); `face` (m,) numbers of the triangles in their mesh; `leaf_uv` (m, 3, 2) of the
    faces that `is_leaf` says are cut out by `coverage` (size, size) uint8, None when there are none.
    """

    def __init__(
        self, device: EmbreeDevice, vertices_m: FloatArray, faces: Indices, *, is_leaf: BoolArray | None = None,
        uv: Float32Array | None = None, coverage: ByteArray | None = None,
    ) -> None:  # fmt: skip
        self.vertices_m, self.faces = vertices_m, np.ascontiguousarray(faces, np.int32)
        self._scene: Any = rtcore_scene.EmbreeScene(device, robust=True)
        mesh_construction.TriangleMesh(self._scene, vertices_m.astype(np.float32), self.faces)
        self._is_leaf = is_leaf if is_leaf is not None and is_leaf.any() else None
        self._uv, self._coverage = uv, coverage
        self._planes: FloatArray | None = None

    def settle(self) -> None:
        """Build the tree and the planes of all triangles now, for solids that many rays meet, and two threads at once."""
        nowhere = np.zeros((1, 3), np.float32)
        self._scene.run(nowhere, nowhere + 1, dists=np.zeros(1, np.float32))
        self._planes = _planes(self.vertices_m[self.faces])

    def planes(self, triangles: Indices) -> FloatArray:
        """Give unit normals and distances from the origin of some triangles, (n, 4) float64."""
        if self._planes is not None:
            return np.take(self._planes, triangles, axis=0)
        return _planes(self.vertices_m[self.faces[triangles]])

    def meet(self, origins_m: Float32Array, directions: Float32Array, most: Float32Array) -> Meeting:
        """Find the first face that counts on every ray.

        Args:
            origins_m: (n, 3) float32 in the solid's frame.
            directions: (n, 3) float32 of any length.
            most: (n,) float32, how far to look, in lengths of the direction.
        Returns:
            Meetings; `along` is `most` where nothing is met.
        """
        found = self._scene.run(origins_m, directions, dists=most.copy(), output=1)
        along, triangle = found["tfar"], found["primID"]
        share = np.empty((len(along), 2), np.float32)
        share[:, 0], share[:, 1] = found["u"], found["v"]
        again = np.flatnonzero(~self._counts(triangle, share, found["Ng"], directions))
        step, passed = _STEP_M, 0
        while len(again) and passed < _MOST_STEPS:
            ahead = directions[again]
            length = np.sqrt(np.einsum("ni,ni->n", ahead, ahead))
            skip = along[again] + np.maximum(np.float32(step) / length, along[again] * np.float32(_STEP_SHARE))
            left = np.asarray(most[again] - skip, np.float32)
            found = self._scene.run(origins_m[again] + skip[:, None] * ahead, ahead, dists=np.maximum(left, 0), output=1)
            along[again] = np.where(found["primID"] >= 0, skip + found["tfar"], most[again])
            triangle[again], share[again, 0], share[again, 1] = found["primID"], found["u"], found["v"]
            again = again[~self._counts(found["primID"], share[again], found["Ng"], ahead)]
            passed += 1
            step = step * 2 if passed > _MOST_STEPS // 2 else step
        triangle[again], along[again] = -1, most[again]
        return Meeting(along, triangle, share)

    def _counts(self, triangle: IntArray, share: Float32Array, across: Float32Array, directions: Float32Array) -> BoolArray:
        """Tell which hits are real: fronts of opaque faces, leaves of either side where they are no hole, and misses."""
        counts: BoolArray = dotted(across, directions) < 0
        counts |= triangle < 0
        if self._is_leaf is not None and self._uv is not None and self._coverage is not None:
            leaf = np.flatnonzero(np.take(self._is_leaf, triangle, mode="clip") & (triangle >= 0))
            if not len(leaf):
                return counts
            corners = self._uv[self.faces[triangle[leaf]]]
            second, third = share[leaf, :1], share[leaf, 1:]
            uv = corners[:, 0] * (1 - second - third) + corners[:, 1] * second + corners[:, 2] * third
            size = np.array(self._coverage.shape[::-1])
            texel = np.minimum(((uv - np.floor(uv)) * size).astype(np.int64), size - 1)
            counts[leaf] = self._coverage[texel[:, 1], texel[:, 0]] >= LEAF_CUT * 255
        return counts

    def exact(
        self, triangles: Indices, roughly: Float32Array, origin_m: FloatArray, directions: FloatArray
    ) -> tuple[FloatArray, Float32Array]:
        """Work out where rays from one point meet the planes of triangles.

        Args:
            triangles: (n,) one for each ray.
            roughly: (n,) what Embree found, in lengths of the direction.
            origin_m: (3,) in the solid's frame.
            directions: (n, 3) in the solid's frame.
        Returns:
            How far along the ray, (n,) float64, and the cosine between ray and normal for unit directions, (n,).
        """
        planes = self.planes(triangles)
        closing = dotted(planes[:, :3], directions)
        along = planes[:, 3] - dotted(planes[:, :3], origin_m)
        with np.errstate(divide="ignore", invalid="ignore"):
            along /= closing
            off = along - roughly
            wild = np.flatnonzero(~(np.abs(off, out=off) <= _TRUST * roughly))
        along[wild] = roughly[wild]
        return along, np.abs(closing, out=closing).astype(np.float32)


def is_cut_out(mesh: Mesh) -> BoolArray:
    """Tell which faces of a mesh are leaf cards, (m,)."""
    found: BoolArray = _CUT_OUT[mesh.material[mesh.faces[:, 0]]]
    return found


def _planes(corners_m: FloatArray) -> FloatArray:
    """Give unit normals and distances of triangles (n, 3, 3), (n, 4); zeros for those without area."""
    normal = np.cross(corners_m[:, 1] - corners_m[:, 0], corners_m[:, 2] - corners_m[:, 0])
    length = np.sqrt(np.einsum("ni,ni->n", normal, normal))[:, None]
    normal /= np.where(length > 0, length, 1.0)
    return np.concatenate([normal, np.einsum("ni,ni->n", normal, corners_m[:, 0])[:, None]], axis=1)
