"""The geometry pass: one draw of everything in view gives depth, normals and ids, and surface colour where a look asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Pinhole
from scenegen.render.context import GL, NEAR_M
from scenegen.render.scene_buffers import KINDS, Kind, SceneBuffers

LEAF_MASK_UNIT = 7
"""Texture unit of the leaf cards' cut-out, in every program that includes `leaf_mask.glsl`."""

_DEFINES: dict[Kind, tuple[str, ...]] = {"opaque": (), "leaf": ("LEAF",), "skinned": ("SKINNED",)}


@dataclass(frozen=True, eq=False)
class GBuffer:
    """Targets of one geometry pass: `z_m` R32F (0 = sky), `normal` RG16 octahedral with bias, `id` R32UI (row 16 bits, part 8,
    bit 24 skinned, 7 bits of baked ambient occlusion when there is colour), `albedo` RGBA8 or None, `depth` D32F reversed.
    """

    z_m: Any
    normal: Any
    id: Any
    albedo: Any | None
    depth: Any
    framebuffer: Any


def make_gbuffer(gl: GL, size_px: tuple[int, int], *, colour: bool) -> GBuffer:
    """Make the targets of a picture size."""
    z, normal, ids = gl.texture(size_px, 1, "f4"), gl.texture(size_px, 2, "nu2"), gl.texture(size_px, 1, "u4")
    albedo = gl.texture(size_px, 4, "f1") if colour else None
    depth = gl.depth_texture(size_px)
    targets = [z, normal, ids] + ([albedo] if albedo is not None else [])
    return GBuffer(z, normal, ids, albedo, depth, gl.ctx.framebuffer(targets, depth))


def release_gbuffer(gbuffer: GBuffer) -> None:
    """Give the device memory of the targets back."""
    for item in (gbuffer.framebuffer, gbuffer.z_m, gbuffer.normal, gbuffer.id, gbuffer.albedo, gbuffer.depth):
        if item is not None:
            item.release()


def projection_of(lens: Pinhole, *, shift_px: tuple[float, float] = (0.0, 0.0)) -> tuple[float, float, float, float]:
    """Give the `projection` uniform of a lens; `shift_px` moves the picture by part of a pixel for jittered samples."""
    w, h = lens.width_px, lens.height_px
    return (
        2 * lens.fx_px / w,
        2 * lens.fy_px / h,
        2 * (lens.cx_px + shift_px[0] + 0.5) / w - 1,
        2 * (lens.cy_px + shift_px[1] + 0.5) / h - 1,
    )


def set_uniform(program: Any, name: str, value: Any) -> None:
    """Set a uniform that the driver may have thrown out as unused."""
    if name in program:
        program[name] = value


class LeafMask:
    """The cut-out of leaf cards as a one-channel texture, unfiltered."""

    def __init__(self, gl: GL, coverage: ByteArray) -> None:
        self._texture = gl.ctx.texture((coverage.shape[1], coverage.shape[0]), 1, np.ascontiguousarray(coverage), alignment=1)
        self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)

    def bind(self) -> None:
        """Put the mask on its unit."""
        self._texture.use(LEAF_MASK_UNIT)


class GeometryPass:
    """Programs and vertex arrays of the geometry pass, made once and kept.

    With `surface` (a fragment shader file that defines `surface_albedo(cloth, uv, tint)`) it also writes albedo.
    """

    def __init__(self, gl: GL, buffers: SceneBuffers, leaf_mask: LeafMask, *, surface: str | None = None) -> None:
        self._gl, self._buffers, self._leaf_mask = gl, buffers, leaf_mask
        self._generation = -1
        self._arrays: dict[Kind, Any] = {}
        self.programs: dict[Kind, Any] = {}
        colour = () if surface is None else ("COLOUR",)
        for kind in KINDS:
            fragment = ("octahedral", "leaf_mask") + (() if surface is None else (surface,)) + ("geometry_fragment",)
            program = gl.program(("transform", "geometry_vertex"), fragment, defines=_DEFINES[kind] + colour)
            set_uniform(program, "leaf_mask", LEAF_MASK_UNIT)
            set_uniform(program, "near_m", NEAR_M)
            self.programs[kind] = program

    def draw(self, gbuffer: GBuffer, lens: Pinhole, chosen: BoolArray, *, shift_px: tuple[float, float] = (0.0, 0.0)) -> None:
        """Draw the chosen instances with the poses last given to the buffers."""
        ctx = self._gl.ctx
        self._gl.clear(gbuffer.framebuffer)
        ctx.viewport = (0, 0, lens.width_px, lens.height_px)
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        ctx.front_face = "cw"  # the image is drawn upside down in GL, so rows come back top first
        ctx.depth_func = ">"
        self._leaf_mask.bind()
        projection = projection_of(lens, shift_px=shift_px)
        for kind in KINDS:
            if not self._buffers.has(kind):
                continue
            if kind == "leaf":
                ctx.disable(moderngl.CULL_FACE)
            self.programs[kind]["projection"] = projection
            self._buffers.draw(self._vertex_array(kind), kind, chosen)
            ctx.enable(moderngl.CULL_FACE)

    def _vertex_array(self, kind: Kind) -> Any:
        """Give the vertex array of a pipeline, made anew after the buffers moved."""
        if self._generation != self._buffers.generation:
            for array in self._arrays.values():
                array.release()
            self._arrays, self._generation = {}, self._buffers.generation
        if kind not in self._arrays:
            self._arrays[kind] = self._buffers.vertex_array(self.programs[kind], kind)
        return self._arrays[kind]
