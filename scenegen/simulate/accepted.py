"""Samples whose requirements ask what a clip shows, such as `child.first_visible_s`: drawn, run, and drawn again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scenegen.errors import RequirementError
from scenegen.roads.build import build_network
from scenegen.scenario.parameters import with_overrides
from scenegen.scenario.records import Scenario
from scenegen.scenario.requirements import OUTCOMES, Expression, holds, is_outcome, parse, shortfall
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import Scene
from scenegen.simulate.clip import Clip
from scenegen.simulate.run import simulate
from scenegen.simulate.sightings import outcomes_of

MAX_ROUNDS = 50  # each costs a simulation


def draw_scene(
    scenario: Scenario,
    seed: int,
    index: int = 0,
    overrides: Mapping[str, object] | None = None,
    quantiles: Mapping[str, float] | None = None,
) -> Scene:
    """Draw one scene that meets all requirements, those on what its clip shows too.

    A requirement on an outcome hangs together with everything: when it fails, every parameter is drawn again.

    Args:
        scenario, seed, index, overrides, quantiles: as of `sample`.
    Raises:
        ScenarioError: as `sample`, or the clip can not be run.
        RequirementError: no clip of 50 met the requirements; counts rejections by label with the nearest miss.
    """
    asked = [parse(requirement) for requirement in scenario.requires]
    asked = [expression for expression in asked if any(map(is_outcome, expression.names))]
    if not asked:
        return sample(scenario, seed, index, overrides, quantiles)
    fixed = {leaf.path: leaf.value for leaf in with_overrides(scenario, overrides or {})}
    rejected: Counter[str] = Counter()
    nearest_miss: dict[str, float] = {}
    for round_ in range(MAX_ROUNDS):
        scene = sample(scenario, seed, index, overrides, quantiles, round_)
        clip = simulate(scene, build_network(scene.road))
        numbers = {name: _number(clip, name, fixed) for expression in asked for name in expression.names}
        failed = [expression for expression in asked if _is_applicable(clip, expression) and not holds(expression, numbers)]
        if not failed:
            counts = Counter(dict(scene.rejected)) + rejected
            return replace(scene, attempt=scene.attempt + round_, rejected=tuple(sorted(counts.items())))
        rejected.update(expression.label for expression in failed)
        for expression in failed:
            miss = shortfall(expression, numbers)
            nearest_miss[expression.label] = min(miss, nearest_miss.get(expression.label, miss))
    told = ", ".join(f"{label!r} {count} (nearest miss {nearest_miss[label]:.3g})" for label, count in rejected.most_common())
    raise RequirementError(
        f"{scenario.name}, seed {seed}, sample {index}: no clip of {MAX_ROUNDS} met the requirements; rejections: {told}; "
        "widen a law or drop a requirement"
    )


def _number(clip: Clip, name: str, fixed: Mapping[str, Any]) -> float:
    """Give a number of a clip by its name: an outcome of an actor, or a parameter that was drawn."""
    actor, _, what = name.rpartition(".")
    if what in OUTCOMES:
        track = next((track for track in clip.tracks if track.name == actor), None)
        return float("inf") if track is None else outcomes_of(clip, track)[what]
    drawn = {draw.path: draw.value for draw in clip.scene.draws}
    return float(drawn.get(name, fixed[name]))


def _is_applicable(clip: Clip, expression: Expression) -> bool:
    """Whether every actor that a condition asks about is there."""
    present = {actor.name for actor in clip.scene.actors}
    return all(name.rpartition(".")[0] in present for name in expression.names if is_outcome(name))
