"""The camera of the look `raster`: what lens, sensor and response make of a frame's light."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from scenegen.geometry import FloatArray, Pinhole
from scenegen.render.geometry_pass import set_uniform
from scenegen.render.look_targets import LookTargets
from scenegen.render.sky import Sky
from scenegen.render.tone import WHITE, Exposure, Response
from scenegen.render.uniforms import write_numbers
from scenegen.scenario.scene import PictureScene

GLARE_SHARE = (0.020, 0.012)
"""Share of all light that a lens spreads over some pixels, and over much of the picture (3 % of veiling glare is usual)."""
SUN_VEIL = 4.0
"""Luminance, in cd/m2 for each lux of the sun on the lens, one degree from it. The eye's is 10 (CIE disability glare)."""
VEIL_REACH_DEG = 3.0
"""How far outside the picture the sun still counts: beyond, the hood keeps it off the lens."""
SUN_RADIUS_DEG = 0.27
BASE_EXPOSURE_S_KLX = 0.0052
"""Exposure time at base gain for a gain of 1 per kilolux: 0.15 ms in full sun, as an industrial camera at F/2.8 takes."""
MOST_GAIN = 32.0
"""Highest gain of the sensor over its base; what is darker stays dark."""
READ_NOISE_E = 6.0
"""Standard deviation of reading a pixel, electrons."""


@dataclass(frozen=True, eq=False)
class Shot:
    """How one camera takes one frame: `share` (3,) of the stage's exposure, the time it is open, the sensor's gain."""

    response: Response
    share: FloatArray
    exposure_s: float
    sensor_gain: float


def plan_shot(picture: PictureScene, exposure: Exposure, metered: float = 1.0) -> Shot:
    """Choose how a camera takes a frame.

    Args:
        picture: what the camera is.
        exposure: what the stage's light asks for.
        metered: light that the camera takes the scene to have, as a share of the stage's.
    """
    response = exposure.response(picture.look)
    share = response.share / max(metered, 1e-3)
    wanted_s = BASE_EXPOSURE_S_KLX * float(exposure.gain.mean()) * share
    exposure_s = min(wanted_s, picture.exposure_time)
    gain = min(wanted_s / exposure_s, MOST_GAIN)
    return Shot(response, np.full(3, share * gain * exposure_s / wanted_s), exposure_s, gain)


class Finish:
    """Programs of the last pass; uniforms are written for every frame."""

    def __init__(self, build: Callable[..., tuple[Any, Any]], *, is_draft: bool) -> None:
        """Build the programs.

        Args:
            build: gives (program, vertex array) of fragment parts and defines.
            is_draft: leave out what costs.
        """
        self._is_draft = is_draft
        white = f"WHITE {WHITE}"
        plain = ("DRAFT",) if is_draft else ()
        parts = ("response", "finish_picture")
        self._edges, self._averaged = (build(parts, (white, *left_out)) for left_out in (plain, ("NO_EDGES",)))
        self._sight = build(("sun_sight",), ())

    def draw(
        self, targets: LookTargets, source: Any, picture: PictureScene, shot: Shot, sun: SunPlace | None, noise_key: int,
        *, units: dict[str, int],
    ) -> None:  # fmt: skip
        """Finish the picture `source`, whose depth is bound.

        Args:
            targets: of the picture's size; `picture_out` is filled.
            source: coded light of the picture's size.
            picture: what the camera is.
            shot: how it takes this frame.
            sun: where the sun stands in the picture, if it does.
            noise_key: of this frame.
            units: texture units by sampler.
        """
        program, array = self._averaged if targets.own_gbuffer is not None else self._edges
        if not self._is_draft:
            if picture.bloom > 0:
                near, wide = targets.bloom.draw(source)
                near.use(units["glare_map"])
                wide.use(units["veil_map"])
            self._lens(program, picture, targets)
            self._sun(program, targets, picture, sun, units)
        corner = (1 - picture.vignette) ** -0.5 - 1
        program["falloff"] = (2 / float(np.hypot(*targets.size_px)), corner)
        source.use(units["picture"])
        write_numbers(program, "share", shot.share)
        write_numbers(program, "curve", np.array(shot.response.curve))
        set_uniform(program, "saturation", shot.response.saturation)
        program["noise_key"] = noise_key
        unit_light = shot.sensor_gain / shot.response.full_well
        program["noise_power"] = (unit_light * picture.noise**2, (READ_NOISE_E * unit_light * picture.noise) ** 2)
        targets.framebuffers[2].use()
        array.render(moderngl.TRIANGLES, vertices=3)

    def _lens(self, program: Any, picture: PictureScene, targets: LookTargets) -> None:
        """Write what the lens does to sharpness, and its glare."""
        variance = picture.softness**2
        set_uniform(program, "softness", min(2 * variance, 1.0))
        set_uniform(program, "soft_step", float(np.sqrt(max(variance, 0.5) - 0.25)))
        shift = picture.fringe / (float(np.hypot(*targets.size_px)) / 2)
        program["fringe"] = (shift, -shift)
        program["glare_share"] = tuple(part * min(picture.bloom, 20.0) for part in GLARE_SHARE)

    def _sun(
        self, program: Any, targets: LookTargets, picture: PictureScene, sun: SunPlace | None, units: dict[str, int]
    ) -> None:
        """Look whether the sun is seen, and write how the lens scatters it."""
        write_numbers(program, "sun_veil", np.zeros(3) if sun is None else sun.veil * picture.flare)
        if sun is None or picture.flare == 0:
            return
        program["sun_place"] = (*sun.place_px, sun.deg_per_px)
        sight, array = self._sight
        samples = targets.samples
        sight["sun_place"] = (
            *((place + 0.5) * samples - 0.5 for place in sun.place_px),
            SUN_RADIUS_DEG / sun.deg_per_px * samples,
            0,
        )
        targets.sun_sight_framebuffer.use()
        array.render(moderngl.TRIANGLES, vertices=3)
        targets.sun_sight.use(units["sun_sight"])


@dataclass(frozen=True, eq=False)
class SunPlace:
    """The sun in a picture: its place and scale, and its veil (3,) at one degree, exposed as the stage is."""

    place_px: tuple[float, float]
    deg_per_px: float
    veil: FloatArray


def sun_place(sky: Sky, exposure: Exposure, world_from_cam: FloatArray, lens: Pinhole) -> SunPlace | None:
    """Find the sun in a picture, or none."""
    towards_cam = world_from_cam[:3, :3].T @ sky.towards_sun
    if towards_cam[2] < 0.05 or float(sky.sun_klx.max()) < 0.05:
        return None
    u = lens.fx_px * towards_cam[0] / towards_cam[2] + lens.cx_px
    v = lens.fy_px * towards_cam[1] / towards_cam[2] + lens.cy_px
    deg_per_px = float(np.degrees(1 / lens.fx_px))
    reach = VEIL_REACH_DEG / deg_per_px
    if not (-reach < u < lens.width_px + reach and -reach < v < lens.height_px + reach):
        return None
    veil = sky.sun_klx * exposure.gain * (np.pi * SUN_VEIL)
    return SunPlace((float(u), float(v)), deg_per_px, veil)
