"""Loads: they ride with their carrier until it drops them, then fall, slide and lie."""

from __future__ import annotations

import math
from typing import NamedTuple

from scenegen.scenario.scene_behaviour import DropLoadScene
from scenegen.simulate.body import Body, State
from scenegen.simulate.script import Script

GRAVITY = 9.81
SLIDING = 0.6  # friction of wood, cloth and rubber on asphalt


class Ride(NamedTuple):
    """A load at one instant: its state, its memory (`step` 1 once let go, at `began_s`), height above the road, if aboard."""

    state: State
    script: Script
    lift_m: float
    is_aboard: bool


def ride(
    load: Body,
    script: Script,
    state: State,
    carrier: Body,
    told: Script,
    pose: State,
    *,
    now_s: float,
    until_s: float,
    stretch: float,
) -> Ride:
    """Move a load over a tick, after its carrier has moved.

    Args:
        load, script, state: the load, its memory and its state at the tick's beginning.
        carrier, told, pose: the carrier, its memory and its state at the tick's end.
        now_s, until_s: the tick.
        stretch: metres travelled per metre of s.
    """  # fmt: skip
    let_go_s = script.began_s if script.step else _let_go_s(load, carrier, told)
    if let_go_s is None or until_s <= let_go_s:
        return Ride(aboard(load, pose, stretch), script, load.lift_m, True)
    if not script.step:
        now_s, state = let_go_s, aboard(load, pose, stretch)
        back_m = pose.speed * (until_s - let_go_s)
        state = state._replace(
            s=state.s - back_m * math.cos(pose.heading) / stretch, t=state.t - back_m * math.sin(pose.heading),
            travelled=state.travelled - back_m,
        )  # fmt: skip
    fallen_s = until_s - let_go_s
    lift_m = max(0.0, load.lift_m - 0.5 * GRAVITY * fallen_s**2)
    lands_s = let_go_s + math.sqrt(2.0 * load.lift_m / GRAVITY)
    flies_s = max(0.0, min(lands_s, until_s) - now_s)
    slides_s = max(0.0, until_s - max(lands_s, now_s))
    halt_s = state.speed / (SLIDING * GRAVITY)
    slid_s = min(slides_s, halt_s)
    way = state.speed * flies_s + state.speed * slid_s - 0.5 * SLIDING * GRAVITY * slid_s**2
    moved = state._replace(
        s=state.s + way * math.cos(script.aim if script.step else pose.heading) / stretch,
        t=state.t + way * math.sin(script.aim if script.step else pose.heading),
        speed=max(0.0, state.speed - SLIDING * GRAVITY * slides_s), acceleration=0.0, travelled=state.travelled + way,
    )  # fmt: skip
    kept = script if script.step else script._replace(step=1, began_s=let_go_s, aim=pose.heading)
    return Ride(moved, kept, lift_m, False)


def aboard(load: Body, pose: State, stretch: float) -> State:
    """Give the state of a load on its carrier."""
    ahead_m, left_m = load.mount_m
    c, s = math.cos(pose.heading), math.sin(pose.heading)
    return State(
        pose.s + (ahead_m * c - left_m * s) / stretch, pose.t + ahead_m * s + left_m * c,
        pose.heading + load.start.heading, pose.speed, pose.acceleration, pose.travelled,
    )  # fmt: skip


def _let_go_s(load: Body, carrier: Body, told: Script) -> float | None:
    """Give the instant at which the carrier let go, None while it carries on."""
    drop = next((i for i, s in enumerate(carrier.steps) if isinstance(s, DropLoadScene) and s.load == load.name), None)
    if drop is None or told.step < drop:
        return None
    return told.began_s
