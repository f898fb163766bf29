"""Proofs on lines of KITTI's labels, calibration and points: what its object, tracking, raw and odometry layouts share."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import check_size
from scenegen.dataset.proof_reference import (
    arrays_record,
    check_picture,
    depth_beside,
    file_bytes,
    ids_beside,
    pair_of,
    shown,
)
from scenegen.dataset.proof_surfaces import check_scan, lidar_pose
from scenegen.dataset.read_back import read_png
from scenegen.formats.kitti_calib import CAM_FROM_VELO, read_velodyne
from scenegen.formats.kitti_object import LARGELY_HIDDEN, LIGHTLY_HIDDEN, KittiLabel
from scenegen.formats.kitti_odometry import grey_image
from scenegen.geometry import FloatArray, IntArray, rigid_inverse
from scenegen.simulate.clip import Track
from scenegen.truth.proofs import mask_box

PLACE_M = 0.2  # a person's box may stand some centimetres beside the body's origin
TURN_RAD = 1e-3  # labels have four decimals
CALIB = 1e-6  # calibration has thirteen digits; of world coordinates of kilometres ten are left
GREY_LEVELS = 1  # rounding
GRID_PX = 0.5  # half a pixel

Matrices = dict[str, FloatArray]


def nearest_track(proof: Proof, frame: int, label: KittiLabel) -> Track | None:
    """Give the track of the label's type that stands where the label says."""
    cam_from_world = rigid_inverse(proof.camera(frame))
    best, best_m = None, PLACE_M
    for track in proof.tracks(frame):
        if BY_NAME[track.class_name].kitti != label.type:
            continue
        place = (cam_from_world @ proof.body(track, frame))[:3, 3]
        distance = float(np.linalg.norm(place - label.location_cam_m))
        if distance < best_m:
            best, best_m = track, distance
    return best


def check_label(proof: Proof, label: KittiLabel, track: Track, frame: int, where: str) -> None:
    """Compare turn, alpha, size and box of a label with the clip and with each other."""
    cam_from_body = rigid_inverse(proof.camera(frame)) @ proof.body(track, frame)
    off = float(np.linalg.norm(cam_from_body[:3, 3] - label.location_cam_m))
    kind = BY_NAME[track.class_name].kitti
    proof.expect("label types", label.type == kind, where, f"is a {label.type}, track {track.track_id} a {kind}")
    proof.expect("label places", off < PLACE_M, where, f"stands {off:.3f} m off track {track.track_id}")
    expected = float(np.arctan2(-cam_from_body[2, 0], cam_from_body[0, 0]))
    off = abs(np.angle(np.exp(1j * (label.rotation_y_rad - expected))))
    proof.expect("label turns", off < TURN_RAD, where, f"rotation_y {label.rotation_y_rad:.4f}, the pose has {expected:.4f}")
    x, _, z = label.location_cam_m
    alpha = label.rotation_y_rad - np.arctan2(x, z)
    off = abs(np.angle(np.exp(1j * (label.alpha_rad - alpha))))
    proof.expect("label alphas", off < TURN_RAD, where, f"alpha {label.alpha_rad:.4f}, rotation and place give {alpha:.4f}")
    height, width, length = label.size_hwl_m
    check_size(proof, track, (length, width, height), layout="label", where=where)
    left, top, right, bottom = label.box_px
    inside = left >= 0 and top >= 0 and right <= proof.lens.width_px - 1 and bottom <= proof.lens.height_px - 1
    proof.expect("label boxes", inside and left <= right and top <= bottom, where, f"box {label.box_px} leaves the image")


def check_pixels(
    proof: Proof, label: KittiLabel, track: Track, frame: int, ids: IntArray | None, where: str, *, truncated: float | None
) -> None:
    """Compare box, occlusion and truncation (None: the label holds a level) with the pixels that another layout holds."""
    box = mask_box(ids == track.track_id) if ids is not None else None
    if box is not None:
        holds = all(a <= b for a, b in zip(label.box_px[:2], box[:2], strict=True)) and all(
            a >= b for a, b in zip(label.box_px[2:], box[2:], strict=True)
        )
        proof.expect("label boxes", holds, where, f"box {label.box_px} does not hold the visible pixels {box}")
    entry = arrays_record(proof, frame).get(track.track_id)
    if entry is None:
        return
    amodal = entry["box_amodal_px"]
    same = amodal is not None and max(abs(a - b) for a, b in zip(label.box_px, amodal, strict=True)) < GRID_PX
    proof.expect("label boxes", same, where, f"box {label.box_px}, the silhouette's is {amodal}")
    hidden = entry["occlusion"]
    level = int(hidden >= LIGHTLY_HIDDEN) + int(hidden >= LARGELY_HIDDEN)
    proof.expect("label occlusions", label.occluded == level, where, f"occluded {label.occluded}, {hidden:.1%} is hidden")
    if truncated is not None:
        off = abs(truncated - entry["truncation"])
        proof.expect("label truncations", off < 0.006, where, f"truncated {truncated}, {entry['truncation']:.4f} is outside")


def check_missing(proof: Proof, frame: int, labelled: set[int], ids: IntArray | None, place: str) -> None:
    """Every track of one of KITTI's types that has pixels has a line."""
    if ids is None:
        return
    seen = set(np.unique(ids).tolist())
    for track in proof.tracks(frame):
        if track.track_id in seen and BY_NAME[track.class_name].kitti:
            has_line = track.track_id in labelled
            proof.expect("labels", has_line, place, f"track {track.track_id} has pixels in frame {frame} and no line")


def check_calibration(proof: Proof, matrices: Matrices, frame: int, *, velo: str, imu: str, place: str) -> None:
    """Compare P0 .. P3, the scanner's and the IMU's matrices, by the names they have here, with the rig and the ego."""
    pair = pair_of(proof)
    for name in ("P0", "P1", "P2", "P3"):
        shift = -proof.lens.fx_px * pair.base_m if pair and name in ("P1", "P3") else 0.0
        wanted = np.hstack([proof.lens.matrix, [[shift], [0.0], [0.0]]])
        error = float(np.abs(matrices[name] - wanted).max()) if name in matrices else np.inf
        proof.expect("calibration", error < CALIB, place, f"{name} is not the clip's camera: {error:.4g} off")
    cam_from_velo = posed(matrices.get(velo, np.zeros((3, 4))))
    error = float(np.abs(cam_from_velo - wanted_velo(proof, frame)).max())
    proof.expect("calibration", error < CALIB, place, f"{velo} is {error:.4g} off the scanner's place")
    if imu:
        body = proof.clip.ego.world_from_body[proof.clip.row_of(frame)]
        cam_from_imu = rigid_inverse(proof.camera(frame)) @ body
        error = float(np.abs(cam_from_velo @ posed(matrices.get(imu, np.zeros((3, 4)))) - cam_from_imu).max())
        proof.expect("calibration", error < CALIB, place, f"{imu} is {error:.4g} off the ego's own frame")


def posed(matrix: FloatArray) -> FloatArray:
    """Give a (3, 4) matrix as a pose (4, 4)."""
    return np.vstack([matrix, [0.0, 0.0, 0.0, 1.0]])


def wanted_velo(proof: Proof, frame: int) -> FloatArray:
    """Give cam_from_velo (4, 4) by the clip's mounts; KITTI's own where there is no scanner."""
    lidars = proof.clip.scene.lidars
    if not lidars:
        return CAM_FROM_VELO
    mount: FloatArray = rigid_inverse(proof.camera(frame)) @ lidar_pose(proof, lidars[0], frame)
    return mount


def check_velodyne(proof: Proof, frame: int, path: Path, cam_from_velo: FloatArray, layout: str) -> None:
    """Check the first scanner's turn, brought into the camera by the calibration as written."""
    if not proof.clip.scene.lidars:
        proof.expect("velodyne", not path.exists(), shown(proof, path), "is there, and the clip has no scanner")
        return
    place = shown(proof, path)
    points = read_velodyne(file_bytes(path)).astype(np.float64)
    legal = bool(((points[:, 3] >= 0) & (points[:, 3] <= 1)).all())
    proof.expect("reflectances", legal, place, f"reflectance reaches {points[:, 3].max(initial=0):.3f}, outside 0..1")
    depth, ids = depth_beside(proof, frame, layout), ids_beside(proof, frame)
    build = proof.clip.scene.lidars[0]
    check_scan(proof, frame, points[:, :3], build, cam_from_velo, depth, ids, layout=layout, place=place)


def check_pictures(proof: Proof, frame: int, left: Path, right: Path, layout: str) -> None:
    """Check both pictures where the clip was drawn; a rig without a partner has no right one."""
    pair = pair_of(proof)
    if left.exists():
        check_picture(proof, frame, left, layout)
        if pair is not None:
            check_picture(proof.seen_by(pair.right), frame, right, layout)
    if pair is None or not left.exists():
        proof.expect("right pictures", not right.exists(), shown(proof, right), "is there without a left one or stereo pair")


def check_grey(proof: Proof, grey: Path, colour: Path) -> None:
    """A grey picture is its colour picture's luma."""
    if not colour.exists():
        return
    wanted = grey_image(np.asarray(read_png(colour), np.uint8)).astype(np.int16)
    image = read_png(grey) if grey.exists() else None
    holds = image is not None and image.shape == wanted.shape and image.dtype == np.uint8
    proof.expect("grey pictures", holds, shown(proof, grey), "is missing, or of another size or kind than its colour picture")
    if image is not None and holds:
        off = int(np.abs(image.astype(np.int16) - wanted).max())
        proof.expect("grey pictures", off <= GREY_LEVELS, shown(proof, grey), f"is up to {off} levels off its colour picture")
