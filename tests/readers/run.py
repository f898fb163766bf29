"""Call `read_NAME.read` once for each list of arguments and print as JSON what each call returns or the error that ends it.

`python run.py NAME < CALLS`, with CALLS a JSON list of lists of strings. Runs under the readers' own Python. Several readers
print as they read, so that all but the answer goes to stderr.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import traceback
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Give numpy's things as Python's."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a reader returned {type(value).__name__}, which JSON can not hold")


def call(name: str, arguments: list[str]) -> dict[str, Any]:
    """Give the answer of one call, or its error."""
    try:
        return {"answer": importlib.import_module(f"read_{name}").read(*arguments)}
    except BaseException:  # several readers end the program on bad data
        return {"error": traceback.format_exc()}


def main() -> None:
    name = sys.argv[1]
    with contextlib.redirect_stdout(sys.stderr):
        answers = [call(name, arguments) for arguments in json.load(sys.stdin)]
    sys.stdout.write(json.dumps(answers, default=plain))  # dump() to a stream takes five times as long


if __name__ == "__main__":
    main()
