"""Objects beside and on the road: crosswalks, parking spaces, poles, barriers, trees, with outlines, rows and markings."""

from __future__ import annotations

from dataclasses import dataclass, field

from scenegen.roads.opendrive import vocabulary as words
from scenegen.roads.opendrive.fields import Record, child, children, flag, number, raw, text, whole, yes_no
from scenegen.roads.opendrive.xml_tree import Element


@dataclass(frozen=True)
class LaneValidity(Record):
    """The lanes, from one id to another, for which something holds."""

    from_lane: int = field(metadata=whole("fromLane"))
    to_lane: int = field(metadata=whole("toLane"))


@dataclass(frozen=True)
class CornerRoad(Record):
    """A corner of an outline in road coordinates; `dz_m` above the reference line, `height_m` above that."""

    s_m: float = field(metadata=number("s"))
    t_m: float = field(metadata=number("t"))
    dz_m: float = field(default=0.0, metadata=number("dz", expected=True))
    height_m: float = field(default=0.0, metadata=number("height", expected=True))
    id: int | None = field(default=None, metadata=whole("id"))


@dataclass(frozen=True)
class CornerLocal(Record):
    """A corner of an outline in the object's own axes: u forward, v left, z up."""

    u_m: float = field(metadata=number("u"))
    v_m: float = field(metadata=number("v"))
    z_m: float = field(default=0.0, metadata=number("z", expected=True))
    height_m: float = field(default=0.0, metadata=number("height", expected=True))
    id: int | None = field(default=None, metadata=whole("id"))


@dataclass(frozen=True)
class Outline(Record):
    """The ground plan of an object: corners of one kind."""

    id: int | None = field(default=None, metadata=whole("id"))
    is_closed: bool | None = field(default=None, metadata=flag("closed"))
    is_outer: bool | None = field(default=None, metadata=flag("outer"))
    fill_type: str | None = field(default=None, metadata=text("fillType", words=words.FILL_TYPE))
    lane_type: str | None = field(default=None, metadata=text("laneType", words=words.LANE_TYPE))
    corners_road: tuple[CornerRoad, ...] = field(default=(), metadata=children("cornerRoad", CornerRoad))
    corners_local: tuple[CornerLocal, ...] = field(default=(), metadata=children("cornerLocal", CornerLocal))


@dataclass(frozen=True)
class Repeat(Record):
    """A row of one object along the road; distance 0 is one body swept from start to end: a railing, a wall."""

    s_m: float = field(metadata=number("s"))
    length_m: float = field(metadata=number("length"))
    distance_m: float = field(default=0.0, metadata=number("distance", expected=True))
    t_start_m: float = field(default=0.0, metadata=number("tStart", expected=True))
    t_end_m: float = field(default=0.0, metadata=number("tEnd", expected=True))
    height_start_m: float | None = field(default=None, metadata=number("heightStart"))
    height_end_m: float | None = field(default=None, metadata=number("heightEnd"))
    z_offset_start_m: float = field(default=0.0, metadata=number("zOffsetStart", expected=True))
    z_offset_end_m: float = field(default=0.0, metadata=number("zOffsetEnd", expected=True))
    width_start_m: float | None = field(default=None, metadata=number("widthStart"))
    width_end_m: float | None = field(default=None, metadata=number("widthEnd"))
    length_start_m: float | None = field(default=None, metadata=number("lengthStart"))
    length_end_m: float | None = field(default=None, metadata=number("lengthEnd"))
    radius_start_m: float | None = field(default=None, metadata=number("radiusStart"))
    radius_end_m: float | None = field(default=None, metadata=number("radiusEnd"))
    is_detached: bool = field(default=False, metadata=flag("detachFromReferenceLine"))


@dataclass(frozen=True)
class ObjectMaterial(Record):
    """What an object is made of."""

    surface: str | None = field(default=None, metadata=text("surface"))
    friction: float | None = field(default=None, metadata=number("friction"))
    roughness: float | None = field(default=None, metadata=number("roughness"))
    road_mark_colour: str | None = field(default=None, metadata=text("roadMarkColor", words=words.MARK_COLOUR))


@dataclass(frozen=True)
class CornerReference(Record):
    """Names a corner of the object's outline."""

    id: int = field(metadata=whole("id"))


@dataclass(frozen=True)
class ParkingMark(Record):
    """A marking of a parking space in 1.4: one side of it."""

    side: str = field(metadata=text("side", words=words.OUTLINE_SIDE))
    type: str = field(default="none", metadata=text("type", expected=True, words=words.MARK_TYPE))
    width_m: float | None = field(default=None, metadata=number("width"))
    colour: str = field(default="standard", metadata=text("color", expected=True, words=words.MARK_COLOUR))


@dataclass(frozen=True)
class ParkingSpace(Record):
    """Who may park there."""

    access: str = field(default="all", metadata=text("access", expected=True, words=words.PARKING_ACCESS))
    restrictions: str | None = field(default=None, metadata=text("restrictions"))
    marks: tuple[ParkingMark, ...] = field(default=(), metadata=children("marking", ParkingMark))


@dataclass(frozen=True)
class ObjectMarking(Record):
    """Paint along a side of an object or between corners of its outline."""

    line_length_m: float = field(metadata=number("lineLength"))
    space_length_m: float = field(default=0.0, metadata=number("spaceLength", expected=True))
    colour: str = field(default="standard", metadata=text("color", expected=True, words=words.MARK_COLOUR))
    side: str | None = field(default=None, metadata=text("side", words=words.OUTLINE_SIDE))
    weight: str | None = field(default=None, metadata=text("weight", words=words.MARK_WEIGHT))
    width_m: float | None = field(default=None, metadata=number("width"))
    z_offset_m: float | None = field(default=None, metadata=number("zOffset"))
    start_offset_m: float = field(default=0.0, metadata=number("startOffset", expected=True))
    stop_offset_m: float = field(default=0.0, metadata=number("stopOffset", expected=True))
    corners: tuple[CornerReference, ...] = field(default=(), metadata=children("cornerReference", CornerReference))


@dataclass(frozen=True)
class ObjectBorder(Record):
    """A frame round an object's outline: the kerb of a traffic island."""

    outline_id: int = field(metadata=whole("outlineId"))
    width_m: float = field(metadata=number("width"))
    type: str = field(default="curb", metadata=text("type", expected=True, words=words.BORDER_TYPE))
    is_complete: bool | None = field(default=None, metadata=flag("useCompleteOutline"))
    corners: tuple[CornerReference, ...] = field(default=(), metadata=children("cornerReference", CornerReference))


@dataclass(frozen=True)
class RoadObject(Record):
    """One object at (s, t); heading is against the road's, `z_offset_m` above its surface."""

    id: str = field(metadata=text("id"))
    s_m: float = field(metadata=number("s"))
    t_m: float = field(metadata=number("t"))
    type: str = field(default="none", metadata=text("type", words=words.OBJECT_TYPE))
    subtype: str | None = field(default=None, metadata=text("subtype"))
    name: str | None = field(default=None, metadata=text("name"))
    z_offset_m: float = field(default=0.0, metadata=number("zOffset", expected=True))
    valid_length_m: float | None = field(default=None, metadata=number("validLength"))
    orientation: str | None = field(default=None, metadata=text("orientation", words=words.ORIENTATION))
    heading_rad: float = field(default=0.0, metadata=number("hdg"))
    pitch_rad: float = field(default=0.0, metadata=number("pitch"))
    roll_rad: float = field(default=0.0, metadata=number("roll"))
    length_m: float | None = field(default=None, metadata=number("length"))
    width_m: float | None = field(default=None, metadata=number("width"))
    height_m: float | None = field(default=None, metadata=number("height"))
    radius_m: float | None = field(default=None, metadata=number("radius"))
    is_dynamic: bool | None = field(default=None, metadata=yes_no("dynamic"))
    is_perpendicular: bool | None = field(default=None, metadata=flag("perpToRoad"))
    repeats: tuple[Repeat, ...] = field(default=(), metadata=children("repeat", Repeat))
    outline: Outline | None = field(default=None, metadata=child("outline", Outline))
    outlines: tuple[Outline, ...] = field(default=(), metadata=children("outlines/outline", Outline))
    materials: tuple[ObjectMaterial, ...] = field(default=(), metadata=children("material", ObjectMaterial))
    validities: tuple[LaneValidity, ...] = field(default=(), metadata=children("validity", LaneValidity))
    parking_space: ParkingSpace | None = field(default=None, metadata=child("parkingSpace", ParkingSpace))
    markings: tuple[ObjectMarking, ...] = field(default=(), metadata=children("markings/marking", ObjectMarking))
    borders: tuple[ObjectBorder, ...] = field(default=(), metadata=children("borders/border", ObjectBorder))
    surfaces: tuple[Element, ...] = field(default=(), metadata=raw("surface"))
    skeletons: tuple[Element, ...] = field(default=(), metadata=raw("skeleton"))

    @property
    def all_outlines(self) -> tuple[Outline, ...]:
        """Outlines of both spellings: the single one of 1.4 and the list of later versions."""
        return self.outlines if self.outline is None else (self.outline, *self.outlines)


@dataclass(frozen=True)
class ObjectReference(Record):
    """An object of another road that is valid here too."""

    id: str = field(metadata=text("id"))
    s_m: float = field(metadata=number("s"))
    t_m: float = field(metadata=number("t"))
    z_offset_m: float | None = field(default=None, metadata=number("zOffset"))
    valid_length_m: float | None = field(default=None, metadata=number("validLength"))
    orientation: str = field(default="none", metadata=text("orientation", expected=True, words=words.ORIENTATION))
    validities: tuple[LaneValidity, ...] = field(default=(), metadata=children("validity", LaneValidity))


@dataclass(frozen=True)
class Tunnel(Record):
    """A stretch of road in a tunnel."""

    id: str = field(metadata=text("id"))
    s_m: float = field(metadata=number("s"))
    length_m: float = field(metadata=number("length"))
    name: str | None = field(default=None, metadata=text("name"))
    type: str = field(default="standard", metadata=text("type", expected=True, words=words.TUNNEL_TYPE))
    lighting: float | None = field(default=None, metadata=number("lighting"))
    daylight: float | None = field(default=None, metadata=number("daylight"))
    validities: tuple[LaneValidity, ...] = field(default=(), metadata=children("validity", LaneValidity))


@dataclass(frozen=True)
class Bridge(Record):
    """A stretch of road on a bridge."""

    id: str = field(metadata=text("id"))
    s_m: float = field(metadata=number("s"))
    length_m: float = field(metadata=number("length"))
    name: str | None = field(default=None, metadata=text("name"))
    type: str = field(default="concrete", metadata=text("type", expected=True, words=words.BRIDGE_TYPE))
    validities: tuple[LaneValidity, ...] = field(default=(), metadata=children("validity", LaneValidity))
