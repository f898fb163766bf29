"""`arrays`: every label unquantised, one .npz a frame and one clip.json; for tools of one's own and for verification."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.classes import CLASSES
from scenegen.formats.layout import File, Slot, Wants
from scenegen.geometry import FloatArray
from scenegen.truth.frame import Frame, FrameLabels, ObjectLabel, Poses

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the zip format's zero: equal arrays give equal bytes


class Arrays:
    """Writes `<clip>/<frame>.npz` and `<clip>/clip.json`."""

    name = "arrays"
    about = "everything unquantised: .npz a frame, clip.json"
    wants = Wants()
    largest_id: int | None = None

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give one .npz with all images of a frame."""
        view = frame.main
        arrays: dict[str, npt.NDArray[Any]] = {
            "depth_m": view.depth_m,
            "normal_cam": view.normal_cam,
            "object_id": view.object_id,
            "class_id": view.class_id,
            "part_id": np.where(view.object_id > 0, view.passes.part, 0).astype(np.uint8),
            "flow_fwd_px": view.passes.flow_px[..., :2],
            "flow_bwd_px": view.passes.flow_px[..., 2:],
            "flow_fwd_state": view.passes.state[..., 0],
            "flow_bwd_state": view.passes.state[..., 1],
        }
        if view.rgb is not None:
            arrays["rgb"] = view.rgb
        yield f"{slot.clip}/{frame.labels.index:06d}.npz", npz_bytes(arrays)

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give clip.json: camera, classes, poses, objects."""
        lens = labels[0].main.lens
        record = {
            "clip": slot.clip,
            "K": lens.matrix.tolist(),
            "size_px": [lens.width_px, lens.height_px],
            "fps": slot.fps,
            "classes": {str(entry.id): entry.name for entry in CLASSES},
            "parts": {label.kind: list(label.parts) for frame in labels for label in frame.main.objects},
            "frames": [_frame_record(frame) for frame in labels],
        }
        yield f"{slot.clip}/clip.json", (json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n").encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each clip's folder stands alone."""
        yield from ()


def npz_bytes(arrays: dict[str, npt.NDArray[Any]]) -> bytes:
    """Pack arrays as an uncompressed .npz whose bytes depend on the arrays alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _ZIP_TIME), entry.getvalue())
    return buffer.getvalue()


def _matrix(pose: FloatArray) -> list[list[float]]:
    return [[float(value) for value in row] for row in pose]


def _poses(poses: Poses) -> dict[str, list[list[float]]]:
    return {"prev": _matrix(poses.prev), "now": _matrix(poses.now), "next": _matrix(poses.next)}


def _frame_record(frame: FrameLabels) -> dict[str, Any]:
    return {
        "index": frame.index,
        "time_s": frame.time_s,
        "world_from_cam": _poses(frame.main.world_from_cam),
        "attributes": frame.attributes,
        "objects": [_object_record(label) for label in frame.main.objects],
    }


def _object_record(label: ObjectLabel) -> dict[str, Any]:
    return {
        "track_id": label.track_id,
        "name": label.name,
        "class": label.class_name,
        "kind": label.kind,
        "role": label.role,
        "state": label.state,
        "moving": label.moving,
        "world_from_body": _poses(label.world_from_body),
        "size_m": list(label.size_m),
        "box_visible_px": list(label.box_visible_px) if label.box_visible_px else None,
        "box_amodal_px": list(label.box_amodal_px) if label.box_amodal_px else None,
        "truncation": label.truncation,
        "occlusion": label.occlusion,
        "visible_px": label.visible_px,
        **label.facts,
    }
