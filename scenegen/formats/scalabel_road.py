"""What Scalabel files say of the road: lines as BDD100K's lane marks, and its drivable areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from skimage.measure import approximate_polygon

from scenegen.formats import rle
from scenegen.formats.outlines import outlines
from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.truth.drivable import ALTERNATIVE, BESIDE, DIRECT, ONCOMING
from scenegen.truth.frame import LineLabel

AREAS = {DIRECT: "direct", ALTERNATIVE: "alternative", ONCOMING: "oncoming", BESIDE: "beside"}
"""BDD100K has the first two; the others are ours."""

LINE_CATEGORIES = (
    "single white", "single yellow", "single other", "double white", "double yellow", "double other", "road curb",
    *AREAS.values(),
)  # fmt: skip

TOLERANCE_PX = 1.0  # of outlines of areas, whose stairs of pixels would else have a corner for every step
LEAST_PIECE_PX = 16  # of areas: smaller pieces are in the run lengths, not in the outlines


def line_labels(lines: Sequence[LineLabel]) -> Iterator[dict[str, Any]]:
    """Give a label for each line of which something is seen: an open poly2d for each unbroken visible part."""
    for number, line in enumerate(lines):
        parts = [part for px, seen in zip(line.pieces_px, line.pieces_visible, strict=True) for part in _visible(px, seen)]
        if parts:
            yield {
                "id": f"line-{number}",
                "category": _category(line),
                "attributes": _attributes(line),
                "poly2d": [_poly2d(part + 0.5, is_closed=False) for part in parts],
            }


def area_labels(drivable: ByteArray | None) -> Iterator[dict[str, Any]]:
    """Give a label for each kind of drivable area: run lengths to the pixel, and outlines to within a pixel, holes filled."""
    if drivable is None:
        return
    height, width = drivable.shape
    counts = rle.id_counts(drivable)
    pieces = [piece for piece in outlines(drivable) if piece.area_px >= LEAST_PIECE_PX]
    for value, name in AREAS.items():
        if value not in counts:
            continue
        corners = [_simplified(piece.corners_px.astype(np.float64)) for piece in pieces if piece.id == value]
        yield {
            "id": f"area-{name}",
            "category": name,
            "attributes": {"areaType": name},
            "poly2d": [_poly2d(ring, is_closed=True) for ring in corners if len(ring) > 2],
            "rle": {"counts": rle.pack_counts(counts[value]), "size": [height, width]},
        }


def _visible(pixels: FloatArray, seen: BoolArray) -> Iterator[FloatArray]:
    """Cut a piece of a line into its unbroken visible parts of two points and more."""
    flags = seen.astype(np.int8)
    breaks = [0, *(np.flatnonzero(np.diff(flags)) + 1).tolist(), len(flags)]
    return (pixels[a:b] for a, b in pairwise(breaks) if flags[a] and b - a > 1)


def _category(line: LineLabel) -> str:
    if line.kind == "road_edge":
        return "road curb"
    return f"{'double' if ' ' in line.type and line.type != 'parking bay' else 'single'} {line.colour or 'other'}"


def _attributes(line: LineLabel) -> dict[str, str]:
    """BDD100K's direction and style, and our type; lines between parking bays run across the road."""
    direction = "vertical" if line.type == "parking bay" else "parallel"
    return {"laneDirection": direction, "laneStyle": "dashed" if "broken" in line.type else "solid", "type": line.type}


def _simplified(ring: FloatArray) -> FloatArray:
    closed = np.concatenate([ring, ring[:1]])
    simple: FloatArray = approximate_polygon(closed, TOLERANCE_PX)[:-1]
    return simple


def _poly2d(vertices: FloatArray, *, is_closed: bool) -> dict[str, Any]:
    return {"vertices": vertices.round(2).tolist(), "types": "L" * len(vertices), "closed": is_closed}
