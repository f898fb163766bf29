"""From path coordinates to the world: where vehicles are, how they stand, how their front wheels turn."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.flow.lanes import LaneMap, Rows
from scenegen.simulate.flow.state import Flow


def on_path(lanes: LaneMap, path: Rows, s: FloatArray) -> FloatArray:
    """Give the middle line of paths at places, (n, 6): x, y, z, heading, curvature, slope.

    Between samples the line is a cubic that keeps their headings; past its ends it goes straight on.
    """
    count = lanes.first[path + 1] - lanes.first[path]
    at = np.clip(s * lanes.per_m[path], 0.0, count - 1.0)
    low = np.minimum(at.astype(np.int64), count - 2)
    u, row = at - low, lanes.first[path] + low
    a, b, step = lanes.samples[row], lanes.samples[row + 1], 1.0 / lanes.per_m[path]
    found: FloatArray = a + (b - a) * u[..., None]
    # Hermite weights of both ends' positions and tangents
    u2, u3 = u * u, u * u * u
    h0, h1, h2, h3 = 2 * u3 - 3 * u2 + 1, 3 * u2 - 2 * u3, (u3 - 2 * u2 + u) * step, (u3 - u2) * step
    for k, trig in ((0, np.cos), (1, np.sin)):
        found[..., k] = h0 * a[..., k] + h1 * b[..., k] + h2 * trig(a[..., 3]) + h3 * trig(b[..., 3])
    beyond_m = s - np.clip(s, 0.0, lanes.length_m[path])
    found[..., 0] += beyond_m * np.cos(found[..., 3])
    found[..., 1] += beyond_m * np.sin(found[..., 3])
    found[..., 2] += beyond_m * found[..., 5]
    return found


def world_places(lanes: LaneMap, flow: Flow) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give world x, y and heading of every vehicle's middle, (n,) each; straight between samples."""
    row = lanes.first[flow.path] + np.clip(flow.s * lanes.per_m[flow.path], 0.0, np.diff(lanes.first)[flow.path] - 1).astype(
        np.int64
    )
    x, y, _, heading, _, _ = lanes.samples[row].T
    over_m = flow.s - (row - lanes.first[flow.path]) / lanes.per_m[flow.path]
    c, s = np.cos(heading), np.sin(heading)
    return x + over_m * c - flow.lateral * s, y + over_m * s + flow.lateral * c, heading
