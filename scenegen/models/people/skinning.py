"""Which bones move a vertex: soft nearest of the bone capsules, and a wide blend for cloth that hangs from the hips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.people.fields import Vector, capsule, vector
from scenegen.models.people.looks import Look
from scenegen.models.people.pieces import Piece
from scenegen.models.people.skeleton import BONE, SIDES, Skeleton

SOFTNESS_M = 0.020  # e-folding length of a bone's grip, at 1.77 m
HANG_M = 0.16  # height below the hip over which hanging cloth goes from the pelvis to the thighs
HANG_SHARE = 0.88  # of hanging cloth's weight that the thighs take in the end


@dataclass(frozen=True, eq=False)
class Grip:
    """A capsule (m) inside which a bone holds a vertex fully."""

    start: Vector
    end: Vector
    radius_m: float


def bone_grips(look: Look, skeleton: Skeleton) -> dict[str, list[Grip]]:
    """Give the capsules of every bone.

    A clavicle capsule belongs to the chest and the arm's starts 22 % down, so the shoulder cap stays put when the arm
    comes down from the rest pose.
    """
    at, scale = skeleton.at, look.scale
    grips = {
        "pelvis": [Grip(at["pelvis"], at["lumbar"], 0.13)],
        "lumbar": [Grip(at["lumbar"], at["chest"], 0.12)],
        "chest": [Grip(at["chest"], at["neck"], 0.12)],
        "neck": [Grip(at["neck"], at["head"], 0.06)],
        "head": [Grip(at["head"] + vector(0, 0, 0.02), at["top"], 0.09)],
    }
    for side in SIDES:
        shoulder, elbow, wrist, tip = (at[f"{bone}_{side}"] for bone in ("arm", "fore", "hand", "tip"))
        hip, knee, ankle, ball = (at[f"{bone}_{side}"] for bone in ("thigh", "shin", "foot", "toe"))
        grips["chest"].append(Grip(at["neck"] + vector(-0.012, 0, -0.02), shoulder + 0.05 * (shoulder - elbow), 0.050))
        grips[f"arm_{side}"] = [Grip(shoulder + 0.22 * (elbow - shoulder), elbow, 0.050)]
        grips[f"fore_{side}"] = [Grip(elbow, wrist, 0.045)]
        grips[f"hand_{side}"] = [Grip(wrist, tip, 0.04)]
        grips[f"thigh_{side}"] = [Grip(hip * 0.85 + knee * 0.15, knee, 0.085)]
        grips[f"shin_{side}"] = [Grip(knee, ankle, 0.06)]
        heel, before_ball = ankle + scale * vector(-0.06, 0, -0.03), ball + vector(-0.03 * scale, 0, 0.03)
        grips[f"foot_{side}"] = [Grip(heel, before_ball, 0.05)]
        grips[f"toe_{side}"] = [Grip(ball + vector(0.03 * scale, 0, 0.03), ball + vector(0.09 * scale, 0, 0.02), 0.05)]
    return grips


def skin(
    piece: Piece, vertices: Float32Array, grips: dict[str, list[Grip]], look: Look, skeleton: Skeleton
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint16]], Float32Array]:
    """Give joints (n, 4) and weights (n, 4) of a piece's vertices; the weights sum to 1."""
    points = np.ascontiguousarray(vertices.T)
    distances = np.stack([_distance_to(grips[bone], points, look.scale) for bone in piece.bones], axis=1)
    weights = np.exp(-(distances - distances.min(axis=1, keepdims=True)) / (SOFTNESS_M * look.scale))
    if piece.hangs:
        _hang(weights, piece.bones, distances, vertices, float(skeleton.at["pelvis"][2]))
    return four_best(weights, np.array([BONE[bone] for bone in piece.bones], np.uint16))


def _distance_to(grips: list[Grip], points: Float32Array, scale: float) -> FloatArray:
    """Give the distance (n,) to the nearest capsule of a bone."""
    fields = [capsule(grip.start, grip.end, grip.radius_m * scale, grip.radius_m * scale) for grip in grips]
    nearest: FloatArray = np.minimum.reduce([field(points) for field in fields]).astype(np.float64)
    return nearest


def _hang(weights: FloatArray, bones: tuple[str, ...], distances: FloatArray, vertices: Float32Array, hip_m: float) -> None:
    """Reweigh cloth below the hips in place: pelvis above, left and right thigh below, blended across the middle."""
    row = {bone: i for i, bone in enumerate(bones)}
    down = np.clip((hip_m + 0.02 - vertices[:, 2].astype(np.float64)) / HANG_M, 0, 1)
    left = 1 / (1 + np.exp(-vertices[:, 1].astype(np.float64) / 0.030))
    hanging = (vertices[:, 2] < hip_m + 0.02) & (np.abs(vertices[:, 1]) < 0.32)
    arms = [row[bone] for bone in bones if bone.startswith(("arm", "fore"))]
    if arms:
        # A cuff hangs beside the hip in the rest pose: it belongs to the arm when the arm is clearly nearer.
        to_arm = distances[:, arms].min(axis=1)
        to_trunk = np.minimum(distances[:, row["pelvis"]], distances[:, row["lumbar"]])
        hanging &= ~((to_arm < 0.10) & (to_arm < to_trunk - 0.005))
    thighs = [row["thigh_left"], row["thigh_right"]]
    weights[:, thighs] = 0
    weights[hanging] = 0
    weights[hanging, row["pelvis"]] = 1 - HANG_SHARE * down[hanging]
    weights[hanging, thighs[0]] = HANG_SHARE * (down * left)[hanging]
    weights[hanging, thighs[1]] = HANG_SHARE * (down * (1 - left))[hanging]


def four_best(
    weights: FloatArray, bone_rows: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint16]], Float32Array]:
    """Keep the four heaviest bones, normalised so that the float32 weights sum to exactly 1."""
    best = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    kept = np.take_along_axis(weights, best, axis=1)
    joints = bone_rows[best]
    missing = 4 - kept.shape[1]
    kept, joints = np.pad(kept, ((0, 0), (0, missing))), np.pad(joints, ((0, 0), (0, missing)))
    # Round to 1/65536 so that sums are exact in float32, and let the heaviest take what is left.
    shares = np.floor(kept / kept.sum(axis=1, keepdims=True) * 65536.0)
    shares[:, 0] = 65536.0 - shares[:, 1:].sum(axis=1)
    return joints, (shares / 65536.0).astype(np.float32)
