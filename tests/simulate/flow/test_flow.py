"""The traffic as a whole: nobody overlaps, nobody brakes harder than tyres, queues discharge as they do, draws stand alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.simulate.flow.lanes import LaneMap, LanePath
from scenegen.simulate.flow.signals import SignalGroup
from scenegen.simulate.flow.state import EGO, Setting
from tests.simulate.flow.maps import LIMIT, Car, boxes, cars_on, crossing, drive, line, overlaps, road, setting_of

WARM_UP_S = 10.0


def _worst(setting: Setting, seconds: float) -> tuple[int, float, int]:
    """Pairs that overlap, the hardest braking once the start has settled, and how many drove into a junction."""
    pairs, hardest, passed = 0, 0.0, 0
    before = None
    is_inside = np.array([bool(path.junction) for path in setting.lanes.paths])
    for flow in drive(setting, seconds, from_s=-WARM_UP_S):
        if before is not None:
            passed += int((is_inside[flow.path] & ~is_inside[before.path]).sum())
        if flow.time_s > 0.0:
            pairs += len(overlaps(*boxes(setting, flow))) if flow.step % 4 == 0 else 0
            hardest = min(hardest, float(flow.acceleration[flow.is_there].min()))
        before = flow
    return pairs, hardest, passed


@pytest.mark.parametrize("control", ["signals", "equal", "stop", "give_way"])
def test_at_a_crossing_nobody_overlaps_and_all_get_through(control: str) -> None:
    lanes, signals = crossing(control)
    pairs, hardest, passed = _worst(setting_of(lanes, cars_on(lanes, 10.0, seed=5), signals, seed=5), 50.0)
    assert pairs == 0
    assert hardest > -8.0
    assert passed > 7


def test_on_a_road_of_three_lanes_nobody_overlaps_while_many_change() -> None:
    lanes = road(3)
    setting = setting_of(lanes, cars_on(lanes, 25.0, seed=2), seed=2)
    changes = 0
    for flow in drive(setting, 40.0):
        changes = int(flow.change.count.sum())
        assert not overlaps(*boxes(setting, flow))
    assert changes > 10


def test_a_queue_discharges_at_the_saturation_flow_of_streets() -> None:
    # 1700 to 2000 vehicles an hour and lane, from the fifth of the queue on; the mean over a few streets of drawn drivers
    flows = []
    for seed in range(4):
        paths = (
            LanePath("in", line((0.0, 0.0), (700.0, 0.0)), LIMIT, successors=(1,), leaves=False),
            LanePath("j", line((700.0, 0.0), (720.0, 0.0)), LIMIT, successors=(2,), junction="j", signal=0),
            LanePath("out", line((720.0, 0.0), (1500.0, 0.0)), LIMIT),
        )
        cars = [Car(f"car{k}", 0, 695.0 - 7.0 * k, 0.0) for k in range(30)]
        setting = setting_of(LaneMap(paths), cars, (SignalGroup("a", 120.0, 0.0, 60.0),), seed=seed)
        crossed, before = [], None
        for flow in drive(setting, 42.0, from_s=-2.0):
            if before is not None and ((before.path == 0) & (flow.path == 1)).any():
                crossed.append(flow.time_s)
            before = flow
        flows.append(3600.0 / np.diff(crossed)[4:].mean())
    assert 1700.0 < np.mean(flows) < 2000.0


def test_headways_on_a_free_road_are_spread_about_those_of_the_drivers() -> None:
    lanes = road(1, 2000.0)
    setting = setting_of(lanes, cars_on(lanes, 60.0, upstream_m=400.0))
    flow = list(drive(setting, 40.0))[-1]
    rows = np.flatnonzero(flow.is_there)
    rows = rows[np.argsort(flow.s[rows])]
    gap_m = np.diff(flow.s[rows]) - 4.4
    headway_s = gap_m / np.maximum(flow.speed[rows[:-1]], 1.0)
    # In dense traffic all follow one another at their own time gap, 1.4 s in the median, and a standstill gap of 2 m
    assert 1.4 < np.median(headway_s) < 2.0
    assert headway_s.min() > 0.7
    assert np.subtract(*np.percentile(headway_s, [75, 25])) > 0.15


def test_one_more_vehicle_changes_nobody_whom_it_does_not_meet() -> None:
    lanes, signals = crossing("signals")
    cars = cars_on(lanes, 8.0, seed=4)
    extra = Car("extra", lanes.entries[2], -550.0)
    few, more = (setting_of(lanes, some, signals, seed=4) for some in (cars, [*cars, extra]))
    for a, b in zip(drive(few, 30.0), drive(more, 30.0), strict=True):
        assert np.array_equal(a.s, b.s[:-1])
        assert np.array_equal(a.path, b.path[:-1])


def test_the_order_of_vehicles_changes_nothing() -> None:
    lanes, signals = crossing("equal")
    cars = cars_on(lanes, 10.0, seed=6)
    ends = []
    for some in (cars, cars[::-1]):
        setting = setting_of(lanes, some, signals, seed=6)
        flow = list(drive(setting, 40.0))[-1]
        ends.append({name: (int(flow.path[k]), float(flow.s[k])) for k, name in enumerate(setting.fleet.names)})
    assert ends[0] == ends[1]


def test_nobody_passes_a_red_light() -> None:
    lanes, signals = crossing("signals")
    setting = setting_of(lanes, cars_on(lanes, 12.0, seed=1), signals, seed=1)
    before, passed = None, 0
    for flow in drive(setting, 60.0):
        if before is not None:
            for v in np.flatnonzero(before.path != flow.path).tolist():
                group = lanes.paths[int(flow.path[v])].signal
                if group is not None and v != EGO:
                    passed += 1
                    assert signals[group].light(flow.time_s - 2.0) in ("green", "amber")
        before = flow
    assert passed > 10


def test_a_broken_down_car_is_passed_on_the_next_lane() -> None:
    lanes = road(2)
    stopped = Car("stopped", 1, 500.0, 0.0)
    setting = setting_of(lanes, [stopped, *(Car(f"car{k}", 1, 420.0 - 60.0 * k) for k in range(4))])
    slow = setting.fleet.drivers.wanted_share.copy()
    slow[1] = 1e-9
    setting = replace(setting, fleet=replace(setting.fleet, drivers=replace(setting.fleet.drivers, wanted_share=slow)))
    for flow in drive(setting, 60.0):
        assert not overlaps(*boxes(setting, flow))
    assert (flow.s[2:][flow.is_there[2:]] > 520.0).all()
