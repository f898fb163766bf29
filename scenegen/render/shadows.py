"""Shadows of the sun (or moon): three cascades side by side in one depth map, fixed to the world so that they do not swim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import BoolArray, Float32Array, FloatArray
from scenegen.render.context import GL
from scenegen.render.geometry_pass import LEAF_MASK_UNIT, LeafMask, set_uniform
from scenegen.render.look import Sight
from scenegen.render.quality import QualityPlan
from scenegen.render.scene_buffers import KINDS, ROW_TABLE, Kind, SceneBuffers
from scenegen.render.transform_table import FramePoses

CASCADES = 3
HALF_WIDTH_M = (11.0, 32.0, 130.0)
"""Half the side of the square of ground that each cascade covers."""
AHEAD_M = (6.5, 26.0, 110.0)
"""How far before the camera the middle of each cascade lies."""
ALL_ROUND_HALF_WIDTH_M = (16.0, 48.0, 150.0)
"""The same for a rig that looks all round, whose cascades lie round the ego."""
DEPTH_RANGE_M = 500.0
"""Length of the light's box; what lies nearer to the sun is pressed onto its near face and still throws shadow."""

BIAS_PER_TEXEL = 0.6 / DEPTH_RANGE_M
"""How far a surface is moved towards the light per metre of texel before it is compared, in shares of the box."""

_TEXTURE_2D = 0x0DE1
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


def fit_cascades(sight: Sight, towards_light: FloatArray, map_px: int, step_share: float) -> tuple[Cascade, ...]:
    """Lay the cascades before the camera, or round it when the rig looks all round.

    They move in steps of a share of their half width, a whole number of texels, so that edges stand still as the camera
    drives and what stands still needs no redrawing between two steps.
    """
    axes = light_axes(towards_light)
    forward = sight.world_from_cam[:3, 2] * (1.0, 1.0, 0.0)
    forward = forward / max(float(np.linalg.norm(forward)), 1e-9)
    half_widths, aheads = (ALL_ROUND_HALF_WIDTH_M, (0.0,) * CASCADES) if sight.is_all_round else (HALF_WIDTH_M, AHEAD_M)
    cascades = []
    for half, ahead in zip(half_widths, aheads, strict=True):
        texel = 2 * half / map_px
        middle = axes @ (sight.world_from_cam[:3, 3] + forward * ahead)
        tile = half * step_share
        cascades.append(Cascade(axes, np.round(middle / tile) * tile, half, texel))
    return tuple(cascades)


class SunShadows:
    """The shadow map and the programs that draw it.

    What stands still is kept in a map of its own and drawn again only when a cascade moves to its next tile. Both maps
    depend on the tile alone, never on the frames drawn before. What moves throws shadow in the first `moving_cascades`.
    """

    def __init__(self, gl: GL, buffers: SceneBuffers, leaf_mask: LeafMask, plan: QualityPlan) -> None:
        self._gl, self._buffers, self._leaf_mask, self._map_px = gl, buffers, leaf_mask, plan.shadow_px
        self._moving_cascades, self._step_share = plan.moving_cascades, plan.shadow_step
        self.map, self._still_map = self._make_map(), self._make_map()
        self._framebuffer = gl.ctx.framebuffer(depth_attachment=self.map)
        self._still_framebuffer = gl.ctx.framebuffer(depth_attachment=self._still_map)
        self._drawn: dict[int, tuple[bytes, ...]] = {}
        self._frame: int | None = None
        self._table: Any = None
        self._arrays: dict[Kind, Any] = {}
        self._generation = -1
        self._programs: dict[Kind, Any] = {}
        for kind in KINDS:
            mask = ("leaf_mask",) if kind == "leaf" else ()
            program = gl.program(("transform", "shadow_vertex"), (*mask, "shadow_fragment"), defines=_DEFINES[kind])
            set_uniform(program, "leaf_mask", LEAF_MASK_UNIT)
            self._programs[kind] = program

    def _make_map(self) -> Any:
        depth = self._gl.ctx.depth_texture((CASCADES * self._map_px, self._map_px))
        depth.compare_func = "<="
        depth.filter = (moderngl.LINEAR, moderngl.LINEAR)
        depth.repeat_x = depth.repeat_y = False
        return depth

    def load(self, is_moving: BoolArray) -> None:
        """Take a new stage's instances, whose geometry the buffers hold already: which of them move."""
        self._is_moving = np.asarray(is_moving, np.bool_)
        self._drawn.clear()
        self._frame = None

    def draw(self, poses: FramePoses, sight: Sight, towards_light: FloatArray) -> tuple[Cascade, ...]:
        """Draw all cascades for a frame, once for all cameras of the rig.

        May leave the light's own row table bound, so give the buffers their poses again.
        """
        ctx = self._gl.ctx
        cascades = fit_cascades(sight, towards_light, self._map_px, self._step_share)
        if self._frame == poses.frame:
            return cascades
        self._frame = poses.frame
        ctx.enable_only(moderngl.DEPTH_TEST)
        ctx.depth_func = "<="
        self._leaf_mask.bind()
        self._refresh_arrays()
        alive = np.asarray(poses.alive[self._buffers.first_row], np.bool_)
        centres, radii = self._buffers.spheres(poses.world_from_row[0])
        near = [_meets(cascade, centres, radii) & alive for cascade in cascades]
        for i, cascade in enumerate(cascades):
            key = (cascade.middle_light_m.tobytes(), cascade.light_from_world.tobytes(), (alive & ~self._is_moving).tobytes())
            if self._drawn.get(i) != key:
                self._still_framebuffer.clear(depth=1.0, viewport=self._region(i))
                self._draw_cascade(self._still_framebuffer, i, cascade, poses, near[i] & ~self._is_moving)
                self._drawn[i] = key
        self._copy_still()
        for i, cascade in enumerate(cascades[: self._moving_cascades]):
            self._draw_cascade(self._framebuffer, i, cascade, poses, near[i] & self._is_moving)
        return cascades

    def tops(self, poses: FramePoses, middle_m: FloatArray, half_m: float) -> Float32Array:
        """Give the height of the highest standing surface from above, leaves left out, over a square round a place.

        Args:
            poses: of any frame; what moves is not drawn.
            middle_m: world place (3,) of the middle.
            half_m: half the side of the square.
        Returns:
            (n, n) metres over the middle, rows to the north and columns to the east; far below where there is nothing.
        """
        axes = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, -1.0]])
        above = Cascade(axes, axes @ middle_m, half_m, 2 * half_m / self._map_px)
        ctx = self._gl.ctx
        ctx.enable_only(moderngl.DEPTH_TEST)
        ctx.depth_func = "<="
        self._refresh_arrays()
        self._still_framebuffer.clear(depth=1.0, viewport=self._region(0))
        self._drawn.pop(0, None)
        self._draw_cascade(self._still_framebuffer, 0, above, poses, ~self._is_moving, kinds=("opaque",))
        depth = np.frombuffer(self._still_map.read(), np.float32).reshape(self._map_px, -1)[:, : self._map_px]
        return (0.5 - depth) * np.float32(DEPTH_RANGE_M)

    def _region(self, i: int) -> tuple[int, int, int, int]:
        return (i * self._map_px, 0, self._map_px, self._map_px)

    def _copy_still(self) -> None:
        """Begin the map with what stands still."""
        width, height = self.map.size
        self._gl.raw.copy_image(
            self._still_map.glo, _TEXTURE_2D, 0, 0, 0, 0, self.map.glo, _TEXTURE_2D, 0, 0, 0, 0, width, height, 1
        )

    def _draw_cascade(
        self, target: Any, i: int, cascade: Cascade, poses: FramePoses, chosen: BoolArray, kinds: tuple[Kind, ...] = KINDS
    ) -> None:
        """Draw the chosen instances into the region of a cascade."""
        if not chosen.any():
            return
        target.use()
        self._gl.ctx.viewport = self._region(i)
        target.scissor = self._region(i)
        self._put_table(cascade.light_from(poses.world_from_row[0]))
        for kind in kinds:
            if self._buffers.has(kind):
                self._programs[kind]["across_and_along"] = (1 / cascade.half_m, 1 / DEPTH_RANGE_M)
                self._buffers.draw(self._arrays[kind], kind, chosen)
        target.scissor = None

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
        maps = (self._framebuffer, self._still_framebuffer, self.map, self._still_map)
        for item in (*maps, self._table, *self._arrays.values(), *self._programs.values()):
            if item is not None:
                item.release()


def _meets(cascade: Cascade, centres_m: FloatArray, radii_m: FloatArray) -> BoolArray:
    """Tell which spheres touch the square of a cascade."""
    across = centres_m @ cascade.light_from_world[:2].T - cascade.middle_light_m[:2]
    return np.asarray((np.abs(across) < cascade.half_m + radii_m[:, None]).all(axis=1))
