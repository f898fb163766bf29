"""From what a pose asks for (pelvis, trunk, arms, ankles) to one matrix per joint, for many poses at once.

Legs are solved from the ankle up, so a foot is where it is asked to be; everything else goes from the pelvis outwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.mesh import Joint
from scenegen.models.people.skeleton import ARM_OUT_RAD, BALL, BONE, BONES, HEEL, PARENT, SIDES, TIP

REACH = 0.9995  # share of the straight leg that a pose may ask for; a straight leg has no knee direction


@dataclass(frozen=True, eq=False)
class BodyShape:
    """What posing needs of a model: rest joints (joints, 3) m, and lengths in metres."""

    rest_m: FloatArray
    foot_m: float
    ankle_m: float
    scale: float
    stoop_rad: float
    arm_out_rad: float

    @property
    def thigh_m(self) -> float:
        """Length of the thigh."""
        return float(np.linalg.norm(self.rest_m[BONE["shin_left"]] - self.rest_m[BONE["thigh_left"]]))

    @property
    def shin_m(self) -> float:
        """Length of the shin."""
        return float(np.linalg.norm(self.rest_m[BONE["foot_left"]] - self.rest_m[BONE["shin_left"]]))

    @property
    def hip_above_pelvis_m(self) -> float:
        """Height of the hip joints above the pelvis joint at rest."""
        return float(self.rest_m[BONE["thigh_left"], 2] - self.rest_m[BONE["pelvis"], 2])


def body_shape(joints: Sequence[Joint], facts: Mapping[str, float]) -> BodyShape:
    """Read the shape of a person from a model's joints and facts."""
    return BodyShape(
        rest_m=np.stack([joint.body_from_joint[:3, 3] for joint in joints]),
        foot_m=facts["foot_m"], ankle_m=facts["ankle_m"], scale=facts["stature_m"] / 1.77,
        stoop_rad=facts["stoop_rad"], arm_out_rad=facts["arm_out_rad"],
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class PoseAsk:
    """What n poses ask for; angles in radians, lengths in metres, pairs are (left, right).

    hip (n,) height of the hips; sway (n,) the pelvis's y; yaw, list (n,) of the pelvis, counter-clockwise and left side up;
    lean (n,) of the trunk; arm_swing, elbow (n, 2) forward positive; arm_out (n, 2) from the side; ankle_x, ankle_y, ankle_z
    (n, 2) in the body frame; foot_pitch, toe_pitch (n, 2) toes up; toe_out (n, 2); head_yaw, head_pitch (n,) of the head
    against the trunk, to the left and down.
    """

    hip: FloatArray
    sway: FloatArray
    yaw: FloatArray
    list: FloatArray
    lean: FloatArray
    arm_swing: FloatArray
    arm_out: FloatArray
    elbow: FloatArray
    ankle_x: FloatArray
    ankle_y: FloatArray
    ankle_z: FloatArray
    foot_pitch: FloatArray
    toe_pitch: FloatArray
    toe_out: FloatArray
    head_yaw: FloatArray
    head_pitch: FloatArray


def standing(shape: BodyShape, count: int) -> PoseAsk:
    """Ask for standing at ease: feet a little apart, the left one ahead, knees unlocked, arms down."""

    def one(value: float) -> FloatArray:
        return np.full(count, value)

    def pair(left: float, right: float) -> FloatArray:
        return np.tile((left, right), (count, 1))

    half_step, ahead = 0.090 * shape.scale, 0.040 * shape.scale
    leg = (shape.thigh_m + shape.shin_m) * (0.996 - 0.06 * shape.stoop_rad)
    aside = half_step - float(shape.rest_m[BONE["thigh_left"], 1])
    hip = shape.ankle_m + float(np.sqrt(leg * leg - aside * aside - ahead * ahead))
    return PoseAsk(
        hip=one(hip), sway=one(0.0), yaw=one(0.0), list=one(0.0), lean=one(np.radians(1.0) + shape.stoop_rad),
        arm_swing=pair(0.02, 0.09), arm_out=pair(shape.arm_out_rad, shape.arm_out_rad), elbow=pair(0.22, 0.32),
        ankle_x=pair(ahead, -ahead), ankle_y=pair(half_step, -half_step), ankle_z=pair(shape.ankle_m, shape.ankle_m),
        foot_pitch=pair(0.0, 0.0), toe_pitch=pair(0.0, 0.0), toe_out=pair(0.12, 0.24),
        head_yaw=one(0.0), head_pitch=one(0.0),
    )  # fmt: skip


def above_ground(shape: BodyShape, ask: PoseAsk) -> PoseAsk:
    """Lift ankles where heel, ball or toe tip would go below the ground."""
    foot, ankle = shape.foot_m, shape.ankle_m
    sin, cos = np.sin(ask.foot_pitch), np.cos(ask.foot_pitch)
    ball = BALL * foot * sin - ankle * cos
    heel = HEEL * foot * sin - ankle * cos
    tip = ball + (TIP - BALL) * foot * np.sin(ask.toe_pitch)
    lowest = ask.ankle_z + np.minimum(np.minimum(heel, ball), tip)
    values = {entry.name: getattr(ask, entry.name) for entry in fields(PoseAsk)}
    values["ankle_z"] = ask.ankle_z + np.maximum(-lowest, 0.0)
    return PoseAsk(**values)


def solve(shape: BodyShape, ask: PoseAsk) -> FloatArray:
    """Give body_from_rest for every joint.

    Args:
        shape: the person.
        ask: n poses.
    Returns:
        (n, joints, 4, 4) float64; a posed vertex is the weighted sum of its joints' matrices times its rest position.
    """
    n, stoop = len(ask.hip), shape.stoop_rad
    turns: dict[str, FloatArray] = {"pelvis": about_z(ask.yaw) @ about_x(ask.list)}
    places: dict[str, FloatArray] = {"pelvis": np.stack([np.zeros(n), ask.sway, ask.hip - shape.hip_above_pelvis_m], axis=-1)}

    def attach(bone: str, turn: FloatArray) -> None:
        parent = PARENT[bone]
        turns[bone] = turns[parent] @ turn
        places[bone] = places[parent] + turned(turns[parent], shape.rest_m[BONE[bone]] - shape.rest_m[BONE[parent]])

    attach("lumbar", about_y(ask.lean * 0.5) @ about_z(-ask.yaw * 0.9) @ about_x(-ask.list * 0.8))
    attach("chest", about_y(ask.lean * 0.5 + stoop * 0.5) @ about_z(-ask.yaw))
    level = ask.lean + 0.035
    attach("neck", about_y(0.4 * ask.head_pitch + (0.035 + stoop * 0.4)) @ about_z(ask.yaw * 0.5 + ask.head_yaw * 0.4))
    attach("head", about_y(0.6 * ask.head_pitch - level - stoop * 0.9) @ about_z(ask.yaw * 0.4 + ask.head_yaw * 0.6))
    for i, side in enumerate(SIDES):
        _attach_arm(attach, ask, i, side)
        _attach_leg(shape, ask, i, side, turns, places)
    matrices = np.zeros((n, len(BONES), 4, 4))
    for bone, row in BONE.items():
        matrices[:, row, :3, :3] = turns[bone]
        matrices[:, row, :3, 3] = places[bone] - turned(turns[bone], shape.rest_m[row])
    matrices[:, :, 3, 3] = 1.0
    return matrices


def _attach_arm(attach: Callable[[str, FloatArray], None], ask: PoseAsk, i: int, side: str) -> None:
    """Hang an arm: swing about the shoulder, let down from the rest pose, bend elbow and wrist."""
    sign = 1.0 - 2.0 * i
    down = about_x((ask.arm_out[:, i] - ARM_OUT_RAD) * sign)
    inward = about_z(np.full(len(ask.hip), -0.15 * sign))
    attach(f"arm_{side}", about_y(-ask.arm_swing[:, i]) @ inward @ down)
    up = np.swapaxes(down, -1, -2)
    attach(f"fore_{side}", up @ about_y(-ask.elbow[:, i]) @ down)
    attach(f"hand_{side}", up @ about_y(np.full(len(ask.hip), -0.1)) @ down)


def _attach_leg(
    shape: BodyShape, ask: PoseAsk, i: int, side: str, turns: dict[str, FloatArray], places: dict[str, FloatArray]
) -> None:
    """Solve thigh and shin to the asked ankle; the knee points where the toes point."""
    rest, thigh_m, shin_m = shape.rest_m, shape.thigh_m, shape.shin_m
    hip_rest, knee_rest, ankle_rest, ball_rest = (rest[BONE[f"{b}_{side}"]] for b in ("thigh", "shin", "foot", "toe"))
    hip = places["pelvis"] + turned(turns["pelvis"], hip_rest - rest[BONE["pelvis"]])
    ankle = np.stack([ask.ankle_x[:, i], ask.ankle_y[:, i], ask.ankle_z[:, i]], axis=-1)
    heading = about_z(ask.toe_out[:, i] * (1.0 - 2.0 * i))
    toes = heading[..., 0]

    # Bend the knee so that thigh and shin span the distance from hip to ankle.
    reach = np.sqrt(((ankle - hip) ** 2).sum(-1, keepdims=True))
    down = (ankle - hip) / reach
    reach = np.minimum(reach, (thigh_m + shin_m) * REACH)
    ahead = _unit(toes - down * (toes * down).sum(-1, keepdims=True))
    cos = np.clip((thigh_m**2 + reach**2 - shin_m**2) / (2 * thigh_m * reach), -1, 1)
    thigh = down * cos + ahead * np.sqrt(1 - cos * cos)
    shin = (down * reach - thigh * thigh_m) / shin_m
    names = [f"{bone}_{side}" for bone in ("thigh", "shin", "foot", "toe")]
    rest_toes = np.array((1.0, 0.0, 0.0))
    turns[names[0]] = _limb_frame(thigh, toes) @ _limb_frame(_unit(knee_rest - hip_rest), rest_toes).T
    turns[names[1]] = _limb_frame(shin, toes) @ _limb_frame(_unit(ankle_rest - knee_rest), rest_toes).T
    turns[names[2]] = heading @ about_y(-ask.foot_pitch[:, i])
    turns[names[3]] = heading @ about_y(-ask.toe_pitch[:, i])
    places[names[0]] = hip
    places[names[1]] = hip + thigh * thigh_m
    places[names[2]] = places[names[1]] + shin * shin_m
    places[names[3]] = places[names[2]] + turned(turns[names[2]], ball_rest - ankle_rest)


def _unit(vectors: FloatArray) -> FloatArray:
    """Scale vectors (..., 3) to length 1."""
    unit: FloatArray = vectors / np.sqrt((vectors * vectors).sum(-1, keepdims=True))
    return unit


def _limb_frame(down: FloatArray, ahead: FloatArray) -> FloatArray:
    """Give the frame (..., 3, 3) whose z goes up a limb and whose x is as near to `ahead` as can be."""
    y = _unit(np.cross(-down, ahead))
    return np.stack([np.cross(y, -down), y, -down], axis=-1)


def turned(rotations: FloatArray, direction: FloatArray) -> FloatArray:
    """Turn one direction (3,) by rotations (n, 3, 3); gives (n, 3), the same bits for one as for many."""
    product: FloatArray = rotations[..., 0] * direction[0] + rotations[..., 1] * direction[1] + rotations[..., 2] * direction[2]
    return product


def about_x(angle: FloatArray) -> FloatArray:
    """Rotations (n, 3, 3) about x, radians."""
    return _about(angle, 0)


def about_y(angle: FloatArray) -> FloatArray:
    """Rotations (n, 3, 3) about y, radians; positive leans forward."""
    return _about(angle, 1)


def about_z(angle: FloatArray) -> FloatArray:
    """Rotations (n, 3, 3) about z, radians; positive turns left."""
    return _about(angle, 2)


def _about(angle: FloatArray, axis: int) -> FloatArray:
    first, second = (axis + 1) % 3, (axis + 2) % 3
    cos, sin = np.cos(angle), np.sin(angle)
    rotations = np.zeros((*angle.shape, 3, 3))
    rotations[..., axis, axis] = 1.0
    rotations[..., first, first], rotations[..., second, second] = cos, cos
    rotations[..., second, first], rotations[..., first, second] = sin, -sin
    return rotations
