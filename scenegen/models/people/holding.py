"""Arms that hold something and bodies that sit: found once for a model, kept among its facts, laid over any gait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.optimize import least_squares

from scenegen.geometry import FloatArray, rigid_inverse
from scenegen.models.mesh import Joint
from scenegen.models.people.posing import BodyShape, PoseAsk, about_y, solve
from scenegen.models.people.skeleton import BONE, BONES, SIDES

PALM_M = 0.085  # from the wrist, at 1.77 m
PUSH_STROKE_M = 1.15  # way that one push of a wheelchair's wheels carries
PUSH_RAD = 0.40  # how far the arms swing with it
_FIRST_TRY = (0.8, 0.2, 0.5)
_LEAST, _MOST = (-0.9, -0.4, 0.02), (2.4, 1.2, 2.5)


@dataclass(frozen=True)
class Arm:
    """Angles of a held arm, radians: swing about the shoulder, out from the side, elbow."""

    swing: float
    out: float
    elbow: float


@dataclass(frozen=True)
class Hold:
    """How a person is held: arms (left, right; None swings freely), head bent down, and whether it sits and pushes itself.

    `sits_at_m` is the height of the hips and (ahead, aside, up) of the ankles; `shift_m` moves the person along x, so that the
    body's origin is the middle of person and gear.
    """

    arms: tuple[Arm | None, Arm | None] = (None, None)
    head_pitch_rad: float = 0.0
    sits_at_m: tuple[float, float, float, float] | None = None
    shift_m: float = 0.0

    def facts(self) -> dict[str, float]:
        """Give the numbers that say it, for `Model.facts`."""
        said = {"hold_head_rad": self.head_pitch_rad, "hold_shift_m": self.shift_m}
        for side, arm in zip(SIDES, self.arms, strict=True):
            if arm is not None:
                said |= {f"hold_{entry.name}_{side}": getattr(arm, entry.name) for entry in fields(Arm)}
        return said | {f"hold_seat_{i}": value for i, value in enumerate(self.sits_at_m or (0.0,) * 4)}


def hold_of(facts: Mapping[str, float]) -> Hold | None:
    """Read how a person is held from a model's facts; None for who carries nothing."""
    if "hold_head_rad" not in facts:
        return None
    left, right = (
        Arm(*(facts[f"hold_{entry.name}_{side}"] for entry in fields(Arm))) if f"hold_swing_{side}" in facts else None
        for side in SIDES
    )
    seat = (facts["hold_seat_0"], facts["hold_seat_1"], facts["hold_seat_2"], facts["hold_seat_3"])
    return Hold((left, right), facts["hold_head_rad"], seat if facts["hold_seat_0"] > 0.0 else None, facts["hold_shift_m"])


def held(ask: PoseAsk, hold: Hold, travelled_m: FloatArray) -> PoseAsk:
    """Lay a hold over n poses; one who sits pushes the wheels round with the way travelled, (n,) metres."""
    if hold.sits_at_m is not None:
        ask = _seated(ask, *hold.sits_at_m)
    swing, out, elbow = ask.arm_swing.copy(), ask.arm_out.copy(), ask.elbow.copy()
    for i, arm in enumerate(hold.arms):
        if arm is not None:
            swing[:, i], out[:, i], elbow[:, i] = arm.swing, arm.out, arm.elbow
    if hold.sits_at_m is not None:
        stroke = np.sin(2.0 * np.pi * travelled_m / PUSH_STROKE_M)[:, None]
        swing, elbow = swing + PUSH_RAD * stroke, elbow - 0.6 * PUSH_RAD * stroke
    return replace(ask, arm_swing=swing, arm_out=out, elbow=elbow, head_pitch=ask.head_pitch + hold.head_pitch_rad)


def _seated(ask: PoseAsk, hip_m: float, ahead_m: float, aside_m: float, up_m: float) -> PoseAsk:
    """Sit: hips and feet still, whatever the gait asks."""
    still, pair = np.zeros_like(ask.hip), np.ones_like(ask.ankle_x)
    return replace(
        ask, hip=still + hip_m, sway=still, yaw=still, list=still, lean=still + 0.05, ankle_x=pair * ahead_m,
        ankle_y=pair * (aside_m, -aside_m), ankle_z=pair * up_m, foot_pitch=0.0 * pair, toe_pitch=0.0 * pair,
        toe_out=0.08 * pair,
    )  # fmt: skip


def reaching_arm(shape: BodyShape, ask: PoseAsk, palm_m: FloatArray, side: str) -> Arm:
    """Find the angles that bring a palm as near to a place as the arm can.

    Args:
        shape: the person.
        ask: one pose, whose arm of that side is replaced.
        palm_m: (3,) where the palm shall be, body frame.
        side: left or right.
    """
    i = SIDES.index(side)

    def off(angles: FloatArray) -> FloatArray:
        tried = palm_at(shape, solve(shape, with_arm(ask, i, Arm(*map(float, angles))))[0], side)
        return np.concatenate([tried - palm_m, 0.01 * (angles - _FIRST_TRY)])

    found = least_squares(off, np.array(_FIRST_TRY), bounds=(_LEAST, _MOST))
    return Arm(*(float(angle) for angle in found.x))


def with_arm(ask: PoseAsk, i: int, arm: Arm) -> PoseAsk:
    """Give poses whose left (0) or right (1) arm is held."""
    columns = {"arm_swing": ask.arm_swing.copy(), "arm_out": ask.arm_out.copy(), "elbow": ask.elbow.copy()}
    for name, angle in zip(columns, (arm.swing, arm.out, arm.elbow), strict=True):
        columns[name][:, i] = angle
    return replace(ask, **columns)


def palm_at(shape: BodyShape, matrices: FloatArray, side: str) -> FloatArray:
    """Give the place of a palm, (3,), of one pose (joints, 4, 4)."""
    fore, hand = shape.rest_m[BONE[f"fore_{side}"]], shape.rest_m[BONE[f"hand_{side}"]]
    palm = hand + (hand - fore) / np.linalg.norm(hand - fore) * PALM_M * shape.scale
    place: FloatArray = matrices[BONE[f"hand_{side}"]] @ np.array([*palm, 1.0])
    palm_m: FloatArray = place[:3]
    return palm_m


def with_gear(joints: Sequence[Joint], bones: FloatArray, travelled_m: FloatArray, shift_m: float) -> FloatArray:
    """Give the poses of all joints: those of the bones, and of gear that rolls on the ground beside them.

    Args:
        joints: of the model; those after the bones are the gear's, and a wheel's axle is as high as its radius.
        bones: (n, bones, 4, 4) as `solve` gives them.
        travelled_m: (n,) way since the wheels were at rest.
        shift_m: how far the person stands ahead of the body's origin.
    """
    moved = bones.copy()
    moved[:, :, 0, 3] += shift_m
    gear = np.broadcast_to(np.eye(4), (len(bones), len(joints) - len(BONES), 4, 4)).copy()
    for i, joint in enumerate(joints[len(BONES) :]):
        if "wheel" in joint.name:
            turn = np.broadcast_to(np.eye(4), (len(bones), 4, 4)).copy()
            turn[:, :3, :3] = about_y(travelled_m / joint.body_from_joint[2, 3])
            gear[:, i] = joint.body_from_joint @ turn @ rigid_inverse(joint.body_from_joint)
    return np.concatenate([moved, gear], axis=1)
