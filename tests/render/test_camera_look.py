"""What a camera makes of light: every effect alone against a picture with none, labels untouched by all of them."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from lit_stages import CLEAR, NOON, grey_light, lit, maker
from little_stages import SMALL, box_mesh, still
from PIL import Image

from scenegen.geometry import BODY_FROM_CAM, ByteArray, FloatArray, pose
from scenegen.render.finish import SUN_VEIL
from scenegen.render.renderer import Renderer
from scenegen.render.tone import expose
from scenegen.scenario.camera_looks import CAMERA_LOOKS
from scenegen.scenario.scene import LightScene, PictureScene
from scenegen.stage.stage import Stage

BARE = dataclasses.replace(CAMERA_LOOKS["clean"], look="default")
"""The usual response with nothing else."""


@pytest.fixture(scope="module")
def raster() -> Iterator[Renderer]:
    with Renderer(look="raster") as renderer:
        yield renderer


def stage_of(picture: PictureScene, light: LightScene = NOON) -> Stage:
    """A grey ground with a box, seen level."""
    made = maker()
    made.add(box_mesh((1.5, 1.5, 1.5)), still(pose(9.0, 0.8, 0.75)), object_id=7)
    stage = lit(made.stage(), light)
    return dataclasses.replace(stage, cameras=(dataclasses.replace(stage.cameras[0], picture=picture),))


def shot(renderer: Renderer, picture: PictureScene, light: LightScene = NOON) -> ByteArray:
    renderer.load(stage_of(picture, light))
    rgb = renderer.render(0).rgb
    assert rgb is not None
    return rgb


def grey(rgb: ByteArray) -> FloatArray:
    return rgb.astype(np.float64).mean(axis=2)


EFFECTS: list[dict[str, Any]] = [
    dataclasses.asdict(CAMERA_LOOKS["kitti"]), {"look": "clean"}, {"noise": 1.0}, {"bloom": 1.0}, {"vignette": 0.3},
    {"softness": 0.6}, {"fringe": 1.5}, {"jpeg_quality": 40},
]  # fmt: skip


@pytest.mark.parametrize("effect", EFFECTS, ids=str)
def test_each_effect_changes_the_picture_and_no_label(raster: Renderer, effect: dict[str, Any]) -> None:
    found = []
    for picture in (BARE, dataclasses.replace(BARE, **effect)):
        raster.load(stage_of(picture))
        found.append(raster.render(1))
    plain, changed = found
    assert plain.rgb is not None
    assert changed.rgb is not None
    assert (plain.rgb != changed.rgb).any()
    for name in ("z_m", "normal_oct", "row", "part", "flow_px", "dz_m", "state"):
        assert getattr(plain, name).tobytes() == getattr(changed, name).tobytes(), name


def test_the_corner_loses_the_share_that_the_vignette_says(raster: Renderer) -> None:
    dark = dataclasses.replace(BARE, vignette=0.4)
    before, after = grey(shot(raster, BARE)), grey(shot(raster, dark))
    corner = (slice(-8, None), slice(0, 8))
    share = grey_light(after[corner]).mean() / grey_light(before[corner]).mean()
    # The middle of the patch is 0.95 half diagonals out: (1 + c 0.95^2)^-2 with 1 + c = 0.6^-1/2; a stored step is 1 %
    assert abs(share - (1 + (0.6**-0.5 - 1) * 0.95**2) ** -2) < 0.02
    middle = (slice(55, 65), slice(95, 105))
    assert abs(after[middle].mean() - before[middle].mean()) < 1.0


def test_noise_has_the_variance_of_counted_electrons(raster: Renderer) -> None:
    noisy = dataclasses.replace(BARE, noise=4.0)  # 16 times the variance: 1/1250 of the light
    before, after = shot(raster, BARE)[70:, 20:60, 1], shot(raster, noisy)[70:, 20:60, 1]
    level = grey_light(before.astype(np.float64))
    slope = (grey_light(before + 1.0) - level).mean()
    sigma = (after.astype(np.float64) - before).std() * slope
    expected = 4.0 * np.sqrt(level.mean() / 20_000)
    assert abs(sigma / expected - 1) < 0.12  # 2000 pixels tell a deviation to 1.6 %; rounding to whole steps adds the rest


def test_what_is_compressed_is_what_pillow_leaves(raster: Renderer) -> None:
    plain = shot(raster, BARE)
    buffer = io.BytesIO()
    Image.fromarray(plain).save(buffer, "JPEG", quality=30, subsampling=2)
    assert np.array_equal(shot(raster, dataclasses.replace(BARE, jpeg_quality=30)), np.array(Image.open(buffer)))


def test_softness_widens_an_edge_by_its_variance(raster: Renderer) -> None:
    """The box's left edge before the ground: its spread is that of the sharp edge and of the lens together."""

    def spread(softness: float) -> float:
        picture = dataclasses.replace(BARE, look="clean", softness=softness)
        lines = grey(shot(raster, picture))[70:80, 64:79]
        weight = np.abs(np.diff(lines.mean(axis=0)))
        weight[weight < 0.1 * weight.max()] = 0.0
        place = np.arange(len(weight))
        middle = (weight * place).sum() / weight.sum()
        return float((weight * (place - middle) ** 2).sum() / weight.sum())

    assert 0.7 < (spread(1.5) - spread(0.0)) / 1.5**2 < 1.3  # four samples stand in for a bell


def test_the_sun_veils_the_picture_by_the_angle_squared_unless_hidden(raster: Renderer) -> None:
    low = LightScene(6.0, 90.0, False, 0.0)  # ahead of the camera, which looks east
    light_of = {}
    for flare in (0.0, 0.02):
        light_of[flare] = grey_light(grey(shot(raster, dataclasses.replace(BARE, flare=flare), low)))
    stage = stage_of(BARE, low)
    from scenegen.render.sky import bake_sky

    sky = bake_sky(stage.light, CLEAR)
    gain = expose(sky, stage.light, CLEAR).gain
    row, column = 90, 20
    sun_row = SMALL.cy_px - SMALL.fy_px * np.tan(np.radians(6.0))
    degrees = np.hypot(row - sun_row, column - SMALL.cx_px) / SMALL.fx_px * 180 / np.pi
    expected = (sky.sun_klx * gain).mean() * np.pi * SUN_VEIL * 0.02 / degrees**2
    added = (light_of[0.02] - light_of[0.0])[row - 2 : row + 3, column - 2 : column + 3].mean()
    assert abs(added / expected - 1) < 0.2  # stored steps are 3 % of it

    behind = maker()
    behind.add(box_mesh((1.0, 6.0, 8.0)), still(pose(12.0, 0.0, 4.0)))
    pictures = []
    for flare in (0.0, 1.0):
        hidden = lit(behind.stage(), low)
        camera = dataclasses.replace(hidden.cameras[0], picture=dataclasses.replace(BARE, flare=flare))
        raster.load(dataclasses.replace(hidden, cameras=(camera,)))
        pictures.append(raster.render(0).rgb)
    assert np.array_equal(*pictures)


def test_bloom_spreads_light_and_keeps_its_sum(raster: Renderer) -> None:
    before, after = (grey_light(grey(shot(raster, dataclasses.replace(BARE, bloom=bloom)))) for bloom in (0.0, 6.0))
    box = (slice(60, 70), slice(75, 82))
    assert before[box].mean() < before[:30].mean()  # the box is darker than the sky
    assert after[box].mean() > before[box].mean()


def test_a_clean_look_is_the_same_in_every_frame_of_a_still_scene(raster: Renderer) -> None:
    raster.load(stage_of(CAMERA_LOOKS["clean"]))
    first, second = (raster.render(frame).rgb for frame in (0, 1))
    assert np.array_equal(first, second)  # type: ignore[arg-type]
    raster.load(stage_of(CAMERA_LOOKS["default"]))
    first, second = (raster.render(frame).rgb for frame in (0, 1))
    assert not np.array_equal(first, second)  # type: ignore[arg-type]


def test_camera_looks_east() -> None:
    assert np.allclose((pose(0, 0, 1.65) @ BODY_FROM_CAM)[:3, 2], [1, 0, 0])
