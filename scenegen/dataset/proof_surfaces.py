"""Proofs by geometry: points of a scanner, another camera or another instant lie on the surface that a depth image shows."""

from __future__ import annotations

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import in_box
from scenegen.dataset.proof_reference import Depth
from scenegen.distortion import project, rays
from scenegen.geometry import BoolArray, FloatArray, IntArray, apply, pose, rigid_inverse
from scenegen.scenario.scene import LidarScene
from scenegen.truth.proofs import is_inside

SURFACE_M = 0.005
"""How far a point may lie off the surface: what float32 and reading between four pixels of a smooth surface leave."""
BENT_M = 0.008  # second difference of depth over three pixels above which reading between them errs by more than 1 mm
FRONT_SHARE = 0.02  # of points in front of what the camera sees there: rods, leaves and edges thinner than a pixel
BEHIND_SHARE = 0.3  # of points behind it: what a place beside the camera sees and the camera does not
NEIGHBOUR_M = 0.6  # farther from the camera a scanner may see any share of what is hidden from it
LEAST_POINTS = 30  # shares of fewer say little
ANGLE_DEG = 2e-3  # float32 of the coordinates
COLUMN = 0.02  # the same in firings
SIGMAS = 6.0  # noise beyond has a chance of 2e-9 a point
LEAST_Z_M = 0.1  # nearer to the camera's plane nothing is projected
BODY_M = 0.15  # turned wheels and wing mirrors reach out of a vehicle's box


def smooth_inverse(depth: Depth) -> FloatArray:
    """Give 1 / z (H, W) where a surface is flat enough to be read between its pixels, nan elsewhere."""
    z = depth.image_m
    with np.errstate(divide="ignore"):
        w = np.where(np.isfinite(z) & (z > 0), 1 / z, 0.0)
    smooth = np.full(w.shape, np.nan)
    middle = w[1:-1, 1:-1]
    bends = np.stack([
        w[1:-1, :-2] - 2 * middle + w[1:-1, 2:], w[:-2, 1:-1] - 2 * middle + w[2:, 1:-1],
        (w[:-2, :-2] + w[2:, 2:] - w[:-2, 2:] - w[2:, :-2]) / 2,
    ])  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        bent_m = np.abs(bends).max(axis=0) / middle**2
    smooth[1:-1, 1:-1] = np.where((middle > 0) & (bent_m < BENT_M + 4 * depth.slack_m), middle, np.nan)
    return smooth


def surface_at(inverse_depth: FloatArray, pixels_px: FloatArray) -> FloatArray:
    """Read depth (n,) between pixels (n, 2); nan outside the image and off smooth surfaces. 1 / z of a plane is linear."""
    height, width = inverse_depth.shape
    u, v = np.nan_to_num(pixels_px, nan=-1e6).T
    left, top = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    is_in = (left >= 0) & (top >= 0) & (left < width - 1) & (top < height - 1)
    left, top = np.where(is_in, left, 0), np.where(is_in, top, 0)
    a, b = u - left, v - top
    upper = inverse_depth[top, left] * (1 - a) + inverse_depth[top, left + 1] * a
    lower = inverse_depth[top + 1, left] * (1 - a) + inverse_depth[top + 1, left + 1] * a
    return np.where(is_in, 1 / (upper * (1 - b) + lower * b), np.nan)


def check_on_surface(
    proof: Proof,
    points_cam_m: FloatArray,
    depth: Depth,
    *,
    tolerance_m: FloatArray | float,
    check: str,
    place: str,
    front_share: float = FRONT_SHARE,
    behind_share: float = BEHIND_SHARE,
) -> None:
    """Compare points (n, 3), in the frame of the proof's camera, with what its depth image shows where they fall."""
    is_ahead = points_cam_m[:, 2] > LEAST_Z_M
    points, allowed = points_cam_m[is_ahead], np.broadcast_to(tolerance_m, is_ahead.shape)[is_ahead]
    pixels = project(points, proof.lens, proof.eye.distortion)
    surface = surface_at(smooth_inverse(depth), pixels)
    # Depth in whole centimetres: half a step at each of the four pixels is at most half a step between them
    off = points[:, 2] - surface
    known = np.isfinite(off)
    off, allowed, pixels = off[known], allowed[known] + depth.slack_m, pixels[known]
    proof.checks[check] += len(off)
    if len(off) < LEAST_POINTS:
        return
    for name, excess, share in (("in front of", -off - allowed, front_share), ("behind", off - allowed, behind_share)):
        found = excess > 0
        worst = int(excess.argmax())
        proof.expect(
            f"{check} frames", found.mean() <= share, place,
            f"{found.mean():.2%} of {len(off)} points lie {name} the surface that depth shows, one at "
            f"({pixels[worst, 0]:.1f}, {pixels[worst, 1]:.1f}) by {abs(off[worst]):.3f} m",
        )  # fmt: skip


def lidar_pose(proof: Proof, build: LidarScene, frame: int) -> FloatArray:
    """Give world_from_lidar (4, 4) by the clip's ego and the scanner's mount."""
    body = proof.clip.ego.world_from_body[proof.clip.row_of(frame)]
    world_from_lidar: FloatArray = body @ pose(build.mount_x, build.mount_y, build.mount_z)
    return world_from_lidar


def check_beams(proof: Proof, points_m: FloatArray, build: LidarScene, *, layout: str, place: str) -> None:
    """Every point (n, 3), in the scanner's axes, lies on a beam that the scanner has, within its ranges."""
    x, y, z = points_m.T
    ranges = np.linalg.norm(points_m, axis=1)
    slack = SIGMAS * build.noise + 1e-3
    is_far = (ranges < build.least_range - slack) | (ranges > build.most_range + slack)
    proof.expect(f"{layout} ranges", not is_far.any(), place, f"{int(is_far.sum())} of {len(ranges)} points are out of range")
    elevation = np.degrees(np.arctan2(z, np.hypot(x, y)))
    beams = np.sort(np.array(build.elevations_deg))
    nearest = np.abs(elevation[:, None] - beams).min(axis=1) if len(points_m) else elevation
    off = int((nearest > ANGLE_DEG).sum())
    text = f"{off} of {len(ranges)} points lie on no beam, up to {nearest.max(initial=0):.3f} deg"
    proof.expect(f"{layout} beams", off == 0, place, text)
    level = np.hypot(x, y) > 0.1
    firing = (np.pi - np.arctan2(y, x))[level] * build.columns / (2 * np.pi)
    missed = int((np.abs(firing - np.rint(firing)) > COLUMN).sum())
    proof.expect(f"{layout} firings", missed == 0, place, f"{missed} of {len(ranges)} points lie between two firings")


def check_scan(
    proof: Proof,
    frame: int,
    points_m: FloatArray,
    build: LidarScene,
    cam_from_lidar: FloatArray,
    depth: Depth | None,
    ids: IntArray | None,
    *,
    layout: str,
    place: str,
) -> None:
    """Check a turn as one camera sees it: beams, surfaces, and the boxes of the vehicles that its points fall on."""
    check_beams(proof, points_m, build, layout=layout, place=place)
    points_cam = apply(cam_from_lidar, points_m)
    if depth is not None:
        tolerance = SURFACE_M + SIGMAS * build.noise
        check_on_surface(
            proof, points_cam, depth, tolerance_m=tolerance, check=f"{layout} points on depth", place=place,
            behind_share=share_behind(cam_from_lidar),
        )  # fmt: skip
        if ids is not None:
            _check_boxes(proof, frame, points_cam, depth, ids, layout=layout, place=place)


def share_behind(cam_from_lidar: FloatArray) -> float:
    """Give which share of a scanner's points may lie behind what a camera sees, from their distance."""
    return BEHIND_SHARE if float(np.linalg.norm(cam_from_lidar[:3, 3])) < NEIGHBOUR_M else 1.0


def _check_boxes(
    proof: Proof, frame: int, points_cam: FloatArray, depth: Depth, ids: IntArray, *, layout: str, place: str
) -> None:
    """Points that fall on a vehicle's pixels, off its outline and at its depth, lie inside its box."""
    points = points_cam[points_cam[:, 2] > LEAST_Z_M]
    u, v = np.nan_to_num(np.rint(project(points, proof.lens, proof.eye.distortion)), nan=-1).astype(np.int64).T
    is_in = (u >= 0) & (v >= 0) & (u < proof.lens.width_px) & (v < proof.lens.height_px)
    u, v, points = u[is_in], v[is_in], points[is_in]
    is_sure: BoolArray = is_inside(ids)[v, u] & (np.abs(points[:, 2] - depth.image_m[v, u]) < 0.2)
    world = apply(proof.camera(frame), points)
    for track in proof.tracks(frame):
        if track.rig != "vehicle":
            continue
        own = world[is_sure & (ids[v, u] == track.track_id)]
        outside = int((~in_box(own, proof.body(track, frame), track.size_m, BODY_M)).sum())
        proof.expect(
            f"{layout} points in boxes", outside == 0, f"{place} track {track.track_id}",
            f"{outside} of its {len(own)} points lie outside its box",
        )  # fmt: skip


def points_of_depth(proof: Proof, depth: Depth) -> tuple[FloatArray, FloatArray]:
    """Give the points (n, 3) of a depth image in its camera's frame, off edges, and by how much each may be off in depth."""
    known = np.isfinite(smooth_inverse(depth))
    z = depth.image_m[known]
    directions = rays(proof.lens, proof.eye.distortion)[known]
    return directions * (z / directions[:, 2])[:, None], np.full(len(z), depth.slack_m)


def check_other_depth(
    proof: Proof,
    depth: Depth,
    frame: int,
    other: Proof,
    depth_then: Depth,
    then: int,
    *,
    check: str,
    place: str,
    front_share: float = FRONT_SHARE,
) -> None:
    """What a camera sees at a frame lies, for another camera or at another instant, on what that sees.

    Args:
        proof: the clip, seen by the first camera.
        depth: of the first camera; inf where it is not to be checked, such as on what moves.
        frame: of the first camera.
        other: the clip, seen by the second camera.
        depth_then: of the second camera.
        then: its frame.
        check: named in the counts.
        place: named in the faults.
        front_share: how many points may lie in front of what is seen.
    """
    points, slack = points_of_depth(proof, depth)
    there = apply(rigid_inverse(other.camera(then)) @ proof.camera(frame), points)
    tolerance = SURFACE_M + slack
    check_on_surface(other, there, depth_then, tolerance_m=tolerance, check=check, place=place, front_share=front_share)
