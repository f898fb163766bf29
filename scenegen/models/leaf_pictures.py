"""Pictures of leaves: a sprig with see-through gaps for leaf cards, and a dense tileable wall of leaves for hedges."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from scenegen.geometry import ByteArray, FloatArray

_OUTLINE = np.array(
    [[-1.0, 0.0], [-0.62, 0.34], [-0.2, 0.46], [0.25, 0.38], [0.68, 0.18], [1.0, 0.0], [0.68, -0.18], [0.25, -0.38],
     [-0.2, -0.46], [-0.62, -0.34]]
)  # fmt: skip
"""A pointed oval, stalk at x = -1, tip at x = 1."""

_SHADE = (13, 22, 8)
"""Colour between the leaves, sRGB: deep shade, so that filtered edges stay dark."""

Colour = tuple[int, int, int]


def leaf_sprig(size_px: int, *, seed: int) -> ByteArray:
    """Give a card of leaves on twigs, (size, size, 4) uint8 sRGB with alpha as coverage; the rim is empty."""
    rng = np.random.default_rng(seed)
    canvas = 2 * size_px
    picture = Image.new("RGB", (canvas, canvas), _SHADE)
    cover = Image.new("L", (canvas, canvas), 0)
    pens = ImageDraw.Draw(picture), ImageDraw.Draw(cover)
    _draw_twigs(pens, canvas, rng)

    # Lay leaves from the back, dark, to the front, bright, thinning out towards the rim
    count = 310
    for i in range(count):
        radius = 0.40 * np.sqrt(rng.random()) if i % 4 else rng.uniform(0.30, 0.43)
        direction = rng.uniform(0, 2 * np.pi)
        radius *= 0.86 + 0.14 * np.sin(3 * direction + 1.3)  # uneven lobes instead of a disc
        centre = 0.5 + radius * np.array([np.cos(direction), np.sin(direction)])
        length = rng.uniform(0.034, 0.058)
        angle = direction + rng.normal(0, 0.9)
        points = _placed_outline(centre * canvas, length * canvas, angle)
        _draw_leaf(pens, points, _leaf_colour(rng, i / count))
    colour = np.asarray(picture.resize((size_px, size_px), Image.Resampling.BOX))
    alpha = np.asarray(cover.resize((size_px, size_px), Image.Resampling.BOX))
    return np.dstack([colour, alpha]).astype(np.uint8)


def leaf_wall(size_px: int, *, seed: int, count: int = 1500) -> ByteArray:
    """Give a dense tileable wall of small dark leaves, (size, size, 3) uint8 sRGB."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (size_px, size_px), _SHADE)
    pen = ImageDraw.Draw(picture)
    for i in range(count):
        centre = rng.random(2) * size_px
        length = rng.uniform(0.012, 0.024) * size_px
        colour = _leaf_colour(rng, i / count)
        angle = rng.uniform(0, 2 * np.pi)

        # Draw a leaf that crosses an edge on both sides of it
        for shift in _wraps(centre, length, size_px):
            _draw_leaf((pen,), _placed_outline(centre + shift, length, angle), colour)
    return np.asarray(picture, np.uint8).copy()


def _leaf_colour(rng: np.random.Generator, front: float) -> Colour:
    """Draw a leaf's sRGB colour: dark behind, brighter and more varied in front, a few yellowed."""
    light = 0.45 + 0.55 * front
    base = np.array([130.0, 150.0, 74.0]) * light * rng.uniform(0.8, 1.2)
    base *= (rng.uniform(0.8, 1.15), 1.0, rng.uniform(0.7, 1.15))
    if rng.random() < 0.05:
        base *= (1.45, 1.15, 0.9)
    red, green, blue = (int(c) for c in np.clip(base, 0, 255))
    return red, green, blue


def _placed_outline(centre_px: FloatArray, length_px: float, angle_rad: float) -> FloatArray:
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.asarray(_OUTLINE * length_px @ np.array([[c, s], [-s, c]]) + centre_px)


def _draw_leaf(pens: tuple[ImageDraw.ImageDraw, ...], points: FloatArray, colour: Colour) -> None:
    """Fill a leaf, its far half a little darker; the second pen, if any, draws coverage."""
    corners = [(float(x), float(y)) for x, y in points]
    pens[0].polygon(corners, fill=colour)
    darker = (int(colour[0] * 0.76), int(colour[1] * 0.78), int(colour[2] * 0.76))
    pens[0].polygon(corners[:6], fill=darker)
    if len(pens) > 1:
        pens[1].polygon(corners, fill=255)


def _draw_twigs(pens: tuple[ImageDraw.ImageDraw, ...], canvas: int, rng: np.random.Generator) -> None:
    for _ in range(9):
        start = canvas * (0.5 + rng.normal(0, 0.03, 2))
        direction = rng.uniform(0, 2 * np.pi)
        end = canvas * (0.5 + 0.38 * np.array([np.cos(direction), np.sin(direction)]))
        line = [(float(start[0]), float(start[1])), (float(end[0]), float(end[1]))]
        pens[0].line(line, fill=(38, 30, 22), width=canvas // 128)
        pens[1].line(line, fill=255, width=canvas // 128)


def _wraps(centre_px: FloatArray, reach_px: float, size_px: int) -> list[FloatArray]:
    """List the whole-period shifts at which something at this place shows in the picture."""
    shifts = [[0.0], [0.0]]
    for axis in range(2):
        if centre_px[axis] < reach_px:
            shifts[axis].append(float(size_px))
        if centre_px[axis] > size_px - reach_px:
            shifts[axis].append(-float(size_px))
    return [np.array([x, y]) for x in shifts[0] for y in shifts[1]]
