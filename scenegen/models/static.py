"""Things without moving parts: one joint, meshes from fine to coarse, size measured from the finest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.models.catalogue import entry
from scenegen.models.mesh import Joint, Mesh, Model, ModelSpec


def static_model(
    spec: ModelSpec, *, parts: Sequence[str], meshes: Sequence[Mesh], lod_distance_m: Sequence[float] = (0.0,)
) -> Model:
    """Make the model of a thing that does not move; its size and middle are those of the finest mesh."""
    if len(meshes) != len(lod_distance_m):
        raise ValueError(f"{len(meshes)} meshes but {len(lod_distance_m)} distances")
    points = meshes[0].positions_m
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    length, width, height = (round(float(edge), 6) for edge in (high[0] - low[0], high[1] - low[1], high[2]))
    middle_x, middle_y = (round(float(low[i] + high[i]) / 2, 6) for i in range(2))
    return Model(
        spec=spec,
        class_name=entry(spec.kind).class_name,
        rig="static",
        parts=tuple(parts),
        joints=(Joint("body", -1, np.eye(4)),),
        meshes=tuple(meshes),
        lod_distance_m=tuple(lod_distance_m),
        size_m=(length, width, height),
        centre_m=(middle_x, middle_y),
    )


def number_option(spec: ModelSpec, name: str, default: float, *, low: float, high: float) -> float:
    """Read a number from a spec's options; text or a value out of range is refused."""
    value = dict(spec.options).get(name, default)
    if isinstance(value, str) or not low <= value <= high:
        raise ScenarioError(f"{spec.kind}.{name}: {value!r} is not a number between {low:g} and {high:g}")
    return float(value)


def refuse_unknown_options(spec: ModelSpec, known: Sequence[str]) -> None:
    """Refuse an option that the generator does not read."""
    unknown = [name for name, _ in spec.options if name not in known]
    if unknown:
        raise ScenarioError(f"{spec.kind}: no option {unknown[0]!r}; it has {', '.join(known) or 'none'}")


def draws_of(spec: ModelSpec, *, salt: int) -> np.random.Generator:
    """Give the generator of a spec's form; `salt` keeps kinds with equal seeds apart."""
    return np.random.default_rng([salt, spec.seed])
