"""How a quadruped's gait goes with its speed: which gait, how long a stride, how long a foot stays on the ground."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray

GRAVITY_M_PER_S2 = 9.81
TROT_FROUDE, GALLOP_FROUDE = (0.4, 0.6), (2.2, 3.0)
"""Between these v^2 / (g hip height) walking turns into trotting, and trotting into galloping: Alexander and Jayes 1983."""
LEAST_STRIDE = 0.5  # hip heights: phase stays finite for an animal that hardly moves
MOST_SWEEP = 1.0  # hip heights that the body moves over a standing foot at most; beyond, legs do not reach
LEAST_DUTY, MOST_DUTY = 0.14, 0.75

TOUCH_DOWN = (
    (0.25, 0.75, 0.0, 0.5),  # walk, lateral sequence: left hind, left front, right hind, right front
    (0.5, 1.0, 0.0, 0.5),  # trot: diagonal pairs
    (0.44, 0.56, 0.0, 0.11),  # transverse gallop: hind pair, then front pair, then flight with the legs gathered
)
"""Phase at which front left, front right, hind left and hind right touch the ground, by gait; Hildebrand 1965."""


def animal_gait(speed_m_per_s: float, hip_m: float) -> float:
    """Give the gait of a steady speed: 0 walk, 1 trot, 2 gallop, smooth between."""
    froude = speed_m_per_s**2 / (GRAVITY_M_PER_S2 * hip_m)
    return _smooth(froude, TROT_FROUDE) + _smooth(froude, GALLOP_FROUDE)


def animal_stride_m(speed_m_per_s: float, hip_m: float) -> float:
    """Give the length of one stride at a steady speed, metres.

    Source:
        Alexander and Jayes 1983: 2.4 Fr^0.34 hip heights walking, 1.9 Fr^0.40 running.
    """
    froude = speed_m_per_s**2 / (GRAVITY_M_PER_S2 * hip_m)
    walking, running = 2.4 * froude**0.34, 1.9 * froude**0.40
    share = min(animal_gait(speed_m_per_s, hip_m), 1.0)
    return max(float(walking + (running - walking) * share), LEAST_STRIDE) * hip_m


def duty(speed_m_per_s: FloatArray, stride_m: FloatArray, gait: FloatArray, hip_m: float) -> FloatArray:
    """Give the share of a stride (n,) in which a foot is on the ground.

    Source:
        Alexander and Jayes 1983, fore and hind feet together; shorter where legs would not reach.
    """
    froude = np.maximum(speed_m_per_s**2 / (GRAVITY_M_PER_S2 * hip_m), 1e-3)
    share = np.clip(gait, 0.0, 1.0)
    wanted = 0.52 * froude**-0.14 * (1.0 - share) + 0.53 * froude**-0.28 * share
    within = np.minimum(np.clip(wanted, LEAST_DUTY, MOST_DUTY), MOST_SWEEP * hip_m / stride_m)
    return np.asarray(within, np.float64)


def touch_down(gait: FloatArray) -> FloatArray:
    """Give the phases (n, 4) at which the feet touch the ground, between those of neighbouring gaits; whole strides count
    on, so that from walking to galloping no foot goes backwards."""
    walk, trot, gallop = (np.array(row) for row in TOUCH_DOWN)
    first, second = np.clip(gait, 0.0, 1.0)[:, None], np.clip(gait - 1.0, 0.0, 1.0)[:, None]
    phases: FloatArray = walk + (trot - walk) * first + (gallop - trot) * second
    return phases


def _smooth(value: float, ends: tuple[float, float]) -> float:
    share = min(max((value - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)
