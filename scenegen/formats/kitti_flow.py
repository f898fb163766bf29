"""KITTI flow 2015: image_2 pairs _10/_11, flow_occ, flow_noc, obj_map; one pair for each two consecutive frames.

Source: KITTI scene flow development kit (Menze and Geiger 2015): 16-bit RGB, u = (R - 32768) / 64, B = 1 where valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png, picture_png
from scenegen.geometry import BoolArray, ByteArray, Float32Array
from scenegen.truth.frame import FLOW_OUT, FLOW_SKY, FLOW_VALID, Frame, FrameLabels, View

STEPS_PER_PX = 64.0
ZERO = 32768.0
LARGEST_PX = 511.0


class KittiFlow:
    """Writes pair n from frame n and n + 1; pairs are numbered over all clips."""

    name = "kitti_flow"
    about = "KITTI flow 2015: image_2 (_10, _11), flow_occ, flow_noc, obj_map"
    wants = Wants()
    largest_id: int | None = None

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give what frame t is in pair t (first picture, flow) and in pair t - 1 (second picture)."""
        index = frame.labels.index
        first, second = f"{slot.first_frame + index:06d}_10", f"{slot.first_frame + index - 1:06d}_11"
        view = frame.main
        picture = picture_png(view.picture) if view.picture is not None else None
        if picture is not None and index > 0:
            yield f"training/image_2/{second}.png", picture
        if index + 1 >= slot.frames:
            return
        if picture is not None:
            yield f"training/image_2/{first}.png", picture
        state = view.passes.state[..., 0]
        has_flow = (state & FLOW_VALID > 0) & (state & FLOW_SKY == 0)
        flow = view.passes.flow_px[..., :2]
        packed = encode_flow(flow, has_flow)
        yield f"training/flow_occ/{first}.png", encode_png(packed, is_photo=True)
        packed[state & FLOW_OUT > 0] = 0
        yield f"training/flow_noc/{first}.png", encode_png(packed, is_photo=True)
        yield f"training/obj_map/{first}.png", encode_png(moving_object_map(view))

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give nothing: every file belongs to a frame."""
        yield from ()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: the layout has no lists."""
        yield from ()


def encode_flow(flow_px: Float32Array, is_valid: BoolArray) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Pack flow (H, W, 2) as (H, W, 3) uint16; longer than the format can hold counts as invalid, invalid is 0 0 0."""
    u, v = flow_px[..., 0], flow_px[..., 1]
    is_valid = is_valid & (np.abs(u) <= LARGEST_PX) & (np.abs(v) <= LARGEST_PX)
    packed = np.empty((*flow_px.shape[:2], 3), np.uint16)
    for channel, way in enumerate((u, v)):
        packed[..., channel] = np.where(is_valid, way * np.float32(STEPS_PER_PX) + np.float32(ZERO + 0.5), 0)
    packed[..., 2] = is_valid
    return packed


def decode_flow(packed: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> tuple[Float32Array, BoolArray]:
    """Read flow (H, W, 2) in pixels and its validity (H, W) from the 16-bit channels R G B of a flow file."""
    if packed.dtype != np.uint16 or packed.ndim != 3:
        raise DatasetError(f"a flow file holds 16-bit RGB, not {packed.dtype} of shape {packed.shape}")
    flow = (packed[..., :2].astype(np.float32) - np.float32(ZERO)) / np.float32(STEPS_PER_PX)
    is_valid = packed[..., 2] > 0
    return flow * is_valid[..., None], is_valid


def moving_object_map(view: View) -> ByteArray:
    """Number the moving objects of a view 1, 2, ... in the order of their track ids; all else is 0.

    Raises:
        DatasetError: more than 255 objects move, which the file can not hold.
    """
    moving = [label.track_id for label in view.labels.objects if label.moving]
    if len(moving) > 255:
        raise DatasetError(f"frame {view.passes.frame}: {len(moving)} moving objects, an obj_map holds 255")
    number = np.zeros(max([*moving, int(view.row_object.max())], default=0) + 1, np.uint8)
    number[sorted(moving)] = np.arange(1, len(moving) + 1)
    return number[view.object_id]
