"""WebDataset: shards of plain tar files, a frame a sample, its files next to each other under one key.

Source: WebDataset file format (Aizman, Maltzahn and Breuel 2019): the key ends at the first dot of the name. Images of numbers
are .npy, never .png: its readers decode every .png to 8-bit RGB, and ids above 255 would be lost.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.errors import DatasetError
from scenegen.formats.channels import CAM, CAM_Z, FLOW, IMAGE, NOW, WORLD, Channel
from scenegen.formats.frame_record import view_record
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import picture_png
from scenegen.truth.frame import Frame, FrameLabels

FRAMES_A_SHARD = 16
"""A shard is made in memory: about 160 MB at KITTI's size."""
MEMBER_MODE = 0o644
LARGEST_NAME = 100
"""Bytes of a name in a plain tar header; longer ones need extensions that not every reader knows."""

CHANNELS = {
    "rgb.png": Channel("sRGB 8 bit", "what the first camera sees", NOW, IMAGE),
    "depth.npy": Channel("m", f"{CAM_Z}; inf is sky", NOW, IMAGE),
    "ids.npy": Channel("track id", "0 is a thing without a track", NOW, IMAGE),
    "class.npy": Channel("class id", "the names are in class_names of the sample's json", NOW, IMAGE),
    "flow_fwd.npy": Channel("px", f"{FLOW}; only where the state says so", "t to t + 1", IMAGE),
    "flow_bwd.npy": Channel("px", f"{FLOW}; only where the state says so", "t to t - 1", IMAGE),
    "flow_fwd_k*.npy, flow_bwd_k*.npy": Channel("px", f"{FLOW}; with states of their own", "t to t + k, t to t - k", IMAGE),
    "flow_fwd_state.npy": Channel("bits", "1 known, 2 hidden then, 4 out of frame then, 8 sky", "t to t + 1", IMAGE),
    "flow_bwd_state.npy": Channel("bits", "1 known, 2 hidden then, 4 out of frame then, 8 sky", "t to t - 1", IMAGE),
    "json": Channel("m, px, s", "camera, poses (a_from_b takes b to a), objects", "s, clip's start", f"{CAM}; {WORLD}"),
}  # fmt: skip

Sample = tuple[str, dict[str, bytes]]
"""A key and the bytes of its fields, in the order of the tar."""


class WebDataset:
    """Writes `scenegen-<clip>-<shard>.tar` and the index of shards that the reader's own tools use."""

    name = "webdataset"
    about = "WebDataset shards: rgb, depth, ids, classes, flow both ways with states, json, a sample a frame"
    wants = Wants(holds_distortion=True)
    largest_id: int | None = None
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give nothing: frames go into the shards of their clip."""
        yield from ()

    def frame_notes(self, frame: Frame, slot: Slot) -> Sample:
        """Give the sample of a frame, its files encoded."""
        return sample_key(slot, frame.labels.index), sample_fields(frame, slot)

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot, notes: Sequence[Sample] = ()) -> Iterator[File]:
        """Give the shards of a clip, one in memory at a time."""
        for shard, first in enumerate(range(0, len(notes), FRAMES_A_SHARD)):
            last = min(first + FRAMES_A_SHARD, len(notes))
            yield shard_name(slot, shard), encode_shard(notes[i] for i in range(first, last))

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give `index.json`, the list of shards with their numbers of samples, in the order of the clips."""
        shards = [
            {"url": shard_name(slot, number), "nsamples": min(FRAMES_A_SHARD, slot.frames - first)}
            for slot in slots
            for number, first in enumerate(range(0, slot.frames, FRAMES_A_SHARD))
        ]
        index = {"__kind__": "wids-shard-index-v1", "wids_version": 1, "name": "scenegen", "shardlist": shards}
        yield "index.json", (json.dumps(index, indent=1) + "\n").encode()


def shard_name(slot: Slot, shard: int) -> str:
    """Give the name of a clip's shard; names sort in the order of clips and frames."""
    return f"scenegen-{slot.number:06d}-{shard:03d}.tar"


def sample_key(slot: Slot, index: int) -> str:
    """Give a frame's key, unique over the data set, without the dots that would end it early."""
    return f"{slot.clip.replace('.', '_')}-{slot.number:06d}-{index:06d}"


def sample_fields(frame: Frame, slot: Slot) -> dict[str, bytes]:
    """Encode what a sample holds."""
    view = frame.main
    arrays: dict[str, npt.NDArray[Any]] = {
        "depth": view.depth_m,
        "ids": view.object_id,
        "class": view.class_id,
        "flow_fwd": view.passes.flow_px[..., :2],
        "flow_bwd": view.passes.flow_px[..., 2:],
        "flow_fwd_state": view.passes.state[..., 0],
        "flow_bwd_state": view.passes.state[..., 1],
    }
    for k, step in sorted(view.passes.steps.items()):
        for side, name in enumerate(("fwd", "bwd")):
            arrays[f"flow_{name}_k{k}"] = step.flow_px[..., 2 * side : 2 * side + 2]
            arrays[f"flow_{name}_state_k{k}"] = step.state[..., side]
    fields = {} if view.picture is None else {"rgb.png": picture_png(view.picture)}
    fields.update({f"{name}.npy": npy_bytes(array) for name, array in arrays.items()})
    record = {"clip": slot.clip, "frame": frame.labels.index, "fps": slot.fps, **view_record(frame.labels, view.labels)}
    fields["json"] = json.dumps(record, separators=(",", ":"), allow_nan=False).encode()
    return fields


def npy_bytes(array: npt.NDArray[Any]) -> bytes:
    """Give the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def encode_shard(samples: Iterable[Sample]) -> bytes:
    """Give the bytes of a plain (ustar) tar: equal samples give equal bytes.

    Raises:
        DatasetError: a key with a dot or a slash, one that comes twice, or a name too long for a plain tar.
    """
    buffer = io.BytesIO()
    keys: set[str] = set()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for key, fields in samples:
            _check_key(key, keys)
            for extension, data in fields.items():
                name = f"{key}.{extension}"
                if len(name.encode()) > LARGEST_NAME:
                    raise DatasetError(
                        f"{name}: longer than the {LARGEST_NAME} bytes of a plain tar header; shorten the clip's name"
                    )
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(data), MEMBER_MODE
                archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _check_key(key: str, keys: set[str]) -> None:
    if not key or "." in key or "/" in key:
        raise DatasetError(f"key {key!r}: a key has no dot (it would end there) and no slash")
    if key in keys:
        raise DatasetError(f"key {key!r} comes twice in one shard")
    keys.add(key)


def decode_shard(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Read a shard as its readers do: keys end at the first dot, files of a sample follow each other; .npy and .json decoded.

    Raises:
        DatasetError: not a tar, a sample torn apart, or a file that can not be decoded.
    """
    samples: list[tuple[str, dict[str, Any]]] = []
    seen: set[str] = set()
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                key, _, extension = member.name.partition(".")
                stream = archive.extractfile(member)
                if stream is None or not extension:
                    raise DatasetError(f"{member.name}: not a file of a sample")
                if not samples or samples[-1][0] != key:
                    if key in seen:
                        raise DatasetError(
                            f"{member.name}: the files of its sample do not follow each other, or its key comes twice"
                        )
                    seen.add(key)
                    samples.append((key, {}))
                if extension in samples[-1][1]:
                    raise DatasetError(f"{member.name}: comes twice in its sample")
                samples[-1][1][extension] = _decoded(extension, stream.read())
    except (tarfile.TarError, ValueError) as error:
        raise DatasetError(f"damaged shard ({error})") from None
    return samples


def _decoded(extension: str, data: bytes) -> Any:
    if extension.endswith(".npy") or extension == "npy":
        return np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    return json.loads(data) if extension == "json" else data
