"""Rain drops and snow flakes in the air before the camera: where each is while the shutter is open, and how much it covers.

They fall in a cube of air that tiles the world, so a drop seen in one frame is the same drop in the next, and a frame drawn
alone shows the drops that it shows in a sequence. The largest drops of the cube are drawn one by one; the many small ones are
what the haze of rain and snow stands for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, Float32Array, FloatArray, rigid_inverse

CUBE_M = 9.0
"""Side of the cube of air; its middle is half of that before the camera."""
NEAREST_M = 0.35
"""Drops nearer than this are left out: they would be on the glass."""
MOST = {"rain": 9000, "snow": 7000}
"""Drops and flakes in the cube that are drawn one by one."""
LEAST_WIDTH_MM = {"rain": 0.8, "snow": 3.0}
"""Smaller ones are a matter of haze at any distance."""
WIND_M_PER_S = 1.6
"""How fast the air moves across, on average; flakes go with it and flutter, drops nearly do."""
WATER_OPACITY, SNOW_OPACITY = 0.9, 0.85
"""Share of the light behind that is replaced where a drop or flake is all the time."""


@dataclass(frozen=True, eq=False)
class Fall:
    """What falls at an instant: `begin_m`, `end_m` (n, 3) in the camera frame at shutter opening and closing, metres;
    `width_m` (n,) across; `is_snow` 1 for flakes (n,)."""

    begin_m: Float32Array
    end_m: Float32Array
    width_m: Float32Array
    is_snow: Float32Array

    def packed(self) -> bytes:
        """Give eight numbers a drop, as `shaders/fall_vertex.glsl` reads them."""
        columns = (self.begin_m, self.end_m, self.width_m[:, None], self.is_snow[:, None])
        return np.ascontiguousarray(np.concatenate(columns, axis=1), np.float32).tobytes()


def drop_diameters_mm(rate_mm_per_h: float, volume_m3: float, count: int) -> FloatArray:
    """Give the diameters of the `count` largest drops in a volume of rain, (count,) falling; 0 where there are fewer.

    Source:
        Marshall and Palmer 1948, The distribution of raindrops with size: N(D) = 8000 exp(-4.1 R^-0.21 D) per m3 and mm.
    """
    return _largest(8000.0, 4.1 * rate_mm_per_h**-0.21, volume_m3, count)


def flake_diameters_mm(rate_mm_per_h: float, volume_m3: float, count: int) -> FloatArray:
    """Give the diameters of the `count` largest flakes in a volume of snowfall, (count,) falling; 0 where there are fewer.

    Source:
        Gunn and Marshall 1958, The distribution with size of aggregate snowflakes, by melted diameter; a flake is 3.7 times
        as wide as its drop at a density of 20 kg/m3.
    """
    return 3.7 * _largest(3800.0 * rate_mm_per_h**-0.87, 2.55 * rate_mm_per_h**-0.48, volume_m3, count)


def _largest(at_zero: float, slope: float, volume_m3: float, count: int) -> FloatArray:
    """Give the sizes of the largest of an exponential law with so many per m3 and mm at zero."""
    rank = np.arange(count) + 0.5
    return np.asarray(np.maximum(np.log(at_zero * volume_m3 / slope / rank) / slope, 0.0))


def drop_speed_m_per_s(diameter_mm: FloatArray) -> FloatArray:
    """Give how fast drops fall.

    Source:
        Atlas, Srivastava and Sekhon 1973, Doppler radar characteristics of precipitation at vertical incidence.
    """
    return np.asarray(np.maximum(9.65 - 10.3 * np.exp(-0.6 * diameter_mm), 0.1))


class Falling:
    """All drops and flakes of a stage; what there is of them at an instant follows from rates and time alone."""

    def __init__(self, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self._places = {kind: generator.random((count, 3)) * CUBE_M for kind, count in MOST.items()}
        self._flutter = generator.standard_normal((MOST["snow"], 3)) * (0.35, 0.35, 0.2)
        angle = generator.random() * 2 * np.pi
        self._wind = WIND_M_PER_S * np.array([np.cos(angle), np.sin(angle), 0.0])

    def at(
        self,
        time_s: float,
        rates_mm_per_h: tuple[float, float],
        world_from_cam: FloatArray,
        velocity: FloatArray,
        exposure_s: float,
    ) -> Fall:
        """Give what falls before a camera while its shutter is open.

        Args:
            time_s: the middle of the exposure.
            rates_mm_per_h: of rain and of snow.
            world_from_cam: (4, 4) at that time.
            velocity: (3,) of the camera in the world, m/s.
            exposure_s: how long the shutter is open.
        """
        parts = []
        for kind, rate in zip(("rain", "snow"), rates_mm_per_h, strict=True):
            if rate > 0.0:
                parts.append(self._of_kind(kind, rate, time_s, world_from_cam, velocity, exposure_s))
        empty = Fall(*(np.zeros(shape, np.float32) for shape in ((0, 3), (0, 3), (0,), (0,))))
        columns = zip(*((p.begin_m, p.end_m, p.width_m, p.is_snow) for p in parts), strict=True)
        return Fall(*(np.concatenate(column) for column in columns)) if parts else empty

    def _of_kind(
        self, kind: str, rate: float, time_s: float, world_from_cam: FloatArray, velocity: FloatArray, exposure_s: float
    ) -> Fall:
        """Give the drops or the flakes."""
        is_snow = kind == "snow"
        diameters = (flake_diameters_mm if is_snow else drop_diameters_mm)(rate, CUBE_M**3, MOST[kind])
        kept = np.flatnonzero(diameters > LEAST_WIDTH_MM[kind])
        speed = np.full(len(kept), 1.1) if is_snow else drop_speed_m_per_s(diameters[kept])
        moved = self._wind * (1.0 if is_snow else 0.8) + np.stack([0 * speed, 0 * speed, -speed], axis=1)
        if is_snow:
            moved = moved + self._flutter[kept]
        middle = world_from_cam[:3, 3] + world_from_cam[:3, 2] * (0.5 * CUBE_M)
        away = (self._places[kind][kept] + moved * time_s - middle + 0.5 * CUBE_M) % CUBE_M - 0.5 * CUBE_M
        cam_from_world = rigid_inverse(world_from_cam)[:3, :3]
        seen = (middle + away - world_from_cam[:3, 3]) @ cam_from_world.T
        half = (moved - velocity) @ cam_from_world.T * (0.5 * exposure_s)
        front = _in_front(seen, half)
        ends = (seen - half)[front], (seen + half)[front]
        width = diameters[kept][front] * 1e-3
        return Fall(
            ends[0].astype(np.float32),
            ends[1].astype(np.float32),
            width.astype(np.float32),
            np.full(len(width), is_snow, np.float32),
        )


def _in_front(seen_m: FloatArray, half_m: FloatArray) -> BoolArray:
    """Tell which drops are before the camera all the time."""
    return np.asarray(seen_m[:, 2] - np.abs(half_m[:, 2]) > NEAREST_M)
