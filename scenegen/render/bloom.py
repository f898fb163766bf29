"""Glare of a lens: light that is spread round where it belongs, over some pixels and over much of the picture."""

from __future__ import annotations

from typing import Any

import moderngl

from scenegen.render.context import GL
from scenegen.render.geometry_pass import set_uniform

STEPS = (8, 4)
"""By how much each level is smaller than the one before; the glare is smooth."""
MOST = 400.0
"""Light that counts: more in one pixel than this is a lamp's core, whose glare would depend on where its pixels fall."""


class Bloom:
    """Programs and targets of the glare for one picture size."""

    def __init__(self, gl: GL, size_px: tuple[int, int], *, unit: int) -> None:
        self._unit = unit
        self._levels: list[tuple[Any, Any, list[Any], list[Any]]] = []
        self._blur = gl.program(("full_screen",), ("bloom_blur",))
        self._blur_array = gl.ctx.vertex_array(self._blur, [])
        set_uniform(self._blur, "picture", unit)
        for step, coded in zip(STEPS, (("CODED",), ()), strict=True):
            size_px = (max(1, size_px[0] // step), max(1, size_px[1] // step))
            maps = [gl.texture(size_px, 4, "f2") for _ in range(2)]
            for texture in maps:
                texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
            gather = gl.program(("full_screen",), ("bloom_gather",), defines=(f"STEP {step / 2}", f"MOST {MOST}", *coded))
            set_uniform(gather, "picture", unit)
            framebuffers = [gl.ctx.framebuffer([texture]) for texture in maps]
            self._levels.append((gather, gl.ctx.vertex_array(gather, []), maps, framebuffers))

    def draw(self, picture: Any) -> tuple[Any, Any]:
        """Give the glare of a coded picture, near and wide: textures of linear light, valid until the next call."""
        source = picture
        for _, gather_array, maps, (first, second) in self._levels:
            source.use(self._unit)
            first.use()
            gather_array.render(moderngl.TRIANGLES, vertices=3)
            for blurred, target, along in ((maps[0], second, (1, 0)), (maps[1], first, (0, 1))):
                blurred.use(self._unit)
                self._blur["along"] = along
                target.use()
                self._blur_array.render(moderngl.TRIANGLES, vertices=3)
            source = maps[0]
        return self._levels[0][2][0], self._levels[1][2][0]

    def release(self) -> None:
        """Give device memory back."""
        for gather, array, maps, framebuffers in self._levels:
            for item in (*framebuffers, *maps, array, gather):
                item.release()
        self._blur_array.release()
        self._blur.release()
