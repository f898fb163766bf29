"""Signals with fixed plans: what each group shows at any instant, and how a driver takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Light: TypeAlias = Literal["red", "red_amber", "green", "amber"]
AMBER_S = 3.0  # at 50 km/h; 3 to 4 s are usual
ALL_RED_S = 2.0
RED_AMBER_S = 1.0
SIGNAL_BRAKING = 3.0  # m/s2: who would have to brake harder for amber drives on


@dataclass(frozen=True)
class SignalGroup:
    """Signals that always show the same: green from `green_from_s` on for `green_s`, every `cycle_s`."""

    name: str
    cycle_s: float
    green_from_s: float
    green_s: float

    def light(self, time_s: float) -> Light:
        """Give what it shows at an instant."""
        into_s = (time_s - self.green_from_s) % self.cycle_s
        if into_s < self.green_s:
            return "green"
        if into_s < self.green_s + AMBER_S:
            return "amber"
        return "red_amber" if into_s >= self.cycle_s - RED_AMBER_S else "red"

    def green_left_s(self, time_s: float) -> float:
        """Give how long it will yet be green, 0 when it is not."""
        return max(0.0, self.green_s - (time_s - self.green_from_s) % self.cycle_s)


def fixed_plan(names: tuple[str, ...], phase_of: tuple[int, ...], *, green_s: float, begin: float) -> tuple[SignalGroup, ...]:
    """Make a plan in which the phases are green one after another.

    Args:
        names: of the groups.
        phase_of: number of the phase of each group, from 0 on.
        green_s: how long each phase is green.
        begin: share of the cycle that has passed at time 0, 0 to 1.
    """
    slot_s = green_s + AMBER_S + ALL_RED_S
    cycle_s = slot_s * (max(phase_of, default=0) + 1)
    return tuple(
        SignalGroup(name, cycle_s, slot_s * phase - begin * cycle_s, green_s)
        for name, phase in zip(names, phase_of, strict=True)
    )


def may_pass(light: Light, speed: float, room_m: float) -> bool:
    """Whether a driver at `speed` with `room_m` before the stop line goes on: at green, or too near at amber."""
    return light == "green" or (light == "amber" and speed**2 > 2.0 * SIGNAL_BRAKING * max(room_m, 0.0))
