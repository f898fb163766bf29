"""One piece of a person: a closed field meshed on its own, so that hems, cuffs and collars are real edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.people.fields import Field
from scenegen.models.people.looks import Rgb

Paint: TypeAlias = Callable[[Float32Array, Float32Array], FloatArray]
"""Takes vertices and normals (n, 3), gives linear colours (n, 3)."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A garment or a body part, ready to be meshed.

    `part` names the row of `Model.parts`; a part that ends in `*` is split by the leading bone into trunk and limbs.
    `bones` are the only ones that may move it. `hangs` marks cloth that hangs from the hips, `occludes` what shades its
    neighbours, `near_only` what no one sees from ten metres.
    """

    part: str
    field: Field
    low_m: FloatArray
    high_m: FloatArray
    voxel_m: float
    triangles: int
    paint: Paint
    bones: tuple[str, ...]
    material: str
    hangs: bool = False
    occludes: bool = False
    near_only: bool = False


def linear(colour: Rgb | FloatArray) -> FloatArray:
    """Give linear light (3,) from an sRGB byte triple (power 2.2)."""
    return (np.asarray(colour, np.float64) / 255.0) ** 2.2


def plain(colour: Rgb) -> Paint:
    """Give the paint of one colour."""
    light = linear(colour)
    return lambda vertices, normals: np.tile(light, (len(vertices), 1))
