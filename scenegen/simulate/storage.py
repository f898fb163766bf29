"""Save and load a clip: one .npz with the poses and a JSON text with everything else; the same clip, the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.errors import DatasetError
from scenegen.geometry import frozen
from scenegen.models.mesh import ModelSpec
from scenegen.scenario.scene_json import scene_from_dict, scene_to_dict
from scenegen.simulate.clip import Clip, Event, Track

VERSION = 1
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip file can hold, so that bytes do not depend on the day
COLUMNS = ("world_from_body", "motion", "lamps", "present")

Arrays = dict[str, npt.NDArray[Any]]


def clip_to_arrays(clip: Clip) -> Arrays:
    """Give a clip as named arrays; `clip.json` is the UTF-8 text of all that is not an array.

    An array whose rows are all equal is kept as one row.
    """
    tracks = (clip.ego, *clip.tracks)
    text = json.dumps(
        {
            "version": VERSION,
            "scene": scene_to_dict(clip.scene),
            "first_tick": clip.first_tick,
            "ticks": len(clip.ego.world_from_body),
            "events": [[event.time_s, event.kind, event.actor, event.what] for event in clip.events],
            "metrics": clip.metrics,
            "tracks": [_track_facts(track) for track in tracks],
        },
        sort_keys=True,
    )
    arrays: Arrays = {"clip.json": np.frombuffer(text.encode(), np.uint8)}
    arrays["time_to_conflict_s"] = clip.time_to_conflict_s
    for track in tracks:
        for column in COLUMNS:
            arrays[f"{track.track_id}.{column}"] = _folded(getattr(track, column))
    return arrays


def clip_from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> Clip:
    """Read a clip back from its arrays.

    Raises:
        DatasetError: something is missing or of another version.
    """
    try:
        facts = json.loads(bytes(arrays["clip.json"]).decode())
        if facts["version"] != VERSION:
            raise DatasetError(f"the clip has format version {facts['version']}, wanted {VERSION}")
        tracks = [_track(entry, arrays, facts["ticks"]) for entry in facts["tracks"]]
        return Clip(
            scene=scene_from_dict(facts["scene"]), first_tick=facts["first_tick"], ego=tracks[0], tracks=tuple(tracks[1:]),
            events=tuple(Event(*event) for event in facts["events"]), metrics=facts["metrics"],
            time_to_conflict_s=frozen(arrays["time_to_conflict_s"]),
        )  # fmt: skip
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DatasetError(f"the clip can not be read: {error!r}") from None


def clip_to_bytes(clip: Clip) -> bytes:
    """Give the bytes of a clip's .npz file; equal clips give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in clip_to_arrays(clip).items():
            entry = zipfile.ZipInfo(f"{name}.npy", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(entry, content.getvalue(), compresslevel=1)
    return buffer.getvalue()


def clip_from_bytes(data: bytes) -> Clip:
    """Read a clip from the bytes of its .npz file.

    Raises:
        DatasetError: the bytes are no .npz or hold no clip.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return clip_from_arrays({name: arrays[name] for name in arrays.files})
    except (EOFError, ValueError, zipfile.BadZipFile) as error:
        raise DatasetError(f"no clip can be read: {error}") from None


def _track_facts(track: Track) -> dict[str, Any]:
    return {
        "track_id": track.track_id, "name": track.name, "role": track.role, "rig": track.rig, "class_name": track.class_name,
        "model": [track.model.kind, track.model.seed, [list(option) for option in track.model.options]],
        "size_m": list(track.size_m), "paint_linear": list(track.paint_linear),
    }  # fmt: skip


def _track(facts: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]], ticks: int) -> Track:
    """Read one track."""
    kind, seed, options = facts["model"]
    columns = {column: _unfolded(arrays[f"{facts['track_id']}.{column}"], ticks) for column in COLUMNS}
    return Track(
        track_id=facts["track_id"], name=facts["name"], role=facts["role"], rig=facts["rig"], class_name=facts["class_name"],
        model=ModelSpec(kind, seed, tuple((name, value) for name, value in options)),
        size_m=tuple(facts["size_m"]), paint_linear=tuple(facts["paint_linear"]), **columns,
    )  # fmt: skip


def _folded(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Keep one row of an array whose rows are all equal."""
    return array[:1] if len(array) and (array == array[:1]).all() else array


def _unfolded(array: npt.NDArray[Any], ticks: int) -> npt.NDArray[Any]:
    """Give an array its rows back, read-only."""
    return frozen(np.broadcast_to(array, (ticks, *array.shape[1:])) if len(array) == 1 else array)
