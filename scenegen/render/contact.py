"""Boxes that stand close above the ground and keep the sky off it: what grounds a car under clouds or in shade."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import BoolArray, Float32Array, FloatArray
from scenegen.render.scene_buffers import SceneBuffers
from scenegen.render.transform_table import FramePoses

MAX_BOXES = 8
"""Nearest boxes that darken the ground of a frame; farther ones cover too few pixels to be missed."""
_LEAST_M, _MOST_M = (1.2, 0.6, 0.4), (20.0, 4.0, 5.0)
"""Length, width and height of what counts: vehicles, not people, posts or houses."""


def contact_boxes(buffers: SceneBuffers, poses: FramePoses, visible: BoolArray, origin_m: FloatArray) -> Float32Array:
    """Give (MAX_BOXES, 2, 4): middle x, y and bottom z from the stage's origin, 1 where used; half length, half width,
    cosine and sine of the heading.
    """
    out = np.zeros((MAX_BOXES, 2, 4), np.float32)
    instances = buffers.stage.instances
    candidate = np.asarray(visible & (instances.object_id > 0) & ~np.asarray(instances.is_skinned), np.bool_)
    owners = np.flatnonzero(candidate)
    boxes = buffers.bounds.boxes_of(candidate, poses.world_from_row[0])
    if not len(owners):
        return out
    sizes = boxes[:, 1] - boxes[:, 0]
    pose = poses.world_from_row[0][instances.first_row[owners]]
    foot = boxes.mean(axis=1)
    foot[:, 2] = boxes[:, 0, 2]
    foot = np.einsum("nij,nj->ni", pose[:, :3, :3], foot) + pose[:, :3, 3]
    away = np.linalg.norm(foot - poses.world_from_cam[0][:3, 3], axis=1)
    fits = ((sizes > _LEAST_M) & (sizes < _MOST_M)).all(axis=1)
    nearest = np.flatnonzero(fits)[np.argsort(away[fits], kind="stable")][:MAX_BOXES]
    used = len(nearest)
    out[:used, 0, :3] = foot[nearest] - origin_m
    out[:used, 0, 3] = 1.0
    out[:used, 1, :2] = sizes[nearest, :2] / 2
    out[:used, 1, 2:] = pose[nearest, :2, 0] / np.linalg.norm(pose[nearest, :2, 0], axis=1, keepdims=True)
    return out
