from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.roads.build import build_network
from scenegen.roads.lines import road_lines
from scenegen.roads.map_network import map_network, road_alone
from scenegen.roads.network import RoadNetwork
from scenegen.roads.opendrive.ways import MapWays, Turn, route_from
from scenegen.roads.spline_line import SplineLine
from scenegen.roads.surfaces import road_surfaces
from scenegen.scenario.loading import load_scenario
from scenegen.scenario.sampling import sample
from scenegen.simulate.run import simulate

from .opendrive.maps import MAPS, own

SCRIPT = """
from scenegen import Ego, FromFile, Scenario
scenario = Scenario(name="turn", road=FromFile("{file}", near=({x}, {y}), turn="{turn}", length=80.0),
                    ego=Ego(s=5.0, speed=8.0), duration=2.0)
"""


def begin() -> tuple[float, float]:
    """A place on a lane of the junction's map from which one drives into the junction."""
    ways = MapWays(own("t_junction"))
    for way in ways.drivable:
        if not ways.is_inside_junction(way) and any(ways.is_inside_junction(step) for step in ways.onward(way)):
            x, y = ways.line(way).middle_m[2, :2].tolist()
            return x, y
    raise AssertionError("no lane leads into the junction")


def network(turn: Turn) -> RoadNetwork:
    return map_network(own("t_junction"), begin(), turn=turn, length_m=60.0, speed_limit=13.9)


def test_a_route_turns_as_asked_where_the_junction_allows_it() -> None:
    turned = {}
    for turn in ("straight", "left", "right"):
        road = network(turn)
        route = road.map_route
        assert route is not None
        inside = [way for way in route.route if route.ways.is_inside_junction(way)]
        assert inside
        turned[turn] = route.ways.line(inside[0]).turn_rad
        assert len(route.junctions_s) == len(inside)
    assert len({round(angle, 2) for angle in turned.values()}) == 2  # a T offers two of the three


@pytest.mark.parametrize("turn", ["straight", "left", "right"])
def test_lanes_of_the_route_lie_at_the_lanes_t_and_places_come_back(turn: Turn) -> None:
    road = network(turn)
    route = road.map_route
    assert route is not None
    for way in route.route:
        middle = route.ways.line(way).middle_m
        s, t = road.locate(middle[:, 0], middle[:, 1])
        # The line is smoothed: in a bend of 10 m radius it cuts 1.3 cm.
        np.testing.assert_allclose(t, road.lane_centre_t(1), atol=0.03)
        np.testing.assert_allclose(road.frame(s, t)[:, :2], middle[:, :2], atol=1e-6)


def test_hills_are_in_the_frame() -> None:
    hill = map_network(own("hill"), (0.0, 0.0), turn="straight", length_m=100.0, speed_limit=20.0)
    s = np.linspace(5.0, 95.0, 10)
    way = hill.map_route.route[0] if hill.map_route else None
    assert way is not None
    z = hill.frame(s, np.zeros_like(s))[:, 2]
    assert np.ptp(z) > 0.5
    np.testing.assert_allclose(hill.slope(s), np.gradient(hill.road.reference_line.elevation(s), s), atol=0.02)


def test_a_line_through_points_is_met_again_at_a_millionth() -> None:
    angle = np.linspace(0.0, 1.5, 60)
    points = np.stack([20.0 * np.sin(angle), 20.0 * (1.0 - np.cos(angle)), 0.1 * angle], axis=1)
    line = SplineLine(points, 5.0)
    s = np.linspace(*line.reach_s, 50)
    pose = line.poses(s)
    x, y = pose[:, 0] - 3.0 * np.sin(pose[:, 2]), pose[:, 1] + 3.0 * np.cos(pose[:, 2])
    back_s, back_t = line.locate(x, y, drawn_s=line.reach_s)
    np.testing.assert_allclose(back_s, s, atol=1e-6)
    np.testing.assert_allclose(back_t, 3.0, atol=1e-6)
    np.testing.assert_allclose(line.curvature(s[5:-5]), 1.0 / 20.0, rtol=0.02)


def test_a_route_never_meets_itself() -> None:
    ways = MapWays(own("t_junction"))
    for start in ways.drivable[:6]:
        route, row = route_from(ways, start, turn="left", ahead_m=500.0, behind_m=100.0)
        assert route[row] == start
        assert len(set(route)) == len(route)


def test_what_is_drawn_covers_the_route_and_meets_the_ground() -> None:
    road = network("left")
    surfaces = road_surfaces(road)
    assert {"road", "terrain", "lane_marking"} <= {surface.class_name for surface in surfaces}
    lanes = [surface for surface in surfaces if surface.lane is not None]
    route = road.map_route
    assert route is not None
    drawn = {surface.lane for surface in lanes}
    assert {(way.road, way.section, way.lane) for way in route.route if not route.ways.is_inside_junction(way)} <= drawn
    ground = next(surface for surface in surfaces if surface.name == "terrain.map")
    points = ground.mesh.positions_m + ground.world_from_mesh[:3, 3]
    corners = points[ground.mesh.faces].mean(axis=1)
    s, t = road.locate(corners[:, 0], corners[:, 1])
    on_lane = (np.abs(t - road.lane_centre_t(1)) < 1.0) & (s > road.drawn_s[0] + 1) & (s < road.drawn_s[1] - 1)
    assert not on_lane.any()  # no ground lies on the lane


def test_lines_of_a_map_keep_to_its_lanes() -> None:
    road = network("straight")
    lines = road_lines(road)
    assert {line.kind for line in lines} == {"lane_marking", "road_edge"}
    broken = [line for line in lines if line.kind == "lane_marking" and not line.is_painted.all()]
    for line in broken:
        assert line.is_painted[0]
        assert line.is_painted[-1]
    for line in lines:
        assert len(line.is_painted) == len(line.points_world_m) - 1


def test_a_road_alone_has_the_lanes_of_the_map() -> None:
    road_map = own("t_junction")
    road = next(road for road in road_map.roads if not road.is_connecting)
    alone = road_alone(road_map, road)
    driving = [lane for lane in road.sections[0].lanes if lane.type == "driving"]
    assert len(alone.lane_ids) == len(driving)
    assert alone.length_m == pytest.approx(road.length_m, abs=0.05)


def test_a_scenario_names_a_map_beside_it(tmp_path: Path) -> None:
    shutil.copy(MAPS / "t_junction.xodr", tmp_path / "town.xodr")
    x, y = begin()
    script = tmp_path / "turn.py"
    script.write_text(SCRIPT.format(file="town.xodr", x=x, y=y, turn="left"))
    scene = sample(load_scenario(script), 0)
    road = build_network(scene.road)
    clip = simulate(scene, road)
    s, t = road.locate(clip.ego.world_from_body[:, 0, 3], clip.ego.world_from_body[:, 1, 3])
    assert s[-1] - s[0] > 10.0
    np.testing.assert_allclose(t, road.lane_centre_t(1), atol=0.3)


@pytest.mark.parametrize(("file", "words"), [("../town.xodr", "leads out"), ("city.xodr", "there is no 'city.xodr'")])
def test_maps_elsewhere_are_refused(tmp_path: Path, file: str, words: str) -> None:
    script = tmp_path / "turn.py"
    script.write_text(SCRIPT.format(file=file, x=0.0, y=0.0, turn="left"))
    with pytest.raises(ScenarioError, match=words):
        load_scenario(script)
