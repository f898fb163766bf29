"""Stand static things beside a street: placed by (s, t), turned with it, by hashed draws, refused where in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from scenegen.geometry import FloatArray, pose
from scenegen.models.catalogue import entry
from scenegen.models.mesh import ModelSpec
from scenegen.roads.network import RoadNetwork, Side, sign_of
from scenegen.roads.terrain import distance_to_road, ground_height, outer_t
from scenegen.scenario.scene import Scene, StreetScene
from scenegen.seeds import u01
from scenegen.stage.keep_free import Rectangle, actor_rectangles, around

POST_SETBACK_M = 0.15  # middle of a post behind a sidewalk, before garden walls begin: sidewalks stay free for people
VERGE_POST_M = 1.1  # middle of a post from the paved edge of a road without sidewalk
ROOT_M = 0.15  # how deep long things are sunk: the drawn ground is flat between its points
STEMS = ("tree", "street_tree", "birch", "poplar", "conifer", "street_lamp", "utility_pole", "sign")
"""Kinds whose stem or post is their footprint."""
ALONG, TO_LEFT, BACK, TO_RIGHT = 0.0, 0.5 * np.pi, np.pi, -0.5 * np.pi

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class PlacedThing:
    """One standing thing: which model, and where its body frame is in the world, (4, 4) float64."""

    name: str
    spec: ModelSpec
    world_from_body: FloatArray


@dataclass(frozen=True)
class Site:
    """A street to be furnished: draws belong to the scene, ground to the network."""

    scene: Scene
    network: RoadNetwork
    road: str = ""
    """Before the paths of its draws, where a map has many roads."""

    @property
    def street(self) -> StreetScene:
        """What kind of street it is."""
        if not isinstance(self.scene.road, StreetScene):
            raise TypeError("a road of a map is furnished as the street it looks like")
        return self.scene.road

    def u(self, path: str) -> float:
        """Draw the number in [0, 1) of a path below `surroundings`."""
        return u01(self.scene.seed, self.scene.scenario, self.scene.index, f"surroundings.{self.road}{path}")

    def between(self, path: str, low: float, high: float) -> float:
        """Draw a number from low to high."""
        return low + (high - low) * self.u(path)

    def pick(self, path: str, choices: Sequence[T]) -> T:
        """Draw one of some choices; repeat one to make it likelier."""
        return choices[int(self.u(path) * len(choices))]

    def outer(self, side: Side) -> float:
        """Distance from the reference line to where private ground begins."""
        return abs(outer_t(self.network, side))

    def facing_road(self, side: Side) -> float:
        """Turn from the road's heading that lets a body's x axis point at the road."""
        return TO_RIGHT if side == "left" else TO_LEFT

    def post_t(self, side: Side) -> float:
        """Give t for a post: just behind the sidewalk, or in the verge of a road without one."""
        setback = VERGE_POST_M if self.network.sidewalk_t(side) is None else POST_SETBACK_M
        return sign_of(side) * (self.outer(side) + setback)

    def place(self, name: str, spec: ModelSpec, s: float, t: float, turn: float) -> PlacedThing:
        """Stand a thing on the level ground near the street at (s, t), turned from the road's heading."""
        x, y, z, heading = self.network.frame(np.array([s]), np.array([t]))[0]
        return PlacedThing(name, spec, pose(x, y, z, yaw=heading + turn))

    def place_long(self, name: str, spec: ModelSpec, s: float, t: float, turn: float) -> PlacedThing:
        """Stand a long thing on rolling ground, as low as the lowest ground under it, so that no end floats."""
        thing = self.place(name, spec, s, t, turn)
        world_from_body = thing.world_from_body.copy()
        world_from_body[2, 3] = ground_height(self.network, *self._along(thing)).min() - ROOT_M
        return replace(thing, world_from_body=world_from_body)

    def spanned(self, name: str, kind: str, start_st: tuple[float, float], end_st: tuple[float, float]) -> PlacedThing:
        """Put a thing between two places of the street, as long as the way between them, which is rounded to a decimetre."""
        (x0, y0, z0, _), (x1, y1, z1, _) = (self.network.frame(np.array([s]), np.array([t]))[0] for s, t in (start_st, end_st))
        spec = ModelSpec(kind, 0, (("length", round(float(np.hypot(x1 - x0, y1 - y0)), 1)),))
        middle = pose(0.5 * (x0 + x1), 0.5 * (y0 + y1), 0.5 * (z0 + z1), yaw=float(np.arctan2(y1 - y0, x1 - x0)))
        return PlacedThing(name, spec, middle)

    def _along(self, thing: PlacedThing) -> tuple[FloatArray, FloatArray]:
        """World x and y of seven points from end to end of a long thing."""
        along = np.linspace(-0.5, 0.5, 7) * thing_size(thing.spec)[0]
        x, y = (thing.world_from_body[i, 3] + along * thing.world_from_body[i, 0] for i in range(2))
        return x, y

    @cached_property
    def kept_free(self) -> tuple[Rectangle, ...]:
        """What the scene's actors need."""
        return actor_rectangles(self.scene, self.network)

    def is_free(self, thing: PlacedThing) -> bool:
        """Whether a thing's nominal footprint is off the road and clear of actors and their ways."""
        footprint = self._footprint(thing)
        right, left = self.network.edge_t("right"), self.network.edge_t("left")
        is_off_road = footprint.t_from >= left or footprint.t_to <= right
        return is_off_road and not any(footprint.overlaps(kept) for kept in self.kept_free)

    def is_clear_of_actors(self, thing: PlacedThing) -> bool:
        """Whether a thing's nominal footprint keeps off actors and their ways."""
        return not self.kept_free or not any(self._footprint(thing).overlaps(kept) for kept in self.kept_free)

    def is_clear_of_road(self, thing: PlacedThing, clearance_m: float) -> bool:
        """Whether a long thing keeps its distance from every part of a bending street."""
        return bool((distance_to_road(self.network, *self._along(thing)) >= clearance_m).all())

    def _footprint(self, thing: PlacedThing) -> Rectangle:
        """Rectangle in (s, t) round a thing's footprint; a plant's is its stem's."""
        x, y = (np.array([thing.world_from_body[i, 3]]) for i in range(2))
        s, t = (float(value[0]) for value in self.network.locate(x, y))
        heading = self.network.frame(np.array([s]), np.zeros(1))[0, 3]
        turn = np.arctan2(thing.world_from_body[1, 0], thing.world_from_body[0, 0]) - heading
        length, width, _ = thing_size(thing.spec)
        if thing.spec.kind in STEMS:
            length = width = 0.2
        cos, sin = abs(np.cos(turn)), abs(np.sin(turn))
        return around(s, t, 0.5 * (length * cos + width * sin), 0.5 * (length * sin + width * cos))


def raised(thing: PlacedThing, by_m: float) -> PlacedThing:
    """Lift a thing, as onto slabs."""
    world_from_body = thing.world_from_body.copy()
    world_from_body[2, 3] += by_m
    return replace(thing, world_from_body=world_from_body)


def turned(thing: PlacedThing, turn: float) -> PlacedThing:
    """Turn a thing about its own middle."""
    return replace(thing, world_from_body=thing.world_from_body @ pose(0.0, 0.0, 0.0, yaw=turn))


def thing_size(spec: ModelSpec) -> tuple[float, float, float]:
    """Give the nominal size of a thing; options `length`, `depth` and `frontage` replace the catalogue's."""
    length, width, height = entry(spec.kind).size_m
    said = dict(spec.options)
    return float(said.get("length", length)), float(said.get("frontage", said.get("depth", width))), height
