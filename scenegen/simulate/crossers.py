"""Passers-by who cross the road: each walks on to a free place, waits for a gap that it dares to take, and goes over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from scenegen.roads.network import RoadNetwork
from scenegen.scenario.scene import Scene
from scenegen.scenario.scene_behaviour import CrossScene, GapScene, ReachesScene, WaitScene, WalkAlongScene
from scenegen.simulate.body import Body
from scenegen.simulate.looks import draw
from scenegen.simulate.walker import EASY_BRAKING

ROOM_M = 0.9  # kept to parked vehicles on both sides of the way over
SEARCH_M = 40.0  # how far one walks on for a free place
STEP_M = 0.5
BRISKLY = 1.1  # times the walking speed
RUN_UP_M = 0.6
GAP_S, GAP_PER_LANE_S, GAP_SPREAD_S = 2.5, 1.0, 0.8
"""Half of all adults take a gap of this and this per lane; the spread is that of a logistic law."""
OLDER_S = 1.5  # more for elderly people
CHILD_S = 0.5  # more or less for children, who judge badly
LEAST_GAP_S = 1.5


def crossing_passers(
    scene: Scene, network: RoadNetwork, passers: Iterable[Body], parked: Sequence[Body]
) -> tuple[list[Body], list[Body]]:
    """Part those who walk on from those who cross the road.

    Args:
        scene: `traffic.crossing` is the share of those who cross; who does is drawn by name.
        network: the road.
        passers: people on the sidewalks.
        parked: vehicles that one has to walk between.
    Returns:
        Those who walk on, and those who cross, with their steps.
    """
    on, over = [], []
    for body in passers:
        place_s = _place_s(scene, network, body, parked) if _crosses(scene, body) else None
        if place_s is None:
            on.append(body)
        else:
            over.append(replace(body, mover="walker", steps=_steps(scene, network, body, place_s)))
    return on, over


def _crosses(scene: Scene, body: Body) -> bool:
    """Whether a passer-by is one who crosses; those with something to push or lead stay."""
    has_gear = "gear" in dict(body.model.options)
    return not has_gear and draw(scene, f"{body.name}.crosses") < scene.traffic.crossing


def _place_s(scene: Scene, network: RoadNetwork, body: Body, parked: Sequence[Body]) -> float | None:
    """The first free place to cross from the one where it would like to, None if there is none soon."""
    way = math.copysign(1.0, math.cos(body.start.heading))
    wanted_s = body.start.s + way * body.start.speed * scene.duration * draw(scene, f"{body.name}.crosses_at")
    first, last = network.drawn_s
    for k in range(int(SEARCH_M / STEP_M)):
        s = wanted_s + way * k * STEP_M
        if first < s < last and all(abs(s - car.start.s) > 0.5 * car.size_m[0] + ROOM_M for car in parked):
            return s
    return None


def _steps(scene: Scene, network: RoadNetwork, body: Body, place_s: float) -> tuple[WalkAlongScene, WaitScene, CrossScene]:
    """Walk on, wait, cross."""
    is_with = math.cos(body.start.heading) > 0.0
    direction: Literal["with", "against"] = "with" if is_with else "against"
    stopping_m = body.start.speed**2 / (2.0 * EASY_BRAKING)
    reached = ReachesScene(place_s - (stopping_m if is_with else -stopping_m), 0.0)
    return (
        WalkAlongScene("walk_along", body.start.speed, direction, reached),
        WaitScene("wait", GapScene(_gap_s(scene, network, body), 0.0), None),
        CrossScene("cross", BRISKLY * body.start.speed, 90.0, RUN_UP_M, None),
    )


def _gap_s(scene: Scene, network: RoadNetwork, body: Body) -> float:
    """The gap that a person takes."""
    u = min(max(draw(scene, f"{body.name}.gap"), 0.02), 0.98)
    gap_s = GAP_S + GAP_PER_LANE_S * len(network.lane_ids) + GAP_SPREAD_S * math.log(u / (1.0 - u))
    if body.model.kind == "elderly":
        gap_s += OLDER_S
    elif body.model.kind == "child":
        gap_s += CHILD_S * (2.0 * draw(scene, f"{body.name}.judgement") - 1.0)
    return max(gap_s, LEAST_GAP_S)
