"""The open bed of a pickup: a hole in its deck, with floor, walls and wheel boxes inside."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.vehicles.forms import boards_of
from scenegen.models.vehicles.outlines import rectangle
from scenegen.models.vehicles.plans import REAR_FOOT, TAIL_EDGE, X_SIDE, Z_SHOULDER, BodyPlan
from scenegen.models.vehicles.skin import TOP_VIEW, Skin, gather

_WALL_M = 0.085
"""Width of the rails round the bed."""
_DEPTH_M = 0.48


def cut_bed(skin: Skin, plan: BodyPlan) -> None:
    """Cut the opening out of the left half of the deck."""
    back, front, half, _ = _inside(plan)

    def is_deck(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray((normal[:, 2] > 0.6) & (centre[:, 0] < front + 0.2))

    skin.imprint(rectangle(back, -half, front, half), TOP_VIEW, None, is_deck)


def bed(plan: BodyPlan) -> Skin:
    """Make the inside of the bed's left half: floor, walls, wheel box."""
    back, front, half, top = _inside(plan)
    low, axle, box = top - _DEPTH_M, plan.axles_m[1], plan.arch_radius_m + 0.05
    inner, roof = half - 0.22, low + 0.24
    quads = [
        [(back, 0.0, low), (front, 0.0, low), (front, half, low), (back, half, low)],
        [(back, half, low), (front, half, low), (front, half, top), (back, half, top)],
        [(front, 0.0, low), (front, 0.0, top), (front, half, top), (front, half, low)],
        [(back, 0.0, low), (back, half, low), (back, half, top), (back, 0.0, top)],
        [(axle - box, inner, roof), (axle + box, inner, roof), (axle + box, half, roof), (axle - box, half, roof)],
        [(axle - box, inner, low), (axle + box, inner, low), (axle + box, inner, roof), (axle - box, inner, roof)],
        [(axle - box, half, low), (axle - box, inner, low), (axle - box, inner, roof), (axle - box, half, roof)],
        [(axle + box, inner, low), (axle + box, half, low), (axle + box, half, roof), (axle + box, inner, roof)],
    ]
    edge = top + 0.012
    rail = [[(back, half - 0.03, edge), (front, half - 0.03, edge), (front, half + 0.02, edge), (back, half + 0.02, edge)]]
    return gather([_towards(np.array(quads), np.array([(back + front) / 2, 0.0, top])), boards_of(np.array(rail), "plastic")])


def _towards(quads_m: FloatArray, eye_m: FloatArray) -> Skin:
    """Make boards that all face a point."""
    normal = np.cross(quads_m[:, 1] - quads_m[:, 0], quads_m[:, 2] - quads_m[:, 0])
    away = ((eye_m - quads_m.mean(1)) * normal).sum(1) < 0
    quads_m = quads_m.copy()
    quads_m[away] = quads_m[away][:, ::-1]
    return boards_of(quads_m, "plastic")


def _inside(plan: BodyPlan) -> tuple[float, float, float, float]:
    """Give back, front, half width and upper edge of the opening."""
    back, front = float(plan.stations[TAIL_EDGE, X_SIDE]) + 0.10, float(plan.stations[REAR_FOOT, X_SIDE]) - 0.06
    return back, front, 0.90 * plan.half_width_m - _WALL_M, float(plan.stations[REAR_FOOT, Z_SHOULDER])
