"""What an actor does, one step after the other. A step ends by itself or when its `until` trigger fires."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.scenario.dist import Real, Text
from scenegen.scenario.fields import Label, Options, Quantity
from scenegen.scenario.triggers import Trigger

MAX_ON_FOOT = 12.0  # m/s: just above the fastest sprint measured
MAX_DRIVING = 70.0  # m/s, 252 km/h

_ID = Label("name of the step in paths; by default its type")
_ON_FOOT = Quantity("m/s", 0.0, MAX_ON_FOOT, "speed on foot")
_DRIVING = Quantity("m/s", 0.0, MAX_DRIVING, "speed of a vehicle")
_PAUSE = Quantity("s", 0.0, 600.0, "how long")


@dataclass(frozen=True)
class Wait:
    """Stand, or for a vehicle stay stopped, until the trigger fires or the time is over."""

    _: KW_ONLY
    until: Trigger | None = None
    for_: Annotated[Real, _PAUSE] | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class FollowLane:
    """Drive along the lane; without a speed, as the road allows."""

    _: KW_ONLY
    speed: Annotated[Real, _DRIVING] | None = None
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Cross:
    """Walk or run over the road to the far side."""

    _: KW_ONLY
    speed: Annotated[Real, _ON_FOOT]
    angle: Annotated[Real, Quantity("deg", 20.0, 160.0, "90 is straight across; less leans with the ego's direction")] = 90.0
    run_up: Annotated[Real, Quantity("m", 0.0, 10.0, "distance over which the speed is reached from standing")] = 0.5
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class WalkAlong:
    """Walk along the road."""

    _: KW_ONLY
    speed: Annotated[Real, _ON_FOOT]
    direction: Annotated[Text, Options(("with", "against"), "with or against the ego's direction")] = "with"
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Brake:
    """Slow down at a constant rate."""

    _: KW_ONLY
    deceleration: Annotated[Real, Quantity("m/s2", 0.1, 10.0, "how hard, positive")] = 4.0
    to: Annotated[Real, Quantity("m/s", 0.0, MAX_DRIVING, "speed at the end")] = 0.0
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Stop:
    """Come to a halt at a comfortable rate and stay until the trigger."""

    _: KW_ONLY
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Freeze:
    """Stand still in the pose one had."""

    _: KW_ONLY
    for_: Annotated[Real, _PAUSE]
    id: Annotated[str, _ID] = ""


DrivingStep: TypeAlias = Wait | FollowLane | Brake | Stop | Freeze
WalkingStep: TypeAlias = Wait | Cross | WalkAlong | Stop | Freeze
Step: TypeAlias = DrivingStep | WalkingStep
