"""Tileable noise: random spectra turned to pictures, so a period is exact and any band of detail costs one transform."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import fft

from scenegen.geometry import Float32Array


class NoiseSource:
    """Draws noise pictures of one size from one seed; every picture wraps round at its edges."""

    def __init__(self, size_px: int, *, seed: int) -> None:
        self.size_px = size_px
        self._rng = np.random.default_rng(seed)

    @cached_property
    def _cycles(self) -> Float32Array:
        """Cycles per picture of every coefficient of the half spectrum, (size, size // 2 + 1)."""
        along = fft.rfftfreq(self.size_px, 1.0 / self.size_px).astype(np.float32)
        across = fft.fftfreq(self.size_px, 1.0 / self.size_px).astype(np.float32)
        return np.asarray(np.hypot(across[:, None], along[None, :]))

    def band(self, low: float, high: float, *, slope: float = 1.0, stretch: tuple[float, float] = (1.0, 1.0)) -> Float32Array:
        """Give Gaussian noise with detail between two frequencies.

        Args:
            low, high: cycles per picture between which the noise has energy.
            slope: amplitude falls with frequency to this power; 0 is white, 1 like fractal clouds.
            stretch: factors (along columns u, along rows v) by which features are drawn out.
        Returns:
            (size, size) float32 with mean 0 and standard deviation 1; row index grows with v.
        """
        cycles = self._cycles if stretch == (1.0, 1.0) else self._stretched(stretch)
        gain = np.where((cycles >= low) & (cycles <= high), np.maximum(cycles, 1e-6) ** np.float32(-slope), np.float32(0))
        shape = (*gain.shape, 2)
        draws = self._rng.standard_normal(shape, dtype=np.float32)
        picture = fft.irfft2(draws.view(np.complex64)[..., 0] * gain, s=(self.size_px, self.size_px))
        picture -= picture.mean()
        return np.asarray(picture / max(float(picture.std()), 1e-9), np.float32)

    def cells(self, rows: int, columns: int) -> Float32Array:
        """Give one draw in [0, 1) for each cell of a grid, (rows, columns) float32."""
        return self._rng.random((rows, columns), dtype=np.float32)

    def _stretched(self, stretch: tuple[float, float]) -> Float32Array:
        along = fft.rfftfreq(self.size_px, 1.0 / self.size_px).astype(np.float32) * np.float32(stretch[0])
        across = fft.fftfreq(self.size_px, 1.0 / self.size_px).astype(np.float32) * np.float32(stretch[1])
        return np.asarray(np.hypot(across[:, None], along[None, :]))
