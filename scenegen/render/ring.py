"""Geometry passes that are kept: flow and hidden states of a frame ask for those of its neighbours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from scenegen.geometry import BoolArray, FloatArray
from scenegen.render.context import GL
from scenegen.render.geometry_pass import GBuffer, make_gbuffer, release_gbuffer
from scenegen.render.transform_table import FramePoses

Size = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Drawn:
    """The geometry pass of one frame with what it was drawn from."""

    gbuffer: GBuffer
    poses: FramePoses
    cam_from_row: FloatArray
    visible: BoolArray


class GBufferPool:
    """G-buffers by picture size, made when first needed and used again by every stage."""

    def __init__(self, gl: GL, *, colour: bool) -> None:
        self._gl, self._colour = gl, colour
        self._free: dict[Size, list[GBuffer]] = {}

    def take(self, size_px: Size) -> GBuffer:
        """Give a G-buffer of a size."""
        free = self._free.setdefault(size_px, [])
        return free.pop() if free else make_gbuffer(self._gl, size_px, colour=self._colour)

    def put_back(self, size_px: Size, gbuffer: GBuffer) -> None:
        """Take a G-buffer back."""
        self._free.setdefault(size_px, []).append(gbuffer)

    def keep_only(self, sizes: Collection[Size]) -> None:
        """Give the device memory of all other sizes back."""
        for size in [size for size in self._free if size not in sizes]:
            for gbuffer in self._free.pop(size):
                release_gbuffer(gbuffer)


class Ring:
    """The last geometry passes of one camera: as many as a frame and its farthest neighbours, and one drawn ahead."""

    def __init__(self, pool: GBufferPool, size_px: Size, length: int) -> None:
        self._pool, self._size_px, self._length = pool, size_px, length
        self._drawn: dict[int, Drawn] = {}

    def get(self, frame: int) -> Drawn | None:
        """Give the geometry pass of a frame if it is still there."""
        return self._drawn.get(frame)

    def room(self, keep: Collection[int]) -> GBuffer:
        """Give a G-buffer to draw into: a new one, or that of the oldest frame outside `keep`."""
        if len(self._drawn) < self._length:
            return self._pool.take(self._size_px)
        oldest = next(frame for frame in self._drawn if frame not in keep)
        return self._drawn.pop(oldest).gbuffer

    def put(self, frame: int, drawn: Drawn) -> None:
        """Keep what was drawn."""
        self._drawn[frame] = drawn

    def clear(self) -> None:
        """Give all G-buffers back to the pool."""
        for drawn in self._drawn.values():
            self._pool.put_back(self._size_px, drawn.gbuffer)
        self._drawn.clear()
