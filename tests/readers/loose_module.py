"""Load one file of an installed package without importing the package, whose other files want what is not installed."""

from __future__ import annotations

import importlib.util
import sysconfig
from pathlib import Path
from types import ModuleType


def loose_module(path: str) -> ModuleType:
    """Give the module in a file below site-packages, such as ptlflow/utils/external/flow_IO.py."""
    file = Path(sysconfig.get_paths()["purelib"]) / path
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
