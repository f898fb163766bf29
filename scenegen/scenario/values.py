"""The plain value of every parameter of one sample, read by path and type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from scenegen.scenario.curve import Curve
from scenegen.scenario.scene import Side


@dataclass(frozen=True)
class Values:
    """The plain value of every parameter, by path, below a prefix."""

    by_path: Mapping[str, object]
    prefix: str = ""

    def below(self, name: str) -> Values:
        """Give the same values seen from one record further down."""
        return Values(self.by_path, f"{self.prefix}{name}.")

    def real(self, name: str) -> float:
        """Give a number; of a curve the one that it begins with."""
        value = self.by_path[self.prefix + name]
        return value.at(0.0) if isinstance(value, Curve) else float(cast(float, value))

    def curve(self, name: str) -> Curve | None:
        """Give the curve that a number follows, or None where it holds for the clip."""
        value = self.by_path[self.prefix + name]
        return value if isinstance(value, Curve) else None

    def real_or_none(self, name: str) -> float | None:
        """Give a number, or None where the field may be left open."""
        return None if self.by_path[self.prefix + name] is None else self.real(name)

    def is_given(self, name: str) -> bool:
        """Tell whether a field that may be left open holds a value."""
        return self.by_path[self.prefix + name] is not None

    def like(self, name: str, example: float | bool) -> float | bool:
        """Give a number, a whole number or a flag, whichever the example is."""
        return (
            self.flag(name) if isinstance(example, bool) else self.whole(name) if isinstance(example, int) else self.real(name)
        )

    def whole(self, name: str) -> int:
        """Give a whole number."""
        return int(cast(int, self.by_path[self.prefix + name]))

    def text(self, name: str) -> str:
        """Give a text."""
        return str(self.by_path[self.prefix + name])

    def flag(self, name: str) -> bool:
        """Give true or false."""
        return bool(self.by_path[self.prefix + name])

    def side(self, name: str = "side") -> Side:
        """Give a side of the road."""
        return cast(Side, self.text(name))

    def pair(self, name: str) -> tuple[float, float]:
        """Give two numbers."""
        x, y = cast("tuple[float, float]", self.by_path[self.prefix + name])
        return float(x), float(y)

    def numbers(self, name: str) -> tuple[float, ...]:
        """Give some numbers."""
        return tuple(float(number) for number in cast("tuple[float, ...]", self.by_path[self.prefix + name]))

    def points(self, name: str) -> tuple[tuple[float, float], ...]:
        """Give some points."""
        return tuple((float(x), float(y)) for x, y in cast("tuple[tuple[float, float], ...]", self.by_path[self.prefix + name]))

    def whole_or_none(self, name: str) -> int | None:
        """Give a whole number, or None where the field may be left open."""
        return None if self.by_path[self.prefix + name] is None else self.whole(name)

    def is_present(self, actor: str) -> bool:
        """Tell whether an actor is there; its probability was drawn to True or False, or is 0 or 1."""
        return bool(self.by_path[f"{actor}.present"])
