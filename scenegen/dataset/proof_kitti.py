"""Proofs on the KITTI layouts: label text against poses and masks, flow against poses."""

from __future__ import annotations

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.dataset.proof import Proof
from scenegen.dataset.read_back import read_png
from scenegen.errors import DatasetError
from scenegen.formats import kitti_flow
from scenegen.formats.kitti_calib import read_calib
from scenegen.formats.kitti_object import KittiLabel, read_labels
from scenegen.geometry import rigid_inverse
from scenegen.simulate.clip import Track
from scenegen.truth.proofs import epipolar_error, mask_box

PLACE_M = 0.2  # a person's box may stand some centimetres beside the body's origin
TURN_RAD = 1e-3  # labels have four decimals
EPIPOLAR_PX = 0.03  # half a step of the file is 1/128 px each way, the rest is float32


def prove_kitti_object(proof: Proof) -> None:
    """Check every label line against the clip's poses and the object's mask, and the calibration against the camera."""
    base = proof.reader.root / "kitti_object" / "training"
    for frame in range(proof.clip.frames):
        stem = proof.reader.object_stem(frame)
        place = f"kitti_object label_2/{stem}.txt"
        labels = read_labels((base / "label_2" / f"{stem}.txt").read_text())
        ids = proof.reader.object_id(frame)
        for number, label in enumerate(labels, 1):
            where = f"{place} line {number}"
            track = _nearest(proof, frame, label)
            if track is None:
                proof.expect("label places", False, where, f"no {label.type} of the clip stands at {label.location_cam_m}")
                continue
            _prove_label(proof, label, track, frame, where)
            box = mask_box(ids == track.track_id) if ids is not None else None
            if box is not None:
                holds = all(a <= b for a, b in zip(label.box_px[:2], box[:2], strict=True)) and all(
                    a >= b for a, b in zip(label.box_px[2:], box[2:], strict=True)
                )
                proof.expect("label boxes", holds, where, f"box {label.box_px} does not hold the visible pixels {box}")
        matrices = read_calib((base / "calib" / f"{stem}.txt").read_text())
        agree = np.allclose(matrices["P2"][:, :3], proof.lens.matrix, atol=1e-9)
        proof.expect("calibration", bool(agree), f"kitti_object calib/{stem}.txt", "P2 is not the clip's camera")
        proof.on_frame()


def _nearest(proof: Proof, frame: int, label: KittiLabel) -> Track | None:
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


def _prove_label(proof: Proof, label: KittiLabel, track: Track, frame: int, where: str) -> None:
    cam_from_body = rigid_inverse(proof.camera(frame)) @ proof.body(track, frame)
    expected = float(np.arctan2(-cam_from_body[2, 0], cam_from_body[0, 0]))
    off = abs(np.angle(np.exp(1j * (label.rotation_y_rad - expected))))
    proof.expect("label turns", off < TURN_RAD, where, f"rotation_y {label.rotation_y_rad:.4f}, the pose has {expected:.4f}")
    x, _, z = label.location_cam_m
    alpha = label.rotation_y_rad - np.arctan2(x, z)
    off = abs(np.angle(np.exp(1j * (label.alpha_rad - alpha))))
    proof.expect("label alphas", off < TURN_RAD, where, f"alpha {label.alpha_rad:.4f}, rotation and place give {alpha:.4f}")
    if track.rig == "vehicle":
        length, width, height = track.size_m
        error = float(np.abs(np.array(label.size_hwl_m) - (height, width, length)).max())
        proof.expect(
            "label sizes", error < 0.01, where, f"size {label.size_hwl_m} (h w l), the clip has {track.size_m} (l w h)"
        )
    left, top, right, bottom = label.box_px
    inside = left >= 0 and top >= 0 and right <= proof.lens.width_px - 1 and bottom <= proof.lens.height_px - 1
    proof.expect("label boxes", inside and left <= right and top <= bottom, where, f"box {label.box_px} leaves the image")


def prove_kitti_flow(proof: Proof) -> None:
    """Check flow files: static pixels on their epipolar lines, noc within occ, matches inside the image."""
    base = proof.reader.root / "kitti_flow" / "training"
    for frame in range(proof.clip.frames - 1):
        stem = f"{proof.reader.object_stem(frame)}_10"
        place = f"kitti_flow flow_occ/{stem}.png"
        occ, is_known = kitti_flow.decode_flow(read_png(base / "flow_occ" / f"{stem}.png"))
        noc, is_matched = kitti_flow.decode_flow(read_png(base / "flow_noc" / f"{stem}.png"))
        subset = not (is_matched & ~is_known).any() and bool((noc[is_matched] == occ[is_matched]).all())
        proof.expect("noc in occ", subset, f"kitti_flow flow_noc/{stem}.png", "is not a subset of flow_occ")
        v, u = np.nonzero(is_matched)
        end = noc[v, u] + np.stack([u, v], axis=1)
        size = np.array([proof.lens.width_px, proof.lens.height_px])
        inside = bool(((end >= -0.51) & (end <= size - 0.49)).all())
        proof.expect("noc inside", inside, f"kitti_flow flow_noc/{stem}.png", "a match lies outside the image")
        moving = read_png(base / "obj_map" / f"{stem}.png") > 0
        cam_then_from_cam = rigid_inverse(proof.camera(frame + 1)) @ proof.camera(frame)
        error = epipolar_error(occ.astype(float), proof.lens, cam_then_from_cam, is_known & ~moving)
        proof.checks["epipolar lines"] += len(error)
        worst = float(error.max(initial=0))
        proof.expect("epipolar frames", worst < EPIPOLAR_PX, place, f"static flow is {worst:.3f} px off its epipolar line")
        _prove_depth(proof, occ.astype(float), is_known & ~moving, frame, place)
        proof.on_frame()


def _prove_depth(
    proof: Proof, flow: np.ndarray[tuple[int, ...], np.dtype[np.float64]], is_static: object, frame: int, place: str
) -> None:
    """Where another layout holds depth, check static flow against it too."""
    try:
        depth = proof.reader.depth_m(frame)
    except DatasetError:
        return
    if depth is None:
        return
    tolerance = 0.05 + 0.02 * np.hypot(flow[..., 0], flow[..., 1])  # depth may be in whole centimetres, flow in 1/64 px
    proof.check_flow(
        flow, np.asarray(is_static) & np.isfinite(depth), depth, np.eye(4), frame, frame + 1,
        tolerance_px=tolerance, check="kitti_flow static flow", place=place,
    )  # fmt: skip
