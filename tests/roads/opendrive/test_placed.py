"""Objects and signals in the world: rows, outlines, facing, and heights on leaning roads."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenegen.roads.opendrive.object_records import CornerRoad, Outline, Repeat, RoadObject
from scenegen.roads.opendrive.placed import placed_objects, placed_signals
from scenegen.roads.opendrive.reader import read_map
from scenegen.roads.opendrive.records import Road
from scenegen.roads.opendrive.signal_records import PositionInertial, PositionRoad
from tests.roads.opendrive.maps import document, own, read


def straight(*objects: RoadObject, lateral: str = "") -> Road:
    """A road of 50 m along x with these objects."""
    return replace(read(document(lateral=lateral)).road_map.roads[0], objects=objects)


def test_a_zebra_lies_across_its_road() -> None:
    zebra, *lamps = placed_objects(own("t_junction").road_by_id["3"])
    # The road runs north from (0, -50): 36 m on, 3 m along it and 7 m across.
    np.testing.assert_allclose(zebra.world_from_object[:3, 3], [0.0, -14.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(zebra.prisms[0].feet_m[0], [3.5, -12.5, 0.0], atol=1e-9)
    assert zebra.prisms[0].is_closed
    np.testing.assert_allclose(
        [lamp.world_from_object[:2, 3] for lamp in lamps], [[5.0, y] for y in (-45, -35, -25, -15)], atol=1e-9
    )
    assert {lamp.size_m for lamp in lamps} == {(0.2, 0.2, 6.0)}


def test_a_row_changes_evenly_from_its_begin_to_its_end() -> None:
    row = Repeat(10.0, 20.0, 10.0, -2.0, -4.0, 1.0, 3.0, 0.0, 0.5)
    first, middle, last = placed_objects(straight(RoadObject("1", 0.0, 0.0, repeats=(row,))))
    np.testing.assert_allclose(middle.world_from_object[:3, 3], [20.0, -3.0, 0.25], atol=1e-12)
    assert (first.size_m[2], middle.size_m[2], last.size_m[2]) == (1.0, 2.0, 3.0)


def test_a_railing_is_one_body_along_the_road() -> None:
    (railing,) = placed_objects(straight(RoadObject("1", 0.0, 0.0, repeats=(Repeat(5.0, 10.0, 0.0, -3.0, -3.0, 0.8, 0.8),))))
    (prism,) = railing.prisms
    assert not prism.is_closed
    np.testing.assert_allclose(prism.feet_m[[0, -1]], [[5.0, -3.0, 0.0], [15.0, -3.0, 0.0]], atol=1e-12)
    np.testing.assert_allclose(prism.heights_m, 0.8)


def test_objects_stand_on_a_leaning_road() -> None:
    outline = Outline(corners_road=(CornerRoad(10.0, 4.0, 0.1, 2.0), CornerRoad(12.0, 4.0), CornerRoad(12.0, 5.0)))
    lateral = '<superelevation s="0" a="0.1" b="0" c="0" d="0"/>'
    (placed,) = placed_objects(straight(RoadObject("1", 10.0, 4.0, z_offset_m=0.3, outlines=(outline,)), lateral=lateral))
    assert placed.world_from_object[2, 3] == pytest.approx(4.0 * math.sin(0.1) + 0.3)
    np.testing.assert_allclose(placed.prisms[0].feet_m[0], [10.0, 4.0 * math.cos(0.1), 4.0 * math.sin(0.1) + 0.1], atol=1e-12)


def test_signals_look_towards_the_traffic_they_are_for() -> None:
    signals = {placed.record.id: placed for placed in placed_signals(own("t_junction"))}
    np.testing.assert_allclose(signals["11"].world_from_signal[:3, 0], [-1, 0, 0], atol=1e-9)  # traffic comes from the west
    np.testing.assert_allclose(signals["12"].world_from_signal[:3, 0], [1, 0, 0], atol=1e-9)  # from the east, against s
    np.testing.assert_allclose(signals["13"].world_from_signal[:3, 0], [0, -1, 0], atol=1e-9)
    np.testing.assert_allclose(signals["11"].world_from_signal[:3, 3], [-12.0, -4.5, 4.0], atol=1e-9)


def test_a_signal_may_stand_elsewhere_than_it_holds() -> None:
    whole = own("t_junction")
    (light,) = whole.road_by_id["1"].signals
    for changed, expected in (
        (replace(light, position_road=PositionRoad("3", 30.0, 6.0, 2.0)), [-6.0, -20.0, 2.0]),
        (replace(light, position_inertial=PositionInertial(7.0, 8.0, 9.0)), [7.0, 8.0, 9.0]),
    ):
        roads = tuple(replace(road, signals=(changed,)) if road.id == "1" else road for road in whole.roads)
        placed = next(placed_signals(replace(whole, roads=roads)))
        np.testing.assert_allclose(placed.world_from_signal[:3, 3], expected, atol=1e-9)


def test_every_object_of_the_real_maps_can_be_placed() -> None:
    folder = os.environ.get("SCENEGEN_TEST_MAPS")
    if not folder:
        pytest.skip("SCENEGEN_TEST_MAPS is not set")
    count = 0
    for path in sorted(Path(folder).glob("*.xodr")):
        road_map = read_map(path).road_map
        for placed in (body for road in road_map.roads for body in placed_objects(road)):
            assert np.isfinite(placed.world_from_object).all()
            count += 1
        count += sum(bool(np.isfinite(placed.world_from_signal).all()) for placed in placed_signals(road_map))
    assert count > 500
