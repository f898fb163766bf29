"""Lines run in the middle of the paint and along the foot of the kerb that the meshes show."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.geometry import FloatArray
from scenegen.roads.lines import road_lines
from scenegen.roads.markings import MARK_HEIGHT_M
from scenegen.roads.road_line import RoadLine
from scenegen.roads.surfaces import road_surfaces
from tests.roads.test_surfaces import STREETS, hits, network, world_points

PATHS = ("bend", "tight", "rural", "arterial")


def triangles_of(street: str, *classes: str) -> np.ndarray:
    surfaces = road_surfaces(network(**STREETS[street]))
    return np.concatenate([world_points(s)[s.mesh.faces] for s in surfaces if s.class_name in classes])


def along(line: RoadLine, rng: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """Points (n, 3) anywhere on a line, unit vectors (n, 2) to its left, and whether there is paint."""
    row = rng.integers(0, len(line.is_painted), count)
    begin, end = line.points_world_m[row], line.points_world_m[row + 1]
    ahead = (end - begin)[:, :2] / np.linalg.norm((end - begin)[:, :2], axis=1, keepdims=True)
    points = begin + (end - begin) * rng.uniform(0.02, 0.98, (count, 1))
    return points, np.stack([-ahead[:, 1], ahead[:, 0]], 1), line.is_painted[row]


@pytest.mark.parametrize("street", [*PATHS, "straight"])
def test_a_marking_is_the_middle_of_its_paint_to_two_millimetres(street: str) -> None:
    paint = triangles_of(street, "lane_marking")
    rng = np.random.default_rng(1)
    markings = [line for line in road_lines(network(**STREETS[street])) if line.kind == "lane_marking"]
    assert markings
    for line in markings[:12]:
        slack_m = 0.008 if line.type == "parking bay" else 0.002  # stems are as wide as the arc of s at their t
        for point, left, is_painted in zip(*along(line, rng, 8), strict=True):
            for side in (-1, 1):
                inner = point[:2] + side * (0.5 * line.width_m - slack_m) * left
                outer = point[:2] + side * (0.5 * line.width_m + slack_m) * left
                found = hits(paint, *inner)
                assert (len(found) > 0) == is_painted
                if is_painted:
                    np.testing.assert_allclose(found, MARK_HEIGHT_M, atol=1e-5)
                    assert point[2] == pytest.approx(MARK_HEIGHT_M)
                # A bay's head meets its stem.
                assert line.type == "parking bay" or len(hits(paint, *outer)) == 0


@pytest.mark.parametrize("street", PATHS)
def test_an_edge_is_where_the_paved_road_ends(street: str) -> None:
    road, beside = triangles_of(street, "road", "parking"), triangles_of(street, "kerb", "terrain")
    rng = np.random.default_rng(2)
    edges = [line for line in road_lines(network(**STREETS[street])) if line.kind == "road_edge"]
    assert [line.type for line in edges] == ["pavement" if street == "rural" else "kerb"] * 2
    for line, outwards in zip(edges, (1, -1), strict=True):
        for point, left, _ in zip(*along(line, rng, 15), strict=True):
            inner, outer = (point[:2] + outwards * way * left for way in (-0.002, 0.002))
            assert point[2] == 0.0
            assert len(hits(road, *inner)) > 0
            assert len(hits(beside, *inner)) == 0
            assert len(hits(road, *outer)) == 0
            assert len(hits(beside, *outer)) > 0


def test_lines_run_with_s_and_name_what_they_are() -> None:
    arterial = network(**STREETS["arterial"])
    lines = road_lines(arterial)
    assert [(line.type, line.colour) for line in lines] == [
        *[("solid solid", "yellow")] * 2,
        *[("broken", "white")] * 2,
        *[("kerb", "")] * 2,
    ]
    for line in lines:
        s, _ = arterial.locate(line.points_world_m[:, 0], line.points_world_m[:, 1])
        assert (np.diff(s) > 0).all()
        assert (s[0], s[-1]) == pytest.approx(arterial.drawn_s)


def test_a_broken_line_goes_on_through_its_gaps() -> None:
    broken = next(line for line in road_lines(network()) if line.type == "broken")
    length = np.linalg.norm(np.diff(broken.points_world_m, axis=0), axis=1)
    assert length[broken.is_painted].sum() / length.sum() == pytest.approx(1 / 3, abs=0.01)  # 3 m strokes, 6 m gaps
