"""Wavefront OBJ files: vertices, normals, faces of any number of corners, groups as nodes, names of materials.

Colours of .mtl files are not taken: names of materials choose rows of our table. Source: Wavefront OBJ, appendix B1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scenegen.errors import AssetError
from scenegen.geometry import FloatArray
from scenegen.models.imports.accessors import limited_bytes
from scenegen.models.imports.pieces import (
    MAX_NODES,
    MAX_TRIANGLES,
    MAX_VERTICES,
    Content,
    Node,
    Piece,
    checked,
    material_row,
    srgb_tint,
)

_MOST_CORNERS = 64
_IGNORED = {"vt", "vp", "s", "mtllib", "l", "p", "cstype", "deg", "surf", "parm", "end", "shadow_obj", "trace_obj", "lod"}


@dataclass(eq=False)
class _Group:
    """Triangles of one group and material, as (vertex, normal) numbers from 0; normal -1 for none."""

    node: int
    material: str
    triangles: list[tuple[tuple[int, int], ...]] = field(default_factory=list)


class _Lines:
    """What was read so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.points: list[tuple[float, ...]] = []
        self.normals: list[tuple[float, ...]] = []
        self.nodes = ["file"]
        self.groups: dict[tuple[int, str], _Group] = {}
        self.node, self.material, self.triangles = 0, "", 0

    def take(self, number: int, words: list[str]) -> None:
        """Take one line."""
        word, rest = words[0], words[1:]
        if word == "v":
            self.points.append(self._numbers(rest[:3], number))
        elif word == "vn":
            self.normals.append(self._numbers(rest[:3], number))
        elif word == "f":
            self._face(rest, number)
        elif word in ("o", "g"):
            self._group(" ".join(rest)[:200] or "unnamed", number)
        elif word == "usemtl":
            self.material = " ".join(rest)[:200]
        elif word not in _IGNORED:
            raise self.fail(number, f"{word[:20]!r} is no word of a polygon model")
        if len(self.points) > MAX_VERTICES or len(self.normals) > MAX_VERTICES:
            raise self.fail(number, f"above {MAX_VERTICES:,} vertices; simplify the model")

    def fail(self, number: int, what: str) -> AssetError:
        """Give the error that names file and line."""
        return AssetError(f"{self.name}, line {number}: {what}")

    def _numbers(self, words: list[str], number: int) -> tuple[float, ...]:
        try:
            values = tuple(float(word) for word in words)
        except ValueError:
            values = ()
        if len(values) != 3 or not np.isfinite(values).all():
            raise self.fail(number, "wanted three finite numbers")
        return values

    def _group(self, name: str, number: int) -> None:
        if name in self.nodes:
            self.node = self.nodes.index(name)
            return
        if len(self.nodes) >= MAX_NODES:
            raise self.fail(number, f"more than {MAX_NODES:,} groups")
        self.node = len(self.nodes)
        self.nodes.append(name)

    def _face(self, words: list[str], number: int) -> None:
        if not 3 <= len(words) <= _MOST_CORNERS:
            raise self.fail(number, f"a face has 3 to {_MOST_CORNERS} corners, this one {len(words)}")
        corners = [self._corner(word, number) for word in words]
        group = self.groups.setdefault((self.node, self.material), _Group(self.node, self.material))
        group.triangles += [(corners[0], corners[k], corners[k + 1]) for k in range(1, len(corners) - 1)]
        self.triangles += len(corners) - 2
        if self.triangles > MAX_TRIANGLES:
            raise self.fail(number, f"above {MAX_TRIANGLES:,} triangles; simplify the model")

    def _corner(self, word: str, number: int) -> tuple[int, int]:
        fields = word.split("/")
        try:
            vertex, normal = int(fields[0]), int(fields[2]) if len(fields) > 2 and fields[2] else 0
        except ValueError:
            raise self.fail(number, f"{word[:20]!r} is no corner of a face") from None
        return self._place(vertex, len(self.points), number), self._place(normal, len(self.normals), number) if normal else -1

    def _place(self, index: int, count: int, number: int) -> int:
        """Give a number from 0 for one from 1, or one from the end."""
        place = index - 1 if index > 0 else count + index
        if index == 0 or not 0 <= place < count:
            raise self.fail(number, f"names number {index} of {count} vertices or normals before it")
        return place


def read_obj(path: Path) -> Content:
    """Read an .obj file.

    Raises:
        AssetError: says what of it is broken or too large, with the line.
    """
    try:
        text = limited_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise AssetError(f"{path.name}: no text; is it an OBJ file?") from None
    lines = _Lines(path.name)
    for number, line in enumerate(text.replace("\\\n", " ").splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words:
            lines.take(number, words)
    points, normals = np.array(lines.points, np.float64).reshape(-1, 3), np.array(lines.normals, np.float64).reshape(-1, 3)
    pieces = tuple(_piece(group, points, normals) for group in lines.groups.values())
    nodes = tuple(Node(name, -1 if i == 0 else 0, np.eye(4)) for i, name in enumerate(lines.nodes))
    return checked(Content(nodes, pieces), path.name)


def _piece(group: _Group, points: FloatArray, normals: FloatArray) -> Piece:
    """Put the triangles of a group together; corners that share vertex and normal become one."""
    corners = np.array(group.triangles, np.int64).reshape(-1, 2)
    distinct, faces = np.unique(corners, axis=0, return_inverse=True)
    own_normals = normals[distinct[:, 1]] if len(normals) and (distinct[:, 1] >= 0).all() else None
    tint = srgb_tint(np.ones((len(distinct), 3)))
    return Piece(
        points[distinct[:, 0]],
        own_normals,
        faces.reshape(-1, 3).astype(np.int32),
        tint,
        material_row(group.material),
        group.node,
    )
