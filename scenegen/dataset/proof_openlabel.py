"""Proofs on `openlabel`: cuboids, boxes, key points, lines, cameras and transforms against the clip and each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import check_place
from scenegen.dataset.proof_reference import arrays_record, check_picture, file_bytes, ids_beside, json_of
from scenegen.distortion import project
from scenegen.errors import DatasetError
from scenegen.formats.openlabel import OpenObject, picture_path, read_distortion, read_openlabel
from scenegen.geometry import FloatArray, apply, rigid_inverse
from scenegen.stage.build import body_from_camera
from scenegen.truth.proofs import mask_box

NAME = "openlabel"
POSE = 1e-9  # metres and entries of rotations
LINE_PX = 0.05  # four digits of a point a metre before the camera
LEAST_LINE_Z_M = 1.0  # a tenth of a millimetre nearer than this is more than a hundredth of a pixel
CENTRE_PX = 1e-6


def prove_openlabel(proof: Proof) -> None:
    """Check the clip's json and pictures."""
    folder = proof.reader.root / NAME / proof.reader.record.clip
    place = f"{NAME} {folder.name}/openlabel.json"
    try:
        objects = read_openlabel(file_bytes(folder / "openlabel.json"))
        record = json_of(folder / "openlabel.json")["openlabel"]
        proof.expect(
            "openlabel frames", sorted(objects) == list(range(proof.clip.frames)), place, f"frames are {sorted(objects)[:4]}.."
        )
        _prove_cameras(proof, record, place)
        stood: dict[int, FloatArray] = {}
        for frame in range(proof.clip.frames):
            where = f"{place} frame {frame}"
            _prove_transform(proof, record["frames"][str(frame)], frame, where)
            _prove_objects(proof, frame, objects[frame], stood, where)
            for eye in proof.clip.scene.cameras:
                seen = proof.seen_by(eye)
                _prove_lines(seen, frame, record["frames"][str(frame)]["objects"], where)
                _prove_people(seen, frame, record["frames"][str(frame)]["objects"], where)
                picture = folder / picture_path(eye.name, frame)
                if picture.exists():
                    check_picture(seen, frame, picture, NAME)
            proof.on_frame()
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"{place}: {type(error).__name__}: {error}") from None


def _prove_cameras(proof: Proof, record: dict[str, Any], place: str) -> None:
    for eye in proof.clip.scene.cameras:
        where, seen = f"{place} camera {eye.name}", proof.seen_by(eye)
        mount = np.array(record["coordinate_systems"][eye.name]["pose_wrt_parent"]["matrix4x4"]).reshape(4, 4)
        off = float(np.abs(mount - body_from_camera(eye)).max())
        proof.expect("openlabel mounts", off < POSE * 1e3, where, f"pose_wrt_parent is {off:.3g} off the rig's mount")
        properties = record["streams"][eye.name]["stream_properties"]
        kind = next(iter(properties.values()))
        size = (kind["width_px"], kind["height_px"])
        proof.expect(
            "openlabel lenses", size == (eye.width, eye.height), where, f"is {size} px, the camera {eye.width, eye.height}"
        )
        if "camera_matrix_3x4" in kind:
            matrix = np.array(kind["camera_matrix_3x4"]).reshape(3, 4)[:, :3]
            off = float(np.abs(matrix - seen.lens.matrix).max())
            proof.expect("openlabel lenses", off < POSE, where, f"camera_matrix_3x4 is {off:.3g} px off the clip's lens")
        bends = read_distortion(properties)
        proof.expect("openlabel lenses", bends == eye.distortion, where, f"bends as {bends}, the clip's as {eye.distortion}")


def _prove_transform(proof: Proof, frame_record: dict[str, Any], frame: int, where: str) -> None:
    properties = frame_record["frame_properties"]
    (transform,) = properties["transforms"].values()
    ego_from_world = np.array(transform["transform_src_to_dst"]["matrix4x4"]).reshape(4, 4)
    ego = proof.clip.ego.world_from_body[proof.clip.row_of(frame)]
    off = float(np.abs(ego_from_world - rigid_inverse(ego)).max())
    proof.expect("openlabel transforms", off < POSE, where, f"the ego is {off:.3g} off the clip's pose")
    wanted = frame / proof.clip.scene.fps
    told = properties["timestamp"]
    proof.expect("times", abs(told - wanted) < 1e-9, where, f"timestamp {told} s, wanted {wanted}")


def _prove_objects(proof: Proof, frame: int, objects: list[OpenObject], stood: dict[int, FloatArray], place: str) -> None:
    by_id = {int(entry.uid): entry for entry in objects}
    for track in proof.tracks(frame):
        proof.expect("openlabel tracks", track.track_id in by_id, f"{place} object {track.track_id}", "is missing")
        if track.track_id in by_id:
            told = by_id[track.track_id].type
            text = f"is a {told}, the clip's track a {track.class_name}"
            proof.expect("openlabel types", told == track.class_name, f"{place} object {track.track_id}", text)
    for track_id, entry in by_id.items():
        where = f"{place} object {track_id}"
        check_place(
            proof, frame, track_id, entry.world_from_body, entry.size_m, stood, layout=NAME, where=where, tolerance_m=1e-6
        )
    for eye in proof.clip.scene.cameras:
        seen = proof.seen_by(eye)
        ids, records = ids_beside(seen, frame), arrays_record(seen, frame)
        for track_id, entry in by_id.items():
            where = f"{place} object {track_id} camera {eye.name}"
            visible, amodal = (entry.boxes_px.get(f"{kind}_{eye.name}") for kind in ("visible", "amodal"))
            if ids is not None:
                box = mask_box(ids == track_id)
                proof.expect("openlabel boxes", _same(visible, box), where, f"visible box {visible}, its pixels have {box}")
            if track_id in records:
                box = records[track_id]["box_amodal_px"]
                proof.expect("openlabel boxes", _same(amodal, box), where, f"amodal box {amodal}, another layout has {box}")
            if visible is not None:
                holds = amodal is not None and all(a <= b for a, b in zip(amodal[:2], visible[:2], strict=True))
                holds = holds and amodal is not None and all(a >= b for a, b in zip(amodal[2:], visible[2:], strict=True))
                proof.expect("openlabel boxes", holds, where, f"amodal box {amodal} does not hold the visible box {visible}")


def _same(box: tuple[float, ...] | None, other: tuple[int, ...] | list[int] | None) -> bool:
    if box is None or other is None:
        return box is None and other is None
    return max(abs(a - b) for a, b in zip(box, other, strict=True)) < CENTRE_PX


def _prove_lines(proof: Proof, frame: int, objects: dict[str, Any], place: str) -> None:
    """Road lines in the image are the projections of the same lines in the world."""
    cam_from_world = rigid_inverse(proof.camera(frame))
    for uid, entry in objects.items():
        data = entry["object_data"]
        roads = {line["name"]: line for line in data.get("poly3d", ())}
        for line in data.get("poly2d", ()):
            if line["coordinate_system"] != proof.eye.name:
                continue
            where = f"{place} line {uid} {line['name']}"
            road = roads.get(line["name"].replace("image_", "road_", 1))
            pixels = np.array(line["val"], np.float64).reshape(-1, 2)
            points = np.array(road["val"] if road else [], np.float64).reshape(-1, 3)
            proof.expect(
                "openlabel lines", len(points) == len(pixels), where, f"{len(pixels)} points, {len(points)} in the world"
            )
            if len(points) != len(pixels):
                continue
            points_cam = apply(cam_from_world, points)
            is_far = points_cam[:, 2] > LEAST_LINE_Z_M
            there = project(points_cam[is_far], proof.lens, proof.eye.distortion)
            off = float(np.nan_to_num(np.abs(there - pixels[is_far])).max(initial=0.0))
            proof.expect("openlabel lines", off < LINE_PX, where, f"lies {off:.3f} px off its points in the world")


def _prove_people(proof: Proof, frame: int, objects: dict[str, Any], place: str) -> None:
    """Key points that count as seen lie on or beside their person's pixels."""
    ids = ids_beside(proof, frame)
    for uid, entry in objects.items():
        for points in entry["object_data"].get("vec", ()):
            if points["name"] != f"key_points_{proof.eye.name}":
                continue
            where = f"{place} object {uid} {points['name']}"
            rows = np.array(points["val"], np.float64).reshape(-1, 3)
            for u, v, visibility in rows[rows[:, 2] > 0].tolist():
                x, y = round(u), round(v)
                inside = 0 <= x < proof.lens.width_px and 0 <= y < proof.lens.height_px
                proof.expect("key points", inside, where, f"({u:.1f}, {v:.1f}) is not in the picture")
                if visibility == 2 and inside and ids is not None:
                    near = ids[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2] == int(uid)
                    proof.expect("key points seen", bool(near.any()), where, f"({u:.1f}, {v:.1f}) does not show its person")
