"""YAML as nodes with marks: what the language refuses in any file, and readers of nodes whose errors name the line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from scenegen.errors import ScenarioError
from scenegen.scenario.fields import nearest
from scenegen.scenario.parameters import read_number

MAX_BYTES = 1_000_000
MAX_NODES = 10_000
MAX_NESTING = 32


def compose(text: str, file: str) -> yaml.Node:
    """Give the root node of a YAML text without anchors, aliases and tags, within the limits.

    Raises:
        ScenarioError: broken YAML, a forbidden part, or too large; says file:line.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise ScenarioError(f"{file}: a scenario has at most {MAX_BYTES} bytes")
    _check_events(text, file)
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise ScenarioError(f"{file}: the file is empty")
    return node


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
class NodeReader:
    """Reads the nodes of one file."""

    file: str

    def fail(self, node: yaml.Node, text: str) -> NoReturn:
        """Refuse a node: file, line, column and text."""
        mark = node.start_mark
        raise ScenarioError(f"{self.file}:{mark.line + 1}:{mark.column + 1}: {text}")

    def fail_once(self, node: yaml.Node, problem: ScenarioError) -> NoReturn:
        """Refuse a node for a reason that may name its line already."""
        if str(problem).startswith(f"{self.file}:"):
            raise problem
        self.fail(node, str(problem))

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

    def one_key(self, node: yaml.Node, what: str, known: Iterable[str]) -> tuple[str, yaml.Node]:
        """Give the one key of `{word: ...}` and its value."""
        pairs, known = self.mapping(node, what), list(known)
        if len(pairs) != 1:
            self.fail(node, f"{what}: expected one of {', '.join(known)}")
        word, (key, value) = next(iter(pairs.items()))
        if word not in known:
            self.fail(key, f"expected one of {', '.join(known)}, got {word!r}{nearest(word, known)}")
        return word, value

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """Give the nodes of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self.fail(node, f"{what}: expected a list [a, b, ...]")
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str:
        """Give a scalar as typed."""
        if not isinstance(node, yaml.ScalarNode):
            self.fail(node, f"{what}: expected a single value")
        return str(node.value)

    def number(self, node: yaml.Node, what: str, unit: str = "") -> float:
        """Read a number, with a unit that fits the field's."""
        try:
            return read_number(self.text(node, what), unit)
        except ScenarioError as problem:
            self.fail(node, f"{what}: {problem}")

    def make(self, kind: type[Any], values: dict[str, Any], node: yaml.Node) -> Any:
        """Build a record; what it refuses is refused here."""
        try:
            return kind(**values)
        except ScenarioError as problem:
            self.fail(node, str(problem))

    def checked(self, node: yaml.Node, check: Callable[..., None], spec: Any, value: object, what: str) -> None:
        """Check a value here, where the line is known, and not only in the finished tree."""
        try:
            check(spec, value, what)
        except ScenarioError as problem:
            self.fail(node, str(problem))
