"""Blur of what moves while the shutter is open, from the exact motion at the middle of the exposure.

The way of every pixel is that of its surface from one tick of the simulation before the frame to one after it, by the pass
that makes the flow of labels, so wheels, limbs and the camera's own turns are in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import Pinhole
from scenegen.render.context import GL
from scenegen.render.flow_pass import FlowPass, FlowTargets, make_flow_targets, release_flow_targets
from scenegen.render.geometry_pass import set_uniform
from scenegen.render.look import LookFrame
from scenegen.render.scene_buffers import SceneBuffers
from scenegen.stage.stage import Stage

TILE, LONGEST, SAMPLES, LEAST = 16, 32, 11, 0.7
"""Tiles of the search for motion and the longest way, pixels (its half is a tile at most, else tiles would show); most samples
along it; the way below which a pixel is left as it is."""
BLURS_FROM_PX_S = 0.25
"""Exposure times focal length from which pictures are blurred: below, what passes at 4 m/s for each metre of its distance
moves by less than a pixel."""


def is_blurred(lens: Pinhole, exposure_s: float) -> bool:
    """Tell whether motion can show in a picture."""
    return exposure_s * lens.fx_px > BLURS_FROM_PX_S


class MotionBlur:
    """Programs and targets, made when first needed; targets are kept for one picture size."""

    def __init__(
        self, gl: GL, buffers: SceneBuffers, build: Callable[..., tuple[Any, Any]], *, units: dict[str, int]
    ) -> None:  # fmt: skip
        self._gl, self._buffers, self._units = gl, buffers, units
        self._flow = FlowPass(gl, buffers)
        sizes = (f"TILE {TILE}", f"LONGEST {LONGEST}", f"SAMPLES {SAMPLES}", f"LEAST {LEAST}")
        self._tile = build(("motion_tile",), (*sizes, "TILES"))
        self._widen = build(("motion_tile",), sizes)
        self._blur = build(("light_code", "motion_blur"), sizes)
        self._kept: dict[tuple[int, int], tuple[FlowTargets, list[Any], list[Any]]] = {}

    def measure(self, frame: LookFrame, stage: Stage) -> None:
        """Draw how everything in a frame moves; binds tables of its own."""
        near_rows, camera = stage.near_rows, stage.cameras[frame.camera]
        if near_rows is None or camera.near is None:
            raise ValueError("the stage does not tell where things are near a frame")
        poses = dataclasses.replace(
            frame.poses,
            world_from_row=np.stack([frame.poses.world_from_row[0], *(near_rows(frame.frame, side) for side in (1, -1))]),
            world_from_cam=np.stack([frame.poses.world_from_cam[0], *(camera.near(frame.frame, side) for side in (1, -1))]),
        )
        cam_from_row = poses.cam_from_row()
        self._buffers.set_poses(poses, cam_from_row)
        flow, _, _ = self._targets(frame.lens)
        self._flow.draw(flow, (frame.gbuffer,) * 3, frame.lens, cam_from_row, frame.visible)

    def draw(self, frame: LookFrame, source: Any, open_ticks: float) -> Any:
        """Give the blurred picture of a coded one, whose motion was measured; valid until the next call."""
        flow, textures, framebuffers = self._targets(frame.lens)
        tiles, widened, blurred = textures
        self._gl.ctx.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE | moderngl.BLEND)
        for program, _ in (self._tile, self._blur):
            set_uniform(program, "open_ticks", open_ticks)
        flow.flow_px.use(self._units["motion_map"])
        framebuffers[0].use()
        self._tile[1].render(moderngl.TRIANGLES, vertices=3)
        tiles.use(self._units["motion_map"])
        framebuffers[1].use()
        self._widen[1].render(moderngl.TRIANGLES, vertices=3)
        flow.flow_px.use(self._units["motion_map"])
        widened.use(self._units["tile_map"])
        source.use(self._units["picture"])
        frame.gbuffer.z_m.use(self._units["z_map"])
        framebuffers[2].use()
        self._blur[1].render(moderngl.TRIANGLES, vertices=3)
        return blurred

    def _targets(self, lens: Pinhole) -> tuple[FlowTargets, list[Any], list[Any]]:
        """Give flow targets, textures (tiles, widened tiles, blurred picture) and their framebuffers of a picture size."""
        size = (lens.width_px, lens.height_px)
        if size not in self._kept:
            tiles = (-(-size[0] // TILE), -(-size[1] // TILE))
            textures = [self._gl.texture(tiles, 2, "f2"), self._gl.texture(tiles, 2, "f2"), self._gl.texture(size, 4, "f2")]
            textures[2].filter = (moderngl.LINEAR, moderngl.LINEAR)
            framebuffers = [self._gl.ctx.framebuffer([texture]) for texture in textures]
            self._kept[size] = (make_flow_targets(self._gl, size), textures, framebuffers)
        return self._kept[size]

    def keep_only(self, sizes: set[tuple[int, int]]) -> None:
        """Give the device memory of other picture sizes back, and forget what geometry targets were joined."""
        self._flow.forget_targets()
        for size in [size for size in self._kept if size not in sizes]:
            flow, textures, framebuffers = self._kept.pop(size)
            for item in (*framebuffers, *textures):
                item.release()
            release_flow_targets(flow)

    def release(self) -> None:
        """Give device memory back; programs belong to whoever built them."""
        self.keep_only(set())
