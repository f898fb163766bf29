"""From skins to a `Mesh`: joints, parts, baked openness to the sky, shared vertices, exact size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import ByteArray, Float32Array
from scenegen.models.materials import MATERIAL, MATERIALS
from scenegen.models.mesh import Mesh
from scenegen.models.vehicles.forms import unit
from scenegen.models.vehicles.skin import Skin

PARTS = (
    "body", "glass", "trim", "underbody", "head_lamp", "tail_lamp", "brake_lamp", "indicator_left", "indicator_right",
    "plate", "mirror", "wheel", "cargo", "beacon", "reverse_lamp", "seat",
)  # fmt: skip
"""Part names of every vehicle."""
_PART_OF_MATERIAL = {
    "paint": "body", "glass": "glass", "lens": "head_lamp", "head_lamp": "head_lamp", "tail_lamp": "tail_lamp",
    "brake_lamp": "brake_lamp", "reverse_lamp": "reverse_lamp", "plate": "plate", "beacon": "beacon", "seat": "seat",
    "gloss_black": "body", "livery_white": "body", "livery_blue": "body", "livery_red": "body", "livery_yellow": "body",
}  # fmt: skip


_SEAM_TINT = 96
"""sRGB of what panel gaps leave of the paint: a shadow of its colour, not ink."""
_LEAST_AREA_M2 = 1e-8
"""Triangles below have no plane in float32."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A skin with the joint it hangs on and the part it is; "" reads the part off each triangle's material."""

    skin: Skin
    joint: int = 0
    part: str = ""


def fitted_to(pieces: list[Piece], size_m: tuple[float, float, float]) -> list[Piece]:
    """Stretch body and doors, given without wheels, so that they fill the box exactly; mirrors do not count.

    The body was built to within a few millimetres already.
    """
    counted = np.concatenate([p.skin.corners[..., :3].reshape(-1, 3) for p in pieces if p.part != "mirror"])
    low, high = counted.min(0), counted.max(0)
    scale = np.array([size_m[0] / (high[0] - low[0]), size_m[1] / (high[1] - low[1]), size_m[2] / high[2]])
    shift = np.array([-(low[0] + high[0]) / 2, -(low[1] + high[1]) / 2, 0.0])
    fitted = []
    for piece in pieces:
        corners = piece.skin.corners.copy()
        corners[..., :3] = (corners[..., :3] + shift) * scale
        corners[..., 3:] = unit(corners[..., 3:] / scale)
        fitted.append(Piece(Skin(corners, piece.skin.materials), piece.joint, piece.part))
    return fitted


def mesh_of(pieces: list[Piece], *, height_m: float) -> Mesh:
    """Join pieces to a mesh whose equal corners are shared."""
    corners = np.concatenate([p.skin.corners for p in pieces]).astype(np.float32)
    material = np.concatenate([p.skin.materials for p in pieces])
    part = np.concatenate([_parts_of(p) for p in pieces])
    joint = np.concatenate([np.full(len(p.skin.corners), p.joint, np.uint8) for p in pieces])
    a, b, c = np.moveaxis(corners[..., :3], 1, 0)
    solid = np.linalg.norm(np.cross(b - a, c - a), axis=1) > _LEAST_AREA_M2
    corners, material, part, joint = corners[solid], material[solid], part[solid], joint[solid]
    corners = _facing_out(corners)
    # A vertex is shared by corners that agree in place, normal, material, part and joint.
    flat = corners.reshape(-1, 6)
    keys = np.empty((len(flat), 9), np.int32)
    keys[:, :3] = np.rint(flat[:, :3] * 2e4)
    keys[:, 3:6] = np.rint(flat[:, 3:] * 100)
    keys[:, 6:] = np.repeat(np.stack([material, part, joint], 1), 3, axis=0)
    packed = np.ascontiguousarray(keys).view(np.dtype((np.void, keys.dtype.itemsize * 9))).ravel()
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    faces = inverse.reshape(-1, 3)
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (a != c)]
    points, normals = flat[first, :3], unit(flat[first, 3:]).astype(np.float32)
    n = len(first)
    weights = np.zeros((n, 4), np.float32)
    weights[:, 0] = 1.0
    joints = np.zeros((n, 4), np.uint16)
    joints[:, 0] = np.repeat(joint, 3)[first]
    tint = _tints(points, normals, height_m)
    material = np.repeat(material, 3)[first]
    tint[material == MATERIAL["seam"], :3] = _SEAM_TINT
    return Mesh(
        positions_m=points,
        normals=normals,
        uv=np.zeros((n, 2), np.float32),
        tint=tint,
        material=material,
        part=np.repeat(part, 3)[first],
        joints=joints,
        weights=weights,
        faces=faces.astype(np.int32),
    )


def _facing_out(corners: Float32Array) -> Float32Array:
    """Give small triangles whose smooth normals lean over to their back the normal of their own plane."""
    a, b, c = np.moveaxis(corners[..., :3], 1, 0)
    flat = np.cross(b - a, c - a)
    leans = (corners[..., 3:].mean(1) * flat).sum(1) < 0.2 * np.linalg.norm(flat, axis=1)
    corners[leans, :, 3:] = unit(flat[leans])[:, None]
    return corners


def _parts_of(piece: Piece) -> ByteArray:
    """Give the part row of each triangle."""
    if piece.part:
        return np.full(len(piece.skin.corners), PARTS.index(piece.part), np.uint8)
    table = np.array([PARTS.index(_PART_OF_MATERIAL.get(m.name, "trim")) for m in MATERIALS], np.uint8)
    parts = table[piece.skin.materials]
    is_indicator = piece.skin.materials == [m.name for m in MATERIALS].index("indicator")
    is_left = piece.skin.corners[:, :, 1].mean(1) > 0
    parts[is_indicator & is_left] = PARTS.index("indicator_left")
    parts[is_indicator & ~is_left] = PARTS.index("indicator_right")
    return parts


def _tints(points_m: Float32Array, normals: Float32Array, height_m: float) -> ByteArray:
    """Give white tints whose alpha is how much of the sky a point near the ground sees."""
    tints = np.full((len(points_m), 4), 255, np.uint8)
    up = np.clip(points_m[:, 2] / (0.4 * height_m), 0, 1)
    looks_down = np.clip(-normals[:, 2], 0, 1)
    openness = (0.62 + 0.38 * up) * (1 - 0.55 * looks_down * (1 - 0.5 * up))
    tints[:, 3] = np.rint(255 * openness)
    return tints
