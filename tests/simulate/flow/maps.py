"""Small lane maps and vehicles for tests of the traffic: a road of several lanes, a ring, a crossing of four arms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from scenegen import seeds
from scenegen.geometry import FloatArray
from scenegen.scenario.quantiles import exponential, normal, trunc_normal
from scenegen.simulate.flow.conflicts import conflicts_of
from scenegen.simulate.flow.engine import advanced
from scenegen.simulate.flow.following import Drivers
from scenegen.simulate.flow.lanes import LaneMap, LanePath
from scenegen.simulate.flow.poses import on_path
from scenegen.simulate.flow.signals import SignalGroup, fixed_plan
from scenegen.simulate.flow.start import first_flow, no_ghosts
from scenegen.simulate.flow.state import EGO, STEP_S, EgoSeen, Fleet, Flow, Seen, Setting

LIMIT = 13.9
LANE_M = 3.5
ARM_M = 220.0
BOX_M = 14.0  # from the middle of the crossing to where its arms begin


def line(*points: tuple[float, float]) -> FloatArray:
    return np.array([(x, y, 0.0) for x, y in points])


def road(lanes: int = 1, length_m: float = 1000.0, limit: float = LIMIT) -> LaneMap:
    """Lanes beside one another, the first on the left."""
    paths = [
        LanePath(
            f"lane{k}", line((0.0, -LANE_M * k), (length_m, -LANE_M * k)), limit,
            left=k - 1 if k else None, right=k + 1 if k + 1 < lanes else None,
        )
        for k in range(lanes)
    ]  # fmt: skip
    return LaneMap(tuple(paths))


def crossing(control: str = "signals", lanes: int = 1, green_s: float = 25.0) -> tuple[LaneMap, tuple[SignalGroup, ...]]:
    """Four arms; `control`: signals, equal (right before left), stop (all), or give_way (the second road gives way)."""
    paths: list[LanePath] = []
    arms = range(4)  # east, north, west, south
    into, out = {}, {}
    for arm in arms:
        for k in range(lanes):
            left, right = (len(paths) - 1 if k else None), (len(paths) + 1 if k + 1 < lanes else None)
            into[arm, k] = len(paths)
            points = _turned(line((ARM_M, LANE_M * (k + 0.5)), (BOX_M, LANE_M * (k + 0.5))), arm)
            paths.append(LanePath(f"in.{arm}.{k}", points, LIMIT, LANE_M, left=left, right=right, leaves=False))
    for arm in arms:
        for k in range(lanes):
            left, right = (len(paths) - 1 if k else None), (len(paths) + 1 if k + 1 < lanes else None)
            out[arm, k] = len(paths)
            points = _turned(line((BOX_M, -LANE_M * (k + 0.5)), (ARM_M, -LANE_M * (k + 0.5))), arm)
            paths.append(LanePath(f"out.{arm}.{k}", points, LIMIT, LANE_M, left=left, right=right))
    rank = {arm: 1 if control == "give_way" and arm % 2 == 0 else 0 for arm in arms}
    for arm, k in sorted(into):
        for turn in (-1, 0, 1):  # right, straight, left
            if (turn == 1 and k > 0) or (turn == -1 and k < lanes - 1):
                continue
            goal = (arm + 2 - (-turn if turn else 0)) % 4
            goal = {0: (arm + 2) % 4, 1: (arm + 3) % 4, -1: (arm + 1) % 4}[turn]
            begin, end = paths[into[arm, k]].points_m[-1], paths[out[goal, k]].points_m[0]
            step = len(paths)
            paths.append(
                LanePath(
                    f"turn.{arm}.{k}.{turn}", _bend(begin, end, arm, goal), LIMIT, LANE_M, (out[goal, k],), junction="j",
                    rank=rank[arm], signal=arm % 2 if control == "signals" else None, must_stop=control == "stop",
                )
            )  # fmt: skip
            before = paths[into[arm, k]]
            paths[into[arm, k]] = replace(before, successors=(*before.successors, step))
    signals = fixed_plan(("ew", "ns"), (0, 1), green_s=green_s, begin=0.0) if control == "signals" else ()
    return LaneMap(tuple(paths), conflicts_of(paths)), signals


def _turned(points: FloatArray, quarter: int) -> FloatArray:
    c, s = math.cos(quarter * math.pi / 2), math.sin(quarter * math.pi / 2)
    return points @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


def _bend(begin: FloatArray, end: FloatArray, arm: int, goal: int) -> FloatArray:
    """A cubic from one arm into another."""
    inward, outward = _turned(line((-1.0, 0.0)), arm)[0], _turned(line((1.0, 0.0)), goal)[0]
    reach = 0.55 * float(np.linalg.norm(end - begin)) * (0.7 if arm % 2 != goal % 2 else 0.6)
    u = np.linspace(0.0, 1.0, 60)[:, None]
    a, b = begin + reach * inward, end - reach * outward
    curve: FloatArray = (1 - u) ** 3 * begin + 3 * u * (1 - u) ** 2 * a + 3 * u * u * (1 - u) * b + u**3 * end
    return curve


@dataclass(frozen=True)
class Car:
    """One vehicle of a test."""

    name: str
    path: int
    s: float
    speed: float = LIMIT
    length_m: float = 4.4


def cars_on(lanes: LaneMap, per_km: float, *, seed: int = 0, upstream_m: float = 600.0) -> list[Car]:
    """Cars on all paths outside junctions, those of entries far back."""
    cars = []
    for row, path in enumerate(lanes.paths):
        if path.junction:
            continue
        last = -upstream_m if row in lanes.entries else 8.0
        place, k = path.length_m - 8.0, 0
        while True:
            place -= 12.0 + exponential(seeds.u01(seed, "cars", 0, f"{path.name}.{k}"), max(1000.0 / per_km - 12.0, 2.0))
            if place < last:
                break
            cars.append(Car(f"{path.name}.{k}", row, place, path.limit * 0.8))
            k += 1
    return cars


def setting_of(lanes: LaneMap, cars: list[Car], signals: tuple[SignalGroup, ...] = (), *, seed: int = 0) -> Setting:
    """Cars with drawn drivers; the ego is somewhere else."""

    def draw(path: str) -> float:
        return seeds.u01(seed, "test", 0, path)

    names = ["ego", *(car.name for car in cars)]
    laws = (
        ("speed", 1.0, 0.08, 0.8, 1.25),
        ("gap", 2.0, 0.4, 1.0, 4.0),
        ("acc", 1.3, 0.3, 0.6, 2.2),
        ("brake", 1.9, 0.3, 1.2, 3.0),
    )
    drawn = {law[0]: np.array([trunc_normal(draw(f"{name}.{law[0]}"), *law[1:]) for name in names]) for law in laws}
    headway = np.array([1.4 * math.exp(normal(draw(f"{name}.headway"), 0.0, 0.2)) for name in names])
    drivers = Drivers(drawn["speed"], headway, drawn["gap"], drawn["acc"], drawn["brake"], np.full(len(names), 8.0))
    every = [Car("ego", 0, -1e6, 0.0), *cars]
    fleet = Fleet(
        names=tuple(names), length_m=np.array([car.length_m for car in every]), width_m=np.full(len(every), 1.8),
        axle_m=np.full(len(every), 1.3), drivers=drivers,
        top_speed=np.full(len(every), np.inf), is_cyclist=np.zeros(len(every), bool),
        phase=np.array([int(10 * draw(f"{name}.phase")) for name in names]), offset_m=np.zeros(len(every)),
        start_path=np.array([car.path for car in every]), start_m=np.array([car.s for car in every]),
        start_speed=np.array([car.speed for car in every]),
    )  # fmt: skip
    return Setting(lanes, signals, fleet, (), draw)


AWAY = EgoSeen(-1, -1e6, 0.0, 0.0, 0.0)


def drive(setting: Setting, seconds: float, *, from_s: float = 0.0) -> Iterator[Flow]:
    """The flow at every step, from after the first on."""
    flow = first_flow(setting, round(from_s / STEP_S))
    for _ in range(round(seconds / STEP_S)):
        flow = advanced(setting, flow, AWAY, lambda _: Seen(no_ghosts(), np.zeros((0, 3))))
        yield flow


def boxes(setting: Setting, flow: Flow) -> tuple[FloatArray, FloatArray]:
    """World x, y, heading (n, 3) of all vehicles on the map, and their sizes (n, 2)."""
    there = flow.is_there & (flow.s > 0.0)
    there[EGO] = False
    at = on_path(setting.lanes, flow.path[there], flow.s[there])
    lateral = flow.lateral[there]
    x, y = at[:, 0] - lateral * np.sin(at[:, 3]), at[:, 1] + lateral * np.cos(at[:, 3])
    return np.stack([x, y, at[:, 3]], axis=1), np.stack([setting.fleet.length_m[there], setting.fleet.width_m[there]], axis=1)


def overlaps(poses: FloatArray, sizes: FloatArray) -> list[tuple[int, int]]:
    """Pairs of boxes that overlap, by separating axes."""
    x, y, heading = poses.T
    near = np.hypot(x[:, None] - x, y[:, None] - y) < 12.0
    a, b = np.nonzero(np.triu(near, 1))
    gaps = []
    for me in (a, b):
        for turn in (0.0, np.pi / 2):
            axis = heading[me] + turn
            apart = np.abs((x[b] - x[a]) * np.cos(axis) + (y[b] - y[a]) * np.sin(axis))
            reach = [
                0.5
                * (sizes[who, 0] * np.abs(np.cos(heading[who] - axis)) + sizes[who, 1] * np.abs(np.sin(heading[who] - axis)))
                for who in (a, b)
            ]
            gaps.append(apart - reach[0] - reach[1])
    touching = np.max(gaps, axis=0) < 0.0 if len(a) else np.zeros(0, bool)
    return list(zip(a[touching].tolist(), b[touching].tolist(), strict=True))
