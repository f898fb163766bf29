"""Proofs on `vkitti2`: images against tables, both against poses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.classes import CLASSES
from scenegen.dataset.proof import Fault, Proof
from scenegen.dataset.proof_flow import movers
from scenegen.dataset.proof_objects import last_track
from scenegen.dataset.proof_reference import (
    Depth,
    check_picture,
    classes_beside,
    depth_beside,
    file_bytes,
    ids_beside,
    image_of,
    pair_of,
)
from scenegen.dataset.proof_surfaces import check_other_depth
from scenegen.errors import DatasetError
from scenegen.formats import vkitti2
from scenegen.formats.vkitti2_tables import VK_FROM_WORLD, read_table
from scenegen.geometry import BoolArray, FloatArray, apply, pixel_rays, rigid_inverse
from scenegen.truth.proofs import mask_box, rigid_flow

HALF_CM = 0.005  # depth is written in whole centimetres
HALF_STEP_M = 2e-4  # of scene flow: 20 m in 65535 steps, and float32
SCENE_FLOW_PX = 0.005  # float32 flow, which scene flow is made of
SLACK_PX = 0.02  # float32 flow and the depth's own ppm, beyond the quantisation that is computed

NAME = "vkitti2"

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class _Tables:
    intrinsic: Rows
    extrinsic: Rows
    bbox: Rows
    pose: Rows


def prove_vkitti2(proof: Proof) -> None:
    """Check every frame of a clip's Virtual KITTI 2 files, of both cameras where the rig has two."""
    scene = proof.reader.vkitti2_scene
    tables = _Tables(*(_table(scene, name) for name in ("intrinsic", "extrinsic", "bbox", "pose")))
    pair = pair_of(proof)
    eyes = [proof] + ([proof.seen_by(pair.right)] if pair is not None else [])
    for frame in range(proof.clip.frames):
        for camera, eye in enumerate(eyes):
            _prove_camera(eye, tables, frame, camera)
            _prove_boxes(eye, tables.bbox, frame, camera)
            _prove_places(eye, tables.pose, frame, camera)
            _prove_depth(eye, frame, camera)
            _prove_flow(eye, frame, camera)
            picture = scene / f"frames/rgb/Camera_{camera}/rgb_{frame:05d}.jpg"
            if picture.exists():
                check_picture(eye, frame, picture, NAME)
        if len(eyes) == 2:
            left, right = (Depth(_depth(eye, frame, camera), HALF_CM) for camera, eye in enumerate(eyes))
            place = f"vkitti2 depth/Camera_1/depth_{frame:05d}.png"
            check_other_depth(proof, left, frame, eyes[1], right, frame, check="vkitti2 depth of both cameras", place=place)
        proof.on_frame()


def _table(scene: Path, name: str) -> Rows:
    try:
        return read_table(file_bytes(scene / f"{name}.txt").decode(), name)
    except DatasetError as error:
        raise DatasetError(f"vkitti2 {error}") from None


def _of(rows: Rows, frame: int, camera: int) -> Rows:
    return [row for row in rows if row["frame"] == str(frame) and row["cameraID"] == str(camera)]


def _prove_camera(proof: Proof, tables: _Tables, frame: int, camera: int) -> None:
    """Compare lens and place of a camera with the clip's."""
    where = f"frame {frame} camera {camera}"
    rows = _of(tables.intrinsic, frame, camera)
    lens = proof.lens
    wanted = np.array([lens.fx_px, lens.fy_px, lens.cx_px, lens.cy_px])
    written = np.array(list(rows[0].values())[2:], float) if rows else np.zeros(4)
    off = float(np.abs(written - wanted).max())
    proof.expect("intrinsics", off < 1e-5, f"vkitti2 intrinsic.txt {where}", f"is {off:.3g} px off the clip's lens")
    rows = _of(tables.extrinsic, frame, camera)
    names = [f"{name}{row}{column}" for row in "123" for name, column in (("r", ",1"), ("r", ",2"), ("r", ",3"), ("t", ""))]
    matrix = np.array([float(rows[0][name]) for name in names]).reshape(3, 4) if rows else np.zeros((3, 4))
    expected = rigid_inverse(VK_FROM_WORLD @ proof.camera(frame))[:3]
    error = float(np.abs(matrix - expected).max())
    # Nine digits are written; kilometres from the origin that is 1e-5 m.
    proof.expect("extrinsics", error < 1e-4, f"vkitti2 extrinsic.txt {where}", f"is {error:.2e} off the clip's camera")


def _image(proof: Proof, kind: str, name: str, camera: int) -> npt.NDArray[Any]:
    return image_of(proof, proof.reader.vkitti2_scene / f"frames/{kind}/Camera_{camera}/{name}")


def _prove_boxes(proof: Proof, table: Rows, frame: int, camera: int) -> None:
    ids = _image(proof, "instanceSegmentation", f"instancegt_{frame:05d}.png", camera)
    written = {int(row["trackID"]) + 1: row for row in _of(table, frame, camera)}
    seen = np.unique(ids[ids > 0]).tolist()
    for track_id in sorted(set(written) - set(seen)):
        place = f"vkitti2 bbox.txt frame {frame} camera {camera} track {track_id - 1}"
        proof.expect("bbox rows", False, place, "has a row and no pixels")
    for track_id in seen:
        place = f"vkitti2 bbox.txt frame {frame} camera {camera} track {track_id - 1}"
        mask = ids == track_id
        box = mask_box(mask)
        row = written.get(track_id)
        if row is None or box is None:
            proof.expect("bbox rows", False, place, "is in the picture and not in the table")
            continue
        told = tuple(int(row[side]) for side in ("left", "top", "right", "bottom"))
        proof.expect("bbox rows", told == box, place, f"box {told}, mask {box}")
        pixels = int(row["number_pixels"])
        proof.expect("bbox pixels", pixels == int(mask.sum()), place, f"{pixels} pixels, mask {int(mask.sum())}")


def _prove_places(proof: Proof, table: Rows, frame: int, camera: int) -> None:
    tracks = {track.track_id: track for track in proof.tracks(frame)}
    cam_from_world = rigid_inverse(proof.camera(frame))
    for row in _of(table, frame, camera):
        track = tracks.get(int(row["trackID"]) + 1)
        place = f"vkitti2 pose.txt frame {frame} camera {camera} track {row['trackID']}"
        proof.expect("pose rows", track is not None, place, "is not in the clip's record")
        if track is None:
            continue
        cam_from_body = cam_from_world @ proof.body(track, frame)
        for name, pose in (("camera", cam_from_body), ("world", VK_FROM_WORLD @ proof.body(track, frame))):
            written = np.array([float(row[f"{name}_space_{axis}"]) for axis in "XYZ"])
            # A person's box may stand some centimetres beside the body's origin.
            error = float(np.linalg.norm(written - pose[:3, 3]))
            proof.expect("pose rows", error < 0.2, place, f"stands {error:.3f} m off the clip's pose in the {name}")
        turn = float(row["rotation_camera_space_y"])
        expected = float(np.arctan2(-cam_from_body[2, 0], cam_from_body[0, 0]))
        off = abs(np.angle(np.exp(1j * (turn - expected))))
        proof.expect("pose turns", off < 1e-3, place, f"is turned {turn:.4f} rad, the clip's pose {expected:.4f}")


def _prove_depth(proof: Proof, frame: int, camera: int) -> None:
    """Compare depth, classes and instances with what another layout holds."""
    depth, name = _depth(proof, frame, camera), f"Camera_{camera}/depth_{frame:05d}.png"
    other = depth_beside(proof, frame, NAME)
    if other is not None:
        wanted = np.where(other.image_m < vkitti2.SKY_CM / 100, other.image_m, np.inf)
        held = np.isfinite(wanted) & np.isfinite(depth)
        with np.errstate(invalid="ignore"):
            off = np.where(held, np.abs(depth - wanted) - HALF_CM - other.slack_m - 1e-5 * wanted, 0.0)
        off[wanted < HALF_CM * 2] = 0.0
        v, u = np.unravel_index(int(off.argmax()), off.shape)
        text = f"pixel ({u}, {v}): {depth[v, u]:.2f} m, another layout has {wanted[v, u]:.3f}; {(off > 0).sum()} are off"
        proof.expect("vkitti2 depth", bool(off[v, u] <= 0), f"vkitti2 depth/{name}", text)
    classes, ids = classes_beside(proof, frame), ids_beside(proof, frame)
    if classes is not None:
        colours = np.array([vkitti2.COLOURS[entry.vkitti2] for entry in CLASSES], np.uint8)[classes]
        image = _image(proof, "classSegmentation", f"classgt_{frame:05d}.png", camera)
        wrong = int((image[..., :3] != colours).any(axis=-1).sum())
        place = f"vkitti2 classSegmentation/Camera_{camera}/classgt_{frame:05d}.png"
        proof.expect("vkitti2 classes", wrong == 0, place, f"{wrong} pixels are of another class than in another layout")
    if ids is not None:
        instances = _image(proof, "instanceSegmentation", f"instancegt_{frame:05d}.png", camera)
        wrong = int((instances != np.where(ids <= last_track(proof), ids, 0)).sum())
        place = f"vkitti2 instanceSegmentation/Camera_{camera}/instancegt_{frame:05d}.png"
        proof.expect("vkitti2 instances", wrong == 0, place, f"{wrong} pixels are of another object than in another layout")


def _prove_flow(proof: Proof, frame: int, camera: int) -> None:
    """Check flow and scene flow both ways, of what stands."""
    depth = _depth(proof, frame, camera)
    ids = _image(proof, "instanceSegmentation", f"instancegt_{frame:05d}.png", camera)
    for side, flow_name, step in (("forward", "flow", 1), ("backward", "backwardFlow", -1)):
        name = f"{side}Flow/Camera_{camera}/{flow_name}_{frame:05d}.png"
        flow_path = proof.reader.vkitti2_scene / "frames" / name
        scene_name = "sceneFlow" if side == "forward" else "backwardSceneFlow"
        scene_place = f"{side}SceneFlow/Camera_{camera}/{scene_name}_{frame:05d}.png"
        if not 0 <= frame + step < proof.clip.frames:
            for path in (flow_path, proof.reader.vkitti2_scene / "frames" / scene_place):
                proof.expect("end frames", not path.exists(), str(path), "leads out of the clip")
            continue
        flow, is_known = vkitti2.decode_flow(image_of(proof, flow_path))
        moving = [track.track_id for track in movers(proof, frame, frame + step)]
        stands = is_known & ~np.isin(ids, moving) & np.isfinite(depth)
        tolerance = _tolerance(proof, depth, frame, frame + step)
        proof.check_flow(
            flow, stands, depth, np.eye(4), frame, frame + step,
            tolerance_px=tolerance, check="vkitti2 static flow", place=f"vkitti2 {name}",
        )  # fmt: skip
        moved = vkitti2.decode_scene_flow(image_of(proof, proof.reader.vkitti2_scene / "frames" / scene_place))
        _prove_scene_flow(proof, moved, stands, depth, frame, frame + step, f"vkitti2 {scene_place}")


def _prove_scene_flow(
    proof: Proof, moved_m: FloatArray, stands: BoolArray, depth: FloatArray, frame: int, then: int, place: str
) -> None:
    """A standing point moves, as the camera sees it, by the camera's own motion."""
    points = pixel_rays(proof.lens)[stands] * depth[stands][:, None]
    motion = rigid_inverse(proof.camera(then)) @ proof.camera(frame)
    wanted = np.clip(apply(motion, points) - points, -vkitti2.SCENE_FLOW_RANGE_M, vkitti2.SCENE_FLOW_RANGE_M)
    # Half a centimetre of depth along the ray only counts as far as the camera turns.
    turned = float(np.abs(motion[:3, :3] - np.eye(3)).max())
    slack = HALF_STEP_M + 2 * turned * HALF_CM * np.linalg.norm(points, axis=1) / depth[stands]
    slack += SCENE_FLOW_PX * depth[stands] / proof.lens.fx_px
    off = np.abs(moved_m[stands] - wanted).max(axis=1, initial=0.0) - slack
    proof.checks["vkitti2 scene flow"] += len(off)
    if len(off) and off.max() > 0:
        i = int(off.argmax())
        v, u = (int(way[i]) for way in np.nonzero(stands))
        told, expected = (np.round(value[i], 4).tolist() for value in (moved_m[stands], wanted))
        text = f"pixel ({u}, {v}): moves {told} m, depth and poses give {expected}; {int((off > 0).sum())} pixels are off"
        proof.faults.append(Fault(place, text))


def _depth(proof: Proof, frame: int, camera: int) -> FloatArray:
    name = f"Camera_{camera}/depth_{frame:05d}.png"
    try:
        return vkitti2.decode_depth(image_of(proof, proof.reader.vkitti2_scene / "frames/depth" / name))
    except DatasetError as error:
        raise DatasetError(f"vkitti2 depth/{name}: {error}") from None


def _tolerance(proof: Proof, depth: FloatArray, frame: int, then: int) -> FloatArray:
    """Give how far quantised depth and flow may be apart: half a step of flow, and what half a centimetre does."""
    half_step = (proof.lens.width_px - 1) / vkitti2.FULL_SCALE
    camera, camera_then = proof.camera(frame), proof.camera(then)
    near, far = (rigid_flow(depth + side, proof.lens, camera, camera_then, np.eye(4)) for side in (-HALF_CM, HALF_CM))
    tolerance: FloatArray = np.nan_to_num(np.abs(near - far).max(axis=-1), nan=np.inf) + half_step + SLACK_PX
    return tolerance
