"""Town houses: rows of flats of three to five storeys that meet wall to wall, shops on the ground floor.

The front faces +x; the origin is on the ground in the middle of the footprint. Storeys of 3.1 m, a shop's of 4 m: common in
European towns built from 1880 to 1960.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import pose
from scenegen.models.facades import Opening, Skin, balcony, flat_wall, wall_with_openings
from scenegen.models.mesh import Mesh, Model, ModelSpec, join, placed
from scenegen.models.roofs import RoofForm, chimney, dormer, roof
from scenegen.models.shapes import Finish, box, tube
from scenegen.models.shops import SHOP_HEIGHT_M, shop_front
from scenegen.models.static import draws_of, number_option, refuse_unknown_options, static_model

_PARTS = ("wall", "roof", "window", "door", "trim")
_WALL, _ROOF, _WINDOW, _DOOR, _TRIM = range(len(_PARTS))
_STOREY_M, _PLINTH_M, _SILL_M, _LINTEL_M, _DEPTH_M = 3.1, 0.6, 0.85, 2.5, 11.0
_FAR_M = 45.0
_SALT = 22
_TINTS = (
    (236, 226, 200), (222, 204, 168), (206, 190, 170), (230, 226, 218), (214, 186, 160), (190, 196, 200), (240, 214, 160),
    (206, 170, 150), (176, 186, 170), (226, 200, 190),
)  # fmt: skip
_BRICKS = ((255, 255, 255), (214, 190, 176), (190, 180, 176))
_DOORS = ((90, 60, 42), (44, 62, 54), (50, 54, 66), (110, 36, 32))


@dataclass(frozen=True)
class _Plan:
    """What a house's seed decided."""

    frontage_m: float
    storeys: int
    bays: int
    has_shop: bool
    has_balconies: bool
    window_m: float
    has_bands: bool

    @property
    def ground_m(self) -> float:
        """Height of the ground floor's ceiling."""
        return SHOP_HEIGHT_M if self.has_shop else _PLINTH_M + _STOREY_M

    @property
    def eaves_m(self) -> float:
        """Height of the walls."""
        return self.ground_m + (self.storeys - 1) * _STOREY_M + 0.3

    def floor_m(self, storey: int) -> float:
        """Height of the floor of a storey, 0 is the ground floor."""
        return _PLINTH_M if storey == 0 else self.ground_m + (storey - 1) * _STOREY_M


def build_town_house(spec: ModelSpec) -> Model:
    """Build a town house; options `frontage` (metres along the street) and `storeys` (2 to 6), else both are drawn."""
    refuse_unknown_options(spec, ("frontage", "storeys"))
    rng = draws_of(spec, salt=_SALT)
    frontage = number_option(spec, "frontage", 12.0, low=6.0, high=30.0)
    storeys = int(number_option(spec, "storeys", float(3 + int(rng.integers(3))), low=2, high=6))
    plan = _Plan(
        frontage_m=frontage, storeys=storeys, bays=max(2, round(frontage / float(rng.uniform(2.4, 3.1)))),
        has_shop=bool(rng.random() < 0.7), has_balconies=bool(rng.random() < 0.4), window_m=float(rng.choice([1.0, 1.15, 1.3])),
        has_bands=bool(rng.random() < 0.6),
    )  # fmt: skip
    skin, tiles = _skin(rng)
    dressings = [("none", "curtains", "curtains", "blind")[int(k)] for k in rng.integers(4, size=plan.bays * storeys)]
    shop_seed = int(rng.integers(2**31))
    meshes = [_whole(plan, skin, tiles, dressings, shop_seed, is_fine=is_fine) for is_fine in (True, False)]
    return static_model(spec, parts=_PARTS, meshes=meshes, lod_distance_m=(0.0, _FAR_M))


def _skin(rng: np.random.Generator) -> tuple[Skin, Finish]:
    """Choose render or brick, frames, door, and tiles."""
    is_brick = rng.random() < 0.3
    tint = (_BRICKS if is_brick else _TINTS)[int(rng.integers(3 if is_brick else len(_TINTS)))]
    stone = Finish("concrete", _TRIM, (226, 220, 206))
    skin = Skin(
        wall=Finish("brick" if is_brick else "plaster", _WALL, tint), plinth=Finish("concrete", _WALL, (158, 152, 146), 190),
        frame=Finish("plain", _WINDOW, ((238, 238, 232), (222, 214, 198), (90, 70, 56))[int(rng.integers(3))], 225),
        glass=Finish("house_glass", _WINDOW), sill=stone, door=Finish("plain", _DOOR,
        _DOORS[int(rng.integers(len(_DOORS)))], 200),
        cloth=Finish("cloth", _WINDOW, (222, 218, 208), 165), metal=Finish("metal", _TRIM, (120, 124, 126)),
        surround=stone if rng.random() < 0.6 else None,
    )  # fmt: skip
    return skin, Finish("roof_tile", _ROOF, ((255, 255, 255), (190, 170, 165), (130, 128, 134))[int(rng.integers(3))])


def _whole(plan: _Plan, skin: Skin, tiles: Finish, dressings: list[str], shop_seed: int, *, is_fine: bool) -> Mesh:
    """Put front, sides, back, roof and shop together."""
    wide, deep = plan.frontage_m, _DEPTH_M
    front, back = _openings(plan, dressings, is_front=True), _openings(plan, dressings, is_front=False)
    at_front, at_back = pose(0.0, wide / 2, 0.0, yaw=-np.pi / 2), pose(-deep, -wide / 2, 0.0, yaw=np.pi / 2)
    pieces = []
    for openings, place in ((front, at_front), (back, at_back)):
        if is_fine:
            wall = wall_with_openings(wide, plan.eaves_m, openings, skin, plinth_m=_PLINTH_M)
        else:
            wall = flat_wall(wide, plan.eaves_m, openings, skin)
        pieces.append(placed(wall, place))
    for place in (pose(-deep, wide / 2, 0.0), pose(0.0, -wide / 2, 0.0, yaw=np.pi)):
        pieces.append(placed(flat_wall(deep, plan.eaves_m, [], skin), place))
    if plan.has_shop:
        rng = np.random.default_rng([_SALT, shop_seed])
        pieces.append(placed(shop_front(wide, rng, glass=skin.glass, stone=skin.plinth, part=_DOOR, is_fine=is_fine), at_front))
    pieces += [placed(piece, at_front) for piece in _trimmings(plan, skin, is_fine=is_fine)]
    return placed(join([*pieces, _roof(plan, skin, tiles, is_fine=is_fine)]), pose(deep / 2, 0.0, 0.0))


def _openings(plan: _Plan, dressings: list[str], *, is_front: bool) -> list[Opening]:
    """Place windows in bays; the front's ground floor has the house door, beside a shop or between windows."""
    middles = (np.arange(plan.bays) + 0.5) * plan.frontage_m / plan.bays
    openings = []
    for storey in range(plan.storeys):
        floor = plan.floor_m(storey)
        for bay, middle in enumerate(middles):
            if storey == 0 and is_front and plan.has_shop:
                continue
            if storey == 0 and is_front and bay == plan.bays // 2:
                openings.append(Opening(middle - 0.6, middle + 0.6, 0.12, 2.6, "door"))
                continue
            if plan.has_balconies and is_front and storey > 0 and bay == 0:
                openings.append(Opening(middle - 0.7, middle + 0.7, floor + 0.06, floor + _LINTEL_M, "window", "curtains"))
                continue
            half = plan.window_m / 2
            dressing = dressings[storey * plan.bays + bay]
            openings.append(Opening(middle - half, middle + half, floor + _SILL_M, floor + _LINTEL_M, "window", dressing))  # type: ignore[arg-type]
    return openings


def _trimmings(plan: _Plan, skin: Skin, *, is_fine: bool) -> list[Mesh]:
    """Hang balconies, bands between storeys, a cornice and a downpipe on the front; x runs along it, y outwards."""
    wide, pieces = plan.frontage_m, []
    pieces.append(box((0.0, 0.0, plan.eaves_m - 0.30), (wide, 0.22, plan.eaves_m - 0.06), skin.sill))
    if plan.has_bands and is_fine:
        for storey in range(1, plan.storeys):
            z = plan.floor_m(storey)
            pieces.append(box((0.0, 0.0, z - 0.12), (wide, 0.06, z), skin.sill, without=("right",)))
    if plan.has_balconies:
        middle = 0.5 * wide / plan.bays
        left, right = max(0.15, middle - 1.3), middle + 1.3
        for storey in range(1, plan.storeys):
            floor = plan.floor_m(storey) + 0.05
            if is_fine:
                pieces.append(balcony(left, right, floor, 1.1, skin))
            else:
                pieces.append(box((left, 0, floor - 0.16), (right, 1.1, floor + 1.0), skin.sill))
    if is_fine:
        low = plan.ground_m if plan.has_shop else 0.0
        pieces.append(tube([[wide - 0.12, 0.07, low], [wide - 0.12, 0.07, plan.eaves_m - 0.3]], 0.045, skin.metal, sides=6))
    return pieces


def _roof(plan: _Plan, skin: Skin, tiles: Finish, *, is_fine: bool) -> Mesh:
    """Build a pitched roof whose ridge runs along the street, with dormers and a chimney."""
    form = RoofForm(plan.frontage_m - 0.5, _DEPTH_M, plan.eaves_m, 0.5 * _DEPTH_M * 0.8, 0.0)
    trim = Finish("wood", _TRIM, (170, 160, 150), 220)
    pieces = [roof(form, tiles, trim, skin.wall, skin.metal, is_fine=is_fine)]
    top = form.base_m + form.rise_m
    pieces.append(chimney(0.3 * form.along_m, 0.6, top + 0.7, Finish("brick", _ROOF, (200, 186, 180)), skin.sill))
    if is_fine:
        for x in np.linspace(-0.3, 0.3, 2 if plan.frontage_m < 14 else 3) * form.along_m:
            pieces.append(dormer(form, float(x), 1.5, skin, tiles))
    return placed(join(pieces), pose(-_DEPTH_M / 2, 0.0, 0.0, yaw=np.pi / 2))
