"""What a layout is: how one data set lays out files, as pure functions from labels to (path, bytes)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from scenegen.truth.frame import Frame, FrameLabels

File = tuple[str, bytes]
"""A path relative to the layout's own folder, with forward slashes, and the file's bytes."""


@dataclass(frozen=True)
class Slot:
    """Where a clip's files go: known before rendering, so any number of workers can write without talking.

    `number` counts clips from 0; `first_frame` counts all frames of the clips before it; `frames` is the clip's own number,
    which may be less than what its scene asked for when a contact ends it.
    """

    clip: str
    number: int
    first_frame: int
    frames: int
    fps: int


Cameras = Literal["main", "stereo", "all"]
"""The first camera; it and its stereo partner where the rig has one; all of the rig."""


@dataclass(frozen=True)
class Wants:
    """What a layout must be given: of which cameras labels and pictures, whether sweeps; what no layout wants is not drawn.

    `holds_distortion` False: its files can not say how a lens bends, so a rig with such a camera is refused. `details`
    False: it holds no key points, joints, lines or drivable area, which then need not be worked out.
    """

    labels: Cameras = "main"
    pictures: Cameras = "main"
    sweeps: bool = False
    holds_distortion: bool = False
    details: bool = True


class Layout(Protocol):
    """One data set's layout. A new layout is one file with such a class; see `kitti_flow.py` for a short example."""

    name: str
    about: str
    wants: Wants
    largest_id: int | None
    """Largest track id that its files can hold; None for no limit."""

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give the files that belong to one frame."""
        ...

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give the files that need a whole clip, such as tables of boxes."""
        ...

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give the files that need the list of all finished clips, such as image sets."""
        ...


@runtime_checkable
class Joins(Protocol):
    """A layout that also makes files from what its clips wrote, such as one table over all of them."""

    def join(self, root: Path, slots: Iterable[Slot]) -> Iterator[File]:
        """Give the joined files, after `dataset_files`.

        Args:
            root: the layout's own folder, with the files of every finished clip in it.
            slots: the finished clips, in the order of their numbers.
        """
        ...


@runtime_checkable
class TakesNotes(Protocol):
    """What a layout adds whose files of a clip hold what only the pixels tell, such as run lengths of masks in one json."""

    def frame_notes(self, frame: Frame, slot: Slot) -> Any:
        """Give what of a frame's pixels the files of the clip need: small, and such that it can be pickled."""
        ...

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot, notes: Sequence[Any] = ()) -> Iterator[File]:
        """Give the files that need a whole clip; `notes` are those of its frames, in their order."""
        ...
