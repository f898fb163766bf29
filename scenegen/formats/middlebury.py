"""Loose `.flo` and `.pfm` files in the folders of MPI Sintel: pictures, flow both ways, occlusions, depth, disparity.

Source: flow code of the Middlebury benchmark (Baker et al. 2011): tag, width, height, u v row by row, unknown above 1e9;
PFM as of Debevec: rows bottom to top; folders and masks of MPI Sintel (Butler et al. 2012).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats.channels import CAM_Z, IMAGE, NOW, Channel
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png, picture_png
from scenegen.geometry import BoolArray, ByteArray, Float32Array
from scenegen.truth.frame import FLOW_HIDDEN, FLOW_OUT, FLOW_VALID, Frame, FrameLabels
from scenegen.truth.stereo import disparity, stereo_partner

FLO_TAG = b"PIEH"
"""The bytes of the float32 202021.25, little-endian: readers check by it that the file has the right byte order."""
UNKNOWN_FLOW = np.float32(1e10)
LARGEST_FLOW = 1e9
"""Readers take what is larger for unknown."""
MASKED = 255

_BOTH_WAYS = "next at t + 1, or t + k under flow_k"
CHANNELS = {
    "training/clean/*/*.png": Channel("sRGB 8 bit", "what the first camera sees", NOW, IMAGE),
    "training/clean_right/*/*.png": Channel("sRGB 8 bit", "what its stereo partner sees", NOW, IMAGE),
    "training/flow*/*/*.flo": Channel("px", "u right, v down; 1e10 where unknown", f"from t to the {_BOTH_WAYS}", IMAGE),
    "training/flow_bwd*/*/*.flo": Channel("px", "u right, v down; 1e10 where unknown", "from t to t - 1, or t - k", IMAGE),
    "training/occlusions*/*/*.png": Channel("mask", "255 hidden or outside the image at the other time", "as its flow", IMAGE),
    "training/invalid*/*/*.png": Channel("mask", "255 where the flow is unknown", "as its flow", IMAGE),
    "training/depth/*/*.pfm": Channel("m", f"{CAM_Z}; inf is sky", NOW, f"{IMAGE}, rows stored bottom to top"),
    "training/disparity/*/*.pfm": Channel(
        "px", "x left = x right + d, of the first camera; 0 is sky", NOW, f"{IMAGE}, rows stored bottom to top"
    ),
}


class Middlebury:
    """Writes `training/<kind>/<clip>/frame_0001.*`; backward flow and longer steps are kinds of their own."""

    name = "middlebury"
    about = "loose .flo and .pfm in Sintel's folders: pictures, flow both ways, occlusions, depth, disparity"
    wants = Wants(pictures="stereo")
    largest_id: int | None = None
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give all files of one frame; those whose clip has no frame at the other time have no flow file."""
        index, view = frame.labels.index, frame.main
        stem = f"{slot.clip}/frame_{index + 1:04d}"
        partner = stereo_partner(frame.labels)
        if view.picture is not None:
            yield f"training/clean/{stem}.png", picture_png(view.picture)
        if partner is not None and partner.name in frame.pictures:
            yield f"training/clean_right/{stem}.png", picture_png(frame.pictures[partner.name])
        flows = {1: (view.passes.flow_px, view.passes.state)}
        flows.update({k: (step.flow_px, step.state) for k, step in sorted(view.passes.steps.items())})
        for k, (flow_px, state) in flows.items():
            suffix = "" if k == 1 else f"_{k}"
            if index + k < slot.frames:
                yield from _flow_files(flow_px[..., :2], state[..., 0], suffix, stem)
            if index - k >= 0:
                yield from _flow_files(flow_px[..., 2:], state[..., 1], f"_bwd{suffix}", stem)
        yield f"training/depth/{stem}.pfm", encode_pfm(view.depth_m)
        if partner is not None:
            yield f"training/disparity/{stem}.pfm", encode_pfm(disparity(view, partner.base_m))

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give nothing: every file belongs to a frame."""
        yield from ()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: the folders are the list."""
        yield from ()


def _flow_files(flow_px: Float32Array, state: ByteArray, suffix: str, stem: str) -> Iterator[File]:
    is_known = state & FLOW_VALID > 0
    yield f"training/flow{suffix}/{stem}.flo", encode_flo(flow_px, is_known)
    gone = ((state & (FLOW_HIDDEN | FLOW_OUT) > 0) * np.uint8(MASKED)).astype(np.uint8)
    yield f"training/occlusions{suffix}/{stem}.png", encode_png(gone)
    yield f"training/invalid{suffix}/{stem}.png", encode_png((~is_known * np.uint8(MASKED)).astype(np.uint8))


def encode_flo(flow_px: Float32Array, is_known: BoolArray) -> bytes:
    """Give the bytes of a .flo file.

    Args:
        flow_px: (H, W, 2), u right and v down.
        is_known: (H, W); the rest is written as 1e10.
    Raises:
        DatasetError: known flow that is not finite, or so long that readers would take it for unknown.
    """
    with np.errstate(invalid="ignore"):
        is_bad = is_known & ~(np.abs(flow_px) <= LARGEST_FLOW).all(-1)
    if is_bad.any():
        y, x = (int(value[0]) for value in np.nonzero(is_bad))
        raise DatasetError(f"pixel ({x}, {y}): flow {flow_px[y, x].tolist()} px can not be held by a .flo file")
    height, width = flow_px.shape[:2]
    values = np.where(is_known[..., None], flow_px, UNKNOWN_FLOW).astype("<f4")
    return FLO_TAG + struct.pack("<ii", width, height) + values.tobytes()


def decode_flo(data: bytes) -> tuple[Float32Array, BoolArray]:
    """Read a .flo file: flow (H, W, 2) in pixels, 0 where unknown, and where it is known (H, W).

    Raises:
        DatasetError: another tag (or byte order), a size that does not fit, or NaN, which readers do not agree on.
    """
    if data[:4] != FLO_TAG:
        raise DatasetError(f"a .flo file begins with {FLO_TAG!r}, not {data[:4]!r}")
    width, height = struct.unpack_from("<ii", data, 4)
    if width < 1 or height < 1 or len(data) != 12 + 8 * width * height:
        raise DatasetError(f".flo file of {width} x {height} pixels with {len(data)} bytes, wanted {12 + 8 * width * height}")
    flow = np.frombuffer(data, "<f4", offset=12).reshape(height, width, 2).astype(np.float32)
    if np.isnan(flow).any():
        raise DatasetError(".flo file with NaN; unknown flow is written as 1e10")
    is_known = np.abs(flow).max(-1) <= LARGEST_FLOW
    return flow * is_known[..., None], is_known


def encode_pfm(image: Float32Array) -> bytes:
    """Give the bytes of a .pfm file of an (H, W) or (H, W, 3) float32 image, little-endian, rows bottom to top."""
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] != 3):
        raise ValueError(f"a PFM file holds (H, W) or (H, W, 3), not {image.shape}")
    kind = "Pf" if image.ndim == 2 else "PF"
    header = f"{kind}\n{image.shape[1]} {image.shape[0]}\n-1.0\n".encode()
    return header + np.ascontiguousarray(image[::-1], "<f4").tobytes()


def decode_pfm(data: bytes) -> Float32Array:
    """Read a .pfm file into (H, W) or (H, W, 3) float32, rows from the top.

    Raises:
        DatasetError: no PFM, or a size that does not fit.
    """
    try:
        kind, size, scale, body = data.split(b"\n", 3)
        width, height = (int(side) for side in size.split())
        order = "<f4" if float(scale) < 0 else ">f4"
        channels = {b"Pf": 1, b"PF": 3}[kind]
        image = np.frombuffer(body, order).reshape(height, width, channels)
    except (ValueError, KeyError) as error:
        raise DatasetError(f"not a PFM file ({error})") from None
    rows: Float32Array = image[::-1].astype(np.float32)
    return rows[..., 0] if channels == 1 else rows
