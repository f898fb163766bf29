"""People and animals of a person's own: their bones mapped to ours, so that they walk, run and stand as ours do.

A person is brought from the pose of the file (often a T) into our rest pose, arms 30 degrees out, before anything else looks
at it; an animal's file must show it standing square.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from scenegen.errors import AssetError
from scenegen.geometry import FloatArray, IntArray
from scenegen.models.animals.skeleton import LEGS
from scenegen.models.animals.skeleton import PARENT as ANIMAL_PARENT
from scenegen.models.imports.card import Card
from scenegen.models.imports.meshing import box_of, joined, normals_of, skinned_mesh
from scenegen.models.imports.pieces import MAX_DEPTH, Content, Piece
from scenegen.models.mesh import Mesh, Model, ModelSpec
from scenegen.models.people.posing import body_shape, solve, standing
from scenegen.models.people.skeleton import ADULT, ARM_OUT_RAD, BALL, HEEL, LEG_OUT_RAD, SIDE_SIGN, SIDES, TIP
from scenegen.models.people.skeleton import PARENT as PERSON_PARENT
from scenegen.models.skeletons import upright_joints

_MAY_LACK = {"lumbar", "neck", "toe_left", "toe_right", "loin", "tail", "tail_end"}
"""Bones that a file may lack: they are put where they lie in most bodies."""
PERSON_PARTS = (
    "torso", "head", "hair", "hat", "bag", "arm_left", "arm_right", "hand_left", "hand_right", "leg_left", "leg_right",
    "foot_left", "foot_right", "gear",
)  # fmt: skip
_PERSON_PART = {"arm": "arm", "fore": "arm", "hand": "hand", "thigh": "leg", "shin": "leg", "foot": "foot", "toe": "foot"}
ANIMAL_PARTS = ("trunk", "head", "tail", *(f"leg_{leg}" for leg in LEGS))
_HANGING_ARM_RAD = float(np.radians(7.0))
_TAIL_LIFT_RAD = 0.3
_FOOT_SHARES = (0.10, 0.20)  # of stature: shortest and longest foot, by our measure
_TOE_AHEAD = 0.075  # of the hip height: toe ahead of the fetlock


def boned(content: Content, card: Card, spec: ModelSpec) -> Model:
    """Give the model of a person or an animal.

    Args:
        content: in body axes, on the ground.
        card: names the node of each bone.
        spec: of the model.
    Raises:
        AssetError: a bone is missing or its node is not there; or the body does not stand upright.
    """
    parents = PERSON_PARENT if card.category == "person" else ANIMAL_PARENT
    node_of = _nodes_of(content, card, parents)
    at = {bone: content.nodes[node].file_from_node[:3, 3].copy() for bone, node in node_of.items()}
    bone_of_node = _bones_of_nodes(content, node_of, list(parents))
    pieces = [(piece, *_gripped(piece, bone_of_node)) for piece in content.pieces]
    if card.category == "person":
        return _person(at, pieces, card, spec)
    return _animal(at, pieces, card, spec)


def _nodes_of(content: Content, card: Card, parents: Mapping[str, str]) -> dict[str, int]:
    """Give the node of every bone that the card names, or that is called as ours."""
    number = {node.name: i for i, node in enumerate(content.nodes) if node.name}
    named = card.joints or {bone: bone for bone in parents if bone in number}
    for ours, theirs in named.items():
        if ours not in parents:
            raise AssetError(f"{card.path.name}: joints: {ours!r} is no bone of ours; they are {', '.join(parents)}")
        if theirs not in number:
            raise AssetError(f"{card.path.name}: joints: {ours}: no node of {card.file.name} is called {theirs!r}")
    missing = [bone for bone in parents if bone not in named and bone not in _MAY_LACK]
    if missing:
        raise AssetError(f"{card.path.name}: joints: no node for {', '.join(missing)}; name the file's own under `joints`")
    return {ours: number[theirs] for ours, theirs in named.items()}


def _bones_of_nodes(content: Content, node_of: dict[str, int], bones: list[str]) -> IntArray:
    """Give for every node the row of the bone that it moves with: its own, or that of the nearest node above."""
    own = {node: bones.index(bone) for bone, node in node_of.items()}
    found = np.full(len(content.nodes), bones.index("pelvis"), np.int32)
    for number in range(len(content.nodes)):
        above = number
        for _ in range(MAX_DEPTH + 1):
            if above < 0:
                break
            if above in own:
                found[number] = own[above]
                break
            above = content.nodes[above].parent
    return found


def _gripped(piece: Piece, bone_of_node: IntArray) -> tuple[IntArray, FloatArray]:
    """Give bones (n, 4) and weights (n, 4) of the vertices of a piece."""
    n = len(piece.points)
    if piece.bones is None or piece.weights is None:
        bones, weights = np.zeros((n, 4), np.int32), np.zeros((n, 4))
        bones[:, 0], weights[:, 0] = bone_of_node[piece.node], 1.0
        return bones, weights
    return bone_of_node[piece.bones], piece.weights


def _person(at: dict[str, FloatArray], pieces: list[tuple[Piece, IntArray, FloatArray]], card: Card, spec: ModelSpec) -> Model:
    """Bring a person into our rest pose and give the model."""
    top = max(float(piece.points[:, 2].max()) for piece, _, _ in pieces)
    if not 0.3 * top < at["thigh_left"][2] < at["chest"][2] < at["head"][2] < top:
        raise AssetError(f"{card.path.name}: hips, chest and head do not lie one over the other; are `forward` and `up` right?")
    if at["arm_left"][1] <= at["arm_right"][1]:
        raise AssetError(f"{card.path.name}: the left arm lies to the right; is `forward` right, and left not right?")
    at.setdefault("lumbar", (at["pelvis"] + at["chest"]) / 2)
    at.setdefault("neck", at["chest"] + 0.8 * (at["head"] - at["chest"]))
    length = _foot_length(at, pieces, top)
    for side in SIDES:
        if f"toe_{side}" not in at:
            at[f"toe_{side}"] = at[f"foot_{side}"] * (1, 1, 0) + np.array([BALL * length, 0.0, 0.0])
            pieces = [(piece, _with_toe(piece, bones, at, side), weights) for piece, bones, weights in pieces]
    rest, moves = _rest_pose(at)
    meshes = [_moved(piece, bones, weights, moves, _person_parts()) for piece, bones, weights in pieces]
    mesh = joined(meshes)
    sunk = float(mesh.positions_m[:, 2].min())
    mesh = _raised(mesh, -sunk)
    rest = {bone: place - (0.0, 0.0, sunk) for bone, place in rest.items()}
    joints = upright_joints(rest, PERSON_PARENT)
    facts = {
        "stature_m": float(mesh.positions_m[:, 2].max()), "leg_m": float(rest["thigh_left"][2]), "foot_m": length,
        "ankle_m": float(rest["foot_left"][2]), "stoop_rad": 0.0, "arm_out_rad": _HANGING_ARM_RAD,
    }  # fmt: skip
    shape = body_shape(joints, facts)
    low, high = box_of(mesh, solve(shape, standing(shape, 1))[0])
    return Model(
        spec=spec, class_name=card.class_name, rig="person", parts=PERSON_PARTS, joints=joints, meshes=(mesh,),
        lod_distance_m=(0.0,), size_m=(float(high[0] - low[0]), float(high[1] - low[1]), float(high[2])),
        centre_m=(float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2), facts=facts,
    )  # fmt: skip


def _foot_length(at: dict[str, FloatArray], pieces: list[tuple[Piece, IntArray, FloatArray]], stature_m: float) -> float:
    """Give the length of a foot that holds heel and toes of the file's feet, so that neither sinks; ours when it has none."""
    row, ankle = list(PERSON_PARENT).index("foot_left"), at["foot_left"]
    own = [piece.points[(bones[:, 0] == row) | (bones[:, 0] == row + 1), 0] - ankle[0] for piece, bones, _ in pieces]
    along = np.concatenate([np.zeros(1), *own])
    measured = max(float(along.max()) / TIP, float(along.min()) / HEEL)
    if measured <= 0:
        return ADULT["foot"] * stature_m
    return min(max(measured, _FOOT_SHARES[0] * stature_m), _FOOT_SHARES[1] * stature_m)


def _with_toe(piece: Piece, bones: IntArray, at: dict[str, FloatArray], side: str) -> IntArray:
    """Hang what lies before the ball of a foot on its toe, of which the file has no bone."""
    foot, toe = (list(PERSON_PARENT).index(f"{bone}_{side}") for bone in ("foot", "toe"))
    is_ahead = piece.points[:, 0] > at[f"toe_{side}"][0]
    return np.where((bones == foot) & is_ahead[:, None], toe, bones).astype(np.int32)


def _person_parts() -> IntArray:
    """Give the part of each bone."""
    names = []
    for bone in PERSON_PARENT:
        limb, _, side = bone.partition("_")
        names.append(f"{_PERSON_PART[limb]}_{side}" if limb in _PERSON_PART else "head" if bone == "head" else "torso")
    return np.array([PERSON_PARTS.index(name) for name in names], np.int32)


def _rest_pose(at: dict[str, FloatArray]) -> tuple[dict[str, FloatArray], FloatArray]:
    """Give our rest places of the joints, and what takes the file's points there, (bones, 4, 4).

    Limbs turn to where ours lie, bone by bone; all else stays as the file has it.
    """
    turns = {bone: np.eye(3) for bone in PERSON_PARENT}
    places = dict(at)
    for side in SIDES:
        arm = np.array([0.0, SIDE_SIGN[side] * np.sin(ARM_OUT_RAD), -np.cos(ARM_OUT_RAD)])
        leg = np.array([0.0, SIDE_SIGN[side] * np.tan(LEG_OUT_RAD), -1.0])
        for chain, towards in ((("arm", "fore", "hand"), arm), (("thigh", "shin", "foot"), leg / np.linalg.norm(leg))):
            for first, second in itertools.pairwise(chain):
                bone, child = f"{first}_{side}", f"{second}_{side}"
                span = at[child] - at[bone]
                turns[bone] = _turn_onto(span, towards)
                places[child] = places[bone] + towards * np.linalg.norm(span)
        turns[f"hand_{side}"] = turns[f"fore_{side}"]
        places[f"toe_{side}"] = places[f"foot_{side}"] + at[f"toe_{side}"] - at[f"foot_{side}"]
    moves = np.tile(np.eye(4), (len(PERSON_PARENT), 1, 1))
    for row, bone in enumerate(PERSON_PARENT):
        moves[row, :3, :3] = turns[bone]
        moves[row, :3, 3] = places[bone] - turns[bone] @ at[bone]
    return places, moves


def _turn_onto(span: FloatArray, towards: FloatArray) -> FloatArray:
    """Give the smallest rotation (3, 3) that takes a direction onto a unit one (Rodrigues)."""
    length = float(np.linalg.norm(span))
    if length < 1e-9:
        return np.eye(3)
    start = span / length
    axis, cosine = np.cross(start, towards), float(start @ towards)
    if cosine < -0.999999:  # half a turn: any axis across does
        across = np.cross(start, np.eye(3)[np.argmin(np.abs(start))])
        across /= np.linalg.norm(across)
        half: FloatArray = 2.0 * np.outer(across, across) - np.eye(3)
        return half
    skew = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    turn: FloatArray = np.eye(3) + skew + skew @ skew / (1.0 + cosine)
    return turn


def _moved(piece: Piece, bones: IntArray, weights: FloatArray, moves: FloatArray, part_of_bone: IntArray) -> Mesh:
    """Give the mesh of a piece, its vertices moved by their bones."""
    placing = np.einsum("nk,nkij->nij", weights, moves[bones])
    points = np.einsum("nij,nj->ni", placing[:, :3, :3], piece.points) + placing[:, :3, 3]
    normals = np.einsum("nij,nj->ni", placing[:, :3, :3], normals_of(piece).astype(np.float64))
    return skinned_mesh(piece, points, normals, bones, weights, part_of_bone)


def _raised(mesh: Mesh, by_m: float) -> Mesh:
    return Mesh(
        positions_m=(mesh.positions_m + np.array([0.0, 0.0, by_m])).astype(np.float32), normals=mesh.normals, uv=mesh.uv,
        tint=mesh.tint, material=mesh.material, part=mesh.part, joints=mesh.joints, weights=mesh.weights, faces=mesh.faces,
    )  # fmt: skip


def _animal(at: dict[str, FloatArray], pieces: list[tuple[Piece, IntArray, FloatArray]], card: Card, spec: ModelSpec) -> Model:
    """Give the model of an animal that stands square."""
    if not at["pelvis"][0] < at["chest"][0] < at["head"][0]:
        raise AssetError(f"{card.path.name}: pelvis, chest and head do not lie one before the other; is `forward` right?")
    if any(at[f"{segment}_{leg}"][2] < 0 for segment in ("upper", "cannon") for leg in LEGS):
        raise AssetError(f"{card.path.name}: a leg begins below the ground; is `up` right?")
    at.setdefault("loin", (at["pelvis"] + at["chest"]) / 2)
    at.setdefault("tail", at["pelvis"] + np.array([-0.05, 0.0, 0.0]))
    at.setdefault("tail_end", at["tail"] + np.array([-0.05, 0.0, -0.02]))
    parts = []
    for bone in ANIMAL_PARENT:
        leg = next((leg for leg in LEGS if bone.endswith(leg)), None)
        name = f"leg_{leg}" if leg else "head" if bone == "head" else "tail" if bone.startswith("tail") else "trunk"
        parts.append(ANIMAL_PARTS.index(name))
    still = np.tile(np.eye(4), (len(ANIMAL_PARENT), 1, 1))
    mesh = joined([_moved(piece, bones, weights, still, np.array(parts, np.int32)) for piece, bones, weights in pieces])
    hip_m = float(at["upper_hind_left"][2])
    facts = {f"toe_{leg}_m": float(at[f"foot_{leg}"][0]) + _TOE_AHEAD * hip_m for leg in LEGS}
    facts |= {"withers_m": float(at["upper_front_left"][2]), "tail_lift_rad": _TAIL_LIFT_RAD}
    low, high = mesh.positions_m.min(axis=0), mesh.positions_m.max(axis=0)
    return Model(
        spec=spec, class_name=card.class_name, rig="animal", parts=ANIMAL_PARTS, joints=upright_joints(at, ANIMAL_PARENT),
        meshes=(mesh,), lod_distance_m=(0.0,),
        size_m=(float(high[0] - low[0]), 2.0 * float(max(high[1], -low[1])), float(high[2])), facts=facts,
    )  # fmt: skip
