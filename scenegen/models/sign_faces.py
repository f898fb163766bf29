"""Faces of road signs as flat vector shapes: plates, rims, pictures, letters. They face +x; codes are those of `signs`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.lettering import letters
from scenegen.models.mesh import Mesh, join
from scenegen.models.shapes import Finish, disc_fan, quads
from scenegen.models.sign_pictures import picture
from scenegen.signs import MIDDLE_M, PLATES, SIGNS

_LAYER_M = 0.003
"""Painted layers stand this far before each other, so that depth keeps them apart at 30 m."""

Colour = tuple[int, int, int]
_RED, _BLUE, _WHITE, _BLACK = (190, 18, 24), (16, 66, 158), (245, 245, 242), (14, 14, 14)
_YELLOW, _ORANGE, _GREEN, _GREY = (246, 190, 10), (244, 112, 14), (12, 110, 60), (150, 150, 150)


@dataclass(frozen=True)
class Mark:
    """A picture or a line of text on a plate: half its size (letters: their height), its middle, its colour."""

    what: str
    size_m: float
    colour: Colour = _BLACK
    x_m: float = 0.0
    y_m: float = 0.0
    is_text: bool = False
    is_mirrored: bool = False


@dataclass(frozen=True)
class Design:
    """How a plate is painted: the rim's colour, the field's, the field's share of the plate, and what is on it."""

    rim: Colour
    field: Colour
    share: float
    marks: tuple[Mark, ...] = ()


def sign_face(code: str, *, part: int, middle_m: float = MIDDLE_M) -> Mesh:
    """Build the plate of a sign of this code, its middle at this height and its back at x = 3 cm."""
    design = _design(code)
    outline = _OUTLINES[SIGNS[code]]
    pieces = [_face(outline, middle_m, 1, _paint(design.rim, part)), _back(outline, middle_m, part)]
    layer = 1
    if design.share < 1.0:
        layer = 2
        pieces.append(_face(outline * design.share, middle_m, layer, _paint(design.field, part)))
    for mark in design.marks:
        layer += 1
        pieces += _mark(mark, middle_m, layer, _paint(mark.colour, part))
    return join(pieces)


def _text(words: str, letter_m: float, y_m: float = 0.0, colour: Colour = _BLACK) -> Mark:
    return Mark(words, letter_m, colour, 0.0, y_m, is_text=True)


def _warning(*marks: Mark) -> Design:
    return Design(_RED, _WHITE, 0.74, marks)


def _ban(*marks: Mark) -> Design:
    return Design(_RED, _WHITE, 0.80, marks)


def _order(*marks: Mark) -> Design:
    return Design(_WHITE, _BLUE, 0.95, marks)


def _yellow(*marks: Mark) -> Design:
    return Design(_BLACK, _YELLOW, 0.94, marks)


def _works(*marks: Mark) -> Design:
    return Design(_BLACK, _ORANGE, 0.95, marks)


def _on_triangle(name: str, *, size_m: float = 0.19, is_mirrored: bool = False) -> Design:
    return _warning(Mark(name, size_m, y_m=-0.03, is_mirrored=is_mirrored))


_LAMPS = tuple(
    Mark(f"lamp_{at}", 0.16, colour, y_m=-0.03) for at, colour in (("top", _RED), ("middle", _YELLOW), ("low", _GREEN))
)
_US_LAMPS = tuple(
    Mark(f"lamp_{at}", 0.24, colour) for at, colour in (("top", _RED), ("middle", (250, 160, 0)), ("low", (30, 150, 60)))
)
_NO_PARKING = Design(_RED, _BLUE, 0.82, (Mark("slash", 0.27, _RED),))

DESIGNS: dict[str, Design] = {
    "vienna/A1a": _on_triangle("bend", is_mirrored=True), "vienna/A1b": _on_triangle("bend"),
    "vienna/A1c": _on_triangle("s_bend"),
    "vienna/A2a": _warning(Mark("hill", 0.18, y_m=-0.05), _text("10", 0.11, 0.06)), "vienna/A4a": _on_triangle("narrows"),
    "vienna/A7a": _on_triangle("bump"), "vienna/A9": _on_triangle("skid"), "vienna/A12": _on_triangle("walker", size_m=0.21),
    "vienna/A13": _on_triangle("children"), "vienna/A14": _on_triangle("bicycle"), "vienna/A15a": _on_triangle("cow"),
    "vienna/A15b": _on_triangle("deer"), "vienna/A16": _on_triangle("worker"),
    "vienna/A17": _warning(Mark("signal_box", 0.20, y_m=-0.03), *_LAMPS), "vienna/A18a": _on_triangle("crossroad", size_m=0.15),
    "vienna/A23": _on_triangle("two_way"), "vienna/A32": _on_triangle("exclamation"),
    "vienna/B1": Design(_RED, _WHITE, 0.68), "vienna/B2": Design(_WHITE, _RED, 0.94, (_text("STOP", 0.21, 0.0, _WHITE),)),
    "vienna/B3": Design(_WHITE, _YELLOW, 0.68), "vienna/B4": Design(_WHITE, _YELLOW, 0.68, (Mark("back_slash", 0.30),)),
    "vienna/C1a": Design(_WHITE, _RED, 0.97, (Mark("bar", 0.29, _WHITE),)), "vienna/C2": _ban(),
    "vienna/C3e": _ban(Mark("truck", 0.17)), "vienna/C3f": _ban(Mark("walker", 0.17)),
    "vienna/C11a": _ban(Mark("turn_right", 0.17, is_mirrored=True), Mark("slash", 0.27, _RED)),
    "vienna/C11b": _ban(Mark("turn_right", 0.17), Mark("back_slash", 0.27, _RED)),
    "vienna/C12": _ban(Mark("turn", 0.16, is_mirrored=True), Mark("slash", 0.27, _RED)),
    "vienna/C13aa": _ban(Mark("two_cars", 0.21)),
    "vienna/C17a": Design(_BLACK, _WHITE, 0.97, (Mark("stripes", 0.30, _GREY),)), "vienna/C19": _NO_PARKING,
    "vienna/C18": Design(_RED, _BLUE, 0.82, (Mark("slash", 0.27, _RED), Mark("back_slash", 0.27, _RED))),
    "vienna/D1a": _order(Mark("ahead", 0.22, _WHITE)), "vienna/D1b": _order(Mark("right", 0.21, _WHITE)),
    "vienna/D2": _order(Mark("keep_right", 0.22, _WHITE)), "vienna/D3": _order(Mark("roundabout", 0.22, _WHITE)),
    "vienna/D4": _order(Mark("bicycle", 0.20, _WHITE)), "vienna/D5": _order(Mark("walker", 0.22, _WHITE)),
    "vienna/E3a": Design(_WHITE, _BLUE, 0.94, (Mark("right", 0.30, _WHITE),)),
    "vienna/E12a": _order(Mark("disc", 0.22, _WHITE), Mark("zebra", 0.17)),
    "vienna/E14a": _order(_text("P", 0.38, 0.0, _WHITE)),
    "vienna/E15": Design(_WHITE, _GREEN, 0.94, (Mark("disc", 0.25, _YELLOW), _text("H", 0.28, 0.0, _GREEN))),
    "mutcd/R1-1": Design(_WHITE, _RED, 0.94, (_text("STOP", 0.22, 0.0, _WHITE),)),
    "mutcd/R1-2": Design(_RED, _WHITE, 0.62, (_text("YIELD", 0.075, 0.10, _RED),)),
    "mutcd/R3-1": Design(_BLACK, _WHITE, 0.97, (Mark("turn_right", 0.16), Mark("ring", 0.27, _RED), Mark("slash", 0.25, _RED))),
    "mutcd/R3-2": Design(
        _BLACK, _WHITE, 0.97, (Mark("turn_right", 0.16, is_mirrored=True), Mark("ring", 0.27, _RED), Mark("slash", 0.25, _RED))
    ),
    "mutcd/R5-1": Design(_BLACK, _WHITE, 0.98, (Mark("disc", 0.29, _RED), Mark("bar", 0.24, _WHITE),
    _text("ENTER", 0.05, 0.0, _RED))),
    "mutcd/R6-1": Design(_WHITE, _BLACK, 0.96, (Mark("right", 0.34, _WHITE), _text("ONE WAY", 0.06, 0.0, _BLACK))),
    "mutcd/R7-1": Design(_RED, _WHITE, 0.96, (_text("NO", 0.17, 0.20, _RED), _text("PARKING", 0.09, 0.0, _RED),
    _text("ANY TIME", 0.07, -0.2, _RED))),
    "mutcd/S1-1": Design(_BLACK, (190, 225, 20), 0.94, (Mark("children", 0.24),)),
    "mutcd/W1-1": _yellow(Mark("turn", 0.25)), "mutcd/W1-2": _yellow(Mark("bend", 0.25)),
    "mutcd/W2-1": _yellow(Mark("crossroad", 0.22)),
    "mutcd/W3-1": _yellow(Mark("ahead", 0.13, y_m=0.22), Mark("stop_mini", 0.22, _RED, y_m=-0.08)),
    "mutcd/W3-3": _yellow(Mark("signal_box", 0.28), *_US_LAMPS), "mutcd/W4-2": _yellow(Mark("lane_ends", 0.24)),
    "mutcd/W8-1": _yellow(_text("BUMP", 0.15)), "mutcd/W8-5": _yellow(Mark("skid", 0.24)),
    "mutcd/W11-1": _yellow(Mark("bicycle", 0.26)),
    "mutcd/W11-2": _yellow(Mark("walker", 0.27)), "mutcd/W11-3": _yellow(Mark("deer", 0.27)),
    "mutcd/W14-1": _yellow(_text("DEAD", 0.13, 0.09), _text("END", 0.13, -0.09)),
    "mutcd/W20-1": _works(_text("ROAD", 0.14, 0.19), _text("WORK", 0.14), _text("AHEAD", 0.14, -0.19)),
    "mutcd/W20-4": _works(_text("ONE LANE", 0.092, 0.17), _text("ROAD", 0.12), _text("AHEAD", 0.12, -0.17)),
    "mutcd/W20-7": _works(Mark("walker", 0.33)), "mutcd/W21-1": _works(Mark("worker", 0.34)),
}  # fmt: skip
"""How every sign without a number is painted."""


def _design(code: str) -> Design:
    """Find how a sign is painted; those with a number are made from it."""
    kind, _, number = code.partition("_")
    if kind == "vienna/C14":
        return _ban(_text(number, 0.26 if len(number) < 3 else 0.19))
    if kind == "vienna/E9":
        return Design(
            _BLACK, _WHITE, 0.97, (Mark("disc", 0.25, _RED, y_m=0.09), Mark("disc", 0.20, _WHITE, y_m=0.09),
            _text(number, 0.19, 0.09), _text("ZONE", 0.11, -0.27))
        )  # fmt: skip
    if kind == "mutcd/R2-1":
        return Design(
            _BLACK, _WHITE, 0.96, (_text("SPEED", 0.10, 0.26), _text("LIMIT", 0.10, 0.12), _text(number, 0.32, -0.15))
        )
    return DESIGNS[code]


def _regular(corners: int, radius_m: float, *, turn_rad: float = 0.0) -> FloatArray:
    angle = np.arange(corners) * (2 * np.pi / corners) + turn_rad
    return radius_m * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _rectangle(width: float, height: float) -> FloatArray:
    return np.array([[-width / 2, -height / 2], [width / 2, -height / 2], [width / 2, height / 2], [-width / 2, height / 2]])


def _triangle(edge: float) -> FloatArray:
    """A triangle with its tip up, its middle at the origin."""
    return edge * np.array([[-0.5, -np.sqrt(1 / 12)], [0.5, -np.sqrt(1 / 12)], [0.0, np.sqrt(1 / 3)]])


_OUTLINES: dict[str, FloatArray] = {
    "disc": _regular(32, 0.30), "triangle": _triangle(0.9), "yield": -_triangle(0.9),
    "octagon": _regular(8, 0.375 / np.cos(np.pi / 8), turn_rad=np.pi / 8),
    "diamond": _regular(4, 0.42), "big_diamond": _regular(4, 0.53),
    "school": np.array([[-0.375, -0.375], [0.375, -0.375], [0.375, 0.05], [0.0, 0.375], [-0.375, 0.05]]),
    **{name: _rectangle(*PLATES[name]) for name in ("square", "tall", "wide", "zone")},
}  # fmt: skip


def _paint(colour: Colour, part: int) -> Finish:
    return Finish("plain", part, colour)


def _on_plate(points: FloatArray, height_m: float, layer: int) -> FloatArray:
    """Lift (right, up) of a reader who looks along -x into the body frame."""
    x = np.full(points.shape[:-1], 0.03 + layer * _LAYER_M)
    return np.stack([x, points[..., 0], points[..., 1] + height_m], axis=-1)


def _face(outline: FloatArray, height_m: float, layer: int, finish: Finish) -> Mesh:
    return disc_fan(_on_plate(outline, height_m, layer), finish)


def _back(outline: FloatArray, height_m: float, part: int) -> Mesh:
    """Close the plate behind with bare metal."""
    return disc_fan(_on_plate(outline, height_m, 0)[::-1], Finish("metal", part, (200, 200, 200)))


def _mark(mark: Mark, height_m: float, layer: int, finish: Finish) -> list[Mesh]:
    """Draw a mark on its own layer."""
    at = np.array([mark.x_m, mark.y_m])
    if mark.is_text:
        return [quads(_on_plate(letters(mark.what, letter_m=mark.size_m) + at, height_m, layer), finish)]
    strokes, outlines = picture(mark.what, mark.size_m, is_mirrored=mark.is_mirrored)
    pieces = [_face(outline + at, height_m, layer, finish) for outline in outlines]
    return [*pieces, quads(_on_plate(strokes + at, height_m, layer), finish)] if len(strokes) else pieces
