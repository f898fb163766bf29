"""How fog, rain and falling snow take contrast with distance."""

from __future__ import annotations

from scenegen.scenario.scene import WeatherScene

HAZE_DEPTH_M = 350.0
"""Thickness of the hazy layer of air over a plain, for the sky's own haze."""
RAIN_VISIBILITY_M = 9000.0
"""Visibility in rain of 1 mm/h; it falls with the rain rate to the power 0.63 (Atlas 1953, extinction by rain)."""
SNOW_VISIBILITY_M = 1300.0
"""Visibility in snowfall of 1 mm/h of water; it falls with the rate to the power 0.9 (Rasmussen et al. 1999, dry snow)."""


def haze_per_m(weather: WeatherScene) -> float:
    """Give the extinction of the air, 1/m: contrast falls as exp(-haze d), to 2 % at the visibility (Koschmieder 1924)."""
    rain = float(max(weather.rain, 0.0) ** 0.63) / RAIN_VISIBILITY_M
    snow = float(max(weather.snow, 0.0) ** 0.9) / SNOW_VISIBILITY_M
    return 3.9 * (1.0 / max(weather.fog_visibility, 1.0) + rain + snow)
