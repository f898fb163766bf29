"""Strict YAML: nodes with marks and our own scalar rules, driven by the records' type hints.

Anchors, aliases, tags and equal keys are refused; `18:45`, `no` and dates stay what they look like. Every error says
file:line:column. Every record and law of the language is readable without a line here.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from scenegen.errors import ScenarioError
from scenegen.scenario.actors import Actor, Animal, Debris, Pedestrian, Prop, Vehicle
from scenegen.scenario.fields import FieldInfo, Tags, field_infos, nearest
from scenegen.scenario.records import FORMAT_VERSION, Scenario
from scenegen.scenario.requirements import Requirement
from scenegen.scenario.sensors import CAMERA_FIELDS, Camera, Lidar, Rig, lidar_preset, rig_preset
from scenegen.scenario.sweep import Sweep, check_sweep, seed_list
from scenegen.scenario.tree import leaves, record_types, snake, step_names, with_values
from scenegen.scenario.yaml_laws import LAW_WORDS, LawReader
from scenegen.scenario.yaml_nodes import compose

_ACTORS: dict[str, type[Any]] = {snake(kind.__name__): kind for kind in (Vehicle, Pedestrian, Animal, Debris, Prop)}


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


def read_document(text: str, file: str, beside: Callable[[str], str] | None = None) -> Document:
    """Read a scenario and its sweep from YAML text.

    Args:
        text: the YAML.
        file: name of the file, for errors.
        beside: gives the text of a file below the same folder, which `extends` may name; None where there is no folder.
    Raises:
        ScenarioError: anything that is not a scenario; says file:line:column.
    """
    return _Reader(file, beside).document(compose(text, file))


@dataclass(frozen=True)
class _Reader(LawReader):
    """Reads the records of one file."""

    beside: Callable[[str], str] | None = None

    def document(self, node: yaml.Node) -> Document:
        """Read the root: version, scenario and sweep."""
        pairs = self.mapping(node, "scenario")
        if "scenegen" not in pairs:
            self.fail(node, f"the first line must be `scenegen: {FORMAT_VERSION}`, the version of the format")
        version = self.text(pairs.pop("scenegen")[1], "scenegen")
        if version != str(FORMAT_VERSION):
            self.fail(node, f"format version {version!r} is unknown; this program reads {FORMAT_VERSION}")
        sweep_node = pairs.pop("sweep", None)
        if "extends" in pairs:
            scenario = self.extended(pairs, node)
        else:
            scenario = self.make(Scenario, self.fields(Scenario, pairs, node, ""), node)
        sweep = self.sweep(sweep_node[1], scenario) if sweep_node else None
        return Document(scenario, sweep)

    def extended(self, pairs: dict[str, tuple[yaml.Node, yaml.Node]], node: yaml.Node) -> Scenario:
        """Read `extends: base.yaml` with `set: {path: value}`: another file's scenario, some values replaced."""
        known = ("extends", "name", "set", "tags")
        for word, (key, _) in pairs.items():
            if word not in known:
                self.fail(key, f"a scenario that extends another has no {word!r}{nearest(word, known)}; use `set`")
        if "name" not in pairs:
            self.fail(node, "scenario needs 'name'")
        name = self.text(pairs["name"][1], "name")
        base_node = pairs["extends"][1]
        base = self.base(base_node, self.text(base_node, "extends"))
        known_leaves = {leaf.path: leaf for leaf in leaves(base)}
        values: dict[str, Any] = {}
        for path, (key, value) in self.mapping(pairs["set"][1], "set").items() if "set" in pairs else ():
            if path not in known_leaves:
                self.fail(key, f"set: there is no parameter {path!r} in {base.name}{nearest(path, known_leaves)}")
            values[path] = self.value(known_leaves[path].spec, value, path)
        tags = self.value(Tags(""), pairs["tags"][1], "tags") if "tags" in pairs else base.tags
        try:
            extended: Scenario = dataclasses.replace(with_values(base, values), name=name, tags=tags)
            return extended
        except ScenarioError as problem:
            self.fail(node, str(problem))

    def base(self, node: yaml.Node, path: str) -> Scenario:
        """Read the scenario that another one extends: one level, below the same folder."""
        if self.beside is None:
            self.fail(node, "extends: only a file that stands in a folder and is not extended itself can extend another")
        try:
            text = self.beside(path)
        except ScenarioError as problem:
            self.fail(node, f"extends: {problem}")
        return _Reader(path).document(compose(text, path)).scenario

    def record(self, kind: type[Any], node: yaml.Node, path: str) -> Any:
        """Read a record at its path."""
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
        if info.name == "camera":
            return self.camera(node, path)
        if info.name == "lidar":
            return self.lidar(node, path)
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

    def camera(self, node: yaml.Node, path: str) -> Camera | Rig:
        """Read one camera `{width: 640}`, a preset `{rig: kitti_stereo}`, or cameras by name `{left: {...}, right: {...}}`."""
        if isinstance(node, yaml.MappingNode):
            pairs = self.mapping(node, path)
            if "rig" in pairs:
                return self.rig(pairs, path)
            if not any(word in CAMERA_FIELDS for word in pairs) and any(_is_record(value) for _, value in pairs.values()):
                named = {word: self.record(Camera, value, f"{path}.{word}") for word, (_, value) in pairs.items()}
                rig: Rig = self.make(Rig, named, node)
                return rig
        camera: Camera = self.record(Camera, node, path)
        return camera

    def rig(self, pairs: dict[str, tuple[yaml.Node, yaml.Node]], path: str) -> Rig:
        """Read `{rig: kitti_stereo}`."""
        for word, (key, _) in pairs.items():
            if word != "rig":
                self.fail(key, f"{path}: `rig` stands alone; set values by --set {path}.NAME.FIELD=..., or name each camera")
        node = pairs["rig"][1]
        try:
            return rig_preset(self.text(node, f"{path}.rig"), f"{path}.rig")
        except ScenarioError as problem:
            self.fail_once(node, problem)

    def lidar(self, node: yaml.Node, path: str) -> Lidar:
        """Read a scanner `{preset: hdl64, noise: 0.02}`; fields beside the preset replace its own."""
        pairs = self.mapping(node, path) if isinstance(node, yaml.MappingNode) else {}
        if "preset" not in pairs:
            lidar: Lidar = self.record(Lidar, node, path)
            return lidar
        _, named = pairs.pop("preset")
        try:
            base = lidar_preset(self.text(named, f"{path}.preset"), f"{path}.preset")
        except ScenarioError as problem:
            self.fail_once(named, problem)
        return dataclasses.replace(base, **self.fields(Lidar, pairs, node, f"{path}."))

    def steps(self, kinds: dict[str, type[Any]], node: yaml.Node, path: str) -> tuple[Any, ...]:
        """Read a list of steps `- cross: {...}`; each is named as in paths."""
        steps: list[Any] = []
        for item in self.items(node, path):
            word, inner = self.one_key(item, path, kinds)
            count = sum(isinstance(step, kinds[word]) and not getattr(step, "id", "") for step in steps) + 1
            steps.append(self.record(kinds[word], inner, f"{path}.{word}{count if count > 1 else ''}"))
        try:
            step_names(tuple(steps))
        except ScenarioError as problem:
            self.fail(node, str(problem))
        return tuple(steps)

    def requirement(self, label: str, node: yaml.Node) -> Requirement:
        """Read `label: expression`."""
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


def _is_record(node: yaml.Node) -> bool:
    """Tell a camera's mapping from a law's."""
    return isinstance(node, yaml.MappingNode) and not any(
        isinstance(key, yaml.ScalarNode) and key.value in LAW_WORDS for key, _ in node.value
    )
