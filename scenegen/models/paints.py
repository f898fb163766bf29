"""Car paints and how often each is bought."""

from __future__ import annotations

PAINTS: dict[str, tuple[float, float, float]] = {
    "white": (0.78, 0.78, 0.77),
    "black": (0.010, 0.010, 0.011),
    "grey": (0.12, 0.125, 0.13),
    "silver": (0.48, 0.49, 0.50),
    "blue": (0.015, 0.05, 0.20),
    "red": (0.38, 0.012, 0.012),
    "green": (0.03, 0.09, 0.05),
    "beige": (0.45, 0.40, 0.30),
}
"""Linear RGB of each paint."""
MARKET_SHARE: dict[str, float] = {
    "white": 0.27, "black": 0.22, "grey": 0.20, "silver": 0.13, "blue": 0.09, "red": 0.06, "green": 0.02, "beige": 0.01,
}  # fmt: skip
"""Share of new cars in Europe, rounded; sums to 1."""


def paint_colour(u: float) -> tuple[str, tuple[float, float, float]]:
    """Give the name and linear RGB of the paint that a draw u in [0, 1) falls on, by market share.

    >>> paint_colour(0.0)[0], paint_colour(0.48)[0], paint_colour(0.999)[0]
    ('white', 'black', 'beige')
    """
    if not 0.0 <= u < 1.0:
        raise ValueError(f"u is {u}, wanted 0 <= u < 1")
    total = 0.0
    for name, share in MARKET_SHARE.items():
        total += share
        if u < total:
            return name, PAINTS[name]
    return name, PAINTS[name]  # the shares' sum may fall short of 1 by rounding


def paint_name(linear: tuple[float, float, float]) -> str:
    """Give the name of the paint nearest to a linear RGB.

    >>> paint_name((0.5, 0.5, 0.5))
    'silver'
    """
    return min(PAINTS, key=lambda name: sum((a - b) ** 2 for a, b in zip(PAINTS[name], linear, strict=True)))
