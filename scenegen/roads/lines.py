"""Lane markings and road edges as lines in the world, on the very vertices of the meshes that show them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.map_lines import map_lines
from scenegen.roads.markings import MARK_HEIGHT_M, Stroke, bay_strokes, mark_strokes, marked_borders
from scenegen.roads.network import SIDES, RoadMark, RoadNetwork, Side
from scenegen.roads.road_line import RoadLine
from scenegen.roads.sweep import chunk_breaks, stations
from scenegen.roads.terrain import near_band_t

LEAST_M = 1e-6  # what is shorter is a rounding of a chunk's end: the meshes leave it out too


def road_lines(network: RoadNetwork) -> tuple[RoadLine, ...]:
    """Give every line of the drawn road: lane markings, then parking bays, then both edges.

    Args:
        network: the street.
    Returns:
        Lines whose points lie on the drawn meshes, from where the drawn road begins to where it ends.
    """
    if network.map_route is not None:
        return map_lines(network)
    markings = [line for mark, t in marked_borders(network) for line in _marking(network, mark, t)]
    bays = [_bay_line(network, stroke) for side in SIDES for stroke in bay_strokes(network, side, *network.drawn_s)]
    return (*markings, *(line for line in bays if line is not None), *(_edge(network, side) for side in SIDES))


def _marking(network: RoadNetwork, mark: RoadMark, t: float) -> Iterator[RoadLine]:
    """The line of one lane border; one for each stripe of a double line."""
    chunks = [(chunk, list(mark_strokes(mark, t, *chunk))) for chunk in chunk_breaks(network)]
    across = sorted({(stroke.t_from, stroke.t_to) for _, strokes in chunks for stroke in strokes})
    for t_from, t_to in across:
        s, is_painted = [network.drawn_s[0]], []
        for chunk, strokes in chunks:
            stripe = [stroke for stroke in strokes if stroke.t_from == t_from]
            for begin, end, paint in _painted_spans(stripe, chunk):
                steps = stations(network, begin, end, max(abs(t_from), abs(t_to)))[1:]
                s.extend(steps.tolist())
                is_painted.extend([paint] * len(steps))
        points = _on_road(network, np.array(s), np.full(len(s), 0.5 * (t_from + t_to)), MARK_HEIGHT_M)
        yield RoadLine("lane_marking", mark.type, mark.colour, t_to - t_from, points, np.array(is_painted, np.bool_))


def _painted_spans(strokes: list[Stroke], chunk: tuple[float, float]) -> Iterator[tuple[float, float, bool]]:
    """Cut a chunk into strokes and gaps: s from, s to, whether there is paint."""
    at = chunk[0]
    for stroke in strokes:
        begin, end = max(stroke.s_from, chunk[0]), min(stroke.s_to, chunk[1])
        if end - begin < LEAST_M:
            continue
        if begin - at > LEAST_M:
            yield at, begin, False
        yield begin, end, True
        at = end
    if chunk[1] - at > LEAST_M:
        yield at, chunk[1], False


def _bay_line(network: RoadNetwork, stroke: Stroke) -> RoadLine | None:
    """The middle of one stroke of a parking bay along its longer side, outwards or with s; None past the drawn road."""
    s_from, s_to = max(stroke.s_from, network.drawn_s[0]), min(stroke.s_to, network.drawn_s[1])
    if s_to - s_from < LEAST_M:
        return None
    along, across = stroke.s_to - stroke.s_from, stroke.t_to - stroke.t_from
    if along > across:
        t = 0.5 * (stroke.t_from + stroke.t_to)
        s = stations(network, s_from, s_to, max(abs(stroke.t_from), abs(stroke.t_to)))
        ends = np.array([chunk[0] for chunk in chunk_breaks(network) if s_from < chunk[0] < s_to])
        s = np.union1d(s, ends)
        points = _on_road(network, s, np.full(len(s), t), MARK_HEIGHT_M)
    else:
        reach = np.array(sorted((stroke.t_from, stroke.t_to), key=abs))
        points = _on_road(network, np.full(2, 0.5 * (s_from + s_to)), reach, MARK_HEIGHT_M)
    width_m = across if along > across else s_to - s_from
    return RoadLine("lane_marking", "parking bay", stroke.colour, width_m, points, np.ones(len(points) - 1, np.bool_))


def _edge(network: RoadNetwork, side: Side) -> RoadLine:
    """The paved road's edge of one side: the foot of the kerb where there is one."""
    reach = max(abs(near_band_t(network, "left")), abs(near_band_t(network, "right")))
    steps = [stations(network, *chunk, reach) for chunk in chunk_breaks(network)]
    s = np.array([value for value, _ in groupby(np.concatenate(steps).tolist())])
    kind = "pavement" if network.sidewalk_t(side) is None else "kerb"
    points = _on_road(network, s, np.full(len(s), network.edge_t(side)), 0.0)
    return RoadLine("road_edge", kind, "", 0.0, points, np.zeros(len(s) - 1, np.bool_))


def _on_road(network: RoadNetwork, s: FloatArray, t: FloatArray, height_m: float) -> FloatArray:
    """World points (n, 3) at a height above the carriageway, whose meshes lie at z = 0."""
    points = network.frame(s, t)[:, :3]
    points[:, 2] = height_m
    return points
