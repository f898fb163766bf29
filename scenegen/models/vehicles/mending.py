"""Mend an imprinted skin: split edges that end on another edge's middle, and let normals follow what thinning left."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.spatial import cKDTree

from scenegen.geometry import ByteArray, FloatArray
from scenegen.models.vehicles.forms import unit
from scenegen.models.vehicles.skin import IndexArray

_ON_EDGE_M = 4e-4
"""A vertex this near to an open edge lies on it; twice the distance below which vertices are welded."""
_ROUNDS = 4


def stitched(points_m: FloatArray, faces: IndexArray, materials: ByteArray) -> tuple[IndexArray, ByteArray]:
    """Give faces and materials with no vertex in the middle of a neighbour's edge.

    An imprint cuts only the triangles it may touch, so a cut can end at an edge whose other side was left whole; thinning
    out would then pull the two sides apart and daylight would show through.
    """
    for _ in range(_ROUNDS):
        corners = _open_corners(faces)
        if not len(corners):
            break
        pieces = _split_faces(points_m, faces, corners)
        if not pieces:
            break
        whole = np.ones(len(faces), bool)
        whole[list(pieces)] = False
        parts = [(piece, index) for index, split in pieces.items() for piece in split]
        faces = np.concatenate([faces[whole], np.array([piece for piece, _ in parts], faces.dtype)])
        materials = np.concatenate([materials[whole], materials[[index for _, index in parts]]])
    return faces, materials


def _open_corners(faces: IndexArray) -> IndexArray:
    """Give (n, 2) face and corner of each edge, from that corner to the next, that only one face has."""
    n = int(faces.max()) + 1
    start, end = faces.ravel(), np.roll(faces, -1, 1).ravel()
    _, index, count = np.unique(np.minimum(start, end) * n + np.maximum(start, end), return_inverse=True, return_counts=True)
    is_open = np.flatnonzero(count[index.ravel()] == 1)
    return np.stack([is_open // 3, is_open % 3], axis=1)


def _split_faces(points_m: FloatArray, faces: IndexArray, corners: IndexArray) -> dict[int, list[tuple[int, int, int]]]:
    """Give, for each face with a vertex on one of its open edges, the triangles to put in its place; one edge a round."""
    rim = np.unique(np.concatenate([faces[corners[:, 0], corners[:, 1]], faces[corners[:, 0], (corners[:, 1] + 1) % 3]]))
    tree = cKDTree(points_m[rim])
    a, b, c = (faces[corners[:, 0], (corners[:, 1] + k) % 3] for k in range(3))
    run = points_m[b] - points_m[a]
    length = np.linalg.norm(run, axis=1)
    found = tree.query_ball_point((points_m[a] + points_m[b]) / 2, length / 2)
    edge = np.repeat(np.arange(len(corners)), [len(near) for near in found])
    near = rim[np.concatenate([np.asarray(indices, np.intp) for indices in found])]

    # Keep the vertices that lie on their edge, between its ends
    way = (run / length[:, None])[edge]
    off = points_m[near] - points_m[a[edge]]
    along = (off * way).sum(1)
    beside = np.linalg.norm(off - along[:, None] * way, axis=1)
    is_on = (beside < _ON_EDGE_M) & (along > _ON_EDGE_M) & (along < length[edge] - _ON_EDGE_M) & (near != c[edge])
    edge, near, along = edge[is_on], near[is_on], along[is_on]
    pieces: dict[int, list[tuple[int, int, int]]] = {}
    for i in np.unique(edge).tolist():
        face = int(corners[i, 0])
        if face not in pieces:
            on = edge == i
            path = [int(a[i]), *near[on][np.argsort(along[on], kind="stable")].tolist(), int(b[i])]
            pieces[face] = [(p, q, int(c[i])) for p, q in itertools.pairwise(path)]
    return pieces


def creased_normals(points_m: FloatArray, faces: IndexArray, *, crease_rad: float) -> FloatArray:
    """Give corner normals (m, 3, 3): the mean of the faces round a vertex, by area, that bend less than the crease.

    On the centre line, y = 0, normals lie in its plane, so that the mirrored half continues them.
    """
    a, b, c = (points_m[faces[:, k]] for k in range(3))
    area = np.cross(b - a, c - a)
    flat = unit(area)
    corner_vertex = faces.ravel()
    order = np.argsort(corner_vertex, kind="stable")
    count = np.bincount(corner_vertex)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])

    # Pair every corner with every corner at the same vertex
    reach = count[corner_vertex]
    here = np.repeat(np.arange(len(corner_vertex)), reach)
    step = np.arange(len(here)) - np.repeat(np.cumsum(reach) - reach, reach)
    there = order[first[corner_vertex[here]] + step] // 3
    bends = (flat[here // 3] * flat[there]).sum(1) < np.cos(crease_rad)
    share = np.where(bends[:, None], 0.0, area[there])
    total = np.stack([np.bincount(here, weights=share[:, axis], minlength=len(corner_vertex)) for axis in range(3)], 1)
    total[np.abs(points_m[corner_vertex, 1]) < _ON_EDGE_M, 1] = 0.0
    return unit(total.astype(float)).reshape(-1, 3, 3)
