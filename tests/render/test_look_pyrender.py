"""pyrender as an independent witness of depth and ids."""

from __future__ import annotations

import dataclasses

import numpy as np
from lit_stages import lit, maker
from little_stages import box_mesh, limb_mesh, still

from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.models.materials import MATERIAL
from scenegen.render.look_pyrender import UNKNOWN_ID, pyrender_reference
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Stage


def witness_stage() -> Stage:
    made = maker(camera=pose(5000.0, 3000.0, 1.65, yaw=0.3) @ BODY_FROM_CAM)
    there = pose(5000.0, 3000.0, 0.0, yaw=0.3)
    made.motions[1] = still(there)
    made.add(box_mesh((1, 1, 2), (0, 0, 1)), still(there @ pose(9, 1, 0, yaw=0.4)), object_id=300)
    made.add(box_mesh((2, 2, 1), (0, 0, 0.5)), still(there @ pose(14, 0, 0)), object_id=70_000)
    made.add(limb_mesh(), still(there @ pose(6, -1.5, 0.5)), still(there @ pose(6, -1.5, 0.5) @ pose(0, 0, 0, roll=0.5)),
             object_id=5, skinned=True)  # fmt: skip
    return lit(made.stage())


def ids_of_rows(stage: Stage) -> np.ndarray:
    ids = np.zeros(stage.rows, np.int64)
    for first, count, object_id in zip(
        stage.instances.first_row, stage.instances.row_count, stage.instances.object_id, strict=True
    ):
        ids[first : first + count] = object_id
    return ids


def test_depth_and_ids_agree_off_the_silhouettes(labels: Renderer) -> None:
    stage = witness_stage()
    reference = pyrender_reference(stage, 0)
    labels.load(stage)
    passes = labels.render(0)
    ids = ids_of_rows(stage)[passes.row]
    edge = np.zeros(ids.shape, bool)
    for axis in (0, 1):
        change = np.diff(ids, axis=axis) != 0
        pad = [(0, 0), (0, 0)]
        pad[axis] = (0, 1)
        edge |= np.pad(change, pad)
        pad[axis] = (1, 0)
        edge |= np.pad(change, pad)
    assert (ids == reference.object_id)[~edge].mean() >= 0.999
    assert {5, 300, 70_000} <= set(np.unique(reference.object_id).tolist())
    both = ~edge & (passes.z_m > 0) & (reference.depth_m > 0)
    error = np.abs(passes.z_m - reference.depth_m)[both] / passes.z_m[both]
    # 20 ppm is the project's bound; pyrender's own 24-bit depth in slices gives 7
    assert both.mean() > 0.4
    assert np.percentile(error, 99.9) < 20e-6


def test_leaf_cards_are_marked_unknown_and_still_hide() -> None:
    made = maker()
    card = box_mesh((0.02, 2.0, 2.0), (0, 0, 1))
    card = dataclasses.replace(card, material=np.full(len(card.positions_m), MATERIAL["leaf"], np.uint8))
    made.add(card, still(pose(6, 0, 0)))
    made.add(box_mesh((1, 1, 1), (0, 0, 0.5)), still(pose(10, 0, 0)), object_id=3)
    ids = pyrender_reference(lit(made.stage()), 0).object_id
    assert (ids == UNKNOWN_ID).any()
    assert not (ids == 3).any()


def test_look_pyrender_takes_turns_with_the_labels(labels: Renderer) -> None:
    stage = witness_stage()
    labels.load(stage)
    plain = labels.render(0)
    with Renderer(look="pyrender") as renderer:
        renderer.load(stage)
        first, second = renderer.render(0), renderer.render(1)
    assert first.z_m.tobytes() == plain.z_m.tobytes()
    assert first.row.tobytes() == plain.row.tobytes()
    assert first.rgb is not None
    assert second.rgb is not None
    assert first.rgb.shape == (*first.z_m.shape, 3)
    assert 20 < first.rgb.mean() < 235


def test_numpy_is_left_as_it_was() -> None:
    had = hasattr(np, "infty")
    pyrender_reference(witness_stage(), 0)
    assert hasattr(np, "infty") == had
