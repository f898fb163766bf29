"""Bounds of instances as they are posed: around every joint's own vertices, so no limb or wheel can reach out of them.

A skinned vertex is a weighted mean of where its joints take it, so it lies in the hull of the joints' boxes.
"""

from __future__ import annotations

import numpy as np

from scenegen.geometry import BoolArray, FloatArray, IntArray
from scenegen.models.mesh import Mesh
from scenegen.stage.stage import Instances

_CORNERS = np.array([[(i >> k) & 1 for k in range(3)] for i in range(8)], np.float64)


class PosedBounds:
    """Boxes of every row of every instance at rest, (n, 2, 3) metres, each with the `owner` and the `row` it moves with.

    Owners rise; instances without vertices have a box of no size.
    """

    def __init__(self, meshes: tuple[Mesh, ...], instances: Instances) -> None:
        is_skinned = np.asarray(instances.is_skinned, np.bool_)
        known: dict[tuple[int, bool], tuple[IntArray, FloatArray]] = {}
        owners, rows, boxes = [], [], []
        for i, mesh in enumerate(instances.mesh.tolist()):
            key = (mesh, bool(is_skinned[i]))
            if key not in known:
                known[key] = _boxes_of_joints(meshes[mesh], is_skinned=key[1])
            joints, joint_boxes = known[key]
            owners.append(np.full(len(joints), i))
            rows.append(joints + int(instances.first_row[i]))
            boxes.append(joint_boxes)
        self.owner = np.concatenate([np.zeros(0, np.int64), *owners]).astype(np.int64)
        self.row = np.concatenate([np.zeros(0, np.int64), *rows]).astype(np.int64)
        self.boxes_m: FloatArray = np.concatenate([np.zeros((0, 2, 3)), *boxes])
        self._first_row = np.asarray(instances.first_row, np.int64)
        self._starts = np.flatnonzero(np.diff(self.owner, prepend=-1))

    def spheres(self, world_from_row: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give spheres around all instances for poses (rows, 4, 4): world centres (n, 3) and radii (n,), metres."""
        if not len(self.owner):
            return np.zeros((0, 3)), np.zeros(0)
        pose = world_from_row[self.row]
        middle = np.einsum("nij,nj->ni", pose[:, :3, :3], self.boxes_m.mean(axis=1)) + pose[:, :3, 3]
        half_m = np.linalg.norm(self.boxes_m[:, 1] - self.boxes_m[:, 0], axis=1) / 2
        low = np.minimum.reduceat(middle - half_m[:, None], self._starts)
        high = np.maximum.reduceat(middle + half_m[:, None], self._starts)
        centres = (low + high) / 2
        away = np.linalg.norm(middle - centres[self.owner], axis=1) + half_m
        return centres, np.maximum.reduceat(away, self._starts)

    def boxes_of(self, chosen: BoolArray, cam_from_row: FloatArray) -> FloatArray:
        """Give boxes of the chosen instances in the axes of each one's first row, (chosen, 2, 3), metres."""
        own = np.flatnonzero(chosen[self.owner])
        if not len(own):
            return np.zeros((0, 2, 3))
        owner = self.owner[own]
        low, high = self.boxes_m[own, 0], self.boxes_m[own, 1]
        corners = low[:, None] + (high - low)[:, None] * _CORNERS
        pose, first = cam_from_row[self.row[own]], cam_from_row[self._first_row[owner]]
        turn = np.swapaxes(first[:, :3, :3], 1, 2)
        first_from_row = turn @ pose[:, :3, :3]
        shift = np.einsum("nij,nj->ni", turn, pose[:, :3, 3] - first[:, :3, 3])
        points = corners @ np.swapaxes(first_from_row, 1, 2) + shift[:, None]
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        lows, highs = np.minimum.reduceat(points.min(axis=1), starts), np.maximum.reduceat(points.max(axis=1), starts)
        return np.stack([lows, highs], axis=1)


def _boxes_of_joints(mesh: Mesh, *, is_skinned: bool) -> tuple[IntArray, FloatArray]:
    """Give the joints that move a mesh and the rest-pose box of what each moves, (joints, 2, 3)."""
    points = mesh.positions_m.astype(np.float64)
    if not len(points):
        return np.zeros(1, np.int32), np.zeros((1, 2, 3))
    columns = 4 if is_skinned else 1
    joints = np.asarray(mesh.joints[:, :columns], np.int64)
    moves = np.asarray(mesh.weights[:, :columns]) > 0 if is_skinned else np.ones(joints.shape, np.bool_)
    count = int(joints.max()) + 1
    low, high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
    vertex, column = np.nonzero(moves)
    np.minimum.at(low, joints[vertex, column], points[vertex])
    np.maximum.at(high, joints[vertex, column], points[vertex])
    used = np.flatnonzero(np.isfinite(low[:, 0]))
    return used.astype(np.int32), np.stack([low[used], high[used]], axis=1)
