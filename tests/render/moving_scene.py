"""A scene of cars with spinning wheels, bending limbs and a ground, and what it must look like, in float64 closed form."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from little_stages import KITTI, StageMaker, box_mesh, ground_mesh, limb_mesh, still

from scenegen.geometry import BODY_FROM_CAM, FloatArray, IntArray, pixel_rays, pose, rigid_inverse
from scenegen.models.mesh import Mesh, join

BODY_M, BODY_CENTRE_M = (4.2, 1.8, 1.1), (0.0, 0.0, 0.9)
WHEEL_M, WHEELS_M = (0.5, 0.2, 0.5), [(x, y, 0.32) for x in (1.3, -1.3) for y in (0.95, -0.95)]


def car_mesh() -> Mesh:
    """A box on four boxes for wheels, one joint each, drawn rigidly."""
    parts = [box_mesh(BODY_M, BODY_CENTRE_M)] + [box_mesh(WHEEL_M, at) for at in WHEELS_M]
    mesh = join(parts)
    joints = np.zeros((len(mesh.positions_m), 4), np.uint16)
    joints[:, 0] = np.repeat(np.arange(5), 24)
    return Mesh(mesh.positions_m, mesh.normals, mesh.uv, mesh.tint, mesh.material, mesh.part, joints, mesh.weights, mesh.faces)


@dataclass
class MovingScene:
    """Cars (rows body, then four wheels), limbs (two rows each) and the ground, round an origin in the world."""

    origin_m: tuple[float, float] = (0.0, 0.0)
    cars: int = 24
    maker: StageMaker = field(init=False)
    boxes: dict[int, tuple[tuple[float, float, float], tuple[float, float, float]]] = field(default_factory=dict)
    limbs: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        ox, oy = self.origin_m
        rng = np.random.default_rng(1)
        self.maker = maker = StageMaker(
            lens=KITTI, fps=10, frames=3,
            camera=lambda t: pose(ox + 10 * t, oy + 1.5 * t * t, 1.65, yaw=0.3 * t, pitch=0.02, roll=0.01) @ BODY_FROM_CAM,
        )  # fmt: skip
        self.ground = maker.add(ground_mesh((-20, 300), (-150, 150), 10), still(pose(ox, oy, 0)))
        for c in range(self.cars):
            self._add_car(c, rng)
        for k, (x, y) in enumerate(((5, -0.6), (12, 2.5), (40, -5))):
            self._add_limb(k, x, y)

    def _add_car(self, c: int, rng: np.random.Generator) -> None:
        (ox, oy), distance = self.origin_m, 6 + 130 * (c / self.cars) ** 1.5
        side = (c % 2 * 2 - 1) * rng.uniform(1.2, 4) * (1 + distance / 25)
        yaw, speed, turn = rng.uniform(-3, 3), rng.uniform(-14, 14), rng.uniform(-0.5, 0.5)

        def body(t: float) -> FloatArray:
            x, y = distance + speed * t * np.cos(yaw), side + speed * t * np.sin(yaw)
            return pose(ox + x, oy + y, 0, yaw=yaw + turn * t)

        wheels = [lambda t, at=at: body(t) @ pose(*at, pitch=speed * t / 0.32) @ pose(*-np.array(at)) for at in WHEELS_M]
        first = self.maker.add(car_mesh(), body, *wheels, object_id=c + 1)
        self.boxes[first] = (BODY_M, BODY_CENTRE_M)
        for k, at in enumerate(WHEELS_M):
            self.boxes[first + 1 + k] = (WHEEL_M, at)

    def _add_limb(self, k: int, x: float, y: float) -> None:
        ox, oy = self.origin_m

        def upper(t: float) -> FloatArray:
            return pose(ox + x + 1.4 * t, oy + y, 0.5, yaw=0.2, pitch=0.5 * np.sin(3 * t + k))

        def lower(t: float) -> FloatArray:
            return upper(t) @ pose(0, 0, 0.5, pitch=0.8 + 4 * t) @ pose(0, 0, -0.5)

        self.limbs.append(self.maker.add(limb_mesh(), upper, lower, object_id=100 + k, skinned=True))

    def truth(self, row: IntArray, frame: int) -> tuple[FloatArray, FloatArray]:
        """Give float64 z (0 for sky) and flow (H, W, 4) of what each pixel's ray meets on its row; nan where it misses."""
        maker, times = self.maker, (frame, frame + 1, frame - 1)
        cams = [rigid_inverse(maker.camera(t / maker.fps)) for t in times]
        M = np.stack([cam @ maker.rows_at(t) for cam, t in zip(cams, times, strict=True)])
        rays = pixel_rays(maker.lens)
        z, points = np.full(row.shape, np.nan), np.full((3, *row.shape, 3), np.nan)
        for r in np.unique(row):
            mask = row == r
            if r == 0:
                found = np.stack([rays[mask] @ (M[k, 0, :3, :3] @ M[0, 0, :3, :3].T).T for k in range(3)])
            elif int(r) in self.limbs:
                found = self._on_limb(int(r), rays[mask], M)
            else:
                found = self._on_solid(int(r), rays[mask], M)
            points[:, mask] = found
            z[mask] = 0 if r == 0 else found[0, :, 2]
        v, u = np.indices(row.shape)
        lens = maker.lens
        flow = [
            component
            for k in (1, 2)
            for component in (
                points[k, ..., 0] / points[k, ..., 2] * lens.fx_px + lens.cx_px - u,
                points[k, ..., 1] / points[k, ..., 2] * lens.fy_px + lens.cy_px - v,
            )
        ]
        return z, np.stack(flow, axis=-1)

    def _on_solid(self, row: int, rays: FloatArray, M: FloatArray) -> FloatArray:
        """Meet rays with the ground plane or a box, and move the points with their row."""
        row_from_cam = np.linalg.inv(M[0, row])
        eye, ahead = row_from_cam[:3, 3], rays @ row_from_cam[:3, :3].T
        with np.errstate(all="ignore"):
            if row == self.ground:
                along = -eye[2] / ahead[:, 2]
            else:
                size, centre = (np.array(x) for x in self.boxes[row])
                a, b = (centre - size / 2 - eye) / ahead, (centre + size / 2 - eye) / ahead
                enter, leave = np.minimum(a, b).max(axis=1), np.maximum(a, b).min(axis=1)
                along = np.where(enter <= leave, enter, np.nan)
        points = np.concatenate([eye + along[:, None] * ahead, np.ones((len(rays), 1))], axis=1)
        return np.stack([(points @ M[k, row].T)[:, :3] for k in range(3)])

    def _on_limb(self, row: int, rays: FloatArray, M: FloatArray) -> FloatArray:
        """Meet rays with skinned triangles, and move the points with their triangles."""
        mesh = limb_mesh()
        points = np.concatenate([mesh.positions_m, np.ones((len(mesh.positions_m), 1))], axis=1).astype(np.float64)
        weights, rows = mesh.weights.astype(np.float64), row + mesh.joints.astype(int)
        skinned = np.stack(
            [sum(weights[:, j, None] * np.einsum("nij,nj->ni", M[k][rows[:, j]], points) for j in range(2)) for k in range(3)]
        )[..., :3]
        nearest, out = np.full(len(rays), np.inf), np.full((3, len(rays), 3), np.nan)
        for face in mesh.faces:
            corners = skinned[0][face].T
            if abs(np.linalg.det(corners)) < 1e-12:
                continue
            share = rays @ np.linalg.inv(corners).T
            total = share.sum(axis=1)
            hit = (share >= 0).all(axis=1) & (total > 0)
            z = np.where(hit, 1 / np.where(hit, total, 1), np.inf)
            hit &= z < nearest
            nearest[hit] = z[hit]
            out[:, hit] = (share[hit] / total[hit, None]) @ skinned[:, face]
        return out
