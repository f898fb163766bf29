"""`arrays`: every label unquantised, one .npz a frame and one clip.json; for tools of one's own and for verification."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.classes import CLASSES
from scenegen.formats.channels import BODY, CAM, CAM_Z, FLOW, IMAGE, NOW, WORLD, Channel
from scenegen.formats.frame_record import distortion_record, matrix
from scenegen.formats.layout import File, Slot, Wants
from scenegen.geometry import BoolArray, FloatArray
from scenegen.render.passes import Silhouette
from scenegen.truth.frame import Frame, FrameLabels, LineLabel, ObjectLabel, Poses, View, ViewLabels
from scenegen.truth.regions import region_mask
from scenegen.truth.stereo import disparity, stereo_partner

SWEEP_ARRAYS = ("points_m", "intensity", "ring", "time_s", "object_id", "class_id", "flow_m")
"""What the .npz of a scanner holds, as `truth.frame.Sweep` says."""

CHANNELS = {
    "rgb": Channel("sRGB 8 bit", "what the camera sees", NOW, IMAGE),
    "depth_m": Channel("m", f"{CAM_Z}; inf is sky", NOW, IMAGE),
    "normal_cam": Channel("1", "unit normals, towards the camera; 0 for sky", NOW, CAM),
    "disparity_px": Channel("px", "first camera: left x = right x + d; 0 for sky", NOW, IMAGE),
    "object_id, class_id, part_id": Channel("id", "0 is no object, sky, no part; names in clip.json", NOW, IMAGE),
    "region, drivable": Channel("bits, number", "as truth.regions and truth.drivable say", NOW, IMAGE),
    "flow_fwd_px, flow_bwd_px": Channel("px", f"{FLOW}; *_k2 and so on over k frames", "t to t + 1, t to t - 1", IMAGE),
    "flow_*_state": Channel("bits", "1 known, 2 hidden then, 4 out of frame then, 8 sky", "as its flow", IMAGE),
    "dz_fwd_m, dz_bwd_m": Channel("m", "change of the point's depth, each in its own camera", "as its flow", IMAGE),
    "line_px, line_world_m": Channel("px, m", "points of road lines in driving order", NOW, f"{IMAGE}; {WORLD}"),
    "amodal_box_px": Channel("px", "left, top, right, bottom, inclusive; amodal_bits are its pixels row by row", NOW, IMAGE),
    "points_m": Channel("m", "returns of a scanner", NOW, "scanner: x forward, y left, z up"),
    "time_s": Channel("s", "after the start of the scanner's turn", NOW, "-"),
    "flow_m": Channel("m", "place then in the scanner then, minus place now; nan unknown", "t to t + 1", "as points_m"),
    "clip.json": Channel("m, px, s", "poses a_from_b take points of b to a", "t - 1, t, t + 1", f"{WORLD}; {CAM}; {BODY}"),
}

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the zip format's zero: equal arrays give equal bytes


class Arrays:
    """Writes `<clip>/<frame>.npz` and `<clip>/clip.json` of the first camera, `<clip>/<camera>/...` of every other one, and
    `<clip>/<scanner>/<frame>.npz`."""

    name = "arrays"
    about = "everything unquantised: .npz a frame, clip.json; all cameras and scanners"
    wants = Wants("all", "all", sweeps=True, holds_distortion=True)
    largest_id: int | None = None
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give one .npz with all images of a frame for every camera, and one with the points of every scanner."""
        name = f"{frame.labels.index:06d}.npz"
        partner = stereo_partner(frame.labels)
        for view in frame.views:
            arrays = _view_arrays(view)
            if view is frame.main and partner is not None:
                arrays["disparity_px"] = disparity(view, partner.base_m)
            yield f"{camera_folder(slot.clip, frame.labels, view.labels)}/{name}", npz_bytes(arrays)
        for sweep in frame.sweeps:
            yield f"{slot.clip}/{sweep.name}/{name}", npz_bytes({key: getattr(sweep, key) for key in SWEEP_ARRAYS})

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give a clip.json for every camera: lens, classes, poses, objects."""
        first = labels[0]
        for number, view in enumerate(first.views):
            record = {
                "clip": slot.clip,
                "camera": view.camera,
                "cameras": [eye.name for eye in first.eyes],
                "scanners": list(first.world_from_lidars),
                "K": view.lens.matrix.tolist(),
                "distortion": distortion_record(view.distortion),
                "size_px": [view.lens.width_px, view.lens.height_px],
                "fps": slot.fps,
                "classes": {str(entry.id): entry.name for entry in CLASSES},
                "parts": {label.kind: list(label.parts) for frame in labels for label in frame.views[number].objects},
                "frames": [_frame_record(frame, frame.views[number]) for frame in labels],
            }
            data = (json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n").encode()
            yield f"{camera_folder(slot.clip, first, view)}/clip.json", data

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each clip's folder stands alone."""
        yield from ()


def camera_folder(clip: str, labels: FrameLabels, view: ViewLabels) -> str:
    """Give the folder of a camera: the clip's own for the first, one below it for every other."""
    return clip if view.camera == labels.main.camera else f"{clip}/{view.camera}"


def _view_arrays(view: View) -> dict[str, npt.NDArray[Any]]:
    """Give all images of a view, and its lines and amodal masks as flat arrays."""
    passes = view.passes
    arrays: dict[str, npt.NDArray[Any]] = {
        "depth_m": view.depth_m,
        "normal_cam": view.normal_cam,
        "object_id": view.object_id,
        "class_id": view.class_id,
        "part_id": np.where(view.object_id > 0, passes.part, 0).astype(np.uint8),
        "region": region_mask(view),
    }
    if view.drivable is not None:
        arrays["drivable"] = view.drivable
    for side, columns in (("fwd", slice(0, 2)), ("bwd", slice(2, 4))):
        index = columns.start // 2
        arrays[f"flow_{side}_px"] = passes.flow_px[..., columns]
        arrays[f"flow_{side}_state"] = passes.state[..., index]
        arrays[f"dz_{side}_m"] = passes.dz_m[..., index]
        for step, flow in passes.steps.items():
            arrays[f"flow_{side}_px_k{step}"] = flow.flow_px[..., columns]
            arrays[f"flow_{side}_state_k{step}"] = flow.state[..., index]
    arrays |= _line_arrays(view.labels.lines) | _amodal_arrays(passes.silhouettes)
    if view.rgb is not None:
        arrays["rgb"] = view.rgb
    return arrays


def _line_arrays(lines: Sequence[LineLabel]) -> dict[str, npt.NDArray[Any]]:
    """Give the points of all pieces of all lines; `line_piece` numbers the pieces, `line` the lines as clip.json lists them."""
    pieces = [(number, piece, seen) for number, line in enumerate(lines) for piece, seen in _pieces(line)]
    counts = [len(piece) for _, piece, _ in pieces]
    return {
        "line": np.repeat(np.array([number for number, _, _ in pieces], np.int32), counts),
        "line_piece": np.repeat(np.arange(len(pieces), dtype=np.int32), counts),
        "line_px": _stacked([piece for _, piece, _ in pieces], 2),
        "line_world_m": _stacked([line.points_world_m for line in lines], 3),
        "line_visible": np.concatenate([seen for _, _, seen in pieces]) if pieces else np.zeros(0, np.bool_),
    }


def _pieces(line: LineLabel) -> Iterator[tuple[FloatArray, BoolArray]]:
    return zip(line.pieces_px, line.pieces_visible, strict=True)


def _stacked(parts: Sequence[FloatArray], columns: int) -> FloatArray:
    return np.concatenate(parts) if parts else np.zeros((0, columns))


def _amodal_arrays(silhouettes: Sequence[Silhouette]) -> dict[str, npt.NDArray[Any]]:
    """Give the amodal masks: object ids (n,), their boxes (n, 4), and the bits of the boxes' pixels one after the other."""
    inside = [silhouette for silhouette in silhouettes if silhouette.box_px is not None]
    bits = [silhouette.mask_bits for silhouette in inside]
    return {
        "amodal_id": np.array([silhouette.object_id for silhouette in inside], np.int32),
        "amodal_box_px": np.array([silhouette.box_px for silhouette in inside], np.int32).reshape(-1, 4),
        "amodal_bits": np.concatenate(bits) if bits else np.zeros(0, np.uint8),
    }


def amodal_masks(arrays: Mapping[str, npt.NDArray[Any]]) -> dict[int, BoolArray]:
    """Read the amodal masks of a frame: for every object id the pixels of its box, (height, width) of the box."""
    masks: dict[int, BoolArray] = {}
    start = 0
    for object_id, (left, top, right, bottom) in zip(arrays["amodal_id"], arrays["amodal_box_px"].tolist(), strict=True):
        shape = (bottom - top + 1, right - left + 1)
        size = -(-shape[0] * shape[1] // 8)
        bits = arrays["amodal_bits"][start : start + size]
        masks[int(object_id)] = np.unpackbits(bits, count=shape[0] * shape[1]).reshape(shape).astype(np.bool_)
        start += size
    return masks


def npz_bytes(arrays: dict[str, npt.NDArray[Any]]) -> bytes:
    """Pack arrays as an uncompressed .npz whose bytes depend on the arrays alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _ZIP_TIME), entry.getvalue())
    return buffer.getvalue()


def _poses(poses: Poses) -> dict[str, list[list[float]]]:
    return {"prev": matrix(poses.prev), "now": matrix(poses.now), "next": matrix(poses.next)}


def _frame_record(frame: FrameLabels, view: ViewLabels) -> dict[str, Any]:
    return {
        "index": frame.index,
        "time_s": frame.time_s,
        "world_from_cam": _poses(view.world_from_cam),
        "world_from_ego": _poses(frame.ego.world_from_body),
        "world_from_scanner": {name: matrix(pose) for name, pose in frame.world_from_lidars.items()},
        "attributes": frame.attributes,
        "lines": [{"kind": line.kind, "type": line.type, "colour": line.colour} for line in view.lines],
        "objects": [_object_record(label) for label in view.objects],
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
        **_person_record(label),
    }


def _person_record(label: ObjectLabel) -> dict[str, Any]:
    record: dict[str, Any] = {}
    if label.joints_world_m:
        record["joints_world_m"] = {name: list(place) for name, place in label.joints_world_m.items()}
    if label.key_points is not None:
        points = label.key_points
        record["key_points_px"] = points.pixels.tolist()
        record["key_points_visibility"] = points.visibility.tolist()
        record["key_points_world_m"] = points.points_world_m.tolist()
    return record
