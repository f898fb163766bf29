"""Values that change while a clip runs: straight lines between given points in time."""

from __future__ import annotations

import bisect
import itertools
import math
from dataclasses import dataclass

from scenegen.errors import ScenarioError


@dataclass(frozen=True, init=False)
class Curve:
    """A value by time in the clip: `Curve((0, 0.0), (5, 8.0))` rises from 0 at its start to 8 at 5 s, and stays there."""

    points: tuple[tuple[float, float], ...]

    def __init__(self, *points: tuple[float, float]) -> None:
        if not points:
            raise ScenarioError("Curve: needs points (seconds, value), such as Curve((0, 0.0), (5, 8.0))")
        for point in points:
            if not isinstance(point, tuple) or len(point) != 2 or not all(_is_number(number) for number in point):
                raise ScenarioError(f"Curve: {point!r} is not a pair of numbers (seconds, value)")
        for (before, _), (after, _) in itertools.pairwise(points):
            if after <= before:
                raise ScenarioError(f"Curve: {after:g} s follows {before:g} s; times must rise")
        object.__setattr__(self, "points", tuple((float(time_s), float(value)) for time_s, value in points))

    def at(self, time_s: float) -> float:
        """Give the value at a time; before the first and after the last point that of the point holds."""
        after = bisect.bisect_right(self.points, (time_s, math.inf))
        if after in (0, len(self.points)):
            return self.points[min(after, len(self.points) - 1)][1]
        (begin, low), (end, high) = self.points[after - 1 : after + 1]
        return low + (high - low) * (time_s - begin) / (end - begin)

    def describe(self) -> str:
        """Give the points as a person types them after `--set path=`."""
        return "; ".join(f"{time_s:g},{value:g}" for time_s, value in self.points)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
