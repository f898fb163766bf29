"""What is imprinted on a car's two ends: grille, intake, head lamps, indicators, tail and brake lamps."""

from __future__ import annotations

import numpy as np
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.outlines import disc, rectangle, rounded
from scenegen.models.vehicles.plans import HOOD, NOSE_EDGE, REAR_FOOT, TAIL_EDGE, X_SIDE, Z_SHOULDER, BodyPlan
from scenegen.models.vehicles.skin import END_VIEW, Choice, Skin
from scenegen.models.vehicles.style import Face, HeadLamp, RearLamp, Style


def _looking(face: int, *, least: float, beyond: float) -> Choice:
    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        looks = (normal[:, 0] * face > least) & (centre[:, 0] * face > beyond * face)
        return np.asarray(looks & (material != MATERIAL["gap"]))

    return chosen


def _front_of_plane(skin: Skin, x: float, z: tuple[float, float]) -> None:
    """Cut the skin along a plane of constant x so that what is seen from an end does not smear along the flank."""
    skin.imprint(rectangle(x, z[0], x + 9 * np.sign(x), z[1]), (0, 2), "paint", _is_paint)


def _is_paint(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.asarray(material == MATERIAL["paint"])


def front_end(skin: Skin, plan: BodyPlan, detail: Detail, style: Style) -> None:
    """Imprint grille, intake, fog lamps and head lamps."""
    face = style.face
    half, hood = plan.half_width_m, float(plan.stations[HOOD, X_SIDE])
    top = float(plan.stations[NOSE_EDGE, Z_SHOULDER]) - 0.005
    # Coarse triangles of the nose lean further back than the form they stand for.
    least = 0.12 if detail.has_small_parts else -0.05
    chosen = _looking(1, least=least, beyond=hood - 0.16)
    intake = _across([(face.intake_half[0], face.intake_m[1]), (face.intake_half[1], face.intake_m[0])], half, radius=0.03)
    skin.imprint(intake.simplify(detail.outline_m), END_VIEW, "gap", chosen)
    grille = _grille(face, half, top)
    if detail.has_small_parts and face.has_chrome:
        skin.imprint(grille.buffer(0.010).simplify(detail.outline_m), END_VIEW, "chrome", chosen)
    skin.imprint(grille.simplify(detail.outline_m), END_VIEW, "gap", chosen)
    if detail.has_gaps:
        for bar in _bars(face, half, top):
            material = "chrome" if face.kind in ("slim", "single") and face.has_chrome else "trim"
            skin.imprint(bar.intersection(grille), END_VIEW, material, _on("gap", hood))
        badge = disc(0.0, top - face.badge_drop_m, 0.045, segments=4)
        skin.imprint(badge, END_VIEW, "chrome", _looking(1, least=0.12, beyond=hood))
    if detail.has_small_parts:
        outer = min(0.66, face.intake_half[0] + 0.06)
        fog = rounded(rectangle(outer * half, face.fog_m[0], 0.86 * half, face.fog_m[1]), radius=0.02)
        skin.imprint(fog.simplify(detail.outline_m), END_VIEW, "gap", chosen)
    if detail.has_gaps:
        lamp = disc(0.77 * half, (face.fog_m[0] + face.fog_m[1]) / 2, 0.033, segments=4)
        skin.imprint(lamp, END_VIEW, "lens", _on("gap", hood - 0.3))
    _head_lamp(skin, plan, detail, style.head, inner=face.lamp_inner, top=top, hood=hood)


def _grille(face: Face, half: float, top: float) -> BaseGeometry:
    """Give the opening below the bonnet's edge."""
    wide, narrow = face.grille_half
    grille: BaseGeometry = _across([(wide, top + 0.02), (narrow, top - face.grille_drop_m)], half, radius=0.02)
    if face.kind == "split":
        grille = rounded(grille.difference(rectangle(-0.035, 0, 0.035, 9)), radius=0.022)
    return grille


def _bars(face: Face, half: float, top: float) -> list[BaseGeometry]:
    """Give the bars across a grille, or upright in it."""
    if face.kind in ("upright", "split"):
        at = np.linspace(-face.bar_half * half, face.bar_half * half, 2 * face.bars + 5)
        return [rectangle(y - 0.005, 0, y + 0.005, 9) for y in at]
    heights = np.linspace(top - face.bar_drop_m, top, 2 if face.kind == "slim" else face.bars)
    return [rectangle(-face.bar_half * half, z - 0.006, face.bar_half * half, z + 0.006) for z in heights]


def _on(material_name: str, beyond: float) -> Choice:
    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray((material == MATERIAL[material_name]) & (centre[:, 0] > beyond) & (normal[:, 0] > 0.12))

    return chosen


def _across(corners: list[tuple[float, float]], half: float, *, radius: float) -> Polygon:
    """Give the symmetric trapezium with these left corners, rounded."""
    right = [(-y * half, z) for y, z in corners]
    return rounded([(y * half, z) for y, z in corners] + right[::-1], radius=radius)  # type: ignore[return-value]


def _head_lamp(skin: Skin, plan: BodyPlan, detail: Detail, head: HeadLamp, *, inner: float, top: float, hood: float) -> None:
    half = plan.half_width_m
    share = (1.04 - inner) / 0.60  # outlines are drawn for a lamp from 0 to 0.60
    lamp = rounded([((inner + y * share) * half, top + z) for y, z in head.outline], radius=0.02)
    _front_of_plane(skin, hood - 0.05, (top - 0.25, top + 0.25))
    chosen = _looking(1, least=-0.3, beyond=hood - 0.05)
    if detail.has_small_parts:
        skin.imprint(lamp.buffer(0.008).simplify(detail.outline_m), END_VIEW, "trim", chosen)
    skin.imprint(lamp.simplify(detail.outline_m), END_VIEW, "lens", chosen)
    blinker = lamp.intersection(rectangle(0.90 * half, 0, 1.1 * half, 2)).buffer(-0.008)
    skin.imprint(blinker.simplify(detail.outline_m), END_VIEW, "indicator", chosen)
    if head.has_strip and detail.has_gaps:
        foot = affinity.translate(lamp, 0.0, 0.016).intersection(rectangle(0, 0, 0.90 * half, 2))
        strip = lamp.buffer(-0.006).difference(foot).intersection(rectangle(0, 0, 0.90 * half, 2))
        skin.imprint(strip.simplify(detail.outline_m), END_VIEW, "head_lamp", chosen)
    first, second = ((inner + y * share, radius) for y, radius in head.bulbs)
    middle = ((first[0] + second[0]) / 2, 0.07)
    for y, radius in (first, second) if detail.has_small_parts else (middle,):
        at = (y * half, top - 0.027)
        rings = ((1.0, "trim"), (0.8, "head_lamp")) if detail.has_gaps else ((0.9, "head_lamp"),)
        for part, material in rings:
            segments = 5 if detail.has_gaps else 3 if detail.has_small_parts else 1
            skin.imprint(disc(*at, part * radius, segments=segments), END_VIEW, material, chosen)


def rear_end(skin: Skin, plan: BodyPlan, detail: Detail, rear: RearLamp, *, belt_m: float) -> None:
    """Imprint tail, brake and reversing lamps and indicators, the reflector and the dark lower bumper.

    `belt_m` is the height of the rear screen's foot in the family's own plan, for which the lamps' heights are written.
    """
    half, tail = plan.half_width_m, float(plan.stations[TAIL_EDGE, X_SIDE])
    edge = tail + 0.13
    rise = float(plan.stations[REAR_FOOT, Z_SHOULDER]) / belt_m
    lamp = rounded([(y * half, z * rise) for y, z in rear.outline], radius=0.02)
    z0, z1 = lamp.bounds[1], lamp.bounds[3]
    _front_of_plane(skin, edge, (z0 - 0.1, z1 + 0.1))
    looking = _looking(-1, least=-0.3, beyond=edge)

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray(looking(centre, normal, material) & (material != MATERIAL["glass"]))

    if detail.has_small_parts:
        skin.imprint(lamp.buffer(0.006).simplify(detail.outline_m), END_VIEW, "trim", chosen)
    skin.imprint(lamp.simplify(detail.outline_m), END_VIEW, "tail_lamp", chosen)
    y0, y1 = lamp.bounds[0], min(lamp.bounds[2], 0.97 * half)
    for low, high, material in rear.bands:
        band = rectangle(-9, z0 + low * (z1 - z0), 9, z0 + high * (z1 - z0))
        if rear.is_side_by_side:
            band = rectangle(y1 - high * (y1 - y0), 0, y1 - low * (y1 - y0) if low else 9.0, 9)
        skin.imprint(lamp.intersection(band).buffer(-0.006).simplify(detail.outline_m), END_VIEW, material, chosen)
    below = _looking(-1, least=0.2, beyond=plan.axles_m[1] - plan.arch_radius_m)
    if detail.has_small_parts:
        reflector = rounded(rectangle(0.56 * half, 0.385, 0.80 * half, 0.42), radius=0.01)
        skin.imprint(reflector.simplify(detail.outline_m), END_VIEW, "tail_lamp", below)
    apron = _across([(0.62, 0.33), (0.80, 0.05)], half, radius=0.03)
    skin.imprint(apron.simplify(detail.outline_m), END_VIEW, "plastic", below)
