"""Rows of nuScenes' tables, one clip at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats.layout import Slot
from scenegen.formats.nuscenes_names import (
    ATTRIBUTES,
    CATEGORIES,
    VISIBILITIES,
    attribute_of,
    object_category,
    visibility_token,
)
from scenegen.formats.quaternion import quaternion_wxyz
from scenegen.geometry import FloatArray, frozen, pose, rigid_inverse
from scenegen.truth.frame import FrameLabels, ObjectLabel, ViewLabels

VERSION = "v1.0-mini"
"""Folder of the tables: the devkit's default, and one of the few names that converters take."""
EPOCH_US = 1_500_000_000_000_000
CLIP_US = 3_600_000_000
"""Times count from EPOCH_US; every clip has an hour of its own."""
STEADY_M = 1e-6
"""A mount that moves more against the ego within a clip is no mount."""

LIDAR_FROM_NU: FloatArray = frozen(pose(0.0, 0.0, 0.0, yaw=-np.pi / 2).round(12))
"""Our scanner's axes (x forward, y left) from nuScenes' (x right, y forward)."""

TABLES = (
    "instance", "sensor", "calibrated_sensor", "ego_pose", "log", "scene", "sample", "sample_data", "sample_annotation",
    "lidarseg",
)  # fmt: skip
"""Tables with rows of clips; the others are the same for every data set."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """Of one track in one frame over all cameras: visible pixels, pixels if nothing stood in front; points (-1: no scanner)."""

    visible_px: int
    inside_px: int
    points: int


def token(*names: object) -> str:
    """Give the token of a thing by its names: 32 hexadecimal digits, the same in every run."""
    return hashlib.blake2b("/".join(map(str, names)).encode(), digest_size=16).hexdigest()


def camera_channel(camera: str) -> str:
    """Give the channel of a camera: front_left is CAM_FRONT_LEFT."""
    return f"CAM_{camera.upper()}"


def lidar_channels(names: Iterable[str]) -> dict[str, str]:
    """Give the channel of every scanner: the first is LIDAR_TOP, which the devkit looks for."""
    return {name: f"LIDAR_{name.upper()}" if place else "LIDAR_TOP" for place, name in enumerate(names)}


def time_us(slot: Slot, index: int) -> int:
    """Give the time of a frame in microseconds."""
    return EPOCH_US + slot.number * CLIP_US + round(1_000_000 * index / slot.fps)


def sensor_path(slot: Slot, channel: str, index: int) -> str:
    """Give the file of a sensor at a frame."""
    extension = "jpg" if channel.startswith("CAM") else "pcd.bin"
    return f"samples/{channel}/{slot.clip}__{channel}__{time_us(slot, index)}.{extension}"


def lidarseg_path(slot: Slot, channel: str, index: int) -> str:
    """Give the file of the points' categories."""
    return f"lidarseg/{VERSION}/{token(slot.clip, 'sample_data', channel, index)}_lidarseg.bin"


def shared_tables() -> dict[str, list[Row]]:
    """Give the tables that are the same for every data set."""
    return {
        "category": [
            {"token": token("category", name), "name": name, "description": name.replace(".", ", "), "index": index}
            for index, name in enumerate(CATEGORIES)
        ],
        "attribute": [{"token": token("attribute", name), "name": name, "description": name} for name in ATTRIBUTES],
        "visibility": [
            {"token": str(number), "level": level, "description": f"visible share over all images up to {end:.0%}"}
            for number, (end, level) in enumerate(VISIBILITIES, 1)
        ],
    }


def map_rows(clips: Sequence[str]) -> list[Row]:
    """Give the one map, a plain picture, with the logs of all clips."""
    logs = [token(clip, "log") for clip in clips]
    return [{"token": token("map"), "category": "semantic_prior", "filename": "maps/plain.png", "log_tokens": logs}]


def clip_tables(
    labels: Sequence[FrameLabels], slot: Slot, seen: Sequence[dict[int, Seen]], channels: Sequence[str]
) -> dict[str, list[Row]]:
    """Give a clip's rows of every table of `TABLES`.

    Args:
        labels: all frames.
        slot: the clip.
        seen: by frame, what is seen of each track; the others have no annotation there.
        channels: those that have files.
    Raises:
        DatasetError: a bent lens, which nuScenes can not say, or a sensor that moves against the ego.
    """
    clip, frames = slot.clip, len(labels)
    first = labels[0]
    lidars = lidar_channels(first.world_from_lidars)
    mounts = {channel: mount for channel, mount in _mounts(first, lidars).items() if channel in channels}
    _check(labels, lidars, mounts)
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    rows["log"].append({
        "token": token(clip, "log"), "logfile": clip, "vehicle": "scenegen", "date_captured": "2017-07-14",
        "location": "scenegen",
    })  # fmt: skip
    rows["scene"].append({
        "token": token(clip, "scene"), "log_token": token(clip, "log"), "nbr_samples": frames,
        "first_sample_token": _sample(clip, 0), "last_sample_token": _sample(clip, frames - 1),
        "name": clip, "description": _described(first),
    })  # fmt: skip
    for channel in channels:
        rows["sensor"].append({"token": token("sensor", channel), "channel": channel, "modality": _modality(channel)})
        rows["calibrated_sensor"].append(_calibrated(clip, channel, mounts[channel], _view_of(first, channel)))
    for frame in labels:
        _add_frame(rows, frame, slot, channels, frames)
    _add_objects(rows, labels, clip, seen)
    return rows


def _described(frame: FrameLabels) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in frame.attributes.items() if isinstance(value, (int, float)))


def _modality(channel: str) -> str:
    return "camera" if channel.startswith("CAM") else "lidar"


def _sample(clip: str, index: int) -> str:
    return token(clip, "sample", index)


def _view_of(frame: FrameLabels, channel: str) -> ViewLabels | None:
    return next((view for view in frame.views if camera_channel(view.camera) == channel), None)


def _mounts(frame: FrameLabels, lidars: Mapping[str, str]) -> dict[str, FloatArray]:
    """Give ego_from_sensor of every channel at a frame, in nuScenes' axes."""
    ego_from_world = rigid_inverse(frame.ego.world_from_body.now)
    cameras = {camera_channel(view.camera): ego_from_world @ view.world_from_cam.now for view in frame.views}
    scanners = {
        lidars[name]: ego_from_world @ world_from_lidar @ LIDAR_FROM_NU
        for name, world_from_lidar in frame.world_from_lidars.items()
    }
    return {**cameras, **scanners}


def _check(labels: Sequence[FrameLabels], lidars: Mapping[str, str], mounts: Mapping[str, FloatArray]) -> None:
    for view in labels[0].views:
        if view.distortion is not None:
            raise DatasetError(f"camera {view.camera!r} bends its image, which nuscenes can not say; leave the layout out")
    for frame in labels:
        for channel, mount in _mounts(frame, lidars).items():
            if channel in mounts and np.abs(mount - mounts[channel]).max() > STEADY_M:
                raise DatasetError(f"frame {frame.index}: {channel} has moved against the ego since frame {labels[0].index}")


def _placed(a_from_b: FloatArray) -> Row:
    return {"translation": [float(value) for value in a_from_b[:3, 3]], "rotation": list(quaternion_wxyz(a_from_b))}


def _calibrated(clip: str, channel: str, mount: FloatArray, view: ViewLabels | None) -> Row:
    return {
        "token": token(clip, "calibrated_sensor", channel),
        "sensor_token": token("sensor", channel),
        **_placed(mount),
        "camera_intrinsic": [] if view is None else view.lens.matrix.tolist(),
    }


def _add_frame(rows: dict[str, list[Row]], frame: FrameLabels, slot: Slot, channels: Sequence[str], frames: int) -> None:
    """Add a sample, and for each channel its data with the ego's pose then."""
    clip, index = slot.clip, frame.index
    rows["sample"].append({
        "token": _sample(clip, index), "timestamp": time_us(slot, index), "scene_token": token(clip, "scene"),
        "prev": _sample(clip, index - 1) if index else "", "next": _sample(clip, index + 1) if index + 1 < frames else "",
    })  # fmt: skip
    for channel in channels:
        own = token(clip, "sample_data", channel, index)
        view = _view_of(frame, channel)
        rows["ego_pose"].append({"token": own, "timestamp": time_us(slot, index), **_placed(frame.ego.world_from_body.now)})
        rows["sample_data"].append({
            "token": own, "sample_token": _sample(clip, index), "ego_pose_token": own,
            "calibrated_sensor_token": token(clip, "calibrated_sensor", channel), "timestamp": time_us(slot, index),
            "fileformat": "pcd" if view is None else "jpg", "is_key_frame": True,
            "height": 0 if view is None else view.lens.height_px, "width": 0 if view is None else view.lens.width_px,
            "filename": sensor_path(slot, channel, index),
            "prev": token(clip, "sample_data", channel, index - 1) if index else "",
            "next": token(clip, "sample_data", channel, index + 1) if index + 1 < frames else "",
        })  # fmt: skip
        if view is None:
            rows["lidarseg"].append({"token": own, "sample_data_token": own, "filename": lidarseg_path(slot, channel, index)})


def _add_objects(rows: dict[str, list[Row]], labels: Sequence[FrameLabels], clip: str, seen: Sequence[dict[int, Seen]]) -> None:
    """Add the annotations, each chained to the one before it and after it of the same object, and the objects."""
    movers = {label.track_id for frame in labels for label in frame.main.objects if label.moving}
    annotations: dict[int, list[Row]] = {}
    categories: dict[int, str] = {}
    for frame in labels:
        for label in frame.main.objects:
            if label.track_id in seen[frame.index]:
                categories[label.track_id] = object_category(label)
                row = _annotation(label, clip, frame.index, seen[frame.index][label.track_id], label.track_id not in movers)
                annotations.setdefault(label.track_id, []).append(row)
    for track_id, chain in sorted(annotations.items()):
        for before, after in pairwise(chain):
            before["next"], after["prev"] = after["token"], before["token"]
        rows["instance"].append({
            "token": token(clip, "instance", track_id), "category_token": token("category", categories[track_id]),
            "nbr_annotations": len(chain), "first_annotation_token": chain[0]["token"],
            "last_annotation_token": chain[-1]["token"],
        })  # fmt: skip
        rows["sample_annotation"] += chain


def _annotation(label: ObjectLabel, clip: str, index: int, seen: Seen, is_parked: bool) -> Row:
    length, width, height = (float(side) for side in label.size_m)
    world_from_middle = label.world_from_body.now @ pose(0.0, 0.0, height / 2)
    attribute = attribute_of(label, object_category(label), is_parked=is_parked)
    return {
        "token": token(clip, "annotation", label.track_id, index),
        "sample_token": _sample(clip, index),
        "instance_token": token(clip, "instance", label.track_id),
        "visibility_token": visibility_token(seen.visible_px / seen.inside_px if seen.inside_px else 0.0),
        "attribute_tokens": [token("attribute", attribute)] if attribute else [],
        "size": [width, length, height],
        **_placed(world_from_middle),
        "prev": "",
        "next": "",
        "num_lidar_pts": seen.points,
        "num_radar_pts": 0,
    }
