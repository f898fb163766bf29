"""Proofs on `coco` and `yolo`: masks, boxes and segments of every camera."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import track_of
from scenegen.dataset.proof_reference import arrays_record, check_picture, file_bytes, image_of, json_of, shown, slot_of
from scenegen.dataset.proof_views import check_in_view, check_mask, room_px
from scenegen.errors import DatasetError
from scenegen.formats import coco, yolo
from scenegen.formats.coco_categories import STUFF
from scenegen.formats.coco_panoptic import joined_ids
from scenegen.truth.frame import Box
from scenegen.truth.panoptic import FIRST_THING

SHARE = 1e-5  # shares are written with six decimals
BESIDE_PX = 1  # a seen key point may lie on the pixel beside its person


def prove_coco(proof: Proof) -> None:
    """Check a clip's annotations: masks against poses, segments and other layouts' ids, key points against masks."""
    slot, root = slot_of(proof), proof.reader.root / "coco"
    base = root / "clips" / slot.clip
    views = {
        f"{coco.stem(slot, frame, eye.name)}.jpg": (proof.seen_by(eye), frame)
        for frame in range(proof.clip.frames)
        for eye in proof.clip.scene.cameras
    }
    segments = {Path(row["file_name"]).stem: row["segments_info"] for row in json_of(base / "panoptic.json")["annotations"]}
    annotated: dict[str, set[int]] = {}
    for task in ("instances", "person_keypoints"):
        path = base / f"{task}.json"
        try:
            for name, objects in groupby(coco.iterate_objects(file_bytes(path)), key=lambda entry: entry.file_name):
                proof.expect("coco pictures", name in views, shown(proof, path), f"{name} is no picture of this clip")
                if name in views:
                    own = list(objects)
                    if task == "instances":
                        annotated[name] = {entry.track_id for entry in own}
                    _prove_view(*views[name], own, segments.get(Path(name).stem, []), name)
        except DatasetError as error:
            raise DatasetError(f"{shown(proof, path)}: {error}") from None
    for name, (view, frame) in views.items():
        shown_ids = {entry["track_id"] for entry in segments.get(Path(name).stem, [])} - {0}
        missed = sorted(shown_ids - annotated.get(name, set()))
        proof.expect("coco objects", not missed, f"coco {name}", f"objects {missed[:5]} have segments and no annotation")
        picture = root / "images" / coco.SPLIT / name
        if picture.exists():
            check_picture(view, frame, picture, "coco")
        if view.eye.name == proof.clip.scene.camera.name:
            proof.on_frame()


def _prove_view(proof: Proof, frame: int, objects: list[coco.CocoObject], segments: list[dict[str, Any]], name: str) -> None:
    path = proof.reader.root / f"coco/annotations/panoptic_{coco.SPLIT}/{Path(name).stem}.png"
    image = joined_ids(image_of(proof, path))
    listed = {entry["id"]: entry["area"] for entry in segments}
    counted = dict(zip(*(values.tolist() for values in np.unique(image, return_counts=True)), strict=True))
    proof.expect(
        "coco segments", listed == counted, shown(proof, path), "its segments or their areas are not those of the json"
    )
    for entry in objects:
        where = f"coco {name} object {entry.track_id}"
        off = int((entry.mask != (image == FIRST_THING + entry.track_id)).sum())
        proof.expect("coco segments", off == 0, where, f"{off} pixels of its mask differ from its segment")
        check_in_view(proof, frame, entry.track_id, entry.box_px, layout="coco", where=where)
        check_mask(proof, frame, entry.track_id, entry.mask, layout="coco", where=where)
        _prove_category(proof, frame, entry, where)
        _prove_whole(proof, entry, where)
        _prove_points(proof, entry, where)


def _prove_category(proof: Proof, frame: int, entry: coco.CocoObject, where: str) -> None:
    track = track_of(proof, entry.track_id, frame)
    wanted = "" if track is None else BY_NAME[track.class_name].coco
    if track is not None and wanted and track.class_name != "animal":
        text = f"is a {entry.category}, the clip's track a {track.class_name}"
        proof.expect("coco categories", entry.category == wanted, where, text)


def _prove_whole(proof: Proof, entry: coco.CocoObject, where: str) -> None:
    """What is seen lies in the whole silhouette, and the hidden share is what is missing."""
    if entry.amodal_mask is None:
        return
    outside = int((entry.mask & ~entry.amodal_mask).sum())
    proof.expect("coco amodal masks", outside == 0, where, f"{outside} of its pixels lie outside its amodal mask")
    hidden = 1 - int(entry.mask.sum()) / max(int(entry.amodal_mask.sum()), 1)
    holds = abs(hidden - entry.occlusion) < SHARE
    proof.expect("coco occlusion", holds, where, f"occlusion {entry.occlusion}, its masks give {hidden:.6f}")


def _prove_points(proof: Proof, entry: coco.CocoObject, where: str) -> None:
    if entry.key_points is None:
        return
    height, width = entry.mask.shape
    for number, (x, y, seen) in enumerate(entry.key_points):
        if seen != 2:
            continue
        u, v = round(min(max(x, 0), width - 1)), round(min(max(y, 0), height - 1))
        rows = slice(max(v - BESIDE_PX, 0), v + BESIDE_PX + 1)
        near = entry.mask[rows, max(u - BESIDE_PX, 0) : u + BESIDE_PX + 1]
        proof.expect("coco key points", bool(near.any()), where, f"seen key point {number} at ({x}, {y}) is not on its person")


def prove_yolo(proof: Proof) -> None:
    """Check the boxes of every picture."""
    _prove_yolo(proof, "yolo")


def prove_yolo_seg(proof: Proof) -> None:
    """Check the boxes of the outlines of every picture."""
    _prove_yolo(proof, "yolo_seg")


def _prove_yolo(proof: Proof, layout: str) -> None:
    slot, root = slot_of(proof), proof.reader.root / layout
    for frame in range(proof.clip.frames):
        for eye in proof.clip.scene.cameras:
            view, stem = proof.seen_by(eye), coco.stem(slot, frame, eye.name)
            path = root / "labels" / yolo.SPLIT / f"{stem}.txt"
            place = shown(proof, path)
            try:
                lens = view.lens
                read = yolo.read_labels(file_bytes(path).decode(), width_px=lens.width_px, height_px=lens.height_px)
            except DatasetError as error:
                raise DatasetError(f"{place}: {error}") from None
            _prove_boxes(view, frame, [(entry.name, entry.box_px) for entry in read], layout, place)
            picture = root / "images" / yolo.SPLIT / f"{stem}.jpg"
            if picture.exists():
                check_picture(view, frame, picture, layout)
        proof.on_frame()


def _prove_boxes(proof: Proof, frame: int, boxes: list[tuple[str, Box]], layout: str, place: str) -> None:
    """Boxes are those that `arrays` hold; without them, each of a car or a person lies where the pose of one puts it."""
    known = arrays_record(proof, frame)
    if known:
        seen = (entry for entry in known.values() if entry["visible_px"] and entry["class"] not in STUFF)
        wanted = sorted(tuple(entry["box_visible_px"]) for entry in seen)
        found = sorted(box for _, box in boxes)
        differing = sorted(set(wanted) ^ set(found))
        proof.expect(f"{layout} boxes", found == wanted, place, f"boxes {differing[:4]} are here or in arrays, not in both")
        return
    classes = {"car": ("car", "van"), "person": ("person", "rider")}
    for name, box in boxes:
        tracks = [track for track in proof.tracks(frame) if track.class_name in classes.get(name, ())]
        rooms = [room_px(proof, track, frame) for track in tracks]
        touches = box[0] == 0 or box[1] == 0 or box[2] + 1 == proof.lens.width_px or box[3] + 1 == proof.lens.height_px
        unknown = proof.eye.distortion is not None or touches  # of what is partly behind the camera, room is not known
        holds = name not in classes or any(unknown if room is None else _is_inside(box, room) for room in rooms)
        proof.expect(f"{layout} boxes", holds, f"{place} {name}", f"no {name} of the clip is where its box {box} is")


def _is_inside(box: Box, room: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    return bool((np.array(box[:2]) >= room[:2]).all() and (np.array(box[2:]) <= room[2:]).all())
