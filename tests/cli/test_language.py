"""Commands of the language: sweep, replay, report, schema; what they write, and how mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenegen.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_sweep_writes_a_line_a_sample(tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    over = ("--over", "ego.speed=30 km/h,40 km/h", "--over", "light.sun_elevation=1,2,3")
    result = run("sweep", "jaywalker_dart_out", *over, "--seeds", "0..1", "-o", path)
    assert result.exit_code == 0, result.output
    scenes = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(scenes) == 12
    assert [scene["cell"] for scene in scenes] == [*range(6), *range(6)]
    assert scenes[0]["ego"]["speed"] == pytest.approx(30 / 3.6)


def test_sobol_samples_are_as_many_as_asked() -> None:
    result = run("sweep", "deer_crossing", "--method", "sobol", "--samples", "5")
    assert len(result.output.splitlines()) == 5


def test_report_tells_of_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    result = run("report", "fallen_tree", "-n", "1", "--json", "-o", path)
    assert result.exit_code == 0, result.output
    report = json.loads(path.read_text())
    assert (report["clips"], report["nhtsa"]) == (1, {"35": 1, "36": 1})


def test_schema_is_json() -> None:
    assert json.loads(run("schema").output)["title"] == "scenegen scenario"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sweep", "jaywalker_dart_out", "--over", "ego.sped=1,2"), ("ego.sped", "ego.speed")),
        (("sweep", "jaywalker_dart_out", "--over", "ego.speed=1,2", "--method", "lhs"), ("lhs takes quantiles",)),
        (("sweep", "jaywalker_dart_out", "--method", "sobl"), ("sobol",)),
        (("report", "fallen_tre"), ("fallen_tree",)),
        (("report", "."), ("holds no clips of a data set",)),
        (("replay", "nothing.jsonl"), ("nothing.jsonl",)),
    ],
)
def test_mistakes_name_the_value_and_the_cure(
    arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    for word in words:
        assert word in result.output
