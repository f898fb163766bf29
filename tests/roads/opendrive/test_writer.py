"""Writing: whatever record there is, reading its text gives it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenegen.errors import MapError
from scenegen.roads.opendrive.decode import decode
from scenegen.roads.opendrive.fields import Attribute, Children, Content, FieldPlan, RawChildren, Record, plan_of
from scenegen.roads.opendrive.findings import Findings
from scenegen.roads.opendrive.reader import parse_map, read_map
from scenegen.roads.opendrive.records import Header, RoadMap
from scenegen.roads.opendrive.writer import map_text, write_map
from scenegen.roads.opendrive.xml_tree import Element, parse_xml
from tests.roads.opendrive.maps import OWN, document

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n\r"), max_size=8).filter(
    lambda word: not {"\ufffe", "\uffff"} & set(word)
)
CONTENT = WORDS.map(str.strip).map(lambda word: word.replace("\r", "").strip())
ELEMENTS = st.builds(
    Element, st.just("userData"), st.lists(st.tuples(st.sampled_from("ab"), WORDS), max_size=1).map(tuple), st.just(()), CONTENT
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "whole": st.integers(-(2**53), 2**53),
    "text": WORDS,
    "flag": st.booleans(),
    "yes_no": st.booleans(),
}


def records(cls: type[Record]) -> st.SearchStrategy[Any]:
    """Any record of a class, grown from the same declarations as reader and writer."""
    fields = {plan.name: values(plan) for plan in plan_of(cls).fields}
    kept = st.lists(ELEMENTS.map(lambda element: ("", element)), max_size=1).map(tuple)
    return st.builds(cls, **fields, kept_elements=kept)


def values(plan: FieldPlan) -> st.SearchStrategy[Any]:
    xml = plan.xml
    if isinstance(xml, Attribute):
        value = st.sampled_from(sorted(xml.words)) if xml.words else VALUES[xml.kind]
        return value if plan.is_required or xml.expected else st.just(plan.default) | value
    if isinstance(xml, Content):
        return CONTENT
    if isinstance(xml, RawChildren):
        return st.lists(st.just(Element(xml.name, (("x", "<&\"'>"),))), max_size=1).map(tuple)
    assert isinstance(xml, Children)
    one = st.one_of([st.deferred(lambda cls=cls: records(cls)) for _, cls in xml.classes])
    if xml.is_many:
        return st.lists(one, max_size=1).map(tuple)
    return one if plan.is_required else st.just(plan.default) | one


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(RoadMap))
def test_any_map_is_read_back_equal(road_map: RoadMap) -> None:
    root, _ = parse_xml(map_text(road_map).encode(), name="again")
    assert decode(RoadMap, root, Findings("again")) == road_map


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_our_own_maps_are_written_back_byte_by_byte(path: Path, tmp_path: Path) -> None:
    write_map(read_map(path).road_map, tmp_path / "copy.xodr")
    assert (tmp_path / "copy.xodr").read_bytes() == path.read_bytes()


def test_unknown_things_in_wrapper_elements_come_back_in_their_place() -> None:
    data = document(lateral='<userData code="a"/>', offsets='<userData code="b"/>').replace(
        b"<planView>", b'<planView why="1">'
    )
    road_map = parse_map(data, name="kept").road_map
    assert [path for path, _ in road_map.roads[0].kept_elements] == ["lanes", "lateralProfile"]
    text = map_text(road_map)
    assert '<planView why="1">' in text
    assert text.index("<planView") < text.index("<lateralProfile>") < text.index("<lanes>")  # the order of the standard
    assert parse_map(text.encode(), name="kept").road_map == road_map


def test_what_xml_can_not_hold_is_refused() -> None:
    with pytest.raises(MapError, match=r"holds the character '\\x00'"):
        map_text(RoadMap(Header(name="a\x00b")))
