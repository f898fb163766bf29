"""Paint: strokes where the file says, double lines in their order, on the road and not in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.roads.markings import MARK_HEIGHT_M
from scenegen.roads.opendrive.lane_records import ExplicitMark, ExplicitStroke, MarkPattern, MarkStroke, MarkSway, RoadMark
from scenegen.roads.opendrive.marks import PaintedRibbon, painted_ribbons, strokes_of
from scenegen.roads.opendrive.mesh import map_surfaces
from scenegen.roads.opendrive.records import Road
from scenegen.roads.opendrive.strips import lane_strips
from tests.roads.opendrive.maps import document, own, read


def painted(*marks: RoadMark, lane: int = -1) -> list[PaintedRibbon]:
    """The paint of a straight road of 50 m along x with one lane of 3 m, whose lane or centre line has these marks."""
    road = read(document()).road_map.roads[0]
    (section,) = road.sections
    changed = replace(
        section,
        right=tuple(replace(item, road_marks=marks if lane == -1 else ()) for item in section.right),
        centre=tuple(replace(item, road_marks=marks if lane == 0 else ()) for item in section.centre),
    )
    return list(painted_ribbons(replace(road, sections=(changed,))))


def spans(ribbons: list[PaintedRibbon]) -> list[tuple[float, float]]:
    return [(round(float(ribbon.left_m[0, 0]), 6), round(float(ribbon.left_m[-1, 0]), 6)) for ribbon in ribbons]


def test_a_solid_line_lies_on_the_lanes_outer_border() -> None:
    (line,) = painted(RoadMark(0.0, "solid", colour="yellow", width_m=0.2))
    assert (line.colour, spans([line])) == ("yellow", [(0.0, 50.0)])
    np.testing.assert_allclose(line.left_m[:, 1], -2.9, atol=1e-12)
    np.testing.assert_allclose(line.right_m[:, 1], -3.1, atol=1e-12)
    np.testing.assert_allclose(line.left_m[:, 2], MARK_HEIGHT_M, atol=1e-12)


def test_a_broken_line_repeats_from_its_begin_and_ends_with_the_next_mark() -> None:
    ribbons = painted(RoadMark(2.0, "broken"), RoadMark(30.0, "none"))
    assert spans(ribbons) == [(2.0, 5.0), (11.0, 14.0), (20.0, 23.0), (29.0, 30.0)]


def test_the_files_own_pattern_wins() -> None:
    pattern = MarkPattern("own", 0.1, (MarkStroke(1.0, 9.0, 0.3, 4.0, width_m=0.5),))
    ribbons = painted(RoadMark(0.0, "broken", pattern=pattern))
    assert spans(ribbons) == [(4.0, 5.0), (14.0, 15.0), (24.0, 25.0), (34.0, 35.0), (44.0, 45.0)]
    np.testing.assert_allclose(ribbons[0].left_m[:, 1], -3.0 + 0.3 + 0.25, atol=1e-12)


def test_strokes_that_come_as_close_as_dust_are_one_line() -> None:
    dust = MarkPattern("dust", 0.1, (MarkStroke(1e-9, 1e-9),))
    assert spans(painted(RoadMark(0.0, "broken", pattern=dust))) == [(0.0, 50.0)]


def test_explicit_strokes_stand_once() -> None:
    explicit = ExplicitMark((ExplicitStroke(3.0, 10.0, -0.1),))
    (stroke,) = painted(RoadMark(0.0, "custom", explicit=explicit))
    assert spans([stroke]) == [(10.0, 13.0)]
    np.testing.assert_allclose(0.5 * (stroke.left_m + stroke.right_m)[:, 1], -3.1, atol=1e-12)


def test_sway_moves_the_line_sideways() -> None:
    (line,) = painted(RoadMark(0.0, "solid", sways=(MarkSway(0.0, 0.0, 0.01),)))
    np.testing.assert_allclose(line.left_m[:, 1] - line.left_m[0, 1], 0.01 * line.left_m[:, 0], atol=1e-9)


@pytest.mark.parametrize(
    ("lane", "solid_y", "broken_y"),
    [(-1, -3.0 + 0.12, -3.0 - 0.12), (0, 0.12, -0.12)],  # outwards; on the centre line from left to right
)
def test_double_lines_are_told_in_order(lane: int, solid_y: float, broken_y: float) -> None:
    ribbons = painted(RoadMark(0.0, "solid broken", width_m=0.12), lane=lane)
    middles = {round(float((ribbon.left_m + ribbon.right_m)[0, 1]) / 2, 6): ribbon for ribbon in ribbons}
    assert spans([middles[round(solid_y, 6)]]) == [(0.0, 50.0)]
    assert spans([middles[round(broken_y, 6)]])[0][1] - spans([middles[round(broken_y, 6)]])[0][0] <= 3.0


@pytest.mark.parametrize("kind", ["none", "curb", "grass", "edge", "custom", "a word nobody knows"])
def test_what_is_no_paint_is_not_painted(kind: str) -> None:
    assert strokes_of(RoadMark(0.0, kind), -1, 3.0, 6.0) == ()


def test_paint_lies_on_the_triangles_below_it() -> None:
    road: Road = own("hill").roads[0]
    below = {(strip.section, float(strip.s_m[0])): strip for strip in lane_strips(road) if strip.lane == -1}
    on_border = [ribbon for ribbon in painted_ribbons(road) if ribbon.lane == -1]
    assert on_border
    for ribbon in on_border:
        begin = max(s for section, s in below if section == ribbon.section and s <= ribbon.s_m[0] + 1e-9)
        strip = below[ribbon.section, begin]
        edge = np.stack([np.interp(ribbon.s_m, strip.s_m, column) for column in strip.outer_m.T], axis=1)
        off = np.linalg.norm(0.5 * (ribbon.left_m + ribbon.right_m) - edge, axis=1)
        np.testing.assert_allclose(off, MARK_HEIGHT_M, atol=1e-6)


def test_nothing_is_painted_inside_a_junction() -> None:
    names = [surface.name for surface in map_surfaces(own("t_junction")) if surface.class_name == "lane_marking"]
    assert {name.split(".")[1] for name in names} == {"1", "2", "3"}
