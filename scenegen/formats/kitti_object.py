"""KITTI object detection: image_2, image_3, velodyne, label_2, calib, ImageSets.

There are no DontCare lines: they mark what an annotator left out, and here every visible object has a line.
Source: KITTI object development kit (Geiger et al. 2012): 15 fields a line, camera 2 is our reference camera.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.kitti_calib import kitti_rig, object_calib_text, velodyne_bytes
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import picture_png
from scenegen.formats.stereo_pair import stereo_pictures
from scenegen.geometry import FloatArray, rigid_inverse, wrap_pi
from scenegen.truth.frame import Frame, FrameLabels, ObjectLabel, ViewLabels

LIGHTLY_HIDDEN, LARGELY_HIDDEN = 0.10, 0.50
"""Hidden shares from which `occluded` is 1 and 2; KITTI publishes no thresholds, so these are ours."""


@dataclass(frozen=True)
class KittiLabel:
    """One line of label_2: sizes in metres, box in pixels, location the middle of the bottom face in the cam frame."""

    type: str
    truncated: float
    occluded: int
    alpha_rad: float
    box_px: tuple[float, float, float, float]
    size_hwl_m: tuple[float, float, float]
    location_cam_m: tuple[float, float, float]
    rotation_y_rad: float


class KittiObject:
    """Writes one numbered frame after the other over all clips."""

    name = "kitti_object"
    about = "KITTI object detection: image_2, image_3, velodyne, label_2, calib, ImageSets"
    wants = Wants(pictures="stereo", sweeps=True, details=False)
    largest_id: int | None = None
    channels = kitti_channels.OBJECT

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give pictures, points, labels and calibration of one frame."""
        stem = f"{slot.first_frame + frame.labels.index:06d}"
        for folder, picture in zip(("image_2", "image_3"), stereo_pictures(frame), strict=True):
            if picture is not None:
                yield f"training/{folder}/{stem}.png", picture_png(picture)
        points = velodyne_bytes(frame)
        if points is not None:
            yield f"training/velodyne/{stem}.bin", points
        yield f"training/label_2/{stem}.txt", label_text(frame.main.labels).encode()
        yield f"training/calib/{stem}.txt", object_calib_text(kitti_rig(frame.labels)).encode()

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give nothing: every file belongs to a frame."""
        yield from ()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give the image sets: every fifth clip is for validation, of two to four clips the last."""
        slots = list(slots)
        held_out = {slot.number for slot in slots if slot.number % 5 == 4}
        if not held_out and len(slots) > 1:
            held_out = {slots[-1].number}
        numbered = [(slot.number, f"{slot.first_frame + i:06d}") for slot in slots for i in range(slot.frames)]
        sets = {
            "trainval": [stem for _, stem in numbered],
            "train": [stem for clip, stem in numbered if clip not in held_out],
            "val": [stem for clip, stem in numbered if clip in held_out],
            "test": [],
        }
        for name, stems in sets.items():
            yield f"ImageSets/{name}.txt", "".join(f"{stem}\n" for stem in stems).encode()


def kitti_label(label: ObjectLabel, cam_from_world: FloatArray) -> KittiLabel | None:
    """Give an object's line, or None when nothing of it is visible or KITTI has no such type."""
    kind = "" if label.is_scenery else BY_NAME[label.class_name].kitti  # KITTI labels no parked bicycles
    if not kind or label.visible_px == 0 or label.box_amodal_px is None:
        return None
    cam_from_body = cam_from_world @ label.world_from_body.now
    length, width, height = label.size_m
    x, y, z = cam_from_body[:3, 3]
    rotation_y = float(np.arctan2(-cam_from_body[2, 0], cam_from_body[0, 0]))
    hidden = label.occlusion
    return KittiLabel(
        type=kind,
        truncated=label.truncation,
        occluded=0 if hidden < LIGHTLY_HIDDEN else 1 if hidden < LARGELY_HIDDEN else 2,
        alpha_rad=float(wrap_pi(np.array(rotation_y - np.arctan2(x, z)))),
        box_px=tuple(float(edge) for edge in label.box_amodal_px),  # type: ignore[arg-type]
        size_hwl_m=(height, width, length),
        location_cam_m=(float(x), float(y), float(z)),
        rotation_y_rad=rotation_y,
    )


def label_text(labels: ViewLabels) -> str:
    """Give the text of a label_2 file, objects in the order of their track ids."""
    cam_from_world = rigid_inverse(labels.world_from_cam.now)
    lines = [kitti_label(label, cam_from_world) for label in labels.objects]
    return "".join(_line(line) for line in lines if line is not None)


def _line(label: KittiLabel) -> str:
    numbers = (label.alpha_rad, *label.box_px, *label.size_hwl_m, *label.location_cam_m, label.rotation_y_rad)
    return f"{label.type} {label.truncated:.2f} {label.occluded:d} " + " ".join(f"{n:.4f}" for n in numbers) + "\n"


def read_labels(text: str) -> list[KittiLabel]:
    """Read a label_2 file; a line that does not have 15 fields is refused with its number."""
    labels = []
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split(" ")
        if len(fields) != 15:
            raise DatasetError(f"label_2 line {number}: {len(fields)} fields, wanted 15")
        if fields[0] == "DontCare":
            continue
        try:
            occluded = int(fields[2])
            v = [float(field) for field in (fields[1], *fields[3:])]
        except ValueError as error:
            raise DatasetError(f"label_2 line {number}: {error}") from None
        labels.append(
            KittiLabel(
                type=fields[0],
                truncated=v[0],
                occluded=occluded,
                alpha_rad=v[1],
                box_px=(v[2], v[3], v[4], v[5]),
                size_hwl_m=(v[6], v[7], v[8]),
                location_cam_m=(v[9], v[10], v[11]),
                rotation_y_rad=v[12],
            )
        )
    return labels
