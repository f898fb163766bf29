"""The coarsest level of a vehicle's skin, for a body a few dozen pixels wide: few large triangles, lamps as flat boards."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.forms import boards_of, unit
from scenegen.models.vehicles.skin import IndexArray, Skin, gather
from scenegen.models.vehicles.tidy import welded

_LAMPS = ("lens", "head_lamp", "tail_lamp", "brake_lamp", "reverse_lamp", "indicator")
_OFF_M = (0.02, 0.03)
"""How far boards stand off the body: the lens, and the lamps over it."""
_CENTRE_LINE_M = 2e-4


def coarsened(skin: Skin, *, cell_m: float) -> Skin:
    """Give the left half of a body in few triangles, with its lamps laid on as boards so that they still light up."""
    boards = lamp_boards(skin)
    plain = Skin(skin.corners, skin.materials.copy())
    plain.materials[np.isin(plain.materials, [MATERIAL[name] for name in _LAMPS])] = MATERIAL["paint"]
    return gather([clustered(plain, cell_m=cell_m), *boards])


def clustered(skin: Skin, *, cell_m: float) -> Skin:
    """Give the skin with all vertices of one cubic cell moved to their middle; what lies on the centre line stays there.

    Far cars only: outlines move by up to half a cell, and no gap opens, since a place moves whatever its material is.
    """
    points, normals, faces, materials = welded(skin)
    is_centre = np.abs(points[:, 1]) < _CENTRE_LINE_M
    cells = np.floor(points / cell_m).astype(np.int64)
    cells[is_centre, 1] = -1
    _, index = np.unique(cells, axis=0, return_inverse=True)
    index = index.ravel()  # numpy 2.0 keeps the shape of what was indexed
    count = np.bincount(index)
    middle = np.stack([np.bincount(index, weights=points[:, axis]) / count for axis in range(3)], 1)
    turned = np.stack([np.bincount(index, weights=normals[:, axis]) for axis in range(3)], 1)
    faces = index[faces]
    a, b, c = faces.T
    whole = (a != b) & (b != c) & (a != c)
    whole[_twins(faces)] = False
    faces, materials = faces[whole], materials[whole]
    return Skin(np.concatenate([middle[faces], unit(turned.astype(float))[faces]], axis=2), materials)


def _twins(faces: IndexArray) -> BoolArray:
    """Tell which faces lie on another face of the same three vertices: all but the first, or all if the set has both sides."""
    _, first, index = np.unique(np.sort(faces, axis=1), axis=0, return_index=True, return_inverse=True)
    index = index.ravel()
    a, b, c = faces.T
    side = np.sign((b - a) * (c - b) * (a - c))  # the same for every turn of a face, the other for its back
    total = np.bincount(index, weights=side)
    is_flat = np.abs(total) < 0.5
    return np.asarray((first[index] != np.arange(len(faces))) | is_flat[index])


def lamp_boards(skin: Skin) -> list[Skin]:
    """Give a flat board over each lamp of each end of the car's left half."""
    middle = skin.corners[..., :3].mean(1)
    boards = []
    for name in _LAMPS:
        for end in (1, -1):
            chosen = (skin.materials == MATERIAL[name]) & (end * middle[:, 0] > 0)
            if chosen.any():
                points = skin.corners[chosen, :, :3].reshape(-1, 3)
                boards.append(boards_of(_board(points, end, _OFF_M[name != "lens"])[None], name))
    return boards


def _board(points_m: FloatArray, end: int, off_m: float) -> FloatArray:
    """Lay a quad over points near the nose (end 1) or tail (-1), from their innermost to their outermost place."""
    y = points_m[:, 1]
    y0, y1, (z0, z1) = float(y.min()), float(y.max()), np.quantile(points_m[:, 2], (0.05, 0.95))
    reach = 0.3 * (y1 - y0) + 1e-6
    x0, x1 = (end * float((end * points_m[near, 0]).mean()) + end * off_m for near in (y < y0 + reach, y > y1 - reach))
    corners = np.array([[x0, y0, z0], [x1, y1, z0], [x1, y1, z1], [x0, y0, z1]])
    return corners if end > 0 else corners[::-1]
