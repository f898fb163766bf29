"""A naked motorcycle: forks, tank, engine, seat, exhaust, lamps; and the helmet of its rider."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.vehicles.assembly import Piece
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import rounded_box, tube
from scenegen.models.vehicles.plates import number_plate, plate_text
from scenegen.models.vehicles.riders import Seat
from scenegen.models.vehicles.skin import Skin, gather

MOTORCYCLE_WHEELBASE_M = 1.42
_RADIUS_M = 0.31
_GRIP = (0.30, 0.33, 1.02)
_SEAT_Z_M = 0.80


def motorcycle_seat(seed: int) -> Seat:
    """Give how a rider sits: knees at the tank, feet on the pegs."""
    return Seat(-0.25, _SEAT_Z_M + 0.10, ((-0.20, 0.20, 0.40), (-0.20, -0.20, 0.40)), _GRIP, 0.30 + 0.05 * (seed % 2))


def motorcycle(seed: int, detail: Detail) -> list[Piece]:
    """Make everything but wheels and rider."""
    n = 8 if detail.has_gaps else 6 if detail.has_small_parts else 3
    blob = 8 if detail.has_gaps else 5 if detail.has_small_parts else 3 if not detail.cell_m else 2
    pieces = [Piece(gather([*_frame(n), *_bodywork(blob), *_engine(n, blob)])), Piece(_cockpit(n, blob))]
    pieces.append(Piece(_lamps(blob)))
    tail = -MOTORCYCLE_WHEELBASE_M / 2 - 0.245
    plate = number_plate(tail, 0.60, face=-1, text=plate_text("motorcycle", seed)[:5], detail=detail, width_m=0.22)
    pieces.append(Piece(plate, part="plate"))
    return pieces


def helmet(head_m: FloatArray, detail: Detail) -> Skin:
    """Make a full-face helmet round a head, with its visor."""
    x, y, crown = (float(v) for v in head_m)
    z = crown - 0.115
    n = 10 if detail.has_gaps else 7 if detail.has_small_parts else 4
    shell = rounded_box((0.32, 0.26, 0.31), (x + 0.005, y, z), "paint", power=2.3, segments=n)
    visor = rounded_box((0.14, 0.245, 0.125), (x + 0.103, y, z + 0.010), "glass", power=2.8, segments=n, tilt=-0.08)
    return gather([shell, visor])


def _frame(n: int) -> list[Skin]:
    half, r = MOTORCYCLE_WHEELBASE_M / 2, _RADIUS_M
    parts = [
        tube([(0.40, 0.0, 0.86), (0.05, 0.0, 0.70), (-0.20, 0.0, 0.42)], 0.035, "trim", segments=n),
        tube([(0.38, 0.0, 0.80), (0.22, 0.0, 0.32), (-0.18, 0.0, 0.28)], 0.025, "trim", segments=n),
        tube([(-0.10, 0.0, 0.68), (-0.70, 0.0, 0.80)], 0.03, "trim", segments=n),
    ]
    for y in (1, -1):
        parts.append(tube([(0.41, 0.105 * y, 0.93), (half - 0.10, 0.105 * y, 0.55)], 0.022, "chrome", segments=n))
        parts.append(tube([(half - 0.12, 0.105 * y, 0.60), (half, 0.105 * y, r)], 0.030, "trim", segments=n))
        parts.append(tube([(-0.20, 0.10 * y, 0.38), (-half, 0.115 * y, r)], 0.030, "trim", segments=n))
        parts.append(tube([(-0.45, 0.10 * y, 0.74), (-half + 0.08, 0.12 * y, 0.36)], 0.020, "chrome", segments=n))
        parts.append(tube([(-0.16, 0.12 * y, 0.325), (-0.16, 0.27 * y, 0.325)], 0.015, "rubber", segments=n))
    for height in (0.70, 0.90):
        x = 0.41 - (0.93 - height) * 0.5
        parts.append(rounded_box((0.10, 0.27, 0.04), (x, 0.0, height), "trim", power=6, segments=4))
    return parts


def _bodywork(blob: int) -> list[Skin]:
    """Make tank, seat, tail and mud guards."""
    half, r = MOTORCYCLE_WHEELBASE_M / 2, _RADIUS_M
    turn = np.linspace(0.9, 2.5, 7)
    front = [(half + (r + 0.015) * float(np.cos(a)), 0.0, r + (r + 0.015) * float(np.sin(a))) for a in turn]
    rear = [(-half + (r + 0.06) * float(np.cos(a)), 0.0, r + (r + 0.06) * float(np.sin(a))) for a in np.linspace(1.0, 2.9, 7)]
    return [
        rounded_box((0.56, 0.32, 0.29), (0.12, 0.0, 0.845), "paint", power=2.7, segments=blob, tilt=0.10),
        rounded_box((0.56, 0.27, 0.12), (-0.38, 0.0, _SEAT_Z_M - 0.03), "rubber", power=3.0, segments=blob, tilt=-0.06),
        rounded_box((0.40, 0.20, 0.15), (-0.68, 0.0, 0.80), "paint", power=2.6, segments=blob, tilt=-0.22),
        rounded_box((0.36, 0.25, 0.17), (-0.30, 0.0, 0.66), "paint", power=3.0, segments=blob),
        tube(front, 0.060, "paint", segments=6),
        tube(rear, 0.060, "plastic", segments=6),
        tube([(-0.80, 0.0, 0.72), (-0.94, 0.0, 0.55)], 0.045, "plastic", segments=6),
    ]


def _engine(n: int, blob: int) -> list[Skin]:
    parts = [
        rounded_box((0.46, 0.34, 0.30), (0.02, 0.0, 0.40), "metal", power=3.5, segments=blob),
        rounded_box((0.26, 0.30, 0.30), (0.14, 0.0, 0.60), "metal", power=4.0, segments=blob, tilt=0.35),
        rounded_box((0.16, 0.05, 0.20), (-0.06, 0.175, 0.40), "trim", power=2.4, segments=blob),
        rounded_box((0.05, 0.32, 0.26), (0.32, 0.0, 0.58), "gap", power=8, segments=4, tilt=-0.3),
    ]
    pipe = [(0.25, -0.12, 0.50), (0.30, -0.14, 0.32), (0.05, -0.16, 0.20), (-0.35, -0.18, 0.28)]
    parts.append(tube(pipe, 0.025, "chrome", segments=n))
    parts.append(tube([(-0.35, -0.19, 0.28), (-0.85, -0.20, 0.44)], 0.055, "chrome", segments=n + 2))
    return parts


def _cockpit(n: int, blob: int) -> Skin:
    """Make handlebar, grips, mirrors and dials."""
    x, y, z = _GRIP
    bar = [(x - 0.03, y + 0.06, z), (x + 0.06, y - 0.12, z + 0.01), (0.40, 0.10, 0.98)]
    bar += [(a, -b, c) for a, b, c in bar[::-1]]
    parts = [tube(bar, 0.014, "trim", segments=n)]
    parts.append(rounded_box((0.08, 0.22, 0.10), (0.47, 0.0, 1.00), "trim", segments=blob, tilt=0.5))
    for side in (1, -1):
        grip = [(x - 0.033, side * (y + 0.065), z), (x + 0.02, side * (y - 0.05), z)]
        parts.append(tube(grip, 0.020, "rubber", segments=n))
        arm = [(x + 0.06, side * (y - 0.10), z), (x + 0.04, side * (y - 0.02), z + 0.19)]
        parts.append(tube(arm, 0.007, "trim", segments=4))
        at = (x + 0.035, side * (y + 0.02), z + 0.21)
        parts.append(rounded_box((0.03, 0.15, 0.09), at, "trim", power=3, segments=max(2, blob - 2)))
    return gather(parts)


def _lamps(blob: int) -> Skin:
    """Make head lamp, tail lamp with its brake half, and four indicators."""
    parts = [
        rounded_box((0.16, 0.19, 0.19), (0.50, 0.0, 0.88), "trim", power=2.4, segments=blob),
        rounded_box((0.05, 0.165, 0.165), (0.565, 0.0, 0.88), "lens", power=2.2, segments=blob),
        rounded_box((0.05, 0.10, 0.10), (0.575, 0.0, 0.88), "head_lamp", power=2.2, segments=blob),
        rounded_box((0.04, 0.16, 0.035), (-0.87, 0.0, 0.845), "tail_lamp", power=4, segments=4),
        rounded_box((0.04, 0.14, 0.030), (-0.875, 0.0, 0.805), "brake_lamp", power=4, segments=4),
    ]
    for x, z, y in ((0.46, 0.80, 0.20), (-0.84, 0.72, 0.17)):
        for side in (1, -1):
            parts.append(tube([(x, side * 0.06, z), (x, side * (y - 0.02), z)], 0.008, "trim", segments=4))
            parts.append(rounded_box((0.05, 0.08, 0.045), (x, side * (y + 0.01), z), "indicator", segments=max(2, blob - 4)))
    return gather(parts)
