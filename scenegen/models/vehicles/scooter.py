"""An e-scooter: deck, steering column, handlebar, lamps; its rider stands."""

from __future__ import annotations

from scenegen.geometry import pose
from scenegen.models.mesh import Joint
from scenegen.models.vehicles.assembly import Piece
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import block, rounded_box, tube
from scenegen.models.vehicles.riders import Seat
from scenegen.models.vehicles.skin import gather

SCOOTER_WHEELBASE_M = 0.90
_DECK_Z_M = 0.155
_ANKLE_M = 0.078
"""Height of the ankle over the sole of a shoe."""
_GRIP = (0.31, 0.21, 1.13)
FORK_JOINT = 3


def fork_joint() -> Joint:
    """Give the joint of the steering column, which turns with the front wheel."""
    return Joint("fork", 0, pose(SCOOTER_WHEELBASE_M / 2, 0.0, 0.11))


def scooter_seat(seed: int) -> Seat:
    """Give how a rider stands: one foot ahead of the other on the deck."""
    first, second = (1, -1) if seed % 2 else (-1, 1)
    z = _DECK_Z_M + _ANKLE_M
    ankles = {first: (0.02, 0.045 * first, z), second: (-0.26, 0.050 * second, z)}
    return Seat(-0.10, None, (ankles[1], ankles[-1]), _GRIP, 0.07, toes_out=0.12)


def scooter(seed: int, detail: Detail) -> list[Piece]:
    """Make everything but wheels and rider."""
    n = 8 if detail.has_gaps else 5 if detail.has_small_parts else 4
    half, (x, y, z) = SCOOTER_WHEELBASE_M / 2, _GRIP
    top, foot = (x + 0.03, 0.0, z - 0.01), (half - 0.055, 0.0, 0.22)
    parts = [
        rounded_box((0.62, 0.165, 0.07), (-0.10, 0.0, _DECK_Z_M - 0.035), "plastic", power=8, segments=6),
        block((-0.38, -0.075, _DECK_Z_M - 0.002), (0.18, 0.075, _DECK_Z_M + 0.001), "rubber"),
        tube([(0.16, 0.0, 0.135), (0.30, 0.0, 0.24), foot], 0.030, "paint", segments=n),
    ]
    steered = [
        tube([foot, top], 0.021, "trim", segments=n),
        tube([(x - 0.02, y + 0.06, z), (x + 0.03, 0.0, z), (x - 0.02, -y - 0.06, z)], 0.013, "trim", segments=n),
        rounded_box((0.05, 0.06, 0.05), (x + 0.04, 0.0, z - 0.05), "trim", segments=4),
        rounded_box((0.02, 0.04, 0.04), (x + 0.068, 0.0, z - 0.05), "head_lamp", segments=4),
        tube([(half - 0.03, 0.042, 0.24), (half, 0.046, 0.11)], 0.013, "trim", segments=4),
        tube([(half - 0.03, -0.042, 0.24), (half, -0.046, 0.11)], 0.013, "trim", segments=4),
    ]
    parts += [
        tube([(-half + 0.13, 0.0, 0.235), (-half, 0.0, 0.245), (-half - 0.12, 0.0, 0.185)], 0.024, "plastic", segments=n),
        rounded_box((0.02, 0.06, 0.03), (-half - 0.135, 0.0, 0.19), "tail_lamp", segments=4),
        tube([(-0.36, 0.055, 0.12), (-half, 0.050, 0.11)], 0.014, "trim", segments=4),
        tube([(-0.36, -0.055, 0.12), (-half, -0.050, 0.11)], 0.014, "trim", segments=4),
    ]
    for side in (1, -1):
        grip = [(x - 0.022, side * (y + 0.065), z), (x, side * (y - 0.06), z)]
        steered.append(tube(grip, 0.018, "rubber", segments=n))
    return [Piece(gather(parts)), Piece(gather(steered), FORK_JOINT)]
