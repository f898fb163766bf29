"""Built models on disk, so that only the first run on a machine pays for making them.

The key is a hash of the spec and of the source of every generator, so a changed generator never meets an old model.
`SCENEGEN_CACHE` names the folder (default: the user's cache folder); an empty value switches the store off.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.models.mesh import Cabin, Joint, Mesh, Model, ModelSpec

_MESH_ARRAYS = ("positions_m", "normals", "uv", "tint", "material", "part", "joints", "weights", "faces")


def has_store() -> bool:
    """Tell whether models are kept on disk."""
    return os.environ.get("SCENEGEN_CACHE") != ""


def is_stored(spec: ModelSpec) -> bool:
    """Tell whether the store has a file for a spec."""
    path = _path(spec)
    return path is not None and path.exists()


def load_model(spec: ModelSpec) -> Model | None:
    """Give the stored model of a spec, None when there is none or it can not be read."""
    path = _path(spec)
    if path is None:
        return None
    try:
        with np.load(path, allow_pickle=False) as archive:
            return _unpacked(spec, dict(archive))
    except (OSError, ValueError, KeyError, EOFError):
        return None


def save_model(model: Model) -> None:
    """Store a model for later runs; a folder that can not be written is left alone, since nothing is lost by it."""
    path = _path(model.spec)
    if path is None:
        return
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            np.savez(stream, **_packed(model))
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)


def _path(spec: ModelSpec) -> Path | None:
    folder = os.environ.get("SCENEGEN_CACHE")
    if folder == "":
        return None
    base = Path(folder) if folder else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "scenegen"
    key = hashlib.sha256(f"{_source_hash()} {spec!r} numpy {np.__version__}".encode()).hexdigest()[:24]
    return base / f"{spec.kind.replace(':', '-')}-{key}.npz"


@lru_cache(maxsize=1)
def _source_hash() -> str:
    room = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(room.rglob("*.py")):
        digest.update(path.relative_to(room).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _packed(model: Model) -> dict[str, Any]:
    facts = {
        "class_name": model.class_name,
        "rig": model.rig,
        "parts": model.parts,
        "joints": [(joint.name, joint.parent) for joint in model.joints],
        "lod_distance_m": model.lod_distance_m,
        "size_m": model.size_m,
        "centre_m": model.centre_m,
        "facts": model.facts,
        "cabin": None if model.cabin is None else asdict(model.cabin),
        "seams": model.seams,
        "levels": len(model.meshes),
    }
    arrays: dict[str, Any] = {
        "facts": np.frombuffer(json.dumps(facts).encode(), np.uint8),
        "rest": np.array([joint.body_from_joint for joint in model.joints]).reshape(-1, 4, 4),
    }
    for level, mesh in enumerate(model.meshes):
        arrays |= {f"{level}.{name}": getattr(mesh, name) for name in _MESH_ARRAYS}
    return arrays


def _unpacked(spec: ModelSpec, arrays: dict[str, Any]) -> Model:
    facts = json.loads(arrays["facts"].tobytes())
    joints = zip(facts["joints"], arrays["rest"], strict=True)
    return Model(
        spec=spec,
        class_name=facts["class_name"],
        rig=facts["rig"],
        parts=tuple(facts["parts"]),
        joints=tuple(Joint(name, parent, rest) for (name, parent), rest in joints),
        meshes=tuple(Mesh(**{name: arrays[f"{level}.{name}"] for name in _MESH_ARRAYS}) for level in range(facts["levels"])),
        lod_distance_m=tuple(facts["lod_distance_m"]),
        size_m=tuple(facts["size_m"]),
        centre_m=tuple(facts["centre_m"]),
        facts=facts["facts"],
        cabin=None if facts["cabin"] is None else Cabin(**facts["cabin"]),
        seams={view: tuple((a, b, c, d) for a, b, c, d in strokes) for view, strokes in facts["seams"].items()},
    )
