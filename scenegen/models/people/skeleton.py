"""The bones of a person: names, parents and where the joints lie in the rest pose (arms 30 degrees out)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.models.mesh import Joint
from scenegen.models.people.fields import Vector, vector
from scenegen.models.people.looks import Look
from scenegen.models.skeletons import upright_joints

SIDES = ("left", "right")
SIDE_SIGN = {"left": 1.0, "right": -1.0}
_LIMB = {"arm": "chest", "fore": "arm", "hand": "fore", "thigh": "pelvis", "shin": "thigh", "foot": "shin", "toe": "foot"}
_TRUNK = {"pelvis": "", "lumbar": "pelvis", "chest": "lumbar", "neck": "chest", "head": "neck"}
PARENT: dict[str, str] = _TRUNK | {
    f"{bone}_{side}": parent if parent in _TRUNK else f"{parent}_{side}" for side in SIDES for bone, parent in _LIMB.items()
}
"""Parent of each bone by name; parents come before their children."""
BONES: tuple[str, ...] = tuple(PARENT)
BONE: dict[str, int] = {name: i for i, name in enumerate(BONES)}

ADULT = {
    "ankle": 0.039, "knee": 0.285, "hip": 0.522, "lumbar": 0.585, "chest": 0.68, "neck": 0.825, "head": 0.868,
    "shoulder": 0.788, "arm": 0.180, "fore": 0.146, "hand": 0.104, "foot": 0.152,
}  # fmt: skip
"""Heights and lengths as shares of stature: Drillis and Contini 1966, shoulder lowered to the joint's centre."""
CHILD = {
    "ankle": 0.041, "knee": 0.268, "hip": 0.495, "lumbar": 0.56, "chest": 0.65, "neck": 0.795, "head": 0.832,
    "shoulder": 0.755, "arm": 0.172, "fore": 0.140, "hand": 0.098, "foot": 0.155,
}  # fmt: skip
"""The same at about 7 years: larger head, shorter legs."""
HALF_SHOULDER = {"man": 0.103, "woman": 0.093, "elderly": 0.097, "child": 0.098}
HALF_HIP = {"man": 0.050, "woman": 0.054, "elderly": 0.052, "child": 0.048}

HEEL, BALL, TIP = -0.25, 0.46, 0.80  # points of the sole ahead of the ankle, in foot lengths
ARM_OUT_RAD = float(np.radians(30.0))
LEG_OUT_RAD = float(np.radians(5.0))


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Rest-pose joints by bone name, (3,) metres in the body frame, and the lengths behind them.

    `at` also holds the ends `top` (crown) and `tip_left`, `tip_right` (finger tips); `length_m` has the entries of `ADULT`
    times the stature.
    """

    at: dict[str, Vector]
    length_m: dict[str, float]


def make_skeleton(look: Look) -> Skeleton:
    """Place the joints of a person in the rest pose."""
    shares = CHILD if look.kind == "child" else ADULT
    length = {name: share * look.stature_m for name, share in shares.items()}
    at = {
        "pelvis": vector(0, 0, length["hip"]),
        "lumbar": vector(0, 0, length["lumbar"]),
        "chest": vector(-0.005, 0, length["chest"]),
        "neck": vector(-0.012, 0, length["neck"]),
        "head": vector(0.004, 0, length["head"]),
        "top": vector(0.01, 0, look.stature_m),
    }
    for side in SIDES:
        sign = SIDE_SIGN[side]
        down_arm = vector(0, sign * np.sin(ARM_OUT_RAD), -np.cos(ARM_OUT_RAD))
        down_leg = vector(0, sign * np.tan(LEG_OUT_RAD), -1)
        at[f"arm_{side}"] = vector(-0.008, sign * HALF_SHOULDER[look.kind] * look.stature_m, length["shoulder"])
        at[f"fore_{side}"] = at[f"arm_{side}"] + down_arm * length["arm"]
        at[f"hand_{side}"] = at[f"fore_{side}"] + down_arm * length["fore"]
        at[f"tip_{side}"] = at[f"hand_{side}"] + down_arm * length["hand"]
        at[f"thigh_{side}"] = vector(0, sign * HALF_HIP[look.kind] * look.stature_m, length["hip"])
        at[f"shin_{side}"] = at[f"thigh_{side}"] + down_leg * (length["hip"] - length["knee"])
        at[f"foot_{side}"] = at[f"shin_{side}"] + down_leg * (length["knee"] - length["ankle"])
        at[f"toe_{side}"] = at[f"foot_{side}"] * (1, 1, 0) + vector(BALL * length["foot"], 0, 0)
    return Skeleton(at, length)


def joints_of(skeleton: Skeleton) -> tuple[Joint, ...]:
    """Give the model's joints."""
    return upright_joints(skeleton.at, PARENT)
