"""Motion blur against many sharp pictures taken while the shutter is open and averaged as light."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from lit_stages import grey_light, lit, maker, tinted
from little_stages import StageMaker, box_mesh, limb_mesh, still

from scenegen.geometry import BODY_FROM_CAM, FloatArray, pose
from scenegen.render.renderer import Renderer
from scenegen.scenario.camera_looks import CAMERA_LOOKS
from scenegen.scenario.scene import LightScene
from scenegen.stage.stage import Stage

TICK_S = 0.01
OPEN_S = 0.02
DUSK = LightScene(-4.0, 180.0, False, 0.0)
"""So dark that the shutter stays open as long as it may."""
BARE = dataclasses.replace(CAMERA_LOOKS["clean"], exposure_time=OPEN_S)


@pytest.fixture(scope="module")
def raster() -> Iterator[Renderer]:
    with Renderer(look="raster") as renderer:
        yield renderer


def moving() -> StageMaker:
    """A light box that crosses at 18 m/s before a dark wall, a bar that spins, an arm that bends, seen while driving."""
    made = maker()
    made.camera = lambda t: pose(5.0 * t, 0, 1.65, yaw=0.1 * t) @ BODY_FROM_CAM
    made.add(tinted(box_mesh((0.2, 30.0, 5.0)), 60), still(pose(20.0, 0.0, 2.5)))
    made.add(tinted(box_mesh((1.5, 1.5, 1.5)), 190), lambda t: pose(10.0, 2.3 - 18.0 * t, 1.9), object_id=1)
    made.add(
        tinted(box_mesh((0.2, 1.6, 0.3)), 190),
        lambda t: pose(8.0, -2.6, 1.0) @ _spin(15.0 * t),
        object_id=2,
    )
    made.add(
        limb_mesh(), lambda t: pose(7.0, 1.8, 0.6), lambda t: pose(7.0, 1.8, 0.6) @ _spin(3.0 * np.sin(9 * t)), skinned=True
    )
    return made


def _spin(angle_rad: float) -> FloatArray:
    turn = np.eye(4)
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    turn[1:3, 1:3] = [[c, -s], [s, c]]
    return turn


def stage_of(made: StageMaker, *, blurred: bool, step_s: float = 0.1, middle: int = 1) -> Stage:
    """The stage with or without motion blur; frame `middle` is at 0.1 s, and frames are `step_s` apart."""
    base = lit(made.stage(), DUSK)

    def time_s(frame: int, side: int) -> float:
        return 0.1 + (frame - middle) * step_s + side * TICK_S

    def rows(frame: int, side: int = 0) -> FloatArray:
        return np.stack([motion(time_s(frame, side)) for motion in made.motions])

    def camera(frame: int, side: int = 0) -> FloatArray:
        return made.camera(time_s(frame, side))

    picture = dataclasses.replace(BARE, motion_blur=blurred)
    seen = dataclasses.replace(base.cameras[0], world=camera, near=camera, picture=picture)
    return dataclasses.replace(base, cameras=(seen,), rows_world=rows, near_rows=rows, tick_s=TICK_S)


def light(renderer: Renderer, stage: Stage) -> FloatArray:
    renderer.load(stage)
    rgb = renderer.render(1).rgb
    assert rgb is not None
    return grey_light(rgb.astype(np.float64).mean(axis=2))


def test_blur_is_the_mean_of_the_sharp_pictures_while_the_shutter_is_open(raster: Renderer) -> None:
    made = moving()
    made.frames = 25
    raster.load(stage_of(made, blurred=False, step_s=OPEN_S / 25, middle=12), labels=[])
    taken = [raster.render(frame).rgb for frame in range(25)]
    wanted = np.mean([grey_light(rgb.astype(np.float64).mean(axis=2)) for rgb in taken if rgb is not None], axis=0)
    sharp, blurred = light(raster, stage_of(made, blurred=False)), light(raster, stage_of(made, blurred=True))
    # The box moves 6 px in this time. The rest of the error is in what a sharp picture does not hold: the wall behind
    # the box, the curved ways of the bar's ends, and the arm, which folds and turns to the light.
    moves = np.abs(sharp - wanted) > 0.1 * wanted
    assert moves.mean() > 0.02
    assert np.abs(blurred - wanted)[moves].mean() < 0.6 * np.abs(sharp - wanted)[moves].mean()
    assert np.abs(blurred - wanted)[~moves].mean() < 0.02 * wanted.mean()


def test_the_blurred_edge_of_the_box_is_as_wide_as_its_way(raster: Renderer) -> None:
    made = maker()
    made.add(tinted(box_mesh((0.2, 30.0, 5.0)), 60), still(pose(20.0, 0.0, 2.5)))
    made.add(tinted(box_mesh((1.5, 3.0, 1.5)), 250), lambda t: pose(10.0, -18.0 * (t - 0.1), 1.6), object_id=1)
    line = light(raster, stage_of(made, blurred=True))[60]
    sharp = light(raster, stage_of(made, blurred=False))[60]
    inner, outer = sharp[100], line[40]
    rising = (line > outer + 0.02 * (inner - outer)) & (line < inner - 0.02 * (inner - outer))
    way_px = 150.0 * 18.0 * OPEN_S / 9.25
    assert abs(rising[:100].sum() - 0.96 * way_px) < 3


def test_blur_touches_no_label_and_is_the_same_alone(raster: Renderer) -> None:
    made = moving()
    raster.load(stage_of(made, blurred=True))
    sequence = list(raster.render_sequence(range(3)))
    raster.load(stage_of(made, blurred=True))
    alone = raster.render(2)
    assert np.array_equal(alone.rgb, sequence[2].rgb)  # type: ignore[arg-type]
    raster.load(stage_of(made, blurred=False))
    plain = raster.render(2)
    assert not np.array_equal(alone.rgb, plain.rgb)  # type: ignore[arg-type]
    for name in ("z_m", "normal_oct", "row", "part", "flow_px", "dz_m", "state"):
        assert getattr(plain, name).tobytes() == getattr(alone, name).tobytes(), name


def test_a_short_exposure_is_not_blurred(raster: Renderer) -> None:
    made = moving()
    quick = []
    for blurred in (True, False):
        stage = stage_of(made, blurred=blurred)
        picture = dataclasses.replace(stage.cameras[0].picture, exposure_time=1e-4)
        raster.load(dataclasses.replace(stage, cameras=(dataclasses.replace(stage.cameras[0], picture=picture),)))
        quick.append(raster.render(1).rgb)
    assert np.array_equal(*quick)
