"""An animal's joints from the motion of a track: standing, walking, trotting, galloping, and what lies between.

A foot on the ground stands still by construction: its toe goes back in the body frame by just what the body advances.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.models.animals.posing import (
    ROOT_SLIDE,
    AnimalAsk,
    AnimalShape,
    animal_shape,
    hocks,
    roots,
    solve,
    standing,
    upper_lengths,
)
from scenegen.models.mesh import Model
from scenegen.models.skeletons import mix
from scenegen.simulate.animal_curves import duty, touch_down
from scenegen.simulate.clip import ANIMAL_MOTION

AFTER = 1e-6  # of a stride after which a foot that touches down is surely on the ground
SAMPLES = 16  # phases of the cycle at which the legs' reach is looked at
LEG_REACH = 0.99  # share of the straight upper bones that the trunk's height leaves at most
MOST_CROUCH = 0.30  # of the hip height: how far the trunk comes down so that long steps reach
FRONT, HIND = slice(0, 2), slice(2, 4)
GATHERED = 0.87  # phase of a gallop at which the legs are gathered under the body, in flight

# By gait (walk, trot, gallop):
CLEARANCE = (0.10, 0.17, 0.26)  # of the hip height, how high a swinging toe is lifted
FRONT_FOLD_RAD = tuple(float(np.radians(angle)) for angle in (48.0, 72.0, 80.0))  # of a swinging front cannon
HIND_FOLD_RAD = tuple(float(np.radians(angle)) for angle in (22.0, 34.0, 45.0))
OVERSHOOT = 1.3  # of the sweep: speed at which a foot leaves and meets the ground in the body frame
TOE_OFF_RAD = 0.75  # how far the heel has risen when a foot leaves the ground
TOE_OFF_FROM = 0.72  # of stance


def pose_animal(model: Model, motion: FloatArray) -> FloatArray:
    """Pose an animal at every row of its motion; a row's pose depends on that row alone.

    While the body advances `stride_m` per unit of phase at a constant stride, every foot on the ground stands still.

    Args:
        model: of an animal, from the catalogue.
        motion: (n, 5) float64, the columns of `ANIMAL_MOTION`; stance 1 stands, gait 0 walks, 1 trots, 2 gallops.
    Returns:
        (n, joints, 4, 4) float64: body_from_rest, which takes rest-pose points to posed points in the body frame.
    Raises:
        ValueError: the model is no animal or motion has other columns.
    """
    if model.rig != "animal":
        raise ValueError(f"{model.spec.kind} has rig {model.rig!r}, wanted 'animal'")
    if motion.ndim != 2 or motion.shape[1] != len(ANIMAL_MOTION):
        raise ValueError(f"motion has shape {motion.shape}, wanted (n, {len(ANIMAL_MOTION)}): {', '.join(ANIMAL_MOTION)}")
    shape = animal_shape(model.joints, model.facts)
    still = standing(len(motion))
    at_ease = np.clip(motion[:, 3], 0.0, 1.0)
    if (at_ease == 1.0).all():
        return solve(shape, still)
    ask = _moving(shape, motion, model.facts["tail_lift_rad"])
    crouch = _crouch(shape, motion, model.facts["tail_lift_rad"])
    ask = replace(ask, rise=ask.rise - crouch)
    return solve(shape, mix(ask, still, at_ease * at_ease * (3.0 - 2.0 * at_ease)))


def _crouch(shape: AnimalShape, motion: FloatArray, tail_lift_rad: float) -> FloatArray:
    """Give how far the trunk must come down (n,) so that no leg on the ground overstretches anywhere in the cycle."""
    n, (_, stride, speed, _, gait) = len(motion), motion.T
    # Legs are longest where feet touch down and lift off, so those instants are looked at too
    begin = touch_down(gait) + AFTER
    end = begin + duty(speed, stride, gait, shape.hip_m)[:, None] - 2 * AFTER
    phases = np.concatenate([np.tile(np.arange(SAMPLES) / SAMPLES, (n, 1)), begin, end], axis=1)
    grid = np.repeat(motion, phases.shape[1], axis=0)
    grid[:, 0] = phases.ravel()
    ask = _moving(shape, grid, tail_lift_rad)
    root, hock = roots(shape, ask), hocks(shape, ask)
    across = hock[..., 0] - root[..., 0]
    highest = hock[..., 1] + np.sqrt(np.maximum((LEG_REACH * upper_lengths(shape)) ** 2 - across * across, 0.0))
    excess = np.where(ask.toe_z == 0.0, root[..., 1] - highest, 0.0).reshape(n, -1)
    crouch: FloatArray = np.clip(excess.max(axis=1), 0.0, MOST_CROUCH * shape.hip_m)
    return crouch


def _moving(shape: AnimalShape, motion: FloatArray, tail_lift_rad: float) -> AnimalAsk:
    """Ask for a gait at n phases."""
    phase, stride, speed, gait = (np.ascontiguousarray(motion[:, i]) for i in (0, 1, 2, 4))
    hip = shape.hip_m
    on_ground = duty(speed, stride, gait, hip)[:, None]
    local = (phase[:, None] - touch_down(gait)) % 1.0
    sweep = on_ground * stride[:, None]
    swing = np.clip((local - on_ground) / (1.0 - on_ground), 0.0, 1.0)
    is_down = local < on_ground
    toe_x = np.where(is_down, sweep / 2 - stride[:, None] * local, _swing_x(sweep, stride[:, None] * (1 - on_ground), swing))
    toe_z = np.where(is_down, 0.0, _by_gait(CLEARANCE, gait)[:, None] * hip * np.sin(np.pi * swing) ** 2)
    cannon = _cannon(shape, toe_x, swing, gait)
    trunk = _trunk(shape, phase, gait, on_ground[:, 0])
    return AnimalAsk(
        **trunk, tail=tail_lift_rad * np.clip(gait, 0.0, 1.0) + 0.08 * np.sin(4 * np.pi * phase), toe_x=toe_x, toe_z=toe_z,
        cannon=cannon, foot=_foot(local / on_ground, swing, cannon, is_down=is_down),
    )  # fmt: skip


def _swing_x(sweep: FloatArray, ground: FloatArray, swing: FloatArray) -> FloatArray:
    """Bring a foot from the back end of its sweep to the front one (n, 4); it lags behind at first and comes back at last."""
    slope = -np.minimum(ground, OVERSHOOT * sweep)
    t = swing
    ends = sweep / 2 * (6 * t * t - 4 * t * t * t - 1.0)
    pulled: FloatArray = ends + slope * (t * (1 - t) ** 2 - t * t * (1 - t))
    return pulled


def _cannon(shape: AnimalShape, toe_x: FloatArray, swing: FloatArray, gait: FloatArray) -> FloatArray:
    """Give the turn of the cannons (n, 4): they lean with the leg, and fold in the swing."""
    lean = np.arctan2(-toe_x * (1.0 - ROOT_SLIDE), shape.hip_m)
    fold = np.sin(np.pi * swing**0.8) ** 2
    turn: FloatArray = lean * np.array((0.9, 0.9, 0.75, 0.75))
    turn[:, FRONT] += _by_gait(FRONT_FOLD_RAD, gait)[:, None] * fold[:, FRONT]
    turn[:, HIND] += _by_gait(HIND_FOLD_RAD, gait)[:, None] * fold[:, HIND]
    return turn


def _foot(stance: FloatArray, swing: FloatArray, cannon: FloatArray, *, is_down: BoolArray) -> FloatArray:
    """Give the turn of the feet (n, 4): flat, heel up at the end of stance, hanging from the cannon in the swing."""
    rising = np.clip((stance - TOE_OFF_FROM) / (1.0 - TOE_OFF_FROM), 0.0, 1.0)
    leave = np.clip(1.0 - swing / 0.35, 0.0, 1.0) ** 2
    land = np.clip((swing - 0.6) / 0.4, 0.0, 1.0)
    land = land * land * (3.0 - 2.0 * land)
    hanging = cannon + 0.55 * np.sin(np.pi * swing) ** 2
    free = TOE_OFF_RAD * leave + hanging * (1.0 - leave) * (1.0 - land)
    turn: FloatArray = np.where(is_down, TOE_OFF_RAD * rising * rising, free)
    return turn


def _trunk(shape: AnimalShape, phase: FloatArray, gait: FloatArray, on_ground: FloatArray) -> dict[str, FloatArray]:
    """Give rise, pitch, bend, neck and head: twice a stride up and down at the walk and trot, once rocking at the gallop."""
    walk, trot, gallop = (np.clip(1.0 - np.abs(gait - k), 0.0, 1.0) for k in range(3))
    twice = 4 * np.pi * (phase - on_ground / 2)
    once = 2 * np.pi * (phase - GATHERED)
    rise = shape.hip_m * (0.010 * walk * np.cos(twice) - 0.035 * trot * np.cos(twice) + 0.050 * gallop * np.cos(once))
    pitch = gallop * 0.10 * np.sin(2 * np.pi * (phase - 0.40))
    bend = gallop * (0.06 + 0.24 * np.cos(once))
    # The head is held steady: the neck takes back what the chest turns, and reaches ahead at speed
    chest = pitch + 0.5 * bend
    reach = 0.10 * trot + 0.30 * gallop
    neck = -0.6 * chest + reach + 0.05 * walk * np.sin(twice)
    return {
        "rise": rise,
        "pitch": pitch,
        "bend": bend,
        "neck": neck,
        "head": -0.4 * chest - 0.8 * reach - 0.03 * walk * np.sin(twice),
    }


def _by_gait(values: tuple[float, ...], gait: FloatArray) -> FloatArray:
    """Give a number between those of walk, trot and gallop, (n,)."""
    return np.interp(gait, (0.0, 1.0, 2.0), values)
