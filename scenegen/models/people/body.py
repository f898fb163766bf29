"""The bare body as fields: torso, arms, hands and legs, in radii for a 1.77 m man scaled by stature and build."""

from __future__ import annotations

import numpy as np

from scenegen.models.people.fields import Field, Vector, capsule, ellipsoid, union, vector
from scenegen.models.people.looks import Look
from scenegen.models.people.skeleton import SIDE_SIGN, SIDES, Skeleton

# Half widths and half depths (m) of ribcage, waist and pelvis.
_WIDTHS = {
    "man": (0.166, 0.142, 0.158), "woman": (0.148, 0.118, 0.168),
    "elderly": (0.156, 0.142, 0.160), "child": (0.156, 0.142, 0.160),
}  # fmt: skip
_DEPTHS = {
    "man": (0.120, 0.108, 0.115), "woman": (0.110, 0.095, 0.118),
    "elderly": (0.116, 0.118, 0.118), "child": (0.116, 0.118, 0.118),
}  # fmt: skip
_ARM_GIRTH = {"man": 1.0, "woman": 0.90, "elderly": 0.92, "child": 0.86}
_LEG_GIRTH = {"man": 1.0, "woman": 1.0, "elderly": 0.93, "child": 0.90}


def torso(look: Look, skeleton: Skeleton) -> Field:
    """Give ribcage, waist, pelvis, shoulder girdle and the base of the neck as one field."""
    at, scale, girth = skeleton.at, look.scale, look.girth
    wide = girth * (1.04 if look.kind == "child" else 1.0)
    (chest_w, waist_w, hip_w), (chest_d, waist_d, hip_d) = _WIDTHS[look.kind], _DEPTHS[look.kind]
    bust = (0.062, 0.062) if look.kind == "woman" else (0.050, 0.070)

    def level(share: float) -> float:
        return float(at["pelvis"][2] + share * (at["neck"][2] - at["pelvis"][2]))

    masses = [
        ellipsoid(vector(-0.005, 0, level(0.66)), vector(chest_d * girth, chest_w * wide, 0.20 * scale)),
        ellipsoid(vector(0.004, 0, level(0.34)), vector(waist_d * girth, waist_w * wide, 0.15 * scale)),
        ellipsoid(vector(-0.004, 0, level(0.02)), vector(hip_d * girth, hip_w * wide, 0.13 * scale)),
        capsule(at["neck"] + vector(-0.012, 0, -0.03 * scale), at["head"], 0.070 * scale, 0.056 * scale),
    ]
    for side in SIDES:
        sign = SIDE_SIGN[side]
        inner, outer = at["neck"] + vector(-0.014, sign * 0.025, -0.012 * scale), at[f"arm_{side}"] - vector(0, sign * 0.014, 0)
        masses += [
            capsule(inner, outer, 0.050 * girth, 0.041 * girth),
            ellipsoid(vector(-0.062 * girth, sign * 0.075 * girth, level(-0.06)), girth * vector(0.075, 0.080, 0.085)),
            ellipsoid(vector(0.062 * girth, sign * 0.070 * girth, level(0.70)), girth * vector(bust[0], 0.075, bust[1])),
        ]
    return union(0.07 * scale, *masses)


def arm(look: Look, skeleton: Skeleton, side: str) -> Field:
    """Give an arm from the shoulder cap to the wrist."""
    shoulder, elbow, wrist = (skeleton.at[f"{bone}_{side}"] for bone in ("arm", "fore", "hand"))
    girth = look.girth * _ARM_GIRTH[look.kind]
    deltoid = shoulder * 0.78 + elbow * 0.22 + vector(0, SIDE_SIGN[side] * 0.004, 0)
    return union(
        0.03,
        capsule(shoulder, elbow, 0.050 * girth, 0.042 * girth),
        ellipsoid(deltoid, girth * vector(0.053, 0.050, 0.07)),
        capsule(elbow, wrist, 0.044 * girth, 0.029 * girth),
        ellipsoid(elbow * 0.75 + wrist * 0.25, girth * vector(0.047, 0.045, 0.055)),
    )


def hand(look: Look, skeleton: Skeleton, side: str) -> Field:
    """Give a hand with four curled fingers and a thumb, and the end of the wrist."""
    wrist, tip = skeleton.at[f"hand_{side}"], skeleton.at[f"tip_{side}"]
    along: Vector = (tip - wrist) / np.linalg.norm(tip - wrist)
    palmward: Vector = vector(0, along[2], -along[1]) * SIDE_SIGN[side]
    size = float(np.linalg.norm(tip - wrist)) / 0.184
    palm_axes = np.stack([vector(1, 0, 0), along, palmward])
    masses = [
        capsule(wrist, wrist + along * 0.06 * size, 0.026 * size, 0.030 * size),
        ellipsoid(wrist + along * 0.055 * size, size * vector(0.042, 0.040, 0.016), palm_axes),
        capsule(wrist - along * 0.05, wrist, 0.030 * look.scale, 0.027 * look.scale),
    ]
    for i, reach in enumerate((0.9, 1.0, 0.96, 0.8)):
        root = wrist + along * 0.088 * size + vector((1.5 - i) * 0.0195 * size, 0, 0)
        knuckle = root + along * 0.040 * size * reach + palmward * 0.012
        end = knuckle + along * 0.022 * size * reach + palmward * 0.026
        masses += [
            capsule(root, knuckle, 0.0115 * size, 0.0105 * size),
            capsule(knuckle, end, 0.0105 * size, 0.009 * size),
        ]
    thumb = wrist + along * 0.03 * size + vector(0.025 * size, 0, 0)
    thumb_end = thumb + along * 0.055 * size + vector(0.024 * size, 0, 0) + palmward * 0.012
    return union(0.010, *masses, capsule(thumb, thumb_end, 0.016 * size, 0.010 * size))


def leg(look: Look, skeleton: Skeleton, side: str) -> Field:
    """Give a leg from the hip to the ankle."""
    hip, knee, ankle = (skeleton.at[f"{bone}_{side}"] for bone in ("thigh", "shin", "foot"))
    girth, scale = look.girth * _LEG_GIRTH[look.kind], look.scale
    return union(
        0.04,
        capsule(hip, knee, 0.090 * girth, 0.058 * girth),
        ellipsoid(hip * 0.6 + knee * 0.4 + vector(0.02, 0, 0), vector(0.074 * girth, 0.074 * girth, 0.17 * scale)),
        capsule(knee, ankle, 0.055 * girth, 0.038 * girth),
        ellipsoid(knee * 0.7 + ankle * 0.3 + vector(-0.018, 0, 0), vector(0.056 * girth, 0.054 * girth, 0.10 * scale)),
    )
