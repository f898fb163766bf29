"""Seconds from the command to the first labelled frame on disk, with an empty and with a filled store of models.

Proves: below 10 s. The frame counts as there when its picture and its KITTI label text both are. `--scenario` and `--size`
as for `scenegen render`; each start is a process of its own, ended when its first frame is there.

    python benchmarks/first_frame.py
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from files import SCENEGEN
from report import Figure, at_most, say, say_machine

BOUND_S = 10.0
GIVE_UP_S = 120.0
POLL_S = 0.01


def seconds_to_first_frame(scenario: str, out: Path, store: Path) -> tuple[float, float]:
    """Start a render with models kept in `store`; give wall and processor seconds until its first frame is on disk."""
    command = [*SCENEGEN, "render", scenario, "--out", str(out)]
    started, before = time.perf_counter(), os.times()
    process = subprocess.Popen(command, env=os.environ | {"SCENEGEN_CACHE": str(store)}, stderr=subprocess.PIPE, text=True)
    try:
        while not all(any((out / "kitti_object" / "training" / folder).glob("*")) for folder in ("image_2", "label_2")):
            if process.poll() is not None or time.perf_counter() - started > GIVE_UP_S:
                raise SystemExit(f"{' '.join(command)}: no frame came; {process.stderr.read() if process.stderr else ''}")
            time.sleep(POLL_S)
        wall_s = time.perf_counter() - started
    finally:
        process.kill()
        process.wait()
    after = os.times()
    return wall_s, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> int:
    """Measure and print; exit code 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="jaywalker_dart_out")
    options = parser.parse_args()
    say_machine()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("empty store of models", "filled store of models"):
            wall_s, processor_s = seconds_to_first_frame(options.scenario, Path(folder) / name, Path(folder) / "store")
            figures.append(at_most(f"first labelled frame, {name}", wall_s, BOUND_S, "s"))
            figures.append(Figure("  processor time until then, all threads", f"{processor_s:.2f} s"))
    return 0 if say(figures, options.scenario) else 1


if __name__ == "__main__":
    sys.exit(main())
