"""Views made by hand from a picture of rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, Pinhole
from scenegen.render.passes import FLOW_SKY, FLOW_VALID, Passes
from scenegen.truth.frame import ObjectLabel, Poses, View, ViewLabels

STILL = Poses(np.eye(4), np.eye(4), np.eye(4))


def thing(track_id: int, class_name: str, *, moving: bool = True, parts: Sequence[str] = ()) -> ObjectLabel:
    size_m = (1.0, 1.0, 1.0)
    return ObjectLabel(
        track_id, class_name, "", class_name, class_name, moving, STILL, size_m, None, None, 0.0, 0.0, 0, "visible", "",
        tuple(parts), {},
    )  # fmt: skip


def view_of_rows(
    row: npt.NDArray[np.integer],
    owners: Sequence[tuple[int, str]],
    objects: Sequence[ObjectLabel] = (),
    part: npt.NDArray[np.integer] | None = None,
) -> View:
    """A view whose row k + 1 belongs to the k-th owner (track id, class name); row 0 is sky."""
    height, width = row.shape
    state = np.full((height, width, 2), FLOW_VALID, np.uint8)
    state[row == 0] |= FLOW_SKY
    passes = Passes(
        0, (row > 0).astype(np.float32) * 9, np.zeros((height, width, 2), np.uint16), row.astype(np.uint16),
        np.zeros(row.shape, np.uint8) if part is None else part.astype(np.uint8), np.zeros((height, width, 4), np.float32),
        np.zeros((height, width, 2), np.float32), state, None, (),
    )  # fmt: skip
    lens = Pinhole.centred(width_px=width, height_px=height, focal_px=float(width))
    labels = ViewLabels("front", lens, Poses(BODY_FROM_CAM, BODY_FROM_CAM, BODY_FROM_CAM), tuple(objects))
    row_object = np.array([0, *(track for track, _ in owners)], np.int32)
    row_class = np.array([0, *(BY_NAME[name].id for _, name in owners)], np.uint8)
    return View(labels, passes, row_object, row_class, None)
