"""What is carried: a backpack whose straps hug the torso, or a shoulder bag."""

from __future__ import annotations

from scenegen.models.people.fields import capsule, carve, cut, cut_below, grow, rounded_box, union, vector
from scenegen.models.people.looks import Look
from scenegen.models.people.pieces import Piece, plain
from scenegen.models.people.skeleton import Skeleton
from scenegen.models.people.tops import half_hips, torso_cloth


def bag_pieces(look: Look, skeleton: Skeleton) -> list[Piece]:
    """Give the bag of a look, if it has one."""
    if look.bag == "backpack":
        return [_backpack(look, skeleton)]
    return [_shoulder_bag(look, skeleton)] if look.bag == "shoulder" else []


def _backpack(look: Look, skeleton: Skeleton) -> Piece:
    scale, middle = look.scale, float(skeleton.at["chest"][2]) + 0.06 * look.scale
    sack = union(
        0.02,
        rounded_box(vector(-0.215 * scale, 0, middle), scale * vector(0.075, 0.14, 0.20), 0.05 * scale),
        rounded_box(vector(-0.275 * scale, 0, middle - 0.06 * scale), scale * vector(0.04, 0.10, 0.09), 0.03 * scale),
    )
    # Cut the straps out of a shell around the torso, so that they lie on it everywhere.
    cloth = torso_cloth(look, skeleton)
    shell = cut_below(carve(grow(cloth, 0.016), grow(cloth, -0.006)), middle - 0.13 * scale)
    shell = cut(shell, vector(-0.10, 0, 0), vector(-1, 0, 0))
    straps = []
    for sign in (1, -1):
        outer = cut(shell, vector(0, sign * 0.135 * scale, 0), vector(0, sign, 0))
        straps.append(cut(outer, vector(0, sign * 0.092 * scale, 0), vector(0, -sign, 0)))
    low, high = vector(-0.36, -0.24, middle - 0.30), vector(0.22, 0.24, middle + 0.40)
    return Piece(
        "bag", union(0.01, sack, *straps), low, high, 0.0115, 900, plain(look.bag_colour), ("chest",), "cloth",
        occludes=True,
    )  # fmt: skip


def _shoulder_bag(look: Look, skeleton: Skeleton) -> Piece:
    scale, y, z = look.scale, -(half_hips(look) + 0.075), skeleton.length_m["hip"] + 0.04
    shoulder = skeleton.at["arm_right"]
    sack = rounded_box(vector(-0.10, y, z), vector(0.13 * scale, 0.045 * scale, 0.10 * scale), 0.03)
    strap = capsule(vector(-0.07, y + 0.02, z + 0.09), shoulder * (1, 0.80, 1) + vector(0.02, 0, 0.085 * scale), 0.011, 0.011)
    low, high = vector(-0.3, y - 0.08, z - 0.14), vector(0.2, -0.04, float(shoulder[2]) + 0.14)
    return Piece(
        "bag", union(0.008, sack, strap), low, high, 0.010, 450, plain(look.bag_colour), ("chest", "pelvis"), "leather",
        occludes=True,
    )  # fmt: skip
