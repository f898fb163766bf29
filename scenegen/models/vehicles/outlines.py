"""Outlines of panes, lamps and gaps as flat shapes."""

from __future__ import annotations

from collections.abc import Sequence

from shapely.geometry import Point, Polygon, box
from shapely.geometry.base import BaseGeometry


def rounded(shape: BaseGeometry | Sequence[tuple[float, float]], *, inset: float = 0.0, radius: float = 0.03) -> BaseGeometry:
    """Give a shape, drawn in by the inset, with its outer corners rounded."""
    polygon = shape if isinstance(shape, BaseGeometry) else Polygon(shape)
    return polygon.buffer(-inset - radius).buffer(radius, quad_segs=3)


def disc(a: float, b: float, radius: float, *, segments: int = 6) -> BaseGeometry:
    """Give a round shape with four times this many corners."""
    return Point(a, b).buffer(radius, quad_segs=segments)


def rectangle(a0: float, b0: float, a1: float, b1: float) -> BaseGeometry:
    """Give a rectangle between two corners."""
    return box(min(a0, a1), min(b0, b1), max(a0, a1), max(b0, b1))


def strip(shape: BaseGeometry, half_width: float) -> BaseGeometry:
    """Give the band within half a width of a shape's border."""
    return shape.boundary.buffer(half_width, quad_segs=1)
