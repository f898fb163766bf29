"""Draw one sample: `Scenario` to `Scene`. Every draw is hashed from its own path, so no change moves another draw."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scenegen.errors import RequirementError, ScenarioError
from scenegen.scenario.concrete import build_scene
from scenegen.scenario.dist import Dist, shared
from scenegen.scenario.fields import Presence, Quantity, Whole, check_value
from scenegen.scenario.lanes import refuse_missing_lanes
from scenegen.scenario.parameters import law_of, with_overrides
from scenegen.scenario.records import Scenario
from scenegen.scenario.requirements import Expression, holds, is_outcome, parse, shortfall
from scenegen.scenario.scene import Draw, Scene
from scenegen.scenario.scene_json import scene_from_dict, scene_to_dict
from scenegen.scenario.tree import Leaf, actor_references
from scenegen.scenario.values import Values
from scenegen.seeds import u01

__all__ = ["MAX_ATTEMPTS", "sample", "scene_from_dict", "scene_to_dict"]

MAX_ATTEMPTS = 200
SIGNIFICANT_DIGITS = 12  # the last bits of a quantile may differ between platforms


@dataclass(frozen=True)
class _Sampler:
    """What every draw of one sample needs: its key and the leaves by path."""

    scenario: Scenario
    seed: int
    index: int
    leaves: dict[str, Leaf]
    quantiles: Mapping[str, float] = field(default_factory=dict)
    round: int = 0

    def key(self, path: str) -> str:
        """Give the path a parameter's draw goes by: its own, or that of the name it shares."""
        leaf = self.leaves[path]
        law = law_of(leaf)
        found = shared(law) if law is not None else None
        return leaf.draw_path if found is None else f"shared.{found.name}"

    def draw(self, path: str, attempt: int) -> Draw:
        """Draw one parameter and check it against its field."""
        leaf = self.leaves[path]
        law = law_of(leaf)
        if law is None:
            raise TypeError(f"{path} holds no law")
        key = self.key(path)
        if attempt or self.round or key not in self.quantiles:
            mark = (f"~{self.round}" if self.round else "") + (f"#{attempt}" if attempt else "")
            u = u01(self.seed, self.scenario.name, self.index, key + mark)
        else:
            u = self.quantiles[key]
        value = _rounded(_quantile(law, u, path), leaf)
        if not isinstance(leaf.spec, Presence):
            check_value(leaf.spec, value, path)
        return Draw(path, value, leaf.spec.unit, law.describe(), u)


def draw_keys(scenario: Scenario, overrides: Mapping[str, object] | None = None) -> dict[str, str]:
    """Give the name by which each random parameter is drawn: its path, that of its stream, or that of the law it shares."""
    sampler = _Sampler(scenario, 0, 0, {leaf.path: leaf for leaf in with_overrides(scenario, overrides or {})})
    return {path: sampler.key(path) for path, leaf in sampler.leaves.items() if law_of(leaf) is not None}


def sample(
    scenario: Scenario,
    seed: int,
    index: int = 0,
    overrides: Mapping[str, object] | None = None,
    quantiles: Mapping[str, float] | None = None,
    round_: int = 0,
) -> Scene:
    """Draw one scene.

    Args:
        scenario: the described scenario.
        seed: the seed a person chose.
        index: number of the sample within the seed.
        overrides: values by path that replace what the scenario says, such as {"ego.speed": "50 km/h"}.
        quantiles: quantiles by draw key in place of hashed ones, as a sweep's design gives them; a redraw is hashed.
        round_: above 0 draws everything anew, as `simulate.accepted.draw_scene` does; requirements on what a clip shows are
            met there and left alone here.
    Returns:
        The concrete scene; `draws` lists every drawn parameter of what is present.
    Raises:
        ScenarioError: an unknown path, a drawn value outside its field's range, or a lane that the street does not have.
        RequirementError: the requirements reject 200 draws in a row; counts rejections by label.
    """
    found = {leaf.path: leaf for leaf in with_overrides(scenario, overrides or {})}
    sampler = _Sampler(scenario, seed, index, found, quantiles or {}, round_)
    _check_shared(found.values())
    random = [path for path, leaf in found.items() if law_of(leaf) is not None]
    draws = {path: sampler.draw(path, 0) for path in random}
    attempt, rejected = 0, Counter[str]()
    for group in _groups(sampler, draws):
        attempt = max(attempt, _meet(sampler, group, draws, rejected))
    values = Values({path: draws[path].value if path in draws else leaf.value for path, leaf in found.items()})
    present = {actor.name for actor in scenario.actors if values.is_present(actor.name)}
    _check_present(scenario, present)
    kept = tuple(draw for path, draw in draws.items() if _is_kept(found[path], present))
    scene = build_scene(scenario, values, present, seed=seed, index=index, attempt=attempt, draws=kept)
    scene = replace(scene, tags=scenario.tags, rejected=tuple(sorted(rejected.items())))
    refuse_missing_lanes(scene)
    return scene


def _check_present(scenario: Scenario, present: set[str]) -> None:
    """Refuse a sample whose overrides took away an actor that another one needs."""
    for actor in scenario.actors:
        for path, name in actor_references(actor):
            if actor.name in present and name != "ego" and name not in present:
                raise ScenarioError(f"{path}: {name} is absent from this sample; set {actor.name}.present=0 too")


def _quantile(law: Dist[Any], u: float, path: str) -> Any:
    try:
        return law.ppf(u)
    except (ArithmeticError, ValueError) as problem:
        raise ScenarioError(f"{path}: {law.describe()} has no value at u={u:g}: {problem}") from None


def _rounded(value: Any, leaf: Leaf) -> Any:
    if isinstance(leaf.spec, Quantity) and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
    return value


def _is_kept(leaf: Leaf, present: set[str]) -> bool:
    return not leaf.actor or leaf.actor in present or isinstance(leaf.spec, Presence)


def _check_shared(found: Any) -> None:
    """Refuse one shared name with two laws."""
    laws: dict[str, Dist[Any]] = {}
    for leaf in found:
        law = law_of(leaf)
        named = shared(law) if law is not None else None
        if named is not None and laws.setdefault(named.name, named.law) != named.law:
            raise ScenarioError(f"{leaf.path}: P({named.name!r}) is used with two different laws")


@dataclass(frozen=True)
class _Group:
    """Requirements that hang together by the parameters they name, and those parameters."""

    expressions: tuple[Expression, ...]
    paths: tuple[str, ...]


def _groups(sampler: _Sampler, draws: Mapping[str, Draw]) -> list[_Group]:
    """Join requirements that share a draw, directly or through others; redrawing a whole group keeps its law exact."""
    joined: list[tuple[list[Expression], set[str]]] = []
    for requirement in sampler.scenario.requires:
        expression = parse(requirement)
        if any(map(is_outcome, expression.names)):
            continue
        members, keys = [expression], {sampler.key(path) for path in expression.names if path in draws}
        apart = []
        for other in joined:
            if other[1] & keys:
                members, keys = other[0] + members, other[1] | keys
            else:
                apart.append(other)
        joined = [*apart, (members, keys)]
    return [_Group(tuple(members), tuple(path for path in draws if sampler.key(path) in keys)) for members, keys in joined]


def _meet(sampler: _Sampler, group: _Group, draws: dict[str, Draw], told: Counter[str]) -> int:
    """Redraw a group's parameters until its requirements hold; give the number of redraws, and count rejections into `told`."""
    rejected: Counter[str] = Counter()
    nearest_miss: dict[str, float] = {}
    for attempt in range(MAX_ATTEMPTS):
        if attempt:
            draws.update({path: sampler.draw(path, attempt) for path in group.paths})
        failed = [e for e in _applicable(sampler, group.expressions, draws) if not holds(e, _numbers(sampler, e, draws))]
        if not failed:
            told.update(rejected)
            return attempt
        for expression in failed:
            miss = shortfall(expression, _numbers(sampler, expression, draws))
            nearest_miss[expression.label] = min(miss, nearest_miss.get(expression.label, math.inf))
        rejected.update(expression.label for expression in failed)
        if not group.paths:
            break
    counts = ", ".join(f"{label!r} {count} (nearest miss {nearest_miss[label]:.3g})" for label, count in rejected.most_common())
    where = f"{sampler.scenario.name}, seed {sampler.seed}, sample {sampler.index}"
    if not group.paths:
        raise RequirementError(f"{where}: never holds, nothing in it is random: {counts}; change the values it names")
    raise RequirementError(
        f"{where}: no draw of {MAX_ATTEMPTS} met the requirements; rejections: {counts}; widen a law or drop a requirement"
    )


def _applicable(sampler: _Sampler, expressions: Sequence[Expression], draws: Mapping[str, Draw]) -> list[Expression]:
    """Leave out conditions on actors that are absent from this sample."""
    absent = {
        leaf.actor
        for path, leaf in sampler.leaves.items()
        if isinstance(leaf.spec, Presence) and not (draws[path].value if path in draws else leaf.value)
    }
    return [e for e in expressions if not any(sampler.leaves[name].actor in absent for name in e.names)]


def _numbers(sampler: _Sampler, expression: Expression, draws: Mapping[str, Draw]) -> dict[str, float]:
    numbers = {}
    for path in expression.names:
        value, spec = draws[path].value if path in draws else sampler.leaves[path].value, sampler.leaves[path].spec
        if not isinstance(spec, (Quantity, Whole)) or not isinstance(value, (int, float)):
            raise ScenarioError(f"requirement {expression.label!r}: {path} is not a number here")
        numbers[path] = float(value)
    return numbers
