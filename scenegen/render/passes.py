"""`Passes`: the pixel buffers of one frame, as they come from the renderer. Plain numpy; no GL here."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Float32Array

U16Array = np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
U32Array = np.ndarray[tuple[int, ...], np.dtype[np.uint32]]

FLOW_VALID, FLOW_HIDDEN, FLOW_OUT, FLOW_SKY = 1, 2, 4, 8
"""Bits of the flow states: has flow; hidden at the other time by something nearer; out of frame there; sky."""


@dataclass(frozen=True, eq=False)
class Silhouette:
    """What one object covers when drawn alone, cut at the near plane.

    `inside_px` pixels inside the image; `total_px` pixels on a canvas that holds all of it (equal when nothing is outside);
    `box_px` (left, top, right, bottom) inclusive, inside the image, or None when no pixel is inside; `mask_bits` are the pixels
    of the box, row by row, eight to a byte.
    """

    object_id: int
    inside_px: int
    total_px: float
    box_px: tuple[int, int, int, int] | None
    mask_bits: ByteArray = field(default_factory=lambda: np.zeros(0, np.uint8))

    def mask(self) -> BoolArray:
        """Give the pixels of the box that the object covers, (height, width) of the box; empty when there is no box."""
        if self.box_px is None:
            return np.zeros((0, 0), np.bool_)
        left, top, right, bottom = self.box_px
        shape = (bottom - top + 1, right - left + 1)
        return np.unpackbits(self.mask_bits, count=shape[0] * shape[1]).reshape(shape).astype(np.bool_)


@dataclass(frozen=True, eq=False)
class FlowStep:
    """Flow over k frames, computed directly: flow_px (H, W, 4), dz_m (H, W, 2) and state (H, W, 2) as in `Passes`.

    Where the clip has no frame t + k or t - k, its half has state 0.
    """

    flow_px: Float32Array
    dz_m: Float32Array
    state: ByteArray


@dataclass(frozen=True, eq=False)
class Passes:
    """Buffers of one camera at one frame, all (H, W, ...), rows from the top. A camera that only takes pictures has `rgb`
    alone; its other buffers are empty.

    z_m float32, 0 = sky; normal_oct (H, W, 2) uint16, octahedral cam-frame normals; row uint16 rows of the transform table
    (first row of the instance for skinned things), 0 = sky; part uint8; flow_px (H, W, 4) float32: forward u v, backward u v;
    dz_m (H, W, 2) float32: change of camera z to the next and previous frame; state (H, W, 2) uint8 bits `FLOW_*`;
    rgb uint8 sRGB or None for labels only. `steps` has the flow over k frames for every other k that was asked for.
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
    steps: dict[int, FlowStep] = field(default_factory=dict)
    camera: str = "front"

    @property
    def has_labels(self) -> bool:
        """Whether the label buffers were drawn."""
        return self.z_m.size > 0


def picture_only(frame: int, camera: str, rgb: ByteArray | None) -> Passes:
    """Give the passes of a camera that only takes pictures."""
    nothing = (0, 0)
    return Passes(
        frame=frame,
        z_m=np.zeros(nothing, np.float32),
        normal_oct=np.zeros((*nothing, 2), np.uint16),
        row=np.zeros(nothing, np.uint16),
        part=np.zeros(nothing, np.uint8),
        flow_px=np.zeros((*nothing, 4), np.float32),
        dz_m=np.zeros((*nothing, 2), np.float32),
        state=np.zeros((*nothing, 2), np.uint8),
        rgb=rgb,
        silhouettes=(),
        camera=camera,
    )


def decode_normals(normal_oct: U16Array) -> Float32Array:
    """Give unit cam-frame normals (H, W, 3) float32 from their octahedral code (H, W, 2) uint16 (sky: arbitrary)."""
    e = normal_oct.astype(np.float32) * np.float32(2 / 65535) - 1
    z = 1 - np.abs(e).sum(-1)
    fold = np.maximum(-z, 0)[..., None]
    v = np.concatenate([e - np.copysign(fold, e), z[..., None]], -1)
    length = np.sqrt(np.einsum("...i,...i->...", v, v))[..., None]
    return np.asarray(v / length, np.float32)
