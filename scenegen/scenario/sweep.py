"""Sweeps: one scenario over a grid of values or over a design of quantiles.

Every cell of a grid has the same seeds (common random numbers), so that two cells differ only by the swept values.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scenegen.errors import ScenarioError
from scenegen.scenario.designs import latin_hypercube, sobol_points
from scenegen.scenario.fields import nearest
from scenegen.scenario.parameters import with_overrides
from scenegen.scenario.records import Scenario
from scenegen.scenario.sampling import draw_keys
from scenegen.scenario.tree import leaves

METHODS = ("grid", "random", "lhs", "sobol")
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


@dataclass(frozen=True)
class SweepPoint:
    """One sample to draw: its identity, and what the sweep sets, as values or as quantiles by draw key."""

    seed: int
    index: int
    cell: int | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    quantiles: Mapping[str, float] = field(default_factory=dict)


def sweep_points(scenario: Scenario, sweep: Sweep, overrides: Mapping[str, object]) -> Iterator[SweepPoint]:
    """Give the samples of a sweep: all cells of a grid seed by seed, or each seed's own random points or design.

    Args:
        scenario: what is swept.
        sweep: method, paths, values, samples and seeds.
        overrides: values that hold for all samples.
    Raises:
        ScenarioError: a path is set and swept at once, or has no law to take quantiles of.
    """
    for path, _ in sweep.over:
        if path in overrides:
            raise ScenarioError(f"{path}: is swept and set at once; leave one of them out")
    if sweep.method == "grid":
        for seed in sweep.seeds:
            for number, cell in enumerate(sweep.cells()):
                yield SweepPoint(seed, 0, number, {**overrides, **cell})
        return
    for seed in sweep.seeds:
        for index, quantiles in enumerate(_design(scenario, sweep, overrides, seed)):
            yield SweepPoint(seed, index, None, overrides, quantiles)


def _design(scenario: Scenario, sweep: Sweep, overrides: Mapping[str, object], seed: int) -> list[dict[str, float]]:
    """Quantiles of every sample of a seed, by draw key; none for plain random samples."""
    if sweep.method == "random":
        return [{} for _ in range(sweep.samples)]
    keys = draw_keys(scenario, overrides)
    chosen = [path for path, _ in sweep.over] or list(keys)
    for path in chosen:
        if path not in keys:
            raise ScenarioError(f"{path}: has no law, so it has no quantiles to sweep{nearest(path, keys)}")
    dimensions = tuple(dict.fromkeys(keys[path] for path in sorted(chosen)))
    make = latin_hypercube if sweep.method == "lhs" else sobol_points
    return make(dimensions, sweep.samples, seed=seed, scenario=scenario.name)


def read_over(texts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read paths and values as typed: ("ego.speed", "30 km/h,50 km/h"); no value is all of the path's law."""
    return tuple((path, tuple(value.strip() for value in text.split(",") if value.strip())) for path, text in texts)


def with_seeds(sweep: Sweep, seeds: tuple[int, ...] | None) -> Sweep:
    """Give a sweep with other seeds, or as it is for None."""
    return sweep if seeds is None else replace(sweep, seeds=seeds)


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
        if sweep.method != "grid" and values:
            raise ScenarioError(f"{path}: {sweep.method} takes quantiles of the path's own law; list paths only, or take grid")
        for value in values:
            with_overrides(scenario, {path: value})
