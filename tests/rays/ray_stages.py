"""Little stages for rays: what stands is marked as standing, scanners are put where a test wants them."""

from __future__ import annotations

import dataclasses

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh, rigid_mesh
from scenegen.scenario.scene import LidarScene
from scenegen.stage.stage import RowPoses, Stage, StageLidar


def standing(stage: Stage, *moving: int) -> Stage:
    """Give the stage with all instances but some marked as never moving."""
    is_moving = np.isin(np.arange(len(stage.instances.mesh)), moving)
    return dataclasses.replace(stage, instances=dataclasses.replace(stage.instances, is_moving=is_moving))


def of_material(mesh: Mesh, name: str, tint: tuple[int, int, int] = (255, 255, 255)) -> Mesh:
    """Give a mesh made of another material."""
    colour = np.full((len(mesh.positions_m), 4), 255, np.uint8)
    colour[:, :3] = tint
    return dataclasses.replace(mesh, material=np.full(len(mesh.positions_m), MATERIAL[name], np.uint8), tint=colour)


def card(size_m: float, material: str) -> Mesh:
    """A square that stands upright and faces -x, its uv from 0 to 1: u to the right as seen from the front, v up."""
    half = size_m / 2
    points = np.array([[0, half, -half], [0, -half, -half], [0, -half, half], [0, half, half]])
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return rigid_mesh(points, np.tile([-1.0, 0.0, 0.0], (4, 1)), faces, material=MATERIAL[material], uv=corners)


def ball(radius_m: float, around: int = 64) -> Mesh:
    """A sphere of flat faces round the origin, outwards."""
    polar, turn = np.linspace(0, np.pi, around // 2 + 1), np.arange(around + 1) * 2 * np.pi / around
    P, T = np.meshgrid(polar, turn, indexing="ij")
    unit = np.stack([np.sin(P) * np.cos(T), np.sin(P) * np.sin(T), np.cos(P)], -1).reshape(-1, 3)
    i = (np.arange(around // 2)[:, None] * (around + 1) + np.arange(around)).ravel()
    faces = np.concatenate([np.stack([i, i + around + 1, i + around + 2], 1), np.stack([i, i + around + 2, i + 1], 1)])
    return rigid_mesh(unit * radius_m, unit, faces, material=0)


def scanner(**changes: object) -> LidarScene:
    """A small scanner without noise."""
    build = LidarScene(
        name="top", elevations_deg=(10.0, 0.0, -10.0), columns=360, least_range=0.5, most_range=100.0, mount_x=0.0, mount_y=0.0,
        mount_z=0.0, noise=0.0, drop_out=0.0,
    )  # fmt: skip
    return dataclasses.replace(build, **changes)


def with_scanner(stage: Stage, build: LidarScene, world: RowPoses) -> tuple[Stage, StageLidar]:
    """Put a scanner on a stage."""
    lidar = StageLidar(build, world)
    return dataclasses.replace(stage, lidars=(lidar,)), lidar


def random_directions(n: int, seed: int = 0) -> FloatArray:
    """Unit vectors of every direction."""
    vectors = np.random.default_rng(seed).normal(size=(n, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
