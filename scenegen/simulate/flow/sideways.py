"""Moves across the road: a smooth profile from one offset to another."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.simulate.flow.state import Change


def offset_at(change: Change, time_s: float) -> FloatArray:
    """Give every vehicle's offset from the middle of its lane, (n,) metres to the left.

    Source:
        Minimum-jerk profile 10 u^3 - 15 u^4 + 6 u^5: Flash and Hogan 1985.
    """
    u = np.clip((time_s - change.began_s) / change.takes_s, 0.0, 1.0)
    share = u * u * u * (10.0 - 15.0 * u + 6.0 * u * u)
    return change.from_m + (change.to_m - change.from_m) * share


def is_moving(change: Change, time_s: float) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell who is still on the way to the offset it wants, (n,)."""
    moving: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = time_s < change.began_s + change.takes_s
    return moving


def offset_rate_at(change: Change, time_s: float) -> FloatArray:
    """Give how fast every vehicle moves sideways, (n,) m/s to the left: the derivative of `offset_at`."""
    u = np.clip((time_s - change.began_s) / change.takes_s, 0.0, 1.0)
    rate: FloatArray = (change.to_m - change.from_m) * 30.0 * np.square(u * (1.0 - u)) / change.takes_s
    return rate
