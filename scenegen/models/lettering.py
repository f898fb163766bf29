"""Letters and digits as strokes of a broad pen: for signs, shop fronts and number plates of houses."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from scenegen.geometry import FloatArray

_STROKES = {
    "A": "00 5a a0|24 84", "B": "00 0a 7a 98 96 75 05|75 a3 a1 80 00", "C": "a8 8a 2a 08 02 20 80 a2",
    "D": "00 0a 6a a7 a3 60 00",
    "E": "aa 0a 00 a0|05 75", "F": "aa 0a 00|05 75", "G": "a8 8a 2a 08 02 20 80 a2 a5 55", "H": "00 0a|a0 aa|05 a5",
    "I": "50 5a",
    "J": "aa a2 80 20 02", "K": "00 0a|aa 05 a0", "L": "0a 00 a0", "M": "00 0a 54 aa a0", "N": "00 0a a0 aa",
    "O": "20 02 08 2a 8a a8 a2 80 20", "P": "00 0a 7a a8 a6 74 04", "Q": "20 02 08 2a 8a a8 a2 80 20|63 a0",
    "R": "00 0a 7a a8 a6 75 05|55 a0", "S": "a8 8a 2a 08 06 25 85 a4 a2 80 20 02", "T": "0a aa|5a 50", "U": "0a 02 20 80 a2 aa",
    "V": "0a 50 aa", "W": "0a 20 57 80 aa", "X": "00 aa|0a a0", "Y": "0a 55 aa|55 50", "Z": "0a aa 00 a0",
    "0": "20 02 08 2a 8a a8 a2 80 20", "1": "28 5a 50", "2": "08 2a 8a a8 a6 00 a0",
    "3": "09 2a 8a a8 a6 85 45|85 a4 a2 80 20 01",
    "4": "80 8a 03 a3", "5": "aa 1a 15 36 76 a4 a2 80 20 01", "6": "a9 8a 3a 07 02 20 80 a2 a4 86 26 04", "7": "0a aa 40",
    "8": "25 07 09 2a 8a a9 a7 85 25 03 01 20 80 a1 a3 85", "9": "01 20 70 a3 a8 8a 2a 08 06 24 84 a6", "-": "15 95", " ": "",
}  # fmt: skip
"""Polylines in a box of ten by ten, two hexadecimal digits a point."""

WIDTH_SHARE, PITCH_SHARE, PEN_SHARE = 0.60, 0.78, 0.16
"""Width of a letter, way to the next one, and breadth of the pen, over its height."""

_SHARPEST = 0.3  # cosine of the sharpest bend that one stroke takes


def letters(text: str, *, letter_m: float, pen_share: float = PEN_SHARE) -> FloatArray:
    """Write a line of text about the origin.

    Args:
        text: capital letters, digits, blanks and dashes.
        letter_m: height of a letter.
        pen_share: breadth of the pen over the height.
    Returns:
        Corners (n, 4, 2) of quads in metres, right and up.
    Raises:
        ValueError: a letter is not there.
    """
    strokes = []
    for i, letter in enumerate(text):
        if letter not in _STROKES:
            raise ValueError(f"no letter {letter!r} in {text!r}; there are capitals, digits, blank and dash")
        left = ((i - (len(text) - 1) / 2) * PITCH_SHARE - WIDTH_SHARE / 2) * letter_m
        for stroke in filter(None, _STROKES[letter].split("|")):
            points = np.array([[int(c, 16) / 10 for c in point] for point in stroke.split()])
            inner = pen_share / 2 + points * [WIDTH_SHARE - pen_share, 1.0 - pen_share]
            strokes.append(pen(inner * letter_m + [left, -letter_m / 2], pen_share * letter_m))
    return np.concatenate(strokes) if strokes else np.zeros((0, 4, 2))


def pen(line_m: FloatArray, width_m: float) -> FloatArray:
    """Draw a line (n, 2) with a flat pen: (n - 1, 4, 2) corners that meet at its bends and reach over its ends.

    At a bend sharper than a right angle the pen is set down anew, else the corners would cross.
    """
    line = np.asarray(line_m, np.float64)
    step = np.diff(line, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    is_sharp = (step[1:] * step[:-1]).sum(axis=1) < _SHARPEST
    cuts = [0, *(np.flatnonzero(is_sharp) + 1).tolist(), len(line) - 1]
    return np.concatenate([_smooth_pen(line[a : b + 1], width_m) for a, b in pairwise(cuts)])


def _smooth_pen(line_m: FloatArray, width_m: float) -> FloatArray:
    """Draw a line without sharp bends."""
    line = line_m.copy()
    step = np.diff(line, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    along = np.concatenate([step[:1], step[:-1] + step[1:], step[-1:]])
    if np.allclose(line[0], line[-1]):
        along[[0, -1]] = step[0] + step[-1]
    else:
        line[0] -= step[0] * 0.4 * width_m
        line[-1] += step[-1] * 0.4 * width_m
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)

    # Reach further at a bend, so that the line keeps its breadth
    neighbour = np.concatenate([step[:1], step])
    stretch = 1.0 / np.maximum(np.abs((along * neighbour).sum(axis=1, keepdims=True)), 0.67)
    side = np.stack([-along[:, 1], along[:, 0]], axis=1) * stretch * width_m / 2
    return np.stack([line[:-1] - side[:-1], line[1:] - side[1:], line[1:] + side[1:], line[:-1] + side[:-1]], axis=1)
