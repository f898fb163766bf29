"""Body plans: one small table of stations from nose to tail says what form a vehicle has."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scenegen.geometry import FloatArray

NOSE_EDGE, HOOD, FRONT_AXLE, PRE_COWL, COWL, MID_SCREEN, ROOF_FRONT, ROOF_MIDDLE = range(8)
ROOF_REAR, MID_REAR, REAR_FOOT, TAIL_EDGE = range(8, 12)
"""Rows of `BodyPlan.stations`."""
X_SIDE, X_CENTRE, Z_SHOULDER, Z_CENTRE, RAIL_SHARE, Z_RAIL = range(6)
"""Columns of `BodyPlan.stations`."""


@dataclass(frozen=True, eq=False)
class BodyPlan:
    """The numbers of one body, metres, x forward, origin on the ground.

    `stations` (12, 6): per station x at the side and on the centre line, height of the shoulder and of the centre line, the
    roof rail's y as a share of half the width, and the rail's height. `sill_m` are the heights of the three lowest side rows;
    `pillars_m` the x of the B and C pillars; `axles_m` front and rear; `has_square_ends` of long bodies that are as wide at
    nose and tail as in the middle, but for rounded corners.
    """

    stations: FloatArray
    width_m: float
    axles_m: tuple[float, float]
    wheel_radius_m: float
    pillars_m: tuple[float, float]
    sill_m: tuple[float, float, float] = (0.19, 0.30, 0.50)
    has_square_ends: bool = False

    @property
    def half_width_m(self) -> float:
        """Half of the width between the flanks."""
        return self.width_m / 2

    @property
    def arch_radius_m(self) -> float:
        """Radius of the wheel arches' cut-outs."""
        return self.wheel_radius_m + 0.045

    def shoulder_z(self, x: FloatArray | float) -> FloatArray:
        """Give the height of the shoulder line at x."""
        rows = self.stations[::-1]
        return np.asarray(np.interp(x, rows[:, X_SIDE], rows[:, Z_SHOULDER]))

    def rail_z(self, x: FloatArray | float) -> FloatArray:
        """Give the height of the roof rail at x."""
        rows = self.stations[::-1]
        return np.asarray(np.interp(x, rows[:, X_SIDE], rows[:, Z_RAIL]))

    def stretched(self, scale: FloatArray, shift_x_m: float) -> BodyPlan:
        """Give the plan with x, y, z scaled and x then shifted; wheels scale evenly."""
        stations = self.stations.copy()
        stations[:, [X_SIDE, X_CENTRE]] = stations[:, [X_SIDE, X_CENTRE]] * scale[0] + shift_x_m
        stations[:, [Z_SHOULDER, Z_CENTRE, Z_RAIL]] *= scale[2]
        front, rear = (float(x * scale[0] + shift_x_m) for x in self.axles_m)
        b, c = (float(x * scale[0] + shift_x_m) for x in self.pillars_m)
        low, sill, door = (float(z * scale[2]) for z in self.sill_m)
        return replace(
            self, stations=stations, width_m=float(self.width_m * scale[1]), axles_m=(front, rear), pillars_m=(b, c),
            sill_m=(low, sill, door), wheel_radius_m=float(self.wheel_radius_m * np.sqrt(scale[0] * scale[2])),
        )  # fmt: skip


def _plan(rows: list[tuple[float, ...]], **numbers: object) -> BodyPlan:
    return BodyPlan(stations=np.array(rows, float), **numbers)  # type: ignore[arg-type]


PLANS: dict[str, BodyPlan] = {
    "hatchback": _plan(
        [
            (1.70, 1.91, 0.68, 0.76, 0.70, 0.75), (1.54, 1.72, 0.75, 0.83, 0.70, 0.82), (1.17, 1.27, 0.84, 0.92, 0.72, 0.905),
            (0.88, 1.04, 0.89, 0.975, 0.75, 0.955), (0.68, 0.92, 0.905, 1.005, 0.79, 0.97),
            (0.34, 0.50, 0.92, 1.25, 0.745, 1.185),
            (-0.05, 0.07, 0.935, 1.455, 0.68, 1.405), (-0.65, -0.66, 0.95, 1.50, 0.69, 1.445),
            (-1.42, -1.55, 0.975, 1.445, 0.665, 1.39), (-1.66, -1.76, 0.985, 1.21, 0.70, 1.18),
            (-1.79, -1.90, 0.975, 0.99, 0.75, 0.985), (-1.84, -1.955, 0.90, 0.925, 0.76, 0.92),
        ],
        width_m=1.68, axles_m=(1.18, -1.30), wheel_radius_m=0.305, pillars_m=(-0.42, -1.28),
    ),
    "saloon": _plan(
        [
            (1.93, 2.16, 0.64, 0.71, 0.70, 0.70), (1.76, 1.96, 0.70, 0.78, 0.70, 0.77), (1.36, 1.46, 0.80, 0.875, 0.72, 0.86),
            (0.98, 1.12, 0.86, 0.93, 0.75, 0.915), (0.76, 0.98, 0.88, 0.955, 0.79, 0.925),
            (0.40, 0.54, 0.90, 1.20, 0.735, 1.14),
            (0.02, 0.14, 0.91, 1.385, 0.665, 1.335), (-0.50, -0.50, 0.92, 1.43, 0.675, 1.375),
            (-1.02, -1.12, 0.935, 1.38, 0.65, 1.325), (-1.40, -1.46, 0.945, 1.18, 0.70, 1.135),
            (-1.72, -1.80, 0.945, 1.00, 0.755, 0.975), (-2.10, -2.20, 0.915, 0.965, 0.77, 0.95),
        ],
        width_m=1.74, axles_m=(1.36, -1.28), wheel_radius_m=0.315, pillars_m=(-0.30, -1.20),
    ),
    "estate": _plan(
        [
            (1.96, 2.19, 0.70, 0.77, 0.70, 0.76), (1.78, 1.98, 0.76, 0.84, 0.70, 0.83), (1.38, 1.48, 0.86, 0.94, 0.72, 0.925),
            (1.00, 1.15, 0.92, 0.99, 0.75, 0.975), (0.78, 1.00, 0.935, 1.015, 0.79, 0.985),
            (0.42, 0.57, 0.95, 1.27, 0.745, 1.205),
            (0.04, 0.16, 0.96, 1.465, 0.68, 1.415), (-0.65, -0.65, 0.97, 1.52, 0.69, 1.465),
            (-1.85, -1.92, 0.985, 1.475, 0.67, 1.425), (-2.02, -2.10, 0.995, 1.24, 0.71, 1.21),
            (-2.10, -2.18, 0.99, 1.03, 0.76, 1.02), (-2.13, -2.22, 0.93, 0.95, 0.77, 0.945),
        ],
        width_m=1.76, axles_m=(1.38, -1.27), wheel_radius_m=0.32, pillars_m=(-0.28, -1.16),
    ),
    "van": _plan(
        [
            (2.02, 2.22, 0.84, 0.93, 0.72, 0.92), (1.88, 2.06, 0.92, 1.01, 0.72, 1.0), (1.62, 1.74, 1.0, 1.08, 0.75, 1.065),
            (1.40, 1.56, 1.04, 1.13, 0.78, 1.11), (1.26, 1.46, 1.05, 1.16, 0.82, 1.12), (0.98, 1.12, 1.06, 1.52, 0.80, 1.44),
            (0.66, 0.80, 1.07, 1.84, 0.76, 1.76), (-0.2, -0.2, 1.08, 1.95, 0.78, 1.865), (-2.05, -2.10, 1.09, 1.91, 0.78, 1.83),
            (-2.14, -2.20, 1.09, 1.50, 0.80, 1.46), (-2.19, -2.25, 1.08, 1.12, 0.82, 1.11),
            (-2.20, -2.27, 1.0, 1.02, 0.82, 1.015),
        ],
        width_m=1.80, axles_m=(1.45, -1.40), wheel_radius_m=0.335, pillars_m=(0.25, -0.95),
    ),
    "suv": _plan(
        [
            (1.98, 2.17, 0.88, 0.95, 0.74, 0.94), (1.82, 1.98, 0.96, 1.03, 0.74, 1.02), (1.40, 1.50, 1.03, 1.10, 0.75, 1.085),
            (1.02, 1.17, 1.06, 1.14, 0.77, 1.12), (0.80, 1.02, 1.07, 1.165, 0.80, 1.13),
            (0.46, 0.61, 1.08, 1.41, 0.755, 1.345),
            (0.10, 0.22, 1.09, 1.605, 0.70, 1.55), (-0.60, -0.60, 1.10, 1.66, 0.71, 1.60),
            (-1.70, -1.80, 1.125, 1.60, 0.69, 1.545), (-1.95, -2.04, 1.135, 1.38, 0.725, 1.345),
            (-2.07, -2.17, 1.13, 1.15, 0.77, 1.14), (-2.11, -2.22, 1.04, 1.06, 0.78, 1.055),
        ],
        width_m=1.83, axles_m=(1.36, -1.32), wheel_radius_m=0.365, pillars_m=(-0.32, -1.22), sill_m=(0.27, 0.38, 0.60),
    ),
    "pickup": _plan(
        [
            (2.42, 2.60, 0.94, 1.02, 0.76, 1.01), (2.28, 2.42, 1.02, 1.10, 0.76, 1.09), (1.78, 1.88, 1.08, 1.15, 0.77, 1.135),
            (1.36, 1.52, 1.11, 1.19, 0.78, 1.17), (1.12, 1.34, 1.12, 1.22, 0.80, 1.18),
            (0.82, 0.98, 1.125, 1.48, 0.765, 1.41),
            (0.48, 0.60, 1.13, 1.73, 0.72, 1.67), (-0.15, -0.15, 1.135, 1.78, 0.73, 1.72),
            (-0.78, -0.80, 1.14, 1.755, 0.725, 1.695), (-0.92, -0.94, 1.145, 1.45, 0.76, 1.42),
            (-1.02, -1.04, 1.15, 1.165, 0.82, 1.16), (-2.58, -2.64, 1.14, 1.15, 0.84, 1.147),
        ],
        width_m=1.84, axles_m=(1.64, -1.56), wheel_radius_m=0.38, pillars_m=(0.05, -1.02), sill_m=(0.32, 0.42, 0.62),
    ),
    "box_truck": _plan(
        [
            (0.84, 0.98, 1.20, 1.26, 0.78, 1.25), (0.83, 0.975, 1.24, 1.31, 0.80, 1.30), (0.81, 0.965, 1.26, 1.36, 0.82, 1.345),
            (0.79, 0.955, 1.27, 1.41, 0.83, 1.39), (0.76, 0.94, 1.28, 1.46, 0.84, 1.43), (0.68, 0.85, 1.29, 1.82, 0.83, 1.75),
            (0.56, 0.70, 1.30, 2.18, 0.81, 2.09), (0.0, 0.0, 1.31, 2.30, 0.82, 2.21), (-0.78, -0.80, 1.32, 2.30, 0.82, 2.21),
            (-0.90, -0.92, 1.32, 1.90, 0.84, 1.86), (-0.94, -0.96, 1.31, 1.42, 0.86, 1.41),
            (-0.95, -0.98, 1.24, 1.27, 0.86, 1.26),
        ],
        width_m=2.16, axles_m=(-0.12, -4.05), wheel_radius_m=0.40, pillars_m=(-0.55, -0.75), sill_m=(0.42, 0.54, 0.78),
    ),
    "tractor": _plan(
        [
            (1.00, 1.14, 1.62, 1.70, 0.80, 1.69), (0.99, 1.135, 1.66, 1.76, 0.82, 1.74), (0.97, 1.13, 1.68, 1.80, 0.84, 1.78),
            (0.95, 1.12, 1.70, 1.84, 0.85, 1.82), (0.92, 1.10, 1.71, 1.88, 0.86, 1.85), (0.84, 1.02, 1.72, 2.28, 0.85, 2.21),
            (0.66, 0.84, 1.73, 2.72, 0.83, 2.62), (-0.10, 0.0, 1.74, 3.42, 0.82, 3.25), (-0.98, -1.00, 1.75, 3.52, 0.82, 3.38),
            (-1.10, -1.12, 1.75, 2.60, 0.84, 2.55), (-1.13, -1.15, 1.74, 1.85, 0.86, 1.84),
            (-1.14, -1.16, 1.62, 1.66, 0.86, 1.65),
        ],
        width_m=2.49, axles_m=(-0.20, -4.0), wheel_radius_m=0.50, pillars_m=(-0.52, -0.95), sill_m=(0.42, 0.62, 0.98),
    ),
    "bus": _plan(
        [
            (5.80, 5.98, 1.00, 1.02, 0.78, 1.015), (5.79, 5.97, 1.04, 1.06, 0.79, 1.055),
            (5.77, 5.965, 1.07, 1.10, 0.80, 1.095), (5.75, 5.955, 1.09, 1.13, 0.81, 1.12),
            (5.72, 5.945, 1.10, 1.16, 0.82, 1.15), (5.66, 5.90, 1.11, 2.02, 0.83, 1.96),
            (5.48, 5.74, 1.12, 3.00, 0.85, 2.90), (0.0, 0.0, 1.13, 3.10, 0.91, 2.98),
            (-5.70, -5.80, 1.13, 3.04, 0.85, 2.92), (-5.86, -5.95, 1.13, 2.20, 0.83, 2.15),
            (-5.90, -5.985, 1.12, 1.30, 0.82, 1.28), (-5.91, -5.99, 1.00, 1.02, 0.80, 1.01),
        ],
        width_m=2.55, axles_m=(3.25, -2.65), wheel_radius_m=0.48, pillars_m=(5.0, -5.0), sill_m=(0.30, 0.42, 0.75),
        has_square_ends=True,
    ),
    "ambulance": _plan(
        [
            (2.62, 2.84, 0.94, 1.04, 0.74, 1.03), (2.50, 2.68, 1.04, 1.14, 0.74, 1.13), (2.20, 2.34, 1.13, 1.22, 0.77, 1.205),
            (1.98, 2.14, 1.18, 1.28, 0.80, 1.26), (1.80, 2.02, 1.20, 1.32, 0.83, 1.28), (1.46, 1.62, 1.21, 1.78, 0.82, 1.70),
            (1.04, 1.20, 1.22, 2.28, 0.79, 2.18), (-0.6, -0.6, 1.23, 2.62, 0.82, 2.50), (-2.90, -2.96, 1.24, 2.60, 0.82, 2.48),
            (-3.00, -3.06, 1.24, 1.90, 0.81, 1.86), (-3.05, -3.11, 1.23, 1.30, 0.80, 1.29),
            (-3.06, -3.13, 1.12, 1.14, 0.78, 1.135),
        ],
        width_m=2.00, axles_m=(1.98, -1.80), wheel_radius_m=0.35, pillars_m=(0.60, -1.2), sill_m=(0.24, 0.36, 0.60),
        has_square_ends=True,
    ),
}  # fmt: skip
"""Plans by kind, near the catalogue's sizes; the truck's is its cab, with the cab's middle as origin."""
