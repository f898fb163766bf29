"""A city bicycle: tubes, saddle, handlebar, guards, rack, lamps, and a crank with pedals on joints of their own."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import pose
from scenegen.models.mesh import Joint
from scenegen.models.vehicles.assembly import Piece
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import rounded_box, tube, turned
from scenegen.models.vehicles.riders import Seat, leg_reach_m
from scenegen.models.vehicles.skin import Skin, gather

BICYCLE_WHEELBASE_M = 1.06
CRANK_M = 0.17
DEVELOPMENT_M = 4.4
"""Metres for one turn of the crank: 57 a minute at 4.2 m/s."""
CRANK_JOINT, LEFT_PEDAL, RIGHT_PEDAL, FORK_JOINT = 3, 4, 5, 6
_BOTTOM = (-0.11, 0.0, 0.285)
"""Middle of the bottom bracket."""
_PEDAL_Y_M = 0.135
_HIP_X_M, _SADDLE_BELOW_HIP_M = -0.30, 0.095
_GRIP = (0.27, 0.29, 1.05)
_FOOT_M = (-0.115, 0.105)
"""From pedal to ankle, x and z."""
_LEAN_RAD = (0.26, 0.18, 0.38, 0.24)
_RADIUS_M = 0.34


def crank_joints() -> list[Joint]:
    """Give the joints of crank and pedals, in rest pose with the left pedal ahead, and of the fork."""
    x, _, z = _BOTTOM
    places = (("crank", 0.0, 0.0), ("pedal_left", CRANK_M, _PEDAL_Y_M), ("pedal_right", -CRANK_M, -_PEDAL_Y_M))
    joints = [Joint(name, 0 if name == "crank" else CRANK_JOINT, pose(x + ahead, y, z)) for name, ahead, y in places]
    return [*joints, Joint("fork", 0, pose(BICYCLE_WHEELBASE_M / 2, 0.0, _RADIUS_M))]


def bicycle_seat(seed: int) -> Seat:
    """Give the seat of a city bicycle; the saddle is as high as the rider's legs are long."""
    x, _, z = _BOTTOM
    ahead, up = _FOOT_M
    ankles = tuple((x + sign * CRANK_M + ahead, sign * 0.115, z + up) for sign in (1, -1))
    lowest = (x + ahead, z - CRANK_M + up)
    reach = 0.965 * leg_reach_m(seed)
    hip_z = lowest[1] + float(np.sqrt(reach**2 - (lowest[0] - _HIP_X_M) ** 2))
    return Seat(_HIP_X_M, hip_z, (ankles[0], ankles[1]), _GRIP, _LEAN_RAD[seed])


def bicycle(seed: int, detail: Detail) -> list[Piece]:
    """Make frame, saddle, handlebar and what is bolted on, then crank and pedals."""
    seat_z = bicycle_seat(seed).hip_z or 0.0
    n = 8 if detail.has_gaps else 5 if detail.has_small_parts else 4 if not detail.cell_m else 3
    front_guard, rear_guard = _guards(detail)
    head_lamp, tail_lamp = _lamps(detail)
    pieces = [
        Piece(gather([_frame(n, is_low=seed % 2 == 1), _saddle(seat_z - _SADDLE_BELOW_HIP_M, detail, n)])),
        Piece(gather([_fork(n), _cockpit(n), head_lamp]), FORK_JOINT), Piece(front_guard, FORK_JOINT, "trim"),
        Piece(rear_guard, part="trim"), Piece(tail_lamp),
    ]  # fmt: skip
    pieces += _crank(detail, n)
    return pieces


def _frame(n: int, *, is_low: bool) -> Skin:
    half, r = BICYCLE_WHEELBASE_M / 2, _RADIUS_M
    head, crown, clamp = (0.365, 0.0, 0.86), (0.405, 0.0, 0.72), (-0.255, 0.0, 0.74)
    top = (0.385, 0.0, 0.60) if is_low else (0.372, 0.0, 0.83)
    low = (-0.18, 0.0, 0.52) if is_low else (-0.245, 0.0, 0.71)
    parts = [
        tube([top, low], 0.016, "paint", segments=n),
        tube([(0.395, 0.0, 0.75), _BOTTOM], 0.019, "paint", segments=n),
        tube([_BOTTOM, clamp], 0.016, "paint", segments=n),
        tube([crown, head], 0.020, "paint", segments=n),
    ]
    for y in (1, -1):
        rear = (-half, 0.062 * y, r)
        parts.append(tube([(-0.13, 0.03 * y, 0.285), rear], 0.010, "paint", segments=n))
        parts.append(tube([(-0.25, 0.02 * y, 0.71), rear], 0.009, "paint", segments=n))
    return gather(parts)


def _fork(n: int) -> Skin:
    """Make both blades of the fork."""
    half, r = BICYCLE_WHEELBASE_M / 2, _RADIUS_M
    blades = [
        tube([(0.405, 0.045 * y, 0.71), (0.45, 0.055 * y, 0.58), (half, 0.055 * y, r)], 0.012, "paint", segments=n)
        for y in (1, -1)
    ]  # fmt: skip
    return gather(blades)


def _cockpit(n: int) -> Skin:
    """Make stem, handlebar and grips."""
    x, y, z = _GRIP
    bar = [(x - 0.07, y + 0.03, z - 0.01), (x + 0.05, y - 0.06, z), (0.375, 0.08, z + 0.01)]
    bar += [(a, -b, c) for a, b, c in bar[::-1]]
    parts = [tube([(0.365, 0.0, 0.86), (0.350, 0.0, z), (0.375, 0.0, z + 0.01)], 0.013, "rim", segments=n)]
    parts.append(tube(bar, 0.012, "rim", segments=n))
    for side in (1, -1):
        grip = [(x - 0.085, side * (y + 0.04), z - 0.012), (x + 0.035, side * (y - 0.05), z)]
        parts.append(tube(grip, 0.018, "rubber", segments=n))
    return gather(parts)


def _saddle(top: float, detail: Detail, n: int) -> Skin:
    x = _HIP_X_M
    parts = [
        rounded_box((0.16, 0.19, 0.06), (x - 0.045, 0.0, top - 0.03), "rubber", segments=max(3, detail.blob_segments)),
        rounded_box((0.20, 0.065, 0.05), (x + 0.075, 0.0, top - 0.03), "rubber", segments=max(3, detail.blob_segments)),
        tube([(-0.255, 0.0, 0.74), (x + 0.01, 0.0, top - 0.04)], 0.012, "rim", segments=n),
    ]
    return gather(parts)


def _guards(detail: Detail) -> tuple[Skin, Skin]:
    """Make the front mud guard, and the rear one with the rack."""
    half, r = BICYCLE_WHEELBASE_M / 2, _RADIUS_M
    steps = 9 if detail.has_small_parts else 5
    parts = []
    for x, angles in ((half, (0.35, 2.6)), (-half, (0.25, 3.0))):
        turn = np.linspace(*angles, steps)
        arc = [(x + (r + 0.022) * float(np.cos(a)), 0.0, r + (r + 0.022) * float(np.sin(a))) for a in turn]
        parts.append(tube(arc, 0.018, "plastic", segments=4))
    front, *parts = parts
    for y in (0.055, -0.055) if not detail.cell_m else ():
        parts.append(tube([(-0.27, y * 0.5, 0.735), (-0.34, y, 0.755), (-0.76, y, 0.755)], 0.006, "trim", segments=4))
        parts.append(tube([(-0.68, y, 0.755), (-half, y * 1.2, r)], 0.006, "trim", segments=4))
    return front, gather(parts)


def _lamps(detail: Detail) -> tuple[Skin, Skin]:
    """Make the lamp on the handlebar and the one on the rack."""
    n = max(3, detail.blob_segments)
    parts = [
        rounded_box((0.05, 0.06, 0.06), (0.43, 0.0, 0.845), "trim", segments=n),
        rounded_box((0.02, 0.05, 0.05), (0.457, 0.0, 0.845), "head_lamp", segments=n),
    ]
    return gather(parts), rounded_box((0.025, 0.09, 0.045), (-0.775, 0.0, 0.735), "tail_lamp", segments=n)


def _crank(detail: Detail, n: int) -> list[Piece]:
    """Make chain wheel, arms and pedals, each on its joint."""
    x, _, z = _BOTTOM
    arms = [
        tube([(x, y, z), (x + ahead * CRANK_M, y * 1.25, z)], 0.012, "rim", segments=n) for ahead, y in ((1, 0.07), (-1, -0.07))
    ]  # fmt: skip
    if not detail.cell_m:
        wheel = turned([(0.0, -0.050), (0.095, -0.050), (0.095, -0.044), (0.0, -0.044)], "trim", segments=detail.wheel_segments)
        arms.append(wheel.moved(x, 0.0, z))
    arms.append(tube([(x, -0.07, z), (x, 0.07, z)], 0.022, "rim", segments=n))
    pieces = [Piece(gather(arms), joint=CRANK_JOINT, part="trim")]
    for joint, sign in ((LEFT_PEDAL, 1), (RIGHT_PEDAL, -1)):
        pedal = rounded_box((0.09, 0.10, 0.022), (x + sign * CRANK_M, sign * _PEDAL_Y_M, z), "rubber", segments=4, power=8)
        pieces.append(Piece(pedal, joint=joint, part="trim"))
    return pieces
