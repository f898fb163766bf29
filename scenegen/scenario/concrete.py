"""Build the concrete `Scene` from a described scenario and the numbers drawn for it."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from scenegen.scenario.actors import Actor, Animal, Debris, Pedestrian, Prop, Vehicle
from scenegen.scenario.concrete_behaviour import place_of, steps_of
from scenegen.scenario.laws import Choice
from scenegen.scenario.records import Scenario
from scenegen.scenario.scene import (
    ActorScene,
    AnimalScene,
    DebrisScene,
    Draw,
    EgoScene,
    IntersectionScene,
    LightScene,
    MapScene,
    PedestrianScene,
    PlaceScene,
    PropScene,
    RoadScene,
    RuralRoadScene,
    Scene,
    StepScene,
    StreetScene,
    TrafficScene,
    VehicleScene,
    WeatherScene,
)
from scenegen.scenario.sensor_scenes import cameras, lidars
from scenegen.scenario.sky_curves import changes_of
from scenegen.scenario.surroundings import FromFile, Intersection, Road, RuralRoad
from scenegen.scenario.values import Values
from scenegen.seeds import u01

Plain: TypeAlias = float | int | str | bool | None

GENERIC_KINDS: dict[str, Choice[str]] = {
    "car": Choice(("hatchback", "saloon", "estate"), (0.5, 0.25, 0.25)),
    "adult": Choice(("man", "woman", "elderly"), (0.42, 0.42, 0.16)),
    "truck": Choice(("box_truck",), (1.0,)),
}
"""Kinds that stand for several of the catalogue, with the share of each; shares of body styles are rough European ones."""

ANY_COLOUR = Choice(
    ("white", "black", "grey", "silver", "blue", "red", "green", "brown", "yellow", "orange"),
    (0.24, 0.22, 0.19, 0.1, 0.11, 0.07, 0.02, 0.03, 0.01, 0.01),
)
"""Paint of a vehicle whose colour is `any`: rounded from the yearly colour reports of the paint makers."""


def build_scene(
    scenario: Scenario, values: Values, present: set[str], *, seed: int, index: int, attempt: int, draws: tuple[Draw, ...]
) -> Scene:
    """Put the numbers of one sample into the concrete records.

    Args:
        scenario: gives the structure.
        values: gives the number, text or flag at every path.
        present: names of the actors that are there.
        seed, index, attempt: identity of the sample.
        draws: what was drawn, for the record.
    Returns:
        The scene the simulator runs.
    """
    return Scene(
        scenario=scenario.name,
        seed=seed,
        index=index,
        attempt=attempt,
        road=_road(scenario.road, values.below("road")),
        light=_light(values.below("light")),
        weather=_weather(values.below("weather")),
        cameras=cameras(scenario, values.below("camera")),
        lidars=lidars(scenario, values.below("lidar")),
        traffic=_traffic(values.below("traffic")),
        ego=_ego(values.below("ego")),
        actors=tuple(
            _actor(actor, values.below(actor.name), (seed, scenario.name, index))
            for actor in scenario.actors
            if actor.name in present
        ),
        duration=values.real("duration"),
        fps=values.whole("fps"),
        substeps=values.whole("substeps"),
        draws=draws,
        changes=changes_of(values),
    )


def _road(road: Road, at: Values) -> RoadScene:
    if isinstance(road, FromFile):
        return MapScene(
            file=road.file,
            start=at.pair("near"),
            turn=cast(Literal["straight", "left", "right"], at.text("turn")),
            length=at.real("length"),
            speed_limit=at.real("speed_limit"),
            surroundings=cast(Literal["residential", "rural"], at.text("surroundings")),
        )
    if isinstance(road, Intersection):
        return _intersection(at)
    if isinstance(road, RuralRoad):
        return RuralRoadScene(
            length=at.real("length"),
            lane_width=at.real("lane_width"),
            shoulder=at.real("shoulder"),
            bend_radius=at.real("bend_radius"),
            hill_height=at.real("hill_height"),
            form=at.whole("form"),
            speed_limit=at.real("speed_limit"),
            markings=cast(Literal["vienna", "mutcd"], at.text("markings")),
            surroundings=cast(Literal["residential", "rural"], at.text("surroundings")),
        )
    return _street(at)


def _intersection(at: Values) -> IntersectionScene:
    return IntersectionScene(
        arms=at.whole("arms"),
        lanes=at.whole("lanes"),
        lane_width=at.real("lane_width"),
        sidewalk=at.real("sidewalk"),
        control=cast(Literal["signals", "stop", "give_way", "right_before_left"], at.text("control")),
        crosswalks=at.flag("crosswalks"),
        angle_deg=at.real("angle"),
        corner_radius=at.real("corner_radius"),
        ego_arm=at.whole("ego_arm"),
        turn=cast(Literal["straight", "left", "right"], at.text("turn")),
        length=at.real("length"),
        speed_limit=at.real("speed_limit"),
        markings=cast(Literal["vienna", "mutcd"], at.text("markings")),
        surroundings=cast(Literal["residential", "rural"], at.text("surroundings")),
    )


def _street(at: Values) -> StreetScene:
    return StreetScene(
        lanes=at.whole("lanes"),
        lane_width=at.real("lane_width"),
        length=at.real("length"),
        sidewalk=at.real("sidewalk"),
        parking=at.real("parking"),
        shoulder=at.real("shoulder"),
        curvature=at.real("curvature"),
        speed_limit=at.real("speed_limit"),
        markings=cast(Literal["vienna", "mutcd"], at.text("markings")),
        drive=at.side("drive"),
        oneway=at.flag("oneway"),
        surroundings=cast(Literal["residential", "urban", "rural"], at.text("surroundings")),
        origin=at.pair("origin"),
        heading_deg=at.real("heading"),
    )


def _light(at: Values) -> LightScene:
    return LightScene(at.real("sun_elevation"), at.real("sun_azimuth"), at.flag("street_lamps"), at.real("moonlight"))


def _weather(at: Values) -> WeatherScene:
    return WeatherScene(
        at.real("cloud"),
        at.real("fog_visibility"),
        at.real("rain"),
        at.real("road_wetness"),
        at.real("snow"),
        at.real("snow_cover"),
    )


def _traffic(at: Values) -> TrafficScene:
    density, oncoming = at.real("density"), at.real_or_none("oncoming")
    return TrafficScene(
        density=density,
        oncoming=density if oncoming is None else oncoming,
        parked=at.real("parked"),
        pedestrians=at.real("pedestrians"),
        headway=at.real("headway"),
        trucks=at.real("trucks"),
        max_braking=at.real("max_braking"),
        cyclists=at.real("cyclists"),
        crossing=at.real("crossing"),
    )


def _ego(at: Values) -> EgoScene:
    return EgoScene(
        at.whole("lane"), at.real("s"), at.real("speed"), at.flag("reacts"), at.real("reaction_time"), at.real("max_braking")
    )


def _actor(actor: Actor, at: Values, key: tuple[int, str, int]) -> ActorScene:
    stream = actor.stream or actor.name
    place = place_of(actor.at, at.below("at"))
    if isinstance(actor, Debris):
        does = steps_of(actor.does, at.below("does"))
        return DebrisScene(actor.name, actor.role, at.text("kind"), place, at.real("yaw"), actor.stream, does)
    if isinstance(actor, Prop):
        return PropScene(actor.name, actor.role, at.text("kind"), place, at.real("yaw"), at.text("state"), actor.stream)
    if isinstance(actor, Animal):
        return AnimalScene(actor.name, actor.role, at.text("kind"), place, steps_of(actor.does, at.below("does")), actor.stream)
    kind = at.text("kind")
    if kind in GENERIC_KINDS:
        kind = GENERIC_KINDS[kind].ppf(u01(*key, f"{stream}.kind.variant"))
    does = steps_of(actor.does, at.below("does"))
    if isinstance(actor, Pedestrian):
        return PedestrianScene(actor.name, actor.role, kind, at.text("clothing"), place, does, actor.stream, at.text("gear"))
    colour = at.text("colour")
    if colour == "any":
        colour = ANY_COLOUR.ppf(u01(*key, f"{stream}.colour.variant"))
    return _vehicle(actor, at, kind, colour, place, does)


def _vehicle(
    actor: Vehicle, at: Values, kind: str, colour: str, place: PlaceScene, does: tuple[StepScene, ...]
) -> VehicleScene:
    speed, hazard = at.real_or_none("speed"), at.flag("hazard_lights")
    return VehicleScene(actor.name, actor.role, kind, colour, place, speed, hazard, does, actor.stream, at.real("yaw"))
