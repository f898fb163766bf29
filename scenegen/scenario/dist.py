"""What a law of chance is: a quantile function and a text; laws may be scaled, shifted and shared by name."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Generic, TypeAlias, TypeVar

from scenegen.errors import ScenarioError

T_co = TypeVar("T_co", covariant=True)


class Dist(ABC, Generic[T_co]):
    """A law: `ppf(u)` gives the value at quantile u, `describe()` its text. Numbers may be scaled and shifted."""

    @abstractmethod
    def ppf(self, u: float) -> T_co:
        """Give the value at quantile u in [0, 1]."""

    def describe(self) -> str:
        """Give the law as a person would write it."""
        inner = ", ".join(f"{field.name}={value_text(getattr(self, field.name))}" for field in fields(self))  # type: ignore[arg-type]
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


def value_text(value: object) -> str:
    """Give a field of a law as a person would write it."""
    if isinstance(value, Dist):
        return value.describe()
    if isinstance(value, bool) or not isinstance(value, float):
        return repr(value) if not isinstance(value, tuple) else f"({', '.join(map(value_text, value))})"
    return f"{value:g}"


def want(holds: bool, law: str, what: str) -> None:
    """Refuse an argument of a law unless a condition holds."""
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


def want_finite(law: Dist[object], *names: str) -> None:
    """Refuse a law whose named fields are not finite numbers."""
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
        want_finite(self, "factor", "offset")

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
class P(Dist[float]):
    """A law with a name: every use of the name in a scenario takes the same quantile."""

    name: str
    law: Dist[float]

    def __post_init__(self) -> None:
        want(
            isinstance(self.name, str) and self.name.isidentifier(),
            "P",
            f"the name must be a word of letters, digits and _, got {self.name!r}",
        )
        want(isinstance(self.law, Dist), "P", f"{self.name} needs a law, got {self.law!r}")

    def ppf(self, u: float) -> float:
        """Give the quantile of the law inside."""
        return self.law.ppf(u)


def shared(law: Dist[object]) -> P | None:
    """Give the `P` inside a law, through scaling, or None."""
    while isinstance(law, Scaled):
        law = law.law
    return law if isinstance(law, P) else None
