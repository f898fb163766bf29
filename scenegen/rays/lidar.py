"""A spinning scanner on a stage: every beam's exact hit, its range with noise, and how bright its return is.

A turn is a snapshot: all beams are cast at the instant of the frame, as if the scanner turned infinitely fast, so a point lies
where its object is in the picture of the same frame. Seen from above the scanner turns clockwise, from straight behind
over the left and straight ahead (half a turn) back to behind; `column` tells when a beam is fired.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import Float32Array, FloatArray, IntArray
from scenegen.models.materials import MATERIALS
from scenegen.rays.scene import Hits, RayScene
from scenegen.scenario.scene import LidarScene
from scenegen.stage.stage import StageLidar

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
_LIVING = {"leaf": 0.5, "hedge": 0.45, "far_foliage": 0.45, "grass": 0.4}
"""Reflectance of living green at 905 nm, far above what the eye sees of it (USGS spectral library: 0.4 to 0.6)."""
_RETRO = {"marking": 0.25, "marking_yellow": 0.25, "plate": 0.8, "plate_band": 0.8, "tail_lamp": 0.6, "brake_lamp": 0.6}
"""Share sent straight back by glass beads and prisms, on top of what is scattered."""
_SIGN_RETRO = 0.8
"""The same of the painted faces of traffic signs, which have no material of their own."""
_GLASS = ("glass", "house_glass")
"""Nearly all goes through or off to the side: what returns is the dust."""
_GLASS_RETURN = 0.02


@dataclass(frozen=True, eq=False)
class Returns:
    """The returns of one turn, from the top ring down, each ring in firing order; n of them.

    `hits` are the exact places; `beams` (n, 3) float64 unit directions in the scanner's frame; `range_m` (n,) float64 as
    measured, noise included; `intensity` (n,) float32 0..1; `ring` (n,) and `column` (n,) int32.
    """

    hits: Hits
    beams: FloatArray
    range_m: FloatArray
    intensity: Float32Array
    ring: IntArray
    column: IntArray


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
    beams = beam_directions(build).reshape(-1, 3)
    world_from_lidar = np.asarray(lidar.world(frame), np.float64)
    hits = rays.cast(frame, world_from_lidar[:3, 3], beams @ world_from_lidar[:3, :3].T, most=build.most_range)
    comes_back = hits.is_hit & (hits.range_m >= build.least_range) & (hits.range_m <= build.most_range)

    # Every beam has its draws whether it returns or not, so a change of the scene changes no other beam's noise
    random = np.random.default_rng(seed)
    if build.drop_out > 0:
        comes_back &= random.random(len(beams), np.float32) >= build.drop_out
    kept = np.flatnonzero(comes_back).astype(np.int32)
    hits = hits.taken(kept)
    range_m = hits.range_m.copy()
    if build.noise > 0:
        range_m += build.noise * random.standard_normal(len(beams), np.float32)[kept]
    ring, column = np.divmod(kept, np.int32(build.columns))
    return Returns(hits, beams[kept], range_m, intensity(rays, hits), ring, column)


def intensity(rays: RayScene, hits: Hits) -> Float32Array:
    """Give how bright returns are, 0..1, range taken out as scanners do.

    With c the cosine of incidence, d what the surface scatters and r what it sends straight back:
    min(1, d c + r (1 - (1 - c)^2)). d is the luminance of the diffuse colour without its metallic share, or of living green
    its reflectance in the near infrared; r is that of beads and prisms: they keep their return when seen aslant.
    """
    face = rays.surfaces.face(hits.instance, hits.triangle)
    scattered, straight = _tables()
    own = scattered[rays.surfaces.material[face]]
    bright = rays.surfaces.painted(face, hits.instance) @ _LUMINANCE
    material = rays.surfaces.material[face]
    diffuse = np.where(np.isnan(own), bright * _not_metal()[material], own)
    c = hits.facing
    return np.minimum(diffuse * c + straight[material] * (1 - (1 - c) ** 2), 1).astype(np.float32)


def _tables() -> tuple[Float32Array, Float32Array]:
    """Give by material what is scattered where colour does not tell (nan elsewhere), and what goes straight back."""
    named = _LIVING | dict.fromkeys(_GLASS, _GLASS_RETURN)
    scattered = np.array([named.get(m.name, np.nan) for m in MATERIALS], np.float32)
    return scattered, np.array([_RETRO.get(m.name, 0.0) for m in MATERIALS], np.float32)


def _not_metal() -> Float32Array:
    return np.array([1 - m.metallic for m in MATERIALS], np.float32)
