"""Scalabel, which BDD100K and SHIFT use: one json a clip with boxes, masks, cuboids, road lines and drivable areas.

Source: scalabel 0.3 (Berkeley DeepDrive) and BDD100K's label files. box2d is inclusive; box3d has its location in the middle of
the box, in camera axes, dimension height, width, length, orientation R = Rx Ry Rz (as its nuScenes export reads it) of axes
forward, down, left; poly2d counts pixel edges, all else pixel centres; extrinsics turn by Euler angles x, y, z about fixed
axes, as its code reads them, not by axis and angle, as its page says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from scenegen.errors import DatasetError
from scenegen.formats import rle
from scenegen.formats.channels import CAM, IMAGE, NOW, WORLD, Channel
from scenegen.formats.coco_panoptic import mask_box
from scenegen.formats.jpeg import picture_jpeg
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.scalabel_road import LINE_CATEGORIES, area_labels, line_labels
from scenegen.geometry import BoolArray, FloatArray, rigid_inverse
from scenegen.models.people.landmarks import COCO_LIMBS, COCO_NAMES
from scenegen.scenario.scene import BrownConradyScene
from scenegen.truth.frame import Box, Frame, FrameLabels, KeyPoints, ObjectLabel, View, ViewLabels

SPLIT = "train"
FOG_M = 1000.0  # visibility below which meteorologists speak of fog (WMO)
CLEAR_CLOUD, OVERCAST_CLOUD = 0.25, 0.75  # two and six of eight parts of the sky
DAY_DEG, NIGHT_DEG = 6.0, -6.0  # the sun low, and civil twilight's end

CATEGORIES: dict[str, str] = {
    "car": "car", "van": "car", "truck": "truck", "bus": "bus", "person": "pedestrian", "rider": "rider", "bicycle": "bicycle",
    "motorcycle": "motorcycle", "traffic_light": "traffic light", "traffic_sign": "traffic sign", "animal": "animal",
    "debris": "debris", "street_furniture": "street furniture", "traffic_cone": "traffic cone", "barrier": "barrier",
}  # fmt: skip
"""BDD100K's names by our classes; the last five are ours."""

GROUPS: dict[str, tuple[str, ...]] = {
    "human": ("pedestrian", "rider"),
    "vehicle": ("car", "truck", "bus", "train"),
    "bike": ("motorcycle", "bicycle"),
}

LOCK = 1e-9  # cosine of the turn about y below which those about x and z can not be told apart

FORWARD_DOWN_LEFT: FloatArray = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""Our body axes from a cuboid's."""
FORWARD_DOWN_LEFT.flags.writeable = False

CHANNELS: Mapping[str, Channel] = {
    "images/*.jpg": Channel("sRGB, 8 bit", "JPEG, quality 95, 4:4:4", NOW, IMAGE),
    "box2d": Channel("px", "of what is seen; x2 and y2 inclusive", NOW, IMAGE),
    "rle": Channel("runs of pixels", "of what is seen; compressed COCO RLE down the columns", NOW, IMAGE),
    "poly2d": Channel("px", "count pixel edges from the left top corner", NOW, IMAGE),
    "graph": Channel("px", "visibility V seen, N hidden; those outside the picture are left out", NOW, IMAGE),
    "box3d": Channel("m, rad", "location: middle; dimension: height, width, length; orientation: Rx Ry Rz", NOW, CAM),
    "intrinsics": Channel("px", "focal and centre; radial k1 k2 k3, tangential p1 p2 where a lens bends", NOW, IMAGE),
    "extrinsics": Channel("m, rad", "world from camera; Euler x y z about fixed axes", NOW, WORLD),
    "timestamp": Channel("ms", "since the clip's begin", NOW, "none"),
}


class Scalabel:
    """Writes `images/train` and `labels/train`, one json a clip; each camera is a video, cameras of one instant are a group."""

    name = "scalabel"
    about = "Scalabel (BDD100K, SHIFT): boxes, masks, cuboids, key points, road lines, drivable area, attributes"
    wants = Wants(labels="all", pictures="all", holds_distortion=True)
    largest_id: int | None = None
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give the pictures of one instant."""
        for camera, picture in frame.pictures.items():
            yield f"images/{SPLIT}/{_stem(slot, frame.labels.index, camera)}.jpg", picture_jpeg(picture)

    def frame_notes(self, frame: Frame, slot: Slot) -> Any:
        """Give the records of one instant: a frame for every camera."""
        return [_frame_record(frame.labels, view, slot) for view in frame.views]

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot, notes: Sequence[Any] = ()) -> Iterator[File]:
        """Give the json of one clip; a folder of them reads as one data set.

        Raises:
            ValueError: the notes are not those of the frames.
        """
        if len(notes) != len(labels):
            raise ValueError(f"{slot.clip}: {len(labels)} frames and notes of {len(notes)}")
        text = bytearray(b'{"frames":[')
        for number, record in enumerate(record for note in notes for record in note):
            text += (b",\n" if number else b"\n") + _compact(record)
        text += b'],\n"groups":' + _compact([_group_record(frame, slot) for frame in labels])
        text += b',\n"config":' + _compact(_config(labels)) + b"}\n"
        yield f"labels/{SPLIT}/{slot.clip}.json", bytes(text)

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: the folder of labels reads as a whole."""
        yield from ()


def _stem(slot: Slot, index: int, camera: str) -> str:
    return f"{slot.clip}_{index:06d}_{camera}"


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _frame_record(frame: FrameLabels, view: View, slot: Slot) -> dict[str, Any]:
    labels, lens = view.labels, view.labels.lens
    name = f"{_stem(slot, frame.index, labels.camera)}.jpg"
    turn = Rotation.from_matrix(labels.world_from_cam.now[:3, :3]).as_euler("xyz")
    return {
        "name": name,
        "url": f"images/{SPLIT}/{name}",
        "videoName": f"{slot.clip}_{labels.camera}",
        "frameIndex": frame.index,
        "timestamp": round(frame.time_s * 1000),
        "size": {"width": lens.width_px, "height": lens.height_px},
        "intrinsics": _intrinsics(labels),
        "extrinsics": {"location": labels.world_from_cam.now[:3, 3].tolist(), "rotation": turn.tolist()},
        "attributes": frame_attributes(frame.attributes),
        "labels": [*_object_labels(view), *line_labels(labels.lines), *area_labels(view.drivable)],
    }


def _group_record(frame: FrameLabels, slot: Slot) -> dict[str, Any]:
    names = [f"{_stem(slot, frame.index, view.camera)}.jpg" for view in frame.views]
    times = {"frameIndex": frame.index, "timestamp": round(frame.time_s * 1000)}
    return {"name": f"{slot.clip}_{frame.index:06d}", "videoName": slot.clip, **times, "frames": names}


def _intrinsics(labels: ViewLabels) -> dict[str, Any]:
    lens, bent = labels.lens, labels.distortion
    record: dict[str, Any] = {"focal": [lens.fx_px, lens.fy_px], "center": [lens.cx_px, lens.cy_px], "skew": 0.0}
    if bent is None:
        return record
    if not isinstance(bent, BrownConradyScene):
        raise DatasetError(
            f"camera {labels.camera}: scalabel holds distortion by Brown and Conrady, not a fisheye's; leave the layout out"
        )
    return {**record, "radial": [bent.k1, bent.k2, bent.k3], "tangential": [bent.p1, bent.p2]}


def frame_attributes(known: Mapping[str, Any]) -> dict[str, str | float]:
    """Give weather, scene and time of day in BDD100K's words, and the numbers that they come from."""
    words: dict[str, str | float] = {"weather": _weather(known), "scene": _scene(known), "timeofday": _time_of_day(known)}
    numbers = {name: float(value) for name, value in known.items() if isinstance(value, (int, float))}
    return {**words, **numbers}


def _weather(known: Mapping[str, Any]) -> str:
    if known.get("snow_mm_per_h", 0.0) > 0:
        return "snowy"
    if known.get("rain_mm_per_h", 0.0) > 0:
        return "rainy"
    if known.get("fog_visibility_m", np.inf) < FOG_M:
        return "foggy"
    if "cloud" not in known:
        return "undefined"
    cloud = known["cloud"]
    return "clear" if cloud < CLEAR_CLOUD else "partly cloudy" if cloud < OVERCAST_CLOUD else "overcast"


def _scene(known: Mapping[str, Any]) -> str:
    """BDD100K has residential, highway, city street and others, none of them a road in the country."""
    return {"residential": "residential", "urban": "city street"}.get(str(known.get("surroundings")), "undefined")


def _time_of_day(known: Mapping[str, Any]) -> str:
    if "sun_elevation_deg" not in known:
        return "undefined"
    sun = known["sun_elevation_deg"]
    return "daytime" if sun > DAY_DEG else "night" if sun < NIGHT_DEG else "dawn/dusk"


def _object_labels(view: View) -> Iterator[dict[str, Any]]:
    """Give a label for each object that is seen; its id is its track's, the same in every camera."""
    size = [view.labels.lens.height_px, view.labels.lens.width_px]
    visible = rle.id_counts(view.object_id)
    for label in view.labels.objects:
        if label.box_visible_px is None or label.class_name not in CATEGORIES:
            continue
        left, top, right, bottom = label.box_visible_px
        record: dict[str, Any] = {
            "id": str(label.track_id),
            "category": CATEGORIES[label.class_name],
            "attributes": _object_attributes(label),
            "box2d": {"x1": left, "y1": top, "x2": right, "y2": bottom},
            "box3d": _cuboid(label, view.labels),
            "rle": {"counts": rle.pack_counts(visible[label.track_id]), "size": size},
        }
        yield record if label.key_points is None else {**record, "graph": _graph(label.key_points)}


def _object_attributes(label: ObjectLabel) -> dict[str, bool | float | str]:
    """BDD100K's flags, and the shares that they come from."""
    return {
        "occluded": label.occlusion > 0,
        "truncated": label.truncation > 0,
        "crowd": False,
        "ignored": False,
        "occlusion": round(label.occlusion, 6),
        "truncation": round(label.truncation, 6),
        "name": label.name,
        "kind": label.kind,
    }


def _cuboid(label: ObjectLabel, labels: ViewLabels) -> dict[str, Any]:
    cam_from_body = rigid_inverse(labels.world_from_cam.now) @ label.world_from_body.now
    length, width, height = (float(side) for side in label.size_m)
    x, y, z = (cam_from_body @ (0.0, 0.0, height / 2, 1.0))[:3].tolist()
    turn = cam_from_body[:3, :3] @ FORWARD_DOWN_LEFT
    angles = orientation(turn)
    alpha = (angles[1] - float(np.arctan2(x, z)) + np.pi) % (2 * np.pi) - np.pi
    return {"alpha": alpha, "orientation": list(angles), "location": [x, y, z], "dimension": [height, width, length]}


def orientation(turn: FloatArray) -> tuple[float, float, float]:
    """Give the angles of R = Rx Ry Rz with the one about z between -90 and 90 degrees.

    So what stands level has its whole turn in the one about y, which is all that some readers take.
    """
    side = -1.0 if turn[0, 0] < 0 else 1.0
    cosine = float(np.hypot(turn[0, 0], turn[0, 1]))
    about_y = float(np.arctan2(turn[0, 2], side * cosine))
    if cosine < LOCK:  # x and z turn about one axis
        return float(np.arctan2(turn[2, 1], turn[1, 1])), about_y, 0.0
    about_x, about_z = np.arctan2(-side * turn[1, 2], side * turn[2, 2]), np.arctan2(-side * turn[0, 1], side * turn[0, 0])
    return float(about_x), about_y, float(about_z)


def _graph(points: KeyPoints) -> dict[str, Any]:
    """Give a person's key points in the picture, V where they are seen and N where they are hidden, and the limbs between."""
    there = {i: name for i, name in enumerate(COCO_NAMES) if points.visibility[i]}
    nodes = [
        {
            "id": name,
            "category": name,
            "location": [round(float(value), 2) for value in points.pixels[i]],
            "visibility": "V" if points.visibility[i] == 2 else "N",
        }
        for i, name in there.items()
    ]
    edges = [{"source": there[a], "target": there[b]} for a, b in COCO_LIMBS if a in there and b in there]
    return {"nodes": nodes, "edges": edges, "type": "Pose2D-COCO"}


def _config(labels: Sequence[FrameLabels]) -> dict[str, Any]:
    """Give the categories, those of objects before those of the road, and the size where all cameras have one."""
    grouped = {name for names in GROUPS.values() for name in names}
    rest = [name for name in dict.fromkeys(CATEGORIES.values()) if name not in grouped]
    trees: list[dict[str, Any]] = [
        {"name": above, "subcategories": [{"name": name, "isThing": True} for name in names]} for above, names in GROUPS.items()
    ]
    trees += [{"name": name, "isThing": True} for name in rest]
    trees += [{"name": name, "isThing": False} for name in LINE_CATEGORIES]
    sizes = {(view.lens.width_px, view.lens.height_px) for frame in labels[:1] for view in frame.views}
    if len(sizes) != 1:
        return {"categories": trees}
    width, height = sizes.pop()
    return {"categories": trees, "imageSize": {"width": width, "height": height}}


@dataclass(frozen=True, eq=False)
class ScalabelObject:
    """One object as read: the frame's name, inclusive box, mask (H, W), pose of the middle of its cuboid (4, 4), axes forward,
    down, left, and its length, width and height."""

    frame_name: str
    category: str
    track_id: int
    box_px: Box
    mask: BoolArray
    cam_from_cuboid: FloatArray
    size_m: tuple[float, float, float]


def read_objects(data: bytes) -> list[ScalabelObject]:
    """Read the objects of a file of labels; refuses what `iterate_objects` does."""
    return list(iterate_objects(data))


def iterate_objects(data: bytes) -> Iterator[ScalabelObject]:
    """Read the objects of a file of labels one after the other, so that one mask at a time is held.

    Raises:
        DatasetError: not such a file, a box that is not its mask's, or an alpha that is not that of its cuboid.
    """
    try:
        frames = json.loads(data)["frames"]
        for frame in frames:
            yield from (_read_object(frame, label) for label in frame["labels"] if "box2d" in label)
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"not a Scalabel file ({type(error).__name__}: {error})") from None


def extrinsic_pose(record: dict[str, Any]) -> FloatArray:
    """Read extrinsics: world_from_cam (4, 4)."""
    world_from_cam = np.eye(4)
    world_from_cam[:3, :3] = Rotation.from_euler("xyz", record["rotation"]).as_matrix()
    world_from_cam[:3, 3] = record["location"]
    return world_from_cam


def _read_object(frame: dict[str, Any], label: dict[str, Any]) -> ScalabelObject:
    place = f"{frame['name']}, label {label['id']}"
    size = frame["size"]
    if label["rle"]["size"] != [size["height"], size["width"]]:
        raise DatasetError(f"{place}: a mask of size {label['rle']['size']} (height, width)")
    mask = rle.counts_mask(rle.unpack_counts(label["rle"]["counts"]), width_px=size["width"], height_px=size["height"])
    box: Box = (label["box2d"]["x1"], label["box2d"]["y1"], label["box2d"]["x2"], label["box2d"]["y2"])
    if box != mask_box(mask):
        raise DatasetError(f"{place}: its box is {box}, its mask has box {mask_box(mask)}")
    cuboid = label["box3d"]
    pose = np.eye(4)
    pose[:3, :3] = Rotation.from_euler("XYZ", cuboid["orientation"]).as_matrix()
    pose[:3, 3] = cuboid["location"]
    wanted = cuboid["orientation"][1] - np.arctan2(pose[0, 3], pose[2, 3])
    if abs(np.sin((wanted - cuboid["alpha"]) / 2)) > 1e-6:
        raise DatasetError(f"{place}: its alpha is {cuboid['alpha']:.4f}, its cuboid's {wanted:.4f}")
    height, width, length = cuboid["dimension"]
    return ScalabelObject(frame["name"], label["category"], int(label["id"]), box, mask, pose, (length, width, height))
