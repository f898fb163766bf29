"""A box truck: a cab over the front axle, a chassis with side guards, a box body with frame and rear doors."""

from __future__ import annotations

import numpy as np
from shapely.geometry import Polygon

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh
from scenegen.models.vehicles.assembly import Piece, fitted_to, mesh_of
from scenegen.models.vehicles.body import make_body
from scenegen.models.vehicles.coarse import coarsened
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.fittings import arch_lining, floor
from scenegen.models.vehicles.forms import block, rounded_box, turned
from scenegen.models.vehicles.outlines import disc, rectangle, rounded, strip
from scenegen.models.vehicles.panels import GLAZING, cut_arches, glaze, is_flank, is_painted_flank
from scenegen.models.vehicles.plans import PLANS
from scenegen.models.vehicles.plates import number_plate, plate_text
from scenegen.models.vehicles.skin import END_VIEW, SIDE_VIEW, Skin, gather
from scenegen.models.vehicles.tidy import tidied
from scenegen.models.vehicles.wheels import truck_wheel

_NOMINAL_M = (7.6, 2.4, 3.25)
_CAB_M = (1.96, 2.16, 2.42)
_BOX_FRONT_M, _BOX_FLOOR_M = 1.70, 1.02
_WHEEL_HALF_WIDTH_M = 0.115
_FRAME_M = 0.06
"""Width of the aluminium profiles along the box's edges."""


class Truck:
    """The parts of one truck that all its levels of detail share."""

    def __init__(self, size_m: tuple[float, float, float], seed: int) -> None:
        self.size_m, self.seed = size_m, seed
        self.scale = np.array(size_m) / _NOMINAL_M
        cab = np.array(_CAB_M) * self.scale
        middle = (size_m[0] - float(cab[0])) / 2
        self.cab = make_body(PLANS["box_truck"], (float(cab[0]), float(cab[1]), float(cab[2])), crease=1.2, centre_x_m=middle)
        self.plan = self.cab.plan
        y, r = size_m[1] / 2 - 0.17, self.plan.wheel_radius_m
        steer = self.plan.half_width_m - 0.16
        self.wheels = {
            f"wheel_{end}{side}": np.array([x, sign * (steer if end == "f" else y), r])
            for end, x in zip("fr", self.plan.axles_m, strict=True)
            for side, sign in (("l", 1), ("r", -1))
        }

    def mesh(self, detail: Detail) -> Mesh:
        """Build one level of detail."""
        cab = self._cab_half(detail)
        axle = self.plan.axles_m[:1]
        left = [
            Piece(cab),
            Piece(arch_lining(cab, self.cab, detail, axles=axle), part="underbody"),
            Piece(floor(self.cab, detail, axles=axle), part="underbody"),
            Piece(self._mirror(detail), part="mirror"),
            Piece(self._chassis(detail), part="underbody"),
            Piece(self._box(detail), part="cargo"),
            Piece(self._tail(detail)),
        ]
        pieces = left + [Piece(piece.skin.mirrored(), part=piece.part) for piece in left]
        pieces.append(Piece(self._plates(detail), part="plate"))
        pieces = fitted_to(pieces, self.size_m)
        for index, (name, centre) in enumerate(self.wheels.items(), start=1):
            is_rear = name.startswith("wheel_r")
            wheel = truck_wheel(self.plan.wheel_radius_m, _WHEEL_HALF_WIDTH_M, detail, is_double=is_rear)
            wheel = wheel if centre[1] > 0 else wheel.mirrored()
            pieces.append(Piece(wheel.moved(*(float(v) for v in centre)), joint=index, part="wheel"))
        return mesh_of(pieces, height_m=self.size_m[2])

    def _cab_half(self, detail: Detail) -> Skin:
        """Imprint panes, grille, bumper, lamps and door on the left half of the cab."""
        plan, half, sz = self.plan, self.plan.half_width_m, float(self.scale[2])
        skin = self.cab.skin(detail.shell_triangles)
        cut_arches(skin, plan, detail, axles=plan.axles_m[:1])
        glaze(skin, plan, GLAZING["box_truck"], detail)
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
        half, sz = self.plan.half_width_m, float(self.scale[2])
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
        sz = float(self.scale[2])
        front = plan.axles_m[0] + plan.arch_radius_m + 0.02
        top = float(plan.rail_z(b)) - 0.03
        screen = float(plan.stations[5, 0])
        fore = [(screen - 0.1, top), (front, 1.28 * sz), (front, 0.86 * sz), (front - 0.1, 0.66 * sz)]
        door = Polygon([(b, 0.66 * sz), (b, top), *fore])
        skin.imprint(strip(door, 0.003), SIDE_VIEW, "gap", is_painted_flank(plan))
        grip = rounded(rectangle(b + 0.05, 1.13 * sz, b + 0.22, 1.17 * sz), radius=0.015)
        skin.imprint(grip, SIDE_VIEW, "trim", is_flank(plan))

    def _mirror(self, detail: Detail) -> Skin:
        """Hang the left mirror on two arms beside the windscreen."""
        sz = float(self.scale[2])
        x = self.plan.axles_m[0] + 0.80
        y = self.cab.flank_y(x - 0.15, 1.5 * sz)
        n = 2 if detail.cell_m else max(4, detail.blob_segments)
        parts = [rounded_box((0.11, 0.20, 0.42), (x, y + 0.20, 1.78 * sz), "trim", segments=n, turn=-0.1)]
        parts += [rounded_box((0.03, 0.28, 0.03), (x - 0.03, y + 0.08, z * sz), "trim", segments=2) for z in (1.64, 1.93)]
        if detail.has_small_parts:
            parts.append(rounded_box((0.012, 0.17, 0.37), (x - 0.055, y + 0.20, 1.78 * sz), "chrome", segments=n, turn=-0.1))
        return gather(parts)

    def _chassis(self, detail: Detail) -> Skin:
        """Make the left rail, tank, side guard, mud guard and the rear axle's half."""
        tail, sz, n = -self.size_m[0] / 2, float(self.scale[2]), max(4, detail.blob_segments)
        rear, r, edge = self.plan.axles_m[1], self.plan.wheel_radius_m, self.size_m[1] / 2
        low, high = 0.62 * sz, _BOX_FLOOR_M * sz
        ahead = rear + r + 0.12
        front = _BOX_FRONT_M * float(self.scale[0])
        parts = [
            block((tail + 0.1, 0.36, low + 0.12), (front + 0.3, 0.44, high - 0.12), "plastic"),
            block((tail + 0.02, 0.0, high - 0.12), (front, edge - 0.06, high), "plastic"),
            rounded_box((0.95, 0.50, 0.50), (front - 0.75, edge - 0.42, 0.70 * sz), "metal", power=7, segments=n),
            block((rear - 0.06, 0.0, r - 0.06), (rear + 0.06, edge - 0.3, r + 0.06), "gap"),
            block((ahead, edge - 0.09, 0.52 * sz), (front - 0.15, edge - 0.06, 0.62 * sz), "metal"),
            block((ahead, edge - 0.09, 0.74 * sz), (front - 0.15, edge - 0.06, 0.84 * sz), "metal"),
            block((rear + r + 0.03, edge - 0.62, 0.36 * sz), (rear + r + 0.05, edge - 0.04, high - 0.12), "gap"),
            block((rear - r - 0.09, edge - 0.62, 0.30 * sz), (rear - r - 0.07, edge - 0.04, high - 0.12), "gap"),
        ]
        for x in np.linspace(ahead + 0.1, front - 0.25, 3) if detail.has_small_parts else ():
            parts.append(block((x - 0.03, edge - 0.13, 0.50 * sz), (x + 0.03, edge - 0.09, high - 0.12), "plastic"))
        guard = turned([(r + 0.07, -0.45), (r + 0.07, 0.12), (r + 0.06, 0.12)], "plastic", segments=detail.wheel_segments)
        guard = guard.moved(rear, edge - 0.17, r)
        guard.imprint(rectangle(-9, -9, 9, r + 0.35), SIDE_VIEW, None, _any)
        return gather([*parts, guard])

    def _box(self, detail: Detail) -> Skin:
        """Make the left half of the box: panels, profiles along the edges, rear doors with their lock rods."""
        back, front = -self.size_m[0] / 2, _BOX_FRONT_M * float(self.scale[0])
        low, top, edge, f = _BOX_FLOOR_M * float(self.scale[2]), self.size_m[2], self.size_m[1] / 2, _FRAME_M
        inset = 0.012
        panel = block((back + 0.02, 0.0, low), (front - inset, edge - inset, top - inset), "box_panel")
        keep = ~(panel.corners[:, :, 1] == 0.0).all(1)  # the middle of the truck is no surface
        parts = [
            Skin(panel.corners[keep], panel.materials[keep]),
            block((back, edge - f, top - f), (front, edge, top), "metal"),
            block((back, edge - f, low - 0.03), (front, edge, low + f + 0.02), "metal"),
            block((front - f, edge - f, low), (front, edge, top), "metal"),
            block((back, edge - f, low), (back + f, edge, top), "metal"),
            block((back, 0.0, top - f), (back + f, edge - f, top), "metal"),
            block((back, 0.0, low - 0.03), (back + f, edge - f, low + 0.05), "metal"),
            block((front - f, 0.0, top - f), (front, edge - f, top), "metal"),
        ]
        if detail.has_small_parts:
            door = (low + 0.05, top - f)
            parts.append(block((back + 0.012, 0.0, door[0]), (back + 0.02, 0.012, door[1]), "gap"))
            for y in (0.16, 0.72):
                parts.append(block((back + 0.002, y - 0.014, door[0]), (back + 0.02, y + 0.014, door[1]), "metal"))
                parts.append(block((back + 0.001, y - 0.10, low + 0.42), (back + 0.02, y + 0.02, low + 0.46), "trim"))
            for share in (0.1, 0.37, 0.63, 0.9):
                z = door[0] + share * (door[1] - door[0])
                parts.append(block((back + 0.004, edge - f - 0.14, z - 0.03), (back + 0.02, edge - f, z + 0.03), "metal"))
        return gather(parts)

    def _tail(self, detail: Detail) -> Skin:
        """Make the left half of the rear bar with its lamps, and the marker lamps of box and roof."""
        back, sz, edge = -self.size_m[0] / 2, float(self.scale[2]), self.size_m[1] / 2
        parts = [
            block((back + 0.03, 0.0, 0.46 * sz), (back + 0.13, edge - 0.08, 0.58 * sz), "metal"),
            block((back + 0.08, 0.40, 0.55 * sz), (back + 0.18, 0.48, 0.90 * sz), "plastic"),
            block((back + 0.05, edge - 0.56, 0.68 * sz), (back + 0.12, edge - 0.08, 0.84 * sz), "plastic"),
            block((back + 0.12, edge - 0.50, 0.80 * sz), (back + 0.16, edge - 0.14, 0.98 * sz), "plastic"),
        ]
        shades = ("tail_lamp", "brake_lamp", "lens", "indicator")
        for place, material in enumerate(shades):
            y = edge - 0.54 + 0.11 * place
            parts.append(block((back + 0.03, y, 0.70 * sz), (back + 0.055, y + 0.10, 0.82 * sz), material))
        if detail.has_small_parts:
            top = self.size_m[2]
            parts.append(block((back, edge - 0.2, top - 0.05), (back + 0.01, edge - 0.08, top - 0.015), "tail_lamp"))
            for x in (-2.6, -0.2, 1.3):
                at = x * float(self.scale[0])
                parts.append(block((at, edge - 0.065, 0.905 * sz), (at + 0.1, edge - 0.045, 0.94 * sz), "indicator"))
        return gather(parts)

    def _plates(self, detail: Detail) -> Skin:
        """Fix a plate to bumper and rear bar."""
        text, sz = plate_text("box_truck", self.seed), float(self.scale[2])
        nose = max(self.cab.end_x(z * sz, face=1) for z in (0.56, 0.68)) + 0.004
        return gather(
            [
                number_plate(nose, 0.62 * sz, face=1, text=text, detail=detail),
                number_plate(-self.size_m[0] / 2 + 0.04, 0.66 * sz, face=-1, text=text, detail=detail),
            ]
        )


def _painted(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.asarray(material == MATERIAL["paint"])


def _any(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.ones(len(material), bool)


def _forward(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.asarray((normal[:, 0] > 0.35) & (material != MATERIAL["glass"]))
