"""Painted lines: lane marks of the cross-section and the lines of parking bays, as thin ribbons over the asphalt."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from scenegen.roads.network import PARKING_BAY_M, SIDES, RoadMark, RoadNetwork, Side, sign_of
from scenegen.roads.sweep import Patch, Profile, ribbon, stations

MARK_HEIGHT_M = 0.006  # proud of the asphalt and its wear, as ribbed thermoplastic is; keeps them apart in the depth buffer
BAY_LINE_M = 0.10
BAY_HEAD_M = 1.0  # stroke along the lane at the head of a bay line
GUTTER_M = 0.25  # paved channel along a kerb, never painted


@dataclass(frozen=True)
class Stroke:
    """One painted rectangle in road coordinates."""

    s_from: float
    s_to: float
    t_from: float
    t_to: float
    colour: str


def marking_patches(network: RoadNetwork, chunk: tuple[float, float]) -> list[Patch]:
    """Give the painted patches of one chunk; strokes that cross its ends are cut there."""
    patches = []
    for stroke in _strokes(network, *chunk):
        s_from, s_to = max(stroke.s_from, chunk[0]), min(stroke.s_to, chunk[1])
        if s_to - s_from < 1e-6:
            continue
        material = "marking_yellow" if stroke.colour == "yellow" else "marking"
        profile = Profile((stroke.t_from, stroke.t_to), (MARK_HEIGHT_M, MARK_HEIGHT_M), material)
        patches.append(ribbon(stations(network, s_from, s_to, max(abs(stroke.t_from), abs(stroke.t_to))), profile))
    return patches


def _strokes(network: RoadNetwork, s_from: float, s_to: float) -> Iterator[Stroke]:
    """All strokes that touch a range of s."""
    for mark, t in marked_borders(network):
        yield from mark_strokes(mark, t, s_from, s_to)
    for side in SIDES:
        yield from bay_strokes(network, side, s_from, s_to)


def marked_borders(network: RoadNetwork) -> Iterator[tuple[RoadMark, float]]:
    """Give the mark and t of every lane border, the centre first, then outwards on the left and on the right."""
    section = network.section
    yield section.centre_mark, 0.0
    for side in SIDES:
        for lane, t in zip(section.lanes(side), section.borders_t(side)[1:], strict=True):
            yield lane.mark, t


def mark_strokes(mark: RoadMark, t: float, s_from: float, s_to: float) -> Iterator[Stroke]:
    """Give the strokes of one lane border that touch a range of s; broken lines begin at s = 0 and repeat both ways."""
    half = 0.5 * mark.width_m
    if mark.type == "solid":
        yield Stroke(s_from, s_to, t - half, t + half, mark.colour)
    elif mark.type == "solid solid":
        yield Stroke(s_from, s_to, t + half, t + 3 * half, mark.colour)
        yield Stroke(s_from, s_to, t - 3 * half, t - half, mark.colour)
    elif mark.type == "broken":
        period = mark.stroke_m + mark.gap_m
        for k in range(math.floor(s_from / period), math.ceil(s_to / period)):
            yield Stroke(k * period, k * period + mark.stroke_m, t - half, t + half, mark.colour)


def bay_strokes(network: RoadNetwork, side: Side, s_from: float, s_to: float) -> Iterator[Stroke]:
    """Give the T-shaped lines between parking bays, head and stem one after the other."""
    parking = network.parking_t(side)
    if parking is None:
        return
    sign = sign_of(side)
    inner, outer = abs(parking[0]), abs(parking[1])
    if network.sidewalk_t(side) is not None:
        outer -= GUTTER_M
    first_s = network.drawn_s[0]
    for k in range(math.floor((s_from - first_s) / PARKING_BAY_M), math.ceil((s_to - first_s) / PARKING_BAY_M) + 1):
        s = first_s + k * PARKING_BAY_M
        for half_s, near, far in ((0.5 * BAY_HEAD_M, inner, inner + BAY_LINE_M), (0.5 * BAY_LINE_M, inner + BAY_LINE_M, outer)):
            low, high = sorted((sign * near, sign * far))
            yield Stroke(s - half_s, s + half_s, low, high, "white")
