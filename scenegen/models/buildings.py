"""Houses: detached homes and small blocks of flats, plastered or brick, with pitched tiled roofs.

The front faces +x; the origin is on the ground in the middle of the footprint. Sizes: storeys of 2.75 m, windows of
1.0 to 1.4 m by 1.35 m over sills at 0.85 m, doors of 1.0 by 2.1 m: common in the suburbs of Karlsruhe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import pose
from scenegen.models.facades import Opening, Skin, balcony, flat_wall, wall_with_openings
from scenegen.models.mesh import Mesh, Model, ModelSpec, join, placed
from scenegen.models.roofs import RoofForm, attic_windows, chimney, dormer, roof
from scenegen.models.shapes import Finish, box
from scenegen.models.static import draws_of, number_option, refuse_unknown_options, static_model

_PARTS = ("wall", "roof", "window", "door", "trim")
_WALL, _ROOF, _WINDOW, _DOOR, _TRIM = range(len(_PARTS))
_STOREY_M, _PLINTH_M, _SILL_M, _LINTEL_M = 2.75, 0.45, 0.85, 2.2
_FAR_M = 45.0
_MOST_RISE_M = 4.3  # of a roof over its walls
_SALT = 21

_PLASTER_TINTS = (
    (252, 248, 238), (243, 232, 205), (236, 220, 178), (226, 226, 224), (238, 214, 190), (214, 222, 226), (247, 240, 222),
    (222, 196, 160),
)  # fmt: skip
_BRICK_TINTS = ((255, 255, 255), (235, 220, 205), (215, 205, 205))
_ROOF_TINTS = ((255, 255, 255), (225, 205, 195), (165, 160, 165), (255, 225, 205), (190, 165, 150))
_DOOR_TINTS = ((120, 78, 48), (60, 82, 66), (62, 70, 88), (150, 40, 34), (235, 232, 225))


@dataclass(frozen=True)
class _Plan:
    """What a house's seed decided."""

    depth_m: float
    frontage_m: float
    storeys: int
    roof: RoofForm
    is_gable_to_street: bool
    has_garage: bool
    has_dormer: bool
    has_balconies: bool

    @property
    def eaves_m(self) -> float:
        """Height of the walls."""
        return self.roof.base_m


def build_house(spec: ModelSpec) -> Model:
    """Build a house; options `storeys` (1 to 5) and `frontage` (metres along the street), else both are drawn."""
    refuse_unknown_options(spec, ("frontage", "storeys"))
    rng = draws_of(spec, salt=_SALT)
    plan = _plan(spec, rng)
    skin, tiles = house_skin(rng, is_brick=spec.seed % 3 == 1)
    sides = _sides(plan, rng)
    chimney_at = (float(rng.uniform(-0.25, 0.25)) * plan.roof.along_m, float(rng.uniform(0.06, 0.2)) * plan.roof.across_m)
    fine = join([_walls(plan, sides, skin, is_fine=True), *_roof_parts(plan, skin, tiles, chimney_at, is_fine=True)])
    coarse = join([_walls(plan, sides, skin, is_fine=False), *_roof_parts(plan, skin, tiles, chimney_at, is_fine=False)])
    return static_model(spec, parts=_PARTS, meshes=[fine, coarse], lod_distance_m=[0.0, _FAR_M])


def _plan(spec: ModelSpec, rng: np.random.Generator) -> _Plan:
    """Decide form and size: one house in four is a block of flats with three storeys."""
    is_block = spec.seed % 4 == 3
    storeys = int(number_option(spec, "storeys", 3 if is_block else 1 + int(rng.random() < 0.78), low=1, high=5))
    depth = float(rng.uniform(8.8, 10.0))
    frontage = number_option(spec, "frontage", float(rng.uniform(8.0, 9.6)), low=5.0, high=30.0)
    is_gable_to_street = bool(rng.random() < 0.4) and not is_block and frontage < 12.0
    along, across = (depth, frontage) if is_gable_to_street else (frontage, depth)
    pitch_rad = np.radians(rng.uniform(30.0, 36.0) if is_block else rng.uniform(38.0, 47.0))
    is_hipped = rng.random() < (0.6 if is_block else 0.3)
    hip = 0.5 * across * float(rng.uniform(0.55, 0.8)) if is_hipped and along > across * 0.8 else 0.0
    rise = min(across / 2 * float(np.tan(pitch_rad)), _MOST_RISE_M)
    form = RoofForm(along, across, _PLINTH_M + storeys * _STOREY_M, rise, min(hip, 0.42 * along))
    return _Plan(
        depth_m=depth, frontage_m=frontage, storeys=storeys, roof=form, is_gable_to_street=is_gable_to_street,
        has_garage=not is_block and rng.random() < 0.3, has_dormer=not is_gable_to_street and rng.random() < 0.6,
        has_balconies=is_block and rng.random() < 0.8,
    )  # fmt: skip


def house_skin(rng: np.random.Generator, *, is_brick: bool) -> tuple[Skin, Finish]:
    """Choose what a house is finished in, and its tiles."""
    wall_tint = (_BRICK_TINTS if is_brick else _PLASTER_TINTS)[int(rng.integers(3 if is_brick else len(_PLASTER_TINTS)))]
    frame_tint = ((240, 240, 236), (240, 240, 236), (232, 228, 214), (132, 96, 66))[int(rng.integers(4))]
    surround_tint = tuple(int(c * 0.80) for c in wall_tint)
    has_surround = not is_brick and rng.random() < 0.5
    skin = Skin(
        wall=Finish("brick" if is_brick else "plaster", _WALL, wall_tint),
        plinth=Finish("concrete", _WALL, (175, 168, 160), 190),
        frame=Finish("plain", _WINDOW, frame_tint, 225),
        glass=Finish("house_glass", _WINDOW),
        sill=Finish("concrete", _TRIM, (225, 222, 215)),
        door=Finish("plain", _DOOR, _DOOR_TINTS[int(rng.integers(len(_DOOR_TINTS)))], 200),
        cloth=Finish("cloth", _WINDOW, (226, 222, 212), 170),
        metal=Finish("metal", _TRIM, (165, 165, 168)),
        surround=Finish("plaster", _TRIM, (surround_tint[0], surround_tint[1], surround_tint[2])) if has_surround else None,
    )
    return skin, Finish("roof_tile", _ROOF, _ROOF_TINTS[int(rng.integers(len(_ROOF_TINTS)))])


def _sides(plan: _Plan, rng: np.random.Generator) -> list[list[Opening]]:
    """Place openings in the four walls: front, left, back, right as seen by a person at the street, clockwise from above."""
    front = _rows(plan, plan.frontage_m, rng, door_at=0.5 if plan.storeys == 3 else float(rng.choice([0.22, 0.5, 0.78])))
    flank = [_rows(plan, plan.depth_m, rng, door_at=None, thin=0.5) for _ in range(2)]
    return [front, flank[0], _rows(plan, plan.frontage_m, rng, door_at=None), flank[1]]


def _rows(plan: _Plan, length: float, rng: np.random.Generator, *, door_at: float | None, thin: float = 0.0) -> list[Opening]:
    """Place windows in even bays on every storey; the bay nearest `door_at` holds the door, a wide one the garage."""
    bays = max(2, int(length // 2.35))
    middles = (np.arange(bays) + 0.5) * length / bays
    width = float(rng.choice([0.95, 1.15, 1.35]))
    is_kept = rng.random(bays) >= thin
    door_bay = -1 if door_at is None else int(np.argmin(np.abs(middles - door_at * length)))
    garage_bay = -1 if door_at is None or not plan.has_garage else (0 if door_bay >= bays / 2 else bays - 1)
    openings = []
    for storey in range(plan.storeys):
        floor = _PLINTH_M + storey * _STOREY_M
        for bay, middle in enumerate(middles):
            dressing = ("none", "curtains", "curtains", "blind")[int(rng.integers(4))]
            if storey == 0 and bay == door_bay:
                openings.append(Opening(middle - 0.5, middle + 0.5, floor, floor + 2.1, "door"))
            elif storey == 0 and bay == garage_bay:
                half = min(1.2, length / bays / 2 - 0.08)
                openings.append(Opening(middle - half, middle + half, 0.02, 2.15, "garage"))
            elif is_kept[bay]:
                left, right = middle - width / 2, middle + width / 2
                openings.append(Opening(left, right, floor + _SILL_M, floor + _LINTEL_M, "window", dressing))  # type: ignore[arg-type]
    return openings


def _walls(plan: _Plan, sides: list[list[Opening]], skin: Skin, *, is_fine: bool) -> Mesh:
    """Stand the four walls round the footprint; balconies hang on the front."""
    half_x, half_y = plan.depth_m / 2, plan.frontage_m / 2
    places = (
        (plan.frontage_m, pose(half_x, half_y, 0, yaw=-np.pi / 2)),
        (plan.depth_m, pose(-half_x, half_y, 0)),
        (plan.frontage_m, pose(-half_x, -half_y, 0, yaw=np.pi / 2)),
        (plan.depth_m, pose(half_x, -half_y, 0, yaw=np.pi)),
    )
    pieces = []
    for (length, place), openings in zip(places, sides, strict=True):
        if is_fine:
            wall = wall_with_openings(length, plan.eaves_m, openings, skin, plinth_m=_PLINTH_M)
        else:
            wall = flat_wall(length, plan.eaves_m, openings, skin)
        pieces.append(placed(wall, place))
    if plan.has_balconies:
        for storey in range(1, plan.storeys):
            floor = _PLINTH_M + storey * _STOREY_M + 0.05
            left, right = 0.12 * plan.frontage_m, 0.44 * plan.frontage_m
            slab = (
                balcony(left, right, floor, 1.0, skin)
                if is_fine
                else box((left, 0, floor - 0.16), (right, 1.0, floor + 1.0), skin.sill)
            )
            pieces.append(placed(slab, places[0][1]))
    return join(pieces)


def _roof_parts(plan: _Plan, skin: Skin, tiles: Finish, chimney_at: tuple[float, float], *, is_fine: bool) -> list[Mesh]:
    """Build roof, chimney and dormer and turn them so that the ridge runs as the plan says."""
    trim = Finish("wood", _TRIM, (205, 185, 165), 220)
    form = plan.roof
    stack = Finish("brick", _ROOF, (215, 200, 195))
    pieces = [roof(form, tiles, trim, skin.wall, skin.metal, is_fine=is_fine)]
    if form.hip_m == 0 and form.rise_m > 2.8:
        pieces.append(attic_windows(form, skin))
    if abs(chimney_at[0]) < form.along_m / 2 - form.hip_m + 0.01:
        pieces.append(chimney(chimney_at[0], chimney_at[1], form.base_m + form.rise_m + 0.55, stack, skin.sill))
    if plan.has_dormer and is_fine:
        reach = max(form.along_m / 2 - form.hip_m - 1.6, 0.0)
        for x in (-0.6 * reach, 0.6 * reach) if reach > 2.6 else (0.0,):
            pieces.append(dormer(form, x, 1.7, skin, tiles))
    turn = pose(0, 0, 0, yaw=0.0 if plan.is_gable_to_street else np.pi / 2)
    return [placed(piece, turn) for piece in pieces]
