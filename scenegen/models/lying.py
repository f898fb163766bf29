"""What lies instead of standing: overturned vehicles, two-wheelers with their riders on the ground, a tree across the road.

Each is the standing model in its rest pose, turned over and made to fill the box that the catalogue states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.catalogue import build, entry
from scenegen.models.mesh import Mesh, Model, ModelSpec
from scenegen.models.static import refuse_unknown_options, static_model


@dataclass(frozen=True)
class _Fall:
    """Which model lies, and how: `lying_from_standing` (3, 3) turns its axes."""

    kind: str
    lying_from_standing: FloatArray
    options: tuple[tuple[str, str | float], ...] = ()


_ON_ITS_ROOF = np.diag([1.0, -1.0, -1.0])
_ON_ITS_SIDE = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
_ACROSS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])

_FALLS = {
    "overturned_car": _Fall("saloon", _ON_ITS_ROOF),
    "overturned_van": _Fall("van", _ON_ITS_SIDE),
    "overturned_truck": _Fall("box_truck", _ON_ITS_SIDE),
    "fallen_bicycle": _Fall("bicycle", _ON_ITS_SIDE),
    "fallen_motorcycle": _Fall("motorcycle", _ON_ITS_SIDE),
    "fallen_tree": _Fall("tree", _ACROSS, (("height", 9.0),)),
}
LYING_KINDS = tuple(_FALLS)


def build_lying(spec: ModelSpec) -> Model:
    """Build what lies: its kind says which, its seed the form of the standing one."""
    refuse_unknown_options(spec, ())
    fall = _FALLS[spec.kind]
    standing = build(ModelSpec(fall.kind, spec.seed, fall.options))
    low, high = _box(standing)
    size_m = entry(spec.kind).size_m
    meshes = [_laid(mesh, fall, low, high, size_m) for mesh in standing.meshes]
    model = static_model(spec, parts=standing.parts, meshes=meshes, lod_distance_m=standing.lod_distance_m)
    return replace(model, size_m=size_m, centre_m=(0.0, 0.0))


def _box(model: Model) -> tuple[FloatArray, FloatArray]:
    """Lower and upper corner of a model's stated box, which leaves mirrors out."""
    half = np.array([model.size_m[0] / 2, model.size_m[1] / 2, 0.0])
    middle = np.array([*model.centre_m, 0.0])
    return middle - half, middle + half + np.array([0.0, 0.0, model.size_m[2]])


def _laid(mesh: Mesh, fall: _Fall, low: FloatArray, high: FloatArray, size_m: tuple[float, float, float]) -> Mesh:
    """Turn a mesh over into a box on the ground; what stuck out of the old box sideways is pressed flat."""
    turn = fall.lying_from_standing
    points = np.clip(mesh.positions_m.astype(np.float64), low, high)
    ends = np.sort(np.stack([turn @ low, turn @ high]), axis=0)
    scale = np.array(size_m) / (ends[1] - ends[0])
    places = (points @ turn.T - [*(ends.sum(axis=0)[:2] / 2), ends[0, 2]]) * scale
    normals = mesh.normals.astype(np.float64) @ turn.T / scale
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    weights = np.zeros_like(mesh.weights)
    weights[:, 0] = 1.0
    return replace(
        mesh, positions_m=places.astype(np.float32), normals=normals.astype(np.float32), joints=np.zeros_like(mesh.joints),
        weights=weights,
    )  # fmt: skip
