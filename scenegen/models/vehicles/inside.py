"""What pictures show of a vehicle beyond its triangles: the room behind its panes, and its panel gaps from afar."""

from __future__ import annotations

import itertools

import shapely

from scenegen.models.mesh import Cabin
from scenegen.models.vehicles.panels import GLAZING, panel_lines
from scenegen.models.vehicles.plans import COWL, MID_REAR, RAIL_SHARE, ROOF_MIDDLE, X_CENTRE, X_SIDE, Z_RAIL, BodyPlan

Strokes = tuple[tuple[float, float, float, float], ...]
_COARSE_M = 0.006
"""How far a rounded corner may be cut, for fewer strokes."""


def cabin_of(plan: BodyPlan, kind: str) -> Cabin:
    """Give the cabin of a car, van, pickup or lorry's cab."""
    stations, (b, _) = plan.stations, plan.pillars_m
    glazing = GLAZING[kind]
    has_one_row = not glazing.has_rear_panes
    back = b - 0.40 if has_one_row else float(stations[MID_REAR, X_SIDE])
    seat = b + 0.02 if has_one_row else b - 0.06
    return Cabin(
        front_x_m=float(stations[COWL, X_CENTRE]) - 0.05, back_x_m=back, floor_m=plan.sill_m[0] + 0.10,
        belt_m=float(plan.shoulder_z(b)) + 0.03, roof_m=float(stations[ROOF_MIDDLE, Z_RAIL]) - 0.02,
        belt_half_m=plan.half_width_m - 0.13, roof_half_m=float(stations[ROOF_MIDDLE, RAIL_SHARE]) * plan.half_width_m - 0.06,
        seat_x_m=seat, pitch_m=0.86, rows=1 if has_one_row else 2, pillar_x_m=b,
        has_rear_panes=glazing.has_rear_panes, has_rear_screen=glazing.has_rear_screen and not has_one_row,
    )  # fmt: skip


def bus_cabin(plan: BodyPlan, height_m: float) -> Cabin:
    """Give the room of a bus: seats all along."""
    front, back = float(plan.stations[COWL, X_SIDE]) - 0.2, float(plan.stations[MID_REAR, X_SIDE]) + 0.2
    half = plan.half_width_m
    return Cabin(
        front_x_m=front, back_x_m=back, floor_m=0.90, belt_m=1.25 * height_m / 3.15, roof_m=2.55 * height_m / 3.15,
        belt_half_m=half - 0.10, roof_half_m=half - 0.18, seat_x_m=front - 0.9, pitch_m=1.25, rows=8, pillar_x_m=back,
    )  # fmt: skip


def seams_of(plan: BodyPlan, kind: str) -> dict[str, Strokes]:
    """Give the panel gaps as straight strokes, by view."""
    found: dict[str, Strokes] = {}
    for view, lines in panel_lines(plan, kind).items():
        strokes: list[tuple[float, float, float, float]] = []
        for line in lines:
            points = shapely.get_coordinates(line.simplify(_COARSE_M)).tolist()
            strokes += [(a, b, c, d) for (a, b), (c, d) in itertools.pairwise(points)]
        if view == "tail":
            strokes = [stroke for stroke in strokes if stroke[0] + stroke[2] >= 0.0]
        found[view] = tuple(strokes)
    return found
