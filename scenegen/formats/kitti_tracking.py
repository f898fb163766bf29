"""KITTI tracking: image_02, image_03, velodyne, label_02, calib, oxts, a sequence a clip; the map of sequences for TrackEval.

Labels are those of `kitti_object` with the track's id and, as this benchmark has it, a whole number for truncation: 0, 1, 2
at the limits that the object benchmark draws for easy and hard. Ids are those of all our layouts. No DontCare lines, for the
same reason.
Source: KITTI tracking development kit (Geiger et al. 2012): 17 fields a line; limits of evaluate_object.cpp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.kitti_calib import kitti_rig, tracking_calib_text, velodyne_bytes
from scenegen.formats.kitti_object import KittiLabel, kitti_label
from scenegen.formats.kitti_oxts import oxts_lines
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import picture_png
from scenegen.formats.stereo_pair import stereo_pictures
from scenegen.geometry import rigid_inverse
from scenegen.truth.frame import Frame, FrameLabels

EASY_TRUNCATION, HARD_TRUNCATION = 0.15, 0.50
"""Truncated shares up to which the field is 0 and 1."""


@dataclass(frozen=True)
class TrackingLine:
    """One line of label_02; `label.truncated` is the level 0, 1 or 2."""

    frame: int
    track_id: int
    label: KittiLabel


class KittiTracking:
    """Writes one sequence a clip, frames counted from 0 in each."""

    name = "kitti_tracking"
    about = "KITTI tracking: image_02, image_03, velodyne, label_02, calib, oxts, seqmap"
    wants = Wants(pictures="stereo", sweeps=True)
    largest_id: int | None = None
    channels = kitti_channels.TRACKING

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give pictures and points of one frame."""
        stem = f"{slot.number:04d}/{frame.labels.index:06d}"
        for folder, picture in zip(("image_02", "image_03"), stereo_pictures(frame), strict=True):
            if picture is not None:
                yield f"training/{folder}/{stem}.png", picture_png(picture)
        points = velodyne_bytes(frame)
        if points is not None:
            yield f"training/velodyne/{stem}.bin", points

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give the sequence's labels, calibration and motion."""
        lines = "".join(text for frame in labels for text in label_lines(frame))
        yield f"training/label_02/{slot.number:04d}.txt", lines.encode()
        yield f"training/calib/{slot.number:04d}.txt", tracking_calib_text(kitti_rig(labels[0])).encode()
        yield f"training/oxts/{slot.number:04d}.txt", "".join(oxts_lines(labels)).encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give the map of sequences: name, a word that nobody reads, first frame, number of frames."""
        lines = (f"{slot.number:04d} empty 000000 {slot.frames:06d}\n" for slot in slots)
        yield "training/evaluate_tracking.seqmap.training", "".join(lines).encode()


def label_lines(labels: FrameLabels) -> Iterator[str]:
    """Give the lines of one frame of label_02, objects in the order of their track ids."""
    view = labels.main
    cam_from_world = rigid_inverse(view.world_from_cam.now)
    for thing in sorted(view.objects, key=lambda thing: thing.track_id):
        label = kitti_label(thing, cam_from_world)
        if label is not None:
            yield f"{labels.index} {thing.track_id} {_fields(label)}\n"


def truncation_level(truncation: float) -> int:
    """Give 0, 1 or 2 for a truncated share."""
    return 0 if truncation <= EASY_TRUNCATION else 1 if truncation <= HARD_TRUNCATION else 2


def _fields(label: KittiLabel) -> str:
    numbers = (label.alpha_rad, *label.box_px, *label.size_hwl_m, *label.location_cam_m, label.rotation_y_rad)
    level = truncation_level(label.truncated)
    return f"{label.type} {level:d} {label.occluded:d} " + " ".join(f"{number:.6f}" for number in numbers)


def read_tracking_labels(text: str) -> list[TrackingLine]:
    """Read a label_02 file without its DontCare lines.

    Raises:
        DatasetError: a line without 17 fields, a level that is no whole number, a negative or repeated id; with its number.
    """
    lines: list[TrackingLine] = []
    seen: set[tuple[int, int]] = set()
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split(" ")
        if len(fields) != 17:
            raise DatasetError(f"label_02 line {number}: {len(fields)} fields, wanted 17")
        if fields[2] == "DontCare":
            continue
        try:
            frame, track_id, level, occluded = (int(fields[i]) for i in (0, 1, 3, 4))
            v = [float(field) for field in fields[5:]]
        except ValueError as error:
            raise DatasetError(f"label_02 line {number}: {error}") from None
        if level not in (0, 1, 2) or track_id < 0 or (frame, track_id) in seen:
            raise DatasetError(
                f"label_02 line {number}: frame {frame} track {track_id} truncated {level}: ids are 0 or more and stand once "
                "in a frame, truncated is 0, 1 or 2"
            )
        seen.add((frame, track_id))
        label = KittiLabel(
            fields[2], level, occluded, v[0], (v[1], v[2], v[3], v[4]), (v[5], v[6], v[7]), (v[8], v[9], v[10]), v[11]
        )
        lines.append(TrackingLine(frame, track_id, label))
    return lines


def seqmap_lengths(text: str) -> dict[str, int]:
    """Read the number of frames of every sequence from a map of sequences."""
    rows = [line.split(" ") for line in text.splitlines()]
    return {name: int(frames) for name, _, _, frames in rows}
