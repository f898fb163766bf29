"""A behaviour of one's own steers an actor tick by tick; it is named in records and can not leave Python."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from scenegen import Action, Behave, Ego, Pedestrian, Roadside, Scenario, ScenarioError, Surroundings, Traffic, View
from scenegen.roads.street import build_street
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import Scene
from scenegen.scenario.scene_json import scene_from_dict, scene_to_dict
from scenegen.scenario.yaml_reader import read_yaml
from scenegen.scenario.yaml_writer import write_yaml
from scenegen.simulate.clip import Clip
from scenegen.simulate.run import simulate
from tests.simulate.streets import track


def hesitates(me: View, world: Surroundings) -> Iterator[Action]:
    """Walk towards the road, stand while the ego is near, walk on for a second, then end."""
    while world.actor("ego").s < me.s - 40.0:
        yield Action(1.4, heading=90.0)
    while world.actor("ego").s < me.s + 5.0:
        yield Action(0.0)
    end_s = world.time_s + 1.0
    while world.time_s < end_s:
        yield Action(1.0, heading=90.0)


def scenario(behaviour: object) -> Scenario:
    walker = Pedestrian("walker", role="rare", at=Roadside("right", s=90.0, offset=6.0), does=(Behave(behaviour),))  # type: ignore[arg-type]
    return Scenario(name="own", traffic=Traffic(density=0.0, pedestrians=0.0), ego=Ego(speed=10.0), actors=(walker,))


def clip_of(scene: Scene) -> Clip:
    return simulate(scene, build_street(scene.road))


SCENE = sample(scenario(hesitates), 0)


def test_the_actor_does_what_the_function_says() -> None:
    clip = clip_of(SCENE)
    walker, row = track(clip, "walker"), clip.row_of
    y = walker.world_from_body[:, 1, 3]
    # The ego passes 50 m at 3 s and 95 m at 7.5 s
    assert y[row(30)] - y[row(20)] == pytest.approx(1.4, abs=0.01)
    assert y[row(40)] == y[row(70)]
    assert y[row(85)] - y[row(80)] == pytest.approx((0.6 + 1.0) / 2 / 3 + 1 / 6, abs=0.02)  # 1.2 m/s2 to 1 m/s
    assert y[row(99)] - y[row(95)] == pytest.approx(0.0, abs=0.01)


def test_the_same_scene_gives_the_same_bytes_every_time() -> None:
    first, second = (track(clip_of(SCENE), "walker").world_from_body for _ in range(2))
    assert np.array_equal(first, second)
    assert repr(sample(scenario(hesitates), 0)) == repr(SCENE)


def test_it_can_not_leave_python() -> None:
    with pytest.raises(ScenarioError, match=r"hesitates is a behaviour of one's own.*can not be written as YAML"):
        write_yaml(scenario(hesitates))
    text = "scenegen: 1\nname: x\nactors: {w: {pedestrian: adult, at: {sidewalk: {s: 9}}, does: [{behave: {behaviour: f}}]}}\n"
    with pytest.raises(ScenarioError, match=r"x.yaml:3:.*Python code, which YAML can not hold"):
        read_yaml(text, "x.yaml")
    with pytest.raises(ScenarioError, match="use --jobs 1"):
        pickle.dumps(SCENE)


def test_a_record_names_it_and_can_not_run_it() -> None:
    back = scene_from_dict(scene_to_dict(SCENE))
    assert back == SCENE
    with pytest.raises(ScenarioError, match="the code of hesitates is not in the file"):
        clip_of(back)


def falls_over(me: View, world: Surroundings) -> Iterator[Action]:
    yield Action(1.0)
    raise RuntimeError("ouch")


def runs_mad(me: View, world: Surroundings) -> Iterator[Action]:
    yield Action(1e6)


def asks_for_nobody(me: View, world: Surroundings) -> Iterator[Action]:
    yield Action(world.actor("nobody").speed)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (falls_over, "walker.does.behave: RuntimeError: ouch"),
        (runs_mad, "walker.does.behave: .* is no Action with a speed of 0 to 70"),
        (asks_for_nobody, "there is no actor 'nobody'"),
    ],
)
def test_its_mistakes_name_the_step(function: object, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        clip_of(replace(sample(scenario(function), 0), duration=1.0))


@pytest.mark.parametrize("value", ["words", len, lambda me: (yield Action(1.0))])
def test_only_generator_functions_of_two_are_behaviours(value: object) -> None:
    with pytest.raises(ScenarioError, match=r"walker.does.behave.behaviour"):
        scenario(value)
