"""What writing costs: the same clip drawn, labelled and cast alike, once with all KITTI layouts on disk and once with none.

python benchmarks/writing.py
python benchmarks/writing.py --formats 'kitti_*,vkitti2' --rig mono --lidar ''
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from scenegen.batch.heap import keep_products_on_their_thread, share_one_heap

share_one_heap()  # as the command does, before numpy is loaded
keep_products_on_their_thread()

from report import Figure, at_most, say, say_machine  # noqa: E402

from scenegen.batch import clip_job  # noqa: E402
from scenegen.batch.plan import Plan, Settings, make_plan  # noqa: E402
from scenegen.batch.run import Machine, run_plan  # noqa: E402
from scenegen.formats.layout import File, Layout  # noqa: E402
from scenegen.formats.registry import expand, layouts  # noqa: E402

MOST_SHARE = 0.25
WARM_FRAMES = 4  # the first frames build pipelines and neighbours


class Silent:
    """A layout that wants all that another wants, and writes nothing."""

    def __init__(self, layout: Layout) -> None:
        self.name, self.about, self.wants, self.largest_id = layout.name, layout.about, layout.wants, layout.largest_id

    def frame_files(self, *_: Any) -> Iterator[File]:
        """Give nothing."""
        yield from ()

    clip_files = dataset_files = frame_files


def frame_ms(plan: Plan, *, is_silent: bool) -> tuple[float, float]:
    """Give wall milliseconds and written megabytes a frame of one run, without its first frames."""
    times: list[float] = []
    folder = Path(tempfile.mkdtemp())

    def chosen(names: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(Silent(layout) if is_silent else layout for layout in layouts(names))

    try:
        with mock.patch.object(clip_job, "layouts", chosen):
            run_plan(plan, folder, Machine(), on_frame=lambda: times.append(time.perf_counter()))
        megabytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1000 * (times[-1] - times[WARM_FRAMES]) / (len(times) - 1 - WARM_FRAMES), megabytes / len(times)


def main() -> int:
    """Measure and print; exit code 1 when the bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="jaywalker_dart_out")
    parser.add_argument("--frames", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--formats", default="kitti_*")
    parser.add_argument("--rig", default="kitti_stereo")
    parser.add_argument("--lidar", default="hdl64")
    options = parser.parse_args()
    say_machine()
    formats = expand(tuple(options.formats.split(",")))
    settings = Settings(formats, "raster", "standard", options.frames, rig=options.rig, lidar=options.lidar or None)
    plan = make_plan((options.scenario,), (0,), settings)
    rounds = [(frame_ms(plan, is_silent=False), frame_ms(plan, is_silent=True)) for _ in range(options.rounds)]
    shares = [1 - silent / written for (written, _), (silent, _) in rounds]
    figures = [
        Figure("all written", f"{median(written for (written, _), _ in rounds):.0f} ms a frame"),
        Figure("nothing written", f"{median(silent for _, (silent, _) in rounds):.0f} ms a frame"),
        Figure("on disk", f"{rounds[0][0][1]:.1f} MB a frame"),
        at_most("writing, share of wall time, median of rounds", median(shares), MOST_SHARE, ""),
        Figure("rounds", " ".join(f"{share:.2f}" for share in shares)),
    ]
    title = f"{options.scenario}, {options.rig}, {options.lidar or 'no scanner'}, {', '.join(formats)}"
    return 0 if say(figures, title) else 1


if __name__ == "__main__":
    sys.exit(main())
