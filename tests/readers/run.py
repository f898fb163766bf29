"""Call `read_NAME.read(*arguments)` and print what it returns as JSON: `python run.py NAME ARGUMENT...`.

Runs under the readers' own Python. Several readers print as they read, so that all but the answer goes to stderr.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Give numpy's things as Python's."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a reader returned {type(value).__name__}, which JSON can not hold")


def main() -> None:
    name, *arguments = sys.argv[1:]
    with contextlib.redirect_stdout(sys.stderr):
        answer = importlib.import_module(f"read_{name}").read(*arguments)
    json.dump(answer, sys.stdout, default=plain)


if __name__ == "__main__":
    main()
