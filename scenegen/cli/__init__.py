"""Command line: parse, call, print. `--help` loads neither GL nor scipy."""

from __future__ import annotations

from scenegen.cli.main import main

__all__ = ["main"]
