"""Box bodies of lorries and trailers, and the bar with lamps below their tail."""

from __future__ import annotations

from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import block
from scenegen.models.vehicles.skin import Skin, gather

_FRAME_M = 0.06
"""Width of the aluminium profiles along the box's edges."""


def cargo_box(extent_m: tuple[float, float, float, float, float], material: str, detail: Detail) -> Skin:
    """Make the left half of a box: panels, profiles along the edges, rear doors with their lock rods.

    Args:
        extent_m: back, front, floor, top and half width.
        material: of the panels.
        detail: how finely.
    """
    back, front, low, top, edge = extent_m
    f = _FRAME_M
    inset = 0.012
    panel = block((back + 0.02, 0.0, low), (front - inset, edge - inset, top - inset), material)
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


def rear_bar(back: float, edge: float, scale: float) -> Skin:
    """Make the left half of a rear bar: bumper, its holder, lamp board with tail, brake, reversing lamp and indicator."""
    parts = [
        block((back + 0.03, 0.0, 0.46 * scale), (back + 0.13, edge - 0.08, 0.58 * scale), "metal"),
        block((back + 0.08, 0.40, 0.55 * scale), (back + 0.18, 0.48, 0.90 * scale), "plastic"),
        block((back + 0.05, edge - 0.56, 0.68 * scale), (back + 0.12, edge - 0.08, 0.84 * scale), "plastic"),
        block((back + 0.12, edge - 0.50, 0.80 * scale), (back + 0.16, edge - 0.14, 0.98 * scale), "plastic"),
    ]
    for place, material in enumerate(("tail_lamp", "brake_lamp", "reverse_lamp", "indicator")):
        y = edge - 0.54 + 0.11 * place
        parts.append(block((back + 0.03, y, 0.70 * scale), (back + 0.055, y + 0.10, 0.82 * scale), material))
    return gather(parts)
