"""How far every place round the ego is from the middle of a lane: where wheels have cleared the snow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np
from scipy.spatial import cKDTree

from scenegen.geometry import Float32Array, FloatArray
from scenegen.render.context import GL
from scenegen.stage.stage import Stage

SIZE = 1024
TEXEL_M = 0.5
"""Half a metre: between texels the distance is read linearly, which is exact but for the very middle of a lane."""
FAR_M = 6.0
"""Distance that stands for all farther places."""
_STEP_M = 0.25


@dataclass(frozen=True)
class LaneSquare:
    """The square of ground that the map covers: its middle (x, y) counted from the stage's origin, and its side, metres."""

    middle_m: tuple[float, float]
    side_m: float


def lane_distances(stage: Stage) -> tuple[Float32Array, LaneSquare]:
    """Give the distance to the nearest middle of a lane, (SIZE, SIZE) metres, x along columns, and where it lies.

    The map lies round the middle of the first camera's way, so it is the same for every frame.
    """
    side = SIZE * TEXEL_M
    ends = [np.asarray(stage.camera_world(frame))[:3, 3] for frame in (0, stage.frames - 1)]
    middle = (ends[0] + ends[1])[:2] / 2
    if not stage.lane_lines_m:
        return np.full((SIZE, SIZE), FAR_M, np.float32), LaneSquare((0.0, 0.0), side)
    line = (np.arange(SIZE) + 0.5) * TEXEL_M - side / 2
    x, y = np.meshgrid(middle[0] + line, middle[1] + line)
    tree = cKDTree(np.concatenate([_fine(points) for points in stage.lane_lines_m]))
    distance, _ = tree.query(np.stack([x.ravel(), y.ravel()], axis=1), distance_upper_bound=FAR_M)
    found = np.minimum(distance, FAR_M).reshape(SIZE, SIZE).astype(np.float32)
    offset = middle - stage.origin_m[:2]
    return found, LaneSquare((float(offset[0]), float(offset[1])), side)


def _fine(points_m: FloatArray) -> FloatArray:
    """Give a line's points at most `_STEP_M` apart."""
    away = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points_m, axis=0), axis=1))])
    at = np.linspace(0.0, away[-1], int(away[-1] / _STEP_M) + 2)
    return np.stack([np.interp(at, away, points_m[:, axis]) for axis in (0, 1)], axis=1)


def lane_texture(gl: GL) -> Any:
    """Make an empty map on the device."""
    texture = gl.ctx.texture((SIZE, SIZE), 1, dtype="f4")
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    texture.repeat_x = texture.repeat_y = False
    return texture
