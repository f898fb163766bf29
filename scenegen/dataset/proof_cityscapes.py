"""Proofs on `cityscapes`: label images and polygons against each other, cameras, disparity, instances of every view."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.classes import CLASSES
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_reference import (
    check_picture,
    classes_beside,
    depth_beside,
    file_bytes,
    ids_beside,
    image_of,
    json_of,
    pair_of,
    shown,
    slot_of,
)
from scenegen.dataset.proof_vehicle import prove_vehicle
from scenegen.dataset.proof_views import check_in_view
from scenegen.errors import DatasetError
from scenegen.formats import cityscapes
from scenegen.formats.cityscapes import INSTANCE_STEP, LABELS
from scenegen.geometry import BODY_FROM_CAM, IntArray, pose
from scenegen.render.passes import U16Array
from scenegen.truth.proofs import mask_box

POSE_TOLERANCE = 1e-6
STEP_PX = 0.51 / 256  # disparity is rounded to 1/256


def prove_cityscapes(proof: Proof) -> None:
    """Check every frame of every camera."""
    for frame in range(proof.clip.frames):
        for eye in proof.clip.scene.cameras:
            _prove_view(proof.seen_by(eye), frame)
        proof.on_frame()
    for eye in proof.clip.scene.cameras:
        prove_vehicle(proof, partial(_path, proof.seen_by(eye), kind="vehicle"))


def _path(proof: Proof, frame: int, kind: str) -> Path:
    return proof.reader.root / "cityscapes" / cityscapes.path_of(slot_of(proof), frame, proof.eye.name, kind)


def _prove_view(proof: Proof, frame: int) -> None:
    path = _path(proof, frame, "gtFine_labelIds.png")
    place, instances = shown(proof, path), image_of(proof, _path(proof, frame, "gtFine_instanceIds.png"))
    try:
        labels = cityscapes.read_label_ids(image_of(proof, path), instances)
        _, painted = cityscapes.read_polygons(file_bytes(_path(proof, frame, "gtFine_polygons.json")))
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    off = int((painted != labels).sum()) if painted.shape == labels.shape else labels.size
    proof.expect("cityscapes polygons", off == 0, place, f"{off} pixels differ from what its polygons paint")
    colours = np.array([colour for _, colour in LABELS], np.uint8)[labels]
    off = int((image_of(proof, _path(proof, frame, "gtFine_color.png"))[..., :3] != colours).any(axis=-1).sum())
    proof.expect("cityscapes colours", off == 0, place, f"{off} pixels of the colour image are of another class")
    _prove_instances(proof, frame, labels, instances, place)
    _prove_camera(proof, frame)
    _prove_disparity(proof, frame)
    picture = _path(proof, frame, "leftImg8bit")
    if picture.exists():
        check_picture(proof, frame, picture, "cityscapes")


def _prove_instances(proof: Proof, frame: int, labels: IntArray, instances: U16Array, place: str) -> None:
    for number in np.unique(instances[instances >= INSTANCE_STEP]).tolist():
        track_id, where = number % INSTANCE_STEP, f"{place} object {number % INSTANCE_STEP}"
        box = mask_box(instances == number)
        if box is not None:
            check_in_view(proof, frame, track_id, box, layout="cityscapes", where=where)
    classes, ids = classes_beside(proof, frame), ids_beside(proof, frame)
    if classes is not None:
        wanted = np.array([entry.cityscapes_id for entry in CLASSES])[classes]
        off = int((labels != wanted).sum())
        proof.expect("cityscapes labels", off == 0, place, f"{off} pixels differ from the classes of another layout")
    if ids is not None:
        counted = (labels >= cityscapes.FIRST_INSTANCE_ID) & (ids > 0)
        off = int((instances != np.where(counted, labels * INSTANCE_STEP + ids, labels)).sum())
        proof.expect("cityscapes instances", off == 0, place, f"{off} pixels differ from the ids of another layout")


def _prove_camera(proof: Proof, frame: int) -> None:
    path = _path(proof, frame, "camera")
    place, record = shown(proof, path), json_of(path)
    lens, inside, outside = proof.lens, record["intrinsic"], record["extrinsic"]
    wanted = (lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px)
    off = max(abs(inside[name] - value) for name, value in zip(("fx", "fy", "u0", "v0"), wanted, strict=True))
    proof.expect("cityscapes cameras", off < POSE_TOLERANCE, place, f"its intrinsic values are {off:.4f} px off the camera's")
    body_from_cam = _mount(outside) @ BODY_FROM_CAM
    away = float(np.abs(proof.body(proof.clip.ego, frame) @ body_from_cam - proof.camera(frame)).max())
    proof.expect(
        "cityscapes cameras", away < POSE_TOLERANCE, place, f"its extrinsic values are {away:.4f} off the clip's poses"
    )


def _mount(outside: dict[str, Any]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    turns = {name: outside[name] for name in ("yaw", "pitch", "roll")}
    return pose(outside["x"], outside["y"], outside["z"], **turns)


def _prove_disparity(proof: Proof, frame: int) -> None:
    """Disparity is f b / depth, where another layout has depth and the file has room for it."""
    pair, path = pair_of(proof), _path(proof, frame, "disparity")
    proof.expect(
        "cityscapes disparity", path.exists() == (pair is not None), shown(proof, path), "there is one without the other eye"
    )
    depth = depth_beside(proof, frame, "cityscapes")
    if pair is None or depth is None or not path.exists():
        return
    read = cityscapes.decode_disparity(image_of(proof, path))
    known = np.isfinite(read) & np.isfinite(depth.image_m) & (depth.image_m < depth.farthest_m)
    wanted = proof.lens.fx_px * pair.base_m / depth.image_m[known]
    slack = STEP_PX + wanted * (depth.slack_m / depth.image_m[known] + 1e-5)
    off = np.abs(read[known] - wanted) - slack
    worst = float(off.max(initial=-1.0))
    proof.expect("cityscapes disparity", worst <= 0, shown(proof, path), f"is up to {worst:.4f} px off f b / depth")
