"""From a scene to its cast: the ego, named actors, traffic, parked rows and passers-by, in one fixed order."""

from __future__ import annotations

import math

from scenegen.errors import ScenarioError
from scenegen.models import catalogue
from scenegen.models.imports.folders import is_own
from scenegen.models.mesh import ModelSpec
from scenegen.models.sizes import vehicle_form
from scenegen.roads.network import RoadNetwork, Side
from scenegen.scenario.scene import (
    ActorScene,
    AnimalScene,
    DebrisScene,
    PedestrianScene,
    PropScene,
    Scene,
    VehicleScene,
)
from scenegen.scenario.scene_behaviour import (
    AboardScene,
    CrossScene,
    FleeScene,
    FollowLaneScene,
    FollowPathScene,
    HiddenBehindScene,
    OpenDoorScene,
    ParkedScene,
    PullOutScene,
    StepScene,
    TurnBackScene,
    WaitScene,
    WalkAlongScene,
)
from scenegen.simulate import population
from scenegen.simulate.body import Body, Course, Driver, State
from scenegen.simulate.clip import Event
from scenegen.simulate.crossers import crossing_passers
from scenegen.simulate.looks import (
    animal_spec,
    animal_top_speed,
    dye_of,
    paint_of,
    person_spec,
    prop_spec,
    size_of,
    thing_spec,
    vehicle_spec,
)
from scenegen.simulate.places import Size, Spot, spot_of
from scenegen.simulate.script import RIDING, refuse_impossible
from scenegen.simulate.stream import has_stream
from scenegen.simulate.stream_start import map_stream, street_stream
from scenegen.simulate.walker import crossing_heading, far_side_t
from scenegen.simulate.world import Cast

EGO_KIND = "hatchback"  # what carries the camera; it is not drawn
TWO_WHEELERS = ("bicycle", "e_scooter", "motorcycle")
ROOM_TO_PULL_OUT_M = 9.0  # kept free before a vehicle that pulls out of a parked row
ROOM_BEHIND_M = 0.5  # kept free behind a parked actor
ROOM_BESIDE_PATH_M = 0.6  # kept free on both sides of a crossing path through a parked row


ACTOR_OF_CATEGORY = {
    "vehicle": VehicleScene, "person": PedestrianScene, "animal": AnimalScene, "debris": DebrisScene, "prop": PropScene,
}  # fmt: skip
ON_FOOT = (CrossScene, WalkAlongScene, FollowPathScene, FleeScene, TurnBackScene)


def cast_of(scene: Scene, network: RoadNetwork) -> Cast:
    """Give everyone who takes part.

    Raises:
        ScenarioError: two actors share a name, a place refers to nobody, or a body can not do its steps.
    """
    if scene.ego.lane not in network.lane_ids:
        raise ScenarioError(f"ego.lane: {scene.ego.lane} is not one of the road's lanes {network.lane_ids}")
    spots = _spots(scene, network)
    actors = sorted((_actor(scene, actor, *spots[actor.name]) for actor in scene.actors), key=_order)
    ego = _ego(scene, network)
    people = [body for body in actors if body.is_on_foot]
    still = [body for body in people if body.start.speed == 0.0]
    parked = list(population.parked(scene, network, _kept_free(scene, network, spots)))
    walking, crossing = crossing_passers(scene, network, population.strollers(scene, network, still), parked)
    standing = [*parked, *walking]
    standing += population.companions(scene, [*actors, *standing])
    traffic = tuple(population.traffic(scene, network))
    first, stream = 1 + len(actors) + len(crossing) + len(standing), None
    if network.map_route is not None:
        stream = map_stream(scene, network, network.map_route, ego, first)
    elif has_stream(network, (*actors, *traffic)):
        stream = street_stream(scene, network, ego, traffic, first)
    bodies = (ego, *actors, *crossing, *standing, *(traffic if stream is None else stream.bodies))
    index = {body.name: i for i, body in enumerate(bodies)}
    in_lanes = () if stream else sorted(network.lane_ids)
    lanes = {lane: tuple(i for i, body in enumerate(bodies) if body.lane == lane) for lane in in_lanes}
    named = tuple(range(1 + len(actors) + len(crossing)))
    return Cast(bodies, index, named, lanes, scene.ego, network, Course(network), _notes(scene, spots), stream)


def _notes(scene: Scene, spots: dict[str, tuple[Spot, Size]]) -> tuple[Event, ...]:
    """Events of time 0 that tell where a place could not be taken as drawn."""
    notes = []
    for actor in sorted(scene.actors, key=lambda one: one.name):
        used = spots[actor.name][0].setback_used
        if isinstance(actor.at, HiddenBehindScene) and used is not None:
            what = f"{actor.name}.at.setback: {used:.3f} m used of {actor.at.setback:.3f}, further back the ego would see it"
            notes.append(Event(0.0, "place", actor.name, what))
    return tuple(notes)


def _order(body: Body) -> tuple[int, str]:
    return body.rank, body.name


def _spots(scene: Scene, network: RoadNetwork) -> dict[str, tuple[Spot, Size]]:
    """Spot and size of every actor; places that refer to others are resolved whatever the order of the list."""
    by_name = {actor.name: actor for actor in scene.actors}
    if len(by_name) < len(scene.actors) or "ego" in by_name:
        raise ScenarioError("actors: two actors have the same name, or one is called ego")
    eye = (scene.ego.s, network.lane_centre_t(scene.ego.lane))
    found: dict[str, tuple[Spot, Size]] = {}

    def find(name: str, asked: tuple[str, ...] = ()) -> tuple[Spot, Size]:
        if name == "ego":
            heading = 0.0 if network.lane_direction(scene.ego.lane) > 0 else math.pi
            return Spot(*eye, heading), catalogue.entry(EGO_KIND).size_m
        if name not in by_name or name in asked:
            reason = "there is no such actor" if name not in by_name else "the places refer to one another"
            raise ScenarioError(f"{asked[-1] if asked else name}.at.actor: {name!r}: {reason}")
        if name not in found:
            actor = by_name[name]
            size_m = size_of(_model(scene, actor))
            faces_road = isinstance(actor, (PedestrianScene, AnimalScene))
            spot = spot_of(
                actor.at, network, name, size_m, lambda other: find(other, (*asked, name)), faces_road=faces_road, eye=eye
            )
            found[name] = (spot, size_m)
        return found[name]

    for name in sorted(by_name):
        find(name)
    return found


def _stream(actor: ActorScene) -> str:
    """Name that an actor's draws go by."""
    return actor.stream or actor.name


def _model(scene: Scene, actor: ActorScene) -> ModelSpec:
    """Model of an actor.

    Raises:
        ScenarioError: a person's own model is of another class than the actor.
        AssetError: there is no such model, or it can not be taken.
    """
    stream = _stream(actor)
    category = next(name for name, kind in ACTOR_OF_CATEGORY.items() if isinstance(actor, kind))
    if is_own(actor.kind) and catalogue.entry(actor.kind).category != category:
        found = catalogue.entry(actor.kind)
        raise ScenarioError(f"{actor.name}.kind: {actor.kind!r} is of class {found.class_name}, and this is a {category}")
    if isinstance(actor, PedestrianScene):
        return person_spec(scene, stream, actor.kind, actor.clothing, actor.gear)
    if isinstance(actor, AnimalScene):
        return animal_spec(scene, stream, actor.kind)
    if isinstance(actor, VehicleScene):
        opens_doors = any(isinstance(step, OpenDoorScene) for step in actor.does)
        if opens_doors and actor.kind not in catalogue.DOOR_KINDS:
            raise ScenarioError(
                f"{actor.name}.does: a {actor.kind} has no door that opens; {', '.join(catalogue.DOOR_KINDS)} have"
            )
        return vehicle_spec(scene, stream, actor.kind, opens_doors=opens_doors)
    return prop_spec(actor) if isinstance(actor, PropScene) else thing_spec(scene, stream, actor.kind)


def _actor(scene: Scene, actor: ActorScene, spot: Spot, size_m: Size) -> Body:
    """Give a named actor."""
    rank = 0 if actor.role == "rare" else 1
    if isinstance(actor, PedestrianScene):
        return _person(scene, actor, spot, size_m, rank)
    if isinstance(actor, AnimalScene):
        return _animal(scene, actor, spot, size_m, rank)
    if isinstance(actor, VehicleScene):
        return _vehicle(scene, actor, spot, rank)
    entry = catalogue.entry(actor.kind)
    if isinstance(actor, DebrisScene) and actor.does:
        return _rolling(scene, actor, spot, rank)
    is_prop = isinstance(actor, PropScene)
    if isinstance(actor.at, AboardScene):
        return Body(
            name=actor.name, role=actor.role, rank=rank, mover="load", model=vehicle_spec(scene, _stream(actor), actor.kind),
            class_name=entry.class_name, size_m=size_m, start=State(spot.s, spot.t, math.radians(actor.yaw_deg), 0.0),
            carrier=actor.at.carrier, mount_m=(actor.at.x, actor.at.y), lift_m=actor.at.z,
        )  # fmt: skip
    start = State(spot.s, spot.t, spot.heading + math.radians(actor.yaw_deg) + (math.pi if is_prop else 0.0), 0.0)
    return Body(
        name=actor.name, role=actor.role, rank=rank, mover="static", model=_model(scene, actor), class_name=entry.class_name,
        size_m=size_m, start=start,
    )  # fmt: skip


def _person(scene: Scene, actor: PedestrianScene, spot: Spot, size_m: Size, rank: int) -> Body:
    """Give a named pedestrian, facing where the first movement goes."""
    refuse_impossible(actor.name, actor.does, is_person=True)
    spec = person_spec(scene, _stream(actor), actor.kind, actor.clothing, actor.gear)
    heading = _first_heading(actor.does, spot)
    first = actor.does[0] if actor.does else None
    speed = first.speed if isinstance(first, (WalkAlongScene, FollowPathScene)) else 0.0
    return Body(
        name=actor.name, role=actor.role, rank=rank, mover="walker", model=spec,
        class_name=catalogue.entry(spec.kind).class_name, size_m=size_m,
        start=State(spot.s, spot.t, heading, speed), paint_linear=dye_of(scene, _stream(actor), spec), steps=actor.does,
    )  # fmt: skip


def _animal(scene: Scene, actor: AnimalScene, spot: Spot, size_m: Size, rank: int) -> Body:
    """Give a named animal, facing where the first movement goes.

    Raises:
        ScenarioError: a step is not for who goes on foot, or faster than the kind can run.
    """
    refuse_impossible(actor.name, actor.does, is_person=True)
    fastest = animal_top_speed(actor.kind)
    for step in actor.does:
        if isinstance(step, ON_FOOT) and step.speed > fastest:
            what = actor.kind.replace("_", " ")
            raise ScenarioError(f"{actor.name}.does.{step.id}.speed: {step.speed:g} m/s; a {what} runs at most {fastest:g}")
    first = actor.does[0] if actor.does else None
    speed = first.speed if isinstance(first, (WalkAlongScene, FollowPathScene)) else 0.0
    start = State(spot.s, spot.t, _first_heading(actor.does, spot), speed)
    return Body(
        name=actor.name, role=actor.role, rank=rank, mover="walker", model=animal_spec(scene, _stream(actor), actor.kind),
        class_name=catalogue.entry(actor.kind).class_name, size_m=size_m, start=start, steps=actor.does,
    )  # fmt: skip


def _first_heading(steps: tuple[StepScene, ...], spot: Spot) -> float:
    """Heading of the first step that moves who goes on foot; the way the spot faces when none does."""
    for step in steps:
        if isinstance(step, CrossScene):
            return crossing_heading(spot.t, step.angle_deg)
        if isinstance(step, WalkAlongScene):
            return 0.0 if step.direction == "with" else math.pi
        if isinstance(step, FollowPathScene):
            s, t = step.points[0]
            return math.atan2(t - spot.t, s - spot.s)
    return spot.heading


def _vehicle(scene: Scene, actor: VehicleScene, spot: Spot, rank: int) -> Body:
    """Give a named vehicle; one without speed and steps stands and has no driver."""
    if actor.kind in TWO_WHEELERS and any(isinstance(step, RIDING) for step in actor.does):
        return _rider(scene, actor, spot, rank)
    refuse_impossible(actor.name, actor.does, is_person=False)
    entry, model = catalogue.entry(actor.kind), _model(scene, actor)
    form = vehicle_form(model)
    first = actor.does[0] if actor.does else None
    speed = 0.0 if isinstance(first, WaitScene) else actor.speed or 0.0
    if isinstance(first, (PullOutScene, OpenDoorScene)):
        speed = 0.0
    if actor.speed is None and isinstance(first, FollowLaneScene):
        speed = first.speed or 0.0
    driver = None
    if entry.wheelbase_m == 0.0 or actor.yaw_deg != 0.0:
        _refuse_motion(actor)
    elif actor.speed is not None or actor.does:
        limit = scene.road.speed_limit
        driver = population.driver_of(scene, _stream(actor), limit)._replace(wanted_speed=actor.speed or speed or limit)
    return Body(
        name=actor.name, role=actor.role, rank=rank, mover="static" if driver is None else "driver",
        model=model, class_name=entry.class_name, size_m=form.size_m,
        start=State(spot.s, spot.t, spot.heading + math.radians(actor.yaw_deg), speed),
        paint_linear=paint_of(scene, _stream(actor), actor.colour),
        wheelbase_m=form.wheelbase_m, wheel_radius_m=form.wheel_radius_m, driver=driver, steps=actor.does,
        has_hazard_lights=actor.hazard_lights, is_lit=not isinstance(actor.at, ParkedScene),
    )  # fmt: skip


def _rolling(scene: Scene, actor: DebrisScene, spot: Spot, rank: int) -> Body:
    """Give a thing that rolls where its steps say."""
    refuse_impossible(actor.name, actor.does, is_person=False, is_rider=True)
    entry = catalogue.entry(actor.kind)
    return Body(
        name=actor.name, role=actor.role, rank=rank, mover="rider", model=vehicle_spec(scene, _stream(actor), actor.kind),
        class_name=entry.class_name, size_m=entry.size_m,
        start=State(spot.s, spot.t, _first_heading(actor.does, spot), 0.0), steps=actor.does,
    )  # fmt: skip


def _refuse_motion(actor: VehicleScene) -> None:
    """Refuse steps and speed of what lies on the road."""
    if actor.speed or not all(isinstance(step, WaitScene) for step in actor.does):
        what = actor.kind.replace("_", " ")
        raise ScenarioError(
            f"{actor.name}.does: a {what} that lies or stands askew stays; give it no speed and no step but Wait, or no yaw"
        )


def _rider(scene: Scene, actor: VehicleScene, spot: Spot, rank: int) -> Body:
    """Give a two-wheeler that crosses or follows a path: it goes where its steps say, as one on foot does."""
    refuse_impossible(actor.name, actor.does, is_person=False, is_rider=True)
    entry = catalogue.entry(actor.kind)
    first = actor.does[0]
    speed = first.speed if isinstance(first, (WalkAlongScene, FollowPathScene)) else actor.speed or 0.0
    return Body(
        name=actor.name, role=actor.role, rank=rank, mover="rider", model=vehicle_spec(scene, _stream(actor), actor.kind),
        class_name=entry.class_name, size_m=entry.size_m, start=State(spot.s, spot.t, _first_heading(actor.does, spot), speed),
        paint_linear=paint_of(scene, _stream(actor), actor.colour), wheelbase_m=entry.wheelbase_m,
        wheel_radius_m=entry.wheel_radius_m, steps=actor.does, is_lit=True,
    )  # fmt: skip


def _ego(scene: Scene, network: RoadNetwork) -> Body:
    """Give the ego: a careful driver at the speed the scene says."""
    entry = catalogue.entry(EGO_KIND)
    heading = 0.0 if network.lane_direction(scene.ego.lane) > 0 else math.pi
    driver = Driver(
        wanted_speed=scene.ego.speed, headway=scene.traffic.headway, standstill_gap=2.0, acceleration=1.5, comfortable=2.0,
        hardest=scene.traffic.max_braking,
    )  # fmt: skip
    return Body(
        name="ego", role="ego", rank=0, mover="driver", model=vehicle_spec(scene, "ego", EGO_KIND), class_name=entry.class_name,
        size_m=entry.size_m, start=State(scene.ego.s, network.lane_centre_t(scene.ego.lane), heading, scene.ego.speed),
        paint_linear=paint_of(scene, "ego"), wheelbase_m=entry.wheelbase_m, wheel_radius_m=entry.wheel_radius_m,
        driver=driver, is_lit=True,
    )  # fmt: skip


def _kept_free(scene: Scene, network: RoadNetwork, spots: dict[str, tuple[Spot, Size]]) -> dict[Side, list[population.Span]]:
    """Spans of s on each side where no vehicle of a parked row may stand: actors, who hides there, crossing paths."""
    free: dict[Side, list[population.Span]] = {"left": [], "right": []}
    for actor in scene.actors:
        spot, size_m = spots[actor.name]
        side: Side = "left" if spot.t > 0.0 else "right"
        if not isinstance(actor, (PedestrianScene, AnimalScene)):
            reach_m = size_m[0] / 2 + ROOM_BEHIND_M
            free[side].append((spot.s - reach_m, spot.s + reach_m))
            if isinstance(actor, VehicleScene) and any(isinstance(step, PullOutScene) for step in actor.does):
                before_s = spot.s + math.copysign(reach_m + ROOM_TO_PULL_OUT_M, math.cos(spot.heading))
                free[side].append((min(spot.s, before_s), max(spot.s, before_s)))
            continue
        if isinstance(actor.at, HiddenBehindScene):
            free[side].append((spot.s - size_m[1], spot.s + size_m[1] / 2 + 1.0))
        for path_side, span in _path_spans(network, actor, spot):
            free[path_side].append(span)
    return free


def _path_spans(network: RoadNetwork, actor: PedestrianScene | AnimalScene, spot: Spot) -> list[tuple[Side, population.Span]]:
    """Where a crossing that begins at its actor's place passes the parking lanes."""
    crossing = next((step for step in actor.does if isinstance(step, (CrossScene, WalkAlongScene))), None)
    if not isinstance(crossing, CrossScene):
        return []
    spans: list[tuple[Side, population.Span]] = []
    slope = 1.0 / math.tan(math.radians(crossing.angle_deg))
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        strip = network.parking_t(side)
        if strip is None:
            continue
        way = sorted((spot.t, far_side_t(network, spot.t)))
        at = [spot.s + slope * abs(min(max(t, way[0]), way[1]) - spot.t) for t in strip]
        spans.append((side, (min(at) - ROOM_BESIDE_PATH_M, max(at) + ROOM_BESIDE_PATH_M)))
    return spans
