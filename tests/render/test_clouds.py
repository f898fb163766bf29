"""Clouds cover the share of the sky that is asked for, hide the stars behind them and are lit by the sun."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.geometry import FloatArray
from scenegen.render.clouds import clouds
from scenegen.render.octahedral import octahedral_directions
from scenegen.render.sky import bake_sky
from scenegen.scenario.scene import LightScene, WeatherScene

SUN = np.array([0.6, 0.0, 0.8])


def half_sphere() -> FloatArray:
    directions = octahedral_directions(256).reshape(-1, 3)
    return directions[directions[:, 2] > 0.05]


@pytest.mark.parametrize("cloud", [0.25, 0.5, 0.75])
def test_clouds_cover_about_the_share_asked_for(cloud: float) -> None:
    density, _ = clouds(half_sphere(), SUN, cloud)
    # Heaps seen aslant hide some of the gaps beyond them, and cirrus adds its veil
    assert cloud - 0.15 < density.mean() < cloud + 0.2


def test_a_clear_sky_has_none_and_a_closed_deck_no_gap() -> None:
    none, _ = clouds(half_sphere(), SUN, 0.0)
    deck, _ = clouds(half_sphere(), SUN, 1.0)
    assert none.max() == 0.0
    assert deck.min() == pytest.approx(1.0)


def test_tops_are_brighter_than_bases() -> None:
    density, lit = clouds(half_sphere(), SUN, 0.5)
    thick = lit[density > 0.9]
    assert thick.max() > 2 * np.percentile(thick, 10)


def test_clouds_have_detail_but_no_single_texels() -> None:
    sky = bake_sky(LightScene(40.0, 180.0, False, 0.0), WeatherScene(0.5, 1e6, 0.0, 0.0)).clear
    middle = sky[192:320, 192:320]
    steps = np.abs(np.diff(middle, axis=1))
    assert steps.mean() > 0.002
    # A texel that differs from both its neighbours by more than half is a fleck, not an edge
    fleck = (np.abs(middle[:, 1:-1] - middle[:, :-2]) > 0.5) & (np.abs(middle[:, 1:-1] - middle[:, 2:]) > 0.5)
    assert fleck.mean() < 0.002
