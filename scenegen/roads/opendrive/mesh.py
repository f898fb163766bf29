"""A whole map as surfaces to draw: lane strips, kerb faces where heights step, and one cap for every junction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

import numpy as np

from scenegen.geometry import FloatArray, pose
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh, join, rigid_mesh
from scenegen.roads.opendrive.junction_caps import STEP_M, Cap, Faces, junction_caps
from scenegen.roads.opendrive.marks import PaintedRibbon, painted_ribbons
from scenegen.roads.opendrive.painted_objects import PaintedArea, painted_areas
from scenegen.roads.opendrive.records import Road, RoadMap
from scenegen.roads.opendrive.strips import CHUNK_M, LaneStrip, lane_strips
from scenegen.roads.sweep import WHITE, Surface, Tint

WALKED = ("sidewalk", "slab")
DRIVEN = ("road", "asphalt")
LOOK_OF = {
    "sidewalk": WALKED, "walking": WALKED, "curb": ("kerb", "kerbstone"), "parking": ("parking", "asphalt"),
    "median": ("terrain", "grass"), "border": ("road", "concrete"),
    "tram": ("road", "concrete"), "rail": ("terrain", "gravel"),
}  # fmt: skip
"""Class and material of lane types; all others but `none`, which has no surface, are asphalt road."""
PAINT: dict[str, tuple[str, Tint]] = {
    "white": ("marking", WHITE), "yellow": ("marking_yellow", WHITE), "blue": ("marking", (60, 110, 220)),
    "green": ("marking", (70, 170, 90)), "red": ("marking", (200, 60, 50)), "orange": ("marking", (245, 150, 40)),
    "black": ("marking", (40, 40, 40)), "violet": ("marking", (150, 80, 170)),
}  # fmt: skip
"""Material and tint of paint by the file's colour."""
CAP_LOOK = {"driven": DRIVEN, "walked": WALKED, "kerb": ("kerb", "kerbstone")}


def map_surfaces(road_map: RoadMap) -> tuple[Surface, ...]:
    """Give the surfaces of all lanes and junctions of a map.

    Args:
        road_map: a map that has been checked.
    Returns:
        Surfaces in the order of roads, then of junctions, then the paint of lanes and of objects. Lanes of one road share their
        edges; a junction's cap fills what its connecting roads cover and no other road does. Junctions have no lane marks.
    """
    strips = [list(lane_strips(road)) for road in road_map.roads]
    beside = [strip for road, pieces in zip(road_map.roads, strips, strict=True) if not road.is_connecting for strip in pieces]
    inside: dict[str, list[LaneStrip]] = defaultdict(list)
    for road, pieces in zip(road_map.roads, strips, strict=True):
        if road.is_connecting:
            inside[road.junction].extend(pieces)
    surfaces: list[Surface] = []
    for _, chunk in groupby(beside, key=lambda strip: (strip.road, strip.section, float(strip.s_m[0]))):
        surfaces.extend(_road_surfaces(list(chunk)))
    for junction, pieces in inside.items():
        surfaces.extend(_cap_surface(cap) for cap in junction_caps(junction, pieces, beside))
    surfaces.extend(surface for road in road_map.roads if not road.is_connecting for surface in _paint_surfaces(road))
    surfaces.extend(surface for road in road_map.roads for surface in _area_surfaces(road))
    return tuple(surfaces)


def _paint_surfaces(road: Road) -> Iterator[Surface]:
    """The painted lines of a road, in pieces as long as its chunks."""
    ribbons = sorted(painted_ribbons(road), key=_chunk_of)
    for (section, number, lane), group in groupby(ribbons, key=_chunk_of):
        pieces = list(group)
        origin = _origin(pieces[0].left_m)
        name = f"lane_marking.{road.id}.{section}.{number}.{lane}"
        mesh = join([_ribbon_mesh(piece, origin) for piece in pieces])
        yield Surface(name, "lane_marking", mesh, pose(*origin), (road.id, section, lane))


def _area_surfaces(road: Road) -> Iterator[Surface]:
    """Crosswalks, stop lines and other painted areas of a road, by the lane they lie on."""
    areas = sorted(painted_areas(road), key=lambda area: (area.object, area.section, area.lane))
    for (name, section, lane), group in groupby(areas, key=lambda area: (area.object, area.section, area.lane)):
        pieces = list(group)
        origin = _origin(pieces[0].corners_m)
        mesh = join([_area_mesh(piece, origin) for piece in pieces])
        yield Surface(
            f"lane_marking.{road.id}.object.{name}.{lane}", "lane_marking", mesh, pose(*origin), (road.id, section, lane)
        )


def _area_mesh(area: PaintedArea, origin: tuple[float, float, float]) -> Mesh:
    """One painted area, facing up."""
    material, tint = PAINT.get(area.colour, PAINT["white"])
    count = len(area.corners_m)
    faces = np.stack([np.zeros(count - 2, np.int64), np.arange(1, count - 1), np.arange(2, count)], axis=1)
    return _mesh(area.corners_m, faces, material, area.corners_m[:, :2] - np.array(origin[:2]), origin, tint=tint)


def _chunk_of(ribbon: PaintedRibbon) -> tuple[int, int, int]:
    """Lane section, how many chunk lengths along the road, and the lane whose outer border is marked."""
    return ribbon.section, int(ribbon.s_m[0] // CHUNK_M), ribbon.lane


def _ribbon_mesh(ribbon: PaintedRibbon, origin: tuple[float, float, float]) -> Mesh:
    """One painted stroke, facing up."""
    points = np.stack([ribbon.right_m, ribbon.left_m], axis=1).reshape(-1, 3)
    width = np.linalg.norm(ribbon.left_m - ribbon.right_m, axis=1)
    uv = np.stack([np.repeat(ribbon.s_m, 2), np.stack([np.zeros_like(width), width], axis=1).ravel()], axis=1)
    material, tint = PAINT.get(ribbon.colour, PAINT["white"])
    return _mesh(points, _ladder(len(ribbon.s_m)), material, uv, origin, tint=tint)


def _road_surfaces(strips: Sequence[LaneStrip]) -> list[Surface]:
    """The surfaces of one chunk of road, one for each class."""
    origin = _origin(strips[0].inner_m)
    head = strips[0]
    name = f"{head.road}.{head.section}.{round(float(head.s_m[0]))}"
    kerbs, surfaces = [], []
    for strip in strips:
        if not strip.is_flat and strip.type != "none":
            class_name, material = LOOK_OF.get(strip.type, DRIVEN)
            mesh = _strip_mesh(strip, material, origin)
            lane = (strip.road, strip.section, strip.lane)
            surfaces.append(Surface(f"{class_name}.{name}.{strip.lane}", class_name, mesh, pose(*origin), lane))
    for one, other in _neighbours(strips):
        face = None if "none" in (one.type, other.type) else _kerb_mesh(one, other, origin)
        if face is not None:
            kerbs.append(face)
    return surfaces + ([Surface(f"kerb.{name}", "kerb", join(kerbs), pose(*origin))] if kerbs else [])


def _neighbours(strips: Sequence[LaneStrip]) -> list[tuple[LaneStrip, LaneStrip]]:
    """Pairs of a lane and the next one outwards; the two innermost lanes are a pair too."""
    left = sorted((strip for strip in strips if strip.lane > 0), key=lambda strip: strip.lane)
    right = sorted((strip for strip in strips if strip.lane < 0), key=lambda strip: -strip.lane)
    return [*pairwise(left), *pairwise(right)]


def _strip_mesh(strip: LaneStrip, material: str, origin: tuple[float, float, float]) -> Mesh:
    """A lane as quads along s, facing up; texture by s and t."""
    left, right = (strip.outer_m, strip.inner_m) if strip.lane > 0 else (strip.inner_m, strip.outer_m)
    left_t, right_t = (strip.outer_t_m, strip.inner_t_m) if strip.lane > 0 else (strip.inner_t_m, strip.outer_t_m)
    points = np.stack([right, left], axis=1).reshape(-1, 3)
    uv = np.stack([np.repeat(strip.s_m, 2), np.stack([right_t, left_t], axis=1).ravel()], axis=1)
    faces = _ladder(len(strip.s_m))
    return _mesh(points, faces, material, uv, origin)


def _kerb_mesh(inner: LaneStrip, outer: LaneStrip, origin: tuple[float, float, float]) -> Mesh | None:
    """The upright face between two neighbouring lanes of different height, or None."""
    step = outer.inner_m[:, 2] - inner.outer_m[:, 2]
    if np.abs(step).max() < STEP_M:
        return None
    low, high = inner.outer_m, outer.inner_m
    # Seen from the lane inside, s runs to the left on the right side of the road, and to the right on its left.
    first, second = (low, high) if inner.lane > 0 else (high, low)
    points = np.stack([first, second], axis=1).reshape(-1, 3)
    if step.mean() < 0.0:
        points = points.reshape(-1, 2, 3)[:, ::-1].reshape(-1, 3)
    uv = np.stack([np.repeat(outer.s_m, 2), points[:, 2]], axis=1)
    return _mesh(points, _ladder(len(outer.s_m)), "kerbstone", uv, origin)


def _cap_surface(cap: Cap) -> Surface:
    """A junction's cap; texture by place."""
    class_name, material = CAP_LOOK[cap.kind]
    origin = _origin(cap.points_m)
    uv = cap.points_m[:, :2] - np.array(origin[:2])
    mesh = _mesh(cap.points_m, cap.faces, material, uv, origin)
    return Surface(f"{class_name}.junction.{cap.junction}", class_name, mesh, pose(*origin))


def _mesh(
    points: FloatArray, faces: Faces, material: str, uv: FloatArray, origin: tuple[float, float, float], *, tint: Tint = WHITE
) -> Mesh:
    """A mesh relative to its origin, subtracted in float64, without faces that have no area."""
    local = points - np.array(origin)
    cross = np.cross(local[faces[:, 1]] - local[faces[:, 0]], local[faces[:, 2]] - local[faces[:, 0]])
    is_face = np.linalg.norm(cross, axis=1) > 1e-9
    normals = np.zeros_like(local)
    for corner in range(3):
        np.add.at(normals, faces[is_face, corner], cross[is_face])
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.where(length > 0.0, normals / np.where(length > 0.0, length, 1.0), (0.0, 0.0, 1.0))
    return rigid_mesh(local, normals, faces[is_face], material=MATERIAL[material], uv=uv, tint=tint)


def _ladder(count: int) -> Faces:
    """Faces between rungs of two points each: right, then left."""
    a = 2 * np.arange(count - 1)
    return np.concatenate([np.stack([a, a + 2, a + 3], axis=1), np.stack([a, a + 3, a + 1], axis=1)]).astype(np.int64)


def _origin(points: FloatArray) -> tuple[float, float, float]:
    """A whole-metre origin near the middle of points."""
    x, y, z = (float(value) for value in np.rint(points.mean(axis=0)))
    return x, y, z
