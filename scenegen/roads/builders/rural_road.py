"""A country road of bends and hills: clothoids into arcs and out, heights on smooth cubics."""

from __future__ import annotations

import math

from scenegen.roads.builders.pieces import (
    HEADER,
    Pose,
    Strip,
    broken,
    length_of,
    line_of,
    section_of,
    solid,
    type_of,
)
from scenegen.roads.opendrive.lane_records import RoadMark
from scenegen.roads.opendrive.records import Arc, Cubic, Line, Road, RoadMap, Shape, Spiral
from scenegen.scenario.scene import RuralRoadScene
from scenegen.seeds import u01

BEFORE_M, AFTER_M = 60.0, 380.0  # of road before the ego's and after it
MOST_TURN_RAD = math.radians(50.0)  # of one bend; bends to the left and right take turns, so the road does not meet itself
HILL_M = (70.0, 130.0)  # between the tops and bottoms of hills
STEEPEST = 0.10  # metres a metre


def rural_map(scene: RuralRoadScene) -> tuple[RoadMap, tuple[float, float]]:
    """Build the map of a country road.

    Args:
        scene: its numbers.
    Returns:
        The map, and the place where the ego's route begins.
    """
    begin = Pose(-BEFORE_M, 0.0, 0.0)
    geometries = line_of(begin, _course(scene))
    yellow = "yellow" if scene.markings == "mutcd" else "white"
    strips = [Strip("driving", scene.lane_width, solid())]
    if scene.shoulder > 0.0:
        strips.append(Strip("shoulder", scene.shoulder, RoadMark()))
    road = Road(
        "1", length_of(geometries), name="country road", rule="RHT", types=type_of("rural", scene.speed_limit),
        geometries=geometries, elevations=_hills(scene, length_of(geometries)),
        sections=(section_of(strips, strips, broken(yellow)),),
    )  # fmt: skip
    place = begin.moved(BEFORE_M, -0.5 * scene.lane_width)
    return RoadMap(HEADER, (road,)), (place.x_m, place.y_m)


def _u(scene: RuralRoadScene, path: str) -> float:
    """Draw the number in [0, 1) of a part of this form of road."""
    return u01(scene.form, "roads", 0, f"rural.{path}")


def _course(scene: RuralRoadScene) -> list[tuple[Shape, float]]:
    """Straights and bends in turn, from before the ego's road to past it."""
    pieces: list[tuple[Shape, float]] = [(Line(), BEFORE_M + 20.0)]
    length, k = BEFORE_M + 20.0, 0
    side = 1.0 if _u(scene, "side") < 0.5 else -1.0
    while length < BEFORE_M + scene.length + AFTER_M:
        if scene.bend_radius > 0.0:
            radius = scene.bend_radius * (0.75 + 0.75 * _u(scene, f"{k}.radius"))
            turn = MOST_TURN_RAD * (0.3 + 0.7 * _u(scene, f"{k}.turn"))
            # A quarter of the turn in each clothoid, half in the arc.
            bend, ease = side * (-1.0) ** k / radius, 0.5 * turn * radius
            pieces += [(Spiral(0.0, bend), ease), (Arc(bend), ease), (Spiral(bend, 0.0), ease)]
            length += 3 * ease
        straight = 30.0 + 90.0 * _u(scene, f"{k}.straight")
        pieces.append((Line(), straight))
        length, k = length + straight, k + 1
    return pieces


def _hills(scene: RuralRoadScene, length_m: float) -> tuple[Cubic, ...]:
    """Heights as cubics that are level at the tops and bottoms of hills."""
    if scene.hill_height <= 0.0:
        return (Cubic(),)
    found, s, low, k = [], 0.0, 0.0, 0
    while s < length_m:
        step = HILL_M[0] + (HILL_M[1] - HILL_M[0]) * _u(scene, f"hill.{k}.length")
        # The steepest place of a rise h over a length l is 1.5 h / l.
        high = scene.hill_height * (0.4 + 0.6 * _u(scene, f"hill.{k}.height")) if k % 2 == 0 else 0.0
        high = low + max(-STEEPEST * step / 1.5, min(STEEPEST * step / 1.5, high - low))
        rise = high - low
        found.append(Cubic(s, low, 0.0, 3.0 * rise / step**2, -2.0 * rise / step**3))
        s, low, k = s + step, high, k + 1
    return tuple(found)
