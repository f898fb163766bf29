"""What a clip was about, in numbers: nearest distance, time to conflict, post-encroachment time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.simulate.clip import Track
from scenegen.simulate.contact import distance_m


@dataclass(frozen=True, eq=False)
class Corridors:
    """Another body as the ego sees it, per tick: middle ahead and to the left, half extents, and speeds, all in ego's frame."""

    ahead_m: FloatArray
    left_m: FloatArray
    half_ahead_m: FloatArray
    half_left_m: FloatArray
    closing: FloatArray
    sideways: FloatArray


def time_to_conflict_s(ego: Track, other: Track, dt_s: float) -> FloatArray:
    """Give per tick the time until ego and another body, both at their present velocity, overlap; inf if never, (ticks,).

    Both occupy intervals along ego's axes; the conflict begins when the later of the two intervals begins, if the other
    has not ended by then.
    """
    seen = _corridors(ego, other, dt_s)
    along = _overlap_times(seen.ahead_m, -seen.closing, ego.size_m[0] / 2 + seen.half_ahead_m)
    across = _overlap_times(seen.left_m, seen.sideways, ego.size_m[1] / 2 + seen.half_left_m)
    begin = np.maximum(np.maximum(along[0], across[0]), 0.0)
    return np.where(begin <= np.minimum(along[1], across[1]), begin, np.inf)


def measure(ego: Track, rare: tuple[Track, ...], times_s: FloatArray) -> dict[str, float]:
    """Give the metrics of ego against the rare actors (all named ones where none is rare).

    Returns:
        min_distance_m, min_ttc_s (only where finite), pet_s (only where one passed the other's corridor).
    """
    if not rare:
        return {}
    is_in = times_s >= 0.0
    dt_s = float(times_s[1] - times_s[0])
    metrics = {"min_distance_m": float(min(distance_m(ego, track)[is_in].min() for track in rare))}
    ttc_s = min(float(time_to_conflict_s(ego, track, dt_s)[is_in].min()) for track in rare)
    if np.isfinite(ttc_s):
        metrics["min_ttc_s"] = ttc_s
    pets = [pet for pet in (post_encroachment_s(ego, track, times_s) for track in rare) if pet is not None]
    if pets:
        metrics["pet_s"] = min(pets)
    return metrics


def post_encroachment_s(ego: Track, other: Track, times_s: FloatArray) -> float | None:
    """Give the time between one leaving the patch of road that both use and the other entering it, None if they do not.

    The patch is where the other is while inside the strip that ego's body sweeps; measured along ego's present heading.
    Source:
        Post-encroachment time: Allen, Shin and Cooper 1978.
    """
    at_other = _ego_way_m(ego)
    seen = _corridors(ego, other, 1.0)
    inside = (np.abs(seen.left_m) < ego.size_m[1] / 2 + seen.half_left_m) & (times_s >= 0.0)
    if not inside.any() or not _is_crossing(other):
        return None
    place_m = at_other[inside] + seen.ahead_m[inside]
    begin_m = float((place_m - seen.half_ahead_m[inside]).min()) - ego.size_m[0] / 2
    end_m = float((place_m + seen.half_ahead_m[inside]).max()) + ego.size_m[0] / 2
    other_in, other_out = float(times_s[inside][0]), float(times_s[inside][-1])
    arrives, leaves = (np.flatnonzero(at_other >= m) for m in (begin_m, end_m))
    if len(arrives) and times_s[arrives[0]] >= other_out:
        return float(times_s[arrives[0]] - other_out)
    if len(leaves) and times_s[leaves[0]] <= other_in:
        return float(other_in - times_s[leaves[0]])
    return 0.0 if len(arrives) else None


def _is_crossing(track: Track) -> bool:
    return bool((track.world_from_body != track.world_from_body[:1]).any())


def _ego_way_m(ego: Track) -> FloatArray:
    """Way of the ego since the first tick, (ticks,)."""
    steps = np.diff(ego.world_from_body[:, :2, 3], axis=0)
    return np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])


def _corridors(ego: Track, other: Track, dt_s: float) -> Corridors:
    """See another body in ego's frame."""
    axes = ego.world_from_body[:, :2, :2]
    apart = other.world_from_body[:, :2, 3] - ego.world_from_body[:, :2, 3]
    velocity = _velocity(other, dt_s) - _velocity(ego, dt_s)
    ahead, left = ((apart * axes[:, :, k]).sum(axis=1) for k in range(2))
    closing, sideways = ((velocity * axes[:, :, k]).sum(axis=1) for k in range(2))
    turned = np.abs(np.swapaxes(axes, 1, 2) @ other.world_from_body[:, :2, :2])
    half = turned @ np.array([other.size_m[0] / 2, other.size_m[1] / 2])
    return Corridors(ahead, left, half[:, 0], half[:, 1], -closing, sideways)


def _velocity(track: Track, dt_s: float) -> FloatArray:
    """Velocity of the middle, (ticks, 2) m/s."""
    return np.gradient(track.world_from_body[:, :2, 3], dt_s, axis=0)


def _overlap_times(offset_m: FloatArray, speed: FloatArray, reach_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Begin and end of the time in which |offset + speed * time| is within reach; an empty interval is (inf, -inf)."""
    is_inside: BoolArray = np.abs(offset_m) <= reach_m
    is_moving = np.abs(speed) > 1e-9
    safe = np.where(is_moving, speed, 1.0)
    ends = np.stack([(-reach_m - offset_m) / safe, (reach_m - offset_m) / safe])
    begin = np.where(is_moving, ends.min(axis=0), np.where(is_inside, -np.inf, np.inf))
    end = np.where(is_moving, ends.max(axis=0), np.where(is_inside, np.inf, -np.inf))
    return begin, end
