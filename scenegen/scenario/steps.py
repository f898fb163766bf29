"""What an actor does, one step after the other. A step ends by itself or when its `until` trigger fires."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.scenario.behaviour import BehaviourFunction
from scenegen.scenario.dist import Int, Real, Text
from scenegen.scenario.fields import Code, Label, Options, Points, Quantity, Whole
from scenegen.scenario.triggers import Trigger

MAX_ON_FOOT = 12.0  # m/s: just above the fastest sprint measured
MAX_FLEEING = 17.0  # m/s: a galloping deer
MAX_DRIVING = 70.0  # m/s, 252 km/h

_ID = Label("name of the step in paths; by default its type")
_ON_FOOT = Quantity("m/s", 0.0, MAX_ON_FOOT, "speed on foot")
_FLEEING = Quantity("m/s", 0.0, MAX_FLEEING, "speed of the flight")
_DRIVING = Quantity("m/s", 0.0, MAX_DRIVING, "speed of a vehicle")
_PAUSE = Quantity("s", 0.0, 600.0, "how long")
_OVER = Quantity("s", 0.5, 20.0, "how long it takes at the wanted speed")


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
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class FollowPath:
    """Go through points of the road, each (s, t), one after the other; people, animals, bicycles and scooters."""

    points: Annotated[tuple[tuple[float, float], ...], Points("m", -1000.0, 20000.0, "points (s, t) of the road")]
    _: KW_ONLY
    speed: Annotated[Real, Quantity("m/s", 0.1, MAX_ON_FOOT, "speed on the way")]
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class ChangeLane:
    """Move over to another lane in one smooth curve, indicating; a `t` on the same lane is a shift within it."""

    _: KW_ONLY
    lane: Annotated[Int, Whole(-4, 4, "the lane to move to; negative ones are oncoming", has_zero=False)]
    t: Annotated[Real, Quantity("m", -10.0, 10.0, "offset from that lane's middle, left positive")] = 0.0
    over: Annotated[Real, _OVER] = 4.0
    speed: Annotated[Real, _DRIVING] | None = None
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Overtake:
    """Move over, pass another vehicle at a higher speed, move back."""

    actor: Annotated[str, Label("the vehicle to pass", is_actor=True)]
    _: KW_ONLY
    lane: Annotated[Int, Whole(-4, 4, "the lane to pass on", has_zero=False)]
    back: Annotated[Int, Whole(-4, 4, "the lane to move back to", has_zero=False)]
    speed: Annotated[Real, _DRIVING]
    ahead: Annotated[Real, Quantity("m", 0.0, 200.0, "free road behind when moving back")] = 10.0
    over: Annotated[Real, _OVER] = 4.0
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class PullOut:
    """Drive out of a parking place onto a lane, indicating."""

    _: KW_ONLY
    lane: Annotated[Int, Whole(-4, 4, "the lane to drive onto", has_zero=False)] = 1
    speed: Annotated[Real, _DRIVING] = 8.0
    over: Annotated[Real, _OVER] = 4.0
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Weave:
    """Drive on in waves to both sides, until the trigger."""

    _: KW_ONLY
    amplitude: Annotated[Real, Quantity("m", 0.0, 3.0, "how far to each side")] = 0.3
    period: Annotated[Real, Quantity("s", 1.0, 60.0, "time of one wave at the wanted speed")] = 3.0
    speed: Annotated[Real, _DRIVING] | None = None
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class DropLoad:
    """Lose the load that is `Aboard` this vehicle, and drive on."""

    load: Annotated[str, Label("the debris that is Aboard this vehicle", is_actor=True)]
    _: KW_ONLY
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class OpenDoor:
    """Open a front door of a car that stands, and leave it open."""

    side: Annotated[Text, Options(("left", "right"), "which front door, as the driver sees it")] = "left"
    _: KW_ONLY
    angle: Annotated[Real, Quantity("deg", 5.0, 70.0, "how wide")] = 60.0
    over: Annotated[Real, Quantity("s", 0.2, 10.0, "how long it takes to open")] = 1.0
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Flee:
    """Run off the road, away from the other's way, until the trigger."""

    actor: Annotated[str, Label("whom it flees from", is_actor=True)] = "ego"
    _: KW_ONLY
    speed: Annotated[Real, _FLEEING]
    angle: Annotated[Real, Quantity("deg", 20.0, 160.0, "90 is straight off the road; less leans with the other's way")] = 75.0
    run_up: Annotated[Real, Quantity("m", 0.0, 10.0, "distance over which the speed is reached from standing")] = 1.0
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class TurnBack:
    """Turn and go back to the side of the road where one began."""

    _: KW_ONLY
    speed: Annotated[Real, _ON_FOOT]
    run_up: Annotated[Real, Quantity("m", 0.0, 10.0, "distance over which the speed is reached from standing")] = 0.5
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


@dataclass(frozen=True)
class Behave:
    """Do what a generator function of one's own says, tick by tick, until it ends; Python only, YAML can not hold it."""

    behaviour: Annotated[BehaviourFunction, Code("`def my(me, world): yield Action(speed, heading)`")]
    _: KW_ONLY
    until: Trigger | None = None
    id: Annotated[str, _ID] = ""


DrivingStep: TypeAlias = (
    Wait
    | FollowLane
    | Brake
    | Stop
    | Freeze
    | ChangeLane
    | Overtake
    | PullOut
    | Weave
    | DropLoad
    | OpenDoor
    | Cross
    | FollowPath
    | Behave
)
WalkingStep: TypeAlias = Wait | Cross | WalkAlong | Stop | Freeze | FollowPath | Flee | TurnBack | Behave
RollingStep: TypeAlias = Wait | Cross | FollowPath | Stop
Step: TypeAlias = DrivingStep | WalkingStep
