"""What stands between gardens and the street: walls with coping and pillars, hedges, picket fences, iron railings.

All run along x, centred at the origin; option `length` in metres.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.foliage import leafy_hull, sprigs
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, box, disc_fan, quads
from scenegen.models.static import draws_of, number_option, refuse_unknown_options, static_model

_SALT_WALL, _SALT_HEDGE, _SALT_FENCE = 31, 32, 33
_MAX_LENGTH_M = 200.0


def build_garden_wall(spec: ModelSpec) -> Model:
    """Build a garden wall of brick, plaster or concrete under a coping, pillars at the ends and every 2.7 m."""
    refuse_unknown_options(spec, ("length",))
    rng = draws_of(spec, salt=_SALT_WALL)
    length = number_option(spec, "length", 8.0, low=0.8, high=_MAX_LENGTH_M)
    height = float(rng.uniform(0.75, 1.05))
    material, tint = (("brick", (235, 225, 215)), ("plaster", (235, 228, 212)), ("concrete", (215, 210, 200)))[
        int(rng.integers(3))
    ]
    body, foot = Finish(material, 0, tint), Finish("concrete", 0, (195, 190, 182), 200)
    coping = Finish("concrete", 1, (225, 220, 210))
    half = length / 2
    pieces = [
        box((-half, -0.10, 0.12), (half, 0.10, height), body, without=("bottom", "top")),
        box((-half, -0.115, 0.0), (half, 0.115, 0.12), foot, without=("bottom",)),
        box((-half, -0.15, height), (half, 0.15, height + 0.07), coping),
    ]
    pillars = max(2, round(length / 2.7) + 1)
    for x in np.linspace(-half + 0.17, half - 0.17, pillars):
        middle = float(x)
        pieces.append(box((middle - 0.16, -0.16, 0.0), (middle + 0.16, 0.16, height + 0.12), body, without=("bottom", "top")))
        pieces.append(_pillar_cap(middle, height + 0.12, coping))
    return static_model(spec, parts=("wall", "coping"), meshes=[join(pieces)])


def _pillar_cap(x: float, z: float, finish: Finish) -> Mesh:
    """Build a slab with a low pyramid on it."""
    base = np.array([[x - 0.2, -0.2, z + 0.06], [x + 0.2, -0.2, z + 0.06], [x + 0.2, 0.2, z + 0.06], [x - 0.2, 0.2, z + 0.06]])
    tip = np.array([x, 0.0, z + 0.14])
    slab = box((x - 0.2, -0.2, z), (x + 0.2, 0.2, z + 0.06), finish, without=("top",))
    return join([slab, *[disc_fan(np.array([base[i], base[(i + 1) % 4], tip]), finish) for i in range(4)]])


def build_hedge(spec: ModelSpec) -> Model:
    """Build a clipped hedge: an opaque bumpy hull with sprigs on its outline; option `height`, else 1.2 to 1.9 m."""
    refuse_unknown_options(spec, ("height", "length"))
    rng = draws_of(spec, salt=_SALT_HEDGE)
    length = number_option(spec, "length", 8.0, low=0.5, high=_MAX_LENGTH_M)
    height = number_option(spec, "height", float(rng.uniform(1.2, 1.9)), low=0.3, high=5.0)
    half_width = float(rng.uniform(0.31, 0.39))
    green = float(rng.uniform(0.85, 1.0))
    tint = (int(255 * green * rng.uniform(0.85, 1.0)), int(255 * green), int(255 * green * rng.uniform(0.75, 1.0)))
    meshes = []
    for level, (step_m, cards_per_m, edge_m) in enumerate(((0.5, 15.0, 0.36), (1.3, 5.0, 0.55))):
        level_rng = np.random.default_rng([_SALT_HEDGE, spec.seed, level + 1])
        hull = _hedge_hull(length, height, half_width, level_rng, step_m=step_m, tint=tint)
        count = max(4, round(cards_per_m * length))
        cards = _hedge_sprigs((length, half_width, height), count, level_rng, edge_m=edge_m, tint=tint)
        meshes.append(join([hull, _trimmed(cards, length, height, half_width)]))
    return static_model(spec, parts=("foliage",), meshes=meshes, lod_distance_m=(0.0, 25.0))


def _trimmed(cards: Mesh, length: float, height: float, half_width: float) -> Mesh:
    """Clip sprigs as the shears do: 7 cm outside the hull at most, and none beyond its ends."""
    reach = np.array([length / 2, half_width + 0.07, height + 0.07], np.float32)
    return replace(cards, positions_m=np.clip(cards.positions_m, -reach, reach))


def _hedge_hull(
    length: float, height: float, half_width: float, rng: np.random.Generator, *, step_m: float, tint: tuple[int, int, int]
) -> Mesh:
    """Run a rounded section along x, each point pushed in or out a little."""
    section = np.array(
        [[-0.92, 0.0], [-1.0, 0.45], [-0.95, 0.86], [-0.6, 1.0], [0.6, 1.0], [0.95, 0.86], [1.0, 0.45], [0.92, 0.0]]
    )
    columns = max(2, round(length / step_m)) + 1
    x = np.linspace(-length / 2, length / 2, columns)
    bumps = rng.normal(0, 0.045, (columns, len(section), 3)) * (section[:, 1] > 0)[None, :, None]
    bumps[[0, -1]] = 0.0
    points = np.stack(
        [
            np.broadcast_to(x[:, None], bumps.shape[:2]),
            np.broadcast_to(section[:, 0] * half_width, bumps.shape[:2]),
            np.broadcast_to(section[:, 1] * height, bumps.shape[:2]),
        ],
        axis=-1,
    )
    points = points + np.clip(bumps, -0.07, 0.07) * [0.6, 1.0, 1.0]
    points[..., 0] = np.clip(points[..., 0], -length / 2, length / 2)
    return leafy_hull(points, 0.30 + 0.70 * section[:, 1] ** 0.8, Finish("hedge", 0, tint))


def _hedge_sprigs(
    reach_m: tuple[float, float, float], count: int, rng: np.random.Generator, *, edge_m: float, tint: tuple[int, int, int]
) -> Mesh:
    """Let sprigs grow out of the sides and, more thickly, along the upper edges; reach is length, half width, height."""
    length, half_width, height = reach_m
    round_m = rng.uniform(0.0, 1.0, count)
    side = rng.choice([-1.0, 1.0], count)
    is_top = rng.random(count) < 0.55
    across = np.where(is_top, rng.uniform(0.2, 1.0, count) * side, side)
    up = np.where(is_top, 1.0, 0.25 + 0.7 * np.sqrt(round_m))
    x = rng.uniform(-length / 2, length / 2, count)
    places = np.stack([x, across * half_width, up * height], axis=1)
    outward = np.stack([np.zeros(count), np.where(is_top, 0.35 * across, side), np.where(is_top, 1.0, 0.25)], axis=1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    return sprigs(places, outward, 0.30 + 0.70 * up, rng, edge_m=edge_m, finish=Finish("leaf", 0, tint))


def build_fence(spec: ModelSpec) -> Model:
    """Build a wooden picket fence; every third seed an iron railing."""
    refuse_unknown_options(spec, ("length",))
    rng = draws_of(spec, salt=_SALT_FENCE)
    length = number_option(spec, "length", 8.0, low=0.5, high=_MAX_LENGTH_M)
    height = float(rng.uniform(0.9, 1.05))
    if spec.seed % 3 == 2:
        meshes = [_railing(length, height, is_fine=is_fine) for is_fine in (True, False)]
    else:
        tint = ((245, 245, 240), (222, 216, 210), (178, 178, 176))[int(rng.integers(3))]
        finish = Finish("plain" if tint[0] > 240 else "wood", 0, tint)
        meshes = [_pickets(length, height, finish, is_fine=is_fine) for is_fine in (True, False)]
    return static_model(spec, parts=("fence",), meshes=meshes, lod_distance_m=(0.0, 20.0))


def _pickets(length: float, height: float, finish: Finish, *, is_fine: bool) -> Mesh:
    """Nail pointed boards to two rails between posts; far away boards have flat tops and posts only show their sides."""
    half, rails, posts = length / 2, [], []
    for z in (0.28 * height, 0.76 * height):
        rails.append(box((-half, -0.045, z - 0.04), (half, -0.005, z + 0.04), finish))
    for x in np.linspace(-half + 0.05, half - 0.05, max(2, round(length / 2.0) + 1)):
        low, high = (float(x) - 0.05, -0.05, 0.0), (float(x) + 0.05, 0.045, height * 0.97)
        posts.append(box(low, high, finish, without=("bottom",) if is_fine else ("bottom", "right", "left")))
    x = np.linspace(-half + 0.045, half - 0.045, max(2, round(length / (0.15 if is_fine else 0.18))))
    return join([*rails, *posts, _boards(x, 0.045 if is_fine else 0.054, height, finish, is_pointed=is_fine)])


def _boards(x: FloatArray, half_width: float, height: float, finish: Finish, *, is_pointed: bool) -> Mesh:
    """Make upright boards as two faces 2 cm apart, which is all of a board that shows beyond a few metres."""
    shoulder = height - (0.07 if is_pointed else 0.03)
    left, right, zero = x - half_width, x + half_width, np.zeros(len(x))

    def points(*corners: tuple[FloatArray, float]) -> FloatArray:
        return np.stack([np.stack([across, zero, zero + up], 1) for across, up in corners], 1)

    thick = np.array([0.0, 0.022, 0.0])
    front = quads(points((right, 0.08), (left, 0.08), (left, shoulder), (right, shoulder)) + thick, finish)
    back = quads(points((left, 0.08), (right, 0.08), (right, shoulder), (left, shoulder)), finish)
    if not is_pointed:
        return join([front, back])
    tips = points((right, shoulder), (left, shoulder), (x, height))
    fans = [disc_fan(tip + thick, finish) for tip in tips] + [disc_fan(tip[::-1], finish) for tip in tips]
    return join([front, back, *fans])


def _railing(length: float, height: float, *, is_fine: bool) -> Mesh:
    """Weld upright bars between two rails, posts every 2 m, on a low concrete sill."""
    half = length / 2
    iron, sill = Finish("plastic", 0, (235, 245, 240)), Finish("concrete", 0, (205, 200, 190))
    pieces = [box((-half, -0.09, 0.0), (half, 0.09, 0.14), sill, without=("bottom",))]
    for z in (0.24, height - 0.03):
        pieces.append(box((-half, -0.02, z - 0.02), (half, 0.02, z + 0.02), iron))
    for x in np.linspace(-half + 0.03, half - 0.03, max(2, round(length / 2.0) + 1)):
        pieces.append(box((float(x) - 0.03, -0.03, 0.14), (float(x) + 0.03, 0.03, height), iron, without=("bottom",)))
    for x in np.linspace(-half + 0.03, half - 0.03, max(2, round(length / (0.12 if is_fine else 0.16)))):
        low, high = (float(x) - 0.009, -0.009, 0.24), (float(x) + 0.009, 0.009, height - 0.03)
        pieces.append(box(low, high, iron, without=("bottom", "top") if is_fine else ("bottom", "top", "front", "back")))
    return join(pieces)
