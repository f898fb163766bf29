"""`Frame`: all labels of one frame, in the conventions of the readme's table; what writers write."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from scenegen.geometry import ByteArray, Float32Array, FloatArray, IntArray, Pinhole
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT, FLOW_SKY, FLOW_VALID, Passes, decode_normals

__all__ = ["FLOW_HIDDEN", "FLOW_OUT", "FLOW_SKY", "FLOW_VALID", "Frame", "ObjectLabel", "Poses"]

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Poses:
    """A rigid pose (4, 4) float64 at the previous, present and next frame."""

    prev: FloatArray
    now: FloatArray
    next: FloatArray


@dataclass(frozen=True, eq=False)
class ObjectLabel:
    """One track in one frame. Boxes are (left, top, right, bottom), inclusive whole pixels, None when there is none.

    `occlusion` = 1 - visible / silhouette pixels inside the image (1 when no pixel of it would be inside);
    `truncation` = share of the silhouette outside the image (1 when all of it is); `state` visible, hidden
    (something is in front of all of it) or outside (no pixel inside the image); `parts` names its part ids; `facts`
    per-frame extras such as speed_m_per_s.
    """

    track_id: int
    name: str
    role: str
    class_name: str
    kind: str
    moving: bool
    world_from_body: Poses
    size_m: tuple[float, float, float]
    box_visible_px: Box | None
    box_amodal_px: Box | None
    truncation: float
    occlusion: float
    visible_px: int
    state: str
    colour: str
    parts: tuple[str, ...]
    facts: dict[str, float]


@dataclass(frozen=True, eq=False)
class FrameLabels:
    """What is known of one frame without its pixels: small, so a whole clip of them can be kept.

    `attributes`: sun, weather, events, time to conflict.
    """

    index: int
    time_s: float
    lens: Pinhole
    world_from_cam: Poses
    objects: tuple[ObjectLabel, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Frame:
    """All labels of one frame; big derived images are made when first asked for.

    `row_object` (rows,) int32 and `row_class` (rows,) uint8 turn `passes.row` into object and class ids.
    """

    labels: FrameLabels
    passes: Passes
    row_object: IntArray
    row_class: ByteArray
    shared_files: dict[str, bytes] = field(default_factory=dict)
    """Encoded files that several layouts use, such as the picture as PNG; filled by the first that needs one."""

    @property
    def rgb(self) -> ByteArray | None:
        """(H, W, 3) uint8 sRGB, None for `--look none`."""
        return self.passes.rgb

    @cached_property
    def object_id(self) -> IntArray:
        """(H, W) int32 track ids, 0 where a thing has no track."""
        return self.row_object[self.passes.row]

    @cached_property
    def class_id(self) -> ByteArray:
        """(H, W) uint8 rows of `classes.CLASSES`; 0 is sky."""
        return self.row_class[self.passes.row]

    @cached_property
    def depth_m(self) -> Float32Array:
        """(H, W) float32 z along the optical axis, inf for sky."""
        return np.where(self.passes.z_m > 0, self.passes.z_m, np.float32(np.inf))

    @cached_property
    def normal_cam(self) -> Float32Array:
        """(H, W, 3) float32 unit normals in the cam frame, 0 for sky."""
        return decode_normals(self.passes.normal_oct) * (self.passes.z_m > 0)[..., None].astype(np.float32)
