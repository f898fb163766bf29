"""Paint colours of vehicles: names, linear RGB, and the market's shares."""

from __future__ import annotations

from itertools import accumulate

Linear = tuple[float, float, float]

PAINTS: dict[str, Linear] = {
    "white": (0.80, 0.80, 0.78),
    "black": (0.012, 0.012, 0.014),
    "grey": (0.11, 0.115, 0.12),
    "silver": (0.47, 0.48, 0.49),
    "blue": (0.025, 0.06, 0.20),
    "red": (0.33, 0.012, 0.012),
    "green": (0.025, 0.10, 0.045),
    "beige": (0.42, 0.36, 0.25),
}
SHARES: dict[str, float] = {
    "white": 0.27, "black": 0.22, "grey": 0.20, "silver": 0.13, "blue": 0.09, "red": 0.06, "green": 0.02, "beige": 0.01,
}  # fmt: skip
"""Shares of new cars by colour, as carmakers' paint suppliers report them each year."""


def paint_colour(u: float) -> tuple[str, Linear]:
    """Give the paint at quantile u (0 <= u < 1) of the market: its name and linear RGB."""
    total = sum(SHARES.values())
    for name, upper in zip(SHARES, accumulate(SHARES.values()), strict=True):
        if u * total < upper:
            return name, PAINTS[name]
    raise ValueError(f"quantile {u} is outside [0, 1)")


def paint_name(linear: Linear) -> str:
    """Give the name of the paint nearest to a linear RGB."""
    return min(PAINTS, key=lambda name: sum((a - b) ** 2 for a, b in zip(PAINTS[name], linear, strict=True)))
