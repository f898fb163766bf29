"""Run other people's readers in the environment of their own and hand back what they read.

A reader is a file `read_NAME.py` beside this one with a function `read(*arguments: str)`. It runs under the Python of
`.venv-readers`, which knows neither scenegen nor pytest, and returns what JSON can hold, or numpy arrays in such things::

    theirs = foreign_read("kitti_object", root)   # runs read_kitti_object.read(str(root))

A test compares that with our labels. `make readers` builds the environment, and `make test` does so before the tests.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ENVIRONMENT = HERE.parent.parent / ".venv-readers"
REQUIREMENTS = HERE / "requirements.txt"
CURE = "run `make readers`"
LONGEST_S = 120
"""A reader that hangs (as pycocotools does on a malformed RLE) fails after this."""


def foreign_read(name: str, *arguments: object) -> Any:
    """Give what `read_NAME.read(*arguments)` returns, run by the readers' own Python; arrays arrive as lists.

    Fails the test, and never skips it, when the environment is missing or older than its requirements, or the reader raises.
    """
    (answer,) = foreign_reads(name, [arguments])
    if isinstance(answer, ForeignError):
        pytest.fail(f"the reader {name} refuses {' '.join(map(str, arguments))}:\n{answer}")
    return answer


def foreign_refusal(name: str, *arguments: object) -> str:
    """Give the last line of the error with which a reader refuses a spoiled copy; a reader that takes it fails the test."""
    (answer,) = foreign_reads(name, [arguments])
    if not isinstance(answer, ForeignError):
        pytest.fail(f"the reader {name} takes {' '.join(map(str, arguments))}")
    return str(answer).strip().splitlines()[-1]


class ForeignError(Exception):
    """What a reader raised, as text with its traceback."""


def foreign_reads(name: str, calls: Sequence[Sequence[object]]) -> list[Any]:
    """Give what the reader returns for each list of arguments, in one process; a `ForeignError` where it raised."""
    _check(ENVIRONMENT)
    command = [ENVIRONMENT / "bin" / "python", HERE / "run.py", name]
    asked = json.dumps([[str(argument) for argument in arguments] for arguments in calls])
    try:
        done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        pytest.fail(f"the reader {name} did not end within {LONGEST_S} s")
    if done.returncode != 0:
        pytest.fail(f"the reader {name} broke down:\n{done.stderr[-3000:]}")
    return [told["answer"] if "answer" in told else ForeignError(told["error"]) for told in json.loads(done.stdout)]


def _check(environment: Path) -> None:
    stamp = environment / ".installed"
    if not stamp.is_file():
        pytest.fail(f"the environment of the foreign readers, {environment.name}, is missing; {CURE}")
    if stamp.read_bytes() != REQUIREMENTS.read_bytes():
        pytest.fail(f"the environment of the foreign readers, {environment.name}, is older than {REQUIREMENTS.name}; {CURE}")
