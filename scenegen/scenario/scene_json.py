"""`Scene` to JSON values and back: replay reads the numbers and draws nothing."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from scenegen.errors import ScenarioError
from scenegen.scenario.scene import Scene

_SUFFIX = "Scene"


def scene_to_dict(scene: Scene) -> dict[str, Any]:
    """Give a scene as plain JSON values; records of a union carry their `type`."""
    return {field.name: _dump(getattr(scene, field.name)) for field in dataclasses.fields(scene)}


def scene_from_dict(data: Mapping[str, Any]) -> Scene:
    """Read a scene back from JSON values.

    Raises:
        ScenarioError: a field is missing, unknown, or of the wrong type.
    """
    scene = _load_record(Scene, data, "scene")
    if not isinstance(scene, Scene):
        raise TypeError("wanted a Scene")
    return scene


def _dump(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_dump(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value).__name__.removesuffix(_SUFFIX)
        told = [field.name for field in dataclasses.fields(value) if field.metadata.get("in_json", True)]
        return {"type": kind} | {name: _dump(getattr(value, name)) for name in told}
    return value


def _load_record(kind: type[Any], data: Any, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise ScenarioError(f"{where}: wanted a record, got {type(data).__name__}")
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind) if field.metadata.get("in_json", True)]
    required = [field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING]
    for name in data:
        if name not in names and name != "type":
            raise ScenarioError(f"{where}: unknown field {name!r}")
    missing = [name for name in required if name not in data]
    if missing:
        raise ScenarioError(f"{where}: field {missing[0]!r} is missing")
    return kind(**{name: _load(hints[name], data[name], f"{where}.{name}") for name in names if name in data})


def _load(hint: Any, value: Any, where: str) -> Any:
    origin, members = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _load_record(hint, value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise ScenarioError(f"{where}: wanted a list, got {type(value).__name__}")
        kinds = [members[0]] * len(value) if members[-1] is ... else members
        if len(kinds) != len(value):
            raise ScenarioError(f"{where}: wanted {len(kinds)} values, got {len(value)}")
        return tuple(_load(kind, item, f"{where}[{k}]") for k, (kind, item) in enumerate(zip(kinds, value, strict=True)))
    if origin is typing.Literal:
        if value not in members:
            raise ScenarioError(f"{where}: {value!r} is not one of {', '.join(map(str, members))}")
        return value
    if origin in (typing.Union, types.UnionType):
        return _load_union(members, value, where)
    return _load_plain(hint, value, where)


def _load_union(members: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in members:
        return None
    members = tuple(member for member in members if member is not type(None))
    if isinstance(value, Mapping):
        for member in members:
            if dataclasses.is_dataclass(member) and getattr(member, "__name__", "") == f"{value.get('type')}{_SUFFIX}":
                return _load(member, value, where)
        raise ScenarioError(f"{where}: unknown type {value.get('type')!r}")
    # Keep 1 and True and 1.0 apart
    for member in members:
        if type(value) is member:
            return value
    return _load_plain(float if float in members else members[0], value, where)


def _load_plain(kind: Any, value: Any, where: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ScenarioError(f"{where}: wanted {getattr(kind, '__name__', kind)}, got {value!r}")
    return value
