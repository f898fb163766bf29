"""A very small real clip: a stereo rig and a scanner on a street where a child crosses before a parked van."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from scenegen import Cross, Ego, Light, OnLane, Parked, Pedestrian, Scenario, Sidewalk, Street, Traffic, Vehicle
from scenegen.formats.layout import Slot
from scenegen.rays.scene import RayScene
from scenegen.render.renderer import Renderer
from scenegen.roads.build import build_network
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import CameraScene, LidarScene, Scene
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage
from scenegen.truth.frame import Frame
from scenegen.truth.labeller import Labeller
from scenegen.truth.point_clouds import sweep

FRAMES, FPS = 4, 10
WIDTH, HEIGHT, FOCAL_PX = 320, 96, 186.0
LEFT, BASE_M = "left", 0.54
CAMERAS = tuple(
    CameraScene(WIDTH, HEIGHT, FOCAL_PX, mount_x=0.0, mount_y=y, mount_z=1.65, pitch_deg=0.0, name=name)
    for name, y in ((LEFT, 0.0), ("right", -BASE_M))
)
SCANNER = LidarScene(
    name="lidar", elevations_deg=tuple(2 - 0.8 * ring for ring in range(32)), columns=720, least_range=0.9, most_range=120.0,
    mount_x=-0.27, mount_y=0.0, mount_z=1.73, noise=0.0, drop_out=0.0,
)  # fmt: skip

SCENARIO = Scenario(
    name="small_street",
    road=Street(lanes=2, lane_width=3.2, length=120.0, sidewalk=2.0, parking=2.2),
    light=Light(sun_elevation=45.0, sun_azimuth=200.0),
    traffic=Traffic(density=0.0, oncoming=0.0, parked=0.0, pedestrians=0.0),
    ego=Ego(lane=1, s=20.0, speed=8.0, reacts=False),
    actors=(
        Vehicle("van", at=Parked("right", s=33.0), kind="van"),
        Vehicle("neighbour", at=Parked("right", s=26.0), kind="hatchback"),
        Vehicle("oncoming", at=OnLane(lane=-1, s=45.0), kind="saloon", speed=9.0),
        Pedestrian(
            "child", role="rare", kind="child", at=Sidewalk("left", s=32.0, t=0.0), does=(Cross(speed=2.5, angle=80.0),)
        ),
        Pedestrian("adult", kind="man", at=Sidewalk("right", s=29.5, t=0.1)),
    ),
    duration=FRAMES / FPS,
    fps=FPS,
)


@dataclasses.dataclass(frozen=True, eq=False)
class RealClip:
    """All labels of a clip, where its files go, and the scene that it shows."""

    frames: tuple[Frame, ...]
    slot: Slot
    scene: Scene


def real_scene(cameras: Sequence[CameraScene] = CAMERAS, lidars: Sequence[LidarScene] = (SCANNER,)) -> Scene:
    """Give the scene with other sensors."""
    return dataclasses.replace(sample(SCENARIO, 0), cameras=tuple(cameras), lidars=tuple(lidars))


def render_real_clip(scene: Scene) -> RealClip:
    """Render every camera's labels and pictures, and turn the scanners."""
    network = build_network(scene.road)
    clip = simulate(scene, network)
    stage = build_stage(clip, network)
    rays = RayScene(stage)
    labeller, frames = Labeller.of(clip, stage, network), []
    with Renderer(quality="draft") as renderer:
        renderer.load(stage, flow_steps=(1, 2))
        for shots in renderer.render_rig(range(clip.frames)):
            sweeps = tuple(sweep(rays, scene, lidar, shots[0].frame) for lidar in stage.lidars)
            frames.append(labeller.frame(shots, sweeps))
    return RealClip(tuple(frames), Slot(scene.name, number=2, first_frame=30, frames=clip.frames, fps=scene.fps), scene)
