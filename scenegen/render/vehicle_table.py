"""What pictures show of vehicles beyond their meshes, as `shaders/vehicles.glsl` reads it."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenegen.geometry import Float32Array, FloatArray, IntArray, rigid_inverse
from scenegen.render.context import GL
from scenegen.stage.stage import Stage, VehicleLook

VEHICLE_ROWS, VEHICLE_TABLE = 6, 7
"""Bindings of the storage buffers: first line of each row's entry, and the lines."""
ENTRY_LINES = 8
"""Lines of an entry; the strokes of all panel gaps follow the entries."""
VIEWS = ("side", "top", "tail")


class VehicleTable:
    """Entries of all rows of vehicles: body_from_cam, cabin, panel gaps; refilled for every frame."""

    def __init__(self, gl: GL) -> None:
        self._gl = gl
        self._buffers: dict[str, Any] = {}
        self._rows: IntArray = np.zeros(0, np.int32)
        self._lines: Float32Array = np.zeros((1, 4), np.float32)

    def load(self, stage: Stage) -> None:
        """Lay the entries of a stage."""
        looks = [(row, look) for look in stage.vehicle_looks for row in look.rows]
        self._rows = np.array([row for row, _ in looks], np.int32)
        at = np.zeros(stage.rows, np.uint32)
        at[self._rows] = 1 + ENTRY_LINES * np.arange(len(looks), dtype=np.uint32)
        strokes, starts = _strokes(stage.vehicle_looks, first=ENTRY_LINES * len(looks))
        entries = np.zeros((len(looks), ENTRY_LINES, 4), np.float32)
        for entry, (row, look) in zip(entries, looks, strict=True):
            entry[3:] = _numbers(look, starts[id(look)], is_body=row == look.rows[0])
        self._lines = np.concatenate([entries.reshape(-1, 4), strokes, np.zeros((1, 4), np.float32)])
        self._put("rows", at)

    def bind(self, cam_from_row: FloatArray) -> None:
        """Write where the vehicles are now, cam_from_row (rows, 4, 4), and put the tables where the shader looks for them."""
        count = len(self._rows)
        if count:
            entries = self._lines[: ENTRY_LINES * count].reshape(count, ENTRY_LINES, 4)
            entries[:, :3] = rigid_inverse(cam_from_row[self._rows])[:, :3, :]
        self._put("lines", self._lines)
        self._buffers["rows"].bind_to_storage_buffer(VEHICLE_ROWS)
        self._buffers["lines"].bind_to_storage_buffer(VEHICLE_TABLE)

    def release(self) -> None:
        """Give device memory back."""
        for buffer in self._buffers.values():
            buffer.release()
        self._buffers = {}

    def _put(self, name: str, data: np.ndarray[Any, Any]) -> None:
        """Write an array; the frame before may still be read from the old store."""
        data = np.ascontiguousarray(data)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < data.nbytes:
            if buffer is not None:
                buffer.release()
            buffer = self._buffers[name] = self._gl.ctx.buffer(reserve=max(64, data.nbytes), dynamic=True)
        buffer.orphan()
        buffer.write(data)


def _strokes(looks: tuple[VehicleLook, ...], *, first: int) -> tuple[Float32Array, dict[int, list[int]]]:
    """Give the strokes of all distinct seams (n, 4), and by look the first line and the count of each view."""
    lines: list[tuple[float, float, float, float]] = []
    known: dict[int, list[int]] = {}
    starts = {}
    for look in looks:
        if id(look.seams) not in known:
            counts = [len(look.seams.get(view, ())) for view in VIEWS]
            known[id(look.seams)] = [first + len(lines), *counts]
            for view in VIEWS:
                lines += look.seams.get(view, ())
        starts[id(look)] = known[id(look.seams)]
    return np.array(lines, np.float32).reshape(-1, 4), starts


def _numbers(look: VehicleLook, strokes: list[int], *, is_body: bool) -> Float32Array:
    """Give lines 3 to 7 of an entry, (5, 4); a door that stands open shows no cabin, so `is_body` is part of them."""
    lines = np.zeros((5, 4), np.float32)
    if look.cabin is not None:
        c = look.cabin
        lines[0] = c.front_x_m, c.back_x_m, c.floor_m, c.roof_m
        lines[1] = c.belt_m, c.belt_half_m, c.roof_half_m, c.pillar_x_m
        lines[2] = c.seat_x_m, c.pitch_m, c.rows, float(c.has_rear_panes) + 2.0 * float(c.has_rear_screen)
    lines[3] = strokes
    lines[4] = look.taken, look.dirt, look.whim, float(is_body)
    return lines
