"""Units as people type them; inside, everything is metres, seconds, radians unless a name says otherwise."""

from __future__ import annotations

from typing import Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

M_PER_S_PER_KMH = 1.0 / 3.6
M_PER_S_PER_MPH = 0.44704  # international mile, exact


class Scalable(Protocol[T_co]):
    """A number or a distribution of numbers: whatever can be multiplied by a float."""

    def __mul__(self, factor: float, /) -> T_co: ...


def kmh(speed: Scalable[T]) -> T:
    """Give a speed in m/s from km/h; takes a number or a distribution."""
    return speed * M_PER_S_PER_KMH


def mph(speed: Scalable[T]) -> T:
    """Give a speed in m/s from miles per hour; takes a number or a distribution."""
    return speed * M_PER_S_PER_MPH
