"""Pictures on road signs as discs, convex polygons and pen strokes in a box from -1 to 1, right and up; drawn by us."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.lettering import pen

Dots = tuple[tuple[float, float], ...]
Stroke: TypeAlias = tuple[float, Dots]
"""A pen's breadth and its way. A breadth of 0 fills the convex polygon, a negative one a disc of that radius at each point."""

_WALKER: tuple[Stroke, ...] = (
    (-0.17, ((0.05, 0.80),)), (0.30, ((0.0, 0.50), (-0.06, 0.02))), (0.17, ((0.0, 0.0), (0.22, -0.42), (0.34, -0.94))),
    (0.17, ((-0.1, 0.0), (-0.26, -0.48), (-0.58, -0.86))), (0.11, ((0.06, 0.52), (0.34, 0.18), (0.56, 0.22))),
    (0.11, ((-0.06, 0.52), (-0.36, 0.22), (-0.44, -0.08))),
)  # fmt: skip
_BICYCLE: tuple[Stroke, ...] = (
    *((0.09, tuple((x + 0.36 * np.cos(a), -0.3 + 0.36 * np.sin(a)) for a in np.linspace(0, 2 * np.pi,
    17))) for x in (-0.58, 0.58)),
    (0.08, ((-0.58, -0.3), (-0.28, 0.18), (0.36, 0.18), (0.0, -0.32), (-0.58, -0.3))), (0.08, ((0.0, -0.32), (-0.32, 0.32))),
    (0.08, ((0.58, -0.3), (0.34, 0.44), (0.56, 0.48))), (0.10, ((-0.46, 0.34), (-0.18, 0.34))),
)  # fmt: skip
_CAR: tuple[Stroke, ...] = (
    (0.0, ((-0.9, -0.35), (0.9, -0.35), (0.92, 0.0), (-0.92, 0.0))), (0.0, ((-0.6, 0.0), (0.6, 0.0), (0.42, 0.42),
    (-0.42, 0.42))),
    (-0.2, ((-0.55, -0.4), (0.55, -0.4))),
)  # fmt: skip
_DEER: tuple[Stroke, ...] = (
    (0.0, ((-0.62, 0.10), (0.28, -0.12), (0.44, 0.16), (-0.46, 0.36))), (0.16, ((0.34, 0.08), (0.56, 0.46))),
    (0.0, ((0.48, 0.54), (0.56, 0.38), (0.92, 0.38), (0.72, 0.60))), (0.06, ((0.52, 0.5), (0.30, 0.78), (0.36, 0.98))),
    (0.06, ((0.56, 0.54), (0.62, 0.84), (0.82, 0.92))), (0.10, ((-0.54, 0.2), (-0.78, -0.24), (-0.96, -0.60))),
    (0.10, ((-0.44, 0.16), (-0.52, -0.28), (-0.76, -0.72))), (0.09, ((0.3, 0.0), (0.62, -0.2), (0.58, -0.52))),
    (0.09, ((0.24, -0.02), (0.44, -0.32), (0.34, -0.66))), (0.08, ((-0.5, 0.28), (-0.68, 0.36))),
)  # fmt: skip
_COW: tuple[Stroke, ...] = (
    (0.0, ((-0.7, -0.2), (0.5, -0.24), (0.56, 0.36), (-0.7, 0.36))), (0.0, ((0.5, 0.16), (0.88, 0.0), (0.94, 0.36),
    (0.5, 0.5))),
    *((0.13, ((x, -0.15), (x, -0.8))) for x in (-0.6, -0.38, 0.24, 0.44)), (0.05, ((-0.7, 0.3), (-0.86, -0.3))),
    (0.05, ((0.66, 0.44), (0.74, 0.62))),
)  # fmt: skip
_WORKER: tuple[Stroke, ...] = (
    (-0.16, ((0.02, 0.74),)), (0.26, ((-0.08, 0.46), (-0.36, 0.02))), (0.15, ((-0.38, 0.0), (-0.14, -0.4), (-0.26, -0.9))),
    (0.15, ((-0.40, 0.0), (-0.6, -0.42), (-0.84, -0.86))), (0.11, ((-0.04, 0.44), (0.16, 0.06), (0.30, 0.10))),
    (0.07, ((-0.16, 0.40), (0.52, -0.48))), (0.0, ((0.14, -0.9), (0.96, -0.9), (0.62, -0.36))),
)  # fmt: skip


def _turn(points: Dots, degrees: float) -> Dots:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return tuple((c * x - s * y, s * x + c * y) for x, y in points)


def _arrow(*way: tuple[float, float], breadth: float = 0.22) -> tuple[Stroke, ...]:
    """A line with a head at its end."""
    (x0, y0), (x1, y1) = way[-2:]
    head = _turn(((0.45, 0.0), (-0.05, 0.34), (-0.05, -0.34)), float(np.degrees(np.arctan2(y1 - y0, x1 - x0))))
    return ((breadth, way), (0.0, tuple((x1 + x, y1 + y) for x, y in head)))


_CIRCLE_ARROW = (
    (0.16, tuple((0.62 * np.cos(a), 0.62 * np.sin(a)) for a in np.radians(np.linspace(100, 195, 7)))),
    (0.0, ((0.0, 0.9), (0.0, 0.34), (0.34, 0.62))),
)  # fmt: skip
PICTURES: dict[str, tuple[Stroke, ...]] = {
    "walker": _WALKER,
    "stander": (
        (-0.17, ((0.0, 0.80),)), (0.34, ((0.0, 0.48), (0.0, 0.0))), (0.13, ((-0.10, 0.0), (-0.12, -0.94))),
        (0.13, ((0.10, 0.0), (0.12, -0.94))), (0.10, ((-0.26, 0.54), (-0.36, -0.02))), (0.10, ((0.26, 0.54), (0.36, -0.02))),
    ),
    "children": (
        *((b * 0.7 if b else 0.0, tuple((0.68 * x - 0.42, 0.68 * y - 0.30) for x, y in way)) for b, way in _WALKER),
        *((b * 0.85 if b else 0.0, tuple((0.84 * x + 0.42, 0.84 * y - 0.1) for x, y in way)) for b, way in _WALKER),
    ),
    "bicycle": _BICYCLE,
    "car": _CAR,
    "two_cars": (
        *((0.6 * b, tuple((0.5 * x - 0.52, 0.6 * y) for x, y in way)) for b, way in _CAR),
        *((0.6 * b, tuple((0.5 * x + 0.52, 0.6 * y) for x, y in way)) for b, way in _CAR),
    ),
    "skid": (
        *((0.6 * b, tuple((0.6 * x, 0.6 * y + 0.42) for x, y in way)) for b, way in _CAR),
        *((0.09, ((x, 0.02), (x + 0.24, -0.22), (x - 0.1, -0.5), (x + 0.14, -0.84))) for x in (-0.4, 0.3)),
    ),
    "truck": (
        (0.0, ((-0.95, -0.3), (0.35, -0.3), (0.35, 0.45), (-0.95, 0.45))), (0.0, ((0.4, -0.3), (0.95, -0.3), (0.9, 0.2),
        (0.4, 0.2))),
        (-0.17, ((-0.65, -0.38), (0.65, -0.38))),
    ),
    "deer": _DEER,
    "cow": _COW,
    "worker": _WORKER,
    "bump": ((0.0, ((-0.9, -0.45), (-0.15, -0.45), (-0.3, 0.05), (-0.6, 0.05))), (0.0, ((0.15, -0.45), (0.9, -0.45),
    (0.6, 0.05), (0.3, 0.05)))),
    "bend": _arrow((-0.35, -0.9), (-0.35, -0.2), (-0.1, 0.15), (0.35, 0.45)),
    "turn": _arrow((-0.4, -0.9), (-0.4, 0.1), (-0.25, 0.3), (0.45, 0.3)),
    "s_bend": _arrow((-0.2, -0.9), (-0.2, -0.5), (0.25, -0.1), (-0.2, 0.3), (-0.05, 0.6)),
    "ahead": _arrow((0.0, -0.9), (0.0, 0.5)),
    "right": _arrow((-0.85, 0.0), (0.5, 0.0)),
    "keep_right": _arrow((-0.55, 0.55), (0.4, -0.4)),
    "turn_right": _arrow((-0.35, -0.9), (-0.35, 0.2), (0.4, 0.2)),
    "two_way": (*_arrow((-0.4, 0.85), (-0.4, -0.5), breadth=0.18), *_arrow((0.4, -0.85), (0.4, 0.5), breadth=0.18)),
    "narrows": (
        (0.16, ((-0.55, -0.9), (-0.55, -0.3), (-0.2, 0.1), (-0.2, 0.8))), (0.16, ((0.55, -0.9), (0.55, -0.3), (0.2, 0.1),
        (0.2, 0.8))),
    ),
    "lane_ends": (
        (0.13, ((-0.4, -0.9), (-0.4, 0.9))), (0.13, ((0.6, -0.9), (0.6, -0.2), (0.2, 0.35), (0.2, 0.9))),
        *((0.1, ((0.08, y), (0.08, y + 0.26))) for y in (-0.85, -0.4)),
    ),
    "crossroad": ((0.26, ((0.0, -0.9), (0.0, 0.9))), (0.26, ((-0.75, 0.0), (0.75, 0.0)))),
    "diagonal_cross": ((0.2, ((-0.6, -0.6), (0.6, 0.6))), (0.2, ((-0.6, 0.6), (0.6, -0.6)))),
    "hill": ((0.0, ((-0.9, -0.55), (0.9, -0.55), (-0.9, 0.45))),),
    "exclamation": ((0.26, ((0.0, 0.85), (0.0, -0.1))), (-0.16, ((0.0, -0.6),))),
    "roundabout": tuple((b, _turn(way, angle)) for angle in (0.0, 120.0, 240.0) for b, way in _CIRCLE_ARROW),
    "queue": tuple((0.5 * b, tuple((0.5 * x + dx, 0.6 * y + dy) for x, y in way)) for dx, dy in ((-0.45, -0.5),
    (0.1, 0.1), (0.5, 0.65)) for b, way in _CAR),
    "signal_box": ((0.0, ((-0.34, -0.95), (0.34, -0.95), (0.34, 0.95), (-0.34, 0.95))),),
    "lamp_top": ((-0.23, ((0.0, 0.6),)),),
    "lamp_middle": ((-0.23, ((0.0, 0.0),)),),
    "lamp_low": ((-0.23, ((0.0, -0.6),)),),
    "bus": (
        (0.0, ((-0.95, -0.4), (0.95, -0.4), (0.95, 0.5), (-0.95, 0.5))), (-0.17, ((-0.55, -0.45), (0.55, -0.45))),
    ),
    "panes": tuple((0.0, ((x, 0.05), (x + 0.36, 0.05), (x + 0.36, 0.36), (x, 0.36))) for x in (-0.84, -0.40, 0.04, 0.48)),
    "zebra": (*_WALKER, *((0.13, ((x, -0.98), (x + 0.1, -0.78))) for x in (-0.9, -0.62, 0.62, 0.9))),
    "stripes": tuple((0.09, ((x - 0.55, -0.55), (x + 0.55, 0.55))) for x in (-0.30, -0.1, 0.1, 0.30)),
    "slash": ((0.17, ((-0.70, 0.70), (0.70, -0.70))),),
    "back_slash": ((0.17, ((-0.70, -0.70), (0.70, 0.70))),),
    "bar": ((0.0, ((-0.72, -0.16), (0.72, -0.16), (0.72, 0.16), (-0.72, 0.16))),),
    "stop_mini": ((0.0, tuple((0.55 * float(np.cos(a)),
    0.55 * float(np.sin(a)) + 0.1) for a in np.arange(8) * np.pi / 4 + np.pi / 8)),),
    "disc": ((-0.92, ((0.0, 0.0),)),),
    "ring": ((0.16, tuple((0.84 * np.cos(a), 0.84 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 25))),),
}  # fmt: skip
"""Every picture by name."""


def picture(name: str, size_m: float, *, is_mirrored: bool = False) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    """Draw a picture.

    Args:
        name: one of `PICTURES`.
        size_m: half its edge.
        is_mirrored: left for right.
    Returns:
        Corners (n, 4, 2) of the strokes' quads, and the outlines (k, 2) of its discs and polygons, counter-clockwise, metres.
    """
    flip = np.array([-1.0 if is_mirrored else 1.0, 1.0])
    strokes, outlines = [], []
    for breadth, way in PICTURES[name]:
        points = np.array(way) * flip
        if breadth > 0.0:
            strokes.append(pen(points * size_m, breadth * size_m))
        elif breadth == 0.0:
            outlines.append(_counter_clockwise(points) * size_m)
        else:
            angle = np.arange(20) * (2 * np.pi / 20)
            outlines += [(at - breadth * np.stack([np.cos(angle), np.sin(angle)], 1)) * size_m for at in points]
    return np.concatenate(strokes) if strokes else np.zeros((0, 4, 2)), tuple(outlines)


def _counter_clockwise(points: FloatArray) -> FloatArray:
    following = np.roll(points, -1, axis=0)
    area = (points[:, 0] * following[:, 1] - points[:, 1] * following[:, 0]).sum()
    return points if area > 0 else points[::-1]
