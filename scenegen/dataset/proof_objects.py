"""Proofs that boxes in space which a layout holds are those of the clip's tracks."""

from __future__ import annotations

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.geometry import BoolArray, FloatArray, apply, rigid_inverse
from scenegen.simulate.clip import Track

PERSON_M = 0.2  # a person's box may stand some centimetres beside the body's origin
SIZE_M = 0.01  # catalogue sizes are in whole centimetres
STEADY_M = 1e-4  # a walker's box does not change
PERSON_SIZE = 0.25  # share: people are built around the catalogue's size, with hair, shoes and bags


def track_of(proof: Proof, track_id: int, frame: int) -> Track | None:
    """Give the track of this id that is in the scene at a frame."""
    return next((track for track in proof.tracks(frame) if track.track_id == track_id), None)


def last_track(proof: Proof) -> int:
    """Give the largest id of a track; those above belong to things that stand beside the road."""
    return max((track.track_id for track in proof.clip.tracks), default=0)


def check_place(
    proof: Proof,
    frame: int,
    track_id: int,
    world_from_body: FloatArray,
    size_m: tuple[float, float, float],
    stood: dict[int, FloatArray],
    *,
    layout: str,
    where: str,
    tolerance_m: float = 1e-3,
) -> None:
    """Compare pose and size (length, width, height) with the track's; a thing without a track must stand where it stood before.

    Args:
        proof: the clip.
        frame: the instant.
        track_id: whose box it is.
        world_from_body: (4, 4) as read.
        size_m: as read.
        stood: by id the poses of things without a track and the sizes of tracks as first seen, filled as they come.
        layout: named in the checks.
        where: named in the faults.
        tolerance_m: what the file's digits allow, of vehicles and of things.
    """
    if track_id > last_track(proof):
        off = float(np.abs(world_from_body - stood.setdefault(track_id, world_from_body)).max())
        proof.expect(f"{layout} things", off < tolerance_m, where, f"stands {off:.4f} m off its place in an earlier frame")
        return
    track = track_of(proof, track_id, frame)
    proof.expect(f"{layout} tracks", track is not None, where, "is not in the scene then")
    if track is None:
        return
    body = proof.body(track, frame)
    off = float(np.linalg.norm(body[:3, 3] - world_from_body[:3, 3]))
    allowed = tolerance_m if is_stiff(track) else PERSON_M
    proof.expect(f"{layout} places", off < allowed, where, f"stands {off:.4f} m off the clip's pose")
    turned = float(np.abs(body[:3, :3] - world_from_body[:3, :3]).max())
    proof.expect(f"{layout} turns", turned < tolerance_m, where, f"is turned {turned:.4f} rad off the clip's pose")
    check_size(proof, track, size_m, layout=layout, where=where)
    first = stood.setdefault(track_id, np.array(size_m))
    changed = float(np.abs(first - size_m).max())
    text = f"size {size_m} (l w h) changes within the clip, by {changed:.3f} m"
    proof.expect(f"{layout} sizes", changed < STEADY_M, where, text)


def is_stiff(track: Track) -> bool:
    """Tell whether a thing keeps the catalogue's size to the millimetre: no person, no animal, nobody aboard."""
    return track.rig not in ("person", "animal") and track.class_name not in ("rider", "motorcycle")


def check_size(proof: Proof, track: Track, size_m: tuple[float, float, float], *, layout: str, where: str) -> None:
    """Compare a size (length, width, height) with the track's: exact for what is stiff, roughly in height for people."""
    if is_stiff(track) and track.rig == "vehicle":
        error = float(np.abs(np.array(size_m) - track.size_m).max())
        proof.expect(f"{layout} sizes", error < SIZE_M, where, f"size {size_m} (l w h), the clip has {track.size_m}")
    elif not is_stiff(track):
        share = abs(size_m[2] / track.size_m[2] - 1)
        text = f"is {size_m[2]:.2f} m tall, the clip has {track.size_m[2]:.2f}"
        proof.expect(f"{layout} sizes", share < PERSON_SIZE, where, text)


def in_box(
    points_world_m: FloatArray, world_from_body: FloatArray, size_m: tuple[float, float, float], margin_m: float
) -> BoolArray:
    """Tell which points (n, 3) lie inside a box that stands on its body's origin, or within a margin of it."""
    x, y, z = np.abs(apply(rigid_inverse(world_from_body), points_world_m) - (0.0, 0.0, size_m[2] / 2)).T
    inside: BoolArray = (x <= size_m[0] / 2 + margin_m) & (y <= size_m[1] / 2 + margin_m) & (z <= size_m[2] / 2 + margin_m)
    return inside
