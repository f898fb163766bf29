"""A scene goes through JSON text and comes back equal: replay draws nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scenegen import ScenarioError
from scenegen.scenario.loading import library, load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene_json import scene_from_dict, scene_to_dict

from .scripts import BASE


@pytest.mark.parametrize("name", [name for name, _ in library()])
def test_round_trip(name: str) -> None:
    scenario = load_scenario(name)
    for seed in range(10):
        scene = sample(scenario, seed)
        back = scene_from_dict(json.loads(json.dumps(scene_to_dict(scene))))
        assert back == scene
        assert [type(draw.value) for draw in back.draws] == [type(draw.value) for draw in scene.draws]


def _spoil(data: dict[str, Any], *path: Any, value: Any) -> dict[str, Any]:
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("fps",), "ten", "scene.fps: wanted int, got 'ten'"),
        (("extra",), 1, "scene: unknown field 'extra'"),
        (("road",), {"type": "Street"}, "scene.road: field 'lanes' is missing"),
        (("actors", 0, "type"), "Boat", "scene.actors[0]: unknown type 'Boat'"),
        (("road", "drive"), "up", "scene.road.drive: 'up' is not one of left, right"),
        (("road", "origin"), [1.0], "scene.road.origin: wanted 2 values, got 1"),
    ],
)
def test_a_spoiled_record_is_refused(path: tuple[Any, ...], value: Any, message: str) -> None:
    data = json.loads(json.dumps(scene_to_dict(sample(BASE, 0))))
    with pytest.raises(ScenarioError) as caught:
        scene_from_dict(_spoil(data, *path, value=value))
    assert message in str(caught.value)
