"""The ground beside and beyond the street: flat near it, rolling further out, so that the horizon is no knife edge."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree

from scenegen.geometry import FloatArray, pose
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import rigid_mesh
from scenegen.roads.network import RoadNetwork, Side, sign_of
from scenegen.roads.sweep import Surface, chunk_breaks, planar_uv, stations
from scenegen.seeds import u01

NEAR_BAND_M = 12.0  # grass swept along the road beside the outermost strip
FLAT_WITHIN_M = 48.0  # of the reference line: where houses and actors stand
ROLLING_FROM_M = 160.0  # hills have their full height from here on
FAR_REACH_M = 400.0
HILL_HEIGHT_M = 5.0
FAR_RISE_M = 9.0  # the rim rises, so that fields close the view under the sky
FINE_GRID_M, COARSE_GRID_M, FINE_WITHIN_M = 18.0, 55.0, 140.0
CLEAR_OF_OUTLINE_M = 7.0  # keeps outline edges in the triangulation: no free point comes between two outline points


def outer_t(network: RoadNetwork, side: Side) -> float:
    """Give t of the outermost lane border of a side, where the ground begins."""
    return network.section.borders_t(side)[-1]


def near_band_t(network: RoadNetwork, side: Side) -> float:
    """Give t of the outer edge of the swept grass; on the inside of a tight curve it stops well before the centre."""
    begin = outer_t(network, side)
    k = float(network.curvature(np.zeros(1))[0]) * sign_of(side)
    room = np.inf if k <= 0.0 else 0.6 * (1.0 / k - abs(begin))
    return float(begin + sign_of(side) * min(NEAR_BAND_M, room))


def ground_height(network: RoadNetwork, x: FloatArray, y: FloatArray) -> FloatArray:
    """Give z of the ground at world points outside the street: level near it, hills further out.

    Args:
        network: the street.
        x, y: (n,) world coordinates, metres.
    Returns:
        (n,) float64 metres.
    """
    distance = distance_to_road(network, x, y)
    start = network.frame(np.zeros(1), np.zeros(1))[0]
    rolling = smooth_step((distance - FLAT_WITHIN_M) / (ROLLING_FROM_M - FLAT_WITHIN_M))
    rim = smooth_step((distance - 0.4 * FAR_REACH_M) / (0.6 * FAR_REACH_M))
    base = float(network.height(np.array([outer_t(network, "left") + 1.0]))[0])
    hills = HILL_HEIGHT_M * (0.4 + waves(x - start[0], y - start[1], "hill"))
    return base + rolling * hills + rim * FAR_RISE_M


def far_ground(network: RoadNetwork) -> Surface:
    """Triangulate the ground from the swept grass out to the rim; it shares every vertex of the grass's outline."""
    start = network.frame(np.array([0.5 * sum(network.drawn_s)]), np.zeros(1))[0]
    outline = _outline(network)
    ring = outline[:, :2] - start[:2]
    street = shapely.Polygon(ring)
    free = _free_points(ring, street)
    points = np.concatenate([ring, free])
    triangles = Delaunay(points).simplices.astype(np.int64)
    centres = points[triangles].mean(axis=1)
    faces = _counter_clockwise(points, triangles[~shapely.contains_xy(street, centres[:, 0], centres[:, 1])])

    world = np.concatenate([points + start[:2], np.zeros((len(points), 1))], axis=1)
    world[:, 2] = ground_height(network, world[:, 0], world[:, 1])
    world[: len(ring), 2] = outline[:, 2]
    mesh = rigid_mesh(
        np.concatenate([points, world[:, 2:]], axis=1), _normals(network, world), faces,
        material=MATERIAL["grass"], uv=planar_uv(network, world), tint=_field_tints(network, world),
    )  # fmt: skip
    return Surface("terrain.far", "terrain", mesh, pose(start[0], start[1], 0.0))


def _outline(network: RoadNetwork) -> FloatArray:
    """World points (n, 3) round the swept street, counter-clockwise: right edge forwards, left edge back, and both ends."""
    right, left = near_band_t(network, "right"), near_band_t(network, "left")
    reach = max(abs(right), abs(left))
    s = np.concatenate([stations(network, *chunk, reach)[:-1] for chunk in chunk_breaks(network)])
    s_end = network.drawn_s[1]
    across = np.array([right, outer_t(network, "right"), 0.0, outer_t(network, "left"), left])
    path_s = np.concatenate([s, np.full(4, s_end), [s_end], s[::-1], np.full(3, s[0])])
    path_t = np.concatenate([np.full(len(s), right), across[:-1], [left], np.full(len(s), left), across[-2:0:-1]])
    frame = network.frame(path_s, path_t)
    frame[:, 2] = network.height(path_t)
    return frame[:, :3]


def _free_points(ring: FloatArray, street: shapely.Polygon) -> FloatArray:
    """Grid points outside the street: fine near it, coarse further out, none close to the outline."""
    low, high = ring.min(axis=0) - FAR_REACH_M, ring.max(axis=0) + FAR_REACH_M
    tree = cKDTree(ring)
    kept = []
    for spacing, nearest, furthest in (
        (FINE_GRID_M, CLEAR_OF_OUTLINE_M, FINE_WITHIN_M),
        (COARSE_GRID_M, FINE_WITHIN_M, FAR_REACH_M),
    ):
        columns, rows = (np.arange(np.ceil(a / spacing), np.floor(b / spacing) + 1) for a, b in zip(low, high, strict=True))
        u, v = (axis.ravel() for axis in np.meshgrid(columns, rows))
        # Shift every other row by half a cell: near-equilateral triangles.
        grid = np.stack([(u + 0.5 * (v % 2)) * spacing, v * spacing], axis=1)
        distance = tree.query(grid)[0]
        is_kept = (distance >= nearest) & (distance < furthest) & ~shapely.contains_xy(street, grid[:, 0], grid[:, 1])
        kept.append(grid[is_kept])
    return np.concatenate(kept)


def _counter_clockwise(
    points: FloatArray, faces: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Turn all faces upwards and drop those without area."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    faces = np.where(area[:, None] < 0.0, faces[:, ::-1], faces)
    return faces[np.abs(area) > 1e-6]


def distance_to_road(network: RoadNetwork, x: FloatArray, y: FloatArray) -> FloatArray:
    """Give the distance of world points (n,) to the drawn reference line, metres, within 5 cm beyond 30 m."""
    s = np.arange(network.drawn_s[0], network.drawn_s[1] + 3.0, 3.0)
    line = network.road.reference_line.poses(s)[:, :2]
    points = np.stack([np.asarray(x, np.float64), np.asarray(y, np.float64)], axis=1)
    return np.asarray(cKDTree(line).query(points)[0], np.float64)


def smooth_step(share: FloatArray) -> FloatArray:
    """Smooth step from 0 to 1."""
    share = np.clip(share, 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def waves(x: FloatArray, y: FloatArray, name: str) -> FloatArray:
    """Smooth noise of about -1 .. 1: five plane waves of hashed length, direction and phase."""
    total = np.zeros(np.shape(x))
    for i in range(5):
        length = 110.0 + 190.0 * u01(0, "roads", i, f"{name}.length")
        direction = 2 * np.pi * u01(0, "roads", i, f"{name}.direction")
        phase = 2 * np.pi * u01(0, "roads", i, f"{name}.phase")
        total += np.sin((x * np.cos(direction) + y * np.sin(direction)) * (2 * np.pi / length) + phase)
    return total / 3.0


def _normals(network: RoadNetwork, world: FloatArray) -> FloatArray:
    """Normals of the rolling ground by central differences."""
    h = 1.0
    x, y = world[:, 0], world[:, 1]
    slope_x = (ground_height(network, x + h, y) - ground_height(network, x - h, y)) / (2 * h)
    slope_y = (ground_height(network, x, y + h) - ground_height(network, x, y - h)) / (2 * h)
    normal = np.stack([-slope_x, -slope_y, np.ones(len(x))], axis=1)
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True), np.float64)


def _field_tints(network: RoadNetwork, world: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Tints (n, 3) of fields: meadow near the street, dry patches further out."""
    start = network.frame(np.zeros(1), np.zeros(1))[0]
    dry = np.clip(waves(world[:, 0] - start[0], world[:, 1] - start[1], "field"), 0.0, 1.0)
    dry = dry * smooth_step((distance_to_road(network, world[:, 0], world[:, 1]) - 30.0) / 60.0)
    tint = 255.0 - dry[:, None] * np.array([10.0, 45.0, 90.0])
    return np.asarray(np.rint(tint), np.uint8)
