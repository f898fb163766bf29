"""What of a stage can be hit, each in its own frame: all that stands as one, rigid moving parts, skinned things."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from embreex.rtcore import EmbreeDevice
from scipy import sparse

from scenegen.geometry import ByteArray, Float32Array, FloatArray, IntArray
from scenegen.models.mesh import Mesh
from scenegen.rays.facing import faced_by_rays
from scenegen.rays.solid import Indices, Solid, is_cut_out
from scenegen.render.bounds import PosedBounds
from scenegen.stage.stage import Stage

_SKINS_KEPT = 96
"""Posed skinned things kept: those of a full street at a few frames."""
_ROOM_M = 1e-3
"""Room for rounding around spheres."""


@dataclass(frozen=True, eq=False)
class Body:
    """A solid at a place: `world_from_solid` (4, 4); `centre_m` and `radius_m` of a sphere around it in the world, the radius
    inf for what is everywhere; `instance`, `row` and `face` name its triangles, (1,) for all or one each; `part` (m,) uint8."""

    solid: Solid
    world_from_solid: FloatArray
    centre_m: FloatArray
    radius_m: float
    instance: Indices
    row: Indices
    face: Indices
    part: ByteArray
    is_level: bool = False
    """Whether the solid's axes are the world's."""

    def named(self, triangles: Indices) -> tuple[Indices, Indices, Indices, ByteArray]:
        """Give instance, row, face in the mesh and part of some triangles, each (n,) or (1,) where it is the same for all."""
        instance, row = (of if len(of) == 1 else np.take(of, triangles) for of in (self.instance, self.row))
        return instance, row, np.take(self.face, triangles), np.take(self.part, triangles)

    @property
    def owner(self) -> int:
        """Its instance, the first of several."""
        return int(self.instance[0])

    def seen_by(self, origin_m: FloatArray, directions: Float32Array) -> Body:
        """Give the body as rays from one point may meet it."""
        return self


@dataclass(frozen=True, eq=False)
class Skin:
    """A skinned instance at a frame: `points_m()` gives its vertices in the world; the sphere is around where they can be."""

    device: EmbreeDevice
    mesh: Mesh
    points_m: Callable[[], FloatArray]
    centre_m: FloatArray
    radius_m: float
    instance: int
    row: int

    @property
    def owner(self) -> int:
        """Its instance."""
        return self.instance

    def seen_by(self, origin_m: FloatArray, directions: Float32Array) -> Body:
        """Build a body of the faces that rays from one point may meet; for some hundred rays those are few."""
        points = self.points_m()
        chosen = faced_by_rays(points - origin_m, self.mesh.faces, self.centre_m - origin_m, directions)
        faces = self.mesh.faces[chosen]
        is_used = np.zeros(len(points), np.bool_)
        is_used[faces] = True
        place = np.eye(4)
        place[:3, 3] = self.centre_m
        solid = Solid(self.device, points[is_used] - self.centre_m, (np.cumsum(is_used) - 1)[faces])
        part = self.mesh.part[faces[:, 2]]
        return Body(solid, place, self.centre_m, self.radius_m, np.array([self.instance]), np.array([self.row]), chosen, part,
                    is_level=True)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of a mesh that moves as one, in its rest frame, with its bounding sphere there."""

    joint: int
    solid: Solid
    face: Indices
    part: ByteArray
    centre_m: FloatArray
    radius_m: float


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
        self._bounds = PosedBounds(stage.meshes, instances)
        self._parts: dict[int, tuple[_Part, ...]] = {}
        self._blends: dict[int, sparse.csr_array] = {}
        self._skins: OrderedDict[tuple[int, int], FloatArray] = OrderedDict()
        self._posed: OrderedDict[int, FloatArray] = OrderedDict()
        self._lock = threading.Lock()

    def standing(self) -> Body | None:
        """Give all that never moves, None when there is no such thing."""
        return self._standing

    def others(self, frame: int, origin_m: FloatArray, most_m: float) -> list[Body | Skin]:
        """Give everything else that is present at a frame within a distance of a point."""
        return self._present(frame, self._others, origin_m, most_m)

    def tracked(self, frame: int) -> list[Body | Skin]:
        """Give every tracked thing that is present at a frame, also what never moves, each apart from the rest."""
        return self._present(frame, np.flatnonzero(self._stage.instances.object_id > 0), np.zeros(3), np.inf)

    def _present(self, frame: int, chosen: Indices, origin_m: FloatArray, most_m: float) -> list[Body | Skin]:
        """Give those of some instances that are present at a frame within a distance of a point."""
        stage, rows = self._stage, self.rows(frame)
        alive = np.asarray(stage.row_alive(frame), np.bool_)
        centres, radii = self._bounds.spheres(rows)
        away = centres[chosen] - origin_m
        is_near = np.sqrt(np.einsum("ni,ni->n", away, away)) <= most_m + radii[chosen]
        found: list[Body | Skin] = []
        for i in chosen[alive[stage.instances.first_row[chosen]] & is_near].tolist():
            mesh = stage.meshes[stage.instances.mesh[i]]
            if not len(mesh.faces):
                continue
            if stage.instances.is_skinned[i]:
                row = int(stage.instances.first_row[i])
                points = partial(self.posed, frame, i)
                found.append(Skin(self._device, mesh, points, centres[i], float(radii[i]) + _ROOM_M, i, row))
            else:
                found += self._rigid(rows, i)
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
        key = (frame, instance)
        with self._lock:
            known = self._skins.get(key)
        if known is None:
            known = self._pose(frame, instance)
        with self._lock:
            self._skins[key] = known
            self._skins.move_to_end(key)
            if len(self._skins) > _SKINS_KEPT:
                self._skins.popitem(last=False)
        return known

    def _pose(self, frame: int, instance: int) -> FloatArray:
        """Blend the vertices of a skinned instance."""
        instances = self._stage.instances
        mesh = int(instances.mesh[instance])
        if mesh not in self._blends:
            self._blends[mesh] = _blend(self._stage.meshes[mesh], int(instances.row_count[instance]))
        first = int(instances.first_row[instance])
        poses = self.rows(frame)[first : first + int(instances.row_count[instance]), :3].copy()

        # Weights are float32 and sum to one but nearly: blend close to the thing's own place, not the world's origin
        place = poses[0, :, 3].copy()
        poses[:, :, 3] -= place
        return np.asarray(self._blends[mesh] @ poses.transpose(0, 2, 1).reshape(-1, 3)) + place

    def _rigid(self, rows: FloatArray, i: int) -> list[Body | Skin]:
        """Give the parts of a rigid instance at their poses."""
        instances = self._stage.instances
        mesh = int(instances.mesh[i])
        if mesh not in self._parts:
            self._parts[mesh] = self._take_apart(self._stage.meshes[mesh])
        found: list[Body | Skin] = []
        for part in self._parts[mesh]:
            row = int(instances.first_row[i]) + part.joint
            pose = rows[row]
            centre = pose[:3, :3] @ part.centre_m + pose[:3, 3]
            found.append(Body(part.solid, pose, centre, part.radius_m, np.array([i]), np.array([row]), part.face, part.part))
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
            solid.settle()
            centre, radius = _sphere(points[used])
            parts.append(_Part(number, solid, face, mesh.part[mesh.faces[face, 2]], centre, radius))
        return tuple(parts)

    def _stand(self, chosen: Indices) -> Body | None:
        """Put instances that never move into one solid around the stage's origin."""
        stage, instances, rows = self._stage, self._stage.instances, np.asarray(self._stage.rows_world(0), np.float64)
        points, faces, leaf, uv, instance, row, face, part, base = [], [], [], [], [], [], [], [], 0
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
            part.append(mesh.part[mesh.faces[:, 2]])
            base += len(mesh.positions_m)
        if not points:
            return None
        solid = Solid(self._device, np.concatenate(points), np.concatenate(faces), is_leaf=np.concatenate(leaf),
                      uv=np.concatenate(uv), coverage=self._coverage)  # fmt: skip
        solid.settle()
        place = np.eye(4)
        place[:3, 3] = stage.origin_m
        return Body(solid, place, np.asarray(stage.origin_m), np.inf, np.concatenate(instance), np.concatenate(row),
                    np.concatenate(face), np.concatenate(part), is_level=True)  # fmt: skip


def has_leaves(stage: Stage) -> bool:
    """Tell whether anything rigid on a stage has cut-out faces."""
    used = np.unique(stage.instances.mesh[~np.asarray(stage.instances.is_skinned)])
    return any(len(stage.meshes[i].faces) and bool(is_cut_out(stage.meshes[i]).any()) for i in used.tolist())


def _placed(mesh: Mesh, poses: FloatArray, joint: IntArray) -> FloatArray:
    """Give the vertices of a rigid mesh where its joints put them, (n, 3) float64."""
    points = mesh.positions_m.astype(np.float64)
    if len(poses) == 1:
        return np.asarray(points @ poses[0, :3, :3].T + poses[0, :3, 3])
    turned: FloatArray = np.einsum("nij,nj->ni", poses[joint, :3, :3], points)
    return turned + poses[joint, :3, 3]


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
    return centre, float(np.sqrt(np.einsum("ni,ni->n", reach, reach).max())) + _ROOM_M


def _blend(mesh: Mesh, joints: int) -> sparse.csr_array:
    """Give the matrix (vertices, 4 joints) that takes the stacked lines of joint poses (4 joints, 3) to posed vertices."""
    rest = np.concatenate([mesh.positions_m.astype(np.float64), np.ones((len(mesh.positions_m), 1))], axis=1)
    vertex, slot = np.nonzero(mesh.weights)
    share = mesh.weights[vertex, slot, None].astype(np.float64) * rest[vertex]
    columns = 4 * mesh.joints[vertex, slot, None].astype(np.int64) + np.arange(4)
    rows = np.broadcast_to(vertex[:, None], columns.shape)
    return sparse.csr_array((share.ravel(), (rows.ravel(), columns.ravel())), shape=(len(rest), 4 * joints))
