"""Proofs that what a layout marks in a picture is where the clip's poses put it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import last_track, track_of
from scenegen.dataset.proof_reference import ids_beside
from scenegen.geometry import FloatArray, apply, box_corners, project, rigid_inverse
from scenegen.simulate.clip import Track
from scenegen.truth.frame import Box

REACH_M = {"vehicle": 0.25, "person": 0.6, "animal": 0.6, "static": 0.25}
"""How far a thing reaches out of the box of its catalogue size: mirrors; a walker's arms and legs."""
NEAR_M = 0.5
MARGIN_PX = 2.0


def room_px(proof: Proof, track: Track, frame: int) -> FloatArray | None:
    """Give the box (left, top, right, bottom) that a track can not leave in the picture.

    None when some of it is behind the camera, or where a lens bends the picture: its extent is not that of its corners then.
    """
    length, width, height = (side + 2 * REACH_M[track.rig] for side in track.size_m)
    corners = box_corners((length, width, height)) - (0.0, 0.0, REACH_M[track.rig])
    cam = apply(rigid_inverse(proof.camera(frame)) @ proof.body(track, frame), corners)
    if proof.eye.distortion is not None or cam[:, 2].min() < NEAR_M:
        return None
    pixels = project(cam, proof.lens)
    return np.concatenate([pixels.min(axis=0) - MARGIN_PX, pixels.max(axis=0) + MARGIN_PX])


def check_in_view(proof: Proof, frame: int, track_id: int, box: Box, *, layout: str, where: str) -> None:
    """The track is in the scene at that frame, and its visible box inside the room that its pose leaves it."""
    if track_id > last_track(proof):
        return
    track = track_of(proof, track_id, frame)
    proof.expect(f"{layout} tracks", track is not None, where, "is not in the scene then")
    room = None if track is None else room_px(proof, track, frame)
    if room is None:
        return
    low, high = np.array(box[:2]), np.array(box[2:])
    holds = bool((low >= room[:2]).all() and (high <= room[2:]).all())
    proof.expect(f"{layout} boxes", holds, where, f"its box {box} leaves {room.round(1).tolist()}, where its pose puts it")


def check_mask(proof: Proof, frame: int, track_id: int, mask: npt.NDArray[np.bool_], *, layout: str, where: str) -> None:
    """The mask is that of the ids which another layout holds."""
    ids = ids_beside(proof, frame)
    if ids is not None and ids.shape == mask.shape:
        off = int((mask != (ids == track_id)).sum())
        proof.expect(f"{layout} masks", off == 0, where, f"{off} pixels differ from the ids of another layout")
