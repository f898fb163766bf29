"""Textures keep their proportions: no metre of pattern is drawn out more than three times as far one way as the other."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.models.catalogue import KINDS, build
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh, ModelSpec

MOST = 3.0
CRUSHED = {"fallen_tree": 3.7}
"""A crown that lies is pressed flat, with the dark inside of its leaves."""
PATTERNED = [i for i, m in enumerate(MATERIALS) if m.texture and not m.alpha_tested]
STILL = [kind for kind, entry in KINDS.items() if entry.category in ("scenery", "debris", "prop") and "/" not in kind]


def stretch(mesh: Mesh) -> np.ndarray:
    """Larger over smaller length of pattern per metre of surface, (m,) of the patterned triangles, by area of a hand."""
    faces = mesh.faces[np.isin(mesh.material[mesh.faces[:, 0]], PATTERNED)]
    corners, uv = mesh.positions_m[faces].astype(float), mesh.uv[faces].astype(float)
    along, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.linalg.norm(np.cross(along, other), axis=1) / 2
    keep = area > 0.01
    (
        along,
        other,
        uv,
    ) = along[keep], other[keep], uv[keep]
    length = np.linalg.norm(along, axis=1)
    first = (other * along).sum(1) / length
    flat = np.zeros((len(length), 2, 2))
    flat[:, 0, 0], flat[:, 0, 1] = length, first
    flat[:, 1, 1] = np.sqrt(np.maximum((other**2).sum(1) - first**2, 1e-18))
    pattern = np.stack([uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]], axis=-1)
    lengths = np.linalg.svd(pattern @ np.linalg.inv(flat), compute_uv=False)
    return np.asarray(lengths[:, 0] / np.maximum(lengths[:, 1], 1e-9))


@pytest.mark.parametrize("kind", STILL)
def test_no_texture_is_stretched_more_than_three_to_one(kind: str) -> None:
    for seed in (0, 1):
        for mesh in build(ModelSpec(kind, seed)).meshes:
            ratio = stretch(mesh)
            assert ratio.max(initial=1.0) <= CRUSHED.get(kind, MOST)
