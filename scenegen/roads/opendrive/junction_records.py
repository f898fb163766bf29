"""Junctions: which roads meet, by which connecting roads and lanes, and who has priority."""

from __future__ import annotations

from dataclasses import dataclass, field

from scenegen.roads.opendrive import vocabulary as words
from scenegen.roads.opendrive.fields import Record, child, children, number, raw, text, whole
from scenegen.roads.opendrive.xml_tree import Element


@dataclass(frozen=True)
class JunctionLaneLink(Record):
    """A lane of the incoming road that goes on as a lane of the connecting road."""

    from_lane: int = field(metadata=whole("from"))
    to_lane: int = field(metadata=whole("to"))
    overlap_zone_m: float | None = field(default=None, metadata=number("overlapZone"))


@dataclass(frozen=True)
class VirtualEnd(Record):
    """Where a connection of a virtual junction leaves or joins the main road."""

    element_type: str = field(metadata=text("elementType", words=words.LINK_ELEMENT))
    element_id: str = field(metadata=text("elementId"))
    element_s_m: float = field(metadata=number("elementS"))
    element_dir: str | None = field(default=None, metadata=text("elementDir", words=words.ELEMENT_DIR))


@dataclass(frozen=True)
class Connection(Record):
    """One way through a junction; a direct junction names the `linked_road` instead of a connecting one."""

    id: str = field(metadata=text("id"))
    type: str | None = field(default=None, metadata=text("type", words=words.CONNECTION_TYPE))
    incoming_road: str | None = field(default=None, metadata=text("incomingRoad"))
    connecting_road: str | None = field(default=None, metadata=text("connectingRoad"))
    linked_road: str | None = field(default=None, metadata=text("linkedRoad"))
    contact_point: str | None = field(default=None, metadata=text("contactPoint", words=words.CONTACT))
    predecessor: VirtualEnd | None = field(default=None, metadata=child("predecessor", VirtualEnd))
    successor: VirtualEnd | None = field(default=None, metadata=child("successor", VirtualEnd))
    lane_links: tuple[JunctionLaneLink, ...] = field(default=(), metadata=children("laneLink", JunctionLaneLink))


@dataclass(frozen=True)
class Priority(Record):
    """The connecting road `high` goes before the connecting road `low`."""

    high: str | None = field(default=None, metadata=text("high"))
    low: str | None = field(default=None, metadata=text("low"))


@dataclass(frozen=True)
class JunctionController(Record):
    """A controller that switches signals of the junction."""

    id: str = field(metadata=text("id"))
    type: str | None = field(default=None, metadata=text("type"))
    sequence: int | None = field(default=None, metadata=whole("sequence"))


@dataclass(frozen=True)
class CrossPathLink(Record):
    """Where a crossing lane begins or ends on a road of the junction."""

    s_m: float = field(metadata=number("s"))
    from_lane: int = field(metadata=whole("from"))
    to_lane: int = field(metadata=whole("to"))


@dataclass(frozen=True)
class CrossPath(Record):
    """A way for people across a junction (1.8)."""

    id: str | None = field(default=None, metadata=text("id"))
    crossing_road: str = field(default="", metadata=text("crossingRoad", expected=True))
    road_at_start: str = field(default="", metadata=text("roadAtStart", expected=True))
    road_at_end: str = field(default="", metadata=text("roadAtEnd", expected=True))
    start: CrossPathLink | None = field(default=None, metadata=child("startLaneLink", CrossPathLink))
    end: CrossPathLink | None = field(default=None, metadata=child("endLaneLink", CrossPathLink))


@dataclass(frozen=True)
class RoadSection(Record):
    """The stretch of a road that a crossing junction covers (1.8)."""

    id: str = field(metadata=text("id"))
    road_id: str = field(metadata=text("roadId"))
    s_start_m: float = field(metadata=number("sStart"))
    s_end_m: float = field(metadata=number("sEnd"))


@dataclass(frozen=True)
class BoundarySegment(Record):
    """A piece of a junction's boundary (1.8): along a lane, or across the end of a road; s may read begin or end."""

    type: str = field(metadata=text("type", words=frozenset({"lane", "joint"})))
    road_id: str = field(metadata=text("roadId"))
    boundary_lane: int | None = field(default=None, metadata=whole("boundaryLane"))
    s_start: str | None = field(default=None, metadata=text("sStart"))
    s_end: str | None = field(default=None, metadata=text("sEnd"))
    contact_point: str | None = field(default=None, metadata=text("contactPoint"))
    joint_lane_start: int | None = field(default=None, metadata=whole("jointLaneStart"))
    joint_lane_end: int | None = field(default=None, metadata=whole("jointLaneEnd"))
    transition_length_m: float | None = field(default=None, metadata=number("transitionLength"))


@dataclass(frozen=True)
class GridRow(Record):
    """Heights across a junction at one station: lists of numbers, outwards."""

    center: str | None = field(default=None, metadata=text("center"))
    left: str | None = field(default=None, metadata=text("left"))
    right: str | None = field(default=None, metadata=text("right"))


@dataclass(frozen=True)
class ElevationGrid(Record):
    """Heights of a junction on a square grid (1.8)."""

    grid_spacing: str | None = field(default=None, metadata=text("gridSpacing"))
    s_start: str | None = field(default=None, metadata=text("sStart"))
    rows: tuple[GridRow, ...] = field(default=(), metadata=children("elevation", GridRow))


@dataclass(frozen=True)
class Junction(Record):
    """Where roads meet; without a type it is `default`."""

    id: str = field(metadata=text("id"))
    name: str | None = field(default=None, metadata=text("name"))
    type: str | None = field(default=None, metadata=text("type", words=words.JUNCTION_TYPE))
    main_road: str | None = field(default=None, metadata=text("mainRoad"))
    orientation: str | None = field(default=None, metadata=text("orientation", words=words.ORIENTATION))
    s_start_m: float | None = field(default=None, metadata=number("sStart"))
    s_end_m: float | None = field(default=None, metadata=number("sEnd"))
    connections: tuple[Connection, ...] = field(default=(), metadata=children("connection", Connection))
    cross_paths: tuple[CrossPath, ...] = field(default=(), metadata=children("crossPath", CrossPath))
    road_sections: tuple[RoadSection, ...] = field(default=(), metadata=children("roadSection", RoadSection))
    priorities: tuple[Priority, ...] = field(default=(), metadata=children("priority", Priority))
    controllers: tuple[JunctionController, ...] = field(default=(), metadata=children("controller", JunctionController))
    surfaces: tuple[Element, ...] = field(default=(), metadata=raw("surface"))
    plan_views: tuple[Element, ...] = field(default=(), metadata=raw("planView"))
    objects: tuple[Element, ...] = field(default=(), metadata=raw("objects"))
    boundary: tuple[BoundarySegment, ...] = field(default=(), metadata=children("boundary/segment", BoundarySegment))
    elevation_grid: ElevationGrid | None = field(default=None, metadata=child("elevationGrid", ElevationGrid))


@dataclass(frozen=True)
class JunctionReference(Record):
    """A junction that belongs to a group."""

    junction: str = field(metadata=text("junction"))


@dataclass(frozen=True)
class JunctionGroup(Record):
    """Junctions that belong together: a roundabout, an interchange."""

    id: str = field(metadata=text("id"))
    name: str | None = field(default=None, metadata=text("name"))
    type: str = field(default="unknown", metadata=text("type", expected=True, words=words.JUNCTION_GROUP_TYPE))
    junctions: tuple[JunctionReference, ...] = field(default=(), metadata=children("junctionReference", JunctionReference))
