"""Light and weather of a scene at a time of its clip."""

from __future__ import annotations

import dataclasses

from scenegen.scenario.curve import Curve
from scenegen.scenario.scene import ChangeScene, LightScene, Scene, WeatherScene
from scenegen.scenario.values import Values

_OF_LIGHT = {"sun_elevation": "sun_elevation_deg", "sun_azimuth": "sun_azimuth_deg", "moonlight": "moonlight"}


def changes_of(values: Values) -> tuple[ChangeScene, ...]:
    """Give what of light and weather follows a curve."""
    light = [(field, values.below("light").curve(name)) for name, field in _OF_LIGHT.items()]
    weather = [(name, values.below("weather").curve(name)) for name in WeatherScene.__dataclass_fields__]
    return (
        *(ChangeScene("light", field, curve.points) for field, curve in light if curve is not None),
        *(ChangeScene("weather", field, curve.points) for field, curve in weather if curve is not None),
    )


def sky_at(scene: Scene, time_s: float) -> tuple[LightScene, WeatherScene]:
    """Give light and weather at a time of the clip, seconds from its first frame."""
    now: dict[str, dict[str, float]] = {"light": {}, "weather": {}}
    for change in scene.changes:
        now[change.record][change.field] = Curve(*change.points).at(time_s)
    return dataclasses.replace(scene.light, **now["light"]), dataclasses.replace(scene.weather, **now["weather"])  # type: ignore[arg-type]
