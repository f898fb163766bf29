"""Objects and signals of a map where they stand in the world: rows taken apart, outlines as corners."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray, apply, frozen, pose
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.object_records import CornerLocal, Outline, Repeat, RoadObject
from scenegen.roads.opendrive.records import Road, RoadMap
from scenegen.roads.opendrive.signal_records import Signal

LEAST_DISTANCE_M = 0.01  # a row whose bodies stand closer is one body
SWEEP_STEP_M = 1.0  # between the cross-sections of a body that is swept along the road


@dataclass(frozen=True, eq=False)
class Prism:
    """A ground plan: the feet of its corners (n, 3) in the world, and how high it stands above each (n,), metres."""

    feet_m: FloatArray
    heights_m: FloatArray
    is_closed: bool

    def __post_init__(self) -> None:
        frozen(self.feet_m)
        frozen(self.heights_m)


@dataclass(frozen=True, eq=False)
class PlacedObject:
    """One body: x of its pose looks along its heading; size is length, width, height, 0 where the file is silent.

    A railing or wall that is swept along the road has its course as a prism that is not closed.
    """

    record: RoadObject
    road: str
    world_from_object: FloatArray
    size_m: tuple[float, float, float]
    radius_m: float
    prisms: tuple[Prism, ...]

    def __post_init__(self) -> None:
        frozen(self.world_from_object)


@dataclass(frozen=True, eq=False)
class PlacedSignal:
    """One sign or light: x of its pose looks towards the traffic it is for."""

    record: Signal
    road: str
    world_from_signal: FloatArray

    def __post_init__(self) -> None:
        frozen(self.world_from_signal)


def placed_objects(road: Road) -> Iterator[PlacedObject]:
    """Give every body that a road's objects stand for: one for each place of a row."""
    course = RoadCourse(road)
    for record in road.objects:
        if not record.repeats:
            yield _single(course, record, record.s_m, record.t_m, record.z_offset_m, _size(record), record.radius_m or 0.0)
        for repeat in record.repeats:
            if repeat.distance_m >= LEAST_DISTANCE_M:
                yield from _row(course, record, repeat)
            else:
                yield _swept(course, record, repeat)


def placed_signals(road_map: RoadMap) -> Iterator[PlacedSignal]:
    """Give every signal of a map where it stands, which may be beside another road than the one it holds on."""
    courses = {road.id: RoadCourse(road) for road in road_map.roads}
    for road in road_map.roads:
        for record in road.signals:
            yield PlacedSignal(record, road.id, _signal_pose(courses, road, record))


def _signal_pose(courses: dict[str, RoadCourse], road: Road, record: Signal) -> FloatArray:
    """Pose of a signal: by its own physical position if it has one, else where it holds."""
    fixed = record.position_inertial
    if fixed is not None:
        return pose(
            fixed.x_m, fixed.y_m, fixed.z_m, yaw=fixed.heading_rad, pitch=fixed.pitch_rad, roll=fixed.roll_rad
        )  # fmt: skip
    # Traffic along s looks along s, so a sign for it looks back.
    back = math.pi if record.orientation == "+" else 0.0
    at = record.position_road
    if at is not None and at.road_id in courses:
        return _pose(
            courses[at.road_id], at.s_m, at.t_m, at.z_offset_m, back + at.heading_offset_rad, at.pitch_rad, at.roll_rad
        )
    yaw = back + record.heading_offset_rad
    return _pose(courses[road.id], record.s_m, record.t_m, record.z_offset_m, yaw, record.pitch_rad, record.roll_rad)


def _pose(course: RoadCourse, s: float, t: float, z: float, yaw: float, pitch: float, roll: float) -> FloatArray:
    """A pose at (s, t), z above the road's surface, turned against the road's heading."""
    x, y, height = course.points(np.array([s]), np.array([t]))[0]
    heading = course.poses(np.array([s]))[0, 2]
    return pose(x, y, height + z, yaw=heading + yaw, pitch=pitch, roll=roll)


def _size(record: RoadObject) -> tuple[float, float, float]:
    """Length, width and height as far as the file says."""
    around = 2.0 * (record.radius_m or 0.0)
    length, width = (around if value is None else value for value in (record.length_m, record.width_m))
    return length, width, record.height_m or 0.0


def _single(
    course: RoadCourse, record: RoadObject, s: float, t: float, z: float, size: tuple[float, float, float], radius: float
) -> PlacedObject:
    """One body at (s, t)."""
    back = math.pi if record.orientation == "-" else 0.0
    place = _pose(course, s, t, z, back + record.heading_rad, record.pitch_rad, record.roll_rad)
    prisms = tuple(_prism(course, outline, place) for outline in record.all_outlines)
    return PlacedObject(record, course.road.id, place, size, radius, prisms)


def _prism(course: RoadCourse, outline: Outline, place: FloatArray) -> Prism:
    """An outline in the world; its corners are given along the road or in the object's own axes."""
    corners = outline.corners_local or outline.corners_road
    heights = np.array([corner.height_m for corner in corners])
    if outline.corners_local:
        local = np.array([[corner.u_m, corner.v_m, corner.z_m] for corner in corners if isinstance(corner, CornerLocal)])
        return Prism(apply(place, local), heights, outline.is_closed is not False)
    road = outline.corners_road
    feet = course.points(np.array([corner.s_m for corner in road]), np.array([corner.t_m for corner in road]))
    feet = feet.reshape(-1, 3) + np.outer([corner.dz_m for corner in road], (0.0, 0.0, 1.0))
    return Prism(feet, heights, outline.is_closed is not False)


def _row(course: RoadCourse, record: RoadObject, repeat: Repeat) -> Iterator[PlacedObject]:
    """The bodies of a row: one every distance, the first at its begin; sizes change evenly."""
    for number in range(math.floor(repeat.length_m / repeat.distance_m + 1e-9) + 1):
        share = number * repeat.distance_m / repeat.length_m if repeat.length_m > 0.0 else 0.0
        t, z, size, radius = _along(record, repeat, share)
        yield _single(course, record, repeat.s_m + number * repeat.distance_m, t, z, size, radius)


def _swept(course: RoadCourse, record: RoadObject, repeat: Repeat) -> PlacedObject:
    """One body along the road, as its course on the ground."""
    share = np.linspace(0.0, 1.0, max(1, math.ceil(repeat.length_m / SWEEP_STEP_M)) + 1)
    parts = [_along(record, repeat, float(part)) for part in share]
    feet = course.points(repeat.s_m + share * repeat.length_m, np.array([part[0] for part in parts]))
    feet = feet + np.outer([part[1] for part in parts], (0.0, 0.0, 1.0))
    heights = np.array([part[2][2] for part in parts])
    t, z, size, radius = parts[0]
    place = _pose(course, repeat.s_m, t, z, record.heading_rad, record.pitch_rad, record.roll_rad)
    prism = Prism(feet, heights, False)
    return PlacedObject(record, course.road.id, place, (repeat.length_m, size[1], size[2]), radius, (prism,))


def _along(record: RoadObject, repeat: Repeat, share: float) -> tuple[float, float, tuple[float, float, float], float]:
    """t, height above the road, size and radius at a share of a row."""
    t = repeat.t_start_m + share * (repeat.t_end_m - repeat.t_start_m)
    z = repeat.z_offset_start_m + share * (repeat.z_offset_end_m - repeat.z_offset_start_m)
    length, width, height = _size(record)
    size = (
        _between(repeat.length_start_m, repeat.length_end_m, share, length),
        _between(repeat.width_start_m, repeat.width_end_m, share, width),
        _between(repeat.height_start_m, repeat.height_end_m, share, height),
    )
    return t, z, size, _between(repeat.radius_start_m, repeat.radius_end_m, share, record.radius_m or 0.0)


def _between(start: float | None, end: float | None, share: float, silent: float) -> float:
    """A size at a share of a row; the object's own where the row is silent."""
    first = silent if start is None else start
    return first + share * ((first if end is None else end) - first)
