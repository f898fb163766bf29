"""How a stage's light is exposed: one number per stage, never per frame, so labels and pictures of a clip stay comparable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.render.sky import LUMINANCE, Sky
from scenegen.scenario.scene import LightScene

DAY_GAIN = 2.1
"""Exposed light of a white sheet on open ground by day: whites in the sun clip, as in KITTI."""
NIGHT_GAIN = 1.05
"""The same at night: a camera that stays honest about the dark."""
LAMP_LEVEL_KLX = 0.012
"""What street lamps give on the road, 12 lux (EN 13201 class M4 to M2)."""
HEAD_LAMP_KCD = 14.0
"""Hot spot of a dipped beam, kilocandela (UN regulation 112 asks for at least 10.1 at 50R)."""

EMITTED_KLX: tuple[tuple[float, float, float], ...] = (
    (0.0, 0.0, 0.0), (130.0, 125.0, 110.0), (5.5, 0.10, 0.06), (34.0, 0.7, 0.35), (60.0, 19.0, 0.5), (60.0, 19.0, 0.5),
    (0.085, 0.055, 0.026), (40.0, 31.0, 18.0),
)  # fmt: skip
"""pi times the luminance of what glows, by number in `textures_gl.GLOW`, from usual intensities over lens areas."""


@dataclass(frozen=True)
class Exposure:
    """`gain` multiplies kilolux; `is_lit` when lamps of any kind burn."""

    gain: float
    is_lit: bool


def expose(sky: Sky, light: LightScene) -> Exposure:
    """Choose the exposure of a stage from the light on open ground, lamps included."""
    level = float(sky.level_klx @ LUMINANCE) + (LAMP_LEVEL_KLX if light.street_lamps else 0.002)
    # Between a lit street at night and full day, darken with the logarithm of the light.
    day = float(np.clip(np.log10(level / 0.02) / np.log10(3.0 / 0.02), 0.0, 1.0))
    return Exposure(
        gain=(NIGHT_GAIN + (DAY_GAIN - NIGHT_GAIN) * day) / level,
        is_lit=bool(light.street_lamps or light.sun_elevation_deg < 6.0),
    )


def srgb_response(light: FloatArray) -> FloatArray:
    """Give the picture value 0..1 that the camera stores for exposed linear light (n, 3): `shaders/response.glsl` in numpy."""
    x = np.maximum(light, 0.0)
    x = np.where(x >= SHOULDER, SHOULDER + SHOULDER_WIDTH * (1 - np.exp(-(x - SHOULDER) / SHOULDER_WIDTH)), x)
    stored = (np.minimum(x * WHITE, 1.0) ** (1 / 2.2) - BLACK) / (1 - BLACK)
    grey = stored @ np.array([0.299, 0.587, 0.114])
    return np.asarray(np.clip(grey[..., None] + (stored - grey[..., None]) * SATURATION, 0.0, 1.0))


SHOULDER, SHOULDER_WIDTH, WHITE, BLACK, SATURATION = 0.7, 0.42, 1.04, 0.045, 1.14
"""The response curve: where it bends, how softly, what clips, which greys are lost, how much colour is gained."""
