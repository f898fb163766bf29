"""Silhouettes of tracked objects in a camera that bends straight lines: each object's triangles are met by rays alone.

Inside the image every pixel centre's ray is cast. Outside it there may be no pixels to cast through (a lens shows only so
much), so the object is met by rays that fill the cone around it; each stands for the area of the image plane that its
share of the cone lands on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from scenegen.geometry import BoolArray, Float32Array, FloatArray, IntArray, Pinhole
from scenegen.rays.aim import Aim
from scenegen.rays.bodies import Body, Skin
from scenegen.rays.solid import FAR, Indices
from scenegen.rays.turning import turned
from scenegen.render.passes import Silhouette

_SIDE = 192
"""Rays across the cone around an object that leaves the image: its area outside is exact to about 1 %."""

Landing = Callable[[FloatArray], FloatArray]
"""Lands cam-frame points (..., 3) on the image plane, (..., 2) pixels; nan where the lens shows nothing, or too near."""


def silhouettes(
    aim: Aim,
    bodies: Sequence[Body | Skin],
    object_of: IntArray,
    shown: IntArray,
    lens: Pinhole,
    cam_from_world: FloatArray,
    landing: Landing,
) -> tuple[Silhouette, ...]:
    """Measure what every tracked object covers when it stands alone.

    Args:
        aim: the rays of all pixels, row by row.
        bodies: what is present.
        object_of: (instances,) track ids, 0 for none.
        shown: (pixels,) track id that each pixel shows. What is seen is covered, though a ray along an edge may be told
            otherwise when it is cast at the object alone.
        lens: the size of the image.
        cam_from_world: rotation (3, 3).
        landing: the lens.
    Returns:
        In the order of track ids; objects that leave no pixel anywhere are left out.
    """
    of_object: dict[int, list[Body | Skin]] = {}
    for body in bodies:
        object_id = int(object_of[body.owner])
        if object_id:
            of_object.setdefault(object_id, []).append(body)
    found = []
    for object_id in sorted(of_object):
        near, reach = _reach(aim, of_object[object_id])
        covered = np.union1d(near[np.isfinite(reach)], np.flatnonzero(shown == object_id))
        if not len(near):
            continue
        v, u = np.divmod(near, lens.width_px)
        at_border = (u == 0) | (v == 0) | (u == lens.width_px - 1) | (v == lens.height_px - 1)
        outside = _area_outside(aim, of_object[object_id], lens, cam_from_world, landing) if at_border.any() else 0.0
        if len(covered) or outside:
            found.append(_silhouette(object_id, covered, outside, lens))
    return tuple(found)


def _reach(aim: Aim, bodies: Sequence[Body | Skin]) -> tuple[Indices, Float32Array]:
    """Give the rays that come near any of some bodies, rising, and how far each comes until it meets one, inf for never."""
    unmet = np.full(len(aim.directions), FAR, np.float32)
    near, reach = np.zeros(len(unmet), np.bool_), np.full(len(unmet), np.inf, np.float32)
    for body, chosen in aim.at(bodies, unmet):
        near[chosen] = True
        found = aim.reach(body.seen_by(aim.origin_m, aim.directions_32[chosen]), chosen)
        reach[chosen] = np.minimum(reach[chosen], found)
    rays = np.flatnonzero(near)
    return rays, reach[rays]


def _area_outside(
    aim: Aim, bodies: Sequence[Body | Skin], lens: Pinhole, cam_from_world: FloatArray, landing: Landing
) -> float:
    """Give the area in pixels that bodies cover on the image plane outside the image."""
    directions = _cone(aim.origin_m, bodies)
    rays, reach = _reach(Aim(aim.origin_m, directions.reshape(-1, 3)), bodies)
    distance_m: FloatArray = np.full((_SIDE, _SIDE), np.inf)
    distance_m.ravel()[rays] = reach
    is_covered = np.isfinite(distance_m)
    places = landing(turned(directions, cam_from_world) * np.where(is_covered, distance_m, FAR)[..., None])
    with np.errstate(invalid="ignore"):
        across, down = np.gradient(places, axis=1), np.gradient(places, axis=0)
        area = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0])
        inside = ((places >= -0.5) & (places < (lens.width_px - 0.5, lens.height_px - 0.5))).all(axis=-1)
    area[~np.isfinite(area) | inside | ~is_covered] = 0.0
    return float(area.sum())


def _cone(origin_m: FloatArray, bodies: Sequence[Body | Skin]) -> FloatArray:
    """Give unit directions (side, side, 3) that fill the cone from a point around the spheres of bodies.

    The angle from the axis and the turn around it are polar coordinates of a square grid, so even all directions fit in one.
    """
    centres = np.array([body.centre_m for body in bodies]) - origin_m
    radii = np.array([body.radius_m for body in bodies])
    middle = (np.min(centres - radii[:, None], axis=0) + np.max(centres + radii[:, None], axis=0)) / 2
    reach = float((np.linalg.norm(centres - middle, axis=1) + radii).max())
    distance = float(np.linalg.norm(middle))
    half_angle = float(np.arcsin(reach / distance)) if distance > reach else np.pi
    third = middle / max(distance, 1e-9) if distance > 0 else np.array([0.0, 0.0, 1.0])
    first = np.cross(third, np.eye(3)[np.argmin(np.abs(third))])
    first /= np.linalg.norm(first)
    second = np.cross(third, first)
    line = (np.arange(_SIDE) + 0.5) / _SIDE * 2 * half_angle - half_angle
    a, b = np.meshgrid(line, line)
    angle = np.hypot(a, b)
    share = np.sinc(angle / np.pi)
    directions: FloatArray = (share * a)[..., None] * first + (share * b)[..., None] * second + np.cos(angle)[..., None] * third
    directions[angle > np.pi] = -third
    return directions


def _silhouette(object_id: int, covered: Indices, outside: float, lens: Pinhole) -> Silhouette:
    """Put covered pixels into a record."""
    if not len(covered):
        return Silhouette(object_id, 0, outside, None)
    v, u = np.divmod(covered, lens.width_px)
    left, top, right, bottom = int(u.min()), int(v.min()), int(u.max()), int(v.max())
    mask: BoolArray = np.zeros((bottom - top + 1, right - left + 1), np.bool_)
    mask[v - top, u - left] = True
    return Silhouette(object_id, len(covered), len(covered) + outside, (left, top, right, bottom), np.packbits(mask))
