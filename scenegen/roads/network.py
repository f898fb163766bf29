"""`RoadNetwork`: roads with lane sections and lanes as OpenDRIVE has them, and what driving and drawing ask of them.

Inside, lanes are numbered as in OpenDRIVE: 0 is the centre line, 1, 2, .. to the left, -1, -2, .. to the right. The
questions below use the `Scene`'s numbers: 1, 2, .. outwards in the ego's direction, -1, -2, .. oncoming. `t` is positive
to the left of the reference line; the carriageway lies at z = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal, TypeAlias

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.opendrive.graph import Way
from scenegen.roads.opendrive.ways import MapWays
from scenegen.roads.reference_line import ReferenceLine
from scenegen.roads.spline_line import SplineLine

LaneType: TypeAlias = Literal["driving", "shoulder", "parking", "sidewalk", "border"]
Side: TypeAlias = Literal["left", "right"]
Span: TypeAlias = tuple[float, float]
SIDES: tuple[Side, Side] = ("left", "right")
PARKING_BAY_M = 6.2  # 5.7 to 6.5 along the kerb; bays are counted from where the drawn road begins


@dataclass(frozen=True)
class RoadMark:
    """A line along a lane border: `stroke_m` and `gap_m` describe broken lines; "solid solid" is a double line."""

    type: Literal["none", "solid", "broken", "solid solid"]
    colour: Literal["white", "yellow"] = "white"
    width_m: float = 0.12
    stroke_m: float = 0.0
    gap_m: float = 0.0


NO_MARK = RoadMark("none")


@dataclass(frozen=True)
class Lane:
    """One lane by its OpenDRIVE id; heights are those of its inner and outer edge above the road, `mark` its outer line."""

    id: int
    type: LaneType
    width_m: float
    inner_height_m: float = 0.0
    outer_height_m: float = 0.0
    mark: RoadMark = NO_MARK


@dataclass(frozen=True)
class LaneSection:
    """A cross-section that holds from `s_m` on; `left` and `right` run outwards from the centre line."""

    s_m: float
    left: tuple[Lane, ...]
    centre_mark: RoadMark
    right: tuple[Lane, ...]

    def lanes(self, side: Side) -> tuple[Lane, ...]:
        """Give the lanes of a side, outwards."""
        return self.left if side == "left" else self.right

    def borders_t(self, side: Side) -> tuple[float, ...]:
        """Give t of the borders of a side, outwards, beginning with 0."""
        sign = sign_of(side)
        return tuple(sign * t for t in accumulate((lane.width_m for lane in self.lanes(side)), initial=0.0))


@dataclass(frozen=True)
class Road:
    """One OpenDRIVE road; `rule` says on which side of the centre line lanes run with s."""

    id: str
    length_m: float
    rule: Literal["RHT", "LHT"]
    speed_limit_m_per_s: float
    reference_line: ReferenceLine | SplineLine
    sections: tuple[LaneSection, ...]


@dataclass(frozen=True, eq=False)
class MapRoute:
    """The map that a network's road is a route over: its ways, those of the route in order, where it crosses junctions (s)."""

    ways: MapWays
    route: tuple[Way, ...]
    junctions_s: tuple[Span, ...]


@dataclass(frozen=True)
class RoadNetwork:
    """Roads, the first of which is the one the ego drives on; `drawn_s` is how far that one is drawn past its ends.

    On a map (`map_route`) that road is the ego's route: its reference line runs through junctions, its one cross-section is
    that of the road where s is 0.
    """

    roads: tuple[Road, ...]
    drawn_s: tuple[float, float]
    map_route: MapRoute | None = None

    @property
    def road(self) -> Road:
        """The road the ego drives on."""
        return self.roads[0]

    @property
    def section(self) -> LaneSection:
        """The cross-section of the ego's road."""
        return self.road.sections[0]

    @property
    def length_m(self) -> float:
        """Length of the ego's road."""
        return self.road.length_m

    @property
    def speed_limit_m_per_s(self) -> float:
        """Speed limit of the ego's road."""
        return self.road.speed_limit_m_per_s

    def frame(self, s: FloatArray, t: FloatArray) -> FloatArray:
        """Give the world frame of road points; s may lie before 0 or past the length.

        Args:
            s: (n,) metres along the reference line.
            t: (n,) metres to its left.
        Returns:
            (n, 4) float64: world x, y, z (kerb height included) and heading of the reference line, radians.
        """
        s, t = np.broadcast_arrays(np.asarray(s, np.float64), np.asarray(t, np.float64))
        x, y, heading = np.moveaxis(self.road.reference_line.poses(s), -1, 0)
        z = self.height(t) + self.road.reference_line.elevation(s)
        return np.stack([x - t * np.sin(heading), y + t * np.cos(heading), z, heading], axis=-1)

    def slope(self, s: FloatArray) -> FloatArray:
        """Give how steeply the road rises with s, metres a metre."""
        return self.road.reference_line.slope(np.asarray(s, np.float64))

    def curvature(self, s: FloatArray) -> FloatArray:
        """Give the curvature of the reference line at s, 1/m, positive to the left."""
        return self.road.reference_line.curvature(np.asarray(s, np.float64))

    def locate(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give (s, t) of world points: the inverse of `frame`."""
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        return self.road.reference_line.locate(x, y, drawn_s=self.drawn_s)

    def height(self, t: FloatArray) -> FloatArray:
        """Give z of the cross-section at t; past the outermost lane its outer height goes on."""
        t = np.asarray(t, np.float64)
        left = np.interp(t, *self._profile["left"])
        right = np.interp(-t, *self._profile["right"])
        return np.where(t >= 0.0, left, right)

    @property
    def lane_ids(self) -> tuple[int, ...]:
        """Driving lanes in the scene's numbers: 1, 2, .. in the ego's direction, then -1, -2, .. oncoming."""
        with_s = len(self._driving(self._own_side))
        against_s = len(self._driving(_opposite(self._own_side)))
        return (*range(1, with_s + 1), *range(-1, -against_s - 1, -1))

    def lane_centre_t(self, lane: int) -> float:
        """Give t of the middle of a lane of the scene; a lane that is not there is a `ValueError`."""
        if lane not in self.lane_ids:
            raise ValueError(f"lane {lane} is not one of {self.lane_ids}")
        side = self._own_side if lane > 0 else _opposite(self._own_side)
        borders = self.section.borders_t(side)
        return 0.5 * (borders[abs(lane) - 1] + borders[abs(lane)])

    def lane_direction(self, lane: int) -> Literal[1, -1]:
        """Give +1 for a lane that runs with s, -1 for an oncoming one."""
        return 1 if lane > 0 else -1

    def edge_t(self, side: Side) -> float:
        """Give t of the outermost paved edge, parking lane and shoulder included: the kerb's face where there is one."""
        lanes = self.section.lanes(side)
        paved = sum(1 for lane in lanes if lane.type in ("driving", "shoulder", "parking"))
        return self.section.borders_t(side)[paved]

    def parking_t(self, side: Side) -> tuple[float, float] | None:
        """Give t of the parking lane's inner and outer border, or None."""
        return self._strip(side, "parking")

    def sidewalk_t(self, side: Side) -> tuple[float, float] | None:
        """Give t of the sidewalk's kerb side and far border, or None; the kerb stone is part of it."""
        return self._strip(side, "sidewalk")

    @property
    def _own_side(self) -> Side:
        """Side of the reference line on which lanes run with s."""
        return "right" if self.road.rule == "RHT" else "left"

    def _driving(self, side: Side) -> tuple[Lane, ...]:
        """Driving lanes of a side, outwards; they come before all others."""
        return tuple(lane for lane in self.section.lanes(side) if lane.type == "driving")

    def _strip(self, side: Side, lane_type: LaneType) -> tuple[float, float] | None:
        """Inner and outer t of the first lane of a type."""
        borders = self.section.borders_t(side)
        for i, lane in enumerate(self.section.lanes(side)):
            if lane.type == lane_type:
                return borders[i], borders[i + 1]
        return None

    @cached_property
    def _profile(self) -> dict[Side, tuple[list[float], list[float]]]:
        """Distance from the reference line and height of both edges of every lane, by side."""
        return {"left": self._side_profile("left"), "right": self._side_profile("right")}

    def _side_profile(self, side: Side) -> tuple[list[float], list[float]]:
        """Break points of one side; on the border of a step the inner lane's height holds."""
        distance, height = [0.0], [0.0]
        for lane in self.section.lanes(side):
            if lane.inner_height_m != height[-1]:
                distance.append(np.nextafter(distance[-1], np.inf))
                height.append(lane.inner_height_m)
            distance.append(abs(self.section.borders_t(side)[abs(lane.id)]))
            height.append(lane.outer_height_m)
        return distance, height


def sign_of(side: Side) -> float:
    """Give the sign of t on a side."""
    return 1.0 if side == "left" else -1.0


def _opposite(side: Side) -> Side:
    """The other side."""
    return "left" if side == "right" else "right"
