from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from scenegen.cli import main
from scenegen.roads.build import build_network
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.lane_borders import section_lanes
from scenegen.roads.opendrive.reader import parse_map, read_map
from scenegen.roads.opendrive.writer import map_text
from scenegen.roads.street_map import map_of
from scenegen.scenario.scene import StreetScene

STREET = StreetScene(
    lanes=3, lane_width=3.25, length=200.0, sidewalk=2.0, parking=2.2, shoulder=0.0, curvature=0.004, speed_limit=13.9,
    markings="vienna", drive="right", oneway=False, surroundings="residential", origin=(300.0, -40.0), heading_deg=25.0,
)  # fmt: skip


@pytest.mark.parametrize(
    "changes", [{}, {"drive": "left"}, {"oneway": True, "curvature": 0.0, "shoulder": 1.0, "sidewalk": 0.0}]
)
def test_a_street_is_a_map_on_the_same_ground(changes: dict[str, object]) -> None:
    network = build_network(replace(STREET, **changes))  # type: ignore[arg-type]
    loaded = parse_map(map_text(map_of(network)).encode(), name="street.xodr")
    assert loaded.road_map == map_of(network)
    assert loaded.warnings == ()
    road = loaded.road_map.roads[0]
    course = RoadCourse(road)
    lanes = section_lanes(course)[0]
    s = np.linspace(0.0, course.length_m, 40)
    for side in ("left", "right"):
        for border, t in zip(lanes.borders_t(side, s), network.section.borders_t(side), strict=True):  # type: ignore[arg-type]
            there = network.frame(s + network.drawn_s[0], np.full_like(s, t))
            np.testing.assert_allclose(course.points(s, border)[:, :2], there[:, :2], atol=1e-6)
    low, high = network.drawn_s
    assert course.length_m == pytest.approx(high - low)
    walk = [lane for lane in road.sections[0].lanes if lane.type == "sidewalk"]
    assert all(lane.heights[0].outer_m == 0.12 for lane in walk)


def test_the_command_writes_what_reads_back_equal(tmp_path: Path) -> None:
    (tmp_path / "cross.py").write_text(
        "from scenegen import Ego, Intersection, Scenario, Traffic\n"
        "scenario = Scenario(name='cross', road=Intersection(arms=3, control='stop', length=60.0), ego=Ego(s=5.0, speed=5.0),\n"
        "                    traffic=Traffic(density=0.0), duration=1.0)\n"
    )
    written = tmp_path / "town.xodr"
    result = CliRunner().invoke(main, ["export-road", str(tmp_path / "cross.py"), "-o", str(written)])
    assert result.exit_code == 0, result.output
    loaded = read_map(written)
    assert loaded.warnings == ()
    assert {road.junction for road in loaded.road_map.roads} == {"-1", "100"}
    assert [signal.type for road in loaded.road_map.roads for signal in road.signals] == ["306", "206", "306"]


def test_another_ending_is_refused_with_the_right_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["export-road", "residential_street", "-o", str(tmp_path / "town.xml")])
    assert result.exit_code == 2
    assert "town.xodr" in result.output
