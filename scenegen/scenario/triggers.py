"""What ends or starts a step. Each fires once, at the crossing instant; `after` delays it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.errors import ScenarioError
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


@dataclass(frozen=True)
class Headway:
    """When this one, at its present speed, is fewer seconds behind the other's rear."""

    actor: Annotated[str, _ACTOR]
    _: KW_ONLY
    below: Annotated[Real, _SECONDS]
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class Reaches:
    """When this one comes to a place along the road."""

    s: Annotated[Real, Quantity("m", -1000.0, 20000.0, "place along the road")]
    _: KW_ONLY
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class Gap:
    """When no vehicle that comes is nearer to this one's place than so many seconds: the gap one accepts."""

    at_least: Annotated[Real, _SECONDS]
    _: KW_ONLY
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class Passed:
    """When this one's rear is so many metres before the other's front."""

    actor: Annotated[str, _ACTOR]
    _: KW_ONLY
    by: Annotated[Real, Quantity("m", -100.0, 1000.0, "free road behind")] = 0.0
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class Visible:
    """When the other sees at least this share of this one, past whatever stands between."""

    to: Annotated[str, _ACTOR] = "ego"
    _: KW_ONLY
    share: Annotated[Real, Quantity("", 0.01, 1.0, "share of the outline that is seen")] = 0.5
    after: Annotated[Real, _AFTER] = 0.0


@dataclass(frozen=True)
class All:
    """When all of several triggers hold at the same time; a delay belongs to the whole, not to its parts."""

    of: tuple[Trigger, ...]
    _: KW_ONLY
    after: Annotated[Real, _AFTER] = 0.0

    def __post_init__(self) -> None:
        _check_parts(self.of, "All")


@dataclass(frozen=True)
class Any:
    """When the first of several triggers holds; a delay belongs to the whole, not to its parts."""

    of: tuple[Trigger, ...]
    _: KW_ONLY
    after: Annotated[Real, _AFTER] = 0.0

    def __post_init__(self) -> None:
        _check_parts(self.of, "Any")


def _check_parts(parts: tuple[Trigger, ...], word: str) -> None:
    if not isinstance(parts, tuple) or not parts:
        raise ScenarioError(f"{word}: wanted a tuple of triggers ((a, b)), got {parts!r}")
    if any(getattr(part, "after", 0.0) != 0.0 for part in parts):
        raise ScenarioError(f"{word}: its parts take no after=; give it to {word} itself")


Trigger: TypeAlias = (
    AtTime | DistanceTo | TimeToArrival | TimeToCollision | Meet | Headway | Reaches | Gap | Passed | Visible | All | Any
)
