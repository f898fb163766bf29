"""Proofs on `webdataset`: shards hold every frame once, under its key, and what a sample holds proves itself."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import numpy as np
from PIL import Image

from scenegen.classes import CLASSES
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_flow import check_motion
from scenegen.dataset.proof_objects import check_place
from scenegen.dataset.proof_reference import depth_beside, file_bytes, slot_of
from scenegen.errors import DatasetError
from scenegen.formats.webdataset import FRAMES_A_SHARD, decode_shard, sample_key, shard_name
from scenegen.geometry import FloatArray
from scenegen.truth.frame import FLOW_SKY, FLOW_VALID
from scenegen.truth.proofs import mask_box

NAME = "webdataset"
FLOW_PX = 0.01  # float32 depth and flow of the renderer against float64, as for arrays
POSE_M = 1e-9


def prove_webdataset(proof: Proof) -> None:
    """Check keys, pictures, depth, ids, flow, objects and poses of every sample."""
    slot, stood = slot_of(proof), dict[int, FloatArray]()
    for shard in range(-(-proof.clip.frames // FRAMES_A_SHARD)):
        name = shard_name(slot, shard)
        try:
            samples = decode_shard(file_bytes(proof.reader.root / NAME / name))
        except DatasetError as error:
            raise DatasetError(f"{NAME} {name}: {error}") from None
        first = shard * FRAMES_A_SHARD
        wanted = [sample_key(slot, index) for index in range(first, min(first + FRAMES_A_SHARD, proof.clip.frames))]
        keys = [key for key, _ in samples]
        proof.expect("keys", keys == wanted, f"{NAME} {name}", f"keys are {keys[:3]}.., wanted {wanted[:3]}..")
        for (key, fields), frame in zip(samples, range(first, proof.clip.frames), strict=False):
            try:
                _prove_sample(proof, frame, fields, f"{NAME} {name} {key}", stood)
            except (KeyError, TypeError, ValueError) as error:
                raise DatasetError(f"{NAME} {name} {key}: {type(error).__name__}: {error}") from None
            proof.on_frame()


def _prove_sample(proof: Proof, frame: int, fields: dict[str, Any], place: str, stood: dict[int, FloatArray]) -> None:
    record, ids, classes, depth = fields["json"], fields["ids.npy"], fields["class.npy"], fields["depth.npy"]
    size = (proof.lens.height_px, proof.lens.width_px)
    shapes = {name: array.shape[:2] for name, array in fields.items() if name.endswith(".npy")}
    proof.expect("shapes", set(shapes.values()) == {size}, place, f"shapes are {shapes}, the camera's {size}")
    if set(shapes.values()) != {size}:
        return
    _prove_record(proof, frame, record, f"{place}.json")
    agree = int(((classes == 0) != np.isinf(depth)).sum())
    proof.expect("sky", agree == 0, f"{place}.class.npy", f"{agree} pixels are sky in one of classes and depth alone")
    known = int(classes.max()) < len(CLASSES) and record["class_names"] == [entry.name for entry in CLASSES]
    proof.expect("classes", known, f"{place}.class.npy", f"class {int(classes.max())} has no name in the json")
    other = depth_beside(proof, frame, NAME)
    if other is not None:
        with np.errstate(invalid="ignore"):
            off = np.nan_to_num(np.abs(depth - other.image_m) - other.slack_m - 1e-6 * np.abs(depth), nan=0.0, posinf=0.0)
        text = f"depth is {off.max():.4f} m off that of another layout in {int((off > 0).sum())} pixels"
        proof.expect("webdataset depth", bool(off.max() <= 0), f"{place}.depth.npy", text)
    for side, step in (("fwd", 1), ("bwd", -1)):
        state = fields[f"flow_{side}_state.npy"]
        check_motion(
            proof, fields[f"flow_{side}.npy"].astype(np.float64), (state & FLOW_VALID > 0) & (state & FLOW_SKY == 0),
            depth.astype(np.float64), frame, frame + step,
            ids=ids, tolerance_px=FLOW_PX, layout=NAME, place=f"{place}.flow_{side}.npy",
        )  # fmt: skip
    if "rgb.png" in fields:
        rgb = np.asarray(Image.open(io.BytesIO(fields["rgb.png"])))
        proof.expect("picture sizes", rgb.shape == (*size, 3), f"{place}.rgb.png", f"is of shape {rgb.shape}")
    _prove_objects(proof, frame, record, ids, place, stood)


def _prove_record(proof: Proof, frame: int, record: dict[str, Any], place: str) -> None:
    camera = record["camera"]
    agree = np.allclose(np.array(camera["K"]), proof.lens.matrix, atol=1e-9)
    agree &= camera["size_px"] == [proof.lens.width_px, proof.lens.height_px]
    proof.expect("lenses", bool(agree), place, "K and size are not the clip's camera's")
    proof.expect("lenses", (camera["distortion"] is None) == (proof.eye.distortion is None), place, "the lens bends otherwise")
    off = float(np.abs(np.array(record["world_from_cam"]) - proof.camera(frame)).max())
    proof.expect("poses", off < POSE_M, place, f"world_from_cam is {off:.3g} off the clip's poses")
    ego = proof.clip.ego.world_from_body[proof.clip.row_of(frame)]
    off = float(np.abs(np.array(record["world_from_ego"]) - ego).max())
    proof.expect("poses", off < POSE_M, place, f"world_from_ego is {off:.3g} off the clip's poses")
    wanted = frame / proof.clip.scene.fps
    proof.expect("times", abs(record["time_s"] - wanted) < 1e-9, place, f"time_s is {record['time_s']}, wanted {wanted}")
    proof.expect("times", record["frame"] == frame, place, f"frame is {record['frame']}, its key says {frame}")


def _prove_objects(
    proof: Proof, frame: int, record: dict[str, Any], ids: Any, place: str, stood: dict[int, FloatArray]
) -> None:
    names = Counter(entry["track_id"] for entry in record["objects"])
    for track_id in np.unique(ids[ids > 0]).tolist():
        proof.expect(
            "ids", names[track_id] == 1, f"{place}.ids.npy", f"object {track_id} stands {names[track_id]} times in the json"
        )
    for entry in record["objects"]:
        where = f"{place}.json object {entry['track_id']}"
        box = mask_box(ids == entry["track_id"])
        written = tuple(entry["box_visible_px"]) if entry["box_visible_px"] else None
        proof.expect("visible boxes", written == box, where, f"box_visible_px {written}, its pixels have {box}")
        pixels = int((ids == entry["track_id"]).sum())
        proof.expect(
            "visible pixels", entry["visible_px"] == pixels, where, f"visible_px {entry['visible_px']}, it has {pixels}"
        )
        pose = np.array(entry["world_from_body"])
        check_place(proof, frame, entry["track_id"], pose, tuple(entry["size_m"]), stood, layout=NAME, where=where)
