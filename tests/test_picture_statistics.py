"""The numbers that pictures are held against KITTI by, on pictures whose numbers are known."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from picture_statistics import KITTI, compared, picture_statistics


def test_a_flat_picture() -> None:
    found = picture_statistics(np.full((64, 96, 3), (255, 128, 0), np.uint8))
    luma = 0.299 * 255 + 0.587 * 128
    assert abs(found["brightness, median"] - luma) < 1e-6
    assert found["saturation, median"] == 1.0
    assert found["share of white"] == 0.0
    assert found["share with a clipped channel"] == 1.0
    assert found["contrast in 8x8 px, 90 %"] < 1e-6


def test_half_white_half_black_in_blocks() -> None:
    rgb = np.zeros((64, 96, 3), np.uint8)
    rgb[:, ::2] = 255
    found = picture_statistics(rgb)
    assert (found["share of white"], found["share of black"]) == (0.5, 0.5)
    assert abs(found["contrast in 8x8 px, median"] - 127.5) < 1e-6


def test_the_slope_of_noise_is_that_it_was_made_with() -> None:
    rng = np.random.default_rng(3)
    radius = np.hypot(np.fft.fftfreq(375)[:, None], np.fft.fftfreq(1242)[None])
    for slope in (-1.0, -2.5):
        shape = np.where(radius > 0, np.maximum(radius, 1e-6) ** (slope / 2), 0.0)
        noise = np.fft.ifft2(np.fft.fft2(rng.normal(size=radius.shape)) * shape).real
        grey = np.clip(128 + 25 * noise / noise.std(), 0, 255)
        found = picture_statistics(np.repeat(grey[..., None], 3, axis=2).astype(np.uint8))
        assert abs(found["slope of the power spectrum"] - slope) < 0.1  # rounding to steps adds white noise


def test_kittis_own_numbers_hold_and_others_do_not() -> None:
    real = [dict(zip(KITTI, column, strict=True)) for column in zip(*KITTI.values(), strict=True)]
    assert all(figure.holds for figure in compared(real))
    grey = picture_statistics(np.full((64, 96, 3), 128, np.uint8))
    broken = [figure.name for figure in compared([grey]) if not figure.holds]
    assert {"brightness, 25 %", "brightness, 99 %", "high pass"} <= set(broken)
