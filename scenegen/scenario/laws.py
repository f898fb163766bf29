"""Laws of chance: what a field of a scenario may hold instead of a number. A law draws nothing by itself."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import dataclass, fields
from itertools import accumulate
from typing import Generic, TypeAlias, TypeVar, overload

from scenegen.errors import ScenarioError
from scenegen.scenario import quantiles

T_co = TypeVar("T_co", covariant=True)
Option = TypeVar("Option", float, int, str, bool)

MAX_POISSON_MEAN = 500.0  # exp(-mean) must not underflow
_WEIGHT_TOLERANCE = 1e-9  # shares a person rounds to nine digits still sum to one


class Dist(ABC, Generic[T_co]):
    """A law: `ppf(u)` gives the value at quantile u, `describe()` its text. Numbers may be scaled and shifted."""

    @abstractmethod
    def ppf(self, u: float) -> T_co:
        """Give the value at quantile u in [0, 1]."""

    def describe(self) -> str:
        """Give the law as a person would write it."""
        inner = ", ".join(f"{field.name}={_text(getattr(self, field.name))}" for field in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({inner})"

    def __mul__(self: Dist[float], factor: float) -> Dist[float]:
        return Scaled(self, factor=factor)

    def __rmul__(self: Dist[float], factor: float) -> Dist[float]:
        return Scaled(self, factor=factor)

    def __truediv__(self: Dist[float], divisor: float) -> Dist[float]:
        return Scaled(self, factor=1.0 / divisor)

    def __add__(self: Dist[float], offset: float) -> Dist[float]:
        return Scaled(self, offset=offset)

    def __radd__(self: Dist[float], offset: float) -> Dist[float]:
        return Scaled(self, offset=offset)

    def __sub__(self: Dist[float], offset: float) -> Dist[float]:
        return Scaled(self, offset=-offset)

    def __rsub__(self: Dist[float], offset: float) -> Dist[float]:
        return Scaled(self, factor=-1.0, offset=offset)

    def __neg__(self: Dist[float]) -> Dist[float]:
        return Scaled(self, factor=-1.0)

    def __bool__(self) -> bool:
        raise ScenarioError(f"{self.describe()} is a law, not a value: it can not be tested with if, and, or, not")


Real: TypeAlias = float | Dist[float]
Int: TypeAlias = int | Dist[int]
Text: TypeAlias = str | Dist[str]
Flag: TypeAlias = bool | Dist[bool]


def _text(value: object) -> str:
    if isinstance(value, Dist):
        return value.describe()
    if isinstance(value, bool) or not isinstance(value, float):
        return repr(value) if not isinstance(value, tuple) else f"({', '.join(map(_text, value))})"
    return f"{value:g}"


def _want(holds: bool, law: str, what: str) -> None:
    if not holds:
        raise ScenarioError(f"{law}: {what}")


def is_finite(value: object) -> bool:
    """Tell whether a value is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _want_finite(law: Dist[object], *names: str) -> None:
    for name in names:
        value = getattr(law, name)
        if not is_finite(value):
            shown = repr(value) if isinstance(value, str) else str(value)
            raise ScenarioError(f"{type(law).__name__}: {name} is {shown[:20]}, wanted a finite number")


@dataclass(frozen=True)
class Scaled(Dist[float]):
    """A law times a factor plus an offset; made by arithmetic, such as `kmh(Uniform(30, 50))`."""

    law: Dist[float]
    factor: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        _want_finite(self, "factor", "offset")

    def ppf(self, u: float) -> float:
        """Give the value at quantile u of the law inside, scaled and shifted."""
        return self.law.ppf(u) * self.factor + self.offset

    def describe(self) -> str:
        """Give the law inside with its factor and offset."""
        text = self.law.describe()
        if self.factor != 1.0:
            text += f" * {self.factor:g}"
        if self.offset != 0.0:
            text += f" {'+' if self.offset > 0 else '-'} {abs(self.offset):g}"
        return text


@dataclass(frozen=True)
class Uniform(Dist[float]):
    """Every value from `low` to `high` alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _want_finite(self, "low", "high")
        _want(self.low < self.high, "Uniform", f"low must be below high, got {self.low:g} and {self.high:g}")

    def ppf(self, u: float) -> float:
        """Give low at 0 and high at 1."""
        return self.low + u * (self.high - self.low)


@dataclass(frozen=True)
class Normal(Dist[float]):
    """The bell curve; unbounded, so most fields want `TruncNormal`."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _want_finite(self, "mean", "sd")
        _want(self.sd > 0, "Normal", f"sd must be above 0, got {self.sd:g}")

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
        _want_finite(self, "mean", "sd", "low", "high")
        _want(self.sd > 0, "TruncNormal", f"sd must be above 0, got {self.sd:g}")
        _want(self.low < self.high, "TruncNormal", f"low must be below high, got {self.low:g} and {self.high:g}")

    def ppf(self, u: float) -> float:
        """Give low at 0 and high at 1."""
        return quantiles.trunc_normal(u, self.mean, self.sd, self.low, self.high)


@dataclass(frozen=True)
class LogNormal(Dist[float]):
    """The law of a positive value whose logarithm is normal, by its median and the sd of the logarithm."""

    median: float
    sigma: float

    def __post_init__(self) -> None:
        _want_finite(self, "median", "sigma")
        _want(self.median > 0, "LogNormal", f"median must be above 0, got {self.median:g}")
        _want(0 < self.sigma <= 10, "LogNormal", f"sigma must be above 0 and at most 10, got {self.sigma:g}")

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
        _want_finite(self, "low", "mode", "high")
        ordered = self.low <= self.mode <= self.high and self.low < self.high
        _want(ordered, "Triangular", f"wanted low <= mode <= high, got {self.low:g}, {self.mode:g}, {self.high:g}")

    def ppf(self, u: float) -> float:
        """Give low at 0 and high at 1."""
        return quantiles.triangular(u, self.low, self.mode, self.high)


@dataclass(frozen=True)
class Beta(Dist[float]):
    """A law on [0, 1]; scale and shift it by arithmetic."""

    a: float
    b: float

    def __post_init__(self) -> None:
        _want_finite(self, "a", "b")
        _want(0.05 <= self.a <= 1000 and 0.05 <= self.b <= 1000, "Beta",
              f"a and b must be from 0.05 to 1000, got {self.a:g} and {self.b:g}")

    def ppf(self, u: float) -> float:
        """Give 0 at 0 and 1 at 1."""
        return quantiles.beta(u, self.a, self.b)


@dataclass(frozen=True)
class Exponential(Dist[float]):
    """Waiting times between independent events, by their mean."""

    mean: float

    def __post_init__(self) -> None:
        _want_finite(self, "mean")
        _want(self.mean > 0, "Exponential", f"mean must be above 0, got {self.mean:g}")

    def ppf(self, u: float) -> float:
        """Give the quantile; the upper end stays finite."""
        return quantiles.exponential(u, self.mean)


@dataclass(frozen=True)
class Poisson(Dist[int]):
    """Counts of independent events, by their mean."""

    mean: float

    def __post_init__(self) -> None:
        _want_finite(self, "mean")
        _want(0 < self.mean <= MAX_POISSON_MEAN, "Poisson",
              f"mean must be above 0 and at most {MAX_POISSON_MEAN:g}, got {self.mean:g}")

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
        _want(whole, "IntRange", f"low and high must be whole numbers, got {self.low!r} and {self.high!r}")
        _want(self.low <= self.high, "IntRange", f"low must not be above high, got {self.low} and {self.high}")

    def ppf(self, u: float) -> int:
        """Give low at 0 and high at 1."""
        return min(self.high, self.low + int(u * (self.high - self.low + 1)))


@dataclass(frozen=True)
class Bernoulli(Dist[bool]):
    """True with probability `p`."""

    p: float

    def __post_init__(self) -> None:
        _want_finite(self, "p")
        _want(0 <= self.p <= 1, "Bernoulli", f"p must be from 0 to 1, got {self.p:g}")

    def ppf(self, u: float) -> bool:
        """Give False below 1 - p and True from there on."""
        return u >= 1.0 - self.p


@dataclass(frozen=True)
class Choice(Dist[T_co]):
    """One of the options, each with its share `p`; written `choice(a, b, p=(0.7, 0.3))`."""

    options: tuple[T_co, ...]
    p: tuple[float, ...]

    def __post_init__(self) -> None:
        _want(len(self.options) > 0, "choice", "wanted at least one option")
        kinds = {float if type(option) in (int, float) else type(option) for option in self.options}
        _want(len(kinds) == 1 and kinds <= {float, str, bool}, "choice",
              f"options must be all numbers, all texts or all true/false, got {self.options!r}")
        _want_shares(self.p, len(self.options), "choice", "options")

    def ppf(self, u: float) -> T_co:
        """Give the option whose share of [0, 1] holds u, in the order given."""
        return self.options[_slot(u, self.p)[0]]

    def describe(self) -> str:
        """Give the call of `choice` that makes this law."""
        inner = ", ".join(_text(option) for option in self.options)
        return f"choice({inner}, p={_text(self.p)})"


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
        _want(len(self.values) >= 2, "Empirical", f"wanted at least two values, got {len(self.values)}")
        for low, high in zip(self.values, self.values[1:], strict=False):
            _want(is_finite(low) and is_finite(high) and low <= high, "Empirical",
                  f"values must be finite and ascending, got {low!r} before {high!r}")

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
        _want(all(isinstance(law, Dist) for law in self.laws), "Mixture", "every member must be a law")
        _want(all(shared_name(law) is None for law in self.laws), "Mixture", "a member can not be shared by P")
        _want_shares(self.p, len(self.laws), "Mixture", "laws")

    def ppf(self, u: float) -> float:
        """Give the value of the law whose share holds u; monotone within each law, not across them."""
        k, inner = _slot(u, self.p)
        return self.laws[k].ppf(inner)


@dataclass(frozen=True)
class P(Dist[float]):
    """A law with a name: every use of the name in a scenario takes the same quantile."""

    name: str
    law: Dist[float]

    def __post_init__(self) -> None:
        _want(isinstance(self.name, str) and self.name.isidentifier(), "P",
              f"the name must be a word of letters, digits and _, got {self.name!r}")
        _want(isinstance(self.law, Dist), "P", f"{self.name} needs a law, got {self.law!r}")

    def ppf(self, u: float) -> float:
        """Give the quantile of the law inside."""
        return self.law.ppf(u)


def shared(law: Dist[object]) -> P | None:
    """Give the `P` inside a law, through scaling, or None."""
    while isinstance(law, Scaled):
        law = law.law
    return law if isinstance(law, P) else None


def shared_name(law: Dist[object]) -> str | None:
    """Give the name by which a law shares its draw, or None."""
    found = shared(law)
    return None if found is None else found.name


def _want_shares(p: tuple[float, ...], count: int, law: str, what: str) -> None:
    _want(len(p) == count, law, f"{len(p)} weights for {count} {what}")
    _want(all(is_finite(share) and share >= 0 for share in p), law,
          f"weights must be numbers from 0 to 1, got {p!r}")
    _want(abs(math.fsum(p) - 1.0) < _WEIGHT_TOLERANCE, law, f"weights must sum to 1, got {math.fsum(p):g}")


def _slot(u: float, p: tuple[float, ...]) -> tuple[int, float]:
    """Give which share of [0, 1] holds u, and where in it (0..1)."""
    ends = list(accumulate(p))
    last = max(k for k, share in enumerate(p) if share > 0)
    k = min(bisect_right(ends, u), last)
    start = ends[k] - p[k]
    return k, min(max((u - start) / p[k], 0.0), 1.0)
