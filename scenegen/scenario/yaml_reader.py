"""Strict YAML: nodes with marks and our own scalar rules, driven by the records' type hints.

Anchors, aliases, tags and equal keys are refused; `18:45`, `no` and dates stay what they look like. Every error says
file:line:column. Every record and law of the language is readable without a line here.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from scenegen.errors import ScenarioError
from scenegen.scenario import laws
from scenegen.scenario.actors import Actor, Debris, Pedestrian, Vehicle
from scenegen.scenario.dist import Dist, P, Scaled
from scenegen.scenario.fields import FieldInfo, Label, Point, Quantity, Spec, check_law, check_value, field_infos, nearest
from scenegen.scenario.parameters import read_number, read_value, unit_factor
from scenegen.scenario.records import FORMAT_VERSION, Scenario
from scenegen.scenario.requirements import Requirement
from scenegen.scenario.surroundings import Street
from scenegen.scenario.sweep import Sweep, check_sweep, seed_list
from scenegen.scenario.tree import record_types, snake, step_names

MAX_BYTES = 1_000_000
MAX_NODES = 10_000
MAX_NESTING = 32

LAWS: dict[str, type[Dist[Any]]] = {
    snake(law.__name__): law
    for law in (
        laws.Uniform, laws.Normal, laws.TruncNormal, laws.LogNormal, laws.Triangular, laws.Beta, laws.Exponential,
        laws.Poisson, laws.IntRange, laws.Bernoulli, laws.Empirical,
    )
}  # fmt: skip
"""Laws whose fields are plain numbers, by their word in YAML; choice, mixture, scaled and shared have rules of their own."""
LAW_WORDS = (*LAWS, "choice", "mixture", "scaled", "shared")

_ACTORS: dict[str, type[Any]] = {snake(kind.__name__): kind for kind in (Vehicle, Pedestrian, Debris)}
_ROADS: dict[str, type[Any]] = {snake(kind.__name__): kind for kind in (Street,)}


@dataclass(frozen=True)
class Document:
    """What one YAML file holds."""

    scenario: Scenario
    sweep: Sweep | None


def read_yaml(text: str, file: str) -> Scenario:
    """Read a scenario from YAML text; a `sweep` in it is checked and left out.

    Raises:
        ScenarioError: anything that is not a scenario; says file:line:column.
    """
    return read_document(text, file).scenario


def read_document(text: str, file: str) -> Document:
    """Read a scenario and its sweep from YAML text.

    Args:
        text: the YAML.
        file: name of the file, for errors.
    Raises:
        ScenarioError: anything that is not a scenario; says file:line:column.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise ScenarioError(f"{file}: a scenario has at most {MAX_BYTES} bytes")
    _check_events(text, file)
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise ScenarioError(f"{file}: the file is empty")
    return _Reader(file).document(node)


def _check_events(text: str, file: str) -> None:
    """Refuse broken YAML and what the language leaves out, before any node is built."""
    depth = nodes = documents = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            where = f"{file}:{event.start_mark.line + 1}" if event.start_mark else file
            has_tag = isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or has_tag:
                raise ScenarioError(f"{where}: anchors, aliases and tags are not allowed")
            nodes += isinstance(event, yaml.NodeEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_NESTING:
                raise ScenarioError(f"{where}: nested deeper than {MAX_NESTING}")
            if nodes > MAX_NODES:
                raise ScenarioError(f"{where}: more than {MAX_NODES} values")
            if documents > 1:
                raise ScenarioError(f"{where}: one file holds one scenario; drop the second ---")
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise ScenarioError(f"{where}: {problem.problem or 'not YAML'}") from None
    except (yaml.YAMLError, ValueError, IndexError, RecursionError, OverflowError) as problem:
        raise ScenarioError(f"{file}: not YAML: {str(problem).splitlines()[0] if str(problem) else 'unreadable'}") from None


@dataclass(frozen=True)
class _Reader:
    """Reads nodes of one file."""

    file: str

    def fail(self, node: yaml.Node, text: str) -> NoReturn:
        mark = node.start_mark
        raise ScenarioError(f"{self.file}:{mark.line + 1}:{mark.column + 1}: {text}")

    def mapping(self, node: yaml.Node, what: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Give key → (key node, value node); equal keys are refused."""
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, f"{what}: expected a mapping {{field: value}}")
        pairs: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fail(key, f"{what}: a key must be a word")
            if key.value in pairs:
                self.fail(key, f"key {key.value!r} given twice")
            pairs[key.value] = (key, value)
        return pairs

    def one_key(self, node: yaml.Node, what: str, known: typing.Iterable[str]) -> tuple[str, yaml.Node]:
        """Give the one key of `{word: ...}` and its value."""
        pairs, known = self.mapping(node, what), list(known)
        if len(pairs) != 1:
            self.fail(node, f"{what}: expected one of {', '.join(known)}")
        word, (key, value) = next(iter(pairs.items()))
        if word not in known:
            self.fail(key, f"expected one of {', '.join(known)}, got {word!r}{nearest(word, known)}")
        return word, value

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            self.fail(node, f"{what}: expected a list [a, b, ...]")
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.fail(node, f"{what}: expected a single value")
        return str(node.value)

    def number(self, node: yaml.Node, what: str, unit: str = "") -> float:
        try:
            return read_number(self.text(node, what), unit)
        except ScenarioError as problem:
            self.fail(node, f"{what}: {problem}")

    def document(self, node: yaml.Node) -> Document:
        pairs = self.mapping(node, "scenario")
        if "scenegen" not in pairs:
            self.fail(node, f"the first line must be `scenegen: {FORMAT_VERSION}`, the version of the format")
        version = self.text(pairs.pop("scenegen")[1], "scenegen")
        if version != str(FORMAT_VERSION):
            self.fail(node, f"format version {version!r} is unknown; this program reads {FORMAT_VERSION}")
        sweep_node = pairs.pop("sweep", None)
        values = self.fields(Scenario, pairs, node, "")
        scenario = self.make(Scenario, values, node)
        sweep = self.sweep(sweep_node[1], scenario) if sweep_node else None
        return Document(scenario, sweep)

    def make(self, kind: type[Any], values: dict[str, Any], node: yaml.Node) -> Any:
        try:
            return kind(**values)
        except ScenarioError as problem:
            self.fail(node, str(problem))

    def record(self, kind: type[Any], node: yaml.Node, path: str) -> Any:
        is_empty = isinstance(node, yaml.ScalarNode) and node.value == ""
        pairs = {} if is_empty else self.mapping(node, path)
        return self.make(kind, self.fields(kind, pairs, node, f"{path}."), node)

    def fields(
        self, kind: type[Any], pairs: dict[str, tuple[yaml.Node, yaml.Node]], node: yaml.Node, path: str
    ) -> dict[str, Any]:
        """Read the fields of a record, whose path ends in a dot; unknown and missing ones are refused."""
        what = path.rstrip(".") or "scenario"
        infos = {info.name.rstrip("_"): info for info in field_infos(kind) if info.name != "_"}
        for word, (key, _) in pairs.items():
            if word not in infos:
                self.fail(key, f"{what} has no {word!r}{nearest(word, infos)}")
        for word, info in infos.items():
            if info.is_required and word not in pairs:
                self.fail(node, f"{what} needs {word!r}")
        return {infos[word].name: self.field(infos[word], value, f"{path}{word}") for word, (_, value) in pairs.items()}

    def field(self, info: FieldInfo, node: yaml.Node, path: str) -> Any:
        """Read one field by its spec or, for a nested record, by its type."""
        if info.spec is not None:
            return self.value(info.spec, node, path)
        if info.name == "actors":
            return self.actors(node)
        if info.name == "requires":
            pairs = self.mapping(node, "requires")
            return tuple(self.requirement(label, value) for label, (_, value) in pairs.items())
        kinds = {snake(kind.__name__): kind for kind in record_types(info.hint)}
        if typing.get_origin(info.hint) is tuple:
            return self.steps(kinds, node, path)
        # A union, and the road, name their type; a plain record does not
        if len(kinds) > 1 or info.name == "road":
            word, inner = self.one_key(node, path, kinds)
            return self.record(kinds[word], inner, path)
        return self.record(next(iter(kinds.values())), node, path)

    def steps(self, kinds: dict[str, type[Any]], node: yaml.Node, path: str) -> tuple[Any, ...]:
        """Read a list of steps `- cross: {...}`; each is named as in paths."""
        steps: list[Any] = []
        for item in self.items(node, path):
            word, inner = self.one_key(item, path, kinds)
            count = sum(isinstance(step, kinds[word]) and not step.id for step in steps) + 1
            steps.append(self.record(kinds[word], inner, f"{path}.{word}{count if count > 1 else ''}"))
        try:
            step_names(tuple(steps))
        except ScenarioError as problem:
            self.fail(node, str(problem))
        return tuple(steps)

    def requirement(self, label: str, node: yaml.Node) -> Requirement:
        try:
            return Requirement(label, self.text(node, "requires"))
        except ScenarioError as problem:
            self.fail(node, str(problem))

    def actors(self, node: yaml.Node) -> tuple[Actor, ...]:
        """Read `name: {vehicle: van, at: ...}`: the kind of actor is the key that names its kind."""
        found = []
        for name, (key, value) in self.mapping(node, "actors").items():
            pairs = self.mapping(value, name)
            words = [word for word in pairs if word in _ACTORS]
            if len(words) != 1:
                near = next((nearest(word, _ACTORS) for word in pairs if nearest(word, _ACTORS)), "")
                self.fail(value, f"{name}: expected one of {', '.join(_ACTORS)} as a key{near}")
            if "kind" in pairs:
                self.fail(pairs["kind"][0], f"{name}: write the kind as `{words[0]}: ...`")
            pairs["kind"] = pairs.pop(words[0])
            if "name" in pairs:
                self.fail(pairs["name"][0], f"{name} has no 'name': its key is its name")
            kind = _ACTORS[words[0]]
            pairs["name"] = (key, key)
            found.append(self.make(kind, self.fields(kind, pairs, value, f"{name}."), value))
        return tuple(found)

    def value(self, spec: Spec, node: yaml.Node, what: str) -> Any:
        """Read a plain value or a law."""
        if isinstance(spec, Label):
            return self.text(node, what)
        if isinstance(spec, Point):
            pair = tuple(self.number(item, what, spec.unit) for item in self.items(node, what))
            if len(pair) != 2:
                self.fail(node, f"{what}: expected two numbers [x, y]")
            return pair
        if isinstance(node, yaml.MappingNode):
            law = self.law_with_unit(spec, node, what)
            self.checked(node, check_law, spec, law, what)
            return law
        try:
            value = read_value(self.text(node, what), spec)
        except ScenarioError as problem:
            self.fail(node, f"{what}: {problem}")
        self.checked(node, check_value, spec, value, what)
        return value

    def checked(self, node: yaml.Node, check: Callable[..., None], spec: Spec, value: object, what: str) -> None:
        """Check a value here, where the line is known, and not only in the finished tree."""
        try:
            check(spec, value, what)
        except ScenarioError as problem:
            self.fail(node, str(problem))

    def law_with_unit(self, spec: Spec, node: yaml.Node, what: str) -> Dist[Any]:
        """Read `{uniform: [30, 50], unit: km/h}` or `{choice: [a, b], p: [0.5, 0.5]}`."""
        pairs = self.mapping(node, what)
        unit, shares = pairs.pop("unit", None), pairs.pop("p", None)
        if len(pairs) != 1:
            self.fail(node, f"{what}: expected one law, one of {', '.join(LAW_WORDS)}")
        word, (key, inner) = next(iter(pairs.items()))
        if word not in LAW_WORDS:
            self.fail(key, f"{what}: expected one of {', '.join(LAW_WORDS)}, got {word!r}{nearest(word, LAW_WORDS)}")
        if shares and word not in ("choice", "mixture"):
            self.fail(shares[0], f"{word} has no 'p'")
        try:
            law = self.law(word, inner, spec, shares[1] if shares else None, what)
            if unit is None:
                return law
            if not isinstance(spec, Quantity):
                self.fail(unit[0], f"{what} takes no unit")
            factor = unit_factor(spec.unit, self.text(unit[1], "unit"))
            return law if factor == 1.0 else law * factor
        except ScenarioError as problem:
            if str(problem).startswith(f"{self.file}:"):
                raise
            self.fail(key, f"{what}: {problem}")

    def law(self, word: str, node: yaml.Node, spec: Spec, shares: yaml.Node | None, what: str) -> Dist[Any]:
        p = tuple(self.number(item, "p") for item in self.items(shares, "p")) if shares is not None else None
        if word == "choice":
            options = tuple(self.value(spec, item, what) for item in self.items(node, word))
            return laws.choice(*options, p=p)
        if word == "mixture":
            members = tuple(self.law_with_unit(spec, item, what) for item in self.items(node, word))
            return laws.Mixture(members, p or tuple(1 / len(members) for _ in members))
        if word == "empirical":
            return laws.Empirical(tuple(self.number(item, word) for item in self.items(node, word)))
        if word in ("scaled", "shared"):
            return self.wrapped(word, node, spec, what)
        return self.plain_law(LAWS[word], node, word)

    def wrapped(self, word: str, node: yaml.Node, spec: Spec, what: str) -> Dist[Any]:
        """Read `{scaled: {law: ..., factor: 2, offset: 1}}` or `{shared: {name: x, law: ...}}`."""
        pairs = self.mapping(node, word)
        known = ("law", "factor", "offset") if word == "scaled" else ("law", "name")
        for inner, (key, _) in pairs.items():
            if inner not in known:
                self.fail(key, f"{word} has no {inner!r}{nearest(inner, known)}")
        if "law" not in pairs or (word == "shared" and "name" not in pairs):
            self.fail(node, f"{word} needs {' and '.join(known[:1] if word == 'scaled' else known)}")
        law = self.law_with_unit(spec, pairs["law"][1], what)
        if word == "shared":
            return P(self.text(pairs["name"][1], "name"), law)
        factor = self.number(pairs["factor"][1], "factor") if "factor" in pairs else 1.0
        offset = self.number(pairs["offset"][1], "offset") if "offset" in pairs else 0.0
        return Scaled(law, factor, offset)

    def plain_law(self, kind: type[Dist[Any]], node: yaml.Node, word: str) -> Dist[Any]:
        """Read a law's numbers, as a list in order or by name."""
        infos = {info.name: info for info in field_infos(kind)}
        if isinstance(node, yaml.MappingNode):
            pairs = self.mapping(node, word)
        else:
            items = self.items(node, word) if isinstance(node, yaml.SequenceNode) else [node]
            if len(items) > len(infos):
                self.fail(node, f"{word} takes {len(infos)} numbers ({', '.join(infos)}), got {len(items)}")
            pairs = dict(zip(infos, ((item, item) for item in items), strict=False))
        for name, (key, _) in pairs.items():
            if name not in infos:
                self.fail(key, f"{word} has no {name!r}{nearest(name, infos)}")
        missing = [name for name in infos if name not in pairs]
        if missing:
            self.fail(node, f"{word} needs {', '.join(missing)}")
        make: Any = kind
        return make(**{name: self.law_number(infos[name], value, word) for name, (_, value) in pairs.items()})  # type: ignore[no-any-return]

    def law_number(self, info: FieldInfo, node: yaml.Node, word: str) -> float:
        number = self.number(node, f"{word}.{info.name}")
        if info.hint is int:
            if not number.is_integer():
                self.fail(node, f"{word}.{info.name}: expected a whole number, got {number:g}")
            return int(number)
        return number

    def sweep(self, node: yaml.Node, scenario: Scenario) -> Sweep:
        """Read a sweep and check it against the scenario."""
        known = ("method", "over", "samples", "seeds")
        pairs = self.mapping(node, "sweep")
        for word, (key, _) in pairs.items():
            if word not in known:
                self.fail(key, f"sweep has no {word!r}{nearest(word, known)}")
        try:
            method = self.text(pairs["method"][1], "method") if "method" in pairs else "grid"
            over = self.sweep_over(pairs["over"][1]) if "over" in pairs else ()
            samples = self.number(pairs["samples"][1], "samples") if "samples" in pairs else 1.0
            seeds = seed_list(self.text(pairs["seeds"][1], "seeds")) if "seeds" in pairs else (0,)
            sweep = Sweep(method=method, over=over, samples=int(samples), seeds=seeds)
            check_sweep(sweep, scenario)
        except ScenarioError as problem:
            if str(problem).startswith(f"{self.file}:"):
                raise
            self.fail(node, f"sweep: {problem}")
        return sweep

    def sweep_over(self, node: yaml.Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Read paths and their values, each value with the unit appended, as a person would type it."""
        if isinstance(node, yaml.SequenceNode):
            return tuple((self.text(item, "over"), ()) for item in node.value)
        over = []
        for path, (_, value) in self.mapping(node, "over").items():
            pairs = self.mapping(value, path)
            if "list" not in pairs or set(pairs) - {"list", "unit"}:
                self.fail(value, f"{path}: expected {{list: [...], unit: ...}}")
            unit = f" {self.text(pairs['unit'][1], 'unit')}" if "unit" in pairs else ""
            values = tuple(self.text(item, path) + unit for item in self.items(pairs["list"][1], path))
            over.append((path, values))
        return tuple(over)
