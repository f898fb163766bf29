"""Glare of a lens: what is very bright throws a little of its light around."""

from __future__ import annotations

from typing import Any

import moderngl

from scenegen.render.context import GL
from scenegen.render.geometry_pass import set_uniform

SHRINK = 8
"""The glare is worked out at this fraction of the picture's size; it is smooth."""


class Bloom:
    """Programs and targets of the glare for one picture size."""

    def __init__(self, gl: GL, size_px: tuple[int, int], *, unit: int) -> None:
        self._unit = unit
        small = (max(1, size_px[0] // SHRINK), max(1, size_px[1] // SHRINK))
        self._maps = [gl.texture(small, 4, "f1") for _ in range(2)]
        for texture in self._maps:
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._framebuffers = [gl.ctx.framebuffer([texture]) for texture in self._maps]
        self._gather = gl.program(("full_screen",), ("bloom_gather",))
        self._blur = gl.program(("full_screen",), ("bloom_blur",))
        self._arrays = [gl.ctx.vertex_array(program, []) for program in (self._gather, self._blur)]
        for program in (self._gather, self._blur):
            set_uniform(program, "picture", unit)

    def draw(self, picture: Any) -> Any:
        """Give the glare of a picture whose alpha is luma: a texture of linear light, valid until the next call."""
        first, second = self._framebuffers
        picture.use(self._unit)
        first.use()
        self._arrays[0].render(moderngl.TRIANGLES, vertices=3)
        for source, target, along in ((self._maps[0], second, (1, 0)), (self._maps[1], first, (0, 1))):
            source.use(self._unit)
            self._blur["along"] = along
            target.use()
            self._arrays[1].render(moderngl.TRIANGLES, vertices=3)
        return self._maps[0]

    def release(self) -> None:
        """Give device memory back."""
        for item in (*self._framebuffers, *self._maps, *self._arrays, self._gather, self._blur):
            item.release()
