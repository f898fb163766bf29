"""Show a clip in Rerun: cameras with pictures and boxes, boxes in 3D, point cloud and the ego's path, on one timeline.

What a layout holds is shown as it lies on disk; poses come from the clip's record, so any layouts will do. The extra `rerun`
brings the viewer. Rerun knows pinholes only: a lens that bends the image is shown by its K alone. Rerun counts pixels from the
corner of the top left one, so 0.5 is added to what counts from its centre.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from scenegen.dataset import manifest
from scenegen.dataset.colours import id_colours
from scenegen.dataset.read_back import ClipReader
from scenegen.dataset.sights import ClipSights
from scenegen.errors import DatasetError
from scenegen.formats.quaternion import quaternion_xyzw
from scenegen.geometry import FloatArray, IntArray

PATH_RADIUS_M = 0.05
POINT_RADIUS = -1.5
"""Negative is in pixels of the window, whatever the distance."""
NEUTRAL = (190, 190, 190)
DIM, BRIGHT = (50, 80, 170), (255, 250, 190)
"""Points that send nothing and everything back."""


def view_clip(root: Path, *, clip: str | None, save: Path | None) -> int:
    """Show a clip in Rerun's window, or save it for later.

    Args:
        root: the data set's folder.
        clip: name of the clip, None for the first.
        save: the .rrd file to write instead of opening a window.
    Returns:
        How many frames are shown.
    Raises:
        DatasetError: no such clip, Rerun is not installed, or there is no screen to open a window on.
        OutputError: the file can not be written.
    """
    rerun = _rerun()
    if save is None and not _has_screen():
        raise DatasetError("view: there is no screen here; write a file with --save clip.rrd and open it where there is one")
    record = manifest.find_record(root, clip)
    sights = ClipSights.of(ClipReader(root, record))
    stream = rerun.RecordingStream("scenegen", recording_id=record.clip)
    if save is None:
        stream.spawn()
    else:
        try:
            save.parent.mkdir(parents=True, exist_ok=True)
            save.touch()
        except OSError as error:
            raise manifest.output_error(save, error) from None
        stream.save(save)
    _Show(rerun, stream, sights).all()
    stream.flush()
    stream.disconnect()
    return sights.frames


def _rerun() -> ModuleType:
    """Import Rerun late: it is an extra, and slow to load."""
    try:
        import rerun
    except ImportError:
        raise DatasetError("view: Rerun is not installed; run: pip install 'scenegen[rerun]'") from None
    module: ModuleType = rerun
    return module


def _has_screen() -> bool:
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


class _Show:
    """Sends one clip to Rerun; each method logs one kind of thing."""

    def __init__(self, rerun: ModuleType, stream: Any, sights: ClipSights) -> None:
        self._rr, self._stream, self._sights = rerun, stream, sights

    def all(self) -> None:
        """Log what never changes, then frame by frame."""
        self._windows()
        self._standing()
        for frame in range(self._sights.frames):
            self._stream.set_time("frame", sequence=frame)
            self._stream.set_time("time", duration=frame / self._sights.fps)
            self._pose("world/ego", self._sights.world_from_ego[frame])
            for name in self._sights.cameras:
                self._camera(name, frame)
            self._boxes(frame)
            self._points(frame)

    def _windows(self) -> None:
        """Lay out one view of the world round the ego, and beside it one for each camera that has pictures or boxes."""
        from rerun import blueprint

        seen = [name for name in self._sights.cameras if self._has_picture(name)] or [self._sights.main]
        flat = [blueprint.Spatial2DView(origin=f"/world/{name}", name=name) for name in seen]
        world = blueprint.Spatial3DView(origin="/world/ego", contents="/world/**", name="world")
        self._stream.send_blueprint(blueprint.Blueprint(blueprint.Horizontal(world, blueprint.Grid(*flat))))

    def _has_picture(self, name: str) -> bool:
        return self._sights.picture(name, 0) is not None

    def _standing(self) -> None:
        rr, path = self._rr, self._sights.world_from_ego[:, :3, 3]
        self._stream.log("world", rr.ViewCoordinates.RIGHT_HAND_Z_UP, static=True)
        self._stream.log("world/ego_path", rr.LineStrips3D([path], radii=PATH_RADIUS_M, colors=NEUTRAL), static=True)
        for name, camera in self._sights.cameras.items():
            matrix = camera.lens.matrix.copy()
            matrix[:2, 2] += 0.5
            size = [camera.lens.width_px, camera.lens.height_px]
            pinhole = rr.Pinhole(image_from_camera=matrix, resolution=size, camera_xyz=rr.ViewCoordinates.RDF)
            self._stream.log(f"world/{name}", pinhole, static=True)

    def _pose(self, entity: str, world_from_here: FloatArray) -> None:
        pose = self._rr.Transform3D(mat3x3=world_from_here[:3, :3], translation=world_from_here[:3, 3])
        self._stream.log(entity, pose)

    def _camera(self, name: str, frame: int) -> None:
        rr, camera = self._rr, self._sights.cameras[name]
        self._pose(f"world/{name}", camera.world_from_cam[frame])
        picture = self._sights.picture(name, frame)
        if isinstance(picture, Path):
            self._stream.log(f"world/{name}/picture", rr.EncodedImage(path=picture))
        elif picture is not None:
            self._stream.log(f"world/{name}/picture", rr.Image(picture))
        seen = [label for label in self._sights.labels(name, frame) if label.box_px is not None]
        edges = np.array([label.box_px for label in seen], np.float64).reshape(-1, 4)
        edges[:, 2:] += 1  # the last pixel belongs to the box
        look = {"labels": [label.text for label in seen], "colors": _colours([label.number for label in seen])}
        self._stream.log(f"world/{name}/boxes", rr.Boxes2D(array=edges, array_format=rr.Box2DFormat.XYXY, **look))

    def _boxes(self, frame: int) -> None:
        seen = {label.number: label for name in self._sights.cameras for label in self._sights.labels(name, frame)}
        labels = list(seen.values())
        boxes = self._rr.Boxes3D(
            centers=[label.world_from_middle[:3, 3] for label in labels],
            half_sizes=[np.array(label.size_m) / 2 for label in labels],
            quaternions=[self._rr.Quaternion(xyzw=quaternion_xyzw(label.world_from_middle)) for label in labels],
            labels=[label.text for label in labels],
            colors=_colours([label.number for label in labels]),
        )
        self._stream.log("world/objects", boxes)

    def _points(self, frame: int) -> None:
        for name, cloud in self._sights.clouds(frame).items():
            self._pose(f"world/{name}", cloud.world_from_lidar)
            light = np.sqrt(np.clip(cloud.intensity, 0, 1))[:, None]
            colours = (np.array(DIM) + light * (np.array(BRIGHT) - DIM)).astype(np.uint8)
            self._stream.log(f"world/{name}", self._rr.Points3D(cloud.points_m, colors=colours, radii=POINT_RADIUS))


def _colours(numbers: Sequence[int]) -> Any:
    ids: IntArray = np.array(numbers, np.int32)
    return id_colours(ids[None])[0] if len(ids) else []
