"""Proof that the variants of a scene pair: every label byte equal, only pictures and words on light and weather differ."""

from __future__ import annotations

import fnmatch
import io
import json
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenegen.dataset import manifest
from scenegen.dataset.manifest import ClipRecord
from scenegen.dataset.proof import Fault
from scenegen.errors import DatasetError
from scenegen.scenario.variants import is_of_sky
from scenegen.truth.labels import SKY_ATTRIBUTES

PICTURES = (
    *(f"kitti_{name}/training/image_*" for name in ("object", "tracking", "mots", "flow", "semantics")),
    "kitti_raw/*/image_*/data/*", "kitti_odometry/sequences/*/image_*", "vkitti2/*/frames/rgb/*", "coco/images/*",
    "scalabel/images/*", "yolo/images/*", "yolo_seg/images/*", "cityscapes/leftImg8bit/*", "cityscapes/rightImg8bit/*",
    "nuscenes/samples/CAM_*", "openlabel/*/*.png", "middlebury/training/clean*", "webdataset/*.rgb.png",
)  # fmt: skip
"""Where the layouts keep what a look makes; everything else is a label."""
PICTURE_ARRAYS = frozenset({"rgb"})
"""Arrays of a .npz that are pictures."""
WORDS = frozenset({*SKY_ATTRIBUTES, "weather", "timeofday", "light"})
"""Keys of JSON under which layouts and clip records tell of light and weather."""

Contents = dict[str, bytes]


def prove_pairs(root: Path, names: tuple[str, ...], checks: Counter[str], faults: list[Fault]) -> None:
    """Compare the files of all variants with those of the first, path by path.

    Args:
        root: folder that holds one data set a variant.
        names: the variants.
        checks: counts every compared file.
        faults: takes the first file of each clip that is no pair.
    """
    first, *others = names
    asked = {name: manifest.read_json(manifest.dataset_path(root / name)).get("asked", {}) for name in names}
    records = {name: {record.clip: record for record in manifest.read_records(root / name)} for name in names}
    for name in others:
        for key in asked[first]:
            if key not in ("variant", "clips", "look", "quality") and asked[name].get(key) != asked[first][key]:
                faults.append(Fault(str(root / name), f"was asked for with another {key} than {root / first}"))
        for clip, record in records[first].items():
            if clip not in records[name]:
                faults.append(Fault(str(root / name), f"has no clip {clip}, which {root / first} has"))
            else:
                _prove_clip(root / first, root / name, (record, records[name][clip]), checks, faults)


def _prove_clip(one: Path, other: Path, pair: tuple[ClipRecord, ClipRecord], checks: Counter[str], faults: list[Fault]) -> None:
    """Compare a clip under two skies; only the first file that differs is told."""
    if _without_sky(_facts(pair[0])) != _without_sky(_facts(pair[1])):
        place = str(manifest.record_path(other, pair[1].clip))
        faults.append(Fault(place, f"its scene, events or metrics are not those of {one}, apart from light and weather"))
        return
    files = [{file.path: file.sha256 for file in record.files} for record in pair]
    for path in sorted(files[0].keys() | files[1].keys()):
        checks["files of pairs"] += 1
        if path not in files[0] or path not in files[1]:
            without, has = (one, other) if path not in files[0] else (other, one)
            faults.append(Fault(str(without / path), f"is missing; {has} has it"))
            return
        if files[0][path] != files[1][path] and not _is_pair(one / path, other / path, path):
            faults.append(Fault(str(other / path), f"is not the label of {one / path}, though only light and weather differ"))
            return


def _facts(record: ClipRecord) -> dict[str, Any]:
    """Give what a clip record says of the clip itself."""
    scene = dict(record.scene)
    scene["draws"] = [draw for draw in scene.get("draws", ()) if not is_of_sky(draw["path"])]
    return {
        "frames": record.frames,
        "number": record.number,
        "scene": scene,
        "events": record.events,
        "metrics": record.metrics,
    }


def _is_pair(one: Path, other: Path, path: str) -> bool:
    """Tell whether two files of unequal bytes differ in pictures and words on light and weather only."""
    try:
        if is_picture(path):
            return one.exists() and other.exists()
        return bool(_labels(one.read_bytes(), path) == _labels(other.read_bytes(), path))
    except (OSError, ValueError, LookupError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise DatasetError(f"{other}: can not be compared with {one} ({error})") from None


def is_picture(path: str) -> bool:
    """Tell whether a file, by its path below a data set's folder, is a picture that a look made."""
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in PICTURES)


def _labels(data: bytes, path: str) -> Any:
    """Give what of a file must be equal under every sky."""
    reader = _READERS.get(Path(path).suffix)
    return data if reader is None else reader(data, path)


def _of_npz(data: bytes, path: str) -> Contents:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name.removesuffix(".npy") not in PICTURE_ARRAYS}
    if path.startswith(f"{manifest.ROOM}/"):
        # The poses of a clip carry its scene, which the clip record told already.
        members.pop("clip.json.npy", None)
    return members


def _of_tar(data: bytes, path: str) -> dict[str, Any]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        kept = [entry for entry in archive.getmembers() if not is_picture(f"{path}/{entry.name}")]
        return {entry.name: _labels(_content(archive, entry), entry.name) for entry in kept}


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(entry)
    return b"" if stream is None else stream.read()


def _of_json(data: bytes, path: str) -> Any:
    return _without_sky(json.loads(data))


_READERS: dict[str, Callable[[bytes, str], Any]] = {".npz": _of_npz, ".tar": _of_tar, ".json": _of_json}


def _without_sky(value: Any) -> Any:
    """Leave out of JSON data what tells of light and weather; in a sentence of `name number` pairs, those pairs."""
    if isinstance(value, dict):
        return {key: _without_sky(item) for key, item in value.items() if key not in WORDS}
    if isinstance(value, list):
        return [_without_sky(item) for item in value]
    if isinstance(value, str):
        return ", ".join(part for part in value.split(", ") if part.partition(" ")[0] not in SKY_ATTRIBUTES)
    return value


def listed_variants(root: Path) -> tuple[str, ...]:
    """Give the variants that a folder of variants lists.

    Raises:
        DatasetError: its record is damaged, or a variant that it lists is not there.
    """
    names = manifest.read_json(manifest.variants_path(root)).get("variants", [])
    if not names:
        raise DatasetError(f"{manifest.variants_path(root)}: lists no variant")
    for name in names:
        if manifest.dataset_path(root / name).exists():
            continue
        raise DatasetError(f"{root / name}: the variant is listed and not there; run the same command again")
    return tuple(names)
