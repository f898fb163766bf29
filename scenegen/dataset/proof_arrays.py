"""Proofs on `arrays`, which hold everything unquantised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.classes import CLASSES
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_flow import allowed_px
from scenegen.dataset.proof_road import prove_road
from scenegen.dataset.proof_sweeps import prove_sweeps
from scenegen.distortion import project
from scenegen.distortion import rays as lens_rays
from scenegen.formats.arrays import amodal_masks
from scenegen.geometry import BoolArray, FloatArray, apply, rigid_inverse
from scenegen.truth.frame import FLOW_HIDDEN, FLOW_OUT, FLOW_SKY, FLOW_VALID
from scenegen.truth.proofs import closure_error, depth_at_other_time, hidden_disagreements, is_inside, mask_box, ranges

FLOW_TOLERANCE_PX = 0.01  # float32 depth and flow of the renderer against float64: DESIGN's bound
CLOSURE_PX = 0.5  # bilinear reading of the other frame's flow bends at edges of depth
CLOSURE_SHARE = 0.01
HIDDEN_SHARE = 1e-3  # end points on a pixel's edge, where float32 and float64 choose other neighbours

Images = dict[str, npt.NDArray[Any]]


def prove_arrays(proof: Proof) -> None:
    """Check every frame of a clip's arrays, of every camera and scanner, against its poses, its masks and its neighbours."""
    for number, eye in enumerate(proof.clip.scene.cameras):
        _prove_camera(proof.seen_by(eye), eye.name if number else "")
    prove_sweeps(proof)


def _prove_camera(proof: Proof, folder: str) -> None:
    """Check what one camera sees; its folder is below the clip's, the first camera has none."""
    base = f"arrays/{proof.clip.scene.name}" + (f"/{folder}" if folder else "")
    index = proof.reader.arrays_index_of(folder)
    proof.expect("clip.json", index is not None, base, "clip.json is missing")
    if index is None:
        return
    following: Images | None = None
    for frame in reversed(range(proof.clip.frames)):
        images = proof.reader.arrays(frame, folder)
        place = f"{base}/{frame:06d}.npz"
        if images is None:
            proof.expect("frames", False, place, "is missing")
            continue
        record = index["frames"][frame]
        _prove_poses(proof, record, frame, place)
        _prove_masks(proof, record, images, place)
        _prove_amodal(proof, record, images, place)
        _prove_surfaces(proof, images, place)
        _prove_flow(proof, index, record, images, frame, place)
        _prove_people(proof, record, images, place)
        prove_road(proof, record, images, frame, place)
        if following is not None:
            _prove_closure(proof, images, following, place)
            _prove_hidden(proof, images, following["depth_m"], record, "fwd", frame, frame + 1, place)
            later = f"{base}/{frame + 1:06d}.npz"
            after = index["frames"][frame + 1]
            _prove_hidden(proof, following, images["depth_m"], after, "bwd", frame + 1, frame, later)
        following = images
        if not folder:
            proof.on_frame()


def _prove_poses(proof: Proof, record: dict[str, Any], frame: int, place: str) -> None:
    for name, step in (("prev", -1), ("now", 0), ("next", 1)):
        written = np.array(record["world_from_cam"][name])
        error = float(np.abs(written - proof.camera(frame + step)).max())
        proof.expect("poses", error < 1e-9, place, f"world_from_cam.{name} is {error:.2e} off the clip's poses")


def _prove_masks(proof: Proof, record: dict[str, Any], images: Images, place: str) -> None:
    ids = images["object_id"]
    objects = {entry["track_id"]: entry for entry in record["objects"]}
    for track_id in np.unique(ids[ids > 0]).tolist():
        proof.expect("ids", track_id in objects, place, f"id {track_id} is in the picture and not in clip.json")
    for track_id, entry in objects.items():
        mask = ids == track_id
        box = mask_box(mask)
        where = f"{place} object {track_id}"
        written = tuple(entry["box_visible_px"]) if entry["box_visible_px"] else None
        proof.expect("visible boxes", written == box, where, f"box_visible_px {written}, its mask has {box}")
        pixels = int(mask.sum())
        proof.expect("visible pixels", entry["visible_px"] == pixels, where, f"visible_px {entry['visible_px']}, mask {pixels}")
        amodal = entry["box_amodal_px"]
        holds = box is None or (amodal is not None and _contains(amodal, box))
        proof.expect("amodal boxes", holds, where, f"box_amodal_px {amodal} does not hold the visible box {box}")
        for name in ("truncation", "occlusion"):
            proof.expect(name, 0 <= entry[name] <= 1, where, f"{name} {entry[name]} is outside 0..1")


def _prove_amodal(proof: Proof, record: dict[str, Any], images: Images, place: str) -> None:
    """Every object shows only where it would show alone, and its amodal box is that mask's."""
    masks = amodal_masks(images)
    boxes = {int(i): box for i, box in zip(images["amodal_id"], images["amodal_box_px"].tolist(), strict=True)}
    for entry in record["objects"]:
        where, mask = f"{place} object {entry['track_id']}", masks.get(entry["track_id"])
        box, written = boxes.get(entry["track_id"]), entry["box_amodal_px"]
        proof.expect("amodal boxes", written == box, where, f"box_amodal_px {written}, its mask has {box}")
        if mask is None or box is None:
            continue
        left, top, right, bottom = box
        seen = images["object_id"][top : bottom + 1, left : right + 1] == entry["track_id"]
        outside = int((seen & ~mask).sum())
        proof.expect("amodal masks", outside == 0, where, f"{outside} of its pixels lie outside its amodal mask")
        hidden = 1 - int(seen.sum()) / max(int(mask.sum()), 1)
        holds = abs(entry["occlusion"] - hidden) < 1e-9
        proof.expect("occlusion", holds, where, f"occlusion {entry['occlusion']}, its masks give {hidden}")


def _prove_people(proof: Proof, record: dict[str, Any], images: Images, place: str) -> None:
    """Key points lie where their places in the world project; one that counts as seen lies on or beside its person."""
    cam_from_world = rigid_inverse(np.array(record["world_from_cam"]["now"]))
    ids = images["object_id"]
    for entry in record["objects"]:
        if "key_points_px" not in entry:
            continue
        where = f"{place} object {entry['track_id']}"
        pixels, visibility = np.array(entry["key_points_px"]), np.array(entry["key_points_visibility"])
        there = project(apply(cam_from_world, np.array(entry["key_points_world_m"])), proof.lens, proof.eye.distortion)
        is_known = visibility > 0
        error = float(np.abs(there - pixels)[is_known].max(initial=0.0))
        proof.expect("key points", error < 1e-6, where, f"key points lie {error:.3f} px off their places in the world")
        height, width = ids.shape
        for u, v in np.round(pixels[visibility == 2]).astype(int).tolist():
            near = ids[max(v - 1, 0) : v + 2, max(u - 1, 0) : u + 2]
            inside = 0 <= u < width and 0 <= v < height
            proof.expect("key points seen", inside and (near == entry["track_id"]).any(), where, f"({u}, {v}) does not show it")


def _contains(outer: list[int], inner: tuple[int, int, int, int]) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _prove_surfaces(proof: Proof, images: Images, place: str) -> None:
    is_sky = images["class_id"] == 0
    agree = bool((is_sky == np.isinf(images["depth_m"])).all())
    proof.expect("sky", agree, place, "sky class and infinite depth are not the same pixels")
    known = bool((images["class_id"] < len(CLASSES)).all())
    proof.expect("classes", known, place, "a class id is not in the class list")
    normals = images["normal_cam"][~is_sky].astype(float)
    length_error = float(np.abs(np.linalg.norm(normals, axis=1) - 1).max(initial=0))
    proof.expect("normals", length_error < 1e-3, place, f"a normal's length is {length_error:.2e} off 1")
    towards = np.einsum("ni,ni->n", normals, lens_rays(proof.lens, proof.eye.distortion)[~is_sky])
    # Smooth normals on a silhouette may lean away a little; a flipped axis turns them all.
    away = float((towards > 0).mean()) if len(towards) else 0.0
    proof.expect("normals", away < 0.05, place, f"{away:.1%} of the normals look away from the camera")


def _prove_flow(proof: Proof, index: dict[str, Any], record: dict[str, Any], images: Images, frame: int, place: str) -> None:
    for side, step in (("fwd", 1), ("bwd", -1)):
        state = images[f"flow_{side}_state"]
        agree = bool((np.isinf(images["depth_m"]) == (state & FLOW_SKY > 0)).all())
        proof.expect("sky", agree, place, f"flow_{side}_state marks other sky pixels than the depth")
        for what, is_moved, motion in _rigid_things(proof, index, record, images, frame, frame + step):
            proof.check_flow(
                images[f"flow_{side}_px"],
                is_moved & (state & FLOW_VALID > 0),
                images["depth_m"],
                motion,
                frame,
                frame + step,
                tolerance_px=allowed_px(images[f"flow_{side}_px"].astype(float), FLOW_TOLERANCE_PX),
                check=f"{what} flow_{side}_px",
                place=f"{place} flow_{side}_px",
            )


def _rigid_things(
    proof: Proof, index: dict[str, Any], record: dict[str, Any], images: Images, frame: int, then: int
) -> Iterator[tuple[str, BoolArray, FloatArray]]:
    """Give what stands, and the bodies of moving vehicles without their wheels: name, pixels, world motion."""
    moving = {entry["track_id"] for entry in record["objects"] if entry["moving"]}
    ids = images["object_id"]
    stands = np.ones(int(ids.max()) + 1, bool)
    stands[[track_id for track_id in moving if track_id < len(stands)]] = False
    yield "static", stands[ids], np.eye(4)
    for track in proof.tracks(frame):
        if track.track_id in moving and track.rig == "vehicle":
            wheels = [i for i, part in enumerate(index["parts"][track.model.kind]) if part.startswith("wheel")]
            is_body = (ids == track.track_id) & ~np.isin(images["part_id"], wheels)
            yield "rigid", is_body, proof.motion(track, frame, then)


def _prove_closure(proof: Proof, images: Images, following: Images, place: str) -> None:
    state = images["flow_fwd_state"]
    hidden_or_out = FLOW_HIDDEN | FLOW_OUT | FLOW_SKY
    is_checked = (
        (state & FLOW_VALID > 0) & (state & hidden_or_out == 0) & is_inside(images["object_id"] * 64 + images["class_id"])
    )
    back = following["flow_bwd_px"].astype(float)
    back[following["flow_bwd_state"] & (FLOW_VALID | FLOW_SKY) != FLOW_VALID] = np.nan
    error = closure_error(images["flow_fwd_px"].astype(float), back, is_checked)
    error = error[np.isfinite(error)]
    off = float((error > CLOSURE_PX).mean()) if len(error) else 0.0
    proof.checks["closure"] += len(error)
    text = f"forward and backward flow miss each other by over {CLOSURE_PX} px in {off:.2%} of pixels seen both times"
    proof.expect("closure frames", off <= CLOSURE_SHARE, place, text)


def _prove_hidden(
    proof: Proof,
    images: Images,
    depth_then: npt.NDArray[np.floating],
    record: dict[str, Any],
    side: str,
    frame: int,
    then: int,
    place: str,
) -> None:
    state = images[f"flow_{side}_state"]
    moving = [entry["track_id"] for entry in record["objects"] if entry["moving"]]
    is_checked = (state & FLOW_VALID > 0) & (state & (FLOW_OUT | FLOW_SKY) == 0) & ~np.isin(images["object_id"], moving)
    v, u = np.nonzero(is_checked)
    pixels = np.stack([u, v], axis=1)
    cam_then_from_cam = rigid_inverse(proof.camera(then)) @ proof.camera(frame)
    z_then = depth_at_other_time(pixels, images["depth_m"][v, u], proof.lens, cam_then_from_cam, proof.eye.distortion)
    end = pixels + images[f"flow_{side}_px"][v, u]
    nearness_then = ranges(depth_then.astype(float), proof.lens, proof.eye.distortion)
    is_off = hidden_disagreements(z_then, end.astype(float), nearness_then, state[v, u] & FLOW_HIDDEN > 0)
    proof.checks["hidden flags"] += len(is_off)
    share = float(is_off.mean()) if len(is_off) else 0.0
    text = f"the hidden flag contradicts the depth of frame {then} in {int(is_off.sum())} pixels"
    proof.expect("hidden frames", share <= HIDDEN_SHARE, f"{place} flow_{side}_state", text)
