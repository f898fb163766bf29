"""What is drawn of a map: the roads near the ego's route with their junctions, and the ground between and beyond them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree
from shapely.geometry.base import BaseGeometry

from scenegen.geometry import FloatArray, pose
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import rigid_mesh
from scenegen.roads.network import MapRoute, RoadNetwork
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.junction_caps import footprint
from scenegen.roads.opendrive.mesh import map_surfaces
from scenegen.roads.opendrive.records import Road, RoadMap
from scenegen.roads.opendrive.strips import LaneStrip, lane_strips
from scenegen.roads.sweep import Surface
from scenegen.roads.terrain import FAR_REACH_M, FAR_RISE_M, HILL_HEIGHT_M, smooth_step, waves

NEAR_M = 260.0  # from the route: what lies further off is a pixel high
PROBE_M = 10.0  # between the places of a road whose distance from the route is looked at
CLOSE_M = 0.05
RIM_STEP_M = 3.0  # between points along the edge of the roads, so that the ground's triangles keep to it
SKIRT_M = 0.04  # how far the ground runs under the roads' edge: no crack shows between
GRIDS_M = ((9.0, 4.0, 45.0), (22.0, 45.0, 150.0), (60.0, 150.0, FAR_REACH_M))
"""Spacing of free points of the ground, and from how far to how far off the roads each holds."""
LEVEL_M = 14.0  # from a road's edge: the ground keeps the edge's height this far
HILLS_M = 160.0  # from here on it has hills of full height


def roads_near(route: MapRoute, line_m: FloatArray) -> RoadMap:
    """Give the map without the roads far from a line (n, 2); junctions that lose a road lose all of theirs, or none."""
    tree = cKDTree(line_m)
    kept = {road.id for road in route.ways.road_map.roads if _distance(road, tree) < NEAR_M}
    whole = {road.junction for road in route.ways.road_map.roads if road.is_connecting and road.id in kept}
    roads = tuple(
        road for road in route.ways.road_map.roads if road.id in kept or (road.is_connecting and road.junction in whole)
    )
    return replace(route.ways.road_map, roads=roads)


def _distance(road: Road, tree: cKDTree) -> float:
    course = RoadCourse(road)
    s = np.linspace(0.0, course.length_m, max(2, int(course.length_m / PROBE_M)))
    return float(np.min(tree.query(course.poses(s)[:, :2])[0]))


def route_surfaces(network: RoadNetwork) -> tuple[Surface, ...]:
    """Give everything that is drawn of a network on a map."""
    if network.map_route is None:
        raise ValueError("the network is not on a map")
    near = drawn_map(network)
    strips = [strip for road in near.roads for strip in lane_strips(road) if strip.type != "none" and not strip.is_flat]
    return (*map_surfaces(near), _ground(network, strips))


def drawn_map(network: RoadNetwork) -> RoadMap:
    """Give the part of a network's map that is drawn."""
    if network.map_route is None:
        raise ValueError("the network is not on a map")
    s = np.arange(network.drawn_s[0], network.drawn_s[1], PROBE_M)
    return roads_near(network.map_route, network.frame(s, np.zeros_like(s))[:, :2])


def paved_area(strips: Sequence[LaneStrip]) -> BaseGeometry:
    """Give the ground that lanes cover, narrow gaps closed."""
    whole = shapely.union_all([footprint(strip) for strip in strips], grid_size=0.001)
    return whole.buffer(CLOSE_M, join_style="mitre").buffer(-CLOSE_M, join_style="mitre")


def _ground(network: RoadNetwork, strips: Sequence[LaneStrip]) -> Surface:
    """Triangulate the ground round the roads: it meets their edges, keeps their height nearby and rolls further off."""
    paved = paved_area(strips)
    origin = np.rint(network.frame(np.zeros(1), np.zeros(1))[0, :2])
    rim = np.concatenate(list(_rim(paved))) - origin
    edges = np.concatenate([edge for strip in strips for edge in (strip.inner_m, strip.outer_m)])
    tree = cKDTree(edges[:, :2] - origin)
    points = np.concatenate([rim, _free(rim, shapely.transform(paved, lambda xy: xy - origin))])
    triangles = Delaunay(points).simplices.astype(np.int64)
    centres = points[triangles].mean(axis=1)
    hole = shapely.transform(paved, lambda xy: xy - origin).buffer(-SKIRT_M - 0.01)
    shapely.prepare(hole)
    faces = triangles[~shapely.contains_xy(hole, centres[:, 0], centres[:, 1])]
    a, b, c = (points[faces[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    faces = np.where(area[:, None] < 0.0, faces[:, ::-1], faces)[np.abs(area) > 1e-6]
    z = _height(points, tree, edges[:, 2])
    normals = _normals(points, tree, edges[:, 2])
    mesh = rigid_mesh(np.column_stack([points, z]), normals, faces, material=MATERIAL["grass"], uv=points, tint=(255, 255, 255))
    return Surface("terrain.map", "terrain", mesh, pose(origin[0], origin[1], 0.0))


def _rim(paved: BaseGeometry) -> Iterator[FloatArray]:
    """Points (n, 2) along the edge of the roads, a little inside it."""
    inside = paved.buffer(-SKIRT_M, join_style="mitre")
    for polygon in shapely.get_parts(inside):
        for ring in (polygon.exterior, *polygon.interiors):
            yield shapely.get_coordinates(shapely.segmentize(ring, RIM_STEP_M))[:-1]


def _free(rim: FloatArray, paved: BaseGeometry) -> FloatArray:
    """Grid points off the roads: fine near them, coarse further out."""
    shapely.prepare(paved)
    tree, kept = cKDTree(rim), []
    low, high = rim.min(axis=0) - FAR_REACH_M, rim.max(axis=0) + FAR_REACH_M
    for spacing, nearest, furthest in GRIDS_M:
        columns, rows = (np.arange(np.ceil(a / spacing), np.floor(b / spacing) + 1) for a, b in zip(low, high, strict=True))
        u, v = (axis.ravel() for axis in np.meshgrid(columns, rows))
        grid = np.stack([(u + 0.5 * (v % 2)) * spacing, v * spacing], axis=1)
        distance = tree.query(grid)[0]
        is_kept = (distance >= nearest) & (distance < furthest) & ~shapely.contains_xy(paved, grid[:, 0], grid[:, 1])
        kept.append(grid[is_kept])
    return np.concatenate(kept)


def _height(points: FloatArray, tree: cKDTree, edge_z: FloatArray) -> FloatArray:
    """Height of the ground: that of the nearest edges close by, hills further off."""
    distance, near = (np.asarray(part) for part in tree.query(points, k=6))
    weight = 1.0 / np.maximum(distance, 1e-3) ** 2
    level = (weight * edge_z[near]).sum(axis=1) / weight.sum(axis=1)
    beyond = distance[:, 0]
    hills = HILL_HEIGHT_M * (0.4 + waves(points[:, 0], points[:, 1], "hill"))
    rolling = smooth_step((beyond - 3 * LEVEL_M) / (HILLS_M - 3 * LEVEL_M)) * hills
    rim = smooth_step((beyond - 0.4 * FAR_REACH_M) / (0.6 * FAR_REACH_M)) * FAR_RISE_M
    return np.asarray(level + rolling + rim, np.float64)


def _normals(points: FloatArray, tree: cKDTree, edge_z: FloatArray) -> FloatArray:
    """Normals by central differences."""
    h = 1.0
    slopes = [
        (_height(points + step, tree, edge_z) - _height(points - step, tree, edge_z)) / (2 * h)
        for step in (np.array([h, 0.0]), np.array([0.0, h]))
    ]
    normal = np.stack([-slopes[0], -slopes[1], np.ones(len(points))], axis=1)
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True), np.float64)
