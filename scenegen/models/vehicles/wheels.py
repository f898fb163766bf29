"""Wheels: tyre, rim with spokes or a steel disc, brake disc, hub; axle along y, face to the left, centre at the origin."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import boards_of, turned, unit
from scenegen.models.vehicles.skin import Skin, gather
from scenegen.models.vehicles.style import Rim


def car_wheel(radius_m: float, half_width_m: float, face: Rim, detail: Detail) -> Skin:
    """Make a passenger car's wheel: an alloy rim with spokes, or a steel one under a cover."""
    r, w, n, rim = radius_m, half_width_m, detail.wheel_segments, radius_m * face.share
    if detail.cell_m:
        return _far_wheel(r, (-w, w), rim=rim, segments=n)
    is_fine = detail.has_gaps
    tread = [(r, -w * 0.7), (r, w * 0.7)]
    inner = [(rim, -w), (r - 0.03, -w)] if detail.has_small_parts else []
    shoulder = [(r - 0.007, -w * 0.88)] if detail.has_small_parts else []
    tyre = [*inner, *shoulder, *tread, *[(radius, -y) for radius, y in shoulder], (r - 0.03, w), (rim, w * 0.95)]
    parts = [
        turned(tyre, "tyre", segments=n),
        turned([(rim, w * 0.95), (rim - 0.012, w * 0.93), (rim - 0.02, w * 0.2)], "rim", segments=n)
        if detail.has_small_parts
        else turned([(rim, w * 0.95), (rim * 0.88, w * 0.8)], "rim", segments=n),
    ]
    if detail.has_small_parts:
        parts.append(turned([(rim - 0.02, w * 0.2), (0.0, w * 0.2)], "gap", segments=n))
    else:
        parts.append(turned([(rim * 0.88, w * 0.8), (0.0, w * 0.62)], "gap", segments=n))
    if is_fine:
        parts.append(turned([(r * 0.42, w * 0.3), (0.0, w * 0.3)], "disc", segments=20))
    if not face.spokes:
        return gather([*parts, _cover(rim, w, face.material, detail)])
    hub = 0.06 if detail.has_small_parts else 0.075
    barrel = [(hub, w * 0.4)] if detail.has_small_parts else []
    parts.append(turned([*barrel, (hub, w * 0.72), (0.0, w * 0.78)], face.material, segments=max(6, n // 3)))
    parts.append(_spokes(face, hub=hub * 0.9, tip=rim - 0.006, half_width=w, has_flanks=detail.has_small_parts))
    return gather(parts)


def _cover(rim: float, w: float, material: str, detail: Detail) -> Skin:
    """Make a wheel cover that bulges out, with dark slots round its edge."""
    bulge = [(rim - 0.004, w * 0.82), (rim * 0.80, w * 0.94), (rim * 0.35, w * 0.90), (0.0, w * 0.97)]
    if not detail.has_small_parts:
        bulge = [bulge[0], bulge[-1]]
    parts = [turned(bulge, material, segments=detail.wheel_segments)]
    if detail.has_small_parts:
        slots = []
        for turn in np.arange(8) * 2 * np.pi / 8:
            out, across = np.array([np.cos(turn), 0.0, np.sin(turn)]), np.array([-np.sin(turn), 0.0, np.cos(turn)])
            ends = [out * rim * 0.62 + (0, w * 0.945, 0), out * rim * 0.86 + (0, w * 0.945, 0)]
            inner, outer = across * 0.09 * rim, across * 0.12 * rim
            slots.append([ends[0] + inner, ends[1] + outer, ends[1] - outer, ends[0] - inner])
        parts.append(boards_of(np.array(slots), "gap"))
    return gather(parts)


def _far_wheel(radius_m: float, across_m: tuple[float, float], *, rim: float, segments: int) -> Skin:
    """Make a drum of rubber with a metal face."""
    inner, outer = across_m
    tyre = turned([(radius_m, inner), (radius_m, outer - 0.01), (rim, outer)], "tyre", segments=segments)
    return gather([tyre, turned([(rim, outer), (0.0, outer - 0.02)], "disc", segments=segments)])


def _spokes(face: Rim, *, hub: float, tip: float, half_width: float, has_flanks: bool) -> Skin:
    """Make tapered spokes from hub to rim, alone or in pairs."""
    w, count = half_width, face.spokes
    narrow, wide = 0.50 * face.breadth * tip / count, 0.72 * face.breadth * tip / count
    section = np.array(
        [
            (hub, -narrow, w * 0.68), (tip, -wide, w * 0.86), (tip, wide, w * 0.86), (hub, narrow, w * 0.68),
            (hub, -narrow * 0.8, w * 0.25), (tip, -wide * 0.9, w * 0.5), (tip, wide * 0.9, w * 0.5),
            (hub, narrow * 0.8, w * 0.25),
        ]
    )  # fmt: skip
    faces = [(0, 3, 2, 1)] + ([(0, 1, 5, 4), (3, 7, 6, 2)] if has_flanks else [])
    apart = np.pi / count * 0.42
    boards = []
    for turn in np.arange(count) * 2 * np.pi / count + np.pi / 2:
        for angle in (turn - apart, turn + apart) if face.is_paired else (turn,):
            c, s = np.cos(angle), np.sin(angle)
            out, across, y = section.T
            points = np.stack([out * c - across * s, y, out * s + across * c], 1)
            boards += [points[list(corners)] for corners in faces]
    return boards_of(np.array(boards), face.material)


def truck_wheel(radius_m: float, half_width_m: float, detail: Detail, *, is_double: bool) -> Skin:
    """Make a lorry's wheel: a steel disc that bulges out in front, and lies deep in the outer tyre of a double wheel."""
    r, w, n, rim = radius_m, half_width_m, detail.wheel_segments, radius_m * 0.60
    if detail.cell_m:
        return _far_wheel(r, (-3 * w - 0.035 if is_double else -w, w), rim=rim, segments=n)
    is_far = not detail.has_small_parts
    shoulder = [] if is_far else [(r - 0.01, -w * 0.85)]
    back = [(r - 0.05, -w)] if is_far else [(rim, -w), (r - 0.05, -w)]
    tread = [(r, -w * 0.7), (r, w * 0.7)]
    tyre = [*back, *shoulder, *tread, *[(a, -y) for a, y in shoulder], (r - 0.05, w), (rim, w * 0.9)]
    outer = turned(tyre, "tyre", segments=n)
    if is_double:
        deep = [(rim - 0.025, w * 0.8), (rim - 0.03, -w * 0.5), (rim * 0.5, -w * 0.62), (rim * 0.5, w * 0.2), (0.0, w * 0.3)]
        dish = [(rim, w * 0.9), (rim * 0.7, -w * 0.5), (0.0, w * 0.2)] if is_far else [(rim, w * 0.9), *deep]
    else:
        bulge = [(rim - 0.03, w * 0.75), (rim * 0.86, w * 0.6), (rim * 0.55, w * 0.95), (rim * 0.5, w * 1.0), (0.0, w * 1.05)]
        dish = [(rim, w * 0.9), (rim * 0.86, w * 0.6), (0.0, w * 1.05)] if is_far else [(rim, w * 0.9), *bulge]
    parts = [outer, turned(dish, "metal", segments=n), turned([(0.0, -0.4 * w), (rim, -0.9 * w)], "gap", segments=n)]
    if is_double:
        parts += [outer.moved(0.0, -2 * w - 0.035, 0.0)]
    if detail.has_small_parts:
        parts.append(_nuts(rim * 0.33, dish[-2][1] + 0.012 if not is_double else w * 0.3))
    return gather(parts)


def thin_wheel(radius_m: float, tyre_m: float, detail: Detail, *, spokes: int, has_disc: bool = False) -> Skin:
    """Make the wheel of a two-wheeler: round tyre, rim, hub, and wire spokes or cast ones (fewer than ten)."""
    r, t, n = radius_m, tyre_m / 2, detail.wheel_segments
    around = np.linspace(-np.pi, np.pi, 9 if detail.has_gaps else 7 if detail.has_small_parts else 5)
    tyre = [(r - t + t * float(np.cos(a)), t * float(np.sin(a))) for a in around]
    inner, flat = r - 1.7 * t, 0.55 * t
    rim = [(inner, -flat), (inner, flat), (inner - 0.018, flat), (inner - 0.018, -flat), (inner, -flat)]
    parts = [turned(tyre, "tyre", segments=n), turned(rim[1:], "rim", segments=n)]
    hub = max(0.022, 0.25 * t)
    parts.append(turned([(0.0, -1.6 * hub), (hub, -1.6 * hub), (hub, 1.6 * hub), (0.0, 1.6 * hub)], "rim", segments=8))
    if has_disc:
        parts.append(turned([(0.5 * r, flat + 0.012), (0.0, flat + 0.012)], "disc", segments=n))
        parts.append(turned([(0.0, -flat - 0.012), (0.5 * r, -flat - 0.012)], "disc", segments=n))
    half = 0.0022 if spokes >= 10 else 0.011
    boards = []
    for turn in np.arange(spokes) * 2 * np.pi / spokes:
        out, across = np.array([np.cos(turn), 0, np.sin(turn)]), np.array([-np.sin(turn), 0, np.cos(turn)])
        y = np.array([0.0, 1.3 * hub if spokes >= 10 else flat, 0.0])
        ends = [out * hub + y, out * (inner - 0.01) + y * 0.2]
        quad = [ends[0] - across * half, ends[1] - across * half, ends[1] + across * half, ends[0] + across * half]
        boards += [quad, [p * (1, -1, 1) for p in quad[::-1]]]
    return gather([*parts, _both_ways(np.array(boards), "rim")]) if not detail.cell_m else gather(parts)


def _both_ways(quads_m: FloatArray, material: str) -> Skin:
    """Make boards that are seen from both sides."""
    return gather([boards_of(quads_m, material), boards_of(quads_m[:, ::-1], material)])


def _nuts(radius: float, y: float) -> Skin:
    """Make ten wheel nuts as small flat diamonds just over the disc."""
    boards = []
    for turn in np.arange(10) * 2 * np.pi / 10:
        middle = np.array([np.cos(turn), 0.0, np.sin(turn)]) * radius + (0.0, y + 0.02, 0.0)
        out = unit(np.array([np.cos(turn), 0.0, np.sin(turn)])) * 0.016
        across = np.array([-np.sin(turn), 0.0, np.cos(turn)]) * 0.016
        boards.append([middle - out, middle + across, middle + out, middle - across])
    return boards_of(np.array(boards), "gap")
