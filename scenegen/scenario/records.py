"""`Scenario`: the described tree. A value: building one runs nothing and draws nothing, but checks everything it can."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, field
from typing import Annotated

from scenegen.errors import ScenarioError
from scenegen.scenario.actors import Actor, Animal, Debris, Ego, Pedestrian, Prop, Vehicle
from scenegen.scenario.dist import Real
from scenegen.scenario.fields import Label, Quantity, Tags, Whole, nearest
from scenegen.scenario.places import Aboard, HiddenBehind
from scenegen.scenario.requirements import Requirement, is_outcome, parse
from scenegen.scenario.sensors import Camera, Lidar, Rig
from scenegen.scenario.steps import DropLoad
from scenegen.scenario.surroundings import Light, Road, Street, Traffic, Weather
from scenegen.scenario.tree import actor_references, check_tree, leaves
from scenegen.scenario.typology import check_typology

FORMAT_VERSION = 1

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\Z")


@dataclass(frozen=True)
class Scenario:
    """One scenario: everything that may vary holds a number or a law."""

    _: KW_ONLY
    name: Annotated[str, Label("name; part of every draw's key and of file names")]
    road: Road = field(default_factory=Street)
    light: Light = field(default_factory=Light)
    weather: Weather = field(default_factory=Weather)
    camera: Camera | Rig = field(default_factory=Camera)
    lidar: Lidar | None = None
    traffic: Traffic = field(default_factory=Traffic)
    ego: Ego = field(default_factory=Ego)
    actors: tuple[Actor, ...] = ()
    requires: tuple[Requirement, ...] = ()
    duration: Annotated[Real, Quantity("s", 0.02, 600.0, "length of the clip")] = 10.0
    fps: Annotated[int, Whole(1, 240, "frames per second")] = 10
    substeps: Annotated[int, Whole(1, 100, "ticks of the simulation per frame")] = 10
    tags: Annotated[tuple[str, ...], Tags("what it covers, such as 'nhtsa 12' or 'ncap CPNCO'; for reports")] = ()

    def __post_init__(self) -> None:
        _check_name(self.name, "name")
        check_tree(self, "")
        check_typology(self.tags)
        _check_actors(self)
        _check_requirements(self)


RESERVED = frozenset(Scenario.__dataclass_fields__) | {"shared", "zones", "sweep", "scenegen", "min", "max", "abs"}
"""Words that begin other paths, and so can not name an actor."""


def _check_name(name: object, path: str) -> None:
    if not isinstance(name, str) or not _NAME.match(name):
        raise ScenarioError(f"{path}: {name!r} is not a name; use a letter, then letters, digits and _ (at most 64)")


def _check_actors(scenario: Scenario) -> None:
    """Refuse equal or reserved names, and references to actors that are not there or may be absent."""
    by_name: dict[str, Actor] = {}
    for actor in scenario.actors:
        if not isinstance(actor, (Vehicle, Pedestrian, Animal, Debris, Prop)):
            raise ScenarioError(f"actors: {actor!r} is not a Vehicle, Pedestrian, Animal, Debris or Prop")
        _check_name(actor.name, "actors")
        if actor.stream:
            _check_name(actor.stream, f"{actor.name}.stream")
        if actor.name in RESERVED:
            raise ScenarioError(f"{actor.name}: this word has another meaning in paths; give the actor another name")
        if actor.name in by_name:
            raise ScenarioError(f"{actor.name}: two actors have this name")
        by_name[actor.name] = actor
    streams = [actor.stream or actor.name for actor in scenario.actors]
    for stream in streams:
        if streams.count(stream) > 1:
            raise ScenarioError(f"{stream}: two actors draw from this stream; give one another stream=")
    for actor in scenario.actors:
        _check_references(actor, by_name)


def _check_references(actor: Actor, by_name: dict[str, Actor]) -> None:
    for path, name in actor_references(actor):
        if name == actor.name:
            raise ScenarioError(f"{path}: {name} can not refer to itself")
        if name != "ego" and name not in by_name:
            raise ScenarioError(f"{path}: there is no actor {name!r}{nearest(name, [*by_name, 'ego'])}")
        if name != "ego" and by_name[name].present < 1.0:
            raise ScenarioError(f"{path}: {name} is not always present, so nothing can depend on it; drop its present=")
    _check_loads(actor, by_name)
    if isinstance(actor.at, HiddenBehind):
        other = by_name.get(actor.at.obstruction)
        if other is None or isinstance(other.at, HiddenBehind):
            raise ScenarioError(f"{actor.name}.at.obstruction: {actor.at.obstruction} can not hide another actor")


def _check_loads(actor: Actor, by_name: dict[str, Actor]) -> None:
    """Refuse a load on anything but a vehicle, and dropping what is not aboard."""
    if isinstance(actor.at, Aboard) and not (isinstance(actor, Debris) and isinstance(by_name[actor.at.carrier], Vehicle)):
        raise ScenarioError(f"{actor.name}.at.carrier: only Debris can be aboard, and only of a Vehicle")
    for step in actor.does if isinstance(actor, Vehicle) else ():
        load = by_name[step.load] if isinstance(step, DropLoad) else None
        if load is not None and not (isinstance(load.at, Aboard) and load.at.carrier == actor.name):
            raise ScenarioError(f"{actor.name}.does: {load.name} is not at Aboard({actor.name!r}), so it can not be dropped")


def _check_requirements(scenario: Scenario) -> None:
    labels = [requirement.label for requirement in scenario.requires]
    for requirement in scenario.requires:
        if labels.count(requirement.label) > 1:
            raise ScenarioError(f"requires: two requirements have the label {requirement.label!r}")
    if not scenario.requires:
        return
    known = {leaf.path: leaf for leaf in leaves(scenario)}
    actors = {actor.name for actor in scenario.actors}
    for requirement in scenario.requires:
        names = parse(requirement).names
        for path in names:
            where = f"requirement {requirement.label!r}"
            if is_outcome(path):
                if path.rpartition(".")[0] not in actors:
                    raise ScenarioError(f"{where}: there is no actor {path.rpartition('.')[0]!r} whose sight {path} could be")
                continue
            if path not in known:
                raise ScenarioError(f"{where}: there is no parameter {path!r}{nearest(path, known)}")
            leaf = known[path]
            if leaf.value is None or not isinstance(leaf.spec, (Quantity, Whole)):
                raise ScenarioError(f"{where}: {path} is not a number here")
