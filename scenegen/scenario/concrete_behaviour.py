"""Places, triggers and steps of one sample: the drawn numbers in concrete records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from scenegen.scenario import places, steps, triggers
from scenegen.scenario import scene_behaviour as told
from scenegen.scenario.behaviour import behaviour_of
from scenegen.scenario.scene_behaviour import PlaceScene, StepScene, TriggerScene
from scenegen.scenario.tree import step_names
from scenegen.scenario.values import Values


def place_of(place: places.Place, at: Values) -> PlaceScene:
    """Give a place of a sample; `at` are the values below its path."""
    return _PLACES[type(place)](place, at)


def steps_of(described: tuple[steps.Step, ...], at: Values) -> tuple[StepScene, ...]:
    """Give the steps of a sample in order; one that stands for several becomes those."""
    names = step_names(described)
    return tuple(
        told_step
        for name, step in zip(names, described, strict=True)
        for told_step in _step(step, name, at.below(name))
    )  # fmt: skip


def trigger_of(trigger: triggers.Trigger, at: Values) -> TriggerScene:
    """Give a trigger of a sample."""
    if isinstance(trigger, (triggers.All, triggers.Any)):
        below = at.below("of")
        parts = tuple(
            trigger_of(part, below.below(name)) for name, part in zip(step_names(trigger.of), trigger.of, strict=True)
        )
        return (told.AllScene if isinstance(trigger, triggers.All) else told.AnyScene)(parts, at.real("after"))
    return _TRIGGERS[type(trigger)](trigger, at, at.real("after"))


_PLACES: dict[type, Callable[[Any, Values], PlaceScene]] = {
    places.OnLane: lambda _, at: told.OnLaneScene(at.whole("lane"), at.real("s"), at.real("t")),
    places.Parked: lambda _, at: told.ParkedScene(at.side(), at.real("s"), at.real("curb_gap")),
    places.Roadside: lambda _, at: told.RoadsideScene(at.side(), at.real("s"), at.real("offset")),
    places.Sidewalk: lambda _, at: told.SidewalkScene(at.side(), at.real("s"), at.real("t")),
    places.HiddenBehind: lambda place, at: told.HiddenBehindScene(place.obstruction, at.real("gap"), at.real("setback")),
    places.AheadOf: lambda place, at: _beside(place, at, is_ahead=True),
    places.Behind: lambda place, at: _beside(place, at, is_ahead=False),
    places.Oncoming: lambda _, at: told.OncomingScene(at.whole("lane"), at.real("s"), at.real("t")),
    places.Pose: lambda _, at: told.PoseScene(at.real("x"), at.real("y"), at.real("yaw")),
    places.Aboard: lambda place, at: told.AboardScene(place.carrier, at.real("x"), at.real("y"), at.real("z")),
}


def _beside(place: places.AheadOf | places.Behind, at: Values, *, is_ahead: bool) -> told.BesideScene:
    return told.BesideScene(place.actor, is_ahead, at.real("gap"), at.whole_or_none("lane"), at.real("t"))


_TRIGGERS: dict[type, Callable[[Any, Values, float], TriggerScene]] = {
    triggers.AtTime: lambda _, at, after: told.AtTimeScene(at.real("t"), after),
    triggers.DistanceTo: lambda one, at, after: told.DistanceToScene(one.actor, at.real("below"), after),
    triggers.TimeToArrival: lambda one, at, after: told.TimeToArrivalScene(one.actor, at.real("below"), after),
    triggers.TimeToCollision: lambda one, at, after: told.TimeToCollisionScene(one.actor, at.real("below"), after),
    triggers.Meet: lambda one, at, after: told.MeetScene(one.actor, at.real("margin"), at.real_or_none("impact"), after),
    triggers.Headway: lambda one, at, after: told.HeadwayScene(one.actor, at.real("below"), after),
    triggers.Reaches: lambda _, at, after: told.ReachesScene(at.real("s"), after),
    triggers.Gap: lambda _, at, after: told.GapScene(at.real("at_least"), after),
    triggers.Passed: lambda one, at, after: told.PassedScene(one.actor, at.real("by"), after),
    triggers.Visible: lambda one, at, after: told.VisibleScene(one.to, at.real("share"), after),
}


def _step(step: steps.Step, name: str, at: Values) -> tuple[StepScene, ...]:
    until = trigger_of(step.until, at.below("until")) if step.until else None
    if isinstance(step, steps.Overtake):
        return _overtaking(step, name, at, until)
    return (_STEPS[type(step)](step, name, at, until),)


def _overtaking(step: steps.Overtake, name: str, at: Values, until: TriggerScene | None) -> tuple[StepScene, ...]:
    """Out, past and back, as three steps; `until` ends the last."""
    over, speed = at.real("over"), at.real("speed")
    passed = told.PassedScene(step.actor, at.real("ahead"), 0.0)
    return (
        told.ChangeLaneScene(name, at.whole("lane"), 0.0, over, speed, None),
        told.FollowLaneScene(f"{name}.past", speed, passed),
        told.ChangeLaneScene(f"{name}.back", at.whole("back"), 0.0, over, speed, until),
    )


def _walk_along(_: steps.WalkAlong, name: str, at: Values, until: TriggerScene | None) -> StepScene:
    return told.WalkAlongScene(name, at.real("speed"), cast(Literal["with", "against"], at.text("direction")), until)


_STEPS: dict[type, Callable[[Any, str, Values, TriggerScene | None], StepScene]] = {
    steps.Wait: lambda _, name, at, until: told.WaitScene(name, until, at.real_or_none("for")),
    steps.FollowLane: lambda _, name, at, until: told.FollowLaneScene(name, at.real_or_none("speed"), until),
    steps.Cross: lambda _, name, at, until: told.CrossScene(name, at.real("speed"), at.real("angle"), at.real("run_up"), until),
    steps.WalkAlong: _walk_along,
    steps.FollowPath: lambda _, name, at, until: told.FollowPathScene(name, at.points("points"), at.real("speed"), until),
    steps.Brake: lambda _, name, at, until: told.BrakeScene(name, at.real("deceleration"), at.real("to"), until),
    steps.Stop: lambda _, name, at, until: told.StopScene(name, until),
    steps.Freeze: lambda _, name, at, until: told.FreezeScene(name, at.real("for"), until),
    steps.ChangeLane: lambda _, name, at, until: told.ChangeLaneScene(
        name, at.whole("lane"), at.real("t"), at.real("over"), at.real_or_none("speed"), until
    ),
    steps.PullOut: lambda _, name, at, until: told.PullOutScene(
        name, at.whole("lane"), at.real("over"), at.real("speed"), until
    ),
    steps.Weave: lambda _, name, at, until: told.WeaveScene(
        name, at.real("amplitude"), at.real("period"), at.real_or_none("speed"), until
    ),
    steps.DropLoad: lambda step, name, at, until: told.DropLoadScene(name, step.load, until),
    steps.OpenDoor: lambda _, name, at, until: told.OpenDoorScene(name, at.side(), at.real("angle"), at.real("over"), until),
    steps.Behave: lambda step, name, at, until: told.BehaveScene(name, behaviour_of(step.behaviour), until),
    steps.Flee: lambda step, name, at, until: told.FleeScene(
        name, step.actor, at.real("speed"), at.real("angle"), at.real("run_up"), until
    ),
    steps.TurnBack: lambda _, name, at, until: told.TurnBackScene(name, at.real("speed"), at.real("run_up"), until),
}
