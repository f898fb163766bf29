"""How a record's fields stand in XML: one declaration per field, from which both reader and writer work.

A record is a frozen dataclass under `Record`. Each field says in its metadata which attribute, child elements or text it
holds. A field without a default is required; `expected` marks what the standard demands but a reader can do without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, Literal, TypeAlias, cast

from scenegen.roads.opendrive.xml_tree import Element

Kind: TypeAlias = Literal["number", "whole", "text", "flag", "yes_no"]
Metadata: TypeAlias = Mapping[str, "Attribute | Children | RawChildren | Content"]
ALWAYS_KEPT = frozenset({"userData", "include", "dataQuality"})  # may stand in any element of the standard


@dataclass(frozen=True)
class Attribute:
    """A field that is one attribute; `words` are the standard's values where it lists them."""

    name: str
    kind: Kind
    expected: bool = False
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Children:
    """A field that holds child records: `classes` by element name, inside the elements of `inside` (a path, may be empty)."""

    inside: tuple[str, ...]
    classes: tuple[tuple[str, type[Record]], ...]
    is_many: bool


@dataclass(frozen=True)
class RawChildren:
    """A field that holds elements of the standard as they are: known, but of no use to this project."""

    name: str


@dataclass(frozen=True)
class Content:
    """A field that holds the element's own text, or that of one child element."""

    child: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every record has: its line in the file, and whatever stood there that the standard does not know.

    `kept_attributes` are (path, name, value) and `kept_elements` (path, element); the path names wrapper elements such as
    `lanes` that have no record of their own and is empty for the record's element. Lines do not count for equality.
    """

    line: int = field(default=0, compare=False, repr=False)
    kept_attributes: tuple[tuple[str, str, str], ...] = ()
    kept_elements: tuple[tuple[str, Element], ...] = ()


def number(name: str, *, expected: bool = False) -> Metadata:
    """Declare a finite float attribute."""
    return {"xml": Attribute(name, "number", expected)}


def whole(name: str, *, expected: bool = False) -> Metadata:
    """Declare an integer attribute."""
    return {"xml": Attribute(name, "whole", expected)}


def text(name: str, *, expected: bool = False, words: frozenset[str] = frozenset()) -> Metadata:
    """Declare a text attribute; another value than the given words is read with a warning."""
    return {"xml": Attribute(name, "text", expected, words)}


def flag(name: str) -> Metadata:
    """Declare a true or false attribute."""
    return {"xml": Attribute(name, "flag")}


def yes_no(name: str, *, expected: bool = False) -> Metadata:
    """Declare a yes or no attribute."""
    return {"xml": Attribute(name, "yes_no", expected)}


def child(path: str, record: type[Record]) -> Metadata:
    """Declare at most one child element; the path may lead through wrapper elements: `link/successor`."""
    *inside, name = path.split("/")
    return {"xml": Children(tuple(inside), ((name, record),), False)}


def children(path: str, record: type[Record]) -> Metadata:
    """Declare any number of child elements of one name."""
    *inside, name = path.split("/")
    return {"xml": Children(tuple(inside), ((name, record),), True)}


def one_of(**classes: type[Record]) -> Metadata:
    """Declare exactly one child element out of several names."""
    return {"xml": Children((), tuple(classes.items()), False)}


def raw(name: str) -> Metadata:
    """Declare child elements that are kept as they are."""
    return {"xml": RawChildren(name)}


def content(name: str = "") -> Metadata:
    """Declare the element's own text, or the text of a child element."""
    return {"xml": Content(name)}


@dataclass(frozen=True)
class FieldPlan:
    """One field of a record class: its name, its place in XML and what it is when the file is silent."""

    name: str
    xml: Attribute | Children | RawChildren | Content
    default: Any
    is_required: bool


@dataclass(frozen=True)
class RecordPlan:
    """All fields of a record class in the order in which the standard writes them, and the names it knows."""

    fields: tuple[FieldPlan, ...]
    attributes: frozenset[str]
    wrappers: tuple[tuple[str, ...], ...]
    elements: frozenset[tuple[tuple[str, ...], str]]


def _plan_of(record: type[Record]) -> RecordPlan:
    """How a record class stands in XML."""
    plans = [
        FieldPlan(item.name, item.metadata["xml"], item.default, item.default is MISSING)
        for item in fields(record)
        if "xml" in item.metadata
    ]
    wrappers: dict[tuple[str, ...], None] = {}
    elements: set[tuple[tuple[str, ...], str]] = set()
    for xml in (plan.xml for plan in plans):
        if isinstance(xml, Children):
            wrappers.update({xml.inside[: depth + 1]: None for depth in range(len(xml.inside))})
            elements |= {(xml.inside, name) for name, _ in xml.classes}
        elif isinstance(xml, RawChildren):
            elements.add(((), xml.name))
        elif isinstance(xml, Content) and xml.child:
            elements.add(((), xml.child))
    attributes = frozenset(plan.xml.name for plan in plans if isinstance(plan.xml, Attribute))
    return RecordPlan(tuple(plans), attributes, tuple(wrappers), frozenset(elements))


plan_of = cast(Callable[[type[Record]], RecordPlan], cache(_plan_of))
"""Give how a record class stands in XML; worked out once per class."""
