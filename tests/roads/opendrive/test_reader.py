"""Reading: known maps, odd ones with their warnings, broken ones refused with the place."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scenegen.errors import MapError
from scenegen.roads.opendrive.reader import read_map
from scenegen.roads.opendrive.records import Arc, Line, ParamPoly3, Spiral
from tests.roads.opendrive.maps import LANES, LINE, OWN, document, own, read, warnings


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_our_own_maps_read_without_a_warning(path: Path) -> None:
    assert read_map(path).warnings == ()


def test_the_t_junction_is_what_it_says() -> None:
    road_map = own("t_junction")
    assert (road_map.header.major, road_map.header.minor, road_map.header.name) == (1, 7, "t_junction")
    assert [road.id for road in road_map.roads] == ["1", "2", "3", "10", "11", "12", "13", "14", "15"]
    south = road_map.road_by_id["3"]
    assert south.geometries[0].heading_rad == pytest.approx(math.pi / 2)
    assert isinstance(south.geometries[0].shape, Line)
    assert isinstance(road_map.road_by_id["12"].geometries[0].shape, Arc)
    assert south.types[0].speed is not None
    assert south.types[0].speed.limit_m_per_s == pytest.approx(50 / 3.6)
    assert [lane.id for lane in south.sections[0].lanes] == [2, 1, -1, -2]
    assert south.sections[0].right[1].heights[0].outer_m == 0.12
    zebra, lamp = south.objects
    assert (zebra.type, len(zebra.all_outlines[0].corners_local)) == ("crosswalk", 4)
    assert (lamp.repeats[0].distance_m, lamp.repeats[0].length_m) == (10.0, 30.0)
    assert south.signals[0].is_dynamic
    assert south.signals[0].validities[0].from_lane == -1
    assert road_map.controllers[0].controls[1].signal_id == "13"
    junction = road_map.junction_by_id["100"]
    assert junction.connections[0].lane_links[0].to_lane == -1
    assert (junction.priorities[0].high, junction.priorities[0].low) == ("10", "15")


def test_every_curve_of_the_hill_is_its_own_record() -> None:
    shapes = [type(geometry.shape).__name__ for geometry in own("hill").roads[0].geometries]
    assert shapes == ["Line", "Spiral", "Arc", "Spiral", "Poly3", "ParamPoly3", "ParamPoly3"]
    spiral = own("hill").roads[0].geometries[3].shape
    assert isinstance(spiral, Spiral)
    assert (spiral.start_per_m, spiral.end_per_m) == (0.02, -0.01)


def test_geo_reference_offset_and_user_data_are_kept() -> None:
    header = '<geoReference><![CDATA[+proj=utm +zone=32]]></geoReference><offset x="1" y="2" z="3" hdg="0.5"/>'
    data = document(before='<userData code="a" value="b"><thing x="1">words</thing></userData>')
    loaded = read(data.replace(b'revMinor="6"/>', f'revMinor="6">{header}</header>'.encode()))
    assert loaded.warnings == ()
    assert loaded.road_map.header.geo_reference == "+proj=utm +zone=32"
    assert loaded.road_map.header.offset is not None
    assert loaded.road_map.header.offset.heading_rad == 0.5
    ((path, kept),) = loaded.road_map.roads[0].kept_elements
    assert (path, kept.children[0].text) == ("", "words")


def test_a_missing_p_range_means_normalized() -> None:
    cubic = 'aU="0" bU="50" cU="0" dU="0" aV="0" bV="0" cV="0" dV="0"'
    loaded = read(document(f'<geometry s="0" x="0" y="0" hdg="0" length="50"><paramPoly3 {cubic}/></geometry>'))
    shape = loaded.road_map.roads[0].geometries[0].shape
    assert isinstance(shape, ParamPoly3)
    assert shape.p_range == "normalized"
    assert "line 4, road 7: <paramPoly3> has no pRange" in str(loaded.warnings[0])


NO_WIDTH = document(lanes='<right><lane id="-1" type="driving"/></right>')
LOST_LINK = document(before='<link><successor elementType="road" elementId="8" contactPoint="start"/></link>')
TREE = '<objects><object id="1" s="0" t="0" type="tree" {}/></objects>'
LOST_ROAD = document(root='<junction id="5"><connection id="0" incomingRoad="99" connectingRoad="7"/></junction>')


def then(s: float, x: float, heading: float) -> bytes:
    """A second piece of 5 m after the first of 50."""
    return document(f'{LINE}<geometry s="{s}" x="{x}" y="0" hdg="{heading}" length="5"><line/></geometry>', length=55)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (document(length=49.0), "test.xodr, line 3, road 7: its length reads 49.000 m; its geometries add up to 50.000 m"),
        (document(lanes=LANES.replace('"driving"', '"cheese"')), "road 7: type of <lane> reads 'cheese'"),
        (document(lanes=LANES.replace('"-1"', '"-3"')), "the lanes on the right are numbered [-3], with gaps"),
        (NO_WIDTH, "has 0 centre lanes instead of one"),
        (NO_WIDTH, "lane -1 has neither width nor border"),
        (LOST_LINK, "road 8 is not in"),
        (document(after="<nonsense/>"), "line 6, road 7: unknown element <nonsense> in <road>"),
        (document(after=TREE.format('shade="dark"')), "unknown attribute shade"),
        (document(after=TREE.format("")), "<object> has no zOffset; 0.0 is used"),
        (document(before='<type s="0" type="town"><speed max="fast"/></type>'), "the speed limit 'fast' is not a number"),
        (LOST_ROAD, "incoming road 99"),
        (document(root='<controller id="1"><control signalId="4"/></controller>'), "switches signal 4, which"),
        (then(50, 50.02, 0), "jumps by 2.0 cm"),
        (then(50, 50, 0.1), "5.7 degrees"),
        (then(51, 50, 0), "begins at s = 51.0"),
        (document().replace(b'<header revMajor="1" revMinor="6"/>', b""), "there is no <header>"),
        (document().replace(b'revMinor="6"', b'revMinor="9"'), "version 1.9 is read as if"),
        (b"\n<!-- made by hand -->\n<?xml version='1.0'?>" + document(), "the XML declaration does not stand at the beginning"),
        (document(lanes=LANES.replace("<width", '<link><successor id="-4"/></link><width')), None),
    ],
)  # fmt: skip
def test_what_is_odd_is_read_with_a_warning_that_names_the_place(data: bytes, text: str | None) -> None:
    found = warnings(data)
    assert any(text in warning for warning in found) if text else found == []


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "not well-formed XML: no element found"),
        (b"{}", "not well-formed XML"),
        (document()[:-20], "not well-formed XML"),
        (b"<svg/>", "test.xodr, line 1: the root element is <svg>, not <OpenDRIVE>"),
        (b"<OpenDRIVE><header revMajor='1' revMinor='4'/></OpenDRIVE>", "there is no <road>"),
        (document().replace(b'revMajor="1"', b'revMajor="2"'), "version 2.6 is not OpenDRIVE 1.4 to 1.8"),
        (document(""), "test.xodr, line 3, road 7: its <planView> has no <geometry>"),
        (document('<geometry s="0" x="0" y="0" hdg="0" length="50"/>'), "line 4, road 7: <geometry> has no <line> or <spiral>"),
        (document(LINE.replace('x="0"', 'x="nan"')), "line 4, road 7: x of <geometry> reads 'nan', which"),
        (document(LINE.replace('x="0"', 'x="1,5"')), "reads '1,5'"),
        (document(LINE.replace('x="0"', 'x="1e999"')), "reads '1e999'"),
        (document(LINE.replace('x="0"', 'x="1_0"')), "reads '1_0'"),
        (document(LINE.replace(' x="0"', "")), "line 4, road 7: <geometry> has no x"),
        (document(LINE.replace('"50"', '"-5"')), "a geometry of -5.0 m is negative"),
        (document(LINE.replace('"50"', '"0"')), "its reference line has no length"),
        (document(LINE.replace('"50"', '"1e12"')), "is longer than any road"),
        (document(LINE.replace('x="0"', 'x="1e12"')), "further than the earth is round"),
        (document(LINE.replace("<line/>", '<spiral curvStart="99" curvEnd="98.999999"/>')), "is no road"),
        (document(lanes=LANES.replace('id="-1"', 'id="1"')), "line 6, road 7: lane 1 stands on the right"),
        (document(lanes=LANES.replace('id="-1"', 'id="-1.5"')), "id of <lane> reads '-1.5', which is not a whole number"),
        (document().replace(b"laneSection", b"lanesection"), "its <lanes> has no <laneSection>"),
        (document(root='<road id="7" length="1"/>'), "a second road 7; the first is in line 3"),
    ],
)  # fmt: skip
def test_what_is_broken_is_refused_with_the_place(data: bytes, text: str) -> None:
    with pytest.raises(MapError) as caught:
        read(data)
    assert text in str(caught.value)


def test_a_namespace_prefix_is_taken_off() -> None:
    data = document().replace(b"</", b"<\x00").replace(b"<", b"<x:").replace(b"<x:\x00", b"</x:")
    data = data.replace(b"<x:OpenDRIVE>", b'<x:OpenDRIVE xmlns:x="http://x">')
    assert read(data).road_map.roads == read(document()).road_map.roads


def test_a_file_that_is_not_there_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(MapError, match=r"none\.xodr: No such file"):
        read_map(tmp_path / "none.xodr")
