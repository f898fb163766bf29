"""The light that lamps throw into mist: a picture of it at a fraction of the size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import moderngl

from scenegen.geometry import Pinhole
from scenegen.render.context import GL
from scenegen.render.geometry_pass import set_uniform

STRIDE = 6
"""Pixels of the picture to one of the halos, which are smooth."""
LEAST_HAZE_PER_M = 3.9 / 6000.0
"""Extinction below which no halo is seen: air of 6 km visibility."""


class Halos:
    """Program and targets; made when mist and lamps first meet."""

    def __init__(self, gl: GL, build: Callable[..., tuple[Any, Any]]) -> None:
        self._gl = gl
        self.program, self._array = build(("octahedral", "view", "local_lights", "halos"))
        self._targets: dict[tuple[int, int], tuple[Any, Any]] = {}

    def draw(self, size_px: tuple[int, int], lens: Pinhole, count: int, haze_per_m: float, write: Callable[[Any], None]) -> Any:
        """Draw the halos of a picture whose depth is bound.

        Args:
            size_px: of the depth picture.
            lens: the same.
            count: lamps that `write` hands over.
            haze_per_m: extinction of the air.
            write: hands the frame's lamps to a program.
        Returns:
            The texture, valid until the next call for this size.
        """
        texture, framebuffer = self._target(size_px)
        write(self.program)
        self.program["lens"] = (lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px)
        set_uniform(self.program, "halo_stride", STRIDE)
        set_uniform(self.program, "lamp_count", count)
        set_uniform(self.program, "haze_per_m", haze_per_m)
        framebuffer.use()
        self._gl.ctx.disable(moderngl.DEPTH_TEST | moderngl.CULL_FACE | moderngl.BLEND)
        self._array.render(moderngl.TRIANGLES, vertices=3)
        return texture

    def _target(self, size_px: tuple[int, int]) -> tuple[Any, Any]:
        if size_px not in self._targets:
            small = (-(-size_px[0] // STRIDE), -(-size_px[1] // STRIDE))
            texture = self._gl.texture(small, 4, "f2")
            texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
            self._targets[size_px] = texture, self._gl.ctx.framebuffer([texture])
        return self._targets[size_px]

    def release(self) -> None:
        """Give device memory of the targets back."""
        for texture, framebuffer in self._targets.values():
            framebuffer.release()
            texture.release()
        self._targets = {}
