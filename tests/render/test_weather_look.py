"""Wet roads, glare and the near street of the look `pyrender`, by known answers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lit_stages import NOON, from_above, lit, maker, picture
from little_stages import box_mesh, still

from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh
from scenegen.render.renderer import Renderer
from scenegen.scenario.scene import LightScene, WeatherScene


@pytest.fixture(scope="module")
def raster() -> Renderer:
    return Renderer(look="raster")


def of_material(mesh: Mesh, name: str, tint: tuple[int, int, int] = (255, 255, 255)) -> Mesh:
    colours = mesh.tint.copy()
    colours[:, :3] = tint
    return dataclasses.replace(mesh, tint=colours, material=np.full(len(mesh.positions_m), MATERIAL[name], np.uint8))


def street_picture(raster: Renderer, wetness: float) -> np.ndarray:
    """A red block 12 m ahead of a level camera on asphalt under an even sky, (120, 200, 3)."""
    made = maker(camera=pose(0, 0, 1.65) @ BODY_FROM_CAM)
    made.meshes[0] = of_material(made.meshes[0], "asphalt")
    made.add(of_material(box_mesh((1, 3, 3), (0, 0, 1.5)), "plain", (230, 20, 20)), still(pose(12, 0, 0)), object_id=1)
    stage = lit(made.stage(), LightScene(50.0, 180.0, False, 0.0), WeatherScene(1.0, 1e6, 0.0, wetness))
    return picture(raster, stage).astype(np.float64)


def test_wet_road_mirrors_what_stands_on_it_and_dry_road_does_not(raster: Renderer) -> None:
    # The block's foot is at line 81; its mirror image lies below, in the same columns
    mirror, beside = (slice(84, 90), slice(85, 115)), (slice(84, 90), slice(20, 50))
    redness = []
    for wetness in (0.0, 1.0):
        rgb = street_picture(raster, wetness)
        red = rgb[..., 0] - rgb[..., 2]
        redness.append(red[mirror].mean() - red[beside].mean())
    assert abs(redness[0]) < 4
    assert redness[1] > 8


def test_wet_road_seen_from_above_is_darker(raster: Renderer) -> None:
    means = []
    for wetness in (0.0, 1.0):
        made = maker(camera=from_above(20.0))
        made.meshes[0] = of_material(made.meshes[0], "asphalt")
        weather = WeatherScene(1.0, 1e6, 0.0, wetness)
        means.append(picture(raster, lit(made.stage(), LightScene(50.0, 180.0, False, 0.0), weather)).mean())
    # Water fills the pores: about half the light comes back, two per cent are mirrored
    assert 0.3 * means[0] < means[1] < 0.85 * means[0]


def test_lamp_at_night_throws_glare_around_it(raster: Renderer) -> None:
    def around(bits: int) -> float:
        made = maker(camera=pose(0, 0, 1.65) @ BODY_FROM_CAM)
        made.add(of_material(box_mesh((0.1, 0.6, 0.6), (0, 0, 0)), "brake_lamp"), still(pose(8, 0, 4.0)), object_id=1)
        stage = lit(made.stage(), LightScene(-20.0, 180.0, False, 0.0))
        stage = dataclasses.replace(stage, lamps_of_row=lambda frame: np.full(stage.rows, bits, np.uint8))
        # The lamp covers 12 pixels round line 16; look a little above and beside it
        rgb = picture(raster, stage).astype(np.float64)
        return float(rgb[8:24, 84:92, 0].mean())

    assert around(4) > around(0) + 4


def test_sky_away_from_the_sun_is_blue_and_towards_it_bleached(raster: Renderer) -> None:
    def sky_at(azimuth: float) -> np.ndarray:
        stage = lit(maker(camera=pose(0, 0, 1.65, pitch=-0.25) @ BODY_FROM_CAM).stage(), LightScene(35.0, azimuth, False, 0.0))
        return picture(raster, stage)[5:25].astype(np.float64).mean(axis=(0, 1))

    # The camera looks east (azimuth 90)
    away, towards = sky_at(270.0), sky_at(90.0)
    assert away[2] > away[0] + 40
    assert towards.min() > 245


def test_pyrender_throws_the_shadow_of_a_pole() -> None:
    made = maker(camera=from_above(20.0))
    made.add(box_mesh((0.8, 0.8, 2.0), (0, 0, 1.0)), still(np.eye(4)), object_id=7)
    with Renderer(look="pyrender") as renderer:
        rgb = picture(renderer, lit(made.stage(), NOON)).astype(np.float64)
    # North of the pole (above it in the picture) the ground lies in shade
    assert rgb[46:52, 98:102].mean() < 0.6 * rgb[70:110, 30:60].mean()


def test_ground_is_dark_under_and_beside_a_vehicle_below_clouds(raster: Renderer) -> None:
    made = maker(camera=from_above(20.0))
    made.add(box_mesh((4, 1.8, 1.2), (0, 0, 0.8)), still(np.eye(4)), object_id=7)
    weather = WeatherScene(1.0, 1e6, 0.0, 0.0)
    rgb = picture(raster, lit(made.stage(), LightScene(50.0, 180.0, False, 0.0), weather)).astype(np.float64)
    # 7.5 pixels a metre; the top of the box hides lines 52 to 67
    beside, far = rgb[68:70, 92:108].mean(), rgb[95:110, 92:108].mean()
    assert beside < 0.9 * far
