"""XML as a tree of immutable elements that know their line; hostile documents are refused while they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from scenegen.errors import MapError

MOST_BYTES = 256 * 1024 * 1024  # the largest public town has 40 MB
MOST_ELEMENTS = 8_000_000  # what 256 MB of short elements could hold
DEEPEST = 32  # OpenDRIVE 1.8 nests eleven deep; the rest is for userData
MOST_ATTRIBUTES = 64  # paramPoly3, the widest, has nine
PROLOGUE_BYTES = 65_536  # how far a misplaced XML declaration is looked for
PIECE_BYTES = 65_536  # a hostile document is refused within this many bytes of its fault


@dataclass(frozen=True)
class Element:
    """One XML element: attributes in the file's order, text without surrounding space, and the line where it began."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Element, ...] = ()
    text: str = ""
    line: int = field(default=0, compare=False)


@dataclass
class _Open:
    """An element whose end has not come yet."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    line: int
    children: list[Element] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Builder:
    """Grows the tree from expat's events and refuses what a road map has no use for."""

    def __init__(self, name: str, parser: expat.XMLParserType) -> None:
        self.name, self.parser = name, parser
        self.stack: list[_Open] = []
        self.root: Element | None = None
        self.count = 0

    def refuse(self, why: str) -> MapError:
        """Give the error for the place the parser has come to."""
        return MapError(f"{self.name}, line {self.parser.CurrentLineNumber}: {why}")

    def doctype(self, *_: object) -> None:
        """Refuse document types: entities are declared there."""
        raise self.refuse("a document type (DTD) is not read, because it can hide entities; remove the DOCTYPE")

    def start(self, name: str, attributes: list[str]) -> None:
        """Open an element; expat gives names and values in turn."""
        self.count += 1
        if len(self.stack) >= DEEPEST:
            raise self.refuse(f"elements are nested more than {DEEPEST} deep; OpenDRIVE needs eleven")
        if self.count > MOST_ELEMENTS:
            raise self.refuse(f"more than {MOST_ELEMENTS} elements; cut the map into parts")
        if len(attributes) > 2 * MOST_ATTRIBUTES:
            raise self.refuse(f"<{name}> has more than {MOST_ATTRIBUTES} attributes")
        pairs = tuple(zip(attributes[::2], attributes[1::2], strict=True))
        self.stack.append(_Open(name, pairs, self.parser.CurrentLineNumber))

    def end(self, _: str) -> None:
        """Close the innermost element."""
        done = self.stack.pop()
        element = Element(done.name, done.attributes, tuple(done.children), "".join(done.text).strip(), done.line)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element

    def characters(self, text: str) -> None:
        """Add text to the innermost element."""
        if self.stack:
            self.stack[-1].text.append(text)


def read_bytes(path: Path) -> bytes:
    """Read a map file whole.

    Raises:
        MapError: it can not be read, or it is larger than any road map.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise MapError(f"{path}: {size} bytes are more than the limit of {MOST_BYTES}; cut the map into parts")
        return path.read_bytes()
    except OSError as fault:
        raise MapError(f"{path}: {fault.strerror or fault}") from fault


def parse_xml(data: bytes, *, name: str) -> tuple[Element, bool]:
    """Parse a document without ever expanding an entity of its own.

    Args:
        data: the document's bytes.
        name: how errors call the document.
    Returns:
        The root element, and whether an XML declaration stood in the wrong place and was passed over.
    Raises:
        MapError: not well-formed, a document type, or past one of the limits.
    """
    if len(data) > MOST_BYTES:
        raise MapError(f"{name}: {len(data)} bytes are more than the limit of {MOST_BYTES}; cut the map into parts")
    data, is_moved = _without_late_declaration(data)
    parser = expat.ParserCreate()
    builder = _Builder(name, parser)
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        for begin in range(0, len(data), PIECE_BYTES):
            parser.Parse(data[begin : begin + PIECE_BYTES], False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise MapError(f"{name}, line {fault.lineno}: not well-formed XML: {expat.ErrorString(fault.code)}") from fault
    except (ValueError, LookupError) as fault:
        raise MapError(f"{name}: its encoding can not be read ({fault}); save it as UTF-8") from fault
    if builder.root is None:
        raise MapError(f"{name}: holds no XML element")
    return builder.root, is_moved


def _without_late_declaration(data: bytes) -> tuple[bytes, bool]:
    """Blank an XML declaration that stands after comments or empty lines; the line numbers stay as they are."""
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    begin = at
    while at < min(len(data), PROLOGUE_BYTES):
        if data[at : at + 1].isspace():
            at += 1
        elif data.startswith(b"<!--", at):
            end = data.find(b"-->", at)
            if end < 0:
                return data, False
            at = end + 3
        else:
            break
    end = data.find(b"?>", at)
    if at == begin or not data.startswith(b"<?xml", at) or end < 0:
        return data, False
    blank = bytes(byte if byte == 0x0A else 0x20 for byte in data[at : end + 2])
    return data[:at] + blank + data[end + 2 :], True
