"""Silhouettes of tracked objects, each as if drawn alone: how much is inside the image, and how much in all.

Every object owns one bit of an integer picture that collects bits by logical or, so one pass serves 32 objects (four words a
pixel for 128 take longer to fill). Objects that reach over the border are drawn once more on a canvas that holds all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray, IntArray, Pinhole
from scenegen.render.context import GL, NEAR_M
from scenegen.render.geometry_pass import projection_of, set_uniform
from scenegen.render.passes import Silhouette, U32Array
from scenegen.render.scene_buffers import Kind, SceneBuffers

_SLOTS = 7  # binding of the storage buffer that gives each instance its bit
_BITS = 32
_CANVAS = 256
"""Cells per side of the canvas for objects that leave the image: their area outside is exact to some 0.5 %."""
_MARGIN_M = 0.02
"""Room for rounding around posed bounds."""
_SOLID: tuple[Kind, ...] = ("opaque", "skinned")
_EDGES = np.array([[a, a | bit] for a in range(8) for bit in (1, 2, 4) if not a & bit])
_CORNERS = np.array([[(i >> k) & 1 for k in range(3)] for i in range(8)], np.float64)

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class _Canvas:
    """A drawn canvas: its texture and the part of the plane it shows, (left, top, right, bottom) in pixel edges."""

    texture: Any
    rect_px: Rect


_CANVASES_RESERVED = 12
"""Objects that leave the picture at once on a full street; more get a canvas when they come."""


@dataclass(frozen=True, eq=False)
class DrawnSilhouettes:
    """Silhouettes on their way: object ids, the bit pictures of each group of 32, and canvases by object number."""

    object_ids: IntArray
    rects_px: IntArray
    pictures: tuple[Any, ...]
    canvases: dict[int, _Canvas]
    lens: Pinhole


class SilhouettePass:
    """Draws and measures silhouettes; targets are made when first needed and kept."""

    def __init__(self, gl: GL, buffers: SceneBuffers) -> None:
        self._gl, self._buffers = gl, buffers
        self._programs: dict[Kind, Any] = {
            "opaque": gl.program(("transform", "silhouette_vertex"), ("silhouette_fragment",)),
            "skinned": gl.program(("transform", "silhouette_vertex"), ("silhouette_fragment",), defines=("SKINNED",)),
        }
        for program in self._programs.values():
            set_uniform(program, "near_m", NEAR_M)
        self._arrays: tuple[int, dict[Kind, Any]] = (-1, {})
        self._targets: dict[tuple[tuple[int, int], int], tuple[Any, Any]] = {}
        self._slots: Any = None

    def reserve(self, lens: Pinhole) -> None:
        """Make and touch the targets that the stage's tracks may need, so that memory does not grow as more come into view."""
        tracks = len(np.unique(self._buffers.stage.instances.object_id)) - 1
        for first in range(0, tracks, _BITS):
            self._gl.clear(self._target((lens.width_px, lens.height_px), first)[1], depth=None)
        for place in range(min(tracks, _CANVASES_RESERVED)):
            self._gl.clear(self._target((_CANVAS, _CANVAS), place)[1], depth=None)

    def draw(self, lens: Pinhole, cam_from_row: FloatArray, visible: BoolArray) -> DrawnSilhouettes:
        """Draw the silhouettes of all tracked objects in view, with the tables last bound."""
        instances = self._buffers.stage.instances
        tracked = visible & (instances.object_id > 0)
        object_ids, number = np.unique(instances.object_id[tracked], return_inverse=True)
        slots = np.zeros(len(tracked), np.uint32)
        slots[tracked] = number
        bounds = self._projected_bounds(lens, cam_from_row[0], tracked, number.astype(np.int32))
        limit = np.array([lens.width_px, lens.height_px, lens.width_px, lens.height_px], np.float64)
        rects = np.clip(np.stack([np.floor(bounds[:, 0]) - 1, np.floor(bounds[:, 1]) - 1,
                                  np.ceil(bounds[:, 2]) + 1, np.ceil(bounds[:, 3]) + 1], axis=1), 0, limit)  # fmt: skip
        pictures = tuple(self._draw_group(lens, slots, tracked, first) for first in range(0, len(object_ids), _BITS))
        leaves = (bounds[:, :2] < 0).any(axis=1) | (bounds[:, 2:] > limit[2:]).any(axis=1)
        canvases = {
            int(k): self._draw_canvas(lens, slots, tracked & (slots == k), bounds[k], place)
            for place, k in enumerate(np.flatnonzero(leaves))
        }
        return DrawnSilhouettes(object_ids.astype(np.int32), rects.astype(np.int32), pictures, canvases, lens)

    def measure(self, drawn: DrawnSilhouettes) -> tuple[Silhouette, ...]:
        """Read what was drawn and count it, in the order of object ids; objects that leave no pixel anywhere are left out."""
        lens = drawn.lens
        found = []
        for group, texture in enumerate(drawn.pictures):
            bits = np.frombuffer(texture.read(), np.uint32).reshape(lens.height_px, lens.width_px)
            for k in range(group * _BITS, min((group + 1) * _BITS, len(drawn.object_ids))):
                inside, box, mask = _count(bits, k - group * _BITS, drawn.rects_px[k])
                outside = _area_outside(drawn.canvases[k], lens) if k in drawn.canvases else 0.0
                if inside or outside:
                    found.append(Silhouette(int(drawn.object_ids[k]), inside, inside + outside, box, mask))
        return tuple(found)

    def _draw_group(self, lens: Pinhole, slots: U32Array, tracked: BoolArray, first: int) -> Any:
        """Draw up to 32 objects into one bit picture."""
        here = tracked & (slots >= first) & (slots < first + _BITS)
        texture, framebuffer = self._target((lens.width_px, lens.height_px), first)
        self._draw(framebuffer, (lens.width_px, lens.height_px), projection_of(lens), slots - np.uint32(first), here)
        return texture

    def _draw_canvas(self, lens: Pinhole, slots: U32Array, chosen: BoolArray, bounds_px: FloatArray, place: int) -> _Canvas:
        """Draw one object on a canvas that holds all of it."""
        left, top, right, bottom = (float(x) for x in bounds_px)
        width, height = max(right - left, 1e-3), max(bottom - top, 1e-3)
        projection = (
            2 * lens.fx_px / width,
            2 * lens.fy_px / height,
            2 * (lens.cx_px + 0.5 - left) / width - 1,
            2 * (lens.cy_px + 0.5 - top) / height - 1,
        )
        texture, framebuffer = self._target((_CANVAS, _CANVAS), place)
        self._draw(framebuffer, (_CANVAS, _CANVAS), projection, np.zeros_like(slots), chosen)
        return _Canvas(texture, (left, top, left + width, top + height))

    def _draw(
        self, framebuffer: Any, size: tuple[int, int], projection: tuple[float, ...], slots: U32Array, chosen: BoolArray
    ) -> None:
        """Collect the bits of the chosen instances in a target."""
        ctx = self._gl.ctx
        self._gl.clear(framebuffer, depth=None)
        ctx.viewport = (0, 0, *size)
        ctx.enable_only(moderngl.CULL_FACE)
        ctx.front_face = "cw"
        self._bind_slots(slots)
        self._gl.or_bits(on=True)
        for kind in _SOLID:
            if self._buffers.has(kind):
                self._programs[kind]["projection"] = projection
                self._buffers.draw(self._vertex_array(kind), kind, chosen)
        self._gl.or_bits(on=False)

    def _bind_slots(self, slots: U32Array) -> None:
        """Write and bind the bit number of every instance."""
        if self._slots is None or self._slots.size < slots.nbytes:
            if self._slots is not None:
                self._slots.release()
            self._slots = self._gl.ctx.buffer(reserve=max(64, slots.nbytes * 5 // 4), dynamic=True)
        self._slots.write(np.ascontiguousarray(slots))
        self._slots.bind_to_storage_buffer(_SLOTS)

    def _target(self, size_px: tuple[int, int], place: int) -> tuple[Any, Any]:
        """Give a kept texture with its framebuffer."""
        key = (size_px, place)
        if key not in self._targets:
            texture = self._gl.texture(size_px, 1, "u4")
            self._targets[key] = (texture, self._gl.ctx.framebuffer([texture]))
        return self._targets[key]

    def _vertex_array(self, kind: Kind) -> Any:
        """Give the vertex array of a pipeline, made anew for a new stage."""
        generation, arrays = self._arrays
        if generation != self._buffers.generation:
            for array in arrays.values():
                array.release()
            arrays = {}
            self._arrays = (self._buffers.generation, arrays)
        if kind not in arrays:
            arrays[kind] = self._buffers.vertex_array(self._programs[kind], kind)
        return arrays[kind]

    def _projected_bounds(self, lens: Pinhole, cam_from_row: FloatArray, tracked: BoolArray, number: IntArray) -> FloatArray:
        """Give what the objects' boxes span on the image plane, (objects, 4) left, top, right, bottom in pixel edges.

        `number` tells for each tracked instance which object it belongs to.
        """
        instances, owners = self._buffers.stage.instances, np.flatnonzero(tracked)
        boxes = self._buffers.bounds.boxes_of(tracked, cam_from_row)
        low, high = boxes[:, 0] - _MARGIN_M, boxes[:, 1] + _MARGIN_M
        corners = low[:, None] + (high - low)[:, None] * _CORNERS
        pose = cam_from_row[instances.first_row[owners]]
        cam = corners @ np.swapaxes(pose[:, :3, :3], 1, 2) + pose[:, None, :3, 3]

        # Cut the twelve edges at the near plane; both cut ends of an edge bound what is left of it
        a, b = cam[:, _EDGES[:, 0]], cam[:, _EDGES[:, 1]]
        rise = b[..., 2] - a[..., 2]
        share = np.clip((NEAR_M - a[..., 2]) / np.where(np.abs(rise) < 1e-12, 1e-12, rise), 0, 1)[..., None]
        cut = a + share * (b - a)
        points = np.concatenate([a, b, cut], axis=1)
        is_ahead = points[..., 2] >= NEAR_M * (1 - 1e-9)
        z = np.where(is_ahead, points[..., 2], 1.0)
        u = points[..., 0] / z * lens.fx_px + lens.cx_px + 0.5
        v = points[..., 1] / z * lens.fy_px + lens.cy_px + 0.5
        out = np.tile([np.inf, np.inf, -np.inf, -np.inf], (int(number.max(initial=-1)) + 1, 1))
        for column, values in ((0, u), (1, v)):
            np.minimum.at(out[:, column], number, np.where(is_ahead, values, np.inf).min(axis=1))
            np.maximum.at(out[:, column + 2], number, np.where(is_ahead, values, -np.inf).max(axis=1))
        return np.where(np.isfinite(out), out, 0.0)


def _count(bits: U32Array, slot: int, rect_px: IntArray) -> tuple[int, tuple[int, int, int, int] | None, ByteArray]:
    """Count the pixels that carry a bit within a rectangle; give their number, their box and which pixels of it they are."""
    left, top, right, bottom = (int(x) for x in rect_px)
    part = (bits[top:bottom, left:right] & np.uint32(1 << slot)) != 0
    inside = int(np.count_nonzero(part))
    if not inside:
        return 0, None, np.zeros(0, np.uint8)
    columns, rows = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    mask = np.packbits(part[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return inside, (left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]), top + int(rows[-1])), mask


def _area_outside(canvas: _Canvas, lens: Pinhole) -> float:
    """Give the area in pixels that a canvas shows outside the image."""
    covered = np.frombuffer(canvas.texture.read(), np.uint32).reshape(_CANVAS, _CANVAS) != 0
    left, top, right, bottom = canvas.rect_px
    step_u, step_v = (right - left) / _CANVAS, (bottom - top) / _CANVAS
    u, v = left + (np.arange(_CANVAS) + 0.5) * step_u, top + (np.arange(_CANVAS) + 0.5) * step_v
    in_u, in_v = (u >= 0) & (u < lens.width_px), (v >= 0) & (v < lens.height_px)
    total = int(np.count_nonzero(covered))
    inside = int(np.count_nonzero(covered[np.ix_(in_v, in_u)]))
    return (total - inside) * step_u * step_v
