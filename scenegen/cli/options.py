"""Option types that several commands share: seeds, sizes, steps, lists, path=value."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scenegen.errors import ScenarioError

if TYPE_CHECKING:
    from scenegen.scenario.records import Scenario

    _Param = click.ParamType[Any]  # generic since click 8.2 only
else:
    _Param = click.ParamType
F = TypeVar("F", bound=Callable[..., Any])


class Seeds(_Param):
    """`0..9`, `0,3` or a mixture such as `0..4,10`."""

    name = "SEEDS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Read seeds in the order given, each once."""
        if isinstance(value, tuple):
            return value
        from scenegen.scenario.sweep import seed_list

        try:
            return seed_list(str(value))
        except ScenarioError as error:
            self.fail(f"{error}; write 7, 0,3 or 0..9", param, ctx)


class Size(_Param):
    """Width x height in pixels, such as 1242x375."""

    name = "WxH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read a size; its range is checked with the scenario."""
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"(\d{1,6})[xX](\d{1,6})", str(value))
        if not match:
            self.fail(f"{value!r} is no size; write width x height in pixels, such as 1242x375", param, ctx)
        return int(match[1]), int(match[2])


class Steps(_Param):
    """Distances in frames, such as 1,2,5."""

    name = "LIST"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Read steps in any order; 1 is always among them."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in str(value).split(",")]
        for word in words:
            if not re.fullmatch(r"0*[1-9]\d{0,3}", word):
                self.fail(f"{word!r} is no number of frames from 1 to 9999; write them as 1,2,5", param, ctx)
        return tuple(sorted({1, *map(int, words)}))


class Names(_Param):
    """Names parted by commas."""

    name = "LIST"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Read names; blanks round them do not count."""
        if isinstance(value, tuple):
            return value
        names = tuple(name.strip() for name in str(value).split(",") if name.strip())
        if not names:
            self.fail("no name given", param, ctx)
        return names


class Assignment(_Param):
    """`path=value`, such as ego.speed=12 or "ego.speed=50 km/h"."""

    name = "PATH=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Part at the first equals sign."""
        if isinstance(value, tuple):
            return value
        path, equals, text = str(value).partition("=")
        if not equals or not path.strip() or not text.strip():
            self.fail(f"{value!r} is no assignment; write path=value, such as ego.speed=12", param, ctx)
        return path.strip(), text.strip()


def opened(source: str) -> Scenario:
    """Load a scenario for a command that simulates it: models of a person's own beside its file are known from now on."""
    from scenegen.models.imports.folders import add_neighbour
    from scenegen.scenario.loading import find_scenario, load_scenario

    add_neighbour(find_scenario(source))
    return load_scenario(source)


def assets_option(command: F) -> F:
    """Add `--assets DIR`."""
    return click.option(
        "--assets",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        multiple=True,
        help="Folder with models of your own (own:NAME is NAME.yaml in it); the folder assets beside a scenario is known.",
    )(command)


def overrides_option(command: F) -> F:
    """Add `--set path=value`."""
    return click.option(
        "--set", "overrides", type=Assignment(), multiple=True, help="Set a parameter, e.g. ego.speed=12; may be repeated."
    )(command)
