"""KITTI stereo, flow and scene flow 2015: pairs _10/_11 of two cameras, disparity, flow, obj_map, calib_cam_to_cam.

One pair for each two consecutive frames. `occ` holds all that has a place in the other image plane, `noc` what falls inside
the other images: the second left one for flow, the first right one for disp_0, both second ones for disp_1. disp_1 is the
disparity at the second instant of the point seen in the pixel at the first. Flow over k frames that was asked for lies in
flow_occ_kK and flow_noc_kK under the pair of its first frame. Without a stereo partner there is no image_3 and no disparity.
Source: KITTI scene flow development kit (Menze and Geiger 2015): 16-bit RGB, u = (R - 32768) / 64, B = 1 where valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.kitti_calib import cam_to_cam_text, kitti_rig
from scenegen.formats.kitti_disparity import encode_steps
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png, interleaved, picture_png
from scenegen.formats.stereo_pair import stereo_pictures
from scenegen.geometry import BoolArray, ByteArray, Float32Array
from scenegen.render.passes import U16Array
from scenegen.truth.frame import FLOW_OUT, FLOW_SKY, FLOW_VALID, Frame, FrameLabels, View
from scenegen.truth.stereo import disparity, disparity_next, has_scene_flow, is_in_right_image

STEPS_PER_PX = 64.0
ZERO = 32768.0
LARGEST_PX = 511.0


class KittiFlow:
    """Writes pair n from frame n and n + 1; pairs are numbered over all clips."""

    name = "kitti_flow"
    about = "KITTI stereo, flow and scene flow 2015: image_2 and image_3 (_10, _11), disp_0, disp_1, flow, obj_map, calib"
    wants = Wants(pictures="stereo", details=False)
    largest_id: int | None = None
    channels = kitti_channels.FLOW_2015

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give what frame t is in pair t (first pictures, all labels) and in pair t - 1 (second pictures)."""
        index = frame.labels.index
        first, second = f"{slot.first_frame + index:06d}_10", f"{slot.first_frame + index - 1:06d}_11"
        for folder, picture in zip(("image_2", "image_3"), stereo_pictures(frame), strict=True):
            if picture is not None and index > 0:
                yield f"training/{folder}/{second}.png", picture_png(picture)
            if picture is not None and index + 1 < slot.frames:
                yield f"training/{folder}/{first}.png", picture_png(picture)
        if index + 1 >= slot.frames:
            return
        view, rig = frame.main, kitti_rig(frame.labels)
        for name, packed in _flow_images(np.moveaxis(view.flow_planes_px, 0, 2), view.passes.state):
            yield f"training/{name}/{first}.png", encode_png(packed, is_photo=True)
        for step, flow in sorted(view.passes.steps.items()):
            if index + step < slot.frames:
                for name, packed in _flow_images(flow.flow_px, flow.state):
                    yield f"training/{name}_k{step}/{first}.png", encode_png(packed, is_photo=True)
        if rig.base_m > 0:
            for name, image in _disparity_images(view, rig.base_m):
                yield f"training/{name}/{first}.png", encode_png(image)
        yield f"training/obj_map/{first}.png", encode_png(moving_object_map(view))
        yield f"training/calib_cam_to_cam/{first[:6]}.txt", cam_to_cam_text(rig).encode()

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give nothing: every file belongs to a frame."""
        yield from ()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: the layout has no lists."""
        yield from ()


def _flow_images(flow_px: Float32Array, state: ByteArray) -> Iterator[tuple[str, U16Array]]:
    """Give flow_occ and flow_noc from flow (H, W, 4) and its states (H, W, 2), forward halves."""
    forward = state[..., 0]
    planes = _packed(flow_px[..., :2], forward & (FLOW_VALID | FLOW_SKY) == FLOW_VALID)
    yield "flow_occ", interleaved(planes)
    is_inside = forward & FLOW_OUT == 0
    yield "flow_noc", interleaved([plane * is_inside for plane in planes])


def _disparity_images(view: View, base_m: float) -> Iterator[tuple[str, U16Array]]:
    """Give the four disparity images of a pair."""
    now = disparity(view, base_m)
    packed = encode_steps(now, view.passes.z_m > 0)
    yield "disp_occ_0", packed
    yield "disp_noc_0", np.where(is_in_right_image(now), packed, np.uint16(0))
    later = disparity_next(view, base_m)
    packed = encode_steps(later, has_scene_flow(view, 0) & (later > 0))
    yield "disp_occ_1", packed
    # Sought from the second left image: the point must be inside that, and from there inside the second right one.
    is_inside = is_in_right_image(later - view.passes.flow_px[..., 0]) & (view.passes.state[..., 0] & FLOW_OUT == 0)
    yield "disp_noc_1", np.where(is_inside, packed, np.uint16(0))


def encode_flow(flow_px: Float32Array, is_valid: BoolArray) -> U16Array:
    """Pack flow (H, W, 2) as (H, W, 3) uint16; longer than the format can hold counts as invalid, invalid is 0 0 0."""
    return interleaved(_packed(flow_px, is_valid))


def _packed(flow_px: Float32Array, is_valid: BoolArray) -> tuple[U16Array, U16Array, U16Array]:
    """Give the three channels of packed flow, (H, W) each."""
    ways = [np.ascontiguousarray(flow_px[..., i]) for i in range(2)]
    for way in ways:
        is_valid = is_valid & (np.abs(way) <= np.float32(LARGEST_PX))
    with np.errstate(invalid="ignore"):  # what is invalid may be anything
        u, v = ((way * np.float32(STEPS_PER_PX) + np.float32(ZERO + 0.5)).astype(np.uint16) for way in ways)
    return u * is_valid, v * is_valid, is_valid.astype(np.uint16)


def decode_flow(packed: U16Array) -> tuple[Float32Array, BoolArray]:
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
    return np.take(number[view.row_object], view.passes.row)
