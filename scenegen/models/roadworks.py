"""What stands at road works: cones, drums, barriers and beacon plates; whoever comes along sees them from +x.

Sizes after common practice: cones 0.75 m with two bands, drums 1 m, barrier boards 2 m wide, beacon plates 1 m by 0.25 m.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, box, lathe, quads, tube
from scenegen.models.static import draws_of, refuse_unknown_options, static_model

_SALT = 71
_ORANGE, _WHITE, _RED = (226, 82, 24), (238, 238, 236), (196, 22, 26)
_LEVELS = (24, 10)  # corners of round sections, near and far
_LEVEL_DISTANCE_M = (0.0, 25.0)


def build_roadworks(spec: ModelSpec) -> Model:
    """Build a thing of road works; its kind says which, its seed varies how soiled it is."""
    refuse_unknown_options(spec, ())
    if spec.kind not in _BUILDERS:
        raise ScenarioError(f"no road works {spec.kind!r}; there are {', '.join(_BUILDERS)}")
    parts, builder = _BUILDERS[spec.kind]
    clean = float(draws_of(spec, salt=_SALT).uniform(0.82, 1.0))
    meshes = [builder(sides, clean) for sides in _LEVELS]
    return static_model(spec, parts=parts, meshes=meshes, lod_distance_m=_LEVEL_DISTANCE_M)


def _paint(colour: tuple[int, int, int], clean: float, part: int = 0) -> Finish:
    """Give a plain finish of a colour, darkened by dirt."""
    red, green, blue = (int(channel * clean) for channel in colour)
    return Finish("canvas", part, (red, green, blue))


def _traffic_cone(sides: int, clean: float) -> Mesh:
    """Build a cone of 0.75 m on a square rubber foot."""
    edges = np.array([0.045, 0.22, 0.37, 0.45, 0.56, 0.73])
    radius = 0.165 - 0.135 * (edges - 0.045) / 0.685
    colours = [_paint(_WHITE if i in (1, 3) else _ORANGE, clean) for i in range(len(edges) - 1)]
    bands = [
        lathe([[radius[i], edges[i]], [radius[i + 1], edges[i + 1]]], colour, sides=sides) for i, colour in enumerate(colours)
    ]
    collar = lathe([[0.20, 0.035], [0.19, 0.05], [radius[0], 0.065]], _paint(_ORANGE, clean), sides=sides)
    tip = lathe([[radius[-1], 0.73], [radius[-1] * 0.8, 0.75], [0.0, 0.75]], _paint(_ORANGE, clean), sides=sides)
    foot = box((-0.21, -0.21, 0.0), (0.21, 0.21, 0.04), Finish("rubber", 1))
    return join([foot, collar, *bands, tip])


def _drum(sides: int, clean: float) -> Mesh:
    """Build a drum of 1 m: orange and white bands that step inwards, a handle on top, a rubber ring at the foot."""
    edges = [0.05, 0.22, 0.40, 0.58, 0.76, 0.94]
    pieces = [lathe([[0.32, 0.0], [0.33, 0.03], [0.32, 0.08], [0.27, 0.09]], Finish("rubber", 1), sides=sides)]
    for i in range(len(edges) - 1):
        radius = 0.285 - 0.016 * i
        ring = [[radius, edges[i]], [radius, edges[i + 1] - 0.012], [radius - 0.016, edges[i + 1]]]
        pieces.append(lathe(ring, _paint(_WHITE if i % 2 else _ORANGE, clean), sides=sides))
    pieces.append(lathe([[0.205, 0.94], [0.19, 0.965], [0.0, 0.965]], _paint(_ORANGE, clean), sides=sides))
    arc = [[0.0, 0.09 * np.cos(a), 0.955 + 0.055 * np.sin(a)] for a in np.linspace(0.0, np.pi, 7)]
    return join([*pieces, tube(arc, 0.012, _paint(_ORANGE, clean), sides=6)])


def _striped_board(
    low: tuple[float, float, float], high: tuple[float, float, float], clean: float, *, stripes: int
) -> list[Mesh]:
    """Build an upright board across y whose two faces have upright red and white stripes."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    across = np.linspace(y0, y1, stripes + 1)
    pieces = [box(low, high, _paint((206, 206, 204), clean), without=("front", "back"))]
    for i in range(stripes):
        a, b = across[i], across[i + 1]
        front = np.array([[x1, a, z0], [x1, b, z0], [x1, b, z1], [x1, a, z1]])
        back = np.array([[x0, b, z0], [x0, a, z0], [x0, a, z1], [x0, b, z1]])
        pieces.append(quads(np.stack([front, back]), _paint(_RED if i % 2 == 0 else _WHITE, clean)))
    return pieces


def _barrier(sides: int, clean: float) -> Mesh:
    """Build a barrier: two striped boards of 2 m between posts on heavy feet, two lamps on top."""
    pieces: list[Mesh] = []
    for low, high in ((0.78, 1.03), (0.30, 0.45)):
        pieces += _striped_board((-0.02, -1.0, low), (0.02, 1.0, high), clean, stripes=10)
    for y in (-0.80, 0.80):
        pieces.append(box((-0.03, y - 0.03, 0.08), (-0.02, y + 0.03, 1.10), Finish("metal", 1)))
        pieces.append(box((-0.40, y - 0.13, 0.0), (0.40, y + 0.13, 0.11), Finish("rubber", 1)))
        pieces.append(box((-0.025, y - 0.09, 1.05), (0.025, y + 0.09, 1.12), Finish("plastic", 1)))
        disc = tube([[-0.03, y, 1.21], [0.03, y, 1.21]], 0.09, Finish("canvas", 1, (222, 146, 18)), sides=max(sides // 2, 8))
        pieces.append(disc)
    return join(pieces)


def _beacon(sides: int, clean: float) -> Mesh:
    """Build a beacon plate of 1 m by 0.25 m with slanting stripes on a rubber foot, and a lamp on top."""
    plate = _striped_board((-0.02, -0.125, 0.16), (0.02, 0.125, 1.16), clean, stripes=1)
    bars = []
    for x, side in ((0.022, 1.0), (-0.022, -1.0)):
        for i in range(4):
            low = 0.16 + 0.25 * i
            corners = np.array([[x, -0.125, low], [x, 0.125, low + 0.125], [x, 0.125, low + 0.25], [x, -0.125, low + 0.125]])
            bars.append(quads((corners if side > 0 else corners[::-1])[None], _paint(_WHITE, clean)))
    foot = box((-0.40, -0.20, 0.0), (0.40, 0.20, 0.13), Finish("rubber", 1))
    neck = box((-0.02, -0.05, 0.12), (0.02, 0.05, 0.17), Finish("rubber", 1))
    lamp = tube([[-0.035, 0.0, 1.25], [0.035, 0.0, 1.25]], 0.09, Finish("canvas", 1, (222, 146, 18)), sides=max(sides // 2, 8))
    return join([foot, neck, *plate, *bars, lamp])


_BUILDERS: dict[str, tuple[tuple[str, ...], Callable[[int, float], Mesh]]] = {
    "traffic_cone": (("cone", "foot"), _traffic_cone),
    "drum": (("drum", "foot"), _drum),
    "barrier": (("boards", "frame"), _barrier),
    "beacon": (("plate", "foot"), _beacon),
}
