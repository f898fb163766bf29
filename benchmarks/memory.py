"""Resident memory of a long run: at frame 100, on the way, and at frame 2,000.

Bounds: at most 1.5 GB at any frame, and less than 1 % growth from frame 100 to the last. One clip as long as asked for, at
KITTI's size on a street of 2.5 km; `--clips N` makes N clips of the scenario's own length instead, which
also loads and frees stages, so only the most counts there, since clips differ.

    python benchmarks/memory.py
    python benchmarks/memory.py --look none --frames 2000
    python benchmarks/memory.py --clips 25 --frames 80
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from scenegen.batch.heap import keep_products_on_their_thread, share_one_heap

share_one_heap()  # as the command does, before numpy is loaded
keep_products_on_their_thread()

from report import Figure, at_most, say, say_machine  # noqa: E402

from scenegen.batch.plan import Settings, make_plan  # noqa: E402
from scenegen.batch.run import Machine, run_plan  # noqa: E402

MOST_MB, MOST_GROWTH = 1500.0, 0.01
FIRST = 100
WINDOW = 100  # frames; from one to the next memory swings with the frames in flight
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


def resident_mb() -> float:
    """Give this process's resident memory, megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_MB


def measure(options: argparse.Namespace, out: Path) -> list[float]:
    """Render, and give the resident memory after every frame; files are removed now and then, so that the disk holds."""
    size = tuple(int(side) for side in options.size.split("x"))
    settings = Settings(
        tuple(options.formats.split(",")), options.look, "standard", options.frames, (size[0], size[1]),
        overrides=(("road.length", str(options.road_length)),) if options.road_length else (),
    )  # fmt: skip
    plan = make_plan((options.scenario,), tuple(range(options.clips)), settings)
    memory: list[float] = []

    def note() -> None:
        memory.append(resident_mb())
        if len(memory) % 100 == 0:
            print(f"  frame {len(memory):>5}: {memory[-1]:.0f} MB", file=sys.stderr)
            for path in out.glob("*/**/*.png"):
                path.unlink(missing_ok=True)

    run_plan(plan, out, Machine(), on_frame=note)
    return memory


def main() -> int:
    """Measure and print; exit code 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="residential_street")
    parser.add_argument("--frames", type=int, default=2000, help="frames of each clip")
    parser.add_argument("--clips", type=int, default=1)
    parser.add_argument("--size", default="1242x375")
    parser.add_argument(
        "--road-length", type=float, default=2500.0, help="metres, so that the ego has street for 200 s; 0: own"
    )
    parser.add_argument(
        "--formats", default="kitti_object,kitti_flow", help="vkitti2 holds 255 tracks, fewer than 2,000 frames meet"
    )
    parser.add_argument("--look", default="raster", choices=["raster", "none"])
    options = parser.parse_args()
    say_machine()
    folder = Path(tempfile.mkdtemp())
    try:
        memory = measure(options, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if len(memory) <= FIRST + WINDOW:
        raise SystemExit(f"the clip ended after {len(memory)} frames; more than {FIRST + WINDOW} are needed")
    first, last = median(memory[FIRST : FIRST + WINDOW]), median(memory[-WINDOW:])
    figures = [
        Figure("frames", str(len(memory))),
        Figure(f"resident from frame {FIRST}, median of {WINDOW}", f"{first:.0f} MB"),
        Figure(f"resident to frame {len(memory)}, median of {WINDOW}", f"{last:.0f} MB"),
        at_most("most at any frame", max(memory), MOST_MB, "MB", ".0f"),
    ]
    growth = last / first - 1
    if options.clips == 1:
        figures.append(at_most(f"growth from frame {FIRST} to {len(memory)}", growth, MOST_GROWTH, "", ".4f"))
    else:
        figures.append(Figure(f"growth from frame {FIRST} to {len(memory)}, clips differ", f"{growth:.4f}"))
    return 0 if say(figures, f"{options.scenario}, {options.clips} clips, look {options.look}, {options.size}") else 1


if __name__ == "__main__":
    sys.exit(main())
