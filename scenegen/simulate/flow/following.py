"""Car following for all vehicles at once: the driver model of `simulate.driver` on arrays, and the move of a tick."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.driver import LEAST_GAP_M
from scenegen.simulate.flow.lanes import Rows


@dataclass(frozen=True, eq=False)
class Drivers:
    """Drivers as columns: the fields of `Driver`, with `wanted_share` of the limit in place of a wanted speed."""

    wanted_share: FloatArray
    headway: FloatArray
    standstill_gap: FloatArray
    acceleration: FloatArray
    comfortable: FloatArray
    hardest: FloatArray

    def at(self, rows: Rows) -> Drivers:
        """Give some of the drivers."""
        return Drivers(*(getattr(self, field.name)[rows] for field in fields(self)))

    @cached_property
    def tall(self) -> Drivers:
        """The same as columns of a table, (n, 1), against which several leaders of each can be held."""
        return Drivers(*(getattr(self, field.name)[:, None] for field in fields(self)))

    @cached_property
    def closing_weight(self) -> FloatArray:
        """1 / (2 sqrt(acceleration * comfortable))."""
        return 0.5 / np.sqrt(self.acceleration * self.comfortable)


def free_acceleration(drivers: Drivers, speed: FloatArray, wanted: FloatArray) -> FloatArray:
    """Give the acceleration on an empty road: towards `wanted`, at most braking comfortably when too fast."""
    share = np.square(np.square(speed / np.maximum(wanted, 0.1)))
    return np.maximum(-drivers.comfortable, drivers.acceleration * (1.0 - share))


def following_acceleration(drivers: Drivers, speed: FloatArray, gap_m: FloatArray, leader_speed: FloatArray) -> FloatArray:
    """Give the interaction term: zero at the wanted gap, braking below it.

    Source:
        Treiber, Hennecke and Helbing 2000; see `simulate.driver.following_acceleration`.
    """
    reach_s = drivers.headway + drivers.closing_weight * (speed - leader_speed)
    wanted_gap = drivers.standstill_gap + np.maximum(0.0, speed * reach_s)
    return drivers.acceleration * (1.0 - np.square(wanted_gap / np.maximum(gap_m, LEAST_GAP_M)))


def moved(speed: FloatArray, acceleration: FloatArray, duration_s: float) -> tuple[FloatArray, FloatArray]:
    """Give the way and the new speed after a time at constant accelerations, stopping exactly where that is within it."""
    after = speed + acceleration * duration_s
    stopping = speed * speed / np.maximum(-2.0 * acceleration, 1e-12)
    way = np.where(after < 0.0, stopping, 0.5 * (speed + after) * duration_s)
    return way, np.maximum(after, 0.0)
