"""Proofs on `middlebury`: .flo by depth and poses, .pfm depth and disparity, masks against states of each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_flow import check_motion
from scenegen.dataset.proof_reference import (
    Depth,
    check_picture,
    depth_beside,
    file_bytes,
    ids_beside,
    image_of,
    pair_of,
    shown,
)
from scenegen.dataset.proof_stereo import check_disparity
from scenegen.errors import DatasetError
from scenegen.formats.middlebury import MASKED, decode_flo, decode_pfm
from scenegen.geometry import FloatArray

NAME = "middlebury"
FLOW_PX = 0.01  # float32 depth and flow of the renderer against float64, as for arrays
LARGEST_PX = 1e6
OUT_PX = 0.01  # beyond the border by less either answer is right


def prove_middlebury(proof: Proof) -> None:
    """Check every frame's depth, disparity, flow both ways over all steps, masks and pictures."""
    base, clip = proof.reader.root / NAME / "training", proof.reader.record.clip
    kinds = sorted(path.name for path in base.glob("flow*") if path.is_dir())
    for frame in range(proof.clip.frames):
        stem = f"{clip}/frame_{frame + 1:04d}"
        depth_m = _depth(proof, base, stem, frame)
        for kind in kinds:
            _prove_flow(proof, base, kind, stem, frame, depth_m)
        _prove_pictures(proof, base, stem, frame)
        proof.on_frame()


def _read(proof: Proof, path: Path) -> FloatArray:
    try:
        image = decode_pfm(file_bytes(path))
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from None
    if image.shape != (proof.lens.height_px, proof.lens.width_px):
        raise DatasetError(
            f"{path}: of shape {image.shape}, its camera is {proof.lens.height_px} high and {proof.lens.width_px} wide"
        )
    return image.astype(np.float64)


def _depth(proof: Proof, base: Path, stem: str, frame: int) -> FloatArray:
    path = base / f"depth/{stem}.pfm"
    depth_m = _read(proof, path)
    other = depth_beside(proof, frame, NAME)
    if other is not None:
        wanted = other.image_m
        same_sky = np.isinf(depth_m) == np.isinf(wanted)
        with np.errstate(invalid="ignore"):
            off = np.where(
                np.isfinite(wanted) & np.isfinite(depth_m), np.abs(depth_m - wanted) - 1e-6 * wanted - other.slack_m, 0.0
            )
        v, u = np.unravel_index(int(off.argmax()), off.shape)
        text = f"pixel ({u}, {v}): {depth_m[v, u]:.4f} m, another layout has {wanted[v, u]:.4f}; {(off > 0).sum()} are off"
        proof.expect("middlebury depth", bool(off[v, u] <= 0), shown(proof, path), text)
        missed = int((~same_sky).sum()) if other.slack_m == 0 else 0
        proof.expect(
            "middlebury depth", missed == 0, shown(proof, path), f"{missed} pixels of sky are others than in another layout"
        )
    pair = pair_of(proof)
    if pair is not None:
        path = base / f"disparity/{stem}.pfm"
        disparity = _read(proof, path)
        check_disparity(
            proof, disparity, disparity > 0, Depth(depth_m, 0.0), pair.base_m,
            step_px=1e-6, largest_px=LARGEST_PX, layout=NAME, place=shown(proof, path),
        )  # fmt: skip
    return depth_m


def _prove_flow(proof: Proof, base: Path, kind: str, stem: str, frame: int, depth_m: FloatArray) -> None:
    """Check one .flo with its two masks; at the clip's ends there must be none."""
    suffix = kind.removeprefix("flow")
    words = [word for word in suffix.split("_") if word]
    step = next((int(word) for word in words if word.isdigit()), 1)
    then = frame - step if "bwd" in words else frame + step
    path = base / kind / f"{stem}.flo"
    place = shown(proof, path)
    if not 0 <= then < proof.clip.frames:
        proof.expect("end frames", not path.exists(), place, "leads out of the clip")
        return
    try:
        flow, is_known = decode_flo(file_bytes(path))
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    size = (proof.lens.height_px, proof.lens.width_px)
    if flow.shape[:2] != size:
        raise DatasetError(f"{place}: of shape {flow.shape[:2]}, its camera of {size}")
    invalid = image_of(proof, base / f"invalid{suffix}" / f"{stem}.png")
    wrong = int(((invalid == MASKED) == is_known).sum())
    proof.expect("masks", wrong == 0, f"{NAME} training/invalid{suffix}/{stem}.png", f"{wrong} pixels contradict {place}")
    check_motion(
        proof, flow.astype(np.float64), is_known, depth_m, frame, then,
        ids=ids_beside(proof, frame), tolerance_px=FLOW_PX, layout=NAME, place=place,
    )  # fmt: skip
    gone = image_of(proof, base / f"occlusions{suffix}" / f"{stem}.png") > 0
    v, u = np.nonzero(is_known)
    end = flow[v, u] + np.stack([u, v], axis=1)
    limit = np.array([proof.lens.width_px, proof.lens.height_px]) - 0.5
    is_out = ((end < -0.5 - OUT_PX) | (end > limit + OUT_PX)).any(axis=1)
    missed = int((is_out & ~gone[v, u]).sum())
    mask_place = f"{NAME} training/occlusions{suffix}/{stem}.png"
    proof.expect("masks", missed == 0, mask_place, f"{missed} pixels leave the image and are not marked")


def _prove_pictures(proof: Proof, base: Path, stem: str, frame: int) -> None:
    left, right = base / f"clean/{stem}.png", base / f"clean_right/{stem}.png"
    pair = pair_of(proof)
    if left.exists():
        check_picture(proof, frame, left, NAME)
        if pair is not None:
            check_picture(proof.seen_by(pair.right), frame, right, NAME)
