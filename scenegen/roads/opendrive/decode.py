"""From XML elements to records, field by field as the records declare them; what is left over is kept."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, TypeVar, cast

from scenegen.roads.opendrive.fields import (
    ALWAYS_KEPT,
    Attribute,
    Children,
    Content,
    FieldPlan,
    RawChildren,
    Record,
    RecordPlan,
    plan_of,
)
from scenegen.roads.opendrive.findings import Findings
from scenegen.roads.opendrive.xml_tree import Element

RecordT = TypeVar("RecordT", bound=Record)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
FLAG_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
PLACES = {"road": "road", "junction": "junction", "controller": "controller"}


def decode(record: type[RecordT], element: Element, findings: Findings) -> RecordT:
    """Read one element as a record.

    Args:
        record: the record class.
        element: its XML element.
        findings: takes the warnings, and names the place in errors.
    Returns:
        The record, with everything that it has no field for in its `kept_` fields.
    Raises:
        MapError: a required attribute or child is missing, or a value can not be read.
    """
    where = f"{element.name} {dict(element.attributes).get('id', '?')}" if element.name in PLACES else ""
    with findings.at(where) if where else nullcontext():
        return cast(RecordT, _Reader(record, element, findings).read())


class _Reader:
    """Reads one element; holds what its fields have not taken yet."""

    def __init__(self, record: type[Any], element: Element, findings: Findings) -> None:
        self.record, self.element, self.findings = record, element, findings
        self.plan: RecordPlan = plan_of(record)
        self.attributes = dict(element.attributes)
        self.by_place: dict[tuple[tuple[str, ...], str], list[Element]] = {}
        self.kept_attributes: list[tuple[str, str, str]] = []
        self.kept_elements: list[tuple[str, Element]] = []

    def read(self) -> Any:
        """Sort the element's content into fields and leftovers, then make the record."""
        self._keep_unknown_attributes()
        self._sort((), self.element)
        values = {plan.name: self._value(plan) for plan in self.plan.fields}
        return self.record(
            **values,
            line=self.element.line,
            kept_attributes=tuple(sorted(self.kept_attributes, key=lambda kept: kept[0])),
            kept_elements=tuple(sorted(self.kept_elements, key=lambda kept: kept[0])),
        )

    def _keep_unknown_attributes(self) -> None:
        """Put by the attributes of the record's own element that no field reads."""
        for name, value in self.element.attributes:
            if name not in self.plan.attributes:
                self.kept_attributes.append(("", name, value))
                if ":" not in name and name != "xmlns":
                    self.findings.warn_once(self.element.line, f"<{self.element.name}> has an unknown attribute {name}")

    def _sort(self, path: tuple[str, ...], element: Element) -> None:
        """Sort child elements by place; wrapper elements are opened, unknown ones kept."""
        for item in element.children:
            inner = (*path, item.name)
            if (path, item.name) in self.plan.elements:
                self.by_place.setdefault((path, item.name), []).append(item)
            elif inner in self.plan.wrappers:
                self.kept_attributes.extend(("/".join(inner), name, value) for name, value in item.attributes)
                self._sort(inner, item)
            else:
                self.kept_elements.append(("/".join(path), item))
                if item.name not in ALWAYS_KEPT and ":" not in item.name:
                    self.findings.warn_once(item.line, f"unknown element <{item.name}> in <{element.name}>")

    def _value(self, plan: FieldPlan) -> Any:
        """Read one field."""
        if isinstance(plan.xml, Attribute):
            return self._attribute(plan, plan.xml)
        if isinstance(plan.xml, RawChildren):
            return tuple(self.by_place.get(((), plan.xml.name), []))
        if isinstance(plan.xml, Content):
            return self._content(plan.xml)
        found = [(cls, item) for name, cls in plan.xml.classes for item in self.by_place.get((plan.xml.inside, name), [])]
        records = self._records(found)
        return tuple(records) if plan.xml.is_many else self._single(plan, plan.xml, list(records), found)

    def _records(self, found: list[tuple[type[Record], Element]]) -> Iterator[Record]:
        """Read child elements as records."""
        return (decode(cls, item, self.findings) for cls, item in found)

    def _single(self, plan: FieldPlan, xml: Children, records: list[Record], found: list[tuple[type[Record], Element]]) -> Any:
        """Take the one child that the field holds; any other is kept, with a warning."""
        if not records:
            if plan.is_required:
                names = " or ".join(f"<{name}>" for name, _ in xml.classes)
                raise self.findings.error(self.element.line, f"<{self.element.name}> has no {names}")
            return plan.default
        for _, extra in found[1:]:
            self.kept_elements.append(("/".join(xml.inside), extra))
            self.findings.warn(extra.line, f"a second <{extra.name}> in <{self.element.name}> is not used")
        return records[0]

    def _content(self, xml: Content) -> str:
        """Read the element's text, or that of a child."""
        if not xml.child:
            return self.element.text
        return "\n".join(item.text for item in self.by_place.get(((), xml.child), []))

    def _attribute(self, plan: FieldPlan, xml: Attribute) -> Any:
        """Read an attribute in its kind, or give what it is when the file is silent."""
        raw = self.attributes.get(xml.name)
        if raw is None or (raw == "" and xml.kind != "text"):
            if plan.is_required:
                raise self.findings.error(self.element.line, f"<{self.element.name}> has no {xml.name}")
            if xml.expected:
                text = f"<{self.element.name}> has no {xml.name}; {plan.default!r} is used"
                self.findings.warn_once(self.element.line, text)
            return plan.default
        if xml.kind == "text":
            if xml.words and raw not in xml.words:
                text = f"{xml.name} of <{self.element.name}> reads {_short(raw)}, which is no word of the standard"
                self.findings.warn_once(self.element.line, text)
            return raw
        if xml.kind in ("flag", "yes_no"):
            return self._flag(plan, xml, raw)
        return self._number(xml, raw)

    def _flag(self, plan: FieldPlan, xml: Attribute, raw: str) -> Any:
        """Read true or false, yes or no; another word is as if the file were silent."""
        value = FLAG_WORDS.get(raw.strip().lower())
        if value is None:
            text = f"{xml.name} of <{self.element.name}> reads {_short(raw)}, which is neither true nor false"
            self.findings.warn_once(self.element.line, text)
            return plan.default
        return value

    def _number(self, xml: Attribute, raw: str) -> float | int:
        """Read a finite number; a whole one may be written with decimals of zero."""
        value = float(raw) if NUMBER.fullmatch(raw.strip()) else math.nan
        if not math.isfinite(value):
            place = f"{xml.name} of <{self.element.name}>"
            raise self.findings.error(self.element.line, f"{place} reads {_short(raw)}, which is not a finite number")
        if xml.kind == "number":
            return value
        if value != int(value):
            place = f"{xml.name} of <{self.element.name}>"
            raise self.findings.error(self.element.line, f"{place} reads {_short(raw)}, which is not a whole number")
        return int(raw) if raw.strip().lstrip("+-").isdigit() else int(value)


def _short(raw: str) -> str:
    """A value for a message, cut where it is long."""
    return repr(raw if len(raw) <= 40 else raw[:37] + "...")
