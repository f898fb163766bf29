"""What a data set says of itself: `scenegen/dataset.json` (what was asked) and `scenegen/clips/*.json` (what is there).

A clip's record is written last, by rename after fsync, so a clip either is there whole or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenegen.errors import DatasetError, OutputError

FORMAT_VERSION = 1
ROOM = "scenegen"
"""Folder of the data set's own records, beside one folder per layout."""


@dataclass(frozen=True)
class FileRecord:
    """One file of a clip: path relative to the data set's folder, size and SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ClipRecord:
    """One finished clip: its scene with every draw, its files, what happened in it."""

    clip: str
    number: int
    first_frame: int
    frames: int
    scene: dict[str, Any]
    events: list[dict[str, Any]]
    metrics: dict[str, float | None]
    files: tuple[FileRecord, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the record as JSON data."""
        return {
            "format": FORMAT_VERSION,
            "clip": self.clip,
            "number": self.number,
            "first_frame": self.first_frame,
            "frames": self.frames,
            "scene": self.scene,
            "events": self.events,
            "metrics": self.metrics,
            "files": [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in self.files],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any], place: Path) -> ClipRecord:
        """Read a record; a damaged one is refused with its place."""
        try:
            if data["format"] != FORMAT_VERSION:
                raise DatasetError(f"{place}: format {data['format']}, this version reads {FORMAT_VERSION}")
            return cls(
                clip=data["clip"],
                number=data["number"],
                first_frame=data["first_frame"],
                frames=data["frames"],
                scene=data["scene"],
                events=data["events"],
                metrics=data["metrics"],
                files=tuple(FileRecord(f["path"], f["size"], f["sha256"]) for f in data["files"]),
            )
        except (KeyError, TypeError) as error:
            raise DatasetError(f"{place}: not a clip record ({error})") from None


def dataset_path(out: Path) -> Path:
    """Give the path of the data set's own record."""
    return out / ROOM / "dataset.json"


def variants_path(out: Path) -> Path:
    """Give the path of the record that lists the skies of a folder made by `--variants`."""
    return out / ROOM / "variants.json"


def record_path(out: Path, clip: str) -> Path:
    """Give the path of a clip's commit record."""
    return out / ROOM / "clips" / f"{clip}.json"


def poses_path(clip: str) -> str:
    """Give the path of a clip's poses, relative to the data set's folder."""
    return f"{ROOM}/clips/{clip}.npz"


def write_file(out: Path, path: str, data: bytes) -> FileRecord:
    """Write one file of a data set, making its folder.

    Raises:
        OutputError: the disk is full or the folder can not be written; says so and that the command can be run again.
    """
    target = out / path
    try:
        try:
            target.write_bytes(data)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        raise output_error(target, error) from None
    return FileRecord(path, len(data), hashlib.sha256(data).hexdigest())


def write_atomically(target: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all: a temporary name, fsync, rename."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise output_error(target, error) from None


def output_error(target: Path, error: OSError) -> OutputError:
    """Say in one line why a file could not be written and what to do."""
    if error.errno == errno.ENOSPC:
        return OutputError(f"{target}: the disk is full; make room and run the same command again to go on")
    return OutputError(f"{target}: can not be written ({error.strerror}); choose another --out or mend its permissions")


def json_bytes(data: Any) -> bytes:
    """Give JSON text with a final newline; the same data gives the same bytes."""
    return (json.dumps(data, indent=1, allow_nan=False) + "\n").encode()


def read_json(path: Path) -> Any:
    """Read a JSON file of the data set; a damaged one is refused with its place."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: can not be read ({error})") from None


def read_records(out: Path) -> list[ClipRecord]:
    """Read all clip records of a data set, in the order of their numbers."""
    paths = sorted((out / ROOM / "clips").glob("*.json"))
    return sorted((ClipRecord.from_json(read_json(path), path) for path in paths), key=lambda record: record.number)


def find_record(out: Path, clip: str | None) -> ClipRecord:
    """Give the record of a clip by its name, of the first when it is None.

    Raises:
        DatasetError: there is no such clip, or none at all.
    """
    records = read_records(out)
    if not records:
        if variants_path(out).exists():
            names = ", ".join(str(out / name) for name in read_json(variants_path(out))["variants"])
            raise DatasetError(f"{out}: holds one data set a variant; name one of {names}")
        raise DatasetError(f"{out}: holds no finished clip")
    for record in records:
        if clip in (None, record.clip):
            return record
    raise DatasetError(f"{out}: no clip {clip!r}; there are {', '.join(record.clip for record in records[:8])}")


def damaged_files(out: Path, files: Iterable[FileRecord]) -> list[str]:
    """Name the files that are missing or do not have the bytes that their record says."""
    return [record.path for record in files if not _is_intact(out / record.path, record)]


def _is_intact(path: Path, record: FileRecord) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return len(data) == record.size and hashlib.sha256(data).hexdigest() == record.sha256
