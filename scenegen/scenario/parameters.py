"""Parameters by path: values typed as text, overrides, and the table of what a scenario leaves open."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from scenegen.errors import ScenarioError
from scenegen.scenario.curve import Curve
from scenegen.scenario.dist import Dist
from scenegen.scenario.fields import (
    UNITS,
    Changing,
    Falling,
    Options,
    Point,
    Points,
    Presence,
    Quantity,
    ValueSpec,
    Whole,
    YesNo,
    check_law,
    check_value,
    nearest,
)
from scenegen.scenario.laws import Bernoulli
from scenegen.scenario.records import Scenario
from scenegen.scenario.tree import Leaf, leaves

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_SCALAR = re.compile(rf"({NUMBER})(?:/({NUMBER}))?(?:\s+([A-Za-z%][A-Za-z0-9/% ]*|1/m|per 100 m))?\Z")
_WHOLE = re.compile(r"[+-]?\d{1,15}\Z")


@dataclass(frozen=True)
class Parameter:
    """One row of the table of parameters: path, what is drawn or set there, and the unit."""

    path: str
    law: str
    unit: str
    is_random: bool


def unit_factor(unit: str, typed: str) -> float:
    """Give the factor from a typed unit to a field's unit.

    Raises:
        ScenarioError: the field does not take that unit; names those it takes.
    """
    known = UNITS.get(unit, {})
    if typed not in known:
        takes = f"wanted {' or '.join(known)}" if known else "it takes no unit"
        raise ScenarioError(f"unit {typed!r} does not fit: {takes}")
    return known[typed]


def read_number(text: str, unit: str) -> float:
    """Read a number such as `30`, `1e3`, `-1/400` or `50 km/h` into a field's unit.

    Raises:
        ScenarioError: it is not a number, or the unit does not fit.
    """
    match = _SCALAR.match(text.strip())
    if not match:
        raise ScenarioError(f"expected a number, got {text!r}")
    value, divisor, typed = float(match[1]), match[2], match[3]
    if divisor is not None:
        if float(divisor) == 0.0:
            raise ScenarioError(f"expected a number, got {text!r}: division by zero")
        value /= float(divisor)
    value = value * unit_factor(unit, typed.strip()) if typed else value
    if not math.isfinite(value):
        raise ScenarioError(f"expected a number, got {text[:20]!r}, which is too large")
    return value


def read_value(text: str, spec: ValueSpec) -> Any:
    """Read a plain value typed as text for a field; its range is checked elsewhere.

    Raises:
        ScenarioError: the text can not be read as what the field holds.
    """
    word = text.strip()
    if isinstance(spec, Options):
        return word
    if isinstance(spec, YesNo) or (isinstance(spec, Presence) and word in ("true", "false")):
        if word not in ("true", "false"):
            raise ScenarioError(f"expected true or false, got {text!r}")
        return word == "true"
    if isinstance(spec, Whole):
        if not _WHOLE.match(word):
            raise ScenarioError(f"expected a whole number, got {text!r}")
        return int(word)
    if isinstance(spec, Point):
        parts = word.strip("()[]").split(",")
        if len(parts) != 2:
            raise ScenarioError(f"expected two numbers x,y, got {text!r}")
        return (read_number(parts[0], spec.unit), read_number(parts[1], spec.unit))
    if isinstance(spec, Points):
        pairs = [part.split(",") for part in word.split(";")]
        if any(len(pair) != 2 for pair in pairs):
            raise ScenarioError(f"expected points x,y; x,y; ..., got {text!r}")
        return tuple((read_number(x.strip(" ()[]"), spec.unit), read_number(y.strip(" ()[]"), spec.unit)) for x, y in pairs)
    if isinstance(spec, Falling):
        return tuple(read_number(part, spec.unit) for part in word.strip("()[]").split(","))
    if isinstance(spec, Changing) and "," in word:
        pairs = [part.split(",") for part in word.split(";")]
        if any(len(pair) != 2 for pair in pairs):
            raise ScenarioError(f"expected a number, or points of a curve such as 0,0; 5,8, got {text!r}")
        return Curve(*((read_number(time_s, "s"), read_number(value, spec.unit)) for time_s, value in pairs))
    return read_number(word, spec.unit)


def with_overrides(scenario: Scenario, overrides: Mapping[str, object]) -> tuple[Leaf, ...]:
    """Give the leaves of a scenario with some values set by path.

    Args:
        scenario: the described scenario.
        overrides: path to value; a text is read as a person types it, such as `50 km/h`.
    Raises:
        ScenarioError: no such path (names the nearest), or the value does not fit.
    """
    found = {leaf.path: leaf for leaf in _leaves_of(scenario)}
    for path, value in overrides.items():
        if path not in found:
            raise ScenarioError(f"{path}: there is no such parameter in {scenario.name}{nearest(path, found)}")
        found[path] = replace(found[path], value=_override(found[path], value))
    return tuple(found.values())


def _leaves_of(scenario: Scenario) -> tuple[Leaf, ...]:
    """Give the leaves of a scenario, walked once for many samples; each time where a law in it can not be hashed."""
    try:
        return _kept_leaves(scenario)
    except TypeError:
        return tuple(leaves(scenario))


@lru_cache(maxsize=16)
def _kept_leaves(scenario: Scenario) -> tuple[Leaf, ...]:
    return tuple(leaves(scenario))


def _override(leaf: Leaf, value: object) -> object:
    if isinstance(value, Dist):
        check_law(leaf.spec, value, leaf.path)
        return value
    if isinstance(value, str):
        try:
            value = read_value(value, leaf.spec)
        except ScenarioError as problem:
            raise ScenarioError(f"{leaf.path}: {problem}") from None
    if isinstance(value, int) and not isinstance(value, bool) and isinstance(leaf.spec, Quantity):
        value = float(value)
    if value is None and leaf.may_be_none:
        return None
    check_value(leaf.spec, value, leaf.path)
    return value


def law_of(leaf: Leaf) -> Dist[Any] | None:
    """Give the law a leaf is drawn by, or None when its value is fixed."""
    if isinstance(leaf.spec, Presence):
        return Bernoulli(float(leaf.value)) if 0.0 < leaf.value < 1.0 else None
    return leaf.value if isinstance(leaf.value, Dist) else None


def params(scenario: Scenario) -> list[Parameter]:
    """List every parameter of a scenario: what is random first, then what is fixed."""
    rows = []
    for leaf in leaves(scenario):
        law = law_of(leaf)
        text = law.describe() if law is not None else "default" if leaf.value is None else _plain(leaf.value)
        rows.append(Parameter(leaf.path, text, leaf.spec.unit, law is not None))
    return sorted(rows, key=lambda row: not row.is_random)


def _plain(value: object) -> str:
    if isinstance(value, Curve):
        return value.describe()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return "; ".join(f"{x:g},{y:g}" for x, y in value)
    if isinstance(value, tuple) and len(value) > 2:
        return f"{len(value)} numbers, {value[0]:g} to {value[-1]:g}"
    return f"{value:g}" if isinstance(value, float) else str(value)
