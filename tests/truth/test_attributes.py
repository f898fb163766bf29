"""What a frame tells of light and weather."""

from __future__ import annotations

import dataclasses

import pytest

from scenegen import Curve, Light, Scenario, Street, Traffic, Weather
from scenegen.roads.street import build_street
from scenegen.scenario.sampling import sample
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage
from scenegen.truth.labels import SKY_ATTRIBUTES, frame_attributes, sky_attributes

EMPTY = Traffic(density=0.0, parked=0.0, pedestrians=0.0)


def test_changing_weather_is_logged_frame_by_frame() -> None:
    shower = Scenario(
        name="shower", road=Street(length=60.0), traffic=EMPTY, duration=0.5,
        weather=Weather(rain=Curve((0, 0.0), (0.4, 8.0))), light=Light(sun_elevation=Curve((0.1, 5), (0.3, -5))),
    )  # fmt: skip
    scene = sample(shower, 0)
    network = build_street(scene.road)
    clip = simulate(scene, network)
    told = [frame_attributes(clip, frame) for frame in range(5)]
    assert [frame["rain_mm_per_h"] for frame in told] == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0])
    assert [round(frame["sun_elevation_deg"], 9) for frame in told] == [5.0, 5.0, 0.0, -5.0, -5.0]
    assert [weather.rain for _, weather in build_stage(clip, network).skies] == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0])


def test_every_number_of_the_sky_has_its_name() -> None:
    scene = sample(Scenario(name="plain"), 0)
    told = sky_attributes(scene.light, scene.weather)
    assert tuple(told) == SKY_ATTRIBUTES
    assert len(dataclasses.fields(scene.light)) + len(dataclasses.fields(scene.weather)) == len(SKY_ATTRIBUTES)
    assert (told["street_lamps"], told["fog_visibility_m"]) == (scene.light.street_lamps, scene.weather.fog_visibility)
