"""Pictures of one frame on disk, channel by channel, from whatever layouts hold it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from scenegen.classes import CLASSES
from scenegen.dataset import colours
from scenegen.dataset.read_back import ClipReader, read_png
from scenegen.formats import coco, kitti_calib, kitti_disparity, middlebury
from scenegen.formats.coco_panoptic import joined_ids
from scenegen.formats.kitti_object import read_labels
from scenegen.geometry import ByteArray
from scenegen.models.people.landmarks import COCO_LIMBS
from scenegen.truth.panoptic import FIRST_STUFF, segment_ids

Painter = Callable[[ClipReader, int], ByteArray | None]
"""Paints a channel of a frame, (H, W, 3) uint8; None where no layout that was written holds it."""

_BOX_COLOURS = {"Car": (80, 200, 255), "Van": (80, 200, 255), "Truck": (80, 200, 255), "Pedestrian": (255, 220, 60)}
_OTHER_BOX = (255, 120, 120)
_SEEN_LIMB, _HIDDEN_LIMB = (90, 255, 90), (255, 130, 60)
_SEEN_LINE, _HIDDEN_LINE = (255, 230, 80), (255, 90, 60)
_STUFF_COLOURS = {FIRST_STUFF + entry.id: entry.colour for entry in CLASSES}
_CLASS_COLOURS = np.array([entry.colour for entry in CLASSES], np.uint8)
_DRIVABLE_COLOURS = np.array([(0, 0, 0), (60, 200, 90), (70, 130, 240), (230, 90, 90), (220, 190, 70)], np.uint8)
_LIDAR_WIDTH_M, _LIDAR_BEHIND = 110.0, 0.3  # what the view from above shows along the ego, and the share of it behind
_USUAL_SHAPE = (375, 1242)

KeyPointRows = list[tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]]


def _depth(reader: ClipReader, frame: int) -> ByteArray | None:
    depth = reader.depth_m(frame)
    return None if depth is None else colours.depth_colours(depth)


def _disparity(reader: ClipReader, frame: int) -> ByteArray | None:
    kitti = reader.root / f"kitti_flow/training/disp_occ_0/{reader.object_stem(frame)}_10.png"
    loose = reader.root / f"middlebury/training/disparity/{reader.record.clip}/frame_{frame + 1:04d}.pfm"
    disparity = _array(reader, frame, "disparity_px")
    if disparity is None and kitti.exists():
        disparity = kitti_disparity.decode_steps(read_png(kitti))[0]
    if disparity is None and loose.exists():
        disparity = middlebury.decode_pfm(loose.read_bytes())
    return None if disparity is None else colours.disparity_colours(disparity)


def _normals(reader: ClipReader, frame: int) -> ByteArray | None:
    normals = _array(reader, frame, "normal_cam")
    return None if normals is None else colours.normal_colours(normals)


def _classes(reader: ClipReader, frame: int) -> ByteArray | None:
    classes = _array(reader, frame, "class_id")
    return None if classes is None else _CLASS_COLOURS[classes]


def _ids(reader: ClipReader, frame: int) -> ByteArray | None:
    ids = reader.object_id(frame)
    return None if ids is None else colours.id_colours(ids)


def _panoptic(reader: ClipReader, frame: int) -> ByteArray | None:
    objects, classes = _array(reader, frame, "object_id"), _array(reader, frame, "class_id")
    if objects is not None and classes is not None:
        return colours.segment_colours(segment_ids(objects, classes), _STUFF_COLOURS)
    camera = reader.record.scene["cameras"][0]["name"]
    path = reader.root / f"coco/annotations/panoptic_{coco.SPLIT}/{reader.record.clip}_{frame:06d}_{camera}.png"
    return colours.segment_colours(joined_ids(read_png(path)), _STUFF_COLOURS) if path.exists() else None


def _flow(reader: ClipReader, frame: int) -> ByteArray | None:
    flow = reader.flow(frame)
    return None if flow is None else colours.flow_colours(*flow)


def _regions(reader: ClipReader, frame: int) -> ByteArray | None:
    regions = _array(reader, frame, "region")
    return None if regions is None else colours.region_colours(regions)


def _drivable(reader: ClipReader, frame: int) -> ByteArray | None:
    mask, backdrop = _array(reader, frame, "drivable"), _backdrop(reader, frame)
    if mask is None or backdrop is None:
        return None
    blended = np.where(mask[..., None] > 0, backdrop // 2 + _DRIVABLE_COLOURS[mask] // 2, backdrop)
    return np.asarray(blended, np.uint8)


def _boxes(reader: ClipReader, frame: int) -> ByteArray | None:
    backdrop = _backdrop(reader, frame)
    if backdrop is None:
        return None
    picture = Image.fromarray(backdrop)
    pen = ImageDraw.Draw(picture)
    for kind, box in _labelled_boxes(reader, frame):
        pen.rectangle(box, outline=_BOX_COLOURS.get(kind, _OTHER_BOX), width=2)
    return np.asarray(picture)


def _key_points(reader: ClipReader, frame: int) -> ByteArray | None:
    backdrop, people = _backdrop(reader, frame), _written_key_points(reader, frame)
    if backdrop is None or people is None:
        return None
    picture = Image.fromarray(backdrop)
    pen = ImageDraw.Draw(picture)
    for pixels, visibility in people:
        for a, b in COCO_LIMBS:
            if visibility[a] and visibility[b]:
                colour = _SEEN_LIMB if visibility[a] == visibility[b] == 2 else _HIDDEN_LIMB
                pen.line([tuple(pixels[a]), tuple(pixels[b])], fill=colour, width=2)
    return np.asarray(picture)


def _lines(reader: ClipReader, frame: int) -> ByteArray | None:
    backdrop, arrays = _backdrop(reader, frame), reader.arrays(frame)
    if backdrop is None or not arrays or "line_px" not in arrays:
        return None
    picture = Image.fromarray(backdrop)
    pen = ImageDraw.Draw(picture)
    same_piece = np.flatnonzero(np.diff(arrays["line_piece"]) == 0)
    for i in same_piece.tolist():
        is_seen = arrays["line_visible"][i : i + 2].all()
        ends = [tuple(point) for point in arrays["line_px"][i : i + 2].tolist()]
        pen.line(ends, fill=_SEEN_LINE if is_seen else _HIDDEN_LINE, width=2)
    return np.asarray(picture)


def _lidar(reader: ClipReader, frame: int) -> ByteArray | None:
    points = _written_points(reader, frame)
    if points is None:
        return None
    backdrop = _backdrop(reader, frame)
    shape = _USUAL_SHAPE if backdrop is None else backdrop.shape[:2]
    return colours.points_from_above(points, shape, width_m=_LIDAR_WIDTH_M, behind=_LIDAR_BEHIND)


def _backdrop(reader: ClipReader, frame: int) -> ByteArray | None:
    """Give the picture to draw upon: RGB, or ids where none was rendered."""
    rgb = reader.rgb(frame)
    return _ids(reader, frame) if rgb is None else rgb


def _array(reader: ClipReader, frame: int, name: str) -> npt.NDArray[Any] | None:
    arrays = reader.arrays(frame)
    return arrays.get(name) if arrays else None


def _labelled_boxes(reader: ClipReader, frame: int) -> list[tuple[str, tuple[float, float, float, float]]]:
    labels = reader.root / f"kitti_object/training/label_2/{reader.object_stem(frame)}.txt"
    if labels.exists():
        return [(label.type, label.box_px) for label in read_labels(labels.read_text())]
    index = reader.arrays_index
    objects = index["frames"][frame]["objects"] if index else []
    return [("", tuple(entry["box_visible_px"])) for entry in objects if entry["box_visible_px"]]


def _written_key_points(reader: ClipReader, frame: int) -> KeyPointRows | None:
    """Give pixels (17, 2) and visibility (17,) of every person, from `arrays` or else from `coco`."""
    index = reader.arrays_index
    if index:
        entries = [entry for entry in index["frames"][frame]["objects"] if "key_points_px" in entry]
        return [(np.array(entry["key_points_px"]), np.array(entry["key_points_visibility"])) for entry in entries]
    path = reader.root / f"coco/clips/{reader.record.clip}/person_keypoints.json"
    if not path.exists():
        return None
    rows = [np.array(row["keypoints"], float).reshape(-1, 3) for row in _coco_people(path).get(frame, ())]
    return [(row[:, :2], row[:, 2].astype(np.int64)) for row in rows]


@lru_cache(maxsize=2)
def _coco_people(path: Path) -> dict[int, list[dict[str, Any]]]:
    """Give the people that the first camera sees, by frame."""
    table = json.loads(path.read_bytes())
    first: dict[int, int] = {}
    for image in table["images"]:
        first.setdefault(image["frame_index"], image["id"])
    frame_of = {image: frame for frame, image in first.items()}
    found: dict[int, list[dict[str, Any]]] = {}
    for row in table["annotations"]:
        if row["image_id"] in frame_of:
            found.setdefault(frame_of[row["image_id"]], []).append(row)
    return found


def _written_points(reader: ClipReader, frame: int) -> npt.NDArray[np.float32] | None:
    """Give a scanner's points (n, 3): x forward, y left, z up."""
    index = reader.arrays_index
    for scanner in index.get("scanners", ()) if index else ():
        arrays = reader.arrays(frame, scanner)
        if arrays:
            return arrays["points_m"]
    path = reader.root / f"kitti_object/training/velodyne/{reader.object_stem(frame)}.bin"
    return kitti_calib.read_velodyne(path.read_bytes())[:, :3] if path.exists() else None


PAINTERS: dict[str, Painter] = {
    "rgb": lambda reader, frame: reader.rgb(frame),
    "depth": _depth,
    "disparity": _disparity,
    "normals": _normals,
    "classes": _classes,
    "ids": _ids,
    "panoptic": _panoptic,
    "flow": _flow,
    "regions": _regions,
    "boxes": _boxes,
    "key_points": _key_points,
    "lines": _lines,
    "drivable": _drivable,
    "lidar": _lidar,
}
"""All channels that a picture can show, by name."""
