"""The lane graph: who follows whom through junctions, on both sides of the road, and routes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenegen.roads.opendrive.contacts import Contacts
from scenegen.roads.opendrive.graph import Way, lane_graph
from scenegen.roads.opendrive.joints import lane_gaps
from scenegen.roads.opendrive.records import RoadMap
from tests.roads.opendrive.maps import own, read

WEST_IN, EAST_IN, SOUTH_IN = Way("1", 0, -1, 1), Way("2", 0, 1, -1), Way("3", 0, -1, 1)
WEST_OUT, EAST_OUT, SOUTH_OUT = Way("1", 0, 1, -1), Way("2", 0, -1, 1), Way("3", 0, 1, -1)


def test_every_arm_leads_to_both_others_by_its_own_connecting_road() -> None:
    graph = lane_graph(own("t_junction"))
    via = {step: graph.nodes[step].successors for step in (WEST_IN, EAST_IN, SOUTH_IN)}
    assert {way: [step.road for step in steps] for way, steps in via.items()} == {
        WEST_IN: ["10", "12"], EAST_IN: ["11", "15"], SOUTH_IN: ["13", "14"],
    }  # fmt: skip
    ends = {way: {graph.nodes[step].successors for step in steps} for way, steps in via.items()}
    assert ends == {
        WEST_IN: {(EAST_OUT,), (SOUTH_OUT,)}, EAST_IN: {(WEST_OUT,), (SOUTH_OUT,)}, SOUTH_IN: {(WEST_OUT,), (EAST_OUT,)},
    }  # fmt: skip
    assert set(graph.starts) == {WEST_IN, EAST_IN, SOUTH_IN}
    assert set(graph.ends) == {WEST_OUT, EAST_OUT, SOUTH_OUT}
    assert graph.nodes[Way("12", 0, -1, 1)].junction == "100"


def test_predecessors_are_successors_read_backwards() -> None:
    for name in ("t_junction", "hill", "left_hand"):
        nodes = lane_graph(own(name)).nodes
        forwards = {(way, step) for way, node in nodes.items() for step in node.successors}
        assert forwards == {(step, way) for way, node in nodes.items() for step in node.predecessors}


def test_the_graph_needs_either_the_links_of_the_roads_or_those_of_the_junction() -> None:
    whole = own("t_junction")
    without_connections = replace(whole, junctions=tuple(replace(junction, connections=()) for junction in whole.junctions))
    assert lane_graph(without_connections).nodes == lane_graph(whole).nodes


def test_in_left_hand_traffic_the_left_lanes_run_with_s() -> None:
    graph = lane_graph(own("left_hand"))
    assert graph.nodes[Way("1", 0, 1, 1)].successors == (Way("2", 0, 1, 1),)
    assert graph.nodes[Way("1", 0, 2, 1)].successors == (Way("3", 0, 1, 1),)
    assert graph.nodes[Way("2", 0, -1, -1)].successors == (Way("1", 0, -1, -1),)
    assert graph.nodes[Way("1", 0, 1, 1)].left == Way("1", 0, 2, 1)
    assert graph.nodes[Way("1", 0, 1, 1)].right is None  # the oncoming lane is no neighbour


def test_neighbours_are_seen_by_the_driver() -> None:
    nodes = lane_graph(own("t_junction")).nodes
    assert (nodes[WEST_IN].left, nodes[WEST_IN].right) == (None, Way("1", 0, -2, 1))
    assert (nodes[WEST_OUT].left, nodes[WEST_OUT].right) == (None, Way("1", 0, 2, -1))


def test_a_lane_may_run_both_ways_or_against_the_rule() -> None:
    whole = own("hill")
    assert lane_graph(whole).nodes[Way("1", 0, -1, 1)].successors == (Way("1", 1, -1, 1),)
    turned = _with_direction(whole, "reversed")
    assert lane_graph(turned).nodes[Way("1", 1, -1, -1)].successors == (Way("1", 0, -1, -1),)
    assert Way("1", 0, -1, 1) not in lane_graph(turned).nodes
    both = lane_graph(_with_direction(whole, "both")).nodes
    assert both[Way("1", 0, -1, 1)].successors == (Way("1", 1, -1, 1),)
    assert both[Way("1", 1, -1, -1)].successors == (Way("1", 0, -1, -1),)


def test_routes_are_shortest_and_change_lanes_only_where_they_must() -> None:
    graph = lane_graph(own("t_junction"))
    assert graph.route(WEST_IN, SOUTH_OUT) == (WEST_IN, Way("12", 0, -1, 1), SOUTH_OUT)
    assert graph.route(WEST_IN, WEST_OUT) == ()
    fork = lane_graph(own("left_hand"))
    inner, outer = Way("1", 0, 1, 1), Way("1", 0, 2, 1)
    assert fork.route(inner, Way("3", 0, 1, 1)) == (inner, outer, Way("3", 0, 1, 1))


def test_linked_lanes_meet() -> None:
    for name in ("t_junction", "left_hand", "hill"):
        road_map = own(name)
        gaps = list(lane_gaps(road_map, Contacts(road_map)))
        assert gaps
        assert max(gap for *_, gap in gaps) < 1e-9


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('<laneLink from="-1"', '<laneLink from="-7"', "a link leads to lane -7 of road 1, lane section 0, which is not there"),
        ('elementId="1" contactPoint="end"', 'elementId="1" contactPoint="start"', "misses lane -1 of road 1 by"),
    ],
)
def test_links_that_lead_nowhere_or_far_away_are_told(old: str, new: str, text: str) -> None:
    from tests.roads.opendrive.maps import MAPS

    spoiled = (MAPS / "t_junction.xodr").read_text().replace(old, new)
    assert any(text in str(warning) for warning in read(spoiled.encode()).warnings)


def _with_direction(road_map: RoadMap, direction: str) -> RoadMap:
    """The hill with its lane -1 driven otherwise."""
    (road,) = road_map.roads
    sections = tuple(
        replace(section, right=tuple(replace(lane, direction=direction) if lane.id == -1 else lane for lane in section.right))
        for section in road.sections
    )
    return replace(road_map, roads=(replace(road, sections=sections),))
