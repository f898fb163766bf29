"""What lies over the road, roofs and bridges: how much of the sky is left below them, and what a camera meters there.

A map from above tells the height of everything that stands; leaves do not count. From it follows, for every place of the
ego's way, the share of open ground's light; the camera's exposure follows that along the way. Nothing of this depends on
frames drawn before: it is worked out for the whole clip from poses and standing things alone, so a frame rendered alone has
the exposure that it has in sequence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from scenegen.geometry import BoolArray, Float32Array, FloatArray
from scenegen.stage.stage import Stage

MAP_SIDE = 256
"""Cells along the side of the map that shaders read."""
MARGIN_M = 60.0
"""How far around the ego's way the map goes."""
CLEARANCE_M = 1.0
"""What is this far over the camera is a cover."""
EYE_M = 1.65
"""Height of a camera over the ground."""
STEP_M, REACH_M, WIDE_M = 1.0, 150.0, 12.0
"""Steps along a way, how far beyond its ends it is followed, and how wide what covers it is taken to be."""
DARK_BELOW = 0.6
"""Share of light on the way from which on shading asks for the map: below are tunnels and wide bridges, above lamp posts."""
LEAST_SHARE = 0.004
"""Light that is left deep inside, from the lamps there: some 200 lux by day (CIE 88, interior zone of a tunnel)."""
AHEAD_M = (6.3, 7.2, 8.5, 10.0, 13.0, 17.5, 27.0, 60.0)
"""Places ahead on the ground that lie in even rows of the lower half of KITTI's picture; the upper half counts as much, and
is as bright as where the camera is."""
ADAPTS_IN_S = 0.6
"""Time in which the exposure closes in on what is metered by 63 %, as automatic exposures of cameras for driving do."""


def camera_way(stage: Stage) -> FloatArray:
    """Give where the first camera is at frames -1 .. frames, (n, 3), counted from the stage's origin."""
    return np.array([np.asarray(stage.camera_world(frame))[:3, 3] - stage.origin_m for frame in range(-1, stage.frames + 1)])


@dataclass(frozen=True, eq=False)
class TopMap:
    """Heights of the highest standing surface from above: `top_m` (n, n), rows to the north; `low_m` (2,) is its south-west
    corner and heights count from the stage's origin."""

    top_m: Float32Array
    low_m: FloatArray
    cell_m: float

    def cells(self, places_m: FloatArray) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give rows and columns of places (n, 2 or more); outside counts as the border."""
        found = np.floor((places_m[:, :2] - self.low_m) / self.cell_m).astype(np.int64)
        found = np.clip(found, 0, len(self.top_m) - 1)
        return found[:, 1], found[:, 0]

    def shrunk(self, side: int) -> TopMap:
        """Give the map with at most `side` cells a side, each as high as the highest in it."""
        by = -(-len(self.top_m) // side)
        cut = len(self.top_m) // by * by
        blocks = self.top_m[:cut, :cut].reshape(cut // by, by, cut // by, by)
        return TopMap(np.ascontiguousarray(blocks.max(axis=(1, 3))), self.low_m, self.cell_m * by)


@dataclass(frozen=True, eq=False)
class Line:
    """A way at even steps of `STEP_M`, straight on at both ends: `places_m` (k, 3), the share of open ground's light at each,
    and how far along it the places it was made of are, (n,) metres."""

    places_m: FloatArray
    light: FloatArray
    along_m: FloatArray


def lit_line(tops: TopMap, way_m: FloatArray, heading: FloatArray) -> Line:
    """Work out the light along a way, with what covers it.

    From above a wall can not be told from a pillar, so light comes in at both ends of a cover and not from its sides.

    Args:
        tops: what stands.
        way_m: (n, 3) where a camera is.
        heading: (2, 2) level directions at the way's first and last place, for what lies before and beyond.
    """
    along_m = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(way_m, axis=0), axis=1))])
    reach = np.arange(STEP_M, REACH_M, STEP_M)
    inner = np.arange(0.0, along_m[-1] + 1e-9, STEP_M)
    # A way that stands still in places must rise all the same to be read between
    rising = along_m + np.arange(len(along_m)) * 1e-9
    middle = np.column_stack([np.interp(inner, rising, way_m[:, axis]) for axis in range(3)])
    before, beyond = (np.column_stack([reach[:, None] * side, np.zeros(len(reach))]) for side in heading)
    places = np.concatenate([way_m[0] - before[::-1], middle, way_m[-1] + beyond])
    rows, columns = tops.cells(places)
    over_m = tops.top_m[rows, columns] - places[:, 2]
    is_open = over_m <= CLEARANCE_M
    light = np.ones(len(places))
    for side in (1, -1):
        ahead_m = _to_next(is_open[::side]) * STEP_M
        light_there = _end_light(np.maximum(over_m, 0.0)[::side] + EYE_M, ahead_m)[::side]
        light -= 0.5 * np.where(is_open, 0.0, 1.0 - light_there)
    return Line(places, np.maximum(light, LEAST_SHARE), along_m + len(reach) * STEP_M)


def _to_next(is_open: BoolArray) -> FloatArray:
    """Give how many places on the next open one is; inf where none follows."""
    found = np.full(len(is_open), np.inf)
    count = np.inf
    for k in range(len(is_open) - 1, -1, -1):
        count = 0.0 if is_open[k] else count + 1
        found[k] = count
    return found


def _end_light(height_m: FloatArray, far_m: FloatArray) -> FloatArray:
    """Give the share of a half sky's light on level ground that comes in at the end of a cover: up to its height and half
    its width to both sides."""
    far_m = np.maximum(far_m, 1e-3)
    return np.asarray(height_m**2 / (height_m**2 + far_m**2) * (2 / np.pi) * np.arctan(WIDE_M / 2 / far_m))


def cover_map(tops: TopMap, line: Line) -> Float32Array:
    """Give what the shaders read, (n, n, 2): the top's height, and the share of light below it; 1 far from the way."""
    n = len(tops.top_m)
    centres = tops.low_m + (np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=-1).reshape(-1, 2) + 0.5) * tops.cell_m
    far_m, nearest = cKDTree(line.places_m[:, :2]).query(centres, distance_upper_bound=WIDE_M)
    light = np.where(np.isfinite(far_m), np.append(line.light, 1.0)[nearest], 1.0).reshape(n, n)
    return np.ascontiguousarray(np.stack([tops.top_m, light], axis=-1), np.float32)


def metered_light(line: Line) -> FloatArray:
    """Give what a camera meters at every place of its way, (n,): the light ahead, in the mean of the picture's rows."""
    steps = np.arange(len(line.light)) * STEP_M
    ahead = np.mean([np.interp(line.along_m + far_m, steps, line.light) for far_m in AHEAD_M], axis=0)
    return np.asarray(0.5 * ahead + 0.5 * np.interp(line.along_m, steps, line.light))


def adapted_light(metered: FloatArray, step_s: float) -> FloatArray:
    """Give the light that the exposure is set for at every frame: it follows what is metered, late, in stops.

    Before the first frame the camera had time to adapt.
    """
    follow = 1 - np.exp(-step_s / ADAPTS_IN_S)
    state = np.log(metered)
    for frame in range(1, len(state)):
        state[frame] = state[frame - 1] + follow * (state[frame] - state[frame - 1])
    return np.asarray(np.exp(state))


@dataclass(frozen=True, eq=False)
class Metering:
    """How a clip's cameras are exposed: `exposed_for` (frames + 2,), from frame -1, is the share of open ground's light that
    an automatic exposure is set for. `cover` (MAP_SIDE, MAP_SIDE, 2) for the shaders, None where the way is open, with the
    place and the inverse of the side of the map (3,)."""

    exposed_for: FloatArray
    cover: Float32Array | None
    area: tuple[float, float, float]


def square_round(way_m: FloatArray) -> tuple[FloatArray, float]:
    """Give the middle (3,) and half the side of the square that the map of a way covers."""
    low, high = way_m.min(axis=0), way_m.max(axis=0)
    return (low + high) / 2, float((high - low)[:2].max()) / 2 + MARGIN_M


def meter(stage: Stage, way_m: FloatArray, tops_over_middle_m: Float32Array) -> Metering:
    """Work out the exposure of a clip.

    Args:
        stage: gives the frame rate and where the camera looks.
        way_m: (frames + 2, 3) from `camera_way`.
        tops_over_middle_m: (n, n) heights over the middle of `square_round`, rows to the north.
    """
    middle, half_m = square_round(way_m)
    tops = TopMap(tops_over_middle_m + np.float32(middle[2]), middle[:2] - half_m, 2 * half_m / len(tops_over_middle_m))
    looks = np.array([np.asarray(stage.camera_world(frame))[:2, 2] for frame in (-1, stage.frames)])
    line = lit_line(tops, way_m, looks / np.maximum(np.linalg.norm(looks, axis=1, keepdims=True), 1e-9))
    exposed_for = adapted_light(metered_light(line), 1 / stage.fps)
    is_dark = bool(line.light.min() < DARK_BELOW)
    area = (float(tops.low_m[0]), float(tops.low_m[1]), 1 / (2 * half_m))
    return Metering(exposed_for, cover_map(tops.shrunk(MAP_SIDE), line) if is_dark else None, area)
