"""What is fitted to a car's body: mirrors, handles, wipers, rails, spoiler, aerial, exhaust, wheel tubs and floor."""

from __future__ import annotations

import itertools

import numpy as np

from scenegen.models.vehicles.body import Body
from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import boards_of, rounded_box, turned
from scenegen.models.vehicles.outlines import rectangle
from scenegen.models.vehicles.plans import COWL, RAIL_SHARE, ROOF_FRONT, ROOF_MIDDLE, ROOF_REAR, X_CENTRE, X_SIDE
from scenegen.models.vehicles.skin import SIDE_VIEW, Skin, gather

_TUB_M = 0.36
"""How deep the wheel tubs reach into the body from the flank."""


def mirror(body: Body, detail: Detail, *, cap: str) -> Skin:
    """Make the left door mirror."""
    plan = body.plan
    x = float(plan.stations[COWL, X_SIDE]) - 0.22
    z = float(plan.shoulder_z(x)) + 0.10
    y = body.flank_y(x, z - 0.07)
    n = 2 if detail.cell_m else max(4, detail.blob_segments)  # an even number, so that the tips are among the points
    parts = [rounded_box((0.12, 0.20, 0.145), (x, y + 0.13, z), cap, power=3, segments=n, turn=-0.15)]
    if not detail.cell_m:
        parts.append(rounded_box((0.07, 0.14, 0.035), (x + 0.01, y + 0.01, z - 0.055), "trim", segments=2))
    if detail.has_small_parts:
        glass = rounded_box((0.012, 0.165, 0.11), (x - 0.058, y + 0.125, z), "chrome", segments=4, turn=-0.15)
        parts.append(glass)
    return gather(parts)


def floor(body: Body, detail: Detail, *, axles: tuple[float, ...]) -> Skin:
    """Close the body's left half below and put dark walls behind the wheels."""
    plan = body.plan
    half, reach = plan.half_width_m, plan.arch_radius_m
    z = plan.sill_m[0] + 0.05
    low, high = float(body.points_m[:, 0].min()) + 0.25, float(body.points_m[:, 0].max()) - 0.25
    middle, wide = half - 0.40, half - 0.10
    boards = [((low, high), (0.0, middle))]
    boards += [((rear + reach, front - reach), (middle, wide)) for front, rear in itertools.pairwise(axles)]
    quads = [[(a, y1, z), (b, y1, z), (b, y0, z), (a, y0, z)] for (a, b), (y0, y1) in boards]
    parts = [boards_of(np.array(quads), "gap")]
    for axle in axles:
        wall = turned([(reach + 0.03, half - _TUB_M), (0.0, half - _TUB_M)], "gap", segments=detail.wheel_segments)
        wall = wall.moved(axle, 0.0, plan.wheel_radius_m)
        wall.imprint(rectangle(-9, -1, 9, z - 0.08), SIDE_VIEW, None, lambda centre, normal, material: material == material)
        parts.append(wall)
    return gather(parts)


def arch_lining(half: Skin, body: Body, detail: Detail, *, axles: tuple[float, ...]) -> Skin:
    """Line the wheel arches from the edge that was cut into the body's left half to the tub's wall."""
    plan, inner = body.plan, body.plan.half_width_m - _TUB_M
    points = half.corners[..., :3].reshape(-1, 3)
    turn = np.linspace(np.deg2rad(-19), np.deg2rad(199), max(12, detail.wheel_segments))
    quads = []
    for axle in axles:
        x, z = points[:, 0] - axle, points[:, 2] - plan.wheel_radius_m
        is_rim = (np.abs(np.hypot(x, z) / plan.arch_radius_m - 0.99) < 0.02) & (points[:, 1] > inner)
        at = (np.arctan2(z[is_rim], x[is_rim]) + np.pi / 2) % (2 * np.pi) - np.pi / 2
        order = np.argsort(at)
        lip = np.interp(turn, at[order], points[is_rim, 1][order])
        across, up = axle + plan.arch_radius_m * np.cos(turn), plan.wheel_radius_m + plan.arch_radius_m * np.sin(turn)
        outer, wall = np.stack([across, lip, up], 1), np.stack([across, np.full(len(turn), inner), up], 1)
        quads.append(np.stack([outer[1:], outer[:-1], wall[:-1], wall[1:]], 1))
    return boards_of(np.concatenate(quads), "gap")


def handles(body: Body, detail: Detail, *, kind: str, material: str) -> tuple[Skin, Skin]:
    """Make the left front door's handle and that of the door behind it."""
    plan = body.plan
    b, c = plan.pillars_m
    made = []
    for x in (b + 0.13, b - 0.15 if kind in ("van", "ambulance") else c + 0.24):
        z = float(plan.shoulder_z(x)) - 0.115
        y = body.flank_y(x, z)
        grip = rounded_box((0.19, 0.035, 0.032), (x, y + 0.014, z), material, segments=4)
        made.append(gather([grip, rounded_box((0.13, 0.012, 0.05), (x, y, z - 0.004), "gap", segments=4)]))
    return made[0], made[1]


def wiper(body: Body) -> Skin:
    """Lay one blade along the windscreen's foot."""
    row = body.plan.stations[COWL]
    y = np.linspace(0.06, 0.60, 7)
    x = row[X_CENTRE] - 0.045 - 0.08 * y**2
    z = np.array([body.roof_z(float(a), float(b)) for a, b in zip(x, y, strict=True)])
    low = np.stack([x + 0.008, y, z + 0.006], 1)
    up = np.stack([x - 0.012, y, z + 0.02], 1)
    return boards_of(np.stack([low[:-1], low[1:], up[1:], up[:-1]], 1), "trim")


def exhaust(body: Body, detail: Detail) -> Skin:
    """Make the left tail pipe."""
    n, tail = max(4, detail.blob_segments) if not detail.cell_m else 2, float(body.points_m[:, 0].min())
    return rounded_box((0.09, 0.05, 0.05), (tail + 0.06, 0.42, body.plan.sill_m[0] + 0.03), "chrome", power=3, segments=n)


def roof_rail(body: Body, detail: Detail, *, material: str) -> Skin:
    """Make the estate's left roof rail; it stays at every level because it is part of the silhouette."""
    stations, half = body.plan.stations, body.plan.half_width_m
    y = float(stations[ROOF_MIDDLE, RAIL_SHARE]) * half - 0.05
    count = 9 if detail.has_gaps else 3 if detail.cell_m else 5
    x = np.linspace(stations[ROOF_FRONT, X_SIDE] - 0.25, stations[ROOF_REAR, X_SIDE] + 0.2, count)
    z = np.array([body.roof_z(float(a), y) for a in x]) + 0.035
    z[[0, -1]] -= 0.035
    path = np.stack([x, np.full(len(x), y), z], 1)
    ring = np.array([(0.015, 0.0), (0.012, 0.012), (-0.012, 0.012), (-0.015, 0.0), (-0.012, -0.03), (0.012, -0.03)])
    tube = path[:, None] + np.concatenate([np.zeros((6, 1)), ring], 1)[None]
    here, there = tube[:-1], tube[1:]
    quads = np.stack([here, np.roll(here, -1, 1), np.roll(there, -1, 1), there], 2).reshape(-1, 4, 3)
    return boards_of(quads[:, ::-1], material)


def spoiler(body: Body, detail: Detail) -> Skin:
    """Make the left half of a lip over the rear screen, which carries the roof's line on."""
    stations, half = body.plan.stations, body.plan.half_width_m
    width = 0.82 * float(stations[ROOF_REAR, RAIL_SHARE]) * half
    y = np.linspace(0.0, width, 5)
    # It starts where the roof is still level, just below its skin, and goes on over the edge where the roof falls away.
    x = stations[ROOF_REAR, X_CENTRE] + 0.14 - 0.05 * (y / width) ** 2
    z = np.array([body.roof_z(float(a), float(b)) for a, b in zip(x, y, strict=True)])
    reach, thick = 0.27, 0.024
    front, tip = np.stack([x, y, z - 0.004], 1), np.stack([x - reach, y, z - 0.006 - 0.010 * (y / width) ** 2], 1)
    below, root = tip - (0.0, 0.0, thick), front - (0.02, 0.0, 0.05)

    def band(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.stack([first[:-1], first[1:], second[1:], second[:-1]], 1)

    end = np.array([[front[-1], root[-1], below[-1], tip[-1]]])
    quads = np.concatenate([band(front, tip)[:, ::-1], band(tip, below)[:, ::-1], band(below, root)[:, ::-1], end])
    return boards_of(quads, "paint")


def fin(body: Body) -> Skin:
    """Make the left half of a small aerial on the roof's rear."""
    x = float(body.plan.stations[ROOF_REAR, X_SIDE]) + 0.18
    z = body.roof_z(x, 0.0)
    nose, top, tail = (x + 0.09, 0.0, z), (x - 0.05, 0.0, z + 0.045), (x - 0.07, 0.0, z)
    foot = (x - 0.05, 0.022, z - 0.004)
    return boards_of(np.array([[nose, top, foot, foot], [top, tail, foot, foot]])[:, ::-1], "paint")
