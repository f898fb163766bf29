"""A road map as OpenDRIVE has it: header, roads, controllers, junctions; immutable, equal when their content is.

Numbers keep the units of the standard (metres, radians, 1/m); speeds keep the unit that was typed. What has no field of
its own (userData, railroads, words of other programs) stays with its record and is written back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from scenegen.roads.opendrive import vocabulary as words
from scenegen.roads.opendrive.fields import Record, child, children, content, number, one_of, raw, text, whole
from scenegen.roads.opendrive.junction_records import Junction, JunctionGroup
from scenegen.roads.opendrive.lane_records import LaneSection, speed_limit_m_per_s
from scenegen.roads.opendrive.object_records import Bridge, ObjectReference, RoadObject, Tunnel
from scenegen.roads.opendrive.signal_records import Controller, Signal, SignalReference
from scenegen.roads.opendrive.xml_tree import Element


@dataclass(frozen=True)
class Line(Record):
    """A straight piece of reference line."""


@dataclass(frozen=True)
class Arc(Record):
    """A piece of constant curvature, positive to the left."""

    curvature_per_m: float = field(metadata=number("curvature"))


@dataclass(frozen=True)
class Spiral(Record):
    """A clothoid: the curvature changes evenly from start to end."""

    start_per_m: float = field(metadata=number("curvStart"))
    end_per_m: float = field(metadata=number("curvEnd"))


@dataclass(frozen=True)
class Poly3(Record):
    """v(u) = a + b u + c u² + d u³ in the record's own axes; s is the arc length."""

    a: float = field(metadata=number("a"))
    b: float = field(metadata=number("b"))
    c: float = field(metadata=number("c"))
    d: float = field(metadata=number("d"))


@dataclass(frozen=True)
class ParamPoly3(Record):
    """u(p) and v(p) as cubics; p runs to 1 (normalized, also where the file is silent) or to the length (arcLength)."""

    a_u: float = field(metadata=number("aU"))
    b_u: float = field(metadata=number("bU"))
    c_u: float = field(metadata=number("cU"))
    d_u: float = field(metadata=number("dU"))
    a_v: float = field(metadata=number("aV"))
    b_v: float = field(metadata=number("bV"))
    c_v: float = field(metadata=number("cV"))
    d_v: float = field(metadata=number("dV"))
    p_range: str = field(default="normalized", metadata=text("pRange", expected=True, words=words.P_RANGE))


Shape: TypeAlias = Line | Arc | Spiral | Poly3 | ParamPoly3


@dataclass(frozen=True)
class Geometry(Record):
    """One planView record: from (x, y) with a heading, along a shape."""

    s_m: float = field(metadata=number("s"))
    x_m: float = field(metadata=number("x"))
    y_m: float = field(metadata=number("y"))
    heading_rad: float = field(metadata=number("hdg"))
    length_m: float = field(metadata=number("length"))
    shape: Shape = field(metadata=one_of(line=Line, spiral=Spiral, arc=Arc, poly3=Poly3, paramPoly3=ParamPoly3))


@dataclass(frozen=True)
class Cubic(Record):
    """a + b ds + c ds² + d ds³ with ds counted from `s_m`: elevation and lane offset in metres, superelevation in radians."""

    s_m: float = field(default=0.0, metadata=number("s", expected=True))
    a: float = field(default=0.0, metadata=number("a", expected=True))
    b: float = field(default=0.0, metadata=number("b", expected=True))
    c: float = field(default=0.0, metadata=number("c", expected=True))
    d: float = field(default=0.0, metadata=number("d", expected=True))


@dataclass(frozen=True)
class Crossfall(Cubic):
    """Fall of the road outwards from the reference line, radians (1.4)."""

    side: str = field(default="both", metadata=text("side", words=words.CROSSFALL_SIDE))


@dataclass(frozen=True)
class LateralShape(Cubic):
    """Height over the reference line at one s as cubics in t, each from `t_m` on; straight between two s."""

    t_m: float = field(default=0.0, metadata=number("t", expected=True))


@dataclass(frozen=True)
class RoadEnd(Record):
    """What a road's begin or end is joined to."""

    element_type: str = field(default="road", metadata=text("elementType", expected=True, words=words.LINK_ELEMENT))
    element_id: str = field(metadata=text("elementId"), kw_only=True)
    contact_point: str | None = field(default=None, metadata=text("contactPoint", words=words.CONTACT))
    element_s_m: float | None = field(default=None, metadata=number("elementS"))
    element_dir: str | None = field(default=None, metadata=text("elementDir", words=words.ELEMENT_DIR))


@dataclass(frozen=True)
class Neighbour(Record):
    """A road that runs beside this one (1.4)."""

    side: str = field(metadata=text("side", words=words.SIDE))
    element_id: str = field(metadata=text("elementId"))
    direction: str = field(metadata=text("direction", words=words.NEIGHBOUR_DIRECTION))


@dataclass(frozen=True)
class RoadSpeed(Record):
    """The default speed limit of a stretch of road, as typed with its unit."""

    maximum: str = field(default="undefined", metadata=text("max", expected=True))
    unit: str = field(default="m/s", metadata=text("unit", words=words.SPEED_UNIT))

    @property
    def limit_m_per_s(self) -> float | None:
        """The limit; infinite for `no limit`, None where it is not a number."""
        return speed_limit_m_per_s(self.maximum, self.unit)


@dataclass(frozen=True)
class RoadType(Record):
    """What kind of road it is from `s_m` on."""

    s_m: float = field(default=0.0, metadata=number("s", expected=True))
    type: str = field(default="unknown", metadata=text("type", expected=True, words=words.ROAD_TYPE))
    country: str | None = field(default=None, metadata=text("country"))
    speed: RoadSpeed | None = field(default=None, metadata=child("speed", RoadSpeed))


@dataclass(frozen=True)
class Road(Record):
    """One road along its reference line; without a rule traffic keeps to the right; junction -1 is none."""

    id: str = field(metadata=text("id"))
    length_m: float = field(metadata=number("length"))
    name: str | None = field(default=None, metadata=text("name"))
    junction: str = field(default="-1", metadata=text("junction", expected=True))
    rule: str | None = field(default=None, metadata=text("rule", words=words.TRAFFIC_RULE))
    predecessor: RoadEnd | None = field(default=None, metadata=child("link/predecessor", RoadEnd))
    successor: RoadEnd | None = field(default=None, metadata=child("link/successor", RoadEnd))
    neighbours: tuple[Neighbour, ...] = field(default=(), metadata=children("link/neighbor", Neighbour))
    types: tuple[RoadType, ...] = field(default=(), metadata=children("type", RoadType))
    geometries: tuple[Geometry, ...] = field(default=(), metadata=children("planView/geometry", Geometry))
    elevations: tuple[Cubic, ...] = field(default=(), metadata=children("elevationProfile/elevation", Cubic))
    superelevations: tuple[Cubic, ...] = field(default=(), metadata=children("lateralProfile/superelevation", Cubic))
    crossfalls: tuple[Crossfall, ...] = field(default=(), metadata=children("lateralProfile/crossfall", Crossfall))
    shapes: tuple[LateralShape, ...] = field(default=(), metadata=children("lateralProfile/shape", LateralShape))
    lane_offsets: tuple[Cubic, ...] = field(default=(), metadata=children("lanes/laneOffset", Cubic))
    sections: tuple[LaneSection, ...] = field(default=(), metadata=children("lanes/laneSection", LaneSection))
    objects: tuple[RoadObject, ...] = field(default=(), metadata=children("objects/object", RoadObject))
    object_references: tuple[ObjectReference, ...] = field(
        default=(), metadata=children("objects/objectReference", ObjectReference)
    )
    tunnels: tuple[Tunnel, ...] = field(default=(), metadata=children("objects/tunnel", Tunnel))
    bridges: tuple[Bridge, ...] = field(default=(), metadata=children("objects/bridge", Bridge))
    signals: tuple[Signal, ...] = field(default=(), metadata=children("signals/signal", Signal))
    signal_references: tuple[SignalReference, ...] = field(
        default=(), metadata=children("signals/signalReference", SignalReference)
    )
    surfaces: tuple[Element, ...] = field(default=(), metadata=raw("surface"))
    railroads: tuple[Element, ...] = field(default=(), metadata=raw("railroad"))

    @property
    def is_connecting(self) -> bool:
        """Whether the road is a way through a junction."""
        return self.junction not in ("-1", "")


@dataclass(frozen=True)
class HeaderOffset(Record):
    """What was taken from the map's projected coordinates: a shift in metres and a turn."""

    x_m: float = field(default=0.0, metadata=number("x", expected=True))
    y_m: float = field(default=0.0, metadata=number("y", expected=True))
    z_m: float = field(default=0.0, metadata=number("z", expected=True))
    heading_rad: float = field(default=0.0, metadata=number("hdg", expected=True))


@dataclass(frozen=True)
class Header(Record):
    """Version, bounds and where on earth the map lies; `geo_reference` is a PROJ string, kept as it is."""

    major: int = field(default=1, metadata=whole("revMajor", expected=True))
    minor: int = field(default=4, metadata=whole("revMinor", expected=True))
    name: str | None = field(default=None, metadata=text("name"))
    version: str | None = field(default=None, metadata=text("version"))
    date: str | None = field(default=None, metadata=text("date"))
    north: float | None = field(default=None, metadata=number("north"))
    south: float | None = field(default=None, metadata=number("south"))
    east: float | None = field(default=None, metadata=number("east"))
    west: float | None = field(default=None, metadata=number("west"))
    vendor: str | None = field(default=None, metadata=text("vendor"))
    geo_reference: str = field(default="", metadata=content("geoReference"))
    offset: HeaderOffset | None = field(default=None, metadata=child("offset", HeaderOffset))
    licences: tuple[Element, ...] = field(default=(), metadata=raw("license"))
    regulations: tuple[Element, ...] = field(default=(), metadata=raw("defaultRegulations"))


@dataclass(frozen=True)
class RoadMap(Record):
    """A whole OpenDRIVE file."""

    header: Header = field(default=Header(), metadata=child("header", Header))
    roads: tuple[Road, ...] = field(default=(), metadata=children("road", Road))
    controllers: tuple[Controller, ...] = field(default=(), metadata=children("controller", Controller))
    junctions: tuple[Junction, ...] = field(default=(), metadata=children("junction", Junction))
    junction_groups: tuple[JunctionGroup, ...] = field(default=(), metadata=children("junctionGroup", JunctionGroup))
    stations: tuple[Element, ...] = field(default=(), metadata=raw("station"))

    @cached_property
    def road_by_id(self) -> dict[str, Road]:
        """Roads by their id."""
        return {road.id: road for road in self.roads}

    @cached_property
    def junction_by_id(self) -> dict[str, Junction]:
        """Junctions by their id."""
        return {junction.id: junction for junction in self.junctions}
