"""Which lane ends touch: lane links inside roads, between roads and through junctions, resolved to lanes of the map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.junction_records import Connection, Junction
from scenegen.roads.opendrive.lane_records import LaneSection
from scenegen.roads.opendrive.records import Road, RoadEnd, RoadMap

Tip: TypeAlias = Literal["start", "end"]
TIPS: tuple[Tip, Tip] = ("start", "end")


class LaneTip(NamedTuple):
    """One end of one lane in one lane section, sections counted in order of s."""

    road: str
    section: int
    lane: int
    tip: Tip


@dataclass(frozen=True)
class Unresolved:
    """A link that leads to no lane of the map."""

    line: int
    where: str
    text: str


class Contacts:
    """All pairs of lane ends that a map joins, and the links that could not be followed."""

    def __init__(self, road_map: RoadMap) -> None:
        self._map = road_map
        self.pairs: set[tuple[LaneTip, LaneTip]] = set()
        self.unresolved: list[Unresolved] = []
        for road in road_map.roads:
            self._follow_sections(road)
            for tip in TIPS:
                self._follow_road_end(road, tip)
        for junction in road_map.junctions:
            for connection in junction.connections:
                self._follow_connection(junction, connection)

    @cached_property
    def touching(self) -> dict[LaneTip, tuple[LaneTip, ...]]:
        """For every lane end the ends that it touches, in order of their names."""
        ends: dict[LaneTip, set[LaneTip]] = {}
        for one, other in self.pairs:
            ends.setdefault(one, set()).add(other)
            ends.setdefault(other, set()).add(one)
        return {tip: tuple(sorted(others)) for tip, others in ends.items()}

    def _follow_sections(self, road: Road) -> None:
        """Join lanes of neighbouring sections of one road."""
        sections = ordered_sections(road)
        for index, section in enumerate(sections):
            for lane in section.lanes:
                if index + 1 < len(sections):
                    for link in lane.successors:
                        self._join(
                            road,
                            link.line,
                            LaneTip(road.id, index, lane.id, "end"),
                            LaneTip(road.id, index + 1, link.id, "start"),
                        )
                if index > 0:
                    for link in lane.predecessors:
                        self._join(
                            road,
                            link.line,
                            LaneTip(road.id, index, lane.id, "start"),
                            LaneTip(road.id, index - 1, link.id, "end"),
                        )

    def _follow_road_end(self, road: Road, tip: Tip) -> None:
        """Join the lanes at one end of a road to those of the road that follows; junctions say it in their connections."""
        link = _link_at(road, tip)
        if link is None or link.element_type != "road":
            return
        other = self._map.road_by_id.get(link.element_id)
        if other is None:
            return
        there = self._contact_tip(road, tip, other, link)
        section = section_at(road, tip)
        for lane in ordered_sections(road)[section].lanes:
            for lane_link in lane.successors if tip == "end" else lane.predecessors:
                here = LaneTip(road.id, section, lane.id, tip)
                self._join(road, lane_link.line, here, LaneTip(other.id, section_at(other, there), lane_link.id, there))

    def _contact_tip(self, road: Road, tip: Tip, other: Road, link: RoadEnd) -> Tip:
        """Which end of the other road a link means; the nearer one where it does not say."""
        if link.contact_point not in TIPS:
            return nearer_tip(road, tip, other)
        return "start" if link.contact_point == "start" else "end"

    def _follow_connection(self, junction: Junction, connection: Connection) -> None:
        """Join the lanes that a junction's connection names."""
        incoming = self._map.road_by_id.get(connection.incoming_road or "")
        onward = self._map.road_by_id.get(connection.connecting_road or connection.linked_road or "")
        if incoming is None or onward is None or not connection.lane_links:
            return
        there: Tip = "end" if connection.contact_point == "end" else "start"
        here = _incoming_tip(junction, incoming, onward, there)
        if here is None:
            text = f"connection {connection.id}: neither end of road {incoming.id} leads into the junction"
            self.unresolved.append(Unresolved(connection.line, f"junction {junction.id}", text))
            return
        for link in connection.lane_links:
            one = LaneTip(incoming.id, section_at(incoming, here), link.from_lane, here)
            other = LaneTip(onward.id, section_at(onward, there), link.to_lane, there)
            self._join(junction, link.line, one, other)

    def _join(self, source: Road | Junction, line: int, one: LaneTip, other: LaneTip) -> None:
        """Note a pair, if both lanes are there."""
        for lane_tip in (one, other):
            sections = ordered_sections(self._map.road_by_id[lane_tip.road])
            if lane_tip.lane != 0 and sections[lane_tip.section].lane(lane_tip.lane) is not None:
                continue
            kind = "road" if isinstance(source, Road) else "junction"
            place = f"road {lane_tip.road}, lane section {lane_tip.section}"
            text = f"a link leads to lane {lane_tip.lane} of {place}, which is not there"
            self.unresolved.append(Unresolved(line, f"{kind} {source.id}", text))
            return
        self.pairs.add((one, other))


def ordered_sections(road: Road) -> tuple[LaneSection, ...]:
    """Give the lane sections of a road in order of s."""
    return tuple(sorted(road.sections, key=lambda section: section.s_m))


def section_at(road: Road, tip: Tip) -> int:
    """Give the number of the lane section at an end of a road."""
    return 0 if tip == "start" else len(road.sections) - 1


def nearer_tip(road: Road, tip: Tip, other: Road) -> Tip:
    """Give the end of the other road that lies nearer to an end of this one."""
    here = _position(road, tip)
    return min(TIPS, key=lambda there: float(np.hypot(*(_position(other, there) - here))))


def _position(road: Road, tip: Tip) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """World x and y of an end of a road."""
    course = RoadCourse(road)
    return course.poses(np.array([0.0 if tip == "start" else course.length_m]))[0, :2]


def _link_at(road: Road, tip: Tip) -> RoadEnd | None:
    """What an end of a road is joined to."""
    return road.predecessor if tip == "start" else road.successor


def _incoming_tip(junction: Junction, incoming: Road, onward: Road, there: Tip) -> Tip | None:
    """The end of the incoming road where a connection begins.

    The connecting road's own link knows it best; else it is the end that leads into the junction, the nearer of two.
    """
    link = _link_at(onward, there)
    if link is not None and link.element_type == "road" and link.element_id == incoming.id and link.contact_point in TIPS:
        return "start" if link.contact_point == "start" else "end"
    tips = list(_tips_into(junction, incoming))
    if len(tips) == 2:
        return nearer_tip(onward, there, incoming)
    return tips[0] if tips else None


def _tips_into(junction: Junction, road: Road) -> Iterator[Tip]:
    """Ends of a road that lead into a junction."""
    for tip in TIPS:
        link = _link_at(road, tip)
        if link is not None and link.element_type == "junction" and link.element_id == junction.id:
            yield tip
