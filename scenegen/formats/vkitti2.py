"""Virtual KITTI 2: all files of `SceneXX/clone`, one scene a clip, camera 0.

Source: file descriptions of Virtual KITTI 2 (Cabon, Murray and Humenberger 2020). World axes are camera-like: x right, y down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.classes import BY_NAME, CLASSES
from scenegen.errors import DatasetError
from scenegen.formats.jpeg import picture_jpeg
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png
from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, Pinhole, rigid_inverse, wrap_pi
from scenegen.render.passes import U16Array
from scenegen.truth.frame import Frame, FrameLabels, ObjectLabel, View
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

VK_FROM_WORLD: FloatArray = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
"""Our world (z up) to Virtual KITTI's (y down)."""
VK_FROM_WORLD.flags.writeable = False

_TABLES = {
    "intrinsic": "frame cameraID K[0,0] K[1,1] K[0,2] K[1,2]",
    "extrinsic": "frame cameraID r1,1 r1,2 r1,3 t1 r2,1 r2,2 r2,3 t2 r3,1 r3,2 r3,3 t3 0 0 0 1",
    "bbox": "frame cameraID trackID left right top bottom number_pixels truncation_ratio occupancy_ratio isMoving",
    "pose": "frame cameraID trackID alpha width height length world_space_X world_space_Y world_space_Z "
    "rotation_world_space_y rotation_world_space_x rotation_world_space_z camera_space_X camera_space_Y camera_space_Z "
    "rotation_camera_space_y rotation_camera_space_x rotation_camera_space_z",
}


class VirtualKitti2:
    """Writes `SceneXX/clone/...`; track ids are ours minus one, so that instance pixels hold our ids."""

    name = "vkitti2"
    about = "Virtual KITTI 2: rgb, depth, class and instance segmentation, flow and scene flow both ways, text tables"
    wants = Wants()
    largest_id: int | None = 255

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give all images of one frame; the first frame has no backward files, the last no forward ones."""
        index, view = frame.labels.index, frame.main
        base = f"{_scene(slot)}/frames"
        if view.picture is not None:
            yield f"{base}/rgb/Camera_0/rgb_{index:05d}.jpg", picture_jpeg(view.picture)
        yield f"{base}/depth/Camera_0/depth_{index:05d}.png", encode_png(encode_depth(view.passes.z_m))
        classes = np.array([COLOURS[entry.vkitti2] for entry in CLASSES], np.uint8)[view.row_class][view.passes.row]
        yield f"{base}/classSegmentation/Camera_0/classgt_{index:05d}.png", encode_png(classes)
        instances = instance_image(view)
        yield f"{base}/instanceSegmentation/Camera_0/instancegt_{index:05d}.png", encode_png(instances, palette=_palette())
        if index + 1 < slot.frames:
            yield f"{base}/forwardFlow/Camera_0/flow_{index:05d}.png", _flow_png(view, 0)
            yield f"{base}/forwardSceneFlow/Camera_0/sceneFlow_{index:05d}.png", _scene_flow_png(view, 0)
        if index > 0:
            yield f"{base}/backwardFlow/Camera_0/backwardFlow_{index:05d}.png", _flow_png(view, 1)
            yield f"{base}/backwardSceneFlow/Camera_0/backwardSceneFlow_{index:05d}.png", _scene_flow_png(view, 1)

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give the text tables of one scene."""
        base = _scene(slot)
        yield f"{base}/colors.txt", _table("Category r g b", [(name, *rgb) for name, rgb in COLOURS.items()])
        yield f"{base}/info.txt", _table("trackID label model color", _info_rows(labels))
        rows = {"intrinsic": _intrinsic_row, "extrinsic": _extrinsic_row}
        for name, row in rows.items():
            yield f"{base}/{name}.txt", _table(_TABLES[name], [row(frame) for frame in labels])
        for name, object_row in {"bbox": _bbox_row, "pose": _pose_row}.items():
            seen = [object_row(frame, label) for frame in labels for label in _tracks(frame) if label.box_visible_px]
            yield f"{base}/{name}.txt", _table(_TABLES[name], seen)

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each scene stands alone."""
        yield from ()


def _scene(slot: Slot) -> str:
    return f"Scene{slot.number + 1:02d}/clone"


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
    tracks = row_track[view.passes.row]
    largest = int(tracks.max())
    if largest > 255:
        raise DatasetError(f"frame {view.passes.frame}: track id {largest} does not fit vkitti2's 8-bit instances")
    return tracks.astype(np.uint8)


def _palette() -> ByteArray:
    step = np.arange(256)
    return np.stack([step * 67 % 256, step * 139 % 256, step * 211 % 256], axis=1).astype(np.uint8)


def encode_flow(flow_px: Float32Array, is_valid: BoolArray) -> U16Array:
    """Pack flow over the range of one image size each way; longer flow and invalid pixels are 0 0 0."""
    height, width = flow_px.shape[:2]
    ways = [flow_px[..., i] * np.float32(FULL_SCALE / 2 / (side - 1)) for i, side in enumerate((width, height))]
    half = np.float32(FULL_SCALE / 2)
    is_valid = is_valid & (np.abs(ways[0]) <= half) & (np.abs(ways[1]) <= half)
    packed = np.empty((height, width, 3), np.uint16)
    for channel, way in enumerate(ways):
        packed[..., channel] = np.where(is_valid, way + np.float32(FULL_SCALE / 2 + 0.5), 0)
    packed[..., 2] = is_valid * np.uint16(FULL_SCALE)
    return packed


def decode_flow(packed: U16Array) -> tuple[FloatArray, BoolArray]:
    """Read flow (H, W, 2) in pixels and its validity from the channels R G B."""
    height, width = packed.shape[:2]
    share: FloatArray = packed[..., :2].astype(np.float64) * (2 / FULL_SCALE) - 1
    return share * (width - 1, height - 1), packed[..., 2] > 0


def _flow_png(view: View, direction: int) -> bytes:
    flow = view.passes.flow_px[..., 2 * direction : 2 * direction + 2]
    return encode_png(encode_flow(flow, has_scene_flow(view, direction)), is_photo=True)


def encode_scene_flow(moved_m: Float32Array) -> U16Array:
    """Pack metres in -10 .. 10 as three 16-bit channels x y z."""
    steps_per_m = np.float32(FULL_SCALE / 2 / SCENE_FLOW_RANGE_M)
    steps = np.clip(moved_m, np.float32(-SCENE_FLOW_RANGE_M), np.float32(SCENE_FLOW_RANGE_M)) * steps_per_m
    packed: U16Array = (steps + np.float32(FULL_SCALE / 2 + 0.5)).astype(np.uint16)
    return packed


def _scene_flow_png(view: View, direction: int) -> bytes:
    return encode_png(encode_scene_flow(scene_flow(view, direction)), is_photo=True)


def _table(header: str, rows: Iterable[tuple[object, ...]]) -> bytes:
    lines = (" ".join(f"{v:.9g}" if isinstance(v, float) else str(v) for v in row) for row in rows)
    return ("\n".join([header, *lines]) + "\n").encode()


def _tracks(frame: FrameLabels) -> list[ObjectLabel]:
    """Objects that Virtual KITTI 2 lists: signs and bins are no instances there."""
    return [label for label in frame.main.objects if not label.is_scenery]


def _info_rows(labels: Sequence[FrameLabels]) -> list[tuple[object, ...]]:
    first_seen: dict[int, ObjectLabel] = {}
    for frame in labels:
        for label in _tracks(frame):
            first_seen.setdefault(label.track_id, label)
    return [
        (track_id - 1, BY_NAME[label.class_name].vkitti2, label.kind, label.colour or "None")
        for track_id, label in sorted(first_seen.items())
    ]


def _intrinsic_row(frame: FrameLabels) -> tuple[object, ...]:
    lens: Pinhole = frame.main.lens
    return frame.index, 0, lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px


def _cam_from_vk(frame: FrameLabels) -> FloatArray:
    return rigid_inverse(VK_FROM_WORLD @ frame.main.world_from_cam.now)


def _extrinsic_row(frame: FrameLabels) -> tuple[object, ...]:
    return frame.index, 0, *(float(value) for value in _cam_from_vk(frame).ravel())


def _bbox_row(frame: FrameLabels, label: ObjectLabel) -> tuple[object, ...]:
    if label.box_visible_px is None:
        raise ValueError(f"track {label.track_id} is not visible in frame {frame.index}")
    left, top, right, bottom = label.box_visible_px
    area = max(right - left, 1) * max(bottom - top, 1)
    fill = label.visible_px / area
    return frame.index, 0, label.track_id - 1, left, right, top, bottom, label.visible_px, label.truncation, fill, label.moving


def _pose_row(frame: FrameLabels, label: ObjectLabel) -> tuple[object, ...]:
    vk_from_body = VK_FROM_WORLD @ label.world_from_body.now
    cam_from_body = rigid_inverse(frame.main.world_from_cam.now) @ label.world_from_body.now
    x, _, z = cam_from_body[:3, 3]
    turn_cam = _rotation_yxz(cam_from_body)
    alpha = float(wrap_pi(np.array(turn_cam[0] - np.arctan2(x, z))))
    length, width, height = label.size_m
    place_vk = (float(v) for v in vk_from_body[:3, 3])
    place_cam = (float(v) for v in cam_from_body[:3, 3])
    turns_vk = _rotation_yxz(vk_from_body)
    sizes = (width, height, length)
    return frame.index, 0, label.track_id - 1, alpha, *sizes, *place_vk, *turns_vk, *place_cam, *turn_cam


def _rotation_yxz(frame_from_body: FloatArray) -> tuple[float, float, float]:
    """Give the turns about y, x and z (R = Ry Rx Rz) of a body whose own axes are x forward, y down, z left."""
    body_from_turned = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    r = frame_from_body[:3, :3] @ body_from_turned
    return float(np.arctan2(r[0, 2], r[2, 2])), float(np.arcsin(np.clip(-r[1, 2], -1, 1))), float(np.arctan2(r[1, 0], r[1, 1]))
