"""What ends or starts a step. Each fires once, at the crossing instant; `after` delays it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.scenario.dist import Real
from scenegen.scenario.fields import Label, Quantity

_ACTOR = Label("the other actor, or ego", is_actor=True)
_AFTER = Quantity("s", 0.0, 60.0, "delay after the crossing instant")
_SECONDS = Quantity("s", 0.0, 60.0, "threshold")


@dataclass(frozen=True)
class AtTime:
    """At a time of the clip's clock; 0 is the first frame."""

    t: Annotated[Real, Quantity("s", 0.0, 600.0, "time since the first frame")]
    _: KW_ONLY
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class DistanceTo:
    """When the distance to the other falls below a threshold."""

    actor: Annotated[str, _ACTOR]
    _: KW_ONLY
    below: Annotated[Real, Quantity("m", 0.0, 1000.0, "threshold")]
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class TimeToArrival:
    """When the other, at its present speed, is fewer seconds away from this one's place along the road."""

    actor: Annotated[str, _ACTOR]
    _: KW_ONLY
    below: Annotated[Real, _SECONDS]
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class TimeToCollision:
    """When the two, at their present velocities, touch in fewer seconds."""

    actor: Annotated[str, _ACTOR]
    _: KW_ONLY
    below: Annotated[Real, _SECONDS]
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class Meet:
    """So that this actor reaches the other's path `margin` seconds before the other does: the handle on severity."""

    actor: Annotated[str, _ACTOR]
    _: KW_ONLY
    margin: Annotated[Real, Quantity("s", -10.0, 10.0, "lead over the other; below about 0.4 means contact")] = 0.0
    impact: Annotated[Real, Quantity("%", 0.0, 100.0, "where on the other's width, from the near side")] | None = None
    after: Annotated[Real, _AFTER] = 0.0


Trigger: TypeAlias = AtTime | DistanceTo | TimeToArrival | TimeToCollision | Meet
