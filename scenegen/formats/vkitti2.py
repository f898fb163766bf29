"""Virtual KITTI 2: all files of `SceneXX/clone`, one scene a clip; camera 0 and, where the rig has a stereo partner, camera 1.

Source: file descriptions of Virtual KITTI 2 (Cabon, Murray and Humenberger 2020).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.classes import CLASSES
from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.jpeg import picture_jpeg
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png, interleaved
from scenegen.formats.stereo_pair import stereo_views
from scenegen.formats.vkitti2_tables import tables
from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray
from scenegen.render.passes import U16Array
from scenegen.truth.frame import Frame, FrameLabels, View
from scenegen.truth.stereo import has_scene_flow, scene_flow

COLOURS: dict[str, tuple[int, int, int]] = {
    "Terrain": (210, 0, 200),
    "Sky": (90, 200, 255),
    "Tree": (0, 199, 0),
    "Vegetation": (90, 240, 0),
    "Building": (140, 140, 140),
    "Road": (100, 60, 100),
    "GuardRail": (250, 100, 255),
    "TrafficSign": (255, 255, 0),
    "TrafficLight": (200, 200, 0),
    "Pole": (255, 130, 0),
    "Misc": (80, 80, 80),
    "Truck": (160, 60, 60),
    "Car": (255, 127, 80),
    "Van": (0, 139, 139),
}
FULL_SCALE = 65535
SKY_CM = 65535
SCENE_FLOW_RANGE_M = 10.0


class VirtualKitti2:
    """Writes `SceneXX/clone/...`; track ids are ours minus one, so that instance pixels hold our ids."""

    name = "vkitti2"
    about = "Virtual KITTI 2: both cameras' rgb, depth, classes, instances, flow and scene flow both ways; text tables"
    wants = Wants(labels="stereo", pictures="stereo", details=False)
    largest_id: int | None = 255
    channels = kitti_channels.VKITTI2

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give all images of one frame; the first frame has no backward files, the last no forward ones."""
        for camera, view in enumerate(stereo_views(frame)):
            for kind, name, data in _images(view, frame.labels.index, slot.frames):
                yield f"{_scene(slot)}/frames/{kind}/Camera_{camera}/{name}", data

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give the text tables of one scene."""
        for name, text in tables(labels, COLOURS):
            yield f"{_scene(slot)}/{name}.txt", text.encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each scene stands alone."""
        yield from ()


def _scene(slot: Slot) -> str:
    return f"Scene{slot.number + 1:02d}/clone"


def _images(view: View, index: int, frames: int) -> Iterator[tuple[str, str, bytes]]:
    """Give kind, file name and bytes of all images of one camera."""
    if view.picture is not None:
        yield "rgb", f"rgb_{index:05d}.jpg", picture_jpeg(view.picture)
    yield "depth", f"depth_{index:05d}.png", encode_png(encode_depth(view.passes.z_m))
    colour_of_row = np.array([COLOURS[entry.vkitti2] for entry in CLASSES], np.uint8)[view.row_class]
    classes = np.take(colour_of_row, view.passes.row, axis=0)
    yield "classSegmentation", f"classgt_{index:05d}.png", encode_png(classes)
    instances = instance_image(view)
    yield "instanceSegmentation", f"instancegt_{index:05d}.png", encode_png(instances, palette=_palette())
    if index + 1 < frames:
        yield "forwardFlow", f"flow_{index:05d}.png", _flow_png(view, 0)
        yield "forwardSceneFlow", f"sceneFlow_{index:05d}.png", _scene_flow_png(view, 0)
    if index > 0:
        yield "backwardFlow", f"backwardFlow_{index:05d}.png", _flow_png(view, 1)
        yield "backwardSceneFlow", f"backwardSceneFlow_{index:05d}.png", _scene_flow_png(view, 1)


def encode_depth(z_m: Float32Array) -> U16Array:
    """Pack depth as centimetres, sky and what is beyond 655.34 m as 65535; never 0 for what is there."""
    cm = np.clip(z_m * np.float32(100) + np.float32(0.5), 1, SKY_CM)
    return np.where(z_m > 0, cm, SKY_CM).astype(np.uint16)


def instance_image(view: View) -> ByteArray:
    """Give track id of Virtual KITTI + 1 for every pixel, which is our track id; 0 is background and scenery.

    Raises:
        DatasetError: an id in the picture is above 255, which the 8-bit file can not hold.
    """
    scenery = [label.track_id for label in view.labels.objects if label.is_scenery]
    row_track = np.where(np.isin(view.row_object, scenery), 0, view.row_object)
    if row_track.max() > 255:
        largest = int(row_track[view.passes.row].max())
        if largest > 255:
            raise DatasetError(f"frame {view.passes.frame}: track id {largest} does not fit vkitti2's 8-bit instances")
    return np.take(row_track.astype(np.uint8), view.passes.row)


def _palette() -> ByteArray:
    step = np.arange(256)
    return np.stack([step * 67 % 256, step * 139 % 256, step * 211 % 256], axis=1).astype(np.uint8)


def encode_flow(flow_px: Float32Array, is_valid: BoolArray) -> U16Array:
    """Pack flow over the range of one image size each way; longer flow and invalid pixels are 0 0 0."""
    height, width = flow_px.shape[:2]
    ways = [
        np.ascontiguousarray(flow_px[..., i]) * np.float32(FULL_SCALE / 2 / (side - 1))
        for i, side in enumerate((width, height))
    ]
    half = np.float32(FULL_SCALE / 2)
    is_valid = is_valid & (np.abs(ways[0]) <= half) & (np.abs(ways[1]) <= half)
    with np.errstate(invalid="ignore"):  # what is invalid may be anything
        u, v = ((way + np.float32(FULL_SCALE / 2 + 0.5)).astype(np.uint16) for way in ways)
    return interleaved((u * is_valid, v * is_valid, is_valid * np.uint16(FULL_SCALE)))


def decode_flow(packed: U16Array) -> tuple[FloatArray, BoolArray]:
    """Read flow (H, W, 2) in pixels and its validity from the channels R G B."""
    height, width = packed.shape[:2]
    share: FloatArray = packed[..., :2].astype(np.float64) * (2 / FULL_SCALE) - 1
    return share * (width - 1, height - 1), packed[..., 2] > 0


def _flow_png(view: View, direction: int) -> bytes:
    flow = np.moveaxis(view.flow_planes_px[2 * direction : 2 * direction + 2], 0, 2)
    return encode_png(encode_flow(flow, has_scene_flow(view, direction)), is_photo=True)


def encode_scene_flow(moved_m: Float32Array) -> U16Array:
    """Pack metres in -10 .. 10 as three 16-bit channels x y z."""
    steps_per_m = np.float32(FULL_SCALE / 2 / SCENE_FLOW_RANGE_M)
    range_m = np.float32(SCENE_FLOW_RANGE_M)
    ways = (np.clip(moved_m[..., i], -range_m, range_m) * steps_per_m for i in range(3))
    return interleaved([(way + np.float32(FULL_SCALE / 2 + 0.5)).astype(np.uint16) for way in ways])


def _scene_flow_png(view: View, direction: int) -> bytes:
    return encode_png(encode_scene_flow(scene_flow(view, direction)), is_photo=True)


def decode_scene_flow(packed: U16Array) -> FloatArray:
    """Read metres (H, W, 3) from the channels R G B = x y z."""
    moved_m: FloatArray = (packed.astype(np.float64) * (2 / FULL_SCALE) - 1) * SCENE_FLOW_RANGE_M
    return moved_m


def decode_depth(packed: U16Array) -> FloatArray:
    """Read metres (H, W) from a depth file, inf for sky.

    Raises:
        DatasetError: not 16-bit grey, or a 0, which no pixel of Virtual KITTI has.
    """
    if packed.dtype != np.uint16 or packed.ndim != 2:
        raise DatasetError(f"a depth file holds 16-bit grey, not {packed.dtype} of shape {packed.shape}")
    if not packed.all():
        raise DatasetError("a depth of 0: sky is 65535 and what is seen at least 1")
    depth_m: FloatArray = np.where(packed == SKY_CM, np.inf, packed / 100.0)
    return depth_m
