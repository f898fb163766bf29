"""Walk a described tree: every field that holds a value or a law, by its path. Paths are names, never positions."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scenegen.errors import ScenarioError
from scenegen.scenario.behaviour import check_behaviour
from scenegen.scenario.dist import Dist
from scenegen.scenario.fields import Code, FieldInfo, Label, Tags, ValueSpec, check_law, check_tags, check_value, field_infos
from scenegen.scenario.sensors import Rig

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Leaf:
    """One field that holds a value: its path, the path its draw goes by, what it may hold and what it holds."""

    path: str
    draw_path: str
    spec: ValueSpec
    value: Any
    may_be_none: bool
    actor: str
    """Name of the actor it belongs to, "" for none."""


def snake(name: str) -> str:
    """Give the word for a record class in paths and files: `FollowLane` is `follow_lane`."""
    return _CAMEL.sub("_", name).lower()


def step_names(steps: tuple[Any, ...]) -> list[str]:
    """Name each step, or each part of a trigger: its id, else its type, with 2, 3, ... from the second of a type on."""
    names: list[str] = []
    counts: dict[str, int] = {}
    for step in steps:
        word = snake(type(step).__name__)
        own = getattr(step, "id", "")
        if not own:
            counts[word] = counts.get(word, 0) + 1
        name = own or (word if counts[word] == 1 else f"{word}{counts[word]}")
        if name in names:
            raise ScenarioError(f"does.{name}: two steps have this name; give one another id=")
        names.append(name)
    return names


def leaves(scenario: Any) -> Iterator[Leaf]:
    """Give every field of a scenario that holds a value, in the order of the records."""
    for info in field_infos(scenario.__class__):
        value = getattr(scenario, info.name)
        if info.name == "actors":
            for actor in value:
                yield from _record_leaves(actor, actor.name, actor.stream or actor.name, actor.name)
        elif info.name != "requires":
            yield from _field_leaves(info, value, "", "", "")


def _record_leaves(record: Any, path: str, draw_path: str, actor: str) -> Iterator[Leaf]:
    for info in field_infos(record.__class__):
        yield from _field_leaves(info, getattr(record, info.name), f"{path}.", f"{draw_path}.", actor)


def _field_leaves(info: FieldInfo, value: Any, path: str, draw_path: str, actor: str) -> Iterator[Leaf]:
    path, draw_path = path + info.name.rstrip("_"), draw_path + info.name.rstrip("_")
    if isinstance(info.spec, (Label, Tags, Code)):
        return
    if info.spec is not None:
        yield Leaf(path, draw_path, info.spec, value, info.may_be_none, actor)
    elif isinstance(value, tuple):
        for name, step in zip(step_names(value), value, strict=True):
            yield from _record_leaves(step, f"{path}.{name}", f"{draw_path}.{name}", actor)
    elif isinstance(value, Rig):
        for name, camera in value.cameras:
            yield from _record_leaves(camera, f"{path}.{name}", f"{draw_path}.{name}", actor)
    elif value is not None:
        yield from _record_leaves(value, path, draw_path, actor)


def with_values(record: Any, values: Mapping[str, Any], path: str = "") -> Any:
    """Give a record with the fields at some paths replaced; everything else is the same.

    Args:
        record: a scenario, or a record below one.
        values: path, as `leaves` gives it, to value or law.
        path: of the record, ending in a dot unless empty.
    """
    changed: dict[str, Any] = {}
    for info in field_infos(record.__class__):
        if info.name == "_" or not hasattr(record, info.name):
            continue
        value = getattr(record, info.name)
        here = path + info.name.rstrip("_")
        if here in values:
            changed[info.name] = values[here]
        elif isinstance(value, Rig):
            changed[info.name] = Rig(**{name: with_values(one, values, f"{here}.{name}.") for name, one in value.cameras})
        elif info.name == "actors":
            changed[info.name] = tuple(with_values(actor, values, f"{actor.name}.") for actor in value)
        elif info.spec is None and isinstance(value, tuple) and info.name != "requires":
            names = step_names(value)
            changed[info.name] = tuple(
                with_values(item, values, f"{here}.{name}.") for name, item in zip(names, value, strict=True)
            )
        elif info.spec is None and dataclasses.is_dataclass(value):
            changed[info.name] = with_values(value, values, f"{here}.")
    return dataclasses.replace(record, **{name: new for name, new in changed.items() if new != getattr(record, name)})


def actor_references(record: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Give (path, name) of every field inside an actor that names another actor."""
    path = path or record.name
    for info in field_infos(record.__class__):
        value = getattr(record, info.name)
        here = f"{path}.{info.name}"
        if isinstance(info.spec, Label):
            if info.spec.is_actor:
                yield here, value
        elif info.spec is None and isinstance(value, tuple):
            for name, step in zip(step_names(value), value, strict=True):
                yield from actor_references(step, f"{here}.{name}")
        elif info.spec is None and value is not None:
            yield from actor_references(value, here)


def record_types(hint: Any) -> tuple[type, ...]:
    """Give the record classes that a type hint allows: of a union, of the items of a tuple, or itself."""
    if dataclasses.is_dataclass(hint):
        return (hint,) if isinstance(hint, type) else ()
    return tuple(found for member in typing.get_args(hint) for found in record_types(member))


def check_tree(record: Any, path: str) -> None:
    """Check every field of a record and below against its spec; errors carry the full path.

    Raises:
        ScenarioError: a value of the wrong type or out of range, or a record where another one belongs.
    """
    for info in field_infos(record.__class__):
        value = getattr(record, info.name)
        here = f"{path}{info.name.rstrip('_')}"
        if value is None and info.may_be_none:
            continue
        if isinstance(info.spec, Label):
            if not isinstance(value, str):
                raise ScenarioError(f"{here}: {value!r} is not a text")
        elif isinstance(info.spec, Tags):
            check_tags(value, here)
        elif isinstance(info.spec, Code):
            check_behaviour(value, here)
        elif info.spec is None:
            _check_nested(info, value, path, here)
        elif isinstance(value, Dist):
            check_law(info.spec, value, here)
        else:
            check_value(info.spec, value, here)


def _check_nested(info: FieldInfo, value: Any, path: str, here: str) -> None:
    allowed = record_types(info.hint)
    is_many = typing.get_origin(info.hint) is tuple
    if is_many and not isinstance(value, tuple):
        raise ScenarioError(f"{here}: wanted a tuple (a, b, ...), got {type(value).__name__}")
    members = value if is_many else (value,)
    for member in members:
        if not isinstance(member, allowed):
            wanted = ", ".join(kind.__name__ for kind in allowed)
            raise ScenarioError(f"{here}: {member!r} is not one of {wanted}")
    if isinstance(value, Rig):
        for name, camera in value.cameras:
            check_tree(camera, f"{here}.{name}.")
    elif not is_many:
        check_tree(value, f"{here}.")
    elif info.name == "actors":
        for actor in value:
            check_tree(actor, f"{actor.name}.")
    elif info.name != "requires":
        for name, step in zip(step_names(value), value, strict=True):
            check_tree(step, f"{here}.{name}.")
