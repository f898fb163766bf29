"""KITTI odometry: grey and colour pictures, velodyne, calib, times and poses, a sequence a clip.

Camera 0 is where camera 2 is, so image_0 is image_2 in grey; without a stereo partner there is no image_1 and image_3.
Source: KITTI odometry development kit (Geiger et al. 2012): a pose takes camera 0 to the camera 0 of the first frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.kitti_calib import kitti_rig, odometry_calib_text, velodyne_bytes
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png, picture_png
from scenegen.formats.stereo_pair import stereo_pictures
from scenegen.geometry import ByteArray, FloatArray, rigid_inverse
from scenegen.truth.frame import Frame, FrameLabels, Picture

LUMA = (299, 587, 114)
"""Thousandths of R G B in grey, on the coded values: ITU-R BT.601, as cameras and picture libraries do it."""


class KittiOdometry:
    """Writes one sequence a clip, frames counted from 0 in each."""

    name = "kitti_odometry"
    about = "KITTI odometry: image_0 to image_3, velodyne, calib, times, poses"
    wants = Wants(pictures="stereo", sweeps=True)
    largest_id: int | None = None
    channels = kitti_channels.ODOMETRY

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give pictures and points of one frame."""
        base, stem = f"sequences/{slot.number:02d}", f"{frame.labels.index:06d}"
        for side, picture in enumerate(stereo_pictures(frame)):
            if picture is not None:
                yield f"{base}/image_{side}/{stem}.png", grey_png(picture)
                yield f"{base}/image_{side + 2}/{stem}.png", picture_png(picture)
        points = velodyne_bytes(frame)
        if points is not None:
            yield f"{base}/velodyne/{stem}.bin", points

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give the sequence's calibration, times and poses."""
        base = f"sequences/{slot.number:02d}"
        yield f"{base}/calib.txt", odometry_calib_text(kitti_rig(labels[0])).encode()
        yield f"{base}/times.txt", "".join(f"{frame.time_s:.12e}\n" for frame in labels).encode()
        yield f"poses/{slot.number:02d}.txt", poses_text([frame.main.world_from_cam.now for frame in labels]).encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each sequence stands alone."""
        yield from ()


def grey_image(rgb: ByteArray) -> ByteArray:
    """Give a picture (H, W, 3) in grey (H, W), rounded to the nearest."""
    red, green, blue = (rgb[..., i].astype(np.uint32) * weight for i, weight in enumerate(LUMA))
    grey: ByteArray = ((red + green + blue + 500) // 1000).astype(np.uint8)
    return grey


def grey_png(picture: Picture) -> bytes:
    """Encode a picture in grey once, however many layouts want it."""
    if "grey.png" not in picture.files:
        picture.files["grey.png"] = encode_png(grey_image(picture.rgb), is_photo=True)
    return picture.files["grey.png"]


def poses_text(world_from_cams: Sequence[FloatArray]) -> str:
    """Give a poses file from the poses of a clip's camera: each as seen from the first one."""
    first_from_world = rigid_inverse(world_from_cams[0])
    # The first line is the identity to the last digit, whatever the product of a matrix with its inverse is.
    relative = [np.eye(4), *(first_from_world @ pose for pose in world_from_cams[1:])]
    return "".join(" ".join(f"{value + 0.0:.12e}" for value in pose[:3].ravel()) + "\n" for pose in relative)


def read_poses(text: str) -> FloatArray:
    """Read a poses file: (n, 4, 4) first_from_cam.

    Raises:
        DatasetError: a line without 12 numbers or whose first three columns are no rotation, with its number.
    """
    poses = np.tile(np.eye(4), (len(text.splitlines()), 1, 1))
    for number, line in enumerate(text.splitlines(), 1):
        values = np.array([float(word) for word in line.split()])
        if len(values) != 12:
            raise DatasetError(f"poses line {number}: {len(values)} numbers, wanted 12")
        pose = values.reshape(3, 4)
        if not np.allclose(pose[:, :3] @ pose[:, :3].T, np.eye(3), atol=1e-6) or np.linalg.det(pose[:, :3]) < 0:
            raise DatasetError(f"poses line {number}: not a rotation")
        poses[number - 1, :3] = pose
    return poses
