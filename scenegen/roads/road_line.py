"""`RoadLine`: one painted line or edge of a road, as points in the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scenegen.geometry import BoolArray, FloatArray, frozen


@dataclass(frozen=True, eq=False)
class RoadLine:
    """One line of a road, in the direction of rising s: the ego's on a street.

    `type` is OpenDRIVE's mark type (solid, broken, solid solid) or "parking bay" for markings, kerb or pavement for edges;
    `colour` white or yellow, "" for edges. A double line is two lines of type solid solid. points_world_m (n, 3) float64 is the
    middle of the paint, or the foot of the kerb; between two points the mesh is flat. is_painted (n - 1,) bool tells the
    strokes of a broken line from its gaps: the line goes on through both.
    """

    kind: Literal["lane_marking", "road_edge"]
    type: str
    colour: str
    width_m: float
    points_world_m: FloatArray
    is_painted: BoolArray

    def __post_init__(self) -> None:
        frozen(self.points_world_m)
        frozen(self.is_painted)
