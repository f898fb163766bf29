"""Cityscapes: leftImg8bit, gtFine, camera and vehicle; rightImg8bit and disparity where a camera has a rectified partner.

Every clip and camera is a city of its own; sequence numbers are clips', frame numbers frames'.
Source: cityscapesScripts (Cordts et al. 2016). labelIds hold ids 0 .. 33, never train ids; instanceIds hold
id * 1000 + n for classes with instances, the plain id for the rest; disparity d is 256 d + 1, 0 where there is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from scenegen.classes import CLASSES
from scenegen.errors import DatasetError
from scenegen.formats.channels import BODY, IMAGE, NOW, Channel
from scenegen.formats.kitti_oxts import degrees_of_metres
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.outlines import outlines
from scenegen.formats.png import encode_png, picture_png
from scenegen.geometry import BODY_FROM_CAM, ByteArray, Float32Array, FloatArray, IntArray, rigid_inverse
from scenegen.render.passes import U16Array
from scenegen.truth.frame import Eye, Frame, FrameLabels, View
from scenegen.truth.stereo import Partner, disparity, eye_of, rectified_partner

SPLIT = "train"

LABELS: tuple[tuple[str, tuple[int, int, int]], ...] = (
    ("unlabeled", (0, 0, 0)), ("ego vehicle", (0, 0, 0)), ("rectification border", (0, 0, 0)), ("out of roi", (0, 0, 0)),
    ("static", (0, 0, 0)), ("dynamic", (111, 74, 0)), ("ground", (81, 0, 81)), ("road", (128, 64, 128)),
    ("sidewalk", (244, 35, 232)), ("parking", (250, 170, 160)), ("rail track", (230, 150, 140)), ("building", (70, 70, 70)),
    ("wall", (102, 102, 156)), ("fence", (190, 153, 153)), ("guard rail", (180, 165, 180)), ("bridge", (150, 100, 100)),
    ("tunnel", (150, 120, 90)), ("pole", (153, 153, 153)), ("polegroup", (153, 153, 153)), ("traffic light", (250, 170, 30)),
    ("traffic sign", (220, 220, 0)), ("vegetation", (107, 142, 35)), ("terrain", (152, 251, 152)), ("sky", (70, 130, 180)),
    ("person", (220, 20, 60)), ("rider", (255, 0, 0)), ("car", (0, 0, 142)), ("truck", (0, 0, 70)), ("bus", (0, 60, 100)),
    ("caravan", (0, 0, 90)), ("trailer", (0, 0, 110)), ("train", (0, 80, 100)), ("motorcycle", (0, 0, 230)),
    ("bicycle", (119, 11, 32)),
)  # fmt: skip
"""Name and colour by id."""
FIRST_INSTANCE_ID = 24
"""Person, rider and all vehicles, to the end of the list, have instances."""

INSTANCE_STEP = 1000
STEPS_PER_PX = 256
LARGEST_DISPARITY_PX = 65534 / STEPS_PER_PX

CHANNELS: Mapping[str, Channel] = {
    "leftImg8bit, rightImg8bit": Channel("sRGB, 8 bit", "PNG", NOW, IMAGE),
    "*_labelIds.png": Channel("Cityscapes id", "0 .. 33, no train ids", NOW, IMAGE),
    "*_instanceIds.png": Channel("id * 1000 + track id", "plain id for classes without instances", NOW, IMAGE),
    "*_polygons.json": Channel("px", "outlines through pixel centres of each piece; later ones paint over earlier", NOW, IMAGE),
    "disparity": Channel("px * 256 + 1", "left x = right x + disparity; 0: none, or above 255.99 px", NOW, IMAGE),
    "camera": Channel("m, rad, px", "vehicle from camera: yaw, then pitch > 0 looks down, then roll", NOW, BODY),
    "vehicle": Channel("m/s, rad/s, deg", "yawRate counter-clockwise; gpsHeading clockwise from north", NOW, BODY),
}


class Cityscapes:
    """Writes `leftImg8bit`, `gtFine`, `camera` and `vehicle` of every labelled camera, and stereo files where there are any.

    The n of an instance is its track id, so that it stays the same through a clip. Polygons tell the label image exactly: an
    object that something parts has one for each piece, all with its track id as `id`.
    """

    name = "cityscapes"
    about = "Cityscapes: leftImg8bit, gtFine (labelIds, instanceIds, color, polygons), disparity, camera, vehicle"
    wants = Wants(labels="all", pictures="all")
    largest_id: int | None = INSTANCE_STEP - 1
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give pictures, label images and polygons of every camera at one instant."""
        index, eyes = frame.labels.index, frame.labels.eyes
        for view in frame.views:
            camera = view.labels.camera
            if view.picture is not None:
                yield path_of(slot, index, camera, "leftImg8bit"), picture_png(view.picture)
            yield from _fine_files(view, slot, index)
            partner = rectified_partner(eye_of(view.labels), eyes)
            if partner is None:
                continue
            if partner.name in frame.pictures:
                yield path_of(slot, index, camera, "rightImg8bit"), picture_png(frame.pictures[partner.name])
            packed = encode_disparity(disparity(view, partner.base_m))
            yield path_of(slot, index, camera, "disparity"), encode_png(packed)

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give camera and vehicle of every frame: where the ego is in degrees counts from the clip's first frame."""
        cities: dict[str, str] = {}
        for view in labels[0].views if labels else ():
            if (other := cities.setdefault(_city(slot, view.camera), view.camera)) != view.camera:
                raise DatasetError(f"{slot.clip}: cameras {other!r} and {view.camera!r} make one city's name in cityscapes")
        world_m = np.array([frame.ego.world_from_body.now[:2, 3] for frame in labels]).reshape(-1, 2)
        for frame, place_deg in zip(labels, degrees_of_metres(world_m), strict=True):
            vehicle = _json_bytes(_vehicle_record(frame, place_deg))
            for view in frame.views:
                eye = eye_of(view)
                camera = _camera_record(frame, eye, rectified_partner(eye, frame.eyes))
                yield path_of(slot, frame.index, view.camera, "camera"), _json_bytes(camera)
                yield path_of(slot, frame.index, view.camera, "vehicle"), vehicle

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: the layout has no lists."""
        yield from ()


def _city(slot: Slot, camera: str) -> str:
    """Name a city: letters, digits and dashes, since readers part file names at underscores."""
    return f"{slot.clip}-{camera}".replace("_", "-")


def path_of(slot: Slot, index: int, camera: str, kind: str) -> str:
    """Give the path of a file; kind is a folder, for gtFine with the rest of the name, such as gtFine_labelIds.png."""
    city, folder = _city(slot, camera), kind.split("_")[0]
    ending = kind if "." in kind else f"{kind}.json" if kind in ("camera", "vehicle") else f"{kind}.png"
    return f"{folder}/{SPLIT}/{city}/{city}_{slot.number:06d}_{index:06d}_{ending}"


def _fine_files(view: View, slot: Slot, index: int) -> Iterator[File]:
    camera = view.labels.camera
    label_of_row = np.array([entry.cityscapes_id for entry in CLASSES], np.uint8)[view.row_class]
    instances = instance_ids(view)
    colours = np.array([(*colour, 255) for _, colour in LABELS], np.uint8)
    yield path_of(slot, index, camera, "gtFine_labelIds.png"), encode_png(label_of_row[view.passes.row])
    yield path_of(slot, index, camera, "gtFine_instanceIds.png"), encode_png(instances)
    yield path_of(slot, index, camera, "gtFine_color.png"), encode_png(colours[label_of_row][view.passes.row])
    yield path_of(slot, index, camera, "gtFine_polygons.json"), _json_bytes(_polygons_record(instances))


def instance_ids(view: View) -> U16Array:
    """Give id * 1000 + track id for things of classes with instances, else the plain id, (H, W) uint16.

    Raises:
        DatasetError: a track id above 999, which would read as another class.
    """
    if view.row_object.max(initial=0) >= INSTANCE_STEP:
        raise DatasetError(
            f"frame {view.passes.frame}: track id {view.row_object.max()}, cityscapes' instances hold {INSTANCE_STEP - 1}"
        )
    label = np.array([entry.cityscapes_id for entry in CLASSES], np.int32)[view.row_class]
    has_instance = (label >= FIRST_INSTANCE_ID) & (view.row_object > 0)
    of_row = np.where(has_instance, label * INSTANCE_STEP + view.row_object, label).astype(np.uint16)
    image: U16Array = of_row[view.passes.row]
    return image


def label_of_instance(instances: npt.NDArray[np.integer]) -> IntArray:
    """Give the label id of each pixel of an instance image."""
    ids = instances.astype(np.int32)
    return np.where(ids >= INSTANCE_STEP, ids // INSTANCE_STEP, ids)


def _polygons_record(instances: U16Array) -> dict[str, Any]:
    height, width = instances.shape
    objects = []
    for outline in outlines(instances):
        label, track = divmod(outline.id, INSTANCE_STEP) if outline.id >= INSTANCE_STEP else (outline.id, None)
        entry: dict[str, Any] = {"label": LABELS[label][0], "polygon": outline.centres_px().tolist()}
        objects.append(entry if track is None else {**entry, "id": track})
    return {"imgHeight": height, "imgWidth": width, "objects": objects}


def _camera_record(frame: FrameLabels, eye: Eye, partner: Partner | None) -> dict[str, Any]:
    """Give camera.json: where the camera stands in the vehicle, x forward, y left, z up from the ground under the middle.

    The convention of the angles is ISO 8855's: yaw about z, then pitch about y (> 0 looks down), then roll about x. There is a
    baseline where there is a right camera.
    """
    body_from_cam = rigid_inverse(frame.ego.world_from_body.now) @ eye.world_from_cam
    yaw, pitch, roll = _yaw_pitch_roll(body_from_cam[:3, :3] @ BODY_FROM_CAM[:3, :3].T)
    x, y, z = (float(value) for value in body_from_cam[:3, 3])
    lens = eye.lens
    extrinsic = {"pitch": pitch, "roll": roll, "x": x, "y": y, "yaw": yaw, "z": z}
    if partner is not None:
        extrinsic["baseline"] = partner.base_m
    return {"extrinsic": extrinsic, "intrinsic": {"fx": lens.fx_px, "fy": lens.fy_px, "u0": lens.cx_px, "v0": lens.cy_px}}


def _yaw_pitch_roll(turn: FloatArray) -> tuple[float, float, float]:
    pitch = float(np.arcsin(np.clip(-turn[2, 0], -1, 1)))
    return float(np.arctan2(turn[1, 0], turn[0, 0])), pitch, float(np.arctan2(turn[2, 1], turn[2, 2]))


def _vehicle_record(frame: FrameLabels, place_deg: FloatArray) -> dict[str, Any]:
    ahead = frame.ego.world_from_body.now[:2, 0]
    return {
        "gpsHeading": float(np.degrees(np.arctan2(ahead[0], ahead[1])) % 360),
        "gpsLatitude": float(place_deg[0]),
        "gpsLongitude": float(place_deg[1]),
        "speed": float(frame.ego.velocity_m_per_s[0]),
        "yawRate": float(frame.ego.turn_rate_rad_per_s[2]),
    }


def encode_disparity(disparity_px: Float32Array) -> U16Array:
    """Pack disparity, (H, W) pixels, 0 where there is none; what is larger than the file can hold counts as none."""
    is_known = (disparity_px > 0) & (disparity_px <= LARGEST_DISPARITY_PX)
    steps = np.where(is_known, disparity_px, 0) * np.float32(STEPS_PER_PX) + np.float32(1.5)
    return np.where(is_known, steps, 0).astype(np.uint16)


def decode_disparity(packed: U16Array) -> Float32Array:
    """Read disparity in pixels, nan where there is none."""
    if packed.dtype != np.uint16 or packed.ndim != 2:
        raise DatasetError(f"a disparity file holds 16-bit grey, not {packed.dtype} of shape {packed.shape}")
    return np.where(packed > 0, (packed.astype(np.float32) - 1) / np.float32(STEPS_PER_PX), np.float32(np.nan))


def _json_bytes(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n").encode()


@dataclass(frozen=True)
class Polygon:
    """One entry of a polygons file: its label, its track id (0: none) and its corners (x, y)."""

    label: str
    track_id: int
    corners_px: tuple[tuple[int, int], ...]


def read_polygons(data: bytes) -> tuple[list[Polygon], IntArray]:
    """Read a polygons file: its entries, and the label ids (H, W) that they paint.

    Raises:
        DatasetError: not such a file, or a label that Cityscapes does not have.
    """
    ids = {name: number for number, (name, _) in enumerate(LABELS)}
    try:
        record = json.loads(data)
        image = Image.new("L", (record["imgWidth"], record["imgHeight"]), 0)
        read = [
            Polygon(entry["label"], entry.get("id", 0), tuple((x, y) for x, y in entry["polygon"]))
            for entry in record["objects"]
        ]
        brush = ImageDraw.Draw(image)
        for polygon in read:
            brush.polygon(polygon.corners_px, fill=ids[polygon.label])
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"not a Cityscapes polygons file ({type(error).__name__}: {error})") from None
    return read, np.asarray(image, np.uint8).astype(np.int32)


def read_label_ids(image: ByteArray, instances: U16Array) -> IntArray:
    """Read a labelIds image, checked against the instanceIds image of the same picture.

    Raises:
        DatasetError: an id that is none, or instances of other classes than the label image's.
    """
    if image.dtype != np.uint8 or image.ndim != 2 or int(image.max(initial=0)) >= len(LABELS):
        raise DatasetError(f"labelIds are 8-bit grey, 0 .. {len(LABELS) - 1}, not {image.dtype} up to {image.max(initial=0)}")
    differing = int((label_of_instance(instances) != image).sum())
    if differing:
        raise DatasetError(f"{differing} pixels of instanceIds are of another class than in labelIds")
    return image.astype(np.int32)
