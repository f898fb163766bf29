"""`Skin`: loose triangles with smooth normals, on which panes, lamps and gaps are imprinted by cutting along their outlines."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.materials import MATERIAL

SIDE_VIEW, END_VIEW, TOP_VIEW = (0, 2), (1, 2), (0, 1)
"""The two axes that a shape is drawn in."""
Choice = Callable[[FloatArray, FloatArray, ByteArray], BoolArray]
"""Says from centres (n, 3), normals (n, 3) and materials (n,) which triangles a shape may touch."""
IndexArray = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
_ON_LINE_M = 2e-5
"""A corner this near to a cutting line counts as on it."""


@dataclass(eq=False)
class Skin:
    """Triangles under construction: corners (m, 3, 6) as position and normal, one material row per triangle."""

    corners: FloatArray
    materials: ByteArray

    @classmethod
    def of(cls, points_m: FloatArray, normals: FloatArray, faces: IndexArray, material: str) -> Skin:
        """Make the skin of an indexed mesh in one material."""
        corners = np.concatenate([points_m[faces], normals[faces]], axis=2)
        return cls(corners, np.full(len(faces), MATERIAL[material], np.uint8))

    def imprint(self, shape: BaseGeometry, view: tuple[int, int], material: str | None, chosen: Choice) -> None:
        """Give the inside of a shape, seen along the axis left out of the view, a material; None cuts it away."""
        for polygon in shapely.get_parts(shape):
            if polygon.geom_type == "Polygon" and not polygon.is_empty:
                self._imprint_polygon(polygon, view, material, chosen)

    def taken_out(self, polygon: BaseGeometry, view: tuple[int, int], chosen: Choice) -> Skin:
        """Cut along a polygon and give its inside as a skin of its own; the rest stays."""
        rest, soup, marks, inside = self._split(polygon, view, chosen)
        self.corners = np.concatenate([rest.corners, soup[~inside]])
        self.materials = np.concatenate([rest.materials, marks[~inside]])
        return Skin(soup[inside], marks[inside])

    def _imprint_polygon(self, polygon: BaseGeometry, view: tuple[int, int], material: str | None, chosen: Choice) -> None:
        rest, soup, marks, inside = self._split(polygon, view, chosen)
        if not len(soup):
            return
        if material is None:
            soup, marks = soup[~inside], marks[~inside]
        else:
            marks[inside] = MATERIAL[material]
        self.corners = np.concatenate([rest.corners, soup])
        self.materials = np.concatenate([rest.materials, marks])

    def _split(
        self, polygon: BaseGeometry, view: tuple[int, int], chosen: Choice
    ) -> tuple[Skin, FloatArray, ByteArray, BoolArray]:
        """Split the chosen triangles near a polygon along its outline: what is left, the pieces, which of them lie inside."""
        x0, y0, x1, y1 = polygon.bounds
        index = np.arange(len(self.corners))
        for axis, low, high in ((view[0], x0, x1), (view[1], y0, y1)):
            least, most = _span(self.corners[index, :, axis])
            index = index[(most > low) & (least < high)]
        middle = self.corners[index].mean(1)
        index = index[chosen(middle[:, :3], middle[:, 3:], self.materials[index])]
        soup, marks = self.corners[index], self.materials[index]
        if not len(index):
            return self, soup, marks, np.zeros(0, np.bool_)
        for line in shapely.get_rings(polygon):
            ring = shapely.get_coordinates(line)
            for start, end in itertools.pairwise(ring):
                soup, marks = _cut_along(soup, marks, view, start, end)
        centre = soup[:, :, list(view)].mean(1)
        shapely.prepare(polygon)
        inside = shapely.contains_xy(polygon, centre[:, 0], centre[:, 1])
        rest = np.ones(len(self.corners), bool)
        rest[index] = False
        return Skin(self.corners[rest], self.materials[rest]), soup, marks, np.asarray(inside, np.bool_)

    def mirrored(self) -> Skin:
        """Give the same triangles on the other side, turned so that they still face out."""
        corners = self.corners[:, ::-1] * (1, -1, 1, 1, -1, 1)
        return Skin(corners, self.materials.copy())

    def moved(self, x: float, y: float, z: float) -> Skin:
        """Give the same triangles shifted."""
        return Skin(self.corners + np.array([x, y, z, 0.0, 0.0, 0.0]), self.materials.copy())


def gather(skins: list[Skin]) -> Skin:
    """Put skins into one."""
    return Skin(np.concatenate([s.corners for s in skins]), np.concatenate([s.materials for s in skins]))


def _cut_along(
    soup: FloatArray, marks: ByteArray, view: tuple[int, int], start: FloatArray, end: FloatArray
) -> tuple[FloatArray, ByteArray]:
    """Split the triangles that a straight stroke crosses, along its line."""
    run = end - start
    length = float(np.hypot(run[0], run[1]))
    if length < _ON_LINE_M:
        return soup, marks
    run = run / length
    u, v = soup[:, :, view[0]] - start[0], soup[:, :, view[1]] - start[1]
    off = run[0] * v - run[1] * u
    least, most = _span(off)
    crossed = np.flatnonzero((most > _ON_LINE_M) & (least < -_ON_LINE_M))
    if not len(crossed):
        return soup, marks
    off = off[crossed]
    along = run[0] * u[crossed] + run[1] * v[crossed]
    # Turn each triangle so that its lone corner comes first; the line crosses the two sides that meet there.
    above = off > 0
    lone = np.where(above.sum(1) == 1, above.argmax(1), (~above).argmax(1))
    order = (lone[:, None] + np.arange(3)) % 3
    off, along = np.take_along_axis(off, order, 1), np.take_along_axis(along, order, 1)
    share = off[:, :1] / (off[:, :1] - off[:, 1:])
    crossing = along[:, :1] + share * (along[:, 1:] - along[:, :1])
    hit = (crossing.max(1) > _ON_LINE_M) & (crossing.min(1) < length - _ON_LINE_M)
    if not hit.any():
        return soup, marks
    crossed, share = crossed[hit], share[hit][:, :, None]
    a, b, c = np.moveaxis(np.take_along_axis(soup[crossed], order[hit][:, :, None], 1), 1, 0)
    p, q = a + share[:, 0] * (b - a), a + share[:, 1] * (c - a)
    pieces = np.concatenate([np.stack([a, p, q], 1), np.stack([p, b, c], 1), np.stack([p, c, q], 1)])
    piece_marks = np.tile(marks[crossed], 3)
    solid = _area_m2(pieces) > 1e-10
    rest = np.ones(len(soup), bool)
    rest[crossed] = False
    return np.concatenate([soup[rest], pieces[solid]]), np.concatenate([marks[rest], piece_marks[solid]])


def _span(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the least and the greatest of the three numbers of each triangle; much faster than a reduction."""
    a, b, c = values[:, 0], values[:, 1], values[:, 2]
    return np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)


def _area_m2(soup: FloatArray) -> FloatArray:
    """Give the area of each triangle."""
    (ax, ay, az), (bx, by, bz) = (soup[:, 1, :3] - soup[:, 0, :3]).T, (soup[:, 2, :3] - soup[:, 0, :3]).T
    x, y, z = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    return np.asarray(np.sqrt(x * x + y * y + z * z) / 2)
