"""What actors of a `Scene` are told: places, triggers, steps; numbers only, in the units and the senses of `scene.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from scenegen.scenario.behaviour import Behaviour

Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True)
class OnLaneScene:
    """On a lane, `t` left of its middle."""

    lane: int
    s: float
    t: float


@dataclass(frozen=True)
class ParkedScene:
    """Along the kerb, flank `curb_gap` from it."""

    side: Side
    s: float
    curb_gap: float


@dataclass(frozen=True)
class RoadsideScene:
    """`offset` metres outside the outermost paved edge (kerb or shoulder)."""

    side: Side
    s: float
    offset: float


@dataclass(frozen=True)
class SidewalkScene:
    """`t` is the share of the sidewalk's width, 0 at the kerb and 1 at the far edge."""

    side: Side
    s: float
    t: float


@dataclass(frozen=True)
class HiddenBehindScene:
    """Beyond the end of `actor` that the ego meets last, `gap` along the road, `setback` behind its kerb side flank.

    Who hides stays inside the shadow that the obstruction throws from the ego's first place: where `setback` reaches out of
    it, less is used, and an event of kind `place` at time 0 says how much.
    """

    actor: str
    gap: float
    setback: float


@dataclass(frozen=True)
class BesideScene:
    """`gap` metres of free road before (`is_ahead`) or behind `actor`, `t` left of the middle of `lane` (None: of `actor`)."""

    actor: str
    is_ahead: bool
    gap: float
    lane: int | None
    t: float


@dataclass(frozen=True)
class OncomingScene:
    """On a lane, facing the ego, whatever way that lane goes."""

    lane: int
    s: float
    t: float


@dataclass(frozen=True)
class PoseScene:
    """A place on the map, metres east and north; `yaw_deg` counter-clockwise from east."""

    x: float
    y: float
    yaw_deg: float


@dataclass(frozen=True)
class AboardScene:
    """On the load bed of `carrier`, `x` metres before its middle, `y` to its left, `z` above the road."""

    carrier: str
    x: float
    y: float
    z: float


PlaceScene: TypeAlias = (
    OnLaneScene | ParkedScene | RoadsideScene | SidewalkScene | HiddenBehindScene | BesideScene | OncomingScene | PoseScene
    | AboardScene
)  # fmt: skip


@dataclass(frozen=True)
class AtTimeScene:
    """Fires at the clip's time `t`."""

    t: float
    after: float


@dataclass(frozen=True)
class DistanceToScene:
    """Fires when the two middles are nearer than `below` metres."""

    actor: str
    below: float
    after: float


@dataclass(frozen=True)
class TimeToArrivalScene:
    """Fires when `actor`, at its present speed, is `below` seconds from this one's place along the road."""

    actor: str
    below: float
    after: float


@dataclass(frozen=True)
class TimeToCollisionScene:
    """Fires when the two, at their present speeds, touch in fewer than `below` seconds."""

    actor: str
    below: float
    after: float


@dataclass(frozen=True)
class MeetScene:
    """Fires so that this actor reaches the other's path `margin` s before the other does.

    `impact` None: it enters the swept corridor then; else the per cent (0..100, from the near side) of the other's width
    at which the two would touch with margin 0.
    """

    actor: str
    margin: float
    impact: float | None
    after: float


@dataclass(frozen=True)
class HeadwayScene:
    """Fires when `actor`, ahead on this one's way, is fewer than `below` seconds before it at this one's speed."""

    actor: str
    below: float
    after: float


@dataclass(frozen=True)
class ReachesScene:
    """Fires when this one's middle comes to `s`."""

    s: float
    after: float


@dataclass(frozen=True)
class GapScene:
    """Fires when no vehicle on its way to this one's place is nearer than `at_least` seconds."""

    at_least: float
    after: float


@dataclass(frozen=True)
class PassedScene:
    """Fires when this one's rear is `by` metres before the other's front, along this one's way."""

    actor: str
    by: float
    after: float


@dataclass(frozen=True)
class VisibleScene:
    """Fires when `to` sees at least `share` of this one's outline past the bodies between."""

    to: str
    share: float
    after: float


@dataclass(frozen=True)
class AllScene:
    """Fires when all of its parts hold."""

    of: tuple[TriggerScene, ...]
    after: float


@dataclass(frozen=True)
class AnyScene:
    """Fires when the first of its parts holds."""

    of: tuple[TriggerScene, ...]
    after: float


TriggerScene: TypeAlias = (
    AtTimeScene | DistanceToScene | TimeToArrivalScene | TimeToCollisionScene | MeetScene | HeadwayScene | ReachesScene
    | GapScene | PassedScene | VisibleScene | AllScene | AnyScene
)  # fmt: skip


@dataclass(frozen=True)
class WaitScene:
    """Stand (or for a vehicle: stay stopped) until the trigger fires or `for_` seconds have passed."""

    id: str
    until: TriggerScene | None
    for_: float | None


@dataclass(frozen=True)
class FollowLaneScene:
    """Drive along the lane; `speed` None keeps the wanted one."""

    id: str
    speed: float | None
    until: TriggerScene | None


@dataclass(frozen=True)
class CrossScene:
    """Walk or run over the road to the far side. `angle_deg` 90 is straight across, below 90 leans with the ego's direction.

    `run_up` is the distance in metres over which `speed` is reached from standing.
    """

    id: str
    speed: float
    angle_deg: float
    run_up: float
    until: TriggerScene | None


@dataclass(frozen=True)
class WalkAlongScene:
    """Walk along the road; `direction` is with or against the ego's."""

    id: str
    speed: float
    direction: Literal["with", "against"]
    until: TriggerScene | None


@dataclass(frozen=True)
class BrakeScene:
    """Slow down at `deceleration` (m/s2, positive) to `to` m/s."""

    id: str
    deceleration: float
    to: float
    until: TriggerScene | None


@dataclass(frozen=True)
class StopScene:
    """Come to a halt at a comfortable rate and stay until the trigger."""

    id: str
    until: TriggerScene | None


@dataclass(frozen=True)
class FreezeScene:
    """Stand still where you are for `for_` seconds, in the pose you had."""

    id: str
    for_: float
    until: TriggerScene | None = None


@dataclass(frozen=True)
class FollowPathScene:
    """Go through points (s, t) of the road, one after the other."""

    id: str
    points: tuple[tuple[float, float], ...]
    speed: float
    until: TriggerScene | None


@dataclass(frozen=True)
class ChangeLaneScene:
    """Move over to the middle of `lane`, `t` off it, in about `over` seconds; `speed` None keeps the wanted one."""

    id: str
    lane: int
    t: float
    over: float
    speed: float | None
    until: TriggerScene | None


@dataclass(frozen=True)
class PullOutScene:
    """Drive out of a place beside the road onto `lane`, in about `over` seconds at `speed`."""

    id: str
    lane: int
    over: float
    speed: float
    until: TriggerScene | None


@dataclass(frozen=True)
class WeaveScene:
    """Drive on in waves to both sides: `amplitude` metres, one wave in `period` seconds at the wanted speed."""

    id: str
    amplitude: float
    period: float
    speed: float | None
    until: TriggerScene | None


@dataclass(frozen=True)
class DropLoadScene:
    """Let go of the load `load`, which then falls; ends at once, or at the trigger."""

    id: str
    load: str
    until: TriggerScene | None


@dataclass(frozen=True)
class OpenDoorScene:
    """Open a front door by `angle_deg` within `over` seconds; it stays open, and the step ends when it is or at the trigger."""

    id: str
    side: Side
    angle_deg: float
    over: float
    until: TriggerScene | None


@dataclass(frozen=True)
class BehaveScene:
    """Do what a function of a script says, tick by tick, until it ends."""

    id: str
    behaviour: Behaviour
    until: TriggerScene | None


@dataclass(frozen=True)
class FleeScene:
    """Run off the road, away from the way of `actor`; `angle_deg` 90 is straight off it, less leans with that way."""

    id: str
    actor: str
    speed: float
    angle_deg: float
    run_up: float
    until: TriggerScene | None


@dataclass(frozen=True)
class TurnBackScene:
    """Turn and go back to the side one came from."""

    id: str
    speed: float
    run_up: float
    until: TriggerScene | None


StepScene: TypeAlias = (
    WaitScene | FollowLaneScene | CrossScene | WalkAlongScene | BrakeScene | StopScene | FreezeScene | FollowPathScene
    | ChangeLaneScene | PullOutScene | WeaveScene | DropLoadScene | OpenDoorScene | FleeScene | TurnBackScene
    | BehaveScene
)  # fmt: skip
