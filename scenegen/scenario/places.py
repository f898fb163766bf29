"""Where an actor begins. `s` runs along the road in the ego's direction, `t` to the left; sides are the ego's."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.scenario.dist import Int, Real, Text
from scenegen.scenario.fields import Label, Options, Quantity, Whole

_SIDES = Options(("left", "right"), "side of the road, as the ego sees it")
_ALONG = Quantity("m", -1000.0, 20000.0, "place along the road")


@dataclass(frozen=True)
class OnLane:
    """On a lane, off its middle by `t`. Lane 1 is next to the centre line, -1 the first oncoming lane."""

    _: KW_ONLY
    lane: Annotated[Int, Whole(-4, 4, "lane; negative ones are oncoming", has_zero=False)] = 1
    s: Annotated[Real, _ALONG]
    t: Annotated[Real, Quantity("m", -10.0, 10.0, "offset from the lane's middle, left positive")] = 0.0


@dataclass(frozen=True)
class Parked:
    """Parked along the kerb."""

    side: Annotated[Text, _SIDES] = "right"
    _: KW_ONLY
    s: Annotated[Real, _ALONG]
    curb_gap: Annotated[Real, Quantity("m", 0.0, 2.0, "gap between wheels and kerb")] = 0.25


@dataclass(frozen=True)
class Roadside:
    """Outside the paved road, beyond kerb or shoulder."""

    side: Annotated[Text, _SIDES] = "right"
    _: KW_ONLY
    s: Annotated[Real, _ALONG]
    offset: Annotated[Real, Quantity("m", 0.0, 50.0, "distance from the outermost paved edge")] = 1.0


@dataclass(frozen=True)
class Sidewalk:
    """On the sidewalk."""

    side: Annotated[Text, _SIDES] = "right"
    _: KW_ONLY
    s: Annotated[Real, _ALONG]
    t: Annotated[Real, Quantity("", 0.0, 1.0, "share of the sidewalk's width, 0 at the kerb")] = 0.5


@dataclass(frozen=True)
class HiddenBehind:
    """Behind another actor, where the ego can not see it: beyond the end that the ego meets last.

    A setback that reaches out of what the obstruction hides from the ego's first place is cut short; the clip records it.
    """

    obstruction: Annotated[str, Label("the actor that hides this one", is_actor=True)]
    _: KW_ONLY
    gap: Annotated[Real, Quantity("m", 0.0, 20.0, "distance along the road from its far end")] = 0.5
    setback: Annotated[
        Real, Quantity("m", -3.0, 10.0, "distance behind its kerb side flank; cut, and told as an event, where the ego sees it")
    ] = 0.0


_BESIDE_LANE = Whole(-4, 4, "lane; by default that of the other", has_zero=False)
_BESIDE_T = Quantity("m", -10.0, 10.0, "offset from there, left positive")
_FREE = Quantity("m", 0.0, 1000.0, "free road between the two")


@dataclass(frozen=True)
class AheadOf:
    """Before another actor or the ego, the way that one faces."""

    actor: Annotated[str, Label("the actor it stands before, or ego", is_actor=True)]
    _: KW_ONLY
    gap: Annotated[Real, _FREE]
    lane: Annotated[Int, _BESIDE_LANE] | None = None
    t: Annotated[Real, _BESIDE_T] = 0.0


@dataclass(frozen=True)
class Behind:
    """Behind another actor or the ego, facing the same way."""

    actor: Annotated[str, Label("the actor it stands behind, or ego", is_actor=True)]
    _: KW_ONLY
    gap: Annotated[Real, _FREE]
    lane: Annotated[Int, _BESIDE_LANE] | None = None
    t: Annotated[Real, _BESIDE_T] = 0.0


@dataclass(frozen=True)
class Oncoming:
    """On a lane, facing the ego: on lane 1 that is the wrong way, on lane -1 the right one."""

    _: KW_ONLY
    lane: Annotated[Int, Whole(-4, 4, "lane; negative ones are oncoming", has_zero=False)] = -1
    s: Annotated[Real, _ALONG]
    t: Annotated[Real, Quantity("m", -10.0, 10.0, "offset from the lane's middle, left positive")] = 0.0


@dataclass(frozen=True)
class Pose:
    """A place on the map: x east, y north, yaw counter-clockwise from east."""

    _: KW_ONLY
    x: Annotated[Real, Quantity("m", -2e6, 2e6, "metres east")]
    y: Annotated[Real, Quantity("m", -2e6, 2e6, "metres north")]
    yaw: Annotated[Real, Quantity("deg", -360.0, 360.0, "heading, counter-clockwise from east")] = 0.0


@dataclass(frozen=True)
class Aboard:
    """A load on a vehicle, until its `DropLoad` lets it go."""

    carrier: Annotated[str, Label("the vehicle that carries it", is_actor=True)]
    _: KW_ONLY
    x: Annotated[Real, Quantity("m", -20.0, 20.0, "metres before the vehicle's middle")] = -1.5
    y: Annotated[Real, Quantity("m", -2.0, 2.0, "metres to its left")] = 0.0
    z: Annotated[Real, Quantity("m", 0.0, 5.0, "height of its underside above the road")] = 1.0


Place: TypeAlias = OnLane | Parked | Roadside | Sidewalk | HiddenBehind | AheadOf | Behind | Oncoming | Pose | Aboard
