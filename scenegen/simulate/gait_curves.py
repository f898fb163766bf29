"""Published joint angles of walking and running as Fourier series, and how long a stride is.

Angles in degrees over the cycle from heel strike (0) to the next of the same foot (1); flexion positive.
"""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray

CLASS_SPEED_M_PER_S = (0.45, 0.87, 1.28, 1.69, 2.1)  # middles of the five speed classes for a 0.9 m leg
CLASS_LEG_M = 0.9
PELVIC_TILT_DEG = 12.0  # hip angles are against the pelvis, which leans forward by this much: Pinzone et al. 2014

# a0, a1, b1 .. a4, b4 at the five classes; least-squares fits to the means of Schwartz et al. 2008.
HIP_DEG = (
    (16.8, 14.2, -1.1, -0.1, -3.1, -0.5, 0.5, 0.0, -0.1),
    (17.7, 17.4, -3.3, -2.2, -2.4, -0.1, 1.5, 0.1, -0.2),
    (18.4, 20.9, -3.2, -3.2, -1.5, -0.1, 1.6, -0.1, -0.1),
    (20.0, 24.0, -3.3, -3.9, -0.9, -0.1, 1.7, -0.1, -0.1),
    (22.4, 25.7, -5.0, -4.3, -1.2, -0.3, 1.5, -0.2, 0.0),
)
KNEE_DEG = (
    (16.1, -0.4, -15.4, -9.4, -0.4, -1.7, 3.7, 0.2, 0.7),
    (20.0, -3.0, -18.3, -12.2, 4.5, 0.0, 4.6, -0.2, 0.3),
    (22.9, -1.9, -18.8, -13.7, 7.0, -0.7, 4.3, -0.9, 0.6),
    (24.0, -0.4, -19.0, -14.1, 9.1, -0.8, 4.2, -1.1, 0.5),
    (23.4, 1.1, -21.5, -13.8, 9.2, -0.8, 3.7, -1.3, 0.4),
)
ANKLE_DEG = (
    (3.2, -6.1, 1.2, 1.9, -3.3, -2.7, -1.7, -0.1, 0.9),
    (2.0, -4.9, 4.1, 1.9, -5.9, -4.3, -0.2, 1.6, 1.3),
    (0.8, -2.0, 7.1, 0.8, -7.2, -4.6, 0.9, 2.2, 0.2),
    (-0.6, 0.2, 7.5, -1.1, -7.5, -4.2, 1.7, 2.1, -0.8),
    (-1.3, 2.5, 6.8, -3.4, -7.6, -3.0, 2.0, 1.4, -1.3),
)
# Running at 2.5 m/s: mean of 46 runners of two laboratories, fitted in the same way.
RUN_HIP_DEG = (12.0, 18.8, -11.1, -5.2, 1.6, -2.3, 0.8, 0.1, -0.3)
RUN_KNEE_DEG = (41.3, -10.0, -24.7, -18.0, 17.2, -1.9, 2.4, -0.7, 1.0)
RUN_ANKLE_DEG = (2.7, 10.9, 5.3, -8.8, 2.5, -1.5, -3.2, 0.6, -0.5)

WALK_RATIO_M_MIN = {"man": 0.0065, "woman": 0.0062, "elderly": 0.0058, "child": 0.0050}  # step length over cadence
RATIO_STATURE_M = {"man": 1.77, "woman": 1.65, "elderly": 1.68, "child": 1.22}  # statures that the ratios belong to
RUN_CADENCE_PER_MIN, RUN_CADENCE_SLOPE = 144.5, 7.0  # steps a minute: 162 at 2.5 m/s, 176 at 4.5, for a 0.9 m leg
LEG_SHARE = {"man": 0.522, "woman": 0.522, "elderly": 0.522, "child": 0.495}
RUN_FROUDE = 0.5  # walking turns into running at this v^2 / (g leg)
GRAVITY_M_PER_S2 = 9.81
LEAST_STRIDE = 0.2  # of stature: phase stays finite for someone who hardly moves


def stride_m(speed_m_per_s: float, stature_m: float, kind: str) -> float:
    """Give the length of one stride, two steps, at a steady speed.

    Args:
        speed_m_per_s: at least 0.
        stature_m: of the person.
        kind: man, woman, elderly or child.
    Returns:
        Metres between two strikes of the same heel: from the walk ratio, from cadence when running.
    """
    ratio = WALK_RATIO_M_MIN[kind] * stature_m / RATIO_STATURE_M[kind]
    walking = 2.0 * float(np.sqrt(60.0 * speed_m_per_s * ratio))
    time_scale = float(np.sqrt(CLASS_LEG_M / (LEG_SHARE[kind] * stature_m)))
    cadence = (RUN_CADENCE_PER_MIN + RUN_CADENCE_SLOPE * speed_m_per_s * time_scale) * time_scale
    running = 120.0 * speed_m_per_s / cadence
    share = run_blend(speed_m_per_s, stature_m)
    return max(walking + (running - walking) * share, LEAST_STRIDE * stature_m)


def run_blend(speed_m_per_s: float, stature_m: float) -> float:
    """Give how much of a run a steady speed is: 0 below the walk-run change, 1 above, smooth between."""
    change = float(np.sqrt(RUN_FROUDE * GRAVITY_M_PER_S2 * LEG_SHARE["man"] * stature_m))
    share = min(max((speed_m_per_s / change - 0.90) / 0.12, 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)


def class_series(table: tuple[tuple[float, ...], ...], leg_speed_m_per_s: FloatArray) -> FloatArray:
    """Give coefficients (9, n) at speeds (n,) scaled to a 0.9 m leg, linear between the classes."""
    columns = np.array(table).T
    return np.stack([np.interp(leg_speed_m_per_s, CLASS_SPEED_M_PER_S, column) for column in columns])


def fourier_rad(series: FloatArray, phase: FloatArray) -> FloatArray:
    """Give angles in radians at phases (n, ...) from coefficients (9, n) or (9,) in degrees."""
    terms = series.reshape(9, -1, *(1,) * (phase.ndim - 1))
    angle = terms[0] + np.zeros_like(phase)
    for k in range(1, 5):
        turn = 2.0 * np.pi * k * phase
        angle = angle + terms[2 * k - 1] * np.cos(turn) + terms[2 * k] * np.sin(turn)
    radians: FloatArray = np.radians(angle)
    return radians
