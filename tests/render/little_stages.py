"""Tiny stages for the renderer's tests: boxes, walls, grounds and limbs with poses that are functions of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, pose
from scenegen.models.mesh import Mesh, rigid_mesh
from scenegen.scenario.scene import LightScene, WeatherScene
from scenegen.stage.stage import Instances, Stage, StageCamera

KITTI = Pinhole(1242, 375, 721.5377, 721.5377, 609.5593, 172.854)
SMALL = Pinhole.centred(width_px=200, height_px=120, focal_px=150.0)

PoseOf = Callable[[float], FloatArray]


def box_mesh(size_m: tuple[float, float, float], centre_m: tuple[float, float, float] = (0.0, 0.0, 0.0), part: int = 0) -> Mesh:
    """A box with outward faces."""
    half = np.array(size_m) / 2
    points, normals, faces = [], [], []
    for axis in range(3):
        for sign in (-1, 1):
            a, b = (axis + 1) % 3, (axis + 2) % 3
            corners, normal = np.zeros((4, 3)), np.zeros((4, 3))
            corners[:, axis] = normal[:, axis] = sign
            corners[:, a] = np.array([-1, 1, 1, -1]) * sign
            corners[:, b] = [-1, -1, 1, 1]
            faces.append(np.array([[0, 1, 2], [0, 2, 3]]) + 4 * len(points))
            points.append(corners * half + centre_m)
            normals.append(normal)
    return rigid_mesh(np.concatenate(points), np.concatenate(normals), np.concatenate(faces), material=0, part=part)


def ground_mesh(x_m: tuple[float, float], y_m: tuple[float, float], step_m: float) -> Mesh:
    """A flat grid that looks up."""
    nx, ny = (max(1, round((hi - lo) / step_m)) for lo, hi in (x_m, y_m))
    X, Y = np.meshgrid(np.linspace(*x_m, nx + 1), np.linspace(*y_m, ny + 1), indexing="ij")
    points = np.stack([X.ravel(), Y.ravel(), np.zeros(X.size)], axis=1)
    i = (np.arange(nx)[:, None] * (ny + 1) + np.arange(ny)).ravel()
    faces = np.concatenate([np.stack([i, i + ny + 1, i + ny + 2], 1), np.stack([i, i + ny + 2, i + 1], 1)])
    return rigid_mesh(points, np.tile([0.0, 0.0, 1.0], (len(points), 1)), faces, material=0)


def limb_mesh(around: int = 16, along: int = 24, length_m: float = 1.0, radius_m: float = 0.12) -> Mesh:
    """A tube along z, blended between joints 0 and 1 around its middle."""
    a, h = np.arange(around) * 2 * np.pi / around, np.linspace(0, length_m, along)
    x, y = np.tile(np.cos(a), along), np.tile(np.sin(a), along)
    points = np.stack([x * radius_m, y * radius_m, np.repeat(h, around)], 1)
    i = (np.arange(along - 1)[:, None] * around + np.arange(around)).ravel()
    j = (np.arange(along - 1)[:, None] * around + (np.arange(around) + 1) % around).ravel()
    faces = np.concatenate([np.stack([i, j, j + around], 1), np.stack([i, j + around, i + around], 1)]).astype(np.int32)
    share = np.clip((np.repeat(h, around) / length_m - 0.35) / 0.3, 0, 1).astype(np.float32)
    n = len(points)
    joints, weights = np.zeros((n, 4), np.uint16), np.zeros((n, 4), np.float32)
    joints[:, 1], weights[:, 0], weights[:, 1] = 1, 1 - share, share
    return Mesh(
        positions_m=points.astype(np.float32), normals=np.stack([x, y, 0 * x], 1).astype(np.float32),
        uv=np.zeros((n, 2), np.float32), tint=np.full((n, 4), 255, np.uint8), material=np.zeros(n, np.uint8),
        part=np.full(n, 3, np.uint8), joints=joints, weights=weights, faces=faces,
    )  # fmt: skip


@dataclass
class StageMaker:
    """Collects things and their motion (functions of time in seconds to world_from_row) into a `Stage`."""

    lens: Pinhole = KITTI
    camera: PoseOf = lambda t: pose(0, 0, 1.65) @ BODY_FROM_CAM
    fps: int = 10
    frames: int = 3
    meshes: list[Mesh] = field(default_factory=list)
    entries: list[tuple[int, int, int, int, bool]] = field(default_factory=list)
    motions: list[PoseOf] = field(default_factory=lambda: [lambda t: np.eye(4)])

    def add(self, mesh: Mesh, *motions: PoseOf, object_id: int = 0, skinned: bool = False) -> int:
        """Add one instance; gives its first row."""
        first = len(self.motions)
        self.meshes.append(mesh)
        self.entries.append((len(self.meshes) - 1, first, len(motions), object_id, skinned))
        self.motions += motions
        return first

    def rows_at(self, frame: int) -> FloatArray:
        return np.stack([motion(frame / self.fps) for motion in self.motions])

    def stage(self) -> Stage:
        columns = np.array(self.entries, np.int32).reshape(-1, 5).T
        rows = len(self.motions)
        instances = Instances(
            mesh=columns[0], first_row=columns[1], row_count=columns[2], object_id=columns[3],
            class_id=np.ones(len(self.entries), np.uint8), is_skinned=columns[4].astype(np.bool_),
            is_moving=np.ones(len(self.entries), np.bool_), paint_linear=np.ones((len(self.entries), 3)),
            names=tuple(f"thing {i}" for i in range(len(self.entries))),
        )  # fmt: skip
        return Stage(
            meshes=tuple(self.meshes), instances=instances, rows=rows, frames=self.frames, fps=self.fps,
            cameras=(StageCamera("front", self.lens, lambda frame: self.camera(frame / self.fps)),),
            light=LightScene(45.0, 180.0, False, 0.0), weather=WeatherScene(0.0, 1e5, 0.0, 0.0), street_lamps=(),
            origin_m=np.zeros(3), rows_world=self.rows_at, row_alive=lambda frame: np.ones(rows, np.bool_),
            lamps_of_row=lambda frame: np.zeros(rows, np.uint8),
            object_sizes_m={entry[3]: (1.0, 1.0, 1.0) for entry in self.entries if entry[3]},
        )  # fmt: skip


def still(world_from_row: FloatArray) -> PoseOf:
    """A thing that does not move."""
    return lambda t: world_from_row
