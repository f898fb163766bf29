"""Proofs on `scalabel`: cameras, cuboids and masks of every view."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import check_place
from scenegen.dataset.proof_reference import check_picture, file_bytes, json_of, shown, slot_of
from scenegen.dataset.proof_views import check_in_view, check_mask
from scenegen.errors import DatasetError
from scenegen.formats import scalabel
from scenegen.geometry import FloatArray, pose

POSE_TOLERANCE = 1e-6


def prove_scalabel(proof: Proof) -> None:
    """Check a clip's labels: cameras against its poses, cuboids against its tracks, masks against other layouts' ids."""
    slot, root = slot_of(proof), proof.reader.root / "scalabel"
    path = root / "labels" / scalabel.SPLIT / f"{slot.clip}.json"
    place = shown(proof, path)
    eyes = {f"{slot.clip}_{eye.name}": eye for eye in proof.clip.scene.cameras}
    views = {}
    for record in json_of(path)["frames"]:
        video, frame = record["videoName"], record["frameIndex"]
        known = video in eyes and 0 <= frame < proof.clip.frames
        proof.expect("scalabel frames", known, place, f"{record['name']} is frame {frame} of {video}, which the clip has not")
        if not known:
            continue
        view = proof.seen_by(eyes[video])
        _prove_camera(view, frame, record, f"{place} {record['name']}")
        views[record["name"]] = (view, frame)
        picture = root / record["url"]
        if picture.exists():
            check_picture(view, frame, picture, "scalabel")
    wanted = proof.clip.frames * len(eyes)
    proof.expect("scalabel frames", len(views) == wanted, place, f"has {len(views)} views, the clip {wanted}")
    stood: dict[int, FloatArray] = {}
    try:
        for entry in scalabel.iterate_objects(file_bytes(path)):
            if entry.frame_name in views:
                _prove_object(*views[entry.frame_name], entry, stood, f"{place} {entry.frame_name} object {entry.track_id}")
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    for _ in range(proof.clip.frames):
        proof.on_frame()


def _prove_camera(proof: Proof, frame: int, record: dict[str, Any], place: str) -> None:
    inside, lens = record["intrinsics"], proof.lens
    wanted = [lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px]
    off = float(np.abs(np.array([*inside["focal"], *inside["center"]]) - wanted).max())
    proof.expect(
        "scalabel cameras", off < POSE_TOLERANCE, place, f"its focal lengths or centre are {off:.4f} px off the camera's"
    )
    away = float(np.abs(scalabel.extrinsic_pose(record["extrinsics"]) - proof.camera(frame)).max())
    proof.expect("scalabel cameras", away < POSE_TOLERANCE, place, f"its extrinsics are {away:.4f} off the clip's poses")


def _prove_object(proof: Proof, frame: int, entry: scalabel.ScalabelObject, stood: dict[int, FloatArray], where: str) -> None:
    turned = np.eye(4)
    turned[:3, :3] = scalabel.FORWARD_DOWN_LEFT.T
    world_from_middle = proof.camera(frame) @ entry.cam_from_cuboid @ turned
    body = world_from_middle @ pose(0.0, 0.0, -entry.size_m[2] / 2)
    check_place(proof, frame, entry.track_id, body, entry.size_m, stood, layout="scalabel", where=where)
    check_in_view(proof, frame, entry.track_id, entry.box_px, layout="scalabel", where=where)
    check_mask(proof, frame, entry.track_id, entry.mask, layout="scalabel", where=where)
