"""Where scenery may not stand: the carriageway, and the places and ways of a scene's actors."""

from __future__ import annotations

from dataclasses import dataclass

from scenegen.roads.network import SIDES, RoadNetwork, Side, sign_of
from scenegen.scenario.scene import (
    ActorScene,
    CrossScene,
    DebrisScene,
    HiddenBehindScene,
    ParkedScene,
    PropScene,
    RoadsideScene,
    Scene,
    SidewalkScene,
)

ACTOR_CLEARANCE_M = 1.0
CROSSING_HALF_M = 2.5  # a way across leans with its angle
HIDDEN_REACH_M = 12.0  # a truck and its gap: how far past a parked thing's place somebody hidden may stand


@dataclass(frozen=True)
class Rectangle:
    """A range of s and t."""

    s_from: float
    s_to: float
    t_from: float
    t_to: float

    def overlaps(self, other: Rectangle) -> bool:
        """Whether two rectangles share area."""
        return self.s_from < other.s_to and other.s_from < self.s_to and self.t_from < other.t_to and other.t_from < self.t_to


def around(s: float, t: float, half_s: float, half_t: float) -> Rectangle:
    """Give the rectangle with this middle and half sizes."""
    return Rectangle(s - half_s, s + half_s, t - half_t, t + half_t)


def actor_rectangles(scene: Scene, network: RoadNetwork) -> tuple[Rectangle, ...]:
    """Give what must stay free round actors beside the road and along their ways over it."""
    kept = []
    for actor in scene.actors:
        kept.extend(_rectangles(actor, scene, network))
    return tuple(kept)


def _rectangles(actor: ActorScene, scene: Scene, network: RoadNetwork) -> list[Rectangle]:
    """What one actor needs: its place out to the road, and both sidewalks where it crosses."""
    is_crossing = not isinstance(actor, (DebrisScene, PropScene)) and any(isinstance(step, CrossScene) for step in actor.does)
    half = CROSSING_HALF_M if is_crossing else ACTOR_CLEARANCE_M
    place = actor.at
    if isinstance(place, RoadsideScene):
        kept = [_towards_road(network, place.side, place.s, half, place.offset)]
    elif isinstance(place, SidewalkScene):
        strip = network.sidewalk_t(place.side)
        width = 0.0 if strip is None else abs(strip[1] - strip[0])
        kept = [_towards_road(network, place.side, place.s, half, place.t * width)]
    elif isinstance(place, HiddenBehindScene):
        return _behind(place, scene, network)
    else:
        return []
    if is_crossing:
        kept.append(
            _towards_road(network, "left" if place.side == "right" else "right", place.s, half, _walk(network, place.side))
        )
    return kept


def _behind(place: HiddenBehindScene, scene: Scene, network: RoadNetwork) -> list[Rectangle]:
    """Both sidewalks beside and past the thing somebody hides behind."""
    for other in scene.actors:
        if other.name == place.actor and isinstance(other.at, (ParkedScene, RoadsideScene, SidewalkScene)):
            middle, half = other.at.s + 0.5 * HIDDEN_REACH_M - 1.0, 0.5 * HIDDEN_REACH_M + 1.0
            return [_towards_road(network, side, middle, half, _walk(network, side)) for side in SIDES]
    return []


def _walk(network: RoadNetwork, side: Side) -> float:
    """Width of a sidewalk, 0 without one."""
    strip = network.sidewalk_t(side)
    return 0.0 if strip is None else abs(strip[1] - strip[0])


def _towards_road(network: RoadNetwork, side: Side, s: float, half_s: float, offset: float) -> Rectangle:
    """From the paved edge out to an offset beyond it, with clearance."""
    edge, sign = network.edge_t(side), sign_of(side)
    low, high = sorted((edge, edge + sign * (offset + ACTOR_CLEARANCE_M)))
    return Rectangle(s - half_s, s + half_s, low, high)
