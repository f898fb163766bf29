"""Real maps: they load, hang together, come back from the writer, and lie where they say."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from scenegen.roads.opendrive.contacts import Contacts
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.graph import lane_graph
from scenegen.roads.opendrive.joints import geometry_joints, lane_gaps
from scenegen.roads.opendrive.reader import LoadedMap, parse_map, read_map
from scenegen.roads.opendrive.writer import map_text
from tests.roads.opendrive.maps import OWN

REAL = sorted(Path(os.environ["SCENEGEN_TEST_MAPS"]).glob("*.xodr")) if os.environ.get("SCENEGEN_TEST_MAPS") else []
SEAM_M = 0.012  # the widest seam known in public towns


def test_the_folder_of_real_maps_is_there() -> None:
    if not os.environ.get("SCENEGEN_TEST_MAPS"):
        pytest.skip("SCENEGEN_TEST_MAPS is not set")
    assert len(REAL) >= 12


@pytest.fixture(params=[*REAL, *OWN], ids=lambda path: path.stem, scope="module")
def loaded(request: pytest.FixtureRequest) -> LoadedMap:
    return read_map(request.param)


def test_a_real_map_is_written_and_read_back_equal(loaded: LoadedMap) -> None:
    again = parse_map(map_text(loaded.road_map).encode(), name="again")
    assert again.road_map == loaded.road_map


def test_the_only_warnings_are_about_words_and_missing_attributes(loaded: LoadedMap) -> None:
    assert [
        str(warning)
        for warning in loaded.warnings
        if "is no word of the standard" not in warning.text and "has no" not in warning.text
    ] == []


def test_lengths_are_the_sums_of_the_plan_and_seams_are_narrow(loaded: LoadedMap) -> None:
    for road in loaded.road_map.roads:
        assert sum(geometry.length_m for geometry in road.geometries) == pytest.approx(road.length_m, abs=1e-2)
        assert all(joint.gap_m < SEAM_M for joint in geometry_joints(road))


def test_every_lane_link_resolves_and_linked_lanes_meet(loaded: LoadedMap) -> None:
    contacts = Contacts(loaded.road_map)
    assert contacts.unresolved == []
    assert all(gap < SEAM_M for *_, gap in lane_gaps(loaded.road_map, contacts))


def test_the_lane_graph_is_closed(loaded: LoadedMap) -> None:
    nodes = lane_graph(loaded.road_map).nodes
    assert all(step in nodes for step in chain.from_iterable(node.successors for node in nodes.values()))
    assert all(way in nodes[step].predecessors for way, node in nodes.items() for step in node.successors)


def test_points_of_a_road_are_found_again(loaded: LoadedMap) -> None:
    for road in loaded.road_map.roads[:12]:
        of = RoadCourse(road)
        s = np.linspace(0.0, of.length_m, 25)
        points = of.points(s, np.full(25, 1.5))
        back = of.points(*of.locate(points[:, 0], points[:, 1]))
        np.testing.assert_allclose(back[:, :2], points[:, :2], atol=SEAM_M)
