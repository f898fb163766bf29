"""Panoptic segmentation: every pixel belongs to exactly one segment, an instance of things or one class of stuff.

What carries an id is a thing with a segment of its own; all pixels of a class that carry none make one stuff segment, the sky
among them. So no pixel is void: segment id 0 never occurs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from scenegen.classes import CLASSES
from scenegen.geometry import ByteArray, IntArray
from scenegen.truth.frame import Box, View

FIRST_STUFF = 1
FIRST_THING = 256
"""A stuff segment's id is this plus its class id, a thing's this plus its track id: the same in every frame of a clip."""


@dataclass(frozen=True)
class Segment:
    """One segment of a view: `box` (left, top, right, bottom) inclusive, `area_px` pixels; `track_id` is 0 for stuff."""

    id: int
    class_name: str
    track_id: int
    is_thing: bool
    area_px: int
    box: Box


@dataclass(frozen=True, eq=False)
class Panoptic:
    """Segment ids (H, W) int32, and the segments that occur, by rising id."""

    ids: IntArray
    segments: tuple[Segment, ...]


def segment_ids(object_id: IntArray, class_id: ByteArray) -> IntArray:
    """Give the segment of each of many pixels, int32, from their object and class ids."""
    ids: IntArray = np.where(object_id > 0, FIRST_THING + object_id, FIRST_STUFF + class_id.astype(np.int32)).astype(np.int32)
    return ids


def panoptic(view: View) -> Panoptic:
    """Give the panoptic segmentation of a view."""
    ids = segment_ids(view.row_object, view.row_class)[view.passes.row]
    class_of_object = {int(track): int(view.row_class[i]) for i, track in enumerate(view.row_object)}
    areas = np.bincount(ids.ravel())
    found = {i + 1: where for i, where in enumerate(ndimage.find_objects(ids)) if where is not None}
    segments = []
    for segment, (rows, columns) in found.items():
        track_id = max(segment - FIRST_THING, 0)
        class_id = class_of_object[track_id] if track_id else segment - FIRST_STUFF
        box = (columns.start, rows.start, columns.stop - 1, rows.stop - 1)
        segments.append(Segment(segment, CLASSES[class_id].name, track_id, track_id > 0, int(areas[segment]), box))
    return Panoptic(ids, tuple(segments))
