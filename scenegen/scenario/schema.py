"""The JSON Schema of YAML scenarios, made from the records themselves, so that editors complete and check while one types."""

from __future__ import annotations

import inspect
import typing
from typing import Any

from scenegen.scenario.fields import (
    UNITS,
    Falling,
    FieldInfo,
    Options,
    Point,
    Points,
    Presence,
    Quantity,
    Spec,
    Tags,
    Whole,
    YesNo,
    field_infos,
)
from scenegen.scenario.records import FORMAT_VERSION, Scenario
from scenegen.scenario.sensors import LIDARS, RIGS, Camera, Lidar
from scenegen.scenario.steps import Behave
from scenegen.scenario.sweep import METHODS
from scenegen.scenario.tree import record_types, snake
from scenegen.scenario.yaml_laws import LAW_WORDS, LAWS

Json = dict[str, Any]


def json_schema() -> Json:
    """Give the schema, draft 2020-12: one definition per record, one of laws."""
    made: Json = {"law": _law()}
    root = _record(Scenario, made)
    root["properties"] |= {
        "scenegen": {"const": FORMAT_VERSION},
        "sweep": _sweep(),
        "extends": {
            "type": "string",
            "description": "a .yaml file below this folder, to be changed by `set`",
        },
        "set": {"type": "object", "description": "values by path, such as ego.speed: 50 km/h"},
    }
    root["required"] = ["scenegen", "name"]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "scenegen scenario"}
    return head | root | {"$defs": made}


def _record(kind: type[Any], made: Json, *, but: tuple[str, ...] = ()) -> Json:
    """Give the object schema of a record; the records below it go into `made`."""
    infos = {info.name.rstrip("_"): info for info in field_infos(kind) if info.name != "_" and info.name not in but}
    return {
        "type": ["object", "null"] if not any(info.is_required for info in infos.values()) else "object",
        "description": (inspect.getdoc(kind) or "").splitlines()[0],
        "additionalProperties": False,
        "properties": {word: _field(info, made) for word, info in infos.items()},
        "required": [word for word, info in infos.items() if info.is_required],
    }


def _reference(kind: type[Any], made: Json) -> Json:
    """Point at the definition of a record, made when first met; a record may hold itself."""
    word = snake(kind.__name__)
    if word not in made:
        made[word] = {}
        made[word] = _record(kind, made)
    return {"$ref": f"#/$defs/{word}"}


def _field(info: FieldInfo, made: Json) -> Json:
    if info.spec is not None:
        return _value(info.spec)
    if info.name == "actors":
        return {"type": "object", "additionalProperties": {"oneOf": [_actor(kind, made) for kind in record_types(info.hint)]}}
    if info.name == "requires":
        return {"type": "object", "additionalProperties": {"type": "string"}, "description": "label: condition"}
    if info.name == "camera":
        rig = {"type": "object", "properties": {"rig": {"enum": list(RIGS)}}, "required": ["rig"]}
        named = {"type": "object", "additionalProperties": _reference(Camera, made)}
        return {"anyOf": [_reference(Camera, made), rig, named]}
    if info.name == "lidar":
        scanner = _record(Lidar, made)
        scanner["properties"] = scanner["properties"] | {"preset": {"enum": list(LIDARS)}}
        return scanner | {"required": []}
    kinds = tuple(kind for kind in record_types(info.hint) if kind is not Behave)
    if typing.get_origin(info.hint) is tuple:
        return {"type": "array", "items": _one_of(kinds, made)}
    return _one_of(kinds, made) if len(kinds) > 1 or info.name == "road" else _reference(kinds[0], made)


def _one_of(kinds: tuple[type[Any], ...], made: Json) -> Json:
    """Give the schema of `{word: record}` with the word of one of several records."""
    properties = {snake(kind.__name__): _reference(kind, made) for kind in kinds}
    return {"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}


def _actor(kind: type[Any], made: Json) -> Json:
    """Give the schema of an actor, whose kind is the value of the key that names its type."""
    word = snake(kind.__name__)
    found = _record(kind, made, but=("name", "kind"))
    spec = next(info.spec for info in field_infos(kind) if info.name == "kind")
    found["properties"] = {word: _value(spec)} | found["properties"]
    found["required"] = [word, *found["required"]]
    return found


def _value(spec: Spec | None) -> Json:
    """Give the schema of a plain value or a law."""
    doc = getattr(spec, "doc", "")
    law = {"$ref": "#/$defs/law"}
    if isinstance(spec, Quantity):
        units = ", ".join(UNITS.get(spec.unit, {}))
        number: Json = {"type": "number"}
        if not units or len(UNITS.get(spec.unit, {})) == 1:
            number |= {"minimum": spec.low, "maximum": spec.high}
        text = f"{doc}; {spec.low:g} to {spec.high:g} {spec.unit}".rstrip() + (f" ({units})" if units else "")
        return {"anyOf": [number, {"type": "string"}, law], "description": text}
    if isinstance(spec, Whole):
        whole = {"type": "integer", "minimum": spec.low, "maximum": spec.high}
        return {"anyOf": [whole, law], "description": f"{doc}; {spec.low} to {spec.high}"}
    if isinstance(spec, Options):
        own = [{"type": "string", "pattern": "^own:"}] if spec.has_own else []
        return {"anyOf": [{"enum": list(spec.names)}, *own, law], "description": doc}
    if isinstance(spec, YesNo):
        return {"anyOf": [{"type": "boolean"}, law], "description": doc}
    if isinstance(spec, Presence):
        return {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "boolean"}], "description": doc}
    pair = {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2, "maxItems": 2}
    if isinstance(spec, Point):
        return pair | {"description": doc}
    if isinstance(spec, Points):
        return {"type": "array", "items": pair, "minItems": 1, "description": doc}
    if isinstance(spec, Falling):
        return {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 1, "description": doc}
    if isinstance(spec, Tags):
        return {"type": "array", "items": {"type": "string"}, "description": doc}
    return {"type": "string", "description": doc}


def _law() -> Json:
    """Give the schema of a law: one word, with its numbers in order or by name."""
    properties: Json = {"unit": {"type": "string"}, "p": {"type": "array", "items": {"type": ["number", "string"]}}}
    for word, kind in LAWS.items():
        names = [info.name for info in field_infos(kind)]
        by_name = {"type": "object", "properties": {name: {} for name in names}, "additionalProperties": False}
        properties[word] = {
            "anyOf": [{"type": "array"}, {"type": ["number", "string"]}, by_name],
            "description": f"{kind.__name__}({', '.join(names)})",
        }
    for word in LAW_WORDS:
        properties.setdefault(word, {})
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _sweep() -> Json:
    values = {"type": "object", "properties": {"list": {"type": "array"}, "unit": {"type": "string"}}, "required": ["list"]}
    paths = {"type": "array", "items": {"type": "string"}}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "method": {"enum": list(METHODS)},
            "over": {"anyOf": [{"type": "object", "additionalProperties": values}, paths]},
            "samples": {"type": ["integer", "string"]},
            "seeds": {"type": ["integer", "string"]},
        },
    }
