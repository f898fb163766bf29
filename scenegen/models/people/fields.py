"""Signed distance fields: closed forms and the smooth ways to join and cut them.

A field takes points (3, n) float32, metres, and gives (n,) float32: negative inside. Coordinates come as three rows
because a row is contiguous, which makes every operation several times faster than on (n, 3).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TypeAlias

import numpy as np

from scenegen.geometry import Float32Array, FloatArray

Field: TypeAlias = Callable[[Float32Array], Float32Array]
Vector: TypeAlias = FloatArray
EVERYWHERE = (1.0, 1.0, 1.0)


def vector(x: float, y: float, z: float) -> Vector:
    """Give a point or a direction, (3,) float64."""
    return np.array((x, y, z), np.float64)


def capsule(
    start: Vector, end: Vector, radius_start: float, radius_end: float, squash: tuple[float, float, float] = EVERYWHERE
) -> Field:
    """Give a capsule whose radius changes along its axis; a squash above 1 thins it along that coordinate."""
    x0, y0, z0 = start.tolist()
    dx, dy, dz = (end - start).tolist()
    qx, qy, qz = squash
    scale, first, growth = 1.0 / (dx * dx + dy * dy + dz * dz), float(radius_start), float(radius_end - radius_start)
    shrink = 1.0 / max(squash)

    def distance(points: Float32Array) -> Float32Array:
        x, y, z = points[0] - x0, points[1] - y0, points[2] - z0
        t = np.clip((x * dx + y * dy + z * dz) * scale, 0.0, 1.0)
        x, y, z = (x - t * dx) * qx, (y - t * dy) * qy, (z - t * dz) * qz
        result: Float32Array = (np.sqrt(x * x + y * y + z * z) - (first + growth * t)) * shrink
        return result

    return distance


def ellipsoid(centre: Vector, radii: Vector, axes: FloatArray | None = None) -> Field:
    """Give an ellipsoid, exact to first order at its surface; the rows of `axes` are its own directions."""
    cx, cy, cz = centre.tolist()
    ix, iy, iz = (1.0 / radii).tolist()
    rows = None if axes is None else axes.tolist()

    def distance(points: Float32Array) -> Float32Array:
        x, y, z = points[0] - cx, points[1] - cy, points[2] - cz
        if rows is not None:
            x, y, z = (x * row[0] + y * row[1] + z * row[2] for row in rows)
        x, y, z = x * ix, y * iy, z * iz
        near = np.sqrt(x * x + y * y + z * z)
        x, y, z = x * ix, y * iy, z * iz
        result: Float32Array = near * (near - 1.0) / np.maximum(np.sqrt(x * x + y * y + z * z), 1e-6)
        return result

    return distance


def rounded_box(centre: Vector, half: Vector, radius: float) -> Field:
    """Give a box along the coordinates with rounded edges."""
    cx, cy, cz = centre.tolist()
    hx, hy, hz = (half - radius).tolist()
    radius = float(radius)

    def distance(points: Float32Array) -> Float32Array:
        x, y, z = np.abs(points[0] - cx) - hx, np.abs(points[1] - cy) - hy, np.abs(points[2] - cz) - hz
        inside = np.minimum(np.maximum(np.maximum(x, y), z), 0.0)
        x, y, z = np.maximum(x, 0.0), np.maximum(y, 0.0), np.maximum(z, 0.0)
        result: Float32Array = np.sqrt(x * x + y * y + z * z) + inside - radius
        return result

    return distance


def smooth_minimum(a: Float32Array, b: Float32Array, blend: float) -> Float32Array:
    """Give the polynomial minimum that rounds the seam over the length `blend`."""
    overlap = np.maximum(blend - np.abs(a - b), 0.0)
    joined: Float32Array = np.minimum(a, b) - overlap * overlap * (0.25 / blend)
    return joined


def union(blend: float, *fields: Field) -> Field:
    """Melt fields together over the length `blend`."""
    blend = float(blend)
    return lambda points: reduce(lambda a, b: smooth_minimum(a, b, blend), (field(points) for field in fields))


def carve(field: Field, tool: Field, blend: float = 0.004) -> Field:
    """Take `tool` out of `field`."""
    blend = float(blend)
    return lambda points: -smooth_minimum(-field(points), tool(points), blend)


def cut(field: Field, point: Vector, away: Vector, blend: float = 0.004) -> Field:
    """Keep the part of a field on the side of a plane that `away` points away from."""
    px, py, pz = point.tolist()
    nx, ny, nz = (away / np.linalg.norm(away)).tolist()
    blend = float(blend)

    def distance(points: Float32Array) -> Float32Array:
        beyond = (points[0] - px) * nx + (points[1] - py) * ny + (points[2] - pz) * nz
        return -smooth_minimum(-field(points), -beyond, blend)

    return distance


def cut_above(field: Field, height: float, blend: float = 0.004) -> Field:
    """Keep what lies below a height."""
    return cut(field, vector(0, 0, height), vector(0, 0, 1), blend)


def cut_below(field: Field, height: float, blend: float = 0.004) -> Field:
    """Keep what lies above a height."""
    return cut(field, vector(0, 0, height), vector(0, 0, -1), blend)


def grow(field: Field, by: float) -> Field:
    """Move the surface outwards."""
    by = float(by)
    return lambda points: field(points) - by


def slim_above(field: Field, height: float, by: float) -> Field:
    """Move the surface inwards above a height, so that what covers it there is never pierced."""
    height, by = float(height), float(by)
    return lambda points: field(points) + by * np.clip((points[2] - height + 0.015) / 0.035, 0.0, 1.0)


def bump(points: Float32Array, centre: Vector, width: float) -> Float32Array:
    """Give a bell of height 1 around a point, with width in metres."""
    cx, cy, cz = centre.tolist()
    square = (points[0] - cx) ** 2 + (points[1] - cy) ** 2 + (points[2] - cz) ** 2
    bell: Float32Array = np.exp(-square / float(width * width))
    return bell


def folded(field: Field, depth: float, frequency: float, seed: int, where: Field | None = None) -> Field:
    """Lay cloth folds on a field: warped sine waves added to the distance, weighted by `where`."""
    draws = np.random.default_rng(seed)
    waves = draws.normal(size=(3, 3)) * (1.0, 1.0, 1.7)
    waves *= frequency * draws.uniform(0.6, 1.6, (3, 1)) / np.linalg.norm(waves, axis=1, keepdims=True)
    directions, phases, depth = waves.tolist(), draws.uniform(0.0, 6.3, 3).tolist(), float(depth) / 1.7

    def distance(points: Float32Array) -> Float32Array:
        along = [points[0] * d[0] + points[1] * d[1] + points[2] * d[2] for d in directions]
        wave = sum(np.sin(along[i] + phases[i] + 1.2 * np.sin(along[(i + 1) % 3])) for i in range(3))
        height = depth * wave
        result: Float32Array = field(points) - (height if where is None else height * where(points))
        return result

    return distance
