"""A tractor with a curtain-sided semi-trailer on five axles; the tractor turns on a joint of its own, about the kingpin."""

from __future__ import annotations

import numpy as np

from scenegen.models.mesh import Cabin, Mesh
from scenegen.models.sizes import VehicleForm
from scenegen.models.vehicles.assembly import Piece, fitted_to, mesh_of
from scenegen.models.vehicles.body import Chassis, make_body
from scenegen.models.vehicles.cab import Cab
from scenegen.models.vehicles.cargo import cargo_box, rear_bar
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.fittings import arch_lining, floor
from scenegen.models.vehicles.forms import block, rounded_box
from scenegen.models.vehicles.inside import cabin_of
from scenegen.models.vehicles.plans import PLANS
from scenegen.models.vehicles.plates import number_plate, plate_text
from scenegen.models.vehicles.skin import Skin, gather
from scenegen.models.vehicles.wheels import truck_wheel

_NOMINAL_M = (16.5, 2.55, 4.0)
_CAB_M = (2.30, 2.49, 3.62)
_CAB_SCALE = 1.30
"""How much higher bumper, lamps and door sit than on the cab of a box truck."""
_TRAILER_FRONT_M, _TRAILER_FLOOR_M = 5.35, 1.18
_TRAILER_AXLES_M = (-2.65, -3.96, -5.27)
_DRIVE_AXLE_M = 3.15
_WHEEL_HALF_WIDTH_M, _WIDE_HALF_WIDTH_M = 0.14, 0.19

_SIDES = ("box_panel", "tarpaulin", "livery_white", "tarpaulin")
"""What the trailer's sides are made of, by seed; tarpaulin has the tractor's colour."""


class SemiTrailer:
    """The parts of one tractor and trailer that all levels of detail share."""

    def __init__(self, form: VehicleForm, seed: int) -> None:
        size_m = form.size_m
        self.size_m, self.seed = size_m, seed
        self.scale = np.array(size_m) / _NOMINAL_M
        cab = np.array(_CAB_M) * self.scale
        middle = (size_m[0] - float(cab[0])) / 2
        body = make_body(
            PLANS["tractor"], (float(cab[0]), float(cab[1]), float(cab[2])), crease=1.2, centre_x_m=middle,
            chassis=Chassis(form.wheel_radius_m),
        )  # fmt: skip
        self.cab, self.plan = Cab(body, _CAB_SCALE * float(self.scale[2]), "tractor"), body.plan
        edge, r, sx = size_m[1] / 2, self.plan.wheel_radius_m, float(self.scale[0])
        places = {"f": (self.plan.axles_m[0], self.plan.half_width_m - 0.20), "r": (_DRIVE_AXLE_M * sx, edge - 0.18)}
        places |= {f"t{i}": (x * sx, edge - 0.23) for i, x in enumerate(_TRAILER_AXLES_M, start=1)}
        self.wheels = {
            f"wheel_{end}{side}": np.array([x, sign * y, r])
            for end, (x, y) in places.items()
            for side, sign in (("l", 1), ("r", -1))
        }

    @property
    def cabin(self) -> Cabin:
        """The room behind the panes."""
        return cabin_of(self.plan, "tractor")

    def mesh(self, detail: Detail) -> Mesh:
        """Build one level of detail."""
        cab, axle = self.cab.half(detail), self.plan.axles_m[:1]
        tractor, trailer = self._chassis(detail)
        cab_joint = 1 + len(self.wheels)
        left = [
            Piece(cab, cab_joint),
            Piece(arch_lining(cab, self.cab.body, detail, axles=axle), cab_joint, "underbody"),
            Piece(floor(self.cab.body, detail, axles=axle), cab_joint, "underbody"),
            Piece(self.cab.mirror(detail), cab_joint, "mirror"),
            Piece(tractor, cab_joint, "underbody"),
            Piece(trailer, part="underbody"),
            Piece(self._trailer(detail), part="cargo"),
            Piece(self._lamps(detail)),
        ]
        pieces = left + [Piece(piece.skin.mirrored(), piece.joint, piece.part) for piece in left]
        front_plate, rear_plate = self._plates(detail)
        pieces += [Piece(front_plate, cab_joint, "plate"), Piece(rear_plate, part="plate")]
        pieces = fitted_to(pieces, self.size_m)
        for index, (name, centre) in enumerate(self.wheels.items(), start=1):
            width = _WIDE_HALF_WIDTH_M if name.startswith("wheel_t") else _WHEEL_HALF_WIDTH_M
            wheel = truck_wheel(self.plan.wheel_radius_m, width, detail, is_double=name.startswith("wheel_r"))
            wheel = wheel if centre[1] > 0 else wheel.mirrored()
            pieces.append(Piece(wheel.moved(*(float(v) for v in centre)), joint=index, part="wheel"))
        return mesh_of(pieces, height_m=self.size_m[2])

    def _trailer(self, detail: Detail) -> Skin:
        """Make the left half of the trailer's body: the box, and the curtain's straps over its lower edge."""
        sx, sz, edge = float(self.scale[0]), float(self.scale[2]), self.size_m[1] / 2
        back, front, low = -self.size_m[0] / 2, _TRAILER_FRONT_M * sx, _TRAILER_FLOOR_M * sz
        parts = [cargo_box((back, front, low, self.size_m[2], edge), _SIDES[self.seed], detail)]
        if detail.has_gaps:
            for x in np.linspace(back + 0.4, front - 0.4, 17):
                parts.append(block((x - 0.025, edge - 0.02, low - 0.12), (x + 0.025, edge - 0.008, low + 0.26), "trim"))
        return gather(parts)

    @property
    def kingpin_x_m(self) -> float:
        """Where tractor and trailer are coupled: over the driven axle."""
        return _DRIVE_AXLE_M * float(self.scale[0])

    def _chassis(self, detail: Detail) -> tuple[Skin, Skin]:
        """Make the left halves of the tractor's frame with its tank, and of the trailer's with side guard and landing leg."""
        sx, sz, r, edge = float(self.scale[0]), float(self.scale[2]), self.plan.wheel_radius_m, self.size_m[1] / 2
        back, front, low = -self.size_m[0] / 2, _TRAILER_FRONT_M * sx, _TRAILER_FLOOR_M * sz
        n, drive = max(4, detail.blob_segments), _DRIVE_AXLE_M * sx
        cab_back = float(self.cab.body.points_m[:, 0].min())
        lead, guard = drive - r - 0.7, _TRAILER_AXLES_M[0] * sx + r + 0.15
        trailer = [
            block((back + 0.1, 0.45, low - 0.36), (lead, 0.55, low - 0.05), "plastic"),
            block((back + 0.02, 0.0, low - 0.10), (front - 0.02, edge - 0.05, low), "plastic"),
            block((lead, 0.45, low - 0.18), (front - 0.4, 0.55, low - 0.05), "plastic"),
            block((guard, edge - 0.08, 0.50 * sz), (lead - 0.1, edge - 0.05, 0.62 * sz), "metal"),
            block((guard, edge - 0.08, 0.78 * sz), (lead - 0.1, edge - 0.05, 0.90 * sz), "metal"),
            block((lead - 0.5, 0.62, 0.25 * sz), (lead - 0.38, 0.74, low - 0.05), "metal"),
        ]
        top = 2 * r + 0.10
        tractor = [
            block((drive - 0.8, 0.38, 0.72 * sz), (cab_back + 0.4, 0.46, 0.98 * sz), "plastic"),
            block((drive - 0.7, 0.0, 0.95 * sz), (drive + 0.5, 0.5, low - 0.10), "gap"),
            rounded_box((1.25, 0.58, 0.62), (cab_back - 0.72, edge - 0.42, 0.66 * sz), "metal", power=7, segments=n),
            block((cab_back + 0.02, 0.2, 0.95 * sz), (cab_back + 0.12, edge - 0.2, 2.3 * sz), "gap"),
            block((drive - r - 0.1, edge - 0.62, top), (drive + r + 0.1, edge - 0.02, top + 0.04), "plastic"),
        ]
        for parts, axle in ((tractor, drive), *((trailer, x * sx) for x in _TRAILER_AXLES_M)):
            parts.append(block((axle - 0.07, 0.0, r - 0.07), (axle + 0.07, edge - 0.35, r + 0.07), "gap"))
        for parts, axle in ((tractor, drive), (trailer, _TRAILER_AXLES_M[2] * sx)):
            parts.append(block((axle - r - 0.10, edge - 0.62, 0.32 * sz), (axle - r - 0.08, edge - 0.03, low - 0.12), "gap"))
        for x in np.linspace(guard + 0.2, lead - 0.4, 5) if detail.has_small_parts else ():
            trailer.append(block((x - 0.03, edge - 0.12, 0.48 * sz), (x + 0.03, edge - 0.08, low - 0.08), "plastic"))
        return gather(tractor), gather(trailer)

    def _lamps(self, detail: Detail) -> Skin:
        """Make the left half of the rear bar, and the marker lamps along the trailer."""
        back, sz, edge = -self.size_m[0] / 2, float(self.scale[2]), self.size_m[1] / 2
        parts = [rear_bar(back, edge, 1.15 * sz)]
        if detail.has_small_parts:
            low = _TRAILER_FLOOR_M * sz
            top = self.size_m[2]
            parts.append(block((back, edge - 0.2, top - 0.05), (back + 0.01, edge - 0.08, top - 0.015), "tail_lamp"))
            for x in np.linspace(-6.4, 4.4, 5) * float(self.scale[0]):
                parts.append(block((x, edge - 0.06, low - 0.09), (x + 0.1, edge - 0.04, low - 0.05), "indicator"))
        return gather(parts)

    def _plates(self, detail: Detail) -> tuple[Skin, Skin]:
        """Make the plates of bumper and rear bar."""
        text, sz = plate_text("semi_trailer", self.seed), float(self.scale[2])
        nose = max(self.cab.body.end_x(z * sz, face=1) for z in (0.50, 0.64)) + 0.006
        return (
            number_plate(nose, 0.56 * sz, face=1, text=text, detail=detail),
            number_plate(-self.size_m[0] / 2 + 0.04, 0.76 * sz, face=-1, text=text, detail=detail),
        )
