"""Road-shaped pieces as meshes: patches in (s, t) coordinates, gathered by chunks along the road.

A chunk's vertices lie in a frame of its own beside the road, so single precision holds a street five kilometres from
the origin to a hundredth of a millimetre.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scenegen.geometry import ByteArray, FloatArray, pose, rigid_inverse
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh, join, rigid_mesh
from scenegen.roads.network import RoadNetwork

CHUNK_M = 32.0  # short enough that culling helps, long enough that a street has a hundred surfaces, not a thousand
CHORD_ERROR_M = 0.008  # the most that a straight edge may cut a curve; the house rule is 1 cm
LONGEST_STEP_M = 16.0  # on straight roads

Tint = tuple[int, int, int]
WHITE: Tint = (255, 255, 255)


@dataclass(frozen=True, eq=False)
class Surface:
    """One piece of ground of one class; mesh vertices are relative to `world_from_mesh` (4, 4) float64.

    Of a map's lanes and their paint `lane` says which they are: road, lane section and OpenDRIVE lane.
    """

    name: str
    class_name: str
    mesh: Mesh
    world_from_mesh: FloatArray
    lane: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Profile:
    """A cut across the road: points of rising t with height z and a slope share 0 (level) .. 1 (upright, facing the road)."""

    t: tuple[float, ...]
    z: tuple[float, ...]
    material: str
    tint: Tint = WHITE
    slope: tuple[float, ...] = ()
    is_planar: bool = False
    """Texture by ground position instead of along the road: for grass, which meets other grass."""
    tints: tuple[Tint, ...] = ()
    """One for each point, in place of `tint`: dirt that gathers along an edge."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Vertices (n,) in road coordinates with normals across and up, and faces (m, 3)."""

    s: FloatArray
    t: FloatArray
    z: FloatArray
    normal_t: FloatArray
    faces: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    material: str
    tint: Tint | ByteArray = WHITE
    """One, or one for each vertex (n, 3)."""
    is_planar: bool = False


def chunk_breaks(network: RoadNetwork) -> list[tuple[float, float]]:
    """Cut the drawn road at whole multiples of the chunk length; a longer road keeps its beginning."""
    low, high = network.drawn_s
    inner = np.arange(math.floor(low / CHUNK_M) + 1, math.ceil(high / CHUNK_M)) * CHUNK_M
    edges = [low, *inner.tolist(), high]
    return list(pairwise(edges))


def stations(network: RoadNetwork, s_from: float, s_to: float, reach_m: float) -> FloatArray:
    """Give s from one value to another, close enough that edges up to `reach_m` beside the road keep the chord error."""
    k = abs(float(network.curvature(np.array(0.5 * (s_from + s_to)))))
    step = LONGEST_STEP_M
    if k > 0.0:
        step = min(step, math.sqrt(8.0 * CHORD_ERROR_M / (k * (1.0 + k * reach_m))))
    return np.linspace(s_from, s_to, max(1, math.ceil((s_to - s_from) / step - 1e-9)) + 1)


def ribbon(s: FloatArray, profile: Profile) -> Patch:
    """Sweep a profile along stations: (stations x points) vertices, two triangles a cell, facing up and to the road."""
    rows, columns = len(s), len(profile.t)
    t = np.asarray(profile.t)
    slope = np.asarray(profile.slope) if profile.slope else np.zeros(columns)
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = (corner.ravel() for corner in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    return Patch(
        np.repeat(s, columns), np.tile(t, rows), np.tile(np.asarray(profile.z), rows), np.tile(-np.sign(t) * slope, rows),
        faces, profile.material, np.tile(np.array(profile.tints, np.uint8), (rows, 1)) if profile.tints else profile.tint,
        profile.is_planar,
    )  # fmt: skip


def disc(s: float, t: float, z: float, radius_m: float, *, material: str, tint: Tint) -> Patch:
    """Make a flat disc of sixteen sides on the road."""
    angle = np.arange(16) * (2 * np.pi / 16)
    faces = np.stack([np.zeros(14, np.int64), np.arange(1, 15), np.arange(2, 16)], 1)
    return Patch(
        s + radius_m * np.cos(angle), t + radius_m * np.sin(angle), np.full(16, z), np.zeros(16), faces, material, tint
    )


def surface_of(
    network: RoadNetwork, name: str, class_name: str, patches: Sequence[Patch], *, chunk: tuple[float, float]
) -> Surface:
    """Bring the patches of one chunk into one mesh in the chunk's own frame."""
    x, y, _, heading = network.frame(np.array([0.5 * (chunk[0] + chunk[1])]), np.zeros(1))[0]
    world_from_mesh = pose(x, y, 0.0, yaw=heading)
    meshes = [_patch_mesh(network, patch, world_from_mesh) for patch in patches]
    return Surface(name, class_name, join(meshes), world_from_mesh)


def _patch_mesh(network: RoadNetwork, patch: Patch, world_from_mesh: FloatArray) -> Mesh:
    """One patch in a chunk's frame; the subtraction is in float64."""
    frame = network.frame(patch.s, patch.t)
    mesh_from_world = rigid_inverse(world_from_mesh)
    world = np.stack([frame[:, 0], frame[:, 1], patch.z], axis=1)
    local = (world - world_from_mesh[:3, 3]) @ mesh_from_world[:3, :3].T
    across = np.stack([-np.sin(frame[:, 3]), np.cos(frame[:, 3]), np.zeros(len(frame))], axis=1)
    normal_world = across * patch.normal_t[:, None]
    normal_world[:, 2] = np.sqrt(1.0 - patch.normal_t**2)
    uv = planar_uv(network, world) if patch.is_planar else np.stack([patch.s, patch.t], axis=1)
    return rigid_mesh(
        local, normal_world @ mesh_from_world[:3, :3].T, patch.faces, material=MATERIAL[patch.material], uv=uv, tint=patch.tint
    )


def planar_uv(network: RoadNetwork, world_m: FloatArray) -> FloatArray:
    """Texture coordinates by ground position, metres from the road's beginning, (n, 2)."""
    start = network.frame(np.zeros(1), np.zeros(1))[0]
    return np.asarray(world_m[:, :2] - start[:2], np.float64)
