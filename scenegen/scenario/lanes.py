"""Which lanes a street has, by the scene's numbers, and the refusal of places on lanes that are not there."""

from __future__ import annotations

from scenegen.errors import ScenarioError
from scenegen.scenario.scene import OnLaneScene, Scene, StreetScene


def lane_counts(street: StreetScene) -> tuple[int, int]:
    """Give the number of lanes in the ego's direction and of oncoming ones; with an odd number the ego's way has one more."""
    own = street.lanes if street.oneway else (street.lanes + 1) // 2
    return own, street.lanes - own


def refuse_missing_lanes(scene: Scene) -> None:
    """Refuse a scene whose ego or actor is on a lane that its street does not have.

    Raises:
        ScenarioError: names the path, the lanes there are, and the cure.
    """
    if not isinstance(scene.road, StreetScene):
        return  # the lanes of a map are known when it has been read
    own, oncoming = lane_counts(scene.road)
    asked = [("ego.lane", scene.ego.lane)]
    asked += [(f"{actor.name}.at.lane", actor.at.lane) for actor in scene.actors if isinstance(actor.at, OnLaneScene)]
    for path, lane in asked:
        if not (1 <= lane <= own or -oncoming <= lane <= -1):
            there = f"1 to {own} the ego's way, " + (f"-1 to -{oncoming} oncoming" if oncoming else "none oncoming")
            raise ScenarioError(f"{path}: {lane} is not a lane of this street ({there}); change it or road.lanes")
