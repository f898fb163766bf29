"""What is worn above the hips: jacket, coat, shirt and T-shirt, with collar, shirt front and bare arms."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.people import body
from scenegen.models.people.fields import (
    Field,
    bump,
    capsule,
    carve,
    cut,
    cut_above,
    cut_below,
    folded,
    grow,
    union,
    vector,
)  # fmt: skip
from scenegen.models.people.looks import Look, Rgb
from scenegen.models.people.pieces import Paint, Piece, linear, plain
from scenegen.models.people.skeleton import SIDES, Skeleton

_THICKNESS_M = {"coat": 0.024, "jacket": 0.020, "shirt": 0.011, "tshirt": 0.009}
_LOOSE_M = {"jacket": 0.012, "shirt": 0.004, "tshirt": 0.0}
_HALF_HIPS_M = {"woman": 0.170, "man": 0.165, "elderly": 0.168, "child": 0.160}
VEST: Rgb = (206, 232, 44)  # fluorescent yellow-green, as EN ISO 20471 has it in daylight
BAND: Rgb = (196, 200, 204)
DYED_LINEAR = 0.72  # what a top under the instance's dye reflects: folds and shade keep room above
TRUNK_BONES = ("pelvis", "lumbar", "chest", "neck")


def hem_height(look: Look, skeleton: Skeleton) -> float:
    """Give the height (m) at which the top ends."""
    length, scale = skeleton.length_m, look.scale
    drop = {"jacket": 0.045, "shirt": 0.06, "tshirt": 0.05}
    return length["knee"] + 0.09 * scale if look.top == "coat" else length["hip"] - drop[look.top] * scale


def half_hips(look: Look) -> float:
    """Give half the width (m) that cloth has over the hips."""
    return _HALF_HIPS_M[look.kind] * look.girth


def torso_cloth(look: Look, skeleton: Skeleton) -> Field:
    """Give the torso under its top: cloth hangs from chest to hem and does not follow the waist."""
    cloth = grow(body.torso(look, skeleton), _THICKNESS_M[look.top])
    hem, wide, hip = hem_height(look, skeleton), half_hips(look), skeleton.length_m["hip"]
    if look.top == "coat":
        tail = capsule(vector(0, 0, hip + 0.05), vector(0, 0, hem), wide * 0.80 + 0.02, wide * 1.02 + 0.02, (1.22, 0.92, 1))
        return union(0.06, cloth, tail)
    loose, breast = _LOOSE_M[look.top], float(skeleton.at["chest"][2]) - 0.02
    drape = capsule(vector(0, 0, breast), vector(0.004, 0, hem), wide * 0.80 + loose, wide * 0.985 + loose, (1.36, 0.98, 1))
    return union(0.05, cloth, drape)


def top_pieces(look: Look, skeleton: Skeleton) -> list[Piece]:
    """Give the top, the shirt front that an open jacket shows, and bare arms below short sleeves."""
    pieces = [_top(look, skeleton)]
    if _is_open(look):
        pieces.append(_shirt_front(look, skeleton))
    if look.top == "tshirt":
        pieces += [_bare_arm(look, skeleton, side) for side in SIDES]
    return [*pieces, *_vest(look, skeleton)] if look.has_vest else pieces


def _is_open(look: Look) -> bool:
    return look.top in ("jacket", "coat")


def _sleeve(look: Look, skeleton: Skeleton, side: str) -> Field:
    """Give an arm in its sleeve, cut off square at the cuff."""
    shoulder, elbow, wrist = (skeleton.at[f"{bone}_{side}"] for bone in ("arm", "fore", "hand"))
    field, scale = body.arm(look, skeleton, side), look.scale
    if look.top == "tshirt":
        cuff = shoulder + (elbow - shoulder) * 0.42
        field = union(0.03, field, capsule(shoulder * 0.6 + cuff * 0.4, cuff, 0.050 * scale, 0.060 * scale))
    else:
        cuff = elbow + (wrist - elbow) * 0.94
        field = union(0.03, field, capsule(elbow, wrist, 0.044 * scale, 0.036 * scale))
    return cut(grow(field, 0.8 * _THICKNESS_M[look.top]), cuff, elbow - shoulder)


def _neck_hole(skeleton: Skeleton, radius: float, flare: float) -> Field:
    neck = skeleton.at["neck"]
    return capsule(neck + vector(-0.01, 0, -0.02), neck + vector(0.05, 0, 0.25), radius, flare)


def _top(look: Look, skeleton: Skeleton) -> Piece:
    hem, neck, scale = hem_height(look, skeleton), skeleton.at["neck"], look.scale
    field = union(0.035, torso_cloth(look, skeleton), *(_sleeve(look, skeleton, side) for side in SIDES))
    depth = (0.0045 if look.top == "tshirt" else 0.0058) * scale
    field = folded(field, depth, 34 / scale, look.seed + 7, _fold_places(skeleton, hem))
    field = carve(cut_below(field, hem), _neck_hole(skeleton, 0.062 * scale, 0.085 * scale), 0.01)
    field = cut(field, vector(0, 0, neck[2] + 0.012), vector(0.25, 0, 1))
    if _is_open(look):
        field = carve(field, _opening(look, skeleton))
    if look.top != "tshirt":
        field = union(0.012, field, _collar(look, skeleton))
    reach = float(skeleton.at["hand_left"][1]) + 0.07
    if look.top == "tshirt":
        reach = float(skeleton.at["fore_left"][1])
    low = hem if look.top == "tshirt" else min(hem, float(skeleton.at["hand_left"][2]) - 0.04)
    bones = (*TRUNK_BONES, *(f"{bone}_{side}" for side in SIDES for bone in ("arm", "fore")), "thigh_left", "thigh_right")
    return Piece(
        "torso*", field, vector(-0.26, -reach, low - 0.02), vector(0.26, reach, neck[2] + 0.10), 0.0135,
        2700 if look.top == "coat" else 2300, _top_paint(look, skeleton), bones, "dyed_cloth" if look.is_dyed else "cloth",
        hangs=True, occludes=True,
    )  # fmt: skip


def _fold_places(skeleton: Skeleton, hem: float) -> Field:
    """Weigh folds: strong at elbow and armpit and above the hem, weak elsewhere."""

    def weight(points: Float32Array) -> Float32Array:
        total: Float32Array = 0.35 + np.exp(-(((points[2] - (hem + 0.08)) / 0.09) ** 2))
        for side in SIDES:
            total = total + bump(points, skeleton.at[f"fore_{side}"], 0.11)
            total = total + 0.8 * bump(points, skeleton.at[f"arm_{side}"] - vector(0, 0, 0.08), 0.12)
        return total

    return weight


def _opening(look: Look, skeleton: Skeleton) -> Field:
    """Give the wedge between the two fronts of an open jacket or coat."""
    bottom, top = _opening_height(look, skeleton), float(skeleton.at["neck"][2])
    widest = 0.062 * look.scale / (top - bottom)

    def distance(points: Float32Array) -> Float32Array:
        half = 0.012 + widest * np.clip(points[2] - bottom, 0, 1.2 * (top - bottom))
        beside = np.maximum(np.abs(points[1]) - half, 0.02 - points[0])
        wedge: Float32Array = np.maximum(beside, bottom - points[2])
        return wedge

    return distance


def _opening_height(look: Look, skeleton: Skeleton) -> float:
    hem = hem_height(look, skeleton)
    return hem + 0.60 * (float(skeleton.at["neck"][2]) - hem)


def _shirt_front(look: Look, skeleton: Skeleton) -> Piece:
    scale, neck_m, bottom = look.scale, float(skeleton.at["neck"][2]), _opening_height(look, skeleton)
    field = carve(grow(body.torso(look, skeleton), 0.004), _neck_hole(skeleton, 0.058 * scale, 0.080 * scale), 0.01)
    field = cut(cut_below(field, bottom - 0.02), vector(0, 0, 0), vector(-1, 0, 0))
    field = cut(field, vector(0, 0, neck_m + 0.008), vector(0.25, 0, 1))
    for sign in (1, -1):
        field = cut(field, vector(0, sign * 0.11 * scale, 0), vector(0, sign, 0))
    low, high = vector(-0.02, -0.13, bottom - 0.05), vector(0.26, 0.13, neck_m + 0.08)
    return Piece("torso", field, low, high, 0.0125, 260, plain(look.under_colour), TRUNK_BONES[1:], "cloth")


def _collar(look: Look, skeleton: Skeleton) -> Field:
    """Give a stand-up collar, open in front."""
    neck, scale = skeleton.at["neck"], look.scale
    radius = 0.066 * scale * (0.9 if look.kind in ("woman", "child") else 1.0)
    outer = capsule(neck + vector(-0.016, 0, -0.02), neck + vector(-0.002, 0, 0.045 * scale), radius + 0.022, radius + 0.012)
    ring = carve(outer, capsule(neck - vector(0, 0, 0.2), neck + vector(0, 0, 0.3), radius * 0.92, radius * 0.92))
    ring = cut(ring, neck + vector(0, 0, 0.040 * scale), vector(0.45, 0, 1))
    return cut(ring, neck + vector(0.052, 0, 0), vector(1, 0, 0))


def _top_paint(look: Look, skeleton: Skeleton) -> Paint:
    """Colour a top: zip line or print, darker hem."""
    hem, neck_m, scale = hem_height(look, skeleton), float(skeleton.at["neck"][2]), look.scale
    cloth, under = np.full(3, DYED_LINEAR) if look.is_dyed else linear(look.top_colour), linear(look.under_colour)

    def paint(vertices: Float32Array, normals: Float32Array) -> FloatArray:
        y, z = vertices[:, 1], vertices[:, 2]
        colours: FloatArray = np.tile(cloth, (len(vertices), 1))
        front, share = normals[:, 0] > 0.15, (z - hem) / (neck_m - hem)
        if _is_open(look):
            colours[front & (np.abs(y) < 0.010) & (share <= 0.62)] *= 0.45
        elif look.pattern == "print":
            colours[front & (np.hypot(y / 1.25, z - neck_m + 0.18 * scale) < 0.065 * scale)] = under
        colours[share < 0.03] *= 0.75
        return colours

    return paint


def _vest(look: Look, skeleton: Skeleton) -> list[Piece]:
    """Give a high-visibility vest over the top, with two reflecting bands."""
    scale, neck = look.scale, skeleton.at["neck"]
    hem = max(hem_height(look, skeleton), skeleton.length_m["hip"] - 0.06 * scale) + 0.02 * scale
    shoulder = abs(float(skeleton.at["arm_left"][1])) + 0.01 * scale
    field = grow(torso_cloth(look, skeleton), 0.016)
    field = carve(cut_below(field, hem), _neck_hole(skeleton, 0.080 * scale, 0.110 * scale), 0.01)
    field = cut(field, vector(0, 0, neck[2] + 0.004), vector(0.25, 0, 1))
    for sign in (1, -1):
        field = cut(field, vector(0, sign * shoulder, 0), vector(0, sign, 0))
    low, high = vector(-0.30, -shoulder - 0.03, hem - 0.03), vector(0.30, shoulder + 0.03, neck[2] + 0.08)
    bones = (*TRUNK_BONES, "thigh_left", "thigh_right")
    pieces = [Piece("torso", field, low, high, 0.0135, 1300, plain(VEST), bones, "cloth", hangs=True, occludes=True)]
    for share in (0.16, 0.46):
        z = hem + share * (float(neck[2]) - hem)
        band = cut_above(cut_below(grow(field, 0.004), z), z + 0.05 * scale)
        box = (vector(-0.30, -shoulder - 0.03, z - 0.03), vector(0.30, shoulder + 0.03, z + 0.05 * scale + 0.03))
        pieces.append(Piece("torso", band, *box, 0.0115, 420, plain(BAND), bones, "cloth", hangs=True))
    return pieces


def _bare_arm(look: Look, skeleton: Skeleton, side: str) -> Piece:
    shoulder, elbow, wrist = (skeleton.at[f"{bone}_{side}"] for bone in ("arm", "fore", "hand"))
    field = cut(body.arm(look, skeleton, side), shoulder * 0.75 + elbow * 0.25, shoulder - elbow)
    low, high = np.minimum(shoulder, wrist) - 0.08, np.maximum(shoulder, wrist) + 0.08
    bones = tuple(f"{bone}_{side}" for bone in ("arm", "fore", "hand"))
    return Piece(f"arm_{side}", field, low, high, 0.010, 420, plain(look.skin), bones, "skin")
