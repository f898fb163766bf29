"""Maps as meshes: one surface everywhere, no gap, the right way up, the right height, and the curves kept."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from scenegen.geometry import apply
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.mesh import map_surfaces
from scenegen.roads.opendrive.reader import read_map
from scenegen.roads.opendrive.records import Cubic, RoadMap
from scenegen.roads.opendrive.strips import lane_strips
from tests.roads.opendrive.maps import OWN, own

MAPS = os.environ.get("SCENEGEN_TEST_MAPS")
LEVEL = ("Town01", "fabriksgatan", "parking_demo") if MAPS else ()
SEAM_M = 0.02  # the widest gap that may be seen
SINGLE_PRECISION_M = 1e-5  # of vertices within a hundred metres of their surface's origin


def triangles(road_map: RoadMap) -> dict[str, np.ndarray]:
    """World triangles (n, 3, 3) by surface."""
    return {
        surface.name: apply(surface.world_from_mesh, surface.mesh.positions_m.astype(np.float64))[surface.mesh.faces]
        for surface in map_surfaces(road_map)
    }


def level(found: dict[str, np.ndarray]) -> np.ndarray:
    """All triangles but the upright ones."""
    return np.concatenate([corners for name, corners in found.items() if not name.startswith(("kerb", "lane_marking"))])


def areas(corners: np.ndarray) -> np.ndarray:
    """Signed areas seen from above."""
    one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return 0.5 * (one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def ground(corners: np.ndarray) -> shapely.Geometry:
    seen = corners[np.abs(areas(corners)) > 1e-7]
    return shapely.union_all(shapely.polygons(seen[:, :, :2]), grid_size=1e-4)


@pytest.mark.parametrize("name", [*(path.stem for path in OWN), *LEVEL])
def test_every_place_has_one_surface_and_there_is_no_gap(name: str) -> None:
    found = level(triangles(own(name) if name not in LEVEL else read_map(Path(str(MAPS)) / f"{name}.xodr").road_map))
    whole = ground(found)
    # Town01 has a sidewalk that is wider than the bend it lies in: its file folds it over itself by 0.35 m².
    assert np.abs(areas(found)).sum() - whole.area < 1e-5 * whole.area + 0.4 * (name == "Town01")
    closed = whole.buffer(0.05, join_style="mitre").buffer(-0.05, join_style="mitre")
    gaps = shapely.difference(closed, whole).buffer(-SEAM_M / 2)
    # The fork's lanes part at a point: closing it by 10 cm fills the tip of the wedge.
    assert gaps.is_empty or name == "left_hand"


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_all_level_faces_look_up_and_normals_are_theirs(path: Path) -> None:
    for surface in map_surfaces(read_map(path).road_map):
        corners = surface.mesh.positions_m[surface.mesh.faces]
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normals = surface.mesh.normals[surface.mesh.faces].mean(axis=1)
        assert ((cross * normals).sum(axis=1) > 0.0).all()
        if surface.class_name != "kerb":
            assert (cross[:, 2] > 0.0).all()


def test_kerbs_face_the_road_and_reach_from_it_to_the_sidewalk() -> None:
    kerbs = [surface for surface in map_surfaces(own("t_junction")) if surface.class_name == "kerb"]
    west = next(surface for surface in kerbs if surface.name.startswith("kerb.1."))
    points = apply(west.world_from_mesh, west.mesh.positions_m.astype(np.float64))
    assert {round(float(z), 6) for z in points[:, 2]} == {0.0, 0.12}
    np.testing.assert_allclose(np.abs(points[:, 1]), 3.5, atol=SINGLE_PRECISION_M)
    np.testing.assert_allclose(west.mesh.normals[:, 1], -np.sign(points[:, 1]), atol=1e-6)


def test_the_cap_covers_the_junction_once_and_has_the_lanes_shape() -> None:
    found = triangles(own("t_junction"))
    cap = found["road.junction.100"]
    # A bar of 20 x 7 m, and below it a throat: 20 wide less two quarter discs of radius 6.5, 6.5 high.
    assert areas(cap).sum() == pytest.approx(140.0 + 20.0 * 6.5 - 0.5 * np.pi * 6.5**2, abs=0.2)
    np.testing.assert_allclose(cap[:, :, 2], 0.0, atol=1e-9)


def test_a_leaning_junction_keeps_the_height_of_its_lanes() -> None:
    whole = own("t_junction")
    # A plane that rises by 5 % eastwards: every road has it, and so must the cap.
    roads = []
    for road in whole.roads:
        s = np.linspace(0.0, road.length_m, 201)
        x = RoadCourse(road).poses(s)[:, 0]
        rows = tuple(Cubic(float(a), 0.05 * float(b), 0.05 * float(c)) for a, b, c in zip(s, x, np.gradient(x, s), strict=True))
        roads.append(replace(road, elevations=rows))
    cap = triangles(replace(whole, roads=tuple(roads)))["road.junction.100"]
    # Cross-sections stand level, so a lane's edge has the height of its middle: off the plane by 5 % of a lane's width,
    # and a little more where the edges of two roads are mixed.
    np.testing.assert_allclose(cap[:, :, 2], 0.05 * cap[:, :, 0], atol=0.05 * 4.0)
    assert np.ptp(cap[:, :, 2]) > 0.8


def test_edges_follow_the_curves_within_a_centimetre() -> None:
    for road in own("hill").roads:
        of = RoadCourse(road)
        for strip in lane_strips(road):
            assert np.diff(strip.s_m).max() <= 2.0 + 1e-9
            for t, edge in ((strip.inner_t_m, strip.inner_m), (strip.outer_t_m, strip.outer_m)):
                middle = of.points(0.5 * (strip.s_m[1:] + strip.s_m[:-1]), 0.5 * (t[1:] + t[:-1]))
                chord = 0.5 * (edge[1:] + edge[:-1])
                assert np.linalg.norm((middle - chord)[:, :2], axis=1).max() < 0.011
                if not strip.is_raised:
                    assert np.abs(middle - chord)[:, 2].max() < 0.011


def test_neighbouring_lanes_are_made_of_the_same_points() -> None:
    strips = {(strip.section, strip.lane, float(strip.s_m[0])): strip for strip in lane_strips(own("hill").roads[0])}
    for (section, lane, s), strip in strips.items():
        inside = strips.get((section, lane + 1, s))
        if lane < -1 and inside is not None and not strip.is_raised:
            np.testing.assert_array_equal(strip.inner_m, inside.outer_m)


def test_far_from_the_origin_nothing_is_lost() -> None:
    whole = own("t_junction")
    east, north = 2e6, 6e6
    moved = replace(
        whole,
        roads=tuple(
            replace(road, geometries=tuple(replace(g, x_m=g.x_m + east, y_m=g.y_m + north) for g in road.geometries))
            for road in whole.roads
        ),
    )
    near, far = triangles(whole), triangles(moved)
    for name, corners in near.items():
        if "junction" not in name:
            np.testing.assert_allclose(far[name] - (east, north, 0.0), corners, atol=SINGLE_PRECISION_M)
    assert areas(far["road.junction.100"]).sum() == pytest.approx(areas(near["road.junction.100"]).sum(), abs=1e-3)


def test_a_cap_leaves_out_roads_that_reach_into_it_and_a_sidewalk_leaves_out_the_cap() -> None:
    whole = own("t_junction")
    roads = []
    for road in whole.roads:
        if road.id == "1":
            (line,) = road.geometries
            road = replace(road, length_m=43.0, geometries=(replace(line, length_m=43.0),))
        if road.id in ("12", "13"):
            (section,) = road.sections
            walk = whole.road_by_id["1"].sections[0].right[1]
            road = replace(road, sections=(replace(section, right=(*section.right, walk)),))
        roads.append(road)
    found = triangles(replace(whole, roads=tuple(roads)))
    flat = level(found)
    assert np.abs(areas(flat)).sum() == pytest.approx(ground(flat).area, abs=1e-2)
    # The quarter ring round the corner stays whole; what the left turn has beyond the road is cut by the other lanes.
    ring = 0.25 * np.pi * (6.5**2 - 4.5**2)
    assert areas(found["sidewalk.junction.100"]).sum() > ring - 0.1
    kerb = found["kerb.junction.100"]
    assert np.ptp(kerb[:, :, 2]) == pytest.approx(0.12, abs=1e-3)


def test_a_bridge_over_a_junction_does_not_take_its_ground() -> None:
    whole = own("t_junction")
    bridge = replace(
        whole.road_by_id["1"],
        id="bridge",
        successor=None,
        elevations=(Cubic(0.0, 6.0),),
        geometries=(replace(whole.road_by_id["1"].geometries[0], x_m=-20.0),),
    )
    cap = triangles(replace(whole, roads=(*whole.roads, bridge)))["road.junction.100"]
    assert areas(cap).sum() == pytest.approx(areas(triangles(whole)["road.junction.100"]).sum())
