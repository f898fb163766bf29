"""`Renderer`: a stage goes in, the passes of any of its frames come out; the same bytes alone or in sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenegen.errors import RenderError
from scenegen.geometry import ByteArray
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.render.context import GL, describe_device, open_context
from scenegen.render.flow_pass import FlowPass, FlowTargets, make_flow_targets, release_flow_targets
from scenegen.render.geometry_pass import GeometryPass, LeafMask
from scenegen.render.look import Look, LookFrame, LookScene, Sight
from scenegen.render.looks import LookName, make_look
from scenegen.render.passes import FlowStep, Passes, U16Array, picture_only
from scenegen.render.quality import Quality
from scenegen.render.ring import Drawn, GBufferPool, Ring
from scenegen.render.scene_buffers import SceneBuffers
from scenegen.render.silhouettes import DrawnSilhouettes, SilhouettePass
from scenegen.render.transform_table import PoseSource
from scenegen.stage.stage import Stage, StageCamera

_LOOKS_ELSEWHERE = np.cos(np.radians(30.0))
"""Cosine of the angle from which on a camera's shadows are not those before the first camera."""
_STANDS_ELSEWHERE_M = 3.0


@dataclass(frozen=True, eq=False)
class _Camera:
    """A camera of the rig with its kept geometry, and what is asked of it."""

    seen: StageCamera
    ring: Ring
    has_labels: bool
    has_picture: bool

    @property
    def size_px(self) -> tuple[int, int]:
        return self.seen.lens.width_px, self.seen.lens.height_px


@dataclass(frozen=True, eq=False)
class _Begun:
    """A frame that was sent to the device and not read yet."""

    frame: int
    camera: int
    silhouettes: DrawnSilhouettes | None
    mark: int


class Renderer:
    """Renders frames of one stage at a time. One context and one set of targets serve any number of stages.

    `begin(frame)` sends a frame to the device and returns at once, `finish()` reads it; `render` does both, and
    `render_rig` keeps the device busy while the caller uses the frame before.
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
        self._flow = FlowPass(self._gl, self._buffers)
        self._flow_targets: dict[tuple[tuple[int, int], int], FlowTargets] = {}
        self._pool = GBufferPool(self._gl, colour=surface is not None)
        self._cameras: tuple[_Camera, ...] = ()
        self._steps: tuple[int, ...] = (1,)
        self._stage: Stage | None = None
        self._poses: PoseSource | None = None
        self._begun: _Begun | None = None

    @property
    def device(self) -> str:
        """What draws, in one line."""
        return describe_device(self._gl)

    def load(
        self,
        stage: Stage,
        *,
        labels: Sequence[str] | None = None,
        pictures: Sequence[str] | None = None,
        flow_steps: Sequence[int] = (1,),
    ) -> None:
        """Take a stage; frames asked for from now on are of this one.

        Args:
            stage: what to draw.
            labels: names of the cameras whose labels are wanted; None for all.
            pictures: names of the cameras whose colour is wanted, where there is a look; None for all.
            flow_steps: the k of the flows from t to t + k and t - k; 1 is always drawn.
        Raises:
            RenderError: a picture is larger than the device can draw, or has no pixels.
            ValueError: a camera's lens bends the image, which needs rays (`scenegen.rays`).
        """
        side = int(self._gl.ctx.info["GL_MAX_TEXTURE_SIZE"])
        for camera in stage.cameras:
            width, height = camera.lens.width_px, camera.lens.height_px
            if min(width, height) < 1 or max(width, height) > side:
                raise RenderError(f"size {width}x{height} can not be drawn; this device draws 1x1 to {side}x{side}")
            if camera.distortion is not None:
                raise ValueError(f"camera {camera.name} bends the image; draw its pinhole faces instead")
        self._gl.make_current()
        self._discard_begun()
        self._steps = tuple(sorted({1, *flow_steps}))
        self._stage, self._poses = stage, PoseSource(stage, self._steps[-1])
        self._set_cameras(stage, labels, pictures)
        self._buffers.load(stage)
        for lens in {camera.seen.lens for camera in self._cameras if camera.has_labels}:
            self._silhouettes.reserve(lens)
        if self._look is not None:
            self._look.load(LookScene(self._gl, stage, self._buffers, self._leaf_mask, self._layers))

    def _set_cameras(self, stage: Stage, labels: Sequence[str] | None, pictures: Sequence[str] | None) -> None:
        """Give every camera its ring, and let go of targets of sizes that none has."""
        for camera in self._cameras:
            camera.ring.clear()
        sizes = {(camera.lens.width_px, camera.lens.height_px) for camera in stage.cameras}
        self._flow.forget_targets()
        self._pool.keep_only(sizes)
        for key in [key for key in self._flow_targets if key[0] not in sizes or key[1] not in self._steps]:
            release_flow_targets(self._flow_targets.pop(key))
        made = []
        for seen in stage.cameras:
            has_labels = labels is None or seen.name in labels
            has_picture = self._look is not None and (pictures is None or seen.name in pictures)
            length = 2 * self._steps[-1] + 2 if has_labels else 2
            ring = Ring(self._pool, (seen.lens.width_px, seen.lens.height_px), length)
            made.append(_Camera(seen, ring, has_labels, has_picture))
        self._cameras = tuple(made)

    def render(self, frame: int, camera: int = 0) -> Passes:
        """Render one frame of the stage, 0 .. frames - 1, as one of its cameras sees it."""
        self.begin(frame, camera)
        return self.finish()

    def render_sequence(self, frames: Iterable[int]) -> Iterator[Passes]:
        """Render frames of the first camera in the order given."""
        return self._render_shots([(frame, 0) for frame in frames])

    def render_rig(self, frames: Iterable[int]) -> Iterator[tuple[Passes, ...]]:
        """Render frames of all cameras of which something is wanted, in the rig's order; nothing a frame when it is of none."""
        wanted = [number for number, camera in enumerate(self._cameras) if camera.has_labels or camera.has_picture]
        if not wanted:
            return (() for _ in frames)
        shots = self._render_shots([(frame, camera) for frame in frames for camera in wanted])
        return zip(*[shots] * len(wanted), strict=True)

    def _render_shots(self, order: list[tuple[int, int]]) -> Iterator[Passes]:
        """Render shots (frame, camera); while the caller uses one, the next one's geometry is being drawn."""
        for (frame, camera), following in zip(order, [*order[1:], None], strict=True):
            self.begin(frame, camera)
            if following is not None:
                self._draw_ahead(*following)
                self._gl.raw.flush()
            yield self.finish()

    def _draw_ahead(self, frame: int, camera: int) -> None:
        """Draw the one geometry pass that a sequence will need next."""
        if self._stage is not None and 0 <= frame < self._stage.frames:
            reach = self._steps[-1] if self._cameras[camera].has_labels else 0
            self._geometry_of(min(frame + reach, self._stage.frames), camera)

    def begin(self, frame: int, camera: int = 0) -> None:
        """Send a frame to the device.

        Raises:
            ValueError: no stage is loaded, or it has no such frame.
        """
        if self._stage is None or self._poses is None:
            raise ValueError("load a stage before rendering")
        if not 0 <= frame < self._stage.frames:
            raise ValueError(f"frame {frame} is outside 0..{self._stage.frames - 1}")
        self._gl.make_current()
        self._discard_begun()
        seen = self._cameras[camera]
        lens = seen.seen.lens
        now = self._geometry_of(frame, camera, keep=self._around(frame, camera))
        if seen.has_labels:
            self._draw_flow(frame, camera, now)
        self._buffers.set_poses(now.poses, now.cam_from_row)
        silhouettes = self._silhouettes.draw(lens, now.cam_from_row, now.visible) if seen.has_labels else None
        if self._look is not None and seen.has_picture:
            sight = Sight(np.asarray(self._stage.camera_world(frame)), self._looks_all_round(frame))
            self._look.shade(LookFrame(frame, camera, sight, lens, now.gbuffer, now.poses, now.cam_from_row, now.visible))
            self._gl.make_current()  # a look may draw in a context of its own
        self._begun = _Begun(frame, camera, silhouettes, self._gl.fence())

    def _around(self, frame: int, camera: int) -> set[int]:
        """Give the frames whose geometry a frame of a camera asks for."""
        if self._stage is None or not self._cameras[camera].has_labels:
            return {frame}
        last = self._stage.frames
        return {frame} | {min(max(frame + sign * step, -1), last) for step in self._steps for sign in (-1, 1)}

    def _draw_flow(self, frame: int, camera: int, now: Drawn) -> None:
        """Draw the flow over every step; over one frame last, whose tables then are bound."""
        if self._poses is None:
            raise ValueError("load a stage before rendering")
        lens, keep = self._cameras[camera].seen.lens, self._around(frame, camera)
        for step in reversed(self._steps):
            poses = now.poses if step == 1 else self._poses.at(frame, camera, step)
            cam_from_row = now.cam_from_row if step == 1 else poses.cam_from_row()
            others = tuple(self._geometry_of(self._clamped(frame + way), camera, keep=keep).gbuffer for way in (step, -step))
            self._buffers.set_poses(poses, cam_from_row)
            self._flow.draw(
                self._targets_of(camera, step), (now.gbuffer, others[0], others[1]), lens, cam_from_row, now.visible
            )

    def _clamped(self, frame: int) -> int:
        """Give the nearest frame that the stage has poses for."""
        return frame if self._stage is None else min(max(frame, -1), self._stage.frames)

    def _targets_of(self, camera: int, step: int) -> FlowTargets:
        """Give the flow targets of a camera's size and a step."""
        key = (self._cameras[camera].size_px, step)
        if key not in self._flow_targets:
            self._flow_targets[key] = make_flow_targets(self._gl, key[0])
        return self._flow_targets[key]

    def _looks_all_round(self, frame: int) -> bool:
        """Tell whether a camera of which a picture is wanted looks elsewhere than the first."""
        if self._stage is None:
            return False
        first = np.asarray(self._stage.camera_world(frame))
        others = [np.asarray(camera.seen.world(frame)) for camera in self._cameras[1:] if camera.has_picture]
        return any(
            other[:3, 2] @ first[:3, 2] < _LOOKS_ELSEWHERE
            or float(np.linalg.norm(other[:3, 3] - first[:3, 3])) > _STANDS_ELSEWHERE_M
            for other in others
        )

    def finish(self) -> Passes:
        """Wait for the frame begun last and read it into arrays of its own."""
        if self._begun is None:
            raise ValueError("begin a frame before finishing it")
        self._gl.make_current()
        begun, self._begun = self._begun, None
        self._gl.wait(begun.mark)
        camera = self._cameras[begun.camera]
        rgb = self._look.read() if self._look is not None and camera.has_picture else None
        now = camera.ring.get(begun.frame)
        if begun.silhouettes is None or now is None:
            return picture_only(begun.frame, camera.seen.name, rgb)
        steps = {step: self._read_flow(begun, step) for step in self._steps}
        nearest = steps.pop(1)
        row, part = _split_ids(_read(now.gbuffer.id, np.uint32))
        return Passes(
            frame=begun.frame,
            z_m=_read(now.gbuffer.z_m, np.float32),
            normal_oct=_read(now.gbuffer.normal, np.uint16),
            row=row,
            part=part,
            flow_px=nearest.flow_px,
            dz_m=nearest.dz_m,
            state=nearest.state,
            silhouettes=self._silhouettes.measure(begun.silhouettes),
            rgb=rgb,
            steps=steps,
            camera=camera.seen.name,
        )

    def _read_flow(self, begun: _Begun, step: int) -> FlowStep:
        """Read the flow over a step; where the stage has no frame there, it says so."""
        targets = self._targets_of(begun.camera, step)
        flow = FlowStep(_read(targets.flow_px, np.float32), _read(targets.dz_m, np.float32), _read(targets.state, np.uint8))
        for side, way in enumerate((step, -step)):
            if self._clamped(begun.frame + way) != begun.frame + way:
                flow.flow_px[..., 2 * side : 2 * side + 2] = 0.0
                flow.dz_m[..., side] = 0.0
                flow.state[..., side] = 0
        return flow

    def _geometry_of(self, frame: int, camera: int, keep: Iterable[int] = ()) -> Drawn:
        """Give the geometry pass of a frame, drawing it unless the ring still holds it."""
        if self._stage is None or self._poses is None:
            raise ValueError("load a stage before rendering")
        seen = self._cameras[camera]
        kept = seen.ring.get(frame)
        if kept is not None:
            return kept
        is_begun = self._begun is not None and self._begun.camera == camera
        busy = {*keep, self._begun.frame} if self._begun is not None and is_begun else set(keep)
        poses = self._poses.at(frame, camera)
        drawn = Drawn(seen.ring.room(busy), poses, poses.cam_from_row(), self._buffers.visible(poses, seen.seen.lens))
        self._buffers.set_poses(poses, drawn.cam_from_row)
        if self._look is not None:
            self._look.bind_surfaces()
        self._geometry.draw(drawn.gbuffer, seen.seen.lens, drawn.visible)
        seen.ring.put(frame, drawn)
        return drawn

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


def _read(texture: Any, dtype: Any) -> Any:
    """Copy a target into a new array (H, W) or (H, W, components)."""
    width, height = texture.size
    shape = (height, width) if texture.components == 1 else (height, width, texture.components)
    out = np.empty(shape, dtype)
    texture.read_into(out)
    return out


def _split_ids(ids: np.ndarray[Any, np.dtype[np.uint32]]) -> tuple[U16Array, ByteArray]:
    """Take rows and parts out of the packed id image."""
    return (ids & np.uint32(0xFFFF)).astype(np.uint16), (ids >> np.uint32(16)).astype(np.uint8)
