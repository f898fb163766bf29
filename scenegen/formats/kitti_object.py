"""KITTI object detection: image_2, label_2, calib, ImageSets.

Source: KITTI object development kit (Geiger et al. 2012): 15 fields a line, camera 2 is our reference camera.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.errors import DatasetError
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import picture_png
from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, rigid_inverse, wrap_pi
from scenegen.truth.frame import Frame, FrameLabels, ObjectLabel, ViewLabels

STEREO_BASE_M = 0.54  # KITTI's cameras 2 and 3
LIGHTLY_HIDDEN, LARGELY_HIDDEN = 0.10, 0.50
"""Hidden shares from which `occluded` is 1 and 2; KITTI publishes no thresholds, so these are ours."""

CAM_FROM_VELO: FloatArray = rigid_inverse(BODY_FROM_CAM)
"""KITTI's scanner stands 8 cm above and 27 cm behind the camera; axes x forward, y left, z up."""
CAM_FROM_VELO[:3, 3] = (0.0, -0.08, -0.27)
CAM_FROM_VELO.flags.writeable = False


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
    about = "KITTI object detection: image_2, label_2, calib, ImageSets"
    wants = Wants()
    largest_id: int | None = None

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give picture, labels and calibration of one frame."""
        stem = f"{slot.first_frame + frame.labels.index:06d}"
        view = frame.main
        if view.picture is not None:
            yield f"training/image_2/{stem}.png", picture_png(view.picture)
        yield f"training/label_2/{stem}.txt", label_text(view.labels).encode()
        yield f"training/calib/{stem}.txt", calib_text(view.labels.lens).encode()

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
    kind = BY_NAME[label.class_name].kitti
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


def calib_text(lens: Pinhole) -> str:
    """Give the text of a calib file: camera 2 is the reference, the IMU sits at the scanner with the car's axes."""
    left = np.hstack([lens.matrix, np.zeros((3, 1))])
    right = left.copy()
    right[0, 3] = -lens.fx_px * STEREO_BASE_M
    rows = {
        "P0": left,
        "P1": right,
        "P2": left,
        "P3": right,
        "R0_rect": np.eye(3),
        "Tr_velo_to_cam": CAM_FROM_VELO[:3],
        "Tr_imu_to_velo": np.eye(4)[:3],
    }
    # No empty line at the end: pykitti's reader stops on it.
    return "\n".join(f"{name}: " + " ".join(f"{v:.12e}" for v in m.ravel()) for name, m in rows.items()) + "\n"


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


def read_calib(text: str) -> dict[str, FloatArray]:
    """Read a calib file into matrices: P0..P3 and Tr_* (3, 4), R0_rect (3, 3)."""
    matrices = {}
    for line in text.splitlines():
        name, _, numbers = line.partition(":")
        matrices[name] = np.array([float(n) for n in numbers.split()]).reshape(3, -1)
    return matrices
