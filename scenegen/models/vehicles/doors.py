"""Front doors that open: cut out of the body's skin, lined, hung on a hinge; and the cabin that is seen through them.

A vehicle's model has them when its spec has the option `doors` (1.0). Its joints `door_left` and `door_right` stand at the
doors' front edges; `simulate.parts` turns them by the columns `door_left_rad` and `door_right_rad` of `VEHICLE_MOTION`.
"""

from __future__ import annotations

import itertools

import numpy as np
from shapely.geometry.base import BaseGeometry

from scenegen.models.catalogue import DOOR_KINDS as DOOR_KINDS
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.body import Body
from scenegen.models.vehicles.forms import boards_of, rounded_box, turned
from scenegen.models.vehicles.outlines import rounded
from scenegen.models.vehicles.panels import front_door, is_flank
from scenegen.models.vehicles.plans import COWL, MID_REAR, RAIL_SHARE, ROOF_MIDDLE, X_CENTRE, X_SIDE, BodyPlan
from scenegen.models.vehicles.skin import SIDE_VIEW, Skin, gather
from scenegen.models.vehicles.tidy import welded

_THICK_M = 0.055
"""Of a door."""
_JAMB_M = 0.07
"""Depth of the frame that the door closes against."""


def door_outline(plan: BodyPlan, kind: str) -> BaseGeometry:
    """Give the left front door as seen from the left."""
    return rounded(front_door(plan, kind), radius=0.05)


def take_door(skin: Skin, plan: BodyPlan, kind: str) -> Skin:
    """Cut the left front door out of a body's left half and give it; panes and seams on it come along."""
    return skin.taken_out(door_outline(plan, kind), SIDE_VIEW, is_flank(plan))


def hinge_x(plan: BodyPlan, kind: str) -> float:
    """Give the x of the hinges."""
    return float(door_outline(plan, kind).bounds[2]) - 0.02


def lined(door: Skin) -> Skin:
    """Give the door with edges and an inner side, whose pane can be seen through from neither side."""
    inner = Skin(door.corners[:, ::-1].copy(), door.materials.copy())
    inner.corners[..., 1] -= _THICK_M
    inner.corners[..., 3:] *= -1.0
    inner.materials[~np.isin(door.materials, [MATERIAL["glass"], MATERIAL["trim"]])] = MATERIAL["cabin"]
    return gather([door, inner, _edge(door, _THICK_M, "paint", is_outward=True)])


def jamb(door: Skin) -> Skin:
    """Make the frame round the opening that a door leaves."""
    return _edge(door, _JAMB_M, "paint", is_outward=False)


def _edge(door: Skin, depth_m: float, material: str, *, is_outward: bool) -> Skin:
    """Make the band that runs inwards from a door's outline."""
    points, _, faces, _ = welded(door)
    start, end = faces.ravel(), np.roll(faces, -1, 1).ravel()
    n = len(points)
    is_open = ~np.isin(end * n + start, start * n + end)
    a, b = points[start[is_open]], points[end[is_open]]
    inwards = np.array([0.0, -depth_m, 0.0])
    quads = np.stack([b, a, a + inwards, b + inwards], 1)
    return boards_of(quads if is_outward else quads[:, ::-1], material)


def cabin(body: Body, kind: str, *, has_seats: bool) -> Skin:
    """Make the left half of a cabin: a tub that is seen from inside only, dash and seats."""
    plan = body.plan
    half, (b, _) = plan.half_width_m, plan.pillars_m
    is_van = kind in ("van", "pickup")
    front, back = float(plan.stations[COWL, X_CENTRE]) - 0.18, float(plan.stations[MID_REAR, X_SIDE]) + 0.1
    back = b - 0.42 if is_van else back
    low, roof = plan.sill_m[0] + 0.10, float(plan.rail_z(b)) - 0.03
    belt = float(plan.shoulder_z(b)) + 0.02
    wide, narrow = half - 0.16, float(plan.stations[ROOF_MIDDLE, RAIL_SHARE]) * half - 0.10
    section = [(wide, low), (wide, belt), (narrow, roof)]
    walls = [
        [(back, y0, z0), (front, y0, z0), (front, y1, z1), (back, y1, z1)] for (y0, z0), (y1, z1) in itertools.pairwise(section)
    ]  # seen from the centre line
    floor = [(back, 0.0, low), (front, 0.0, low), (front, wide, low), (back, wide, low)]
    ceiling = [(back, narrow, roof), (front, narrow, roof), (front, 0.0, roof), (back, 0.0, roof)]
    ends = []
    for x, is_front in ((front, True), (back, False)):
        for (y0, z0), (y1, z1) in itertools.pairwise(section):
            quad = [(x, 0.0, z0), (x, 0.0, z1), (x, y1, z1), (x, y0, z0)]
            ends.append(quad if is_front else quad[::-1])
    parts = [boards_of(np.array([walls[0], floor, ceiling, *ends]), "cabin"), boards_of(np.array([walls[1]]), "glass")]
    parts.append(rounded_box((0.42, 2 * wide, 0.30), (front - 0.12, 0.0, belt - 0.13), "cabin", power=5, segments=4))
    if has_seats:
        parts += _seats(b, low, belt, wide, is_van=is_van, back=back)
    return gather([_left_half(part) for part in parts])


def _seats(b: float, low: float, belt: float, wide: float, *, is_van: bool, back: float) -> list[Skin]:
    """Make the driver's seat, the bench behind it and the wheel; mirrored later, so both sides have a wheel's rim at most."""
    y = 0.47 * wide + 0.05
    parts = []
    for x in (b + 0.14,) if is_van else (b + 0.14, max(b - 0.72, back + 0.25)):
        parts.append(rounded_box((0.50, 0.48, 0.16), (x + 0.08, y, low + 0.20), "seat", power=4, segments=4))
        parts.append(rounded_box((0.15, 0.46, 0.62), (x - 0.20, y, low + 0.55), "seat", power=4, segments=4, tilt=-0.22))
        parts.append(rounded_box((0.09, 0.26, 0.17), (x - 0.28, y, min(low + 0.94, belt + 0.12)), "seat", power=4, segments=3))
    return parts


def steering_wheel(body: Body) -> Skin:
    """Make the steering wheel, on the left."""
    plan = body.plan
    x = float(plan.stations[COWL, X_CENTRE]) - 0.55
    z, y = float(plan.shoulder_z(x)) - 0.07, 0.47 * (plan.half_width_m - 0.16) + 0.05
    rim = [(0.165, 0.012), (0.185, 0.016), (0.195, 0.0), (0.185, -0.016), (0.165, -0.012), (0.165, 0.012)]
    ring = turned(rim, "rubber", segments=16)
    boss = rounded_box((0.10, 0.05, 0.12), (0.0, 0.0, 0.0), "rubber", segments=3)
    wheel = gather([ring, boss])
    # From an axle along y to one along x, leaning to the driver.
    turn = np.array([[0.0, 0.93, 0.36], [-1.0, 0.0, 0.0], [0.0, -0.36, 0.93]])
    corners = np.concatenate([wheel.corners[..., :3] @ turn.T + (x, y, z), wheel.corners[..., 3:] @ turn.T], axis=2)
    return Skin(corners, wheel.materials)


def _left_half(skin: Skin) -> Skin:
    """Keep the triangles whose middle is on the left or on the centre line."""
    keep = skin.corners[..., 1].mean(1) >= 0.0
    return Skin(skin.corners[keep], skin.materials[keep])
