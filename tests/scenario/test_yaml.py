"""Strict YAML: equal trees, equal draws, and one kind of error whatever the file."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegen import (
    Ego,
    Empirical,
    Exponential,
    IntRange,
    Mixture,
    P,
    Poisson,
    Scenario,
    ScenarioError,
    Triangular,
    Uniform,
    choice,
    kmh,
    mph,
)
from scenegen.scenario.dist import Dist
from scenegen.scenario.laws import Bernoulli, Beta, Normal
from scenegen.scenario.loading import library, library_folder, load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.surroundings import Light, Street, Traffic
from scenegen.scenario.yaml_reader import read_document, read_yaml
from scenegen.scenario.yaml_writer import write_yaml

from .mutations import mutated, verdict
from .scripts import BASE, CHILD, PAUSE, VAN, WALKER, with_

NAMES = [name for name, _ in library()]
TEXTS = [(library_folder() / f"{name}.yaml").read_text() for name in NAMES]
SPOILED = Path(__file__).parent / "spoiled"
HEAD = "scenegen: 1\nname: x\n"


@pytest.mark.parametrize("name", NAMES)
def test_python_and_yaml_are_the_same_scenario(name: str) -> None:
    python, yaml = load_scenario(library_folder() / f"{name}.py"), load_scenario(library_folder() / f"{name}.yaml")
    assert python == yaml
    assert [sample(python, 5, i) for i in range(20)] == [sample(yaml, 5, i) for i in range(20)]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_reads_back_equal(name: str) -> None:
    scenario = load_scenario(name)
    assert read_yaml(write_yaml(scenario), "written") == scenario


@pytest.mark.parametrize(
    "law",
    [
        Uniform(1, 2), Normal(10, 1), Triangular(1, 2, 3), Beta(2, 3) * 10.0 + 1.0, Exponential(3), Poisson(4.0),
        IntRange(1, 9),
        Empirical((1.0, 2.0, 9.0)), choice(1.0, 2.5, p=(0.25, 0.75)), kmh(Uniform(30, 50)), mph(Normal(20, 1)) + 1.0,
        Mixture((kmh(Uniform(30, 50)), Normal(10.0, 0.5)), (0.7, 0.3)),
        kmh(P("v", Uniform(30, 50))), P("v", kmh(Uniform(30, 50))),
        -Uniform(-9, -8), kmh(kmh(Uniform(100, 200))),
    ],
    ids=lambda law: law.describe(),
)  # fmt: skip
def test_every_law_reads_back_equal(law: Dist[float]) -> None:
    scenario = with_(ego=Ego(speed=law), requires=())
    back = read_yaml(write_yaml(scenario), "written")
    assert back == scenario
    assert back.ego.speed.ppf(0.3) == law.ppf(0.3)  # type: ignore[union-attr]


def test_flags_steps_and_odd_labels_read_back_equal() -> None:
    scenario = with_(
        actors=(VAN, CHILD, WALKER), road=Street(origin=(5000.0, -2.5), oneway=Bernoulli(0.3), drive="left"),
        traffic=Traffic(oncoming=0.0), light=Light(street_lamps=choice(True, False)), substeps=4,
    )  # fmt: skip
    walker = WALKER.__class__("w", at=WALKER.at, does=(PAUSE, *WALKER.does), stream="old", role="a: b # c")
    scenario = Scenario(**{**vars(scenario), "actors": (*scenario.actors, walker)})
    labelled = BASE.requires[0].__class__("yes: 'no' [1]\té", "ego.s < 30")
    scenario = Scenario(**{**vars(scenario), "requires": (labelled,)})
    assert read_yaml(write_yaml(scenario), "written") == scenario


def test_a_law_of_ones_own_can_not_be_written() -> None:
    class Mine(Dist[float]):
        def ppf(self, u: float) -> float:
            return 10.0 + u

        def describe(self) -> str:
            return "Mine()"

    with pytest.raises(ScenarioError, match=r"Mine\(\) is not a law of the language"):
        write_yaml(with_(ego=Ego(speed=Mine()), requires=()))


def test_a_sweep_is_a_grid_of_overrides_with_common_seeds() -> None:
    grid = """
sweep:
  method: grid
  over:
    ego.speed: {list: [36, 43, 50], unit: km/h}
    light.sun_elevation: {list: [-4, -1, 2]}
  seeds: 0..9
"""
    text = (library_folder() / "jaywalker_dart_out.yaml").read_text()
    assert read_document(text, "dart_out.yaml").sweep is None
    sweep = read_document(text + grid, "dart_out.yaml").sweep
    assert sweep is not None
    assert (len(sweep.cells()), sweep.seeds) == (9, tuple(range(10)))
    assert sweep.cells()[1] == {"ego.speed": "36 km/h", "light.sun_elevation": "-1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("duration: 18:45", "x.yaml:3:11: duration: expected a number, got '18:45'"),
        ("ego: {reacts: no}", "x.yaml:3:15: ego.reacts: expected true or false, got 'no'"),
        ("ego: {reacts: True}", "expected true or false, got 'True'"),
        ("fps: 0777", "x.yaml:3:6: fps: 777 is above the limit of 240 (range 1 to 240)"),
        ("ego: {lane: 1.5}", "x.yaml:3:13: ego.lane: expected a whole number, got '1.5'"),
        ("ego: {sped: 3}", "x.yaml:3:7: ego has no 'sped'; did you mean 'speed'?"),
        ("fps: 10\nfps: 20", "x.yaml:4:1: key 'fps' given twice"),
        ("ego: {speed: 2.2 furlong}", "unit 'furlong' does not fit: wanted m/s or km/h or mph"),
        ("ego: {speed: {uniform: [30, 20]}}", "x.yaml:3:15: ego.speed: Uniform: low must be below high"),
        ("ego: {speed: {unifrom: [30, 20]}}", "got 'unifrom'; did you mean 'uniform'?"),
        ("ego: {speed: {uniform: [30]}}", "uniform needs high"),
        ("ego: {speed: {uniform: [3, 4, 5]}}", "uniform takes 2 numbers (low, high), got 3"),
        ("ego: {speed: {uniform: {low: 3, hihg: 4}}}", "uniform has no 'hihg'; did you mean 'high'?"),
        ("ego: {speed: {choice: [1, 2, 3], p: [0.5, 0.5]}}", "choice: 2 weights for 3 options"),
        ("ego: {speed: {uniform: [3, 4], unit: kmh}}", "unit 'kmh' does not fit"),
        ("ego: {speed: 1/0}", "division by zero"),
        ("ego: {speed: 300}", "ego.speed: 300 m/s is above the limit of 70 (range 0 to 70 m/s); did you mean 30?"),
        ("ego: [1, 2]", "ego: expected a mapping"),
        ("road: {strete: {}}", "got 'strete'; did you mean 'street'?"),
        ("actors: {c: {pedestrian: child, at: {sidewalk: {s: 9}}, does: [wait: {}, wait: {for: -1}]}}",
         "x.yaml:3:86: c.does.wait2.for: -1 s is below the limit of 0"),
        ("ego: {lane: " + "9" * 5000 + "}", "ego.lane: expected a whole number"),
        ("sweep: {samples: 1e999}", "samples: expected a number, got '1e999', which is too large"),
        ("actors: {v: {vehicle: van}}", "x.yaml:3:13: v needs 'at'"),
        ("actors: {v: {vehicel: van}}",
         "expected one of vehicle, pedestrian, animal, debris, prop as a key; did you mean 'vehicle'?"),
        ("actors: {v: {vehicle: van, at: {parked: {side: right, s: 9}}, kind: van}}", "write the kind as `vehicle: ...`"),
        ("actors: {v: {vehicle: van, at: {hiden_behind: {}}}}", "got 'hiden_behind'; did you mean 'hidden_behind'?"),
        ("actors: {v: {vehicle: van, at: {parked: {side: rihgt, s: 9}}}}",
         "'rihgt' is not one of left, right; did you mean 'right'?"),
        ("requires: {it: '__import__(\"os\") > 1'}",
         "x.yaml:3:16: requirement 'it', character 1: not allowed in a requirement: Call"),
        ("a: &x 1\nb: *x", "x.yaml:3: anchors, aliases and tags are not allowed"),
        ("ego: !!python/object:os.system {}", "anchors, aliases and tags are not allowed"),
        ("fps: !!int 10", "anchors, aliases and tags are not allowed"),
        ("ego: {speed: 3", "x.yaml:4:1: expected ',' or '}'"),
        ("---\nname: y", "x.yaml:3: one file holds one scenario"),
        ("ego: " + "[" * 40 + "]" * 40, "x.yaml:3: nested deeper than 32"),
        ("a: [" + "1," * 10_001 + "]", "x.yaml:3: more than 10000 values"),
        ("sweep: {method: gird}", "method 'gird' is not one of grid, random, lhs, sobol; did you mean 'grid'?"),
        ("sweep: {over: {ego.sped: {list: [1]}}}", "there is no parameter 'ego.sped'; did you mean 'ego.speed'?"),
        ("sweep: {over: {ego.speed: {list: [900]}}}", "ego.speed: 900 m/s is above the limit of 70"),
        ("sweep: {seeds: 9..0}", "must rise"),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_line_column_and_the_nearest_word(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_yaml(HEAD + text + "\n", "x.yaml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("x.yaml:")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.yaml: the file is empty"),
        ("# nothing\n", "x.yaml: the file is empty"),
        ("just words", "scenario: expected a mapping"),
        ("name: x\n", "the first line must be `scenegen: 1`"),
        ("scenegen: 2\nname: x\n", "format version '2' is unknown; this program reads 1"),
        ("scenegen: 1\n", "scenario needs 'name'"),
        ("a" * 1_000_001, "a scenario has at most 1000000 bytes"),
    ],
)
def test_a_file_that_is_no_scenario(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_yaml(text, "x.yaml")
    assert message in str(caught.value)


def test_numbers_are_read_as_typed() -> None:
    text = HEAD + "road: {street: {curvature: -1/400, length: 1e3, sidewalk: 150 cm}}\nego: {speed: 50 km/h, s: .5}\n"
    scenario = read_yaml(text, "x.yaml")
    assert (scenario.road.curvature, scenario.road.length, scenario.road.sidewalk) == (-0.0025, 1000.0, 1.5)
    assert (scenario.ego.speed, scenario.ego.s) == (kmh(50.0), 0.5)


def read_or_refuse(text: str) -> None:
    try:
        sample(read_yaml(text, "fuzz.yaml"), 0)
    except ScenarioError:
        pass
    except Exception as problem:
        if type(problem).__name__ != "RequirementError":
            raise


@pytest.mark.parametrize("path", sorted(SPOILED.glob("*.yaml")), ids=lambda path: path.stem)
def test_saved_spoiled_files_are_refused(path: Path) -> None:
    with pytest.raises(ScenarioError):
        load_scenario(path)


WORDS = st.sampled_from(
    ["{", "}", "[", "]", ":", ",", "-", "&a ", "*a", "!!x ", "~", "null", "'", '"', "|", ">", "%", "@", "?", "\t", "\n", "  ",
     "0", "-1", "1e999", ".inf", "nan", "true", "unit", "uniform", "choice", "mixture", "shared", "law", "cross", "ego",
     "\x00", "\ud800", "é", "#", "<<: ", "---\n", "...\n", "1/0", "9" * 400]
)  # fmt: skip


EDIT = st.tuples(st.floats(0, 1), st.integers(0, 12), WORDS | st.text(max_size=4))


@given(text=st.sampled_from(TEXTS), edits=st.lists(EDIT, max_size=4))
@settings(max_examples=250, deadline=None)
def test_mutated_files_give_a_scenario_or_its_error(text: str, edits: list[tuple[float, int, str]]) -> None:
    for where, cut, word in edits:
        at = int(where * len(text))
        text = text[:at] + word + text[at + cut :]
    read_or_refuse(text)


@pytest.mark.parametrize("seed", range(4))
def test_spoiled_files_of_the_library_are_scenarios_or_named_errors(seed: int) -> None:
    """A share of what `benchmarks/sampling.py` does ten thousand times."""
    rng = random.Random(seed)
    endings = {verdict(mutated(rng.choice(TEXTS), rng)) for _ in range(40)}
    assert endings <= {"scenario", "named error"}
    assert "named error" in endings


@given(st.text(max_size=80).map(lambda text: HEAD + text) | st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_scenario_or_its_error(text: str) -> None:
    read_or_refuse(text)
