"""Crowns of leaves: blobs give the form, leaf cards its skin, dark cores its inside.

A crown is a set of overlapping balls. Cards lie on their outer skin with normals bent outwards, so the crown shades like
a volume; opaque cores keep daylight out of the middle; tint darkens towards the inside and the bottom.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scenegen.geometry import FloatArray
from scenegen.models.mesh import Mesh, join
from scenegen.models.shapes import Finish, finished_mesh

_OUTLINE = 1.20  # leaves reach this many radii from the middle of their ball, at every level of detail

_CARD_LEAN = 0.22  # cards shade a little unlike their neighbours, as sprays of leaves do

Indices: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Crown:
    """Balls that a crown is made of: `centres_m` (n, 3), `radii_m` (n,), and the sRGB tint of its leaves."""

    centres_m: FloatArray
    radii_m: FloatArray
    tint: tuple[float, float, float]

    @property
    def middle_m(self) -> FloatArray:
        """Middle of the crown, weighted by size, a little low so that normals lift towards the sky."""
        middle: FloatArray = np.average(self.centres_m, axis=0, weights=self.radii_m**2)
        return np.asarray(middle - np.array([0.0, 0.0, 0.15 * self.radii_m.max()]), np.float64)

    @property
    def low_m(self) -> float:
        """Height of its lowest leaf."""
        return float((self.centres_m[:, 2] - self.radii_m).min())

    @property
    def high_m(self) -> float:
        """Height of its highest leaf."""
        return float((self.centres_m[:, 2] + self.radii_m).max())


def leaf_cards(crown: Crown, rng: np.random.Generator, *, count: int, edge_m: float, part: int) -> Mesh:
    """Cover a crown's skin with square leaf cards.

    Args:
        crown: its form.
        rng: draws places and turns.
        count: number of cards, two triangles each; drawn without culling, so each is seen from both sides.
        edge_m: mean edge of a card.
        part: part number.
    """
    centres, outward, owner = _skin_places(crown, rng, count, reach_m=0.30 * edge_m)
    corners = _card_corners(centres, outward, rng, edge_m)
    corners = _held_in(corners, np.repeat(owner, 4), crown)

    # Bend normals outwards from ball and crown, so that light falls as on a volume
    ball = _unit(corners - np.repeat(crown.centres_m[owner], 4, axis=0))
    whole = _unit(corners - crown.middle_m)
    lean = np.repeat(rng.normal(0, _CARD_LEAN, (count, 3)), 4, axis=0)
    normals = _unit(0.55 * ball + 0.55 * whole + lean + np.array([0.0, 0.0, 0.12]))
    cards = _cards(corners, normals, Finish("leaf", part))
    return _leaf_tinted(cards, crown, np.repeat(_hues(rng, count), 4, axis=0))


def sprigs(
    places_m: FloatArray, outward: FloatArray, light: FloatArray, rng: np.random.Generator, *, edge_m: float, finish: Finish
) -> Mesh:
    """Lay leaf cards on a given surface.

    Args:
        places_m: (n, 3) middles of the cards.
        outward: (n, 3) unit normals of the surface there.
        light: (n,) baked light at each place, 0..1.
        rng: draws turns and hues.
        edge_m: mean edge of a card.
        finish: part and tint; the material must be `leaf`.
    """
    corners = _card_corners(places_m, outward, rng, edge_m)
    cards = _cards(corners, np.repeat(outward, 4, axis=0), finish)
    colour = np.array(finish.tint) * _hues(rng, len(places_m)) * (0.70 + 0.30 * light)[:, None]
    tint = np.concatenate([np.clip(colour, 0, 255), 255 * np.clip(light, 0, 1)[:, None]], axis=1).astype(np.uint8)
    return replace(cards, tint=np.repeat(tint, 4, axis=0))


def dark_cores(crown: Crown, *, share: float, is_fine: bool, part: int) -> Mesh:
    """Fill every ball with an opaque dark body of this share of its radius, 32 triangles each, or 8 if not fine."""
    points, faces = _octahedron(2 if is_fine else 1)
    cores = [
        finished_mesh(
            np.maximum(centre + points * radius * share * (1.0, 1.0, 0.85), [-1e9, -1e9, 0.0]),
            points,
            faces,
            Finish("hedge", part),
            uv=1.6 * radius * share * points[:, :2] / np.abs(points).sum(axis=1, keepdims=True),  # as on an octahedron's faces
        )
        for centre, radius in zip(crown.centres_m, crown.radii_m, strict=True)
    ]
    mesh = join(cores)
    return _leaf_tinted(mesh, crown, np.full((len(mesh.tint), 3), 0.72))


def leafy_hull(points_m: FloatArray, openness: FloatArray, finish: Finish) -> Mesh:
    """Skin a row of sections that run from foot to foot over the top, closed at both ends.

    Args:
        points_m: (columns, k, 3); columns run along x, the k points of a section from -y over the top to +y.
        openness: (k,) baked light of each point of a section, 0..1.
        finish: an opaque foliage material; its tint is darkened by the light.
    """
    columns, k = points_m.shape[:2]
    first = (np.arange(columns - 1)[:, None] * k + np.arange(k - 1)).ravel()
    over = np.concatenate([np.stack([first, first + k, first + k + 1], 1), np.stack([first, first + k + 1, first + 1], 1)])
    i = np.arange(1, k - 1)
    end = np.stack([0 * i, i, i + 1], axis=1)
    faces = np.concatenate([over, end, (columns - 1) * k + end[:, ::-1]])

    # Bend normals away from the axis of the row, and outwards at its ends
    axis = points_m.mean(axis=1, keepdims=True) * [1.0, 1.0, 0.7]
    normals = _unit(points_m - axis)
    normals[0, :, 0] -= 0.8
    normals[-1, :, 0] += 0.8

    # Each triangle has vertices of its own, with the pattern laid flat on it: a shared one smears over steep ends
    corners = points_m.reshape(-1, 3)[faces]
    facing = _unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    level = _unit(np.cross([0.0, 0.0, 1.0], facing) + np.array([1e-9, 0.0, 0.0]))
    uv = np.stack([np.einsum("nki,ni->nk", corners, axis) for axis in (level, np.cross(facing, level))], axis=-1)
    each = faces.ravel()
    own_faces = np.arange(len(each)).reshape(-1, 3)
    mesh = finished_mesh(corners.reshape(-1, 3), _unit(normals).reshape(-1, 3)[each], own_faces, finish, uv=uv.reshape(-1, 2))
    light = np.tile(openness, columns)[each, None]
    colour = np.array(finish.tint) * (0.70 + 0.30 * light)
    return replace(mesh, tint=np.concatenate([colour, 255 * light], axis=1).astype(np.uint8))


def _hues(rng: np.random.Generator, count: int) -> FloatArray:
    """Draw what each card's colour is multiplied by: light and dark sprays, some yellower, (n, 3)."""
    value = np.exp(rng.normal(0, 0.16, (count, 1)))
    return np.asarray(value * rng.normal(1.0, (0.06, 0.04, 0.06), (count, 3)))


def _card_corners(centres: FloatArray, outward: FloatArray, rng: np.random.Generator, edge_m: float) -> FloatArray:
    """Draw squares round centres that lean away from the surface they lie on, (4 n, 3)."""
    facing = _unit(outward + 0.75 * rng.normal(size=outward.shape))
    across = _unit(np.cross(facing, rng.normal(size=outward.shape)))
    half = edge_m * rng.uniform(0.38, 0.60, (len(centres), 1))
    a, b = across * half, np.cross(facing, across) * half
    return np.stack([centres - a - b, centres + a - b, centres + a + b, centres - a + b], axis=1).reshape(-1, 3)


def _cards(corners: FloatArray, normals: FloatArray, finish: Finish) -> Mesh:
    """Make two triangles of every four corners, each card showing the whole picture once."""
    count = len(corners) // 4
    first = np.arange(count)[:, None] * 4
    faces = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])])
    uv = np.tile([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], (count, 1))
    return finished_mesh(corners, normals, faces, finish, uv=uv)


def _skin_places(
    crown: Crown, rng: np.random.Generator, count: int, *, reach_m: float
) -> tuple[FloatArray, FloatArray, Indices]:
    """Draw places on the skin of the balls that are not deep inside another ball, with outward directions and owners."""
    tries = count * 6
    weights = crown.radii_m**2 / (crown.radii_m**2).sum()
    steps = (rng.random() + 0.6180339887 * np.arange(tries)) % 1.0  # golden steps: each ball has its share from the first on
    owner = np.minimum(np.searchsorted(np.cumsum(weights), steps), len(weights) - 1)
    outward = _unit(rng.normal(size=(tries, 3)))
    shell = np.maximum(crown.radii_m[owner] - reach_m, 0.45 * crown.radii_m[owner])
    places = crown.centres_m[owner] + outward * (shell * rng.uniform(0.78, 1.10, tries))[:, None]

    # Keep places on the outside of the whole crown; a few deep ones fill up if too many fall inside
    inside = 1.0 - np.linalg.norm(places[:, None] - crown.centres_m[None], axis=2) / crown.radii_m[None, :]
    inside[np.arange(tries), owner] = -1.0
    is_deep = inside.max(axis=1) > 0.22
    kept = np.argsort(is_deep, kind="stable")[:count]
    return places[kept], outward[kept], owner[kept]


def _leaf_tinted(mesh: Mesh, crown: Crown, hue: FloatArray) -> Mesh:
    """Darken leaves towards the inside and the bottom of their crown, in colour and in baked occlusion."""
    points = mesh.positions_m.astype(np.float64)
    reach = np.abs(crown.centres_m - crown.middle_m) + crown.radii_m[:, None]
    outer = np.linalg.norm((points - crown.middle_m) / reach.max(axis=0), axis=1)
    height = (points[:, 2] - crown.low_m) / max(crown.high_m - crown.low_m, 1e-6)
    light = np.clip(0.28 + 0.52 * np.clip(outer, 0, 1) ** 1.5 + 0.30 * np.clip(height, 0, 1), 0.25, 1.0)
    colour = np.array(crown.tint) * hue * (0.62 + 0.38 * light)[:, None]
    tint = np.concatenate([np.clip(colour, 0, 255), 255 * light[:, None]], axis=1).astype(np.uint8)
    return replace(mesh, tint=tint)


def _held_in(corners: FloatArray, owner: Indices, crown: Crown) -> FloatArray:
    """Pull card corners in that stand too far out of their ball or in the ground: levels of detail keep one outline."""
    from_ball = corners - crown.centres_m[owner]
    far = np.linalg.norm(from_ball, axis=1, keepdims=True) / (_OUTLINE * crown.radii_m[owner, None])
    held = crown.centres_m[owner] + from_ball / np.maximum(far, 1.0)
    held[:, 2] = np.maximum(held[:, 2], 0.02)
    return np.asarray(held)


def _octahedron(steps: int) -> tuple[FloatArray, Indices]:
    """Give a ball of 8 steps² triangles: unit points (n, 3) and counter-clockwise faces (m, 3)."""
    corners = np.array([[1.0, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
    faces = np.array([[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4], [1, 0, 5], [2, 1, 5], [3, 2, 5], [0, 3, 5]])
    if steps == 1:
        return corners, faces
    points, split = list(corners), []
    for a, b, c in faces:
        n = len(points)
        points += [corners[a] + corners[b], corners[b] + corners[c], corners[c] + corners[a]]
        split += [[a, n, n + 2], [n, b, n + 1], [n + 2, n + 1, c], [n, n + 1, n + 2]]
    return _unit(np.array(points)), np.array(split)


def _unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
