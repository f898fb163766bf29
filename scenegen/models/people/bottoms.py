"""What is worn below the hips: trousers, leggings, shorts, skirt, bare legs and shoes; and the hands."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.people import body
from scenegen.models.people.fields import (
    Field,
    capsule,
    cut_above,
    cut_below,
    ellipsoid,
    folded,
    grow,
    rounded_box,
    slim_above,
    union,
    vector,
)  # fmt: skip
from scenegen.models.people.looks import Look
from scenegen.models.people.pieces import Paint, Piece, linear, plain
from scenegen.models.people.skeleton import SIDE_SIGN, SIDES, Skeleton
from scenegen.models.people.tops import half_hips, hem_height

_EASE_M = {"trousers": 0.013, "shorts": 0.020, "leggings": 0.004, "skirt": 0.001}
_TIGHTS = (30, 28, 32)


def bottom_pieces(look: Look, skeleton: Skeleton) -> list[Piece]:
    """Give trousers, leggings or shorts, or the legs and the skirt over them."""
    pieces = [_trousers(look, skeleton)]
    if look.bottom == "shorts":
        pieces += [_calf(look, skeleton, side) for side in SIDES]
    if look.bottom == "skirt" and look.top != "coat":
        pieces.append(_skirt(look, skeleton))
    return pieces


def _end_height(look: Look, skeleton: Skeleton) -> float:
    """Give the height (m) at which trousers or shorts end."""
    length = skeleton.length_m
    return length["knee"] + 0.03 if look.bottom == "shorts" else length["ankle"] + 0.012


def _trousers(look: Look, skeleton: Skeleton) -> Piece:
    length, scale, hem = skeleton.length_m, look.scale, hem_height(look, skeleton)
    ease, end = _EASE_M[look.bottom], _end_height(look, skeleton)
    legs = []
    for side in SIDES:
        hip, knee, ankle = (skeleton.at[f"{bone}_{side}"] for bone in ("thigh", "shin", "foot"))
        field = body.leg(look, skeleton, side)
        if look.bottom == "trousers":
            field = union(0.05, field, capsule(knee * 0.9 + hip * 0.1, ankle, 0.062 * look.girth, 0.060 * scale))
        legs.append(grow(field, ease))
    field = union(0.05, union(0.012, *legs), grow(body.torso(look, skeleton), ease))
    if look.bottom != "skirt":
        depth = (0.001 if look.bottom == "leggings" else 0.0050) * scale
        field = folded(field, depth, 42 / scale, look.seed, _fold_places(skeleton))
    cover = hem + 0.035
    if look.bottom == "skirt":
        cover = min(cover, length["knee"] + 0.12)
    field = cut_above(cut_below(slim_above(field, hem, 0.020), end), cover)
    half = float(skeleton.at["foot_left"][1]) + 0.14
    bones = ("pelvis", "thigh_left", "thigh_right", "shin_left", "shin_right")
    bare = look.bottom == "skirt"
    return Piece(
        "torso*", field, vector(-0.22, -half, end - 0.03), vector(0.22, half, cover + 0.035), 0.0135,
        1000 if look.bottom == "shorts" else 1900, _leg_paint(look, skeleton), bones, "skin" if bare else "cloth",
        occludes=True,
    )  # fmt: skip


def _fold_places(skeleton: Skeleton) -> Field:
    """Weigh folds: strong behind the knee, above the shoe and at the crotch."""
    length = skeleton.length_m
    spots = ((length["knee"], 0.11, 1.0), (length["ankle"] + 0.05, 0.09, 1.0), (length["hip"] - 0.06, 0.09, 0.7))

    def weight(points: Float32Array) -> Float32Array:
        total: Float32Array = np.full_like(points[2], 0.25)
        for height, width, share in spots:
            total += share * np.exp(-(((points[2] - height) / width) ** 2))
        return total

    return weight


def _leg_paint(look: Look, skeleton: Skeleton) -> Paint:
    """Colour trousers (worn thighs, darker hem), or the skin or tights below a skirt."""
    knee, end = skeleton.length_m["knee"], _end_height(look, skeleton)
    if look.bottom == "skirt":
        return plain(look.skin if look.seed % 3 else _TIGHTS)
    cloth = linear(look.bottom_colour)

    def paint(vertices: Float32Array, normals: Float32Array) -> FloatArray:
        colours: FloatArray = np.tile(cloth, (len(vertices), 1))
        if look.bottom == "trousers":
            worn = np.exp(-(((vertices[:, 2] - knee - 0.12) / 0.14) ** 2)) * np.clip(normals[:, 0], 0, 1)
            colours *= 1 + 0.35 * worn[:, None]
            colours *= 1 - 0.25 * (vertices[:, 2] < end + 0.03)[:, None]
        return colours

    return paint


def _calf(look: Look, skeleton: Skeleton, side: str) -> Piece:
    knee, ankle = skeleton.at[f"shin_{side}"], skeleton.at[f"foot_{side}"]
    field = cut_above(body.leg(look, skeleton, side), _end_height(look, skeleton) + 0.08)
    field = cut_below(field, skeleton.length_m["ankle"])
    low, high = np.minimum(knee, ankle) - 0.1, np.maximum(knee, ankle) + vector(0.1, 0.1, 0.16)
    bones = tuple(f"{bone}_{side}" for bone in ("thigh", "shin", "foot"))
    return Piece(f"leg_{side}", field, low, high, 0.011, 360, plain(look.skin), bones, "skin")


def _skirt(look: Look, skeleton: Skeleton) -> Piece:
    hem, wide = hem_height(look, skeleton), half_hips(look)
    end = skeleton.length_m["knee"] + 0.05
    cone = capsule(
        vector(-0.004, 0, skeleton.length_m["hip"] + 0.06), vector(0, 0, end), wide * 0.92, wide * 1.12, (1.25, 0.95, 1)
    )
    field = folded(cut_above(cut_below(slim_above(cone, hem, 0.03), end), hem + 0.05), 0.005, 46, look.seed + 3)
    return Piece(
        "skirt", field, vector(-0.26, -0.30, end - 0.02), vector(0.26, 0.30, hem + 0.12), 0.010, 1100,
        plain(look.bottom_colour), ("pelvis", "thigh_left", "thigh_right"), "cloth", hangs=True, occludes=True,
    )  # fmt: skip


def shoe_pieces(look: Look, skeleton: Skeleton) -> list[Piece]:
    """Give the two shoes: toe box, heel, and a sole slab of another tone."""
    return [_shoe(look, skeleton, side) for side in SIDES]


def _shoe(look: Look, skeleton: Skeleton, side: str) -> Piece:
    scale, ankle, ankle_m = look.scale, skeleton.at[f"foot_{side}"], skeleton.length_m["ankle"]
    length = skeleton.length_m["foot"] * 1.06
    half = 0.047 * scale * (1.06 if look.kind == "child" else 1.0)
    heel, y = float(ankle[0]) - 0.25 * length, float(ankle[1])
    toe = vector(heel + length - 0.048 * scale, y + 0.006 * SIDE_SIGN[side], 0.034 * scale)
    upper = union(
        0.03,
        capsule(vector(heel + 0.04 * scale, y, 0.040 * scale), toe, 0.036 * scale, 0.038 * scale, (1, 0.80, 1.15)),
        capsule(
            vector(heel + 0.045 * scale, y, 0.05 * scale), vector(float(ankle[0]) - 0.005, y, ankle_m + 0.03 * scale),
            0.038 * scale, 0.044 * scale,
        ),
        ellipsoid(vector(heel + length * 0.62, y, 0.035 * scale), vector(length * 0.30, half, 0.040 * scale)),
    )  # fmt: skip
    slab = rounded_box(vector(heel + length / 2, y, 0.012), vector(length / 2, half, 0.012), 0.011)
    field = cut_above(cut_below(union(0.006, upper, slab), 0.0), ankle_m + 0.035 * scale)
    leather, sole = linear(look.shoe_colour), linear(look.sole_colour)

    def paint(vertices: Float32Array, normals: Float32Array) -> FloatArray:
        return np.where((vertices[:, 2] < 0.022)[:, None], sole, leather)

    low, high = vector(heel - 0.03, y - 0.09, -0.02), vector(heel + length + 0.03, y + 0.09, ankle_m + 0.06)
    return Piece(
        f"foot_{side}", field, low, high, 0.0075, 330, paint, (f"foot_{side}", f"toe_{side}"), "leather"
    )  # fmt: skip


def hand_pieces(look: Look, skeleton: Skeleton) -> list[Piece]:
    """Give the two hands."""
    tone = linear(look.skin) * (1.0, 0.93, 0.90)

    def paint(vertices: Float32Array, normals: Float32Array) -> FloatArray:
        return np.tile(tone, (len(vertices), 1))

    pieces = []
    for side in SIDES:
        wrist, tip = skeleton.at[f"hand_{side}"], skeleton.at[f"tip_{side}"]
        low, high = np.minimum(wrist, tip) - 0.06, np.maximum(wrist, tip) + 0.06
        bones = (f"fore_{side}", f"hand_{side}")
        pieces.append(Piece(f"hand_{side}", body.hand(look, skeleton, side), low, high, 0.0058, 420, paint, bones, "skin"))
    return pieces
