"""Walls of houses: openings cut into them, windows with depth, doors, garage doors, balconies.

A wall is built in its own frame: x along it to the right as seen from outside, y outwards, z up; the house places it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenegen.models.mesh import Mesh, join
from scenegen.models.shapes import Finish, box, panel, quads

_REVEAL_M = 0.13
"""Windows sit this deep in the wall (two thirds of a half brick)."""

Tint = tuple[int, int, int]


@dataclass(frozen=True)
class Opening:
    """A hole in a wall and what fills it; edges in wall coordinates, metres; `is_dressed` draws curtains or blinds."""

    left_m: float
    right_m: float
    low_m: float
    high_m: float
    filling: Literal["window", "door", "garage"] = "window"
    dressing: Literal["none", "curtains", "blind"] = "none"


@dataclass(frozen=True)
class Skin:
    """What a house is finished in, with part numbers for walls, windows and doors."""

    wall: Finish
    plinth: Finish
    frame: Finish
    glass: Finish
    sill: Finish
    door: Finish
    cloth: Finish
    metal: Finish
    surround: Finish | None


def wall_with_openings(length_m: float, height_m: float, openings: Sequence[Opening], skin: Skin, *, plinth_m: float) -> Mesh:
    """Build one wall from x = 0 to length, its outer face at y = 0, with everything in and on it."""
    pieces = [_wall_face(length_m, height_m, openings, skin, plinth_m)]
    for opening in openings:
        pieces.append(_reveals(opening, skin))
        pieces.append({"window": _window, "door": _door, "garage": _garage_door}[opening.filling](opening, skin))
    return join(pieces)


def flat_wall(length_m: float, height_m: float, openings: Sequence[Opening], skin: Skin) -> Mesh:
    """Build the same wall for a distant eye: one quad, and two flat ones for each opening."""
    pieces = [panel((length_m, 0, 0), (-length_m, 0, 0), (0, 0, height_m), skin.wall)]
    for o in openings:
        outer = skin.frame if o.filling == "window" else skin.door
        pieces.append(_front(o.left_m, o.right_m, o.low_m, o.high_m, 0.03, outer))
        if o.filling == "window":
            pieces.append(_front(o.left_m + 0.09, o.right_m - 0.09, o.low_m + 0.09, o.high_m - 0.09, 0.05, skin.glass))
        if o.filling == "door":
            pieces.append(_porch(o, skin))
    return join(pieces)


def balcony(left_m: float, right_m: float, floor_m: float, depth_m: float, skin: Skin) -> Mesh:
    """Build a slab with a railing of upright bars in front of a wall."""
    slab = box((left_m, 0.0, floor_m - 0.16), (right_m, depth_m, floor_m), skin.sill)
    rails = [
        box((left_m, depth_m - 0.05, floor_m + 0.96), (right_m, depth_m, floor_m + 1.0), skin.metal),
        box((left_m, 0.0, floor_m + 0.96), (left_m + 0.04, depth_m - 0.05, floor_m + 1.0), skin.metal),
        box((right_m - 0.04, 0.0, floor_m + 0.96), (right_m, depth_m - 0.05, floor_m + 1.0), skin.metal),
    ]
    count = int((right_m - left_m) / 0.30)
    for x in np.linspace(left_m, right_m - 0.03, count):
        low, high = (float(x), depth_m - 0.035, floor_m), (float(x) + 0.03, depth_m - 0.005, floor_m + 0.96)
        rails.append(box(low, high, skin.metal, without=("top", "bottom")))
    return join([slab, *rails])


def _front(left: float, right: float, low: float, high: float, y: float, finish: Finish) -> Mesh:
    """Make one quad that faces outwards (+y) at depth y."""
    return panel((right, y, low), (left - right, 0, 0), (0, 0, high - low), finish)


def _wall_face(length: float, height: float, openings: Sequence[Opening], skin: Skin, plinth: float) -> Mesh:
    """Cut the wall into a grid along all opening edges and leave the openings out; neighbours share corners, so no cracks."""
    x = np.unique(np.round([0.0, length, *[e for o in openings for e in (o.left_m, o.right_m)]], 4))
    z = np.unique(np.round([0.0, plinth, height, *[e for o in openings for e in (o.low_m, o.high_m)]], 4))
    is_plinth = (z[:-1] < plinth - 1e-6)[:, None] & np.ones(len(x) - 1, bool)
    is_solid = np.ones((len(z) - 1, len(x) - 1), bool)
    x_middle, z_middle = (x[:-1] + x[1:]) / 2, (z[:-1] + z[1:]) / 2
    for o in openings:
        across = (x_middle > o.left_m) & (x_middle < o.right_m)
        is_solid[np.ix_((z_middle > o.low_m) & (z_middle < o.high_m), across)] = False
    pieces = []
    for chosen, finish in ((is_solid & ~is_plinth, skin.wall), (is_solid & is_plinth, skin.plinth)):
        row, column = np.nonzero(chosen)
        x0, x1, z0, z1 = x[column], x[column + 1], z[row], z[row + 1]
        y = np.zeros(len(row))
        corners = np.stack([np.stack(p, axis=1) for p in ((x1, y, z0), (x0, y, z0), (x0, y, z1), (x1, y, z1))], axis=1)
        pieces.append(quads(corners, finish))
    return join(pieces)


def _reveals(o: Opening, skin: Skin) -> Mesh:
    """Line the hole: two sides, the top, and the bottom."""
    width, height, d = o.right_m - o.left_m, o.high_m - o.low_m, _REVEAL_M
    inside = Finish(skin.wall.material, skin.wall.part, skin.wall.tint, 150)
    return join([
        panel((o.left_m, -d, o.low_m), (0, d, 0), (0, 0, height), inside),
        panel((o.right_m, 0, o.low_m), (0, -d, 0), (0, 0, height), inside),
        panel((o.left_m, -d, o.high_m), (0, d, 0), (width, 0, 0), inside),
        panel((o.left_m, 0, o.low_m), (0, -d, 0), (width, 0, 0), inside),
    ])  # fmt: skip


def _window(o: Opening, skin: Skin) -> Mesh:
    """Fill a hole with frame, glass, a mullion if wide, what hangs behind, a sill, and a surround if the house has them."""
    y_glass, y_frame, bar = -_REVEAL_M, -_REVEAL_M + 0.045, 0.075
    left, right, low, high = o.left_m, o.right_m, o.low_m, o.high_m
    pieces = [
        _front(left, right, low, high, y_glass, skin.glass),
        _front(left, left + bar, low, high, y_frame, skin.frame),
        _front(right - bar, right, low, high, y_frame, skin.frame),
        _front(left + bar, right - bar, low, low + bar, y_frame, skin.frame),
        _front(left + bar, right - bar, high - bar, high, y_frame, skin.frame),
    ]
    if right - left > 0.85:
        middle = (left + right) / 2
        pieces.append(_front(middle - 0.045, middle + 0.045, low + bar, high - bar, y_frame, skin.frame))
    if o.dressing == "curtains":
        share = 0.20 * (right - left)
        for a, b in ((left + bar, left + share), (right - share, right - bar)):
            pieces.append(_front(a, b, low + bar, high - bar, y_glass + 0.012, skin.cloth))
    if o.dressing == "blind":
        drop = high - (high - low) * (0.15 + 0.4 * ((left * 7.3 + low * 3.1) % 1.0))
        pieces.append(_front(left, right, drop, high, y_frame + 0.012, skin.frame))
    pieces.append(box((left - 0.07, -0.02, low - 0.06), (right + 0.07, 0.09, low), skin.sill, without=("right",)))
    if skin.surround is not None:
        pieces.append(_surround(o, skin.surround))
    return join(pieces)


def _surround(o: Opening, finish: Finish) -> Mesh:
    """Frame a hole on the face of the wall with a painted band of 12 cm."""
    band, out = 0.12, 0.012
    return join([
        _front(o.left_m - band, o.left_m, o.low_m, o.high_m + band, out, finish),
        _front(o.right_m, o.right_m + band, o.low_m, o.high_m + band, out, finish),
        _front(o.left_m, o.right_m, o.high_m, o.high_m + band, out, finish),
    ])  # fmt: skip


def _door(o: Opening, skin: Skin) -> Mesh:
    """Fill a hole with a panelled front door, its light, a canopy above and a step below."""
    y, width = -_REVEAL_M, o.right_m - o.left_m
    low, high, middle = o.low_m, o.high_m, (o.left_m + o.right_m) / 2
    dark = Finish(skin.door.material, skin.door.part, _darker(skin.door.tint), 200)
    return join([
        _front(o.left_m, o.right_m, low, high, y, skin.door),
        _front(middle - 0.28 * width, middle + 0.28 * width, low + 0.18, low + 0.95, y + 0.012, dark),
        _front(middle - 0.24 * width, middle + 0.24 * width, low + 1.15, high - 0.22, y + 0.012, skin.glass),
        box((middle + 0.34 * width, y, low + 0.98), (middle + 0.40 * width, y + 0.06, low + 1.12), skin.metal),
        _porch(o, skin),
    ])  # fmt: skip


def _porch(o: Opening, skin: Skin) -> Mesh:
    """Hang a canopy above a door and lay a step below it."""
    return join([
        box((o.left_m - 0.35, 0.0, o.high_m + 0.18), (o.right_m + 0.35, 0.85, o.high_m + 0.28), skin.sill),
        box((o.left_m - 0.25, 0.0, 0.0), (o.right_m + 0.25, 0.45, max(o.low_m - 0.01, 0.05)), skin.plinth, without=("bottom",)),
    ])  # fmt: skip


def _garage_door(o: Opening, skin: Skin) -> Mesh:
    """Fill a hole with an up-and-over door of five ribbed fields."""
    y = -_REVEAL_M
    pieces = [_front(o.left_m, o.right_m, o.low_m, o.high_m, y, skin.door)]
    dark = Finish(skin.door.material, skin.door.part, _darker(skin.door.tint), 200)
    edges = np.linspace(o.low_m, o.high_m, 6)
    for z in edges[1:-1]:
        pieces.append(_front(o.left_m, o.right_m, float(z) - 0.02, float(z) + 0.02, y + 0.01, dark))
    return join(pieces)


def _darker(tint: Tint) -> Tint:
    return int(tint[0] * 0.72), int(tint[1] * 0.72), int(tint[2] * 0.72)
