"""Units as people type them; inside, everything is metres, seconds, radians unless a name says otherwise.

Angles of the scenario language are degrees as typed, so they need no function here.
"""

from __future__ import annotations

from typing import Protocol, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

M_PER_S_PER_KMH = 1.0 / 3.6
M_PER_S_PER_MPH = 0.44704  # international mile, exact


class Scalable(Protocol[T_co]):
    """A distribution of numbers: whatever can be multiplied by a float."""

    def __mul__(self, factor: float, /) -> T_co: ...


@overload
def kmh(speed: float) -> float: ...
@overload
def kmh(speed: Scalable[T]) -> T: ...
def kmh(speed: float | Scalable[T]) -> float | T:
    """Give a speed in m/s from km/h; takes a number or a distribution."""
    return speed * M_PER_S_PER_KMH


@overload
def mph(speed: float) -> float: ...
@overload
def mph(speed: Scalable[T]) -> T: ...
def mph(speed: float | Scalable[T]) -> float | T:
    """Give a speed in m/s from miles per hour; takes a number or a distribution."""
    return speed * M_PER_S_PER_MPH
