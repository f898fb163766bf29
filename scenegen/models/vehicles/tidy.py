"""Thin out an imprinted skin: take away vertices that its form and its outlines do not need."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.vehicles.mending import creased_normals, stitched
from scenegen.models.vehicles.skin import IndexArray, Skin

_WELD_M = 2e-4
_ROUNDS = 14
_OUTLINE_SHARE = 0.35
"""Outlines bend by this share of the tolerance at most each round; rounds add up, and corners would be worn off."""


def tidied(skin: Skin, *, tolerance_m: float, crease_rad: float | None = None) -> Skin:
    """Give the skin with needless vertices moved onto a neighbour.

    A vertex inside one material goes when a neighbour lies within the tolerance of the planes round it; a vertex on an
    outline (a border between materials, or an open border) only slides along it, and only where the outline is straight to
    within the tolerance. Borders between materials stay closed. Normals stay those of the skin, which is right while
    triangles are small; with a crease angle they are made anew from the faces that are left.
    """
    points, normals, faces, materials = welded(skin)
    faces, materials = stitched(points, faces, materials)
    for turn in range(_ROUNDS):
        before = len(faces)
        faces, materials = _thinned(points, faces, materials, tolerance_m, turn)
        if turn > 2 and len(faces) > 0.99 * before:
            break
    corner_normals = normals[faces] if crease_rad is None else creased_normals(points, faces, crease_rad=crease_rad)
    return Skin(np.concatenate([points[faces], corner_normals], axis=2), materials)


def welded(skin: Skin) -> tuple[FloatArray, FloatArray, IndexArray, ByteArray]:
    """Give shared points, their normals, faces and materials."""
    flat = skin.corners.reshape(-1, 6)
    cells = np.rint(flat[:, :3] / _WELD_M).astype(np.int64)
    cells -= cells.min(0)
    key = (cells[:, 0] << 40) + (cells[:, 1] << 20) + cells[:, 2]
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    faces = inverse.reshape(-1, 3)
    a, b, c = faces.T
    whole = (a != b) & (b != c) & (a != c)
    return flat[first, :3], flat[first, 3:], faces[whole], skin.materials[whole]


def _thinned(
    points: FloatArray, faces: IndexArray, materials: ByteArray, tolerance_m: float, turn: int
) -> tuple[IndexArray, ByteArray]:
    """Take away one independent set of vertices: no two of them share a face."""
    n = len(points)
    normal, plane = _planes(points, faces)
    start, end = faces.ravel(), np.roll(faces, -1, 1).ravel()
    is_outline, outline_count = _outlines(start, end, np.repeat(materials, 3), n)
    # Every directed edge is a wish to move `start` onto `end`; both ways, outline edges from an open side too.
    start, end = np.concatenate([start, end]), np.concatenate([end, start])
    is_outline = np.concatenate([is_outline, is_outline])
    quadric = _quadrics(faces, normal, plane, n)
    target = np.concatenate([points, np.ones((n, 1))], 1)[end]
    error = np.einsum("ei,eij,ej->e", target, quadric[start], target, optimize=True)
    is_straight = _is_straight(points, start, end, is_outline, n, _OUTLINE_SHARE * tolerance_m)
    slides = is_outline & (outline_count[start] == 2) & is_straight
    allowed = (error < tolerance_m**2) & ((outline_count[start] == 0) | slides)
    start, end = start[allowed], end[allowed]
    # One wish for each vertex, another one each round.
    length = np.linalg.norm(points[end] - points[start], axis=1)
    score = length * (1 + (start * 31 + end * 17 + turn * 29) % 7)
    order = np.lexsort((score, start))
    mover, first = np.unique(start[order], return_index=True)
    goal = np.full(n, -1)
    goal[mover] = end[order][first]
    goal[_would_fold(points, faces, normal, goal)] = -1
    # Shorter moves first among those that share a face.
    rank = np.full(n, np.inf)
    movers = np.flatnonzero(goal >= 0)
    rank[movers] = np.linalg.norm(points[goal[movers]] - points[movers], axis=1) + movers * 1e-9
    least = np.full(n, np.inf)
    np.minimum.at(least, faces.ravel(), np.repeat(rank[faces].min(1), 3))
    accepted = np.isfinite(rank) & (rank <= least)
    final = np.where(accepted, goal, np.arange(n))
    moved = final[faces]
    a, b, c = moved.T
    whole = (a != b) & (b != c) & (a != c)
    return moved[whole], materials[whole]


def _planes(points: FloatArray, faces: IndexArray) -> tuple[FloatArray, FloatArray]:
    """Give unit normals of faces and their planes' offsets."""
    a, b, c = points[faces[:, 0]], points[faces[:, 1]], points[faces[:, 2]]
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-15)
    return normal, -(normal * a).sum(1)


def _quadrics(faces: IndexArray, normal: FloatArray, plane: FloatArray, n: int) -> FloatArray:
    """Give for each vertex the sum of squared distances to its faces' planes, as (n, 4, 4)."""
    row = np.concatenate([normal, plane[:, None]], 1)
    outer = (row[:, :, None] * row[:, None, :]).reshape(-1, 16)
    corner = faces.ravel()
    columns = [np.bincount(corner, weights=np.repeat(outer[:, i], 3), minlength=n) for i in range(16)]
    total: FloatArray = np.stack(columns, 1).astype(np.float64)
    return total.reshape(n, 4, 4)


def _outlines(start: IndexArray, end: IndexArray, material: ByteArray, n: int) -> tuple[BoolArray, IndexArray]:
    """Say of each face's edge whether it is an outline, and count outline edges at each vertex."""
    key = np.minimum(start, end) * n + np.maximum(start, end)
    edges, index, count = np.unique(key, return_inverse=True, return_counts=True)
    low = np.full(len(edges), 255)
    high = np.zeros(len(edges), int)
    np.minimum.at(low, index, material)
    np.maximum.at(high, index, material)
    outline = (count != 2) | (low != high)
    ends = np.concatenate([edges[outline] // n, edges[outline] % n])
    return outline[index], np.bincount(ends, minlength=n)


def _is_straight(
    points: FloatArray, start: IndexArray, end: IndexArray, is_outline: BoolArray, n: int, tolerance_m: float
) -> BoolArray:
    """Say of each wish whether `start` lies on the straight line between its two outline neighbours."""
    high, low = np.full(n, -1), np.full(n, n)
    np.maximum.at(high, start[is_outline], end[is_outline])
    np.minimum.at(low, start[is_outline], end[is_outline])
    a, b = points[np.clip(low, 0, n - 1)], points[np.clip(high, 0, n - 1)]
    run = b - a
    run /= np.maximum(np.linalg.norm(run, axis=1, keepdims=True), 1e-12)
    off = points - a
    along = (off * run).sum(1)
    bend = np.linalg.norm(off - along[:, None] * run, axis=1)
    between = (along > 0) & (along < np.linalg.norm(b - a, axis=1))
    return np.asarray(((bend < tolerance_m) & between)[start])


def _would_fold(points: FloatArray, faces: IndexArray, normal: FloatArray, goal: IndexArray) -> BoolArray:
    """Say of each vertex whether its move would turn a face over or leave a sliver."""
    fold = np.zeros(len(points), bool)
    for corner in range(3):
        here = faces[:, corner]
        face = np.flatnonzero(goal[here] >= 0)
        others = faces[face][:, [(corner + 1) % 3, (corner + 2) % 3]]
        to = goal[here[face]]
        stays = (others != to[:, None]).all(1)
        face, others, to = face[stays], others[stays], to[stays]
        a, b, c = points[to], points[others[:, 0]], points[others[:, 1]]
        turned = np.cross(b - a, c - a)
        size = np.linalg.norm(turned, axis=1)
        longest = np.linalg.norm(np.stack([c - b, b - a, c - a]), axis=2).max(0)
        bad = ((turned * normal[face]).sum(1) < 0.5 * size) | (size < 0.012 * longest**2)
        fold[here[face[bad]]] = True
    return fold
