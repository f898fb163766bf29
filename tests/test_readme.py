"""What the readme says works: its scenario, its commands, its examples, its tables."""

from __future__ import annotations

import doctest
import importlib
import re
import shlex
from pathlib import Path

import click
import pytest

from scenegen.cli import main
from scenegen.cli.render_command import DEFAULT_FORMATS
from scenegen.formats.registry import DEFAULT, LAYOUTS
from scenegen.roads.build import build_network
from scenegen.scenario.loading import library, load_scenario
from scenegen.scenario.sampling import sample
from scenegen.simulate.run import simulate

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [
    shlex.split(line, comments=True)[1:]
    for block in re.findall(r"```sh\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line.startswith("scenegen ")
]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "scenegen").rglob("*.py")
    if ">>> " in path.read_text()
]


def test_the_scenario_of_ones_own_runs(tmp_path: Path) -> None:
    script = re.search(r"```python\n(.*?)```", README, re.S)
    assert script
    path = tmp_path / "my_crossing.py"
    path.write_text(script[1])
    scene = sample(load_scenario(path), 0)
    clip = simulate(scene, build_network(scene.road))
    (jaywalker,) = (track for track in clip.tracks if track.role == "rare")
    walked = jaywalker.world_from_body[-1, :2, 3] - jaywalker.world_from_body[0, :2, 3]
    assert abs(walked).max() > 1.0  # it does step out


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_commands_are_understood(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "abcdefg":
        (tmp_path / "out" / name).mkdir(parents=True)
    command = main.commands[arguments[0]]
    command.make_context(arguments[0], list(arguments[1:]), parent=click.Context(main))


def test_enough_commands_are_shown() -> None:
    assert len(COMMANDS) >= 8


def test_the_tables_name_every_scenario_layout_and_command() -> None:
    for name, _ in library():
        assert f"| `{name}` |" in README
    for name in LAYOUTS:
        assert f"| `{name}` |" in README
    for name in main.commands:
        assert re.search(rf"`{name}\b", README), name


def test_the_default_formats_are_the_registrys() -> None:
    assert tuple(DEFAULT_FORMATS.split(",")) == DEFAULT


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
