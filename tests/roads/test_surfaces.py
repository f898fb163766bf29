"""The street's meshes: one surface under every point, no gaps at seams, paint above asphalt, exact far from the origin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.models.materials import MATERIAL
from scenegen.roads.network import RoadNetwork
from scenegen.roads.street import build_street
from scenegen.roads.surfaces import Surface, road_surfaces
from scenegen.roads.sweep import CHUNK_M
from scenegen.roads.terrain import near_band_t
from scenegen.roads.wear import WEAR_HEIGHT_M
from scenegen.scenario.scene import StreetScene

STREETS: dict[str, dict[str, Any]] = {
    "straight": {},
    "bend": {"curvature": 0.01, "heading_deg": 40.0},
    "tight": {"curvature": -0.03, "length": 100.0, "drive": "left"},
    "one-way": {"oneway": True, "sidewalk": 1.5, "parking": 0.0},
    "rural": {"surroundings": "rural", "sidewalk": 0.0, "parking": 0.0, "shoulder": 0.5, "curvature": 0.004},
    "arterial": {"lanes": 4, "markings": "mutcd", "parking": 0.0},
}


def network(**changes: Any) -> RoadNetwork:
    base: dict[str, Any] = {
        "lanes": 2, "lane_width": 3.25, "length": 200.0, "sidewalk": 2.0, "parking": 2.2, "shoulder": 0.0, "curvature": 0.0,
        "speed_limit": 13.9, "markings": "vienna", "drive": "right", "oneway": False, "surroundings": "residential",
        "origin": (0.0, 0.0), "heading_deg": 0.0,
    }  # fmt: skip
    return build_street(StreetScene(**{**base, **changes}))


def world_points(surface: Surface) -> np.ndarray:
    points = surface.mesh.positions_m.astype(np.float64)
    return points @ surface.world_from_mesh[:3, :3].T + surface.world_from_mesh[:3, 3]


def ground_triangles(surfaces: tuple[Surface, ...]) -> np.ndarray:
    """All triangles (m, 3, 3) in the world but paint, covers and sheets of wear, which lie on others."""
    kept = []
    for surface in surfaces:
        if surface.class_name != "lane_marking":
            faces = surface.mesh.faces
            kept.append(world_points(surface)[faces[surface.mesh.material[faces[:, 0]] != MATERIAL["metal"]]])
    triangles = np.concatenate(kept)
    return triangles[(np.abs(triangles[:, :, 2] - WEAR_HEIGHT_M) > 1e-5).any(axis=1)]


def hits(triangles: np.ndarray, x: float, y: float) -> np.ndarray:
    """Heights at which a plumb line meets triangles."""
    edge = np.roll(triangles[:, :, :2], -1, axis=1) - triangles[:, :, :2]
    to_point = np.array([x, y]) - triangles[:, :, :2]
    side = edge[:, :, 0] * to_point[:, :, 1] - edge[:, :, 1] * to_point[:, :, 0]
    inside = (side > 0).all(axis=1)
    weights = np.roll(side[inside], -1, axis=1) / side[inside].sum(axis=1, keepdims=True)
    return (weights * triangles[inside, :, 2]).sum(axis=1)


@pytest.mark.parametrize("name", STREETS)
def test_exactly_one_surface_lies_under_every_point(name: str) -> None:
    road = network(**STREETS[name])
    triangles = ground_triangles(road_surfaces(road))
    rng = np.random.default_rng(1)
    low, high = road.drawn_s
    # Anywhere, and a centimetre from seams: chunk ends and borders of lanes.
    s = rng.uniform(low, high, 300)
    t = rng.uniform(near_band_t(road, "right") - 6, near_band_t(road, "left") + 6, 300)
    s[:60] = np.clip(np.round(s[:60] / CHUNK_M) * CHUNK_M + rng.choice([-0.01, 0.01], 60), low + 0.1, high - 0.1)
    borders = [*road.section.borders_t("left"), *road.section.borders_t("right"), near_band_t(road, "left")]
    t[60:160] = rng.choice(borders, 100) + rng.choice([-0.01, 0.01], 100)
    for (x, y, z, _), beside in zip(road.frame(s, t), t, strict=True):
        heights = hits(triangles, x, y)
        assert len(heights) == 1
        is_kerb = min(abs(abs(beside) - abs(road.edge_t(side))) for side in ("left", "right")) < 0.04
        if not is_kerb:
            assert heights[0] == pytest.approx(z, abs=1e-3)


@pytest.mark.parametrize("name", STREETS)
def test_kerb_polylines_stay_within_a_centimetre_of_the_curve(name: str) -> None:
    road = network(**STREETS[name])
    for surface in road_surfaces(road):
        if surface.class_name in ("terrain", "lane_marking"):
            continue
        points = world_points(surface)
        keep = surface.mesh.material != MATERIAL["metal"]
        corners = points[surface.mesh.faces[keep[surface.mesh.faces[:, 0]]]]
        start, end = corners.reshape(-1, 3), np.roll(corners, -1, axis=1).reshape(-1, 3)
        t_start, t_end = road.locate(start[:, 0], start[:, 1])[1], road.locate(end[:, 0], end[:, 1])[1]
        middle = 0.5 * (start + end)
        t_middle = road.locate(middle[:, 0], middle[:, 1])[1]
        along = np.abs(t_start - t_end) < 1e-4
        assert along.any()
        assert np.abs(t_middle - t_start)[along].max() <= 0.01


@pytest.mark.parametrize("name", STREETS)
def test_faces_look_up_and_agree_with_their_normals(name: str) -> None:
    for surface in road_surfaces(network(**STREETS[name])):
        assert surface.class_name in BY_NAME
        mesh = surface.mesh
        corners = mesh.positions_m.astype(np.float64)[mesh.faces]
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        assert (normal[:, 2] > 0).all()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-5)
        assert (np.einsum("ij,ikj->ik", normal, mesh.normals[mesh.faces]) > 0).all()


def test_paint_lies_six_millimetres_and_covers_four_above_the_asphalt() -> None:
    surfaces = road_surfaces(network())
    paint = np.concatenate([world_points(s)[:, 2] for s in surfaces if s.class_name == "lane_marking"])
    covers = np.concatenate(
        [world_points(s)[s.mesh.material == MATERIAL["metal"]][:, 2] for s in surfaces if s.class_name == "road"]
    )
    np.testing.assert_allclose(paint, 0.006, atol=1e-6)
    np.testing.assert_allclose(covers, 0.004, atol=1e-6)
    assert len(covers) > 100


def test_centre_strokes_are_three_metres_long_and_six_apart() -> None:
    road = network(parking=0.0)
    triangles = np.concatenate([world_points(s)[s.mesh.faces] for s in road_surfaces(road) if s.class_name == "lane_marking"])
    is_painted = [len(hits(triangles, s, 0.031)) == 1 for s in np.arange(0.05, 90, 0.1)]
    assert sum(is_painted) / len(is_painted) == pytest.approx(1 / 3, abs=0.01)
    assert all(is_painted[:30])
    assert not any(is_painted[30:90])


def test_american_streets_have_yellow_centre_lines_and_others_none() -> None:
    def colours(**changes: Any) -> set[int]:
        found = [s.mesh.material for s in road_surfaces(network(**changes)) if s.class_name == "lane_marking"]
        return set(np.concatenate(found).tolist())

    assert MATERIAL["marking_yellow"] in colours(markings="mutcd")
    assert colours() == {MATERIAL["marking"]}


def test_meshes_five_kilometres_out_are_those_at_the_origin() -> None:
    near, far = (road_surfaces(network(curvature=0.004, origin=origin)) for origin in ((0.0, 0.0), (5000.0, -3000.0)))
    for a, b in zip(near, far, strict=True):
        np.testing.assert_allclose(b.mesh.positions_m, a.mesh.positions_m, atol=1e-4 if a.name == "terrain.far" else 4e-6)
        np.testing.assert_allclose(b.world_from_mesh[:2, 3] - (5000.0, -3000.0), a.world_from_mesh[:2, 3], atol=1e-9, rtol=0)


def test_the_whole_street_is_light_enough() -> None:
    for curvature in (0.0, 0.01):
        surfaces = road_surfaces(network(curvature=curvature, length=300.0))
        assert sum(len(surface.mesh.faces) for surface in surfaces) < 25_000
        assert len({surface.name for surface in surfaces}) == len(surfaces)


def test_a_longer_road_keeps_its_beginning() -> None:
    short, long = ({s.name: s for s in road_surfaces(network(length=length))} for length in (200.0, 290.0))
    same = [name for name in short if name != "terrain.far" and int(name.split(".")[1]) + CHUNK_M <= 550]
    assert len(same) > 50
    for name in same:
        np.testing.assert_array_equal(short[name].mesh.positions_m, long[name].mesh.positions_m)
        np.testing.assert_array_equal(short[name].world_from_mesh, long[name].world_from_mesh)


def test_the_horizon_rises_and_rolls() -> None:
    heights = world_points(road_surfaces(network())[-1])
    far = heights[np.abs(heights[:, 1]) > 350][:, 2]
    assert far.min() > 3.0
    assert np.ptp(far) > 2.0


@pytest.mark.parametrize("name", ["straight", "bend"])
def test_sheets_covers_and_paint_lie_two_millimetres_apart(name: str) -> None:
    road = network(**STREETS[name])
    surfaces = road_surfaces(road)[:-1]
    triangles = np.concatenate([world_points(surface)[surface.mesh.faces] for surface in surfaces])
    flat = triangles[np.ptp(triangles[:, :, 2], axis=1) < 1e-4]
    thin = flat[(flat[:, :, 2] > 1e-4).all(axis=1) & (flat[:, :, 2] < 0.01).all(axis=1)]
    rng = np.random.default_rng(3)
    chosen = thin[rng.integers(len(thin), size=400)]
    weights = rng.dirichlet((1, 1, 1), size=400)
    layers = set()
    for x, y, _ in np.einsum("nk,nkj->nj", weights, chosen):
        heights = np.sort(hits(flat, x, y))
        layers.update(np.round(heights, 4).tolist())
        assert (np.diff(heights) > 0.0019).all()
    assert {0.0, 0.002, 0.006} <= layers
