"""Where COCO's key points lie on a person: joint centres for limbs, and eyes, ears and nose on the skin of that very head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, FloatArray, IntArray, frozen
from scenegen.models.imports.folders import is_own
from scenegen.models.mesh import Mesh, Model
from scenegen.models.people.heads import HEAD_SHARE, UNIT_HEAD_M, HeadFrame, head_frame
from scenegen.models.people.looks import draw_look
from scenegen.models.people.skeleton import SIDE_SIGN

COCO_NAMES = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
    "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
"""COCO's seventeen key points in COCO's order."""

COCO_LIMBS = (
    (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9), (8, 10),
    (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
)  # fmt: skip
"""Pairs of rows of `COCO_NAMES` that a skeleton draws lines between, as COCO has them."""

_JOINT = {"shoulder": "arm", "elbow": "fore", "wrist": "hand", "hip": "thigh", "knee": "shin", "ankle": "foot"}
_FLESH = {
    "shoulder": ("chest", "arm"), "elbow": ("arm", "fore"), "wrist": ("fore", "hand"), "hip": ("pelvis", "thigh"),
    "knee": ("thigh", "shin"), "ankle": ("shin",),
}  # fmt: skip
"""Bones whose skin lies round a joint's centre; the shoe reaches too far ahead to count for the ankle."""
_ALONG = {
    "shoulder": ("arm", "fore"), "elbow": ("arm", "fore"), "wrist": ("fore", "hand"), "hip": ("thigh", "shin"),
    "knee": ("thigh", "shin"), "ankle": ("shin", "foot"),
}  # fmt: skip
"""Joints between which the limb runs that is measured."""
_WORN_PARTS = ("hair", "hat", "bag", "gear")  # worn over body and clothes: they hide what is behind
_SLICE_M = 0.03  # half the height of the slice of skin that is measured round a joint, at 1.77 m

# Of the unit head: a place from which the mesh is searched, the reach of the search, and the way out (ahead, aside).
_NOSE = ((0.102, 0.0, -0.026), 0.026, (1.0, 0.0))
_EYE = ((0.089, 0.031, 0.004), 0.011, (1.0, 0.0))
_EAR = ((-0.006, 0.080, -0.006), 0.026, (0.0, 1.0))
_BLUNT = 0.002
_COARSE_LIMB_M = 0.05  # radius of a limb of a person's own model that has no vertex near the joint, at 1.77 m


@dataclass(frozen=True, eq=False)
class Landmarks:
    """COCO's key points on one model at rest, in COCO's order.

    rest_m (17, 3) float64 in the body frame; joints (17, 4) int32 and weights (17, 4) float64 skin them as the mesh is skinned;
    beneath_m (17,) how far the skin lies from a point at most: 0 on the head, the limb's radius with its clothes for joints.
    """

    rest_m: FloatArray
    joints: IntArray
    weights: FloatArray
    beneath_m: FloatArray


def find_landmarks(model: Model) -> Landmarks:
    """Find COCO's key points on a person.

    Args:
        model: of a person, from the catalogue.
    Returns:
        The seventeen points.
    Raises:
        ValueError: the model is no person.
    """
    if model.rig != "person":
        raise ValueError(f"{model.spec.kind} has rig {model.rig!r}, wanted 'person'")
    mesh, frame = model.meshes[0], _head_of(model)
    rest, beneath = np.zeros((len(COCO_NAMES), 3)), np.zeros(len(COCO_NAMES))
    joints, weights = np.zeros((len(COCO_NAMES), 4), np.int32), np.zeros((len(COCO_NAMES), 4))
    is_head = mesh.part == model.parts.index("head")
    for i, name in enumerate(COCO_NAMES):
        side, _, point = name.rpartition("_")
        if point in _JOINT:
            joint = model.joint_index[f"{_JOINT[point]}_{side}"]
            rest[i] = model.joints[joint].body_from_joint[:3, 3]
            joints[i], weights[i, 0] = joint, 1.0
            beneath[i] = _skin_distance_m(model, mesh, point, side, rest[i])
        else:
            rest[i], vertex = _on_head(mesh, is_head, frame, point, side, is_coarse=is_own(model.spec.kind))
            joints[i], weights[i] = mesh.joints[vertex], mesh.weights[vertex]
    return Landmarks(frozen(rest), frozen(joints), frozen(weights), frozen(beneath))


def _head_of(model: Model) -> HeadFrame:
    """Give where the head's own numbers lie: by the look that made it, or by the stature of a person's own model."""
    if not is_own(model.spec.kind):
        return head_frame(draw_look(model.spec))
    head = model.joints[model.joint_index["head"]].body_from_joint[:3, 3]
    stature_m = model.facts["stature_m"]
    scale = stature_m * HEAD_SHARE["man"] / UNIT_HEAD_M
    return HeadFrame(np.array([head[0], head[1], stature_m - 0.117 * scale]), scale)


def _on_head(
    mesh: Mesh, is_head: BoolArray, frame: HeadFrame, point: str, side: str, *, is_coarse: bool
) -> tuple[FloatArray, np.intp]:
    """Give the point of the head that sticks out most near where a feature was modelled, and its vertex."""
    (x, y, z), reach, (ahead, aside) = {"nose": _NOSE, "eye": _EYE, "ear": _EAR}[point]
    sign = SIDE_SIGN.get(side, 1.0)
    own = frame.own(mesh.positions_m)
    away = np.linalg.norm(own - (x, sign * y, z), axis=1)
    near = np.flatnonzero(is_head & (away < reach))
    if not len(near) and is_coarse and is_head.any():
        near = np.flatnonzero(is_head)[[np.argmin(away[is_head])]]
    if not len(near):
        raise ValueError(f"no vertex of the head lies near the {side} {point}".replace("  ", " "))
    out = own[near] @ (ahead, sign * aside, 0.0)
    # Average the few vertices about as far out: a blunt tip has no single foremost one.
    tip = near[out > out.max() - _BLUNT]
    return mesh.positions_m[tip].astype(np.float64).mean(axis=0), near[np.argmax(out)]


def _skin_distance_m(model: Model, mesh: Mesh, point: str, side: str, centre: FloatArray) -> float:
    """Give the distance within which nine tenths of skin and clothes lie round a joint's centre, across the limb."""
    bones = [model.joint_index[bone if bone in ("chest", "pelvis") else f"{bone}_{side}"] for bone in _FLESH[point]]
    start, end = (model.joints[model.joint_index[f"{bone}_{side}"]].body_from_joint[:3, 3] for bone in _ALONG[point])
    along = (end - start) / np.linalg.norm(end - start)
    scale = model.facts["stature_m"] / 1.77
    offset = mesh.positions_m.astype(np.float64) - centre
    height = offset @ along
    worn = [model.parts.index(name) for name in _WORN_PARTS]
    is_round = np.isin(mesh.joints[:, 0], bones) & ~np.isin(mesh.part, worn) & (np.abs(height) < _SLICE_M * scale)
    # Leave out the other leg, and the chest beyond the shoulder.
    inner = abs(centre[1]) - _SLICE_M * scale if point == "shoulder" else 0.0
    is_round &= mesh.positions_m[:, 1] * SIDE_SIGN[side] > inner
    if not is_round.any() and is_own(model.spec.kind):
        return _COARSE_LIMB_M * scale
    if not is_round.any():
        raise ValueError(f"no skin lies round the {side} {point} of {model.spec}")
    across = np.linalg.norm(offset[is_round] - height[is_round, None] * along, axis=1)
    return float(np.quantile(across, 0.9))
