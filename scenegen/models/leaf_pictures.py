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
"""Colour between the leaves of a hedge, sRGB: deep shade."""

_TWIGS, _LEAF_STEP = 7, 0.0125
"""Main twigs of a sprig, and the way from leaf to leaf along a twig as a share of the card."""

Colour = tuple[int, int, int]


def leaf_sprig(size_px: int, *, seed: int) -> ByteArray:
    """Give a card of leaves on twigs, (size, size, 4) uint8 sRGB with alpha as coverage; the rim is empty."""
    rng = np.random.default_rng(seed)
    canvas = 2 * size_px
    picture = Image.new("RGB", (canvas, canvas), _SHADE)
    cover = Image.new("L", (canvas, canvas), 0)
    pens = ImageDraw.Draw(picture), ImageDraw.Draw(cover)
    places = _twigs(pens, canvas, rng)

    # Lay leaves along the twigs from the back, dark, to the front, bright
    for i, (x, y, heading) in enumerate(rng.permutation(places)):
        length = rng.uniform(0.030, 0.052)
        angle = heading + rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.2)
        centre = np.array([x, y]) + length * np.array([np.cos(angle), np.sin(angle)])
        if np.abs(centre - 0.5).max() < 0.49 - length:
            _draw_leaf(pens, _placed_outline(centre * canvas, length * canvas, angle), _leaf_colour(rng, i / len(places)))
    colour = np.asarray(picture.resize((size_px, size_px), Image.Resampling.BOX)).astype(np.float64)
    alpha = np.asarray(cover.resize((size_px, size_px), Image.Resampling.BOX))

    # Fill the gaps with the leaves' own mean, else far cards, which average over gaps, turn black
    share = alpha[..., None] / 255.0
    mean = (colour * share).sum(axis=(0, 1)) / share.sum()
    colour = colour * share + 0.85 * mean * (1.0 - share)
    return np.dstack([colour.astype(np.uint8), alpha])


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
    light = 0.42 + 0.58 * front
    base = np.array([118.0, 127.0, 72.0]) * light * rng.uniform(0.72, 1.25)
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


def _twigs(pens: tuple[ImageDraw.ImageDraw, ...], canvas: int, rng: np.random.Generator) -> FloatArray:
    """Draw twigs that fork outwards from the middle; give places along them, (n, 3) as x, y in 0..1 and heading."""
    places = []
    for turn in np.arange(_TWIGS) * 2 * np.pi / _TWIGS + rng.uniform(-0.35, 0.35, _TWIGS):
        reach = rng.uniform(0.34, 0.50)
        for lean, begin, length in ((0.0, 0.0, reach), (0.55, 0.35 * reach, 0.55 * reach), (-0.6, 0.5 * reach, 0.45 * reach)):
            root = 0.5 + begin * np.array([np.cos(turn), np.sin(turn)])
            heading = turn + lean + rng.normal(0, 0.12)
            along = np.array([np.cos(heading), np.sin(heading)])
            line = [tuple(float(v) for v in canvas * (root + share * along)) for share in (0.0, 0.9 * length)]
            pens[0].line(line, fill=(52, 42, 30), width=canvas // 160)
            pens[1].line(line, fill=255, width=canvas // 160)
            for share in np.arange(0.02, length, _LEAF_STEP):
                places.append([*(root + share * along + rng.normal(0, 0.012, 2)), heading])
    return np.array(places)


def _wraps(centre_px: FloatArray, reach_px: float, size_px: int) -> list[FloatArray]:
    """List the whole-period shifts at which something at this place shows in the picture."""
    shifts = [[0.0], [0.0]]
    for axis in range(2):
        if centre_px[axis] < reach_px:
            shifts[axis].append(float(size_px))
        if centre_px[axis] > size_px - reach_px:
            shifts[axis].append(-float(size_px))
    return [np.array([x, y]) for x in shifts[0] for y in shifts[1]]
