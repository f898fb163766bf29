"""What of a stage can be hit, each in its own frame: all that stands as one, rigid moving parts, skinned things."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from embreex.rtcore import EmbreeDevice

from scenegen.geometry import ByteArray, FloatArray, IntArray
from scenegen.models.mesh import Mesh
from scenegen.rays.solid import Solid, is_cut_out
from scenegen.stage.stage import Stage

_SKINS_KEPT = 128
"""Posed skinned things kept: those of a full street at three frames."""


@dataclass(frozen=True, eq=False)
class Body:
    """A solid at a place: `world_from_solid` (4, 4); `centre_m` and `radius_m` of a sphere around it in the world, the radius
    inf for what is everywhere; `instance`, `row` and `face` name its triangles, one number for all or one each."""

    solid: Solid
    world_from_solid: FloatArray
    centre_m: FloatArray
    radius_m: float
    instance: IntArray
    row: IntArray
    face: IntArray

    def named(self, triangles: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Give instance, row and face in the mesh of some triangles, each (n,) int32."""
        instance, row = (np.broadcast_to(of, len(self.face))[triangles] for of in (self.instance, self.row))
        return instance, row, self.face[triangles]


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of a mesh that moves as one, in its rest frame, with its bounding sphere there."""

    joint: int
    solid: Solid
    face: IntArray
    centre_m: FloatArray
    radius_m: float


@dataclass(frozen=True, eq=False)
class _Blend:
    """How the vertices of a skinned mesh hang on its joints: `rest` (4, n) homogeneous, `weights` (joints, n)."""

    rest: FloatArray
    weights: FloatArray


class Bodies:
    """The bodies of one stage; solids are made when first needed and kept."""

    def __init__(self, stage: Stage, coverage: ByteArray | None) -> None:
        self._stage, self._coverage = stage, coverage
        self._device = EmbreeDevice()
        instances = stage.instances
        always = np.ones(stage.rows, np.bool_)
        for frame in range(-1, stage.frames + 1):
            always &= np.asarray(stage.row_alive(frame), np.bool_)
        stands = ~np.asarray(instances.is_moving) & ~np.asarray(instances.is_skinned) & always[instances.first_row]
        self._standing = self._stand(np.flatnonzero(stands))
        self._others = np.flatnonzero(~stands)
        self._parts: dict[int, tuple[_Part, ...]] = {}
        self._blends: dict[int, _Blend] = {}
        self._skins: OrderedDict[tuple[int, int], Body] = OrderedDict()
        self._posed: OrderedDict[int, FloatArray] = OrderedDict()

    def standing(self) -> Body | None:
        """Give all that never moves, None when there is no such thing."""
        return self._standing

    def others(self, frame: int) -> list[Body]:
        """Give the bodies of everything else that is present at a frame."""
        stage, rows = self._stage, self.rows(frame)
        alive = np.asarray(stage.row_alive(frame), np.bool_)
        found: list[Body] = []
        for i in self._others[alive[stage.instances.first_row[self._others]]].tolist():
            if not len(stage.meshes[stage.instances.mesh[i]].faces):
                continue
            found += [self._skin(frame, i)] if stage.instances.is_skinned[i] else self._rigid(rows, i)
        return found

    def rows(self, frame: int) -> FloatArray:
        """Give world_from_row (rows, 4, 4) of a frame."""
        if frame not in self._posed:
            self._posed[frame] = np.asarray(self._stage.rows_world(frame), np.float64)
            if len(self._posed) > 4:
                self._posed.popitem(last=False)
        return self._posed[frame]

    def posed(self, frame: int, instance: int) -> FloatArray:
        """Give the vertices of a skinned instance in the world at a frame, (n, 3) float64."""
        instances = self._stage.instances
        mesh = int(instances.mesh[instance])
        if mesh not in self._blends:
            self._blends[mesh] = _blend(self._stage.meshes[mesh], int(instances.row_count[instance]))
        blend, first = self._blends[mesh], int(instances.first_row[instance])
        poses = self.rows(frame)[first : first + len(blend.weights)]
        moved = (poses[:, :3].reshape(-1, 4) @ blend.rest).reshape(len(poses), 3, -1)
        return np.einsum("jin,jn->ni", moved, blend.weights)

    def _rigid(self, rows: FloatArray, i: int) -> list[Body]:
        """Give the parts of a rigid instance at their poses."""
        instances = self._stage.instances
        mesh = int(instances.mesh[i])
        if mesh not in self._parts:
            self._parts[mesh] = self._take_apart(self._stage.meshes[mesh])
        found = []
        for part in self._parts[mesh]:
            row = int(instances.first_row[i]) + part.joint
            pose = rows[row]
            centre = pose[:3, :3] @ part.centre_m + pose[:3, 3]
            found.append(Body(part.solid, pose, centre, part.radius_m, np.int32(i), np.int32(row), part.face))
        return found

    def _take_apart(self, mesh: Mesh) -> tuple[_Part, ...]:
        """Split a rigid mesh by the joints that its faces hang on."""
        joint, leaf = _joint_of_faces(mesh), is_cut_out(mesh)
        points, parts = mesh.positions_m.astype(np.float64), []
        for number in np.unique(joint).tolist():
            face = np.flatnonzero(joint == number).astype(np.int32)
            used, corners = np.unique(mesh.faces[face], return_inverse=True)
            solid = Solid(self._device, points[used], corners.reshape(-1, 3), is_leaf=leaf[face], uv=mesh.uv[used],
                          coverage=self._coverage)  # fmt: skip
            solid.keep_planes()
            centre, radius = _sphere(points[used])
            parts.append(_Part(number, solid, face, centre, radius))
        return tuple(parts)

    def _skin(self, frame: int, i: int) -> Body:
        """Give a skinned instance as it is posed at a frame."""
        if (frame, i) not in self._skins:
            points = self.posed(frame, i)
            centre, radius = _sphere(points)
            mesh = self._stage.meshes[self._stage.instances.mesh[i]]
            solid = Solid(self._device, points - centre, mesh.faces)
            place = np.eye(4)
            place[:3, 3] = centre
            row, face = self._stage.instances.first_row[i], np.arange(len(mesh.faces), dtype=np.int32)
            self._skins[frame, i] = Body(solid, place, centre, radius, np.int32(i), np.int32(row), face)
            if len(self._skins) > _SKINS_KEPT:
                self._skins.popitem(last=False)
        self._skins.move_to_end((frame, i))
        return self._skins[frame, i]

    def _stand(self, chosen: IntArray) -> Body | None:
        """Put instances that never move into one solid around the stage's origin."""
        stage, instances, rows = self._stage, self._stage.instances, np.asarray(self._stage.rows_world(0), np.float64)
        points, faces, leaf, uv, instance, row, face, base = [], [], [], [], [], [], [], 0
        for i in chosen.tolist():
            mesh = stage.meshes[instances.mesh[i]]
            if not len(mesh.faces):
                continue
            first, joint = int(instances.first_row[i]), mesh.joints[:, 0].astype(np.int64)
            poses = rows[first : first + int(instances.row_count[i])].copy()
            poses[:, :3, 3] -= stage.origin_m
            points.append(_placed(mesh, poses, joint))
            faces.append(mesh.faces + base)
            leaf.append(is_cut_out(mesh))
            uv.append(mesh.uv)
            instance.append(np.full(len(mesh.faces), i, np.int32))
            row.append((first + joint[mesh.faces[:, 2]]).astype(np.int32))
            face.append(np.arange(len(mesh.faces), dtype=np.int32))
            base += len(mesh.positions_m)
        if not points:
            return None
        solid = Solid(self._device, np.concatenate(points), np.concatenate(faces), is_leaf=np.concatenate(leaf),
                      uv=np.concatenate(uv), coverage=self._coverage)  # fmt: skip
        solid.keep_planes()
        place = np.eye(4)
        place[:3, 3] = stage.origin_m
        return Body(solid, place, np.asarray(stage.origin_m), np.inf, np.concatenate(instance), np.concatenate(row),
                    np.concatenate(face))  # fmt: skip


def has_leaves(stage: Stage) -> bool:
    """Tell whether anything rigid on a stage has cut-out faces."""
    used = np.unique(stage.instances.mesh[~np.asarray(stage.instances.is_skinned)])
    return any(len(stage.meshes[i].faces) and bool(is_cut_out(stage.meshes[i]).any()) for i in used.tolist())


def _placed(mesh: Mesh, poses: FloatArray, joint: IntArray) -> FloatArray:
    """Give the vertices of a rigid mesh where its joints put them, (n, 3) float64."""
    points = mesh.positions_m.astype(np.float64)
    if len(poses) == 1:
        return np.asarray(points @ poses[0, :3, :3].T + poses[0, :3, 3])
    return np.einsum("nij,nj->ni", poses[joint, :3, :3], points) + poses[joint, :3, 3]


def _joint_of_faces(mesh: Mesh) -> IntArray:
    """Give the joint that each face of a rigid mesh hangs on.

    Raises:
        ValueError: a face hangs on two joints, which only skinned meshes may.
    """
    joints = mesh.joints[:, 0].astype(np.int32)[mesh.faces]
    if (joints != joints[:, :1]).any():
        raise ValueError("a rigid mesh has a face between two joints; mark the instance as skinned")
    return joints[:, 0]


def _sphere(points_m: FloatArray) -> tuple[FloatArray, float]:
    """Give a sphere around points, with room for rounding."""
    centre = (points_m.min(axis=0) + points_m.max(axis=0)) / 2
    reach = points_m - centre
    return centre, float(np.sqrt(np.einsum("ni,ni->n", reach, reach).max())) + 1e-3


def _blend(mesh: Mesh, joints: int) -> _Blend:
    """Lay out weights so that posing is two products."""
    n = len(mesh.positions_m)
    weights: FloatArray = np.zeros((joints, n))
    for k in range(mesh.joints.shape[1]):
        np.add.at(weights, (mesh.joints[:, k], np.arange(n)), mesh.weights[:, k].astype(np.float64))
    return _Blend(np.concatenate([mesh.positions_m.T.astype(np.float64), np.ones((1, n))]), weights)
