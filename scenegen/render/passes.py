"""`Passes`: the pixel buffers of one frame, as they come from the renderer. Plain numpy; no GL here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import ByteArray, Float32Array

U16Array = np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
U32Array = np.ndarray[tuple[int, ...], np.dtype[np.uint32]]

FLOW_VALID, FLOW_HIDDEN, FLOW_OUT, FLOW_SKY = 1, 2, 4, 8
"""Bits of the flow states: has flow; hidden at the other time by something nearer; out of frame there; sky."""


@dataclass(frozen=True, eq=False)
class Silhouette:
    """What one object covers when drawn alone, cut at the near plane.

    `inside_px` pixels inside the image; `total_px` pixels on a canvas that holds all of it (equal when nothing is outside);
    `box_px` (left, top, right, bottom) inclusive, inside the image, or None when no pixel is inside.
    """

    object_id: int
    inside_px: int
    total_px: float
    box_px: tuple[int, int, int, int] | None


@dataclass(frozen=True, eq=False)
class Passes:
    """Buffers of one frame, all (H, W, ...), rows from the top.

    z_m float32, 0 = sky; normal_oct (H, W, 2) uint16, octahedral cam-frame normals; row uint16 rows of the transform table
    (first row of the instance for skinned things), 0 = sky; part uint8; flow_px (H, W, 4) float32: forward u v, backward u v;
    dz_m (H, W, 2) float32: change of camera z to the next and previous frame; state (H, W, 2) uint8 bits `FLOW_*`;
    rgb uint8 sRGB or None for labels only.
    """

    frame: int
    z_m: Float32Array
    normal_oct: U16Array
    row: U16Array
    part: ByteArray
    flow_px: Float32Array
    dz_m: Float32Array
    state: ByteArray
    rgb: ByteArray | None
    silhouettes: tuple[Silhouette, ...]


def decode_normals(normal_oct: U16Array) -> Float32Array:
    """Give unit cam-frame normals (H, W, 3) float32 from their octahedral code (H, W, 2) uint16 (sky: arbitrary)."""
    e = normal_oct.astype(np.float32) * np.float32(2 / 65535) - 1
    z = 1 - np.abs(e).sum(-1)
    fold = np.maximum(-z, 0)[..., None]
    v = np.concatenate([e - np.copysign(fold, e), z[..., None]], -1)
    length = np.sqrt(np.einsum("...i,...i->...", v, v))[..., None]
    return np.asarray(v / length, np.float32)
