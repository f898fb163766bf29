"""Which bones move a vertex of an animal: the soft nearest of the bones' capsules."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.animals.forms import Look
from scenegen.models.animals.skeleton import BONE, LEGS, Skeleton
from scenegen.models.people.fields import Vector, capsule, vector
from scenegen.models.people.skinning import four_best

SOFTNESS = 0.020  # e-folding length of a bone's grip, in withers heights

Grip = tuple[Vector, Vector, float]
"""A capsule inside which a bone holds a vertex fully: ends (m) and radius (m)."""


def skin(
    vertices: Float32Array, skeleton: Skeleton, look: Look, bones: tuple[str, ...]
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint16]], Float32Array]:
    """Give joints (n, 4) and weights (n, 4) of vertices that only some bones may move; the weights sum to 1."""
    grips, points = _grips(look, skeleton), np.ascontiguousarray(vertices.T)
    distances = np.stack([_distance(grips[bone], points) for bone in bones], axis=1)
    soft = SOFTNESS * look.form.withers_m * np.array([_SOFTER.get(bone.split("_")[0], 1.0) for bone in bones])
    weights = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / soft)
    return four_best(weights, np.array([BONE[bone] for bone in bones], np.uint16))


_SOFTER = {"pelvis": 3.0, "loin": 3.0, "chest": 3.0, "neck": 2.2, "upper": 3.0}
"""Bones whose grip goes further: hide slides over shoulders and thighs."""


def _grips(look: Look, skeleton: Skeleton) -> dict[str, Grip]:
    """Give the capsule of every bone."""
    form, at, h = look.form, skeleton.at, look.form.withers_m
    half = form.length * h / 2
    spine = (form.back - 0.22) * h
    low, high = form.neck_radii
    trunk = 0.34 * form.chest * h
    grips: dict[str, Grip] = {
        "pelvis": (vector(-half + 0.10 * h, 0, spine), vector(-0.22 * form.length * h, 0, spine), trunk),
        "loin": (vector(-0.16 * form.length * h, 0, spine), vector(0.0, 0, spine), trunk),
        "chest": (vector(0.08 * form.length * h, 0, spine), vector(half - 0.14 * h, 0, spine - 0.04 * h), trunk),
        "neck": (at["neck"] + 0.12 * h * skeleton.rise, at["head"] - 0.05 * h * skeleton.rise, 0.9 * min(low, high) * h),
        "head": (at["head"] + 0.06 * h * skeleton.ahead, at["nose"], 0.9 * form.skull * h),
        "tail": (at["tail"], at["tail_end"], form.tail[1] * h),
        "tail_end": (at["tail_end"], at["tail_tip"], form.tail[1] * h),
    }
    for leg in LEGS:
        upper, lower, cannon, foot, toe = (at[f"{part}_{leg}"] for part in ("upper", "lower", "cannon", "foot", "toe"))
        arm, joint, shaft, end = (radius * h for radius in form.leg_radii)
        grips[f"upper_{leg}"] = (upper * 0.85 + lower * 0.15, lower, 1.1 * arm)
        grips[f"lower_{leg}"] = (lower, cannon, joint)
        grips[f"cannon_{leg}"] = (cannon, foot, shaft)
        grips[f"foot_{leg}"] = (foot, toe - vector(0.5 * end, 0, -0.4 * end), 0.8 * end)
    return grips


def _distance(grip: Grip, points: Float32Array) -> FloatArray:
    start, end, radius = grip
    return capsule(start, end, radius, radius)(points).astype(np.float64)
