"""From records back to OpenDRIVE text; reading it again gives equal records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scenegen.errors import MapError
from scenegen.roads.opendrive.fields import Attribute, Children, RawChildren, Record, plan_of
from scenegen.roads.opendrive.records import RoadMap
from scenegen.roads.opendrive.xml_tree import Element

ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
TEXT_ESCAPES = {sign: code for sign, code in ESCAPES.items() if sign in "&<>\r"}
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 has no way to write these
INDENT = "  "


def map_text(road_map: RoadMap) -> str:
    """Give the OpenDRIVE text of a map, floats with all their digits.

    Raises:
        MapError: a text holds a character that XML can not.
    """
    root = _element(road_map, "OpenDRIVE")
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_lines(root, ""), ""])


def write_map(road_map: RoadMap, path: Path) -> None:
    """Write a map as an .xodr file."""
    data = map_text(road_map).encode("utf-8")
    try:
        path.write_bytes(data)
    except OSError as fault:
        raise MapError(f"{path}: {fault.strerror or fault}") from fault


class _Tree:
    """An element in the making; wrapper elements are opened when the first thing is put into them."""

    def __init__(self, name: str, attributes: list[tuple[str, str]], text: str = "") -> None:
        self.name, self.attributes, self.text = name, attributes, text
        self.children: list[_Tree | Element] = []

    def at(self, path: tuple[str, ...]) -> _Tree:
        """Give the wrapper element of a path, this one for the empty path."""
        if not path:
            return self
        wrapper = next((item for item in self.children if isinstance(item, _Tree) and item.name == path[0]), None)
        if wrapper is None:
            wrapper = _Tree(path[0], [])
            self.children.append(wrapper)
        return wrapper.at(path[1:])

    def closed(self) -> Element:
        """Give the finished element."""
        inner = tuple(item.closed() if isinstance(item, _Tree) else item for item in self.children)
        return Element(self.name, tuple(self.attributes), inner, self.text)


def _element(record: Record, name: str) -> Element:
    """The element of a record: its fields in the order of the standard, then what it kept."""
    tree = _Tree(name, [])
    kept_paths = {kept[0] for kept in (*record.kept_elements, *record.kept_attributes)}
    for plan in plan_of(type(record)).fields:
        value = getattr(record, plan.name)
        if isinstance(plan.xml, Attribute):
            is_said = plan.is_required or plan.xml.expected or value != plan.default
            tree.attributes.extend([(plan.xml.name, _written(plan.xml, value))] if is_said and value is not None else [])
        elif isinstance(plan.xml, Children):
            if "/".join(plan.xml.inside) in kept_paths:
                tree.at(plan.xml.inside)
            for item in _children(plan.xml, value):
                tree.at(plan.xml.inside).children.append(item)
        elif isinstance(plan.xml, RawChildren):
            tree.children.extend(value)
        elif plan.xml.child:
            tree.children.extend([Element(plan.xml.child, text=value)] if value else [])
        else:
            tree.text = value
    for path, element in record.kept_elements:
        tree.at(_parts(path)).children.append(element)
    for path, key, text in record.kept_attributes:
        tree.at(_parts(path)).attributes.append((key, text))
    return tree.closed()


def _parts(path: str) -> tuple[str, ...]:
    """Names of the wrapper elements on a path."""
    return tuple(path.split("/")) if path else ()


def _children(xml: Children, value: Any) -> Iterator[Element]:
    """The elements of child records, each under the name of its class."""
    names = {cls: name for name, cls in xml.classes}
    records = value if xml.is_many else [] if value is None else [value]
    return (_element(record, names[type(record)]) for record in records)


def _written(xml: Attribute, value: Any) -> str:
    """An attribute's value as text."""
    if xml.kind == "number":
        return repr(float(value))
    if xml.kind == "flag":
        return "true" if value else "false"
    if xml.kind == "yes_no":
        return "yes" if value else "no"
    return str(value)


def _lines(element: Element, indent: str) -> Iterator[str]:
    """The lines of an element, its children indented."""
    attributes = "".join(f' {name}="{_escaped(value, ESCAPES)}"' for name, value in element.attributes)
    head, text = f"{indent}<{element.name}{attributes}", _escaped(element.text, TEXT_ESCAPES)
    if not element.children:
        yield f"{head}>{text}</{element.name}>" if text else f"{head}/>"
        return
    yield f"{head}>{text}"
    for item in element.children:
        yield from _lines(item, indent + INDENT)
    yield f"{indent}</{element.name}>"


def _escaped(text: str, escapes: dict[str, str]) -> str:
    """Text with the signs that XML reserves written as entities."""
    bad = FORBIDDEN.search(text)
    if bad:
        raise MapError(f"{text[:40]!r} holds the character {bad.group()!r}, which XML can not; remove it from the map")
    return "".join(escapes.get(sign, sign) for sign in text) if not text.isalnum() else text
