"""Stars, moon and the halos of lamps, by known answers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lit_stages import lit, maker, picture

from scenegen.geometry import BODY_FROM_CAM, FloatArray, pose
from scenegen.render.haze import haze_per_m
from scenegen.render.renderer import Renderer
from scenegen.render.sky import moon_lit_share
from scenegen.scenario.scene import LightScene, PictureScene, WeatherScene
from scenegen.stage.stage import Lamp, Stage

CLEAR = WeatherScene(0.0, 1e6, 0.0, 0.0)
LONG = PictureScene(
    look="clean", exposure_time=1.0, noise=0.0, bloom=0.0, vignette=0.0, softness=0.0, fringe=0.0, motion_blur=False
)


@pytest.fixture(scope="module")
def raster() -> Renderer:
    return Renderer(look="raster")


def upwards(elevation_deg: float, weather: WeatherScene = CLEAR, *, moonlight: float = 0.0, street: bool = False) -> Stage:
    """A camera that looks 40 degrees up to the north; the sun stands in the south, so the moon is before it."""
    stage = maker(camera=pose(0, 0, 1.65, yaw=np.pi / 2, pitch=np.radians(-40.0)) @ BODY_FROM_CAM).stage()
    stage = dataclasses.replace(stage, cameras=(dataclasses.replace(stage.cameras[0], picture=LONG),))
    return lit(stage, LightScene(elevation_deg, 180.0, street, moonlight), weather)


def specks(rgb: FloatArray) -> int:
    """Count pixels that stand out from their neighbours."""
    grey = rgb.astype(np.float64).mean(axis=2)
    around = (grey[1:-1, :-2] + grey[1:-1, 2:] + grey[:-2, 1:-1] + grey[2:, 1:-1]) / 4
    return int((grey[1:-1, 1:-1] > around + 6).sum())


def test_stars_shine_at_night_and_only_then(raster: Renderer) -> None:
    night, cloudy, dusk, day = (
        specks(picture(raster, upwards(elevation, dataclasses.replace(CLEAR, cloud=cloud))))
        for elevation, cloud in ((-30.0, 0.0), (-30.0, 1.0), (-3.0, 0.0), (40.0, 0.0))
    )
    assert night > 10
    assert (cloudy, dusk, day) == (0, 0, 0)


def test_the_moon_shows_as_much_of_its_face_as_is_lit(raster: Renderer) -> None:
    # Half a moon gives about a tenth of a full one's light
    assert moon_lit_share(0.088) == pytest.approx(0.5, abs=0.01)
    area = []
    for moonlight in (1.0, 0.088):
        stage = upwards(-30.0, moonlight=moonlight)
        lens = dataclasses.replace(stage.cameras[0].lens, fx_px=4000.0, fy_px=4000.0)
        rgb = picture(raster, dataclasses.replace(stage, cameras=(dataclasses.replace(stage.cameras[0], lens=lens),)))
        area.append(int((rgb.mean(axis=2) > 200).sum()))
    # A disc of 0.53 degrees: 18.6 px radius at 4000 px focal length
    assert area[0] == pytest.approx(np.pi * 18.6**2, rel=0.08)
    assert area[1] / area[0] == pytest.approx(0.5, abs=0.08)


def test_a_lamp_has_a_halo_in_fog_and_none_in_clear_air(raster: Renderer) -> None:
    lamp = Lamp((14.0, 0.0, 6.0), (1500.0, 1200.0, 800.0), 30.0)
    camera = pose(0, 0, 1.65, pitch=np.radians(-10.0)) @ BODY_FROM_CAM
    gained = []
    for visibility in (1e6, 120.0):
        stages = [
            lit(
                dataclasses.replace(maker(camera=camera).stage(), street_lamps=lamps),
                LightScene(-25.0, 0.0, True, 0.0),
                dataclasses.replace(CLEAR, fog_visibility=visibility),
            )
            for lamps in ((lamp,), (dataclasses.replace(lamp, world_m=(-300.0, 0.0, 6.0)),))
        ]
        with_lamp, without = (picture(raster, stage).astype(np.float64).mean(axis=2) for stage in stages)
        gained.append(with_lamp - without)
    # The lamp stands 7.3 degrees above the middle of the view: in line 46; below it the fog glows
    near, far = gained[1][48:56, 92:108].mean(), gained[1][48:56, :20].mean()
    assert abs(gained[0][48:56, 92:108].mean()) < 2
    assert near > 25
    assert near > 1.5 * far


def test_haze_of_fog_rain_and_snow_adds_up() -> None:
    assert haze_per_m(WeatherScene(0.0, 200.0, 0.0, 0.0)) == pytest.approx(3.9 / 200)
    # 10 mm/h of rain: 9 km / 10**0.63 = 2.1 km; 2 mm/h of snow: 1.3 km / 2**0.9 = 0.7 km
    both = haze_per_m(WeatherScene(0.0, 1e9, 10.0, 0.0, snow=2.0))
    assert both == pytest.approx(3.9 / 2110 + 3.9 / 697, rel=0.01)
