"""Car paints and how often each is bought; the table is `assets/paints.json`."""

from __future__ import annotations

import json
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
