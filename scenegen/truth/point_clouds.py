"""From beams to labels: the points of a scanner's turn with object, class and scene flow."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import Float32Array, FloatArray, rigid_inverse
from scenegen.rays.aim import shared_out, spans
from scenegen.rays.lidar import Returns, intensity, scan
from scenegen.rays.scene import RayScene
from scenegen.rays.turning import turned
from scenegen.scenario.scene import Scene
from scenegen.seeds import seed_of
from scenegen.stage.stage import StageLidar
from scenegen.truth.frame import Poses, Sweep


def sweep(rays: RayScene, scene: Scene, lidar: StageLidar, frame: int) -> Sweep:
    """Take one turn of a scanner with all its labels.

    Args:
        rays: the stage.
        scene: names the draws of noise and drop-out, with the scanner's name and the frame.
        lidar: the scanner.
        frame: 0 .. frames - 1.
    Returns:
        The points, in rings from the top. A turn takes one frame's time; all of it is seen at the frame's instant.
    """
    build, stage = lidar.build, rays.stage
    returns = scan(rays, lidar, frame, seed=noise_seed(scene, build.name, frame))
    times = (max(frame - 1, -1), frame, min(frame + 1, stage.frames))
    poses = Poses(*(np.asarray(lidar.world(t), np.float64) for t in times))
    n = len(returns.number)
    points_m, flow_m = np.empty((n, 3), np.float32), np.empty((n, 3), np.float32)
    bright, time_s, ring = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.uint16)
    object_id, class_id = np.empty(n, np.int32), np.empty(n, np.uint8)

    def label(span: slice) -> None:
        own = returns.some(span)
        hits, beams = own.hits, own.beams
        _put(points_m[span], beams * own.range_m[:, None])
        _put(flow_m[span], _still_flow_m(beams * hits.range_m[:, None], poses))
        bright[span] = intensity(rays, hits)
        ring[span], time_s[span] = own.ring, own.column / (build.columns * stage.fps)
        object_id[span] = np.take(stage.instances.object_id, hits.instance)
        class_id[span] = np.take(stage.instances.class_id, hits.instance)

    shared_out(label, spans(n))
    _add_motion(flow_m, rays, returns, poses, frame)
    return Sweep(
        name=build.name,
        world_from_lidar=poses,
        points_m=points_m,
        intensity=bright,
        ring=ring,
        time_s=time_s,
        object_id=object_id,
        class_id=class_id,
        flow_m=flow_m,
    )


def noise_seed(scene: Scene, name: str, frame: int) -> int:
    """Give the seed of one turn's noise: the same alone, in sequence and in any worker."""
    return seed_of(scene.seed, scene.scenario, scene.index, f"lidar.{name}.{frame}")


def _put(out: Float32Array, vectors: FloatArray) -> None:
    """Write vectors (n, 3) that lie column by column into an array that does not."""
    for axis in range(3):
        out[:, axis] = vectors[:, axis]


def _still_flow_m(points_m: FloatArray, poses: Poses) -> FloatArray:
    """Give the flow (n, 3) of points, in the scanner's frame, that stand in the world."""
    then_from_now = rigid_inverse(poses.next) @ poses.now
    return turned(points_m, then_from_now[:3, :3] - np.eye(3)) + then_from_now[:3, 3]


def _add_motion(flow_m: Float32Array, rays: RayScene, returns: Returns, poses: Poses, frame: int) -> None:
    """Write the flow of surface points that move in the world over that of points that stand.

    nan where there is no next frame, or the thing is not in the scene then.
    """
    stage, hits = rays.stage, returns.hits
    if frame >= stage.frames:
        flow_m[:] = np.nan
        return
    own = np.flatnonzero(np.take(rays.moving_rows(frame, frame + 1), hits.row))
    some = returns.some(own)
    there = turned(rays.move(some.hits, frame, frame + 1) - poses.next[:3, 3], poses.next[:3, :3].T)
    flow_m[own] = there - some.beams * some.hits.range_m[:, None]
    flow_m[np.take(~np.asarray(stage.row_alive(frame + 1), np.bool_), hits.row)] = np.nan
