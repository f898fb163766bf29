"""Wooded ridges behind the fields: long low hills that close the view, seen through haze."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.models.foliage import leafy_hull
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.shapes import Finish
from scenegen.models.static import draws_of, number_option, refuse_unknown_options, static_model

_SALT = 19
_COLUMNS = 41


def build_ridge(spec: ModelSpec) -> Model:
    """Build a ridge along x; options `length` (700 m) and `height` (30 to 70 m)."""
    refuse_unknown_options(spec, ("height", "length"))
    rng = draws_of(spec, salt=_SALT)
    length = number_option(spec, "length", 700.0, low=100.0, high=3000.0)
    height = number_option(spec, "height", float(rng.uniform(30.0, 70.0)), low=5.0, high=300.0)
    share = np.linspace(-1.0, 1.0, _COLUMNS)
    waves = sum(float(rng.uniform(0.3, 1.0)) * np.sin(share * k * np.pi + rng.uniform(0, 6.28)) / k for k in (1, 2, 3, 5, 8))
    top = (1.0 - share**2) ** 0.8 * (1.0 + 0.28 * np.asarray(waves)) + 0.012 * np.clip(rng.normal(0, 1, _COLUMNS), -2, 2)
    top = height * np.clip(top, 0.04, None) / top.max()
    section = np.array([[-1.0, 0.0], [-0.62, 0.38], [-0.3, 0.8], [0.0, 1.0], [0.3, 0.8], [0.62, 0.38], [1.0, 0.0]])
    half_width = 0.16 * length
    points = np.stack(
        np.broadcast_arrays(share[:, None] * length / 2, section[None, :, 0] * half_width, section[None, :, 1] * top[:, None]),
        axis=-1,
    )
    openness = 0.55 + 0.45 * section[:, 1]
    mesh = leafy_hull(points.copy(), openness, Finish("far_foliage", 0, (215, 225, 210)))
    corners = mesh.positions_m.astype(np.float64).reshape(-1, 3, 3)  # a hull's faces have vertices of their own
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing /= np.linalg.norm(facing, axis=1, keepdims=True)
    shaded = replace(mesh, normals=np.repeat(facing, 3, axis=0).astype(np.float32))
    return static_model(spec, parts=("woods",), meshes=[shaded])
