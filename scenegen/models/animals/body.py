"""The body of a quadruped as one field: a lofted trunk, neck, head and four legs, melted together."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from scenegen.geometry import Float32Array
from scenegen.models.animals.forms import Form, Look
from scenegen.models.animals.skeleton import LEGS, Skeleton
from scenegen.models.people.fields import Field, Vector, capsule, ellipsoid, union, vector

PROFILE_STEPS = 256
STATIONS = {
    "top": (-0.50, -0.45, -0.34, -0.05, 0.20, 0.36, 0.46, 0.50),
    "bottom": (-0.50, -0.40, -0.20, 0.02, 0.26, 0.42, 0.50),
    "half_width": (-0.50, -0.44, -0.32, -0.12, 0.06, 0.28, 0.43, 0.50),
}
"""Where along the trunk, in shares of its length from the middle, each outline is given."""


def body(look: Look, skeleton: Skeleton) -> Field:
    """Give the whole skin of an animal without ears, headgear, tail hair and hooves."""
    form, h = look.form, look.form.withers_m
    trunk_and_neck = union(0.10 * h, trunk(look), neck(look, skeleton))
    legs = [leg(look, skeleton, name) for name in LEGS]
    return union(
        0.035 * h, union(0.05 * h, trunk_and_neck, *_thighs(look, skeleton)), head(look, skeleton), *legs, _dock(form, skeleton)
    )


def trunk(look: Look) -> Field:
    """Give the trunk: ellipses whose top, bottom and width follow outlines along the animal."""
    form, h = look.form, look.form.withers_m
    outlines = {
        "top": (form.croup - 0.20, form.croup - 0.075, form.croup - 0.005, form.back, 1.0 + form.hump, 0.955, 0.87, 0.78),
        "bottom": (
            form.croup - 0.40, form.croup - 0.46, form.back - form.flank, 1.0 - form.chest + 0.03, 1.0 - form.chest,
            1.0 - form.chest + 0.05, 1.0 - form.chest + 0.15,
        ),
        "half_width": tuple(form.width * share for share in (0.20, 0.33, 0.46, 0.44, 0.50, 0.43, 0.33, 0.20)),
    }  # fmt: skip
    along = np.linspace(-0.5, 0.5, PROFILE_STEPS)
    curves = {name: PchipInterpolator(STATIONS[name], values)(along) * h for name, values in outlines.items()}
    x_table = (along * form.length * h).astype(np.float32)
    middle = ((curves["top"] + curves["bottom"]) / 2).astype(np.float32)
    half_height = ((curves["top"] - curves["bottom"]) / 2).astype(np.float32)
    half_width = (curves["half_width"] * look.girth).astype(np.float32)
    end = np.float32(form.length * h / 2)

    def distance(points: Float32Array) -> Float32Array:
        x = np.clip(points[0], -end, end)
        tall, wide = np.interp(x, x_table, half_height), np.interp(x, x_table, half_width)
        beyond = np.maximum(np.abs(points[0]) - end, 0.0)
        y, z = points[1] / wide, (points[2] - np.interp(x, x_table, middle)) / tall
        near = np.sqrt(y * y + z * z)
        slope = np.sqrt((y / wide) ** 2 + (z / tall) ** 2)
        across = near * (near - 1.0) / np.maximum(slope, 1e-4)
        # Behind an end the distance is that to its edge, inside the section that to the flat end
        result = np.where(beyond > 0.0, np.hypot(np.maximum(across, 0.0), beyond), np.maximum(across, np.abs(points[0]) - end))
        distances: Float32Array = result.astype(np.float32)
        return distances

    return distance


def neck(look: Look, skeleton: Skeleton) -> Field:
    """Give the neck: deep at the chest, narrower than deep, with a throat that runs into the breast."""
    form, at = look.form, skeleton.at
    h, girth = form.withers_m, look.girth
    low, high = (radius * h * girth for radius in form.neck_radii)
    base, poll = at["neck"], at["head"]
    breast = vector((form.length / 2 - 0.09) * h, 0, (1.0 - 0.62 * form.chest) * h)
    thin = (1.0, 1.32, 1.0)
    throat = base + 0.55 * (poll - base) - 0.25 * low * vector(-skeleton.rise[2], 0, skeleton.rise[0])
    return union(
        0.06 * h,
        capsule(base, poll - 0.03 * h * skeleton.rise, low, high, thin),
        capsule(breast, throat, 0.72 * low, 0.9 * high, thin),
    )


def head(look: Look, skeleton: Skeleton) -> Field:
    """Give skull, muzzle and jaw."""
    form, h = look.form, look.form.withers_m
    poll, ahead = skeleton.at["head"], skeleton.ahead
    up = vector(-ahead[2], 0, ahead[0])
    length, skull, muzzle = form.head * h, form.skull * h, form.muzzle * h
    axes = np.stack([ahead, vector(0, 1, 0), up])
    deep = muzzle * form.muzzle_depth

    def at(along: float, above: float) -> Vector:
        return poll + along * length * ahead + above * skull * up

    nose = at(1.0, -0.42) - deep * ahead
    brow = at(0.42, 0.10)
    parts = [
        ellipsoid(at(0.22, 0.0), vector(max(0.30 * length, skull * 0.95), skull, skull * 1.05), axes),
        capsule(brow, nose, 0.62 * skull, deep, (1.0, max(form.muzzle_depth, 1.0), 1.0)),
        capsule(at(0.22, -0.50), at(0.82, -0.80) if form.foot == "hoof" else at(0.70, -0.72), 0.62 * skull, 0.62 * deep),
    ]
    parts += [
        ellipsoid(at(0.36, 0.30) + vector(0, side * 0.62 * skull, 0), 0.40 * skull * vector(1.2, 0.8, 0.8)) for side in (-1, 1)
    ]
    if look.kind == "moose":
        # The upper lip hangs over, and a beard of skin hangs from the throat
        parts.append(ellipsoid(nose - 0.25 * deep * up, vector(1.35 * deep, 1.15 * muzzle, 1.15 * deep), axes))
        parts.append(capsule(at(0.18, -1.0), at(0.14, -2.6), 0.30 * skull, 0.14 * skull))
    if look.kind == "wild_boar":
        parts.append(capsule(nose, nose + 0.75 * deep * ahead, 0.95 * deep, 0.85 * deep))
    if look.kind in ("cat", "dog"):
        parts += [
            ellipsoid(nose + vector(0, side * 0.5 * muzzle, -0.25 * deep), muzzle * vector(0.9, 0.75, 0.8)) for side in (-1, 1)
        ]
    return union(0.030 * h if form.foot == "hoof" else 0.022 * h, *parts)


def leg(look: Look, skeleton: Skeleton, name: str) -> Field:
    """Give one leg down to the fetlock and, of a paw, to the ground."""
    form, at = look.form, skeleton.at
    h, girth = form.withers_m, look.girth
    upper, lower, cannon, foot, toe = (at[f"{part}_{name}"] for part in ("upper", "lower", "cannon", "foot", "toe"))
    arm, joint, shaft, end = (radius * h * girth for radius in form.leg_radii)
    is_front = name.startswith("front")
    parts = [
        capsule(lower, cannon, arm if is_front else 1.12 * arm, joint),
        capsule(cannon, foot, 0.95 * joint, shaft),
        capsule(cannon * 0.55 + foot * 0.45, foot, shaft, shaft),
        ellipsoid(cannon, joint * vector(1.12, 1.0, 1.35)),
    ]
    if is_front:
        parts.append(capsule(upper, lower, 1.55 * arm, 1.15 * arm, (1.0, 1.35, 1.0)))
    else:
        parts.append(
            capsule(lower * 0.85 + upper * 0.15, lower * 0.4 + cannon * 0.6, 1.5 * arm, 1.05 * joint, (1.0, 1.25, 1.0))
        )
        parts.append(ellipsoid(cannon + vector(-0.35 * joint, 0, 0.2 * joint), joint * vector(0.95, 0.7, 1.0)))
    if form.foot == "hoof":
        middle = foot * 0.45 + toe * 0.55 + vector(-0.2 * end, 0, 0)
        parts += [
            ellipsoid(foot, 1.08 * max(shaft, 0.8 * end) * vector(1.15, 1.0, 1.1)),
            capsule(foot, middle, shaft, 0.95 * end),
        ]
    else:
        pad = vector(toe[0] - 1.25 * end, toe[1], 0.62 * end)
        parts += [capsule(foot, pad, shaft, 0.8 * end), ellipsoid(pad, end * vector(1.25, 1.0, 0.62))]
    return union(0.018 * h, *parts)


def _thighs(look: Look, skeleton: Skeleton) -> list[Field]:
    """Give the masses of shoulders and thighs, flattened against the trunk."""
    form, at = look.form, skeleton.at
    h, girth = form.withers_m, look.girth
    masses = []
    for side in ("left", "right"):
        hip, stifle = at[f"upper_hind_{side}"], at[f"lower_hind_{side}"]
        sign = 1.0 if side == "left" else -1.0
        thigh = hip * 0.48 + stifle * 0.52 + vector(-0.045 * h, 0, 0)
        masses.append(ellipsoid(thigh, h * girth * vector(0.145, 0.34 * form.width, 0.56 * (form.hip - form.stifle) + 0.075)))
        rump = hip + vector(-0.07 * h, -sign * 0.1 * form.width * h, 0.02 * h)
        masses.append(ellipsoid(rump, h * girth * vector(0.11, 0.34 * form.width, 0.13)))
        point, elbow = at[f"upper_front_{side}"], at[f"lower_front_{side}"]
        blade = vector(point[0] - 0.03 * h, sign * 0.27 * form.width * h, 0.80 * h - 0.1 * form.chest * h)
        masses.append(ellipsoid(blade, h * girth * vector(0.11, 0.17 * form.width, 0.19)))
        masses.append(capsule(point, elbow, 0.085 * h * girth, 0.06 * h * girth, (1.0, 1.4, 1.0)))
    return masses


def _dock(form: Form, skeleton: Skeleton) -> Field:
    """Give the root of the tail."""
    dock, end = skeleton.at["tail"], skeleton.at["tail_end"]
    radius = min(max(0.55 * form.tail[1], 0.018), 0.045) * form.withers_m
    return capsule(dock + vector(0.06 * form.withers_m, 0, 0), dock + 0.3 * (end - dock), 1.1 * radius, 0.9 * radius)
