"""What is imprinted on a car's body: arches, panes, trim and panel gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.body import Body
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.outlines import disc, rectangle, rounded, strip
from scenegen.models.vehicles.plans import (
    COWL,
    HOOD,
    MID_REAR,
    NOSE_EDGE,
    PRE_COWL,
    RAIL_SHARE,
    REAR_FOOT,
    ROOF_FRONT,
    ROOF_MIDDLE,
    ROOF_REAR,
    TAIL_EDGE,
    X_CENTRE,
    X_SIDE,
    Z_CENTRE,
    Z_RAIL,
    BodyPlan,
)  # fmt: skip
from scenegen.models.vehicles.skin import END_VIEW, SIDE_VIEW, TOP_VIEW, Choice, Skin
from scenegen.models.vehicles.style import Style

_GAP_M = 0.004
"""Half the width of a panel gap with the shade beside it; narrower ones break up into dots from 8 m."""


@dataclass(frozen=True)
class Glazing:
    """How a kind is glazed: panes behind the B pillar or not, insets and foot of the rear pane, where side panes end above."""

    has_rear_panes: bool = True
    rear_inset_m: float = 0.055
    rear_foot_m: float = 0.05
    pane_inset_m: float = 0.045
    has_rear_screen: bool = True
    pane_top_m: float = 9.0


GLAZING = {
    "hatchback": Glazing(),
    "saloon": Glazing(rear_inset_m=0.045, rear_foot_m=0.01),
    "estate": Glazing(),
    "van": Glazing(has_rear_panes=False, rear_inset_m=0.11, rear_foot_m=0.16, pane_inset_m=0.07),
    "suv": Glazing(),
    "pickup": Glazing(rear_inset_m=0.06),
    "tractor": Glazing(has_rear_panes=False, pane_inset_m=0.07, has_rear_screen=False, pane_top_m=2.72),
    "ambulance": Glazing(has_rear_panes=False, rear_inset_m=0.10, rear_foot_m=0.12, pane_inset_m=0.07, pane_top_m=2.05),
    "box_truck": Glazing(has_rear_panes=False, pane_inset_m=0.06, has_rear_screen=False),
}


def is_flank(plan: BodyPlan) -> Choice:
    """Choose triangles of the flank."""
    least = 0.55 * plan.half_width_m

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray((normal[:, 1] > 0.35) & (centre[:, 1] > least))

    return chosen


def is_painted_flank(plan: BodyPlan) -> Choice:
    """Choose triangles of the flank that are still in paint."""
    flank = is_flank(plan)

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray(flank(centre, normal, material) & (material == MATERIAL["paint"]))

    return chosen


def cut_arches(skin: Skin, plan: BodyPlan, detail: Detail, *, axles: tuple[float, ...]) -> None:
    """Cut the wheel arches out of the flank and its lower edge."""
    least = 0.55 * plan.half_width_m

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray(((normal[:, 1] > 0.35) | (normal[:, 2] < -0.3)) & (centre[:, 1] > least))

    for axle in axles:
        circle = disc(axle, plan.wheel_radius_m, plan.arch_radius_m, segments=max(4, detail.wheel_segments // 3))
        skin.imprint(circle, SIDE_VIEW, None, chosen)


def glaze(skin: Skin, plan: BodyPlan, glazing: Glazing, detail: Detail) -> None:
    """Imprint side panes, windscreen and rear pane, each with its black surround."""
    _side_panes(skin, plan, glazing, detail)
    front_at = float(plan.stations[ROOF_FRONT, X_SIDE]) - 0.1
    rear_at = float(plan.stations[ROOF_REAR, X_SIDE]) + 0.1
    _screen(skin, plan, detail, (COWL, ROOF_FRONT), beyond=front_at, face=1, inset=0.05, foot=0.0)
    if glazing.has_rear_screen:
        rear = (REAR_FOOT, ROOF_REAR)
        _screen(skin, plan, detail, rear, beyond=rear_at, face=-1, inset=glazing.rear_inset_m, foot=glazing.rear_foot_m)


def _side_panes(skin: Skin, plan: BodyPlan, glazing: Glazing, detail: Detail) -> None:
    x = np.linspace(plan.stations[MID_REAR, X_SIDE] + 0.02, plan.stations[COWL, X_SIDE], 60)
    rail, belt = np.stack([x, plan.rail_z(x)], 1), np.stack([x, plan.shoulder_z(x) + 0.028], 1)
    opening = rounded(Polygon(np.concatenate([belt, rail[::-1]])).buffer(0), inset=glazing.pane_inset_m, radius=0.03)
    if glazing.pane_top_m < 9.0:
        opening = opening.intersection(rectangle(-9, 0, 19, glazing.pane_top_m))
    b, c = plan.pillars_m
    cuts = [(c + 0.03, b - 0.05), (b + 0.05, 9.0), (-9.0, c - 0.03)]
    if not glazing.has_rear_panes:
        opening, cuts = opening.intersection(rectangle(b - 0.1, 0, 9, 9)), [(b + 0.05, 9.0)]

    def is_above_belt(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray((normal[:, 1] > 0.35) & (centre[:, 2] > plan.shoulder_z(centre[:, 0])))

    skin.imprint(opening.buffer(0.012).simplify(detail.outline_m), SIDE_VIEW, "trim", is_above_belt)
    for low, high in cuts:
        pane = rounded(opening.intersection(rectangle(low, 0, high, 9)), inset=0.008, radius=0.025)
        skin.imprint(pane.simplify(detail.outline_m), SIDE_VIEW, "glass", is_above_belt)


def _screen(
    skin: Skin, plan: BodyPlan, detail: Detail, rows: tuple[int, int], *, beyond: float, face: int, inset: float, foot: float
) -> None:
    """Imprint the screen between two stations, seen from the front (face 1) or back (face -1)."""
    low, high = plan.stations[rows[0]], plan.stations[rows[1]]
    yb, yt = float(low[RAIL_SHARE]) * plan.half_width_m, float(high[RAIL_SHARE]) * plan.half_width_m
    left = [(yb, low[Z_RAIL] + foot), (yt, high[Z_RAIL] - 0.02)]
    outline = [(-yb * 0.5, low[Z_CENTRE] + foot), (yb * 0.5, low[Z_CENTRE] + foot), *left]
    outline += [(yt * 0.5, high[Z_CENTRE] - 0.03), (-yt * 0.5, high[Z_CENTRE] - 0.03)]
    outline += [(-yt, high[Z_RAIL] - 0.02), (-yb, low[Z_RAIL] + foot)]
    pane = rounded(outline, inset=inset, radius=0.05)
    lowest = min(float(low[Z_RAIL]), float(low[Z_CENTRE])) - 0.03

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray((normal[:, 0] * face > 0.18) & ((centre[:, 0] - beyond) * face > 0) & (centre[:, 2] > lowest))

    skin.imprint(pane.buffer(0.018).simplify(detail.outline_m), END_VIEW, "trim", chosen)
    skin.imprint(pane.simplify(detail.outline_m), END_VIEW, "glass", chosen)


def trim_below(skin: Skin, plan: BodyPlan, *, height_m: float, has_rub_strip: bool) -> None:
    """Imprint the dark lower edge of sills and bumpers, and a rub strip along the doors."""
    skin.imprint(rectangle(-9, 0, 9, plan.sill_m[0] + height_m), SIDE_VIEW, "plastic", _is_painted)
    if has_rub_strip:
        front, rear = plan.axles_m
        reach = plan.arch_radius_m + 0.06
        door = plan.sill_m[2]
        strip_shape = rounded(rectangle(rear + reach, door - 0.03, front - reach, door + 0.015), radius=0.015)
        skin.imprint(strip_shape, SIDE_VIEW, "trim", is_painted_flank(plan))


def clad_arches(skin: Skin, plan: BodyPlan, detail: Detail) -> None:
    """Imprint the broad dark edges that tall cars wear round their wheel arches and along their sills."""
    chosen = is_painted_flank(plan)
    for axle in plan.axles_m:
        lip = disc(axle, plan.wheel_radius_m, plan.arch_radius_m + 0.055, segments=max(4, detail.wheel_segments // 3))
        skin.imprint(lip, SIDE_VIEW, "plastic", chosen)
    skin.imprint(rectangle(plan.axles_m[1], 0, plan.axles_m[0], plan.sill_m[1] + 0.05), SIDE_VIEW, "plastic", chosen)


def dress_roof(skin: Skin, plan: BodyPlan, detail: Detail, style: Style) -> None:
    """Imprint what a form has of a dark roof, a glass panel in it and a bright line below the side panes."""
    stations, half = plan.stations, plan.half_width_m
    front, back = float(stations[ROOF_FRONT, X_SIDE]), float(stations[ROOF_REAR, X_SIDE])
    if style.has_dark_roof:
        x = np.linspace(back + 0.04, front - 0.02, 12)
        above = Polygon([*zip(x, plan.rail_z(x) + 0.004, strict=True), (front, 9.0), (back, 9.0)])
        skin.imprint(above, SIDE_VIEW, "gloss_black", _is_painted)
    if style.has_sunroof:
        middle, width = float(stations[ROOF_MIDDLE, X_SIDE]), 0.40 * half
        panel = rounded(rectangle(middle - 0.15, -width, front - 0.28, width), radius=0.05)

        def is_roof(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
            return np.asarray((normal[:, 2] > 0.6) & (centre[:, 2] > float(plan.rail_z(middle)) - 0.05))

        if detail.has_small_parts:
            skin.imprint(panel.buffer(0.012).simplify(detail.outline_m), TOP_VIEW, "trim", is_roof)
        skin.imprint(panel.simplify(detail.outline_m), TOP_VIEW, "gloss_black", is_roof)
    if style.has_chrome_line and detail.has_small_parts:
        x = np.linspace(float(stations[MID_REAR, X_SIDE]) + 0.05, float(stations[COWL, X_SIDE]) - 0.12, 10)
        line = LineString(np.stack([x, plan.shoulder_z(x) + 0.045], 1)).buffer(0.011, cap_style="flat")
        skin.imprint(line, SIDE_VIEW, "chrome", is_flank(plan))


def _is_painted(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.asarray(material == MATERIAL["paint"])


def gap_panels(skin: Skin, body: Body, kind: str) -> None:
    """Imprint the gaps round doors, bonnet, boot lid and bumpers."""
    plan = body.plan
    for door in _doors(plan, kind):
        skin.imprint(strip(_eased(door), _GAP_M), SIDE_VIEW, "seam", is_painted_flank(plan))
    stations = plan.stations

    def is_bonnet(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray((normal[:, 2] > 0.5) & (centre[:, 0] > stations[5, X_SIDE]) & (material == MATERIAL["paint"]))

    skin.imprint(_bonnet(plan).buffer(_GAP_M, quad_segs=1), TOP_VIEW, "seam", is_bonnet)
    if kind == "pickup":
        _bed_seams(skin, plan)
        return
    is_tail = painted_end(-1, beyond=float(stations[ROOF_REAR, X_SIDE]))
    skin.imprint(strip(_lid(plan), _GAP_M), END_VIEW, "seam", is_tail)
    if kind in ("van", "ambulance"):
        top = float(stations[ROOF_REAR, Z_RAIL])
        skin.imprint(rectangle(-_GAP_M, plan.sill_m[1] + 0.1, _GAP_M, top + 0.02), END_VIEW, "seam", is_tail)
    for begin, face, height in _bumpers(plan):
        line = rectangle(begin, height - _GAP_M, face * 9.0, height + _GAP_M)
        skin.imprint(line, SIDE_VIEW, "seam", painted_end(face, beyond=begin, least=-2.0))


def panel_lines(plan: BodyPlan, kind: str) -> dict[str, list[BaseGeometry]]:
    """Give the left half's gaps as lines, by the view they are seen in: `side` (x, z), `top` (x, y) and `tail` (y, z)."""
    reach = 3.0  # as far as any nose or tail
    side: list[BaseGeometry] = [_eased(door).exterior for door in _doors(plan, kind)]
    side += [LineString([(begin, height), (begin + face * reach, height)]) for begin, face, height in _bumpers(plan)]
    tail: list[BaseGeometry] = [] if kind == "pickup" else [_lid(plan).exterior]
    if kind in ("van", "ambulance"):
        tail.append(LineString([(0.0, plan.sill_m[1] + 0.1), (0.0, float(plan.stations[ROOF_REAR, Z_RAIL]))]))
    return {"side": side, "top": [_bonnet(plan)], "tail": tail}


def _eased(door: BaseGeometry) -> Polygon:
    """Round the corners of a door that are drawn sharp."""
    eased: Polygon = door.buffer(-0.05).buffer(0.05, quad_segs=2)
    return eased


def _bonnet(plan: BodyPlan) -> LineString:
    """Give the left half of the gap round the bonnet, seen from above."""
    stations, half = plan.stations, plan.half_width_m
    return LineString(
        [
            (stations[NOSE_EDGE, X_CENTRE] - 0.03, 0.0), (stations[NOSE_EDGE, X_CENTRE] - 0.08, 0.60 * half),
            (stations[HOOD, X_SIDE], 0.74 * half), (stations[PRE_COWL, X_SIDE], 0.86 * half),
            (stations[COWL, X_SIDE] + 0.10, 0.84 * half), (stations[COWL, X_CENTRE] + 0.02, 0.0),
        ]
    )  # fmt: skip


def _lid_foot(plan: BodyPlan) -> float:
    return 0.56 * float(plan.stations[REAR_FOOT, Z_CENTRE]) / 0.99


def _lid(plan: BodyPlan) -> Polygon:
    """Give the boot lid or tailgate, seen from behind."""
    foot, half = _lid_foot(plan), plan.half_width_m
    belt, top = float(plan.stations[REAR_FOOT, Z_CENTRE]) - 0.04, float(plan.stations[ROOF_REAR, Z_RAIL])
    corners = [(-0.70, foot), (0.70, foot), (0.74, belt), (0.62, top), (-0.62, top), (-0.74, belt)]
    lid: Polygon = Polygon([(y * half, z) for y, z in corners]).buffer(-0.03).buffer(0.03, quad_segs=2)
    return lid


def _bumpers(plan: BodyPlan) -> list[tuple[float, int, float]]:
    """Give where the upper edges of both bumpers begin, which way they run (1 forward) and how high."""
    height = 0.60 + max(0.0, plan.sill_m[0] - 0.22)  # higher on tall bodies
    ends = ((plan.axles_m[0], 1, height), (plan.axles_m[1], -1, _lid_foot(plan) - 0.02))
    return [(axle + face * plan.arch_radius_m * 0.6, face, z) for axle, face, z in ends]


def _bed_seams(skin: Skin, plan: BodyPlan) -> None:
    """Imprint the gap between a pickup's cab and bed, and round its tailgate."""
    foot, deck = plan.sill_m[1], float(plan.stations[REAR_FOOT, Z_CENTRE])
    split = float(plan.stations[REAR_FOOT, X_SIDE]) + 0.02
    skin.imprint(rectangle(split - 2 * _GAP_M, foot - 0.1, split + 2 * _GAP_M, deck), SIDE_VIEW, "gap", is_painted_flank(plan))
    half = 0.80 * plan.half_width_m
    gate = rounded(rectangle(-half, 0.66, half, deck + 0.2), radius=0.04)
    is_gate = painted_end(-1, beyond=float(plan.stations[TAIL_EDGE, X_SIDE]) + 0.2)
    skin.imprint(strip(gate, _GAP_M), END_VIEW, "seam", is_gate)


def painted_end(face: int, *, beyond: float, least: float = 0.2) -> Choice:
    """Choose painted triangles beyond an x that look forward (face 1) or back (face -1)."""

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        looks = (normal[:, 0] * face > least) & ((centre[:, 0] - beyond) * face > 0)
        return np.asarray(looks & (material == MATERIAL["paint"]))

    return chosen


def front_door(plan: BodyPlan, kind: str) -> Polygon:
    """Give the front side door as seen from the left, its corners sharp."""
    front, b = plan.axles_m[0], plan.pillars_m[0]
    reach, foot, top = plan.arch_radius_m, plan.sill_m[1], float(plan.rail_z(b)) - 0.012
    cowl = float(plan.stations[COWL, X_SIDE])
    corner = (cowl + 0.02, float(plan.shoulder_z(cowl)) - 0.02)
    head = (float(plan.stations[ROOF_FRONT, X_SIDE]) - 0.12, top)
    return Polygon([(b, foot), (front - reach - 0.10, foot), (front - reach - 0.02, 0.62), corner, head, (b, top)])


def _doors(plan: BodyPlan, kind: str) -> list[BaseGeometry]:
    """Give the side doors as seen from the left."""
    rear = plan.axles_m[1]
    reach, (b, c) = plan.arch_radius_m, plan.pillars_m
    foot, top = plan.sill_m[1], float(plan.rail_z(b)) - 0.012
    doors: list[BaseGeometry] = [front_door(plan, kind)]
    if kind in ("van", "ambulance"):
        return [*doors, rectangle(rear + reach * 0.7, foot, b, float(plan.stations[ROOF_REAR, Z_RAIL]) - 0.11)]
    if kind == "pickup":
        end = float(plan.stations[REAR_FOOT, X_SIDE]) + 0.12
        return [*doors, Polygon([(b, foot), (end, foot), (end, 1.10), (end + 0.12, top), (b, top)])]
    rear_door = [(b, foot), (rear + reach + 0.01, foot), (rear + reach - 0.02, 0.48), (rear + reach * 0.8, 0.74)]
    return [*doors, Polygon([*rear_door, (c - 0.12, 0.93), (c + 0.12, top), (b, top)])]
