"""The body of a fire engine: crew cabin, lockers behind roller shutters, ladder on the roof."""

from __future__ import annotations

import numpy as np

from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import block, tube
from scenegen.models.vehicles.skin import Skin, gather

LADDER_M = 0.16
"""Height of the ladder over the roof."""
_CREW_M = 1.25


def fire_body(
    extent_m: tuple[float, float, float, float, float], detail: Detail, *, rear_axle: float, wheel_radius: float
) -> Skin:
    """Make the left half of the body behind the cab.

    Args:
        extent_m: back, front, floor over the wheels, top and half width.
        detail: how finely.
        rear_axle: x of the rear axle, whose wheels the lower lockers keep clear of.
        wheel_radius: of those wheels.
    """
    back, front, low, top, edge = extent_m
    roof, front, skirt = top - LADDER_M, front + 0.28, 0.48
    ahead, behind = rear_axle + wheel_radius + 0.10, rear_axle - wheel_radius - 0.10
    inset = edge - 0.012
    parts = [
        block((back + 0.02, 0.0, low), (front, inset, roof), "livery_red"),
        block((ahead, edge - 0.5, skirt), (front, inset, low), "livery_red"),
        block((back + 0.20, edge - 0.5, skirt + 0.1), (behind, inset, low), "livery_red"),
        block((back + 0.01, 0.0, roof - 0.05), (front, edge, roof), "metal"),
        block((back + 0.02, inset, low + 0.02), (front, edge - 0.006, low + 0.20), "livery_yellow"),
        block((back + 0.02, inset, low + 0.20), (front, edge - 0.007, low + 0.26), "livery_white"),
    ]
    parts += _crew_cabin(front, low, roof, edge)
    parts += _shutters((back, front - _CREW_M, low, roof), edge, ahead, skirt, detail)
    parts += _ladder(back, front, top, detail)
    parts.append(block((back + 0.008, 0.06, low + 0.1), (back + 0.02, edge - 0.22, roof - 0.25), "metal"))
    for z in np.arange(low + 0.25, roof - 0.3, 0.28) if detail.has_small_parts else ():
        parts.append(block((back + 0.004, 0.06, z), (back + 0.008, edge - 0.22, z + 0.02), "plastic"))
    parts.append(block((back, edge - 0.2, roof - 0.22), (back + 0.02, edge - 0.08, roof - 0.10), "beacon"))
    return gather(parts)


def _crew_cabin(front: float, low: float, roof: float, edge: float) -> list[Skin]:
    """Make the crew's door with its window."""
    back, sill, head = front - _CREW_M, low + 0.62, roof - 0.32
    return [
        block((back + 0.10, edge - 0.02, sill - 0.04), (front - 0.10, edge - 0.006, head + 0.04), "trim"),
        block((back + 0.14, edge - 0.02, sill), (front - 0.14, edge - 0.002, head), "glass"),
        block((back, edge - 0.02, 0.50), (back + 0.012, edge - 0.005, roof - 0.1), "gap"),
        block((front - 0.05, edge - 0.02, 0.50), (front - 0.038, edge - 0.005, roof - 0.1), "gap"),
        block((back + 0.14, edge - 0.02, sill - 0.16), (back + 0.34, edge, sill - 0.12), "trim"),
    ]


def _shutters(
    extent_m: tuple[float, float, float, float], edge: float, ahead: float, skirt: float, detail: Detail
) -> list[Skin]:
    """Make three roller shutters with slats; those before the wheel reach down to the skirt."""
    back, front, low, roof = extent_m
    parts = []
    width = (front - back - 0.1) / 3
    for bay in range(3):
        x0, x1 = back + 0.08 + bay * width, back + 0.02 + (bay + 1) * width
        foot = low + 0.30
        parts.append(block((x0, edge - 0.02, foot), (x1, edge - 0.006, roof - 0.14), "metal"))
        for z in np.arange(foot + 0.1, roof - 0.18, 0.12) if detail.has_gaps else ():
            parts.append(block((x0, edge - 0.01, z), (x1, edge - 0.003, z + 0.014), "plastic"))
        if x0 > ahead:
            parts.append(block((x0, edge - 0.02, skirt + 0.05), (x1, edge - 0.006, low - 0.03), "metal"))
    return parts


def _ladder(back: float, front: float, top: float, detail: Detail) -> list[Skin]:
    """Lay a ladder on the roof, beside the centre line."""
    z, parts, n = top - 0.03, [], 6 if detail.has_small_parts else 4
    for y in (0.18, 0.55):
        parts.append(tube([(back + 0.1, y, z), (front - 0.3, y, z)], 0.03, "rim", segments=n))
        for x in (back + 0.5, front - 0.7):
            parts.append(block((x, y - 0.03, top - LADDER_M), (x + 0.06, y + 0.03, z), "plastic"))
    for x in np.arange(back + 0.3, front - 0.4, 0.30) if detail.has_small_parts else ():
        parts.append(tube([(x, 0.18, z), (x, 0.55, z)], 0.014, "rim", segments=4))
    return parts
