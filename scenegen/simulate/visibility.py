"""What one sees of another past whatever stands between: sight lines in plan, with heights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from scenegen.geometry import BoolArray, FloatArray

COLUMNS = 5  # sight lines side by side across the widest extent of whoever is looked at
ROWS = 5  # and one above the other


class Outline(NamedTuple):
    """A body as an upright box: middle in plan, heading, (length, width, height) in metres."""

    x: float
    y: float
    heading: float
    size_m: tuple[float, float, float]


def seen_share(eye_m: tuple[float, float, float], target: Outline, between: Sequence[Outline]) -> float:
    """Give the share of a body's outline that is seen from a point.

    Args:
        eye_m: x, y, z of who looks.
        target: who is looked at.
        between: bodies that may hide it; the target itself, if among them, hides nothing.
    Returns:
        0 to 1, in steps of one sight line of `COLUMNS` x `ROWS`.
    Source:
        Sight line against a box: slab method, Kay and Kajiya 1986.
    """
    eye = np.array(eye_m)
    points = _sight_points(eye, target)
    is_hidden: BoolArray = np.zeros(len(points), bool)
    for body in between:
        if body != target:
            is_hidden |= _hides(eye, points, body)
    return float(1.0 - is_hidden.mean())


def _sight_points(eye: FloatArray, target: Outline) -> FloatArray:
    """Points across and up a body, (n, 3)."""
    length_m, width_m, height_m = target.size_m
    line = np.array([target.x - eye[0], target.y - eye[1]])
    across = np.array([-line[1], line[0]]) / max(float(np.hypot(*line)), 1e-6)
    axes = np.array([[np.cos(target.heading), np.sin(target.heading)], [-np.sin(target.heading), np.cos(target.heading)]])
    half_m = float(np.abs(axes @ across) @ np.array([length_m, width_m]) / 2)
    aside, up = np.meshgrid(
        half_m * (2 * np.arange(COLUMNS) + 1 - COLUMNS) / COLUMNS, height_m * (np.arange(ROWS) + 0.5) / ROWS
    )
    places = np.array([target.x, target.y]) + aside.reshape(-1, 1) * across
    return np.column_stack([places, up.ravel()])


def _hides(eye: FloatArray, points: FloatArray, body: Outline) -> BoolArray:
    """Which sight lines pass through a body, (n,)."""
    c, s = np.cos(body.heading), np.sin(body.heading)
    local_from_plan = np.array([[c, s], [-s, c]])
    origin = local_from_plan @ (eye[:2] - (body.x, body.y))
    ways = (points[:, :2] - eye[:2]) @ local_from_plan.T
    half = np.array(body.size_m[:2]) / 2
    safe = np.where(np.abs(ways) < 1e-9, 1e-9, ways)
    ends = np.stack([(-half - origin) / safe, (half - origin) / safe])
    enter, leave = ends.min(axis=0).max(axis=1), ends.max(axis=0).min(axis=1)
    # Where the line is over the body's footprint, it is blocked if its lowest point there is below the body's top
    begin, end = np.clip(enter, 0.0, 1.0), np.clip(leave, 0.0, 1.0)
    rise = points[:, 2] - eye[2]
    lowest = eye[2] + np.minimum(rise * begin, rise * end)
    hides: BoolArray = (enter < leave) & (leave > 0.0) & (enter < 1.0) & (lowest < body.size_m[2])
    return hides
