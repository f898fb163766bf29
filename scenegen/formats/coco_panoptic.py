"""COCO's panoptic segments: one for each countable object with a track, one for each class of the rest.

Source: COCO panoptic format (Kirillov et al. 2019): pixel R + 256 G + 65536 B is the id of a segment, 0 is nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats.coco_categories import CLASS_IDS, STUFF, category_id
from scenegen.geometry import BoolArray, ByteArray, IntArray
from scenegen.truth.frame import Box, View
from scenegen.truth.panoptic import Panoptic


def edge_box(box: Box) -> list[int]:
    """Give an inclusive box as x, y, width, height in pixel edges."""
    left, top, right, bottom = box
    return [left, top, right - left + 1, bottom - top + 1]


def mask_box(mask: BoolArray) -> Box | None:
    """Give the inclusive box of a mask, None for an empty one."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])) if len(rows) else None


def segments_info(view: View, panoptic: Panoptic) -> list[dict[str, Any]]:
    """Give the records of a view's segments, by rising id.

    What is countable and has no track is one segment a class, marked as a crowd, as COCO marks what it does not tell apart.
    """
    categories = {label.track_id: category_id(label) for label in view.labels.objects}
    return [
        {
            "id": segment.id,
            "category_id": categories.get(segment.track_id, CLASS_IDS[segment.class_name]),
            "area": segment.area_px,
            "bbox": edge_box(segment.box),
            "iscrowd": int(not segment.is_thing and segment.class_name not in STUFF),
            "track_id": segment.track_id,
        }
        for segment in panoptic.segments
    ]


def split_ids(ids: IntArray) -> ByteArray:
    """Give segment ids as R + 256 G + 65536 B, (H, W, 3) uint8.

    Raises:
        DatasetError: an id that 24 bits do not hold.
    """
    if int(ids.max(initial=0)) >> 24:
        raise DatasetError(f"segment id {ids.max()}: a panoptic file holds 24 bits")
    return np.stack([ids & 255, ids >> 8 & 255, ids >> 16], axis=-1).astype(np.uint8)


def joined_ids(rgb: ByteArray) -> IntArray:
    """Read segment ids (H, W) from the channels R G B of a panoptic file."""
    if rgb.dtype != np.uint8 or rgb.ndim != 3:
        raise DatasetError(f"a panoptic file holds 8-bit RGB, not {rgb.dtype} of shape {rgb.shape}")
    return np.asarray(rgb[..., :3].astype(np.int32) @ np.array([1, 256, 65536], np.int32), np.int32)
