"""Where the feet go over one cycle: planted on the ground in stance by construction, on the published path in swing.

The published angles alone slide. So in stance the foot rolls over heel, flat and ball with the contact point fixed on the
ground while the body advances; in swing the ankle follows the curves, its ends pulled onto the stance path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.models.people.posing import BodyShape
from scenegen.models.people.skeleton import BALL, HEEL, TIP
from scenegen.simulate.gait_curves import (
    ANKLE_DEG,
    CLASS_LEG_M,
    HIP_DEG,
    KNEE_DEG,
    PELVIC_TILT_DEG,
    RUN_ANKLE_DEG,
    RUN_HIP_DEG,
    RUN_KNEE_DEG,
    class_series,
    fourier_rad,
)  # fmt: skip

SAMPLES = 96  # phases of the cycle at which hip height and stance middle are measured
WALK_STANCE = 0.62  # share of the cycle with the foot on the ground
TOE_OFF_RAD = 1.1  # how far the heel has risen when a runner leaves the ground
CLEARANCE_M = 0.012  # of the swinging sole, at 1.77 m
LEG_REACH = 0.994  # share of the straight leg that the hip height leaves at most
WALK_HARMONICS, LIMIT_HARMONICS = (2, 4), (2, 4, 6, 8)  # a hip rises and falls twice a cycle: even ones only


@dataclass(frozen=True, eq=False)
class Feet:
    """Ankles of both feet (n, 2), relative to the point under the pelvis, and hip height (n,), metres and radians.

    `roll` (n, 2) is how far the rolling foot has carried the ankle ahead of where it stands flat.
    """

    x: FloatArray
    z: FloatArray
    roll: FloatArray
    pitch: FloatArray
    toe: FloatArray
    hip: FloatArray


Curve = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, eq=False)
class Cycle:
    """A gait of n rows at once: functions of phase (n, k), except stride (n, 1) and stance (n, 1)."""

    shape: BodyShape
    thigh: Curve
    knee: Curve
    pitch: Curve
    stance: FloatArray
    stride: FloatArray
    clearance_m: float

    def curve_ankle(self, phase: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the ankle ahead of and below the hip as the joint angles have it."""
        thigh, shin = self.thigh(phase), self.thigh(phase) - self.knee(phase)
        long, short = self.shape.thigh_m, self.shape.shin_m
        return long * np.sin(thigh) + short * np.sin(shin), long * np.cos(thigh) + short * np.cos(shin)

    def leg(self, phase: FloatArray) -> FloatArray:
        """Give the distance from hip to ankle that the knee angle asks for."""
        long, short = self.shape.thigh_m, self.shape.shin_m
        length: FloatArray = np.sqrt(long * long + short * short + 2 * long * short * np.cos(self.knee(phase)))
        return length

    def rolled(self, pitch: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give how far a foot that rolls on heel or ball carries its ankle ahead, and the ankle's height."""
        length, height = self.shape.foot_m, self.shape.ankle_m
        lever = np.where(pitch > 0, HEEL, BALL) * length
        sin, cos = np.sin(pitch), np.cos(pitch)
        return lever * (1 - cos) - height * sin, height * cos - lever * sin


def walk_cycle(shape: BodyShape, speed: FloatArray, stride: FloatArray) -> Cycle:
    """Give walking at speeds (n,) with strides (n,)."""
    leg_m = shape.thigh_m + shape.shin_m + shape.ankle_m
    leg_speed = speed * np.sqrt(CLASS_LEG_M / leg_m)
    hip, knee, ankle = (class_series(table, leg_speed) for table in (HIP_DEG, KNEE_DEG, ANKLE_DEG))
    # Steps shorter than the slowest class has them: swing the legs less.
    vigour = np.clip(stride / (0.9 * leg_m), 0.1, 1.0)
    for series in (hip, knee, ankle):
        series[1:] *= vigour
    crouch = 0.6 * shape.stoop_rad

    def thigh_angle(phase: FloatArray) -> FloatArray:
        angle: FloatArray = fourier_rad(hip, phase) - np.radians(PELVIC_TILT_DEG) + 0.8 * crouch
        return angle

    def knee_angle(phase: FloatArray) -> FloatArray:
        return fourier_rad(knee, phase) + 1.4 * crouch

    def pitch(phase: FloatArray) -> FloatArray:
        raw = thigh_angle(phase) - knee_angle(phase) + fourier_rad(ankle, phase) + 0.6 * crouch
        flat = np.clip((phase - 0.02) / 0.06, 0, 1) * np.clip((0.44 - phase) / 0.10, 0, 1)
        raw = raw * (1 - flat)
        early = np.where(phase < 0.12, np.maximum(raw, 0), np.minimum(raw, 0))
        return np.where(phase < 0.44, early, raw)

    return Cycle(
        shape, thigh_angle, knee_angle, pitch, np.full((len(speed), 1), WALK_STANCE), stride[:, None],
        CLEARANCE_M * shape.scale,
    )  # fmt: skip


def run_cycle(shape: BodyShape, speed: FloatArray, stride: FloatArray) -> Cycle:
    """Give running at speeds (n,) with strides (n,); stance gets shorter and the swing higher with speed."""
    leg_m = shape.thigh_m + shape.shin_m + shape.ankle_m
    leg_speed = speed * np.sqrt(CLASS_LEG_M / leg_m)
    stance = np.clip(0.35 - 0.05 * (leg_speed - 2.5), 0.24, 0.40)[:, None]
    vigour = np.clip(0.8 + 0.12 * (leg_speed - 1.0), 0.6, 1.2)[:, None]
    hip, knee, ankle = (np.array(series) for series in (RUN_HIP_DEG, RUN_KNEE_DEG, RUN_ANKLE_DEG))

    def thigh_angle(phase: FloatArray) -> FloatArray:
        angle: FloatArray = fourier_rad(hip, phase) * vigour - np.radians(PELVIC_TILT_DEG)
        return angle

    def knee_angle(phase: FloatArray) -> FloatArray:
        angle: FloatArray = fourier_rad(knee, phase) * (0.5 + 0.5 * vigour)
        return angle

    def pitch(phase: FloatArray) -> FloatArray:
        share = phase / stance
        lifted = np.clip((share - 0.45) / 0.55, 0, 1)
        on_ground = 0.10 * np.clip(1 - share / 0.15, 0, 1) - TOE_OFF_RAD * lifted**1.5
        swing = np.clip((phase - stance) / (1 - stance), 0, 1)
        free = thigh_angle(phase) - knee_angle(phase) + fourier_rad(ankle, phase)
        leave = np.clip(1 - swing / 0.35, 0, 1) ** 2
        land = np.clip((swing - 0.65) / 0.35, 0, 1) ** 2
        in_air = free * (1 - leave) * (1 - land) - TOE_OFF_RAD * leave + 0.10 * land
        angle: FloatArray = np.where(phase < stance, on_ground, in_air)
        return angle

    return Cycle(shape, thigh_angle, knee_angle, pitch, stance, stride[:, None], 2.0 * CLEARANCE_M * shape.scale)


def place_feet(cycle: Cycle, phase: FloatArray, *, bounce_m: float = 0.0) -> Feet:
    """Place both feet of a gait.

    Args:
        cycle: n rows of a gait.
        phase: (n,) strides; whole numbers are strikes of the left heel.
        bounce_m: 0 takes the hip's height from the stance knees (walking); else the hip rises and falls by this much
            around a mid-stance height with flight between (running).
    Returns:
        The feet and the hip height.
    """
    both = np.stack([phase % 1.0, (phase + 0.5) % 1.0], axis=1)
    grid = np.tile(np.arange(SAMPLES) / SAMPLES, (len(phase), 1))
    start = _stance_start(cycle, grid)
    wave = _running_hip(cycle, grid, start, bounce_m) if bounce_m else _walking_hip(cycle, grid, start)
    pitch = cycle.pitch(both)
    roll, height = cycle.rolled(pitch)
    on_ground = both < cycle.stance
    x = start - cycle.stride * both + roll

    # Pull the ends of the swing path onto the stance path.
    share = np.clip((both - cycle.stance) / (1 - cycle.stance), 0, 1)
    ends = np.concatenate([cycle.stance, np.zeros_like(cycle.stance)], axis=1)
    end_roll, end_height = cycle.rolled(cycle.pitch(ends))
    end_x, end_drop = cycle.curve_ankle(ends)
    miss_x = start - cycle.stride * ends + end_roll - end_x
    miss_z = end_height - (_wave_at(wave, ends) - end_drop)
    ease = share * share * (3 - 2 * share)
    swing_x, drop = cycle.curve_ankle(both)
    swing_x = swing_x + miss_x[:, :1] * (1 - ease) + miss_x[:, 1:] * ease
    swing_z = _wave_at(wave, both) - drop + miss_z[:, :1] * (1 - ease) + miss_z[:, 1:] * ease
    toe = np.where(pitch < 0, pitch * np.clip((both - cycle.stance) / 0.16, 0, 1), pitch)
    swing_z = swing_z + _lift(cycle, swing_z, pitch, toe, share)
    return Feet(
        x=np.where(on_ground, x, swing_x), z=np.where(on_ground, height, swing_z), roll=np.where(on_ground, roll, 0.0)
        + np.where(on_ground, 0.0, end_roll[:, :1] * (1 - ease) + end_roll[:, 1:] * ease),
        pitch=pitch, toe=toe, hip=_wave_at(wave, phase[:, None])[:, 0],
    )  # fmt: skip


def _stance_start(cycle: Cycle, grid: FloatArray) -> FloatArray:
    """Give where the flat foot stands at heel strike (n, 1), so that the stance path lies best on the curves' path."""
    roll, _ = cycle.rolled(cycle.pitch(grid))
    wanted = cycle.curve_ankle(grid)[0] - roll + cycle.stride * grid
    inside = (grid < cycle.stance).astype(np.float64)
    start: FloatArray = (wanted * inside).sum(-1, keepdims=True) / inside.sum(-1, keepdims=True)
    return start


def _walking_hip(cycle: Cycle, grid: FloatArray, start: FloatArray) -> FloatArray:
    """Give the hip's height as coefficients of even waves: what the stance knees ask for, within the legs' reach."""
    half = SAMPLES // 2
    x, z, inside = _stance_path(cycle, grid, start)
    wish = z + np.sqrt(np.maximum(cycle.leg(grid) ** 2 - x * x, 0.01))
    weight = np.where(inside, np.sin(np.pi * np.clip(grid / cycle.stance, 0, 1)) ** 0.7, 0.0) + 1e-3
    other_wish, other_weight = np.roll(wish, half, axis=1), np.roll(weight, half, axis=1)
    wave = _even_waves((weight * wish + other_weight * other_wish) / (weight + other_weight), WALK_HARMONICS)
    limit = _reach_limit(cycle, x, z, inside)
    # Lower the hip only where a leg would be too short, and at last by what is still missing.
    for _ in range(8):
        wave = _even_waves(np.minimum(_wave_at(wave, grid), limit), LIMIT_HARMONICS)
    return _lowered(wave, grid, limit)


def _running_hip(cycle: Cycle, grid: FloatArray, start: FloatArray, bounce_m: float) -> FloatArray:
    """Give the hip's height: lowest in mid-stance, where the knee bends as published, highest in flight."""
    x, z, inside = _stance_path(cycle, grid, start)
    middle = cycle.stance / 2
    lowest = cycle.shape.ankle_m + cycle.leg(middle)
    turn = 4 * np.pi * middle
    still = np.zeros_like(middle)
    half = bounce_m / 2
    wave = np.concatenate([lowest + half, -half * np.cos(turn), -half * np.sin(turn), *[still] * 6], axis=1)
    return _lowered(wave, grid, _reach_limit(cycle, x, z, inside))


def _stance_path(cycle: Cycle, grid: FloatArray, start: FloatArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Give ankle x, z and whether the foot is on the ground over the cycle."""
    roll, height = cycle.rolled(cycle.pitch(grid))
    return start - cycle.stride * grid + roll, height, grid <= cycle.stance + 1.0 / SAMPLES


def _reach_limit(cycle: Cycle, x: FloatArray, z: FloatArray, inside: BoolArray) -> FloatArray:
    """Give the greatest hip height over the cycle at which no stance leg overstretches."""
    reach = (cycle.shape.thigh_m + cycle.shape.shin_m) * LEG_REACH
    limit = np.where(inside, z + np.sqrt(np.maximum(reach * reach - x * x, 0)), 9.0)
    return np.minimum(limit, np.roll(limit, SAMPLES // 2, axis=1))


def _lowered(wave: FloatArray, grid: FloatArray, limit: FloatArray) -> FloatArray:
    """Lower a height so far that it is nowhere above a limit."""
    lowered = wave.copy()
    lowered[:, 0] -= np.maximum((_wave_at(wave, grid) - limit).max(axis=1), 0)
    return lowered


def _even_waves(heights: FloatArray, harmonics: tuple[int, ...]) -> FloatArray:
    """Give the mean and the cosine and sine parts (n, 9) of even harmonics of heights (n, SAMPLES)."""
    wave = np.zeros((len(heights), 9))
    wave[:, 0] = heights.mean(axis=1)
    turn = 2 * np.pi * np.arange(SAMPLES) / SAMPLES
    for k in harmonics:
        wave[:, k - 1] = 2 * (heights * np.cos(k * turn)).mean(axis=1)
        wave[:, k] = 2 * (heights * np.sin(k * turn)).mean(axis=1)
    return wave


def _wave_at(wave: FloatArray, phase: FloatArray) -> FloatArray:
    """Give heights (n, k) of waves (n, 9) at phases (n, k)."""
    height = wave[:, :1] + np.zeros_like(phase)
    for k in LIMIT_HARMONICS:
        turn = 2 * np.pi * k * phase
        height = height + wave[:, k - 1 : k] * np.cos(turn) + wave[:, k : k + 1] * np.sin(turn)
    return height


def _lift(cycle: Cycle, z: FloatArray, pitch: FloatArray, toe: FloatArray, share: FloatArray) -> FloatArray:
    """Give how much a swinging ankle must rise so that the sole clears the ground; 0 at both ends of the swing."""
    length, height = cycle.shape.foot_m, cycle.shape.ankle_m
    sin, cos = np.sin(pitch), np.cos(pitch)
    ball, heel = BALL * length * sin - height * cos, HEEL * length * sin - height * cos
    lowest = z + np.minimum(np.minimum(heel, ball), ball + (TIP - BALL) * length * np.sin(toe))
    arch = np.sin(np.pi * share)
    short, soft = cycle.clearance_m * np.sqrt(np.maximum(arch, 0)) - lowest, cycle.clearance_m * arch
    return np.where(share > 0, 0.5 * (short + np.sqrt(short * short + soft * soft)), 0.0)
