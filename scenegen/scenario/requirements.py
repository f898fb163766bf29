"""Requirements: labelled conditions on the numbers of a sample, in a closed arithmetic grammar.

Names of parameters, numbers, + - * /, comparisons (chains too), and / or / not, min, max, abs. Nothing else.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from scenegen.errors import ScenarioError
from scenegen.scenario.fields import Label

OUTCOMES = ("first_visible_s", "first_visible_m", "visible_s", "hidden_share")
"""What a condition may ask of an actor once its clip has run, such as `child.first_visible_s`; see `simulate.sightings`."""

MAX_LENGTH = 1000
MAX_DEPTH = 40

_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FOR = re.compile(r"\.for\b")  # a parameter's name that Python reserves
_FUNCTIONS: dict[str, Callable[..., float]] = {"min": min, "max": max, "abs": abs}


@dataclass(frozen=True)
class Requirement:
    """A condition that a sample must meet; the label is what reports and errors call it."""

    label: Annotated[str, Label("what the condition is called")]
    expression: Annotated[str, Label("the condition, such as van.at.s > 3.0 * ego.speed")]

    def __post_init__(self) -> None:
        if not isinstance(self.label, str) or not self.label.strip():
            raise ScenarioError(f"requirement: the label must be a text, got {self.label!r}")
        if not isinstance(self.expression, str) or not 0 < len(self.expression.strip()) <= MAX_LENGTH:
            raise ScenarioError(f"requirement {self.label!r}: the expression must be a text of 1 to {MAX_LENGTH} characters")
        parse(self)


@dataclass(frozen=True)
class Expression:
    """A parsed condition and the paths of the parameters it names, in order of appearance."""

    label: str
    tree: ast.expr
    names: tuple[str, ...]


@lru_cache(maxsize=1024)
def parse(requirement: Requirement) -> Expression:
    """Read a requirement's expression.

    Raises:
        ScenarioError: a syntax error or something outside the grammar; names label and position.
    """
    text, label = _FOR.sub(".for_", requirement.expression), requirement.label
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as problem:
        position = problem.offset or len(text.strip()) + 1
        raise ScenarioError(f"requirement {label!r}, character {position}: {problem.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise ScenarioError(f"requirement {label!r}: the expression can not be read") from None
    names: list[str] = []
    if not _check(tree, label, names, 0):
        raise ScenarioError(f"requirement {label!r}: wanted a condition such as a > b, got a number")
    return Expression(label, tree, tuple(dict.fromkeys(names)))


def is_outcome(name: str) -> bool:
    """Tell whether a name is of something that only a clip can tell."""
    return name.rpartition(".")[2] in OUTCOMES


def holds(expression: Expression, values: Mapping[str, float]) -> bool:
    """Tell whether a condition is met.

    Args:
        expression: the parsed condition.
        values: value of each parameter it names.
    Raises:
        ScenarioError: a division by zero or an overflow.
    """
    try:
        return bool(_value(expression.tree, values))
    except (ZeroDivisionError, OverflowError):
        raise ScenarioError(f"requirement {expression.label!r}: division by zero or overflow for this sample") from None


def shortfall(expression: Expression, values: Mapping[str, float]) -> float:
    """Give by how much a condition is missed: the difference of the two sides of what failed, 0 where it holds.

    Of `and` the largest miss counts, of `or` the smallest; `not` and inequality are missed by 0 or not at all.
    """
    return _miss(expression.tree, values)


def _miss(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.BoolOp):
        misses = [_miss(child, values) for child in node.values]
        return max(misses) if isinstance(node.op, ast.And) else min(misses)
    if isinstance(node, ast.Compare):
        chain = [_value(child, values) for child in (node.left, *node.comparators)]
        pairs = zip(node.ops, chain, chain[1:], strict=False)
        return max((abs(a - b) for op, a, b in pairs if not _COMPARISONS[type(op)](a, b)), default=0.0)
    return 0.0


def _refuse(node: ast.AST, label: str) -> ScenarioError:
    position = getattr(node, "col_offset", 0) + 1
    return ScenarioError(f"requirement {label!r}, character {position}: not allowed in a requirement: {type(node).__name__}")


def _check(node: ast.expr, label: str, names: list[str], depth: int) -> bool:
    """Refuse what is outside the grammar, collect names; give True for a condition, False for a number."""
    if depth > MAX_DEPTH:
        raise ScenarioError(f"requirement {label!r}: nested deeper than {MAX_DEPTH}")

    def kinds(*children: ast.expr) -> list[bool]:
        return [_check(child, label, names, depth + 1) for child in children]

    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and math.isfinite(node.value):  # type: ignore[arg-type]
        return False
    if isinstance(node, (ast.Name, ast.Attribute)):
        names.append(_dotted(node, label))
        return False
    if isinstance(node, ast.BoolOp):
        return _all_of(kinds(*node.values), True, node, label)
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARISONS for op in node.ops):
        _all_of(kinds(node.left, *node.comparators), False, node, label)
        return True
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub, ast.UAdd)):
        return _all_of(kinds(node.operand), isinstance(node.op, ast.Not), node, label)
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        return _all_of(kinds(node.left, node.right), False, node, label)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and not node.keywords:
        wanted = len(node.args) == 1 if node.func.id == "abs" else len(node.args) >= 2
        if wanted and not any(isinstance(argument, ast.Starred) for argument in node.args):
            return _all_of(kinds(*node.args), False, node, label)
    raise _refuse(node, label)


def _all_of(kinds: list[bool], is_condition: bool, node: ast.expr, label: str) -> bool:
    if any(kind != is_condition for kind in kinds):
        wanted = "conditions" if is_condition else "numbers"
        raise ScenarioError(f"requirement {label!r}, character {node.col_offset + 1}: {type(node).__name__} wants {wanted}")
    return is_condition


def _dotted(node: ast.expr, label: str) -> str:
    """Join `a.b.c` back into a path."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append("for" if node.attr == "for_" else node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise _refuse(node, label)
    return ".".join((node.id, *reversed(parts)))


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, (ast.Name, ast.Attribute)):
        return values[_dotted(node, "")]
    if isinstance(node, ast.BoolOp):
        combine = all if isinstance(node.op, ast.And) else any
        return combine(_value(child, values) for child in node.values)
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, values)
        return not inner if isinstance(node.op, ast.Not) else -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return _ARITHMETIC[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Compare):
        chain = [_value(child, values) for child in (node.left, *node.comparators)]
        pairs = zip(node.ops, chain, chain[1:], strict=False)
        return all(_COMPARISONS[type(op)](left, right) for op, left, right in pairs)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](*(_value(child, values) for child in node.args))
    raise TypeError(f"unchecked node {type(node).__name__}")
