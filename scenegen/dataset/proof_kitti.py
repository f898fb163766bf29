"""Proofs on `kitti_object`: label text against poses and masks, calibration against the rig, points against depth."""

from __future__ import annotations

from pathlib import Path

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_kitti_labels import (
    check_calibration,
    check_label,
    check_missing,
    check_pictures,
    check_pixels,
    check_velodyne,
    nearest_track,
    posed,
)
from scenegen.dataset.proof_reference import file_bytes, ids_beside
from scenegen.errors import DatasetError
from scenegen.formats.kitti_calib import read_calib
from scenegen.formats.kitti_object import read_labels
from scenegen.geometry import IntArray

NAME = "kitti_object"


def prove_kitti_object(proof: Proof) -> None:
    """Check every label line, calibration, picture and turn of the scanner."""
    base = proof.reader.root / NAME / "training"
    for frame in range(proof.clip.frames):
        stem = proof.reader.object_stem(frame)
        _prove_labels(proof, base / "label_2" / f"{stem}.txt", frame)
        matrices = read_calib(file_bytes(base / "calib" / f"{stem}.txt").decode())
        place = f"{NAME} calib/{stem}.txt"
        check_calibration(proof, matrices, frame, velo="Tr_velo_to_cam", imu="Tr_imu_to_velo", place=place)
        if "Tr_velo_to_cam" in matrices and "R0_rect" in matrices:
            cam_from_velo = posed(matrices["R0_rect"] @ matrices["Tr_velo_to_cam"])
            check_velodyne(proof, frame, base / "velodyne" / f"{stem}.bin", cam_from_velo, NAME)
        check_pictures(proof, frame, base / f"image_2/{stem}.png", base / f"image_3/{stem}.png", NAME)
        proof.on_frame()


def _prove_labels(proof: Proof, path: Path, frame: int) -> None:
    place = f"{NAME} label_2/{path.name}"
    try:
        labels = read_labels(file_bytes(path).decode())
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    ids: IntArray | None = ids_beside(proof, frame)
    ids = proof.reader.object_id(frame) if ids is None else ids
    found: set[int] = set()
    for number, label in enumerate(labels, 1):
        where = f"{place} line {number}"
        track = nearest_track(proof, frame, label)
        if track is None:
            proof.expect("label places", False, where, f"no {label.type} of the clip stands at {label.location_cam_m}")
            continue
        found.add(track.track_id)
        check_label(proof, label, track, frame, where)
        check_pixels(proof, label, track, frame, ids, where, truncated=label.truncated)
    check_missing(proof, frame, found, ids, place)
