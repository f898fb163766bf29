"""KITTI's 16-bit disparity and depth: both are 256 steps a unit, and 0 says that nothing is known.

Source: KITTI stereo 2015 and depth development kits: disparity is read as value / 256 pixels, depth as value / 256 metres.
"""

from __future__ import annotations

import numpy as np

from scenegen.errors import DatasetError
from scenegen.geometry import BoolArray, Float32Array
from scenegen.render.passes import U16Array

STEPS = 256.0
LARGEST = 65535


def encode_steps(values: Float32Array, is_valid: BoolArray) -> U16Array:
    """Pack pixels of disparity or metres of depth (H, W) as uint16.

    What is valid is at least 1 step; what is too large for the file, from 256 on, is 0 like what is invalid.
    """
    steps = np.maximum(values * np.float32(STEPS) + np.float32(0.5), 1)
    packed: U16Array = np.where(is_valid & (steps < LARGEST + 1), steps, 0).astype(np.uint16)
    return packed


def decode_steps(packed: U16Array) -> tuple[Float32Array, BoolArray]:
    """Read pixels or metres (H, W) float32 and where they are known.

    Raises:
        DatasetError: the file is not 16-bit grey.
    """
    if packed.dtype != np.uint16 or packed.ndim != 2:
        raise DatasetError(f"a disparity or depth file holds 16-bit grey, not {packed.dtype} of shape {packed.shape}")
    return packed.astype(np.float32) / np.float32(STEPS), packed > 0
