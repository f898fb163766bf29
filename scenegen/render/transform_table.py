"""The transform table: where every row is now, and how it moves to the next and previous frame, seen from the camera.

All products and differences are taken in float64 and only then rounded, so labels are as exact far from the world's
origin as at it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, rigid_inverse
from scenegen.stage.stage import Stage

MAX_ROWS = 65_535
"""Rows are stored as 16-bit numbers in the id image."""


@dataclass(frozen=True, eq=False)
class FramePoses:
    """Poses around one frame; where the clip has no neighbour frame the present one stands in.

    `world_from_row` (3, rows, 4, 4) and `world_from_cam` (3, 4, 4) float64 at now, next, previous; `alive` (rows,) and
    `lamps` (rows,) at now.
    """

    frame: int
    world_from_row: FloatArray
    world_from_cam: FloatArray
    alive: BoolArray
    lamps: ByteArray

    def cam_from_row(self) -> FloatArray:
        """Give cam_from_row (3, rows, 4, 4) at now, next, previous."""
        return np.asarray(rigid_inverse(self.world_from_cam)[:, None] @ self.world_from_row)


class PoseSource:
    """Asks a stage for poses and keeps as many as flow over `longest_step` frames asks for again."""

    def __init__(self, stage: Stage, longest_step: int = 1) -> None:
        if not 1 <= stage.rows <= MAX_ROWS:
            raise ValueError(f"a stage has 1..{MAX_ROWS} rows, this one has {stage.rows}")
        self._stage, self._kept = stage, 2 * longest_step + 2
        self._rows: dict[int, FloatArray] = {}

    def at(self, frame: int, camera: int = 0, step: int = 1) -> FramePoses:
        """Give the poses at a frame of -1 .. frames and `step` frames after and before it, seen from one of the cameras."""
        stage = self._stage
        if not -1 <= frame <= stage.frames:
            raise ValueError(f"frame {frame} is outside -1..{stage.frames}")
        times = (frame, min(frame + step, stage.frames), max(frame - step, -1))
        return FramePoses(
            frame,
            np.stack([self._rows_at(t) for t in times]),
            np.stack([np.asarray(stage.cameras[camera].world(t), np.float64) for t in times]),
            np.asarray(stage.row_alive(frame), np.bool_),
            np.asarray(stage.lamps_of_row(frame), np.uint8),
        )

    def _rows_at(self, frame: int) -> FloatArray:
        """Give world_from_row of a frame, from the store when it is there."""
        if frame not in self._rows:
            if len(self._rows) >= self._kept:
                del self._rows[next(iter(self._rows))]
            self._rows[frame] = np.asarray(self._stage.rows_world(frame), np.float64)
        return self._rows[frame]


def vertex_table(cam_from_row: FloatArray) -> Float32Array:
    """Give (rows, 9, 4) float32: the lines of cam_from_row now, its change to next, its change to previous."""
    lines = cam_from_row[:, :, :3, :]
    table = np.stack([lines[0], lines[1] - lines[0], lines[2] - lines[0]], axis=1)
    return np.ascontiguousarray(table.reshape(table.shape[0], 9, 4), np.float32)


def motion_table(cam_from_row: FloatArray) -> Float32Array:
    """Give (rows, 6, 4) float32: how a cam-frame point of each row moves to next and to previous.

    The point X of a row goes to X + (M1 M0^-1 - I) X; a point at infinity by the rotation part alone.
    """
    cam_now_inverse = rigid_inverse(cam_from_row[0])
    motion = (cam_from_row[1:] @ cam_now_inverse - np.eye(4))[:, :, :3, :]
    return np.ascontiguousarray(motion.transpose(1, 0, 2, 3).reshape(-1, 6, 4), np.float32)
