"""The bones of a quadruped: names, parents and where the joints lie in the rest pose, which is standing square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.models.animals.forms import Form
from scenegen.models.mesh import Joint
from scenegen.models.people.fields import Vector, vector
from scenegen.models.skeletons import upright_joints

LEGS = ("front_left", "front_right", "hind_left", "hind_right")
SEGMENTS = ("upper", "lower", "cannon", "foot")
_TRUNK = {
    "pelvis": "", "loin": "pelvis", "chest": "loin", "neck": "chest", "head": "neck", "tail": "pelvis", "tail_end": "tail",
}  # fmt: skip


def _parents() -> dict[str, str]:
    parents = dict(_TRUNK)
    for leg in LEGS:
        above = "chest" if leg.startswith("front") else "pelvis"
        for segment in SEGMENTS:
            parents[f"{segment}_{leg}"] = above
            above = f"{segment}_{leg}"
    return parents


PARENT: dict[str, str] = _parents()
"""Parent of each bone by name; parents come before their children."""
BONES: tuple[str, ...] = tuple(PARENT)
BONE: dict[str, int] = {name: i for i, name in enumerate(BONES)}


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Rest-pose points by name, (3,) metres: a joint for each bone, and the ends `nose`, `tail_tip` and `toe_<leg>`.

    `toe` is the foremost point of a foot on the ground. `rise` and `ahead` are unit directions of neck and head.
    """

    at: dict[str, Vector]
    rise: Vector
    ahead: Vector


def make_skeleton(form: Form) -> Skeleton:
    """Place the joints of an animal; the feet stand symmetric about the origin."""
    h, half = form.withers_m, form.length / 2
    front_x, hind_x = half - 0.13, -half + 0.13
    rise = np.radians(form.neck_rise)
    fall = np.radians(form.head_fall)
    up, ahead = vector(np.cos(rise), 0, np.sin(rise)), vector(np.cos(fall), 0, -np.sin(fall))
    neck = vector(half - 0.20, 0, 1.0 - 0.42 * form.chest)
    poll = neck + (form.neck + 0.06) * up
    droop = np.radians(form.tail_fall)
    dock = vector(-half - 0.005, 0, form.croup - 0.11)
    at: dict[str, Vector] = {
        "pelvis": vector(hind_x + 0.06, 0, form.hip + 0.02),
        "loin": vector(-0.12 * form.length, 0, form.back - 0.14),
        "chest": vector(0.16 * form.length, 0, form.back - 0.14),
        "neck": neck,
        "head": poll,
        "nose": poll + form.head * ahead,
        "tail": dock,
        "tail_end": dock + 0.5 * form.tail[0] * vector(-np.cos(droop), 0, -np.sin(droop)),
        "tail_tip": dock + form.tail[0] * vector(-np.cos(droop), 0, -np.sin(droop)),
    }
    for leg in LEGS:
        y = form.stand if leg.endswith("left") else -form.stand
        at |= _front(form, leg, front_x, y) if leg.startswith("front") else _hind(form, leg, hind_x, y)
    return Skeleton({name: point * h for name, point in at.items()}, up, ahead)


def _front(form: Form, leg: str, x: float, y: float) -> dict[str, Vector]:
    shoulder_z = form.elbow + 0.16
    return {
        f"upper_{leg}": vector(x + 0.085, y * 0.95, shoulder_z),
        f"lower_{leg}": vector(x - 0.035, y, form.elbow),
        f"cannon_{leg}": vector(x + 0.005, y, form.carpus),
        f"foot_{leg}": vector(x, y, form.fetlock),
        f"toe_{leg}": vector(x + _toe(form), y, 0.0),
    }


def _hind(form: Form, leg: str, x: float, y: float) -> dict[str, Vector]:
    return {
        f"upper_{leg}": vector(x + 0.035, y * 0.85, form.hip),
        f"lower_{leg}": vector(x + 0.135, y * 1.05, form.stifle),
        f"cannon_{leg}": vector(x - 0.095, y, form.hock),
        f"foot_{leg}": vector(x - 0.050, y, form.fetlock),
        f"toe_{leg}": vector(x - 0.050 + _toe(form), y, 0.0),
    }


def _toe(form: Form) -> float:
    """How far the toe is ahead of the fetlock."""
    return 0.075 if form.foot == "hoof" else 1.7 * form.leg_radii[3]


def joints_of(skeleton: Skeleton) -> tuple[Joint, ...]:
    """Give the model's joints."""
    return upright_joints(skeleton.at, PARENT)
