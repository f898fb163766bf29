"""Rigs of several cameras: each sees what it would see alone, shadows are shared, flow reaches over several frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from little_stages import SMALL
from moving_scene import MovingScene

from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, pose
from scenegen.render.passes import FLOW_VALID, Passes
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Stage, StageCamera

RIGHT_M = 0.54
OTHER = Pinhole.centred(width_px=96, height_px=64, focal_px=70.0)


@pytest.fixture(scope="module")
def labels() -> Iterator[Renderer]:
    with Renderer(look="none") as renderer:
        yield renderer


def rigged(frames: int = 5) -> Stage:
    """A moving scene seen by a camera, one 0.54 m to its right, and a smaller one that looks to the left."""
    scene = MovingScene()
    scene.maker.lens, scene.maker.frames = SMALL, frames
    stage = scene.maker.stage()
    main = stage.cameras[0]

    def beside(frame: int) -> FloatArray:
        return main.world(frame) @ pose(RIGHT_M, 0, 0)

    def aside(frame: int) -> FloatArray:
        return main.world(frame) @ np.linalg.inv(BODY_FROM_CAM) @ pose(0, 0, 0, yaw=0.9) @ BODY_FROM_CAM

    others = (StageCamera("right", SMALL, beside), StageCamera("aside", OTHER, aside))
    return replace(stage, cameras=(replace(main, name="left"), *others))


def same(a: Passes, b: Passes) -> bool:
    names = ("z_m", "normal_oct", "row", "part", "flow_px", "dz_m", "state")
    return all((getattr(a, name) == getattr(b, name)).all() for name in names)


def test_each_camera_of_a_rig_sees_what_it_sees_alone(labels: Renderer) -> None:
    stage = rigged()
    labels.load(stage)
    together = list(labels.render_rig(range(2)))
    assert [[shot.camera for shot in shots] for shots in together] == [["left", "right", "aside"]] * 2
    for number, camera in enumerate(stage.cameras):
        labels.load(replace(stage, cameras=(camera,)))
        for frame in range(2):
            alone = labels.render(frame)
            assert same(alone, together[frame][number]), (camera.name, frame)
            assert len(np.unique(alone.row)) > 2


def test_a_point_lies_further_left_in_the_right_image_by_its_disparity(labels: Renderer) -> None:
    labels.load(rigged())
    left, right, _ = next(labels.render_rig([1]))
    v, u = np.nonzero(left.z_m > 0)
    place = u - SMALL.fx_px * RIGHT_M / left.z_m[v, u]
    beside = np.round(place).astype(int)
    inside = (beside >= 2) & (np.abs(place - beside) < 0.02)
    there, here = right.z_m[v[inside], beside[inside]], left.z_m[v[inside], u[inside]]
    same_thing = right.row[v[inside], beside[inside]] == left.row[v[inside], u[inside]]
    assert same_thing.mean() > 0.9  # the rest is hidden from one of the two
    assert np.median(np.abs(there / here - 1)[same_thing]) < 1e-3


def test_a_camera_that_only_takes_pictures_costs_no_labels() -> None:
    with Renderer(look="raster", quality="draft") as renderer:
        renderer.load(rigged(), labels=["left"], pictures=["left", "right"])
        left, right = next(renderer.render_rig([0]))
        assert left.has_labels
        assert not right.has_labels
        assert right.rgb is not None
        renderer.load(rigged())
        everything = next(renderer.render_rig([0]))
        assert everything[0].rgb is not None
        assert (left.rgb == everything[0].rgb).mean() > 0.5  # shadows lie elsewhere once a camera looks aside
        renderer.load(replace(rigged(), cameras=rigged().cameras[:2]))
        pair = next(renderer.render_rig([0]))
        assert (pair[0].rgb == left.rgb).all()  # type: ignore[union-attr]
        assert (pair[1].rgb == right.rgb).all()  # type: ignore[union-attr]


def test_flow_over_several_frames_is_that_of_the_poses_not_a_chain(labels: Renderer) -> None:
    """Frame t to t + k is one frame of the same scene at a k-th of the frame rate."""
    stage, k = rigged(frames=7), 3
    labels.load(stage, labels=["left"], flow_steps=(1, k))
    long = labels.render(3)
    slow = replace(
        stage, frames=1, rows_world=lambda frame: stage.rows_world(3 + k * frame), row_alive=lambda frame: stage.row_alive(3),
        lamps_of_row=lambda frame: stage.lamps_of_row(3),
        cameras=(replace(stage.cameras[0], world=lambda frame: stage.cameras[0].world(3 + k * frame)),),
    )  # fmt: skip
    labels.load(slow)
    direct = labels.render(0)
    assert set(long.steps) == {k}
    for name in ("flow_px", "dz_m", "state"):
        assert (getattr(long.steps[k], name) == getattr(direct, name)).all(), name
    assert np.abs(long.steps[k].flow_px - k * long.flow_px).max() > 1.0  # and no multiple of the short one


def test_flow_has_no_state_where_the_clip_has_no_frame(labels: Renderer) -> None:
    labels.load(rigged(frames=4), labels=["left"], flow_steps=(1, 2))
    first, last = labels.render(0), labels.render(3)
    assert (first.steps[2].state[..., 1] == 0).all()
    assert (first.steps[2].flow_px[..., 2:] == 0).all()
    assert (first.steps[2].state[..., 0] & FLOW_VALID).any()
    assert (last.steps[2].state[..., 0] == 0).all()
    assert (last.state[..., 0] & FLOW_VALID).any()  # poses one frame after the last are known


def test_long_steps_are_the_same_alone_and_in_sequence(labels: Renderer) -> None:
    labels.load(rigged(frames=6), labels=["left", "right"], flow_steps=(2,))
    sequence = [shots[1].steps[2].state.tobytes() for shots in labels.render_rig(range(6))]
    labels.load(rigged(frames=6), labels=["left", "right"], flow_steps=(2,))
    assert [labels.render(frame, 1).steps[2].state.tobytes() for frame in (5, 0, 3)] == [sequence[t] for t in (5, 0, 3)]
