"""What the readers of foreign files give: `Piece`s of triangles in the file's own axes, and the nodes they hang on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.errors import AssetError
from scenegen.geometry import ByteArray, FloatArray, IntArray
from scenegen.models.materials import MATERIAL

MAX_FILE_BYTES = 64 * 2**20
MAX_TRIANGLES = 300_000
MAX_VERTICES = 600_000
MAX_NODES = 2_000
MAX_DEPTH = 64
MAX_UNITS = 1e6
"""Largest coordinate in a file, in its own units."""

_GLASS_ALPHA = 0.6
_METAL = 0.5
_BY_WORD = {
    "glass": "glass", "window": "glass", "windscreen": "glass", "tyre": "tyre", "tire": "tyre", "rubber": "tyre",
    "chrome": "chrome", "rim": "rim", "paint": "paint", "carpaint": "paint", "headlight": "head_lamp", "headlamp": "head_lamp",
    "taillight": "tail_lamp", "brakelight": "brake_lamp", "indicator": "indicator", "blinker": "indicator",
}  # fmt: skip
"""Words in names of materials that say what they are; names of our own table count too."""


@dataclass(frozen=True, eq=False)
class Node:
    """A node of a file: its name, its parent's number or -1, and file_from_node (4, 4)."""

    name: str
    parent: int
    file_from_node: FloatArray


@dataclass(frozen=True, eq=False)
class Piece:
    """Triangles of one material on one node, in the file's axes and units.

    points (n, 3) float64; normals (n, 3) float64 or None; faces (m, 3) int32; tint (n, 4) uint8 sRGB; `material` a row of
    `MATERIALS`; `node` its number; of skinned pieces bones (n, 4) numbers of nodes and weights (n, 4) that sum to 1.
    """

    points: FloatArray
    normals: FloatArray | None
    faces: IntArray
    tint: ByteArray
    material: int
    node: int
    bones: IntArray | None = None
    weights: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Content:
    """All that is taken from a file."""

    nodes: tuple[Node, ...]
    pieces: tuple[Piece, ...]

    def below(self, node: int) -> set[int]:
        """Give a node's number and those of all nodes under it."""
        found = {node}
        for number in range(len(self.nodes)):
            above, steps = number, 0
            while above >= 0 and steps <= MAX_DEPTH:
                if above in found:
                    found.add(number)
                    break
                above, steps = self.nodes[above].parent, steps + 1
        return found


def material_row(name: str, *, alpha: float = 1.0, metallic: float = 0.0) -> int:
    """Choose the row of our material table that a foreign material looks most like."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
    if plain in MATERIAL:
        return MATERIAL[plain]
    for word, ours in _BY_WORD.items():
        if word in plain.split("_") or (len(word) > 4 and word in plain):
            return MATERIAL[ours]
    if alpha < _GLASS_ALPHA:
        return MATERIAL["glass"]
    return MATERIAL["metal"] if metallic > _METAL else MATERIAL["plain"]


def srgb_tint(linear_rgb: FloatArray) -> ByteArray:
    """Encode linear colours (..., 3) as tints (..., 4) sRGB with open sky (IEC 61966-2-1)."""
    value = np.clip(np.asarray(linear_rgb, np.float64), 0.0, 1.0)
    stored = np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
    tint = np.full((*value.shape[:-1], 4), 255, np.uint8)
    tint[..., :3] = np.round(stored * 255)
    return tint


def checked(content: Content, name: str) -> Content:
    """Refuse content that is empty, too large, or not finite.

    Raises:
        AssetError: says what of the file is wrong.
    """
    triangles, vertices = (sum(len(getattr(piece, what)) for piece in content.pieces) for what in ("faces", "points"))
    if triangles == 0:
        raise AssetError(f"{name}: there is no triangle in it")
    if triangles > MAX_TRIANGLES or vertices > MAX_VERTICES:
        raise AssetError(
            f"{name}: {triangles:,} triangles and {vertices:,} vertices; at most {MAX_TRIANGLES:,} and {MAX_VERTICES:,} are "
            "drawn, so simplify the model"
        )
    for piece in content.pieces:
        if not np.isfinite(piece.points).all() or (len(piece.points) and np.abs(piece.points).max() > MAX_UNITS):
            raise AssetError(f"{name}: a vertex is not finite or beyond {MAX_UNITS:g} units")
        if len(piece.faces) and (piece.faces.min() < 0 or piece.faces.max() >= len(piece.points)):
            raise AssetError(f"{name}: a triangle names a vertex that is not there")
    return content
