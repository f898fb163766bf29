"""Shadows of the sun (or moon): three cascades side by side in one depth map, fixed to the world so that they do not swim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import BoolArray, Float32Array, FloatArray
from scenegen.render.context import GL
from scenegen.render.geometry_pass import LEAF_MASK_UNIT, LeafMask, set_uniform
from scenegen.render.scene_buffers import KINDS, ROW_TABLE, Kind, SceneBuffers
from scenegen.render.transform_table import FramePoses

CASCADES = 3
HALF_WIDTH_M = (11.0, 32.0, 130.0)
"""Half the side of the square of ground that each cascade covers."""
AHEAD_M = (6.5, 26.0, 110.0)
"""How far before the camera the middle of each cascade lies."""
REACH_M = (14.0, 48.0, 1e9)
"""Camera z up to which each cascade is used."""
DEPTH_RANGE_M = 500.0
"""Length of the light's box; what lies nearer to the sun is pressed onto its near face and still throws shadow."""

_DEFINES: dict[Kind, tuple[str, ...]] = {"opaque": (), "leaf": ("LEAF",), "skinned": ("SKINNED",)}


@dataclass(frozen=True, eq=False)
class Cascade:
    """One cascade: rotation light_from_world (3, 3), its middle in light axes (3,), half width and texel in metres."""

    light_from_world: FloatArray
    middle_light_m: FloatArray
    half_m: float
    texel_m: float

    def light_from(self, world_from_thing: FloatArray) -> FloatArray:
        """Give light_from_thing in metres counted from the middle (..., 4, 4), float64."""
        light_from_world = np.eye(4)
        light_from_world[:3, :3] = self.light_from_world
        light_from_world[:3, 3] = -self.middle_light_m
        return np.asarray(light_from_world @ world_from_thing)

    def map_from(self, world_from_thing: FloatArray) -> FloatArray:
        """Give the lines (3, 4) that take a thing's points to -1..1 across the map and 0..1 along the light."""
        lines = self.light_from(world_from_thing)[:3] / [[self.half_m], [self.half_m], [DEPTH_RANGE_M]]
        lines[2, 3] += 0.5
        return np.asarray(lines)


def light_axes(towards_light: FloatArray) -> FloatArray:
    """Give light_from_world (3, 3): two axes across the light, the third along it, away from the lamp."""
    across = np.cross([0.0, 0.0, 1.0], towards_light)
    if np.linalg.norm(across) < 1e-6:
        across = np.array([1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(towards_light, across), -towards_light])


def fit_cascades(world_from_cam: FloatArray, towards_light: FloatArray, map_px: int) -> tuple[Cascade, ...]:
    """Lay the cascades before the camera, moved only in whole texels so that edges stand still as the camera drives."""
    axes = light_axes(towards_light)
    forward = world_from_cam[:3, 2] * (1.0, 1.0, 0.0)
    forward = forward / max(float(np.linalg.norm(forward)), 1e-9)
    cascades = []
    for half, ahead in zip(HALF_WIDTH_M, AHEAD_M, strict=True):
        texel = 2 * half / map_px
        middle = axes @ (world_from_cam[:3, 3] + forward * ahead)
        cascades.append(Cascade(axes, np.round(middle / texel) * texel, half, texel))
    return tuple(cascades)


class SunShadows:
    """The shadow map and the programs that draw it."""

    def __init__(self, gl: GL, buffers: SceneBuffers, leaf_mask: LeafMask, *, map_px: int) -> None:
        self._gl, self._buffers, self._leaf_mask, self._map_px = gl, buffers, leaf_mask, map_px
        self.map: Any = gl.ctx.depth_texture((CASCADES * map_px, map_px))
        self.map.compare_func = "<="
        self.map.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self.map.repeat_x = self.map.repeat_y = False
        self._framebuffer = gl.ctx.framebuffer(depth_attachment=self.map)
        self._table: Any = None
        self._arrays: dict[Kind, Any] = {}
        self._generation = -1
        self._programs: dict[Kind, Any] = {}
        for kind in KINDS:
            mask = ("leaf_mask",) if kind == "leaf" else ()
            program = gl.program(("transform", "shadow_vertex"), (*mask, "shadow_fragment"), defines=_DEFINES[kind])
            set_uniform(program, "leaf_mask", LEAF_MASK_UNIT)
            self._programs[kind] = program

    def draw(self, poses: FramePoses, towards_light: FloatArray) -> tuple[Cascade, ...]:
        """Draw all cascades for a frame; leaves the light's own row table bound, so give the buffers their poses again."""
        ctx = self._gl.ctx
        cascades = fit_cascades(poses.world_from_cam[0], towards_light, self._map_px)
        self._framebuffer.scissor = None
        self._framebuffer.use()
        self._framebuffer.clear(depth=1.0)
        ctx.enable_only(moderngl.DEPTH_TEST)
        ctx.depth_func = "<="
        self._leaf_mask.bind()
        self._refresh_arrays()
        centres, radii = self._buffers.spheres(poses.world_from_row[0])
        alive = np.asarray(poses.alive[self._buffers.first_row], np.bool_)
        for i, cascade in enumerate(cascades):
            ctx.viewport = (i * self._map_px, 0, self._map_px, self._map_px)
            self._framebuffer.scissor = ctx.viewport
            self._put_table(cascade.light_from(poses.world_from_row[0]))
            chosen = alive & _meets(cascade, centres, radii)
            for kind in KINDS:
                if self._buffers.has(kind):
                    self._programs[kind]["across_and_along"] = (1 / cascade.half_m, 1 / DEPTH_RANGE_M)
                    self._buffers.draw(self._arrays[kind], kind, chosen)
        self._framebuffer.scissor = None
        return cascades

    def _put_table(self, light_from_row: FloatArray) -> None:
        """Bind the rows seen from the light, in the layout of `transform.glsl`: only the first three of nine lines are read."""
        table: Float32Array = np.zeros((len(light_from_row), 9, 4), np.float32)
        table[:, :3] = light_from_row[:, :3]
        if self._table is None or self._table.size < table.nbytes:
            if self._table is not None:
                self._table.release()
            self._table = self._gl.ctx.buffer(reserve=table.nbytes, dynamic=True)
        self._table.orphan()
        self._table.write(table)
        self._table.bind_to_storage_buffer(ROW_TABLE)

    def _refresh_arrays(self) -> None:
        """Make vertex arrays anew after the buffers moved."""
        if self._generation == self._buffers.generation:
            return
        for array in self._arrays.values():
            array.release()
        self._arrays = {
            kind: self._buffers.vertex_array(self._programs[kind], kind) for kind in KINDS if self._buffers.has(kind)
        }
        self._generation = self._buffers.generation

    def release(self) -> None:
        """Give device memory back."""
        for item in (self._framebuffer, self.map, self._table, *self._arrays.values(), *self._programs.values()):
            if item is not None:
                item.release()


def _meets(cascade: Cascade, centres_m: FloatArray, radii_m: FloatArray) -> BoolArray:
    """Tell which spheres touch the square of a cascade."""
    across = centres_m @ cascade.light_from_world[:2].T - cascade.middle_light_m[:2]
    return np.asarray((np.abs(across) < cascade.half_m + radii_m[:, None]).all(axis=1))
