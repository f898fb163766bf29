"""Which lamps light a frame: the nearest few whose reach meets the view."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import Float32Array, FloatArray, IntArray, Pinhole, rigid_inverse
from scenegen.render.beams import Sources
from scenegen.render.scene_buffers import in_view
from scenegen.scenario.scene import LightScene, WeatherScene

MAX_LAMPS = 48
"""Lamps that one frame is lit by: a street with a lamp every 30 m on both sides shows 20 over 300 m, a vehicle has two."""

DEPTH_BINS = 20
"""Bins of depth, two to the octave; the last one begins at 724 m."""


LIT_BELOW_DEG = 6.0
"""Sun elevation below which drivers have switched their lamps on."""
LIT_BELOW_M, LIT_IN_RAIN_MM_PER_H, LIT_IN_SNOW_MM_PER_H = 500.0, 2.5, 0.3
"""Visibility in fog, and rain and snowfall, in which they have by day."""


def are_head_lamps_lit(light: LightScene, weather: WeatherScene) -> bool:
    """Tell whether vehicles drive with their head and tail lamps on."""
    return (
        light.street_lamps
        or light.sun_elevation_deg < LIT_BELOW_DEG
        or weather.fog_visibility < LIT_BELOW_M
        or weather.rain >= LIT_IN_RAIN_MM_PER_H
        or weather.snow >= LIT_IN_SNOW_MM_PER_H
    )


@dataclass(frozen=True, eq=False)
class LampChoice:
    """`count` lamps by rising depth: `place_cam` (MAX_LAMPS, 4) cam frame and reach, metres; `axis_cam` (MAX_LAMPS, 4) where
    each shines and its kind (`beams.STREET` ..); `candela` (MAX_LAMPS, 3).

    `ranges` (DEPTH_BINS, 2): first and last + 1 of the lamps that reach a bin of depth; bin k begins at 2**(k / 2) metres
    along the optical axis, the first at 0. `left_out` more met the view.
    """

    count: int
    place_cam: Float32Array
    axis_cam: Float32Array
    candela: Float32Array
    ranges: IntArray
    left_out: int


def choose_lamps(sources: Sources, world_from_cam: FloatArray, lens: Pinhole) -> LampChoice:
    """Choose the lamps whose reach meets the view, nearest first, and count those beyond `MAX_LAMPS`."""
    place, axis = np.zeros((2, MAX_LAMPS, 4), np.float32)
    candela = np.zeros((MAX_LAMPS, 3), np.float32)
    if not len(sources):
        return LampChoice(0, place, axis, candela, np.zeros((DEPTH_BINS, 2), np.int32), 0)
    world, reach = sources.world_m, sources.reach_m
    seen = np.flatnonzero(in_view(world, reach, world_from_cam, lens))
    distance = np.linalg.norm(world[seen] - world_from_cam[:3, 3], axis=1)
    nearest = seen[np.argsort(distance, kind="stable")][:MAX_LAMPS]
    cam_from_world = rigid_inverse(world_from_cam)
    nearest = nearest[np.argsort((world[nearest] @ cam_from_world[:3, :3].T)[:, 2], kind="stable")]
    count = len(nearest)
    place[:count, :3] = world[nearest] @ cam_from_world[:3, :3].T + cam_from_world[:3, 3]
    place[:count, 3] = reach[nearest]
    axis[:count, :3] = sources.axis[nearest] @ cam_from_world[:3, :3].T
    axis[:count, 3] = sources.kind[nearest]
    candela[:count] = sources.candela[nearest]
    return LampChoice(count, place, axis, candela, _ranges(place[:count, 2], reach[nearest]), len(seen) - count)


def _ranges(depth_m: Float32Array, reach_m: FloatArray) -> IntArray:
    """Give for each bin of depth the first and last + 1 of the lamps that reach it, (DEPTH_BINS, 2)."""
    edges = np.concatenate([[0.0], 2.0 ** (np.arange(1, DEPTH_BINS) / 2), [np.inf]])
    reaches = (depth_m[None] + reach_m > edges[:-1, None]) & (depth_m[None] - reach_m < edges[1:, None])
    found = [np.flatnonzero(line) for line in reaches]
    return np.array([(line[0], line[-1] + 1) if len(line) else (0, 0) for line in found], np.int32)
