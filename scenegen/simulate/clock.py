"""The clock: whole-numbered ticks, instants computed from them and never accumulated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scenegen.scenario.scene import Scene

WARM_UP_S = 20.0  # long enough for traffic to settle behind whatever stands in its lane
WARM_UP_STEP_S = Fraction(1, 10)  # the same for every frame rate, so that frame rates share their traffic
SETTLE_S = 1  # the last second before frame 0 runs at full rate; a frame is never longer than that


@dataclass(frozen=True)
class Clock:
    """Ticks of one clip: tick 0 is frame 0, `substeps` ticks make a frame."""

    fps: int
    substeps: int
    frames: int

    @classmethod
    def of(cls, scene: Scene) -> Clock:
        """Give the clock of a scene."""
        return cls(scene.fps, scene.substeps, scene.frames)

    @property
    def dt(self) -> Fraction:
        """Length of a tick in seconds."""
        return Fraction(1, self.fps * self.substeps)

    @property
    def first_tick(self) -> int:
        """First tick that is kept: one frame before frame 0."""
        return -self.substeps

    @property
    def last_tick(self) -> int:
        """Last tick that is kept: one frame after the last one."""
        return self.frames * self.substeps

    def time_s(self, tick: int) -> float:
        """Give the instant of a tick in seconds."""
        return float(tick * self.dt)

    def warm_up_s(self) -> list[float]:
        """Give the instants of the warm-up, coarse steps that end where full-rate ticks begin."""
        steps = round((Fraction(WARM_UP_S) - SETTLE_S) / WARM_UP_STEP_S)
        return [float(-SETTLE_S - (steps - i) * WARM_UP_STEP_S) for i in range(steps)]

    def ticks(self) -> range:
        """Give the full-rate ticks, from one second before frame 0 to the last one."""
        return range(-SETTLE_S * self.fps * self.substeps, self.last_tick + 1)
