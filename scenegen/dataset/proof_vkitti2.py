"""Proofs on `vkitti2`: images against tables, both against poses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenegen.dataset.proof import Proof
from scenegen.dataset.read_back import read_png
from scenegen.errors import DatasetError
from scenegen.formats import vkitti2
from scenegen.formats.vkitti2_tables import VK_FROM_WORLD
from scenegen.geometry import FloatArray, rigid_inverse
from scenegen.truth.proofs import mask_box, rigid_flow

HALF_CM = 0.005  # depth is written in whole centimetres
SLACK_PX = 0.02  # float32 flow and the depth's own ppm, beyond the quantisation that is computed


def prove_vkitti2(proof: Proof) -> None:
    """Check every frame of a clip's Virtual KITTI 2 files."""
    scene = proof.reader.vkitti2_scene
    boxes = _table(scene / "bbox.txt")
    places = _table(scene / "pose.txt")
    extrinsics = _table(scene / "extrinsic.txt")
    for frame in range(proof.clip.frames):
        _prove_extrinsic(proof, extrinsics, frame)
        _prove_boxes(proof, boxes, frame)
        _prove_places(proof, places, frame)
        _prove_flow(proof, frame)
        proof.on_frame()


def _table(path: object) -> list[list[str]]:
    try:
        with open(str(path)) as stream:
            return [line.split() for line in stream][1:]
    except OSError as error:
        raise DatasetError(f"{path}: can not be read ({error.strerror})") from None


def _rows(table: list[list[str]], frame: int) -> list[list[str]]:
    return [row for row in table if row[:2] == [str(frame), "0"]]


def _prove_extrinsic(proof: Proof, table: list[list[str]], frame: int) -> None:
    rows = _rows(table, frame)
    written = np.array(rows[0][2:], float).reshape(4, 4) if rows else np.zeros((4, 4))
    expected = rigid_inverse(VK_FROM_WORLD @ proof.camera(frame))
    error = float(np.abs(written - expected).max())
    # Nine digits are written; kilometres from the origin that is 1e-5 m.
    proof.expect("extrinsics", error < 1e-4, f"vkitti2 extrinsic.txt frame {frame}", f"is {error:.2e} off the clip's camera")


def _prove_boxes(proof: Proof, table: list[list[str]], frame: int) -> None:
    ids = read_png(proof.reader.vkitti2_scene / f"frames/instanceSegmentation/Camera_0/instancegt_{frame:05d}.png")
    written = {int(row[2]) + 1: row for row in _rows(table, frame)}
    for track_id in np.unique(ids[ids > 0]).tolist():
        place = f"vkitti2 bbox.txt frame {frame} track {track_id - 1}"
        mask = ids == track_id
        box = mask_box(mask)
        row = written.get(track_id)
        if row is None or box is None:
            proof.expect("bbox rows", False, place, "is in the picture and not in the table")
            continue
        left, right, top, bottom, pixels = (int(value) for value in row[3:8])
        proof.expect("bbox rows", (left, top, right, bottom) == box, place, f"box {left, top, right, bottom}, mask {box}")
        proof.expect("bbox pixels", pixels == int(mask.sum()), place, f"{pixels} pixels, mask {int(mask.sum())}")


def _prove_places(proof: Proof, table: list[list[str]], frame: int) -> None:
    tracks = {track.track_id: track for track in proof.tracks(frame)}
    cam_from_world = rigid_inverse(proof.camera(frame))
    for row in _rows(table, frame):
        track = tracks.get(int(row[2]) + 1)
        place = f"vkitti2 pose.txt frame {frame} track {row[2]}"
        proof.expect("pose rows", track is not None, place, "is not in the clip's record")
        if track is None:
            continue
        cam_from_body = cam_from_world @ proof.body(track, frame)
        written = np.array(row[13:16], float)
        # A person's box may stand some centimetres beside the body's origin.
        error = float(np.linalg.norm(written - cam_from_body[:3, 3]))
        proof.expect("pose rows", error < 0.2, place, f"stands {error:.3f} m off the clip's pose")
        turn = float(row[16])
        expected = float(np.arctan2(-cam_from_body[2, 0], cam_from_body[0, 0]))
        off = abs(np.angle(np.exp(1j * (turn - expected))))
        proof.expect("pose turns", off < 1e-3, place, f"is turned {turn:.4f} rad, the clip's pose {expected:.4f}")


def _prove_flow(proof: Proof, frame: int) -> None:
    frames = proof.reader.vkitti2_scene / "frames"
    depth = _depth(frames / f"depth/Camera_0/depth_{frame:05d}.png")
    ids = proof.reader.object_id(frame)
    if ids is None:
        return
    moving = {track.track_id for track in proof.tracks(frame) if proof.is_moving(track, frame)}
    sides = (
        (f"forwardFlow/Camera_0/flow_{frame:05d}.png", 1),
        (f"backwardFlow/Camera_0/backwardFlow_{frame:05d}.png", -1),
    )
    for name, step in sides:
        path = frames / name
        if not 0 <= frame + step < proof.clip.frames:
            proof.expect("end frames", not path.exists(), str(path), "leads out of the clip")
            continue
        flow, is_known = vkitti2.decode_flow(read_png(path))
        stands = ~np.isin(ids, list(moving)) & np.isfinite(depth)
        tolerance = _tolerance(proof, depth, frame, frame + step)
        proof.check_flow(
            flow, is_known & stands, depth, np.eye(4), frame, frame + step,
            tolerance_px=tolerance, check="vkitti2 static flow", place=f"vkitti2 {name}",
        )  # fmt: skip


def _depth(path: object) -> FloatArray:
    cm = read_png(path)  # type: ignore[arg-type]
    depth: npt.NDArray[np.float64] = np.where(cm == vkitti2.SKY_CM, np.inf, cm / 100.0)
    return depth


def _tolerance(proof: Proof, depth: FloatArray, frame: int, then: int) -> FloatArray:
    """Give how far quantised depth and flow may be apart: half a step of flow, and what half a centimetre does."""
    half_step = (proof.lens.width_px - 1) / vkitti2.FULL_SCALE
    camera, camera_then = proof.camera(frame), proof.camera(then)
    near, far = (rigid_flow(depth + side, proof.lens, camera, camera_then, np.eye(4)) for side in (-HALF_CM, HALF_CM))
    tolerance: FloatArray = np.nan_to_num(np.abs(near - far).max(axis=-1), nan=np.inf) + half_step + SLACK_PX
    return tolerance
