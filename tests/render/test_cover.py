"""What covers the way, and an automatic exposure that a dark tunnel fools."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from lit_stages import lit, maker, tinted
from little_stages import SMALL, StageMaker, box_mesh, ground_mesh, still

from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.render.cover import ADAPTS_IN_S, TopMap, adapted_light, lit_line
from scenegen.render.renderer import Renderer
from scenegen.render.tone import CLEAN_CURVE, srgb_response
from scenegen.scenario.camera_looks import CAMERA_LOOKS
from scenegen.stage.stage import Stage

BARE = dataclasses.replace(CAMERA_LOOKS["clean"], auto_exposure=True)
TUNNEL_M = (40.0, 120.0)


@pytest.fixture(scope="module")
def raster() -> Iterator[Renderer]:
    with Renderer(look="raster") as renderer:
        yield renderer


def drive(*, auto: bool = True) -> Stage:
    """20 m/s through a tunnel of 80 m: 10 frames a second, the mouth at frame 20, the end at frame 60."""
    made = StageMaker(lens=SMALL, frames=90, camera=lambda t: pose(20.0 * t, 0, 1.65) @ BODY_FROM_CAM)
    made.add(tinted(ground_mesh((-40, 260), (-30, 30), 10.0), 130), still(np.eye(4)))
    middle, length = sum(TUNNEL_M) / 2, TUNNEL_M[1] - TUNNEL_M[0]
    made.add(box_mesh((length, 12.0, 1.0)), still(pose(middle, 0, 6.0)))
    for side in (-5.5, 5.5):
        made.add(box_mesh((length, 1.0, 6.0)), still(pose(middle, side, 3.0)))
    stage = lit(made.stage())
    standing = dataclasses.replace(stage.instances, is_moving=np.zeros(len(stage.instances.mesh), np.bool_))
    camera = dataclasses.replace(stage.cameras[0], picture=dataclasses.replace(BARE, auto_exposure=auto))
    return dataclasses.replace(stage, instances=standing, cameras=(camera,))


def road(renderer: Renderer, frame: int) -> float:
    """Give the light of the road before the camera as it is stored."""
    rgb = renderer.render(frame).rgb
    assert rgb is not None
    ladder = np.geomspace(1e-5, 2.0, 4000)
    stored = srgb_response(np.repeat(ladder[:, None], 3, axis=1), CLEAN_CURVE, 1.0)[:, 1] * 255
    return float(np.interp(rgb[105:115, 90:110].astype(np.float64).mean(), stored, ladder))


def test_a_tunnel_is_dark_and_the_exposure_follows_late(raster: Renderer) -> None:
    raster.load(drive(auto=False), labels=[])
    fixed = {frame: road(raster, frame) for frame in (5, 25, 40, 80)}
    assert fixed[40] < 0.06 * fixed[5]  # no sky leaks through its roof
    assert abs(fixed[80] / fixed[5] - 1) < 0.2  # the ground is not even
    raster.load(drive(), labels=[])
    seen = {frame: road(raster, frame) for frame in (5, 25, 40, 63, 85)}
    assert 1.0 < seen[5] / fixed[5] < 1.1  # it sees the mouth far ahead
    assert seen[25] / fixed[25] < 0.5 * seen[40] / fixed[40]  # just inside it is still set for the day
    assert seen[40] > 4 * fixed[40]  # then it opens up
    assert seen[63] > 1.3 * seen[85]  # outside again the world is too bright for a while
    assert abs(seen[85] / fixed[80] - 1) < 0.2


def test_a_frame_alone_has_the_exposure_of_the_sequence(raster: Renderer) -> None:
    raster.load(drive(), labels=[])
    sequence = {frame: raster.render(frame).rgb for frame in range(55, 64)}
    raster.load(drive(), labels=[])
    assert np.array_equal(raster.render(62).rgb, sequence[62])  # type: ignore[arg-type]


def test_light_below_a_roof_comes_in_at_its_ends() -> None:
    n = 400
    tops = np.full((n, n), -100.0, np.float32)
    tops[:, 180:220] = 6.65  # 20 m along the way, 5 m over the camera
    way = np.column_stack([np.arange(-40.0, 41.0), np.zeros(81), np.full(81, 1.65)])
    line = lit_line(TopMap(tops, np.array([-100.0, -100.0]), 0.5), way, np.array([[1.0, 0.0], [1.0, 0.0]]))
    light = np.interp(line.along_m, np.arange(len(line.light)), line.light)
    assert (light[:29] == 1.0).all()
    assert (light[52:] == 1.0).all()
    # From the middle both ends are 10 m away and 6.65 m high: sin(atan(h / d))^2 of the sky over 2 atan(6 / d) of each side
    wanted = 6.65**2 / (6.65**2 + 10.0**2) * (2 / np.pi) * np.arctan(6.0 / 10.0)
    assert abs(light[40] - wanted) < 0.02  # ends lie on a step of 1 m


def test_exposure_closes_in_by_63_per_cent_in_its_time() -> None:
    metered = np.where(np.arange(100) < 20, 1.0, 0.01)
    adapted = adapted_light(metered, 0.1)
    at = 19 + round(ADAPTS_IN_S / 0.1)
    assert adapted[19] == 1.0
    assert abs(np.log(adapted[at]) / np.log(0.01) - (1 - np.exp(-1))) < 0.01


def test_an_open_street_needs_no_map(raster: Renderer) -> None:
    made = maker()
    made.add(box_mesh((0.1, 0.1, 4.0)), still(pose(2.0, 0.0, 4.0)))  # a post that hangs over the way
    stage = lit(made.stage())
    standing = dataclasses.replace(stage.instances, is_moving=np.zeros(len(stage.instances.mesh), np.bool_))
    raster.load(dataclasses.replace(stage, instances=standing))
    raster.render(0)
    metering = raster._look._metering  # type: ignore[union-attr]
    assert metering.cover is None
    assert metering.exposed_for.min() > 0.95
