"""Roofs of houses: pitched with gables or hipped, overhang, ridge, gutters, chimney, dormer.

A roof is built over a rectangle around the origin with its ridge along x; the house turns it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import pose
from scenegen.models.facades import Opening, Skin, wall_with_openings
from scenegen.models.mesh import Mesh, join, placed
from scenegen.models.shapes import Finish, box, disc_fan, panel, quads, tube

_THICK_M = 0.16
_EAVES_M = 0.45
_VERGE_M = 0.25


@dataclass(frozen=True)
class RoofForm:
    """A roof over (along, across) metres of walls whose tops are at `base_m`, rising `rise_m` to the ridge.

    `hip_m` is how far the ridge's ends stand in from the end walls, 0 for gables.
    """

    along_m: float
    across_m: float
    base_m: float
    rise_m: float
    hip_m: float

    @property
    def slope(self) -> float:
        """Rise over run of the long sides."""
        return self.rise_m / (self.across_m / 2)


def roof(form: RoofForm, tiles: Finish, trim: Finish, wall: Finish, metal: Finish, *, is_fine: bool) -> Mesh:
    """Build slopes, soffit, fascias, ridge, gutters and the gable walls below them."""
    pieces = [_slopes(form, tiles, trim)]
    if form.hip_m == 0:
        pieces += [_gable(form, side, wall) for side in (-1.0, 1.0)]
    if is_fine:
        pieces += [_ridge(form, tiles), _gutters(form, metal)]
    return join(pieces)


def _outline(form: RoofForm) -> tuple[float, float, float, float, float]:
    """Give half length and half width of the eaves, their height, the ridge's half length and height, of the upper face."""
    verge = _EAVES_M if form.hip_m else _VERGE_M
    half_x, half_y = form.along_m / 2 + verge, form.across_m / 2 + _EAVES_M
    eaves = form.base_m - _EAVES_M * form.slope + _THICK_M
    ridge_x = form.along_m / 2 - form.hip_m if form.hip_m else half_x
    return half_x, half_y, eaves, ridge_x, form.base_m + form.rise_m + _THICK_M


def _slopes(form: RoofForm, tiles: Finish, trim: Finish) -> Mesh:
    """Build the upper faces, the same faces from below, and the boards between them."""
    hx, hy, z, rx, top = _outline(form)
    upper = np.array([
        [[-hx, -hy, z], [hx, -hy, z], [rx, 0, top], [-rx, 0, top]],
        [[hx, hy, z], [-hx, hy, z], [-rx, 0, top], [rx, 0, top]],
    ])  # fmt: skip
    pieces = [quads(upper, tiles)]
    down = np.array([0.0, 0.0, _THICK_M])
    under = Finish(trim.material, trim.part, trim.tint, 90)
    pieces.append(quads((upper - down)[:, ::-1], under))
    edge = [[-hx, -hy], [hx, -hy], [hx, hy], [-hx, hy]]
    if form.hip_m:
        for side in (-1.0, 1.0):
            triangle = np.array([[side * hx, -side * hy, z], [side * hx, side * hy, z], [side * rx, 0, top]])
            pieces += [disc_fan(triangle, tiles), disc_fan(triangle[::-1] - down, under)]
        boards = [
            [[*a, z - _THICK_M], [*b, z - _THICK_M], [*b, z], [*a, z]] for a, b in zip(edge, edge[1:] + edge[:1], strict=True)
        ]
    else:
        boards = [[[*edge[i], z - _THICK_M], [*edge[i + 1], z - _THICK_M], [*edge[i + 1], z], [*edge[i], z]] for i in (0, 2)]
        for s in (-1.0, 1.0):
            for t in (-1.0, 1.0):
                low, high = np.array([s * hx, t * hy, z]), np.array([s * hx, 0, top])
                board = np.array([low - down, high - down, high, low])
                boards.append((board if s * t < 0 else board[[1, 0, 3, 2]]).tolist())
    return join([*pieces, quads(np.array(boards), trim)])


def _gable(form: RoofForm, side: float, wall: Finish) -> Mesh:
    x, half = side * form.along_m / 2, form.across_m / 2
    triangle = np.array([[x, -half, form.base_m], [x, half, form.base_m], [x, 0, form.base_m + form.rise_m]])
    return disc_fan(triangle if side > 0 else triangle[[1, 0, 2]], wall)


def attic_windows(form: RoofForm, skin: Skin) -> Mesh:
    """Set a two-winged window into each gable, above the walls."""
    low, width, height, bar = form.base_m + 0.35, 1.1, 1.15, 0.08
    pieces = []
    for side in (-1.0, 1.0):

        def front(left: float, right: float, out: float, rim: float, finish: Finish, side: float = side) -> Mesh:
            corner = (side * (form.along_m / 2 + out), side * left, low + rim)
            return panel(corner, (0.0, side * (right - left), 0.0), (0.0, 0.0, height - 2 * rim), finish)

        pieces.append(front(-width / 2, width / 2, 0.012, 0.0, skin.frame))
        pieces.append(front(-width / 2 + bar, -bar / 2, 0.02, bar, skin.glass))
        pieces.append(front(bar / 2, width / 2 - bar, 0.02, bar, skin.glass))
        x = sorted((side * form.along_m / 2, side * (form.along_m / 2 + 0.09)))
        pieces.append(box((x[0], -width / 2 - 0.06, low - 0.06), (x[1], width / 2 + 0.06, low), skin.sill))
    return join(pieces)


def _ridge(form: RoofForm, tiles: Finish) -> Mesh:
    """Lay rounded tiles along the ridge, and down the hips."""
    hx, hy, z, rx, top = _outline(form)
    dark = Finish(tiles.material, tiles.part, tuple(int(c * 0.8) for c in tiles.tint))  # type: ignore[arg-type]
    lines = [[[-rx, 0, top], [rx, 0, top]]]
    if form.hip_m:
        lines += [[[sx * hx, sy * hy, z], [sx * rx, 0, top]] for sx in (-1, 1) for sy in (-1, 1)]
    return join([tube(np.array(line, float), 0.11, dark, sides=6) for line in lines])


def _gutters(form: RoofForm, metal: Finish) -> Mesh:
    """Hang a gutter below each long eave, with a downpipe at one end."""
    hx, hy, z, _, _ = _outline(form)
    wall_y, wall_x = form.across_m / 2 + 0.07, form.along_m / 2 - 0.25
    pieces = []
    for side in (-1.0, 1.0):
        y = side * (hy + 0.05)
        pieces.append(tube([[-hx, y, z - 0.10], [hx, y, z - 0.10]], 0.065, metal, sides=6))
        pipe = [[wall_x, y, z - 0.14], [wall_x, side * wall_y, z - 0.55], [wall_x, side * wall_y, 0.0]]
        pieces.append(tube(pipe, 0.045, metal, sides=6, capped=False))
    return join(pieces)


def chimney(x: float, y: float, top_m: float, brick: Finish, cap: Finish) -> Mesh:
    """Build a brick chimney that ends at this height, with a cap and two pots."""
    stack = box((x - 0.32, y - 0.25, top_m - 2.0), (x + 0.32, y + 0.25, top_m - 0.08), brick, without=("bottom", "top"))
    slab = box((x - 0.38, y - 0.31, top_m - 0.08), (x + 0.38, y + 0.31, top_m), cap)
    pots = [tube([[x + dx, y, top_m], [x + dx, y, top_m + 0.3]], 0.10, brick, sides=6) for dx in (-0.16, 0.16)]
    return join([stack, slab, *pots])


def dormer(form: RoofForm, x: float, width_m: float, skin: Skin, tiles: Finish) -> Mesh:
    """Build a dormer with a window and its own little gable in the slope that faces -y."""
    front_y = -form.across_m / 2 + 0.9
    foot = form.base_m + _THICK_M + (form.across_m / 2 + front_y) * form.slope
    height, half = 1.25, width_m / 2
    back = min(-0.05, front_y + (height + 0.45) / form.slope)
    window = Opening(0.22, width_m - 0.22, 0.22, height - 0.12)
    front = wall_with_openings(width_m, height, [window], skin, plinth_m=0.0)
    pieces = [placed(front, pose(x + half, front_y, foot, yaw=np.pi))]
    for side in (-1.0, 1.0):
        cheek = np.array(
            [
                [x + side * half, front_y, foot],
                [x + side * half, back, foot + height],
                [x + side * half, front_y, foot + height],
            ]
        )
        cheek[1, 1] = front_y + height / form.slope
        pieces.append(disc_fan(cheek if side > 0 else cheek[::-1], skin.wall))
    peak = foot + height + 0.45
    gable = np.array([[x - half, front_y, foot + height], [x + half, front_y, foot + height], [x, front_y, peak]])
    pieces.append(disc_fan(gable, skin.wall))
    out, low = 0.18, foot + height - 0.15 * 0.45 / half
    eave, fore = half + 0.15, front_y - out
    rear = front_y + (height + 0.45) / form.slope
    slopes = np.array([
        [[x - eave, rear, low + 0.06], [x - eave, fore, low + 0.06], [x, fore, peak + 0.06], [x, rear, peak + 0.06]],
        [[x + eave, fore, low + 0.06], [x + eave, rear, low + 0.06], [x, rear, peak + 0.06], [x, fore, peak + 0.06]],
    ])  # fmt: skip
    under = Finish(skin.frame.material, skin.frame.part, skin.frame.tint, 120)
    return join([*pieces, quads(slopes, tiles), quads(slopes[:, ::-1] - np.array([0, 0, 0.06]), under)])
