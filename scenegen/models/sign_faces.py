"""Faces of road signs as flat vector shapes: plates, rims, and letters drawn with a broad pen. They face +x."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.mesh import Mesh, join
from scenegen.models.shapes import Finish, disc_fan, quads

_LAYER_M = 0.003
"""Painted layers stand this far before each other, so that depth keeps them apart at 30 m."""

_ARC = [[np.cos(a), np.sin(a)] for a in np.linspace(0, 2 * np.pi, 17)]
_GLYPHS: dict[str, list[list[list[float]]]] = {
    "0": [[[0.5 + 0.36 * c, 0.5 + 0.5 * s] for c, s in _ARC]],
    "3": [
        [[0.14, 0.9], [0.3, 1.0], [0.6, 1.0], [0.82, 0.88], [0.84, 0.7], [0.7, 0.55], [0.42, 0.53]],
        [[0.42, 0.53], [0.74, 0.5], [0.88, 0.32], [0.84, 0.12], [0.62, 0.0], [0.3, 0.0], [0.12, 0.1]],
    ],
    "5": [
        [[0.82, 1.0], [0.22, 1.0], [0.18, 0.55], [0.5, 0.62], [0.8, 0.5], [0.86, 0.28], [0.76, 0.08], [0.5, 0.0], [0.14, 0.06]],
    ],
    "P": [[[0.22, 0.0], [0.22, 1.0], [0.6, 1.0], [0.8, 0.9], [0.84, 0.74], [0.78, 0.56], [0.6, 0.48], [0.22, 0.48]]],
    "S": [
        [[0.84, 0.84], [0.66, 1.0], [0.34, 1.0], [0.16, 0.82], [0.24, 0.6], [0.76, 0.42], [0.84, 0.2], [0.66, 0.0], [0.34, 0.0],
         [0.14, 0.16]],
    ],
    "T": [[[0.1, 1.0], [0.9, 1.0]], [[0.5, 1.0], [0.5, 0.0]]],
    "O": [[[0.5 + 0.38 * c, 0.5 + 0.5 * s] for c, s in _ARC]],
}  # fmt: skip
"""Strokes of letters in a unit box."""


def speed_limit(text: str, *, height_m: float, part: int) -> Mesh:
    """Build a round white plate of 0.6 m with a red rim and a number, its middle at this height."""
    disc = _regular(32, 0.30)
    return join([
        _face(disc, height_m, 1, Finish("plain", part, (190, 18, 24))),
        _face(disc * 0.80, height_m, 2, Finish("plain", part, (245, 245, 242))),
        _text(text, height_m, 3, Finish("plain", part, (12, 12, 12)), letter_m=0.25),
        _back(disc, height_m, part),
    ])  # fmt: skip


def give_way(*, height_m: float, part: int) -> Mesh:
    """Build the triangle on its point, white in a red rim, edge 0.9 m."""
    triangle = 0.9 * np.array([[0.0, -np.sqrt(1 / 3)], [0.5, np.sqrt(1 / 12)], [-0.5, np.sqrt(1 / 12)]])
    return join([
        _face(triangle, height_m, 1, Finish("plain", part, (190, 18, 24))),
        _face(triangle * 0.68, height_m, 2, Finish("plain", part, (245, 245, 242))),
        _back(triangle, height_m, part),
    ])  # fmt: skip


def parking(*, height_m: float, part: int) -> Mesh:
    """Build the blue square of 0.6 m with a white P."""
    square = np.array([[-0.3, -0.3], [0.3, -0.3], [0.3, 0.3], [-0.3, 0.3]])
    return join([
        _face(square, height_m, 1, Finish("plain", part, (240, 240, 240))),
        _face(square * 0.94, height_m, 2, Finish("plain", part, (22, 72, 160))),
        _text("P", height_m, 3, Finish("plain", part, (245, 245, 245)), letter_m=0.38),
        _back(square, height_m, part),
    ])  # fmt: skip


def stop(*, height_m: float, part: int) -> Mesh:
    """Build the red octagon with STOP on it."""
    octagon = _regular(8, 0.36, turn_rad=np.pi / 8)
    return join([
        _face(octagon, height_m, 1, Finish("plain", part, (245, 245, 242))),
        _face(octagon * 0.94, height_m, 2, Finish("plain", part, (190, 18, 24))),
        _text("STOP", height_m, 3, Finish("plain", part, (245, 245, 245)), letter_m=0.20),
        _back(octagon, height_m, part),
    ])  # fmt: skip


def _regular(corners: int, radius_m: float, *, turn_rad: float = 0.0) -> FloatArray:
    angle = np.arange(corners) * (2 * np.pi / corners) + turn_rad
    return radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _on_plate(points: FloatArray, height_m: float, layer: int) -> FloatArray:
    """Lift (right, up) of a reader who looks along -x into the body frame."""
    x = np.full(points.shape[:-1], 0.03 + layer * _LAYER_M)
    return np.stack([x, points[..., 0], points[..., 1] + height_m], axis=-1)


def _face(outline: FloatArray, height_m: float, layer: int, finish: Finish) -> Mesh:
    return disc_fan(_on_plate(outline, height_m, layer), finish)


def _back(outline: FloatArray, height_m: float, part: int) -> Mesh:
    """Close the plate behind with bare metal."""
    return disc_fan(_on_plate(outline, height_m, 0)[::-1], Finish("metal", part, (200, 200, 200)))


def _text(text: str, height_m: float, layer: int, finish: Finish, *, letter_m: float) -> Mesh:
    """Write letters in a row about the middle of the plate with a pen of a sixth of their height."""
    width = letter_m * 0.66
    pitch = width * 1.12
    strokes = []
    for i, letter in enumerate(text):
        left = (i - len(text) / 2) * pitch + (pitch - width) / 2
        for stroke in _GLYPHS[letter]:
            line = np.array(stroke) * [width, letter_m] + [left, -letter_m / 2]
            strokes.append(_pen(line, letter_m / 6))
    corners = np.concatenate(strokes)
    return quads(_on_plate(corners, height_m, layer), finish)


def _pen(line: FloatArray, width_m: float) -> FloatArray:
    """Draw a line with a flat pen, (n - 1, 4, 2) corners that meet at its bends."""
    step = np.diff(line, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    along = np.concatenate([step[:1], step[:-1] + step[1:], step[-1:]])
    if np.allclose(line[0], line[-1]):
        along[[0, -1]] = step[0] + step[-1]
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.stack([-along[:, 1], along[:, 0]], axis=1) * width_m / 2
    return np.stack([line[:-1] - side[:-1], line[1:] - side[1:], line[1:] + side[1:], line[:-1] + side[:-1]], axis=1)
