"""Rectangles on the ground: how far apart two bodies are, and when they first touch."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.clip import Track


def separation_m(a: Track, b: Track) -> FloatArray:
    """Give per tick the largest gap of two footprints along an axis of either; at or below 0 they touch, (ticks,).

    Source:
        Separating axes: Gottschalk, Lin and Manocha 1996, in two dimensions.
    """
    apart = b.world_from_body[:, :2, 3] - a.world_from_body[:, :2, 3]
    gaps: list[FloatArray] = []
    for axes in (a.world_from_body[:, :2, :2], b.world_from_body[:, :2, :2]):
        for k in range(2):
            axis = axes[:, :, k]
            gaps.append(np.abs((apart * axis).sum(axis=1)) - _reach(a, axis) - _reach(b, axis))
    widest: FloatArray = np.max(gaps, axis=0)
    return widest


def distance_m(a: Track, b: Track) -> FloatArray:
    """Give per tick the distance of two footprints, 0 where they touch, (ticks,)."""
    nearest = np.minimum(_corner_distance(a, b), _corner_distance(b, a))
    return np.where(separation_m(a, b) <= 0.0, 0.0, nearest)


def first_contact(gap_m: FloatArray, times_s: FloatArray) -> float | None:
    """Give the instant from 0 on at which a gap closes, interpolated between ticks, or None."""
    touching = np.flatnonzero((gap_m <= 0.0) & (times_s >= 0.0))
    if len(touching) == 0:
        return None
    row = int(touching[0])
    if row == 0 or gap_m[row - 1] <= 0.0:
        return float(times_s[row])
    share = gap_m[row - 1] / (gap_m[row - 1] - gap_m[row])
    return float(times_s[row - 1] + share * (times_s[row] - times_s[row - 1]))


def _reach(track: Track, axis: FloatArray) -> FloatArray:
    """Half extent of a footprint along an axis, (ticks,)."""
    forward, left = track.world_from_body[:, :2, 0], track.world_from_body[:, :2, 1]
    length, width, _ = track.size_m
    reach: FloatArray = 0.5 * (length * np.abs((forward * axis).sum(axis=1)) + width * np.abs((left * axis).sum(axis=1)))
    return reach


def corners_m(track: Track) -> FloatArray:
    """Give the footprint's corners in the world, (ticks, 4, 2)."""
    length, width, _ = track.size_m
    local = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]]) * (length / 2, width / 2)
    return local @ np.swapaxes(track.world_from_body[:, :2, :2], 1, 2) + track.world_from_body[:, None, :2, 3]


def _corner_distance(a: Track, b: Track) -> FloatArray:
    """Least distance of a's corners from b's footprint, (ticks,)."""
    apart = corners_m(a) - b.world_from_body[:, None, :2, 3]
    local = apart @ b.world_from_body[:, :2, :2]
    beyond = np.maximum(np.abs(local) - (b.size_m[0] / 2, b.size_m[1] / 2), 0.0)
    nearest: FloatArray = np.hypot(beyond[..., 0], beyond[..., 1]).min(axis=1)
    return nearest
