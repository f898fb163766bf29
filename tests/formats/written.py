"""Files of a layout on disk, written from frames by the hooks and in the order that the batch uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from scenegen.formats.layout import File, Joins, Layout, Slot, TakesNotes
from scenegen.truth.frame import Frame


def write(layout: Layout, frames: Sequence[Frame], slot: Slot, folder: Path) -> Path:
    """Write one clip of a layout below `folder`/NAME, and the files of a data set that has this clip alone.

    Returns:
        The layout's own folder.
    """
    root = folder / layout.name
    for frame in frames:
        _put(root, layout.frame_files(frame, slot))
    labels = [frame.labels for frame in frames]
    if isinstance(layout, TakesNotes):
        _put(root, layout.clip_files(labels, slot, [layout.frame_notes(frame, slot) for frame in frames]))
    else:
        _put(root, layout.clip_files(labels, slot))
    _put(root, layout.dataset_files([slot]))
    if isinstance(layout, Joins):
        _put(root, layout.join(root, [slot]))
    return root


def _put(root: Path, files: Iterable[File]) -> None:
    for path, data in files:
        place = root / path
        if place.exists():
            raise AssertionError(f"{path} is written twice")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
