"""A box truck or fire engine: a cab over the front axle, a chassis with side guards, a box body with frame and rear doors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.mesh import Cabin, Mesh
from scenegen.models.sizes import VehicleForm
from scenegen.models.vehicles.assembly import Piece, fitted_to, mesh_of
from scenegen.models.vehicles.body import Chassis, make_body
from scenegen.models.vehicles.cab import Cab
from scenegen.models.vehicles.cargo import cargo_box, rear_bar
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.fire_body import LADDER_M, fire_body
from scenegen.models.vehicles.fittings import arch_lining, floor
from scenegen.models.vehicles.forms import block, rounded_box, turned
from scenegen.models.vehicles.inside import cabin_of
from scenegen.models.vehicles.livery import beacon_bar, repainted
from scenegen.models.vehicles.outlines import rectangle
from scenegen.models.vehicles.plans import PLANS
from scenegen.models.vehicles.plates import number_plate, plate_text, side_lettering
from scenegen.models.vehicles.skin import SIDE_VIEW, Skin, gather
from scenegen.models.vehicles.wheels import truck_wheel

_NOMINAL_M = (7.6, 2.4, 3.25)
_CAB_M = (1.96, 2.16, 2.42)
_BOX_FRONT_M, _BOX_FLOOR_M = 1.70, 1.02
_WHEEL_HALF_WIDTH_M = 0.115


class Truck:
    """The parts of one truck that all its levels of detail share."""

    def __init__(self, form: VehicleForm, seed: int, kind: str = "box_truck") -> None:
        size_m = form.size_m
        self.size_m, self.seed, self.kind = size_m, seed, kind
        self.scale = np.array(size_m) / _NOMINAL_M
        cab = np.array(_CAB_M) * self.scale
        middle = (size_m[0] - float(cab[0])) / 2
        body = make_body(
            PLANS["box_truck"], (float(cab[0]), float(cab[1]), float(cab[2])), crease=1.2, centre_x_m=middle,
            chassis=Chassis(form.wheel_radius_m, form.wheelbase_m),
        )  # fmt: skip
        self.cab = Cab(body, float(self.scale[2]))
        self.plan = body.plan
        y, r = size_m[1] / 2 - 0.17, self.plan.wheel_radius_m
        steer = self.plan.half_width_m - 0.16
        self.wheels = {
            f"wheel_{end}{side}": np.array([x, sign * (steer if end == "f" else y), r])
            for end, x in zip("fr", self.plan.axles_m, strict=True)
            for side, sign in (("l", 1), ("r", -1))
        }

    @property
    def _cargo_m(self) -> tuple[float, float, float, float, float]:
        """Back, front, floor, top and half width of the box."""
        front, low = _BOX_FRONT_M * float(self.scale[0]), _BOX_FLOOR_M * float(self.scale[2])
        return -self.size_m[0] / 2, front, low, self.size_m[2], self.size_m[1] / 2

    @property
    def cabin(self) -> Cabin:
        """The room behind the panes."""
        return cabin_of(self.plan, "box_truck")

    def mesh(self, detail: Detail) -> Mesh:
        """Build one level of detail."""
        cab = self.cab.half(detail)
        axle = self.plan.axles_m[:1]
        left = [
            Piece(cab),
            Piece(arch_lining(cab, self.cab.body, detail, axles=axle), part="underbody"),
            Piece(floor(self.cab.body, detail, axles=axle), part="underbody"),
            Piece(self.cab.mirror(detail), part="mirror"),
            Piece(self._chassis(detail), part="underbody"),
            Piece(self._cargo(detail), part="cargo" if self.kind == "box_truck" else ""),
            Piece(self._tail(detail)),
        ]
        pieces = left + [Piece(piece.skin.mirrored(), part=piece.part) for piece in left]
        pieces.append(Piece(self._plates(detail), part="plate"))
        if self.kind == "fire_engine":
            pieces = [replace(piece, skin=repainted(piece.skin, "livery_red")) for piece in pieces]
            pieces += self._service(detail)
        pieces = fitted_to(pieces, self.size_m)
        for index, (name, centre) in enumerate(self.wheels.items(), start=1):
            is_rear = name.startswith("wheel_r")
            wheel = truck_wheel(self.plan.wheel_radius_m, _WHEEL_HALF_WIDTH_M, detail, is_double=is_rear)
            wheel = wheel if centre[1] > 0 else wheel.mirrored()
            pieces.append(Piece(wheel.moved(*(float(v) for v in centre)), joint=index, part="wheel"))
        return mesh_of(pieces, height_m=self.size_m[2])

    def _cargo(self, detail: Detail) -> Skin:
        """Make the left half of what stands on the chassis."""
        if self.kind == "fire_engine":
            return fire_body(
                self._cargo_m, detail, rear_axle=self.plan.axles_m[1], wheel_radius=self.plan.wheel_radius_m
            )  # fmt: skip
        return cargo_box(self._cargo_m, "box_panel", detail)

    def _service(self, detail: Detail) -> list[Piece]:
        """Make a fire engine's beacons on the cab's roof, and its lettering on both flanks."""
        x, edge = self.plan.axles_m[0] + 0.1, self.size_m[1] / 2
        pieces = [Piece(beacon_bar(x, self.cab.body.roof_z(x, 0.2) - 0.01, 0.62 * edge, detail))]
        if detail.has_gaps:
            words = [
                side_lettering(
                    -1.3, (_BOX_FLOOR_M + 0.11) * float(self.scale[2]), side=side, text="FIRE RESCUE", material="livery_red",
                    size_m=(1.9, 0.13), flank=lambda x, z: edge, detail=detail,
                )
                for side in (1, -1)
            ]  # fmt: skip
            pieces.append(Piece(gather(words), part="body"))
        return pieces

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

    def _tail(self, detail: Detail) -> Skin:
        """Make the left half of the rear bar with its lamps, and the marker lamps of box and roof."""
        back, sz, edge = -self.size_m[0] / 2, float(self.scale[2]), self.size_m[1] / 2
        parts = [rear_bar(back, edge, sz)]
        if detail.has_small_parts:
            top = self.size_m[2] - (LADDER_M + 0.02 if self.kind == "fire_engine" else 0.0)
            parts.append(block((back, edge - 0.2, top - 0.05), (back + 0.01, edge - 0.08, top - 0.015), "tail_lamp"))
            for x in (-2.6, -0.2, 1.3):
                at = x * float(self.scale[0])
                parts.append(block((at, edge - 0.065, 0.905 * sz), (at + 0.1, edge - 0.045, 0.94 * sz), "indicator"))
        return gather(parts)

    def _plates(self, detail: Detail) -> Skin:
        """Fix a plate to bumper and rear bar."""
        text, sz = plate_text("box_truck", self.seed), float(self.scale[2])
        nose = max(self.cab.body.end_x(z * sz, face=1) for z in (0.56, 0.68)) + 0.004
        return gather(
            [
                number_plate(nose, 0.62 * sz, face=1, text=text, detail=detail),
                number_plate(-self.size_m[0] / 2 + 0.04, 0.66 * sz, face=-1, text=text, detail=detail),
            ]
        )


def _any(centre: FloatArray, normal: FloatArray, material: ByteArray) -> BoolArray:
    return np.ones(len(material), bool)
