"""The stages that benchmarks look at: library scenarios, by seed, with overrides, at any picture size."""

from __future__ import annotations

import dataclasses

import numpy as np

from scenegen.roads.build import build_network
from scenegen.scenario.loading import load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import Scene
from scenegen.simulate.clip import Clip
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage
from scenegen.stage.stage import Stage

DAYLIGHT = {"light.sun_elevation": "35"}


def scene_of(
    name: str,
    *,
    seed: int = 0,
    size_px: tuple[int, int] = (1242, 375),
    origin_m: tuple[float, float] = (0.0, 0.0),
    overrides: dict[str, str] | None = None,
) -> Scene:
    """Sample a scenario; the picture is resized at the same field of view, the road begins at `origin_m`."""
    scene = sample(load_scenario(name), seed, overrides=overrides or {})
    focal = scene.camera.focal * size_px[0] / scene.camera.width
    cameras = (dataclasses.replace(scene.camera, width=size_px[0], height=size_px[1], focal=focal),)
    road = dataclasses.replace(scene.road, origin=origin_m)
    return dataclasses.replace(scene, cameras=cameras, road=road)


def stage_of(scene: Scene) -> tuple[Clip, Stage]:
    """Simulate a scene and put it on stage."""
    network = build_network(scene.road)
    clip = simulate(scene, network)
    return clip, build_stage(clip, network)


def largest_frame(stage: Stage, *, is_skinned: bool) -> int:
    """Give the frame in which moving things are largest and inside the picture."""
    instances = stage.instances
    rows = instances.first_row[instances.is_moving & (instances.is_skinned == is_skinned)]
    slope = 0.8 * stage.lens.width_px / 2 / stage.lens.fx_px
    sizes = []
    for frame in range(stage.frames):
        at = np.linalg.inv(stage.camera_world(frame)) @ stage.rows_world(frame)[rows][:, :, 3].T
        is_shown = (at[2] > 4.0) & (np.abs(at[0]) < slope * at[2]) & stage.row_alive(frame)[rows].astype(np.bool_)
        sizes.append(float((at[2][is_shown] ** -2).sum()))
    return int(np.argmax(sizes))
