"""Small stages under a chosen sun and weather, and the way back from stored values to light."""

from __future__ import annotations

import dataclasses

import numpy as np
from little_stages import SMALL, StageMaker, ground_mesh, still

from scenegen.geometry import BODY_FROM_CAM, ByteArray, FloatArray, pose
from scenegen.models.mesh import Mesh
from scenegen.render.renderer import Renderer
from scenegen.render.tone import srgb_response
from scenegen.scenario.scene import LightScene, WeatherScene
from scenegen.stage.stage import Stage

NOON = LightScene(45.0, 180.0, False, 0.0)
CLEAR = WeatherScene(0.0, 1e6, 0.0, 0.0)


def tinted(mesh: Mesh, grey: int) -> Mesh:
    tint = mesh.tint.copy()
    tint[:, :3] = grey
    return dataclasses.replace(mesh, tint=tint)


def from_above(height_m: float = 20.0) -> FloatArray:
    """A camera that looks straight down: image right is east, image up is north."""
    world_from_cam = np.eye(4)
    world_from_cam[:3, :3] = np.array([[1.0, 0, 0], [0, -1.0, 0], [0, 0, -1.0]])
    world_from_cam[:3, 3] = (0, 0, height_m)
    return world_from_cam


def maker(camera: FloatArray | None = None, grey: int = 130) -> StageMaker:
    """A grey ground 60 m wide, seen by a level camera or the one given."""
    made = StageMaker(lens=SMALL, camera=still(pose(0, 0, 1.65) @ BODY_FROM_CAM if camera is None else camera))
    made.add(tinted(ground_mesh((-30, 30), (-30, 30), 10.0), grey), still(np.eye(4)))
    return made


def lit(stage: Stage, light: LightScene = NOON, weather: WeatherScene = CLEAR) -> Stage:
    return dataclasses.replace(stage, light=light, weather=weather)


def picture(renderer: Renderer, stage: Stage, frame: int = 0) -> ByteArray:
    renderer.load(stage)
    rgb = renderer.render(frame).rgb
    if rgb is None:
        raise ValueError("the renderer has no look")
    return rgb


def grey_light(stored: FloatArray) -> FloatArray:
    """Give the exposed light of a grey pixel from its stored value 0..255 (the response is monotonic below its clip)."""
    ladder = np.geomspace(1e-4, 1.2, 4000)
    values = srgb_response(np.repeat(ladder[:, None], 3, axis=1))[:, 1] * 255
    return np.interp(stored, values, ladder)
