"""What a clip on disk shows of the world: cameras and their pictures, boxes, point clouds, from whatever layouts hold them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.dataset import manifest
from scenegen.dataset.read_back import ClipReader
from scenegen.formats.kitti_calib import read_velodyne
from scenegen.formats.kitti_object import KittiLabel, read_labels
from scenegen.geometry import ByteArray, Float32Array, FloatArray, Pinhole, pose
from scenegen.simulate.clip import Clip
from scenegen.simulate.storage import clip_from_bytes
from scenegen.stage.build import camera_lens, camera_poses, stage_cameras, stage_lidars
from scenegen.truth.labeller import eye_at
from scenegen.truth.stereo import rectified_partner


@dataclass(frozen=True, eq=False)
class CameraSight:
    """A camera's lens and where it is at every frame, (frames, 4, 4)."""

    lens: Pinhole
    world_from_cam: FloatArray


@dataclass(frozen=True, eq=False)
class BoxSight:
    """One object: its number and text, the pose of its box's middle, size (length, width, height), box in the picture."""

    number: int
    text: str
    world_from_middle: FloatArray
    size_m: tuple[float, float, float]
    box_px: tuple[float, float, float, float] | None


@dataclass(frozen=True, eq=False)
class CloudSight:
    """A scanner's points in its own frame, with intensity 0..1."""

    world_from_lidar: FloatArray
    points_m: Float32Array
    intensity: Float32Array


@dataclass(frozen=True, eq=False)
class ClipSights:
    """One clip; `main` and `right` name the camera that layouts for one camera show and its stereo partner."""

    reader: ClipReader
    clip: Clip
    cameras: dict[str, CameraSight]
    main: str
    right: str | None

    @classmethod
    def of(cls, reader: ClipReader) -> ClipSights:
        """Read the clip's poses; the rest is read when asked for."""
        clip = clip_from_bytes((reader.root / manifest.poses_path(reader.record.clip)).read_bytes())
        cameras = {
            camera.name: CameraSight(camera_lens(camera), camera_poses(clip, camera)[1:-1]) for camera in clip.scene.cameras
        }
        eyes = [eye_at(camera, 0) for camera in stage_cameras(clip)]
        partner = rectified_partner(eyes[0], eyes)
        return cls(reader, clip, cameras, eyes[0].name, partner.name if partner else None)

    @property
    def frames(self) -> int:
        """Number of frames."""
        return self.clip.frames

    @property
    def fps(self) -> int:
        """Frames a second."""
        return self.clip.scene.fps

    @property
    def world_from_ego(self) -> FloatArray:
        """Poses of the ego's body, (frames, 4, 4)."""
        rows = [self.clip.row_of(frame) for frame in range(self.frames)]
        poses: FloatArray = self.clip.ego.world_from_body[rows]
        return poses

    def picture(self, camera: str, frame: int) -> Path | ByteArray | None:
        """Give a camera's picture as a file, or as (H, W, 3) uint8 where it lies in an archive; None where no layout has it."""
        stem = self.reader.object_stem(frame)
        kitti, vkitti2 = {self.main: ("image_2", 0), self.right: ("image_3", 1)}.get(camera, ("", 0))
        paths = (
            self.reader.root / f"kitti_object/training/{kitti}/{stem}.png",
            self.reader.root / f"kitti_flow/training/{kitti}/{stem}_10.png",
            self.reader.vkitti2_scene / f"frames/rgb/Camera_{vkitti2}/rgb_{frame:05d}.jpg",
        )
        found = next((path for path in paths if path.exists()), None) if kitti else None
        arrays = self.reader.arrays(frame, self._folder(camera)) if found is None else None
        return arrays.get("rgb") if arrays else found

    def labels(self, camera: str, frame: int) -> list[BoxSight]:
        """Give the objects that a camera sees, from `arrays`, or else of the first from `kitti_object`; none without either."""
        index = self.reader.arrays_index_of(self._folder(camera))
        if index:
            return [_from_arrays(entry) for entry in index["frames"][frame]["objects"] if entry["visible_px"]]
        if camera != self.main:
            return []
        path = self.reader.root / f"kitti_object/training/label_2/{self.reader.object_stem(frame)}.txt"
        world_from_cam = self.cameras[self.main].world_from_cam[frame]
        return [_from_kitti(i, label, world_from_cam) for i, label in enumerate(_kitti_labels(path), start=1)]

    def clouds(self, frame: int) -> dict[str, CloudSight]:
        """Give the scanners' points by name, from `arrays`, or else the first's from `kitti_object`."""
        found = {}
        for number, lidar in enumerate(stage_lidars(self.clip)):
            pose_now = np.asarray(lidar.world(frame))
            arrays = self.reader.arrays(frame, lidar.build.name)
            path = self.reader.root / f"kitti_object/training/velodyne/{self.reader.object_stem(frame)}.bin"
            if arrays:
                found[lidar.build.name] = CloudSight(pose_now, arrays["points_m"], arrays["intensity"])
            elif number == 0 and path.exists():
                points = read_velodyne(path.read_bytes())
                found[lidar.build.name] = CloudSight(pose_now, points[:, :3], points[:, 3])
        return found

    def _folder(self, camera: str) -> str:
        return "" if camera == self.main else camera


@lru_cache(maxsize=4)
def _kitti_labels(path: Path) -> tuple[KittiLabel, ...]:
    labels = read_labels(path.read_text()) if path.exists() else []
    return tuple(label for label in labels if label.type != "DontCare")


def _from_arrays(entry: dict[str, Any]) -> BoxSight:
    length, width, height = entry["size_m"]
    middle = np.array(entry["world_from_body"]["now"]) @ pose(0, 0, height / 2)
    box = entry["box_visible_px"]
    return BoxSight(
        entry["track_id"], f"{entry['track_id']} {entry['name']}", middle, (length, width, height), tuple(box) if box else None
    )


def _from_kitti(number: int, label: KittiLabel, world_from_cam: FloatArray) -> BoxSight:
    """Turn a label about y by rotation_y, and up from the bottom by half its height; its box has x ahead, y left, z up."""
    height, width, length = label.size_hwl_m
    c, s = np.cos(label.rotation_y_rad), np.sin(label.rotation_y_rad)
    cam_from_middle = np.eye(4)
    cam_from_middle[:3, :3] = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]) @ np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])
    cam_from_middle[:3, 3] = np.array(label.location_cam_m) - (0, height / 2, 0)
    return BoxSight(number, f"{number} {label.type}", world_from_cam @ cam_from_middle, (length, width, height), label.box_px)
