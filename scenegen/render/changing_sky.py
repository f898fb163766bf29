"""The distant light of a stage at any frame: baked once where nothing changes, else between skies baked a second apart.

What a frame is lit by depends on the frame alone, so it is the same drawn alone or in a sequence.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.render.sky import Sky, bake_sky
from scenegen.scenario.scene import LightScene, WeatherScene
from scenegen.stage.stage import Stage

KEY_S = 1.0
"""Time between baked skies of a stage whose light or cloud changes; between two of them light is mixed."""
SUN_STEP = 1 / 400
"""Step of the sun's unit vector: shadows that stand still are drawn anew only when it moves by a seventh of a degree."""
_KEPT = 3


@dataclass(frozen=True, eq=False)
class Daylight:
    """Light and weather at a frame, and the sky they give."""

    light: LightScene
    weather: WeatherScene
    sky: Sky


class ChangingSky:
    """Gives the daylight of a stage's frames; keeps the skies baked last."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._baked: dict[tuple[float, ...], Sky] = {}
        self.is_changing = bool(stage.skies)

    def at(self, frame: int) -> Daylight:
        """Give the daylight at a frame."""
        light, weather = self._stage.sky_at(frame)
        if not self.is_changing:
            return Daylight(light, weather, self._bake(light, weather))
        step = max(1, round(KEY_S * self._stage.fps))
        before = frame // step * step
        after = min(before + step, self._stage.frames - 1)
        skies = [self._bake(*self._stage.sky_at(key)) for key in (before, after)]
        share = (frame - before) / (after - before) if after > before else 0.0
        return Daylight(light, weather, mixed(skies[0], skies[1], share))

    def _bake(self, light: LightScene, weather: WeatherScene) -> Sky:
        """Bake a sky, unless it was; rain, fog and the road do not show in it."""
        key = (*dataclasses.astuple(light), weather.cloud, weather.snow_cover)
        if key not in self._baked:
            if len(self._baked) >= _KEPT:
                del self._baked[next(iter(self._baked))]
            self._baked[key] = bake_sky(light, weather)
        return self._baked[key]


def mixed(one: Sky, other: Sky, share: float) -> Sky:
    """Give a sky between two: all light in proportion, the sun on its way from one place to the other."""
    if one is other or share <= 0.0:
        return one
    fields = {}
    for field in dataclasses.fields(Sky):
        a, b = getattr(one, field.name), getattr(other, field.name)
        fields[field.name] = (a + (b - a) * a.dtype.type(share)).astype(a.dtype)
    for name in ("towards_sun", "glow_towards"):
        fields[name] = _way(getattr(one, name), getattr(other, name), share)
    return Sky(**fields)


def _way(one: FloatArray, other: FloatArray, share: float) -> FloatArray:
    """Give the unit vector on the way between two, in small steps; the nearer one where they lie far apart."""
    if float(one @ other) < 0.5:
        return one if share < 0.5 else other
    between = np.round((one + (other - one) * share) / SUN_STEP) * SUN_STEP
    return np.asarray(between / np.linalg.norm(between))
