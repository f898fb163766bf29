"""Shop fronts: panes to the ground between piers, a door, goods behind the glass, a board with an invented name, an awning.

Built in a wall's own frame: x along it, y outwards, z up; they stand before the wall and hide it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from scenegen.models.facades import Tint
from scenegen.models.lettering import PITCH_SHARE, letters
from scenegen.models.mesh import Mesh, join
from scenegen.models.shapes import Finish, box, panel, quads

SHOP_HEIGHT_M = 4.0
"""Height of a shop's storey."""
_FASCIA_M = (3.0, 3.72)
_OUT_M = 0.16  # the front stands this far before the wall
NAMES = (
    "BROTMANN", "CAFE LUNA", "OPTIK VELO", "RADHAUS", "BLUMEN ADA", "KIOSK 7", "SCHUHWERK", "PIZZA TORO", "BUCH UND CO",
    "APOTEKA",
    "SALON MIRA", "TEE KONTOR", "MOBILFIX", "GALERIE ZET", "FEINKOST OLM", "WOLLE WEBER",
)  # fmt: skip
"""Invented: none is meant to be a real firm."""
_COLOURS: tuple[Tint, ...] = (
    (40, 66, 52), (126, 30, 32), (32, 48, 84), (46, 46, 48), (206, 196, 168), (216, 160, 30), (86, 62, 46), (222, 222, 218),
)  # fmt: skip
_GOODS: tuple[Tint, ...] = (
    (128, 74, 64),
    (176, 158, 118),
    (86, 100, 116),
    (190, 186, 176),
    (96, 108, 88),
    (60, 52, 48),
    (150, 132, 116),
)


def shop_front(length_m: float, rng: np.random.Generator, *, glass: Finish, stone: Finish, part: int, is_fine: bool) -> Mesh:
    """Build the shops of one house's ground floor, one or two of them.

    Args:
        length_m: length of the wall.
        rng: draws names, colours, awnings.
        glass, stone: finishes of panes and of what stands between shops.
        part: part number of all the rest.
        is_fine: with goods and letters.
    """
    count = 2 if length_m > 11.0 else 1
    pier = 0.45
    width = (length_m - pier * (count + 1)) / count
    pieces = [
        box(
            (i * (width + pier), 0.0, 0.0), (i * (width + pier) + pier, _OUT_M + 0.04, _FASCIA_M[1]), stone, without=("bottom",)
        )
        for i in range(count + 1)
    ]
    pieces.append(box((0.0, 0.0, _FASCIA_M[1]), (length_m, _OUT_M + 0.10, SHOP_HEIGHT_M - 0.05), stone))
    for i in range(count):
        pieces.append(_shop(pier + i * (width + pier), width, rng, glass, part, is_fine=is_fine))
    return join(pieces)


def _shop(left: float, width: float, rng: np.random.Generator, glass: Finish, part: int, *, is_fine: bool) -> Mesh:
    """Build one shop between two piers."""
    frame = Finish("plain", part, _COLOURS[int(rng.integers(len(_COLOURS)))], 225)
    name, is_open = NAMES[int(rng.integers(len(NAMES)))], rng.random() < 0.55
    door_at = left + (0.25 if rng.random() < 0.5 else width - 1.35)
    right, (low, high) = left + width, _FASCIA_M
    pieces = [
        box((left, 0.0, low), (right, _OUT_M, high), frame),
        box((left, 0.0, 0.0), (right, _OUT_M - 0.05, 0.42), frame, without=("bottom",)),
        panel((right, _OUT_M - 0.10, 0.42), (-width, 0, 0), (0, 0, low - 0.42), glass),
    ]
    for x in np.unique(
        np.round([left, *np.arange(left + 1.6, right - 0.8, 1.6), right - 0.07, door_at - 0.07, door_at + 1.1], 3)
    ):
        pieces.append(box((float(x), 0.0, 0.42), (float(x) + 0.07, _OUT_M - 0.04, low), frame, without=("bottom", "top")))
    pieces.append(panel((door_at + 1.1, _OUT_M - 0.02, 0.05), (-1.1, 0, 0), (0, 0, 2.3), frame))
    pieces.append(panel((door_at + 0.98, _OUT_M - 0.005, 0.45), (-0.86, 0, 0), (0, 0, 1.8), glass))
    if is_fine:
        pieces += [_goods(left, width, rng, part), _name(name, left, width, frame.tint, part)]
    if is_open:
        pieces.append(_awning(left, width, rng, part))
    return join(pieces)


def _goods(left: float, width: float, rng: np.random.Generator, part: int) -> Mesh:
    """Stand coloured things and posters in the window, just behind the pane they are painted on."""
    pieces = []
    x = left + 0.3
    while x < left + width - 0.6:
        wide, high = float(rng.uniform(0.25, 0.7)), float(rng.uniform(0.3, 1.1))
        colour = _GOODS[int(rng.integers(len(_GOODS)))]
        pieces.append(panel((x + wide, _OUT_M - 0.09, 0.46), (-wide, 0, 0), (0, 0, high), Finish("cloth", part, colour, 120)))
        x += wide + float(rng.uniform(0.1, 0.7))
    return join(pieces)


def _name(name: str, left: float, width: float, board: Tint, part: int) -> Mesh:
    """Write the shop's name on its board, dark on bright or bright on dark."""
    letter = min(0.42, 0.85 * width / (PITCH_SHARE * len(name)))
    ink: Tint = (236, 230, 214) if sum(board) < 380 else (40, 36, 34)
    flat = letters(name, letter_m=letter)
    middle = left + width / 2
    points = np.stack(
        [middle - flat[..., 0], np.full(flat.shape[:2], _OUT_M + 0.006), flat[..., 1] + sum(_FASCIA_M) / 2], axis=-1
    )
    return quads(points, Finish("plain", part, ink))


def _awning(left: float, width: float, rng: np.random.Generator, part: int) -> Mesh:
    """Let a striped awning out over the pane: a slope of cloth with a hanging edge, seen from both sides."""
    first = _COLOURS[int(rng.integers(4))]
    stripes = max(3, round(width / 0.45))
    edges = np.linspace(left + 0.1, left + width - 0.1, stripes + 1)
    pieces = []
    reach, z0, z1 = _OUT_M + 1.15, 2.96, 2.42
    for i, (a, b) in enumerate(pairwise(edges)):
        cloth = Finish("canvas", part, first if i % 2 else (230, 226, 214))
        top = np.array([[b, reach, z1], [a, reach, z1], [a, _OUT_M, z0], [b, _OUT_M, z0]])
        hem = np.array([[b, reach, z1 - 0.2], [a, reach, z1 - 0.2], [a, reach, z1], [b, reach, z1]])
        under = Finish("canvas", part, cloth.tint, 120)
        pieces += [quads(np.stack([top, hem]), cloth), quads(np.stack([top, hem])[:, ::-1] - [0.0, 0.0, 0.004], under)]
    return join(pieces)
