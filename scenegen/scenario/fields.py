"""What a field of the language may hold: unit, range, options. Declared once, beside the field, and checked from there.

A field is written `speed: Annotated[Real, Quantity("m/s", 0.0, 12.0, "walking or running speed")]`.
"""

from __future__ import annotations

import difflib
import itertools
import math
import re
import sys
import typing
from collections.abc import Hashable, Iterable
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, TypeAlias, cast

from scenegen.errors import ScenarioError
from scenegen.scenario.curve import Curve
from scenegen.scenario.dist import Dist, is_finite
from scenegen.scenario.laws import Choice
from scenegen.units import M_PER_S_PER_KMH, M_PER_S_PER_MPH

UNITS: dict[str, dict[str, float]] = {
    "m": {"m": 1.0, "km": 1000.0, "cm": 0.01},
    "m/s": {"m/s": 1.0, "km/h": M_PER_S_PER_KMH, "mph": M_PER_S_PER_MPH},
    "m/s2": {"m/s2": 1.0},
    "s": {"s": 1.0, "ms": 0.001},
    "deg": {"deg": 1.0, "rad": 180.0 / math.pi},
    "1/m": {"1/m": 1.0},
    "veh/km": {"veh/km": 1.0},
    "per 100 m": {"per 100 m": 1.0},
    "mm/h": {"mm/h": 1.0},
    "px": {"px": 1.0},
    "%": {"%": 1.0},
}
"""For each unit of the language, the units a person may type for it, and their factors."""


@dataclass(frozen=True)
class Quantity:
    """A number with a unit ("" for a bare one) and the range it must lie in, ends included."""

    unit: str
    low: float
    high: float
    doc: str


@dataclass(frozen=True)
class Changing(Quantity):
    """A number that may follow a `Curve` through the clip."""


@dataclass(frozen=True)
class Whole:
    """A whole number in a range, ends included."""

    low: int
    high: int
    doc: str
    unit: str = ""
    has_zero: bool = True


@dataclass(frozen=True)
class Options:
    """A text out of a closed list; `has_own` also lets in a model of a person's own, `own:NAME`."""

    names: tuple[str, ...]
    doc: str
    unit: str = ""
    has_own: bool = False


@dataclass(frozen=True)
class YesNo:
    """True or false."""

    doc: str
    unit: str = ""


@dataclass(frozen=True)
class Point:
    """Two numbers, such as a place on a map; never a law."""

    unit: str
    low: float
    high: float
    doc: str


@dataclass(frozen=True)
class Falling:
    """Some numbers, each below the one before; never a law."""

    unit: str
    low: float
    high: float
    doc: str


@dataclass(frozen=True)
class Points:
    """One pair of numbers after the other; never a law."""

    unit: str
    low: float
    high: float
    doc: str


@dataclass(frozen=True)
class Tags:
    """Some texts that file a scenario under something; never drawn, no parameter."""

    doc: str
    unit: str = ""


@dataclass(frozen=True)
class Code:
    """A Python function; no parameter, and nothing that a file can hold."""

    doc: str
    unit: str = ""


@dataclass(frozen=True)
class Presence:
    """The probability that an actor is there at all."""

    doc: str
    unit: str = ""


@dataclass(frozen=True)
class Label:
    """A text that names something and is never drawn; `is_actor` when it must name another actor or the ego."""

    doc: str
    is_actor: bool = False
    unit: str = ""


ValueSpec: TypeAlias = Quantity | Whole | Options | YesNo | Point | Points | Falling | Presence
Spec: TypeAlias = ValueSpec | Label | Tags | Code


@dataclass(frozen=True)
class FieldInfo:
    """One field of a record: its name, its spec (None for a nested record), its bare type and whether it may be None."""

    name: str
    spec: Spec | None
    hint: Any
    may_be_none: bool
    default: object

    @property
    def is_required(self) -> bool:
        """True when a person must give the field."""
        return self.default is MISSING


def field_infos(record: type[Any]) -> tuple[FieldInfo, ...]:
    """Read the fields of a record class from its type hints, in the order written."""
    return _field_infos(cast(Hashable, record))


@lru_cache(maxsize=256)
def _field_infos(record: Any) -> tuple[FieldInfo, ...]:
    # Leave out the mark before keyword fields, which Python 3.10 can not evaluate as a type
    marked = SimpleNamespace(__annotations__={name: hint for name, hint in record.__annotations__.items() if name != "_"})
    hints = typing.get_type_hints(marked, vars(sys.modules[record.__module__]), include_extras=True)
    infos = []
    for field in fields(record):
        hint, spec = hints[field.name], None
        may_be_none = type(None) in typing.get_args(hint)
        # Look through `Annotated[X, spec] | None`
        for member in (hint, *typing.get_args(hint)):
            if typing.get_origin(member) is typing.Annotated:
                hint, spec = member.__origin__, member.__metadata__[0]
                break
        may_be_none = may_be_none or type(None) in typing.get_args(hint)
        default = field.default
        if default is MISSING and field.default_factory is not MISSING:
            default = field.default_factory()
        infos.append(FieldInfo(field.name, spec, hint, may_be_none, default))
    return tuple(infos)


def nearest(name: str, known: Iterable[str]) -> str:
    """Give `; did you mean 'x'?` for the known name closest to this one, or nothing."""
    near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


OWN_KIND = re.compile(r"own:[a-z][a-z0-9_]{0,39}")
"""How a scenario names a model that a person brought along."""


def check_value(spec: ValueSpec, value: object, path: str) -> None:
    """Refuse a plain value that does not fit its field.

    Args:
        spec: what the field may hold.
        value: a plain value, not a law.
        path: name of the field in the scenario, for the message.
    Raises:
        ScenarioError: the value has the wrong type or lies outside the range; names range and unit.
    """
    if isinstance(value, Curve):
        _check_curve(spec, value, path)
    elif isinstance(spec, Quantity):
        _check_number(_number(value, path), spec.unit, spec.low, spec.high, path)
    elif isinstance(spec, Presence):
        _check_number(float(value) if isinstance(value, bool) else _number(value, path), "", 0.0, 1.0, path)
    elif isinstance(spec, Whole):
        number = _number(value, path)
        if isinstance(value, float) or (not spec.has_zero and number == 0):
            raise ScenarioError(f"{path}: {value!r} is not {'a whole number' if number else 'allowed'}, {_range(spec)}")
        _check_number(number, spec.unit, spec.low, spec.high, path, is_whole=True)
    elif isinstance(spec, Options):
        if isinstance(value, str) and spec.has_own and OWN_KIND.fullmatch(value):
            return
        if not isinstance(value, str) or value not in spec.names:
            near = nearest(value, spec.names) if isinstance(value, str) else ""
            raise ScenarioError(f"{path}: {value!r} is not one of {', '.join(spec.names)}{near}")
    elif isinstance(spec, YesNo):
        if not isinstance(value, bool):
            raise ScenarioError(f"{path}: {value!r} is not true or false")
    elif isinstance(spec, Falling):
        _check_falling(spec, value, path)
    elif isinstance(spec, Points):
        if not isinstance(value, tuple) or not value:
            raise ScenarioError(f"{path}: {value!r} is not some points ((a, b), (c, d))")
        for pair in value:
            _check_pair(spec, pair, path)
    else:
        _check_pair(spec, value, path)


def _check_curve(spec: ValueSpec, curve: Curve, path: str) -> None:
    if not isinstance(spec, Changing):
        raise ScenarioError(f"{path}: holds for the whole clip and can not follow a Curve; light and weather can")
    for _, value in curve.points:
        _check_number(value, spec.unit, spec.low, spec.high, path)


def check_tags(value: object, path: str) -> None:
    """Refuse what is not a tuple of texts."""
    if not isinstance(value, tuple) or not all(isinstance(tag, str) and tag.strip() for tag in value):
        raise ScenarioError(f"{path}: {value!r} is not some texts ('a', 'b')")


def _check_pair(spec: Point | Points, value: object, path: str) -> None:
    if not isinstance(value, tuple) or len(value) != 2:
        raise ScenarioError(f"{path}: {value!r} is not a pair of numbers (x, y)")
    for number in value:
        _check_number(_number(number, path), spec.unit, spec.low, spec.high, path)


def _check_falling(spec: Falling, value: object, path: str) -> None:
    if not isinstance(value, tuple) or not value:
        raise ScenarioError(f"{path}: {value!r} is not some numbers (a, b, ...)")
    for number in value:
        _check_number(_number(number, path), spec.unit, spec.low, spec.high, path)
    for before, after in itertools.pairwise(value):
        if after >= before:
            raise ScenarioError(f"{path}: {after:g} follows {before:g}, and each must be below the one before; sort them")


def check_law(spec: ValueSpec, law: Dist[Any], path: str) -> None:
    """Refuse what can be known before drawing: a law where only a value goes, or an option that does not fit."""
    if isinstance(spec, (Point, Points, Falling, Presence)):
        raise ScenarioError(f"{path}: wanted a plain value, got the law {law.describe()}")
    if isinstance(law, Choice):
        for option in law.options:
            check_value(spec, option, path)
        return
    try:
        middle = law.ppf(0.5)
    except (ArithmeticError, TypeError, ValueError) as problem:
        raise ScenarioError(f"{path}: {law.describe()} can not be drawn: {problem}") from None
    # A law of the wrong type is seen at its median; its range is checked at the draw
    is_text = isinstance(middle, str)
    fits = is_text if isinstance(spec, Options) else isinstance(middle, bool) if isinstance(spec, YesNo) else True
    if isinstance(spec, (Quantity, Whole)) and (is_text or isinstance(middle, bool)):
        fits = False
    if isinstance(spec, Whole) and isinstance(middle, float):
        fits = False
    if not fits:
        raise ScenarioError(f"{path}: {law.describe()} does not fit, {_range(spec)}")


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ScenarioError(f"{path}: expected a number, got {value!r}")
    if not is_finite(value):
        raise ScenarioError(f"{path}: {str(value)[:20]} is not a finite number")
    return value


def _check_number(value: float, unit: str, low: float, high: float, path: str, *, is_whole: bool = False) -> None:
    if low <= value <= high:
        return
    side, limit = ("above", high) if value > high else ("below", low)
    of_unit = f" {unit}" if unit else ""
    raise ScenarioError(
        f"{path}: {value:g}{of_unit} is {side} the limit of {limit:g} (range {low:g} to {high:g}{of_unit})"
        f"{_likely(value, low, high, is_whole=is_whole)}"
    )


def _likely(value: float, low: float, high: float, *, is_whole: bool) -> str:
    """Guess the number that was meant: the decimal point slipped, or the sign."""
    for factor in (0.1, 0.01, 0.001, -1.0):
        guess = float(f"{value * factor:.12g}")
        if low <= guess <= high and (guess.is_integer() or not is_whole):
            return f"; did you mean {guess:g}?"
    return ""


def _range(spec: ValueSpec) -> str:
    if isinstance(spec, Options):
        return f"wanted one of {', '.join(spec.names)}"
    if isinstance(spec, YesNo):
        return "wanted true or false"
    if isinstance(spec, Presence):
        return "wanted a probability from 0 to 1"
    kind = "a whole number" if isinstance(spec, Whole) else "a number"
    zero = ", not 0" if isinstance(spec, Whole) and not spec.has_zero else ""
    return f"wanted {kind} from {spec.low:g} to {spec.high:g}{' ' + spec.unit if spec.unit else ''}{zero}"
