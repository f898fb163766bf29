"""Drops and flakes: how many, how fast, how long their streaks are, and that a frame shows the same ones alone."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from lit_stages import lit, maker, picture
from little_stages import SMALL

from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.render.precipitation import (
    CUBE_M,
    MOST,
    NEAREST_M,
    Falling,
    drop_diameters_mm,
    drop_speed_m_per_s,
    flake_diameters_mm,
)
from scenegen.render.renderer import Renderer
from scenegen.scenario.scene import LightScene, WeatherScene

LEVEL = pose(0.0, 0.0, 1.65) @ BODY_FROM_CAM
STILL = np.zeros(3)
DULL = LightScene(30.0, 180.0, False, 0.0)


@pytest.fixture(scope="module")
def raster() -> Renderer:
    return Renderer(look="raster")


def test_drops_are_as_many_as_marshall_and_palmer_counted() -> None:
    # 5 mm/h: Lambda = 2.92 per mm, so 8000 / 2.92 exp(-2.92 x 2) = 7.9 drops a cubic metre are wider than 2 mm
    found = drop_diameters_mm(5.0, 100.0, 5000)
    assert (found > 2.0).sum() == pytest.approx(790, rel=0.05)
    assert (drop_diameters_mm(20.0, 100.0, 5000) > 2.0).sum() > 3 * (found > 2.0).sum()
    assert (flake_diameters_mm(2.0, 100.0, 5000) > 4.0).sum() > 1000


def test_drops_fall_as_atlas_measured() -> None:
    # Gunn and Kinzer 1949: 6.5 m/s at 2 mm, 8.8 m/s at 4 mm; the formula is within 2 % of what they measured
    assert drop_speed_m_per_s(np.array([2.0, 4.0])) == pytest.approx([6.49, 8.83], rel=0.02)


def test_streaks_grow_with_the_exposure() -> None:
    falling = Falling(3)
    lengths = []
    for exposure_s in (0.002, 0.008):
        fall = falling.at(1.0, (5.0, 0.0), LEVEL, STILL, exposure_s)
        moved = fall.end_m - fall.begin_m
        # Drops of 1.9 mm and more fall with 6 to 9.5 m/s, down in the image
        assert (moved[:, 1] > 6.0 * exposure_s).all()
        assert (moved[:, 1] < 9.6 * exposure_s).all()
        lengths.append(np.linalg.norm(moved, axis=1).mean())
    assert lengths[1] / lengths[0] == pytest.approx(4.0, rel=0.01)


def test_a_driving_camera_sees_drops_come_towards_it() -> None:
    fall = Falling(3).at(1.0, (5.0, 0.0), LEVEL, np.array([20.0, 0.0, 0.0]), 0.005)
    assert np.median(fall.end_m[:, 2] - fall.begin_m[:, 2]) == pytest.approx(-0.1, abs=0.02)


def test_a_drop_goes_on_from_frame_to_frame() -> None:
    falling = Falling(3)
    first, second = (falling.at(time_s, (5.0, 0.0), LEVEL, STILL, 0.001) for time_s in (2.0, 2.01))
    middle = [(fall.begin_m + fall.end_m) / 2 for fall in (first, second)]
    inside = np.flatnonzero((np.abs(middle[0]) < CUBE_M / 2 - 1).all(axis=1) & (middle[0][:, 2] > NEAREST_M + 0.5))[:50]
    for drop in inside:
        moved = middle[0][drop] + (first.end_m - first.begin_m)[drop] * 10
        # A tenth of a millimetre: float32
        assert np.linalg.norm(middle[1] - moved, axis=1).min() < 1e-4


def test_drops_do_not_know_where_the_camera_was_before() -> None:
    one = Falling(3).at(4.0, (5.0, 1.0), LEVEL, STILL, 0.01)
    falling = Falling(3)
    falling.at(3.9, (5.0, 1.0), LEVEL, STILL, 0.01)
    assert falling.at(4.0, (5.0, 1.0), LEVEL, STILL, 0.01).packed() == one.packed()
    assert Falling(4).at(4.0, (5.0, 1.0), LEVEL, STILL, 0.01).packed() != one.packed()
    assert len(one.width_m) <= sum(MOST.values())


def test_rain_and_snow_show_before_a_dark_wall_and_leave_depth_alone(raster: Renderer) -> None:
    stage = maker(camera=LEVEL, grey=20).stage()
    dry = picture(raster, lit(stage, DULL, WeatherScene(1.0, 1e6, 0.0, 0.0))).astype(int)
    for weather in (WeatherScene(1.0, 1e6, 12.0, 0.0), WeatherScene(1.0, 1e6, 0.0, 0.0, snow=3.0)):
        wet = picture(raster, lit(stage, DULL, weather)).astype(int)
        below = wet[70:] - dry[70:]
        assert (below.max(axis=2) > 12).mean() > 0.002
    raster.load(lit(stage, DULL, WeatherScene(1.0, 1e6, 12.0, 0.0)))
    falling, plain = raster.render(0).z_m, Renderer(look="none")
    plain.load(stage)
    assert falling.tobytes() == plain.render(0).z_m.tobytes()


def test_a_frame_in_the_rain_is_the_same_alone(raster: Renderer) -> None:
    stage = dataclasses.replace(maker(camera=LEVEL).stage(), frames=3)
    stage = lit(stage, DULL, WeatherScene(1.0, 5000.0, 8.0, 0.8, snow=1.0))
    raster.load(stage)
    third = [raster.render(frame).rgb for frame in range(3)][2]
    alone = picture(raster, replace(stage), frame=2)
    assert third is not None
    assert third.tobytes() == alone.tobytes()
    assert SMALL.width_px == third.shape[1]
