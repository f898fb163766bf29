"""Signs, traffic lights and painted symbols, and the controllers that switch lights together."""

from __future__ import annotations

from dataclasses import dataclass, field

from scenegen.roads.opendrive import vocabulary as words
from scenegen.roads.opendrive.fields import Record, child, children, number, raw, text, whole, yes_no
from scenegen.roads.opendrive.object_records import LaneValidity
from scenegen.roads.opendrive.xml_tree import Element


@dataclass(frozen=True)
class SignalDependency(Record):
    """Another signal whose output this one limits."""

    id: str = field(metadata=text("id"))
    type: str | None = field(default=None, metadata=text("type"))


@dataclass(frozen=True)
class ElementReference(Record):
    """A signal or object that belongs to this signal: a stop line to a light."""

    element_type: str = field(metadata=text("elementType", words=words.REFERENCE_ELEMENT))
    element_id: str = field(metadata=text("elementId"))
    type: str | None = field(default=None, metadata=text("type"))


@dataclass(frozen=True)
class PositionRoad(Record):
    """Where a signal really stands, if not where it holds: in the coordinates of a road."""

    road_id: str = field(metadata=text("roadId"))
    s_m: float = field(metadata=number("s"))
    t_m: float = field(metadata=number("t"))
    z_offset_m: float = field(default=0.0, metadata=number("zOffset", expected=True))
    heading_offset_rad: float = field(default=0.0, metadata=number("hOffset", expected=True))
    pitch_rad: float = field(default=0.0, metadata=number("pitch"))
    roll_rad: float = field(default=0.0, metadata=number("roll"))


@dataclass(frozen=True)
class PositionInertial(Record):
    """Where a signal really stands: in the world."""

    x_m: float = field(metadata=number("x"))
    y_m: float = field(metadata=number("y"))
    z_m: float = field(metadata=number("z"))
    heading_rad: float = field(default=0.0, metadata=number("hdg", expected=True))
    pitch_rad: float = field(default=0.0, metadata=number("pitch"))
    roll_rad: float = field(default=0.0, metadata=number("roll"))


@dataclass(frozen=True)
class Signal(Record):
    """One sign or light at (s, t); orientation + is for traffic along s, - for traffic against it, none for both."""

    id: str = field(metadata=text("id"))
    s_m: float = field(metadata=number("s"))
    t_m: float = field(metadata=number("t"))
    name: str | None = field(default=None, metadata=text("name"))
    is_dynamic: bool = field(default=False, metadata=yes_no("dynamic", expected=True))
    orientation: str = field(default="none", metadata=text("orientation", expected=True, words=words.ORIENTATION))
    z_offset_m: float = field(default=0.0, metadata=number("zOffset", expected=True))
    country: str | None = field(default=None, metadata=text("country"))
    country_revision: str | None = field(default=None, metadata=text("countryRevision"))
    type: str = field(default="-1", metadata=text("type", expected=True))
    subtype: str = field(default="-1", metadata=text("subtype", expected=True))
    value: str | None = field(default=None, metadata=text("value"))
    unit: str | None = field(default=None, metadata=text("unit"))
    caption: str | None = field(default=None, metadata=text("text"))
    length_m: float | None = field(default=None, metadata=number("length"))
    width_m: float | None = field(default=None, metadata=number("width"))
    height_m: float | None = field(default=None, metadata=number("height"))
    heading_offset_rad: float = field(default=0.0, metadata=number("hOffset"))
    pitch_rad: float = field(default=0.0, metadata=number("pitch"))
    roll_rad: float = field(default=0.0, metadata=number("roll"))
    validities: tuple[LaneValidity, ...] = field(default=(), metadata=children("validity", LaneValidity))
    dependencies: tuple[SignalDependency, ...] = field(default=(), metadata=children("dependency", SignalDependency))
    references: tuple[ElementReference, ...] = field(default=(), metadata=children("reference", ElementReference))
    position_inertial: PositionInertial | None = field(default=None, metadata=child("positionInertial", PositionInertial))
    position_road: PositionRoad | None = field(default=None, metadata=child("positionRoad", PositionRoad))
    static_boards: tuple[Element, ...] = field(default=(), metadata=raw("staticBoard"))
    message_boards: tuple[Element, ...] = field(default=(), metadata=raw("vmsBoard"))
    semantics: tuple[Element, ...] = field(default=(), metadata=raw("semantics"))


@dataclass(frozen=True)
class SignalReference(Record):
    """A signal of another road that is valid here too."""

    id: str = field(metadata=text("id"))
    s_m: float = field(metadata=number("s"))
    t_m: float = field(metadata=number("t"))
    orientation: str = field(default="none", metadata=text("orientation", expected=True, words=words.ORIENTATION))
    validities: tuple[LaneValidity, ...] = field(default=(), metadata=children("validity", LaneValidity))


@dataclass(frozen=True)
class Control(Record):
    """A signal that a controller switches."""

    signal_id: str = field(metadata=text("signalId"))
    type: str | None = field(default=None, metadata=text("type"))


@dataclass(frozen=True)
class Controller(Record):
    """Signals that are switched together."""

    id: str = field(metadata=text("id"))
    name: str | None = field(default=None, metadata=text("name"))
    sequence: int | None = field(default=None, metadata=whole("sequence"))
    controls: tuple[Control, ...] = field(default=(), metadata=children("control", Control))
