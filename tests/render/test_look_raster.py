"""The look `raster`: light by known answers, and that labels do not depend on it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lit_stages import CLEAR, NOON, from_above, grey_light, lit, maker, picture
from little_stages import SMALL, box_mesh, still

from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.models.materials import MATERIAL
from scenegen.render.beams import street_sources
from scenegen.render.lamps import MAX_LAMPS, choose_lamps
from scenegen.render.renderer import Renderer
from scenegen.render.sky import bake_sky, sun_direction
from scenegen.render.tone import expose
from scenegen.scenario.scene import LightScene, WeatherScene
from scenegen.stage.stage import Lamp, Stage


@pytest.fixture(scope="module")
def raster() -> Renderer:
    return Renderer(look="raster")


def pole_stage(light: LightScene = NOON) -> Stage:
    """A pole 2 m high and 0.4 m thick in the middle of the ground, seen from above; 7.5 pixels are one metre."""
    made = maker(camera=from_above(20.0))
    made.add(box_mesh((0.4, 0.4, 2.0), (0, 0, 1.0)), still(np.eye(4)), object_id=7)
    return lit(made.stage(), light)


def test_plane_under_a_known_sun_gets_lambert_light(raster: Renderer) -> None:
    # A slab high above throws a wide shadow without closing off the sky near the ground, as the pole's foot would
    made = maker(camera=from_above(20.0))
    made.add(box_mesh((4.0, 4.0, 0.2), (0, 0, 5.0)), still(np.eye(4)), object_id=7)
    stage = lit(made.stage(), LightScene(45.0, 180.0, False, 0.0))
    rgb = picture(raster, stage).astype(np.float64)
    sky = bake_sky(stage.light, stage.weather)
    gain = expose(sky, stage.light, stage.weather).gain
    # Above the middle in the image is north: the shadow's middle lies 5 m off, 37 pixels
    shade = grey_light(rgb[18:26, 94:106, 1].mean())
    sunlit = grey_light(rgb[70:110, 30:60, 1].mean())
    albedo = (130 / 255) ** 2.2
    expected = albedo * sky.sun_klx[1] * gain[1] * np.sin(np.radians(45))
    # 12 %: the surface's own shine, the response's saturation, 8 bits
    assert sunlit - shade == pytest.approx(expected, rel=0.12)


@pytest.mark.parametrize(("azimuth", "towards"), [(180.0, (0, -1)), (0.0, (0, 1)), (90.0, (-1, 0)), (270.0, (1, 0))])
def test_shadow_falls_away_from_the_sun(raster: Renderer, azimuth: float, towards: tuple[int, int]) -> None:
    rgb = picture(raster, pole_stage(LightScene(45.0, azimuth, False, 0.0)))[..., 1].astype(np.float64)
    column, back_column, back_line = 99.5 + towards[0] * 10, 99.5 - towards[0] * 10, 59.5 - towards[1] * 10
    line = 59.5 + towards[1] * 10
    there = rgb[int(line) - 1 : int(line) + 2, int(column) - 1 : int(column) + 2].mean()
    back = rgb[int(back_line) - 1 : int(back_line) + 2, int(back_column) - 1 : int(back_column) + 2].mean()
    assert there < 0.6 * back


def test_two_metre_pole_at_45_degrees_throws_two_metres_of_shadow(raster: Renderer) -> None:
    rgb = picture(raster, pole_stage())[..., 1].astype(np.float64)
    strip = rgb[:58, 99:101].mean(axis=1)
    light = grey_light(strip)
    dark = np.flatnonzero(light < 0.5 * (light.min() + light[:20].mean()))
    # From the pole's axis (line 59.5) to the far end: 2 m of height + half the thickness, 7.5 px a metre
    length_m = (59.5 - (dark.min() - 0.5)) / 7.5
    # 0.2 m: one and a half pixels of image and softness
    assert length_m == pytest.approx(2.2, abs=0.2)


def test_sun_side_is_brighter_than_the_shaded_side(raster: Renderer) -> None:
    made = maker(camera=pose(-8, 0, 3, yaw=0.0) @ BODY_FROM_CAM)
    row = made.add(box_mesh((2, 2, 2), (0, 0, 1)), still(pose(0, 0, 0, yaw=np.pi / 4)), object_id=1)
    stage = lit(made.stage(), LightScene(30.0, 200.0, False, 0.0))
    raster.load(stage)
    passes = raster.render(0)
    assert passes.rgb is not None
    face = (passes.row == row) & (np.arange(200)[None, :] > 104)
    other = (passes.row == row) & (np.arange(200)[None, :] < 95)
    # South (the sun's side) is to the right of a camera that looks east
    assert passes.rgb[face].mean() > 1.5 * passes.rgb[other].mean()


def test_fog_fades_to_the_horizon_by_the_stated_law(raster: Renderer) -> None:
    visibility, seen = 100.0, []
    stage = None
    for distance in (10.0, 20.0, 40.0, 400.0):
        made = maker(grey=130)
        made.add(box_mesh((1.0, 400.0, 200.0)), still(pose(distance + 0.5, 0, 0)))
        stage = lit(made.stage(), LightScene(40.0, 0.0, False, 0.0), WeatherScene(1.0, visibility, 0.0, 0.0))
        seen.append(grey_light(picture(raster, stage)[20:40, 95:105, 1].astype(np.float64).mean()))
    near, middle, far, horizon = seen
    # Contrast to the horizon falls by exp(-3.9 d / V); 4 %: the wall's own light changes a little with ground and AO
    assert (middle - horizon) / (near - horizon) == pytest.approx(np.exp(-3.9 * 10 / visibility), rel=0.06)
    assert (far - horizon) / (near - horizon) == pytest.approx(np.exp(-3.9 * 30 / visibility), rel=0.12)
    sky = bake_sky(LightScene(40.0, 0.0, False, 0.0), WeatherScene(1.0, visibility, 0.0, 0.0))
    gain = expose(sky, LightScene(40.0, 0.0, False, 0.0), WeatherScene(1.0, visibility, 0.0, 0.0)).gain
    assert horizon == pytest.approx(float((sky.horizon[0] * np.pi * gain)[1]), rel=0.05)


def test_clouds_take_the_shadows_away(raster: Renderer) -> None:
    def contrast(cloud: float) -> float:
        stage = dataclasses.replace(pole_stage(), weather=WeatherScene(cloud, 1e6, 0.0, 0.0))
        rgb = picture(raster, stage).astype(np.float64)
        return float(rgb[46:50, 99:101].mean() / rgb[70:110, 30:60].mean())

    assert contrast(0.0) < 0.6
    assert contrast(1.0) > 0.85


def test_labels_are_the_same_with_and_without_colour(raster: Renderer, labels: Renderer) -> None:
    stage = pole_stage()
    raster.load(stage)
    with_colour = raster.render(1)
    labels.load(stage)
    without = labels.render(1)
    for name in ("z_m", "normal_oct", "row", "part", "flow_px", "dz_m", "state"):
        assert getattr(with_colour, name).tobytes() == getattr(without, name).tobytes(), name


def test_same_bytes_alone_and_in_sequence(raster: Renderer) -> None:
    made = maker()
    made.camera = lambda t: pose(8 * t, 0, 1.65) @ BODY_FROM_CAM
    made.frames = 6
    made.add(box_mesh((1, 1, 1), (0, 0, 0.5)), lambda t: pose(9, 6 * t - 2, 0), object_id=1)
    made.add(box_mesh((0.3, 0.3, 4), (0, 0, 2)), still(pose(8, 3, 0)))
    stage = lit(made.stage())
    moving = np.array([False, True, False])
    stage = dataclasses.replace(stage, instances=dataclasses.replace(stage.instances, is_moving=moving))
    raster.load(stage)
    sequence = [passes.rgb for passes in raster.render_sequence(range(6))]
    raster.load(stage)
    alone = raster.render(4).rgb
    assert sequence[4] is not None
    assert alone is not None
    assert sequence[4].tobytes() == alone.tobytes()
    # The noise of two frames differs
    assert sequence[4].tobytes() != sequence[5].tobytes()


def test_noise_is_the_sensors_and_small(raster: Renderer) -> None:
    rgb = picture(raster, pole_stage())[75:110, 20:60].astype(np.float64)
    assert 0.8 < rgb.std(axis=(0, 1)).mean() < 6.0


@pytest.mark.parametrize("elevation", [60.0, 3.0, -3.0, -20.0])
def test_no_light_leaves_holes(raster: Renderer, elevation: float) -> None:
    made = maker()
    made.add(box_mesh((2, 2, 2), (0, 0, 1)), still(pose(8, 1, 0)))
    rgb = picture(raster, lit(made.stage(), LightScene(elevation, 100.0, True, 0.5), WeatherScene(0.5, 5000.0, 2.0, 0.7)))
    assert rgb.max() > 10
    assert rgb[:40].std() < 120


def test_night_is_darker_than_dusk_and_dusk_than_day(raster: Renderer) -> None:
    means = []
    for elevation in (40.0, -3.0, -20.0):
        means.append(picture(raster, lit(maker().stage(), LightScene(elevation, 90.0, True, 0.0)))[:40].mean())
    assert means[0] > means[1] > means[2]


def test_street_lamp_lights_the_ground_below(raster: Renderer) -> None:
    dark = lit(maker(camera=from_above()).stage(), LightScene(-20.0, 0.0, True, 0.0))
    lamp = Lamp((4.0, 0.0, 6.0), (1500.0, 1200.0, 800.0), 30.0)
    bright = picture(raster, dataclasses.replace(dark, street_lamps=(lamp,))).astype(np.float64)
    below, aside = bright[55:65, 125:135], bright[55:65, 5:15]
    assert below.mean() > 2 * aside.mean()
    # Sodium-like lamps are warmer than white
    assert below[..., 0].mean() > below[..., 2].mean()


def test_lamps_beyond_the_limit_are_counted_not_lost_silently() -> None:
    lamps = tuple(Lamp((10.0 + i, 0.0, 6.0), (1.0, 1.0, 1.0), 20.0) for i in range(MAX_LAMPS + 5))
    chosen = choose_lamps(street_sources(lamps), pose(0, 0, 1.65) @ BODY_FROM_CAM, SMALL)
    assert (chosen.count, chosen.left_out) == (MAX_LAMPS, 5)
    assert (np.diff(chosen.place_cam[: chosen.count, 2]) > 0).all()


def test_brake_lamp_glows_when_its_bit_is_set(raster: Renderer) -> None:
    made = maker()
    mesh = box_mesh((0.2, 1.0, 1.0), (0, 0, 1))
    mesh = dataclasses.replace(mesh, material=np.full(len(mesh.positions_m), MATERIAL["brake_lamp"], np.uint8))
    row = made.add(mesh, still(pose(6, 0, 0)), object_id=1)
    stage = lit(made.stage(), LightScene(20.0, 90.0, False, 0.0))
    off = picture(raster, stage)
    raster.load(dataclasses.replace(stage, lamps_of_row=lambda frame: np.full(stage.rows, 4, np.uint8)))
    passes = raster.render(0)
    assert passes.rgb is not None
    lens = passes.row == row
    assert passes.rgb[lens][:, 0].mean() > off[lens][:, 0].mean() + 15


def test_lamps_of_the_frame_drawn_ahead_do_not_glow_in_this_one(raster: Renderer) -> None:
    made = maker()
    made.frames = 5
    mesh = box_mesh((0.2, 1.0, 1.0), (0, 0, 1))
    mesh = dataclasses.replace(mesh, material=np.full(len(mesh.positions_m), MATERIAL["brake_lamp"], np.uint8))
    made.add(mesh, still(pose(6, 0, 0)), object_id=1)
    stage = lit(made.stage(), LightScene(20.0, 90.0, False, 0.0))
    blinking = dataclasses.replace(stage, lamps_of_row=lambda frame: np.full(stage.rows, 4 * (frame % 2), np.uint8))
    raster.load(blinking)
    sequence = [passes.rgb for passes in raster.render_sequence(range(5))]
    for frame in range(5):
        raster.load(blinking)
        alone = raster.render(frame).rgb
        assert alone is not None
        assert (alone == sequence[frame]).all(), frame


def test_picture_is_not_black_mirrored_swapped_or_without_shadows(raster: Renderer) -> None:
    """The checks a golden picture would make, each seen to fail on a spoiled copy."""
    made = maker(camera=pose(-6, 0, 2.5) @ BODY_FROM_CAM)
    red = box_mesh((1, 1, 2), (0, 0, 1))
    tint = red.tint.copy()
    tint[:, :3] = (220, 40, 30)
    made.add(dataclasses.replace(red, tint=tint), still(pose(0, 1.5, 0)), object_id=1)
    # The sun stands in the west, behind the camera and to its left (north is left of a camera that looks east)
    rgb = picture(raster, lit(made.stage(), LightScene(35.0, 300.0, False, 0.0))).astype(np.float64)

    def is_right(image: np.ndarray) -> bool:
        reddish = image[..., 0] - image[..., 2] > 60
        columns = np.flatnonzero(reddish.any(axis=0))
        ground = image[95:, :].mean(axis=-1)
        return bool(
            image.mean() > 30
            and len(columns)
            and columns.mean() < 99
            and image[:20, :, 2].mean() > image[:20, :, 0].mean()
            and ground.min() < 0.6 * np.median(ground)
        )

    assert is_right(rgb)
    assert not is_right(rgb * 0)
    assert not is_right(rgb[:, ::-1])
    assert not is_right(rgb[..., ::-1])
    assert not is_right(np.maximum(rgb, np.median(rgb[95:])))


def test_sun_stands_where_the_brightest_sky_is(raster: Renderer) -> None:
    made = maker()
    made.camera = still(pose(0, 0, 1.65, yaw=np.radians(90 - 120), pitch=-0.3) @ BODY_FROM_CAM)
    rgb = picture(raster, lit(made.stage(), LightScene(25.0, 100.0, False, 0.0), CLEAR)).astype(np.float64)
    # A camera that looks to azimuth 120 has a sun at azimuth 100 to its left
    assert rgb[10:40, :60].mean() > rgb[10:40, 140:].mean() + 5
    assert sun_direction(LightScene(25.0, 100.0, False, 0.0))[0] > 0


def test_draft_and_high_show_the_same_scene() -> None:
    pictures = {}
    for quality in ("draft", "standard", "high"):
        with Renderer(look="raster", quality=quality) as renderer:  # type: ignore[arg-type]
            pictures[quality] = picture(renderer, pole_stage()).astype(np.float64)
    for quality in ("draft", "high"):
        # 12: edges and the softness of the shadow differ, areas do not
        assert np.abs(pictures[quality] - pictures["standard"]).mean() < 12
