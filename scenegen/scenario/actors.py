"""Who takes part: ego, vehicles, people, animals, debris, props. A new kind of actor is one more record and name here."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.scenario.dist import Flag, Int, Real, Text
from scenegen.scenario.fields import Label, Options, Presence, Quantity, Whole, YesNo
from scenegen.scenario.places import Place
from scenegen.scenario.steps import MAX_DRIVING, DrivingStep, RollingStep, WalkingStep
from scenegen.signs import sign_kinds

VEHICLE_KINDS = (
    "car", "hatchback", "saloon", "estate", "suv", "van", "pickup", "truck", "box_truck", "semi_trailer", "bus",
    "motorcycle", "bicycle", "e_scooter", "overturned_car", "overturned_van",
    "overturned_truck", "fallen_bicycle", "fallen_motorcycle", "police_car", "ambulance", "fire_engine",
)  # fmt: skip
PERSON_KINDS = ("adult", "child", "man", "woman", "elderly")
PERSON_GEAR = ("none", "umbrella", "phone", "pushchair", "wheelchair", "dog")
DEBRIS_KINDS = (
    "tyre_tread",
    "ladder",
    "mattress",
    "cardboard_box",
    "timber",
    "exhaust",
    "bucket",
    "cone_lying",
    "warning_triangle",
    "fallen_tree",
    "ball",
)
ANIMAL_KINDS = ("roe_deer", "white_tailed_deer", "moose", "wild_boar", "fox", "dog", "cat", "cow", "horse")
PROP_KINDS = (
    "traffic_cone", "drum", "barrier", "beacon", "steel_plate", "arrow_board", "works_fence", "water_barrier", "traffic_light",
    "pedestrian_light", *sign_kinds(),
)  # fmt: skip
COLOURS = ("any", "white", "black", "grey", "silver", "blue", "red", "green", "brown", "yellow", "orange")

_NAME = Label("name, the first part of its paths")
_ROLE = Label("rare: what the data set is about")
_STREAM = Label("name its draws go by, to keep them after a rename")
_PRESENT = Presence("probability that it is there at all, an own draw")
_SPEED = Quantity("m/s", 0.0, MAX_DRIVING, "speed at the start")


@dataclass(frozen=True)
class Ego:
    """The vehicle that carries the camera."""

    _: KW_ONLY
    lane: Annotated[Int, Whole(1, 4, "lane; 1 is next to the centre line")] = 1
    s: Annotated[Real, Quantity("m", -1000.0, 20000.0, "place along the road at the first frame")] = 20.0
    speed: Annotated[Real, _SPEED] = 12.5
    reacts: Annotated[Flag, YesNo("brakes for what stands or walks into its corridor")] = True
    reaction_time: Annotated[Real, Quantity("s", 0.0, 5.0, "delay before it brakes")] = 1.2
    max_braking: Annotated[Real, Quantity("m/s2", 0.5, 12.0, "hardest braking")] = 6.0


@dataclass(frozen=True)
class Vehicle:
    """A car, van, truck or bus, or a two-wheeler with its rider, with a name of its own."""

    name: Annotated[str, _NAME]
    _: KW_ONLY
    at: Place
    kind: Annotated[Text, Options(VEHICLE_KINDS, "car is drawn among the cars, truck is a box truck", has_own=True)] = "car"
    colour: Annotated[Text, Options(COLOURS, "paint; any is drawn by how often it is seen")] = "any"
    speed: Annotated[Real, _SPEED] | None = None
    hazard_lights: Annotated[Flag, YesNo("hazard lights blink")] = False
    yaw: Annotated[Real, Quantity("deg", -360.0, 360.0, "turn of one that stands or lies, counter-clockwise")] = 0.0
    does: tuple[DrivingStep, ...] = ()
    role: Annotated[str, _ROLE] = ""
    present: Annotated[float, _PRESENT] = 1.0
    stream: Annotated[str, _STREAM] = ""


@dataclass(frozen=True)
class Pedestrian:
    """A person on foot."""

    name: Annotated[str, _NAME]
    _: KW_ONLY
    at: Place
    kind: Annotated[Text, Options(PERSON_KINDS, "adult is drawn among man, woman and elderly", has_own=True)] = "adult"
    clothing: Annotated[Text, Options(("dark", "mixed", "bright", "hi_vis"), "how bright the clothes are")] = "mixed"
    gear: Annotated[Text, Options(PERSON_GEAR, "what is carried, pushed, sat in or led")] = "none"
    does: tuple[WalkingStep, ...] = ()
    role: Annotated[str, _ROLE] = ""
    present: Annotated[float, _PRESENT] = 1.0
    stream: Annotated[str, _STREAM] = ""


@dataclass(frozen=True)
class Animal:
    """An animal on four legs; it walks, trots and gallops as its speed asks, and one that freezes stands."""

    name: Annotated[str, _NAME]
    _: KW_ONLY
    at: Place
    kind: Annotated[Text, Options(ANIMAL_KINDS, "what it is", has_own=True)]
    does: tuple[WalkingStep, ...] = ()
    role: Annotated[str, _ROLE] = ""
    present: Annotated[float, _PRESENT] = 1.0
    stream: Annotated[str, _STREAM] = ""


@dataclass(frozen=True)
class Debris:
    """A thing that lies on the road or beside it."""

    name: Annotated[str, _NAME]
    _: KW_ONLY
    at: Place
    kind: Annotated[Text, Options(DEBRIS_KINDS, "what it is", has_own=True)]
    yaw: Annotated[Real, Quantity("deg", -360.0, 360.0, "heading, counter-clockwise from the road's")] = 0.0
    does: tuple[RollingStep, ...] = ()
    role: Annotated[str, _ROLE] = ""
    present: Annotated[float, _PRESENT] = 1.0
    stream: Annotated[str, _STREAM] = ""


@dataclass(frozen=True)
class Prop:
    """A thing that is put up at road works or junctions; it faces those who come towards it."""

    name: Annotated[str, _NAME]
    _: KW_ONLY
    at: Place
    kind: Annotated[Text, Options(PROP_KINDS, "what it is", has_own=True)]
    yaw: Annotated[Real, Quantity("deg", -360.0, 360.0, "turn, counter-clockwise from facing the lane's traffic")] = 0.0
    state: Annotated[Text, Options(("red", "amber", "green", "off"), "what a traffic light shows")] = "red"
    role: Annotated[str, _ROLE] = ""
    present: Annotated[float, _PRESENT] = 1.0
    stream: Annotated[str, _STREAM] = ""


Actor: TypeAlias = Vehicle | Pedestrian | Animal | Debris | Prop
