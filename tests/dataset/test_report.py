"""The report counts what is there: parameters, tags, outcomes, classes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scenegen.dataset.report import Spread, report_on
from scenegen.roads.build import build_network
from scenegen.scenario.loading import load_scenario
from scenegen.scenario.sampling import sample
from scenegen.simulate.run import simulate


def test_a_report_of_two_clips() -> None:
    scenario = replace(load_scenario("hard_brake_ahead"), duration=2.0)
    scenes = [sample(scenario, 0, index) for index in range(2)]
    report = report_on(simulate(scene, build_network(scene.road)) for scene in scenes)
    assert (report.clips, report.frames) == (2, 40)
    row = next(row for row in report.parameters if row["path"] == "hard_brake_ahead: leader.at.gap")
    values = [next(draw.value for draw in scene.draws if draw.path == "leader.at.gap") for scene in scenes]
    assert (row["n"], row["quantiles"][0], row["quantiles"][-1]) == (2, pytest.approx(min(values)), pytest.approx(max(values)))
    assert report.nhtsa == {25: 2}
    assert report.ncap == {"CCRb": 2}
    assert report.outcomes["first_visible_s"].values[-1] == 0.0
    assert report.shares["frames with the rare actor at least 25 px"] == 1.0
    cars = next(row for row in report.classes if row["class"] == "Car")
    assert cars["share"] > 0.4
    assert json.loads(json.dumps(report.to_json()))["clips"] == 2
    text = "\n".join(report.lines())
    assert "25 lead vehicle decelerating: 2 clips" in text
    assert "Euro NCAP tests: 1 of 20, CCRb 2" in text


def test_a_spread_counts_what_is_infinite_and_leaves_it_out() -> None:
    assert Spread.of([1.0, float("inf"), 3.0]) == Spread(3, (1.0, 1.2, 2.0, 2.8, 3.0))
    assert Spread.of([float("inf")]).values == ()
