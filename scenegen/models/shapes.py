"""Builders of plain shapes as meshes: quads, boxes, beams, tubes, turned and extruded bodies; uv in metres.

Faces are counter-clockwise seen from outside. Points are body-frame metres. A shape's `Finish` says what it is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scenegen.geometry import ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh, join, rigid_mesh

Point = Sequence[float] | FloatArray


@dataclass(frozen=True)
class Finish:
    """What a shape is made of: material name, part number, sRGB tint, and how open to the sky it is (255 = open)."""

    material: str
    part: int = 0
    tint: tuple[int, int, int] = (255, 255, 255)
    openness: int = 255


def finished_mesh(
    positions_m: FloatArray,
    normals: FloatArray,
    faces: npt.NDArray[np.integer],
    finish: Finish,
    *,
    uv: FloatArray | None = None,
) -> Mesh:
    """Make a rigid mesh of this finish."""
    mesh = rigid_mesh(
        positions_m, normals, np.asarray(faces, np.int32), material=MATERIAL[finish.material], part=finish.part, uv=uv,
        tint=finish.tint,
    )  # fmt: skip
    return mesh if finish.openness == 255 else shaded(mesh, np.full(len(mesh.tint), finish.openness))


def shaded(mesh: Mesh, openness: npt.NDArray[np.generic]) -> Mesh:
    """Give the mesh baked ambient occlusion, one value in 0..255 per vertex."""
    tint: ByteArray = mesh.tint.copy()
    tint[:, 3] = np.clip(openness, 0, 255).astype(np.uint8)
    return replace(mesh, tint=tint)


def quads(corners_m: FloatArray, finish: Finish) -> Mesh:
    """Make flat quads from their corners.

    Args:
        corners_m: (n, 4, 3), counter-clockwise seen from the front; u runs from corner 0 to 1, v from 0 to 3.
        finish: what they are made of.
    """
    corners = np.asarray(corners_m, np.float64).reshape(-1, 4, 3)
    normal = _unit(np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]))
    u_axis = _unit(corners[:, 1] - corners[:, 0])
    v_axis = _unit(np.cross(normal, u_axis))

    # Measure uv from the body's origin, so that neighbours in one plane continue each other's pattern
    uv = np.stack([np.einsum("nki,ni->nk", corners, u_axis), np.einsum("nki,ni->nk", corners, v_axis)], axis=-1)
    first = np.arange(len(corners))[:, None] * 4
    faces = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])])
    return finished_mesh(corners.reshape(-1, 3), np.repeat(normal, 4, axis=0), faces, finish, uv=uv.reshape(-1, 2))


def panel(corner_m: Point, along_m: Point, up_m: Point, finish: Finish) -> Mesh:
    """Make the parallelogram corner + s along + t up; its front is where along x up points."""
    o, a, b = (np.asarray(v, np.float64) for v in (corner_m, along_m, up_m))
    return quads(np.array([[o, o + a, o + a + b, o + b]]), finish)


_BOX_QUADS = np.array(
    [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [3, 2, 6, 7], [1, 3, 7, 5], [2, 0, 4, 6]]
)  # bottom, top, -y, +y, +x, -x; corner number = x + 2 y + 4 z
_BOX_SIDES = ("bottom", "top", "right", "left", "front", "back")


def box(low_m: Point, high_m: Point, finish: Finish, *, without: Sequence[str] = ()) -> Mesh:
    """Make an upright box; `without` names faces to leave out: bottom, top, right (-y), left, front (+x), back."""
    low, high = np.asarray(low_m, np.float64), np.asarray(high_m, np.float64)
    return _box_of(_box_corners(low, high), finish, without)


def beam(start_m: Point, end_m: Point, section_m: tuple[float, float], finish: Finish, *, up: Point = (0.0, 0.0, 1.0)) -> Mesh:
    """Make a straight beam between two points; section is (across, along `up`)."""
    start, end = np.asarray(start_m, np.float64), np.asarray(end_m, np.float64)
    forward = _unit(end - start)
    side = _unit(np.cross(np.asarray(up, np.float64), forward))
    corners = _box_corners(
        np.array([0.0, -section_m[0] / 2, -section_m[1] / 2]),
        np.array([float(np.linalg.norm(end - start)), section_m[0] / 2, section_m[1] / 2]),
    )
    return _box_of(corners @ np.array([forward, side, np.cross(forward, side)]) + start, finish, ())


def tube(
    path_m: FloatArray | Sequence[Point],
    radius_m: float | Sequence[float],
    finish: Finish,
    *,
    sides: int = 8,
    capped: bool = True,
) -> Mesh:
    """Make a round tube along a polyline.

    Args:
        path_m: (n, 3) points, no two neighbours equal.
        radius_m: one radius, or one per point.
        finish: what it is made of.
        sides: corners of the round section.
        capped: close both ends with discs.
    """
    path = np.asarray(path_m, np.float64)
    radii = np.broadcast_to(np.asarray(radius_m, np.float64), (len(path),))
    side, other, forward = _frames(path)
    angle = np.arange(sides + 1) * (2 * np.pi / sides)
    spokes = side[:, None] * np.cos(angle)[None, :, None] + other[:, None] * np.sin(angle)[None, :, None]
    rings = path[:, None] + spokes * radii[:, None, None]

    # Lean the normals by the taper, and run v along the tube
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    taper = np.gradient(radii, run)
    normals = _unit(spokes - forward[:, None] * taper[:, None, None])
    uv = np.stack(np.broadcast_arrays((angle[None, :] - np.pi) * radii[:, None], run[:, None]), axis=-1)
    walls = finished_mesh(
        rings.reshape(-1, 3), normals.reshape(-1, 3), _grid_faces(len(path), sides), finish, uv=uv.reshape(-1, 2)
    )
    if not capped:
        return walls
    return join([walls, disc_fan(rings[0, :-1][::-1], finish), disc_fan(rings[-1, :-1], finish)])


def lathe(profile_m: FloatArray | Sequence[Point], finish: Finish, *, sides: int = 16, sharp_rad: float = 0.6) -> Mesh:
    """Turn a profile about z.

    Args:
        profile_m: (n, 2) radius and z; walked upwards the outside is outside. Close it on the axis with radius 0.
        finish: what it is made of.
        sides: corners of the round section.
        sharp_rad: bends of the profile sharper than this get an edge.
    """
    profile = np.asarray(profile_m, np.float64)
    step: FloatArray = np.diff(profile, axis=0)
    normal_rz = _unit(np.stack([step[:, 1], -step[:, 0]], axis=1))
    angle = np.linspace(0.0, 2 * np.pi, sides + 1)
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(step, axis=1))])
    strips = []
    for i in range(len(step)):
        ends: list[FloatArray] = []
        for neighbour in (i - 1, i + 1):
            n: FloatArray = normal_rz[i]
            if 0 <= neighbour < len(step) and np.dot(n, normal_rz[neighbour]) > np.cos(sharp_rad):
                n = _unit(n + normal_rz[neighbour])
            ends.append(n)
        rz, n_rz = profile[i : i + 2], np.asarray(ends, np.float64)
        points, normals = _turned(rz, angle), _turned(n_rz, angle)
        uv = np.stack(np.broadcast_arrays((angle[None, :] - np.pi) * rz[:, :1], run[i : i + 2, None]), axis=-1)
        faces = _without_slivers(points, _grid_faces(2, sides))
        strips.append(finished_mesh(points, normals, faces, finish, uv=uv.reshape(-1, 2)))
    return join(strips)


def disc_fan(outline_m: FloatArray, finish: Finish) -> Mesh:
    """Fill a flat convex outline (n, 3), counter-clockwise seen from its front; uv as on a wall or floor."""
    outline = np.asarray(outline_m, np.float64)
    normal = _unit(np.cross(outline - outline[0], np.roll(outline, -1, axis=0) - outline[0]).sum(axis=0))
    u_axis = _unit(np.cross([0.0, 0.0, 1.0], normal)) if abs(normal[2]) < 0.99 else np.array([1.0, 0.0, 0.0])
    uv = np.stack([outline @ u_axis, outline @ np.cross(normal, u_axis)], axis=1)
    i = np.arange(1, len(outline) - 1)
    return finished_mesh(outline, np.tile(normal, (len(outline), 1)), np.stack([0 * i, i, i + 1], axis=1), finish, uv=uv)


def prism(outline_m: FloatArray | Sequence[Point], along_m: Point, finish: Finish, *, without_back: bool = False) -> Mesh:
    """Push a flat convex outline (n, 3) along a vector; the outline is counter-clockwise seen from where it is pushed to."""
    back = np.asarray(outline_m, np.float64)
    front = back + np.asarray(along_m, np.float64)
    following = np.roll(np.arange(len(back)), -1)
    walls = quads(np.stack([back, back[following], front[following], front], axis=1), finish)
    ends = [disc_fan(front, finish)] + ([] if without_back else [disc_fan(back[::-1], finish)])
    return join([walls, *ends])


def both_sides(mesh: Mesh) -> Mesh:
    """Add the back of a thin sheet: the same triangles seen from behind."""
    return join([mesh, replace(mesh, normals=-mesh.normals, faces=mesh.faces[:, ::-1].copy())])


def _unit(vectors: FloatArray) -> FloatArray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12))


def _box_corners(low: FloatArray, high: FloatArray) -> FloatArray:
    number = np.arange(8)
    pick = np.stack([number & 1, number >> 1 & 1, number >> 2 & 1], axis=1)
    return np.where(pick == 1, high, low)


def _box_of(corners: FloatArray, finish: Finish, without: Sequence[str]) -> Mesh:
    unknown = set(without) - set(_BOX_SIDES)
    if unknown:
        raise ValueError(f"a box has no face {sorted(unknown)}; its faces are {_BOX_SIDES}")
    kept = [i for i, name in enumerate(_BOX_SIDES) if name not in without]
    return quads(corners[_BOX_QUADS[kept]], finish)


def _frames(path: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give two cross axes and the direction at every point of a path, with no twist from one point to the next."""
    step = _unit(np.diff(path, axis=0))
    forward = _unit(np.concatenate([step[:1], step[:-1] + step[1:], step[-1:]]))
    side = np.empty_like(forward)
    start = np.eye(3)[int(np.argmin(np.abs(forward[0])))]
    for i, direction in enumerate(forward):
        start = _unit(start - direction * np.dot(start, direction))
        side[i] = start
    return side, np.cross(forward, side), forward


def _grid_faces(rows: int, columns: int) -> npt.NDArray[np.int64]:
    """Triangulate a grid of (rows) x (columns + 1) vertices whose columns turn counter-clockwise about the row direction."""
    first = (np.arange(rows - 1)[:, None] * (columns + 1) + np.arange(columns)).ravel()
    above = first + columns + 1
    return np.concatenate([np.stack([first, first + 1, above + 1], axis=1), np.stack([first, above + 1, above], axis=1)])


def _turned(rz: FloatArray, angle: FloatArray) -> FloatArray:
    r, z = rz[:, :1], rz[:, 1:]
    return np.stack(np.broadcast_arrays(r * np.cos(angle), r * np.sin(angle), z), axis=-1).reshape(-1, 3)


def _without_slivers(points: FloatArray, faces: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Drop triangles that have no area, such as those at the axis of a turned body."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    return np.asarray(faces[np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-12])
