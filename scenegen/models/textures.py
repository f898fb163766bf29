"""The texture layers that `materials.MATERIALS` names, baked from seeds: nothing is loaded, everything tiles.

A layer's columns run along u and its rows along v, so row 0 is v = 0. Tiled layers take uv in metres and are sampled at
`uv / TEXTURE_SIZE_M[name]`; on walls v runs up, on roofs v runs up the slope, on wood the grain runs along u, on bark
it runs along v. Leaf cards take uv from 0 to 1. Colours are sRGB of diffuse albedo.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Float32Array
from scenegen.models.leaf_pictures import leaf_sprig, leaf_wall
from scenegen.models.noise import NoiseSource

TEXTURE_SIZE_M: dict[str, float] = {
    "asphalt": 3.0, "slab": 2.0, "concrete": 2.0, "worn": 2.0, "grass": 3.0, "gravel": 2.0, "plaster": 4.0, "brick": 2.0,
    "roof_tile": 3.0, "wood": 1.0, "bark": 1.0, "leaf": 1.0, "hedge": 1.2, "far_foliage": 8.0,
}  # fmt: skip
"""Metres that one repeat of each layer covers."""

TEXTURES: tuple[str, ...] = tuple(TEXTURE_SIZE_M)
"""Layer names in the order of `texture_layers`."""

_TABLE_STEPS = 4096
_SEED = 1871  # any whole number; changing it changes every picture


def texture_layers(size_px: int = 512) -> ByteArray:
    """Bake every layer.

    Args:
        size_px: edge of the square layers, a multiple of 8.
    Returns:
        (len(TEXTURES), size, size, 4) uint8: sRGB, and alpha that is 255 but on `leaf`, where it is coverage.
    Raises:
        ValueError: the size is not a positive multiple of 8.
    """
    if size_px < 8 or size_px % 8:
        raise ValueError(f"size_px is {size_px}, wanted a positive multiple of 8")
    layers = np.full((len(TEXTURES), size_px, size_px, 4), 255, np.uint8)
    for i, name in enumerate(TEXTURES):
        if name == "leaf":
            layers[i] = leaf_sprig(size_px, seed=_SEED)
        elif name == "hedge":
            layers[i, ..., :3] = _hedge(size_px)
        else:
            layers[i, ..., :3] = _srgb(_PAINTERS[name](NoiseSource(size_px, seed=_SEED + i)))
    return layers


def _srgb(linear: Float32Array) -> ByteArray:
    """Encode linear light as sRGB bytes (IEC 61966-2-1) by table."""
    steps = np.linspace(0.0, 1.0, _TABLE_STEPS)
    curve = np.where(steps <= 0.0031308, 12.92 * steps, 1.055 * steps ** (1 / 2.4) - 0.055)
    table = np.round(curve * 255).astype(np.uint8)
    index = np.clip(linear, 0, 1) * np.float32(_TABLE_STEPS - 1) + np.float32(0.5)
    return np.asarray(table[index.astype(np.uint16)])


def _coloured(colour_linear: tuple[float, float, float], value: Float32Array) -> Float32Array:
    return value[..., None] * np.array(colour_linear, np.float32)


def _blend(under: Float32Array, over: Float32Array, share: Float32Array) -> Float32Array:
    return np.asarray(under + (over - under) * share[..., None])


def _soft(value: Float32Array, low: float, high: float) -> Float32Array:
    """Ramp from 0 at `low` to 1 at `high`, smoothly."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _grid(size_px: int) -> tuple[Float32Array, Float32Array]:
    """Give u and v of every pixel centre, in [0, 1)."""
    line = ((np.arange(size_px) + 0.5) / size_px).astype(np.float32)
    return np.broadcast_to(line[None, :], (size_px, size_px)), np.broadcast_to(line[:, None], (size_px, size_px))


def _asphalt(noise: NoiseSource) -> Float32Array:
    """Paint worn asphalt: bright and dark stones in grey binder, faint patches, a few hair cracks."""
    n = noise.size_px
    stones = noise.band(n / 10, n / 2.2, slope=0.3)
    patches = noise.band(1, 8, slope=1.2)
    value = 0.128 + 0.014 * patches + 0.020 * stones + 0.008 * noise.band(8, n / 8, slope=0.8)
    value += 0.085 * _soft(stones, 1.5, 2.4) - 0.045 * _soft(-stones, 1.2, 2.2)
    cracks = np.abs(noise.band(2, 14, slope=1.0))
    value *= 1 - 0.45 * (1 - _soft(cracks, 0.0, 0.025)) * _soft(patches, 0.4, 1.2)
    return _coloured((1.02, 1.0, 0.96), np.maximum(value, 0.03))


def _slab(noise: NoiseSource) -> Float32Array:
    """Paint pavement slabs of 0.5 m in broken bond with dark joints."""
    n = noise.size_px
    u, v = _grid(n)
    row = np.floor(v * 4).astype(int)
    across = u * 4 + 0.5 * (row % 2)
    tone = noise.cells(4, 4)[row, np.floor(across).astype(int) % 4]
    edge = np.minimum(np.minimum(across % 1, 1 - across % 1), np.minimum(v * 4 % 1, 1 - v * 4 % 1))
    joint = 1 - _soft(edge.astype(np.float32), 0.010, 0.026)
    value = 0.20 + 0.06 * tone + 0.018 * noise.band(1, 12) + 0.022 * noise.band(n / 12, n / 2.2, slope=0.3)
    stain = _soft(noise.band(2, 16, slope=0.8), 0.9, 2.2)
    return _coloured((1.03, 1.0, 0.93), np.maximum(value * (1 - 0.25 * stain) * (1 - 0.68 * joint), 0.02))


def _concrete(noise: NoiseSource) -> Float32Array:
    n = noise.size_px
    pores = noise.band(n / 10, n / 2.2, slope=0.2)
    streaks = noise.band(2, 60, slope=0.9, stretch=(1.0, 4.0))
    value = 0.31 + 0.028 * noise.band(1, 16) + 0.010 * streaks + 0.018 * pores - 0.12 * _soft(pores, 2.2, 3.0)
    return _coloured((1.02, 1.0, 0.94), np.maximum(value, 0.05))


def _worn(noise: NoiseSource) -> Float32Array:
    """Paint road paint: nearly white, rubbed through to dark asphalt in places."""
    n = noise.size_px
    wear = 0.55 * noise.band(3, 24, slope=0.8) + 0.75 * noise.band(n / 12, n / 2.2, slope=0.2)
    value = 0.93 + 0.03 * noise.band(1, 8) - 0.70 * _soft(wear, 1.15, 2.1) - 0.10 * _soft(wear, 0.0, 1.2)
    return _coloured((1.0, 1.0, 0.98), np.clip(value, 0.12, 1.0))


def _grass(noise: NoiseSource) -> Float32Array:
    """Paint a lawn seen from above: blades, dry tufts, bare soil."""
    n = noise.size_px
    blades = noise.band(n / 14, n / 2.2, slope=0.5)
    clumps = noise.band(4, 40, slope=0.7)
    light = np.clip(1.0 + 0.30 * blades + 0.22 * clumps, 0.15, 2.4)
    green = _coloured((0.066, 0.081, 0.030), light)
    dry = _coloured((0.150, 0.128, 0.055), light)
    soil = _coloured((0.085, 0.064, 0.042), np.clip(1.0 + 0.35 * blades, 0.3, 2))
    mixed = _blend(green, dry, 0.75 * _soft(noise.band(2, 30, slope=0.9) + 0.5 * blades, 0.2, 1.7))
    return _blend(mixed, soil, _soft(-clumps - 0.3 * blades, 1.5, 2.2))


def _gravel(noise: NoiseSource) -> Float32Array:
    n = noise.size_px
    stones = noise.band(n / 24, n / 5, slope=0.2)
    value = 0.20 + 0.075 * stones + 0.03 * noise.band(n / 5, n / 2.2, slope=0.0) + 0.02 * noise.band(1, 8)
    return _coloured((1.06, 1.0, 0.88), np.clip(value, 0.04, 0.5))


def _plaster(noise: NoiseSource) -> Float32Array:
    """Paint rendered wall, nearly white so that tints show: fine grain, clouds, rain streaks downwards."""
    n = noise.size_px
    streaks = noise.band(3, 90, slope=0.8, stretch=(1.0, 9.0))
    value = 0.70 + 0.022 * noise.band(1, 8, slope=1.3) + 0.020 * noise.band(n / 8, n / 2.2, slope=0.1)
    return _coloured((1.0, 0.985, 0.95), np.clip(value - 0.10 * _soft(streaks, 0.9, 2.6), 0.2, 0.9))


def _brick(noise: NoiseSource) -> Float32Array:
    """Paint brickwork in stretcher bond: 8 bricks of 25 cm by 28 courses of 7 cm on 2 m."""
    n, columns, courses = noise.size_px, 8, 28
    u, v = _grid(n)
    course = np.floor(v * courses).astype(int)
    across = u * columns + 0.5 * (course % 2)
    brick = np.floor(across).astype(int) % columns
    in_joint: BoolArray = (across % 1 < 0.05) | (v * courses % 1 < 0.16)
    tone, hue = noise.cells(courses, columns)[course, brick], noise.cells(courses, columns)[course, brick]
    grain = noise.band(n / 10, n / 2.2, slope=0.2)
    value = np.clip(0.62 + 0.62 * tone + 0.10 * grain + 0.08 * noise.band(1, 8), 0.2, 2)
    bricks = _blend(_coloured((0.235, 0.088, 0.056), value), _coloured((0.165, 0.090, 0.062), value), hue)
    mortar = _coloured((0.30, 0.285, 0.25), 1.0 + 0.10 * grain)
    return np.where(in_joint[..., None], mortar, bricks)


def _roof_tile(noise: NoiseSource) -> Float32Array:
    """Paint interlocking clay tiles: 12 by 10 on 3 m, each rounded, its lower edge casting a dark line."""
    n, columns, rows = noise.size_px, 12, 10
    u, v = _grid(n)
    row, column = np.floor(v * rows).astype(int), np.floor(u * columns).astype(int)
    up, side = v * rows % 1, u * columns % 1
    tone = noise.cells(rows, columns)[row, column]
    round_light = 0.72 + 0.34 * np.sin(np.pi * side) - 0.45 * _soft(np.abs(side - 0.5), 0.42, 0.5)
    shadow = 1 - 0.72 * _soft(up.astype(np.float32), 0.84, 0.97)
    moss = _soft(noise.band(2, 40, slope=0.7), 1.0, 2.6)
    value = round_light * shadow * (0.72 + 0.5 * tone) * (1 + 0.10 * noise.band(n / 10, n / 2.2, slope=0.3))
    clay = _coloured((0.210, 0.082, 0.046), np.clip(value, 0.05, 2).astype(np.float32))
    return _blend(clay, _coloured((0.075, 0.070, 0.045), value.astype(np.float32)), 0.6 * moss)


def _wood(noise: NoiseSource) -> Float32Array:
    grain = noise.band(2, noise.size_px / 2.2, slope=0.7, stretch=(14.0, 1.0))
    value = 1.0 + 0.20 * grain + 0.08 * noise.band(1, 20)
    return _coloured((0.30, 0.205, 0.115), np.clip(value, 0.25, 2))


def _bark(noise: NoiseSource) -> Float32Array:
    """Paint fissured bark: plates drawn out upwards with dark furrows, some lichen."""
    n = noise.size_px
    plates = noise.band(5, n / 4, slope=0.8, stretch=(1.0, 3.5))
    value = 1.0 + 0.22 * plates - 0.62 * (1 - _soft(np.abs(plates), 0.0, 0.5)) + 0.12 * noise.band(n / 10, n / 2.2, slope=0.2)
    lichen = _soft(noise.band(3, 40, slope=0.6), 1.1, 2.3)
    bark = _coloured((0.105, 0.080, 0.058), np.clip(value, 0.15, 2))
    return _blend(bark, _coloured((0.13, 0.135, 0.095), np.clip(value, 0.3, 2)), 0.6 * lichen)


def _hedge(size_px: int) -> ByteArray:
    """Paint a clipped hedge: a wall of leaves with hollows of deep shade."""
    leaves = leaf_wall(size_px, seed=_SEED + 1).astype(np.float32)
    hollows = NoiseSource(size_px, seed=_SEED + 2).band(3, 30, slope=0.6)
    return np.clip(leaves * (1.0 - 0.55 * _soft(hollows, 0.3, 2.0))[..., None], 0, 255).astype(np.uint8)


def _far_foliage(noise: NoiseSource) -> Float32Array:
    """Paint crowns seen from far: rounded clumps lit from above, dark between them."""
    n = noise.size_px
    clumps, leaves = noise.band(6, 90, slope=0.9), noise.band(n / 14, n / 2.6, slope=0.2)
    lit = clumps - np.roll(clumps, -n // 60, axis=0)
    value = np.clip(0.80 + 0.22 * clumps + 0.50 * lit + 0.42 * leaves, 0.12, 2.4)
    warm = _soft(noise.band(1, 6, slope=0.8), -0.4, 1.6)
    return _blend(_coloured((0.036, 0.048, 0.018), value), _coloured((0.058, 0.060, 0.024), value), warm)


_PAINTERS: dict[str, Callable[[NoiseSource], Float32Array]] = {
    "asphalt": _asphalt, "slab": _slab, "concrete": _concrete, "worn": _worn, "grass": _grass, "gravel": _gravel,
    "plaster": _plaster, "brick": _brick, "roof_tile": _roof_tile, "wood": _wood, "bark": _bark, "far_foliage": _far_foliage,
}  # fmt: skip
