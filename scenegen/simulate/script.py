"""Steps in sequence: which one a body is in, when it ends, and what it asks for meanwhile."""

from __future__ import annotations

import math
from typing import NamedTuple

from scenegen.errors import ScenarioError
from scenegen.roads.network import RoadNetwork
from scenegen.scenario.behaviour import Action
from scenegen.scenario.scene_behaviour import (
    AtTimeScene,
    BehaveScene,
    BrakeScene,
    ChangeLaneScene,
    CrossScene,
    DropLoadScene,
    FleeScene,
    FollowLaneScene,
    FollowPathScene,
    FreezeScene,
    OpenDoorScene,
    PullOutScene,
    StepScene,
    StopScene,
    TriggerScene,
    TurnBackScene,
    WaitScene,
    WalkAlongScene,
    WeaveScene,
)
from scenegen.simulate import walker
from scenegen.simulate.body import Body, State
from scenegen.simulate.clip import Event
from scenegen.simulate.lateral import Begun, curve_m
from scenegen.simulate.mind import Mind
from scenegen.simulate.trigger import Senses, Sight, trigger_value
from scenegen.simulate.walker import Stride


class Door(NamedTuple):
    """A door that opens: which, from when, for how long, to what angle."""

    side: str
    began_s: float
    over_s: float
    angle_rad: float

    def angle_at(self, time_s: float) -> float:
        """Give how far it is open, smoothly begun and ended."""
        x = min(max((time_s - self.began_s) / self.over_s, 0.0), 1.0)
        return self.angle_rad * x * x * (3.0 - 2.0 * x)


class Script(NamedTuple):
    """Memory of one actor: its step, when and where that began, the trigger's last value, when it is going to fire.

    `leg` counts the points passed of a path; `aim` is the heading of a flight, chosen when it begins;
    `doors` are those opened so far; `mind` runs a behaviour of one's own, whose latest `action` is None once it has ended.
    """

    step: int = 0
    began_s: float = 0.0
    began_t: float = 0.0
    watched: float | None = None
    fires_s: float | None = None
    begun: Begun = Begun(0.0, 0.0, 0.0, 0.0)
    leg: int = 0
    aim: float = 0.0
    doors: tuple[Door, ...] = ()
    mind: Mind | None = None
    action: Action | None = None


class Piece(NamedTuple):
    """One stretch of a tick under one step: `step` is its index, `began_t` where it began; the rest is the script's."""

    step: int
    began_t: float
    duration_s: float
    begun: Begun = Begun(0.0, 0.0, 0.0, 0.0)
    leg: int = 0
    aim: float = 0.0
    action: Action | None = None


class Progress(NamedTuple):
    """What a tick does to a script: the new memory, time to take back first (a trigger fired between ticks), pieces."""

    script: Script
    rewind_s: float
    pieces: tuple[Piece, ...]
    events: tuple[Event, ...]


STRAIGHT = 1e-9  # sine of a heading below which it is along the road
DRIVING_ONLY = (FollowLaneScene, BrakeScene, ChangeLaneScene, PullOutScene, WeaveScene, DropLoadScene, OpenDoorScene)
ON_FOOT_ONLY = (FleeScene, TurnBackScene)
RIDING = (CrossScene, FollowPathScene, WalkAlongScene)


class PaceOrder(NamedTuple):
    """What a step asks of a driver: a speed to hold, and a fixed braking down to it or None."""

    speed: float
    braking: float | None = None


def follow_script(script: Script, me: Sight, senses: Senses, network: RoadNetwork, *, now_s: float, until_s: float) -> Progress:
    """Walk through the steps of one tick: fire triggers, begin steps at their exact instants."""
    if script.step == 0 and script.began_s == now_s:
        script = _begun(script, me, senses)
    elif script.mind is not None:
        script = script._replace(action=script.mind.think(me, senses))
    script = _watched(_with_leg(script, me), me, senses, now_s, until_s - now_s)
    cursor, rewind_s = now_s, 0.0
    pieces: list[Piece] = []
    events: list[Event] = []
    while script.step < len(me.body.steps):
        end_s = _end_s(script, me, network, now_s)
        if end_s is None or end_s >= until_s:
            break
        if end_s > cursor:
            pieces.append(_piece_of(script, end_s - cursor))
        elif not pieces:
            rewind_s = max(0.0, now_s - end_s)
        events.extend(_events_of(script, me.body, end_s))
        cursor = end_s
        script = _begun(Script(script.step + 1, end_s, me.state.t, doors=script.doors), me, senses)
    pieces.append(_piece_of(script, until_s - cursor))
    return Progress(script, rewind_s, tuple(pieces), tuple(events))


def _piece_of(script: Script, duration_s: float) -> Piece:
    return Piece(script.step, script.began_t, duration_s, script.begun, script.leg, script.aim, script.action)


def _begun(script: Script, me: Sight, senses: Senses) -> Script:
    """Remember what the step that begins now needs: where it begins, and where to flee."""
    slope = math.sin(me.state.heading)
    script = script._replace(
        begun=Begun(me.state.t, me.state.travelled, me.state.speed, slope if abs(slope) > STRAIGHT else 0.0)
    )
    step = me.body.steps[script.step] if script.step < len(me.body.steps) else None
    if isinstance(step, BehaveScene):
        mind = Mind(step.behaviour, f"{me.body.name}.does.{step.id}", me, senses)
        return script._replace(mind=mind, action=mind.think(me, senses))
    if isinstance(step, OpenDoorScene):
        door = Door(step.side, script.began_s, step.over, math.radians(step.angle_deg))
        return script._replace(doors=(*script.doors, door))
    if isinstance(step, FleeScene):
        other = senses.find(step.actor).state
        return script._replace(aim=walker.flight_heading(me.state, other, step.angle_deg))
    return script


def _with_leg(script: Script, me: Sight) -> Script:
    """Count the points of a path that have been reached."""
    step = me.body.steps[script.step] if script.step < len(me.body.steps) else None
    if not isinstance(step, FollowPathScene):
        return script
    leg, reach_m = script.leg, walker.POINT_REACH_M + walker.POINT_REACH_S * me.state.speed
    while leg < len(step.points):
        s, t = step.points[leg]
        if math.hypot((s - me.state.s) * me.stretch, t - me.state.t) > reach_m:
            break
        leg += 1
    return script._replace(leg=leg)


def next_crossing(steps: tuple[StepScene, ...], step: int) -> CrossScene | None:
    """Give the first crossing after a step."""
    return next((s for s in steps[step + 1 :] if isinstance(s, CrossScene)), None)


def stride_of(body: Body, piece: Piece, network: RoadNetwork, state: State) -> Stride:
    """Give what a person or an animal does under a step.

    After the last one it stands; after a crossing a person strolls on along the far sidewalk, an animal runs on.
    """
    stand = Stride(0.0, walker.EASY_ACCELERATION, walker.EASY_BRAKING, 0.0)
    if piece.step >= len(body.steps):
        return _after_last(body, piece, network, state) or stand
    step = body.steps[piece.step]
    if isinstance(step, FollowPathScene):
        return Stride(step.speed, walker.EASY_ACCELERATION, walker.EASY_BRAKING, _path_heading(step, piece.leg, state))
    if isinstance(step, BehaveScene) and piece.action is not None:
        heading = math.radians(piece.action.heading)
        return Stride(piece.action.speed, walker.EASY_ACCELERATION, walker.EASY_BRAKING, heading)
    if isinstance(step, FleeScene):
        return Stride(step.speed, _run_up_rate(step.speed, step.run_up), walker.EASY_BRAKING, piece.aim)
    if isinstance(step, TurnBackScene):
        heading = walker.crossing_heading(-body.start.t, 90.0)
        return Stride(step.speed, _run_up_rate(step.speed, step.run_up), walker.EASY_BRAKING, heading)
    if isinstance(step, CrossScene):
        return Stride(
            step.speed,
            _run_up_rate(step.speed, step.run_up),
            walker.EASY_BRAKING,
            walker.crossing_heading(piece.began_t, step.angle_deg),
        )
    if isinstance(step, WalkAlongScene):
        heading = 0.0 if step.direction == "with" else math.pi
        return Stride(step.speed, walker.EASY_ACCELERATION, walker.EASY_BRAKING, heading, piece.began_t)
    if isinstance(step, FreezeScene):
        return stand._replace(braking=walker.SUDDEN_BRAKING)
    return stand


def _run_up_rate(speed: float, run_up_m: float) -> float:
    """Acceleration that reaches a speed from standing over a distance."""
    return speed**2 / (2.0 * run_up_m) if run_up_m > 0.0 else math.inf


def _path_heading(step: FollowPathScene, leg: int, state: State) -> float:
    """Heading to the next point of a path, past the last one straight on."""
    if leg >= len(step.points):
        return state.heading
    s, t = step.points[leg]
    return math.atan2(t - state.t, s - state.s)


def _after_last(body: Body, piece: Piece, network: RoadNetwork, state: State) -> Stride | None:
    """What one does after the last step: strolling, running or riding on; None for standing."""
    last = body.steps[-1] if body.steps else None
    if body.mover == "rider" and isinstance(last, (CrossScene, FollowPathScene)):
        return Stride(last.speed, walker.EASY_ACCELERATION, walker.EASY_BRAKING, state.heading)
    if isinstance(last, CrossScene):
        return _run_on(last, piece.began_t) if body.is_animal else _stroll_after(last, network, piece.began_t)
    if isinstance(last, (FleeScene, TurnBackScene)) and body.is_animal:
        return Stride(last.speed, walker.EASY_ACCELERATION, walker.EASY_BRAKING, state.heading)
    return None


def pace_of(body: Body, piece: Piece) -> PaceOrder:
    """Give what a driver does under a step; a speed once set holds until another step sets one."""
    wanted = body.driver.wanted_speed if body.driver else 0.0
    for step in body.steps[: piece.step + 1]:
        if isinstance(step, (FollowLaneScene, ChangeLaneScene, PullOutScene, WeaveScene)) and step.speed is not None:
            wanted = step.speed
        elif isinstance(step, BrakeScene):
            wanted = min(wanted, step.to)
    if piece.step >= len(body.steps):
        return PaceOrder(wanted)
    step = body.steps[piece.step]
    if isinstance(step, BehaveScene) and piece.action is not None:
        return PaceOrder(piece.action.speed)
    if isinstance(step, BrakeScene):
        return PaceOrder(step.to, step.deceleration)
    if isinstance(step, FreezeScene):
        return PaceOrder(0.0, walker.SUDDEN_BRAKING)
    if isinstance(step, (StopScene, WaitScene, OpenDoorScene)):
        return PaceOrder(0.0, body.driver.comfortable if body.driver else 2.0)
    return PaceOrder(wanted)


def refuse_impossible(name: str, steps: tuple[StepScene, ...], *, is_person: bool, is_rider: bool = False) -> None:
    """Refuse steps that a body can not do; a rider goes where it will, as one on foot does."""
    wrong = DRIVING_ONLY if is_person else (*ON_FOOT_ONLY, *(() if is_rider else RIDING)) + (DRIVING_ONLY if is_rider else ())
    for step in steps:
        if isinstance(step, wrong):
            kind = "person or an animal" if is_person else "rider who crosses" if is_rider else "vehicle"
            raise ScenarioError(f"{name}.does.{step.id}: a {kind} can not do this step")


def _stroll_after(last: CrossScene, network: RoadNetwork, t: float) -> Stride:
    """Walking on along the sidewalk that a crossing reached, the way it leaned."""
    heading = 0.0 if last.angle_deg <= 90.0 else math.pi
    speed = min(last.speed, walker.STROLL_SPEED)
    return Stride(speed, walker.EASY_ACCELERATION, walker.EASY_BRAKING, heading, walker.sidewalk_middle_t(network, t))


def _run_on(last: CrossScene, t: float) -> Stride:
    """Running on away from the road, ever slower, the way a crossing went that ended at t."""
    heading = walker.crossing_heading(-t, last.angle_deg)
    return Stride(min(last.speed, walker.STROLL_SPEED), walker.EASY_ACCELERATION, walker.EASY_BRAKING, heading)


def _until(step: StepScene) -> TriggerScene | None:
    return step.until


def _watched(script: Script, me: Sight, senses: Senses, now_s: float, tick_s: float) -> Script:
    """Look at the step's trigger: the crossing through zero since the last tick is found by linear interpolation."""
    if script.step >= len(me.body.steps) or script.fires_s is not None:
        return script
    until = _until(me.body.steps[script.step])
    if until is None or isinstance(until, AtTimeScene):
        return script
    value = trigger_value(until, me, senses, next_crossing(me.body.steps, script.step))
    if value > 0.0:
        return script._replace(watched=value)
    share = 0.0
    if script.watched is not None and math.isfinite(script.watched):
        share = -value / (script.watched - value)
    crossed_s = max(script.began_s, now_s - share * tick_s)
    return script._replace(fires_s=crossed_s + until.after)


def _end_s(script: Script, me: Sight, network: RoadNetwork, now_s: float) -> float | None:
    """Give the instant at which the present step ends, None while that is not known."""
    step = me.body.steps[script.step]
    until = _until(step)
    ends = [] if script.fires_s is None else [script.fires_s]
    if isinstance(until, AtTimeScene):
        ends.append(max(script.began_s, until.t + until.after))
    if isinstance(step, DropLoadScene) and until is None:
        ends.append(script.began_s)
    if isinstance(step, BehaveScene) and script.action is None:
        ends.append(now_s)
    if isinstance(step, OpenDoorScene) and until is None:
        ends.append(script.began_s + step.over)
    if isinstance(step, FollowPathScene) and script.leg >= len(step.points):
        ends.append(now_s)
    if isinstance(step, (ChangeLaneScene, PullOutScene)):
        beyond_m = me.state.travelled - script.begun.way_m - curve_m(step, script.begun, network)
        if beyond_m >= 0.0:
            ends.append(now_s)
    if isinstance(step, TurnBackScene):
        home = math.copysign(1.0, me.body.start.t)
        if home * (me.state.t - walker.far_side_t(network, -me.body.start.t)) >= 0.0:
            ends.append(now_s)
    if isinstance(step, (WaitScene, FreezeScene)) and step.for_ is not None:
        ends.append(script.began_s + step.for_)
    if isinstance(step, BrakeScene) and until is None and me.state.speed <= step.to and script.step + 1 < len(me.body.steps):
        ends.append(now_s)
    if isinstance(step, CrossScene):
        past_m = math.copysign(1.0, script.began_t) * (walker.far_side_t(network, script.began_t) - me.state.t)
        if past_m >= 0.0 and me.state.speed > 0.0:
            sideways = abs(me.state.speed * math.sin(me.state.heading))
            ends.append(max(script.began_s, now_s - past_m / max(sideways, 0.1)))
    return max(script.began_s, min(ends)) if ends else None


def _events_of(script: Script, body: Body, end_s: float) -> list[Event]:
    """Events at the end of a step: its trigger, and the step that begins."""
    step = body.steps[script.step]
    events = [Event(end_s, "trigger", body.name, f"{body.name}.does.{step.id}.until")] if _until(step) is not None else []
    if script.step + 1 < len(body.steps):
        following = body.steps[script.step + 1]
        events.append(Event(end_s, "step", body.name, f"{body.name}.does.{following.id}"))
    return events
