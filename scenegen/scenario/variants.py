"""The skies under which `--variants` shows one scene: each a light and a weather with laws of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from scenegen.errors import ScenarioError
from scenegen.scenario.fields import nearest
from scenegen.scenario.laws import TruncNormal, Uniform
from scenegen.scenario.records import Scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import Scene
from scenegen.scenario.surroundings import Light, Weather


@dataclass(frozen=True)
class Variant:
    """One sky; the direction of the sun is always the scene's own."""

    light: Light
    weather: Weather


VARIANTS: dict[str, Variant] = {
    "clear": Variant(Light(sun_elevation=Uniform(20.0, 55.0)), Weather(cloud=Uniform(0.0, 0.3))),
    "overcast": Variant(Light(sun_elevation=Uniform(15.0, 50.0)), Weather(cloud=Uniform(0.95, 1.0), fog_visibility=12_000.0)),
    "rain": Variant(
        Light(sun_elevation=Uniform(10.0, 40.0)),
        Weather(cloud=1.0, fog_visibility=8000.0, rain=TruncNormal(5.0, 3.0, 1.5, 15.0), road_wetness=Uniform(0.7, 1.0)),
    ),
    "fog": Variant(
        Light(sun_elevation=Uniform(8.0, 35.0)),
        Weather(cloud=1.0, fog_visibility=Uniform(60.0, 250.0), road_wetness=Uniform(0.0, 0.3)),
    ),
    "dusk": Variant(Light(sun_elevation=Uniform(-5.0, -1.0), street_lamps=True), Weather(cloud=Uniform(0.1, 0.6))),
    "night": Variant(
        Light(sun_elevation=Uniform(-40.0, -15.0), street_lamps=True, moonlight=Uniform(0.0, 1.0)),
        Weather(cloud=Uniform(0.0, 0.5)),
    ),
    "snow": Variant(
        Light(sun_elevation=Uniform(10.0, 25.0)),
        Weather(cloud=1.0, fog_visibility=6000.0, snow=Uniform(0.5, 2.5), snow_cover=Uniform(0.7, 1.0)),
    ),
}
"""Elevations as in `Light`'s bounds of day, dusk and night; rain from light over moderate to heavy, fog from dense on."""


def check_variants(names: Iterable[str]) -> tuple[str, ...]:
    """Give the names, each once and in the order given.

    Raises:
        ScenarioError: a name that no variant has.
    """
    found = tuple(dict.fromkeys(names))
    for name in found:
        if name not in VARIANTS:
            raise ScenarioError(f"--variants {name}: is not one of {', '.join(VARIANTS)}{nearest(name, VARIANTS)}")
    return found


def under_variant(scene: Scene, name: str) -> Scene:
    """Give the same scene under another sky.

    Args:
        scene: everything but light and weather is kept, and where the sun stands on the compass.
        name: one of `VARIANTS`.
    Returns:
        A scene whose light and weather are drawn by the scene's own seed, and told by `draws`.
    """
    sky = VARIANTS[name]
    drawn = sample(Scenario(name=scene.scenario, light=sky.light, weather=sky.weather), scene.seed, scene.index)
    kept = [draw for draw in scene.draws if not is_of_sky(draw.path) or draw.path == "light.sun_azimuth"]
    return dataclasses.replace(
        scene,
        light=dataclasses.replace(drawn.light, sun_azimuth_deg=scene.light.sun_azimuth_deg),
        weather=drawn.weather,
        changes=(),
        draws=(*kept, *(draw for draw in drawn.draws if is_of_sky(draw.path))),
    )


def is_of_sky(path: str) -> bool:
    """Tell whether a parameter is one that variants set."""
    return path.startswith(("light.", "weather."))
