"""What GL does not draw of a rig: sweeps of scanners and labels of bending lenses, cast on the threads that label."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence

from scenegen.batch.wanted import Wanted
from scenegen.rays.distorted import BentView
from scenegen.rays.faces import Faces
from scenegen.rays.scene import RayScene
from scenegen.render.compression import compressed
from scenegen.render.passes import Passes, picture_only
from scenegen.simulate.clip import Clip
from scenegen.stage.stage import Stage, StageCamera
from scenegen.truth.frame import Sweep
from scenegen.truth.point_clouds import sweep


class Sensors:
    """The sensors of one clip: says what the renderer shall draw, and completes its shots; one thread casts at a time.

    `drawn` is the stage for the renderer: flat cameras only, those of the rig and the faces of its bending ones; `labels` and
    `pictures` are the names of what is wanted of them.
    """

    def __init__(self, clip: Clip, stage: Stage, wanted: Wanted, flow_steps: Sequence[int] = (1,)) -> None:
        self._clip, self._stage, self._wanted = clip, stage, wanted
        self._lidars = stage.lidars if wanted.sweeps else ()
        self._lock = threading.Lock()
        bent = [camera for camera in stage.cameras if camera.distortion is not None]
        self._faces = {camera.name: Faces(camera) for camera in bent if camera.name in wanted.pictures}
        cast = [camera for camera in bent if camera.name in wanted.labels]
        self._rays = RayScene(stage) if self._lidars or cast else None
        self._bent: dict[str, BentView] = {}
        if self._rays is not None:
            self._bent = {camera.name: BentView(self._rays, camera, flow_steps=flow_steps) for camera in cast}
        flat = [camera for camera in stage.cameras if camera.distortion is None]
        faces = [face for made in self._faces.values() for face in made.cameras]
        self.drawn = dataclasses.replace(stage, cameras=(*flat, *faces) or (_straightened(stage.cameras[0]),))
        flat_names = [camera.name for camera in flat]
        self.labels = [name for name in flat_names if name in wanted.labels]
        self.pictures = [name for name in flat_names if name in wanted.pictures] + [face.name for face in faces]

    def complete(self, frame: int, drawn: Sequence[Passes]) -> tuple[Passes, ...]:
        """Give the passes of every wanted camera in the rig's order, from what the renderer drew at a frame."""
        by_name = {passes.camera: passes for passes in drawn}
        shots = []
        for camera in self._stage.cameras:
            if camera.distortion is None and camera.name in by_name:
                shots.append(by_name[camera.name])
            elif camera.name in self._bent or camera.name in self._faces:
                shots.append(self._bent_shot(camera, frame, by_name))
        return tuple(shots)

    def _bent_shot(self, camera: StageCamera, frame: int, by_name: dict[str, Passes]) -> Passes:
        """Cast the labels and assemble the picture of a bending camera."""
        name, rgb = camera.name, None
        if name in self._faces:
            pictures = [by_name[face.name].rgb for face in self._faces[name].cameras if face.name in by_name]
            flat = [picture for picture in pictures if picture is not None]
            if flat:  # there are none for `--look none`
                rgb = compressed(self._faces[name].assemble(flat), camera.picture.jpeg_quality)
        if name not in self._bent:
            return picture_only(frame, name, rgb)
        with self._lock:
            return dataclasses.replace(self._bent[name].passes(frame), rgb=rgb)

    def sweeps(self, frame: int) -> tuple[Sweep, ...]:
        """Give what every scanner sees at a frame."""
        if self._rays is None or not self._lidars:
            return ()
        with self._lock:
            return tuple(sweep(self._rays, self._clip.scene, lidar, frame) for lidar in self._lidars)


def _straightened(camera: StageCamera) -> StageCamera:
    """Give the flat camera of the same lens: a stage has a camera, though nothing is drawn of this one."""
    return dataclasses.replace(camera, distortion=None)
