"""The families of laws: what a field of a scenario may hold instead of a number. A law draws nothing by itself."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar, overload

from scenegen.scenario import quantiles
from scenegen.scenario.dist import Dist, is_finite, shared, value_text, want, want_finite

T_co = TypeVar("T_co", covariant=True)

MAX_POISSON_MEAN = 500.0  # exp(-mean) must not underflow
_WEIGHT_TOLERANCE = 1e-9  # shares a person rounds to nine digits still sum to one


@dataclass(frozen=True)
class Uniform(Dist[float]):
    """Every value from `low` to `high` alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        want_finite(self, "low", "high")
        want(self.low < self.high, "Uniform", f"low must be below high, got {self.low:g} and {self.high:g}")

    def ppf(self, u: float) -> float:
        """Give low at 0 and high at 1."""
        return self.low + u * (self.high - self.low)


@dataclass(frozen=True)
class Normal(Dist[float]):
    """The bell curve; unbounded, so most fields want `TruncNormal`."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        want_finite(self, "mean", "sd")
        want(self.sd > 0, "Normal", f"sd must be above 0, got {self.sd:g}")

    def ppf(self, u: float) -> float:
        """Give the quantile; the ends stay finite."""
        return quantiles.normal(u, self.mean, self.sd)


@dataclass(frozen=True)
class TruncNormal(Dist[float]):
    """The bell curve cut to [low, high]."""

    mean: float
    sd: float
    low: float
    high: float

    def __post_init__(self) -> None:
        want_finite(self, "mean", "sd", "low", "high")
        want(self.sd > 0, "TruncNormal", f"sd must be above 0, got {self.sd:g}")
        want(self.low < self.high, "TruncNormal", f"low must be below high, got {self.low:g} and {self.high:g}")

    def ppf(self, u: float) -> float:
        """Give low at 0 and high at 1."""
        return quantiles.trunc_normal(u, self.mean, self.sd, self.low, self.high)


@dataclass(frozen=True)
class LogNormal(Dist[float]):
    """The law of a positive value whose logarithm is normal, by its median and the sd of the logarithm."""

    median: float
    sigma: float

    def __post_init__(self) -> None:
        want_finite(self, "median", "sigma")
        want(self.median > 0, "LogNormal", f"median must be above 0, got {self.median:g}")
        want(0 < self.sigma <= 10, "LogNormal", f"sigma must be above 0 and at most 10, got {self.sigma:g}")

    def ppf(self, u: float) -> float:
        """Give the quantile; the ends stay finite."""
        return self.median * math.exp(quantiles.normal(u, 0.0, self.sigma))


@dataclass(frozen=True)
class Triangular(Dist[float]):
    """Rises from `low` to `mode` and falls to `high`."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        want_finite(self, "low", "mode", "high")
        ordered = self.low <= self.mode <= self.high and self.low < self.high
        want(ordered, "Triangular", f"wanted low <= mode <= high, got {self.low:g}, {self.mode:g}, {self.high:g}")

    def ppf(self, u: float) -> float:
        """Give low at 0 and high at 1."""
        return quantiles.triangular(u, self.low, self.mode, self.high)


@dataclass(frozen=True)
class Beta(Dist[float]):
    """A law on [0, 1]; scale and shift it by arithmetic."""

    a: float
    b: float

    def __post_init__(self) -> None:
        want_finite(self, "a", "b")
        want(
            0.05 <= self.a <= 1000 and 0.05 <= self.b <= 1000,
            "Beta",
            f"a and b must be from 0.05 to 1000, got {self.a:g} and {self.b:g}",
        )

    def ppf(self, u: float) -> float:
        """Give 0 at 0 and 1 at 1."""
        return quantiles.beta(u, self.a, self.b)


@dataclass(frozen=True)
class Exponential(Dist[float]):
    """Waiting times between independent events, by their mean."""

    mean: float

    def __post_init__(self) -> None:
        want_finite(self, "mean")
        want(self.mean > 0, "Exponential", f"mean must be above 0, got {self.mean:g}")

    def ppf(self, u: float) -> float:
        """Give the quantile; the upper end stays finite."""
        return quantiles.exponential(u, self.mean)


@dataclass(frozen=True)
class Poisson(Dist[int]):
    """Counts of independent events, by their mean."""

    mean: float

    def __post_init__(self) -> None:
        want_finite(self, "mean")
        want(
            0 < self.mean <= MAX_POISSON_MEAN,
            "Poisson",
            f"mean must be above 0 and at most {MAX_POISSON_MEAN:g}, got {self.mean:g}",
        )

    def ppf(self, u: float) -> int:
        """Give the smallest count whose cumulated probability reaches u."""
        return quantiles.poisson(u, self.mean)


@dataclass(frozen=True)
class IntRange(Dist[int]):
    """Every whole number from `low` to `high`, both included, alike."""

    low: int
    high: int

    def __post_init__(self) -> None:
        whole = all(isinstance(end, int) and not isinstance(end, bool) for end in (self.low, self.high))
        want(whole, "IntRange", f"low and high must be whole numbers, got {self.low!r} and {self.high!r}")
        want(self.low <= self.high, "IntRange", f"low must not be above high, got {self.low} and {self.high}")

    def ppf(self, u: float) -> int:
        """Give low at 0 and high at 1."""
        return min(self.high, self.low + int(u * (self.high - self.low + 1)))


@dataclass(frozen=True)
class Bernoulli(Dist[bool]):
    """True with probability `p`."""

    p: float

    def __post_init__(self) -> None:
        want_finite(self, "p")
        want(0 <= self.p <= 1, "Bernoulli", f"p must be from 0 to 1, got {self.p:g}")

    def ppf(self, u: float) -> bool:
        """Give False below 1 - p and True from there on."""
        return u >= 1.0 - self.p


@dataclass(frozen=True)
class Choice(Dist[T_co]):
    """One of the options, each with its share `p`; written `choice(a, b, p=(0.7, 0.3))`."""

    options: tuple[T_co, ...]
    p: tuple[float, ...]

    def __post_init__(self) -> None:
        want(len(self.options) > 0, "choice", "wanted at least one option")
        kinds = {float if type(option) in (int, float) else type(option) for option in self.options}
        want(
            len(kinds) == 1 and kinds <= {float, str, bool},
            "choice",
            f"options must be all numbers, all texts or all true/false, got {self.options!r}",
        )
        _want_shares(self.p, len(self.options), "choice", "options")

    def ppf(self, u: float) -> T_co:
        """Give the option whose share of [0, 1] holds u, in the order given."""
        return self.options[_slot(u, self.p)[0]]

    def describe(self) -> str:
        """Give the call of `choice` that makes this law."""
        inner = ", ".join(value_text(option) for option in self.options)
        return f"choice({inner}, p={value_text(self.p)})"


@overload
def choice(*options: bool, p: tuple[float, ...] | None = None) -> Dist[bool]: ...
@overload
def choice(*options: int, p: tuple[float, ...] | None = None) -> Dist[int]: ...
@overload
def choice(*options: float, p: tuple[float, ...] | None = None) -> Dist[float]: ...
@overload
def choice(*options: str, p: tuple[float, ...] | None = None) -> Dist[str]: ...
def choice(*options: float | str, p: tuple[float, ...] | None = None) -> Dist[object]:
    """Draw one of the options, alike or with shares `p`."""
    if p is None:
        p = tuple(1.0 / len(options) for _ in options)
    return Choice(tuple(options), tuple(p))


@dataclass(frozen=True)
class Empirical(Dist[float]):
    """A measured law: values at evenly spaced quantiles from 0 to 1, straight lines between."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(self.values))
        want(len(self.values) >= 2, "Empirical", f"wanted at least two values, got {len(self.values)}")
        for low, high in zip(self.values, self.values[1:], strict=False):
            want(
                is_finite(low) and is_finite(high) and low <= high,
                "Empirical",
                f"values must be finite and ascending, got {low!r} before {high!r}",
            )

    def ppf(self, u: float) -> float:
        """Give the first value at 0 and the last at 1."""
        place = u * (len(self.values) - 1)
        k = min(int(place), len(self.values) - 2)
        return self.values[k] + (place - k) * (self.values[k + 1] - self.values[k])


@dataclass(frozen=True)
class Mixture(Dist[float]):
    """Several laws with shares `p`: u first picks the law, its place inside that share is the quantile there."""

    laws: tuple[Dist[float], ...]
    p: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "laws", tuple(self.laws))
        object.__setattr__(self, "p", tuple(self.p))
        want(all(isinstance(law, Dist) for law in self.laws), "Mixture", "every member must be a law")
        want(all(shared(law) is None for law in self.laws), "Mixture", "a member can not be shared by P")
        _want_shares(self.p, len(self.laws), "Mixture", "laws")

    def ppf(self, u: float) -> float:
        """Give the value of the law whose share holds u; monotone within each law, not across them."""
        k, inner = _slot(u, self.p)
        return self.laws[k].ppf(inner)


def _want_shares(p: tuple[float, ...], count: int, law: str, what: str) -> None:
    want(len(p) == count, law, f"{len(p)} weights for {count} {what}")
    want(all(is_finite(share) and share >= 0 for share in p), law, f"weights must be numbers from 0 to 1, got {p!r}")
    want(abs(math.fsum(p) - 1.0) < _WEIGHT_TOLERANCE, law, f"weights must sum to 1, got {math.fsum(p):g}")


def _slot(u: float, p: tuple[float, ...]) -> tuple[int, float]:
    """Give which share of [0, 1] holds u, and where in it (0..1)."""
    ends = list(accumulate(p))
    last = max(k for k, share in enumerate(p) if share > 0)
    k = min(bisect_right(ends, u), last)
    start = ends[k] - p[k]
    return k, min(max((u - start) / p[k], 0.0), 1.0)
