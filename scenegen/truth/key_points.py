"""People's key points: COCO's seventeen in every view, judged against its depth image, and all joints in the world.

A point is seen (2) when nothing hides it at its pixel and the person shows within one pixel of it. It is hidden by anything
else nearer than the point itself, and by the person's own body where that is nearer by more than the point lies beneath the
skin (a joint's centre: the limb's radius with its clothes; the head's points: nothing) plus `ALLOWANCE_M` and a pixel's width.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from scenegen import distortion
from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, IntArray, apply, frozen, rigid_inverse
from scenegen.models import catalogue
from scenegen.models.people.landmarks import COCO_NAMES, find_landmarks
from scenegen.models.people.skeleton import BONES
from scenegen.simulate.clip import Clip
from scenegen.stage.stage import Stage
from scenegen.truth.frame import Eye, KeyPoints

__all__ = ["COCO_NAMES", "PersonPoints", "PosedPeople", "judge"]

OUTSIDE, HIDDEN, SEEN = 0, 1, 2

ALLOWANCE_M = 0.03
"""How much nearer than expected the own body may be: folds of cloth, coarser meshes of distant people, hair over an ear."""


class PersonPoints:
    """Key points and joints of all people of a clip; made once, asked at every frame from any thread."""

    def __init__(self, clip: Clip, stage: Stage) -> None:
        row_of_object = dict(zip(stage.instances.object_id.tolist(), stage.instances.first_row.tolist(), strict=True))
        people = [track for track in clip.tracks if track.rig == "person" and track.track_id in row_of_object]
        models = [catalogue.build(track.model) for track in people]
        marks = [find_landmarks(model) for model in models]
        first_rows = np.array([row_of_object[track.track_id] for track in people], np.intp)[:, None]
        rest_m = np.array([[joint.body_from_joint[:3, 3] for joint in model.joints[: len(BONES)]] for model in models])
        self._track_ids = [track.track_id for track in people]
        self._present = np.array([track.present for track in people])
        self._clip = clip
        self._joint_names = [BONES for _ in models]
        if people:
            self._mark_rows = first_rows[..., None] + np.array([mark.joints for mark in marks])
            self._mark_weights = np.array([mark.weights for mark in marks])
            self._mark_rest = _with_one(np.array([mark.rest_m for mark in marks]))
            self._beneath_m = np.array([mark.beneath_m for mark in marks])
            self._joint_rows = first_rows + np.arange(rest_m.shape[1])
            self._joint_rest = _with_one(rest_m)

    def at(self, frame: int, world_from_row: FloatArray) -> PosedPeople:
        """Pose the people who are there at a frame.

        Args:
            frame: 0 .. frames - 1.
            world_from_row: (rows, 4, 4), what the stage's `rows_world` gives for that frame.
        """
        if not self._track_ids:
            return PosedPeople((), np.zeros((0, 17, 3)), np.zeros((0, 17)), np.zeros((0, 0, 3)), ())
        here = np.flatnonzero(self._present[:, self._clip.row_of(frame)])
        turned = np.einsum("pkjrc,pkc->pkjr", world_from_row[self._mark_rows[here], :3], self._mark_rest[here])
        points = np.einsum("pkjr,pkj->pkr", turned, self._mark_weights[here])
        joints = np.einsum("pjrc,pjc->pjr", world_from_row[self._joint_rows[here], :3], self._joint_rest[here])
        return PosedPeople(
            tuple(self._track_ids[i] for i in here),
            frozen(points),
            self._beneath_m[here],
            frozen(joints),
            tuple(self._joint_names[i] for i in here),
        )


@dataclass(frozen=True, eq=False)
class PosedPeople:
    """The p people of one frame: points_world_m (p, 17, 3), beneath_m (p, 17), joint_world_m (p, joints, 3) and their names."""

    track_ids: tuple[int, ...]
    points_world_m: FloatArray
    beneath_m: FloatArray
    joint_world_m: FloatArray
    joint_names: tuple[tuple[str, ...], ...]

    def joints_world_m(self) -> dict[int, dict[str, tuple[float, float, float]]]:
        """Give every joint's place in the world by track id and name; `shin_left` lies in the left knee, and so on."""
        return {
            track_id: dict(zip(names, map(tuple, places), strict=True))
            for track_id, names, places in zip(self.track_ids, self.joint_names, self.joint_world_m.tolist(), strict=True)
        }

    def key_points(
        self, eye: Eye, z_m: Float32Array, object_id: IntArray, *, inside: Collection[int] | None = None
    ) -> dict[int, KeyPoints]:
        """Give the key points in one view by track id.

        Args:
            eye: the camera.
            z_m: (H, W) its depth image, 0 is sky.
            object_id: (H, W) track ids.
            inside: track ids of those whose silhouette has pixels inside the image; the others are left out. None: all.
        Returns:
            Pixels outside the image are true places too; points that have no place at all, behind the camera, are at (0, 0).
        """
        rows = [i for i, track_id in enumerate(self.track_ids) if inside is None or track_id in inside]
        if not rows:
            return {}
        points_world = self.points_world_m[rows]
        points_cam = apply(rigid_inverse(eye.world_from_cam), points_world.reshape(-1, 3)).reshape(points_world.shape)
        pixels = distortion.project(points_cam, eye.lens, eye.distortion)
        owners = np.array([self.track_ids[i] for i in rows], np.int32)
        distance = np.linalg.norm(points_cam, axis=-1)
        # What lies so far before the point on its ray is less far before it along the optical axis.
        along_axis = points_cam[..., 2] / distance
        slack = (self.beneath_m[rows] + ALLOWANCE_M + distance / eye.lens.fx_px) * along_axis
        visibility = judge(pixels, points_cam[..., 2], slack, owners, z_m, object_id)
        pixels[np.isnan(pixels).any(axis=-1)] = 0.0
        return {
            int(owner): KeyPoints(frozen(pixels[k]), frozen(visibility[k]), points_world[k]) for k, owner in enumerate(owners)
        }


def judge(
    pixels: FloatArray, z_point_m: FloatArray, slack_m: FloatArray, owners: IntArray, z_m: Float32Array, object_id: IntArray
) -> ByteArray:
    """Judge which of the k points of p people can be seen.

    Args:
        pixels: (p, k, 2), nan where a point has no image.
        z_point_m: (p, k) depth of the points.
        slack_m: (p, k) how much nearer than a point its own body may be without hiding it.
        owners: (p,) track ids.
        z_m: (H, W) depth image, 0 is sky.
        object_id: (H, W) track ids.
    Returns:
        (p, k) uint8: 0 outside the image or behind the camera, 1 hidden, 2 seen.
    """
    height, width = z_m.shape
    with np.errstate(invalid="ignore"):
        is_right: BoolArray = (pixels >= -0.5) & (pixels < (width - 0.5, height - 0.5))
    is_inside = is_right[..., 0] & is_right[..., 1]
    place = np.floor(np.where(is_inside[..., None], pixels, 0.0) + 0.5).astype(np.intp)
    u, v = place[..., 0], place[..., 1]
    z_seen = z_m[v, u].astype(np.float64)
    is_own = object_id[v, u] == owners[:, None]
    is_behind = (z_seen > 0) & (z_seen < z_point_m - np.where(is_own, slack_m, 0.0))
    shows = np.zeros(u.shape, np.bool_)
    for dv in (-1, 0, 1):
        for du in (-1, 0, 1):
            shows |= object_id[np.clip(v + dv, 0, height - 1), np.clip(u + du, 0, width - 1)] == owners[:, None]
    return np.where(is_inside, np.where(shows & ~is_behind, SEEN, HIDDEN), OUTSIDE).astype(np.uint8)


def _with_one(points_m: FloatArray) -> FloatArray:
    return np.concatenate([points_m, np.ones((*points_m.shape[:-1], 1))], axis=-1)
