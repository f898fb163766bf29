"""A small scenario that tests change in one place and look what else changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scenegen import (
    Cross,
    Ego,
    Freeze,
    HiddenBehind,
    Meet,
    Parked,
    Pedestrian,
    Requirement,
    Scenario,
    Sidewalk,
    TruncNormal,
    Uniform,
    Vehicle,
    Wait,
    WalkAlong,
    choice,
    kmh,
)
from scenegen.scenario.sampling import sample

VAN = Vehicle("van", kind="van", at=Parked("right", s=Uniform(90, 130)))
CHILD = Pedestrian(
    "child", role="rare", kind="child", clothing=choice("dark", "bright"),
    at=HiddenBehind("van", gap=Uniform(0.3, 1.2)),
    does=(Wait(until=Meet("ego", margin=Uniform(0.0, 0.8))), Cross(speed=TruncNormal(2.6, 0.6, 1.2, 4.2))),
)  # fmt: skip
WALKER = Pedestrian("walker", at=Sidewalk("left", s=Uniform(40, 90)), does=(WalkAlong(speed=Uniform(1.0, 1.6)),), present=0.5)
BASE = Scenario(
    name="base", ego=Ego(speed=kmh(Uniform(30, 50))), actors=(VAN, CHILD),
    requires=(Requirement("approach", "van.at.s - ego.s > 3 * ego.speed"),),
)  # fmt: skip
TIGHT = Requirement("late", "ego.speed > 12")
PAUSE = Freeze(for_=Uniform(0.2, 0.4))


def with_(scenario: Scenario = BASE, **fields: Any) -> Scenario:
    """Give a scenario with some fields changed."""
    return replace(scenario, **fields)


def drawn(scenario: Scenario, seed: int = 0, index: int = 0, **overrides: object) -> dict[str, tuple[object, float]]:
    """Give path → (value, quantile) of one sample."""
    scene = sample(scenario, seed, index, {path.replace("__", "."): value for path, value in overrides.items()})
    return {draw.path: (draw.value, draw.u) for draw in scene.draws}
