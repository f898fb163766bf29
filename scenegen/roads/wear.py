"""Wear of the asphalt as thin sheets over it: repairs, trenches, sealed cracks, oil, tyre marks.

A sheet has the asphalt's own texture, which goes on under it; its vertices darken it, so one that fades to white has no rim.
Every sheet keeps to a slot of its lane, so no two overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.network import PARKING_BAY_M, SIDES, RoadNetwork
from scenegen.roads.sweep import Patch, Tint
from scenegen.seeds import u01

WEAR_HEIGHT_M = 0.002  # proud of the asphalt, below covers and paint
SLOT_M = 10.0
SLOT_MARGIN_M = 0.4  # at both ends of a slot
LANE_MARGIN_M = 0.30  # from a lane's border, where paint may be
TRACK_HALF_M = 0.76  # half of a car's track width
_STEP_M = 1.0
_CLEAN: Tint = (255, 255, 255)
_TAR: Tint = (112, 110, 112)


@dataclass(frozen=True)
class _Slot:
    """A stretch of one lane: its draws, where it begins and ends along s, its middle and its free half width."""

    key: str
    name: str
    s_from: float
    s_to: float
    t: float
    half_m: float

    def u(self, path: str) -> float:
        """Draw the number in [0, 1) of a path of this slot."""
        return u01(0, self.name, 0, f"{self.key}.{path}")

    def between(self, path: str, low: float, high: float) -> float:
        """Draw a number from low to high."""
        return low + (high - low) * self.u(path)


def wear_patches(network: RoadNetwork, chunk: tuple[float, float]) -> Iterator[Patch]:
    """Give the sheets of one chunk; one that would cross the chunk's end is left out."""
    for slot in _slots(network, chunk):
        share = slot.u("kind")
        for most, build in _KINDS:
            if share < most:
                yield from build(slot)
                break
    yield from _bay_stains(network, chunk)


def lane_tone(network: RoadNetwork, right_t: float, left_t: float) -> tuple[tuple[float, ...], tuple[Tint, ...]]:
    """Give points across the carriageway and their tints: lanes are polished in the wheel tracks and oily between them."""
    points: dict[float, Tint] = {right_t: (222, 222, 222), left_t: (222, 222, 222)}
    for lane in network.lane_ids:
        middle = network.lane_centre_t(lane)
        for offset, tint in ((0.0, (205, 203, 200)), (TRACK_HALF_M, (252, 252, 250)), (TRACK_HALF_M + 0.45, (226, 226, 226))):
            for t in {middle - offset, middle + offset}:
                if right_t + 0.1 < t < left_t - 0.1:
                    points[t] = tint
    across = sorted(points)
    return tuple(across), tuple(points[t] for t in across)


def _slots(network: RoadNetwork, chunk: tuple[float, float]) -> Iterator[_Slot]:
    """All slots that lie wholly in a chunk."""
    low, high = chunk
    borders = [border for side in SIDES for border in network.section.borders_t(side)]
    name = "roads " + " ".join(f"{border:.3f}" for border in borders)  # streets of other widths are worn elsewhere
    for lane in network.lane_ids:
        t = network.lane_centre_t(lane)
        half = 0.5 * min(abs(t - border) for border in borders if border != t) * 2 - LANE_MARGIN_M
        for k in range(int(low // SLOT_M), int(high // SLOT_M) + 1):
            begin, end = k * SLOT_M + SLOT_MARGIN_M, (k + 1) * SLOT_M - SLOT_MARGIN_M
            if low < begin and end < high and half > 0.6:
                yield _Slot(f"{lane}.{k}", name, begin, end, t, half)


def _repair(slot: _Slot) -> Iterator[Patch]:
    """A rectangle of newer, darker asphalt with a seam of tar round it."""
    length = slot.between("length", 1.2, 5.5)
    s = slot.between("s", slot.s_from, slot.s_to - length)
    half = slot.between("half", 0.35, 0.95) * slot.half_m
    t = slot.t + slot.between("t", -1.0, 1.0) * (slot.half_m - half)
    yield from _seamed(s, s + length, t - half, t + half, _grey(slot.between("tone", 150.0, 215.0)))


def _trench(slot: _Slot) -> Iterator[Patch]:
    """A strip across the lane where a pipe was laid."""
    s = slot.between("s", slot.s_from, slot.s_to - 1.0)
    yield from _seamed(
        s,
        s + slot.between("width", 0.45, 0.9),
        slot.t - slot.half_m,
        slot.t + slot.half_m,
        _grey(slot.between("tone", 140, 190)),
    )


def _seamed(s0: float, s1: float, t0: float, t1: float, tint: Tint) -> Iterator[Patch]:
    """A rectangle with a seam of 5 cm of tar round it, in pieces side by side."""
    w = 0.05
    yield _rectangle(s0 + w, s1 - w, t0 + w, t1 - w, tint)
    for a, b, c, d in ((s0, s1, t0, t0 + w), (s0, s1, t1 - w, t1), (s0, s0 + w, t0 + w, t1 - w), (s1 - w, s1, t0 + w, t1 - w)):
        yield _rectangle(a, b, c, d, _TAR)


def _sealed_crack(slot: _Slot) -> Iterator[Patch]:
    """A crack that wanders along the lane, filled with tar in a band of a hand's breadth."""
    s = np.arange(slot.s_from, slot.s_to, 0.5)
    wander = np.cumsum([slot.between(f"step.{i}", -0.16, 0.16) for i in range(len(s))])
    t = slot.t + np.clip(slot.between("t", -0.7, 0.7) * slot.half_m + wander, -slot.half_m + 0.1, slot.half_m - 0.1)
    width = np.array([slot.between(f"width.{i}", 0.035, 0.075) for i in range(len(s))])
    width[[0, -1]] = 0.004
    yield _band(s, np.stack([t - width / 2, t + width / 2], 1), [[_TAR] * 2] * len(s))


def _oil(slot: _Slot) -> Iterator[Patch]:
    """A stain of oil between the wheel tracks, dark in the middle, fading out."""
    radius = slot.between("radius", 0.15, 0.42)
    s = slot.between("s", slot.s_from + 2 * radius, slot.s_to - 2 * radius)
    yield _stain(
        s, slot.t + slot.between("t", -0.3, 0.3), radius, slot.between("long", 1.0, 1.9), slot.between("tone", 105, 165)
    )


def _tyre_marks(slot: _Slot) -> Iterator[Patch]:
    """The marks of hard braking: two dark lines in the wheel tracks that swell, drift and end."""
    s = np.arange(slot.s_from, slot.s_from + slot.between("length", 5.0, slot.s_to - slot.s_from), _STEP_M)
    share = np.linspace(0.0, 1.0, len(s))
    drift = slot.between("drift", -0.25, 0.25) * share**2
    dark = 255.0 - slot.between("dark", 60.0, 125.0) * np.clip(3.0 * share, 0, 1) * np.clip(8.0 * (1.0 - share), 0, 1)
    for side in (-1.0, 1.0):
        middle = slot.t + side * min(TRACK_HALF_M, slot.half_m - 0.45) + drift
        across = middle[:, None] + np.array([-0.11, -0.06, 0.06, 0.11])
        yield _band(s, across, [[_CLEAN, _grey(tone), _grey(tone), _CLEAN] for tone in dark])


def _nothing(slot: _Slot) -> Iterator[Patch]:
    """A stretch without anything."""
    return iter(())


_KINDS: tuple[tuple[float, Callable[[_Slot], Iterator[Patch]]], ...] = (
    (0.17, _repair), (0.23, _trench), (0.45, _sealed_crack), (0.58, _oil), (0.68, _tyre_marks), (1.0, _nothing),
)  # fmt: skip
"""Share up to which each kind is drawn."""


def _bay_stains(network: RoadNetwork, chunk: tuple[float, float]) -> Iterator[Patch]:
    """Drops of oil below where engines stand in parking bays."""
    first, (low, high) = network.drawn_s[0], chunk
    for side in SIDES:
        strip = network.parking_t(side)
        if strip is None or abs(strip[1] - strip[0]) < 1.4:
            continue
        for k in range(int((low - first) // PARKING_BAY_M), int((high - first) // PARKING_BAY_M) + 1):
            s = first + (k + 0.3 + 0.4 * u01(0, "roads", k, f"{side}.bay.s")) * PARKING_BAY_M
            radius = 0.16 + 0.22 * u01(0, "roads", k, f"{side}.bay.radius")
            if u01(0, "roads", k, f"{side}.bay") < 0.6 and low + 1.0 < s < high - 1.0:
                yield _stain(s, 0.5 * sum(strip), radius, 1.3, 120.0 + 60.0 * u01(0, "roads", k, f"{side}.bay.tone"))


def _grey(tone: float) -> Tint:
    return (int(tone), int(tone), int(tone))


def _rectangle(s0: float, s1: float, t0: float, t1: float, tint: Tint) -> Patch:
    s = np.linspace(s0, s1, int((s1 - s0) / _STEP_M) + 2)  # short steps keep it on a bending lane
    return _band(s, np.tile([t0, t1], (len(s), 1)), [[tint] * 2] * len(s))


def _band(s: FloatArray, across_t: FloatArray, tints: list[list[Tint]]) -> Patch:
    """A sheet of rows along s, each with the points (rows, k) and tints given."""
    rows, columns = across_t.shape
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = (corner.ravel() for corner in (index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]))
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    return _sheet(np.repeat(s, columns), across_t.ravel(), faces, np.array(tints).reshape(-1, 3))


def _stain(s: float, t: float, radius: float, long: float, tone: float) -> Patch:
    """An oval that is darkest inside and fades to nothing at its rim."""
    angle = np.arange(12) * (2 * np.pi / 12)
    rim = np.stack([long * np.cos(angle), np.sin(angle)], 1)
    points = radius * np.concatenate([[[0.0, 0.0]], 0.55 * rim, rim]) + [s, t]
    i, j = np.arange(12), (np.arange(12) + 1) % 12
    faces = np.concatenate([
        np.stack([0 * i, 1 + i, 1 + j], 1), np.stack([1 + i, 13 + i, 13 + j], 1), np.stack([1 + i, 13 + j, 1 + j], 1)
    ])  # fmt: skip
    tints = np.repeat([tone, 0.6 * tone + 100.0, 255.0], [1, 12, 12])
    return _sheet(points[:, 0], points[:, 1], faces, np.repeat(tints[:, None], 3, axis=1))


def _sheet(s: FloatArray, t: FloatArray, faces: np.ndarray[tuple[int, ...], np.dtype[np.int64]], tints: FloatArray) -> Patch:
    n = len(s)
    return Patch(s, t, np.full(n, WEAR_HEIGHT_M), np.zeros(n), faces, "asphalt", np.clip(tints, 0, 255).astype(np.uint8))
