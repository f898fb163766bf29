"""COCO: instances with run-length masks, key points of people and panoptic segments, over all clips and one json a clip.

Source: COCO's data format page (Lin et al. 2014) and panopticapi. Boxes are [x, y, width, height] and count pixel edges,
so that our inclusive box (l, t, r, b) is [l, t, r - l + 1, b - t + 1]; ids begin with 1; areas are pixels of the mask.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats import rle
from scenegen.formats.channels import IMAGE, NOW, Channel
from scenegen.formats.coco_categories import categories, category_id, person_category
from scenegen.formats.coco_panoptic import edge_box, mask_box, segments_info, split_ids
from scenegen.formats.frame_record import camera_record
from scenegen.formats.jpeg import picture_jpeg
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png
from scenegen.geometry import BoolArray, FloatArray
from scenegen.truth.frame import Box, Frame, FrameLabels, ObjectLabel, View, ViewLabels
from scenegen.truth.panoptic import panoptic

SPLIT = "train"
"""All clips are for training: other seeds make other data sets to test with."""
TASKS = ("instances", "person_keypoints", "panoptic")
MOST_CAMERAS, MOST_OBJECTS = 100, 1000
"""Ids are made of frame, camera and object, each with so many decimal places of its own."""
DIGITS = 6  # of shares such as occlusion; key points keep two


CHANNELS: Mapping[str, Channel] = {
    "images/*.jpg": Channel("sRGB, 8 bit", "JPEG, quality 95, 4:4:4", NOW, IMAGE),
    "bbox, amodal_bbox": Channel("px", "x, y, width, height; count pixel edges from the left top corner", NOW, IMAGE),
    "segmentation, amodal_segmentation": Channel("runs of pixels", "compressed RLE down the columns", NOW, IMAGE),
    "keypoints": Channel("px", "x, y, v: 0 not in the picture, 1 hidden, 2 seen", NOW, IMAGE),
    "occlusion, truncation": Channel("share 0..1", "hidden share of what is inside; share outside", NOW, "none"),
    "annotations/panoptic_*/*.png": Channel("segment id", "R + 256 G + 65536 B; 0 nothing", NOW, IMAGE),
}


class Coco:
    """Writes `images/train`, `annotations` over all clips, and each clip's own json below `clips`.

    Annotations are of what is seen of each object; they also say, in fields of ours, its track, the box and mask of its whole
    silhouette inside the picture (amodal), and how much of it is hidden and cut off. What is wholly hidden has no annotation.
    """

    name = "coco"
    about = "COCO: instances (visible and amodal masks), key points of people, panoptic"
    wants = Wants(labels="all", pictures="all", holds_distortion=True)
    largest_id: int | None = None
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give the pictures and panoptic images of one instant."""
        for camera, picture in frame.pictures.items():
            yield f"images/{SPLIT}/{stem(slot, frame.labels.index, camera)}.jpg", picture_jpeg(picture)
        for view in frame.views:
            name = stem(slot, frame.labels.index, view.labels.camera)
            yield f"annotations/panoptic_{SPLIT}/{name}.png", encode_png(split_ids(panoptic(view).ids))

    def frame_notes(self, frame: Frame, slot: Slot) -> Any:
        """Give the records of one instant, by file: its images and its annotations."""
        images = [_image_record(frame.labels, view.labels, number, slot) for number, view in enumerate(frame.views)]
        things = [row for image, view in zip(images, frame.views, strict=True) for row in _annotations(view, image["id"])]
        people = [row for row in things if "keypoints" in row]
        plain = [{name: value for name, value in row.items() if name not in ("keypoints", "num_keypoints")} for row in things]
        segments = [_panoptic_record(view, image) for image, view in zip(images, frame.views, strict=True)]
        return {"images": images, "instances": plain, "person_keypoints": people, "panoptic": segments}

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot, notes: Sequence[Any] = ()) -> Iterator[File]:
        """Give one json a task for the clip.

        Raises:
            ValueError: the notes are not those of the frames.
        """
        if len(notes) != len(labels):
            raise ValueError(f"{slot.clip}: {len(labels)} frames and notes of {len(notes)}")
        for task in TASKS:
            images = (row for note in notes for row in note["images"])
            rows = (row for note in notes for row in note[task])
            yield f"clips/{slot.clip}/{task}.json", _json_of(task, images, rows)

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: what is over all clips is joined."""
        yield from ()

    def join(self, root: Path, slots: Iterable[Slot]) -> Iterator[File]:
        """Give one json a task over all clips."""
        clips = [root / "clips" / slot.clip for slot in slots]
        for task in TASKS:
            images = (row for clip in clips for row in _rows(clip / f"{task}.json", "images"))
            rows = (row for clip in clips for row in _rows(clip / f"{task}.json", "annotations"))
            yield f"annotations/{task}_{SPLIT}.json", _json_of(task, images, rows)


def stem(slot: Slot, index: int, camera: str) -> str:
    """Name the files of one picture."""
    return f"{slot.clip}_{index:06d}_{camera}"


def inclusive_box(bbox: Sequence[float]) -> Box:
    """Read x, y, width, height in pixel edges as an inclusive box."""
    x, y, width, height = (round(value) for value in bbox)
    return x, y, x + width - 1, y + height - 1


def mask_record(counts: rle.Counts, size_px: tuple[int, int]) -> dict[str, Any]:
    """Give runs as COCO's compressed record; size_px is (width, height)."""
    return {"size": [size_px[1], size_px[0]], "counts": rle.pack_counts(counts)}


def _image_record(frame: FrameLabels, view: ViewLabels, number: int, slot: Slot) -> dict[str, Any]:
    """Give one entry of `images`; its id is made of the frame's number in the data set and the camera's."""
    if number >= MOST_CAMERAS:
        raise DatasetError(f"{slot.clip}: a rig of more than {MOST_CAMERAS} cameras does not fit coco's ids")
    return {
        "id": (slot.first_frame + frame.index + 1) * MOST_CAMERAS + number,
        "file_name": f"{stem(slot, frame.index, view.camera)}.jpg",
        "width": view.lens.width_px,
        "height": view.lens.height_px,
        "clip": slot.clip,
        "frame_index": frame.index,
        "time_s": frame.time_s,
        "camera": camera_record(view),
    }


def _annotations(view: View, image_id: int) -> Iterator[dict[str, Any]]:
    """Give one annotation for each object that is seen, key points with it where it is a person that has them."""
    size = (view.labels.lens.width_px, view.labels.lens.height_px)
    visible = rle.id_counts(view.object_id)
    whole = {silhouette.object_id: silhouette for silhouette in view.passes.silhouettes}
    seen = [(label, label.box_visible_px) for label in view.labels.objects if label.box_visible_px is not None]
    if len(seen) >= MOST_OBJECTS:
        raise DatasetError(f"frame {view.passes.frame}: {len(seen)} objects in one picture, coco's ids hold {MOST_OBJECTS - 1}")
    for number, (label, box) in enumerate(seen):
        counts = visible[label.track_id]
        row = {
            "id": image_id * MOST_OBJECTS + number + 1,
            "image_id": image_id,
            "category_id": category_id(label),
            "bbox": edge_box(box),
            "area": rle.counts_area(counts),
            "iscrowd": 0,
            "segmentation": mask_record(counts, size),
            "track_id": label.track_id,
            "name": label.name,
            "occlusion": round(label.occlusion, DIGITS),
            "truncation": round(label.truncation, DIGITS),
        }
        silhouette = whole.get(label.track_id)
        if silhouette is not None and silhouette.box_px is not None:
            amodal = rle.mask_counts(silhouette.mask(), corner_px=silhouette.box_px[:2], size_px=size)
            row["amodal_bbox"], row["amodal_area"] = edge_box(silhouette.box_px), rle.counts_area(amodal)
            row["amodal_segmentation"] = mask_record(amodal, size)
        yield {**row, **_key_points(label)}


def _key_points(label: ObjectLabel) -> dict[str, Any]:
    """Give COCO's triples x y v in whole-number pixel centres, as people marked them; 0 0 0 where v is 0."""
    points = label.key_points
    if points is None:
        return {}
    triples = [
        value
        for (x, y), v in zip(points.pixels, points.visibility, strict=True)
        for value in ((round(float(x), 2), round(float(y), 2), int(v)) if v else (0, 0, 0))
    ]
    return {"keypoints": triples, "num_keypoints": int((points.visibility > 0).sum())}


def _panoptic_record(view: View, image: dict[str, Any]) -> dict[str, Any]:
    name = f"{image['file_name'].removesuffix('.jpg')}.png"
    return {"image_id": image["id"], "file_name": name, "segments_info": segments_info(view, panoptic(view))}


def _json_of(task: str, images: Iterable[dict[str, Any]], rows: Iterable[dict[str, Any]]) -> bytes:
    """Give a json, one image and one annotation a line, never holding more than one of them beside the text."""
    named = [person_category()] if task == "person_keypoints" else categories()
    if task == "instances":
        named = [{key: value for key, value in entry.items() if key not in ("isthing", "color")} for entry in named]
    text = bytearray(b'{"info":{"description":"scenegen"},"licenses":[],"categories":')
    text += _compact(named) + b',\n"images":['
    _add_rows(text, images)
    text += b'],\n"annotations":['
    _add_rows(text, rows)
    text += b"]}\n"
    return bytes(text)


def _add_rows(text: bytearray, rows: Iterable[dict[str, Any]]) -> None:
    for number, row in enumerate(rows):
        text += (b",\n" if number else b"\n") + _compact(row)


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _rows(path: Path, section: str) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_bytes())[section]
    except (OSError, ValueError, KeyError) as error:
        raise DatasetError(f"{path}: can not be joined ({error}); run the same command again") from None
    return rows


@dataclass(frozen=True, eq=False)
class CocoObject:
    """One annotation as read: inclusive boxes, masks (H, W); amodal and key points (17, 3) None where the file has none."""

    file_name: str
    category: str
    track_id: int
    box_px: Box
    mask: BoolArray
    amodal_box_px: Box | None
    amodal_mask: BoolArray | None
    occlusion: float
    truncation: float
    key_points: FloatArray | None


def read_objects(data: bytes) -> list[CocoObject]:
    """Read a file of instances or of people's key points; refuses what `iterate_objects` does."""
    return list(iterate_objects(data))


def iterate_objects(data: bytes) -> Iterator[CocoObject]:
    """Read such a file one annotation after the other, so that one mask at a time is held.

    Raises:
        DatasetError: ids that are 0 or not unique, an unknown image or category, a mask that is not its box's or area's.
    """
    try:
        record = json.loads(data)
        images = {image["id"]: image for image in record["images"]}
        names = {entry["id"]: entry["name"] for entry in record["categories"]}
        ids = [row["id"] for row in record["annotations"]]
        if len(set(ids)) < len(ids) or min(ids, default=1) < 1:
            raise DatasetError("ids of annotations are not unique whole numbers from 1")
        for row in record["annotations"]:
            yield _read_object(row, images[row["image_id"]], names)
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"not a COCO file ({type(error).__name__}: {error})") from None


def _read_object(row: dict[str, Any], image: dict[str, Any], names: dict[int, str]) -> CocoObject:
    mask = _read_mask(row["segmentation"], image)
    box = inclusive_box(row["bbox"])
    extent = mask_box(mask)
    if extent != box or int(mask.sum()) != row["area"]:
        raise DatasetError(
            f"annotation {row['id']}: its box is {box} and its area {row['area']}, its mask has box {extent} "
            f"and {int(mask.sum())} pixels"
        )
    amodal = _read_mask(row["amodal_segmentation"], image) if "amodal_segmentation" in row else None
    return CocoObject(
        file_name=image["file_name"],
        category=names[row["category_id"]],
        track_id=row["track_id"],
        box_px=box,
        mask=mask,
        amodal_box_px=None if amodal is None else inclusive_box(row["amodal_bbox"]),
        amodal_mask=amodal,
        occlusion=row["occlusion"],
        truncation=row["truncation"],
        key_points=np.array(row["keypoints"], np.float64).reshape(-1, 3) if "keypoints" in row else None,
    )


def _read_mask(record: dict[str, Any], image: dict[str, Any]) -> BoolArray:
    if record["size"] != [image["height"], image["width"]]:
        raise DatasetError(f"{image['file_name']}: a mask of size {record['size']} (height, width)")
    return rle.counts_mask(rle.unpack_counts(record["counts"]), width_px=image["width"], height_px=image["height"])
