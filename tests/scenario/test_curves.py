"""Weather and light that change in a clip: curves in Python, in YAML and on the command line."""

from __future__ import annotations

import dataclasses

import pytest

from scenegen import Curve, Light, Scenario, ScenarioError, Traffic, Weather
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene_json import scene_from_dict, scene_to_dict
from scenegen.scenario.sky_curves import sky_at
from scenegen.scenario.yaml_reader import read_yaml
from scenegen.scenario.yaml_writer import write_yaml

SHOWER = Scenario(
    name="shower", weather=Weather(rain=Curve((0, 0.0), (4, 8.0)), cloud=1.0), light=Light(sun_elevation=Curve((1, 5), (3, -5)))
)


def test_a_curve_is_straight_between_its_points_and_level_outside() -> None:
    curve = Curve((1.0, 2.0), (3.0, 6.0), (4.0, 0.0))
    assert [curve.at(time_s) for time_s in (0.0, 1.0, 2.0, 3.0, 3.5, 9.0)] == [2.0, 2.0, 4.0, 6.0, 3.0, 0.0]


def test_a_scene_knows_its_sky_at_any_time() -> None:
    scene = sample(SHOWER, 0)
    assert (scene.weather.rain, scene.light.sun_elevation_deg) == (0.0, 5.0)
    light, weather = sky_at(scene, 2.0)
    assert (weather.rain, weather.cloud, light.sun_elevation_deg) == (4.0, 1.0, 0.0)
    assert sky_at(scene, 0.0) == (scene.light, scene.weather)


def test_curves_survive_yaml_and_json() -> None:
    assert read_yaml(write_yaml(SHOWER), "shower.yaml") == SHOWER
    text = "scenegen: 1\nname: shower\nweather: {rain: {curve: [[0, 0], [4, 8]]}, cloud: 1}\n"
    assert read_yaml(text, "shower.yaml").weather == SHOWER.weather
    scene = sample(SHOWER, 0)
    assert scene_from_dict(scene_to_dict(scene)) == scene


def test_a_curve_can_be_set_by_hand() -> None:
    plain = Scenario(name="plain")
    scene = sample(plain, 0, overrides={"weather.fog_visibility": "0,2 km; 5,100 m"})
    assert sky_at(scene, 5.0)[1].fog_visibility == 100.0
    assert scene.weather.fog_visibility == 2000.0


def test_a_curve_draws_nothing_and_moves_no_other_draw() -> None:
    one, other = (
        sample(dataclasses.replace(SHOWER, weather=Weather(rain=rain)), 3) for rain in (2.0, Curve((0, 2.0), (5, 9.0)))
    )
    assert (one.draws, one.traffic, one.road) == (other.draws, other.traffic, other.road)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Curve(), "needs points"),
        (lambda: Curve((0, 1.0), (0, 2.0)), "times must rise"),
        (lambda: Curve((0, float("nan"))), "not a pair of numbers"),
        (lambda: Scenario(name="x", weather=Weather(rain=Curve((0, 0.0), (5, 900.0)))), "weather.rain: 900 mm/h is above"),
        (lambda: Scenario(name="x", traffic=Traffic(density=Curve((0, 0.0)))), "traffic.density: holds for the whole clip"),  # type: ignore[arg-type]
        (lambda: sample(Scenario(name="x"), 0, overrides={"weather.rain": "0,1,2"}), "points of a curve such as"),
    ],
)
def test_mistakes_are_named(make: object, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        make()  # type: ignore[operator]
