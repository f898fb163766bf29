"""Spruces and pines of gardens and wood edges: tiers of drooping boughs round a straight stem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.foliage import sprigs
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, finished_mesh, tube
from scenegen.models.static import draws_of, number_option, refuse_unknown_options, static_model

_SALT = 14
_LODS = ((0.0, 12, 11, 620, 0.52), (17.0, 9, 9, 200, 0.95), (45.0, 7, 6, 60, 1.5))
"""Least distance, tiers, boughs a tier, sprays, mean edge of a spray at each level of detail."""
_TINTS = ((150, 176, 150), (168, 186, 150), (140, 168, 165))


def build_conifer(spec: ModelSpec) -> Model:
    """Build a spruce; option `height` in metres, else 6 to 12."""
    refuse_unknown_options(spec, ("height",))
    rng = draws_of(spec, salt=_SALT)
    height = number_option(spec, "height", float(rng.uniform(6.0, 12.0)), low=2.0, high=30.0)
    half_width, bare = height * float(rng.uniform(0.17, 0.25)), float(rng.uniform(0.05, 0.14)) * height
    tint = _TINTS[int(rng.integers(len(_TINTS)))]
    meshes = []
    for level, (_, tiers, boughs, count, edge_m) in enumerate(_LODS):
        level_rng = np.random.default_rng([_SALT, spec.seed, level])
        dark = Finish("far_foliage", 1, (tint[0] // 2, tint[1] // 2, tint[2] // 2))
        stem = tube(
            [[0, 0, -0.05], [0, 0, height * 0.96]],
            [0.016 * height, 0.02],
            Finish("bark", 0, (190, 170, 155), 160),
            sides=7 - 2 * level,
            capped=False,
        )
        skirts = [_skirt(at, tiers, bare, height, half_width, boughs, dark) for at in range(tiers)]
        sprays = _boughs(bare, height, half_width, level_rng, count=count, edge_m=edge_m * height / 9.0, tint=tint)
        meshes.append(join([stem, *skirts, sprays]))
    return static_model(spec, parts=("trunk", "crown"), meshes=meshes, lod_distance_m=[lod[0] for lod in _LODS])


def _reach(share: FloatArray | float, half_width: float) -> FloatArray:
    """Radius of the crown at a share of its height: a cone that swells a little below."""
    return np.asarray(half_width * (1.0 - share) ** 0.85 * (0.55 + 0.45 * np.minimum(1.0, np.asarray(share) / 0.12)))


def _skirt(at: int, tiers: int, bare: float, height: float, half_width: float, boughs: int, finish: Finish) -> Mesh:
    """Hang one tier: a cone with a rim of points that keeps daylight out."""
    low, high = (bare + (height - bare) * share for share in (at / tiers, min((at + 1.9) / tiers, 1.0)))
    radius = 0.80 * float(_reach(at / tiers, half_width)) + 0.05
    angle = np.arange(2 * boughs) * np.pi / boughs + 0.7 * at
    jag = np.where(np.arange(2 * boughs) % 2, 0.62, 1.0)
    rim = np.stack(
        [radius * jag * np.cos(angle), radius * jag * np.sin(angle), low + 0.12 * radius * (1 - jag) * 4 + 0 * angle], 1
    )
    n = 2 * boughs
    points = np.concatenate([rim, np.tile([0.0, 0.0, high], (n, 1))])
    normals = np.concatenate([np.stack([np.cos(angle), np.sin(angle), 0 * angle + 0.55], 1), np.tile([0.0, 0.0, 1.0], (n, 1))])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    i = np.arange(n)
    flat = radius * np.arange(n) * np.pi / boughs
    uv = np.concatenate([np.stack([flat, points[:n, 2]], 1), np.stack([flat + radius * np.pi / n, 0 * flat + high], 1)])
    rim_i, next_i = i, np.roll(i, -1)
    points = np.concatenate([points, rim[:1]])  # where the pattern begins again
    normals, uv = np.concatenate([normals, normals[:1]]), np.concatenate([uv, [[radius * 2 * np.pi, rim[0, 2]]]])
    next_i = np.where(next_i == 0, 2 * n, next_i)
    mesh = finished_mesh(points, normals, np.stack([rim_i, next_i, n + i], 1), finish, uv=uv)
    low_light = np.where(jag == 1.0, 190, 110)
    light = np.concatenate([low_light, np.full(n, 70), low_light[:1]])
    return replace(mesh, tint=np.concatenate([mesh.tint[:, :3], light[:, None].astype(np.uint8)], axis=1))


def _boughs(
    bare: float,
    height: float,
    half_width: float,
    rng: np.random.Generator,
    *,
    count: int,
    edge_m: float,
    tint: tuple[int, int, int],
) -> Mesh:
    """Let sprays droop out of the crown's skin, more of them below where it is wide."""
    share = 1.0 - np.sqrt(rng.uniform(0.0, 1.0, count))
    share[:8] = 0.12  # where the crown is widest
    angle = np.arange(count) * 2.39996 + rng.normal(0, 0.3, count)  # golden angle: no side is bare
    radius = _reach(share, half_width) * rng.uniform(0.72, 0.98, count)
    out = np.stack([np.cos(angle), np.sin(angle)], 1)
    places = np.concatenate([radius[:, None] * out, (bare + share * (height - bare - 0.35))[:, None]], 1)
    outward = np.concatenate([out, np.full((count, 1), 0.45)], 1) / np.hypot(1.0, 0.45)
    light = np.clip(0.35 + 0.45 * share + rng.normal(0, 0.1, count), 0.25, 0.95)
    mesh = sprigs(places, outward, light, rng, edge_m=edge_m, finish=Finish("leaf", 1, tint))
    points = mesh.positions_m.copy()
    points[:, 2] = np.clip(points[:, 2], 0.5 * bare, height)
    far = np.hypot(points[:, 0], points[:, 1]) / (1.02 * half_width)  # levels of detail keep one outline
    points[:, :2] /= np.maximum(far, 1.0)[:, None]
    return replace(mesh, positions_m=points)
