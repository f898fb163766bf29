"""Same seed, same bytes: with one and two workers, alone and in sequence, killed and resumed.

Proves, on small pictures of a library scenario:
- every file of a data set of three clips is the same with `--jobs 1` and `--jobs 2`;
- every buffer and the colour of a frame rendered alone are those of the frame in sequence;
- a run ended by SIGKILL or by SIGINT in its midst, then run again, leaves the files of a run that nobody disturbed; after
  SIGINT only whole clips are there.

    python benchmarks/repeat.py
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from files import SCENEGEN, differing, hashes, render
from report import Figure, say, say_machine
from scenes import scene_of, stage_of

from scenegen.render.passes import Passes
from scenegen.render.renderer import Renderer

SEEDS = "0..2"
FORMATS = "kitti_object,kitti_flow,vkitti2,arrays"
POLL_S = 0.01
GIVE_UP_S = 300.0


def arguments(options: argparse.Namespace, out: Path, *extra: str) -> list[str]:
    """Give what `scenegen render` is asked for."""
    sizes = ["--size", options.size, "--frames", str(options.frames)]
    return [options.scenario, "--seeds", SEEDS, "--formats", FORMATS, *sizes, "--out", str(out), *extra]


def verdict(name: str, wrong: list[str], files: int) -> Figure:
    """Say whether all files were the same, else which were not."""
    text = f"{files} files equal" if not wrong else f"{len(wrong)} differ"
    if wrong:
        print(f"  {name}: {', '.join(wrong[:5])}")
    return Figure(name, text, "equal", not wrong)


def interrupted(options: argparse.Namespace, out: Path, number: signal.Signals) -> int:
    """Start a render, end it by a signal when its second clip has begun; give its exit code."""
    process = subprocess.Popen(
        [*SCENEGEN, "render", *arguments(options, out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    started = time.perf_counter()
    while len(list((out / "arrays").glob("*/*.npz"))) <= options.frames:
        if process.poll() is not None or time.perf_counter() - started > GIVE_UP_S:
            process.kill()
            raise SystemExit("the run ended before it could be disturbed; raise --frames")
        time.sleep(POLL_S)
    process.send_signal(number)
    return process.wait()


def unlisted(out: Path) -> list[str]:
    """Name the files of a data set that no clip's record lists."""
    listed = {"scenegen/dataset.json"}
    for record in (out / "scenegen" / "clips").glob("*.json"):
        listed |= {str(record.relative_to(out)), *(file["path"] for file in json.loads(record.read_text())["files"])}
    return sorted(set(hashes(out)) - listed)


def resumed(options: argparse.Namespace, folder: Path, clean: dict[str, str]) -> Iterator[Figure]:
    """Disturb and resume by each signal."""
    for number in (signal.SIGKILL, signal.SIGINT):
        out = folder / number.name
        code = interrupted(options, out, number)
        if number is signal.SIGINT:
            left = unlisted(out)
            yield Figure("  after SIGINT: exit code", str(code), "130", code == 130)
            yield Figure("  after SIGINT: files of unfinished clips", str(len(left)), "0", not left)
        render(arguments(options, out))
        yield verdict(f"{number.name}, then run again", differing(clean, hashes(out)), len(clean))


def digest(passes: Passes) -> str:
    """Hash everything that a frame's passes hold."""
    sha = hashlib.sha256()
    for field in dataclasses.fields(passes):
        value = getattr(passes, field.name)
        sha.update(np.ascontiguousarray(value).tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return sha.hexdigest()


def alone_and_in_sequence(options: argparse.Namespace) -> Figure:
    """Compare frames drawn in sequence with the same frames drawn by a renderer that has drawn nothing before."""
    width, height = (int(side) for side in options.size.split("x"))
    _, stage = stage_of(scene_of(options.scenario, size_px=(width, height)))
    frames = range(min(options.frames, stage.frames))
    with Renderer() as renderer:
        renderer.load(stage)
        sequence = [digest(passes) for passes in renderer.render_sequence(frames)]
    wrong = []
    for frame in {0, frames[len(frames) // 2], frames[-1]}:
        with Renderer() as renderer:
            renderer.load(stage)
            if digest(renderer.render(frame)) != sequence[frame]:
                wrong.append(f"frame {frame}")
    return verdict("a frame alone and in sequence", wrong, 3)


def main() -> int:
    """Measure and print; exit code 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="jaywalker_dart_out")
    parser.add_argument("--size", default="320x96")
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--keep", help="an empty folder for the data sets, kept for looking at what differs")
    options = parser.parse_args()
    say_machine()
    figures = []
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        render(arguments(options, folder / "one"))
        clean = hashes(folder / "one")
        render(arguments(options, folder / "two", "--jobs", "2"))
        figures.append(verdict("--jobs 1 and --jobs 2", differing(clean, hashes(folder / "two")), len(clean)))
        figures.append(alone_and_in_sequence(options))
        figures += resumed(options, folder, clean)
    return 0 if say(figures, f"{options.scenario}, seeds {SEEDS}, {options.frames} frames each") else 1


if __name__ == "__main__":
    sys.exit(main())
