"""The cab of a lorry: panes, grille, bumper, lamps, door and mirror over the front axle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry import Polygon

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.vehicles.body import Body
from scenegen.models.vehicles.coarse import coarsened
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import rounded_box
from scenegen.models.vehicles.outlines import disc, rectangle, rounded, strip
from scenegen.models.vehicles.panels import GLAZING, cut_arches, glaze, is_flank, is_painted_flank
from scenegen.models.vehicles.plans import BodyPlan
from scenegen.models.vehicles.skin import END_VIEW, SIDE_VIEW, Skin, gather
from scenegen.models.vehicles.tidy import tidied


@dataclass(frozen=True, eq=False)
class Cab:
    """A fitted cab body, and how much taller it is than the cab that the heights below are written for."""

    body: Body
    scale: float
    glazing: str = "box_truck"

    @property
    def plan(self) -> BodyPlan:
        """The fitted plan."""
        return self.body.plan

    def half(self, detail: Detail) -> Skin:
        """Imprint panes, grille, bumper, lamps and door on the left half of the cab."""
        plan, half, sz = self.plan, self.plan.half_width_m, self.scale
        skin = self.body.skin(detail.shell_triangles)
        cut_arches(skin, plan, detail, axles=plan.axles_m[:1])
        glaze(skin, plan, GLAZING[self.glazing], detail)
        bumper = 0.80 * sz
        skin.imprint(rectangle(plan.axles_m[0], 0, 9, bumper), SIDE_VIEW, "plastic", _painted)
        skin.imprint(rectangle(-9, 0, plan.axles_m[0], 0.62 * sz), SIDE_VIEW, "plastic", _painted)
        corners = [(-0.66, 0.90), (0.66, 0.90), (0.60, 1.20), (-0.60, 1.20)]
        grille = rounded([(y * half, z * sz) for y, z in corners])
        skin.imprint(grille.simplify(detail.outline_m), END_VIEW, "trim", _forward)
        if detail.has_small_parts:
            for z in (0.97, 1.05, 1.13):
                slot = rectangle(-0.56 * half, (z - 0.022) * sz, 0.56 * half, (z + 0.022) * sz)
                skin.imprint(slot, END_VIEW, "gap", _forward)
            skin.imprint(rectangle(-0.5 * half, 0.48 * sz, 0.5 * half, 0.56 * sz), END_VIEW, "gap", _forward)
        self._head_lamp(skin, detail)
        if detail.has_gaps:
            self._door(skin)
        skin = tidied(skin, tolerance_m=detail.form_m, crease_rad=detail.crease_rad)
        return coarsened(skin, cell_m=detail.cell_m) if detail.cell_m else skin

    def _head_lamp(self, skin: Skin, detail: Detail) -> None:
        half, sz = self.plan.half_width_m, self.scale
        lamp = rounded(rectangle(0.58 * half, 0.60 * sz, 0.90 * half, 0.76 * sz), radius=0.025)
        skin.imprint(lamp.simplify(detail.outline_m), END_VIEW, "lens", _forward)
        blinker = lamp.intersection(rectangle(0.82 * half, 0, half, 2)).buffer(-0.008)
        skin.imprint(blinker.simplify(detail.outline_m), END_VIEW, "indicator", _forward)
        for y in (0.64, 0.75):
            bulb = disc(y * half, 0.68 * sz, 0.05, segments=4 if detail.has_gaps else 2)
            skin.imprint(bulb, END_VIEW, "head_lamp", _forward)

    def _door(self, skin: Skin) -> None:
        """Imprint the gap round the cab's door, and its dark handle."""
        plan, b = self.plan, self.plan.pillars_m[0]
        sz = self.scale
        front = plan.axles_m[0] + plan.arch_radius_m + 0.02
        top = float(plan.rail_z(b)) - 0.03
        screen = float(plan.stations[5, 0])
        fore = [(screen - 0.1, top), (front, 1.28 * sz), (front, 0.86 * sz), (front - 0.1, 0.66 * sz)]
        door = Polygon([(b, 0.66 * sz), (b, top), *fore])
        skin.imprint(strip(door, 0.003), SIDE_VIEW, "gap", is_painted_flank(plan))
        grip = rounded(rectangle(b + 0.05, 1.13 * sz, b + 0.22, 1.17 * sz), radius=0.015)
        skin.imprint(grip, SIDE_VIEW, "trim", is_flank(plan))

    def mirror(self, detail: Detail) -> Skin:
        """Hang the left mirror on two arms beside the windscreen."""
        sz = self.scale
        x = self.plan.axles_m[0] + 0.80
        y = self.body.flank_y(x - 0.15, 1.5 * sz)
        n = 2 if detail.cell_m else max(4, detail.blob_segments)
        parts = [rounded_box((0.11, 0.20, 0.42), (x, y + 0.20, 1.78 * sz), "trim", segments=n, turn=-0.1)]
        parts += [rounded_box((0.03, 0.28, 0.03), (x - 0.03, y + 0.08, z * sz), "trim", segments=2) for z in (1.64, 1.93)]
        if detail.has_small_parts:
            parts.append(rounded_box((0.012, 0.17, 0.37), (x - 0.055, y + 0.20, 1.78 * sz), "chrome", segments=n, turn=-0.1))
        return gather(parts)


def _painted(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.asarray(material == MATERIAL["paint"])


def _forward(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.asarray((normal[:, 0] > 0.35) & (material != MATERIAL["glass"]))
