"""Depth, ids and normals against closed forms."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from little_stages import KITTI, SMALL, StageMaker, box_mesh, ground_mesh, still

from scenegen.geometry import BODY_FROM_CAM, pixel_rays, pose
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import rigid_mesh
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.render.passes import Passes, decode_normals
from scenegen.render.renderer import Renderer

LEVEL = still(pose(0, 0, 0) @ BODY_FROM_CAM)


def render(maker: StageMaker, renderer: Renderer, frame: int = 0) -> Passes:
    renderer.load(maker.stage())
    return renderer.render(frame)


def test_wall_at_seven_metres(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL, camera=LEVEL)
    row = maker.add(box_mesh((0.2, 3.0, 2.0), part=5), still(pose(7.1, 0, 0)))
    passes = render(maker, labels)

    # A plate 3 m wide and 2 m high at 7 m spans 64.3 x 42.9 pixels round the centre (99.5, 59.5)
    wall = passes.row == row
    assert np.array_equal(np.flatnonzero(wall.any(axis=0)), np.arange(68, 132))
    assert np.array_equal(np.flatnonzero(wall.any(axis=1)), np.arange(39, 81))
    np.testing.assert_allclose(passes.z_m[wall], 7.0, rtol=1e-6)  # float32 rounding
    assert (passes.z_m[~wall] == 0).all()
    assert (passes.row[~wall] == 0).all()
    assert (passes.part[wall] == 5).all()


def test_up_is_up_and_right_is_right(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL, camera=LEVEL)
    above = maker.add(box_mesh((0.2, 0.5, 0.5)), still(pose(8, 0, 2)))
    right = maker.add(box_mesh((0.2, 0.5, 0.5)), still(pose(8, -2, 0)))
    passes = render(maker, labels)
    assert np.argwhere(passes.row == above).mean(axis=0)[0] < 40
    assert np.argwhere(passes.row == right).mean(axis=0)[1] > 120


def test_nearer_things_hide_farther_ones_whatever_the_order(labels: Renderer) -> None:
    for order in (1, -1):
        maker = StageMaker(lens=SMALL, camera=LEVEL)
        places = [(5.0, 0.5), (20.0, 8.0)][::order]
        rows = {x: maker.add(box_mesh((0.2, size, size)), still(pose(x, 0, 0))) for x, size in places}
        passes = render(maker, labels)
        assert passes.row[60, 100] == rows[5.0]
        assert passes.row[60, 80] == rows[20.0]


def test_normals_of_turned_boxes(labels: Renderer) -> None:
    """16-bit octahedral codes round by at most 0.0038 degrees (Cigolle et al. 2014); a signed target loses negative parts."""
    rng = np.random.default_rng(4)
    maker = StageMaker(lens=KITTI, camera=LEVEL)
    poses = {}
    for k in range(12):
        world = pose(9, 4.5 - 3 * (k % 4), 1.6 - 1.6 * (k // 4), yaw=rng.uniform(-3, 3), pitch=rng.uniform(-1, 1))
        poses[maker.add(box_mesh((0.8, 0.8, 0.8)), still(world))] = world
    passes = render(maker, labels)
    normals = decode_normals(passes.normal_oct)
    rays = pixel_rays(KITTI)
    for row, world in poses.items():
        there = passes.row == row
        axes = BODY_FROM_CAM[:3, :3].T @ world[:3, :3]
        candidates = np.concatenate([axes.T, -axes.T])
        cosines = normals[there].astype(np.float64) @ candidates.T
        sine = np.linalg.norm(np.cross(normals[there], candidates[cosines.argmax(axis=1)]), axis=1)
        assert np.degrees(sine).max() < 3.8e-3
        assert np.degrees(sine).mean() < 2e-3
        assert cosines.max(axis=1).min() > 0.999
        assert (np.einsum("ni,ni->n", normals[there], rays[there]) < 0).all()


def test_leaf_cards_are_cut_out_and_face_the_camera_from_both_sides(labels: Renderer) -> None:
    corners = np.array([[0, -1, -1], [0, 1, -1], [0, 1, 1], [0, -1, 1]], float)
    uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    card = rigid_mesh(corners, np.tile([1.0, 0, 0], (4, 1)), np.array([[0, 1, 2], [0, 2, 3]]), material=MATERIAL["leaf"], uv=uv)
    cover = texture_layers()[TEXTURES.index("leaf"), ..., 3] >= 0.45 * 255
    for yaw in (0.0, np.pi):
        maker = StageMaker(lens=SMALL, camera=LEVEL)
        row = maker.add(card, still(pose(2.5, 0, 0, yaw=yaw)))
        passes = render(maker, labels)
        there = passes.row == row

        # The card spans 120 x 120 pixels: compare each with the texel that its centre looks up
        share = (np.arange(40, 160) - 99.5) / 120 + 0.5
        across = share if yaw else 1 - share
        texel_u, texel_v = np.floor(across * 512).astype(int), np.floor((1 - (np.arange(120) + 0.5) / 120) * 512).astype(int)
        expected = cover[np.ix_(texel_v, texel_u)]
        assert (there[:, 40:160] == expected).mean() > 0.997  # 16 rows and columns fall on texel edges and may round either way
        assert 0.2 < expected.mean() < 0.8
        assert (decode_normals(passes.normal_oct)[there][:, 2] < -0.99).all()


def test_culling_leaves_out_nothing_that_shows(labels: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    maker = StageMaker(lens=SMALL, camera=LEVEL)
    for _ in range(200):
        maker.add(box_mesh(tuple(rng.uniform(0.2, 3, 3))), still(pose(*rng.uniform(-15, 15, 3), yaw=rng.uniform(0, 6))))
    maker.add(ground_mesh((-20, 20), (-20, 20), 5), still(pose(0, 0, -1.5)))  # its middle is below the camera
    stage = maker.stage()
    labels.load(stage)
    culled = labels.render(0)
    monkeypatch.setattr("scenegen.render.scene_buffers.in_view", lambda centres, *_: np.ones(len(centres), bool))
    labels.load(stage)
    whole = labels.render(0)
    assert np.array_equal(culled.row, whole.row)
    assert np.array_equal(culled.z_m, whole.z_m)


def test_things_that_are_not_present_are_not_drawn(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL, camera=LEVEL)
    there = maker.add(box_mesh((0.2, 2, 2)), still(pose(9, 0, 0)), object_id=1)
    absent = maker.add(box_mesh((0.2, 1, 1)), still(pose(6, 0, 0)), object_id=2)
    labels.load(dataclasses.replace(maker.stage(), row_alive=lambda frame: np.arange(3) != absent))
    passes = labels.render(0)
    assert set(np.unique(passes.row)) == {0, there}
    assert [s.object_id for s in passes.silhouettes] == [1]


def test_row_zero_is_kept_for_the_sky(labels: Renderer) -> None:
    maker = StageMaker(lens=SMALL)
    maker.add(box_mesh((1, 1, 1)), still(pose(5, 0, 0)))
    maker.entries[0] = (0, 0, 1, 0, False)
    with pytest.raises(ValueError, match="row 0"):
        labels.load(maker.stage())
