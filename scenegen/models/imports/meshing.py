"""From foreign triangles to a `Mesh`: normals where there are none, joints, parts."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray, IntArray
from scenegen.models.imports.pieces import Piece
from scenegen.models.mesh import Mesh, join

joined = join


def skinned_mesh(
    piece: Piece, points: FloatArray, normals: FloatArray | Float32Array, bones: IntArray, weights: FloatArray,
    part_of_bone: IntArray,
) -> Mesh:  # fmt: skip
    """Give the mesh of a piece at other places (n, 3), moved by bones (n, 4) with weights (n, 4); each bone has its part."""
    n = len(points)
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    strongest = bones[np.arange(n), weights.argmax(axis=1)]
    return Mesh(
        positions_m=points.astype(np.float32), normals=(normals / np.where(length > 0, length, 1.0)).astype(np.float32),
        uv=np.zeros((n, 2), np.float32), tint=piece.tint.copy(), material=np.full(n, piece.material, np.uint8),
        part=part_of_bone[strongest].astype(np.uint8), joints=bones.astype(np.uint16), weights=weights.astype(np.float32),
        faces=piece.faces.astype(np.int32),
    )  # fmt: skip


def with_normals(piece: Piece) -> Piece:
    """Give a piece whose vertices have normals: one without gets flat faces, as glTF wants it."""
    if piece.normals is not None:
        return piece
    at = piece.faces.ravel()
    faces = np.arange(len(at), dtype=np.int32).reshape(-1, 3)
    bones = None if piece.bones is None else piece.bones[at]
    weights = None if piece.weights is None else piece.weights[at]
    return Piece(piece.points[at], np.zeros((len(at), 3)), faces, piece.tint[at], piece.material, piece.node, bones, weights)


def normals_of(piece: Piece) -> Float32Array:
    """Give unit normals, (n, 3): the file's own, or the mean of the faces round a vertex where it has none of any use."""
    corners = piece.points[piece.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(piece.points)
    for k in range(3):
        np.add.at(normals, piece.faces[:, k], across)
    if piece.normals is not None:
        length = np.linalg.norm(piece.normals, axis=1)
        good = np.isfinite(length) & (length > 1e-6)
        normals[good] = piece.normals[good]
    length = np.linalg.norm(normals, axis=1)
    normals[length == 0.0] = (0.0, 0.0, 1.0)
    return (normals / np.where(length > 0.0, length, 1.0)[:, None]).astype(np.float32)


def box_of(mesh: Mesh, body_from_rest: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the corners of the tight box of a mesh in one pose (joints, 4, 4)."""
    rest = np.concatenate([mesh.positions_m.astype(np.float64), np.ones((len(mesh.positions_m), 1))], axis=1)
    placing = np.einsum("nk,nkij->nij", mesh.weights.astype(np.float64), body_from_rest[mesh.joints])
    posed = np.einsum("nij,nj->ni", placing[:, :3], rest)
    return posed.min(axis=0), posed.max(axis=0)
