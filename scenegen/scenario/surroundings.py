"""Where and when it happens: road, light, weather and traffic."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.scenario.curve import Curve
from scenegen.scenario.dist import Flag, Int, Real, Text
from scenegen.scenario.fields import Changing, Label, Options, Point, Quantity, Whole, YesNo
from scenegen.scenario.laws import LogNormal
from scenegen.units import kmh

_TOWN_LIMIT = kmh(50.0)
_COUNTRY_LIMIT = kmh(100.0)
_HEADWAY = LogNormal(median=1.4, sigma=0.2)  # spread of time gaps between drivers


@dataclass(frozen=True)
class Street:
    """A street of one curvature, with kerbs and sidewalks or with shoulders."""

    _: KW_ONLY
    lanes: Annotated[Int, Whole(1, 8, "number of lanes, both directions together")] = 2
    lane_width: Annotated[Real, Quantity("m", 2.2, 5.0, "width of one lane")] = 3.25
    length: Annotated[Real, Quantity("m", 50.0, 20000.0, "length of the road")] = 300.0
    sidewalk: Annotated[Real, Quantity("m", 0.0, 10.0, "width of each sidewalk, 0 for none")] = 2.0
    parking: Annotated[Real, Quantity("m", 0.0, 3.5, "width of each parking lane, 0 for none")] = 0.0
    shoulder: Annotated[Real, Quantity("m", 0.0, 5.0, "width of each paved shoulder, 0 for none")] = 0.0
    curvature: Annotated[Real, Quantity("1/m", -0.05, 0.05, "1 / radius, positive to the left")] = 0.0
    speed_limit: Annotated[Real, Quantity("m/s", 1.0, 70.0, "speed limit")] = _TOWN_LIMIT
    markings: Annotated[Text, Options(("vienna", "mutcd"), "convention of the lane markings")] = "vienna"
    drive: Annotated[Text, Options(("left", "right"), "side on which one drives")] = "right"
    oneway: Annotated[Flag, YesNo("all lanes go the ego's way")] = False
    surroundings: Annotated[Text, Options(("residential", "urban", "rural"), "what stands beside the road")] = "residential"
    origin: Annotated[tuple[float, float], Point("m", -1e6, 1e6, "map position of the road's start, x east, y north")] = (
        0.0,
        0.0,
    )
    heading: Annotated[Real, Quantity("deg", -360.0, 360.0, "direction of the road, counter-clockwise from east")] = 0.0


@dataclass(frozen=True)
class FromFile:
    """A road map in OpenDRIVE; the ego drives a route over its lanes, and s and t are those of the route."""

    file: Annotated[str, Label("an .xodr file, in the scenario's folder or below it")]
    _: KW_ONLY
    near: Annotated[tuple[float, float], Point("m", -1e7, 1e7, "map position near the lane where s is 0, x east, y north")] = (
        0.0,
        0.0,
    )
    turn: Annotated[Text, Options(("straight", "left", "right"), "what the route does at junctions that allow it")] = "straight"
    length: Annotated[Real, Quantity("m", 20.0, 20000.0, "length of the route")] = 300.0
    speed_limit: Annotated[Real, Quantity("m/s", 1.0, 70.0, "speed limit where the map names none")] = _TOWN_LIMIT
    surroundings: Annotated[Text, Options(("residential", "rural"), "what stands beside the roads")] = "residential"


@dataclass(frozen=True)
class Intersection:
    """Three to five arms that meet, with corners, sidewalks and crosswalks; s and t are those of the ego's way through."""

    _: KW_ONLY
    arms: Annotated[Int, Whole(3, 5, "roads that meet")] = 4
    lanes: Annotated[Int, Whole(2, 6, "lanes of every arm, both directions together; an odd one is left out")] = 2
    lane_width: Annotated[Real, Quantity("m", 2.5, 5.0, "width of one lane")] = 3.25
    sidewalk: Annotated[Real, Quantity("m", 0.0, 6.0, "width of each sidewalk, 0 for none")] = 2.5
    control: Annotated[Text, Options(("signals", "stop", "give_way", "right_before_left"), "who goes first")] = "signals"
    crosswalks: Annotated[Flag, YesNo("a crosswalk over every arm")] = True
    angle: Annotated[Real, Quantity("deg", 45.0, 135.0, "from the first arm to the second, counter-clockwise")] = 90.0
    corner_radius: Annotated[Real, Quantity("m", 4.0, 20.0, "radius of the kerb at corners")] = 8.0
    ego_arm: Annotated[Int, Whole(1, 5, "the arm that the ego comes from; 1 and 3 go straight on into each other")] = 1
    turn: Annotated[Text, Options(("straight", "left", "right"), "the ego's way through, where there is such a one")] = (
        "straight"
    )
    length: Annotated[Real, Quantity("m", 40.0, 1000.0, "length of every arm up to the junction")] = 120.0
    speed_limit: Annotated[Real, Quantity("m/s", 1.0, 70.0, "speed limit")] = _TOWN_LIMIT
    markings: Annotated[Text, Options(("vienna", "mutcd"), "convention of lane markings and signs")] = "vienna"
    surroundings: Annotated[Text, Options(("residential", "rural"), "what stands beside the roads")] = "residential"


@dataclass(frozen=True)
class RuralRoad:
    """A country road of two lanes with bends and hills."""

    _: KW_ONLY
    length: Annotated[Real, Quantity("m", 50.0, 5000.0, "length of the ego's way")] = 500.0
    lane_width: Annotated[Real, Quantity("m", 2.5, 4.0, "width of one lane")] = 3.25
    shoulder: Annotated[Real, Quantity("m", 0.0, 3.0, "width of each paved shoulder, 0 for none")] = 0.5
    bend_radius: Annotated[Real, Quantity("m", 0.0, 2000.0, "radius of a middling bend, 0 for a straight road")] = 200.0
    hill_height: Annotated[Real, Quantity("m", 0.0, 15.0, "height of the highest hills, 0 for none")] = 4.0
    form: Annotated[Int, Whole(0, 1000000, "which course of bends and hills; draw it with IntRange")] = 0
    speed_limit: Annotated[Real, Quantity("m/s", 1.0, 70.0, "speed limit")] = _COUNTRY_LIMIT
    markings: Annotated[Text, Options(("vienna", "mutcd"), "convention of the lane markings")] = "vienna"
    surroundings: Annotated[Text, Options(("residential", "rural"), "what stands beside the road")] = "rural"


Road: TypeAlias = Street | FromFile | Intersection | RuralRoad


@dataclass(frozen=True)
class Light:
    """Where the sun stands, and which lamps are lit. Day is above 6 degrees, dusk from 0 to -6, night below -12."""

    _: KW_ONLY
    sun_elevation: Annotated[Real | Curve, Changing("deg", -90.0, 90.0, "height of the sun over the horizon")] = 35.0
    sun_azimuth: Annotated[Real | Curve, Changing("deg", 0.0, 360.0, "direction of the sun, clockwise from north")] = 150.0
    street_lamps: Annotated[Flag, YesNo("street lamps and head lamps are lit")] = False
    moonlight: Annotated[Real | Curve, Changing("", 0.0, 1.0, "share of a full moon's light")] = 0.0


@dataclass(frozen=True)
class Weather:
    """Cloud, fog, rain, snow, and what lies on the road."""

    _: KW_ONLY
    cloud: Annotated[Real | Curve, Changing("", 0.0, 1.0, "share of the sky that is covered")] = 0.2
    fog_visibility: Annotated[Real | Curve, Changing("m", 10.0, 200000.0, "distance at which things fade out")] = 20000.0
    rain: Annotated[Real | Curve, Changing("mm/h", 0.0, 200.0, "rain rate; heavy is above 7.6")] = 0.0
    road_wetness: Annotated[Real | Curve, Changing("", 0.0, 1.0, "0 dry, 1 standing water")] = 0.0
    snow: Annotated[Real | Curve, Changing("mm/h", 0.0, 50.0, "snowfall as melted water; heavy is above 2.5")] = 0.0
    snow_cover: Annotated[Real | Curve, Changing("", 0.0, 1.0, "share of the ground under snow; wheels clear their tracks")] = (
        0.0
    )


@dataclass(frozen=True)
class Traffic:
    """Those without a name: cars that follow lanes, parked cars, people on the sidewalk."""

    _: KW_ONLY
    density: Annotated[Real, Quantity("veh/km", 0.0, 100.0, "vehicles per lane in the ego's direction")] = 8.0
    oncoming: Annotated[Real, Quantity("veh/km", 0.0, 100.0, "vehicles per oncoming lane; by default as density")] | None = None
    parked: Annotated[Real, Quantity("", 0.0, 1.0, "share of parking bays taken, where there is a parking lane")] = 0.5
    pedestrians: Annotated[Real, Quantity("per 100 m", 0.0, 50.0, "people on each sidewalk")] = 2.0
    headway: Annotated[Real, Quantity("s", 0.2, 10.0, "time gap drivers keep")] = _HEADWAY
    trucks: Annotated[Real, Quantity("", 0.0, 1.0, "share of trucks")] = 0.08
    max_braking: Annotated[Real, Quantity("m/s2", 0.5, 12.0, "hardest braking of drivers; about 4.5 on a wet road")] = 8.0
    cyclists: Annotated[Real, Quantity("per km", 0.0, 50.0, "riders on the outermost lane of each direction")] = 0.0
    crossing: Annotated[Real, Quantity("", 0.0, 1.0, "share of passers-by who cross the road in a gap")] = 0.0
