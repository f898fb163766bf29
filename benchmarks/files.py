"""Data sets made by the command itself, in processes of their own, and the hashes of their files."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCENEGEN = (sys.executable, "-m", "scenegen")
_FRAMES = re.compile(r"\((\d+) frames\)")
_RATE = re.compile(r"([\d.]+) frames/s")
_WAITED = re.compile(r"waited (\d+)%")


@dataclass(frozen=True)
class Run:
    """What one command did: seconds from start to end, processor seconds, and what it said."""

    wall_s: float
    processor_s: float
    text: str

    @property
    def frames(self) -> int:
        """Frames made."""
        return int(_number(_FRAMES, self.text))

    @property
    def frames_per_s(self) -> float:
        """Frames a second as the command says: with building the stage, without starting Python."""
        return _number(_RATE, self.text)

    @property
    def waited_share(self) -> float:
        """Share of wall time that drawing waited for encoding and writing, as the command says."""
        return _number(_WAITED, self.text) / 100


def render(arguments: Sequence[str], *, environment: dict[str, str] | None = None) -> Run:
    """Run `scenegen render` and wait for it."""
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        [*SCENEGEN, "render", *arguments], env=os.environ | (environment or {}), capture_output=True, text=True, check=False
    )
    wall_s, after = time.perf_counter() - started, os.times()
    if done.returncode:
        raise SystemExit(f"scenegen render {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    processor_s = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall_s, processor_s, done.stdout)


def hashes(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def differing(first: dict[str, str], second: dict[str, str]) -> list[str]:
    """Name the files whose bytes differ, or that only one has."""
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def _number(pattern: re.Pattern[str], text: str) -> float:
    found = pattern.search(text)
    if found is None:
        raise SystemExit(f"the command's text holds no {pattern.pattern!r}: {text!r}")
    return float(found[1])
