from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.roads.build import build_network
from scenegen.roads.builders.rural_road import STEEPEST, rural_map
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.reader import parse_map
from scenegen.roads.opendrive.writer import map_text
from scenegen.scenario.scene import RuralRoadScene

ROAD = RuralRoadScene(
    length=300.0, lane_width=3.25, shoulder=0.5, bend_radius=150.0, hill_height=5.0, form=3, speed_limit=27.8,
    markings="vienna", surroundings="rural",
)  # fmt: skip


@pytest.mark.parametrize("form", range(5))
def test_bends_and_hills_are_smooth_and_as_asked(form: int) -> None:
    road_map, _ = rural_map(replace(ROAD, form=form))
    loaded = parse_map(map_text(road_map).encode(), name="rural.xodr")
    assert loaded.road_map == road_map
    assert loaded.warnings == ()
    course = RoadCourse(road_map.roads[0])
    s = np.arange(0.0, course.length_m, 0.5)
    x, y, heading, bend = course.poses(s).T
    assert np.abs(bend).max() <= 1.0 / (0.75 * 150.0) + 1e-9
    assert np.abs(np.diff(bend)).max() < 0.0005  # clothoids: the curvature never jumps
    assert np.abs(heading).max() < np.pi / 2  # it never turns back
    np.testing.assert_allclose(np.hypot(np.diff(x), np.diff(y)), 0.5, atol=1e-4)
    z = course.elevation(s)
    assert 1.0 < np.ptp(z) <= 5.0 + 1e-9
    assert np.abs(np.diff(z) / 0.5).max() <= STEEPEST + 1e-6
    assert np.abs(np.diff(z, 2)).max() < 0.005  # no edge at a top


def test_the_form_is_what_varies() -> None:
    ends = {build_network(replace(ROAD, form=form)).frame(np.array([290.0]), np.zeros(1))[0, 1].round(3) for form in range(4)}
    assert len(ends) == 4


def test_the_ego_drives_up_and_down() -> None:
    network = build_network(ROAD)
    assert network.lane_ids == (1, -1)
    assert network.drawn_s[0] == pytest.approx(-60.0, abs=0.5)
    s = np.arange(0.0, 300.0, 5.0)
    rise = np.gradient(network.frame(s, np.full_like(s, -1.6))[:, 2], s)
    assert np.ptp(rise) > 0.02
    np.testing.assert_allclose(network.slope(s), rise, atol=0.02)
