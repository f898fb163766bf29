"""Sun and sky against what is known of daylight."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.render.octahedral import octahedral_directions, solid_angles
from scenegen.render.sky import SKY_SIZE, Sky, bake_sky, sky_level_klx, sun_direction, sun_irradiance_klx
from scenegen.scenario.scene import LightScene, WeatherScene

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def sky(elevation: float, *, azimuth: float = 135.0, cloud: float = 0.0, moon: float = 0.0) -> Sky:
    return bake_sky(LightScene(elevation, azimuth, False, moon), WeatherScene(cloud, 20_000.0, 0.0, 0.0))


def radiance_at(baked: Sky, azimuth_deg: float, elevation_deg: float) -> np.ndarray:
    a, e = np.radians(azimuth_deg), np.radians(elevation_deg)
    view = np.array([np.cos(e) * np.sin(a), np.cos(e) * np.cos(a), np.sin(e)])
    nearest = np.argmax((octahedral_directions(SKY_SIZE) @ view).ravel())
    return baked.radiance.reshape(-1, 3)[nearest]


@pytest.mark.parametrize(("azimuth", "expected"), [(0, (0, 1, 0)), (90, (1, 0, 0)), (180, (0, -1, 0)), (270, (-1, 0, 0))])
def test_azimuth_is_clockwise_from_north(azimuth: float, expected: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(sun_direction(LightScene(0.0, azimuth, False, 0.0)), expected, atol=1e-12)


def test_solid_angles_cover_the_sphere() -> None:
    # The mean of z^2 over the sphere is 1/3; 1e-3 for 64 texels a side
    z = octahedral_directions(64)[..., 2]
    shares = solid_angles(64)
    assert shares.sum() == pytest.approx(4 * np.pi)
    assert (shares * z * z).sum() == pytest.approx(4 * np.pi / 3, rel=1e-3)


def test_sun_outshines_the_sky_at_noon_and_colours_at_the_horizon() -> None:
    # About 100 klx fall on a surface facing a high sun (IES 1984: 127.5 exp(-0.21 m))
    assert sun_irradiance_klx(60.0, 0.0) @ LUMINANCE == pytest.approx(127.5 * np.exp(-0.21 * 1.154), rel=0.01)
    low = sun_irradiance_klx(3.0, 0.0)
    assert low[0] > 2 * low[2]
    assert not sun_irradiance_klx(-2.0, 0.0).any()
    assert not sun_irradiance_klx(40.0, 1.0).any()


@pytest.mark.parametrize(("elevation", "cloud"), [(50.0, 0.0), (20.0, 0.0), (30.0, 1.0), (2.0, 0.0)])
def test_clear_and_closed_sky_give_level_ground_the_stated_light(elevation: float, cloud: float) -> None:
    baked = sky(elevation, cloud=cloud)
    beam = baked.sun_klx * max(baked.towards_sun[2], 0.0)
    sky_alone = float((baked.level_klx - beam) @ LUMINANCE)
    # 12 %: a closed deck's own mottling, the night's glow, the coarse map
    assert sky_alone == pytest.approx(sky_level_klx(elevation, cloud), rel=0.12)


def test_light_falls_by_orders_of_magnitude_after_sunset() -> None:
    levels = [float(sky(e).level_klx @ LUMINANCE) for e in (40.0, 5.0, 0.0, -4.0, -10.0, -18.0)]
    assert (np.diff(levels) < 0).all()
    assert levels[0] / levels[3] > 1000
    # Civil dusk at -4 degrees has some 10 to 100 lux, a town's night below 0.1
    assert 0.01 < levels[3] < 0.1
    assert levels[-1] < 1e-4


def test_dusk_is_orange_where_the_sun_set_and_blue_above() -> None:
    baked = sky(-2.0, azimuth=290.0)
    sunset, zenith, opposite = radiance_at(baked, 290, 3), radiance_at(baked, 0, 80), radiance_at(baked, 110, 12)
    assert sunset[0] > 1.2 * sunset[2]
    assert zenith[2] > 1.5 * zenith[0]
    assert opposite[2] > opposite[0]
    assert sunset.sum() > 3 * opposite.sum()


def test_haze_is_brightest_towards_the_sun_also_when_it_has_set() -> None:
    baked = sky(-2.0, azimuth=290.0)
    np.testing.assert_allclose(baked.glow_towards, sun_direction(LightScene(0.0, 290.0, False, 0.0))[:2], atol=1e-9)
    assert (baked.horizon[1] > 0).all()


def test_clouds_cover_the_share_that_is_asked_for() -> None:
    clear, half = sky(50.0), sky(50.0, cloud=0.5)
    above = octahedral_directions(SKY_SIZE)[..., 2] > 0.1
    changed = np.abs(half.radiance - clear.radiance).max(-1)[above] > 1.0
    # The map's texels do not weigh the same, and edges are soft
    assert 0.3 < changed.mean() < 0.7


def test_ambient_light_of_an_upward_face_is_brighter_than_of_a_downward_one() -> None:
    baked = sky(45.0)
    up = baked.ambient_sh[0] * 0.282095 + baked.ambient_sh[2] * 0.488603 + baked.ambient_sh[6] * 0.315392 * 2
    down = baked.ambient_sh[0] * 0.282095 - baked.ambient_sh[2] * 0.488603 + baked.ambient_sh[6] * 0.315392 * 2
    assert (up > 0).all()
    assert up[2] > down[2]
    assert (down > 0).all()


def test_moon_lights_the_night_by_its_share() -> None:
    dark, full = sky(-30.0), sky(-30.0, moon=1.0)
    assert not dark.sun_klx.any()
    assert full.sun_klx @ LUMINANCE == pytest.approx(2.6e-4, rel=0.05)
    assert full.towards_sun[2] > 0


def test_everything_is_finite_positive_and_the_same_twice() -> None:
    for elevation in (90.0, 10.0, 0.0, -1.0, -40.0):
        for cloud in (0.0, 0.4, 1.0):
            baked, again = sky(elevation, cloud=cloud), sky(elevation, cloud=cloud)
            for array in (baked.radiance, baked.reflection, baked.level_klx, baked.sun_klx):
                assert np.isfinite(array).all()
                assert (array >= 0).all()
            assert baked.radiance.tobytes() == again.radiance.tobytes()


def test_closed_deck_of_clouds_has_no_blue_gap() -> None:
    baked = sky(40.0, cloud=1.0).radiance.reshape(-1, 3)
    high = octahedral_directions(SKY_SIZE).reshape(-1, 3)[:, 2] > 0.1
    # The deck's own tint is 1.10 blue to red
    assert (baked[high, 2] / baked[high, 0]).max() < 1.15
