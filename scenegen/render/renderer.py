"""`Renderer`: a stage goes in, the passes of any of its frames come out; the same bytes alone or in sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from scenegen.errors import RenderError
from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.render.context import GL, describe_device, open_context
from scenegen.render.flow_pass import FlowPass
from scenegen.render.geometry_pass import GBuffer, GeometryPass, LeafMask, make_gbuffer, release_gbuffer
from scenegen.render.look import Look, LookFrame, LookScene
from scenegen.render.passes import Passes, U16Array
from scenegen.render.scene_buffers import SceneBuffers
from scenegen.render.silhouettes import DrawnSilhouettes, SilhouettePass
from scenegen.render.transform_table import FramePoses, PoseSource
from scenegen.stage.stage import Stage

LookName = Literal["raster", "pyrender", "none"]
Quality = Literal["draft", "standard", "high"]

_RING = 4
"""Geometry passes kept: a frame, its two neighbours, and the one that is drawn ahead."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """The geometry pass of one frame with what it was drawn from."""

    gbuffer: GBuffer
    poses: FramePoses
    cam_from_row: FloatArray
    visible: BoolArray


@dataclass(frozen=True, eq=False)
class _Begun:
    """A frame that was sent to the device and not read yet."""

    frame: int
    silhouettes: DrawnSilhouettes
    mark: int


class Renderer:
    """Renders frames of one stage at a time. One context and one set of targets serve any number of stages.

    `begin(frame)` sends a frame to the device and returns at once, `finish()` reads it; `render` does both, and
    `render_sequence` keeps the device busy while the caller uses the frame before.
    """

    def __init__(
        self,
        device: int | None = None,
        *,
        require_gpu: bool = False,
        look: LookName | Look = "raster",
        quality: Quality = "standard",
    ) -> None:
        self._gl: GL = open_context(device, require_gpu=require_gpu)
        self._look = make_look(look, quality) if isinstance(look, str) else look
        self._buffers = SceneBuffers(self._gl)
        layers = texture_layers()
        self._layers = layers
        self._leaf_mask = LeafMask(self._gl, np.ascontiguousarray(layers[TEXTURES.index("leaf"), ..., 3]))
        surface = None if self._look is None else self._look.surface_shader
        self._geometry = GeometryPass(self._gl, self._buffers, self._leaf_mask, surface=surface)
        self._silhouettes = SilhouettePass(self._gl, self._buffers)
        self._flow: FlowPass | None = None
        self._size_px = (0, 0)
        self._free: list[GBuffer] = []
        self._ring: dict[int, _Drawn] = {}
        self._stage: Stage | None = None
        self._poses: PoseSource | None = None
        self._begun: _Begun | None = None

    @property
    def device(self) -> str:
        """What draws, in one line."""
        return describe_device(self._gl)

    def load(self, stage: Stage) -> None:
        """Take a stage; frames asked for from now on are of this one.

        Raises:
            RenderError: the picture is larger than the device can draw, or has no pixels.
        """
        size = (stage.lens.width_px, stage.lens.height_px)
        side = int(self._gl.ctx.info["GL_MAX_TEXTURE_SIZE"])
        if min(size) < 1 or max(size) > side:
            raise RenderError(f"size {size[0]}x{size[1]} can not be drawn; this device draws 1x1 to {side}x{side}")
        self._gl.make_current()
        self._discard_begun()
        for drawn in self._ring.values():
            self._free.append(drawn.gbuffer)
        self._ring.clear()
        if size != self._size_px:
            self._resize(size)
        self._stage, self._poses = stage, PoseSource(stage)
        self._buffers.load(stage)
        self._silhouettes.reserve(stage.lens)
        if self._look is not None:
            self._look.load(LookScene(self._gl, stage, self._buffers, self._leaf_mask, self._layers))

    def _resize(self, size_px: tuple[int, int]) -> None:
        """Make all targets for a picture size."""
        for gbuffer in self._free:
            release_gbuffer(gbuffer)
        if self._flow is not None:
            self._flow.release()
        has_colour = self._look is not None and self._look.surface_shader is not None
        self._free = [make_gbuffer(self._gl, size_px, colour=has_colour) for _ in range(_RING)]
        self._flow = FlowPass(self._gl, self._buffers, size_px)
        self._size_px = size_px

    def render(self, frame: int) -> Passes:
        """Render one frame of the stage, 0 .. frames - 1."""
        self.begin(frame)
        return self.finish()

    def render_sequence(self, frames: Iterable[int]) -> Iterator[Passes]:
        """Render frames in the order given; while the caller uses one, the next one's geometry is being drawn."""
        order = list(frames)
        for frame, following in zip(order, [*order[1:], None], strict=True):
            self.begin(frame)
            if following is not None and self._stage is not None and 0 <= following < self._stage.frames:
                self._geometry_of(following + 1)
                self._gl.raw.flush()
            yield self.finish()

    def begin(self, frame: int) -> None:
        """Send a frame to the device.

        Raises:
            ValueError: no stage is loaded, or it has no such frame.
        """
        if self._stage is None or self._flow is None:
            raise ValueError("load a stage before rendering")
        if not 0 <= frame < self._stage.frames:
            raise ValueError(f"frame {frame} is outside 0..{self._stage.frames - 1}")
        self._gl.make_current()
        self._discard_begun()
        lens = self._stage.lens
        wanted = (frame - 1, frame, frame + 1)
        previous, now, following = (self._geometry_of(t, keep=wanted) for t in wanted)
        self._buffers.set_poses(now.poses, now.cam_from_row)
        self._flow.draw(now.gbuffer, following.gbuffer, previous.gbuffer, lens, now.cam_from_row, now.visible)
        silhouettes = self._silhouettes.draw(lens, now.cam_from_row, now.visible)
        if self._look is not None:
            self._look.shade(LookFrame(frame, lens, now.gbuffer, now.poses, now.cam_from_row, now.visible))
            self._gl.make_current()  # a look may draw in a context of its own
        self._begun = _Begun(frame, silhouettes, self._gl.fence())

    def finish(self) -> Passes:
        """Wait for the frame begun last and read it into arrays of its own."""
        if self._begun is None or self._flow is None:
            raise ValueError("begin a frame before finishing it")
        self._gl.make_current()
        begun, self._begun = self._begun, None
        self._gl.wait(begun.mark)
        now, targets = self._ring[begun.frame], self._flow.targets
        row, part = _split_ids(self._read(now.gbuffer.id, np.uint32))
        return Passes(
            frame=begun.frame,
            z_m=self._read(now.gbuffer.z_m, np.float32),
            normal_oct=self._read(now.gbuffer.normal, np.uint16),
            row=row,
            part=part,
            flow_px=self._read(targets.flow_px, np.float32),
            dz_m=self._read(targets.dz_m, np.float32),
            state=self._read(targets.state, np.uint8),
            silhouettes=self._silhouettes.measure(begun.silhouettes),
            rgb=None if self._look is None else self._look.read(),
        )

    def _geometry_of(self, frame: int, keep: tuple[int, ...] = ()) -> _Drawn:
        """Give the geometry pass of a frame, drawing it unless the ring still holds it."""
        if self._stage is None or self._poses is None:
            raise ValueError("load a stage before rendering")
        if frame in self._ring:
            return self._ring[frame]
        if not self._free:
            busy = keep if self._begun is None else (*keep, self._begun.frame)
            oldest = next(t for t in self._ring if t not in busy)
            self._free.append(self._ring.pop(oldest).gbuffer)
        poses = self._poses.at(frame)
        drawn = _Drawn(self._free.pop(), poses, poses.cam_from_row(), self._buffers.visible(poses))
        self._buffers.set_poses(poses, drawn.cam_from_row)
        if self._look is not None:
            self._look.bind_surfaces()
        self._geometry.draw(drawn.gbuffer, self._stage.lens, drawn.visible)
        self._ring[frame] = drawn
        return drawn

    def _read(self, texture: Any, dtype: Any) -> Any:
        """Copy a target into a new array (H, W) or (H, W, components)."""
        width, height = self._size_px
        shape = (height, width) if texture.components == 1 else (height, width, texture.components)
        out = np.empty(shape, dtype)
        texture.read_into(out)
        return out

    def _discard_begun(self) -> None:
        """Forget a frame that was begun and not finished."""
        if self._begun is not None:
            self._gl.wait(self._begun.mark)
            self._begun = None

    def close(self) -> None:
        """Give the device back; the renderer can not be used after."""
        self._gl.make_current()
        self._discard_begun()
        if self._look is not None:
            self._look.close()
        self._gl.release()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def make_look(name: str, quality: Quality) -> Look | None:
    """Make the look of a name; labels only for "none".

    Raises:
        RenderError: there is no such look.
    """
    if name == "none":
        return None
    if name == "raster":
        from scenegen.render.look_raster import RasterLook

        return RasterLook(quality=quality)
    if name == "pyrender":
        from scenegen.render.look_pyrender import PyrenderLook

        return PyrenderLook()
    raise RenderError(f"no look {name!r}; there are raster, pyrender and none")


def _split_ids(ids: np.ndarray[Any, np.dtype[np.uint32]]) -> tuple[U16Array, ByteArray]:
    """Take rows and parts out of the packed id image."""
    return (ids & np.uint32(0xFFFF)).astype(np.uint16), (ids >> np.uint32(16)).astype(np.uint8)
