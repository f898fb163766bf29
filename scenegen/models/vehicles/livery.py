"""What makes a car a police car or a van an ambulance: base colour, bands along the flank, lettering, beacons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.assembly import Piece
from scenegen.models.vehicles.body import Body
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import rounded_box
from scenegen.models.vehicles.outlines import rectangle
from scenegen.models.vehicles.panels import is_painted_flank
from scenegen.models.vehicles.plans import HOOD, ROOF_FRONT, TAIL_EDGE, X_SIDE, BodyPlan
from scenegen.models.vehicles.plates import side_lettering
from scenegen.models.vehicles.skin import SIDE_VIEW, Choice, Skin, gather

BEACON_M = 0.13
"""Height of a beacon bar over the roof."""


@dataclass(frozen=True)
class Livery:
    """One service: the body it is painted on, its base material, what is written where, and how its flank is banded."""

    body_kind: str
    base: str
    text: str
    text_x_z_m: tuple[float, float]
    text_size_m: tuple[float, float]
    text_material: str
    bands: Callable[[Skin, BodyPlan], None]


def _checks(skin: Skin, plan: BodyPlan) -> None:
    """Imprint two rows of blue and yellow checks."""
    side, low = 0.34, plan.sill_m[1] + 0.22
    chosen = _between_lamps(plan)
    for row in range(2):
        z = low + 0.155 * row
        for column in range(-7, 7):
            name = "livery_blue" if (row + column) % 2 else "livery_yellow"
            skin.imprint(rectangle(column * side, z, (column + 1) * side, z + 0.155), SIDE_VIEW, name, chosen)


def _stripe(skin: Skin, plan: BodyPlan) -> None:
    """Imprint a broad red stripe with a yellow line below."""
    shoulder = float(plan.shoulder_z(0.0))
    chosen = _between_lamps(plan)
    skin.imprint(rectangle(-9, shoulder - 0.34, 9, shoulder - 0.06), SIDE_VIEW, "livery_red", chosen)
    skin.imprint(rectangle(-9, shoulder - 0.46, 9, shoulder - 0.40), SIDE_VIEW, "livery_yellow", chosen)


def _between_lamps(plan: BodyPlan) -> Choice:
    """Choose the painted flank from the tail lamps to the head lamps."""
    flank = is_painted_flank(plan)
    back, front = (float(plan.stations[row, X_SIDE]) for row in (TAIL_EDGE, HOOD))

    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        is_between = (centre[:, 0] > back + 0.2) & (centre[:, 0] < front - 0.2)
        return np.asarray(flank(centre, normal, material) & is_between)

    return chosen


LIVERIES: dict[str, Livery] = {
    "police_car": Livery("estate", "livery_white", "POLICE", (0.0, 0.445), (0.80, 0.105), "livery_blue", _checks),
    "ambulance": Livery("ambulance", "livery_white", "AMBULANCE", (-1.25, 1.80), (2.1, 0.26), "livery_red", _stripe),
}


def repainted(skin: Skin, base: str) -> Skin:
    """Give the skin with a fixed colour in the place of the instance's paint."""
    materials = skin.materials.copy()
    materials[materials == MATERIAL["paint"]] = MATERIAL[base]
    materials[materials == MATERIAL["seam"]] = MATERIAL["plastic"]
    return Skin(skin.corners, materials)


def service_pieces(kind: str, body: Body, detail: Detail) -> list[Piece]:
    """Make beacon bar and lettering of both flanks."""
    livery = LIVERIES[kind]
    x = float(body.plan.stations[ROOF_FRONT, X_SIDE]) - 0.30
    roof = min(body.roof_z(x, 0.3), body.roof_z(x, 0.1))
    pieces = [Piece(beacon_bar(x, roof, 0.62 * body.plan.half_width_m, detail))]
    if not detail.cell_m:
        words = [
            side_lettering(
                *livery.text_x_z_m, side=side, text=livery.text, material=livery.text_material, size_m=livery.text_size_m,
                flank=body.flank_y, detail=detail,
            )
            for side in (1, -1)
        ]  # fmt: skip
        pieces.append(Piece(gather(words), part="body"))
    return pieces


def beacon_bar(x: float, roof: float, half: float, detail: Detail) -> Skin:
    """Make a bar of two blue lights that stands `BEACON_M` over a roof."""
    n = max(4, detail.blob_segments)
    parts = [rounded_box((0.26, 1.9 * half, 0.06), (x, 0.0, roof + 0.01), "trim", power=6, segments=n)]
    parts.append(rounded_box((0.20, 0.5 * half, 0.07), (x, 0.0, roof + 0.06), "plastic", power=6, segments=n))
    for side in (1, -1):
        at = (x, side * 0.64 * half, roof + BEACON_M / 2 + 0.01)
        parts.append(rounded_box((0.24, 0.66 * half, BEACON_M - 0.02), at, "beacon", power=4, segments=n))
    return gather(parts)
