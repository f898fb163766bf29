"""`Body` and `State`: what a simulated thing is, and where it is at one instant, in road coordinates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from scenegen.models.mesh import ModelSpec
from scenegen.roads.network import RoadNetwork
from scenegen.scenario.scene_behaviour import StepScene

Mover = Literal["static", "driver", "walker", "stroller", "rider", "load", "companion"]


class State(NamedTuple):
    """One instant: place (s, t) in metres, heading against the reference line, speed along it, metres travelled so far."""

    s: float
    t: float
    heading: float
    speed: float
    acceleration: float = 0.0
    travelled: float = 0.0


class Driver(NamedTuple):
    """Intelligent driver model: wanted speed, headway T, standstill gap s0, acceleration a, comfortable b, hardest braking."""

    wanted_speed: float
    headway: float
    standstill_gap: float
    acceleration: float
    comfortable: float
    hardest: float


@dataclass(frozen=True, eq=False)
class Body:
    """One thing of a clip before it moves.

    `mover`: static stands; driver keeps its t in a lane; walker follows steps; stroller walks on along the sidewalk and gives
    way; rider follows steps on two wheels; load lies on `carrier`, `lift_m` above the road and `mount_m` before and left of
    its middle, until that one drops it; companion goes on foot beside its `carrier`, at `mount_m`. `rank` orders track ids:
    0 rare, 1 named, 2 parked, 3 strollers, 4 traffic. `start` is its state at t = 0 (traffic: when the warm-up begins).
    `lane` is set for traffic only.
    """

    name: str
    role: str
    rank: int
    mover: Mover
    model: ModelSpec
    class_name: str
    size_m: tuple[float, float, float]
    start: State
    paint_linear: tuple[float, float, float] = (0.5, 0.5, 0.5)
    wheelbase_m: float = 0.0
    wheel_radius_m: float = 0.0
    driver: Driver | None = None
    steps: tuple[StepScene, ...] = ()
    has_hazard_lights: bool = False
    is_lit: bool = False
    lane: int | None = None
    carrier: str = ""
    mount_m: tuple[float, float] = (0.0, 0.0)
    lift_m: float = 0.0

    @property
    def may_cross(self) -> bool:
        """Whether it goes where its steps say, across lanes too: drivers foresee its way."""
        return self.is_on_foot or self.mover == "rider"

    @property
    def is_on_foot(self) -> bool:
        """Whether it goes on its feet, be it a person or an animal; drivers heed both alike."""
        return self.mover in ("walker", "stroller", "companion")

    @property
    def is_animal(self) -> bool:
        """Whether it goes on four legs."""
        return self.is_on_foot and self.class_name == "animal"

    @property
    def direction(self) -> int:
        """+1 for heading with the road, -1 against it (drivers)."""
        return 1 if math.cos(self.start.heading) >= 0 else -1

    @cached_property
    def start_extent(self) -> tuple[float, float]:
        """Half its size along s and along t in its first heading."""
        return half_extent(self.size_m, self.start.heading)


def half_extent(size_m: tuple[float, float, float], heading: float) -> tuple[float, float]:
    """Give half the extent along s and along t of a box turned by `heading`."""
    length, width, _ = size_m
    c, s = abs(math.cos(heading)), abs(math.sin(heading))
    return (length * c + width * s) / 2, (length * s + width * c) / 2


class Course:
    """The road's curvature, looked up fast: sampled every metre over the drawn range and well past it."""

    MARGIN_M = 100.0  # vehicles drive on past the drawn range before they are forgotten

    def __init__(self, network: RoadNetwork) -> None:
        first, last = network.drawn_s
        self._first_s = first - self.MARGIN_M
        count = int(last - first + 2 * self.MARGIN_M) + 1
        stations = [self._first_s + i for i in range(count)]
        self._curvature: list[float] = np.asarray(network.curvature(np.array(stations))).tolist()

    def stretch(self, s: float, t: float) -> float:
        """Give the metres travelled at offset t per metre of s."""
        i = min(max(int(s - self._first_s), 0), len(self._curvature) - 1)
        return 1.0 - self._curvature[i] * t
