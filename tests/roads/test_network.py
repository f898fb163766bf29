"""The road network: known points, frame and locate as inverses, lanes on the right sides."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegen.errors import ScenarioError
from scenegen.roads.network import SIDES, RoadNetwork
from scenegen.roads.reference_line import Geometry, ReferenceLine
from scenegen.roads.street import build_street
from scenegen.scenario.scene import StreetScene


def network(**changes: Any) -> RoadNetwork:
    base: dict[str, Any] = {
        "lanes": 2, "lane_width": 3.25, "length": 300.0, "sidewalk": 2.0, "parking": 2.2, "shoulder": 0.0, "curvature": 0.0,
        "speed_limit": 13.9, "markings": "vienna", "drive": "right", "oneway": False, "surroundings": "residential",
        "origin": (0.0, 0.0), "heading_deg": 0.0,
    }  # fmt: skip
    return build_street(StreetScene(**{**base, **changes}))


def at(road: RoadNetwork, s: float, t: float) -> np.ndarray:
    return road.frame(np.array([s]), np.array([t]))[0]


def test_quarter_circle_to_the_left_ends_at_its_known_point() -> None:
    road = network(curvature=0.01)
    np.testing.assert_allclose(at(road, 50 * math.pi, 0.0), [100.0, 100.0, 0.0, math.pi / 2], atol=1e-9)


def test_quarter_circle_to_the_right_from_a_turned_start_ends_at_its_known_point() -> None:
    road = network(curvature=-0.01, heading_deg=90.0, origin=(7.0, -2.0))
    # From (7, -2) northwards, bending right about (107, -2): the quarter ends at (107, 98) heading east.
    np.testing.assert_allclose(at(road, 50 * math.pi, 0.0)[:3], [107.0, 98.0, 0.0], atol=1e-9)
    assert at(road, 50 * math.pi, 0.0)[3] == pytest.approx(0.0, abs=1e-12)


def test_t_is_to_the_left_and_height_steps_at_the_kerb() -> None:
    road = network()
    np.testing.assert_allclose(at(road, 10.0, 2.0), [10.0, 2.0, 0.0, 0.0], atol=1e-12)
    edge = road.edge_t("right")
    assert edge == pytest.approx(-5.45)
    assert at(road, 10.0, edge)[2] == 0.0
    assert at(road, 10.0, edge - 0.01)[2] == pytest.approx(0.12)
    assert at(road, 10.0, edge - 30.0)[2] == pytest.approx(0.12)


@given(
    curvature=st.floats(-0.03, 0.03),
    length=st.floats(20.0, 150.0),
    heading=st.floats(-180.0, 180.0),
    share=st.floats(0.0, 1.0),
    t=st.floats(-25.0, 25.0),
    far=st.sampled_from([0.0, 5000.0]),
)
def test_locate_inverts_frame(curvature: float, length: float, heading: float, share: float, t: float, far: float) -> None:
    road = network(curvature=curvature, length=length, heading_deg=heading, origin=(far, -0.7 * far))
    s = road.drawn_s[0] + share * (road.drawn_s[1] - road.drawn_s[0])
    x, y = at(road, s, t)[:2]
    back_s, back_t = road.locate(np.array([x]), np.array([y]))
    # Rounding at 5 km is 1e-12 m; a near-closed circle amplifies it by less than 100.
    assert back_s[0] == pytest.approx(s, abs=1e-8)
    assert back_t[0] == pytest.approx(t, abs=1e-8)


def test_locate_finds_points_of_a_line_followed_by_an_arc() -> None:
    line = ReferenceLine((Geometry(0, 0, 0, 0, 50, 0), Geometry(50, 50, 0, 0, 60, 0.02)))
    s, t = np.array([10.0, 49.0, 51.0, 80.0, 109.0]), np.array([3.0, -2.0, 1.0, -5.0, 4.0])
    x, y, heading = line.poses(s).T
    back_s, back_t = line.locate(x - t * np.sin(heading), y + t * np.cos(heading), drawn_s=(-10.0, 120.0))
    np.testing.assert_allclose(back_s, s, atol=1e-9)
    np.testing.assert_allclose(back_t, t, atol=1e-9)
    np.testing.assert_array_equal(line.curvature(s), [0, 0, 0.02, 0.02, 0.02])


def test_a_street_five_kilometres_out_is_the_same_street_moved() -> None:
    s, t = np.linspace(-50, 600, 200), np.linspace(-20, 20, 200)
    near, far = network(curvature=0.004), network(curvature=0.004, origin=(5000.0, -3000.0))
    np.testing.assert_allclose(far.frame(s, t)[:, :2] - (5000.0, -3000.0), near.frame(s, t)[:, :2], atol=1e-9, rtol=0)


@pytest.mark.parametrize(
    ("changes", "centres"),
    [
        ({}, {1: -1.625, -1: 1.625}),
        ({"drive": "left"}, {1: 1.625, -1: -1.625}),
        ({"lanes": 4}, {1: -1.625, 2: -4.875, -1: 1.625, -2: 4.875}),
        ({"lanes": 3, "drive": "left"}, {1: 1.625, 2: 4.875, -1: -1.625}),
        ({"oneway": True}, {1: -1.625, 2: -4.875}),
        ({"oneway": True, "drive": "left"}, {1: 1.625, 2: 4.875}),
        ({"oneway": True, "lanes": 1}, {1: -1.625}),
    ],
)
def test_lanes_lie_where_the_scene_numbers_them(changes: dict[str, Any], centres: dict[int, float]) -> None:
    road = network(**changes)
    assert {lane: pytest.approx(road.lane_centre_t(lane)) for lane in road.lane_ids} == centres
    assert all(road.lane_direction(lane) == (1 if lane > 0 else -1) for lane in road.lane_ids)
    with pytest.raises(ValueError, match="lane 9"):
        road.lane_centre_t(9)


@given(
    lanes=st.integers(1, 6),
    drive=st.sampled_from(["left", "right"]),
    oneway=st.booleans(),
    parking=st.sampled_from([0.0, 2.2]),
    shoulder=st.sampled_from([0.0, 0.5]),
    sidewalk=st.sampled_from([0.0, 1.5]),
)
def test_strips_of_a_cross_section_never_overlap(
    lanes: int, drive: str, oneway: bool, parking: float, shoulder: float, sidewalk: float
) -> None:
    road = network(lanes=lanes, drive=drive, oneway=oneway, parking=parking, shoulder=shoulder, sidewalk=sidewalk)
    strips = [(road.lane_centre_t(lane) - 1.625, road.lane_centre_t(lane) + 1.625) for lane in road.lane_ids]
    assert len(strips) == lanes
    for side in SIDES:
        strips += [tuple(sorted(strip)) for strip in (road.parking_t(side), road.sidewalk_t(side)) if strip]
        walk = road.sidewalk_t(side)
        assert (walk is None) == (sidewalk == 0.0)
        if walk:
            assert walk[0] == road.edge_t(side)
            assert abs(walk[1] - walk[0]) == pytest.approx(sidewalk)
    ordered = sorted(strips)
    assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(ordered))


def test_the_drawn_road_goes_past_both_ends_and_never_closes_a_circle() -> None:
    assert network().drawn_s == (-60.0, 650.0)
    for curvature in (0.012, -0.012):
        low, high = network(curvature=curvature).drawn_s
        assert low < 0.0
        assert high > 300.0
        assert (high - low) * abs(curvature) <= 1.5 * math.pi + 1e-9


@pytest.mark.parametrize("curvature", [0.1, -0.1, 0.02])
def test_a_curve_that_folds_the_street_is_refused(curvature: float) -> None:
    with pytest.raises(ScenarioError, match=r"road\.curvature"):
        network(curvature=curvature)


def test_lines_follow_the_rules_of_the_country() -> None:
    assert network().section.centre_mark.type == "broken"
    assert network().section.centre_mark.colour == "white"
    assert network(markings="mutcd").section.centre_mark.colour == "yellow"
    assert network(lanes=4).section.centre_mark.type == "solid solid"
    assert network(lane_width=2.75).section.centre_mark.type == "none"
    rural = network(surroundings="rural", shoulder=0.5, parking=0.0, sidewalk=0.0)
    assert rural.section.right[0].mark.type == "solid"
    assert (rural.section.centre_mark.stroke_m, rural.section.centre_mark.gap_m) == (4.0, 8.0)
