"""The stages that benchmarks look at: library scenarios, by seed, with overrides, at any picture size."""

from __future__ import annotations

import dataclasses

from scenegen.roads.street import build_street
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
    camera = dataclasses.replace(scene.camera, width=size_px[0], height=size_px[1], focal=focal)
    road = dataclasses.replace(scene.road, origin=origin_m)
    return dataclasses.replace(scene, camera=camera, road=road)


def stage_of(scene: Scene) -> tuple[Clip, Stage]:
    """Simulate a scene and put it on stage."""
    network = build_street(scene.road)
    clip = simulate(scene, network)
    return clip, build_stage(clip, network)
