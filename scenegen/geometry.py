"""Frames, poses and the pinhole camera: the one file where conventions are converted.

Frames: `world` x east, y north, z up; `body` x forward, y left, z up, origin on the ground under the middle;
`cam` x right, y down, z forward, origin at the projection centre; `img` u right, v down, whole numbers are pixel
centres. A pose `a_from_b` is a 4x4 float64 matrix that takes points of frame b to frame a.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

ScalarT = TypeVar("ScalarT", bound=np.generic)
FloatArray: TypeAlias = npt.NDArray[np.float64]
Float32Array: TypeAlias = npt.NDArray[np.float32]
IntArray: TypeAlias = npt.NDArray[np.int32]
ByteArray: TypeAlias = npt.NDArray[np.uint8]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

BODY_FROM_CAM: FloatArray = np.array([[0.0, 0.0, 1.0, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0, -1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
"""Axes only: a camera that looks along the body's x axis, level."""
BODY_FROM_CAM.flags.writeable = False


@dataclass(frozen=True)
class Pinhole:
    """An ideal camera: image size, focal lengths and centre in pixels (whole numbers are pixel centres)."""

    width_px: int
    height_px: int
    fx_px: float
    fy_px: float
    cx_px: float
    cy_px: float

    @classmethod
    def centred(cls, *, width_px: int, height_px: int, focal_px: float) -> Pinhole:
        """Give the symmetric camera of this size: its centre is at ((W-1)/2, (H-1)/2)."""
        return cls(width_px, height_px, focal_px, focal_px, (width_px - 1) / 2, (height_px - 1) / 2)

    @property
    def matrix(self) -> FloatArray:
        """K, (3, 3): img = K cam / z."""
        return np.array([[self.fx_px, 0.0, self.cx_px], [0.0, self.fy_px, self.cy_px], [0.0, 0.0, 1.0]])


def project(points_cam_m: FloatArray, lens: Pinhole) -> FloatArray:
    """Land camera-frame points on the image.

    Args:
        points_cam_m: (..., 3) float64, metres, frame `cam`, every z > 0.
        lens: focal lengths and centre in pixels.
    Returns:
        (..., 2) float64 pixels (u, v); whole numbers are pixel centres.
    Raises:
        ValueError: a point is at or behind the camera, or the shape is wrong.
    Source:
        Pinhole model: Hartley and Zisserman 2004, section 6.1.
    """
    if points_cam_m.shape[-1:] != (3,):
        raise ValueError(f"points_cam_m has shape {points_cam_m.shape}, wanted (..., 3)")
    z = points_cam_m[..., 2:]
    if not (z > 0).all():
        raise ValueError(f"{int((~(z > 0)).sum())} of {z.size} points are at or behind the camera")
    return points_cam_m[..., :2] / z * (lens.fx_px, lens.fy_px) + (lens.cx_px, lens.cy_px)


def pixel_rays(lens: Pinhole) -> FloatArray:
    """Give for every pixel centre the cam-frame direction with z = 1, (H, W, 3) float64."""
    u, v = np.meshgrid(np.arange(lens.width_px), np.arange(lens.height_px))
    return np.stack([(u - lens.cx_px) / lens.fx_px, (v - lens.cy_px) / lens.fy_px, np.ones(u.shape)], axis=-1)


def pose(x: float, y: float, z: float, *, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> FloatArray:
    """Give the pose at (x, y, z) metres turned by yaw about z, then pitch about y, then roll about x, radians.

    Yaw is counter-clockwise seen from above; pitch > 0 lowers the nose; roll > 0 lowers the right side.
    """
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr, x],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr, y],
            [-sp, cp * sr, cp * cr, z],
            [0.0, 0.0, 0.0, 1.0],
        ]
    )


def rigid_inverse(poses: FloatArray) -> FloatArray:
    """Invert rigid poses, (..., 4, 4): transpose the rotation, no division."""
    rotation_t = np.swapaxes(poses[..., :3, :3], -1, -2)
    inverse = np.zeros_like(poses)
    inverse[..., :3, :3] = rotation_t
    inverse[..., :3, 3] = -(rotation_t @ poses[..., :3, 3:])[..., 0]
    inverse[..., 3, 3] = 1.0
    return inverse


def apply(poses: FloatArray, points_m: FloatArray) -> FloatArray:
    """Move points (n, 3) by a pose (4, 4): a_from_b and points in b give points in a."""
    return points_m @ poses[:3, :3].T + poses[:3, 3]


def wrap_pi(angle_rad: FloatArray) -> FloatArray:
    """Bring angles into [-pi, pi)."""
    return (angle_rad + np.pi) % (2 * np.pi) - np.pi


def box_corners(size_m: tuple[float, float, float]) -> FloatArray:
    """Give the 8 corners (8, 3) of a box (length, width, height) that stands on the body origin."""
    length, width, height = size_m
    x = np.array([1, 1, -1, -1, 1, 1, -1, -1]) * length / 2
    y = np.array([1, -1, -1, 1, 1, -1, -1, 1]) * width / 2
    z = np.array([0, 0, 0, 0, 1, 1, 1, 1]) * height
    return np.stack([x, y, z], axis=1)


def frozen(array: npt.NDArray[ScalarT]) -> npt.NDArray[ScalarT]:
    """Make an array read-only and give it back."""
    array.flags.writeable = False
    return array
