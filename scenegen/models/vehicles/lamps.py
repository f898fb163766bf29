"""What is imprinted on a car's two ends: grille, intake, head lamps, indicators, tail and brake lamps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry import Polygon

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.outlines import disc, rectangle, rounded
from scenegen.models.vehicles.plans import HOOD, NOSE_EDGE, TAIL_EDGE, X_SIDE, Z_SHOULDER, BodyPlan
from scenegen.models.vehicles.skin import END_VIEW, Choice, Skin


@dataclass(frozen=True)
class RearLamp:
    """Outline of the left rear lamp: y as a share of half the width, z in metres of the plan's table, and the plan's belt."""

    outline: tuple[tuple[float, float], ...]


REAR_LAMPS = {
    "hatchback": RearLamp(((0.66, 0.68), (1.06, 0.66), (1.06, 0.97), (0.74, 0.95))),
    "saloon": RearLamp(((0.52, 0.70), (1.06, 0.68), (1.06, 0.87), (0.54, 0.87))),
    "estate": RearLamp(((0.78, 0.70), (1.06, 0.70), (1.06, 1.26), (0.80, 1.22))),
    "suv": RearLamp(((0.66, 0.84), (1.06, 0.80), (1.06, 1.08), (0.72, 1.06))),
    "pickup": RearLamp(((0.84, 0.72), (1.06, 0.72), (1.06, 1.09), (0.84, 1.09))),
    "ambulance": RearLamp(((0.78, 0.76), (1.06, 0.76), (1.06, 1.40), (0.80, 1.38))),
    "van": RearLamp(((0.80, 0.72), (1.06, 0.72), (1.06, 1.16), (0.83, 1.13))),
}


@dataclass(frozen=True)
class Face:
    """The openings of a nose. Of the grille: how far it, its lowest bar and its badge lie below the bonnet's edge, number of
    bars, half widths above and below; then heights of intake and fog lamps, and where the head lamps begin.
    """

    grille_drop_m: float = 0.085
    bar_drop_m: float = 0.06
    badge_drop_m: float = 0.03
    bars: int = 3
    grille_half: tuple[float, float] = (0.42, 0.36)
    bar_half: float = 0.40
    intake_m: tuple[float, float] = (0.27, 0.40)
    fog_m: tuple[float, float] = (0.29, 0.39)
    lamp_inner: float = 0.44


FACES = {
    "suv": Face(0.20, 0.175, 0.09, 6, (0.44, 0.38), 0.42, (0.36, 0.50), (0.38, 0.49), 0.46),
    "pickup": Face(0.30, 0.275, 0.14, 9, (0.52, 0.46), 0.50, (0.42, 0.54), (0.44, 0.53), 0.54),
    "ambulance": Face(0.16, 0.135, 0.07, 5, (0.46, 0.40), 0.44, (0.34, 0.48), (0.36, 0.47), 0.48),
}
LAMP_MATERIALS = frozenset({"lens", "head_lamp", "tail_lamp", "brake_lamp", "indicator"})


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


def front_end(skin: Skin, plan: BodyPlan, detail: Detail, *, kind: str, seed: int) -> None:
    """Imprint grille, intake, fog lamps and head lamps."""
    face = FACES.get(kind, Face())
    half, hood = plan.half_width_m, float(plan.stations[HOOD, X_SIDE])
    top = float(plan.stations[NOSE_EDGE, Z_SHOULDER]) - 0.005
    # Coarse triangles of the nose lean further back than the form they stand for.
    least = 0.12 if detail.has_small_parts else -0.05
    chosen = _looking(1, least=least, beyond=hood - 0.16)
    wide, narrow = face.grille_half
    grille = _across([(wide, top + 0.02), (narrow, top - face.grille_drop_m)], half, radius=0.02)
    if detail.has_small_parts:
        skin.imprint(grille.buffer(0.010).simplify(detail.outline_m), END_VIEW, "chrome", chosen)
    skin.imprint(grille.simplify(detail.outline_m), END_VIEW, "gap", chosen)
    intake = _across([(0.62, face.intake_m[1]), (0.52, face.intake_m[0])], half, radius=0.03)
    skin.imprint(intake.simplify(detail.outline_m), END_VIEW, "gap", chosen)
    if detail.has_gaps:
        for z in np.linspace(top - face.bar_drop_m, top, face.bars):
            bar = rectangle(-face.bar_half * half, z - 0.006, face.bar_half * half, z + 0.006).intersection(grille)
            skin.imprint(bar, END_VIEW, "trim", _on("gap", hood))
        badge = disc(0.0, top - face.badge_drop_m, 0.045, segments=4)
        skin.imprint(badge, END_VIEW, "chrome", _looking(1, least=0.12, beyond=hood))
    if detail.has_small_parts:
        fog = rounded(rectangle(0.66 * half, face.fog_m[0], 0.86 * half, face.fog_m[1]), radius=0.02)
        skin.imprint(fog.simplify(detail.outline_m), END_VIEW, "gap", chosen)
    _head_lamp(skin, plan, detail, face=face, top=top, hood=hood, seed=seed)


def _on(material_name: str, beyond: float) -> Choice:
    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray((material == MATERIAL[material_name]) & (centre[:, 0] > beyond) & (normal[:, 0] > 0.12))

    return chosen


def _across(corners: list[tuple[float, float]], half: float, *, radius: float) -> Polygon:
    """Give the symmetric trapezium with these left corners, rounded."""
    right = [(-y * half, z) for y, z in corners]
    return rounded([(y * half, z) for y, z in corners] + right[::-1], radius=radius)  # type: ignore[return-value]


def _head_lamp(skin: Skin, plan: BodyPlan, detail: Detail, *, face: Face, top: float, hood: float, seed: int) -> None:
    half = plan.half_width_m
    inner = face.lamp_inner + 0.03 * (seed % 2)
    corners = [(inner, -0.07), (0.70, -0.105), (1.04, -0.04), (1.04, 0.11), (0.80, 0.06), (inner, 0.025)]
    lamp = rounded([(y * half, top + z) for y, z in corners], radius=0.02)
    _front_of_plane(skin, hood - 0.05, (top - 0.25, top + 0.25))
    chosen = _looking(1, least=-0.3, beyond=hood - 0.05)
    if detail.has_small_parts:
        skin.imprint(lamp.buffer(0.008).simplify(detail.outline_m), END_VIEW, "trim", chosen)
    skin.imprint(lamp.simplify(detail.outline_m), END_VIEW, "lens", chosen)
    blinker = lamp.intersection(rectangle(0.90 * half, 0, 1.1 * half, 2)).buffer(-0.008)
    skin.imprint(blinker.simplify(detail.outline_m), END_VIEW, "indicator", chosen)
    for y, radius in ((0.56, 0.042), (0.71, 0.052)) if detail.has_small_parts else ((0.64, 0.07),):
        at = (y * half, top - 0.027)
        rings = ((1.0, "trim"), (0.8, "head_lamp")) if detail.has_gaps else ((0.9, "head_lamp"),)
        for share, material in rings:
            segments = 5 if detail.has_gaps else 3 if detail.has_small_parts else 1
            skin.imprint(disc(*at, share * radius, segments=segments), END_VIEW, material, chosen)


def rear_end(skin: Skin, plan: BodyPlan, detail: Detail, kind: str) -> None:
    """Imprint tail, brake, reversing lamps and indicators, the reflector and the dark lower bumper."""
    half, tail = plan.half_width_m, float(plan.stations[TAIL_EDGE, X_SIDE])
    edge = tail + 0.13
    lamp = rounded([(y * half, z) for y, z in REAR_LAMPS[kind].outline], radius=0.02)
    z0, z1 = lamp.bounds[1], lamp.bounds[3]
    _front_of_plane(skin, edge, (z0 - 0.1, z1 + 0.1))
    looking = _looking(-1, least=-0.3, beyond=edge)

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray(looking(centre, normal, material) & (material != MATERIAL["glass"]))

    if detail.has_small_parts:
        skin.imprint(lamp.buffer(0.006).simplify(detail.outline_m), END_VIEW, "trim", chosen)
    skin.imprint(lamp.simplify(detail.outline_m), END_VIEW, "tail_lamp", chosen)
    height = z1 - z0
    for low, high, material in ((0.0, 0.36, "brake_lamp"), (0.42, 0.56, "lens"), (0.59, 0.76, "indicator")):
        band = lamp.intersection(rectangle(-9, z0 + low * height, 9, z0 + high * height)).buffer(-0.006)
        skin.imprint(band.simplify(detail.outline_m), END_VIEW, material, chosen)
    below = _looking(-1, least=0.2, beyond=plan.axles_m[1] - plan.arch_radius_m)
    if detail.has_small_parts:
        reflector = rounded(rectangle(0.56 * half, 0.385, 0.80 * half, 0.42), radius=0.01)
        skin.imprint(reflector.simplify(detail.outline_m), END_VIEW, "tail_lamp", below)
    apron = _across([(0.62, 0.33), (0.80, 0.05)], half, radius=0.03)
    skin.imprint(apron.simplify(detail.outline_m), END_VIEW, "plastic", below)
