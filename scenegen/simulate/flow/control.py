"""What governs the ways through a junction: signals, stop and give way signs, priorities; else right before left."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from scenegen.geometry import wrap_pi
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.graph import Way, WayNode
from scenegen.roads.opendrive.records import Road, RoadMap
from scenegen.simulate.flow.signals import SignalGroup, fixed_plan

STOP_SIGNS = frozenset({"206", "R1-1"})  # StVO, MUTCD
GIVE_WAY_SIGNS = frozenset({"205", "R1-2"})
PRIORITY_SIGNS = frozenset({"301", "306"})
REACH_M = 40.0  # from the end of a road: signs and lights nearer than this are about the junction there
MOST_BACK_M = 20.0  # before the end of a road, a stop line
LINE_M = 1.0  # before the end of a road, where there is no stop line
GREENS_S = (18.0, 32.0)  # range of the green time that a junction gives each phase
OPPOSITE_RAD = math.radians(145.0)  # arms that face each other more than this are green together


@dataclass(frozen=True)
class Control:
    """How a way is governed; fields as in `LanePath`."""

    rank: int = 0
    signal: int | None = None
    must_stop: bool = False
    stop_m: float = LINE_M


@dataclass(frozen=True)
class _Arm:
    """A road where it leads into a junction: the heading there, and what it says to who comes."""

    road: str
    heading_rad: float
    is_lit: bool
    rank: int
    must_stop: bool
    stop_m: float


def controls_of(
    road_map: RoadMap, nodes: Mapping[Way, WayNode], draw: Callable[[str], float]
) -> tuple[dict[Way, Control], tuple[SignalGroup, ...]]:
    """Give what governs ways, and the signal groups; ways that nothing governs are left out.

    Args:
        road_map: the map.
        nodes: the ways in question.
        draw: gives the number in [0, 1) of a path, for the times of signals.
    """
    controls: dict[Way, Control] = {}
    signals: list[SignalGroup] = []
    inside: defaultdict[str, list[Way]] = defaultdict(list)
    for way, node in nodes.items():
        if road_map.road_by_id[way.road].is_connecting:
            inside[node.junction].append(way)
    for junction in sorted(inside):
        arms = _arms(road_map, nodes, inside[junction])
        groups = _groups(junction, arms, draw, len(signals))
        signals += groups[0]
        low = _yielding(road_map, junction)
        for way in inside[junction]:
            before = [step for step in nodes[way].predecessors if (step.road, step.direction) in arms]
            if not before:
                continue
            arm = arms[before[0].road, before[0].direction]
            rank = arm.rank - (1 if way.road in low else 0)
            controls[way] = Control(rank, groups[1].get((arm.road, before[0].direction)), arm.must_stop)
            for step in before:
                controls[step] = replace(controls.get(step, Control()), stop_m=arm.stop_m)
    return controls, tuple(signals)


def _arms(road_map: RoadMap, nodes: Mapping[Way, WayNode], inside: list[Way]) -> dict[tuple[str, int], _Arm]:
    """The roads that lead into a junction, by road and direction."""
    found: dict[tuple[str, int], _Arm] = {}
    for way in inside:
        for step in nodes[way].predecessors:
            road = road_map.road_by_id[step.road]
            if (step.road, step.direction) not in found and not road.is_connecting:
                found[step.road, step.direction] = _arm(
                    road, step.direction, [w for w in inside if step in nodes[w].predecessors], road_map
                )
    return found


def _arm(road: Road, direction: int, onward: list[Way], road_map: RoadMap) -> _Arm:
    """What a road says where it ends in a junction; lights may also stand on the ways through it."""
    course = RoadCourse(road)
    end_s = course.length_m if direction > 0 else 0.0
    heading = float(course.poses(np.array([end_s]))[0, 2]) + (0.0 if direction > 0 else math.pi)
    near = [(kind, away) for kind, is_dynamic, away in _posts(road, direction, end_s) if not is_dynamic]
    lights = [away for _, is_dynamic, away in _posts(road, direction, end_s) if is_dynamic]
    ways = [road_map.road_by_id[way.road] for way in onward]
    is_lit = bool(lights) or any(signal.is_dynamic for way in ways for signal in way.signals)
    is_lit = is_lit or any(way.signal_references for way in ways)
    kinds = {kind for kind, _ in near}
    rank = 1 if kinds & PRIORITY_SIGNS else -1 if kinds & (STOP_SIGNS | GIVE_WAY_SIGNS) else 0
    lines = [away for away in (*lights, *(away for kind, away in near if kind in STOP_SIGNS)) if away <= MOST_BACK_M]
    return _Arm(
        road.id, heading, is_lit, 0 if is_lit else rank, bool(kinds & STOP_SIGNS) and not is_lit, max([LINE_M, *lines])
    )  # fmt: skip


def _posts(road: Road, direction: int, end_s: float) -> Iterator[tuple[str, bool, float]]:
    """Signs and lights for who drives towards an end of a road: type, whether it changes, how far before the end."""
    facing = "+" if direction > 0 else "-"
    for signal in road.signals:
        away = abs(end_s - signal.s_m)
        if signal.orientation in (facing, "none") and away < REACH_M:
            yield signal.type, signal.is_dynamic, away


def _groups(
    junction: str, arms: Mapping[tuple[str, int], _Arm], draw: Callable[[str], float], first: int
) -> tuple[tuple[SignalGroup, ...], dict[tuple[str, int], int]]:
    """Signal groups of a junction, one per phase, and the row of each arm's; arms that face each other share a phase."""
    if not any(arm.is_lit for arm in arms.values()):
        return (), {}
    phases: list[float] = []
    phase_of: dict[tuple[str, int], int] = {}
    for key in sorted(arms):
        heading = arms[key].heading_rad
        facing = [k for k, other in enumerate(phases) if abs(wrap_pi(np.array([heading - other]))[0]) > OPPOSITE_RAD]
        if not facing:
            phases.append(heading)
        phase_of[key] = facing[0] if facing else len(phases) - 1
    green_s = GREENS_S[0] + (GREENS_S[1] - GREENS_S[0]) * draw(f"signals.{junction}.green")
    names = tuple(f"{junction}.{phase}" for phase in range(len(phases)))
    plan = fixed_plan(names, tuple(range(len(phases))), green_s=green_s, begin=draw(f"signals.{junction}.begin"))
    return plan, {key: first + phase for key, phase in phase_of.items()}


def _yielding(road_map: RoadMap, junction: str) -> frozenset[str]:
    """Connecting roads that the junction says come after another."""
    record = road_map.junction_by_id.get(junction)
    return frozenset(priority.low for priority in record.priorities if priority.low) if record else frozenset()
