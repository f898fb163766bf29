"""The lane graph of a map: directed lanes, what follows them, what lies beside them, and routes over them."""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from scenegen.roads.opendrive.contacts import Contacts, LaneTip, Tip, Unresolved, ordered_sections
from scenegen.roads.opendrive.lane_records import Lane, LaneSection
from scenegen.roads.opendrive.records import Road, RoadMap

Travel: TypeAlias = Literal[1, -1]
DRIVABLE = frozenset(
    {
        "driving", "bidirectional", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "slipLane", "shared", "mwyEntry",
        "mwyExit", "bus", "taxi", "HOV",
    }
)  # fmt: skip
LANE_CHANGE_COST_M = 50.0  # a route changes lanes where that saves more than this


class Way(NamedTuple):
    """One lane of one lane section in one direction: +1 runs with s, -1 against it. Sections are counted in order of s."""

    road: str
    section: int
    lane: int
    direction: Travel


@dataclass(frozen=True)
class WayNode:
    """A directed lane in the graph; left and right are its neighbours in the same direction, as a driver sees them."""

    way: Way
    type: str
    length_m: float
    junction: str
    successors: tuple[Way, ...]
    predecessors: tuple[Way, ...]
    left: Way | None
    right: Way | None


@dataclass(frozen=True, eq=False)
class LaneGraph:
    """Directed lanes by their name, and the links of the file that lead nowhere."""

    nodes: Mapping[Way, WayNode]
    unresolved: tuple[Unresolved, ...]

    @cached_property
    def ends(self) -> tuple[Way, ...]:
        """Drivable ways that nothing drivable follows: where traffic leaves the map."""
        return tuple(node.way for node in self._drivable if not self._onward(node.successors))

    @cached_property
    def starts(self) -> tuple[Way, ...]:
        """Drivable ways that nothing drivable leads to: where traffic enters the map."""
        return tuple(node.way for node in self._drivable if not self._onward(node.predecessors))

    def route(self, start: Way, goal: Way, *, types: Collection[str] = DRIVABLE) -> tuple[Way, ...]:
        """Give the shortest way from the begin of one directed lane to another, both included.

        Args:
            start, goal: ways of the graph.
            types: lane types that may be used.
        Returns:
            Ways in order; one beside the one before it is a lane change. Empty if there is no route.
        """
        cost, before = {start: 0.0}, {start: start}
        queue = [(0.0, start)]
        while queue:
            so_far, way = heapq.heappop(queue)
            if way == goal:
                return self._traced(before, start, goal)
            if so_far > cost[way]:
                continue
            for step, extra in self._steps(way):
                total = so_far + extra
                if self.nodes[step].type in types and total < cost.get(step, math.inf):
                    cost[step], before[step] = total, way
                    heapq.heappush(queue, (total, step))
        return ()

    def _steps(self, way: Way) -> Iterator[tuple[Way, float]]:
        """Where one can go from a way, and what it costs."""
        node = self.nodes[way]
        yield from ((step, node.length_m) for step in node.successors)
        yield from ((step, LANE_CHANGE_COST_M) for step in (node.left, node.right) if step is not None)

    def _traced(self, before: dict[Way, Way], start: Way, goal: Way) -> tuple[Way, ...]:
        """The route that ends at the goal."""
        route = [goal]
        while route[-1] != start:
            route.append(before[route[-1]])
        return tuple(reversed(route))

    @cached_property
    def _drivable(self) -> tuple[WayNode, ...]:
        """Nodes on which vehicles drive."""
        return tuple(node for node in self.nodes.values() if node.type in DRIVABLE)

    def _onward(self, ways: tuple[Way, ...]) -> tuple[Way, ...]:
        """Those ways on which vehicles drive."""
        return tuple(way for way in ways if self.nodes[way].type in DRIVABLE)


def lane_graph(road_map: RoadMap) -> LaneGraph:
    """Join all lanes of a map, in the directions in which they are driven.

    Args:
        road_map: a map that has been checked.
    Returns:
        The graph over roads and junctions; links that lead nowhere are listed, not followed.
    """
    contacts = Contacts(road_map)
    ways = {way: (road, section, lane) for road in road_map.roads for way, section, lane in _ways_of(road)}
    onward = {way: tuple(_onward(way, contacts, ways)) for way in ways}
    backward: dict[Way, list[Way]] = {way: [] for way in ways}
    for way, steps in onward.items():
        for step in steps:
            backward[step].append(way)
    nodes = {}
    for way, (road, section, lane) in ways.items():
        left, right = _neighbours(way, section, ways)
        length = _section_length(road, way.section)
        nodes[way] = WayNode(way, lane.type, length, road.junction, onward[way], tuple(backward[way]), left, right)
    return LaneGraph(MappingProxyType(nodes), tuple(contacts.unresolved))


def directions(road: Road, lane: Lane) -> tuple[Travel, ...]:
    """Give the directions in which a lane is driven: on the right with s, on the left against it, unless it says otherwise."""
    is_right = lane.id < 0
    standard: Travel = 1 if is_right == (road.rule != "LHT") else -1
    if lane.direction == "both" or lane.type == "bidirectional":
        return (1, -1)
    if lane.direction == "reversed":
        return (-1,) if standard == 1 else (1,)
    return (standard,)


def _ways_of(road: Road) -> Iterator[tuple[Way, LaneSection, Lane]]:
    """All directed lanes of a road."""
    for index, section in enumerate(ordered_sections(road)):
        for lane in section.lanes:
            for direction in directions(road, lane):
                yield Way(road.id, index, lane.id, direction), section, lane


def _onward(way: Way, contacts: Contacts, ways: Collection[Way]) -> Iterator[Way]:
    """The ways that begin where this one ends."""
    exit_tip: Tip = "end" if way.direction == 1 else "start"
    for there in contacts.touching.get(LaneTip(way.road, way.section, way.lane, exit_tip), ()):
        step = Way(there.road, there.section, there.lane, 1 if there.tip == "start" else -1)
        if step in ways:
            yield step


def _neighbours(way: Way, section: LaneSection, ways: Collection[Way]) -> tuple[Way | None, Way | None]:
    """The ways to the left and right of a driver, if they run in the same direction."""
    ids = [lane.id for lane in section.lanes]
    at = ids.index(way.lane)
    beside = (at - way.direction, at + way.direction)
    found = [way._replace(lane=ids[index]) if 0 <= index < len(ids) else None for index in beside]
    left, right = (step if step in ways else None for step in found)
    return left, right


def _section_length(road: Road, index: int) -> float:
    """Length of a lane section along the reference line."""
    sections = ordered_sections(road)
    end = sections[index + 1].s_m if index + 1 < len(sections) else road.length_m
    return max(0.0, end - sections[index].s_m)
