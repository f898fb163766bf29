"""What pictures show of vehicles beyond their meshes: cabins, panel gaps, dirt; and that no label knows of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from benchmarks.turntable import Show, specs_of, turntable_stage
from scenegen.models.catalogue import build
from scenegen.render.passes import Passes
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Stage, VehicleLook

SHOW = Show(size_px=(260, 150), views=1, distance_m=7.0, paint="silver")


@cache
def stage() -> Stage:
    return turntable_stage(specs_of(["saloon:3"], [0]), SHOW)


@pytest.fixture(scope="module")
def raster() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


def shown(raster: Renderer, **changed: object) -> Passes:
    looks = tuple(dataclasses.replace(look, **changed) for look in stage().vehicle_looks)  # type: ignore[arg-type]
    raster.load(dataclasses.replace(stage(), vehicle_looks=looks))
    return raster.render(0)


def colour(passes: Passes) -> np.ndarray:
    assert passes.rgb is not None
    return passes.rgb.astype(int)


def is_part(passes: Passes, name: str) -> np.ndarray:
    model = build(specs_of(["saloon:3"], [0])[0])
    look: VehicleLook = stage().vehicle_looks[0]
    return (passes.row == look.rows[0]) & (passes.part == model.parts.index(name))


def test_labels_are_the_same_with_and_without_it(raster: Renderer) -> None:
    full = shown(raster, taken=15, dirt=1.0)
    raster.load(dataclasses.replace(stage(), vehicle_looks=()))
    bare = raster.render(0)
    for name in ("z_m", "normal_oct", "row", "part", "flow_px", "state"):
        np.testing.assert_array_equal(getattr(full, name), getattr(bare, name))
    changed = (colour(full) != colour(bare)).any(axis=2)
    assert changed[is_part(full, "glass")].mean() > 0.9
    assert changed[is_part(full, "body")].mean() > 0.5


def test_a_driver_is_seen_through_the_glass_only(raster: Renderer) -> None:
    empty, driven = shown(raster, taken=0, dirt=0.0), shown(raster, taken=1, dirt=0.0)
    changed = np.abs(colour(driven) - colour(empty)).max(axis=2) > 6  # smoothing of edges reaches a pixel further
    glass = is_part(empty, "glass")
    near = glass.copy()
    for axis in (0, 1):
        for step in (-2, -1, 1, 2):
            near |= np.roll(glass, step, axis)
    assert 20 < changed.sum() < 0.6 * glass.sum()
    assert near[changed].mean() > 0.98


def test_panel_gaps_darken_paint_and_fade_with_distance(raster: Renderer) -> None:
    def strength(stage_: Stage) -> float:
        pictures = []
        for seams in (stage_.vehicle_looks[0].seams, {}):
            looks = tuple(dataclasses.replace(look, seams=seams, dirt=0.0) for look in stage_.vehicle_looks)
            raster.load(dataclasses.replace(stage_, vehicle_looks=looks))
            pictures.append(colour(raster.render(0)).sum(axis=2))
        return float((pictures[1] - pictures[0]).max())

    near = strength(stage())
    far = strength(turntable_stage(specs_of(["saloon:3"], [0]), dataclasses.replace(SHOW, distance_m=40.0)))
    assert near > 60
    assert far < 0.7 * near


def test_dirt_lies_low(raster: Renderer) -> None:
    clean, dirty = shown(raster, dirt=0.0), shown(raster, dirt=1.0)
    body = is_part(clean, "body")
    lines = np.flatnonzero(body.any(axis=1))
    middle = int(np.median(lines))
    change = np.abs(colour(dirty) - colour(clean)).sum(axis=2)
    low, high = body.copy(), body.copy()
    low[:middle], high[middle:] = False, False
    assert change[low].mean() > 2.0 * change[high].mean()
