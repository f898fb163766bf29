"""A city bus: one long body with a ribbon of panes, doors on the kerb's side, a destination over the windscreen."""

from __future__ import annotations

import itertools

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Cabin, Mesh
from scenegen.models.sizes import VehicleForm
from scenegen.models.vehicles.assembly import Piece, fitted_to, mesh_of
from scenegen.models.vehicles.body import Chassis, make_body
from scenegen.models.vehicles.coarse import coarsened
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.fittings import arch_lining, floor
from scenegen.models.vehicles.forms import rounded_box
from scenegen.models.vehicles.inside import bus_cabin
from scenegen.models.vehicles.outlines import disc, rectangle, rounded, strip
from scenegen.models.vehicles.panels import cut_arches, is_flank, is_painted_flank, painted_end
from scenegen.models.vehicles.plans import PLANS
from scenegen.models.vehicles.plates import lettering, number_plate, plate_text
from scenegen.models.vehicles.skin import END_VIEW, SIDE_VIEW, Choice, Skin, gather
from scenegen.models.vehicles.tidy import tidied
from scenegen.models.vehicles.wheels import truck_wheel

_NOMINAL_M = (12.0, 2.55, 3.15)
_BODY_M = 2.98
"""Height of the body below the cooling unit on the roof."""
_WHEEL_HALF_WIDTH_M = 0.14
_PANES_X_M = (-5.36, -4.20, -2.80, -1.40, 0.0, 1.40, 2.80, 4.20)
_DOORS_X_M = ((3.98, 5.28), (-0.30, 1.10))
_DESTINATIONS = ("12 HAFEN", "7 PARK", "31 CENTER", "4 MARKT")
"""Line and place by seed."""


class Bus:
    """The parts of one bus that all its levels of detail share."""

    def __init__(self, form: VehicleForm, seed: int) -> None:
        size_m = form.size_m
        self.size_m, self.seed = size_m, seed
        self.scale = np.array(size_m) / _NOMINAL_M
        self.body = make_body(
            PLANS["bus"], (size_m[0], size_m[1], _BODY_M * float(self.scale[2])), crease=1.0,
            chassis=Chassis(form.wheel_radius_m, form.wheelbase_m),
        )  # fmt: skip
        self.plan = self.body.plan
        y, r = self.plan.half_width_m - _WHEEL_HALF_WIDTH_M - 0.04, self.plan.wheel_radius_m
        self.wheels = {
            f"wheel_{end}{side}": np.array([x, sign * y, r])
            for end, x in zip("fr", self.plan.axles_m, strict=True)
            for side, sign in (("l", 1), ("r", -1))
        }

    @property
    def cabin(self) -> Cabin:
        """The room behind the panes."""
        return bus_cabin(self.plan, self.size_m[2])

    def mesh(self, detail: Detail) -> Mesh:
        """Build one level of detail."""
        axles = self.plan.axles_m
        left, right = self._half(detail, has_doors=False), self._half(detail, has_doors=True)
        both = [
            Piece(arch_lining(left, self.body, detail, axles=axles), part="underbody"),
            Piece(floor(self.body, detail, axles=axles), part="underbody"),
            Piece(self._mirror(detail), part="mirror"),
        ]
        pieces = [Piece(left), Piece(right.mirrored()), *both, *(Piece(p.skin.mirrored(), part=p.part) for p in both)]
        pieces += [Piece(self._roof_unit(detail), part="body"), Piece(self._plates(detail), part="plate")]
        if not detail.cell_m:
            pieces.append(Piece(self._destination(detail)))
        pieces = fitted_to(pieces, self.size_m)
        for index, (name, centre) in enumerate(self.wheels.items(), start=1):
            is_double = name.startswith("wheel_r")
            wheel = truck_wheel(self.plan.wheel_radius_m, _WHEEL_HALF_WIDTH_M, detail, is_double=is_double)
            wheel = wheel if centre[1] > 0 else wheel.mirrored()
            pieces.append(Piece(wheel.moved(*(float(v) for v in centre)), joint=index, part="wheel"))
        return mesh_of(pieces, height_m=self.size_m[2])

    def _half(self, detail: Detail, *, has_doors: bool) -> Skin:
        """Imprint one side as seen from the left; the side with doors is mirrored afterwards."""
        skin = self.body.skin(detail.shell_triangles)
        cut_arches(skin, self.plan, detail, axles=self.plan.axles_m)
        self._side(skin, detail, has_doors=has_doors)
        self._nose(skin, detail)
        self._tail(skin, detail)
        skin.imprint(rectangle(-9, 0, 9, self.plan.sill_m[0] + 0.08), SIDE_VIEW, "plastic", _painted)
        if detail.has_gaps:
            for x in (-4.6, -3.6, 0.9, 1.9) if not has_doors else (-4.6, -3.6, 1.9):
                hatch = rectangle(x, 0.45, x + 0.85, 1.0)
                skin.imprint(strip(hatch, 0.003), SIDE_VIEW, "seam", is_painted_flank(self.plan))
        skin = tidied(skin, tolerance_m=detail.form_m, crease_rad=detail.crease_rad)
        return coarsened(skin, cell_m=detail.cell_m) if detail.cell_m else skin

    def _side(self, skin: Skin, detail: Detail, *, has_doors: bool) -> None:
        sx, sz, flank = float(self.scale[0]), float(self.scale[2]), is_flank(self.plan)
        ribbon = rounded(rectangle(-5.42 * sx, 1.20 * sz, 5.52 * sx, 2.56 * sz), radius=0.10)
        skin.imprint(ribbon.simplify(detail.outline_m), SIDE_VIEW, "trim", flank)
        edges = [*_PANES_X_M, 5.46]
        panes = [(a + 0.04, b - 0.04) for a, b in itertools.pairwise(edges)]
        for low, high in panes:
            if not (has_doors and any(low < b and high > a for a, b in _DOORS_X_M)):
                pane = rounded(rectangle(low * sx, 1.25 * sz, high * sx, 2.50 * sz), radius=0.05)
                skin.imprint(pane.simplify(detail.outline_m), SIDE_VIEW, "glass", flank)
        for front, back in [(b, a) for a, b in _DOORS_X_M] if has_doors else []:
            frame = rectangle(back * sx, 0.38 * sz, front * sx, 2.56 * sz)
            skin.imprint(frame, SIDE_VIEW, "trim", flank)
            middle = (front + back) / 2
            for a, b in ((back + 0.06, middle - 0.03), (middle + 0.03, front - 0.06)):
                leaf = rounded(rectangle(a * sx, 0.50 * sz, b * sx, 2.44 * sz), radius=0.05)
                skin.imprint(leaf.simplify(detail.outline_m), SIDE_VIEW, "glass", flank)

    def _nose(self, skin: Skin, detail: Detail) -> None:
        half, sz = self.plan.half_width_m, float(self.scale[2])
        screen = rounded(rectangle(-0.90 * half, 1.02 * sz, 0.90 * half, 2.90 * sz), radius=0.12)
        skin.imprint(screen.simplify(detail.outline_m), END_VIEW, "trim", _looking(1))
        pane = rounded(rectangle(-0.86 * half, 1.08 * sz, 0.86 * half, 2.46 * sz), radius=0.10)
        skin.imprint(pane.simplify(detail.outline_m), END_VIEW, "glass", _looking(1))
        lamp = rounded(rectangle(0.58 * half, 0.60 * sz, 0.93 * half, 0.82 * sz), radius=0.05)
        front = painted_end(1, beyond=0.0, least=0.3)
        if detail.has_small_parts:
            skin.imprint(lamp.buffer(0.012).simplify(detail.outline_m), END_VIEW, "trim", front)
        skin.imprint(lamp.simplify(detail.outline_m), END_VIEW, "lens", _looking(1))
        blinker = lamp.intersection(rectangle(0.84 * half, 0, half, 2)).buffer(-0.008)
        skin.imprint(blinker.simplify(detail.outline_m), END_VIEW, "indicator", _looking(1))
        for y in (0.64, 0.76):
            bulb = disc(y * half, 0.71 * sz, 0.062, segments=4 if detail.has_gaps else 2)
            skin.imprint(bulb, END_VIEW, "head_lamp", _looking(1))
        intake = rounded(rectangle(-0.45 * half, 0.60 * sz, 0.45 * half, 0.76 * sz), radius=0.03)
        skin.imprint(intake.simplify(detail.outline_m), END_VIEW, "trim", _looking(1))
        if detail.has_gaps:
            seam = rectangle(-half, 0.545 * sz, half, 0.553 * sz)
            skin.imprint(seam, END_VIEW, "seam", painted_end(1, beyond=0.0, least=0.3))

    def _tail(self, skin: Skin, detail: Detail) -> None:
        half, sz = self.plan.half_width_m, float(self.scale[2])
        frame = rounded(rectangle(-0.82 * half, 1.78 * sz, 0.82 * half, 2.62 * sz), radius=0.10)
        skin.imprint(frame.simplify(detail.outline_m), END_VIEW, "trim", _looking(-1))
        pane = rounded(rectangle(-0.78 * half, 1.83 * sz, 0.78 * half, 2.57 * sz), radius=0.08)
        skin.imprint(pane.simplify(detail.outline_m), END_VIEW, "glass", _looking(-1))
        grille = rounded(rectangle(-0.54 * half, 0.80 * sz, 0.54 * half, 1.50 * sz), radius=0.05)
        skin.imprint(grille.simplify(detail.outline_m), END_VIEW, "plastic", _looking(-1))
        if detail.has_gaps:
            for z in np.arange(0.88, 1.46, 0.10):
                slot = rectangle(-0.49 * half, z * sz, 0.49 * half, (z + 0.04) * sz)
                skin.imprint(slot, END_VIEW, "gap", _looking(-1))
        for place, material in enumerate(("reverse_lamp", "brake_lamp", "tail_lamp", "indicator")):
            z = 0.72 + 0.20 * place
            lamp = rounded(rectangle(0.60 * half, z * sz, 0.78 * half, (z + 0.18) * sz), radius=0.03)
            skin.imprint(lamp.simplify(detail.outline_m), END_VIEW, material, _looking(-1))

    def _mirror(self, detail: Detail) -> Skin:
        """Hang the left mirror from an arm over the windscreen's corner."""
        sz, half = float(self.scale[2]), self.plan.half_width_m
        x = self.size_m[0] / 2 - 0.16
        n = 2 if detail.cell_m else max(4, detail.blob_segments)
        parts = [
            rounded_box((0.12, 0.20, 0.40), (x, half + 0.11, 2.10 * sz), "trim", segments=n, turn=-0.1),
            rounded_box((0.05, 0.28, 0.05), (x - 0.06, half, 2.42 * sz), "trim", segments=2),
            rounded_box((0.05, 0.05, 0.30), (x - 0.03, half + 0.11, 2.32 * sz), "trim", segments=2),
        ]
        if detail.has_small_parts:
            parts.append(rounded_box((0.012, 0.17, 0.35), (x - 0.06, half + 0.11, 2.10 * sz), "chrome", segments=n, turn=-0.1))
        return gather(parts)

    def _roof_unit(self, detail: Detail) -> Skin:
        """Make the cooling unit on the roof."""
        top, n = self.size_m[2], 4 if detail.cell_m else 8
        low = (_BODY_M - 0.10) * float(self.scale[2])
        size = (2.6 * float(self.scale[0]), 1.7 * float(self.scale[1]), 2 * (top - low))
        return rounded_box(size, (-1.2, 0.0, low), "box_panel", power=6, segments=n)

    def _destination(self, detail: Detail) -> Skin:
        """Light up line and destination over the windscreen, and the line at the back."""
        text, sz = _DESTINATIONS[self.seed], float(self.scale[2])
        front, rear = self.body.end_x(2.68 * sz, face=1, reach_m=0.9), self.body.end_x(1.66 * sz, face=-1)
        line = text.split()[0]
        size = (min(1.7, 0.21 * len(text)), 0.20)
        return gather(
            [
                lettering(front + 0.012, 2.68 * sz, face=1, text=text, material="marking_yellow", size_m=size, detail=detail),
                lettering(rear - 0.012, 1.66 * sz, face=-1, text=line, material="plate", size_m=(0.26, 0.16), detail=detail),
            ]
        )

    def _plates(self, detail: Detail) -> Skin:
        """Fix a plate to nose and tail."""
        text, sz = plate_text("bus", self.seed), float(self.scale[2])
        nose = max(self.body.end_x(z * sz, face=1) for z in (0.42, 0.52)) + 0.006
        tail = min(self.body.end_x(z * sz, face=-1) for z in (0.56, 0.68)) - 0.006
        return gather(
            [
                number_plate(nose, 0.46 * sz, face=1, text=text, detail=detail),
                number_plate(tail, 0.62 * sz, face=-1, text=text, detail=detail),
            ]
        )


def _looking(face: int) -> Choice:
    def chosen(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
        return np.asarray(normal[:, 0] * face > 0.3)

    return chosen


def _painted(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.asarray(material == MATERIAL["paint"])
