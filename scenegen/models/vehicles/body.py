"""The painted body of a vehicle: its left half as a skin, ready for imprinting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import fast_simplification
import numpy as np
from scipy.spatial import cKDTree

from scenegen.geometry import FloatArray
from scenegen.models.vehicles.cage import shell
from scenegen.models.vehicles.forms import smooth_normals, unit
from scenegen.models.vehicles.plans import BodyPlan
from scenegen.models.vehicles.skin import IndexArray, Skin

_FLANGE_M = 0.10
_LIPS_M = 0.03
"""What the arch lips add to the width, both sides together."""


@dataclass(frozen=True, eq=False)
class Body:
    """A fitted plan with the dense triangles of its left half (y >= 0): points and normals (n, 3), faces (m, 3)."""

    plan: BodyPlan
    points_m: FloatArray
    normals: FloatArray
    faces: IndexArray

    def skin(self, triangles: int) -> Skin:
        """Give the left half in paint with about this many triangles; normals are those of the dense form."""
        points, faces = fast_simplification.simplify(
            self.points_m.astype(np.float32), self.faces.astype(np.int32), target_count=triangles, agg=5
        )
        points = points.astype(float)
        points[np.abs(points[:, 1]) < 1e-4, 1] = 0.0
        _, nearest = cKDTree(self.points_m).query(points)
        skin = Skin.of(points, self.normals[nearest], faces.astype(int), "paint")
        a, b, c = np.moveaxis(skin.corners[..., :3], 1, 0)
        is_flange = (unit(np.cross(b - a, c - a))[:, 2] < -0.8) & (c[:, 2] < self.plan.sill_m[1])
        skin.corners[is_flange, :, 3:] = (0.0, 0.0, -1.0)
        return skin

    def flank_y(self, x: float, z: float) -> float:
        """Give the half width of the flank near a point seen from the side."""
        off = np.hypot(self.points_m[:, 0] - x, self.points_m[:, 2] - z)
        off[(np.abs(self.normals[:, 1]) < 0.3) | (self.points_m[:, 1] < 0.4 * self.plan.half_width_m)] = np.inf
        return float(self.points_m[np.argsort(off)[:3], 1].mean())

    def roof_z(self, x: float, y: float) -> float:
        """Give the height of the upper side near a point seen from above."""
        off = np.hypot(self.points_m[:, 0] - x, self.points_m[:, 1] - y)
        off[self.normals[:, 2] < 0.5] = np.inf
        return float(self.points_m[np.argsort(off)[:3], 2].mean())

    def end_x(self, z: float, *, face: int, reach_m: float = 0.3) -> float:
        """Give how far the nose (face 1) or tail (face -1) stands out at a height, within reach of the centre line."""
        near = (np.abs(self.points_m[:, 2] - z) < 0.08) & (self.points_m[:, 1] < reach_m)
        return face * float((face * self.points_m[near, 0]).max())


@dataclass(frozen=True)
class Flank:
    """The lines pressed into a flank: how far the crease lies below the shoulder, how deep it is stepped, how it rises to the
    rear (metres over 2.5 m), and how deep the hollow over the sill is.
    """

    drop_m: float = 0.20
    step_m: float = 0.014
    rise_m: float = 0.03
    hollow_m: float = 0.016


@dataclass(frozen=True)
class Chassis:
    """Radius of the wheels and distance of the axles that the simulator drives by; None leaves the plan's axles."""

    wheel_radius_m: float
    wheelbase_m: float | None = None


def make_body(
    plan: BodyPlan,
    size_m: tuple[float, float, float],
    *,
    crease: float,
    centre_x_m: float = 0.0,
    flank: Flank = Flank(),
    chassis: Chassis | None = None,
) -> Body:
    """Subdivide a plan and stretch it, with the plan itself, so that the smooth body fills a box of this size round x."""
    points, quads = shell(plan, crease=crease)
    low, high = points.min(0), points.max(0)
    lips = np.array([0.0, _LIPS_M, 0.0])
    scale = (np.array(size_m) - lips) / (high[0] - low[0], high[1] - low[1], high[2])
    shift = centre_x_m - scale[0] * (low[0] + high[0]) / 2
    points = points * scale + np.array([shift, 0.0, 0.0])
    plan = plan.stretched(scale, float(shift))
    if chassis is not None:
        front, rear = plan.axles_m
        rear = rear if chassis.wheelbase_m is None else front - chassis.wheelbase_m
        plan = replace(plan, axles_m=(front, rear), wheel_radius_m=chassis.wheel_radius_m)
    left = quads[points[quads][:, :, 1].mean(1) > 0]
    used, index = np.unique(left, return_inverse=True)
    index = index.reshape(-1, 4)
    faces = np.concatenate([index[:, [0, 1, 2]], index[:, [0, 2, 3]]])
    half = points[used]
    half[np.abs(half[:, 1]) < 1e-6, 1] = 0.0
    half = _pressed(half, plan, flank)
    normals = smooth_normals(half, faces)
    normals[half[:, 1] == 0.0, 1] = 0.0
    return Body(plan, *_flanged(half, unit(normals), faces))


def _flanged(points_m: FloatArray, normals: FloatArray, faces: IndexArray) -> tuple[FloatArray, FloatArray, IndexArray]:
    """Turn the open lower edge inwards, so that thinning out the triangles keeps it where it is."""
    n = len(points_m)
    start, end = faces.ravel(), np.roll(faces, -1, 1).ravel()
    is_open = ~np.isin(end * n + start, start * n + end) & ((points_m[start, 1] > 0) | (points_m[end, 1] > 0))
    start, end = start[is_open], end[is_open]
    rim, index = np.unique(np.concatenate([start, end]), return_inverse=True)
    level = normals[rim] * (1, 1, 0)
    inner = points_m[rim] - _FLANGE_M * unit(level)
    inner[:, 1] = np.maximum(inner[:, 1], 0.0)
    down = np.broadcast_to((0.0, 0.0, -1.0), inner.shape)
    start_in, end_in = n + index[: len(start)], n + index[len(start) :]
    strip = np.concatenate([np.stack([end, start, start_in], 1), np.stack([end, start_in, end_in], 1)])
    return np.concatenate([points_m, inner]), np.concatenate([normals, down]), np.concatenate([faces, strip])


def _pressed(points_m: FloatArray, plan: BodyPlan, flank: Flank) -> FloatArray:
    """Press lips round the arches, a step under the shoulder and a hollow above the sill into the flank."""
    pressed = points_m.copy()
    x, y, z = points_m.T
    is_flank = y > 0.72 * plan.half_width_m
    shoulder = plan.shoulder_z(x)
    move = np.zeros(len(x))
    for axle in plan.axles_m:
        ring = np.hypot(x - axle, z - plan.wheel_radius_m) - plan.arch_radius_m
        move += 0.020 * (z < shoulder - 0.02) * np.exp(-((ring / 0.09) ** 2))
    line = shoulder - flank.drop_m + flank.rise_m * (x - plan.axles_m[1]) / 2.5
    move -= flank.step_m * np.clip((z - line) / 0.05, 0, 1) * np.clip((shoulder - z) / 0.06, 0, 1)
    reach = plan.arch_radius_m
    between = (x < plan.axles_m[0] - reach) & (x > plan.axles_m[1] + reach)
    move -= flank.hollow_m * between * np.exp(-(((z - 0.38) / 0.07) ** 2))
    pressed[:, 1] += move * is_flank
    return pressed
