"""Draws what falls over the shaded picture, hidden by what stands before it."""

from __future__ import annotations

from typing import Any

import moderngl

from scenegen.geometry import Float32Array, FloatArray, Pinhole
from scenegen.render.context import GL, NEAR_M
from scenegen.render.geometry_pass import projection_of, set_uniform
from scenegen.render.precipitation import MOST, SNOW_OPACITY, WATER_OPACITY, Fall
from scenegen.render.uniforms import write_numbers

_BYTES_A_DROP = 32


class FallPass:
    """Program and buffer of drops and flakes, made once."""

    def __init__(self, gl: GL, code: tuple[str, ...], defines: tuple[str, ...]) -> None:
        self._gl = gl
        opacity = (f"WATER_OPACITY {WATER_OPACITY}", f"SNOW_OPACITY {SNOW_OPACITY}")
        lamps = ("local_lights",) if "LAMPS" in defines else ()
        self.program = gl.program((*lamps, "fall_vertex"), (*code, "fall_fragment"), defines=(*defines, *opacity))
        set_uniform(self.program, "near_m", NEAR_M)
        self._buffer = gl.ctx.buffer(reserve=sum(MOST.values()) * _BYTES_A_DROP, dynamic=True)
        layout = (self._buffer, "3f 3f 1f 1f /i", "begin_m", "end_m", "width_m", "is_snow")
        self._array: Any = gl.ctx.vertex_array(self.program, [layout])

    def draw(self, target: Any, lens: Pinhole, fall: Fall, air_light: FloatArray | Float32Array) -> None:
        """Draw over a target whose depth is the picture's; `air_light` (3,) is that of a white sphere, exposed."""
        count = len(fall.width_m)
        if not count:
            return
        ctx = self._gl.ctx
        self._buffer.orphan()
        self._buffer.write(fall.packed())
        self.program["projection"] = projection_of(lens)
        self.program["size_px"] = (lens.width_px, lens.height_px)
        write_numbers(self.program, "air_light", air_light)
        target.use()
        target.depth_mask = False
        ctx.enable_only(moderngl.DEPTH_TEST | moderngl.BLEND)
        ctx.depth_func = ">"
        # Alpha is luma for the edge filter: leave that of what is behind.
        ctx.blend_func = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ZERO, moderngl.ONE)
        self._array.render(moderngl.TRIANGLE_STRIP, vertices=4, instances=count)
        target.depth_mask = True
        ctx.disable(moderngl.DEPTH_TEST | moderngl.BLEND)

    def release(self) -> None:
        """Give device memory back."""
        for item in (self._array, self._buffer, self.program):
            item.release()
