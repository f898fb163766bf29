"""Junctions as one surface each: the lanes of their connecting roads, which overlap two- and threefold, united."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from scenegen.geometry import FloatArray, frozen
from scenegen.roads.opendrive.strips import LaneStrip

GRID_M = 0.001  # coordinates are rounded to it, so that near-equal edges become equal
CLOSE_M = 0.05  # gaps up to twice this are closed
LEAST_HOLE_M2 = 6.0  # smaller holes are asphalt between the paths of cars; larger ones are islands
LEAST_PIECE_M2 = 1e-4
UNEVEN_M = 0.005  # a junction further than this from a plane is cut by a grid before it is triangulated
CELL_M = 2.0
NEAREST = 8  # edge points that say the height of a place
STEP_M = 0.002  # a difference in height that is drawn as a kerb's face
LEVEL_M = 2.0  # a road this much higher or lower than all of a junction does not take its ground
WALKED_TYPES = frozenset({"sidewalk", "walking", "curb"})  # what is not driven on but walked on, raised or not

Faces = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Cap:
    """One surface of a junction: vertices (n, 3) in the world, faces (m, 3) counter-clockwise seen from outside."""

    junction: str
    kind: Literal["driven", "walked", "kerb"]
    points_m: FloatArray
    faces: Faces

    def __post_init__(self) -> None:
        frozen(self.points_m)
        frozen(self.faces)


def junction_caps(junction: str, inside: Sequence[LaneStrip], beside: Sequence[LaneStrip]) -> list[Cap]:
    """Unite the lanes of a junction's connecting roads.

    Args:
        junction: its id.
        inside: strips of its connecting roads.
        beside: strips of all other roads; where they lie the cap is left out.
    Returns:
        The driven surface, then the walked one and the kerb's face between them, where there are such; they overlap
        neither each other nor the roads.
    """
    taken = [footprint(strip) for strip in _at_level_of(inside, beside) if not strip.is_flat]
    shown = [strip for strip in inside if strip.type != "none" and not strip.is_flat]
    driven = [strip for strip in shown if not _is_walked(strip)]
    walked = [strip for strip in shown if _is_walked(strip)]
    road = _without(_united([footprint(strip) for strip in driven]), taken)
    walk = _without(_united([footprint(strip) for strip in walked]), [*taken, road])
    parts: list[tuple[Literal["driven", "walked", "kerb"], tuple[FloatArray, Faces]]] = []
    if not road.is_empty:
        parts.append(("driven", _triangulated(road, _edge_points(driven))))
    if not walk.is_empty:
        parts.append(("walked", _triangulated(walk, _edge_points(walked))))
    if not road.is_empty and not walk.is_empty:
        parts.append(("kerb", _kerb_faces(walk, road, _edge_points(walked), _edge_points(driven))))
    return [Cap(junction, kind, points, faces) for kind, (points, faces) in parts if len(faces)]


def _at_level_of(inside: Sequence[LaneStrip], beside: Sequence[LaneStrip]) -> list[LaneStrip]:
    """Those strips beside a junction that neither pass over it on a bridge nor under it."""
    z = _edge_points(inside)[:, 2]
    low, high = z.min() - LEVEL_M, z.max() + LEVEL_M
    return [strip for strip in beside if strip.inner_m[:, 2].max() > low and strip.inner_m[:, 2].min() < high]


def _is_walked(strip: LaneStrip) -> bool:
    """Whether a lane is for feet: by its type, or because it is raised."""
    return strip.is_raised or strip.type in WALKED_TYPES


def _edge_points(strips: Sequence[LaneStrip]) -> FloatArray:
    """All points of the edges of strips, (n, 3)."""
    return np.concatenate([part for strip in strips for part in (strip.inner_m, strip.outer_m)])


def footprint(strip: LaneStrip) -> BaseGeometry:
    """Give the ground that a strip covers; made of its quads, so that it is right where a lane folds over itself."""
    ring = np.concatenate([strip.inner_m[:, :2], strip.outer_m[::-1, :2]])
    polygon = shapely.Polygon(ring)
    if polygon.is_valid:
        return polygon
    inner, outer = strip.inner_m[:, :2], strip.outer_m[:, :2]
    quads = shapely.polygons(np.stack([inner[:-1], inner[1:], outer[1:], outer[:-1]], axis=1))
    return shapely.union_all(shapely.make_valid(quads))


def _united(parts: Iterable[BaseGeometry]) -> BaseGeometry:
    """The union with narrow gaps closed and small holes filled."""
    whole = shapely.union_all(list(parts), grid_size=GRID_M)
    whole = whole.buffer(CLOSE_M, join_style="mitre").buffer(-CLOSE_M, join_style="mitre")
    return shapely.union_all([_filled(polygon) for polygon in _polygons(whole)])


def _filled(polygon: shapely.Polygon) -> shapely.Polygon:
    """A polygon without its small holes."""
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= LEAST_HOLE_M2]
    return shapely.Polygon(polygon.exterior, holes)


def _without(shape: BaseGeometry, taken: Sequence[BaseGeometry]) -> BaseGeometry:
    """What is left of a shape beside ground that is taken."""
    if not taken:
        return shape
    near = [taken[index] for index in shapely.STRtree(taken).query(shape, predicate="intersects")]
    rest = shapely.difference(shape, shapely.union_all(near, grid_size=GRID_M), grid_size=GRID_M) if near else shape
    return shapely.MultiPolygon([polygon for polygon in _polygons(rest) if polygon.area > LEAST_PIECE_M2])


def _polygons(shape: BaseGeometry) -> list[shapely.Polygon]:
    """The polygons of a shape; lines and points have no surface."""
    return [part for part in shapely.get_parts(shape, return_index=False) if isinstance(part, shapely.Polygon)]


def _triangulated(shape: BaseGeometry, heights: FloatArray) -> tuple[FloatArray, Faces]:
    """Triangulate a shape and lift it to the heights of the lanes it was made of."""
    pieces = _cells(shape) if _is_uneven(heights) else _polygons(shape)
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(shapely.GeometryCollection(pieces)))
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    # Turn all triangles upwards.
    edge, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    twice_area = edge[:, 0] * other[:, 1] - edge[:, 1] * other[:, 0]
    corners = np.where((twice_area < 0.0)[:, None, None], corners[:, ::-1], corners)[np.abs(twice_area) > 2 * GRID_M**2]
    plan, index = np.unique(np.rint(corners.reshape(-1, 2) / (0.1 * GRID_M)).astype(np.int64), axis=0, return_inverse=True)
    xy = np.asarray(plan * (0.1 * GRID_M), np.float64)
    return np.column_stack([xy, _height(xy, heights)]), index.reshape(-1, 3).astype(np.int64)


def _kerb_faces(walk: BaseGeometry, road: BaseGeometry, walk_m: FloatArray, road_m: FloatArray) -> tuple[FloatArray, Faces]:
    """Upright faces where the walked surface borders on the driven one, facing the road."""
    rings = [ring for polygon in _polygons(shapely.orient_polygons(walk)) for ring in (polygon.exterior, *polygon.interiors)]
    corners = [shapely.get_coordinates(ring) for ring in rings]
    begin, end = (np.concatenate([ring[part] for ring in corners]) for part in (slice(None, -1), slice(1, None)))
    # Rings run with their polygon on the left, so the road lies to the right of every shared edge.
    is_shared = shapely.dwithin(road, shapely.points(0.5 * (begin + end)), 2 * GRID_M)
    begin, end = begin[is_shared], end[is_shared]
    feet, tops = ([_height(xy, samples) for xy in (begin, end)] for samples in (road_m, walk_m))
    quads = np.stack(
        [np.column_stack(part) for part in ((begin, feet[0]), (end, feet[1]), (end, tops[1]), (begin, tops[0]))], axis=1
    )
    quads = quads[(tops[0] - feet[0] > STEP_M) | (tops[1] - feet[1] > STEP_M)]
    corner = 4 * np.arange(len(quads))[:, None]
    faces = np.concatenate([corner + np.array(half) for half in ((0, 1, 2), (0, 2, 3))])
    return quads.reshape(-1, 3), faces.astype(np.int64)


def _is_uneven(heights: FloatArray) -> bool:
    """Whether points lie off their best plane."""
    centred = heights - heights.mean(axis=0)
    plane = np.column_stack([centred[:, :2], np.ones(len(centred))])
    fit = np.linalg.lstsq(plane, centred[:, 2], rcond=None)[0]
    return bool(np.abs(plane @ fit - centred[:, 2]).max() > UNEVEN_M)


def _cells(shape: BaseGeometry) -> list[BaseGeometry]:
    """A shape cut by a square grid whose lines lie at whole multiples of the cell."""
    low_x, low_y, high_x, high_y = (float(value) for value in shapely.bounds(shape))
    columns = np.arange(np.floor(low_x / CELL_M), np.ceil(high_x / CELL_M)) * CELL_M
    rows = np.arange(np.floor(low_y / CELL_M), np.ceil(high_y / CELL_M)) * CELL_M
    x, y = (axis.ravel() for axis in np.meshgrid(columns, rows))
    cells = shapely.intersection(shapely.box(x, y, x + CELL_M, y + CELL_M), shape)
    return [polygon for cell in cells if not cell.is_empty for polygon in _polygons(cell)]


def _height(xy: FloatArray, samples: FloatArray) -> FloatArray:
    """Height of places by inverse squared distance to the nearest edge points; at such a point its own height."""
    found = cKDTree(samples[:, :2]).query(xy, k=min(NEAREST, len(samples)))
    distance, index = (np.asarray(part).reshape(len(xy), -1) for part in found)
    weight = 1.0 / np.maximum(distance, 1e-4) ** 2
    return np.asarray((weight * samples[index, 2]).sum(axis=1) / weight.sum(axis=1), np.float64)
