"""Finding and reading scenarios, and every way in which that can go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenegen import Scenario, ScenarioError
from scenegen.scenario.loading import library, load_scenario, params
from scenegen.scenario.reference import refreshed
from scenegen.scenario.sampling import sample

LIBRARY = {"broken_down_vehicle", "debris_in_lane", "jaywalk_adult", "jaywalker_dart_out", "residential_street"}
NAMES = [name for name, _ in library()]
PAGE = Path(__file__).parents[2] / "docs" / "language.md"


def test_the_library_is_listed_with_what_each_shows() -> None:
    assert set(NAMES) >= LIBRARY
    assert all(about.endswith(".") and len(about) > 20 for _, about in library())


@pytest.mark.parametrize("name", NAMES)
def test_library_scenarios_sample_200_times_with_few_rejections(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert sum(sample(scenario, 0, index).attempt > 0 for index in range(200)) < 10


BASELINES = ("residential_street", "arterial", "motorway", "rural_two_lane", "town_from_map", "urban_intersection")


@pytest.mark.parametrize("name", NAMES)
def test_only_the_baselines_have_nothing_rare(name: str) -> None:
    has_rare = any(actor.role == "rare" for actor in load_scenario(name).actors)
    assert has_rare == (name not in BASELINES)


def test_a_script_gives_its_scenario_or_builds_it(tmp_path: Path) -> None:
    one = tmp_path / "one.py"
    one.write_text("from scenegen import Scenario\nscenario = Scenario(name='one')\n")
    two = tmp_path / "two.py"
    two.write_text("from scenegen import Scenario\ndef build(name='two'):\n    return Scenario(name=name)\n")
    assert load_scenario(one) == Scenario(name="one")
    assert load_scenario(str(two)) == Scenario(name="two")


HEAD = "from scenegen import *\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scenario = Scenario(name='x',\n  road=Street(lane_widht=3))",
         "bad.py:3: Street has no 'lane_widht'; did you mean 'lane_width'?"),
        ("scenario = Scenario(name='x', ego=Ego(speed=320))", "bad.py:2: ego.speed: 320 m/s is above the limit of 70"),
        ("scenario = Scenario(name='x', ego=Ego(speed=Uniform(5, 3)))", "bad.py:2: Uniform: low must be below high"),
        ("from scenegen import Stret", "bad.py:2: scenegen has no 'Stret'; did you mean 'Street'?"),
        ("scenario = Scenario(", "bad.py:2: '(' was never closed"),
        ("scenario = 1 / 0", "bad.py:2: ZeroDivisionError: division by zero"),
        ("scenario = Scenario()", "bad.py:2: Scenario missing 1 required field: 'name'"),
        ("raise SystemExit(3)", "bad.py:2: SystemExit: 3"),
        ("scenario = 3", "bad.py: wanted a Scenario named `scenario`, or `build()` that gives one; got int"),
        ("x = 3", "bad.py: wanted a Scenario named `scenario`, or `build()` that gives one; got none"),
        ("def f(n): return f(n)\nf(1)", "bad.py:2: RecursionError"),
        ("def build(a): return a", "bad.py:"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_script_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.py"
    path.write_text(HEAD + text + "\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("jaywalker_dartout", "jaywalker_dartout: no scenario of this name in the library; did you mean 'jaywalker_dart_out'?"),
        ("scenarios/jaywalk_adutl.py", "no such file; did you mean 'jaywalk_adult'?"),
        ("", "is not the name of a scenario"),
        ("a\x00b", "is not the name of a scenario"),
        ("x" * 5000, "File name too long"),
    ],
)
def test_an_unknown_scenario_names_the_nearest(name: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


def test_files_that_are_no_scenario(tmp_path: Path) -> None:
    wrong = {"empty.py": b"", "blank.yaml": b" \n", "latin.py": b"# \xe9", "huge.yaml": b"#" * 1_000_001, "notes.txt": b"hello"}
    words = ["the file is empty", "the file is empty", "not a UTF-8 text", "has at most 1000000", "ends in .py, .yaml or .yml"]
    for (name, content), word in zip(wrong.items(), words, strict=True):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ScenarioError, match=word):
            load_scenario(tmp_path / name)
    with pytest.raises(ScenarioError, match="is a folder"):
        load_scenario(tmp_path)


def test_the_table_of_parameters_has_laws_first() -> None:
    rows = params(load_scenario("jaywalker_dart_out"))
    by_path = {row.path: row for row in rows}
    assert by_path["ego.speed"].law == "Uniform(low=35, high=50) * 0.277778"
    assert by_path["ego.speed"].unit == "m/s"
    fixed = [by_path[path].law for path in ("road.sidewalk", "traffic.oncoming", "ego.reacts")]
    assert fixed == ["2", "default", "false"]
    random = [row.is_random for row in rows]
    assert random == sorted(random, reverse=True)
    assert sum(random) == 13


def test_the_page_of_the_language_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert refreshed(page) == page, "write reference.refreshed(page) back into docs/language.md"
