"""Laws in YAML: `{uniform: [30, 50], unit: km/h}`, `{choice: [a, b], p: [0.5, 0.5]}`, and the values that may be laws."""

from __future__ import annotations

from typing import Any

import yaml

from scenegen.errors import ScenarioError
from scenegen.scenario import laws
from scenegen.scenario.curve import Curve
from scenegen.scenario.dist import Dist, P, Scaled
from scenegen.scenario.fields import (
    Code,
    Falling,
    FieldInfo,
    Label,
    Point,
    Points,
    Quantity,
    Spec,
    Tags,
    check_law,
    check_value,
    field_infos,
    nearest,
)
from scenegen.scenario.parameters import read_value, unit_factor
from scenegen.scenario.tree import snake
from scenegen.scenario.yaml_nodes import NodeReader

LAWS: dict[str, type[Dist[Any]]] = {
    snake(law.__name__): law
    for law in (
        laws.Uniform, laws.Normal, laws.TruncNormal, laws.LogNormal, laws.Triangular, laws.Beta, laws.Exponential,
        laws.Poisson, laws.IntRange, laws.Bernoulli, laws.Empirical,
    )
}  # fmt: skip
"""Laws whose fields are plain numbers, by their word in YAML; choice, mixture, scaled and shared have rules of their own."""
LAW_WORDS = (*LAWS, "choice", "mixture", "scaled", "shared")


class LawReader(NodeReader):
    """Reads plain values and laws of one file."""

    def value(self, spec: Spec, node: yaml.Node, what: str) -> Any:
        """Read a plain value or a law."""
        if isinstance(spec, Label):
            return self.text(node, what)
        if isinstance(spec, Code):
            self.fail(node, f"{what}: a behaviour of one's own is Python code, which YAML can not hold")
        if isinstance(spec, Tags):
            return tuple(self.text(item, what) for item in self.items(node, what))
        if isinstance(spec, Point):
            return self.pair(spec, node, what)
        if isinstance(spec, Points):
            points = tuple(self.pair(spec, item, what) for item in self.items(node, what))
            self.checked(node, check_value, spec, points, what)
            return points
        if isinstance(spec, Falling):
            numbers = tuple(self.number(item, what, spec.unit) for item in self.items(node, what))
            self.checked(node, check_value, spec, numbers, what)
            return numbers
        if isinstance(node, yaml.MappingNode) and "curve" in self.mapping(node, what):
            curve = self.curve(spec, node, what)
            self.checked(node, check_value, spec, curve, what)
            return curve
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

    def pair(self, spec: Point | Points, node: yaml.Node, what: str) -> tuple[float, float]:
        """Read two numbers `[x, y]`."""
        pair = tuple(self.number(item, what, spec.unit) for item in self.items(node, what))
        if len(pair) != 2:
            self.fail(node, f"{what}: expected two numbers [x, y]")
        return pair[0], pair[1]

    def curve(self, spec: Spec, node: yaml.Node, what: str) -> Curve:
        """Read `{curve: [[0, 0], [5, 8]]}`: pairs of seconds and the field's value."""
        pairs = self.mapping(node, what)
        for word, (key, _) in pairs.items():
            if word != "curve":
                self.fail(key, f"{what}: `curve` stands alone, its values in the field's unit")
        points = []
        for item in self.items(pairs["curve"][1], what):
            numbers = self.items(item, what)
            if len(numbers) != 2:
                self.fail(item, f"{what}: expected [seconds, value]")
            points.append((self.number(numbers[0], what, "s"), self.number(numbers[1], what, spec.unit)))
        try:
            return Curve(*points)
        except ScenarioError as problem:
            self.fail(node, f"{what}: {problem}")

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
        """Read the law that a word names; `shares` is its `p`."""
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
        """Read one argument of a law."""
        number = self.number(node, f"{word}.{info.name}")
        if info.hint is int:
            if not number.is_integer():
                self.fail(node, f"{word}.{info.name}: expected a whole number, got {number:g}")
            return int(number)
        return number
