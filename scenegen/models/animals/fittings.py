"""What sits on an animal's body as pieces of its own: ears, eyes, nose, hooves, tail, mane, antlers, horns, tusks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.models.animals.forms import Look
from scenegen.models.animals.skeleton import LEGS, Skeleton
from scenegen.models.people.fields import Field, Vector, capsule, carve, cut_below, ellipsoid, union, vector


@dataclass(frozen=True, eq=False)
class Fitting:
    """A closed piece: what it is, the bones that may move it, the field, the box it lies in, cell size, triangles, material."""

    name: str
    bones: tuple[str, ...]
    field: Field
    low_m: Vector
    high_m: Vector
    voxel_m: float
    triangles: int
    material: str = "cloth"
    near_only: bool = False


def fittings(look: Look, skeleton: Skeleton) -> list[Fitting]:
    """Give all pieces beside the body."""
    pieces = [*_ears(look, skeleton), *_eyes(look, skeleton), _nose(look, skeleton), *_tail(look, skeleton)]
    if look.form.foot == "hoof":
        pieces += [_hoof(look, skeleton, leg) for leg in LEGS]
    if look.kind == "horse":
        pieces.append(_mane(look, skeleton))
    if look.kind == "wild_boar":
        pieces += _tusks(look, skeleton)
    if look.has_headgear:
        pieces += {"roe_deer": _roe_antlers, "white_tailed_deer": _deer_antlers, "moose": _moose_antlers, "cow": _horns}[
            look.kind
        ](look, skeleton)
    return pieces


def _on_head(look: Look, skeleton: Skeleton, along: float, aside: float, above: float) -> Vector:
    """Give a point of the head: along in head lengths from the poll, aside and above in skull half widths."""
    ahead = skeleton.ahead
    up = vector(-ahead[2], 0, ahead[0])
    skull = look.form.skull * look.form.withers_m
    point: Vector = (
        skeleton.at["head"]
        + along * look.form.head * look.form.withers_m * ahead
        + above * skull * up
        + vector(0, aside * skull, 0)
    )
    return point


def _round(points: list[Vector], reach_m: float) -> tuple[Vector, Vector]:
    """Give the box round some points with a margin."""
    return np.min(points, axis=0) - reach_m, np.max(points, axis=0) + reach_m


_EAR_WAY: dict[str, tuple[float, float, float]] = {
    "roe_deer": (-0.25, 0.75, 0.85), "white_tailed_deer": (-0.25, 0.85, 0.70), "moose": (-0.45, 0.8, 0.55),
    "wild_boar": (-0.35, 0.45, 0.9), "fox": (-0.05, 0.36, 1.0), "dog": (0.05, 0.32, -0.9), "cat": (-0.02, 0.34, 1.0),
    "cow": (-0.25, 1.0, -0.12), "horse": (0.12, 0.22, 1.0),
}  # fmt: skip
"""Which way the left ear points: back and ahead, out, up, in the body frame."""


def _ears(look: Look, skeleton: Skeleton) -> list[Fitting]:
    """Give two leaf-shaped ears, hollow in front; those of a dog hang."""
    form, h = look.form, look.form.withers_m
    length, width = form.ear[0] * h, form.ear[1] * h
    pieces = []
    for side in (1.0, -1.0):
        out, way = side, np.array(_EAR_WAY[look.kind])
        along = way * (1.0, out, 1.0) / np.linalg.norm(way)
        is_drop = look.kind == "dog"
        root = _on_head(look, skeleton, 0.10, side * (0.78 if is_drop else 0.60), 0.62 if is_drop else 0.55)
        facing = np.array((0.25, side * 1.0, 0.1)) if is_drop else np.array((0.9, side * 0.65, 0.0))
        facing = facing - along * (facing @ along)
        facing /= np.linalg.norm(facing)
        axes = np.stack([along, np.cross(facing, along), facing])
        pointed = form.foot == "paw" and not is_drop
        shell = ellipsoid(
            root + along * length * (0.30 if pointed else 0.5),
            np.array((length * (0.70 if pointed else 0.5), width / 2, width * 0.20)),
            axes,
        )
        if pointed:
            shell = _pointed(root, along, np.cross(facing, along), facing, length, width)
        hollow = ellipsoid(
            root + along * length * 0.52 + facing * width * 0.17, np.array((length * 0.40, width * 0.33, width * 0.20)), axes
        )
        field = (
            shell
            if is_drop
            else carve(
                union(
                    0.15 * width,
                    shell,
                    capsule(root - along * 0.12 * length, root + along * 0.2 * length, 0.26 * width, 0.30 * width),
                ),
                hollow,
                0.08 * width,
            )
        )
        low, high = _round([root - along * 0.2 * length, root + along * 1.05 * length], 0.65 * width)
        pieces.append(Fitting("ear", ("head",), field, low, high, width / 13, 420))
    return pieces


def _pointed(root: Vector, along: Vector, across: Vector, facing: Vector, length: float, width: float) -> Field:
    """Give a triangular ear: two slanting ridges that meet at the tip."""
    tip = root + along * length
    ridges = [capsule(root + across * side * 0.42 * width, tip, 0.11 * width, 0.035 * width) for side in (-1.0, 0.0, 1.0)]
    between = [
        capsule(root + across * side * 0.21 * width - facing * 0.04 * width, tip, 0.11 * width, 0.035 * width)
        for side in (-1.0, 1.0)
    ]
    return union(0.10 * width, *ridges, *between)


def _eyes(look: Look, skeleton: Skeleton) -> list[Fitting]:
    skull = look.form.skull * look.form.withers_m
    radius = (0.26 if look.kind == "cat" else 0.20) * skull
    pieces = []
    for side in (1.0, -1.0):
        forward = look.kind in ("cat", "dog", "fox")
        middle = _on_head(look, skeleton, 0.44 if forward else 0.40, side * (0.56 if forward else 0.80), 0.34)
        field = ellipsoid(middle, radius * vector(1.0, 1.0, 0.85))
        pieces.append(
            Fitting(
                "eye", ("head",), field, middle - 1.4 * radius, middle + 1.4 * radius, radius / 3, 90, "leather", near_only=True
            )
        )
    return pieces


def _nose(look: Look, skeleton: Skeleton) -> Fitting:
    """Give the bare skin at the tip of the nose."""
    form, h = look.form, look.form.withers_m
    ahead = skeleton.ahead
    up = vector(-ahead[2], 0, ahead[0])
    muzzle, deep = form.muzzle * h, form.muzzle * form.muzzle_depth * h
    reach = 0.62 if look.kind == "wild_boar" else 0.0
    tip = _on_head(look, skeleton, 1.0, 0.0, -0.42) + (reach * deep) * ahead
    big = {"wild_boar": 0.88, "cow": 0.86, "moose": 0.7, "horse": 0.6}.get(look.kind, 0.55)
    middle = tip - 0.52 * big * deep * ahead + (0.35 if big < 0.8 else 0.05) * deep * up
    axes = np.stack([ahead, vector(0, 1, 0), up])
    field = ellipsoid(middle, vector(0.62 * big * deep, big * muzzle, 0.8 * big * deep), axes)
    size = 1.3 * max(muzzle, deep)
    return Fitting("nose", ("head",), field, middle - size, middle + size, size / 10, 140, "leather")


def _hoof(look: Look, skeleton: Skeleton, leg: str) -> Fitting:
    """Give a hoof: a slanting cone, cloven but for a horse's, flat on the ground."""
    form, at = look.form, skeleton.at
    toe, end = at[f"toe_{leg}"], form.leg_radii[3] * form.withers_m * look.girth
    length = toe[0] - at[f"foot_{leg}"][0]
    top, front = vector(toe[0] - 0.62 * length, toe[1], 0.62 * length), vector(toe[0] - 0.95 * end, toe[1], 0.0)
    heel = vector(front[0] - 0.9 * end, toe[1], 0.0)
    claws: list[Field] = []
    for side in (0.0,) if look.kind == "horse" else (-1.0, 1.0):
        aside = vector(0, side * 0.40 * end, 0)
        girth = 1.0 if look.kind == "horse" else 0.66
        claws.append(union(0.3 * end, capsule(top + 0.6 * aside, front + aside, 0.80 * girth * end, girth * 0.95 * end),
                           capsule(top + 0.6 * aside, heel + aside, 0.7 * girth * end, 0.85 * girth * end)))  # fmt: skip
    field = cut_below(union(0.05 * end, *claws), 0.0, 0.05 * end)
    field = carve(
        field, capsule(top + vector(0, 0, 0.9 * end), top + vector(-3 * end, 0, 0.9 * end), 0.3 * end, 0.3 * end), 0.2 * end
    )
    low, high = _round([top, front, heel], 1.3 * end)
    low[2] = -0.5 * end
    return Fitting("hoof", (f"foot_{leg}",), field, low, high, end / 7, 220, "leather")


def _tail(look: Look, skeleton: Skeleton) -> list[Fitting]:
    """Give the tail in the manner of its kind."""
    form, at, h = look.form, skeleton.at, look.form.withers_m
    dock, middle, tip, radius = at["tail"] + vector(0.025 * h, 0, 0.01 * h), at["tail_end"], at["tail_tip"], form.tail[1] * h
    if look.kind == "fox":
        bulge = dock * 0.35 + tip * 0.65
        field = union(0.06 * h, capsule(dock, bulge, 0.42 * radius, radius), capsule(bulge, tip, radius, 0.22 * radius))
    elif look.kind in ("cow", "wild_boar"):
        tuft = middle * 0.35 + tip * 0.65
        field = union(
            0.02 * h,
            capsule(dock, tip, radius, 0.6 * radius),
            ellipsoid(
                tuft * 0.4 + tip * 0.6,
                vector(1.7 * radius, 1.7 * radius, 0.34 * float(np.linalg.norm(tip - tuft)) + 2.2 * radius),
            ),
        )
    elif look.kind == "horse":
        bulge, back = dock * 0.45 + tip * 0.55, vector(-0.035 * h, 0, 0)
        field = union(
            0.04 * h,
            capsule(dock, bulge + back, 0.55 * radius, 1.15 * radius),
            capsule(bulge + back, tip, 1.15 * radius, 0.5 * radius),
        )
    elif look.kind == "white_tailed_deer":
        field = union(
            0.03 * h,
            capsule(dock, middle, 0.7 * radius, 1.2 * radius, (1.5, 1.0, 1.0)),
            capsule(middle, tip, 1.1 * radius, 0.3 * radius, (1.5, 1.0, 1.0)),
        )
    elif look.kind in ("cat", "dog"):
        lift = vector(-0.02 * h, 0, 0.10 * h if look.kind == "cat" else 0.07 * h)
        end = tip + lift
        field = union(
            0.03 * h,
            capsule(dock, middle, 1.05 * radius, radius),
            capsule(middle, end, radius, (0.75 if look.kind == "cat" else 0.35) * radius),
        )
        tip = end
    else:
        field = capsule(dock, tip, radius, 0.7 * radius)
    low, high = _round([dock, middle, tip], 2.6 * radius)
    return [Fitting("tail", ("tail", "tail_end"), field, low, high, max(radius / 5, 0.012 * h), 700)]


def _mane(look: Look, skeleton: Skeleton) -> Fitting:
    """Give a mane that lies over the crest of the neck to the right, and a forelock."""
    form, at, h = look.form, skeleton.at, look.form.withers_m
    crest = vector(-skeleton.rise[2], 0, skeleton.rise[0])
    low_r, high_r = (radius * h for radius in form.neck_radii)
    start, end = at["neck"] + 0.80 * low_r * crest + vector(-0.02 * h, 0, 0.01 * h), at["head"] + 0.90 * high_r * crest
    hang = [
        capsule(
            start + share * (end - start),
            start + share * (end - start) + vector(0, -0.062 * h, -0.085 * h) - 0.06 * h * crest,
            0.032 * h,
            0.014 * h,
            (1.0, 1.5, 1.0),
        )
        for share in np.linspace(0.05, 0.98, 8)
    ]
    brow = _on_head(look, skeleton, 0.34, 0.0, 0.95)
    field = union(0.03 * h, capsule(start, end, 0.024 * h, 0.034 * h), *hang, capsule(end, brow, 0.032 * h, 0.018 * h))
    low, high = _round([start, end, brow], 0.17 * h)
    return Fitting("mane", ("chest", "neck", "head"), field, low, high, 0.011 * h, 900, "hair")


def _tusks(look: Look, skeleton: Skeleton) -> list[Fitting]:
    skull = look.form.skull * look.form.withers_m
    pieces = []
    for side in (1.0, -1.0):
        root = _on_head(look, skeleton, 0.80, side * 0.44, -0.80)
        tip = root + skull * vector(0.06, side * 0.22, 0.42)
        low, high = _round([root, tip], 0.2 * skull)
        pieces.append(
            Fitting(
                "horn",
                ("head",),
                capsule(root, tip, 0.085 * skull, 0.03 * skull),
                low,
                high,
                0.05 * skull,
                80,
                "leather",
                near_only=True,
            )
        )
    return pieces


def _branches(look: Look, paths: list[list[tuple[float, float, float, float]]]) -> tuple[Field, list[Vector]]:
    """Give tubes along paths of (x, y, z, radius) in withers heights and all their points."""
    h = look.form.withers_m
    tubes: list[Field] = []
    ends: list[Vector] = []
    for path in paths:
        points = [vector(x, y, z) * h for x, y, z, _ in path]
        ends += points
        tubes += [capsule(points[i], points[i + 1], path[i][3] * h, path[i + 1][3] * h) for i in range(len(path) - 1)]
    return union(0.008 * h, *tubes), ends


def _antlers(
    look: Look, skeleton: Skeleton, left: list[list[tuple[float, float, float, float]]], triangles: int
) -> list[Fitting]:
    """Mirror the paths of a left antler, given from its root, and put both on the head."""
    h, pieces = look.form.withers_m, []
    for side in (1.0, -1.0):
        root = _on_head(look, skeleton, 0.20, side * 0.48, 0.78) / h
        paths = [[(root[0] + x, root[1] + side * y, root[2] + z, r) for x, y, z, r in path] for path in left]
        field, points = _branches(look, paths)
        low, high = _round(points, 0.05 * h)
        pieces.append(Fitting("horn", ("head",), field, low, high, 0.009 * h, triangles, "leather"))
    return pieces


def _roe_antlers(look: Look, skeleton: Skeleton) -> list[Fitting]:
    beam = [(0.0, 0.0, 0.0, 0.024), (-0.02, 0.03, 0.13, 0.018), (-0.02, 0.035, 0.22, 0.013), (-0.055, 0.045, 0.34, 0.007)]
    tine = [(-0.02, 0.03, 0.15, 0.014), (0.05, 0.045, 0.235, 0.006)]
    back = [(-0.025, 0.038, 0.24, 0.012), (-0.075, 0.03, 0.28, 0.006)]
    return _antlers(look, skeleton, [beam, tine, back], 500)


def _deer_antlers(look: Look, skeleton: Skeleton) -> list[Fitting]:
    beam = [
        (0.0, 0.0, 0.0, 0.020), (-0.07, 0.06, 0.10, 0.017), (-0.08, 0.15, 0.20, 0.015), (0.0, 0.21, 0.28, 0.013),
        (0.12, 0.18, 0.33, 0.006),
    ]  # fmt: skip
    tines = [
        [(-0.02, 0.02, 0.03, 0.012), (0.03, 0.03, 0.11, 0.005)],
        [(-0.08, 0.12, 0.17, 0.013), (-0.06, 0.13, 0.36, 0.005)],
        [(-0.02, 0.20, 0.26, 0.012), (0.0, 0.20, 0.41, 0.005)],
        [(0.05, 0.20, 0.30, 0.010), (0.08, 0.20, 0.40, 0.005)],
    ]
    return _antlers(look, skeleton, [beam, *tines], 800)


def _moose_antlers(look: Look, skeleton: Skeleton) -> list[Fitting]:
    """Give palms: tines that fan out from a beam, melted into a plate near it."""
    beam = [(0.0, 0.0, 0.0, 0.026), (-0.02, 0.12, 0.02, 0.024)]
    rows = [beam]
    for k, turn in enumerate(np.linspace(-0.85, 1.45, 7)):
        reach = (0.16, 0.20, 0.24, 0.27, 0.28, 0.27, 0.23)[k]
        x, y, z = -float(np.sin(turn)), 0.72 * float(np.cos(turn)), 0.50 + 0.28 * float(np.cos(turn))
        inner, outer = 0.62 * reach, reach
        rows.append(
            [
                (-0.02, 0.12, 0.02, 0.022),
                (-0.02 + x * inner, 0.12 + y * inner, 0.02 + z * inner, 0.026),
                (-0.02 + x * outer, 0.12 + y * outer, 0.04 + z * outer * 1.1, 0.007),
            ]
        )
    return _antlers(look, skeleton, rows, 1000)


def _horns(look: Look, skeleton: Skeleton) -> list[Fitting]:
    horn = [(-0.02, 0.0, -0.02, 0.022), (-0.03, 0.07, 0.015, 0.019), (0.0, 0.12, 0.055, 0.013), (0.03, 0.125, 0.11, 0.005)]
    return _antlers(look, skeleton, [horn], 260)
