"""The JSON Schema takes every scenario of the library and everything the writer writes, and refuses what the reader refuses."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from scenegen.scenario.loading import library, library_folder
from scenegen.scenario.schema import json_schema
from scenegen.scenario.yaml_writer import write_yaml

from .test_vocabulary import WIDE

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_it_takes_the_whole_library_and_all_words() -> None:
    texts = [(library_folder() / f"{name}.yaml").read_text() for name, _ in library()] + [write_yaml(WIDE)]
    for text in texts:
        assert not [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(text))]


DART_OUT = yaml.safe_load((library_folder() / "jaywalker_dart_out.yaml").read_text())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("ego", "sped"), 3), (("ego", "lane"), 9), (("ego", "reacts"), "no"), (("road", "strete"), {}), (("fps",), 1.5),
        (("actors", "van", "at", "parked", "side"), "up"), (("actors", "van", "car"), "x"), (("light",), [1]),
        (("ego", "speed"), {"unifrom": [1, 2]}), (("actors", "child", "does"), [{"fly": {}}]), (("scenegen",), 2),
    ],
)  # fmt: skip
def test_it_refuses_mistakes(path: tuple[str, ...], value: Any) -> None:
    spoiled = copy.deepcopy(DART_OUT)
    inner = spoiled
    for word in path[:-1]:
        inner = inner[word]
    inner[path[-1]] = value
    assert not VALIDATOR.is_valid(spoiled)
