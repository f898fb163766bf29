"""Surface textures and the tables of materials on the device, as `shaders/surface.glsl` and `shade.glsl` read them."""

from __future__ import annotations

from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import ByteArray, Float32Array
from scenegen.models.materials import MATERIALS
from scenegen.models.textures import TEXTURE_SIZE_M, TEXTURES
from scenegen.render.context import GL
from scenegen.render.scene_buffers import MATERIAL_TABLE

SURFACE_UNIT = 8
"""Texture unit of the surface textures."""
FINISH_TABLE = 5
"""Binding of the storage buffer with how materials shine and glow."""

GLOW: dict[str, int] = {
    "": 0, "head": 1, "tail": 2, "brake": 3, "indicator": 4, "beacon": 5, "window": 6, "street_lamp": 7,
    "signal_red": 8, "signal_amber": 9, "signal_green": 10, "reverse": 11,
}  # fmt: skip
"""Number of each kind of emitter in the shaders; 1..5 and 11 follow bits of the lamp state, signals are always lit."""
GROUND = {"asphalt": 1.0, "grass": 0.25}
"""What `shaders/road_detail.glsl` adds to: worn asphalt, uneven turf."""
WETTABLE = {"asphalt": 1.0, "slab": 1.0, "kerbstone": 1.0, "marking": 0.9, "marking_yellow": 0.9, "gravel": 0.4, "grass": 0.15}
"""How much of a film of water a surface holds."""
VEHICLE_PART = {
    "paint": 1.0, "glass": 2.0, "plastic": 3.0, "trim": 3.0, "livery_white": 3.0, "livery_blue": 3.0, "livery_red": 3.0,
    "livery_yellow": 3.0, "box_panel": 3.0, "tarpaulin": 3.0, "gloss_black": 3.0,
}  # fmt: skip
"""What pictures add to surfaces of vehicles: 1 panel gaps and dirt, 2 the cabin behind, 3 dirt."""
FOLIAGE = frozenset({"leaf", "hedge", "far_foliage", "grass"})


def material_table() -> Float32Array:
    """Give (2 n, 4): linear base colour, share of paint; texture layer (the last one is white), repeats per metre, 0, 0."""
    rows = []
    for material in MATERIALS:
        layer = TEXTURES.index(material.texture) if material.texture else len(TEXTURES)
        repeats = 1.0 / TEXTURE_SIZE_M[material.texture] if material.texture else 1.0
        # Leaf cards count uv in whole cards already.
        repeats = 1.0 if material.alpha_tested else repeats
        rows += [[*material.colour_linear, float(material.takes_paint)], [float(layer), repeats, 0.0, 0.0]]
    return np.array(rows, np.float32)


def finish_table() -> Float32Array:
    """Give (2 n, 4): roughness, metallic, coat, glow; number in `GROUND`, share of leaf, takes water,
    number in `VEHICLE_PART`."""
    rows = []
    for material in MATERIALS:
        leaf = 1.0 if material.alpha_tested else 0.5 if material.name in FOLIAGE else 0.0
        rows += [
            [material.roughness, material.metallic, material.coat, float(GLOW[material.emits])],
            [GROUND.get(material.name, 0.0), leaf, WETTABLE.get(material.name, 0.0), VEHICLE_PART.get(material.name, 0.0)],
        ]
    return np.array(rows, np.float32)


class SurfaceTextures:
    """The texture array (all layers of `models.textures` and a white one) and both material tables."""

    def __init__(self, gl: GL, layers: ByteArray, *, is_draft: bool) -> None:
        size_px = layers.shape[1]
        layers = np.concatenate([layers, np.full((1, size_px, size_px, 4), 255, np.uint8)])
        self._array: Any = gl.ctx.texture_array((size_px, size_px, len(layers)), 4, np.ascontiguousarray(layers))
        self._array.build_mipmaps()
        self._array.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        if is_draft:
            self._array.filter = (moderngl.NEAREST_MIPMAP_NEAREST, moderngl.NEAREST)
        elif not gl.is_software:
            self._array.anisotropy = 8.0
        self._array.repeat_x = self._array.repeat_y = True
        self._materials = gl.ctx.buffer(material_table())
        self._finishes = gl.ctx.buffer(finish_table())

    def bind(self) -> None:
        """Put textures and tables where the shaders look for them."""
        self._array.use(SURFACE_UNIT)
        self._materials.bind_to_storage_buffer(MATERIAL_TABLE)
        self._finishes.bind_to_storage_buffer(FINISH_TABLE)

    def release(self) -> None:
        """Give device memory back."""
        for item in (self._array, self._materials, self._finishes):
            item.release()
