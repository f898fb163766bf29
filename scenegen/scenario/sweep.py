"""Sweeps: one scenario over a grid of values, every cell with the same seeds, so that cells differ only by those values."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from scenegen.errors import ScenarioError
from scenegen.scenario.fields import nearest
from scenegen.scenario.parameters import with_overrides
from scenegen.scenario.records import Scenario
from scenegen.scenario.tree import leaves

METHODS = ("grid", "random")
MAX_SEEDS = 1_000_000

_SEEDS = re.compile(r"(\d{1,15})(?:\.\.(\d{1,15}))?\Z")


@dataclass(frozen=True)
class Sweep:
    """`over` pairs a path with its values as typed, such as ("ego.speed", ("30 km/h", "50 km/h"))."""

    method: str
    over: tuple[tuple[str, tuple[str, ...]], ...]
    samples: int
    seeds: tuple[int, ...]

    def cells(self) -> list[dict[str, str]]:
        """Give the overrides of every cell of the grid, the last path running fastest."""
        paths = [path for path, _ in self.over]
        return [dict(zip(paths, values, strict=True)) for values in itertools.product(*(values for _, values in self.over))]


def seed_list(text: str) -> tuple[int, ...]:
    """Read seeds such as `0..9`, `7` or `0,3,5..8`.

    Raises:
        ScenarioError: not a list of seeds, or more than a million.
    """
    seeds: list[int] = []
    for part in text.split(","):
        match = _SEEDS.match(part.strip())
        if not match:
            raise ScenarioError(f"seeds: expected 0..9 or 0,3,5, got {text!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last - first >= MAX_SEEDS or len(seeds) >= MAX_SEEDS:
            raise ScenarioError(f"seeds: {part.strip()} must rise and hold at most {MAX_SEEDS}")
        seeds.extend(range(first, last + 1))
    return tuple(dict.fromkeys(seeds))


def check_sweep(sweep: Sweep, scenario: Scenario) -> None:
    """Refuse a sweep that does not fit its scenario.

    Raises:
        ScenarioError: unknown method or path, or a value that does not fit its parameter.
    """
    if sweep.method not in METHODS:
        raise ScenarioError(f"method {sweep.method!r} is not one of {', '.join(METHODS)}{nearest(sweep.method, METHODS)}")
    if not 1 <= sweep.samples <= MAX_SEEDS:
        raise ScenarioError(f"samples: {sweep.samples} is not from 1 to {MAX_SEEDS}")
    known = [leaf.path for leaf in leaves(scenario)]
    for path, values in sweep.over:
        if path not in known:
            raise ScenarioError(f"there is no parameter {path!r}{nearest(path, known)}")
        if sweep.method == "grid" and not values:
            raise ScenarioError(f"{path}: a grid needs {{list: [...]}}")
        for value in values:
            with_overrides(scenario, {path: value})
