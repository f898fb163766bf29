"""What the triangles of a stage are made of, in tables over all its meshes: many hits are looked up at once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.geometry import BoolArray, ByteArray, Float32Array, IntArray
from scenegen.models.materials import MATERIALS
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.rays.solid import Indices
from scenegen.stage.stage import Stage

LUMINANCE: Float32Array = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Weights of linear red, green and blue: ITU-R BT.709."""
_SMALL_PX = 64
"""Edge of the texture layers whose mean colour is taken."""


class Surfaces:
    """Tables over the faces of all meshes of a stage, one mesh after the other."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._first_face = _starts([len(mesh.faces) for mesh in stage.meshes])
        self._first_vertex = _starts([len(mesh.positions_m) for mesh in stage.meshes])
        self.corners: IntArray = _joined(
            [mesh.faces + first for mesh, first in zip(stage.meshes, self._first_vertex, strict=True)], np.int32, 3
        )
        """(faces, 3) vertices, counted over all meshes."""
        last = self.corners[:, 2]
        self.part: ByteArray = _joined([mesh.part for mesh in stage.meshes], np.uint8)[last]
        self.material: ByteArray = _joined([mesh.material for mesh in stage.meshes], np.uint8)[last]

    def face(self, instance: Indices, triangle: Indices) -> Indices:
        """Give the numbers of triangles in these tables, (n,); arbitrary where nothing was hit."""
        mesh = np.take(self._stage.instances.mesh, instance)
        found: Indices = np.take(self._first_face, mesh) + triangle.astype(np.intp, copy=False)
        return found

    @cached_property
    def vertex_joints(self) -> IntArray:
        """(vertices, 4) joints, counted from an instance's first row."""
        return _joined([mesh.joints for mesh in self._stage.meshes], np.int32, 4)

    @cached_property
    def vertex_weights(self) -> Float32Array:
        """(vertices, 4) weights of the joints."""
        return _joined([mesh.weights for mesh in self._stage.meshes], np.float32, 4)

    @cached_property
    def vertex_normals(self) -> Float32Array:
        """(vertices, 3) normals at rest."""
        return _joined([mesh.normals for mesh in self._stage.meshes], np.float32, 3)

    @cached_property
    def colour(self) -> Float32Array:
        """(faces, 3) diffuse colour, linear: material, mean of the texture and mean of the corners' tint; paint left out."""
        tint = _linear(_joined([mesh.tint for mesh in self._stage.meshes], np.uint8, 4)[:, :3])
        return np.asarray(_material_colours()[self.material] * tint[self.corners].mean(axis=1), np.float32)

    def brightness(self, face: Indices, instance: Indices) -> Float32Array:
        """Give the luminance (n,) of the diffuse colour of faces of instances, with paint where the material takes it."""
        plain, by_paint, is_painted = self._bright
        found = np.take(plain, face)
        own = np.flatnonzero(np.take(is_painted, face))
        paint = self._stage.instances.paint_linear.astype(np.float32)[instance[own]]
        found[own] = np.einsum("ni,ni->n", by_paint[face[own]], paint)
        return found

    @cached_property
    def _bright(self) -> tuple[Float32Array, Float32Array, BoolArray]:
        """Luminance (faces,) without paint, shares (faces, 3) that the channels of paint count for, and which are painted."""
        takes = np.array([material.takes_paint for material in MATERIALS])[self.material]
        return self.colour @ LUMINANCE, self.colour * LUMINANCE, takes


def _starts(counts: list[int]) -> IntArray:
    return np.cumsum([0, *counts[:-1]]).astype(np.int32)


def _joined(arrays: list[npt.NDArray[Any]], kind: type, columns: int = 0) -> npt.NDArray[Any]:
    empty: npt.NDArray[Any] = np.zeros((0, columns) if columns else 0, kind)
    return np.concatenate([empty, *arrays]).astype(kind)


def _linear(srgb: ByteArray) -> Float32Array:
    """Decode sRGB bytes (IEC 61966-2-1)."""
    value = np.arange(256) / 255
    table = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return np.asarray(table[srgb])


def _material_colours() -> Float32Array:
    """Give each material's colour times the mean of its texture, (materials, 3) linear; coverage weighs that of leaves."""
    layers = texture_layers(_SMALL_PX)
    weight = layers[..., 3:].astype(np.float32)
    means = (_linear(layers[..., :3]) * weight).sum(axis=(1, 2)) / weight.sum(axis=(1, 2))
    colours = [np.array(m.colour_linear) * (means[TEXTURES.index(m.texture)] if m.texture else 1.0) for m in MATERIALS]
    return np.asarray(colours, np.float32)
