"""KITTI MOTS: instances as 16-bit pictures and as run lengths, a sequence a clip, with the pictures they belong to.

Class 1 is car, 2 pedestrian; vans and riders, which could be taken for either, are the ignore region 10000; the rest is 0.
Ids are those of all our layouts. Source: MOTS benchmark (Voigtlaender et al. 2019): class * 1000 + instance; text lines
`frame id class height width rle`, run lengths as COCO packs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.classes import CLASSES
from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png, picture_png
from scenegen.formats.rle import Counts, counts_mask, id_counts, pack_counts, unpack_counts
from scenegen.geometry import BoolArray
from scenegen.render.passes import U16Array
from scenegen.truth.frame import Frame, FrameLabels, View

IDS_A_CLASS = 1000
IGNORE_CLASS, IGNORED = 10, 10_000
_CLASS_OF = {"car": 1, "person": 2, "van": IGNORE_CLASS, "rider": IGNORE_CLASS}


@dataclass(frozen=True, eq=False)
class Instance:
    """One line of instances_txt: `instance_id` as in the pictures, `class_id` 1, 2 or 10, `mask` (H, W)."""

    frame: int
    instance_id: int
    class_id: int
    mask: BoolArray


class KittiMots:
    """Writes one sequence a clip, frames counted from 0 in each."""

    name = "kitti_mots"
    about = "KITTI MOTS: image_02, instances (16-bit), label_02 and instances_txt (run lengths), seqmap"
    wants = Wants()
    largest_id: int | None = IDS_A_CLASS - 1
    channels = kitti_channels.MOTS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give the picture and its instances."""
        stem = f"{slot.number:04d}/{frame.labels.index:06d}"
        if frame.main.picture is not None:
            yield f"training/image_02/{stem}.png", picture_png(frame.main.picture)
        yield f"training/instances/{stem}.png", encode_png(instance_image(frame.main))

    def frame_notes(self, frame: Frame, slot: Slot) -> str:
        """Give the frame's lines of instances_txt."""
        return "".join(instance_lines(frame.labels.index, instance_image(frame.main)))

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot, notes: Sequence[str] = ()) -> Iterator[File]:
        """Give the sequence's lines, under the benchmark's name and under that which its scorer reads."""
        for folder in ("instances_txt", "label_02"):
            yield f"training/{folder}/{slot.number:04d}.txt", "".join(notes).encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give the map of sequences; unlike the tracking benchmark's it ends with the number of the last frame."""
        lines = (f"{slot.number:04d} empty 000000 {slot.frames - 1:06d}\n" for slot in slots)
        yield "training/evaluate_mots.seqmap.training", "".join(lines).encode()


def instance_image(view: View) -> U16Array:
    """Give class * 1000 + track id for every pixel, 10000 for what is to be ignored, 0 for background.

    Raises:
        DatasetError: a track id above 999, which would be another class.
    """
    class_of = np.array([_CLASS_OF.get(entry.name, 0) for entry in CLASSES], np.int64)
    row_class = class_of[view.row_class]
    is_object = (row_class > 0) & (view.row_object > 0)
    largest = int(view.row_object[is_object].max(initial=0))
    if largest >= IDS_A_CLASS:
        raise DatasetError(f"frame {view.passes.frame}: track id {largest}, a class of kitti_mots holds {IDS_A_CLASS - 1}")
    row_value = np.where(row_class == IGNORE_CLASS, IGNORED, row_class * IDS_A_CLASS + view.row_object)
    image: U16Array = np.where(is_object, row_value, 0).astype(np.uint16)[view.passes.row]
    return image


def instance_lines(frame: int, instances: U16Array) -> Iterator[str]:
    """Give the text lines of one picture of instances, in the order of their ids."""
    height, width = instances.shape
    for number, counts in id_counts(instances).items():
        yield f"{frame} {number} {number // IDS_A_CLASS} {height} {width} {pack_counts(counts)}\n"


def read_instances(text: str) -> list[Instance]:
    """Read an instances_txt file.

    Raises:
        DatasetError: a malformed line, a class that does not fit its id, or masks of one frame that overlap; with its number.
    """
    instances: list[Instance] = []
    covered: dict[int, BoolArray] = {}
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split(" ")
        if len(fields) != 6:
            raise DatasetError(f"instances_txt line {number}: {len(fields)} fields, wanted 6")
        try:
            frame, instance_id, class_id, height, width = (int(field) for field in fields[:5])
        except ValueError as error:
            raise DatasetError(f"instances_txt line {number}: {error}") from None
        if class_id not in (1, 2, IGNORE_CLASS) or instance_id // IDS_A_CLASS != class_id:
            raise DatasetError(f"instances_txt line {number}: id {instance_id} of class {class_id}")
        counts: Counts = unpack_counts(fields[5])
        mask = counts_mask(counts, width_px=width, height_px=height)
        taken = covered.setdefault(frame, np.zeros(mask.shape, np.bool_))
        if (taken & mask).any():
            raise DatasetError(f"instances_txt line {number}: overlaps another mask of frame {frame}")
        taken |= mask
        instances.append(Instance(frame, instance_id, class_id, mask))
    return instances
