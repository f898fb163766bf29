"""YOLO of Ultralytics, for detection (`yolo`) and for segmentation (`yolo_seg`): images, labels, data.yaml.

A line is `class cx cy w h`, or `class x1 y1 x2 y2 ...`, in shares of the picture's width and height that count pixel edges: a
box over the whole picture is 0.5 0.5 1 1. Classes count from 0.
Source: Ultralytics' pages on data set formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats.channels import IMAGE, NOW, Channel
from scenegen.formats.coco_categories import STUFF, categories, category_id
from scenegen.formats.jpeg import picture_jpeg
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.outlines import joined, outlines
from scenegen.geometry import FloatArray
from scenegen.truth.frame import Box, Frame, FrameLabels, ObjectLabel, View

SPLIT = "train"
"""All clips are for training: other seeds make other data sets to test with."""

DIGITS = 7
"""A thousandth of a pixel in the widest picture."""

NAMES: tuple[str, ...] = tuple(entry["name"] for entry in categories() if entry["isthing"])
"""Classes in their order: COCO's names for what COCO knows."""

_INDEX = {entry["id"]: NAMES.index(entry["name"]) for entry in categories() if entry["isthing"]}

CHANNELS: Mapping[str, Channel] = {
    "images/*.jpg": Channel("sRGB, 8 bit", "JPEG, quality 95, 4:4:4", NOW, IMAGE),
    "labels/*.txt": Channel("share of width and height", "class cx cy w h, or class and outline; pixel edges", NOW, IMAGE),
}


class Yolo:
    """Writes `images/train`, `labels/train` and data.yaml, of what is seen of each object.

    As outlines, an object that something parts is one outline, its pieces joined by lines there and back, and holes are filled:
    the layout has no room for them.
    """

    wants = Wants(labels="all", pictures="all", holds_distortion=True)
    largest_id: int | None = None
    channels = CHANNELS

    def __init__(self, *, has_outlines: bool) -> None:
        self._has_outlines = has_outlines
        self.name = "yolo_seg" if has_outlines else "yolo"
        kind = "segmentation (outlines)" if has_outlines else "detection (boxes)"
        self.about = f"YOLO of Ultralytics, {kind}: images, labels, data.yaml"

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give pictures and labels of one instant; a picture without objects has an empty label file."""
        for camera, picture in frame.pictures.items():
            yield f"images/{SPLIT}/{_stem(slot, frame.labels.index, camera)}.jpg", picture_jpeg(picture)
        for view in frame.views:
            lines = outline_lines(view) if self._has_outlines else box_lines(view)
            yield f"labels/{SPLIT}/{_stem(slot, frame.labels.index, view.labels.camera)}.txt", "".join(lines).encode()

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give nothing: every file belongs to a picture."""
        yield from ()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give data.yaml; Ultralytics finds its folders beside it, and wants a set to validate with, which is the same."""
        names = "".join(f"  {number}: {name}\n" for number, name in enumerate(NAMES))
        yield "data.yaml", f"train: images/{SPLIT}\nval: images/{SPLIT}\nnames:\n{names}".encode()


def _stem(slot: Slot, index: int, camera: str) -> str:
    return f"{slot.clip}_{index:06d}_{camera}"


def box_lines(view: View) -> Iterator[str]:
    """Give a line for the visible box of each object."""
    lens = view.labels.lens
    for label in _seen(view):
        left, top, right, bottom = label.box_visible_px or (0, 0, 0, 0)
        centre = ((left + right + 1) / 2, (top + bottom + 1) / 2)
        values = np.array([*centre, right + 1 - left, bottom + 1 - top]) / ([lens.width_px, lens.height_px] * 2)
        yield _line(label, values)


def outline_lines(view: View) -> Iterator[str]:
    """Give a line for the outline of each object, largest piece first."""
    lens, seen = view.labels.lens, list(_seen(view))
    kept = np.isin(view.row_object, [label.track_id for label in seen])
    pieces = outlines(np.where(kept, view.row_object, 0)[view.passes.row])
    for label in seen:
        whole = joined([piece.corners_px for piece in pieces if piece.id == label.track_id])
        yield _line(label, (whole / (lens.width_px, lens.height_px)).ravel())


def _seen(view: View) -> Iterator[ObjectLabel]:
    return (label for label in view.labels.objects if label.box_visible_px and label.class_name not in STUFF)


def _line(label: ObjectLabel, values: FloatArray) -> str:
    return f"{_INDEX[category_id(label)]} " + " ".join(f"{value:.{DIGITS}g}" for value in values.tolist()) + "\n"


@dataclass(frozen=True, eq=False)
class YoloObject:
    """One line as read: its class, the inclusive box, and the outline (n, 2) in pixel edges, None where it is a box."""

    name: str
    box_px: Box
    outline_px: FloatArray | None


def read_labels(text: str, *, width_px: int, height_px: int) -> list[YoloObject]:
    """Read a label file of a picture of this size.

    Raises:
        DatasetError: an unknown class, a wrong number of values, something outside the picture, or a box whose edges do not
            fall on pixel edges, as those of boxes from other conventions do not.
    """
    read = []
    for number, line in enumerate(text.splitlines(), start=1):
        place = f"line {number} ({line[:60]!r})"
        try:
            index, *numbers = line.split()
            values, name = np.array(numbers, np.float64), dict(enumerate(NAMES))[int(index)]
        except (ValueError, KeyError):
            raise DatasetError(f"{place}: not a class from 0 to {len(NAMES) - 1} and numbers") from None
        if len(values) != 4 and (len(values) < 6 or len(values) % 2):
            raise DatasetError(f"{place}: {len(values)} numbers; a box has 4, an outline an even number from 6 on")
        if len(values) == 4:
            corners = np.array([values[:2] - values[2:] / 2, values[:2] + values[2:] / 2]) * (width_px, height_px)
        else:
            corners = values.reshape(-1, 2) * (width_px, height_px)
        low, high = corners.min(axis=0), corners.max(axis=0)
        edges = np.array([*low, *high])
        if (np.abs(edges - np.rint(edges)) > 0.1).any():
            raise DatasetError(f"{place}: its edges {edges.round(2).tolist()} px do not fall on pixel edges")
        left, top, right, bottom = (int(value) for value in np.rint(edges))
        if left < 0 or top < 0 or right > width_px or bottom > height_px or right <= left or bottom <= top:
            raise DatasetError(f"{place}: it reaches out of the picture, or is empty")
        outline = corners if len(values) > 4 else None
        read.append(YoloObject(name, (left, top, right - 1, bottom - 1), outline))
    return read
