"""The targets of the look `raster` for one picture size."""

from __future__ import annotations

from typing import Any

import moderngl

from scenegen.render.bloom import Bloom
from scenegen.render.context import GL
from scenegen.render.geometry_pass import GBuffer, make_gbuffer, release_gbuffer
from scenegen.render.quality import QualityPlan, samples_of


class LookTargets:
    """Textures and framebuffers that a picture goes through, from occlusion to the finished colours.

    `framebuffers` are those of open_rough, open_map, picture_out, shrunk and the two of `mirrored`, in this order.
    `own_gbuffer` is a G-buffer of several samples a pixel where the plan wants one, `samples` along each side.
    """

    def __init__(self, gl: GL, size_px: tuple[int, int], plan: QualityPlan, *, glare_unit: int) -> None:
        self._gl, self.size_px = gl, size_px
        samples, stride = samples_of(plan, size_px), plan.ao_stride
        big = (size_px[0] * samples, size_px[1] * samples)
        small = (-(-big[0] // stride), -(-big[1] // stride))
        self.open_rough, self.open_map = gl.texture(small, 2, "f4"), gl.texture(small, 2, "f4")
        self.developed, self.picture_out = gl.texture(big, 4, "f2"), gl.texture(size_px, 4, "f1")
        self.shrunk = gl.texture(size_px, 4, "f2")
        self.samples = samples
        self.sun_sight = gl.texture((1, 1), 4, "f1")
        self.sun_sight_framebuffer = gl.ctx.framebuffer([self.sun_sight])
        self.mirrored = [gl.texture(small, 4, "f2") for _ in range(2)]
        for texture in (self.developed, self.shrunk, *self.mirrored):
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
        targets = (self.open_rough, self.open_map, self.picture_out, self.shrunk, *self.mirrored)
        self.framebuffers = [gl.ctx.framebuffer([target]) for target in targets]
        self.bloom = Bloom(gl, size_px, unit=glare_unit)
        self.host = bytearray(size_px[0] * size_px[1] * 4)
        self.own_gbuffer: GBuffer | None = make_gbuffer(gl, big, colour=True) if samples > 1 else None
        self._colour_framebuffer: tuple[Any, Any] | None = None

    def colour_target(self, gbuffer: GBuffer) -> Any:
        """Give the framebuffer that holds colour beside this G-buffer's depth."""
        if self._colour_framebuffer is None or self._colour_framebuffer[0] is not gbuffer.depth:
            if self._colour_framebuffer is not None:
                self._colour_framebuffer[1].release()
            made = self._gl.ctx.framebuffer([self.developed], gbuffer.depth)
            self._colour_framebuffer = (gbuffer.depth, made)
        return self._colour_framebuffer[1]

    def release(self) -> None:
        """Give device memory back."""
        if self._colour_framebuffer is not None:
            self._colour_framebuffer[1].release()
        if self.own_gbuffer is not None:
            release_gbuffer(self.own_gbuffer)
        self.bloom.release()
        maps = (self.open_rough, self.open_map, self.developed, self.picture_out, self.shrunk, self.sun_sight, *self.mirrored)
        for item in (*self.framebuffers, self.sun_sight_framebuffer, *maps):
            item.release()
