"""The skies of `--variants`: one scene, another light and weather, the same everything else."""

from __future__ import annotations

import dataclasses

import pytest

from scenegen.errors import ScenarioError
from scenegen.roads.street import build_street
from scenegen.scenario.loading import load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import Scene
from scenegen.scenario.variants import VARIANTS, check_variants, under_variant
from scenegen.simulate.run import simulate
from scenegen.simulate.storage import clip_to_arrays


def scene_of(name: str = "jaywalker_dart_out") -> Scene:
    return dataclasses.replace(sample(load_scenario(name), 0), duration=0.5)


def plain(scene: Scene) -> Scene:
    base = scene_of()
    return dataclasses.replace(scene, light=base.light, weather=base.weather, draws=())


def test_a_variant_changes_light_and_weather_alone() -> None:
    base = scene_of()
    for name in VARIANTS:
        scene = under_variant(base, name)
        assert plain(scene) == plain(base)
        assert scene.light.sun_azimuth_deg == base.light.sun_azimuth_deg
        assert (scene.light, scene.weather) != (base.light, base.weather)


def test_every_variant_is_what_its_name_says() -> None:
    skies = {name: under_variant(scene_of(), name) for name in VARIANTS}
    assert skies["clear"].light.sun_elevation_deg > 6
    assert skies["overcast"].weather.cloud > 0.9
    assert skies["rain"].weather.rain > 0
    assert skies["rain"].weather.road_wetness > 0.5
    assert skies["fog"].weather.fog_visibility < 1000
    assert -6 < skies["dusk"].light.sun_elevation_deg < 0
    assert skies["night"].light.sun_elevation_deg < -12
    assert skies["snow"].weather.snow_cover > 0.5


def test_a_scene_moves_alike_under_every_sky() -> None:
    base = scene_of()
    clips = [simulate(under_variant(base, name), build_street(base.road)) for name in ("clear", "rain", "night")]
    arrays = [{name: array.tobytes() for name, array in clip_to_arrays(clip).items() if name != "clip.json"} for clip in clips]
    assert arrays[0] == arrays[1] == arrays[2]
    assert [clip.events for clip in clips] == [clips[0].events] * 3


def test_draws_of_a_variant_are_on_record() -> None:
    scene = under_variant(scene_of(), "rain")
    told = {draw.path: draw.value for draw in scene.draws}
    assert told["weather.rain"] == scene.weather.rain
    assert told["light.sun_elevation"] == scene.light.sun_elevation_deg


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"--variants rian: .*did you mean 'rain'"):
        check_variants(("clear", "rian"))
