"""Heads: skull and face, eyes and brows, hair and hats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.people.fields import (
    Field,
    Vector,
    capsule,
    carve,
    cut,
    ellipsoid,
    folded,
    grow,
    union,
    vector,
)  # fmt: skip
from scenegen.models.people.looks import Look
from scenegen.models.people.pieces import Piece, linear, plain
from scenegen.models.people.skeleton import Skeleton

UNIT_HEAD_M = 0.232  # chin to crown of the head whose numbers stand below
HEAD_SHARE = {"man": 0.130, "woman": 0.130, "elderly": 0.130, "child": 0.166}  # of stature
_JAW = {"man": 1.0, "elderly": 0.97, "woman": 0.92, "child": 0.90}
_BROW_M = {"man": 0.013, "elderly": 0.013, "woman": 0.009, "child": 0.007}
_NOSE = {"man": 1.0, "elderly": 1.06, "woman": 0.88, "child": 0.72}
_NECK_M = {"man": 0.058, "woman": 0.047, "elderly": 0.052, "child": 0.047}


@dataclass(frozen=True, eq=False)
class HeadFrame:
    """Where the head's own numbers lie in the body frame: centre (m) and scale."""

    centre: Vector
    scale: float

    def at(self, x: float, y: float, z: float) -> Vector:
        """Give a point of the unit head in the body frame."""
        return self.centre + vector(x, y, z) * self.scale

    def ball(self, x: float, y: float, z: float, *radii: float) -> Field:
        """Give an ellipsoid of the unit head."""
        return ellipsoid(self.at(x, y, z), np.array(radii) * self.scale)

    def own(self, vertices: Float32Array) -> FloatArray:
        """Give vertices (n, 3) in the unit head's numbers."""
        return (vertices.astype(np.float64) - self.centre) / self.scale


def head_frame(look: Look) -> HeadFrame:
    """Place the head so that its crown is at the stature."""
    scale = look.stature_m * HEAD_SHARE[look.kind] / UNIT_HEAD_M
    return HeadFrame(vector(0.012, 0, look.stature_m - 0.117 * scale), scale)


def head_pieces(look: Look, skeleton: Skeleton) -> list[Piece]:
    """Give head with neck, eyes, brows, hair and hat."""
    frame = head_frame(look)
    pieces = [_head(look, skeleton, frame), *_eyes_and_brows(look, frame), _hair(look, frame)]
    if look.hat != "none":
        pieces.append(_hat(look, frame))
    return pieces


def _head_field(look: Look, skeleton: Skeleton, frame: HeadFrame) -> Field:
    k, ball, at = frame.scale, frame.ball, frame.at
    jaw, brow, nose = _JAW[look.kind], _BROW_M[look.kind], _NOSE[look.kind]
    skull = union(
        0.035 * k,
        ball(-0.014, 0, 0.030, 0.100, 0.078, 0.087),
        ball(0.026, 0, -0.030, 0.066, 0.062 * jaw, 0.086),
        ball(0.034, 0, -0.072, 0.050, 0.052 * jaw, 0.038),
    )
    face = union(
        0.018 * k,
        skull,
        ball(0.074, 0, -0.096, 0.018, 0.020 * jaw, 0.016),
        ball(0.056, 0.036, -0.026, 0.032, 0.027, 0.032),
        ball(0.056, -0.036, -0.026, 0.032, 0.027, 0.032),
        capsule(at(0.080, -0.034, 0.024), at(0.080, 0.034, 0.024), brow * k, brow * k),
    )
    for sign in (1, -1):
        face = carve(face, ball(0.103, sign * 0.031, 0.004, 0.020, 0.019, 0.012), 0.014 * k)
    face = union(
        0.008 * k,
        face,
        capsule(at(0.091, 0, 0.010), at(0.090 + 0.016 * nose, 0, -0.026), 0.0075 * k, 0.0125 * k * nose**0.5),
        ball(0.097, 0.012, -0.031, 0.010, 0.008, 0.007),
        ball(0.097, -0.012, -0.031, 0.010, 0.008, 0.007),
        ball(0.081, 0, -0.056, 0.011, 0.025, 0.0055),
        ball(0.079, 0, -0.066, 0.012, 0.021, 0.006),
    )
    ears = [ball(-0.006, sign * 0.078, -0.006, 0.019, 0.008, 0.031) for sign in (1, -1)]
    neck_m = _NECK_M[look.kind] * min(look.build, 1.1) * (look.scale if look.kind != "child" else 0.95)
    neck = capsule(skeleton.at["neck"] + vector(-0.012, 0, -0.04), at(-0.010, 0, -0.06), neck_m * 1.12, neck_m)
    return union(0.03 * k, union(0.012 * k, face, *ears), neck)


def _head(look: Look, skeleton: Skeleton, frame: HeadFrame) -> Piece:
    skin, hair, k = linear(look.skin), linear(look.hair), frame.scale

    def paint(vertices: Float32Array, normals: Float32Array) -> FloatArray:
        own = frame.own(vertices)
        x, y, z = own.T

        def spot(cx: float, cy: float, cz: float, width: float) -> FloatArray:
            square = (x - cx) ** 2 + (np.abs(y) - cy) ** 2 + (z - cz) ** 2
            bell: FloatArray = np.exp(-square / width**2)[:, None]
            return bell

        colours: FloatArray = np.tile(skin, (len(own), 1))
        colours *= 1 - 0.45 * spot(0.088, 0.031, 0.004, 0.016)  # eye sockets
        colours *= 1 - np.clip(1.6 * spot(0.092, 0, -0.061, 0.015), 0, 1) * (0.10, 0.38, 0.34)  # lips
        colours *= 1 - spot(0.080, 0.040, -0.025, 0.028) * (0.0, 0.14, 0.14)  # cheeks
        jaw = (z < -0.045) & (z > -0.125) & (x > 0) & (np.hypot(x - 0.095, y) > 0.012)
        colours[jaw] = colours[jaw] * (1 - look.beard) + hair * look.beard
        colours *= 1 - 0.35 * ((z < -0.105) & (x < 0.075) & (z > -0.2))[:, None]  # under the chin
        return colours

    field = cut(_head_field(look, skeleton, frame), skeleton.at["neck"] - vector(0, 0, 0.045), vector(0, 0, -1))
    return Piece(
        "head", field, frame.centre - 0.17 * k - vector(0, 0, 0.08), frame.centre + 0.15 * k, 0.0066, 1500, paint,
        ("head", "neck", "chest"), "skin", occludes=True,
    )  # fmt: skip


def _eyes_and_brows(look: Look, frame: HeadFrame) -> list[Piece]:
    k, at = frame.scale, frame.at
    red, green, blue = (int(0.75 * channel) for channel in look.hair)
    pieces = []
    for sign in (1, -1):

        def paint(vertices: Float32Array, normals: Float32Array, sign: int = sign) -> FloatArray:
            _, y, z = frame.own(vertices).T
            iris = np.hypot(y - sign * 0.031, z - 0.004) < 0.0075
            return np.where(iris[:, None], linear((38, 26, 20)), linear((176, 168, 162)))

        eye = frame.ball(0.079, sign * 0.031, 0.004, 0.012, 0.0142, 0.0072)
        low, high = at(0.06, sign * 0.031 - 0.022, -0.02), at(0.10, sign * 0.031 + 0.022, 0.028)
        inner, middle, outer = (
            at(0.0915, sign * 0.013, 0.0245), at(0.0890, sign * 0.034, 0.0275), at(0.0805, sign * 0.046, 0.0235),
        )  # fmt: skip
        brow = union(0.004, capsule(inner, middle, 0.0046 * k, 0.0048 * k), capsule(middle, outer, 0.0048 * k, 0.0036 * k))
        brow_low, brow_high = at(0.06, sign * 0.03 - 0.03, 0), at(0.115, sign * 0.03 + 0.03, 0.05)
        pieces += [
            Piece("head", eye, low, high, 0.0035, 90, paint, ("head",), "skin", near_only=True),
            Piece("head", brow, brow_low, brow_high, 0.004, 50, plain((red, green, blue)), ("head",), "hair", near_only=True),
        ]  # fmt: skip
    return pieces


def _hair(look: Look, frame: HeadFrame) -> Piece:
    k, at, seed = frame.scale, frame.at, look.seed
    thick = {"short": 0.011, "long": 0.016, "bun": 0.010}[look.hairdo] * k
    field = folded(grow(frame.ball(-0.016, 0, 0.031, 0.101, 0.080, 0.088), thick), 0.0045 * k, 75, seed + 11)
    # Cut the hairline: forehead, then temples, then the nape.
    field = cut(field, at(0.058, 0, 0.064), vector(1, 0, -0.75), 0.030)
    field = carve(field, folded(frame.ball(0.078, 0, -0.03, 0.085, 0.125, 0.080), 0.004, 120, seed + 2), 0.022)
    if look.hairdo == "short":
        field = carve(field, frame.ball(-0.004, 0, -0.035, 0.030, 0.125, 0.045), 0.012)
    field = cut(field, at(0, 0, -0.055 if look.hairdo == "short" else -0.07), vector(0.25, 0, -1), 0.02)
    if look.hat != "none":
        field = cut(field, at(0.05, 0, 0.062), vector(-0.22, 0, 1))
    if look.hairdo == "long":
        locks = [capsule(at(-0.055, y, 0), at(-0.068, y * 1.15, -0.20), 0.052 * k, 0.036 * k) for y in (-0.045, 0, 0.045)]
        field = union(0.05, field, *locks)
    if look.hairdo == "bun":
        field = union(0.02, field, frame.ball(-0.120, 0, 0.055, 0.042, 0.042, 0.040))
    colour = linear(look.hair)

    def paint(vertices: Float32Array, normals: Float32Array) -> FloatArray:
        strands = np.sin(vertices[:, 1] * 260.0 + 4.0 * np.sin(vertices[:, 0] * 60.0))
        colours: FloatArray = colour * (1 + 0.25 * strands[:, None].astype(np.float64))
        return colours

    bones = ("head", "chest") if look.hairdo == "long" else ("head",)
    low, high = at(-0.19, -0.13, -0.27 if look.hairdo == "long" else -0.13), at(0.13, 0.13, 0.16)
    return Piece("hair", field, low, high, 0.0085, 750, paint, bones, "hair", occludes=True)


def _hat(look: Look, frame: HeadFrame) -> Piece:
    low = 0.056 if look.hat == "flat" else 0.044
    field = cut(frame.ball(-0.012, 0, 0.040, 0.112, 0.093, 0.092), frame.at(0.05, 0, low), vector(0.22, 0, -1))
    if look.hat == "flat":
        peak = cut(frame.ball(0.085, 0, 0.050, 0.070, 0.075, 0.010), frame.at(0.02, 0, 0), vector(-1, 0, 0))
        field = union(0.01, field, peak)
    corners = frame.at(-0.14, -0.12, 0), frame.at(0.18, 0.12, 0.16)
    return Piece("hat", field, *corners, 0.008, 450, plain(look.hat_colour), ("head",), "cloth", occludes=True)
