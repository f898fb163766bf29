"""Snow lies on what faces up under open sky, and not where wheels run."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lit_stages import from_above, lit, maker, picture, tinted
from little_stages import box_mesh, still

from scenegen.geometry import BODY_FROM_CAM, ByteArray, pose
from scenegen.models.materials import MATERIAL
from scenegen.render.lane_map import FAR_M, SIZE, TEXEL_M, lane_distances
from scenegen.render.passes import decode_normals
from scenegen.render.renderer import Renderer
from scenegen.scenario.scene import LightScene, WeatherScene
from scenegen.stage.stage import Stage

DULL = LightScene(40.0, 180.0, False, 0.0)


@pytest.fixture(scope="module")
def raster() -> Renderer:
    return Renderer(look="raster")


def under(raster: Renderer, stage: Stage, cover: float) -> ByteArray:
    return picture(raster, lit(stage, DULL, WeatherScene(1.0, 1e6, 0.0, 0.0, snow_cover=cover)))


def test_the_top_of_a_box_turns_white_and_its_sides_do_not(raster: Renderer) -> None:
    made = maker(camera=pose(-6.0, 0.0, 5.0, pitch=np.radians(35.0)) @ BODY_FROM_CAM, grey=60)
    row = made.add(tinted(box_mesh((2, 4, 2), (0, 0, 1)), 90), still(np.eye(4)), object_id=1)
    stage = lit(made.stage(), DULL)
    raster.load(stage)
    passes = raster.render(0)
    normal = decode_normals(passes.normal_oct)
    upwards, towards_us = np.array([0.0, -0.8, -0.6]), np.array([0.0, 0.6, -0.8])
    is_top, is_side = ((passes.row == row) & (normal @ way > 0.7) for way in (upwards, towards_us))
    assert min(is_top.sum(), is_side.sum()) > 100
    bare, snowed = (under(raster, stage, cover).astype(np.float64) for cover in (0.0, 1.0))
    assert snowed[is_top].mean() > bare[is_top].mean() + 60
    # The wall gets light back from the snow on the ground, but stays what it is
    assert snowed[is_side].mean() < bare[is_side].mean() + 40


def test_half_cover_leaves_half_bare(raster: Renderer) -> None:
    stage = maker(camera=from_above(20.0), grey=40).stage()
    bare, half, full = (under(raster, stage, cover)[..., 1].astype(np.float64) for cover in (0.0, 0.5, 1.0))
    middle = 0.5 * (bare.mean() + full.mean())
    assert 0.25 < (half > middle).mean() < 0.75


def test_wheels_clear_two_tracks_a_lane(raster: Renderer) -> None:
    made = maker(camera=from_above(12.0))
    ground = made.meshes[0]
    made.meshes[0] = dataclasses.replace(ground, material=np.full(len(ground.positions_m), MATERIAL["asphalt"], np.uint8))
    lane = np.stack([np.linspace(-30, 30, 61), np.zeros(61)], axis=1)
    stage = dataclasses.replace(made.stage(), lane_lines_m=(lane,))
    rgb = under(raster, stage, 1.0)[..., 1].astype(np.float64)
    # Image up is north; 12.5 px a metre at 12 m
    rows_m = (59.5 - np.arange(120)) / 12.5
    line = rgb.mean(axis=1)
    tracks = np.abs(np.abs(rows_m) - 0.76) < 0.15
    beside, between = np.abs(rows_m) > 2.2, np.abs(rows_m) < 0.2
    assert line[tracks].mean() < 0.6 * line[beside].mean()
    assert line[tracks].mean() < 0.8 * line[between].mean()


def test_the_map_of_lanes_gives_distances() -> None:
    stage = maker().stage()
    lane = np.stack([np.linspace(-100, 100, 201), np.full(201, 3.0)], axis=1)
    distances, square = lane_distances(dataclasses.replace(stage, lane_lines_m=(lane,)))
    assert distances.shape == (SIZE, SIZE)
    y = (np.arange(SIZE) + 0.5) * TEXEL_M - square.side_m / 2 + square.middle_m[1]
    # An eighth of a metre: half the step of the points along the line
    assert distances[:, SIZE // 2] == pytest.approx(np.minimum(np.abs(y - 3.0), FAR_M), abs=0.13)
    assert (lane_distances(stage)[0] == FAR_M).all()
