"""Lanes as OpenDRIVE has them: sections, widths, links, marks, heights and what is allowed on them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from scenegen.roads.opendrive import vocabulary as words
from scenegen.roads.opendrive.fields import Record, child, children, flag, number, text, whole
from scenegen.units import kmh, mph

Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True)
class LaneCubic(Record):
    """a + b ds + c ds² + d ds³ with ds counted from `s_offset_m` in the lane section; widths and borders, metres."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    a: float = field(default=0.0, metadata=number("a", expected=True))
    b: float = field(default=0.0, metadata=number("b", expected=True))
    c: float = field(default=0.0, metadata=number("c", expected=True))
    d: float = field(default=0.0, metadata=number("d", expected=True))


@dataclass(frozen=True)
class LaneLink(Record):
    """The lane that this one is joined to in the section or road before or after."""

    id: int = field(metadata=whole("id"))


@dataclass(frozen=True)
class MarkStroke(Record):
    """One line of a road mark: stroke and gap lengths, sideways offset from the lane's border, metres."""

    length_m: float = field(default=0.0, metadata=number("length", expected=True))
    space_m: float = field(default=0.0, metadata=number("space", expected=True))
    t_offset_m: float = field(default=0.0, metadata=number("tOffset", expected=True))
    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    rule: str = field(default="none", metadata=text("rule", words=words.MARK_RULE))
    width_m: float | None = field(default=None, metadata=number("width"))
    colour: str | None = field(default=None, metadata=text("color", words=words.MARK_COLOUR))


@dataclass(frozen=True)
class MarkPattern(Record):
    """A road mark drawn by its lines, which repeat along the lane."""

    name: str = field(default="", metadata=text("name", expected=True))
    width_m: float | None = field(default=None, metadata=number("width"))
    strokes: tuple[MarkStroke, ...] = field(default=(), metadata=children("line", MarkStroke))


@dataclass(frozen=True)
class ExplicitStroke(Record):
    """One single stroke of a road mark, at its own place."""

    length_m: float = field(metadata=number("length"))
    s_offset_m: float = field(metadata=number("sOffset"))
    t_offset_m: float = field(default=0.0, metadata=number("tOffset", expected=True))
    rule: str = field(default="none", metadata=text("rule", words=words.MARK_RULE))
    width_m: float | None = field(default=None, metadata=number("width"))


@dataclass(frozen=True)
class ExplicitMark(Record):
    """Strokes that stand alone instead of repeating."""

    strokes: tuple[ExplicitStroke, ...] = field(default=(), metadata=children("line", ExplicitStroke))


@dataclass(frozen=True)
class MarkSway(Record):
    """Sideways offset of a mark as a cubic from `ds_m` on: zigzag lines."""

    ds_m: float = field(default=0.0, metadata=number("ds", expected=True))
    a: float = field(default=0.0, metadata=number("a", expected=True))
    b: float = field(default=0.0, metadata=number("b", expected=True))
    c: float = field(default=0.0, metadata=number("c", expected=True))
    d: float = field(default=0.0, metadata=number("d", expected=True))


@dataclass(frozen=True)
class RoadMark(Record):
    """The mark on a lane's outer border (the centre lane's: on the centre line) from `s_offset_m` on."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    type: str = field(default="none", metadata=text("type", expected=True, words=words.MARK_TYPE))
    weight: str | None = field(default=None, metadata=text("weight", words=words.MARK_WEIGHT))
    colour: str = field(default="standard", metadata=text("color", expected=True, words=words.MARK_COLOUR))
    material: str | None = field(default=None, metadata=text("material"))
    width_m: float | None = field(default=None, metadata=number("width"))
    lane_change: str | None = field(default=None, metadata=text("laneChange", words=words.LANE_CHANGE))
    height_m: float | None = field(default=None, metadata=number("height"))
    sways: tuple[MarkSway, ...] = field(default=(), metadata=children("sway", MarkSway))
    pattern: MarkPattern | None = field(default=None, metadata=child("type", MarkPattern))
    explicit: ExplicitMark | None = field(default=None, metadata=child("explicit", ExplicitMark))


@dataclass(frozen=True)
class LaneMaterial(Record):
    """What the lane is made of from `s_offset_m` on."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    surface: str | None = field(default=None, metadata=text("surface"))
    friction: float | None = field(default=None, metadata=number("friction"))
    roughness: float | None = field(default=None, metadata=number("roughness"))


@dataclass(frozen=True)
class LaneVisibility(Record):
    """How far one sees from the lane (1.4 only), metres."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    forward_m: float = field(default=0.0, metadata=number("forward", expected=True))
    back_m: float = field(default=0.0, metadata=number("back", expected=True))
    left_m: float = field(default=0.0, metadata=number("left", expected=True))
    right_m: float = field(default=0.0, metadata=number("right", expected=True))


@dataclass(frozen=True)
class LaneSpeed(Record):
    """The lane's speed limit from `s_offset_m` on, as typed with its unit."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    maximum: str = field(default="undefined", metadata=text("max", expected=True))
    unit: str = field(default="m/s", metadata=text("unit", words=words.SPEED_UNIT))

    @property
    def limit_m_per_s(self) -> float | None:
        """The limit; infinite for `no limit`, None where it is not a number."""
        return speed_limit_m_per_s(self.maximum, self.unit)


@dataclass(frozen=True)
class AccessRestriction(Record):
    """Who an access record is about (1.8)."""

    type: str = field(metadata=text("type"))


@dataclass(frozen=True)
class LaneAccess(Record):
    """Who may or may not use the lane from `s_offset_m` on; without a rule it means: only these (1.4)."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    rule: str | None = field(default=None, metadata=text("rule", words=words.ACCESS_RULE))
    restriction: str | None = field(default=None, metadata=text("restriction"))
    restrictions: tuple[AccessRestriction, ...] = field(default=(), metadata=children("restriction", AccessRestriction))


@dataclass(frozen=True)
class LaneHeight(Record):
    """How far the lane's inner and outer edge stand above the road's surface from `s_offset_m` on, metres."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    inner_m: float = field(default=0.0, metadata=number("inner", expected=True))
    outer_m: float = field(default=0.0, metadata=number("outer", expected=True))


@dataclass(frozen=True)
class LaneRule(Record):
    """A rule in words: `no stopping at any time`."""

    s_offset_m: float = field(default=0.0, metadata=number("sOffset", expected=True))
    value: str = field(default="", metadata=text("value", expected=True))


@dataclass(frozen=True)
class Lane(Record):
    """One lane: id 0 is the centre line, 1, 2, .. outwards to the left, -1, -2, .. to the right."""

    id: int = field(metadata=whole("id"))
    type: str = field(default="none", metadata=text("type", expected=True, words=words.LANE_TYPE))
    is_level: bool = field(default=False, metadata=flag("level"))
    direction: str | None = field(default=None, metadata=text("direction", words=words.LANE_DIRECTION))
    advisory: str | None = field(default=None, metadata=text("advisory", words=words.LANE_ADVISORY))
    has_dynamic_direction: bool = field(default=False, metadata=flag("dynamicLaneDirection"))
    has_dynamic_type: bool = field(default=False, metadata=flag("dynamicLaneType"))
    has_road_works: bool = field(default=False, metadata=flag("roadWorks"))
    predecessors: tuple[LaneLink, ...] = field(default=(), metadata=children("link/predecessor", LaneLink))
    successors: tuple[LaneLink, ...] = field(default=(), metadata=children("link/successor", LaneLink))
    borders: tuple[LaneCubic, ...] = field(default=(), metadata=children("border", LaneCubic))
    widths: tuple[LaneCubic, ...] = field(default=(), metadata=children("width", LaneCubic))
    road_marks: tuple[RoadMark, ...] = field(default=(), metadata=children("roadMark", RoadMark))
    materials: tuple[LaneMaterial, ...] = field(default=(), metadata=children("material", LaneMaterial))
    visibilities: tuple[LaneVisibility, ...] = field(default=(), metadata=children("visibility", LaneVisibility))
    speeds: tuple[LaneSpeed, ...] = field(default=(), metadata=children("speed", LaneSpeed))
    accesses: tuple[LaneAccess, ...] = field(default=(), metadata=children("access", LaneAccess))
    heights: tuple[LaneHeight, ...] = field(default=(), metadata=children("height", LaneHeight))
    rules: tuple[LaneRule, ...] = field(default=(), metadata=children("rule", LaneRule))


@dataclass(frozen=True)
class LaneSection(Record):
    """A stretch of road with a fixed number of lanes, from `s_m` to the next section."""

    s_m: float = field(metadata=number("s"))
    is_single_side: bool = field(default=False, metadata=flag("singleSide"))
    left: tuple[Lane, ...] = field(default=(), metadata=children("left/lane", Lane))
    centre: tuple[Lane, ...] = field(default=(), metadata=children("center/lane", Lane))
    right: tuple[Lane, ...] = field(default=(), metadata=children("right/lane", Lane))

    def outwards(self, side: Side) -> tuple[Lane, ...]:
        """Give the lanes of a side from the centre line outwards, whatever their order in the file."""
        return tuple(sorted(self.left if side == "left" else self.right, key=lambda lane: abs(lane.id)))

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """All lanes but the centre line, from the leftmost to the rightmost."""
        return (*reversed(self.outwards("left")), *self.outwards("right"))

    def lane(self, lane_id: int) -> Lane | None:
        """Give the lane of an id, or None."""
        return next((lane for lane in (*self.left, *self.centre, *self.right) if lane.id == lane_id), None)


def speed_limit_m_per_s(maximum: str, unit: str) -> float | None:
    """Give a speed limit in m/s from the words of the file; infinite for `no limit`, None where it is not a number."""
    if maximum == "no limit":
        return math.inf
    try:
        value = float(maximum)
    except ValueError:
        return None
    if not math.isfinite(value) or value < 0.0:
        return None
    return kmh(value) if unit == "km/h" else mph(value) if unit == "mph" else value
