"""From a card and the content of its file to a `Model`: axes, size, wheels or bones, one mesh."""

from __future__ import annotations

import numpy as np

from scenegen.errors import AssetError
from scenegen.geometry import FloatArray, pose
from scenegen.models.imports.bones import boned
from scenegen.models.imports.card import Card
from scenegen.models.imports.gltf import read_gltf
from scenegen.models.imports.meshing import joined, normals_of, skinned_mesh, with_normals
from scenegen.models.imports.obj import read_obj
from scenegen.models.imports.pieces import Content, Piece
from scenegen.models.mesh import Joint, Mesh, Model, ModelSpec

LEAST_SIZE_M, MOST_SIZE_M = 0.02, 40.0
"""Longest side of what can be brought along."""
WHEEL = "wheel"
_DEFAULT_RADIUS_M, _DEFAULT_WHEELBASE_SHARE = 0.32, 0.58
"""Of vehicles whose file names no wheels: they drive all the same."""
_NOT_MEASURED = "mirror"
"""Nodes with this word in their names are no part of the box, as car makers measure."""


def build_asset(card: Card, spec: ModelSpec) -> Model:
    """Read, turn, scale and rig the model of a card.

    Raises:
        AssetError: the file is broken, or does not fit what its card says.
    """
    content = read_obj(card.file) if card.file.suffix.lower() == ".obj" else read_gltf(card.file)
    content = _in_body_axes(Content(content.nodes, tuple(with_normals(piece) for piece in content.pieces)), card)
    if card.category in ("person", "animal"):
        return boned(content, card, spec)
    return _rigid(content, card, spec)


def _in_body_axes(content: Content, card: Card) -> Content:
    """Turn content into metres with x forward, y left and z up; stand it on the ground, its box round the origin."""
    forward, up = _axis(card.forward), _axis(card.up)
    turn = np.stack([forward, np.cross(up, forward), up])
    pieces = [(piece, piece.points @ turn.T * card.scale) for piece in content.pieces]
    low, high = _box([points for piece, points in pieces if not _is_aside(content, piece)] or [points for _, points in pieces])
    size = high - low
    if not LEAST_SIZE_M <= size.max() <= MOST_SIZE_M:
        fitting = card.scale * 10.0 ** -round(float(np.log10(max(size.max(), 1e-12) / 2.0)))
        raise AssetError(
            f"{card.path.name}: the model is {size[0]:.3g} x {size[1]:.3g} x {size[2]:.3g} m; its longest side must be "
            f"{LEAST_SIZE_M} to {MOST_SIZE_M:g} m. Is `scale: {fitting:g}` meant?"
        )
    shift = np.array([*(low + high)[:2] / -2, -low[2]])
    body_from_file = np.eye(4)
    body_from_file[:3, :3], body_from_file[:3, 3] = turn * card.scale, shift
    nodes = tuple(type(node)(node.name, node.parent, body_from_file @ node.file_from_node) for node in content.nodes)
    return Content(
        nodes,
        tuple(
            Piece(
                points + shift,
                None if piece.normals is None else piece.normals @ turn.T,
                piece.faces,
                piece.tint,
                piece.material,
                piece.node,
                piece.bones,
                piece.weights,
            )
            for piece, points in pieces
        ),
    )


def _axis(name: str) -> FloatArray:
    axis = np.zeros(3)
    axis["xyz".index(name[1])] = 1.0 if name[0] == "+" else -1.0
    return axis


def _box(points: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    together = np.concatenate(points)
    return together.min(axis=0), together.max(axis=0)


def _is_aside(content: Content, piece: Piece) -> bool:
    return _NOT_MEASURED in content.nodes[piece.node].name.lower()


def _rigid(content: Content, card: Card, spec: ModelSpec) -> Model:
    """Give a vehicle with its wheels, or a thing that stands."""
    wheels = _wheels(content, card) if card.category == "vehicle" else {}
    joints, joint_of_node = [Joint("body", -1, np.eye(4))], np.zeros(len(content.nodes), np.int64)
    radii = []
    for name, own in wheels.items():
        joint_of_node[list(own)] = len(joints)
        low, high = _box([piece.points for piece in content.pieces if piece.node in own])
        joints.append(Joint(name, 0, pose(*((low + high) / 2).tolist())))
        radii.append(float(high[2] - low[2]) / 2)
    meshes = [_hung(piece, int(joint_of_node[piece.node]), len(joints)) for piece in content.pieces]
    low, high = _box([p.points for p in content.pieces if not _is_aside(content, p)] or [p.points for p in content.pieces])
    size = (high - low).tolist()
    facts = {}
    if card.category == "vehicle":
        along = [float(joint.body_from_joint[0, 3]) for joint in joints[1:]]
        wheelbase = max(along) - min(along) if len(along) > 1 else 0.0
        facts = {
            "wheel_radius_m": float(np.mean(radii)) if radii else _DEFAULT_RADIUS_M,
            "wheelbase_m": wheelbase if wheelbase > 0.1 else _DEFAULT_WHEELBASE_SHARE * size[0],
        }
    return Model(
        spec=spec, class_name=card.class_name, rig="vehicle" if card.category == "vehicle" else "static",
        parts=tuple(joint.name for joint in joints), joints=tuple(joints), meshes=(joined(meshes),), lod_distance_m=(0.0,),
        size_m=(size[0], size[1], size[2]), facts=facts,
    )  # fmt: skip


def _wheels(content: Content, card: Card) -> dict[str, set[int]]:
    """Give the nodes of every wheel by our name: those that the card names, or all whose names begin with `wheel_`."""
    number = {node.name: i for i, node in enumerate(content.nodes) if node.name}
    named = dict(card.joints) or {name.lower(): name for name in number if name.lower().startswith(f"{WHEEL}_")}
    found: dict[str, set[int]] = {}
    for ours, theirs in sorted(named.items()):
        if not ours.startswith(f"{WHEEL}_"):
            raise AssetError(
                f"{card.path.name}: joints: {ours!r}: a vehicle has wheels, wheel_fl, wheel_fr, wheel_rl, wheel_rr"
            )
        if theirs not in number:
            raise AssetError(f"{card.path.name}: joints: {ours}: no node of {card.file.name} is called {theirs!r}")
        own = content.below(number[theirs])
        if not any(piece.node in own for piece in content.pieces):
            raise AssetError(f"{card.path.name}: joints: {ours}: no triangle hangs on the node {theirs!r}")
        found[ours] = own
    return found


def _hung(piece: Piece, joint: int, joints: int) -> Mesh:
    """Give the mesh of a piece that hangs on one joint; its part is the joint."""
    bones, weights = np.zeros((len(piece.points), 4), np.int32), np.zeros((len(piece.points), 4))
    bones[:, 0], weights[:, 0] = joint, 1.0
    return skinned_mesh(piece, piece.points, normals_of(piece), bones, weights, np.arange(joints, dtype=np.int32))
