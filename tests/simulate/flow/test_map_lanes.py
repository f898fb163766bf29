"""Lanes of OpenDRIVE maps as paths: joints, limits, signals and right of way of the t junction, and traffic on it."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen import seeds
from scenegen.roads.opendrive.graph import Way, lane_graph
from scenegen.simulate.flow.map_lanes import MapLanes, map_lanes
from tests.roads.opendrive.maps import own
from tests.simulate.flow.maps import boxes, cars_on, drive, overlaps, setting_of


def _lanes(name: str = "t_junction") -> MapLanes:
    road_map = own(name)
    return map_lanes(road_map, lane_graph(road_map), lambda path: seeds.u01(0, "test", 0, path))


def test_paths_join_where_the_lanes_do() -> None:
    lanes = _lanes().lanes
    joints = [(path, lanes.paths[step]) for path in lanes.paths for step in path.successors]
    assert len(joints) > 8
    for path, following in joints:
        assert np.linalg.norm(path.points_m[-1] - following.points_m[0]) < 0.05
        # Headings agree as far as a file with centimetres has them
        assert abs(np.sin(path.samples[-1, 3] - following.samples[0, 3])) < 0.05


def test_the_light_of_the_road_governs_all_its_ways_through_the_junction() -> None:
    found = _lanes()
    path = found.lanes.paths[found.rows[Way("1", 0, -1, 1)]]
    assert path.limit == pytest.approx(50 / 3.6)
    assert path.stop_m == pytest.approx(2.0)  # the light stands 2 m before the end
    onward = [found.lanes.paths[step] for step in path.successors]
    assert onward
    assert all(step.junction == "100" and step.signal is not None for step in onward)
    assert len({found.signals[step.signal].name for step in onward if step.signal is not None}) == 1


def test_conflicts_are_mutual_and_at_most_one_yields() -> None:
    lanes = _lanes().lanes
    by_pair = {(conflict.path, conflict.other): conflict for conflict in lanes.conflicts}
    assert by_pair
    for (a, b), conflict in by_pair.items():
        back = by_pair[b, a]
        assert (back.mine_m, back.its_m, back.kind) == (conflict.its_m, conflict.mine_m, conflict.kind)
        assert not (conflict.yields and back.yields)


def test_traffic_on_the_map_gets_through_without_touching() -> None:
    found = _lanes()
    setting = setting_of(found.lanes, cars_on(found.lanes, 15.0, upstream_m=300.0), found.signals)
    passed, before = 0, None
    for flow in drive(setting, 40.0):
        inside = np.array([bool(path.junction) for path in found.lanes.paths])[flow.path]
        passed += 0 if before is None else int((inside & ~before).sum())
        before = inside
        if flow.step % 4 == 0:
            assert not overlaps(*boxes(setting, flow))
    assert passed > 2
