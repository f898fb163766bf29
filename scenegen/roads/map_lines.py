"""Lane markings and road edges of a map's roads as lines in the world, on the very vertices of the meshes that show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, pairwise

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.map_surfaces import drawn_map
from scenegen.roads.network import RoadNetwork
from scenegen.roads.opendrive.junction_caps import STEP_M
from scenegen.roads.opendrive.marks import PaintedRibbon, painted_ribbons
from scenegen.roads.opendrive.records import Road
from scenegen.roads.opendrive.strips import LaneStrip, lane_strips
from scenegen.roads.road_line import RoadLine

LONGEST_GAP_M = 14.0  # between strokes of one broken line
ASIDE_M = 0.06  # strokes of one line lie in one line
PAVED = frozenset({"none", "sidewalk", "walking", "curb", "border", "median"})  # lanes that end the paved road


def map_lines(network: RoadNetwork) -> tuple[RoadLine, ...]:
    """Give the lines of all drawn roads of a map outside junctions, each in the direction of its road."""
    lines: list[RoadLine] = []
    for road in drawn_map(network).roads:
        if not road.is_connecting:
            lines.extend(_markings(road))
            lines.extend(_edges(road))
    return tuple(lines)


def _markings(road: Road) -> Iterator[RoadLine]:
    """Strokes of one lane border joined to lines, gaps and all."""
    by_border: dict[tuple[int, int, str, str], list[PaintedRibbon]] = defaultdict(list)
    for ribbon in painted_ribbons(road):
        by_border[ribbon.section, ribbon.lane, ribbon.type, ribbon.colour].append(ribbon)
    for (_, _, kind, colour), ribbons in by_border.items():
        for chain in _chains(sorted(ribbons, key=lambda ribbon: float(ribbon.s_m[0]))):
            points, is_painted = [_middle(chain[0])], [True] * (len(chain[0].s_m) - 1)
            for before, ribbon in pairwise(chain):
                is_joined = ribbon.s_m[0] - before.s_m[-1] < 1e-3
                points.append(_middle(ribbon)[1:] if is_joined else _middle(ribbon))
                is_painted += ([] if is_joined else [False]) + [True] * (len(ribbon.s_m) - 1)
            width = float(np.linalg.norm(chain[0].left_m[0] - chain[0].right_m[0]))
            yield RoadLine("lane_marking", kind, colour, width, np.concatenate(points), np.array(is_painted, np.bool_))


def _chains(ribbons: list[PaintedRibbon]) -> list[list[PaintedRibbon]]:
    """Put strokes that follow one another in one line together; those of a double line keep apart."""
    chains: list[list[PaintedRibbon]] = []
    for ribbon in ribbons:
        begin = _middle(ribbon)[0]
        for chain in chains:
            last = _middle(chain[-1])
            way = last[-1] - last[-2]
            way = way / max(float(np.linalg.norm(way)), 1e-9)
            off = begin - last[-1]
            aside = float(np.linalg.norm(off - (off @ way) * way))
            gap = float(ribbon.s_m[0] - chain[-1].s_m[-1])
            if -1e-6 < gap < LONGEST_GAP_M and aside < ASIDE_M + 0.02 * gap:
                chain.append(ribbon)
                break
        else:
            chains.append([ribbon])
    return chains


def _middle(ribbon: PaintedRibbon) -> FloatArray:
    middle: FloatArray = 0.5 * (ribbon.left_m + ribbon.right_m)
    return middle


def _edges(road: Road) -> Iterator[RoadLine]:
    """The outer border of the paved lanes of both sides: the foot of the kerb where there is one."""
    strips = list(lane_strips(road))
    for sign in (1, -1):
        for _, group in groupby(strips, key=lambda strip: strip.section):
            run: list[tuple[FloatArray, bool]] = []
            for _, chunk in groupby(list(group), key=lambda strip: float(strip.s_m[0])):
                side = sorted((s for s in chunk if s.lane * sign > 0), key=lambda strip: abs(strip.lane))
                found = _edge_of(side)
                if found is not None:
                    run.append(found)
            if run:
                points = np.concatenate([run[0][0], *(points[1:] for points, _ in run[1:])])
                kind = "kerb" if run[0][1] else "pavement"
                yield RoadLine("road_edge", kind, "", 0.0, points, np.zeros(len(points) - 1, np.bool_))


def _edge_of(side: list[LaneStrip]) -> tuple[FloatArray, bool] | None:
    """The edge of one side's paved lanes, and whether a kerb stands there; None for a side without such lanes."""
    last = max((i for i, strip in enumerate(side) if strip.type not in PAVED and not strip.is_flat), default=-1)
    if last < 0:
        return None
    edge = side[last].outer_m
    beyond = [strip for strip in side[last + 1 :] if not strip.is_flat]
    has_kerb = bool(beyond) and float((beyond[0].inner_m[:, 2] - edge[:, 2]).max()) > STEP_M
    return edge.copy(), has_kerb
