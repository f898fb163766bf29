"""Hostile and damaged files: refused at once with a named error, and nothing outside the file is ever opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegen.errors import MapError
from scenegen.roads.opendrive import xml_tree
from scenegen.roads.opendrive.reader import parse_map, read_map
from tests.roads.opendrive.maps import MAPS, document, read

LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (i + 1, b"&l%d;" % i * 10) for i in range(9))


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE OpenDRIVE>",
        b'<!DOCTYPE OpenDRIVE [<!ENTITY l0 "ha">' + LAUGHS + b"]>",
        b'<!DOCTYPE OpenDRIVE [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE OpenDRIVE SYSTEM "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE OpenDRIVE [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    ],
)
def test_document_types_are_refused_before_anything_is_expanded(head: bytes) -> None:
    with pytest.raises(MapError, match=r"test\.xodr, line 1: a document type"):
        read(head + document())


def test_entities_that_nobody_declared_are_refused() -> None:
    with pytest.raises(MapError, match="undefined entity"):
        read(document(after="&secret;"))


def test_depth_is_limited() -> None:
    with pytest.raises(MapError, match="nested more than 32 deep"):
        read(b"<a>" * 1_000_000)


def test_attributes_and_elements_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    many = " ".join(f'a{i}="1"' for i in range(65))
    with pytest.raises(MapError, match="more than 64 attributes"):
        read(document(after=f"<b {many}/>"))
    monkeypatch.setattr(xml_tree, "MOST_ELEMENTS", 20)
    with pytest.raises(MapError, match="more than 20 elements"):
        read(document(after="<b/>" * 20))


def test_size_is_limited_before_the_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_tree, "MOST_BYTES", 1000)
    path = tmp_path / "big.xodr"
    path.write_bytes(b" " * 1001)
    with pytest.raises(MapError, match="1001 bytes are more than the limit"):
        read_map(path)
    with pytest.raises(MapError, match="more than the limit"):
        parse_map(b" " * 1001, name="big")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "utf-8-sig"])
def test_other_encodings_are_read(encoding: str) -> None:
    text = document(before='<userData code="Straße" value=""/>').decode()
    declared = {"utf-16": "UTF-16", "latin-1": "ISO-8859-1"}.get(encoding, "UTF-8")
    data = f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)
    assert read(data).road_map.roads[0].kept_elements[0][1].attributes[0] == ("code", "Straße")


def test_an_encoding_nobody_knows_is_a_named_error() -> None:
    with pytest.raises(MapError, match="encoding"):
        read(b'<?xml version="1.0" encoding="klingon"?>' + document())


WHOLE = (MAPS / "t_junction.xodr").read_bytes()
TOKENS = [b"", b"0", b"-1", b"1e308", b"nan", b'"', b"<", b"/>", b"&amp;", b"\xff", b"</road>", b"road", b"-0.0", b"1000000"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), st.sampled_from(TOKENS)), min_size=1, max_size=4))
def test_damaged_files_give_a_map_or_a_named_error(cuts: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for at, length, token in cuts:
        data = data[:at] + token + data[at + length :]
    try:
        loaded = parse_map(data, name="damaged")
    except MapError as error:
        assert str(error).startswith("damaged")  # noqa: PT017
    else:
        assert loaded.road_map.roads
