"""`Card`: the few lines of YAML that say what a person's own model is, how large, which way it looks and who may use it."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from scenegen.classes import BY_NAME
from scenegen.errors import AssetError
from scenegen.scenario.fields import nearest

MAX_CARD_BYTES = 16_384
MAX_JOINTS = 64
LEAST_SCALE, MOST_SCALE = 1e-4, 1e4
AXES = ("+x", "-x", "+y", "-y", "+z", "-z")
SUFFIXES = (".glb", ".gltf", ".obj")

Category = Literal["vehicle", "person", "animal", "debris", "prop"]

CATEGORY_OF_CLASS: dict[str, Category] = {
    "car": "vehicle", "van": "vehicle", "truck": "vehicle", "bus": "vehicle", "rider": "vehicle", "motorcycle": "vehicle",
    "bicycle": "vehicle", "person": "person", "animal": "animal", "debris": "debris", "traffic_cone": "prop",
    "barrier": "prop", "traffic_light": "prop", "traffic_sign": "prop", "street_furniture": "prop",
}  # fmt: skip
"""What can be brought along, by class, and which kind of actor it is."""
_FIELDS = ("file", "class", "scale", "forward", "up", "licence", "joints")


@dataclass(frozen=True)
class Card:
    """One card: `path` its own; `file` the model beside it; `forward` and `up` axes of the file; `joints` our name of each
    wheel or bone to the name of its node in the file."""

    path: Path
    file: Path
    class_name: str
    scale: float
    forward: str
    up: str
    licence: str
    joints: dict[str, str] = field(default_factory=dict)

    @property
    def category(self) -> Category:
        """Which kind of actor it is."""
        return CATEGORY_OF_CLASS[self.class_name]


def read_card(path: Path) -> Card:
    """Read a card.

    Args:
        path: of the YAML file; its model must lie in the same folder or below it.
    Raises:
        AssetError: a field is missing, unknown or out of range, or the model's file is somewhere else.
    """
    data = _mapping(path)
    for name in data:
        if name not in _FIELDS:
            raise AssetError(
                f"{path.name}: no field {str(name)[:40]!r}; a card has {', '.join(_FIELDS)}{nearest(name, _FIELDS)}"
            )
    file = inside(path.parent, _text(data, "file", path), where=f"{path.name}: file")
    if file.suffix.lower() not in SUFFIXES:
        raise AssetError(f"{path.name}: file: {file.name!r} does not end in {', '.join(SUFFIXES)}")
    class_name = _text(data, "class", path)
    if class_name not in CATEGORY_OF_CLASS or class_name not in BY_NAME:
        known = ", ".join(CATEGORY_OF_CLASS)
        raise AssetError(f"{path.name}: class: {class_name!r} is not one of {known}{nearest(class_name, CATEGORY_OF_CLASS)}")
    forward, up = (_axis(data, name, default, path) for name, default in (("forward", "+z"), ("up", "+y")))
    if forward[1] == up[1]:
        raise AssetError(f"{path.name}: forward {forward} and up {up} lie on one axis; they stand at right angles")
    return Card(path, file, class_name, _scale(data, path), forward, up, _text(data, "licence", path), _joints(data, path))


def inside(folder: Path, place: str, *, where: str) -> Path:
    """Give the file at a relative place inside a folder.

    Raises:
        AssetError: it is an address, an absolute path or leads out of the folder, also by a link; or there is no such file.
    """
    if not place or "\x00" in place or "\\" in place or ":" in place or place.startswith("/"):
        raise AssetError(f"{where}: {place[:80]!r} is no file beside the card; only relative paths inside its folder are read")
    try:
        root = folder.resolve()
        found = (root / place).resolve()
        is_file = found.is_file()
    except (OSError, ValueError, RuntimeError) as problem:
        raise AssetError(f"{where}: {place[:80]!r} can not be looked up ({type(problem).__name__})") from None
    if not found.is_relative_to(root):
        raise AssetError(f"{where}: {place[:80]!r} leads out of the folder of the card; put a copy beside the card")
    if not is_file:
        raise AssetError(f"{where}: there is no file {place[:80]!r} in {folder.name}")
    return found


class _PlainLoader(yaml.SafeLoader):
    """YAML without aliases, which can make a small file huge, and without keys given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not read", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        names = [key.value for key, _ in node.value]
        if len(names) != len({str(name) for name in names}):
            raise yaml.constructor.ConstructorError(None, None, "a field is given twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _mapping(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            text = stream.read(MAX_CARD_BYTES + 1)
        if len(text) > MAX_CARD_BYTES:
            raise AssetError(f"{path.name}: a card is a few lines, and this file is above {MAX_CARD_BYTES} bytes")
        data = yaml.load(text.decode("utf-8"), _PlainLoader)
    except OSError as problem:
        raise AssetError(f"{path.name}: {problem.strerror or problem}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as problem:
        raise AssetError(f"{path.name}: not readable as YAML ({' '.join(str(problem).split())[:160]})") from None
    if not isinstance(data, dict):
        raise AssetError(f"{path.name}: a card is a mapping: file, class, scale, forward, licence")
    return data


def _text(data: dict[str, Any], name: str, path: Path) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise AssetError(f"{path.name}: {name}: wanted a text, got {str(value)[:40]!r}")
    return value.strip()


def _axis(data: dict[str, Any], name: str, default: str, path: Path) -> str:
    value = str(data.get(name, default)).strip().lower()
    value = f"+{value}" if value in ("x", "y", "z") else value
    if value not in AXES:
        raise AssetError(f"{path.name}: {name}: {value[:20]!r} is not one of {', '.join(AXES)}")
    return value


def _scale(data: dict[str, Any], path: Path) -> float:
    value = data.get("scale", 1.0)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not LEAST_SCALE <= value <= MOST_SCALE:
        raise AssetError(f"{path.name}: scale: {str(value)[:20]!r} is not a number of metres a unit, such as 1 or 0.01")
    return float(value)


def _joints(data: dict[str, Any], path: Path) -> dict[str, str]:
    value = data.get("joints") or {}
    if not isinstance(value, dict) or len(value) > MAX_JOINTS:
        raise AssetError(f"{path.name}: joints: wanted at most {MAX_JOINTS} pairs `our name: name of the node`")
    for ours, theirs in value.items():
        if not isinstance(ours, str) or not isinstance(theirs, str):
            raise AssetError(f"{path.name}: joints: {str(ours)[:40]!r} wants the name of a node of the file")
    return dict(value)
