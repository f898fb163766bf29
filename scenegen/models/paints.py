"""Car paints and how often each is bought; the table is `assets/paints.json`."""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib import resources
from pathlib import Path

Linear = tuple[float, float, float]


@lru_cache(maxsize=1)
def paints() -> dict[str, Linear]:
    """Give the linear RGB of every paint by name."""
    return {name: (entry[0], entry[1], entry[2]) for name, (entry, _) in _table().items()}


def paint_colour(u: float) -> tuple[str, Linear]:
    """Give the name and linear RGB of the paint that a draw u in [0, 1) falls on, by market share.

    >>> paint_colour(0.0)[0], paint_colour(0.48)[0], paint_colour(0.999)[0]
    ('white', 'black', 'beige')
    """
    if not 0.0 <= u < 1.0:
        raise ValueError(f"u is {u}, wanted 0 <= u < 1")
    bought = {name: share for name, (_, share) in _table().items() if share > 0}
    left = u * sum(bought.values())
    for name, share in bought.items():
        left -= share
        if left < 0:
            return name, paints()[name]
    return name, paints()[name]  # rounding may leave a crumb behind the last share


_LIGHTER_SHARE = {
    "white": 0.10, "black": 0.50, "grey": 0.26, "silver": 0.10, "blue": 0.28, "red": 0.22, "green": 0.40, "beige": 0.10,
}  # fmt: skip
_HUE_SHARE = {
    "white": 0.02, "black": 0.15, "grey": 0.06, "silver": 0.02, "blue": 0.25, "red": 0.12, "green": 0.20, "beige": 0.03,
}  # fmt: skip
"""How far makers' shades of a colour lie from its middle: in lightness, and of one channel against another."""


def shade(name: str, lighter: float, warmer: float) -> Linear:
    """Give a maker's shade of a bought colour; both draws in [0, 1), 0.5 each is the colour itself.

    >>> shade("silver", 0.5, 0.5) == paints()["silver"]
    True
    """
    red, green, blue = paints()[name]
    gain = math.exp(2.0 * _LIGHTER_SHARE.get(name, 0.0) * (lighter - 0.5))
    tilt = math.exp(2.0 * _HUE_SHARE.get(name, 0.0) * (warmer - 0.5))
    mixed = (red * gain * tilt, green * gain, blue * gain / tilt)
    return (min(mixed[0], 0.82), min(mixed[1], 0.82), min(mixed[2], 0.82))


@lru_cache(maxsize=1024)
def paint_name(linear: Linear) -> str:
    """Give the name of the paint nearest to a linear RGB.

    >>> paint_name((0.5, 0.5, 0.5))
    'silver'
    """
    return min(paints(), key=lambda name: sum((a - b) ** 2 for a, b in zip(paints()[name], linear, strict=True)))


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[list[float], float]]:
    entries = json.loads(asset_text("paints.json"))["paints"]
    return {name: (entry["linear"], entry["share"]) for name, entry in entries.items()}


def asset_text(name: str) -> str:
    """Read a text file of `assets/`: inside the installed package, or beside it in a checkout."""
    inside = resources.files("scenegen") / "assets" / name
    if inside.is_file():
        return inside.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "assets" / name).read_text(encoding="utf-8")
