"""Places as a scene names them, turned into road coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.roads.network import RoadNetwork, Side, sign_of
from scenegen.scenario.scene_behaviour import (
    AboardScene,
    BesideScene,
    HiddenBehindScene,
    OncomingScene,
    OnLaneScene,
    ParkedScene,
    PlaceScene,
    PoseScene,
    RoadsideScene,
    SidewalkScene,
)

Size = tuple[float, float, float]
SIGHT_MARGIN_M = 0.02  # who hides keeps this far from the line of sight


class Spot(NamedTuple):
    """Where a thing stands: middle (s, t) and heading against the reference line; the setback of one who hides if cut."""

    s: float
    t: float
    heading: float
    setback_used: float | None = None


def spot_of(
    place: PlaceScene,
    network: RoadNetwork,
    name: str,
    size_m: Size,
    find: Callable[[str], tuple[Spot, Size]],
    *,
    faces_road: bool,
    eye: tuple[float, float],
) -> Spot:
    """Turn a place into a spot.

    Args:
        place: what the scene says.
        network: the road.
        name: of the actor, for errors.
        size_m: of the actor.
        find: gives spot and size of another actor, for places relative to it.
        faces_road: people and animals face the road, everything else along it.
        eye: (s, t) of the ego at its start, from which who hides must not be seen.
    """
    if isinstance(place, OnLaneScene):
        if place.lane not in network.lane_ids:
            raise ScenarioError(f"{name}.at.lane: {place.lane} is not one of the road's lanes {network.lane_ids}")
        heading = 0.0 if network.lane_direction(place.lane) > 0 else math.pi
        return Spot(place.s, network.lane_centre_t(place.lane) + place.t, heading)
    if isinstance(place, ParkedScene):
        return Spot(place.s, parked_t(network, place.side, size_m[1], place.curb_gap), side_heading(network, place.side))
    if isinstance(place, HiddenBehindScene):
        return _hidden_spot(place, size_m, find, eye)
    if isinstance(place, OncomingScene):
        if place.lane not in network.lane_ids:
            raise ScenarioError(f"{name}.at.lane: {place.lane} is not one of the road's lanes {network.lane_ids}")
        return Spot(place.s, network.lane_centre_t(place.lane) + place.t, math.pi)
    if isinstance(place, BesideScene):
        return _beside_spot(place, network, name, size_m, find)
    if isinstance(place, PoseScene):
        return _map_spot(place, network)
    if isinstance(place, AboardScene):
        spot, _ = find(place.carrier)
        return Spot(spot.s + place.x * math.cos(spot.heading), spot.t + place.y * math.cos(spot.heading), spot.heading)
    heading = facing_road(place.side) if faces_road else side_heading(network, place.side)
    if isinstance(place, RoadsideScene):
        return Spot(place.s, network.edge_t(place.side) + sign_of(place.side) * place.offset, heading)
    return Spot(place.s, _sidewalk_t(place, network, name), heading)


def parked_t(network: RoadNetwork, side: Side, width_m: float, curb_gap_m: float) -> float:
    """Give t of a parked vehicle's middle: its flank stands `curb_gap_m` from the kerb."""
    return network.edge_t(side) - sign_of(side) * (curb_gap_m + width_m / 2)


def side_heading(network: RoadNetwork, side: Side) -> float:
    """Give the heading of parked vehicles on a side: the direction of its outermost lane, 0 with the road or pi against."""
    outwards = sign_of(side)
    lanes = [lane for lane in network.lane_ids if network.lane_centre_t(lane) * outwards > 0.0]
    if not lanes:
        return 0.0
    outermost = max(lanes, key=abs)
    return 0.0 if network.lane_direction(outermost) > 0 else math.pi


def facing_road(side: Side) -> float:
    """Give the heading of a person who looks at the road from a side."""
    return -math.pi / 2 if side == "left" else math.pi / 2


def _beside_spot(
    place: BesideScene, network: RoadNetwork, name: str, size_m: Size, find: Callable[[str], tuple[Spot, Size]]
) -> Spot:
    """Before or behind an actor, along its way, with the free road asked for between the two."""
    spot, size = find(place.actor)
    way = math.copysign(1.0, math.cos(spot.heading)) * (1.0 if place.is_ahead else -1.0)
    if place.lane is not None and place.lane not in network.lane_ids:
        raise ScenarioError(f"{name}.at.lane: {place.lane} is not one of the road's lanes {network.lane_ids}")
    middle_t = spot.t if place.lane is None else network.lane_centre_t(place.lane)
    return Spot(spot.s + way * (size[0] / 2 + place.gap + size_m[0] / 2), middle_t + place.t, spot.heading)


def _map_spot(place: PoseScene, network: RoadNetwork) -> Spot:
    """A place of the map in the road's coordinates."""
    s, t = network.locate(np.array([place.x]), np.array([place.y]))
    heading = math.radians(place.yaw_deg) - float(network.frame(s, t)[0, 3])
    return Spot(float(s[0]), float(t[0]), math.remainder(heading, 2 * math.pi))


def _sidewalk_t(place: SidewalkScene, network: RoadNetwork, name: str) -> float:
    """t on a sidewalk by the share of its width."""
    walk = network.sidewalk_t(place.side)
    if walk is None:
        raise ScenarioError(f"{name}.at: the road has no sidewalk on the {place.side}; give road.sidewalk a width")
    return walk[0] + place.t * (walk[1] - walk[0])


def _hidden_spot(
    place: HiddenBehindScene, size_m: Size, find: Callable[[str], tuple[Spot, Size]], eye: tuple[float, float]
) -> Spot:
    """Beyond the far end of an actor, its back `setback` behind the kerb side flank but not past the line of sight."""
    spot, size = find(place.actor)
    side: Side = "left" if spot.t > 0.0 else "right"
    length_m, width_m, _ = size_m
    s = spot.s + size[0] / 2 + place.gap + width_m / 2
    outwards = sign_of(side)
    corner_s, corner_m = spot.s - size[0] / 2, outwards * (spot.t - eye[1]) + size[1] / 2
    setback_m = place.setback
    # Past the near kerb side corner the ego would see whoever stands further out
    if corner_s > eye[0]:
        hidden_m = corner_m * (s - width_m / 2 - eye[0]) / (corner_s - eye[0]) - SIGHT_MARGIN_M
        setback_m = min(setback_m, hidden_m - corner_m)
    used = setback_m if setback_m < place.setback else None
    return Spot(s, eye[1] + outwards * (corner_m + setback_m - length_m / 2), facing_road(side), used)
