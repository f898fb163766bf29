"""Proofs on the scanners' turns that `arrays` hold: beams, surfaces, ids, boxes and scene flow."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_flow import movers
from scenegen.dataset.proof_objects import in_box
from scenegen.dataset.proof_reference import Depth
from scenegen.dataset.proof_surfaces import (
    BODY_M,
    LEAST_Z_M,
    SIGMAS,
    SURFACE_M,
    check_beams,
    check_on_surface,
    lidar_pose,
    share_behind,
    smooth_inverse,
    surface_at,
)
from scenegen.distortion import project
from scenegen.geometry import FloatArray, apply, rigid_inverse
from scenegen.scenario.scene import LidarScene
from scenegen.truth.proofs import is_inside

NAME = "arrays"
IDS_SHARE = 0.995  # of points off silhouettes fall on their object's pixels
RING_DEG = 0.01
FLOW_M = 1e-3  # float32 of places a hundred metres away
TURN_SHARE = 0.2  # of the noise: scene flow is of the exact place, the point of the measured one
LEAST_POINTS = 30

Arrays = dict[str, npt.NDArray[Any]]


def prove_sweeps(proof: Proof) -> None:
    """Check every turn of every scanner of a clip."""
    for build in proof.clip.scene.lidars:
        for frame in range(proof.clip.frames):
            place = f"{NAME}/{proof.clip.scene.name}/{build.name}/{frame:06d}.npz"
            sweep = proof.reader.arrays(frame, build.name)
            proof.expect("frames", sweep is not None, place, "is missing")
            if sweep is not None:
                _prove_sweep(proof, frame, build, sweep, place)


def _prove_sweep(proof: Proof, frame: int, build: LidarScene, sweep: Arrays, place: str) -> None:
    points = sweep["points_m"].astype(np.float64)
    lengths = {name: len(array) for name, array in sweep.items()}
    proof.expect("sweeps", len(set(lengths.values())) == 1, place, f"numbers of points differ: {lengths}")
    if len(set(lengths.values())) != 1:
        return
    check_beams(proof, points, build, layout="sweep", place=place)
    legal = bool((sweep["ring"] < len(build.elevations_deg)).all())
    legal = legal and bool(((sweep["intensity"] >= 0) & (sweep["intensity"] <= 1)).all())
    proof.expect("sweeps", legal, place, "a ring is none of the scanner's, or an intensity outside 0..1")
    elevation = np.degrees(np.arctan2(points[:, 2], np.hypot(points[:, 0], points[:, 1])))
    off = np.abs(elevation - np.array(build.elevations_deg)[np.minimum(sweep["ring"], len(build.elevations_deg) - 1)])
    proof.expect(
        "sweeps", bool(off.max(initial=0.0) < 0.01), place, f"a point lies {off.max(initial=0.0):.3f} deg off its ring"
    )
    world_from_lidar = lidar_pose(proof, build, frame)
    world = apply(world_from_lidar, points)
    for track in proof.tracks(frame):
        own = world[sweep["object_id"] == track.track_id]
        if track.rig == "vehicle":
            outside = int((~in_box(own, proof.body(track, frame), track.size_m, BODY_M + SIGMAS * build.noise)).sum())
            text = f"{outside} of its {len(own)} points lie outside its box"
            proof.expect("sweep boxes", outside == 0, f"{place} object {track.track_id}", text)
    for number, eye in enumerate(proof.clip.scene.cameras):
        images = proof.reader.arrays(frame, eye.name if number else "")
        if images is not None:
            _prove_view(proof.seen_by(eye), frame, build, sweep, world, images, place)
    _prove_flow(proof, frame, build, sweep, points, place)


def _prove_view(
    proof: Proof, frame: int, build: LidarScene, sweep: Arrays, world: FloatArray, images: Arrays, place: str
) -> None:
    """Points lie on what a camera sees, and off silhouettes on pixels of their own object."""
    cam_from_world = rigid_inverse(proof.camera(frame))
    points, cam_from_lidar = apply(cam_from_world, world), cam_from_world @ lidar_pose(proof, build, frame)
    depth, where = Depth(images["depth_m"].astype(np.float64), 0.0), f"{place} camera {proof.eye.name}"
    tolerance = SURFACE_M + SIGMAS * build.noise
    check_on_surface(
        proof, points, depth, tolerance_m=tolerance, check="sweep points on depth", place=where,
        behind_share=share_behind(cam_from_lidar),
    )  # fmt: skip
    ahead = points[:, 2] > LEAST_Z_M
    pixels = project(points[ahead], proof.lens, proof.eye.distortion)
    off = np.abs(points[ahead][:, 2] - surface_at(smooth_inverse(depth), pixels))
    known = np.isfinite(off) & (np.nan_to_num(off, nan=np.inf) < tolerance)
    u, v = np.rint(pixels[known]).astype(np.int64).T
    sure = is_inside(images["object_id"])[v, u]
    own = sweep["object_id"][ahead][known][sure]
    shown = images["object_id"][v, u][sure]
    proof.checks["sweep ids"] += len(own)
    if len(own) >= LEAST_POINTS:
        share = float((own == shown).mean())
        i = int((own != shown).argmax())
        text = f"{1 - share:.2%} of {len(own)} points fall on another object's pixels, one of object {own[i]} on {shown[i]}"
        proof.expect("sweep id frames", share >= IDS_SHARE, where, text)


def _prove_flow(proof: Proof, frame: int, build: LidarScene, sweep: Arrays, points: FloatArray, place: str) -> None:
    """The scene flow of what stands is the scanner's own motion."""
    moving = [track.track_id for track in movers(proof, frame, frame + 1)]
    stands = ~np.isin(sweep["object_id"], moving)
    then_from_now = rigid_inverse(lidar_pose(proof, build, frame + 1)) @ lidar_pose(proof, build, frame)
    wanted = apply(then_from_now, points) - points
    off = np.abs(sweep["flow_m"] - wanted).max(axis=1, initial=0.0)[stands]
    limit = FLOW_M + TURN_SHARE * SIGMAS * build.noise
    known = np.isfinite(off)
    proof.checks["sweep flow"] += int(known.sum())
    worst = float(off[known].max(initial=0.0))
    text = f"flow of what stands is {worst:.4f} m off the scanner's motion; {int((off[known] > limit).sum())} points are off"
    proof.expect("sweep flow frames", worst <= limit, place, text)
    missing = int((~known).sum())
    proof.expect("sweep flow frames", missing == 0, place, f"{missing} points of what stands have no flow")
