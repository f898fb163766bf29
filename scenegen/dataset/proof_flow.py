"""What flow must be where depth is known: of what stands and of stiff things that drive, over any number of frames."""

from __future__ import annotations

import numpy as np

from scenegen.dataset.proof import Fault, Proof
from scenegen.distortion import project
from scenegen.geometry import BoolArray, FloatArray, IntArray, apply, box_corners, rigid_inverse
from scenegen.simulate.clip import Track
from scenegen.truth.proofs import rigid_flow_at

REACH_M = 0.6  # arms and legs of people who walk, and turned wheels, reach out of their boxes
LEAST_Z_M = 0.1
FLOW_SHARE = 1e-5  # float32 depth of what passes close by the camera's plane
LEAST_PIXELS = 20  # a median of fewer says little
STIFF_PX = 0.05  # of most pixels of a vehicle: wheels turn, and are fewer than half


def allowed_px(flow_px: FloatArray, tolerance_px: FloatArray | float) -> FloatArray:
    """Give how far flow (H, W, 2) may be off, (H, W): what passes close by the camera's plane flows by thousands of pixels."""
    allowed: FloatArray = np.maximum(tolerance_px, FLOW_SHARE * np.abs(flow_px).max(axis=-1))
    return allowed


def movers(proof: Proof, frame: int, then: int) -> list[Track]:
    """Give the tracks that change, in pose or limbs or doors, between two frames, or beside the first."""
    span = range(max(min(frame, then) - 1, -1), min(max(frame, then) + 1, proof.clip.frames) + 1)
    return [track for track in proof.tracks(frame) if any(proof.differs(track, frame, other) for other in span)]


def standing(proof: Proof, frame: int, then: int, ids: IntArray | None) -> BoolArray:
    """Give the pixels (H, W) of what stands, by ids, or without them all that lie outside the boxes of what moves."""
    moving = movers(proof, frame, then)
    if ids is not None:
        return np.asarray(~np.isin(ids, [track.track_id for track in moving]))
    stands = np.ones((proof.lens.height_px, proof.lens.width_px), np.bool_)
    for track in moving:
        length, width, height = track.size_m
        corners = box_corners((length + 2 * REACH_M, width + 2 * REACH_M, height + REACH_M))
        corners_cam = apply(rigid_inverse(proof.camera(frame)) @ proof.body(track, frame), corners)
        if (corners_cam[:, 2] < LEAST_Z_M).all():
            continue
        if (corners_cam[:, 2] < LEAST_Z_M).any():
            return np.zeros_like(stands)  # it surrounds the camera
        pixels = project(corners_cam, proof.lens, proof.eye.distortion)
        (left, top), (right, bottom) = np.floor(pixels.min(axis=0)), np.ceil(pixels.max(axis=0))
        stands[max(int(top), 0) : max(int(bottom) + 1, 0), max(int(left), 0) : max(int(right) + 1, 0)] = False
    return stands


def check_motion(
    proof: Proof,
    flow_px: FloatArray,
    is_known: BoolArray,
    depth_m: FloatArray,
    frame: int,
    then: int,
    *,
    ids: IntArray | None,
    tolerance_px: FloatArray | float,
    layout: str,
    place: str,
) -> None:
    """Compare flow (H, W, 2) with what depth and poses say: every pixel of what stands, most pixels of what drives."""
    stands = standing(proof, frame, then, ids)
    allowed = allowed_px(np.where(is_known[..., None], flow_px, 0.0), tolerance_px)
    proof.check_flow(
        flow_px, is_known & stands, depth_m, np.eye(4), frame, then,
        tolerance_px=allowed, check=f"{layout} static flow", place=place,
    )  # fmt: skip
    if ids is None:
        return
    for track in movers(proof, frame, then):
        if track.rig == "vehicle":
            mask = is_known & (ids == track.track_id) & np.isfinite(depth_m)
            _check_stiff(proof, flow_px, mask, depth_m, frame, then, track, tolerance_px, layout=layout, place=place)


def _check_stiff(
    proof: Proof,
    flow_px: FloatArray,
    mask: BoolArray,
    depth_m: FloatArray,
    frame: int,
    then: int,
    track: Track,
    tolerance_px: FloatArray | float,
    *,
    layout: str,
    place: str,
) -> None:
    v, u = np.nonzero(mask)
    if len(u) < LEAST_PIXELS:
        return
    expected = rigid_flow_at(
        np.stack([u, v], axis=1), depth_m[v, u], proof.lens, proof.camera(frame), proof.camera(then),
        proof.motion(track, frame, then), proof.eye.distortion,
    )  # fmt: skip
    allowed = tolerance_px[v, u] if isinstance(tolerance_px, np.ndarray) else tolerance_px
    off = float(np.nanmedian(np.abs(flow_px[v, u] - expected).max(axis=1) - allowed))
    proof.checks[f"{layout} rigid flow"] += len(u)
    if off > STIFF_PX:
        text = f"most of its {len(u)} pixels flow {off:.3f} px off what depth and poses give"
        proof.faults.append(Fault(f"{place} track {track.track_id}", text))
