"""Proofs on a stereo pair: disparity against depth, and the right picture, moved by disparity, against the left one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_reference import Depth, shown
from scenegen.geometry import BoolArray, FloatArray

SHARE = 2e-5  # of disparity: float32 depth of the renderer, read from another layout
WARP_LEVELS = 4.0
"""Median difference of both pictures at matching points, in levels: noise of the sensor, twice, and reading between pixels."""

Indices = npt.NDArray[np.intp]


def check_disparity(
    proof: Proof,
    disparity_px: FloatArray,
    is_known: BoolArray,
    depth: Depth | None,
    base_m: float,
    *,
    step_px: float,
    largest_px: float,
    layout: str,
    place: str,
) -> None:
    """Disparity is f b / z wherever there is depth and the file can hold it.

    Args:
        proof: the clip, seen by the left camera.
        disparity_px: (H, W).
        is_known: (H, W).
        depth: of another layout, None for none: then only the range is checked.
        base_m: distance of the cameras.
        step_px: one step of the file.
        largest_px: what the file can hold.
        layout: named in the checks.
        place: named in the faults.
    """
    positive = bool((disparity_px[is_known] > 0).all())
    proof.expect(f"{layout} disparity range", positive, place, "a known disparity is not above 0")
    if depth is None:
        return
    z = depth.image_m
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.where(np.isfinite(z) & (z > 0), proof.lens.fx_px * base_m / z, 0.0)
        allowed = step_px / 2 + SHARE * wanted + np.where(wanted > 0, wanted / z * depth.slack_m, 0.0)
    # The smallest disparity is one step, so that what is very far is not taken for unknown
    off = np.where(is_known, np.abs(disparity_px - np.maximum(wanted, step_px)) - allowed, 0.0)
    off = np.where(~is_known & (wanted > 2 * step_px) & (wanted < largest_px - 2 * step_px - allowed), np.inf, off)
    # What is farther than the other layout tells has no depth there
    least_px = proof.lens.fx_px * base_m / depth.farthest_m + step_px
    off = np.where(is_known & (wanted == 0), np.where(disparity_px <= least_px, 0.0, np.inf), off)
    proof.checks[f"{layout} disparity"] += off.size
    v, u = np.unravel_index(int(off.argmax()), off.shape)
    text = (
        f"pixel ({u}, {v}): {disparity_px[v, u]:.3f} px, {'known' if is_known[v, u] else 'unknown'}; depth gives "
        f"{wanted[v, u]:.3f} px; {int((off > 0).sum())} pixels are off"
    )
    proof.expect(f"{layout} disparity frames", bool(off[v, u] <= 0), place, text)


def check_warp(proof: Proof, left: Path, right: Path, disparity_px: FloatArray, is_matched: BoolArray, *, layout: str) -> None:
    """The right picture read where disparity says looks as the left one, and not worse than a pixel beside."""
    left_rgb, right_rgb = (np.asarray(Image.open(path).convert("RGB")).astype(np.float64) for path in (left, right))
    if left_rgb.shape != right_rgb.shape or left_rgb.shape[:2] != disparity_px.shape:
        return  # sizes are told elsewhere
    v, u = np.nonzero(is_matched)
    slope = np.abs(np.gradient(left_rgb.mean(axis=-1), axis=1))[v, u]
    there = u - disparity_px[v, u]
    inside = (there >= 1) & (there <= proof.lens.width_px - 3)
    if not inside.any():
        return
    v, u, there, slope = v[inside], u[inside], there[inside], slope[inside]
    error = _difference(left_rgb, right_rgb, v, u, there)
    median = float(np.median(error))
    place = f"{shown(proof, right)} against {left.parent.name}"
    proof.expect(
        f"{layout} warped pictures", median < WARP_LEVELS, place,
        f"moved by its disparity the right picture differs by {median:.2f} levels (median) from the left",
    )  # fmt: skip
    textured = slope > np.quantile(slope, 0.9)
    v, u, there = v[textured], u[textured], there[textured]
    fits = {shift: float(np.median(_difference(left_rgb, right_rgb, v, u, there + shift))) for shift in (-1.0, 0.0, 1.0)}
    best = min(fits[-1.0], fits[1.0])
    proof.expect(
        f"{layout} warped pictures", fits[0.0] <= best, place,
        f"edges fit better a pixel beside their disparity: {best:.2f} levels, with it {fits[0.0]:.2f}",
    )  # fmt: skip


def _difference(left: FloatArray, right: FloatArray, v: Indices, u: Indices, there: FloatArray) -> FloatArray:
    start = np.floor(there).astype(np.int64)
    share = (there - start)[:, None]
    read = right[v, start] * (1 - share) + right[v, start + 1] * share
    difference: FloatArray = np.abs(read - left[v, u]).mean(axis=-1)
    return difference
