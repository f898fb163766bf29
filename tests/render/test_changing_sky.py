"""Light and weather that change in a clip: each frame has its own, alone or in a sequence."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lit_stages import CLEAR, lit, maker

from scenegen.render.changing_sky import ChangingSky, mixed
from scenegen.render.renderer import Renderer
from scenegen.scenario.scene import LightScene
from scenegen.stage.stage import Stage


def evening(frames: int = 3) -> Stage:
    """The sun sinks by two degrees a frame while fog rises."""
    stage = dataclasses.replace(maker().stage(), frames=frames, fps=2)
    skies = tuple(
        (LightScene(8.0 - 2.0 * k, 180.0, False, 0.0), dataclasses.replace(CLEAR, fog_visibility=10_000.0 / (k + 1)))
        for k in range(frames)
    )
    return dataclasses.replace(lit(stage, *skies[0]), skies=skies)


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    renderer = Renderer()
    renderer.load(evening())
    found = [renderer.render(frame).rgb for frame in range(3)]
    return [picture for picture in found if picture is not None]


def test_light_goes_from_baked_sky_to_baked_sky() -> None:
    skies = ChangingSky(evening())
    levels = [float(skies.at(frame).sky.level_klx.sum()) for frame in range(3)]
    assert levels == sorted(levels, reverse=True)
    first, second = skies.at(0).sky, skies.at(2).sky
    assert levels[1] == pytest.approx(0.5 * (levels[0] + levels[2]))
    assert mixed(first, second, 0.25).horizon == pytest.approx(0.75 * first.horizon + 0.25 * second.horizon)
    assert np.linalg.norm(skies.at(1).sky.towards_sun) == pytest.approx(1.0)


def test_a_still_stage_is_baked_once() -> None:
    skies = ChangingSky(maker().stage())
    assert skies.at(0).sky is skies.at(0).sky


def test_every_frame_has_its_own_light(pictures: list[np.ndarray]) -> None:
    assert len({picture.tobytes() for picture in pictures}) == 3


def test_a_frame_is_the_same_alone(pictures: list[np.ndarray]) -> None:
    renderer = Renderer()
    renderer.load(evening())
    alone = renderer.render(1).rgb
    assert alone is not None
    assert alone.tobytes() == pictures[1].tobytes()
