"""Trees, bushes and the line of trees on the horizon.

Sources of size: street limes, maples and planes of 6 to 11 m, crowns of 4 to 8 m, first limbs above 2.2 m so that a
person walks below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.foliage import Crown, dark_cores, leaf_cards, leafy_hull, sprigs
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, tube
from scenegen.models.static import draws_of, number_option, refuse_unknown_options, static_model

_TRUNK, _CROWN = 0, 1
_TREE_LODS = ((0.0, 800, 0.95), (17.0, 230, 1.7), (45.0, 80, 2.7))
"""Least distance in metres, cards, mean card edge in metres of each level of detail."""
_LEAF_TINTS = (
    (235.0, 240.0, 225.0),
    (205.0, 225.0, 195.0),
    (250.0, 235.0, 190.0),
    (215.0, 215.0, 215.0),
    (225.0, 245.0, 180.0),
)
_LINE_LODS = ((0.0, 2.5, 1.7, 3.4), (85.0, 4.0, 0.9, 4.2))
"""Least distance, metres between sections, sprays per metre, mean edge of a spray at each level of a wood's edge."""
_SALT_TREE, _SALT_BUSH, _SALT_LINE = 11, 12, 13


@dataclass(frozen=True)
class _Habit:
    """How a tree grows: crown width over height, where the crown begins, how many limbs, how many balls of leaves."""

    width_share: float
    base_share: float
    limbs: int
    balls: int


_HABITS = (_Habit(0.68, 0.25, 6, 15), _Habit(0.48, 0.20, 6, 14), _Habit(0.88, 0.30, 7, 18), _Habit(0.62, 0.28, 6, 12))
"""Round, tall, spreading, sparse."""
_SPECIES: dict[str, tuple[tuple[_Habit, ...], tuple[float, float], tuple[str, tuple[int, int, int]]]] = {
    "tree": (_HABITS, (6.5, 10.5), ("bark", (220, 215, 205))),
    "street_tree": ((_Habit(0.58, 0.34, 6, 14), _Habit(0.50, 0.36, 6, 13)), (6.5, 9.0), ("bark", (205, 200, 188))),
    "birch": ((_Habit(0.40, 0.24, 7, 13), _Habit(0.34, 0.22, 7, 13)), (8.0, 11.0), ("plaster", (236, 233, 226))),
    "poplar": ((_Habit(0.29, 0.09, 5, 26),), (11.0, 16.0), ("bark", (230, 226, 214))),
}
"""By kind: habits, least and largest height in metres, material and tint of the bark."""


def build_tree(spec: ModelSpec) -> Model:
    """Build a broad-leaved tree of a species; option `height` in metres, else drawn as is usual for it."""
    refuse_unknown_options(spec, ("height",))
    rng = draws_of(spec, salt=_SALT_TREE)
    habits, usual_m, (bark, tint) = _SPECIES[spec.kind]
    habit = habits[spec.seed % len(habits)]
    height = number_option(spec, "height", float(rng.uniform(*usual_m)), low=2.5, high=25.0)
    fork_m = max(habit.base_share * height, min(2.2, 0.4 * height))
    crown = _tree_crown(habit, height, fork_m, rng)
    limbs = _limb_paths(crown, habit, fork_m, rng)
    trunk_radius = 0.018 * height * rng.uniform(0.9, 1.25)
    meshes = []
    for level, (_, cards, edge_m) in enumerate(_TREE_LODS):
        edge_m *= height * float(np.sqrt(habit.width_share)) / 7.0
        level_rng = np.random.default_rng([_SALT_TREE, spec.seed, level + 1])
        meshes.append(
            join([
                _wood(limbs, Finish(bark, _TRUNK, tint, 200), trunk_radius, level=level),
                dark_cores(crown, share=(0.52, 0.62, 0.64)[level], is_fine=level == 0, part=_CROWN),
                leaf_cards(crown, level_rng, count=cards, edge_m=edge_m, part=_CROWN),
            ])
        )  # fmt: skip
    return static_model(spec, parts=("trunk", "crown"), meshes=meshes, lod_distance_m=[lod[0] for lod in _TREE_LODS])


def _tree_crown(habit: _Habit, height: float, fork_m: float, rng: np.random.Generator) -> Crown:
    """Spread balls over an egg between fork and top: one leader, the others round the shell at uneven heights."""
    half_width, half_height = habit.width_share * height / 2, (height - fork_m * 0.85) / 2
    middle = np.array([0.0, 0.0, height - half_height])
    turn = np.arange(habit.balls) * 2.39996 + rng.uniform(0, 2 * np.pi)  # golden angle: no two balls above each other
    level = np.linspace(-0.72, 0.80, habit.balls) + rng.normal(0, 0.07, habit.balls)
    ring = np.sqrt(np.clip(1 - level**2, 0.05, 1)) * rng.uniform(0.42, 0.78, habit.balls)
    egg = 1.0 - 0.22 * level
    centres = np.stack([ring * egg * np.cos(turn), ring * egg * np.sin(turn), 0.72 * level], axis=1)
    radii = rng.uniform(0.24, 0.44, habit.balls) * half_width + 0.06 * half_height
    centres = centres * np.array([half_width, half_width, half_height]) + middle

    # A ball in the middle closes the crown, one at the top makes the height exact
    centres = np.concatenate([centres, [middle, [*rng.normal(0, 0.08 * half_width, 2), height - radii.mean()]]])
    radii = np.concatenate([radii, [0.55 * min(half_width, half_height), radii.mean()]])
    radii = np.minimum(radii, height - centres[:, 2])
    tint = _LEAF_TINTS[int(rng.integers(len(_LEAF_TINTS)))]
    return Crown(centres_m=centres, radii_m=radii, tint=tint)


def _limb_paths(crown: Crown, habit: _Habit, fork_m: float, rng: np.random.Generator) -> list[FloatArray]:
    """Draw the paths (n, 3) of the leader and of limbs that bend up and out into the balls, forking once."""
    lean = rng.normal(0, 0.12, 2)
    top = crown.centres_m[-1]
    leader = np.array(
        [
            [0, 0, -0.05],
            [0.3 * lean[0], 0.3 * lean[1], fork_m * 0.5],
            [*lean, fork_m],
            [*(lean + top[:2]) / 2, (fork_m + top[2]) / 2],
            top,
        ]
    )
    paths = [leader]
    outer = np.argsort(-np.linalg.norm(crown.centres_m[:-2, :2], axis=1), kind="stable")[: habit.limbs]
    for i, ball in enumerate(np.sort(outer)):
        end = crown.centres_m[ball]
        start = leader[2] + (leader[3] - leader[2]) * (0.75 * i / habit.limbs)
        bend = start + (end - start) * 0.45 + np.array([0, 0, -0.06 * np.linalg.norm(end - start)])
        paths.append(np.array([start, bend, end]))
        for _ in range(2):
            tip = end + rng.normal(0, 0.45 * crown.radii_m[ball], 3)
            paths.append(np.array([bend, (bend + tip) / 2 + rng.normal(0, 0.06, 3), tip]))
    return paths


def _wood(paths: list[FloatArray], finish: Finish, trunk_radius: float, *, level: int) -> Mesh:
    """Make trunk and limbs; coarser levels drop twigs, then limbs, and use fewer sides."""
    leader = paths[0]
    thickness = trunk_radius * np.array([1.35, 0.95, 0.85, 0.5, 0.12])
    if level == 2:
        return tube(leader[[0, 2, 4]], thickness[[0, 2, 4]].tolist(), finish, sides=4, capped=False)
    tubes = [tube(leader, thickness.tolist(), finish, sides=9 - 3 * level, capped=False)]
    for i, path in enumerate(paths[1:]):
        is_twig = i % 3 > 0
        if is_twig and level > 0:
            continue
        root = trunk_radius * (0.22 if is_twig else 0.50)
        radii = [root, 0.62 * root, 0.22 * root]
        tubes.append(tube(path, radii, finish, sides=3 if is_twig or level else 5, capped=False))
    return join(tubes)


def build_bush(spec: ModelSpec) -> Model:
    """Build a shrub that stands on the ground; option `height` in metres, else 1.1 to 2.0."""
    refuse_unknown_options(spec, ("height",))
    rng = draws_of(spec, salt=_SALT_BUSH)
    height = number_option(spec, "height", float(rng.uniform(1.1, 2.0)), low=0.3, high=4.0)
    half_width = 0.62 * height * rng.uniform(0.85, 1.2)
    turn = np.arange(4) * (np.pi / 2) + rng.uniform(0, 2 * np.pi)
    spread = rng.uniform(0.35, 0.55, 4) * half_width
    radii = np.append(rng.uniform(0.42, 0.60, 4) * half_width, 0.6 * half_width)
    high = np.minimum(0.72 * radii, height - radii)  # the balls sink a little into the ground
    high[-1] = height - radii[-1]
    centres = np.stack([np.append(spread * np.cos(turn), 0), np.append(spread * np.sin(turn), 0), high], axis=1)
    centres = np.concatenate([centres, [[0.0, 0.0, 0.45 * height]]])  # the middle, else the top stands on a neck
    radii = np.append(radii, 0.42 * height)
    crown = Crown(centres, radii, _LEAF_TINTS[int(rng.integers(len(_LEAF_TINTS)))])
    meshes = []
    for level, (cards, edge_m) in enumerate(((110, 0.46), (32, 0.74))):
        level_rng = np.random.default_rng([_SALT_BUSH, spec.seed, level + 1])
        core = dark_cores(crown, share=(0.50, 0.58)[level], is_fine=False, part=0)
        meshes.append(join([core, leaf_cards(crown, level_rng, count=cards, edge_m=edge_m * height / 1.5, part=0)]))
    return static_model(spec, parts=("crown",), meshes=meshes, lod_distance_m=(0.0, 25.0))


def build_tree_line(spec: ModelSpec) -> Model:
    """Build a wood's edge seen from far, along x; options `length` (60 m) and `height` (8 to 13 m)."""
    refuse_unknown_options(spec, ("length", "height"))
    rng = draws_of(spec, salt=_SALT_LINE)
    length = number_option(spec, "length", 60.0, low=10.0, high=400.0)
    height = number_option(spec, "height", float(rng.uniform(10.0, 13.0)), low=3.0, high=30.0)
    trees = int(rng.integers(2**31))
    meshes = []
    for _, step_m, sprays_per_m, edge_m in _LINE_LODS:
        level_rng = np.random.default_rng([_SALT_LINE, trees])  # the same trees at every level
        x = np.linspace(-length / 2, length / 2, max(8, round(length / step_m)) + 1)
        points, light = _wood_sections(x, _skyline(x, height, level_rng), level_rng)
        sprays = _edge_sprays(points, height, level_rng, count=round(sprays_per_m * length), edge_m=edge_m)
        meshes.append(join([leafy_hull(points, light, Finish("far_foliage")), sprays]))
    return static_model(spec, parts=("foliage",), meshes=meshes, lod_distance_m=[lod[0] for lod in _LINE_LODS])


def _wood_sections(x: FloatArray, top: FloatArray, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Give the sections (columns, 7, 3) of a wood below a skyline, and how open each of their points is."""
    section = np.array([[-0.42, 0.0], [-0.55, 0.40], [-0.38, 0.80], [0.0, 1.0], [0.38, 0.80], [0.55, 0.40], [0.42, 0.0]])
    half = 2.6 + 0.28 * top
    wobble = np.clip(rng.normal(0, 0.05, (len(x), len(section))), -0.1, 0.1) * (section[:, 1] > 0)
    wobble[[0, -1]] = 0.0
    points = np.stack(
        [
            np.clip(x[:, None] + wobble * 6.0, x[0], x[-1]),
            section[None, :, 0] * half[:, None] + wobble * 9,
            section[None, :, 1] * (0.85 * top)[:, None] * (1 + wobble * (section[:, 1] < 1)),
        ],
        axis=-1,
    )
    points[[0, -1], :, 1] *= 0.4
    return points, 0.25 + 0.75 * section[:, 1]


def _skyline(x: FloatArray, height: float, rng: np.random.Generator) -> FloatArray:
    """Give the height of a wood's edge along x: the upper envelope of crowns of uneven trees, low at both ends."""
    count = max(2, round((x[-1] - x[0]) / 5.5))
    middle = np.linspace(x[0], x[-1], count) + rng.uniform(-1.6, 1.6, count)
    top = height * rng.uniform(0.62, 1.0, count)
    top[rng.integers(count)] = height
    top[[0, -1]] *= 0.3
    reach = rng.uniform(3.0, 5.0, count)
    dome = np.clip(1.0 - ((x[:, None] - middle) / reach) ** 2, 0.0, 1.0) ** rng.uniform(0.35, 0.6, count)
    envelope: FloatArray = (top * (0.45 + 0.55 * dome)).max(axis=1)
    return np.asarray(envelope * (height / envelope.max()))


def _edge_sprays(points_m: FloatArray, height: float, rng: np.random.Generator, *, count: int, edge_m: float) -> Mesh:
    """Let sprays of leaves stand out of a wood's skyline and flanks; points (columns, k, 3) of its hull."""
    columns, k = points_m.shape[:2]
    column = rng.uniform(0, columns - 1.001, count)
    place = np.clip((k - 1) / 2 + rng.normal(0, 1.6, count), 0.5, k - 1.5)  # mostly along the top
    i, j = column.astype(int), place.astype(int)
    a, b = (column - i)[:, None], (place - j)[:, None]
    low = (1 - b) * points_m[i, j] + b * points_m[i, j + 1]
    high = (1 - b) * points_m[i + 1, j] + b * points_m[i + 1, j + 1]
    places = (1 - a) * low + a * high
    axis = np.stack([places[:, 0], np.zeros(count), 0.55 * places[:, 2]], axis=1)
    outward = places - axis
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    places = places + 0.7 * outward
    light = np.clip(0.25 + 0.75 * places[:, 2] / height, 0.0, 1.0)
    finish = Finish("leaf", 0, (178, 182, 165))
    cards = sprigs(places, outward, light, rng, edge_m=edge_m, finish=finish)
    reach = np.array([np.ptp(points_m[..., 0]) / 2, np.inf, height], np.float32)
    return replace(cards, positions_m=np.clip(cards.positions_m, [-reach[0], -np.inf, 0.05], reach).astype(np.float32))
