"""nuScenes: tables, pictures of all cameras, sweeps with lidarseg; every frame is a key frame.

Source: nuScenes schema (Caesar et al. 2020): quaternions w x y z, size width length height, translation the middle of the box,
times in microseconds; its scanner looks along y, x to the right. The tables of a clip lie under `parts` until all clips are
there and are joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.classes import CLASSES
from scenegen.errors import DatasetError
from scenegen.formats.channels import IMAGE, NOW, Channel
from scenegen.formats.jpeg import picture_jpeg
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.nuscenes_names import CATEGORIES, class_category, object_category
from scenegen.formats.nuscenes_tables import (
    LIDAR_FROM_NU,
    TABLES,
    VERSION,
    Seen,
    camera_channel,
    clip_tables,
    lidar_channels,
    lidarseg_path,
    map_rows,
    sensor_path,
    shared_tables,
)
from scenegen.formats.png import encode_png
from scenegen.formats.quaternion import rotation_of_wxyz
from scenegen.geometry import ByteArray, Float32Array, FloatArray, pose
from scenegen.truth.frame import Frame, FrameLabels, ObjectLabel, Sweep

INTENSITY_STEPS = 255.0
"""nuScenes stores intensity as 0 .. 255."""
LEAST_STEP_S, MOST_STEP_S = 1e-3, 10.0
"""Between frames: times in milliseconds or seconds fall out of it."""
UNIT_SLACK = 1e-6
OPTIONAL = ("lidarseg",)
"""Tables whose mere presence makes the devkit look for files."""
HELD_OUT = 5
"""Every fifth clip is for validation."""

_POSE = "quaternion w x y z and translation"
CHANNELS = {
    "samples/CAM_*/*.jpg": Channel("sRGB 8 bit", "what the camera sees; JPEG", NOW, IMAGE),
    "samples/LIDAR_*/*.pcd.bin": Channel(
        "m, 0..255, ring", "x y z intensity ring, float32; ring 0 is the top beam", NOW, "scanner: x right, y forward, z up"
    ),
    "lidarseg/*/*_lidarseg.bin": Channel("category index", "uint8 a point, as category.json", NOW, "as the points"),
    f"{VERSION}/ego_pose.json": Channel("m", f"global_from_ego: {_POSE}", "us", "ego x forward, y left, z up; global z up"),
    f"{VERSION}/calibrated_sensor.json": Channel(
        "m, px", f"ego_from_sensor: {_POSE}; camera_intrinsic K", "constant", "camera x right, y down, z forward"
    ),
    f"{VERSION}/sample_annotation.json": Channel(
        "m", f"{_POSE}, the middle of the box; size; num_lidar_pts -1 without a scanner", NOW, "size width, length, height"
    ),
    f"{VERSION}/sample_data.json": Channel("us", "timestamp; it differs between clips by whole hours", NOW, "-"),
}


@dataclass(frozen=True)
class Note:
    """What of a frame's pixels and points the tables need: what is seen of each track, and which channels have files."""

    seen: dict[int, Seen]
    channels: tuple[str, ...]


class NuScenes:
    """Writes one root for the whole data set, read with `NuScenes(dataroot=...)`."""

    name = "nuscenes"
    about = "nuScenes: 13 tables, pictures of all cameras, sweeps with lidarseg, boxes with points, visibility, attributes"
    wants = Wants(labels="all", pictures="all", sweeps=True)
    largest_id: int | None = None
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give the pictures and sweeps of one frame."""
        index = frame.labels.index
        for view in frame.views:
            if view.picture is not None:
                yield sensor_path(slot, camera_channel(view.labels.camera), index), picture_jpeg(view.picture)
        channels = lidar_channels(frame.labels.world_from_lidars)
        for sweep in frame.sweeps:
            channel = channels[sweep.name]
            yield sensor_path(slot, channel, index), encode_points(sweep)
            yield lidarseg_path(slot, channel, index), point_categories(sweep, frame.labels.main.objects).tobytes()

    def frame_notes(self, frame: Frame, slot: Slot) -> Note:
        """Give what pixels and points tell of each track."""
        lidars = lidar_channels(frame.labels.world_from_lidars)
        cameras = [camera_channel(view.labels.camera) for view in frame.views if view.picture is not None]
        return Note(count_seen(frame), (*cameras, *(lidars[sweep.name] for sweep in frame.sweeps)))

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot, notes: Sequence[Note] = ()) -> Iterator[File]:
        """Give the clip's rows of each table."""
        seen = [note.seen for note in notes]
        channels = notes[0].channels if len(notes) else ()
        for table, rows in clip_tables(labels, slot, seen, channels).items():
            yield part_path(slot.clip, table), _rows_bytes(rows)

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give the plain map, the tables that do not depend on clips, and the splits."""
        slots = list(slots)
        yield map_rows([])[0]["filename"], encode_png(np.full((10, 10), 255, np.uint8))
        for table, rows in shared_tables().items():
            yield f"{VERSION}/{table}.json", _rows_bytes(rows)
        yield f"{VERSION}/map.json", _rows_bytes(map_rows([slot.clip for slot in slots]))
        held_out = [slot.clip for slot in slots if slot.number % HELD_OUT == HELD_OUT - 1]
        trained = [slot.clip for slot in slots if slot.clip not in held_out]
        splits = {"scenegen_train": trained, "scenegen_val": held_out}
        yield f"{VERSION}/splits.json", (json.dumps(splits, indent=1) + "\n").encode()

    def join(self, root: Path, slots: Iterable[Slot]) -> Iterator[File]:
        """Give each table over all clips; a row that several clips share is there once."""
        slots = list(slots)
        for table in TABLES:
            rows: dict[str, dict[str, Any]] = {}
            for slot in slots:
                rows.update((row["token"], row) for row in _read_rows(root / part_path(slot.clip, table)))
            if rows or table not in OPTIONAL:
                yield f"{VERSION}/{table}.json", _rows_bytes(list(rows.values()))


def part_path(clip: str, table: str) -> str:
    """Give where a clip's rows of a table lie."""
    return f"parts/{clip}/{table}.json"


def _rows_bytes(rows: list[dict[str, Any]]) -> bytes:
    """Give a table with one row a line, so that a person can look for a token."""
    lines = ",\n".join(json.dumps(row, separators=(",", ":"), allow_nan=False) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _read_rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: can not be read ({error})") from None
    return rows


def count_seen(frame: Frame) -> dict[int, Seen]:
    """Give for every track that a camera has in its image or a sweep hits its pixels and points over all of them."""
    visible: dict[int, int] = {}
    inside: dict[int, int] = {}
    points: dict[int, int] = {}
    for view in frame.views:
        silhouettes = {silhouette.object_id: silhouette.inside_px for silhouette in view.passes.silhouettes}
        for label in view.labels.objects:
            inside_px = max(silhouettes.get(label.track_id, 0), label.visible_px)
            if inside_px:
                inside[label.track_id] = inside.get(label.track_id, 0) + inside_px
                visible[label.track_id] = visible.get(label.track_id, 0) + label.visible_px
    for sweep in frame.sweeps:
        for track_id, count in zip(*np.unique(sweep.object_id, return_counts=True), strict=True):
            points[int(track_id)] = points.get(int(track_id), 0) + int(count)
    points.pop(0, None)
    return {
        track_id: Seen(visible.get(track_id, 0), inside.get(track_id, 0), points.get(track_id, 0) if frame.sweeps else -1)
        for track_id in sorted(inside.keys() | points.keys())
    }


def encode_points(sweep: Sweep) -> bytes:
    """Give the bytes of a .pcd.bin file: float32 x y z intensity ring, scanner frame x right, y forward, z up."""
    points = np.empty((len(sweep.points_m), 5), "<f4")
    points[:, :3] = sweep.points_m @ LIDAR_FROM_NU[:3, :3].astype(np.float32)
    points[:, 3] = sweep.intensity * np.float32(INTENSITY_STEPS)
    points[:, 4] = sweep.ring
    return points.tobytes()


def decode_points(data: bytes) -> Float32Array:
    """Read a .pcd.bin file into (n, 5) float32: x forward, y left, z up (our scanner's axes), intensity 0..1, ring."""
    if len(data) % 20:
        raise DatasetError(f".pcd.bin file of {len(data)} bytes; a point has 20")
    points = np.frombuffer(data, "<f4").reshape(-1, 5).astype(np.float32)
    points[:, :3] = points[:, :3] @ LIDAR_FROM_NU[:3, :3].T.astype(np.float32)
    points[:, 3] /= np.float32(INTENSITY_STEPS)
    return points


def point_categories(sweep: Sweep, objects: Iterable[ObjectLabel]) -> ByteArray:
    """Give the lidarseg number of every point (n,) uint8: that of its object, or else of its class."""
    of_class = np.array([CATEGORIES.index(class_category(entry.name)) for entry in CLASSES], np.uint8)
    numbers = of_class[sweep.class_id]
    for label in objects:
        numbers[sweep.object_id == label.track_id] = CATEGORIES.index(object_category(label))
    return numbers


@dataclass(frozen=True, eq=False)
class Box:
    """One annotation as read back: `global_from_body` (4, 4) on the ground under its middle, size (length, width, height)."""

    instance: str
    category: str
    global_from_body: FloatArray
    size_m: tuple[float, float, float]
    points: int
    visibility: str
    attributes: tuple[str, ...]


def read_boxes(root: Path) -> dict[tuple[str, int], list[Box]]:
    """Read the annotations of every scene and frame number, walking the chain of its samples.

    Raises:
        DatasetError: a table is missing or damaged, a token leads nowhere, a chain does not end where its scene says,
            times are not in microseconds, a quaternion is not of unit length.
    """
    names = (*TABLES[:-1], *shared_tables())
    tables = {name: {row["token"]: row for row in _read_rows(root / VERSION / f"{name}.json")} for name in names}
    by_sample: dict[str, list[Box]] = {}
    try:
        for row in tables["sample_annotation"].values():
            by_sample.setdefault(row["sample_token"], []).append(_box(row, tables))
        return {
            (scene["name"], index): by_sample.get(sample, [])
            for scene in tables["scene"].values()
            for index, sample in enumerate(_samples(scene, tables["sample"]))
        }
    except KeyError as error:
        raise DatasetError(f"{root / VERSION}: no row or field {error}") from None


def _samples(scene: dict[str, Any], samples: dict[str, dict[str, Any]]) -> list[str]:
    chain = [scene["first_sample_token"]]
    while following := samples[chain[-1]]["next"]:
        seconds = (samples[following]["timestamp"] - samples[chain[-1]]["timestamp"]) / 1e6
        if not LEAST_STEP_S <= seconds <= MOST_STEP_S or samples[following]["prev"] != chain[-1]:
            raise DatasetError(f"scene {scene['name']}: sample {len(chain)} comes {seconds} s after the one before it")
        chain.append(following)
    if chain[-1] != scene["last_sample_token"] or len(chain) != scene["nbr_samples"]:
        raise DatasetError(f"scene {scene['name']}: {len(chain)} samples in the chain, {scene['nbr_samples']} told")
    return chain


def _box(row: dict[str, Any], tables: dict[str, dict[str, dict[str, Any]]]) -> Box:
    instance = tables["instance"][row["instance_token"]]
    width, length, height = row["size"]
    if abs(sum(part**2 for part in row["rotation"]) - 1) > UNIT_SLACK:
        raise DatasetError(f"annotation {row['token']}: rotation {row['rotation']} is no unit quaternion")
    global_from_middle = np.eye(4)
    global_from_middle[:3, :3] = rotation_of_wxyz(row["rotation"])
    global_from_middle[:3, 3] = row["translation"]
    return Box(
        instance=row["instance_token"],
        category=tables["category"][instance["category_token"]]["name"],
        global_from_body=global_from_middle @ pose(0.0, 0.0, -height / 2),
        size_m=(length, width, height),
        points=row["num_lidar_pts"],
        visibility=tables["visibility"][row["visibility_token"]]["level"],
        attributes=tuple(tables["attribute"][token]["name"] for token in row["attribute_tokens"]),
    )
