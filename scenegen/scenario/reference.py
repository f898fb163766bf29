"""The table of the language: every record and field with unit, range and default, made from the records themselves."""

from __future__ import annotations

import inspect
from typing import Any

from scenegen.scenario.actors import Animal, Debris, Ego, Pedestrian, Prop, Vehicle
from scenegen.scenario.dist import Dist
from scenegen.scenario.fields import (
    Changing,
    Code,
    Falling,
    FieldInfo,
    Label,
    Options,
    Point,
    Points,
    Presence,
    Quantity,
    Tags,
    Whole,
    YesNo,
    field_infos,
)
from scenegen.scenario.places import (
    Aboard,
    AheadOf,
    Behind,
    HiddenBehind,
    Oncoming,
    OnLane,
    Parked,
    Pose,
    Roadside,
    Sidewalk,
)
from scenegen.scenario.records import Scenario
from scenegen.scenario.requirements import Requirement
from scenegen.scenario.sensors import BrownConrady, Camera, KannalaBrandt, Lidar, Rig
from scenegen.scenario.steps import (
    Behave,
    Brake,
    ChangeLane,
    Cross,
    DropLoad,
    Flee,
    FollowLane,
    FollowPath,
    Freeze,
    OpenDoor,
    Overtake,
    PullOut,
    Stop,
    TurnBack,
    Wait,
    WalkAlong,
    Weave,
)
from scenegen.scenario.surroundings import FromFile, Intersection, Light, RuralRoad, Street, Traffic, Weather
from scenegen.scenario.tree import record_types
from scenegen.scenario.triggers import (
    All,
    AtTime,
    DistanceTo,
    Gap,
    Headway,
    Meet,
    Passed,
    Reaches,
    TimeToArrival,
    TimeToCollision,
    Visible,
)
from scenegen.scenario.triggers import Any as AnyOf

GROUPS: tuple[tuple[str, tuple[type[Any], ...]], ...] = (
    ("Scenario", (Scenario, Requirement)),
    ("Surroundings", (Street, FromFile, Intersection, RuralRoad, Light, Weather, Traffic)),
    ("Sensors", (Camera, BrownConrady, KannalaBrandt, Rig, Lidar)),
    ("Actors", (Ego, Vehicle, Pedestrian, Animal, Debris, Prop)),
    ("Places", (OnLane, Parked, Roadside, Sidewalk, HiddenBehind, AheadOf, Behind, Oncoming, Pose, Aboard)),
    (
        "Triggers",
        (AtTime, DistanceTo, TimeToArrival, TimeToCollision, Meet, Headway, Reaches, Gap, Passed, Visible, All, AnyOf),
    ),
    (
        "Steps",
        (
            Wait,
            FollowLane,
            Cross,
            WalkAlong,
            FollowPath,
            Brake,
            Stop,
            Freeze,
            ChangeLane,
            Overtake,
            PullOut,
            Weave,
            DropLoad,
            OpenDoor,
            Flee,
            TurnBack,
            Behave,
        ),
    ),
)
"""Every record of the language, in the order of its page."""

BEGIN, END = "<!-- fields: begin -->", "<!-- fields: end -->"

_NESTED = {
    "at": "where it begins: a place",
    "does": "what it does: a tuple of steps",
    "until": "what ends it: a trigger",
    "of": "the triggers: a tuple",
    "road": "the road",
    "light": "sun and lamps",
    "weather": "cloud, fog, rain",
    "camera": "the camera on the ego, or a rig of them",
    "cameras": "cameras by name: a letter, then letters, digits and _",
    "lidar": "the scanner on the ego, if any",
    "distortion": "how the lens bends the image beside the pinhole",
    "traffic": "those without a name",
    "ego": "the vehicle that carries the camera",
    "actors": "those with a name: a tuple",
    "requires": "conditions on the drawn numbers: a tuple",
}


def language_table() -> str:
    """Give the tables of all records as Markdown."""
    return "\n".join(_group(title, records) for title, records in GROUPS)


def refreshed(page: str) -> str:
    """Give the page of the language with its tables made anew between the two marks.

    Raises:
        ValueError: the page lacks the marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n{language_table()}\n{END}{after}"


def _group(title: str, records: tuple[type[Any], ...]) -> str:
    lines = [f"### {title}", ""]
    for record in records:
        first = (inspect.getdoc(record) or "").splitlines()[0]
        lines += [f"**`{record.__name__}`** {first}", "", "| field | default | range | meaning |", "|---|---|---|---|"]
        lines += [_row(info) for info in field_infos(record) if info.name != "_"]
        lines.append("")
    return "\n".join(lines)


def _row(info: FieldInfo) -> str:
    default = "required" if info.is_required else _default(info.default)
    return f"| `{info.name}` | {default} | {_range(info)} | {_meaning(info)} |"


def _default(value: object) -> str:
    if isinstance(value, Dist):
        return f"`{value.describe()}`"
    if hasattr(value, "__dataclass_fields__"):
        return f"`{type(value).__name__}()`"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple) and len(value) > 2:
        return f"{len(value)} numbers, {value[0]:g} to {value[-1]:g}"
    return f"`{value!r}`" if isinstance(value, (str, bool, tuple)) or value is None else str(value)


def _range(info: FieldInfo) -> str:
    spec = info.spec
    if isinstance(spec, (Quantity, Whole, Point, Points, Falling)):
        ends = f"{spec.low:g} to {spec.high:g} {spec.unit}".strip()
        return f"{ends}; curve" if isinstance(spec, Changing) else ends
    if isinstance(spec, Options):
        return ", ".join((*spec.names, "own:NAME") if spec.has_own else spec.names)
    if isinstance(spec, Presence):
        return "0 to 1"
    if isinstance(spec, Code):
        return "a Python generator function"
    if isinstance(spec, Tags):
        return "texts"
    if isinstance(spec, (YesNo, Label)):
        return "true, false" if isinstance(spec, YesNo) else "text"
    return ", ".join(kind.__name__ for kind in record_types(info.hint))


def _meaning(info: FieldInfo) -> str:
    return info.spec.doc if info.spec is not None else _NESTED.get(info.name, info.name)
