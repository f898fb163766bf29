"""Silhouettes drawn alone: whole behind walls, supersets of what is visible, and exact in what they lose at the border."""

from __future__ import annotations

import numpy as np
import pytest
from little_stages import KITTI, SMALL, StageMaker, box_mesh, limb_mesh, still
from moving_scene import MovingScene

from scenegen.geometry import BODY_FROM_CAM, Pinhole, pose
from scenegen.render.passes import Passes, Silhouette
from scenegen.render.renderer import Renderer

LEVEL = still(pose(0, 0, 0) @ BODY_FROM_CAM)


def render(maker: StageMaker, renderer: Renderer, frame: int = 0) -> tuple[Passes, dict[int, Silhouette]]:
    renderer.load(maker.stage())
    passes = renderer.render(frame)
    return passes, {s.object_id: s for s in passes.silhouettes}


def test_a_hidden_object_has_no_pixel_but_its_whole_silhouette(labels: Renderer) -> None:
    open_view = StageMaker(lens=SMALL, camera=LEVEL)
    row = open_view.add(box_mesh((1, 1.3, 1)), still(pose(10, 0.3, 0.2, yaw=0.7)), object_id=7)
    seen, alone = render(open_view, labels)
    assert alone[7].inside_px == (seen.row == row).sum() > 300
    there = np.argwhere(seen.row == row)
    assert alone[7].box_px == (there[:, 1].min(), there[:, 0].min(), there[:, 1].max(), there[:, 0].max())

    open_view.add(box_mesh((0.2, 9, 9)), still(pose(5, 0, 0)))
    hidden, behind_wall = render(open_view, labels)
    assert not (hidden.row == row).any()
    assert repr(behind_wall[7]) == repr(alone[7])


def test_silhouettes_hold_every_visible_pixel(labels: Renderer) -> None:
    scene = MovingScene()
    stage = scene.maker.stage()
    passes, silhouettes = render(scene.maker, labels, 1)
    object_of_row = np.zeros(stage.rows, int)
    for first, count, object_id in zip(
        stage.instances.first_row, stage.instances.row_count, stage.instances.object_id, strict=True
    ):
        object_of_row[first : first + count] = object_id
    ids = object_of_row[passes.row]
    assert len(np.unique(ids)) > 15
    for object_id in np.unique(ids[ids > 0]):
        rows, columns = np.nonzero(ids == object_id)
        silhouette = silhouettes[object_id]
        assert silhouette.inside_px >= len(rows)
        left, top, right, bottom = silhouette.box_px or (0, 0, 0, 0)
        assert left <= columns.min()
        assert top <= rows.min()
        assert columns.max() <= right
        assert rows.max() <= bottom


def test_a_thing_before_all_others_is_its_silhouette(labels: Renderer) -> None:
    maker = StageMaker(lens=KITTI)
    row = maker.add(limb_mesh(), still(pose(3, 0, 1)), still(pose(3, 0, 1, pitch=0.3)), object_id=2, skinned=True)
    maker.add(box_mesh((1, 4, 4)), still(pose(9, 0, 1)), object_id=3)
    passes, silhouettes = render(maker, labels)
    assert silhouettes[2].inside_px == (passes.row == row).sum() > 1000


@pytest.mark.parametrize(
    ("centre", "share_outside"),
    # A plate 2 x 2 m at 10 m with f = 150 is 30 x 30 px; the image spans 100 px left, 60 px up of the axis
    [((100 / 15, 0.0), 0.5), ((0.0, 4.0), 0.5), ((100 / 15, 4.0), 0.75), ((-100 / 15 + 0.5, 0.0), 0.25), ((0.0, 0.0), 0.0)],
)
def test_truncation_of_a_plate_over_the_border(labels: Renderer, centre: tuple[float, float], share_outside: float) -> None:
    maker = StageMaker(lens=SMALL, camera=LEVEL)
    maker.add(box_mesh((1e-3, 2, 2)), still(pose(10, *centre)), object_id=5)
    _, silhouettes = render(maker, labels)
    plate = silhouettes[5]
    truncation = 1 - plate.inside_px / plate.total_px
    assert abs(truncation - share_outside) < 0.02  # whole pixels inside: half a row of 30 at most
    assert abs(plate.total_px - 900) < 20
    if share_outside == 0:
        assert plate.total_px == plate.inside_px


def test_truncation_of_a_turned_car_agrees_with_a_wider_camera(labels: Renderer) -> None:
    wide = Pinhole(3 * 1242, 3 * 375, KITTI.fx_px, KITTI.fy_px, KITTI.cx_px + 1242, KITTI.cy_px + 375)
    areas = []
    for lens in (KITTI, wide):
        maker = StageMaker(lens=lens)
        maker.add(box_mesh((4.2, 1.8, 1.5), (0, 0, 0.75)), still(pose(5.5, 3.8, 0, yaw=0.4)), object_id=1)
        areas.append(render(maker, labels)[1][1])
    kitti, whole = areas
    assert 0.2 < 1 - kitti.inside_px / kitti.total_px < 0.8
    assert whole.total_px == whole.inside_px
    assert abs(kitti.total_px / whole.total_px - 1) < 0.003


def test_what_crosses_the_camera_plane_is_cut_and_finite(labels: Renderer) -> None:
    maker = StageMaker(lens=KITTI)
    maker.add(box_mesh((4.2, 1.8, 1.5), (0, 0, 0.75)), still(pose(1.5, 2.0, 0)), object_id=1)
    _, silhouettes = render(maker, labels)
    assert np.isfinite(silhouettes[1].total_px)
    assert silhouettes[1].total_px > 5 * silhouettes[1].inside_px > 1000


def test_every_one_of_three_hundred_objects_is_counted(labels: Renderer) -> None:
    """Ten groups of 32 bits; each box must have the same count as on its own."""
    maker = StageMaker(lens=SMALL, camera=LEVEL)
    rows = {}
    for k in range(300):
        world = pose(20, 12 - 1.2 * (k % 20), 6.5 - 0.9 * (k // 20))
        rows[1000 + k] = maker.add(box_mesh((0.1, 0.6, 0.5)), still(world), object_id=1000 + k)
    passes, silhouettes = render(maker, labels)
    assert sorted(silhouettes) == sorted(rows)
    for object_id, row in rows.items():
        assert silhouettes[object_id].inside_px == (passes.row == row).sum() > 6


def test_two_instances_of_one_object_count_once(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL, camera=LEVEL)
    rows = [maker.add(box_mesh((0.2, 1, 1)), still(pose(8, y, 0)), object_id=4) for y in (0.4, -0.4)]
    passes, silhouettes = render(maker, labels)
    assert silhouettes[4].inside_px == np.isin(passes.row, rows).sum()
