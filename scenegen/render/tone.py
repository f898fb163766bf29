"""How light is exposed and stored: what a stage's light asks for, and the response of a camera.

A stage has one exposure, which its light is drawn with; what a camera makes of it in a frame is a share of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.render.sky import LUMINANCE, Sky
from scenegen.scenario.scene import CameraLook, LightScene, WeatherScene

GAIN_LEVELS_KLX = (0.012, 0.05, 0.2, 1.2, 3.5, 9.0)
GAINS = (1.0, 0.60, 0.45, 0.48, 1.2, 2.9)
"""Exposed light of a white sheet on open ground by the light there: by day whites in the sun clip, as in KITTI; dusk is
kept dark enough to be seen as dusk; under street lamps the camera opens up again."""
EVEN_LOSS = 0.45
"""Share of the exposure taken back under a closed deck, and again in dense fog."""
SNOW_LOSS = 0.40
"""The same over snow, which is bright all over."""
WHITE_BALANCE = 0.30
"""Share of the light's own colour that the camera takes out."""
LAMP_LEVEL_KLX = 0.012
"""What street lamps give on the road, 12 lux (EN 13201 class M4 to M2)."""
HEAD_LAMP_KCD = 10.5
"""Hot spot of a dipped beam, kilocandela (UN regulation 112 asks for at least 10.1 at 50R)."""

EMITTED_KLX: tuple[tuple[float, float, float], ...] = (
    (0.0, 0.0, 0.0), (130.0, 125.0, 110.0), (5.5, 0.10, 0.06), (34.0, 0.7, 0.35), (60.0, 19.0, 0.5), (2.0, 16.0, 90.0),
    (0.022, 0.015, 0.008), (40.0, 31.0, 18.0), (30.0, 0.03, 0.015), (30.0, 8.0, 0.02), (0.03, 27.0, 9.0), (48.0, 46.0, 41.0),
)  # fmt: skip
"""pi times the luminance of what glows, by number in `textures_gl.GLOW`, from usual intensities over lens areas."""

Curve = tuple[float, float, float, float]
DAY_CURVE: Curve = (0.7, 0.42, 1 / 1.4, 0.015)
DUSK_CURVE: Curve = (0.22, 0.74, 1 / 1.8, 0.035)
"""Where the response bends, how softly, its power, and which greys are lost. By day it is steep and clips soon after the
bend, as in KITTI, whose asphalt is stored at 185 in the sun and at 45 in shade; at dusk it keeps a bright sky's colours."""
WHITE = 1.04
"""What clips, over bent light."""


@dataclass(frozen=True)
class Response:
    """How a camera stores light: `curve` as `DAY_CURVE`, `saturation` 1 leaves colours as they are, `share` of the exposure
    that the stage's light asks for, `sharpness` of its own sharpening; `full_well` electrons make white at base gain;
    `headroom` is how far over white the sky keeps its colour before it is taken down to white."""

    curve: Curve
    saturation: float
    share: float
    sharpness: float
    full_well: float
    headroom: float = 1.1


KITTI_CURVE: Curve = (0.8, 0.2, 1.15, -0.012)
"""Nearly what the sensor counts: set so that brightness, clipping and saturation of daylight streets lie as in four frames of
KITTI (`benchmarks/picture_statistics.py`)."""
CLEAN_CURVE: Curve = (0.6, 0.45, 1 / 2.2, 0.0)
"""No more than what a screen undoes, with a soft end."""


@dataclass(frozen=True, eq=False)
class Exposure:
    """`gain` (3,) multiplies kilolux by channel; `curve` as `DAY_CURVE`, for the look `default`; `is_lit` when lamps of any
    kind burn."""

    gain: FloatArray
    curve: Curve
    is_lit: bool

    def response(self, look: CameraLook) -> Response:
        """Give how a camera of a look stores this stage."""
        if look == "clean":
            return Response(CLEAN_CURVE, saturation=1.0, share=0.8, sharpness=0.0, full_well=20_000.0)
        if look == "kitti":
            return Response(KITTI_CURVE, saturation=0.95, share=1.6, sharpness=0.1, full_well=10_000.0, headroom=4.0)
        return Response(self.curve, saturation=1.12, share=1.0, sharpness=0.35, full_well=20_000.0)


def expose(sky: Sky, light: LightScene, weather: WeatherScene) -> Exposure:
    """Choose the exposure of a stage from the light on open ground, lamps included."""
    lamps = np.array([1.0, 0.86, 0.66]) * (LAMP_LEVEL_KLX if light.street_lamps else 0.002)
    # A low sun lights walls more than the ground: count at least what it gives them.
    beam = sky.sun_klx * max(0.45 - max(float(sky.towards_sun[2]), 0.0), 0.0)
    level = sky.level_klx + beam + lamps
    luminance = float(level @ LUMINANCE)
    gain = float(np.interp(np.log(luminance), np.log(GAIN_LEVELS_KLX), GAINS))
    # An even grey scene without shade is exposed for its bright sky or fog.
    fog = float(np.clip(300.0 / max(weather.fog_visibility, 1.0), 0.0, 1.0))
    gain *= (1.0 - EVEN_LOSS * weather.cloud**2) * (1.0 - EVEN_LOSS * fog) * (1.0 - SNOW_LOSS * weather.snow_cover)
    balance = (luminance / level) ** WHITE_BALANCE
    day = float(np.clip(np.log(luminance / 2.0) / np.log(8.0 / 2.0), 0.0, 1.0))
    bend, width, power, black = (a + (b - a) * day for a, b in zip(DUSK_CURVE, DAY_CURVE, strict=True))
    return Exposure(
        curve=(bend, width, power, black),
        gain=gain / luminance * balance / float(balance @ LUMINANCE),
        is_lit=bool(light.street_lamps or light.sun_elevation_deg < 6.0),
    )


def srgb_response(light: FloatArray, curve: Curve = DAY_CURVE, saturation: float = 1.12) -> FloatArray:
    """Give the picture value 0..1 that the camera stores for exposed linear light (n, 3): `shaders/response.glsl` in numpy."""
    x = np.maximum(light, 0.0)
    bend, width, power, black = curve
    x = np.where(x >= bend, bend + width * (1 - np.exp(-(x - bend) / width)), x)
    stored = (np.minimum(x * WHITE, 1.0) ** power - black) / (1 - black)
    grey = stored @ np.array([0.299, 0.587, 0.114])
    return np.asarray(np.clip(grey[..., None] + (stored - grey[..., None]) * saturation, 0.0, 1.0))


def clip_light(curve: Curve) -> float:
    """Give the exposed light from which on the response stores white."""
    bend, width, _, _ = curve
    if bend >= 1 / WHITE:
        return 1 / WHITE
    return float(bend - width * np.log(max(1 - (1 / WHITE - bend) / width, 1e-3)))
