"""Heavier gear of road works: steel plates over a trench, an arrow board on its trailer, a fence, a water-filled barrier."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, beam, box, finished_mesh, prism, quads, tube
from scenegen.models.static import draws_of, refuse_unknown_options, static_model

_SALT = 72
_LEVELS = (16, 8)
_ORANGE = (226, 110, 20)
PLATE_M = 0.025
"""Thickness of a steel plate; its edges are bevelled with asphalt."""


def build_work_zone(spec: ModelSpec) -> Model:
    """Build gear of road works; its kind says which, its seed varies dirt, rust and lit lamps."""
    refuse_unknown_options(spec, ())
    if spec.kind not in _BUILDERS:
        raise ScenarioError(f"no gear {spec.kind!r}; there are {', '.join(_BUILDERS)}")
    parts, builder = _BUILDERS[spec.kind]
    meshes = [builder(draws_of(spec, salt=_SALT), sides) for sides in _LEVELS]  # the same draws at every level
    return static_model(spec, parts=parts, meshes=meshes, lod_distance_m=(0.0, 25.0))


def _steel_plate(rng: np.random.Generator, sides: int) -> Mesh:
    """Lay a plate of 2.4 by 1.5 m, rusty, with lifting holes and ramps of asphalt round it."""
    rust = Finish("metal", 0, (int(rng.integers(120, 170)), int(rng.integers(96, 120)), 92))
    x, y, w = 1.2, 0.75, 0.12
    pieces = [quads(np.array([[[-x, -y, PLATE_M], [x, -y, PLATE_M], [x, y, PLATE_M], [-x, y, PLATE_M]]]), rust)]
    ramp = Finish("asphalt", 1, (120, 120, 122))
    ring = np.array([[-x, -y], [x, -y], [x, y], [-x, y]])
    outer = ring * [(x + w) / x, (y + w) / y]
    corners = [
        [[*outer[i], 0.0], [*outer[(i + 1) % 4], 0.0], [*ring[(i + 1) % 4], PLATE_M], [*ring[i], PLATE_M]] for i in range(4)
    ]
    pieces.append(quads(np.array(corners), ramp))
    for px in (-0.9, 0.9):
        angle = np.arange(sides) * 2 * np.pi / sides
        rim = np.stack([px + 0.035 * np.cos(angle), 0.035 * np.sin(angle), np.full(sides, PLATE_M + 0.002)], 1)
        i = np.arange(1, sides - 1)
        pieces.append(
            finished_mesh(rim, np.tile([0.0, 0.0, 1.0], (sides, 1)), np.stack([0 * i, i, i + 1], 1), Finish("gap", 0))
        )
    return join(pieces)


def _arrow_board(rng: np.random.Generator, sides: int) -> Mesh:
    """Build a trailer with a black board of 25 lamps, those of an arrow lit,
    faces +x; the arrow points to the left of who comes."""
    paint, black, steel = Finish("canvas", 1, _ORANGE), Finish("plain", 0, (18, 18, 18)), Finish("metal", 1, (130, 132, 132))
    pieces = [
        box((-0.05, -1.2, 1.75), (0.03, 1.2, 2.95), black),
        box((-0.12, -1.24, 1.70), (-0.05, 1.24, 3.0), Finish("metal", 0, (150, 150, 150))),
    ]
    arrow = {(x, 0) for x in range(-3, 4)} | {(-2, 1), (-2, -1), (-1, 2), (-1, -2)}
    mirrored = rng.random() < 0.5
    for column in range(-4, 5):
        for row in (-2, -1, 0, 1, 2):
            if (column, row) in arrow or (row == 0) or (abs(column) in (1, 2) and abs(row) == 3 - abs(column)):
                is_lit = (column if not mirrored else -column, row) in arrow
                y, z = 0.26 * column, 2.35 + 0.24 * row
                finish = Finish("signal_amber", 0) if is_lit else Finish("leather", 0, (74, 46, 8))
                pieces.append(tube([[0.03, y, z], [0.055, y, z]], 0.062, finish, sides=max(sides // 2, 6)))
    pieces += [box((-0.09, y - 0.04, 0.55), (-0.03, y + 0.04, 1.72), steel) for y in (-0.6, 0.6)]
    pieces.append(box((-0.75, -0.85, 0.45), (0.65, 0.85, 0.60), paint))
    pieces.append(box((-0.55, -0.45, 0.60), (0.15, 0.45, 1.05), paint))
    for y in (-0.95, 0.95):
        pieces.append(tube([[0.0, y - 0.09, 0.32], [0.0, y + 0.09, 0.32]], 0.32, Finish("rubber", 1), sides=sides + 4))
        pieces.append(tube([[0.0, y - 0.095, 0.32], [0.0, y + 0.095, 0.32]], 0.17, steel, sides=sides))
    pieces.append(beam((-0.7, 0.0, 0.5), (-1.75, 0.0, 0.5), (0.08, 0.08), steel))
    pieces.append(tube([[-1.6, 0.0, 0.0], [-1.6, 0.0, 0.62]], 0.035, steel, sides=max(sides // 2, 6)))
    return join(pieces)


def _works_fence(rng: np.random.Generator, sides: int) -> Mesh:
    """Build a fence of mesh wire, 3.5 by 2 m, in rubber feet."""
    steel = Finish("metal", 0, (190, 194, 196))
    half, pieces = 1.7, []
    for y in (-half, half):
        pieces.append(tube([[0, y, 0.05], [0, y, 2.0]], 0.021, steel, sides=6))
        pieces.append(box((-0.36, y - 0.12, 0.0), (0.36, y + 0.12, 0.13), Finish("rubber", 1)))
    for z in (0.2, 2.0):
        pieces.append(tube([[0, -half, z], [0, half, z]], 0.021, steel, sides=6))
    step = 0.1 if sides == _LEVELS[0] else 0.2
    for y in np.arange(-half + step, half - 0.02, step):
        pieces.append(tube([[0, y, 0.2], [0, y, 2.0]], 0.0035, steel, sides=3, capped=False))
    for z in np.arange(0.45, 1.95, 0.25):
        pieces.append(tube([[0, -half, z], [0, half, z]], 0.0035, steel, sides=3, capped=False))
    return join(pieces)


def _water_barrier(rng: np.random.Generator, sides: int) -> Mesh:
    """Build a plastic barrier filled with water, 1.5 m long across the way, red or white."""
    colour = (200, 44, 30) if rng.random() < 0.5 else (226, 226, 222)
    clean = float(rng.uniform(0.8, 1.0))
    finish = Finish("canvas", 0, (int(colour[0] * clean), int(colour[1] * clean), int(colour[2] * clean)))
    section = [[0.24, 0.0], [0.24, 0.16], [0.13, 0.38], [0.10, 0.86], [-0.10, 0.86], [-0.13, 0.38], [-0.24, 0.16], [-0.24, 0.0]]
    outline = [[x, -0.74, z] for x, z in section]
    body = [prism(np.array(part), (0.0, 1.48, 0.0), finish) for part in _convex(outline)]
    caps = [tube([[0.0, y, 0.86], [0.0, y, 0.89]], 0.05, Finish("rubber", 1), sides=max(sides // 2, 6)) for y in (-0.4, 0.4)]
    pegs = [tube([[0.0, y, 0.1], [0.0, y, 0.82]], 0.04, finish, sides=max(sides // 2, 6)) for y in (-0.75, 0.75)]
    return join([*body, *caps, *pegs])


def _convex(outline: list[list[float]]) -> list[list[list[float]]]:
    """Cut the barrier's section into convex pieces one above the other, counter-clockwise seen from +y."""
    a, b, c, d, e, f, g, h = outline
    return [[a, h, g, b], [b, g, f, c], [c, f, e, d]]


_BUILDERS: dict[str, tuple[tuple[str, ...], Callable[[np.random.Generator, int], Mesh]]] = {
    "steel_plate": (("plate", "ramp"), _steel_plate),
    "arrow_board": (("board", "trailer"), _arrow_board),
    "works_fence": (("mesh", "feet"), _works_fence),
    "water_barrier": (("body", "caps"), _water_barrier),
}
