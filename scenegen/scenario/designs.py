"""Designs of quantiles: where in [0, 1] each parameter of each sample lies, so that few samples cover much."""

from __future__ import annotations

import math

from scenegen.seeds import u01

_BITS = 30  # of a Sobol number and of its shift


def latin_hypercube(keys: tuple[str, ...], count: int, *, seed: int, scenario: str) -> list[dict[str, float]]:
    """Give points of which each key has exactly one in each of `count` equal slices.

    Args:
        keys: names of the dimensions; each has its own shuffle, so adding one moves no other.
        count: number of points.
        seed, scenario: with the key, the name of the shuffle.
    Returns:
        One mapping of key to quantile per point.
    Source:
        McKay, Beckman and Conover 1979.
    """
    columns = {}
    for key in keys:
        order = sorted(range(count), key=lambda i, key=key: u01(seed, scenario, i, f"lhs.order.{key}"))  # type: ignore[misc]
        columns[key] = [(rank + u01(seed, scenario, i, f"lhs.place.{key}")) / count for i, rank in enumerate(order)]
    return [{key: columns[key][i] for key in keys} for i in range(count)]


def sobol_points(keys: tuple[str, ...], count: int, *, seed: int, scenario: str) -> list[dict[str, float]]:
    """Give points of Sobol's sequence, each dimension shifted digit by digit by its own draw.

    Args:
        keys: names of the dimensions, in the order of the sequence's.
        count: number of points; powers of two cover best.
        seed, scenario: with the key, the name of the shift.
    Returns:
        One mapping of key to quantile per point.
    Source:
        Direction numbers of Joe and Kuo 2008, as in scipy.
    """
    from scipy.stats import qmc

    if not keys:
        return [{} for _ in range(count)]
    sequence = qmc.Sobol(d=len(keys), scramble=False, bits=_BITS)
    points = sequence.random_base2(max(0, math.ceil(math.log2(count))))[:count]
    shifts = [int(u01(seed, scenario, 0, f"sobol.{key}") * 2**_BITS) for key in keys]
    return [
        {key: ((int(x * 2**_BITS) ^ shift) + 0.5) / 2**_BITS for key, x, shift in zip(keys, point, shifts, strict=True)}
        for point in points.tolist()
    ]
