"""Small solids that vehicles are fitted with: turned profiles, rounded boxes, flat boards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.skin import IndexArray, Skin


def smooth_normals(points_m: FloatArray, faces: IndexArray) -> FloatArray:
    """Give area-weighted unit normals at the points of an indexed mesh."""
    a, b, c = points_m[faces[:, 0]], points_m[faces[:, 1]], points_m[faces[:, 2]]
    n: FloatArray = np.cross(b - a, c - a)
    columns = [np.bincount(faces.ravel(), weights=np.repeat(n[:, axis], 3), minlength=len(points_m)) for axis in range(3)]
    return unit(np.stack(columns, 1).astype(np.float64))


def unit(vectors: FloatArray | Float32Array) -> FloatArray:
    """Scale vectors to length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12), np.float64)


def turned(profile: list[tuple[float, float]], material: str, *, segments: int) -> Skin:
    """Revolve (radius, y) points about the y axis; the outside lies to the right of the way along the profile.

    Normals are smooth around and along, but split where the profile bends by more than 50 degrees.
    """
    points = np.array(profile, float)
    turn = np.linspace(0, 2 * np.pi, segments + 1)
    turn[-1] = 0.0  # close the seam to the last bit
    run = unit(np.diff(points, axis=0))
    out = np.stack([run[:, 1], -run[:, 0]], 1)
    before, after = np.concatenate([out[:1], out]), np.concatenate([out, out[-1:]])
    is_soft = (before * after).sum(1) > np.cos(np.deg2rad(50))
    mean = unit(before + after)
    first = np.where(is_soft[:, None], mean, after)[:-1]
    second = np.where(is_soft[:, None], mean, before)[1:]
    bands = np.stack([np.stack([points[:-1], points[1:]], 1), np.stack([first, second], 1)], 2)  # (band, end, what, r/y)

    def ring(values: FloatArray) -> FloatArray:
        r, y = values[..., 0], values[..., 1]
        flat = np.broadcast_to(y, (len(turn), *y.shape))
        return np.stack([np.multiply.outer(np.cos(turn), r), flat, np.multiply.outer(np.sin(turn), r)], -1)

    grid = ring(bands).reshape(len(turn), len(points) - 1, 2, 6)
    here, there = grid[:-1], grid[1:]
    a, b, c, d = here[:, :, 0], here[:, :, 1], there[:, :, 1], there[:, :, 0]
    corners = np.concatenate([np.stack([a, b, c], 2).reshape(-1, 3, 6), np.stack([a, c, d], 2).reshape(-1, 3, 6)])
    skin = Skin.of(np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((len(corners), 3), int), material)
    skin.corners = corners
    return _solid(skin)


def rounded_box(
    size_m: tuple[float, float, float],
    at: tuple[float, float, float],
    material: str,
    *,
    power: float = 4.0,
    segments: int = 6,
    turn: float = 0.0,
    tilt: float = 0.0,
) -> Skin:
    """Make a superquadric: power 2 is an ellipsoid, 8 nearly a block; tilt turns about y, then turn about z."""
    u = np.linspace(-np.pi, np.pi, 2 * segments + 1)
    v = np.linspace(-np.pi / 2, np.pi / 2, segments + 1)

    def bulge(wave: FloatArray, exponent: float) -> FloatArray:
        return np.asarray(np.sign(wave) * np.abs(wave) ** exponent)

    def ball(exponent: float) -> FloatArray:
        around, up = np.meshgrid(u, v, indexing="ij")
        flat = bulge(np.cos(up), exponent)
        x, y = flat * bulge(np.cos(around), exponent), flat * bulge(np.sin(around), exponent)
        return np.stack([x, y, bulge(np.sin(up), exponent)], 2).reshape(-1, 3)

    half = np.array(size_m) / 2
    points, normals = ball(2 / power) * half, unit(ball(2 - 2 / power) / half)
    ct, st, cz, sz = np.cos(tilt), np.sin(tilt), np.cos(turn), np.sin(turn)
    rotation = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1.0]]) @ np.array([[ct, 0, st], [0, 1.0, 0], [-st, 0, ct]])
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(2 * segments), np.arange(segments), indexing="ij"))
    row = segments + 1
    a, b, c, d = i * row + j, (i + 1) * row + j, (i + 1) * row + j + 1, i * row + j + 1
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    return _solid(Skin.of(points @ rotation.T + np.array(at), normals @ rotation.T, faces, material))


def tube(path_m: Sequence[tuple[float, float, float]], radius_m: float, material: str, *, segments: int) -> Skin:
    """Make a round tube along a path of straight pieces, with flat ends."""
    path = np.array(path_m, float)
    run = unit(np.diff(path, axis=0))
    along = unit(np.concatenate([run[:1], run[:-1] + run[1:], run[-1:]]))
    aside = unit(np.cross(along, np.where(np.abs(along[:, 1:2]) > 0.9, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))))
    up = np.cross(aside, along)
    turn = np.arange(segments) * 2 * np.pi / segments
    out = np.cos(turn)[None, :, None] * aside[:, None] + np.sin(turn)[None, :, None] * up[:, None]
    points = path[:, None] + radius_m * out
    ring = np.concatenate([points, out], axis=2)
    here, there = ring[:-1], ring[1:]
    a, b, c, d = here, np.roll(here, -1, 1), np.roll(there, -1, 1), there
    corners = np.concatenate([np.stack([a, d, c], 2).reshape(-1, 3, 6), np.stack([a, c, b], 2).reshape(-1, 3, 6)])
    caps = []
    for end, sign in ((0, -1.0), (-1, 1.0)):
        normal = np.broadcast_to(sign * along[end], (segments, 3))
        middle = np.broadcast_to(path[end], (segments, 3))
        first, second = points[end], np.roll(points[end], -1, 0)
        rim = (second, first) if sign > 0 else (first, second)
        caps.append(np.stack([np.concatenate([p, normal], 1) for p in (middle, *rim)], 1))
    corners = np.concatenate([corners, *caps])
    return _outwards(Skin(corners, np.full(len(corners), MATERIAL[material], np.uint8)))


def _outwards(skin: Skin) -> Skin:
    """Turn over the triangles that look against their normals."""
    a, b, c = np.moveaxis(skin.corners[..., :3], 1, 0)
    is_back = (np.cross(b - a, c - a) * skin.corners[..., 3:].mean(1)).sum(1) < 0
    skin.corners[is_back] = skin.corners[is_back][:, ::-1]
    return _solid(skin)


def block(low: tuple[float, float, float], high: tuple[float, float, float], material: str) -> Skin:
    """Make a plain box between two corners, 12 triangles, sharp edges."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    boards = [
        [(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)], [(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)],
        [(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)], [(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)],
        [(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)], [(x0, y1, z0), (x1, y1, z0), (x1, y0, z0), (x0, y0, z0)],
    ]  # fmt: skip
    return boards_of(np.array(boards), material)


def boards_of(quads_m: FloatArray, material: str) -> Skin:
    """Make flat boards from quads (n, 4, 3), counter-clockwise from outside."""
    normal = unit(np.cross(quads_m[:, 1] - quads_m[:, 0], quads_m[:, 2] - quads_m[:, 0]))
    n = len(quads_m)
    corner = 4 * np.arange(n)[:, None]
    faces = np.concatenate([corner + np.array([0, 1, 2]), corner + np.array([0, 2, 3])])
    return Skin.of(quads_m.reshape(-1, 3), np.repeat(normal, 4, axis=0), faces, material)


def _solid(skin: Skin) -> Skin:
    """Drop triangles without area, as at a pole."""
    a, b, c = skin.corners[:, 0, :3], skin.corners[:, 1, :3], skin.corners[:, 2, :3]
    keep = np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-10
    return Skin(skin.corners[keep], skin.materials[keep])
