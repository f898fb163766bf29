"""A scenario as YAML text that reads back to an equal tree. Fields at their defaults are left out."""

from __future__ import annotations

import typing
from typing import Any

import yaml

from scenegen.errors import ScenarioError
from scenegen.scenario import laws
from scenegen.scenario.curve import Curve
from scenegen.scenario.dist import Dist, P, Scaled
from scenegen.scenario.fields import UNITS, Code, FieldInfo, Quantity, Spec, field_infos
from scenegen.scenario.records import FORMAT_VERSION, Scenario
from scenegen.scenario.sensors import LIDARS, RIGS, Camera, Lidar, Rig
from scenegen.scenario.tree import record_types, snake


class _Dumper(yaml.SafeDumper):
    """Writes equal values twice instead of as an anchor, which the reader refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write every value in full."""
        return True


def write_yaml(scenario: Scenario) -> str:
    """Give the YAML text of a scenario.

    Args:
        scenario: any scenario built of the language's records and laws.
    Returns:
        Text that `read_yaml` turns into an equal scenario.
    Raises:
        ScenarioError: a law of the user's own, which has no word in YAML.
    """
    data = {"scenegen": FORMAT_VERSION} | _fields(scenario)
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True)


def _fields(record: Any) -> dict[str, Any]:
    """Give the fields of a record that differ from their defaults."""
    data = {}
    for info in field_infos(record.__class__):
        value = getattr(record, info.name, None)
        if info.name != "_" and (info.is_required or value != info.default):
            data[info.name.rstrip("_")] = _field(info, value)
    return data


def _field(info: FieldInfo, value: Any) -> Any:
    if isinstance(info.spec, Code):
        raise ScenarioError(f"{value.__qualname__} is a behaviour of one's own, Python code, so it can not be written as YAML")
    if info.spec is not None:
        return _value(value, info.spec)
    if info.name == "actors":
        return {actor.name: _actor(actor) for actor in value}
    if info.name == "requires":
        return {requirement.label: requirement.expression for requirement in value}
    if isinstance(value, (Camera, Rig)):
        return _fields(value) if isinstance(value, Camera) else _rig(value)
    if isinstance(value, Lidar):
        return _lidar(value)
    if isinstance(value, tuple):
        return [{snake(type(step).__name__): _fields(step)} for step in value]
    if len(record_types(info.hint)) > 1 or info.name == "road":
        return {snake(type(value).__name__): _fields(value)}
    return _fields(value)


def _rig(rig: Rig) -> dict[str, Any]:
    """Give a rig's preset where it is one, else its cameras by name."""
    preset = next((name for name, make in RIGS.items() if make() == rig), None)
    return {"rig": preset} if preset else {name: _fields(camera) for name, camera in rig.cameras}


def _lidar(lidar: Lidar) -> dict[str, Any]:
    """Give the preset that a scanner differs from least, and in what it differs."""
    told = []
    for preset, make in LIDARS.items():
        base, data = make(), {}
        for info in field_infos(Lidar):
            value = getattr(lidar, info.name, None)
            if info.name != "_" and value != getattr(base, info.name):
                data[info.name] = _field(info, value)
        told.append({"preset": preset} | data)
    return min(told, key=len)


def _actor(actor: Any) -> dict[str, Any]:
    """Give an actor's mapping; its kind is the value of the key that names its type, and comes first."""
    kind_info = next(info for info in field_infos(actor.__class__) if info.name == "kind")
    data = {snake(type(actor).__name__): _field(kind_info, actor.kind)} | _fields(actor)
    return {word: value for word, value in data.items() if word not in ("name", "kind")}


def _value(value: Any, spec: Spec) -> Any:
    if isinstance(value, Dist):
        return _law(value, spec)
    if isinstance(value, Curve):
        return {"curve": [list(point) for point in value.points]}
    return [_value(item, spec) for item in value] if isinstance(value, tuple) else value


def _law(law: Dist[Any], spec: Spec) -> dict[str, Any]:
    if isinstance(law, Scaled):
        return _scaled(law, spec)
    if isinstance(law, P):
        return {"shared": {"name": law.name, "law": _law(law.law, spec)}}
    if isinstance(law, laws.Choice):
        return {"choice": list(law.options), "p": list(law.p)}
    if isinstance(law, laws.Mixture):
        return {"mixture": [_law(member, spec) for member in law.laws], "p": list(law.p)}
    if isinstance(law, laws.Empirical):
        return {"empirical": list(law.values)}
    word = snake(type(law).__name__)
    if getattr(laws, type(law).__name__, None) is not type(law):
        raise ScenarioError(f"{law.describe()} is not a law of the language, so it can not be written as YAML")
    return {word: [getattr(law, name) for name in typing.cast(Any, law).__dataclass_fields__]}


def _scaled(law: Scaled, spec: Spec) -> dict[str, Any]:
    """Write a factor that is a unit's as `unit: km/h`, any other by itself."""
    typed = UNITS.get(spec.unit, {}) if isinstance(spec, Quantity) else {}
    unit = next((name for name, factor in typed.items() if factor == law.factor != 1.0), None)
    inner = _law(law.law, spec)
    if unit is not None and law.offset == 0.0 and "unit" not in inner:
        return inner | {"unit": unit}
    return {"scaled": {"law": inner, "factor": law.factor, "offset": law.offset}}
