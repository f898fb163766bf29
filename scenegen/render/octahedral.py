"""Maps of the whole sphere on a square (octahedral), and noise that tiles."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray


def octahedral_directions(size: int) -> FloatArray:
    """Give the unit direction of every texel centre, (size, size, 3); the middle of the map is +z.

    Source:
        Cigolle et al. 2014, A survey of efficient representations for independent unit vectors.
    """
    line = (np.arange(size) + 0.5) / size * 2 - 1
    u, v = np.meshgrid(line, line)
    z = 1 - np.abs(u) - np.abs(v)
    fold = np.maximum(-z, 0)
    direction = np.stack([u - np.copysign(fold, u), v - np.copysign(fold, v), z], axis=-1)
    return np.asarray(direction / np.linalg.norm(direction, axis=-1, keepdims=True))


def solid_angles(size: int) -> FloatArray:
    """Give the solid angle of every texel, (size, size), steradian; they sum to 4 pi."""
    line = (np.arange(size) + 0.5) / size * 2 - 1
    u, v = np.meshgrid(line, line)
    z = 1 - np.abs(u) - np.abs(v)
    fold = np.maximum(-z, 0)
    # A texel of the octahedron shrinks with the cube of its distance from the middle.
    share = 1.0 / (np.square(np.abs(u) - fold) + np.square(np.abs(v) - fold) + z * z) ** 1.5
    return np.asarray(share * (4 * np.pi / share.sum()))


def shrunk(image: FloatArray, size: int) -> FloatArray:
    """Average a square image (n, n, c) down to (size, size, c); n is a multiple of size."""
    step = len(image) // size
    return np.asarray(image.reshape(size, step, size, step, -1).mean((1, 3)))


def wrapped_noise(seed: int, size: int) -> FloatArray:
    """Give cloud-like noise (size, size) that tiles, ranked so that its values are spread evenly over 0..1."""
    white = np.random.default_rng(seed).standard_normal((size, size))
    fx, fy = np.meshgrid(np.fft.rfftfreq(size) * size, np.fft.fftfreq(size) * size)
    # Fall with frequency as turbulence does, and keep out waves longer than a quarter of the tile.
    frequency = np.hypot(fx, fy)
    strength = np.where(frequency < 0.5, 0.0, 1.0 / np.maximum(frequency, 3.0) ** 1.9)
    smooth = np.fft.irfft2(np.fft.rfft2(white) * strength, s=(size, size))
    rank = np.empty(size * size)
    rank[np.argsort(smooth, axis=None, kind="stable")] = np.arange(size * size) / (size * size)
    return rank.reshape(size, size)


def half_float_rgba(image: FloatArray | Float32Array, alpha: Float32Array | float = 1.0) -> bytes:
    """Pack RGB (..., 3) with alpha (...) as half floats for the device."""
    packed = np.empty((*image.shape[:-1], 4), np.float16)
    packed[..., :3] = np.minimum(image, 6.0e4)
    packed[..., 3] = alpha
    return packed.tobytes()
