"""The closed grammar of requirements."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegen import Requirement, ScenarioError
from scenegen.scenario.requirements import holds, parse

from .scripts import with_


def value(text: str, **values: float) -> bool:
    return holds(parse(Requirement("it", text)), {name.replace("__", "."): number for name, number in values.items()})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a.b - c > 3.0 * 2", True),
        ("1 < c < 3", True),
        ("1 < c < 2", False),
        ("a.b / 2 == 5 and not c > 2", True),
        ("c > 2 or a.b >= 10", True),
        ("min(a.b, c, 1) == 1 and max(a.b, c) == 10", True),
        ("abs(c - a.b) <= -(-8)", True),
        ("a.b != +10", False),
        ("2 + 3 * 4 == 14 and (2 + 3) * 4 == 20", True),
    ],
)
def test_known_answers(text: str, wanted: bool) -> None:
    assert value(text, a__b=10.0, c=2.0) is wanted


def test_names_are_known_in_order() -> None:
    expression = parse(Requirement("it", "van.at.s - ego.s > 3.0 * ego.speed or deer.does.freeze.for < van.at.s"))
    assert expression.names == ("van.at.s", "ego.s", "ego.speed", "deer.does.freeze.for")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('__import__("os").system("x") > 1', "not allowed in a requirement: Call"),
        ("ego.speed ** 2 > 4", "character 1: not allowed in a requirement: BinOp"),
        ("[x for x in y] > 1", "not allowed in a requirement: ListComp"),
        ("(lambda: 1)() > 1", "not allowed in a requirement: Call"),
        ("a[0] > 1", "not allowed in a requirement: Subscript"),
        ("'a' > 1", "not allowed in a requirement: Constant"),
        ("True", "not allowed in a requirement: Constant"),
        ("1e999 > 1", "not allowed in a requirement: Constant"),
        ("a is b", "not allowed in a requirement: Compare"),
        ("abs(1, 2) > 1", "not allowed in a requirement: Call"),
        ("min(1) > 1", "not allowed in a requirement: Call"),
        ("min(*a) > 1", "not allowed in a requirement: Call"),
        ("a if b else c", "not allowed in a requirement: IfExp"),
        ("f().x > 1", "not allowed in a requirement: Call"),
        ("ego.speed", "wanted a condition such as a > b, got a number"),
        ("(a > b) + 1 > 2", "BinOp wants numbers"),
        ("a and b > 1", "BoolOp wants conditions"),
        ("a > ", "character 4: "),
        ("", "must be a text of 1 to 1000 characters"),
        ("a > " + "1" * 2000, "must be a text of 1 to 1000 characters"),
        ("(" * 300 + "1" + ")" * 300 + " > 0", "requirement 'it'"),
        ("-" * 100 + "1 > 0", "nested deeper than 40"),
    ],
)
def test_what_is_outside_the_grammar_is_refused_with_label_and_place(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Requirement("it", text)
    assert message in str(caught.value)
    assert "'it'" in str(caught.value)


def test_division_by_zero_is_a_persons_mistake() -> None:
    with pytest.raises(ScenarioError, match="division by zero or overflow"):
        value("1 / a > 2", a=0.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("van.at.z > 1", "there is no parameter 'van.at.z'; did you mean 'van.at.s'?"),
        ("van.kind > 1", "van.kind is not a number here"),
        ("van.speed > 1", "van.speed is not a number here"),
    ],
)
def test_a_scenario_refuses_requirements_on_what_is_not_there(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        with_(requires=(Requirement("it", text),))
    assert message in str(caught.value)


@given(st.text(max_size=60) | st.from_regex(r"[a-e0-9.+*/<>()=! \-,]{1,40}", fullmatch=True))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        expression = parse(Requirement("it", text))
        holds(expression, dict.fromkeys(expression.names, 1.0))
    except ScenarioError:
        pass
