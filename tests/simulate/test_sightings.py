"""How bodies are seen, and requirements that ask it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen import Requirement, RequirementError, Scenario, ScenarioError, Traffic
from scenegen.roads.build import build_network
from scenegen.scenario.loading import load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import Scene
from scenegen.simulate.accepted import draw_scene
from scenegen.simulate.clip import Clip
from scenegen.simulate.run import simulate
from scenegen.simulate.sightings import outcomes_of, sighting_of
from tests.simulate.streets import VAN, child, meet, run, track

DART_OUT = load_scenario("jaywalker_dart_out")
SHORT = replace(DART_OUT, traffic=Traffic(density=0.0, oncoming=0.0, parked=0.0, pedestrians=0.0))


def run_of(scene: Scene) -> Clip:
    return simulate(scene, build_network(scene.road))


def asking(expression: str, label: str = "sight") -> Scenario:
    return replace(SHORT, requires=(*DART_OUT.requires, Requirement(label, expression)))


def test_a_child_behind_a_van_is_seen_late_and_the_van_at_once() -> None:
    clip = run(actors=(VAN, child(meet(0.6))), duration=9.0)
    kid, van = (outcomes_of(clip, track(clip, name)) for name in ("child", "van"))
    assert van["first_visible_s"] == 0.0
    assert van["hidden_share"] == 0.0
    assert 3.0 < kid["first_visible_s"] < 9.0
    assert kid["first_visible_m"] == pytest.approx(100.0 + 3.5 - 20.0 - 10.0 * kid["first_visible_s"], abs=3.0)
    sighting = sighting_of(clip, track(clip, "child"))
    assert sighting.share[0] == 0.0
    assert sighting.share[-1] > 0.9
    assert kid["visible_s"] == pytest.approx(sighting.is_seen.sum() / 10)


def test_a_sample_is_drawn_again_until_its_clip_meets_the_requirement() -> None:
    clip = run_of(sample(SHORT, 0))
    shown = outcomes_of(clip, track(clip, "child"))["visible_s"]
    kept, redrawn = (draw_scene(asking(f"child.visible_s {sign} {shown}"), 0) for sign in (">=", "<"))
    assert kept.draws == sample(SHORT, 0).draws
    assert kept.rejected == ()
    assert dict(redrawn.rejected)["sight"] >= 1
    clip = run_of(redrawn)
    assert outcomes_of(clip, track(clip, "child"))["visible_s"] < shown


def test_outcomes_and_parameters_may_stand_in_one_condition() -> None:
    scene = draw_scene(asking("child.first_visible_s * ego.speed > 0.4 * (van.at.s - ego.s)"), 0)
    assert np.isfinite(scene.ego.speed)


def test_what_never_holds_counts_by_label_with_the_nearest_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenegen.simulate.accepted.MAX_ROUNDS", 2)
    with pytest.raises(RequirementError, match=r"no clip of 2 .*'never' 2 \(nearest miss [\d.]+\)"):
        draw_scene(asking("child.visible_s > 60", "never"), 0)


def test_an_actor_that_is_not_there_is_named() -> None:
    with pytest.raises(ScenarioError, match="there is no actor 'chld'"):
        asking("chld.visible_s > 1")
