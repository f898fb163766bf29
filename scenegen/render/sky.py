"""Sun, moon and sky of one stage: radiance by direction, irradiance of the sun, ambient light, reflections, haze.

Baked once per stage on the CPU. Light is counted in kilolux: irradiances (and pi times radiances) of a white surface, per
linear RGB channel, so that (E, E, E) is grey light of E kilolux. Directions are in world axes: x east, y north, z up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import Float32Array, FloatArray
from scenegen.render.clouds import clouds
from scenegen.render.octahedral import octahedral_directions, shrunk, solid_angles
from scenegen.render.sky_colour import preetham_radiance, sun_transmittance, twilight_radiance
from scenegen.scenario.scene import LightScene, WeatherScene

SKY_SIZE = 512
"""Texels along the side of the octahedral map that is seen as background."""
REFLECTION_SIZE, REFLECTION_LEVELS = 64, 5
"""Texels along the side of the reflection maps, and how many there are from mirror (0) to matt (last)."""
GROUND_ALBEDO = (0.14, 0.13, 0.115)
"""Share of light that streets and gardens throw back, for what is lit or mirrored from below."""
SNOWY_GROUND_ALBEDO = 0.62
"""The same under snow: fresh snow's 0.8, less what stays dark."""
SKYLINE_ALBEDO = (0.055, 0.06, 0.045)
"""Share that house fronts and trees around a street throw back, half of them in shade."""
CLOUD_ALBEDO = 0.6
"""Share that the lower side of a closed deck throws back down."""
HAZY = 1.35
"""How much brighter than the very clear sky of the standard a European summer's sky is."""
NIGHT_SKY_KLX = 4.0e-5
"""Glow of a town's sky on a moonless night: 0.04 lux."""
FULL_MOON_KLX = 2.6e-4
"""Full moon high in a clear sky: 0.26 lux (Kyba et al. 2017)."""
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])

_TWILIGHT_ELEVATION_DEG = np.array([-18.0, -12.0, -6.0, -5.0, -4.0, -3.0, -2.0, -0.8, 0.0, 1.0, 2.0, 5.0])
_TWILIGHT_KLX = np.array([6.5e-7, 8.3e-6, 3.4e-3, 9.7e-3, 0.026, 0.062, 0.135, 0.40, 0.73, 1.15, 1.65, 3.6])
"""Light of the clear sky alone on level ground by sun elevation (Explanatory Supplement to the Astronomical Almanac)."""


@dataclass(frozen=True, eq=False)
class Sky:
    """All light that comes from far away, in kilolux.

    `towards_sun` (3,) unit; `sun_klx` (3,) irradiance of a surface that faces the sun (or the moon when the sun is down);
    `radiance` (SKY_SIZE, SKY_SIZE, 3) octahedral, sky above and ground below; `clear` (SKY_SIZE, SKY_SIZE) share that no
    cloud hides, above; `reflection` (levels, n, n, 3) the street's
    surroundings smoothed by roughness; `ambient_sh` (9, 3) irradiance / pi by normal; `horizon` (2, 3) haze colour: mean, and
    what is added towards the azimuth `glow_towards` (2,) of the sun, set or not; `level_klx` (3,) light on open level
    ground, sun included.
    """

    towards_sun: FloatArray
    sun_klx: FloatArray
    radiance: Float32Array
    clear: Float32Array
    reflection: Float32Array
    ambient_sh: Float32Array
    horizon: FloatArray
    glow_towards: FloatArray
    level_klx: FloatArray


def sun_direction(light: LightScene) -> FloatArray:
    """Give the unit vector towards the sun: azimuth clockwise from north (+y), east is +x."""
    elevation, azimuth = np.radians(light.sun_elevation_deg), np.radians(light.sun_azimuth_deg)
    return np.array([np.cos(elevation) * np.sin(azimuth), np.cos(elevation) * np.cos(azimuth), np.sin(elevation)])


def sun_irradiance_klx(elevation_deg: float, cloud: float) -> FloatArray:
    """Give the direct light of the sun on a surface that faces it, linear RGB (3,), kilolux.

    Source:
        127.5 klx outside the air, extinction 0.21 per air mass: Illuminating Engineering Society, Recommended practice for
        the calculation of daylight availability, 1984. Clouds take the share cloud**2.
    """
    if elevation_deg <= -0.8:
        return np.zeros(3)
    colour, air_mass = sun_transmittance(elevation_deg)
    # Let the disc sink below the horizon between 0.8 degrees above and below it.
    seen = np.clip((elevation_deg + 0.8) / 1.6, 0.0, 1.0)
    return np.asarray(colour * (127.5 * np.exp(-0.21 * air_mass) * seen * (1.0 - cloud**2)))


def sky_level_klx(elevation_deg: float, cloud: float) -> float:
    """Give the light of the sky alone on open level ground, kilolux.

    Source:
        Clear 0.8 + 15.5 sqrt(sin h), overcast 0.3 + 21 sin h: Illuminating Engineering Society 1984; below 5 degrees the
        twilight table of the Explanatory Supplement to the Astronomical Almanac.
    """
    sine = np.sin(np.radians(max(elevation_deg, 5.0)))
    clear, overcast = HAZY * (0.8 + 15.5 * np.sqrt(sine)), 0.3 + 21.0 * sine
    if elevation_deg < 5.0:
        low = np.exp(np.interp(elevation_deg, _TWILIGHT_ELEVATION_DEG, np.log(_TWILIGHT_KLX)))
        clear, overcast = clear * low / _TWILIGHT_KLX[-1], overcast * low / _TWILIGHT_KLX[-1]
    # Broken clouds brighten the sky before a closed deck darkens it.
    broken = 1.0 + 0.8 * cloud * (1.0 - cloud) * 2.0
    return float((1.0 - cloud) * clear * broken + cloud * overcast)


def bake_sky(light: LightScene, weather: WeatherScene) -> Sky:
    """Work out all distant light of a stage.

    Args:
        light: where the sun stands, share of moonlight.
        weather: cloud cover 0..1 and fog visibility in metres.
    Returns:
        Maps and numbers in kilolux; the same input gives the same bytes.
    Source:
        Sky colours: Preetham, Shirley and Smits 1999. Overcast sky: CIE standard overcast sky (Moon and Spencer 1942).
    """
    sun = sun_direction(light)
    elevation = light.sun_elevation_deg
    sun_klx = sun_irradiance_klx(elevation, weather.cloud)
    directions = octahedral_directions(SKY_SIZE)
    radiance, clear = _sky_radiance(directions, sun, light, weather)
    towards, beam_klx = _moon_when_dark(sun, sun_klx, light, weather)
    shares = solid_angles(SKY_SIZE)
    sky_klx = ((radiance * (directions[..., 2:] > 0)) * (shares * np.maximum(directions[..., 2], 0))[..., None]).sum((0, 1))
    level = sky_klx + beam_klx * max(towards[2], 0.0)
    horizon = _horizon(radiance, directions, sun)
    ground = np.array(GROUND_ALBEDO) + (SNOWY_GROUND_ALBEDO - np.array(GROUND_ALBEDO)) * weather.snow_cover
    radiance[directions[..., 2] <= 0] = ground * level / np.pi
    surroundings = _with_skyline(shrunk(radiance, REFLECTION_SIZE), level)
    return Sky(
        towards_sun=towards,
        sun_klx=beam_klx,
        radiance=radiance.astype(np.float32),
        clear=clear.astype(np.float32),
        reflection=_smoothed(surroundings),
        ambient_sh=_spherical_harmonics(surroundings),
        horizon=horizon,
        glow_towards=_flat(sun),
        level_klx=level,
    )


def _sky_radiance(
    directions: FloatArray, sun: FloatArray, light: LightScene, weather: WeatherScene
) -> tuple[FloatArray, FloatArray]:
    """Give radiance of the upper half (zeros below) so that level ground gets `sky_level_klx`, and where it is clear."""
    elevation, cloud = light.sun_elevation_deg, weather.cloud
    above = directions[..., 2] > 0
    view = directions[above]
    day = float(np.clip((elevation + 1.0) / 5.0, 0.0, 1.0))
    weight = solid_angles(len(directions))[above] * view[:, 2]
    clear = np.zeros_like(view)
    if day > 0:
        clear += day * _levelled(preetham_radiance(view, sun, turbidity=3.4), weight)
    if day < 1:
        clear += (1 - day) * _levelled(twilight_radiance(view, sun), weight)
    grey = (1 + 2 * view[:, 2:]) / 3 * np.array([0.96, 1.0, 1.06])
    # Light goes to and fro between snow and clouds.
    snowlit = 1.0 / (1.0 - SNOWY_GROUND_ALBEDO * CLOUD_ALBEDO * weather.snow_cover)
    deck = _levelled(grey, weight) * (sky_level_klx(elevation, 1.0) * snowlit)
    clear *= sky_level_klx(elevation, 0.0)
    density, lit = clouds(view, sun, cloud)
    # Broken clouds glow with the sun's light and the sky's; a closed deck is darker and even.
    beam = sun_irradiance_klx(elevation, 0.0) * (1 - cloud**2)
    round_about = (clear * weight[:, None]).sum(0) * (0.55 + 0.35 * day)
    puffs = (beam * lit[:, None] + round_about) / np.pi
    closed = cloud**4
    puffs = puffs * (1 - closed) + deck * (0.8 + 0.4 * np.clip(lit, 0, 1)[:, None]) * closed
    sky = clear * (1 - density[:, None]) + puffs * density[:, None]
    # Add the night's own light, which shows only after dusk.
    low = 1 - view[:, 2:]
    night = np.array([0.9, 0.95, 1.25]) * (0.5 + 0.9 * low**3) + np.array([0.5, 0.25, 0.0]) * low**6
    sky = sky + _levelled(night, weight) * (NIGHT_SKY_KLX * (1 + 2 * cloud) + 0.15 * FULL_MOON_KLX * light.moonlight)
    radiance = np.zeros(directions.shape)
    radiance[above] = sky
    gaps = np.zeros(directions.shape[:2])
    gaps[above] = 1 - density
    return radiance, gaps


def _levelled(radiance: FloatArray, weight: FloatArray) -> FloatArray:
    """Scale radiance so that level ground gets luminance 1."""
    level = float(((radiance * weight[:, None]).sum(0) * LUMINANCE).sum())
    return radiance / level


def moon_lit_share(moonlight: float) -> float:
    """Give the share of the moon's face that is lit when it gives this share of a full moon's light.

    Source:
        Half a moon gives 9 % of a full one's light (Allen's Astrophysical Quantities, phase law): a power of 3.5.
    """
    return float(max(moonlight, 0.0) ** (1 / 3.5))


def _moon_when_dark(
    sun: FloatArray, sun_klx: FloatArray, light: LightScene, weather: WeatherScene
) -> tuple[FloatArray, FloatArray]:
    """Give the direction and light of what throws shadows: the sun, or once it is down the moon, opposite and 40 degrees up."""
    if sun_klx.any():
        return sun, sun_klx
    up = np.radians(40.0)
    moon = np.array([*(-_flat(sun) * np.cos(up)), np.sin(up)])
    return moon, np.array([0.86, 0.97, 1.25]) * (FULL_MOON_KLX * light.moonlight * (1 - weather.cloud**2))


def _flat(direction: FloatArray) -> FloatArray:
    """Give the azimuth of a direction as a unit vector (2,)."""
    return np.asarray(direction[:2] / max(float(np.hypot(direction[0], direction[1])), 1e-9))


def _horizon(radiance: FloatArray, directions: FloatArray, sun: FloatArray) -> FloatArray:
    """Fit mean + slope * cos(azimuth to the sun) to the sky between 1 and 6 degrees of elevation, (2, 3)."""
    ring = (directions[..., 2] > 0.017) & (directions[..., 2] < 0.105)
    view, colour = directions[ring], radiance[ring]
    cosine = view[:, :2] @ _flat(sun) / np.maximum(np.hypot(view[:, 0], view[:, 1]), 1e-9)
    basis = np.stack([np.ones_like(cosine), cosine], axis=1)
    fit, *_ = np.linalg.lstsq(basis, colour, rcond=None)
    # Keep the haze positive on the side away from the sun.
    fit[1] = np.clip(fit[1], -0.9 * fit[0], 0.9 * fit[0])
    return np.asarray(fit)


def _with_skyline(radiance: FloatArray, level_klx: FloatArray) -> FloatArray:
    """Put house fronts and trees of a street, dark and of uneven height, between ground and sky."""
    directions = octahedral_directions(len(radiance))
    azimuth = np.arctan2(directions[..., 1], directions[..., 0])
    height = 0.27 + 0.07 * np.sin(3 * azimuth + 0.7) + 0.06 * np.sin(7 * azimuth + 2.1) + 0.03 * np.sin(17 * azimuth)
    share = np.clip((height - directions[..., 2]) / 0.05 + 0.5, 0.0, 1.0) * (directions[..., 2] > -0.01)
    front = np.array(SKYLINE_ALBEDO) * level_klx / np.pi
    return np.asarray(radiance * (1 - share[..., None]) + front * share[..., None])


def _smoothed(radiance: FloatArray) -> Float32Array:
    """Give the reflection maps: level i is what a surface of roughness i / (levels - 1) mirrors."""
    coarse = shrunk(radiance, 32)
    source, weight = octahedral_directions(32).reshape(-1, 3), solid_angles(32).reshape(-1)
    light = coarse.reshape(-1, 3)
    levels = [radiance]
    for i in range(1, REFLECTION_LEVELS):
        roughness = i / (REFLECTION_LEVELS - 1)
        cosine = np.maximum(source @ source.T, 0.0)
        lobe = cosine ** (2.0 / roughness**4) * weight
        level = (lobe @ light / lobe.sum(1, keepdims=True)).reshape(32, 32, 3)
        levels.append(level.repeat(2, 0).repeat(2, 1))
    return np.stack(levels).astype(np.float32)


def _spherical_harmonics(radiance: FloatArray) -> Float32Array:
    """Give nine coefficients (9, 3) of irradiance / pi by normal.

    Source:
        Ramamoorthi and Hanrahan 2001, An efficient representation for irradiance environment maps.
    """
    n = len(radiance)
    x, y, z = octahedral_directions(n).reshape(-1, 3).T
    basis = np.stack(
        [
            np.full_like(x, 0.282095), 0.488603 * y, 0.488603 * z, 0.488603 * x, 1.092548 * x * y, 1.092548 * y * z,
            0.315392 * (3 * z * z - 1), 1.092548 * x * z, 0.546274 * (x * x - y * y),
        ]
    )  # fmt: skip
    cosine_lobe = np.array([1.0] + [2 / 3] * 3 + [1 / 4] * 5)
    projected = (basis * solid_angles(n).reshape(-1)) @ radiance.reshape(-1, 3)
    return np.asarray(projected * cosine_lobe[:, None], np.float32)
