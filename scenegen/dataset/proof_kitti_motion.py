"""Proofs on KITTI's sequences: tracking, raw and odometry, whose poses, motion and times come from the clip's ego."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_kitti_flow import check_cam_to_cam
from scenegen.dataset.proof_kitti_labels import (
    CALIB,
    check_calibration,
    check_grey,
    check_label,
    check_missing,
    check_pictures,
    check_pixels,
    check_velodyne,
    posed,
    wanted_velo,
)
from scenegen.dataset.proof_objects import track_of
from scenegen.dataset.proof_reference import arrays_record, file_bytes, ids_beside, pair_of, shown, slot_of
from scenegen.errors import DatasetError
from scenegen.formats.kitti_calib import read_calib
from scenegen.formats.kitti_odometry import read_poses
from scenegen.formats.kitti_oxts import GRAVITY_M_PER_S2, metres_of_degrees, read_oxts
from scenegen.formats.kitti_raw import drive_day, drive_folder, read_timestamps
from scenegen.formats.kitti_tracking import read_tracking_labels, truncation_level
from scenegen.geometry import FloatArray, pose, rigid_inverse

PATH_SHARE = 1e-6
"""Of the way from the first frame, as relative error of places; a tenth of a millimetre where that is less."""
PATH_M = 1e-4
SPEED = 1e-3  # m/s, m/s2 and rad/s: digits of a file and of differences of float64 poses
ANGLE_RAD = 1e-6
TIME_S = 1e-6


def prove_kitti_tracking(proof: Proof) -> None:
    """Check a sequence's labels, calibration, motion, pictures and points."""
    base, slot = proof.reader.root / "kitti_tracking" / "training", slot_of(proof)
    stem = f"{slot.number:04d}"
    _prove_lines(proof, base / "label_02" / f"{stem}.txt")
    matrices = read_calib(file_bytes(base / "calib" / f"{stem}.txt").decode())
    place = f"kitti_tracking calib/{stem}.txt"
    check_calibration(proof, matrices, 0, velo="Tr_velo_cam", imu="Tr_imu_velo", place=place)
    text = file_bytes(base / "oxts" / f"{stem}.txt").decode()
    check_oxts(proof, text, f"kitti_tracking oxts/{stem}.txt")
    cam_from_velo = posed(matrices["R_rect"] @ matrices["Tr_velo_cam"]) if "Tr_velo_cam" in matrices else None
    for frame in range(proof.clip.frames):
        name = f"{stem}/{frame:06d}"
        if cam_from_velo is not None:
            check_velodyne(proof, frame, base / f"velodyne/{name}.bin", cam_from_velo, "kitti_tracking")
        check_pictures(proof, frame, base / f"image_02/{name}.png", base / f"image_03/{name}.png", "kitti_tracking")
        proof.on_frame()


def _prove_lines(proof: Proof, path: Path) -> None:
    place = f"kitti_tracking label_02/{path.name}"
    try:
        lines = read_tracking_labels(file_bytes(path).decode())
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    frames = [line.frame for line in lines]
    in_order = frames == sorted(frames) and set(frames) <= set(range(proof.clip.frames))
    proof.expect("tracking frames", in_order, place, f"frames {frames[:1]} .. {frames[-1:]} out of order or of the clip")
    for frame in range(proof.clip.frames):
        ids, records = ids_beside(proof, frame), arrays_record(proof, frame)
        own = [(number, line) for number, line in enumerate(lines, 1) if line.frame == frame]
        for number, line in own:
            where = f"{place} line {number} frame {frame} track {line.track_id}"
            track = track_of(proof, line.track_id, frame)
            proof.expect("tracking ids", track is not None, where, "is not in the scene then")
            if track is None:
                continue
            check_label(proof, line.label, track, frame, where)
            check_pixels(proof, line.label, track, frame, ids, where, truncated=None)
            if track.track_id in records:
                share = records[track.track_id]["truncation"]
                holds = int(line.label.truncated) == truncation_level(share)
                proof.expect("tracking truncations", holds, where, f"truncated {line.label.truncated}, {share:.3f} is outside")
        check_missing(proof, frame, {line.track_id for _, line in own}, ids, place)


def prove_kitti_raw(proof: Proof) -> None:
    """Check a drive's motion, times, calibration, pictures and points."""
    slot, root = slot_of(proof), proof.reader.root / "kitti_raw"
    drive, day = root / drive_folder(slot), root / drive_day(slot)
    lines = [file_bytes(drive / f"oxts/data/{frame:010d}.txt").decode() for frame in range(proof.clip.frames)]
    check_oxts(proof, "".join(lines), f"{shown(proof, drive)}/oxts/data")
    for path in sorted(drive.glob("*/timestamps*.txt")):
        _check_times(proof, read_timestamps(file_bytes(path).decode()), shown(proof, path))
    check_cam_to_cam(proof, day / "calib_cam_to_cam.txt", shown(proof, day / "calib_cam_to_cam.txt"), pair_of(proof))
    cam_from_velo, velo_from_imu = (_rigid(day / f"calib_{name}.txt") for name in ("velo_to_cam", "imu_to_velo"))
    error = float(np.abs(cam_from_velo - wanted_velo(proof, 0)).max())
    place = shown(proof, day / "calib_velo_to_cam.txt")
    proof.expect("calibration", error < CALIB, place, f"R, T are {error:.4g} off the scanner's place")
    body = proof.clip.ego.world_from_body[proof.clip.row_of(0)]
    error = float(np.abs(cam_from_velo @ velo_from_imu - rigid_inverse(proof.camera(0)) @ body).max())
    place = shown(proof, day / "calib_imu_to_velo.txt")
    proof.expect("calibration", error < CALIB, place, f"R, T are {error:.4g} off the ego's own frame")
    for frame in range(proof.clip.frames):
        stem = f"{frame:010d}"
        check_velodyne(proof, frame, drive / f"velodyne_points/data/{stem}.bin", cam_from_velo, "kitti_raw")
        left, right = (drive / f"image_{camera}/data/{stem}.png" for camera in ("02", "03"))
        check_pictures(proof, frame, left, right, "kitti_raw")
        for colour, grey in ((left, "image_00"), (right, "image_01")):
            check_grey(proof, drive / grey / "data" / f"{stem}.png", colour)
        proof.on_frame()


def prove_kitti_odometry(proof: Proof) -> None:
    """Check a sequence's poses, times, calibration, pictures and points."""
    slot, root = slot_of(proof), proof.reader.root / "kitti_odometry"
    base = root / f"sequences/{slot.number:02d}"
    place = f"kitti_odometry poses/{slot.number:02d}.txt"
    try:
        poses = read_poses(file_bytes(root / f"poses/{slot.number:02d}.txt").decode())
    except ValueError as error:
        raise DatasetError(f"{place}: {error}") from None
    proof.expect("pose frames", len(poses) == proof.clip.frames, place, f"{len(poses)} poses of {proof.clip.frames} frames")
    for frame, written in enumerate(poses[: proof.clip.frames]):
        _check_pose(proof, frame, written, f"{place} line {frame + 1}")
    try:
        times = [float(line) for line in file_bytes(base / "times.txt").decode().splitlines()]
    except ValueError as error:
        raise DatasetError(f"{shown(proof, base / 'times.txt')}: {error}") from None
    _check_times(proof, times, shown(proof, base / "times.txt"))
    matrices = read_calib(file_bytes(base / "calib.txt").decode())
    check_calibration(proof, matrices, 0, velo="Tr", imu="", place=shown(proof, base / "calib.txt"))
    for frame in range(proof.clip.frames):
        if "Tr" in matrices:
            path = base / f"velodyne/{frame:06d}.bin"
            check_velodyne(proof, frame, path, posed(matrices["Tr"]), "kitti_odometry")
        left, right = (base / f"image_{camera}/{frame:06d}.png" for camera in (2, 3))
        check_pictures(proof, frame, left, right, "kitti_odometry")
        for camera, colour in enumerate((left, right)):
            check_grey(proof, base / f"image_{camera}/{frame:06d}.png", colour)
        proof.on_frame()


def _check_pose(proof: Proof, frame: int, written: FloatArray, where: str) -> None:
    wanted = rigid_inverse(proof.camera(0)) @ proof.camera(frame)
    way = float(np.linalg.norm(wanted[:3, 3]))
    off = float(np.linalg.norm(written[:3, 3] - wanted[:3, 3]))
    text = f"stands {off:.3g} m off the clip's pose, {way:.3f} m from the first"
    proof.expect("poses", off <= PATH_SHARE * way + 1e-9, where, text)
    turned = float(np.abs(written[:3, :3] - wanted[:3, :3]).max())
    proof.expect("poses", turned <= ANGLE_RAD, where, f"is turned {turned:.3g} rad off the clip's pose")


def _check_times(proof: Proof, times: list[float], place: str) -> None:
    proof.expect("times", len(times) == proof.clip.frames, place, f"{len(times)} times of {proof.clip.frames} frames")
    for frame, time_s in enumerate(times):
        wanted = frame / proof.clip.scene.fps
        text = f"line {frame + 1}: {time_s:.6f} s after the first, frame {frame} is at {wanted:.6f} s"
        proof.expect("times", abs(time_s - times[0] - wanted) < TIME_S, place, text)


def _rigid(path: Path) -> FloatArray:
    matrices = read_calib(file_bytes(path).decode())
    if "R" not in matrices or "T" not in matrices:
        raise DatasetError(f"{path}: holds no R and T")
    return posed(np.hstack([matrices["R"], matrices["T"].reshape(3, 1)]))


def check_oxts(proof: Proof, text: str, place: str) -> None:
    """Turn latitude, longitude and angles back into poses, and compare them and the motion with the clip's ego."""
    try:
        packets = read_oxts(text)
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    proof.expect("oxts frames", len(packets) == proof.clip.frames, place, f"{len(packets)} lines of {proof.clip.frames} frames")
    packets = packets[: proof.clip.frames]
    metres = metres_of_degrees(np.array([[packet["lat"], packet["lon"]] for packet in packets]))
    ego, fps = proof.clip.ego.world_from_body, proof.clip.scene.fps
    start = ego[proof.clip.row_of(0)]
    for frame, packet in enumerate(packets):
        row, where = proof.clip.row_of(frame), f"{place} frame {frame}"
        body = ego[row]
        place_m = np.array([*metres[frame], packet["alt"] - packets[0]["alt"]])
        wanted = body[:3, 3] - start[:3, 3]
        off = float(np.linalg.norm(place_m - wanted))
        allowed = max(PATH_SHARE * float(np.linalg.norm(wanted)), PATH_M)
        proof.expect("oxts places", off <= allowed, where, f"lat, lon and alt lie {off:.3g} m off the ego's place")
        turn = pose(0.0, 0.0, 0.0, yaw=packet["yaw"], pitch=packet["pitch"], roll=packet["roll"])
        turned = float(np.abs(turn[:3, :3] - body[:3, :3]).max())
        proof.expect("oxts turns", turned <= ANGLE_RAD, where, f"roll, pitch and yaw are {turned:.3g} rad off the ego's pose")
        for name, value in _motion(ego[row - 1 : row + 2], 1 / (fps * proof.clip.scene.substeps)).items():
            off = abs(packet[name] - value)
            proof.expect("oxts motion", off < SPEED, where, f"{name} is {packet[name]:.4f}, the ego's poses give {value:.4f}")


def _motion(poses: FloatArray, dt: float) -> dict[str, float]:
    """Give velocities, accelerations and turn rates from the poses one tick before, now and after, by differences."""
    before, now, after = poses
    east, north, up = (after[:3, 3] - before[:3, 3]) / (2 * dt)
    ahead = np.array([now[0, 0], now[1, 0], 0.0]) / np.hypot(now[0, 0], now[1, 0])
    left = np.array([-ahead[1], ahead[0], 0.0])
    felt = (after[:3, 3] - 2 * now[:3, 3] + before[:3, 3]) / dt**2 + (0.0, 0.0, GRAVITY_M_PER_S2)
    rate = now[:3, :3] @ _turn(before, after) / (2 * dt)
    velocity = np.array([east, north, up])
    return {
        "ve": float(east), "vn": float(north), "vf": float(ahead @ velocity), "vl": float(left @ velocity), "vu": float(up),
        "af": float(ahead @ felt), "al": float(left @ felt), "au": float(felt[2]),
        "wf": float(ahead @ rate), "wl": float(left @ rate), "wu": float(rate[2]),
    }  # fmt: skip


def _turn(before: FloatArray, after: FloatArray) -> FloatArray:
    """Give the small turn between two poses about the axes of the first."""
    turned = before[:3, :3].T @ after[:3, :3]
    return np.array([turned[2, 1] - turned[1, 2], turned[0, 2] - turned[2, 0], turned[1, 0] - turned[0, 1]]) / 2
