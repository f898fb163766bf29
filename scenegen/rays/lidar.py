"""A spinning scanner on a stage: every beam's exact hit, its range with noise, and how bright its return is.

A turn is a snapshot: all beams are cast at the instant of the frame, as if the scanner turned infinitely fast, so a point lies
where its object is in the picture of the same frame. Seen from above the scanner turns clockwise, from straight behind
over the left and straight ahead (half a turn) back to behind; `column` tells when a beam is fired.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.materials import MATERIAL, MATERIALS
from scenegen.rays.aim import Aim
from scenegen.rays.scene import Hits, RayScene
from scenegen.rays.solid import Indices
from scenegen.rays.turning import picked
from scenegen.scenario.scene import LidarScene
from scenegen.stage.stage import StageLidar

_LIVING = {"leaf": 0.5, "hedge": 0.45, "far_foliage": 0.45, "grass": 0.4}
"""Reflectance of living green at 905 nm, far above what the eye sees of it (USGS spectral library: 0.4 to 0.6)."""
_RETRO = {"marking": 0.25, "marking_yellow": 0.25, "plate": 0.8, "plate_band": 0.8, "tail_lamp": 0.6, "brake_lamp": 0.6}
"""Share sent straight back by glass beads and prisms, on top of what is scattered."""
_SIGN_RETRO = 0.8
"""The same of the painted faces of traffic signs, which have no material of their own."""
_GLASS = ("glass", "house_glass")
"""Nearly all goes through or off to the side: what returns is the dust."""
_GLASS_SHARE = 0.3
_DULL: Float32Array = np.array([_GLASS_SHARE if m.name in _GLASS else 1 - m.metallic for m in MATERIALS], np.float32)
_SCATTERED: Float32Array = np.array([_LIVING.get(m.name, 0.0) for m in MATERIALS], np.float32)
_STRAIGHT: Float32Array = np.array([_RETRO.get(m.name, 0.0) for m in MATERIALS], np.float32)
"""By material: how much of the luminance counts, what is scattered at least, and what goes straight back."""
_SIGN, _PLAIN = BY_NAME["traffic_sign"].id, MATERIAL["plain"]


@dataclass(frozen=True, eq=False)
class Returns:
    """The returns of one turn, from the top ring down, each ring in firing order; n of them.

    `hits` are the exact places; `number` (n,) of the beams among all `of` the scanner, (rings x columns, 3) float64 unit
    directions in its frame; `noise_m` (rings x columns,), None for none.
    """

    hits: Hits
    number: Indices
    of: FloatArray
    columns: int
    noise_m: Float32Array | None

    @property
    def beams(self) -> FloatArray:
        """Unit directions in the scanner's frame, (n, 3)."""
        return picked(self.of, self.number)

    @property
    def range_m(self) -> FloatArray:
        """What is measured, noise included, (n,) float64."""
        return self.hits.range_m if self.noise_m is None else self.hits.range_m + np.take(self.noise_m, self.number)

    @property
    def ring(self) -> Indices:
        """Rings from the top, (n,)."""
        return self.number.astype(np.int32) // np.int32(self.columns)

    @property
    def column(self) -> Indices:
        """Which firing of its ring, (n,)."""
        return self.number.astype(np.int32) % np.int32(self.columns)

    def some(self, own: slice | Indices) -> Returns:
        """Give some of the returns."""
        return Returns(self.hits.some(own), self.number[own], self.of, self.columns, self.noise_m)


def beam_directions(build: LidarScene) -> FloatArray:
    """Give the unit directions of all beams in the scanner's frame, (rings, columns, 3)."""
    elevation = np.radians(np.array(build.elevations_deg))[:, None]
    azimuth = np.pi - 2 * np.pi * np.arange(build.columns) / build.columns
    level = np.cos(elevation)
    up = np.broadcast_to(np.sin(elevation), (len(elevation), build.columns))
    return np.stack([level * np.cos(azimuth), level * np.sin(azimuth), up], axis=-1)


def scan(rays: RayScene, lidar: StageLidar, frame: int, *, seed: int) -> Returns:
    """Take one turn.

    Args:
        rays: the stage.
        lidar: the scanner.
        frame: -1 .. frames.
        seed: of the noise and the drop-out of this turn alone.
    Returns:
        What comes back; beams that meet nothing within the scanner's ranges are left out, as are those that drop out.
    """
    build = lidar.build
    aim = _aim(rays, build)
    world_from_lidar = np.asarray(lidar.world(frame), np.float64)

    # Every beam has its draws whether it returns or not, so a change of the scene changes no other beam's noise
    random = np.random.default_rng(seed)
    beams, fired = aim.directions, None
    if build.drop_out > 0:
        fired = np.flatnonzero(random.random(len(beams), np.float32) >= build.drop_out)
        aim = Aim(aim.origin_m, beams[fired])
    with ThreadPoolExecutor(1) as drawer:
        drawn = drawer.submit(lambda: build.noise * random.standard_normal(len(beams), np.float32) if build.noise > 0 else None)
        aim = aim.placed(world_from_lidar[:3, 3], world_from_lidar[:3, :3])
        kept, hits = rays.cast_returns(frame, aim, least=build.least_range, most=build.most_range)
    return Returns(hits, kept if fired is None else fired[kept], beams, build.columns, drawn.result())


def _aim(rays: RayScene, build: LidarScene) -> Aim:
    """Give the beams of a scanner in its own frame, worked out once."""
    if build not in rays.aims:
        rays.aims[build] = Aim(np.zeros(3), beam_directions(build).reshape(-1, 3))
    return rays.aims[build]


def intensity(rays: RayScene, hits: Hits) -> Float32Array:
    """Give how bright returns are, 0..1, range taken out as scanners do.

    With c the cosine of incidence, d what the surface scatters and r what it sends straight back:
    min(1, d c + r (1 - (1 - c)^2)). d is the luminance of the diffuse colour without its metallic share, or of living green
    its reflectance in the near infrared; r is that of beads and prisms: they keep their return when seen aslant.
    """
    surfaces, instances = rays.surfaces, rays.stage.instances
    face = surfaces.face(hits.instance, hits.triangle)
    material = np.take(surfaces.material, face).astype(np.intp)
    diffuse = np.fmax(surfaces.brightness(face, hits.instance) * np.take(_DULL, material), np.take(_SCATTERED, material))
    back = np.take(_STRAIGHT, material)
    plain = np.flatnonzero(material == _PLAIN)
    back[plain[instances.class_id[hits.instance[plain]] == _SIGN]] = _SIGN_RETRO
    c = hits.facing
    bright: Float32Array = np.minimum(c * (diffuse + back * (2 - c)), 1).astype(np.float32)
    return bright
