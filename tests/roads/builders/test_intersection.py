from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegen.errors import ScenarioError
from scenegen.roads.build import build_network
from scenegen.roads.builders.intersection import intersection_map
from scenegen.roads.opendrive.junction_caps import footprint
from scenegen.roads.opendrive.painted_objects import painted_areas
from scenegen.roads.opendrive.reader import LoadedMap, parse_map
from scenegen.roads.opendrive.records import Road, RoadMap
from scenegen.roads.opendrive.strips import lane_strips
from scenegen.roads.opendrive.ways import MapWays, turn_of
from scenegen.roads.opendrive.writer import map_text
from scenegen.scenario.scene import IntersectionScene

CROSS = IntersectionScene(
    arms=4, lanes=2, lane_width=3.25, sidewalk=2.5, control="signals", crosswalks=True, angle_deg=90.0, corner_radius=8.0,
    ego_arm=1, turn="straight", length=60.0, speed_limit=13.9, markings="vienna", surroundings="residential",
)  # fmt: skip
SCENES = st.builds(
    lambda **drawn: replace(CROSS, **drawn),
    arms=st.integers(3, 5), lanes=st.integers(1, 3).map(lambda n: 2 * n), lane_width=st.floats(2.75, 4.0),
    sidewalk=st.sampled_from([0.0, 1.5, 3.0]), control=st.sampled_from(["signals", "stop", "give_way", "right_before_left"]),
    crosswalks=st.booleans(), angle_deg=st.floats(55.0, 125.0), corner_radius=st.floats(4.0, 14.0), ego_arm=st.integers(1, 5),
    markings=st.sampled_from(["vienna", "mutcd"]),
)  # fmt: skip


@cache
def cross() -> RoadMap:
    return intersection_map(CROSS)[0]


def read_back(road_map: RoadMap) -> LoadedMap:
    return parse_map(map_text(road_map).encode(), name="built.xodr")


def paved(road_map: RoadMap, roads: tuple[Road, ...]) -> shapely.geometry.base.BaseGeometry:
    strips = [strip for road in roads for strip in lane_strips(road)]
    return shapely.union_all([footprint(strip) for strip in strips], grid_size=0.001).buffer(0.05).buffer(-0.05)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(SCENES)
def test_any_intersection_is_sound(scene: IntersectionScene) -> None:
    road_map, start = intersection_map(scene)
    loaded = read_back(road_map)
    assert loaded.road_map == road_map
    assert loaded.warnings == ()
    ways = MapWays(road_map)
    assert not ways.graph.unresolved
    coming = [way for way in ways.drivable if not ways.is_inside_junction(way) and way.direction > 0]
    assert len(coming) == scene.arms * scene.lanes // 2
    assert all(ways.onward(way) for way in coming)  # nobody is stuck before the junction
    going = [way for way in ways.drivable if not ways.is_inside_junction(way) and way.direction < 0]
    assert all(ways.before(way) for way in going)
    for road in road_map.roads:
        assert all(footprint(strip).is_valid for strip in lane_strips(road))
    inside = tuple(road for road in road_map.roads if road.is_connecting)
    assert isinstance(paved(road_map, inside), shapely.Polygon)  # in one part
    near, along_m = ways.nearest(*start)
    assert near.road == str(
        min(scene.ego_arm, scene.arms) if scene.ego_arm <= scene.arms else (scene.ego_arm - 1) % scene.arms + 1
    )
    assert along_m == pytest.approx(60.0, abs=0.3)


def test_ways_meet_the_arms_without_a_kink() -> None:
    ways = MapWays(cross())
    for way in ways.drivable:
        if ways.is_inside_junction(way):
            before, after = ways.before(way)[0], ways.onward(way)[0]
            for first, second in ((before, way), (way, after)):
                end, begin = ways.line(first).middle_m, ways.line(second).middle_m
                np.testing.assert_allclose(end[-1], begin[0], atol=1e-4)
                turn = [np.arctan2(*(b - a)[1::-1]) for a, b in ((end[-2], end[-1]), (begin[0], begin[1]))]
                assert abs(np.remainder(turn[1] - turn[0] + np.pi, 2 * np.pi) - np.pi) < 0.02


def test_a_corner_is_as_round_as_asked() -> None:
    inside = tuple(road for road in cross().roads if road.is_connecting)
    kerbs = [
        strip.inner_m for road in inside for strip in lane_strips(road) if strip.type == "sidewalk"
    ]  # one round every corner
    assert len(kerbs) == 4
    for kerb in kerbs:
        step = np.diff(kerb[:, :2], axis=0)
        bend = np.abs(np.diff(np.unwrap(np.arctan2(step[:, 1], step[:, 0])))) / np.linalg.norm(step[1:], axis=1)
        assert 1.0 / np.percentile(bend, 90) == pytest.approx(8.0, rel=0.1)


@pytest.mark.parametrize("turn", ["straight", "left", "right"])
def test_the_ego_takes_the_turn_it_is_asked_for(turn: str) -> None:
    network = build_network(replace(CROSS, turn=turn))
    ends = network.frame(np.array([0.0, network.drawn_s[1] - 1.0]), np.zeros(2))[:, 3]
    wanted = {"straight": 0.0, "left": np.pi / 2, "right": -np.pi / 2}[turn]
    assert ends[1] - ends[0] == pytest.approx(wanted, abs=0.01)
    assert network.sidewalk_t("right") == pytest.approx((-3.25, -5.75))


def test_what_is_painted_and_put_up_goes_by_the_control() -> None:
    found = {}
    for control in ("signals", "stop", "give_way", "right_before_left"):
        road_map = intersection_map(replace(CROSS, control=control))[0]
        arms = [road for road in road_map.roads if not road.is_connecting]
        found[control] = [
            [signal.type for arm in arms for signal in arm.signals],
            sorted(item.name or "" for arm in arms for item in arm.objects if item.name != "crosswalk"),
        ]
        assert all(any(item.name == "crosswalk" for item in arm.objects) for arm in arms)
    assert found["signals"] == [["1000001"] * 4, ["stop line"] * 4]
    assert found["stop"] == [["306", "206", "306", "206"], ["stop line"] * 2]
    assert found["give_way"] == [["306", "205", "306", "205"], ["give way line"] * 2]
    assert found["right_before_left"] == [[], []]


def test_one_turns_from_the_lane_on_that_side() -> None:
    ways = MapWays(intersection_map(replace(CROSS, lanes=4))[0])
    turns: dict[int, set[str]] = {-1: set(), -2: set()}
    for way in ways.drivable:
        if ways.is_inside_junction(way):
            turns[ways.before(way)[0].lane].add(turn_of(ways.line(way).turn_rad))
    assert turns == {-1: {"straight", "left"}, -2: {"straight", "right"}}


def test_all_paint_faces_up() -> None:
    for control in ("stop", "give_way"):
        road_map = intersection_map(replace(CROSS, control=control))[0]
        for area in (area for road in road_map.roads for area in painted_areas(road)):
            x, y = area.corners_m[:, 0], area.corners_m[:, 1]
            assert float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) > 0.0, area.object


def test_stripes_lie_on_the_crosswalk_and_face_up() -> None:
    arm = cross().road_by_id["1"]
    stripes = [area for area in painted_areas(arm) if area.object == "101"]
    area = 0.0
    for stripe in stripes:
        x, y = stripe.corners_m[:, 0], stripe.corners_m[:, 1]
        area += 0.5 * float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
        np.testing.assert_allclose(stripe.corners_m[:, 2], 0.006, atol=1e-6)
        assert np.abs(y).max() <= 3.25 + 1e-6
    assert area == pytest.approx(7 * 0.5 * 3.0, rel=0.01)  # 6.5 m across hold seven stripes of 0.5 m, 3 m long
    assert {stripe.lane for stripe in stripes} == {-1, 1}


def test_arms_too_close_are_refused_with_the_angle() -> None:
    with pytest.raises(ScenarioError, match=r"road\.angle: 30 degrees"):
        intersection_map(replace(CROSS, angle_deg=30.0))
