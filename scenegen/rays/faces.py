"""Pictures of lenses that bend: drawn on flat faces round the camera, then looked up along every pixel's ray.

What a lens does towards the picture's corners, its flare, its fringe and the camera's compression are left out of faces.
Only colour goes this way; labels of such cameras are cast pixel by pixel (`rays.distorted`) and never filtered.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenegen import distortion
from scenegen.errors import ScenarioError
from scenegen.geometry import ByteArray, Float32Array, FloatArray, IntArray, Pinhole
from scenegen.stage.stage import StageCamera

ONE_FACE_REACH = 1.5
"""Tangent of the angle from the axis up to which one face serves; beyond it would need many more pixels than the picture."""

FINER = 1.15
"""Pixels of a face per pixel of the picture's centre, along one side: what bilinear lookup softens is made up for."""

_MARGIN_PX = 2

_CAM_FROM_FACE = {
    "ahead": np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float64),
    "right": np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float64),
    "left": np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]], np.float64),
    "below": np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]], np.float64),
    "above": np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], np.float64),
}
"""Rotations (3, 3) whose columns are a face's own x right, y down, z outwards in the camera's axes."""


@dataclass(frozen=True, eq=False)
class _Face:
    """One flat face: its camera, the pixels of the picture that it serves (n,), and where each falls on it, (n, 2) pixels."""

    camera: StageCamera
    served: IntArray
    places_px: Float32Array


class Faces:
    """The flat faces that together show what one bending camera sees."""

    def __init__(self, camera: StageCamera) -> None:
        lens = camera.lens
        self._shape = (lens.height_px, lens.width_px)
        rays_cam = distortion.rays(lens, camera.distortion).reshape(-1, 3)
        side = self._sides(rays_cam, camera.name)
        focal = FINER * max(lens.fx_px, lens.fy_px)
        served = [np.flatnonzero(side == k).astype(np.int32) for k in range(len(_CAM_FROM_FACE))]
        made = [_face(camera, name, own, rays_cam, focal) for name, own in zip(_CAM_FROM_FACE, served, strict=True)]
        self._faces = tuple(face for face in made if face is not None)

    @property
    def cameras(self) -> tuple[StageCamera, ...]:
        """The pinhole cameras whose pictures `assemble` wants, in this order."""
        return tuple(face.camera for face in self._faces)

    def assemble(self, pictures: Sequence[ByteArray]) -> ByteArray:
        """Look up every pixel's ray on the faces.

        Args:
            pictures: (h, w, 3) uint8 of each face, in the order of `cameras`.
        Returns:
            (H, W, 3) uint8, between the four nearest pixels of a face.
        """
        out = np.empty((self._shape[0] * self._shape[1], 3), np.uint8)
        for face, picture in zip(self._faces, pictures, strict=True):
            out[face.served] = _between(picture, face.places_px)
        return out.reshape(*self._shape, 3)

    @staticmethod
    def _sides(rays_cam: FloatArray, name: str) -> IntArray:
        """Give for every ray the number of the face that it meets."""
        x, y, z = rays_cam.T
        if (z > 0).all() and np.hypot(x / z, y / z).max() <= ONE_FACE_REACH:
            return np.zeros(len(rays_cam), np.int32)
        outwards = np.stack([z, x, -x, y, -y], axis=1)
        if (outwards.max(axis=1) < -z).any():
            raise ScenarioError(f"camera.{name}: the lens looks further back than 135 degrees from its axis; narrow it")
        return np.asarray(outwards.argmax(axis=1), np.int32)


def _face(camera: StageCamera, name: str, served: IntArray, rays_cam: FloatArray, focal_px: float) -> _Face | None:
    """Make the face of a name, just large enough for the rays that it serves; None when it serves none."""
    if not len(served):
        return None
    turn = _CAM_FROM_FACE[name]
    rays_face = rays_cam[served] @ turn
    flat = rays_face[:, :2] / rays_face[:, 2:] * focal_px
    low, high = np.floor(flat.min(axis=0)) - _MARGIN_PX, np.ceil(flat.max(axis=0)) + _MARGIN_PX
    width, height = (int(side) for side in high - low + 1)
    lens = Pinhole(width, height, focal_px, focal_px, float(-low[0]), float(-low[1]))
    cam_from_face = np.eye(4)
    cam_from_face[:3, :3] = turn

    def world(frame: int) -> FloatArray:
        turned: FloatArray = np.asarray(camera.world(frame)) @ cam_from_face
        return turned

    plain = dataclasses.replace(camera.picture, vignette=0.0, flare=0.0, fringe=0.0, jpeg_quality=0)
    return _Face(StageCamera(f"{camera.name}/{name}", lens, world, picture=plain), served, (flat - low).astype(np.float32))


def _between(picture: ByteArray, places_px: Float32Array) -> ByteArray:
    """Give the colours (n, 3) at places (n, 2) inside a picture, bilinear."""
    base = np.floor(places_px).astype(np.int32)
    share = places_px - base
    width = picture.shape[1]
    flat = picture.reshape(-1, 3)
    first = base[:, 1] * width + base[:, 0]
    right, down = share[:, :1], share[:, 1:]
    upper = flat[first] * (1 - right) + flat[first + 1] * right
    lower = flat[first + width] * (1 - right) + flat[first + width + 1] * right
    return np.asarray(upper * (1 - down) + lower * down + np.float32(0.5), np.uint8)
