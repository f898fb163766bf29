"""Signs, lights and bodies that a map itself puts up, as things on stage."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from scenegen.geometry import FloatArray, pose
from scenegen.models.mesh import ModelSpec
from scenegen.roads.map_surfaces import drawn_map
from scenegen.roads.network import RoadNetwork
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.lane_borders import section_lanes
from scenegen.roads.opendrive.lane_records import Side
from scenegen.roads.opendrive.placed import PlacedObject, PlacedSignal, placed_objects, placed_signals
from scenegen.roads.opendrive.records import Road
from scenegen.signs import sign_for
from scenegen.stage.placing import PlacedThing

GREEN_RAD = math.radians(35.0)  # lights for who goes the ego's way, or comes towards it, show green; the others red
OBJECT_KINDS = {"tree": "tree", "streetLamp": "street_lamp", "pole": "utility_pole", "vegetation": "bush"}
"""Catalogue kinds of the objects that a map may name; TREE_FORMS of trees are told apart by number."""
TREE_FORMS = 4


def map_things(network: RoadNetwork) -> Iterator[PlacedThing]:
    """Give what the drawn part of a network's map puts up: signs and lights on posts of their own, trees, lamps, poles."""
    near = drawn_map(network)
    roads = {road.id: road for road in near.roads}
    for signal in placed_signals(near):
        spec = _signal_spec(signal, network)
        if spec is not None:
            yield PlacedThing(f"signal.{signal.record.id}", spec, _on_ground(signal, roads[signal.road]))
    for road in near.roads:
        for number, placed in enumerate(placed_objects(road)):
            kind = _kind_of(placed)
            if kind is not None:
                form = number % TREE_FORMS if kind == "tree" else 0
                yield PlacedThing(
                    f"object.{road.id}.{placed.record.id}.{number}", ModelSpec(kind, form), placed.world_from_object
                )


def _kind_of(placed: PlacedObject) -> str | None:
    """The catalogue's kind of an object; a pole without height is a mark of something else."""
    if placed.record.type == "pole" and placed.size_m[2] < 4.0:
        return None
    return OBJECT_KINDS.get(placed.record.type)


def _signal_spec(signal: PlacedSignal, network: RoadNetwork) -> ModelSpec | None:
    """The model of a sign or light, None for what is not drawn."""
    record = signal.record
    if record.is_dynamic:
        return ModelSpec("traffic_light", 0, (("state", _state(signal, network)),))
    value = float(record.value) if record.value and record.value.replace(".", "", 1).isdigit() else None
    code = sign_for(record.country or "", record.type, record.subtype, value)
    return None if code is None else ModelSpec(code)


def _state(signal: PlacedSignal, network: RoadNetwork) -> str:
    """What a light shows while nobody switches it: green along the ego's way into the junction, red across."""
    world = signal.world_from_signal
    route = network.map_route
    first = route.junctions_s[0][0] if route is not None and route.junctions_s else 0.0
    heading = float(network.frame(np.array([first]), np.zeros(1))[0, 3])
    faces = math.atan2(world[1, 0], world[0, 0])
    turn = abs(math.remainder(faces - heading, math.pi))
    return "green" if turn < GREEN_RAD else "red"


def _on_ground(signal: PlacedSignal, road: Road) -> FloatArray:
    """The pose of a post under a sign or light: upright, its foot on the road's surface."""
    world = signal.world_from_signal
    course = RoadCourse(road)
    x, y = (float(value) for value in world[:2, 3])
    foot = _ground(course, x, y)
    return pose(x, y, foot, yaw=math.atan2(world[1, 0], world[0, 0]))


def _ground(course: RoadCourse, x: float, y: float) -> float:
    """Height of what lies at a place beside a road's middle: its surface and the lane's own height, a sidewalk's say."""
    s, t = course.locate(np.array([x]), np.array([y]))
    raised = 0.0
    lanes = next((item for item in reversed(section_lanes(course)) if item.s_from_m <= s[0]), None)
    if lanes is not None:
        side: Side = "left" if t[0] > 0.0 else "right"
        borders = np.abs(lanes.borders_t(side, s)[:, 0])
        for row, lane in enumerate(lanes.section.outwards(side)):
            if borders[row] <= abs(t[0]) <= borders[row + 1] or (row + 2 == len(borders) and abs(t[0]) > borders[-1]):
                raised = float(lanes.heights(lane, s)[1][0])
    return float(course.points(s, t)[0, 2]) + raised
