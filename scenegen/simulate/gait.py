"""A person's joints from the motion of a track: standing at ease, walking, running, and what lies between."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.mesh import Model
from scenegen.models.people.holding import held, hold_of, with_gear
from scenegen.models.people.posing import BodyShape, PoseAsk, above_ground, body_shape, solve, standing
from scenegen.models.skeletons import mix
from scenegen.simulate.clip import PERSON_MOTION
from scenegen.simulate.gait_curves import run_blend, stride_m
from scenegen.simulate.gait_feet import Feet, place_feet, run_cycle, walk_cycle

__all__ = ["pose_person", "run_blend", "stride_m"]

TOE_OUT_RAD = float(np.radians(7.0))
HALF_STEP_WIDTH_M = 0.062  # at 1.77 m: a step width of 0.12 m
SWAY_M = 0.018  # sideways swing of the pelvis, at 1.77 m
WALK_SWING_RAD, WALK_ELBOW_RAD, WALK_LEAN_RAD = (float(np.radians(angle)) for angle in (18.0, 20.0, 3.0))
RUN_SWING_RAD, RUN_ELBOW_RAD, RUN_LEAN_RAD = (float(np.radians(angle)) for angle in (34.0, 85.0, 8.0))
RUN_BOUNCE_M = 0.075  # rise and fall of the hip when running, at 1.77 m


def pose_person(model: Model, motion: FloatArray) -> FloatArray:
    """Pose a person at every row of its motion; a row's pose depends on that row alone.

    While the body advances `stride_m` per unit of phase at a constant stride, the foot on the ground stands still.

    Args:
        model: of a person, from the catalogue.
        motion: (n, 7) float64, the columns of `PERSON_MOTION`; stance 1 stands at ease, run 1 runs.
    Returns:
        (n, joints, 4, 4) float64: body_from_rest, which takes rest-pose points to posed points in the body frame.
    Raises:
        ValueError: the model is no person or motion has other columns.
    """
    if model.rig != "person":
        raise ValueError(f"{model.spec.kind} has rig {model.rig!r}, wanted 'person'")
    if motion.ndim != 2 or motion.shape[1] != len(PERSON_MOTION):
        raise ValueError(f"motion has shape {motion.shape}, wanted (n, {len(PERSON_MOTION)}): {', '.join(PERSON_MOTION)}")
    shape = body_shape(model.joints, model.facts)
    phase, stride, speed, stance, run, travelled, look = (np.ascontiguousarray(motion[:, i]) for i in range(len(PERSON_MOTION)))
    ask = _walking(shape, phase, stride, speed)
    if (run > 0).any():
        ask = mix(ask, _running(shape, phase, stride, speed), np.clip(run, 0, 1))
    if (stance > 0).any():
        at_ease = np.clip(stance, 0, 1)
        ask = mix(ask, standing(shape, len(motion)), at_ease * at_ease * (3 - 2 * at_ease))
    ask = replace(ask, head_yaw=ask.head_yaw + look)
    hold = hold_of(model.facts)
    if hold is None:
        return solve(shape, above_ground(shape, ask))
    bones = solve(shape, above_ground(shape, held(ask, hold, travelled)))
    return with_gear(model.joints, bones, travelled, hold.shift_m)


def _walking(shape: BodyShape, phase: FloatArray, stride: FloatArray, speed: FloatArray) -> PoseAsk:
    feet = place_feet(walk_cycle(shape, speed, stride), phase)
    cos, sin = np.cos(2 * np.pi * phase), np.sin(2 * np.pi * phase)
    vigour = np.clip(speed / 1.3, 0.3, 1.6)
    sides = np.stack([phase, phase + 0.5], axis=1)
    # Pelvis rotation and obliquity: Pinzone et al. 2014, first harmonic.
    yaw, drop = np.radians(5.1 * cos + 1.7 * sin) * 0.9, np.radians(2.5 * cos + 2.5 * sin) * 0.5
    return PoseAsk(
        hip=feet.hip, sway=SWAY_M * shape.scale * sin, yaw=-yaw, list=-drop,
        lean=np.full(len(phase), WALK_LEAN_RAD + shape.stoop_rad),
        arm_swing=-(WALK_SWING_RAD * vigour)[:, None] * np.cos(2 * np.pi * sides - 0.25) - 0.035,
        arm_out=np.full(sides.shape, shape.arm_out_rad),
        elbow=WALK_ELBOW_RAD + np.radians(9.0) * vigour[:, None] * np.sin(2 * np.pi * sides - 1.8),
        head_yaw=np.zeros(len(phase)), head_pitch=np.zeros(len(phase)),
        **_footfall(feet, HALF_STEP_WIDTH_M * shape.scale, TOE_OUT_RAD),
    )  # fmt: skip


def _running(shape: BodyShape, phase: FloatArray, stride: FloatArray, speed: FloatArray) -> PoseAsk:
    feet = place_feet(run_cycle(shape, speed, stride), phase, bounce_m=RUN_BOUNCE_M * shape.scale)
    cos, sin = np.cos(2 * np.pi * phase), np.sin(2 * np.pi * phase)
    sides = np.stack([phase, phase + 0.5], axis=1)
    swing = np.cos(2 * np.pi * sides - 0.1)
    return PoseAsk(
        hip=feet.hip, sway=0.5 * SWAY_M * shape.scale * sin, yaw=-np.radians(8.0) * cos, list=-np.radians(2.0) * sin,
        lean=np.full(len(phase), RUN_LEAN_RAD + shape.stoop_rad), arm_swing=-RUN_SWING_RAD * swing - 0.12,
        arm_out=np.full(sides.shape, shape.arm_out_rad + 0.10), elbow=RUN_ELBOW_RAD - np.radians(12.0) * swing,
        head_yaw=np.zeros(len(phase)), head_pitch=np.zeros(len(phase)),
        **_footfall(feet, 0.5 * HALF_STEP_WIDTH_M * shape.scale, 0.5 * TOE_OUT_RAD),
    )  # fmt: skip


def _footfall(feet: Feet, half_width_m: float, toe_out_rad: float) -> dict[str, FloatArray]:
    """Give the feet's part of a pose: turn each rolling foot about the spot where it stands flat."""
    outward = np.array((1.0, -1.0))
    return {
        "ankle_x": feet.x - feet.roll * (1 - np.cos(toe_out_rad)),
        "ankle_y": outward * (half_width_m + feet.roll * np.sin(toe_out_rad)),
        "ankle_z": feet.z,
        "foot_pitch": feet.pitch,
        "toe_pitch": feet.toe,
        "toe_out": np.full(feet.x.shape, toe_out_rad),
    }
