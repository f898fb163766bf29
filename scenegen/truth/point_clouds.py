"""From beams to labels: the points of a scanner's turn with object, class and scene flow."""

from __future__ import annotations

from functools import partial

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.rays.aim import side_by_side
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
    hits = returns.hits
    bright, flow_m = side_by_side([partial(intensity, rays, hits), partial(_flow_m, rays, returns, poses, frame)])
    return Sweep(
        name=build.name,
        world_from_lidar=poses,
        points_m=(returns.beams * returns.range_m[:, None]).astype(np.float32),
        intensity=bright,
        ring=returns.ring.astype(np.uint16),
        time_s=(returns.column / (build.columns * stage.fps)).astype(np.float32),
        object_id=stage.instances.object_id[hits.instance].astype(np.int32),
        class_id=stage.instances.class_id[hits.instance].astype(np.uint8),
        flow_m=flow_m,
    )


def noise_seed(scene: Scene, name: str, frame: int) -> int:
    """Give the seed of one turn's noise: the same alone, in sequence and in any worker."""
    return seed_of(scene.seed, scene.scenario, scene.index, f"lidar.{name}.{frame}")


def _flow_m(rays: RayScene, returns: Returns, poses: Poses, frame: int) -> Float32Array:
    """Give where the surface points are in the next frame's scanner frame minus where they are now, (n, 3).

    nan where there is no next frame, or the thing is not in the scene then.
    """
    stage, hits = rays.stage, returns.hits
    if frame >= stage.frames:
        return np.full((len(hits.instance), 3), np.nan, np.float32)
    there: FloatArray = turned(rays.move(hits, frame, frame + 1) - poses.next[:3, 3], poses.next[:3, :3].T)
    flow = there - returns.beams * hits.range_m[:, None]
    flow[~np.asarray(stage.row_alive(frame + 1), np.bool_)[hits.row]] = np.nan
    return np.asarray(flow, np.float32)
