"""What two cameras and two instants say of depth: disparity, disparity at the next frame, scene flow of the image."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scenegen.distortion import ray_at
from scenegen.geometry import BoolArray, Float32Array, rigid_inverse
from scenegen.truth.frame import FLOW_OUT, FLOW_SKY, FLOW_VALID, Eye, FrameLabels, View, ViewLabels

SAME_TURN = 1e-9
"""Entries of two rotations that differ by less are equal: poses are products of a few float64 matrices."""

SAME_PLACE_M = 1e-6
"""How far below, above, ahead or behind a rectified partner may lie: 1e-4 px of disparity error 5 m away at f = 720."""

HIDDEN_SHARE = 0.02
"""Share of depth by which a thing in the right image must be nearer to hide a point: the renderer's own limit for flow."""


@dataclass(frozen=True)
class Partner:
    """The right camera of a rectified pair, and how far it lies to the right of the left one."""

    name: str
    base_m: float


def eye_of(labels: ViewLabels) -> Eye:
    """Give a labelled camera as it is at its frame."""
    return Eye(labels.camera, labels.lens, labels.world_from_cam.now, labels.distortion)


def rectified_partner(left: Eye, others: Iterable[Eye]) -> Partner | None:
    """Find the camera that is a pure shift to the right of another, the nearest where there are several.

    Args:
        left: the left camera.
        others: the cameras to look among; `left` itself may be one of them.
    Returns:
        None when no camera has the same lens and axes and lies on the x axis of `left`, or when a lens bends the image.
    """
    if left.distortion is not None:
        return None
    left_from_world = rigid_inverse(left.world_from_cam)
    found = []
    for other in others:
        left_from_other = left_from_world @ other.world_from_cam
        is_parallel = np.abs(left_from_other[:3, :3] - np.eye(3)).max() < SAME_TURN
        x, y, z = (float(value) for value in left_from_other[:3, 3])
        is_beside = x > SAME_PLACE_M and max(abs(y), abs(z)) < SAME_PLACE_M
        if other.distortion is None and other.lens == left.lens and is_parallel and is_beside:
            found.append(Partner(other.name, x))
    return min(found, key=lambda partner: partner.base_m, default=None)


def stereo_partner(labels: FrameLabels) -> Partner | None:
    """Find the rectified partner of the first camera among all of the rig, labelled or not."""
    return rectified_partner(eye_of(labels.main), labels.eyes)


def disparity(view: View, base_m: float) -> Float32Array:
    """Give how much further left each point appears in the right image, (H, W) float32 pixels >= 0; 0 for sky.

    Args:
        view: the left view, of a pinhole camera.
        base_m: distance to the right camera, see `rectified_partner`.
    """
    return _disparity_at(view.passes.z_m, view.passes.z_m > 0, _pixel_metres(view, base_m))


def disparity_next(view: View, base_m: float) -> Float32Array:
    """Give the disparity that the point seen in each pixel now has at the next frame, (H, W) float32 pixels.

    It is stored where the point is now, as KITTI scene flow does; 0 for sky and where the point has no next place.
    """
    return _disparity_at(view.passes.z_m + view.passes.dz_m[..., 0], has_scene_flow(view, 0), _pixel_metres(view, base_m))


def is_in_right_image(disparity_px: Float32Array) -> BoolArray:
    """Give the pixels (H, W) whose point falls into the right image, KITTI's `noc`; sky (disparity 0) always does."""
    columns = np.arange(disparity_px.shape[1], dtype=np.float32)
    inside: BoolArray = columns - disparity_px >= np.float32(-0.5)
    return inside


def is_hidden_in_right_image(disparity_px: Float32Array, right: View, base_m: float) -> BoolArray:
    """Give the pixels of the left view whose point falls into the right image behind something nearer.

    Args:
        disparity_px: (H, W) of the left view.
        right: the right view.
        base_m: distance between the two.
    Returns:
        (H, W) bool; a point counts as hidden when both pixels beside its place show something nearer.
    """
    there_px = disparity(right, base_m)
    height, width = disparity_px.shape
    place = np.arange(width, dtype=np.float32) - disparity_px
    left = np.clip(np.floor(place), 0, width - 1).astype(np.intp)
    rows = np.arange(height)[:, None]
    nearest_px = np.minimum(there_px[rows, left], there_px[rows, np.minimum(left + 1, width - 1)])
    hidden: BoolArray = is_in_right_image(disparity_px) & (nearest_px * np.float32(1 - HIDDEN_SHARE) > disparity_px)
    return hidden


def has_scene_flow(view: View, direction: int) -> BoolArray:
    """Give the pixels (H, W) whose surface point has a place at the next (direction 0) or the previous frame (1).

    In an image that a lens bends, only those whose point stays inside the image: outside, a pixel says no direction.
    """
    state = view.passes.state[..., direction]
    known: BoolArray = state & (FLOW_VALID | FLOW_SKY) == FLOW_VALID
    if view.labels.distortion is not None:
        known &= state & FLOW_OUT == 0
    return known


def scene_flow(view: View, direction: int) -> Float32Array:
    """Give p_cam(other time) - p_cam(now), (H, W, 3) float32 metres, each in its own camera; 0 where unknown.

    direction 0 is the next frame, 1 the previous one.
    """
    if view.labels.distortion is not None:
        return _bent_scene_flow(view, direction)
    lens = view.labels.lens
    flow_u, flow_v = view.flow_planes_px[2 * direction : 2 * direction + 2]
    dz = view.passes.dz_m[..., direction].copy()
    z_then = view.passes.z_m + dz
    ray_x = ((np.arange(lens.width_px) - lens.cx_px) / lens.fx_px).astype(np.float32)
    ray_y = ((np.arange(lens.height_px) - lens.cy_px) / lens.fy_px).astype(np.float32)[:, None]
    is_unknown = ~has_scene_flow(view, direction)
    np.copyto(z_then, 0, where=is_unknown)
    np.copyto(dz, 0, where=is_unknown)
    moved = np.empty((3, *dz.shape), np.float32)
    np.add(ray_x * dz, flow_u * z_then * np.float32(1 / lens.fx_px), out=moved[0])
    np.add(ray_y * dz, flow_v * z_then * np.float32(1 / lens.fy_px), out=moved[1])
    moved[2] = dz
    return np.moveaxis(moved, 0, 2)


def _bent_scene_flow(view: View, direction: int) -> Float32Array:
    """Give scene flow by the directions that a bent image shows at both ends of its flow, in float64."""
    v, u = np.nonzero(has_scene_flow(view, direction))
    start_px = np.stack([u, v], axis=1).astype(np.float64)
    end_px = start_px + view.passes.flow_px[v, u, 2 * direction : 2 * direction + 2]
    z = view.passes.z_m[v, u].astype(np.float64)
    z_then = z + view.passes.dz_m[v, u, direction]
    now, then = (ray_at(pixels, view.labels.lens, view.labels.distortion) for pixels in (start_px, end_px))
    moved = np.zeros((*view.passes.z_m.shape, 3), np.float32)
    moved[v, u] = then * (z_then / then[:, 2])[:, None] - now * (z / now[:, 2])[:, None]
    return moved


def _pixel_metres(view: View, base_m: float) -> float:
    if view.labels.distortion is not None:
        raise ValueError(f"camera {view.labels.camera!r} bends its image: disparity has a meaning for pinhole cameras only")
    if not base_m > 0:
        raise ValueError(f"base_m is {base_m}, wanted a distance above 0")
    return view.labels.lens.fx_px * base_m


def _disparity_at(z_m: Float32Array, is_known: BoolArray, pixel_metres: float) -> Float32Array:
    """Give f b / z, divided in float64 and rounded once; 0 where unknown."""
    known = is_known & (z_m > 0)
    shifted = np.zeros(z_m.shape, np.float64)
    np.divide(pixel_metres, z_m, out=shifted, where=known)
    return shifted.astype(np.float32)
