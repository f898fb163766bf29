"""The flow pass: forward and backward flow, change of depth, and what becomes of each point at the other time.

Rigid things and the sky take one pass over the picture, skinned things are drawn once more. The depths of both
neighbouring frames tell what is hidden there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import BoolArray, FloatArray, Pinhole
from scenegen.render.context import GL, NEAR_M
from scenegen.render.geometry_pass import GBuffer, projection_of, set_uniform
from scenegen.render.scene_buffers import ROW_MOTION, SceneBuffers
from scenegen.render.transform_table import motion_table

_UNITS = {"z_now_m": 0, "id_now": 1, "normal_now": 2, "z_next_m": 3, "z_prev_m": 4}


@dataclass(frozen=True, eq=False)
class FlowTargets:
    """Targets of the flow pass: `flow_px` RGBA32F, `dz_m` RG32F, `state` RG8UI."""

    flow_px: Any
    dz_m: Any
    state: Any


def make_flow_targets(gl: GL, size_px: tuple[int, int]) -> FlowTargets:
    """Make the targets of a picture size."""
    return FlowTargets(gl.texture(size_px, 4, "f4"), gl.texture(size_px, 2, "f4"), gl.texture(size_px, 2, "u1"))


class FlowPass:
    """Programs of the flow pass, and how its targets are bound together with the depth of a geometry pass."""

    def __init__(self, gl: GL, buffers: SceneBuffers) -> None:
        self._gl, self._buffers = gl, buffers
        rigid = ("octahedral", "flow", "flow_rigid_fragment")
        self._surface = gl.program(("fullscreen_vertex",), rigid)
        self._sky = gl.program(("fullscreen_vertex",), rigid, defines=("SKY_PASS",))
        self._skinned = gl.program(
            ("transform", "flow_skinned_vertex"), ("flow", "flow_skinned_fragment"), defines=("SKINNED",)
        )
        for program in (self._surface, self._sky, self._skinned):
            set_uniform(program, "near_m", NEAR_M)
            for name, unit in _UNITS.items():
                set_uniform(program, name, unit)
        self._surface_array = gl.ctx.vertex_array(self._surface, [])
        self._sky_array = gl.ctx.vertex_array(self._sky, [])
        self._skinned_array: tuple[int, Any] | None = None
        self._framebuffers: dict[tuple[int, int], Any] = {}
        self._motion: Any = None

    def draw(
        self,
        targets: FlowTargets,
        gbuffers: tuple[GBuffer, GBuffer, GBuffer],
        lens: Pinhole,
        cam_from_row: FloatArray,
        chosen: BoolArray,
    ) -> None:
        """Fill the targets for the present frame, whose tables must be bound.

        Args:
            targets: of the picture's size.
            gbuffers: geometry at now, next, previous.
            lens: the camera.
            cam_from_row: (3, rows, 4, 4) at now, next, previous.
            chosen: instances drawn at now, (n,) bool.
        """
        ctx = self._gl.ctx
        now, next_, previous = gbuffers
        self._bind_motion(motion_table(cam_from_row))
        for texture, name in ((now.z_m, "z_now_m"), (now.id, "id_now"), (now.normal, "normal_now")):
            texture.use(_UNITS[name])
        next_.z_m.use(_UNITS["z_next_m"])
        previous.z_m.use(_UNITS["z_prev_m"])
        framebuffer = self._framebuffer(targets, now)
        framebuffer.use()
        ctx.viewport = (0, 0, lens.width_px, lens.height_px)
        framebuffer.depth_mask = False

        # Tell sky from surfaces by the depth test: a branch in the shader costs twice as much on llvmpipe
        ctx.enable_only(moderngl.DEPTH_TEST)
        for program in (self._surface, self._sky, self._skinned):
            program["lens"] = (lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px)
        ctx.depth_func = "<"
        self._surface_array.render(vertices=3)
        ctx.depth_func = "=="
        self._sky_array.render(vertices=3)
        if self._buffers.has("skinned"):
            ctx.enable_only(moderngl.CULL_FACE)
            ctx.front_face = "cw"
            self._skinned["projection"] = projection_of(lens)
            self._buffers.draw(self._skinned_vertices(), "skinned", chosen)
        framebuffer.depth_mask = True
        ctx.depth_func = ">"

    def _bind_motion(self, motion: np.ndarray[Any, Any]) -> None:
        """Write and bind how each row moves."""
        if self._motion is None or self._motion.size < motion.nbytes:
            if self._motion is not None:
                self._motion.release()
            self._motion = self._gl.ctx.buffer(reserve=motion.nbytes * 5 // 4, dynamic=True)
        self._motion.orphan()  # a pass that still waits reads what was written before
        self._motion.write(motion)
        self._motion.bind_to_storage_buffer(ROW_MOTION)

    def _framebuffer(self, targets: FlowTargets, now: GBuffer) -> Any:
        """Give the targets with the depth of a geometry pass for testing."""
        key = (int(targets.flow_px.glo), int(now.depth.glo))
        if key not in self._framebuffers:
            self._framebuffers[key] = self._gl.ctx.framebuffer([targets.flow_px, targets.dz_m, targets.state], now.depth)
        return self._framebuffers[key]

    def _skinned_vertices(self) -> Any:
        """Give the vertex array of skinned things, made anew after the buffers moved."""
        generation = self._buffers.generation
        if self._skinned_array is None or self._skinned_array[0] != generation:
            if self._skinned_array is not None:
                self._skinned_array[1].release()
            self._skinned_array = (generation, self._buffers.vertex_array(self._skinned, "skinned"))
        return self._skinned_array[1]

    def forget_targets(self) -> None:
        """Let go of framebuffers; to be called before targets or geometry that they join are released."""
        for framebuffer in self._framebuffers.values():
            framebuffer.release()
        self._framebuffers.clear()


def release_flow_targets(targets: FlowTargets) -> None:
    """Give the device memory of the targets back."""
    for texture in (targets.flow_px, targets.dz_m, targets.state):
        texture.release()
