"""COCO's panoptic segments: one for each countable object with a track, one for each class of the rest.

Source: COCO panoptic format (Kirillov et al. 2019): pixel R + 256 G + 65536 B is the id of a segment, 0 is nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from scenegen.classes import CLASSES
from scenegen.errors import DatasetError
from scenegen.formats.coco_categories import CLASS_IDS, STUFF, category_id
from scenegen.geometry import ByteArray, IntArray
from scenegen.truth.frame import Box, View

TRACK_STEP = 256
"""A segment's id is 256 times the track id, or class id + 1 for what has no track: R tells the class, G and B the track."""
LARGEST_TRACK = 65535


def edge_box(box: Box) -> list[int]:
    """Give an inclusive box as x, y, width, height in pixel edges."""
    left, top, right, bottom = box
    return [left, top, right - left + 1, bottom - top + 1]


def segment_ids(view: View) -> IntArray:
    """Give the segment of every pixel, (H, W) int32."""
    return np.asarray(_row_segments(view)[view.passes.row], np.int32)


def segments(view: View) -> list[dict[str, Any]]:
    """Give `segments_info` of a view, by rising id.

    What is countable and has no track is one segment a class, marked as a crowd, as COCO marks what it does not tell apart.
    """
    found, index = np.unique(_row_segments(view), return_inverse=True)
    image = index.reshape(-1).astype(np.int32)[view.passes.row] + 1
    pixels = np.bincount(image.ravel(), minlength=len(found) + 1)
    places = ndimage.find_objects(image, max_label=len(found))
    categories = {label.track_id * TRACK_STEP: category_id(label) for label in view.labels.objects}
    rows = []
    for number, (segment, place) in enumerate(zip(found.tolist(), places, strict=True), start=1):
        if pixels[number] == 0:
            continue
        box = (place[1].start, place[0].start, place[1].stop - 1, place[0].stop - 1)
        entry = None if segment % TRACK_STEP == 0 else CLASSES[segment % TRACK_STEP - 1]
        rows.append({
            "id": segment,
            "category_id": categories[segment] if entry is None else CLASS_IDS[entry.name],
            "area": int(pixels[number]),
            "bbox": edge_box(box),
            "iscrowd": int(entry is not None and entry.name not in STUFF),
            "track_id": segment // TRACK_STEP,
        })  # fmt: skip
    return rows


def _row_segments(view: View) -> npt.NDArray[np.int64]:
    """Give the segment of every row of the transform table."""
    countable = [label.track_id for label in view.labels.objects if label.class_name not in STUFF]
    tracks = np.where(np.isin(view.row_object, countable), view.row_object, 0).astype(np.int64)
    if tracks.max(initial=0) > LARGEST_TRACK:
        raise DatasetError(f"frame {view.passes.frame}: track id {tracks.max()}, a panoptic file holds {LARGEST_TRACK}")
    return np.where(tracks > 0, tracks * TRACK_STEP, view.row_class.astype(np.int64) + 1)


def split_ids(ids: IntArray) -> ByteArray:
    """Give segment ids as R + 256 G + 65536 B, (H, W, 3) uint8."""
    return np.stack([ids & 255, ids >> 8 & 255, ids >> 16], axis=-1).astype(np.uint8)


def joined_ids(rgb: ByteArray) -> IntArray:
    """Read segment ids (H, W) from the channels R G B of a panoptic file."""
    if rgb.dtype != np.uint8 or rgb.ndim != 3:
        raise DatasetError(f"a panoptic file holds 8-bit RGB, not {rgb.dtype} of shape {rgb.shape}")
    return np.asarray(rgb[..., :3].astype(np.int32) @ np.array([1, 256, 65536], np.int32), np.int32)
