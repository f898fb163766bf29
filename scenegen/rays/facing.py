"""Which faces of a thing a sparse bundle of rays may meet: most triangles of a far person lie between a scanner's beams."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.rays.solid import Indices
from scenegen.rays.turning import turned

_CELLS = 128
"""Cells per side of the grid that rays are counted on."""
_ROOM = 1e-4
"""Cells that bounds are widened by, above float32's rounding."""


def faced_by_rays(points_m: FloatArray, faces: Indices, towards_m: FloatArray, directions: Float32Array) -> Indices:
    """Choose the faces that turn their front to a point and have a ray from it in their bounds.

    Args:
        points_m: (v, 3) vertices, seen from the point where the rays begin.
        faces: (m, 3).
        towards_m: (3,) about the middle of the vertices.
        directions: (n, 3) of the rays, in the axes of the points.
    Returns:
        Numbers of faces, rising; no face that a ray meets is left out. All, when the thing is around the point or beside it.
    """
    axes = _axes(towards_m)
    local, ahead = turned(np.asfortranarray(points_m), axes).T, turned(np.asfortranarray(directions), axes).T
    if not ((local[2] > 0).all() and (ahead[2] > 0).all()):
        return np.arange(len(faces))
    plane = (local[:2] / local[2]).astype(np.float32)
    low, high = plane.min(axis=1), plane.max(axis=1)
    scale = (_CELLS - 2 * _ROOM) / np.maximum(high - low, 1e-9)
    across, down = (plane - low[:, None]) * scale[:, None] + _ROOM
    corners = np.asarray(faces.T, np.intp, order="C")
    x, y = np.take(across, corners), np.take(down, corners)
    front = np.flatnonzero((x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0]) <= _ROOM)
    counts = _counts((ahead[:2] / ahead[2] - low[:, None]) * scale[:, None] + _ROOM).ravel()
    (left, right), (low_y, high_y) = _cells(np.take(x, front, axis=1)), _cells(np.take(y, front, axis=1))
    left, right = left * (_CELLS + 1), right * (_CELLS + 1)
    rays = counts[right + high_y] - counts[left + high_y] + counts[left + low_y] - counts[right + low_y]
    chosen: Indices = front[rays > 0]
    return chosen


def _axes(towards_m: FloatArray) -> FloatArray:
    """Give right-handed axes as lines, the third towards a place: fronts run clockwise in the first two."""
    third = towards_m / np.sqrt(towards_m @ towards_m)
    first = np.cross(third, np.eye(3)[np.argmin(np.abs(third))])
    first /= np.sqrt(first @ first)
    axes: FloatArray = np.stack([first, np.cross(third, first), third])
    return axes


def _cells(places: Float32Array) -> tuple[Indices, Indices]:
    """Give the first cell of each triangle and the one after its last along one side, from its corners (3, m)."""
    first = np.maximum(np.minimum(np.minimum(places[0], places[1]), places[2]) - _ROOM, 0).astype(np.int32)
    last = np.minimum(np.maximum(np.maximum(places[0], places[1]), places[2]) + _ROOM, _CELLS - 1).astype(np.int32) + 1
    return first, last


def _counts(places: Float32Array) -> Indices:
    """Give how many rays, at places (2, n), lie before each corner of the grid, (cells + 1, cells + 1)."""
    cell = np.floor(places).astype(np.int64)
    first, second = cell[:, ((cell >= 0) & (cell < _CELLS)).all(axis=0)]
    counts = np.zeros((_CELLS + 1, _CELLS + 1), np.int32)
    counts[1:, 1:] = np.bincount(first * _CELLS + second, minlength=_CELLS * _CELLS).reshape(_CELLS, _CELLS)
    before: Indices = counts.cumsum(axis=0).cumsum(axis=1)
    return before
