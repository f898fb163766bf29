"""Proofs on `kitti_flow`: flow, disparity now and disparity next against poses, depth, pictures and each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_kitti_labels import CALIB, check_pictures
from scenegen.dataset.proof_reference import Depth, Pair, depth_beside, file_bytes, ids_beside, image_of, pair_of
from scenegen.dataset.proof_stereo import check_disparity, check_warp
from scenegen.formats import kitti_flow
from scenegen.formats.kitti_calib import read_calib
from scenegen.formats.kitti_disparity import LARGEST, STEPS, decode_steps
from scenegen.geometry import BoolArray, Float32Array, FloatArray, rigid_inverse
from scenegen.truth.proofs import depth_at_other_time, epipolar_error

NAME = "kitti_flow"
EPIPOLAR_PX = 0.03  # half a step of the file is 1/128 px each way, the rest is float32
HALF_STEP_PX = 0.5 / kitti_flow.STEPS_PER_PX
LEAST_Z_M = 0.1  # nearer to the camera's plane half a step of depth moves a point by whole pixels
FLOAT_PX = 2e-3  # float32 of the renderer's depth and flow, at flows of hundreds of pixels

Disparity = tuple[Float32Array, BoolArray]


def prove_kitti_flow(proof: Proof) -> None:
    """Check every pair of a clip, and the flow over more frames that was asked for."""
    base = proof.reader.root / NAME / "training"
    steps = sorted(int(path.name.removeprefix("flow_occ_k")) for path in base.glob("flow_occ_k*"))
    for frame in range(proof.clip.frames - 1):
        stem = f"{proof.reader.object_stem(frame)}_10"
        moving = _moving(proof, base, stem, frame)
        depth = depth_beside(proof, frame, NAME)
        _prove_flow(proof, base, stem, frame, 1, "", moving, depth)
        for step in steps:
            if frame + step < proof.clip.frames:
                _prove_flow(proof, base, stem, frame, step, f"_k{step}", moving, depth)
        pair = pair_of(proof)
        _prove_calib(proof, base, stem, pair)
        if pair is not None:
            _prove_disparity(proof, base, stem, frame, pair, moving, depth)
        check_pictures(proof, frame, base / f"image_2/{stem}.png", base / f"image_3/{stem}.png", NAME)
        second = f"{stem[:6]}_11.png"
        check_pictures(proof, frame + 1, base / "image_2" / second, base / "image_3" / second, NAME)
        proof.on_frame()


def _moving(proof: Proof, base: Path, stem: str, frame: int) -> BoolArray:
    """Give the pixels that obj_map numbers, after comparing it with the ids that another layout holds."""
    numbers = image_of(proof, base / "obj_map" / f"{stem}.png")
    ids, place = ids_beside(proof, frame), f"{NAME} obj_map/{stem}.png"
    if ids is not None:
        movers = {track.track_id for track in proof.tracks(frame) if proof.is_moving(track, frame)}
        of_number = {int(n): set(np.unique(ids[numbers == n]).tolist()) for n in np.unique(numbers[numbers > 0])}
        for number, tracks in of_number.items():
            holds = len(tracks) == 1 and tracks <= movers
            proof.expect("obj_map", holds, place, f"{number} covers tracks {sorted(tracks)}; {sorted(movers)} move")
        missed = int((np.isin(ids, sorted(movers)) & (numbers == 0)).sum())
        proof.expect("obj_map", missed == 0, place, f"{missed} pixels of what moves have no number")
    return np.asarray(numbers > 0)


def _prove_flow(
    proof: Proof, base: Path, stem: str, frame: int, step: int, suffix: str, moving: BoolArray, depth: Depth | None
) -> None:
    """Check that noc is in occ and inside the image, and that what stands flows as the camera's poses say."""
    names = [f"flow_{kind}{suffix}/{stem}.png" for kind in ("occ", "noc")]
    (occ, is_known), (noc, is_matched) = (kitti_flow.decode_flow(image_of(proof, base / name)) for name in names)
    subset = not (is_matched & ~is_known).any() and bool((noc[is_matched] == occ[is_matched]).all())
    proof.expect("noc in occ", subset, f"{NAME} {names[1]}", "is not a subset of flow_occ")
    v, u = np.nonzero(is_matched)
    end = noc[v, u] + np.stack([u, v], axis=1)
    size = np.array([proof.lens.width_px, proof.lens.height_px])
    inside = bool(((end >= -0.51) & (end <= size - 0.49)).all())
    proof.expect("noc inside", inside, f"{NAME} {names[1]}", "a match lies outside the image")
    flow, is_static = occ.astype(np.float64), is_known & ~moving
    if step > 1:
        is_static &= ~_moves_within(proof, frame, step)
    cam_then_from_cam = rigid_inverse(proof.camera(frame + step)) @ proof.camera(frame)
    error = epipolar_error(flow, proof.lens, cam_then_from_cam, is_static)
    proof.checks["epipolar lines"] += len(error)
    worst, place = float(error.max(initial=0)), f"{NAME} {names[0]}"
    proof.expect("epipolar frames", worst < EPIPOLAR_PX, place, f"static flow is {worst:.3f} px off its epipolar line")
    if depth is None:
        return
    # What half a step of depth does to flow grows with the flow: both fall with depth
    length = np.hypot(flow[..., 0], flow[..., 1])
    with np.errstate(invalid="ignore", divide="ignore"):
        coarse = np.nan_to_num(4 * length * depth.slack_m / depth.image_m, posinf=0.0)
    tolerance = HALF_STEP_PX + FLOAT_PX + 2e-5 * length + coarse
    proof.check_flow(
        flow, is_static & np.isfinite(depth.image_m), depth.image_m, np.eye(4), frame, frame + step,
        tolerance_px=tolerance, check=f"{NAME} static flow", place=place,
    )  # fmt: skip


def _moves_within(proof: Proof, frame: int, step: int) -> BoolArray:
    """Give the pixels of what moves at any time until the other frame, where another layout holds ids; else none."""
    ids = ids_beside(proof, frame)
    if ids is None:
        return np.zeros((proof.lens.height_px, proof.lens.width_px), np.bool_)
    movers = [
        track.track_id
        for track in proof.tracks(frame)
        if any((proof.body(track, then) != proof.body(track, frame)).any() for then in range(frame, frame + step + 1))
    ]
    return np.asarray(np.isin(ids, movers))


def _prove_calib(proof: Proof, base: Path, stem: str, pair: Pair | None) -> None:
    path = base / "calib_cam_to_cam" / f"{stem[:6]}.txt"
    check_cam_to_cam(proof, path, f"{NAME} calib_cam_to_cam/{path.name}", pair)


def check_cam_to_cam(proof: Proof, path: Path, place: str, pair: Pair | None) -> None:
    """Compare a calib_cam_to_cam.txt with the lens and the base of the rig."""
    matrices = read_calib(file_bytes(path).decode())
    for camera in range(4):
        shift = -proof.lens.fx_px * pair.base_m if pair is not None and camera % 2 else 0.0
        wanted = np.hstack([proof.lens.matrix, [[shift], [0.0], [0.0]]])
        written = matrices.get(f"P_rect_{camera:02d}", np.zeros((3, 4)))
        error = float(np.abs(written - wanted).max())
        proof.expect("calibration", error < CALIB, place, f"P_rect_{camera:02d} is {error:.4g} off the clip's camera")


def _prove_disparity(
    proof: Proof, base: Path, stem: str, frame: int, pair: Pair, moving: BoolArray, depth: Depth | None
) -> None:
    """Check disparity against depth, the next one against poses, noc against occ, and both pictures against each other."""
    images = {}
    for which in (0, 1):
        occ, noc = (image_of(proof, base / f"disp_{kind}_{which}" / f"{stem}.png") for kind in ("occ", "noc"))
        place = f"{NAME} disp_noc_{which}/{stem}.png"
        proof.expect("noc in occ", bool((noc[noc > 0] == occ[noc > 0]).all()), place, f"is not a subset of disp_occ_{which}")
        images[which] = decode_steps(occ), noc > 0
    (now, is_known), is_matched = images[0]
    place = f"{NAME} disp_occ_0/{stem}.png"
    check_disparity(
        proof, now.astype(np.float64), is_known, depth, pair.base_m,
        step_px=1 / STEPS, largest_px=LARGEST / STEPS, layout=NAME, place=place,
    )  # fmt: skip
    columns = np.arange(proof.lens.width_px)
    wrong = is_known & (is_matched != (columns - now >= -0.5)) & (np.abs(columns - now + 0.5) > 1 / STEPS)
    text = f"{int(wrong.sum())} pixels do not say whether the right image holds them"
    proof.expect("noc inside", not wrong.any(), f"{NAME} disp_noc_0/{stem}.png", text)
    _prove_next(proof, images[1][0], _metres(proof, images[0][0], pair, depth), frame, pair, ~moving, stem)
    left, right = base / f"image_2/{stem}.png", base / f"image_3/{stem}.png"
    if left.exists() and right.exists():
        check_warp(proof, left, right, now.astype(np.float64), is_matched, layout=NAME)


def _metres(proof: Proof, now: Disparity, pair: Pair, depth: Depth | None) -> tuple[FloatArray, FloatArray]:
    """Give depth (H, W), of another layout or of the disparity itself, and how far it may be off."""
    if depth is not None:
        return depth.image_m, np.full(depth.image_m.shape, depth.slack_m)
    disparity, is_known = now
    pixel_metres = proof.lens.fx_px * pair.base_m
    z = np.where(is_known, pixel_metres / np.maximum(disparity.astype(np.float64), 1 / STEPS), np.inf)
    with np.errstate(invalid="ignore"):
        return z, z**2 / pixel_metres * (0.5 / STEPS)


def _prove_next(
    proof: Proof, later: Disparity, depth: tuple[FloatArray, FloatArray], frame: int, pair: Pair, stands: BoolArray, stem: str
) -> None:
    """The disparity that a standing point has at the next frame follows from its depth now and the camera's poses."""
    disparity, is_known = later
    v, u = np.nonzero(is_known & stands & np.isfinite(depth[0]))
    z, slack_m = depth[0][v, u], depth[1][v, u]
    cam_then_from_cam = rigid_inverse(proof.camera(frame + 1)) @ proof.camera(frame)
    z_then = depth_at_other_time(np.stack([u, v], axis=1), z, proof.lens, cam_then_from_cam)
    nearest, farthest = (proof.lens.fx_px * pair.base_m / np.maximum(z_then + side * slack_m, 1e-3) for side in (-1, 1))
    middle = disparity[v, u]
    excess = np.maximum(middle - nearest, farthest - middle) - 0.5 / STEPS - FLOAT_PX - 1e-4 * middle
    excess[z_then < LEAST_Z_M] = -1.0
    proof.checks[f"{NAME} next disparity"] += len(excess)
    i = int(excess.argmax()) if len(excess) else -1
    text = "" if i < 0 else (
        f"pixel ({u[i]}, {v[i]}): {middle[i]:.3f} px, depth and poses give {farthest[i]:.3f} .. {nearest[i]:.3f}; "
        f"{int((excess > 0).sum())} pixels are off"
    )  # fmt: skip
    proof.expect(f"{NAME} next disparity frames", i < 0 or bool(excess[i] <= 0), f"{NAME} disp_occ_1/{stem}.png", text)
