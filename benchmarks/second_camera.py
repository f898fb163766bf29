"""What a second camera costs beside the first: the same clip as one camera and as a stereo pair sees it, in turns.

    python benchmarks/second_camera.py
    python benchmarks/second_camera.py --formats kitti_object,kitti_flow --set light.sun_elevation=35

The right camera takes pictures for KITTI's layouts, which have no labels of it; `vkitti2` wants all labels of both.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from scenegen.batch.heap import keep_products_on_their_thread, share_one_heap

share_one_heap()  # as the command does, before numpy is loaded
keep_products_on_their_thread()

from report import Figure, at_most, say, say_machine  # noqa: E402

from scenegen.batch.plan import Plan, Settings, make_plan  # noqa: E402
from scenegen.batch.run import Machine, run_plan  # noqa: E402

MOST_SHARE = 0.60
WARM_FRAMES = 4  # the first frames build pipelines and neighbours


def frame_ms(plan: Plan) -> float:
    """Give the wall milliseconds a frame of one run of a plan, without its first frames."""
    times: list[float] = []
    folder = Path(tempfile.mkdtemp())
    try:
        run_plan(plan, folder, Machine(), on_frame=lambda: times.append(time.perf_counter()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1000 * (times[-1] - times[WARM_FRAMES]) / (len(times) - 1 - WARM_FRAMES)


def main() -> int:
    """Measure and print; exit code 1 when the bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="jaywalker_dart_out")
    parser.add_argument("--frames", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--formats", default="kitti_object")
    parser.add_argument("--look", default="raster", choices=["raster", "none"])
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="path=value")
    options = parser.parse_args()
    say_machine()
    overrides = tuple((path, value) for path, _, value in (entry.partition("=") for entry in options.overrides))
    plans = {
        rig: make_plan(
            (options.scenario,),
            (0,),
            Settings(tuple(options.formats.split(",")), options.look, "standard", options.frames, overrides=overrides, rig=rig),
        )
        for rig in ("mono", "kitti_stereo")
    }
    seen: dict[str, list[float]] = {rig: [] for rig in plans}
    for _ in range(options.rounds):
        for rig, plan in plans.items():
            seen[rig].append(frame_ms(plan))
    one, two = median(seen["mono"]), median(seen["kitti_stereo"])
    shares = [two / one - 1 for one, two in zip(seen["mono"], seen["kitti_stereo"], strict=True)]
    figures = [
        Figure("one camera", f"{one:.0f} ms a frame"),
        Figure("stereo pair", f"{two:.0f} ms a frame"),
        at_most("the second camera, share of the first, median of rounds", median(shares), MOST_SHARE, ""),
        Figure("rounds", " ".join(f"{share:.2f}" for share in shares)),
    ]
    return 0 if say(figures, f"{options.scenario}, look {options.look}, {options.formats}") else 1


if __name__ == "__main__":
    sys.exit(main())
