"""Number plates: a white board with a blue band and an invented number of flat strokes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenegen.models.vehicles.detail import Detail
from scenegen.models.vehicles.forms import boards_of
from scenegen.models.vehicles.skin import Skin, gather
from scenegen.seeds import u01

_GLYPHS = {
    "A": "0e11111f111111", "B": "1e11111e11111e", "C": "0e11101010110e", "E": "1f10101e10101f", "F": "1f10101e101010",
    "H": "1111111f111111", "K": "11121418141211", "L": "1010101010101f", "M": "111b1515111111", "N": "11191915131311",
    "P": "1e11111e101010", "R": "1e11111e141211", "S": "0f10100e01011e", "T": "1f040404040404", "X": "11110a040a1111",
    "G": "0e11101713110f", "I": "0e04040404040e", "O": "0e11111111110e", "U": "1111111111110e",
    "0": "0e11111111110e", "1": "040c040404040e", "2": "0e11010204081f", "3": "1f02040201110e", "4": "02060a121f0202",
    "5": "1f101e0101110e", "6": "0608101e11110e", "7": "1f010204080808", "8": "0e11110e11110e", "9": "0e11110f01020c",
}  # fmt: skip
"""5x7 dot letters: seven rows of two hexadecimal digits, top first, the leftmost dot is bit 4."""
Flank = Callable[[float, float], float]
"""Gives the half width of a flank at (x, z)."""
_LETTERS, _DIGITS = "ABCEFHKLMNPRSTX", "0123456789"


def plate_text(kind: str, seed: int) -> str:
    """Invent a number such as `KN AX 482` that belongs to a kind and seed."""

    def pick(place: int, among: str) -> str:
        return among[int(u01(seed, "plate", place, kind) * len(among))]

    places = enumerate((_LETTERS, _LETTERS, " ", _LETTERS, " ", _DIGITS[1:], _DIGITS, _DIGITS))
    return "".join(pick(place, among) for place, among in places)


def number_plate(x: float, z: float, *, face: int, text: str, detail: Detail, width_m: float = 0.52) -> Skin:
    """Make a plate at (x, 0, z) that looks forward (face 1) or back (face -1)."""
    w, h = width_m, 0.112

    def board(across: tuple[float, float], up: tuple[float, float], out: float) -> list[tuple[float, float, float]]:
        at, (y0, y1), (z0, z1) = x + face * out, across, up
        return [(at, face * y0, z0), (at, face * y1, z0), (at, face * y1, z1), (at, face * y0, z1)]

    edge = 0.008
    rim = np.array([board((-w / 2 - edge, w / 2 + edge), (z - h / 2 - edge, z + h / 2 + edge), 0.0)])
    white = np.array([board((-w / 2, w / 2), (z - h / 2, z + h / 2), 0.002)])
    parts = [boards_of(rim, "plastic"), boards_of(white, "plate")]
    if not detail.cell_m:
        strokes = _strokes(text) if detail.has_small_parts else _blocks(text)
        left, dot, foot = -w / 2 + 0.055, (w - 0.075) / (6 * len(text)), z - 0.04
        ink = [
            board((left + a * dot, left + b * dot), (foot + low * 0.08, foot + high * 0.08), 0.004)
            for a, b, low, high in strokes
        ]
        parts.append(boards_of(np.array(ink), "gap"))
        parts.append(boards_of(np.array([board((-w / 2, -w / 2 + 0.042), (z - h / 2, z + h / 2), 0.004)]), "plate_band"))
    return gather(parts)


def lettering(x: float, z: float, *, face: int, text: str, material: str, size_m: tuple[float, float], detail: Detail) -> Skin:
    """Write a text in flat strokes round (x, 0, z), so that it reads from the front (face 1) or back (face -1).

    `size_m` is the width of the whole text and the height of its letters.
    """
    w, h = size_m
    dot = w / (6 * len(text) - 1)
    quads = []
    for a, b, low, high in _strokes(text) if detail.has_small_parts else _blocks(text):
        y0, y1, z0, z1 = -w / 2 + a * dot, -w / 2 + b * dot, z + (low - 0.5) * h, z + (high - 0.5) * h
        quads.append([(x, face * y0, z0), (x, face * y1, z0), (x, face * y1, z1), (x, face * y0, z1)])
    return boards_of(np.array(quads), material)


def side_lettering(
    x: float, z: float, *, side: int, text: str, material: str, size_m: tuple[float, float], flank: Flank, detail: Detail
) -> Skin:
    """Write a text round (x, z) on the left (side 1) or right (-1) flank, whose half width `flank` gives at a place."""
    w, h = size_m
    dot = w / (6 * len(text) - 1)
    quads = []
    for a, b, low, high in _strokes(text) if detail.has_small_parts else _blocks(text):
        z0, z1 = z + (low - 0.5) * h, z + (high - 0.5) * h
        x0, x1 = x + side * (w / 2 - a * dot), x + side * (w / 2 - b * dot)
        y0, y1 = (side * (flank((x0 + x1) / 2, at) + 0.006) for at in (z0, z1))
        quads.append([(x0, y0, z0), (x1, y0, z0), (x1, y1, z1), (x0, y1, z1)])
    return boards_of(np.array(quads), material)


def _strokes(text: str) -> list[tuple[float, float, float, float]]:
    """Give each run of dots as (left, right) in dots and (low, high) in shares of the height."""
    runs: list[tuple[float, float, float, float]] = []
    for place, glyph in enumerate(text):
        if glyph == " ":
            continue
        for row in range(7):
            bits = f"{int(_GLYPHS[glyph][2 * row : 2 * row + 2], 16):05b}"
            column = 0
            while column < 5:
                run = len(bits[column:]) - len(bits[column:].lstrip("1"))
                if run:
                    runs.append((6 * place + column, 6 * place + column + run, 1 - (row + 1) / 7, 1 - row / 7))
                column += max(run, 1)
    return runs


def _blocks(text: str) -> list[tuple[float, float, float, float]]:
    """Stand two bars in for each letter, which give about the same grey from afar."""
    bars = [(6 * place, glyph) for place, glyph in enumerate(text) if glyph != " "]
    return [(left + shift, left + shift + 1.2, 0.0, 1.0) for left, _ in bars for shift in (0.0, 3.6)]
