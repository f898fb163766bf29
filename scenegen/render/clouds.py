"""Clouds over the sky's half sphere: heaped clouds with flat bases, veils of cirrus, a closed deck."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.render.octahedral import wrapped_noise

CLOUD_SEED = 4071
SOFT_EDGE = 0.07
"""Half the share of the sky over which a cloud's edge fades."""
_LAYERS = 7
"""Heights at which a heap is looked at, from its base up."""
_TALL = 0.55
"""Height of the tallest heaps over that of their bases."""
_TAPER = 0.24
"""How much denser than at its edge a cloud must be to reach the top."""
_TEXELS = 16.0
"""Texels of noise to the height of the bases: 256 of them, one tile, are some 19 km under bases at 1.2 km."""
_MAP_STEP_RAD = 0.008
"""Angle between texels of the sky's map, about."""


def clouds(view: FloatArray, sun: FloatArray, cloud: float) -> tuple[FloatArray, FloatArray]:
    """Give the clouds in each direction.

    Args:
        view: (n, 3) unit directions over the horizon.
        sun: (3,) unit, towards the sun.
        cloud: share of the sky that is covered, 0..1.
    Returns:
        How dense the cloud is, (n,) 0..1, and what share of the sun's light on it it throws to the eye, (n,).
    """
    if cloud <= 0:
        return np.zeros(len(view)), np.zeros(len(view))
    eye = np.asarray(view, np.float32)
    density, lit = _heaps(eye, np.asarray(sun, np.float32), cloud)
    veil = _cirrus(eye, cloud)
    towards = np.clip(eye @ np.asarray(sun, np.float32), 0.0, 1.0)
    thin = 0.55 + 0.6 * towards**8
    whole = 1 - (1 - density) * (1 - veil)
    share = np.divide(density, whole, out=np.zeros_like(whole), where=whole > 1e-6)
    # A deck without gaps has none where its edge would be soft.
    whole = 1 - (1 - whole) * (1 - np.float32(cloud**16))
    return np.asarray(whole, np.float64), np.asarray(np.clip(lit * share + thin * (1 - share), 0.05, 1.3), np.float64)


def _heaps(view: Float32Array, sun: Float32Array, cloud: float) -> tuple[Float32Array, Float32Array]:
    """Look through a layer of heaped clouds from their bases to their tops, front to back."""
    flat = view[:, :2] / (view[:, 2:] + 0.07)
    noise = _mips(np.asarray(wrapped_noise(CLOUD_SEED, 256), np.float32))
    # Texels of noise under one of the map's, where the layer is seen at this slant.
    spacing = np.asarray(_TEXELS * _MAP_STEP_RAD / (view[:, 2] + 0.07) ** 1.6, np.float32)
    value = _billows(noise, flat * np.float32(_TEXELS), spacing)
    # Choose the cut so that the share of the sky asked for is covered, with soft edges on both sides of it; bases cover less
    # than they do with the heaps on them, which lean over the gaps seen aslant.
    bases = cloud * (1 - 0.3 * (1 - cloud))
    clear, full = np.quantile(value, [max(1 - bases - SOFT_EDGE, 0.0), min(1 - bases + SOFT_EDGE, 1.0)])
    passed = np.ones(len(view), np.float32)
    light = np.zeros(len(view), np.float32)
    towards = np.clip(view @ sun, 0.0, 1.0)
    silver = 0.45 * towards**10
    for layer in range(_LAYERS):
        height = layer / (_LAYERS - 1)
        at = flat * np.float32(_TEXELS * (1 + _TALL * height))
        here = value if layer == 0 else _billows(noise, at, spacing)
        sunward = _read(noise, at + sun[:2] * np.float32(3.0), spacing)
        cut = clear + _TAPER * height * (1 - cloud**2)
        covers = np.clip((here - cut) / (full - clear), 0.0, 1.0) * (0.75 if layer == 0 else 0.55)
        # Bases lie in the shade of what is above them; tops and the sides towards the sun are white.
        shade = 0.22 + 0.72 * height + 0.9 * (here - sunward) + silver * (1.0 - 0.6 * np.clip((here - cut) * 3, 0, 1))
        light += passed * covers * np.clip(shade, 0.10, 1.25)
        passed *= 1 - covers
    covered = 1 - passed
    lit = np.divide(light, covered, out=np.full_like(light, 0.3), where=covered > 1e-4)
    # Far clouds shrink to nothing before they reach the horizon.
    return covered * np.clip(view[:, 2] / 0.04, 0.0, 1.0) ** (1 - cloud), lit


def _billows(noise: list[Float32Array], at: Float32Array, spacing: Float32Array) -> Float32Array:
    """Give cloud-like values: large heaps whose edges smaller ones eat into."""
    fine = _read(noise, at * 3.7 + 11.0, spacing * 3.7)
    return np.asarray(_read(noise, at, spacing) + 0.20 * (fine - 0.5), np.float32)


def _mips(noise: Float32Array) -> list[Float32Array]:
    """Give a tiling noise and its averages over 2, 4, 8 and 16 texels."""
    levels = [noise]
    for _ in range(4):
        n = len(levels[-1]) // 2
        levels.append(np.asarray(levels[-1].reshape(n, 2, n, 2).mean((1, 3)), np.float32))
    return levels


def _read(mips: list[Float32Array], at: Float32Array, spacing: Float32Array) -> Float32Array:
    """Read noise at positions (m, 2) in texels, averaged over the spacing (m,) of the positions."""
    level = np.clip(np.floor(np.log2(np.maximum(spacing, 1.0)) + 0.5), 0, len(mips) - 1)
    out = np.empty(len(at), np.float32)
    for k, image in enumerate(mips):
        there = np.flatnonzero(level == k)
        out[there] = _bilinear(image, (at[there] + 0.5) / 2**k - 0.5)
    return out


def _cirrus(view: Float32Array, cloud: float) -> Float32Array:
    """Give how dense the veil of cirrus is, 0..1: streaks high up, drawn out along the wind."""
    flat = view[:, :2] / (view[:, 2:] + 0.12)
    noise = np.asarray(wrapped_noise(CLOUD_SEED + 1, 256), np.float32)
    turned = np.asarray(flat @ np.array([[0.8, -0.6], [0.6, 0.8]], np.float32), np.float32)
    bent = turned[:, 1] + 0.35 * _bilinear(noise, turned * np.float32(4.0))
    streaks = _bilinear(noise, np.asarray(np.stack([turned[:, 0] * 3.0, bent * 26.0], axis=1), np.float32))
    fields = _bilinear(noise, turned * np.float32(5.0) + np.float32(91.0))
    strength = 0.75 * min(1.0, 3.0 * cloud) * (1 - cloud**4)
    veil = strength * np.clip(fields * 1.8 - 0.9, 0.0, 1.0) * np.clip(streaks * 1.5 - 0.4, 0.0, 1.0)
    return np.asarray(veil * np.clip(view[:, 2] / 0.08, 0.0, 1.0), np.float32)


def _bilinear(image: Float32Array, at: Float32Array) -> Float32Array:
    """Read a tiling square image (n, n) at positions (m, 2) in texels."""
    n = len(image)
    low = np.floor(at)
    share = at - low
    x0, y0 = np.mod(low.astype(np.int32), n).T
    x1, y1 = (x0 + 1) % n, (y0 + 1) % n
    flat = image.ravel()
    near = flat[y0 * n + x0] * (1 - share[:, 0]) + flat[y0 * n + x1] * share[:, 0]
    far = flat[y1 * n + x0] * (1 - share[:, 0]) + flat[y1 * n + x1] * share[:, 0]
    return np.asarray(near * (1 - share[:, 1]) + far * share[:, 1], np.float32)
