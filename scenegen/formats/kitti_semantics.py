"""KITTI semantics 2015: semantic (Cityscapes label ids), semantic_rgb, instance, image_2; frames numbered over all clips.

Instances are what Cityscapes counts one by one: people, riders and vehicles with a track; in each frame they are numbered 1,
2, ... over all classes in the order of their track ids. Source: KITTI semantics development kit (Alhaija et al. 2018):
instance = label id * 256 + number, number 0 for what has none; colours of cityscapesscripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.classes import CLASSES
from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png, picture_png
from scenegen.geometry import ByteArray
from scenegen.render.passes import U16Array
from scenegen.truth.frame import Frame, FrameLabels, View

NUMBERS_A_CLASS = 256
FIRST_INSTANCE_LABEL = 24
"""Label ids from person on are counted one by one."""
COLOURS: tuple[tuple[int, int, int], ...] = (
    (0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0), (111, 74, 0), (81, 0, 81), (128, 64, 128), (244, 35, 232),
    (250, 170, 160), (230, 150, 140), (70, 70, 70), (102, 102, 156), (190, 153, 153), (180, 165, 180), (150, 100, 100),
    (150, 120, 90), (153, 153, 153), (153, 153, 153), (250, 170, 30), (220, 220, 0), (107, 142, 35), (152, 251, 152),
    (70, 130, 180), (220, 20, 60), (255, 0, 0), (0, 0, 142), (0, 0, 70), (0, 60, 100), (0, 0, 90), (0, 0, 110), (0, 80, 100),
    (0, 0, 230), (119, 11, 32),
)  # fmt: skip
"""sRGB of the label ids 0 .. 33."""


class KittiSemantics:
    """Writes `training/{image_2,semantic,semantic_rgb,instance}/NNNNNN_10.png` for every frame."""

    name = "kitti_semantics"
    about = "KITTI semantics 2015: image_2, semantic (Cityscapes ids), semantic_rgb, instance"
    wants = Wants()
    largest_id: int | None = None
    channels = kitti_channels.SEMANTICS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give the picture and its three label images."""
        view, stem = frame.main, f"{slot.first_frame + frame.labels.index:06d}_10"
        if view.picture is not None:
            yield f"training/image_2/{stem}.png", picture_png(view.picture)
        semantic = semantic_image(view)
        yield f"training/semantic/{stem}.png", encode_png(semantic)
        yield f"training/semantic_rgb/{stem}.png", encode_png(np.array(COLOURS, np.uint8)[semantic])
        yield f"training/instance/{stem}.png", encode_png(instance_image(view))

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give nothing: every file belongs to a frame."""
        yield from ()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: the layout has no lists."""
        yield from ()


def _row_labels(view: View) -> ByteArray:
    return np.array([entry.cityscapes_id for entry in CLASSES], np.uint8)[view.row_class]


def semantic_image(view: View) -> ByteArray:
    """Give the Cityscapes label id of every pixel."""
    return _row_labels(view)[view.passes.row]


def instance_image(view: View) -> U16Array:
    """Give label id * 256 + number of the instance for every pixel.

    Raises:
        DatasetError: more than 255 instances in one frame.
    """
    row_label = _row_labels(view).astype(np.uint16)
    is_counted = (row_label >= FIRST_INSTANCE_LABEL) & (view.row_object > 0)
    seen = np.unique(np.where(is_counted, view.row_object, 0)[np.unique(view.passes.row)])
    seen = seen[seen > 0]
    if len(seen) >= NUMBERS_A_CLASS:
        raise DatasetError(f"frame {view.passes.frame}: {len(seen)} instances, kitti_semantics holds {NUMBERS_A_CLASS - 1}")
    row_number = np.where(is_counted, np.searchsorted(seen, view.row_object) + 1, 0)
    row_value = row_label * np.uint16(NUMBERS_A_CLASS) + row_number.astype(np.uint16)
    image: U16Array = row_value.astype(np.uint16)[view.passes.row]
    return image


def read_instances(image: U16Array) -> tuple[ByteArray, ByteArray]:
    """Read label ids and numbers, both (H, W), from an instance image.

    Raises:
        DatasetError: the image is not 16-bit grey, or a label id is none of Cityscapes'.
    """
    if image.dtype != np.uint16 or image.ndim != 2:
        raise DatasetError(f"an instance file holds 16-bit grey, not {image.dtype} of shape {image.shape}")
    labels, numbers = np.divmod(image, np.uint16(NUMBERS_A_CLASS))
    if int(labels.max()) >= len(COLOURS):
        raise DatasetError(f"label id {int(labels.max())}: Cityscapes has 0 to {len(COLOURS) - 1}")
    return labels.astype(np.uint8), numbers.astype(np.uint8)
