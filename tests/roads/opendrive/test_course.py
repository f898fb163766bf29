"""Roads in three dimensions: superelevation, crossfall, lateral shape, lane borders, and points brought back to (s, t)."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.lane_borders import section_lanes
from scenegen.roads.opendrive.records import Crossfall, Cubic, LateralShape
from tests.roads.opendrive.maps import OWN, document, own, read


def course(**parts: Any) -> RoadCourse:
    return RoadCourse(read(document(**parts)).road_map.roads[0])


def test_superelevation_turns_the_cross_section() -> None:
    road = replace(course().road, superelevations=(Cubic(0.0, 0.1),), elevations=(Cubic(0.0, 2.0, 0.05),))
    points = RoadCourse(road).points(np.array([10.0, 10.0]), np.array([4.0, -3.0]), np.array([0.0, 0.2]))
    expected = [
        [10.0, 4.0 * math.cos(0.1), 2.5 + 4.0 * math.sin(0.1)],
        [10.0, -3.0 * math.cos(0.1) - 0.2 * math.sin(0.1), 2.5 - 3.0 * math.sin(0.1) + 0.2 * math.cos(0.1)],
    ]
    np.testing.assert_allclose(points, expected, atol=1e-12)


def test_crossfall_falls_outwards_on_its_side() -> None:
    road = replace(course().road, crossfalls=(Crossfall(0.0, 0.02, side="both"),))
    z = RoadCourse(road).points(np.array([5.0, 5.0]), np.array([3.0, -3.0]))[:, 2]
    np.testing.assert_allclose(z, [-3.0 * math.sin(0.02)] * 2, atol=1e-12)
    left_only = replace(road, crossfalls=(Crossfall(0.0, 0.02, side="left"),))
    z = RoadCourse(left_only).points(np.array([5.0, 5.0]), np.array([3.0, -3.0]))[:, 2]
    np.testing.assert_allclose(z, [-3.0 * math.sin(0.02), 0.0], atol=1e-12)


def test_lateral_shape_is_a_cubic_across_and_straight_along() -> None:
    shapes = (
        LateralShape(0.0, 0.0, 0.1, t_m=-4.0), LateralShape(0.0, 0.4, 0.0, t_m=0.0), LateralShape(20.0, 1.0, t_m=-4.0),
    )  # fmt: skip
    road = RoadCourse(replace(course().road, shapes=shapes))
    z = road.points(np.array([0.0, 0.0, 10.0, 20.0, 40.0]), np.array([-2.0, 3.0, -2.0, -2.0, -2.0]))[:, 2]
    np.testing.assert_allclose(z, [0.2, 0.4, 0.6, 1.0, 1.0], atol=1e-12)


def test_lane_borders_add_widths_to_the_lane_offset() -> None:
    road = own("hill").roads[0]
    first, second = section_lanes(RoadCourse(road))
    assert (first.s_from_m, first.s_to_m, second.s_to_m) == (0.0, 100.0, road.length_m)
    np.testing.assert_allclose(first.borders_t("right", np.array([10.0, 80.0])), [[0.2, 0.2], [-3.05, -3.05], [-4.05, -4.35]])
    np.testing.assert_allclose(first.lane_t(1, np.array([0.0])), [[0.2], [3.45]])
    np.testing.assert_allclose(first.width(-2, np.array([80.0])), [1.3])
    with pytest.raises(ValueError, match="no lane 5"):
        first.lane_t(5, np.array([0.0]))


def test_a_lane_offset_that_jumps_at_a_section_belongs_to_the_section() -> None:
    (road,) = own("hill").roads
    offsets = (Cubic(0.0, 0.2), Cubic(100.0, -3.0))
    first, second = section_lanes(RoadCourse(replace(road, lane_offsets=offsets)))
    np.testing.assert_allclose(first.lane_t(-1, np.array([100.0])), [[0.2], [-3.05]], atol=1e-9)
    np.testing.assert_allclose(second.lane_t(1, np.array([100.0])), [[-3.0], [0.25]], atol=1e-9)
    np.testing.assert_allclose(first.borders_t("left", np.array([100.0]))[0], [0.2], atol=1e-9)


def test_border_elements_are_t_of_the_outer_edge() -> None:
    lanes = section_lanes(RoadCourse(own("left_hand").roads[0]))[0]
    np.testing.assert_allclose(lanes.borders_t("left", np.array([5.0])).ravel(), [0.0, 3.5, 7.0])
    np.testing.assert_allclose(lanes.borders_t("right", np.array([5.0])).ravel(), [0.0, -3.5])


def test_kerb_heights_lift_the_edges_of_a_sidewalk() -> None:
    lanes = section_lanes(RoadCourse(own("t_junction").roads[0]))[0]
    (_, outer), (inner, far) = lanes.edges("right", np.array([10.0]))
    np.testing.assert_allclose(outer, [[-40.0, -3.5, 0.0]], atol=1e-12)
    np.testing.assert_allclose([inner[0], far[0]], [[-40.0, -3.5, 0.12], [-40.0, -5.5, 0.12]], atol=1e-12)


def test_a_level_lane_does_not_lean() -> None:
    width = '<width sOffset="0" a="{}" b="0" c="0" d="0"/></lane>'
    drive = f'<center><lane id="0"/></center><right><lane id="-1" type="driving">{width.format(4)}'
    walk = f'<lane id="-2" type="sidewalk" level="true">{width.format(2)}</right>'
    leaning = course(lanes=drive + walk, lateral='<superelevation s="0" a="0.1" b="0" c="0" d="0"/>')
    (_, road_edge), (inner, outer) = section_lanes(leaning)[0].edges("right", np.array([10.0]))
    assert road_edge[0, 2] == pytest.approx(-4.0 * math.sin(0.1))
    np.testing.assert_allclose(inner, road_edge, atol=1e-12)
    np.testing.assert_allclose(outer - inner, [[0.0, -2.0, 0.0]], atol=1e-12)


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_locate_brings_every_point_back(path: Path) -> None:
    for road in own(path.stem).roads:
        of = RoadCourse(road)
        s = np.linspace(0.01, of.length_m - 0.01, 60)
        t = 4.0 * np.sin(np.arange(60.0))
        points = of.points(s, t)
        back_s, back_t = of.locate(points[:, 0], points[:, 1])
        # Where s is not quite the arc length (paramPoly3) the foot of the perpendicular is still the same point.
        again = of.points(back_s, back_t)
        np.testing.assert_allclose(again[:, :2], points[:, :2], atol=2e-6)
        np.testing.assert_allclose(back_s, s, atol=1e-5)
        np.testing.assert_allclose(back_t, t, atol=1e-5)


def test_a_road_ends_where_its_reference_line_ends() -> None:
    assert course(length=1e9).length_m == 50.0
    assert course(length=40.0).length_m == 40.0
    assert course(length=0.0).length_m == 50.0


def test_locate_stays_within_the_road() -> None:
    s, t = course().locate(np.array([-5.0, 60.0]), np.array([1.0, -2.0]))
    np.testing.assert_allclose(s, [0.0, 50.0], atol=1e-9)
    np.testing.assert_allclose(t, [1.0, -2.0], atol=1e-9)
