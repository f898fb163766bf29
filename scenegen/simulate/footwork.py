"""How legs follow the body: which steady gait they show, and how much of it, when starting, stopping, freezing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.seeds import u01
from scenegen.simulate.animal_curves import animal_gait, animal_stride_m
from scenegen.simulate.body import Body
from scenegen.simulate.gait import run_blend, stride_m
from scenegen.simulate.looks import animal_hip_m, walks_like

SETTLE_PER_S = 2.5  # feet come together within 0.4 s of a halt
LOOK_HZ = 0.17  # heads turn to and fro within some six seconds
LOOK_WALKING_RAD, LOOK_STANDING_RAD = 0.12, 0.75  # how far at most
SHIFT_M_PER_S2 = 3.0  # how fast one gait turns into another, such as walking into running


class Footwork(NamedTuple):
    """Per tick (n,): the steady speed whose gait the legs show, and 0..1 how far they stand at ease."""

    gait_speed: FloatArray
    stance: FloatArray


def footwork(time_s: FloatArray, speed: FloatArray, pace: FloatArray, is_frozen: BoolArray) -> Footwork:
    """Give the gait of a person or an animal over time; each tick depends on the past alone.

    Someone who starts from standing swings the legs of the wanted gait at once, ever less at ease as speed grows: of all
    blends tried this lets feet slip least. One who freezes keeps the pose; one who stops brings the feet together.

    Args:
        time_s: (n,) instants.
        speed: (n,) speed of the body, m/s.
        pace: (n,) speed that is asked for, 0 for standing.
        is_frozen: (n,) whether the pose is held.
    """
    gait_speed, stance = np.zeros(len(speed)), np.ones(len(speed))
    gait, ease = float(speed[0]), 1.0 if speed[0] == 0.0 else 0.0
    tick_s = np.diff(time_s, prepend=time_s[0])
    for row, (now, wanted, held) in enumerate(zip(speed.tolist(), pace.tolist(), is_frozen.tolist(), strict=True)):
        if not held:
            gait = _gait_speed(gait, now, wanted, ease, float(tick_s[row]))
            ease = min(_at_ease(now, gait), ease + SETTLE_PER_S * float(tick_s[row]))
        gait_speed[row], stance[row] = gait, ease
    return Footwork(gait_speed, stance)


def person_motion(body: Body, work: Footwork, travelled: FloatArray, time_s: FloatArray) -> FloatArray:
    """Give the columns `PERSON_MOTION`, (n, 7): the phase grows by travelled distance over stride, so feet do not slip."""
    stature_m = body.size_m[2]
    speeds, at = np.unique(work.gait_speed, return_inverse=True)
    stride = np.array([stride_m(float(speed), stature_m, walks_like(body.model.kind, stature_m)) for speed in speeds])[at]
    run = np.array([run_blend(float(speed), stature_m) for speed in speeds])[at]
    phase, way = _phase(travelled, stride, time_s), travelled - travelled[int(np.searchsorted(time_s, 0.0))]
    return np.stack([phase, stride, work.gait_speed, work.stance, run, way, _look(body, work, time_s)], axis=1)


def _look(body: Body, work: Footwork, time_s: FloatArray) -> FloatArray:
    """How far the head is turned to the left, (n,): who stands looks up and down the street, who walks ahead."""
    start = u01(0, body.name, 0, "look")
    sweep = np.sin(2.0 * np.pi * (LOOK_HZ * time_s + start)) + 0.5 * np.sin(
        2.0 * np.pi * (1.7 * LOOK_HZ * time_s + 3.0 * start)
    )
    return np.asarray((LOOK_WALKING_RAD + (LOOK_STANDING_RAD - LOOK_WALKING_RAD) * work.stance) * sweep / 1.5, np.float64)


def animal_motion(body: Body, work: Footwork, travelled: FloatArray, time_s: FloatArray) -> FloatArray:
    """Give the columns `ANIMAL_MOTION`, (n, 5), made as a person's are."""
    hip_m = animal_hip_m(body.model)
    speeds, at = np.unique(work.gait_speed, return_inverse=True)
    stride = np.array([animal_stride_m(float(speed), hip_m) for speed in speeds])[at]
    gait = np.array([animal_gait(float(speed), hip_m) for speed in speeds])[at]
    return np.stack([_phase(travelled, stride, time_s), stride, work.gait_speed, work.stance, gait], axis=1)


def _phase(travelled: FloatArray, stride: FloatArray, time_s: FloatArray) -> FloatArray:
    """Strides made since time 0, (n,)."""
    phase = np.concatenate([[0.0], np.cumsum(np.diff(travelled) / (0.5 * (stride[1:] + stride[:-1])))])
    since: FloatArray = phase - phase[int(np.searchsorted(time_s, 0.0))]
    return since


def _gait_speed(gait: float, speed: float, wanted: float, ease: float, tick_s: float) -> float:
    """Speed of the gait to show next: the wanted one, reached at once from standing and smoothly from another gait."""
    if wanted == 0.0:
        return max(gait, speed)
    goal = max(wanted, speed)
    if ease == 1.0:
        return goal
    shift = SHIFT_M_PER_S2 * tick_s
    return max(speed, gait + max(-shift, min(shift, goal - gait)))


def _at_ease(speed: float, gait: float) -> float:
    """Share of standing at ease in the pose."""
    return 1.0 if speed == 0.0 else (1.0 - min(1.0, speed / gait)) ** 2
