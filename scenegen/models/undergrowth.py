"""What grows low: rows of mixed shrubs, tufts of grass along a verge, fallen leaves, pits of street trees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.foliage import Crown, dark_cores, leaf_cards
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, box, finished_mesh, panel
from scenegen.models.static import draws_of, number_option, refuse_unknown_options, static_model

_SALT_SHRUBS, _SALT_TUFTS, _SALT_LITTER, _SALT_PIT = 15, 16, 17, 18
_SHRUB_TINTS = (
    (215.0, 232.0, 190.0),
    (190.0, 214.0, 168.0),
    (240.0, 236.0, 170.0),
    (200.0, 205.0, 190.0),
    (236.0, 196.0, 150.0),
)
_STRAW = ((78, 88, 42), (96, 98, 54), (116, 106, 70), (66, 80, 36))
_LITTER = ((112, 84, 50), (94, 70, 44), (126, 106, 62), (80, 64, 46), (104, 66, 44))


def build_shrubs(spec: ModelSpec) -> Model:
    """Build a row of mixed shrubs along x, dense and dark inside; options `length` (8 m) and `height` (1.6 to 3 m)."""
    refuse_unknown_options(spec, ("height", "length"))
    rng = draws_of(spec, salt=_SALT_SHRUBS)
    length = number_option(spec, "length", 8.0, low=2.0, high=60.0)
    height = number_option(spec, "height", float(rng.uniform(1.7, 3.0)), low=0.6, high=6.0)
    crowns = _shrub_crowns(length, height, rng)
    meshes = []
    for level, (cards, edge_m) in enumerate(((46, 0.62), (15, 1.05))):
        pieces = []
        for i, crown in enumerate(crowns):
            level_rng = np.random.default_rng([_SALT_SHRUBS, spec.seed, level, i])
            pieces.append(dark_cores(crown, share=(0.66, 0.74)[level], is_fine=False, part=0))
            pieces.append(leaf_cards(crown, level_rng, count=cards, edge_m=edge_m * height / 2.2, part=0))
        meshes.append(_held_down(join(pieces), length, height))
    return static_model(spec, parts=("crown",), meshes=meshes, lod_distance_m=(0.0, 25.0))


def _shrub_crowns(length: float, height: float, rng: np.random.Generator) -> list[Crown]:
    """Stand shrubs of three balls each side by side, of uneven height and colour."""
    count = max(2, round(length / 1.5))
    crowns = []
    for i in range(count):
        middle = -length / 2 + (i + 0.5) * length / count + float(rng.uniform(-0.2, 0.2))
        tall = height * float(rng.uniform(0.62, 1.0))
        if i == count // 2:
            tall = height
        r = min(0.42 * tall, 0.95)
        centres = np.array(
            [[middle, 0.0, tall - r], [middle + 0.35 * r, 0.4 * r, 0.45 * tall], [middle - 0.4 * r, -0.35 * r, 0.40 * tall]]
        )
        radii = np.array([r, 0.45 * tall, 0.40 * tall]) * rng.uniform(0.95, 1.05, 3)
        radii[0] = r
        crowns.append(Crown(centres, np.minimum(radii, 1.1), _SHRUB_TINTS[int(rng.integers(len(_SHRUB_TINTS)))]))
    return crowns


def _held_down(mesh: Mesh, length: float, height: float) -> Mesh:
    """Clip a row of shrubs to its length and height."""
    half = np.array([length / 2, np.inf, height], np.float32)
    return replace(mesh, positions_m=np.clip(mesh.positions_m, [-half[0], -np.inf, 0.0], half).astype(np.float32))


def build_tufts(spec: ModelSpec) -> Model:
    """Build a strip of grass tufts along x, half a metre wide, as blades of three points; option `length` (4 m)."""
    refuse_unknown_options(spec, ("length",))
    length = number_option(spec, "length", 4.0, low=1.0, high=20.0)
    meshes = []
    for level, (per_m, blades, wide) in enumerate(((9.0, 10, 0.011), (4.0, 5, 0.03))):
        rng = np.random.default_rng([_SALT_TUFTS, spec.seed, level])
        meshes.append(_tufts(length, round(per_m * length), blades, wide, rng))
    return static_model(spec, parts=("blades",), meshes=meshes, lod_distance_m=(0.0, 14.0))


def _tufts(length: float, count: int, blades: int, wide: float, rng: np.random.Generator) -> Mesh:
    """Grow tufts of leaning blades; both ends of the strip have one, so that every level is as long."""
    n = count * blades
    x = rng.uniform(-length / 2 + 0.12, length / 2 - 0.12, count)
    x[:2] = -length / 2 + 0.12, length / 2 - 0.12
    roots = np.repeat(np.stack([x, np.clip(rng.normal(0, 0.10, count), -0.2, 0.2), 0 * x], 1), blades, axis=0)
    roots += np.concatenate([np.clip(rng.normal(0, 0.025, (n, 2)), -0.06, 0.06), np.zeros((n, 1))], 1)
    turn, lean = rng.uniform(0, 2 * np.pi, n), rng.uniform(0.1, 0.75, n)
    tall = np.repeat(np.exp(rng.normal(np.log(0.11), 0.3, count)), blades) * rng.uniform(0.6, 1.15, n)
    tall = np.clip(tall, 0.03, 0.24)
    tall[0] = 0.24
    roots[:, 1] = np.clip(roots[:, 1], -0.2, 0.2)
    roots[0, 1], roots[blades, 1] = -0.2, 0.2
    across = np.stack([-np.sin(turn), np.cos(turn), 0 * turn], 1) * wide / 2
    tip = roots + np.stack([np.cos(turn) * np.sin(lean), np.sin(turn) * np.sin(lean), np.ones(n)], 1) * (tall * 0.8)[:, None]
    tip[:, 2] = tall
    tip[:, :2] = np.clip(tip[:, :2], [-length / 2, -0.22], [length / 2, 0.22])  # levels of detail keep one outline
    return _blades(roots, across, tip, rng)


def _blades(roots: FloatArray, across: FloatArray, tip: FloatArray, rng: np.random.Generator) -> Mesh:
    """Make a triangle of every blade, seen from both sides, dark at the root and bright at the tip."""
    n = len(roots)
    points = np.stack([roots - across, roots + across, tip], 1)
    facing = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    facing /= np.maximum(np.linalg.norm(facing, axis=1, keepdims=True), 1e-12)
    normals = np.array([0.0, 0.0, 1.0]) + 0.5 * np.concatenate([facing, -facing])  # lit from above whichever way they lean
    normals = np.repeat(normals / np.linalg.norm(normals, axis=1, keepdims=True), 3, axis=0)
    first = 3 * np.arange(n)[:, None]
    faces = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 1]) + 3 * n])
    corners = points.reshape(-1, 3)
    mesh = finished_mesh(np.concatenate([corners, corners]), normals, faces, Finish("cloth"))
    colour = np.array(_STRAW)[rng.integers(len(_STRAW), size=n)] * rng.uniform(0.8, 1.2, (n, 1))
    tint = np.stack([0.5 * colour, 0.5 * colour, 1.1 * colour], 1).reshape(-1, 3)
    whole = np.concatenate([np.clip(tint, 0, 255), np.full((3 * n, 1), 200.0)], 1).astype(np.uint8)
    return replace(mesh, tint=np.concatenate([whole, whole]))


def build_leaf_litter(spec: ModelSpec) -> Model:
    """Strew fallen leaves over a strip along x of half a metre: flat, curled up at one side; option `length` (4 m)."""
    refuse_unknown_options(spec, ("length",))
    length = number_option(spec, "length", 4.0, low=1.0, high=20.0)
    meshes = []
    for level, per_m in enumerate((26.0, 9.0)):
        rng = np.random.default_rng([_SALT_LITTER, spec.seed, level])
        count = round(per_m * length)
        half = 0.028 * np.sqrt(26.0 / per_m)
        x = rng.uniform(-length / 2 + 0.07, length / 2 - 0.07, count)
        x[:2] = -length / 2 + 0.07, length / 2 - 0.07
        middle = np.stack([x, np.clip(rng.normal(0.0, 0.11, count), -0.22, 0.22), np.full(count, 0.008)], 1)
        turn = rng.uniform(0, 2 * np.pi, count)
        along = np.stack([np.cos(turn), np.sin(turn), 0 * turn], 1) * half * rng.uniform(0.7, 1.3, (count, 1))
        side = np.stack([-np.sin(turn), np.cos(turn), 0 * turn], 1) * half * 0.7
        curl = np.array([0.0, 0.0, 1.0]) * rng.uniform(0.0, 0.022, (count, 1))
        corners = np.stack([middle - along, middle - side, middle + along + curl, middle + side + 0.4 * curl], 1).reshape(-1, 3)
        first = 4 * np.arange(count)[:, None]
        faces = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])])
        mesh = finished_mesh(corners, np.tile([0.0, 0.0, 1.0], (4 * count, 1)), faces, Finish("cloth"))
        colour = np.repeat(
            np.array(_LITTER)[rng.integers(len(_LITTER), size=count)] * rng.uniform(0.7, 1.15, (count, 1)), 4, axis=0
        )
        meshes.append(
            replace(mesh, tint=np.concatenate([np.clip(colour, 0, 255), np.full((4 * count, 1), 225.0)], 1).astype(np.uint8))
        )
    return static_model(spec, parts=("leaves",), meshes=meshes, lod_distance_m=(0.0, 14.0))


def build_tree_pit(spec: ModelSpec) -> Model:
    """Build the pit of a street tree: a frame of stones of 1.5 m round bare earth, on odd seeds two guarding hoops."""
    refuse_unknown_options(spec, ())
    rng = draws_of(spec, salt=_SALT_PIT)
    stone = Finish("concrete", 0, (190, 186, 178))
    a, b = 0.75, 0.65
    pieces = [
        box((-a, -a, 0.0), (a, -b, 0.025), stone, without=("bottom",)), box((-a, b, 0.0), (a, a, 0.025), stone,
        without=("bottom",)),
        box((-a, -b, 0.0), (-b, b, 0.025), stone, without=("bottom", "left", "right")),
        box((b, -b, 0.0), (a, b, 0.025), stone, without=("bottom", "left", "right")),
        panel((-b, -b, 0.014), (2 * b, 0, 0), (0, 2 * b, 0), Finish("bark", 1, (150, 132, 112), 210)),
    ]  # fmt: skip
    n = int(rng.integers(10, 24))
    at = rng.uniform(-0.6, 0.6, (n, 2))
    roots = np.repeat(np.concatenate([at, np.full((n, 1), 0.014)], 1), 5, axis=0)
    turn = rng.uniform(0, 2 * np.pi, 5 * n)
    across = np.stack([-np.sin(turn), np.cos(turn), 0 * turn], 1) * 0.008
    tip = roots + np.stack([0.04 * np.cos(turn), 0.04 * np.sin(turn), rng.uniform(0.04, 0.14, 5 * n)], 1)
    grass = _blades(roots, across, tip, rng)
    return static_model(spec, parts=("frame", "earth"), meshes=[join([*pieces, replace(grass, part=np.ones_like(grass.part))])])


def build_forecourt(spec: ModelSpec) -> Model:
    """Lay a strip of slabs along x between a sidewalk and a town house; options `length` (8 m) and `depth` (2.4 m)."""
    refuse_unknown_options(spec, ("depth", "length"))
    length = number_option(spec, "length", 8.0, low=1.0, high=60.0)
    depth = number_option(spec, "depth", 2.4, low=0.3, high=12.0)
    tone = (252, 246, 236) if spec.seed % 2 else (226, 226, 226)
    slab = box(
        (-length / 2, -depth / 2, 0.0), (length / 2, depth / 2, FORECOURT_M), Finish("slab", 0, tone), without=("bottom",)
    )
    return static_model(spec, parts=("slabs",), meshes=[slab])


FORECOURT_M = 0.012
"""How far the slabs of a forecourt lie above the ground."""
