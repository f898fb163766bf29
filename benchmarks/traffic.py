"""The bounds of the traffic, at full length: overlaps, braking, flow at a signal, headways, speed; exits 1 when one breaks.

python benchmarks/traffic.py [--runs 1000] [--seconds 30]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from report import Figure, at_least, at_most, say, say_machine

sys.path.insert(0, str(Path(__file__).parent.parent))

from scenegen.simulate.flow.lanes import LaneMap, LanePath
from scenegen.simulate.flow.signals import SignalGroup
from scenegen.simulate.flow.state import Setting
from tests.simulate.flow.maps import LIMIT, Car, boxes, cars_on, crossing, drive, line, overlaps, road, setting_of

SETTLED_S = 10.0  # the cars of the tests are put down at random and need this long to sort themselves out
HARDEST = 8.0
FLOWS = (1700.0, 2000.0)  # vehicles an hour and lane
FASTER = 20.0  # than real time, with 200 vehicles


def _streets(run: int) -> Setting:
    """One of five kinds of road, with its own drivers."""
    kinds: tuple[Callable[[], tuple[LaneMap, tuple[SignalGroup, ...]]], ...] = (
        lambda: (road(3), ()), lambda: crossing("signals", lanes=2), lambda: crossing("equal"), lambda: crossing("stop"),
        lambda: crossing("give_way"),
    )  # fmt: skip
    lanes, signals = kinds[run % len(kinds)]()
    return setting_of(lanes, cars_on(lanes, 6.0 + 2.0 * (run % 9), seed=run), signals, seed=run)


def safety(runs: int, seconds: float) -> tuple[int, float]:
    """Give the number of overlapping pairs over all runs, and the hardest braking."""
    pairs, hardest = 0, 0.0
    for run in range(runs):
        setting = _streets(run)
        for flow in drive(setting, SETTLED_S + seconds, from_s=-SETTLED_S):
            if flow.time_s > 0.0:
                hardest = min(hardest, float(flow.acceleration[flow.is_there].min(initial=0.0)))
                if flow.step % 4 == 0:
                    found = len(overlaps(*boxes(setting, flow)))
                    pairs += found
                    if found:
                        print(f"  run {run}: {found} pairs overlap at {flow.time_s:.1f} s")
    return pairs, -hardest


def saturation(streets: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Give the flow over a stop line from the fifth of a queue on, vehicles an hour, for streets of drawn drivers."""
    flows = []
    for seed in range(streets):
        paths = (
            LanePath("in", line((0.0, 0.0), (700.0, 0.0)), LIMIT, successors=(1,), leaves=False),
            LanePath("j", line((700.0, 0.0), (720.0, 0.0)), LIMIT, successors=(2,), junction="j", signal=0),
            LanePath("out", line((720.0, 0.0), (1500.0, 0.0)), LIMIT),
        )
        cars = [Car(f"car{k}", 0, 695.0 - 7.0 * k, 0.0) for k in range(40)]
        setting = setting_of(LaneMap(paths), cars, (SignalGroup("a", 120.0, 0.0, 60.0),), seed=seed)
        crossed, before = [], None
        for flow in drive(setting, 62.0, from_s=-2.0):
            if before is not None and ((before.path == 0) & (flow.path == 1)).any():
                crossed.append(flow.time_s)
            before = flow
        flows.append(3600.0 / float(np.diff(crossed)[4:].mean()))
    return np.array(flows)


def headways_s() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Give the time gaps of dense traffic that follows one another."""
    lanes = road(1, 3000.0)
    setting = setting_of(lanes, cars_on(lanes, 60.0, upstream_m=800.0))
    flow = list(drive(setting, 60.0))[-1]
    rows = np.flatnonzero(flow.is_there)
    rows = rows[np.argsort(flow.s[rows])]
    return (np.diff(flow.s[rows]) - 4.4) / np.maximum(flow.speed[rows[:-1]], 1.0)


def speed(seconds: float) -> tuple[int, float]:
    """Give the number of vehicles of a busy crossing, and how much faster than real time they are simulated (CPU time)."""
    lanes, signals = crossing("signals", lanes=2)
    setting = setting_of(lanes, cars_on(lanes, 16.0, seed=1, upstream_m=1250.0), signals, seed=1)
    begin = time.process_time()
    for _ in drive(setting, seconds):
        pass
    return len(setting.fleet) - 1, seconds / (time.process_time() - begin)


def main() -> None:
    """Measure, print, and exit with 1 when a bound breaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="runs of the test of overlaps and braking")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of each, after it has settled")
    asked = parser.parse_args()
    say_machine()
    vehicles, ratio = speed(20.0)
    flows, gaps = saturation(24), headways_s()
    pairs, hardest = safety(asked.runs, asked.seconds)
    low, high = np.percentile(flows, [10, 90])
    figures = (
        at_most(f"overlapping pairs in {asked.runs} x {asked.seconds:g} s", pairs, 0, "", "d"),
        at_most("hardest braking", hardest, HARDEST, "m/s2"),
        at_least("flow at a signal, mean of 24 streets, at least", float(flows.mean()), FLOWS[0], "veh/h", ".0f"),
        at_most("  at most", float(flows.mean()), FLOWS[1], "veh/h", ".0f"),
        Figure("  of single streets, 10 to 90 %", f"{low:.0f} to {high:.0f}"),
        Figure("time gaps in dense traffic, 10, 50, 90 %", "{:.2f} {:.2f} {:.2f} s".format(*np.percentile(gaps, [10, 50, 90]))),
        at_least(f"{vehicles} vehicles, times faster than real time (CPU time)", ratio, FASTER, "", ".0f"),
    )
    if not say(figures, "Traffic"):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
