"""Regions for scoring, on pictures drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.geometry import IntArray
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT
from scenegen.truth.regions import (
    HIDDEN_NEXT,
    NON_RIGID_MOVER,
    OUT_NEXT,
    REGION_NAMES,
    RIGID_MOVER,
    SKY,
    STATIC,
    THIN,
    limb_numbers,
    region_mask,
    wide_regions,
)
from tests.truth.pixels import thing, view_of_rows

MOTION = SKY | STATIC | RIGID_MOVER | NON_RIGID_MOVER
PARTS = ("torso", "head", "arm_left", "hand_left", "leg_left", "foot_left")


def test_every_pixel_moves_in_exactly_one_way() -> None:
    row = np.zeros((20, 36), int)
    row[10:] = 1
    row[8:16, 2:8], row[8:16, 10:16], row[8:16, 18:24], row[8:16, 26:32] = 2, 3, 4, 5
    owners = [(0, "road"), (7, "car"), (8, "car"), (9, "person"), (4, "person")]
    objects = [thing(7, "car"), thing(8, "car", moving=False), thing(9, "person"), thing(4, "person", moving=False)]
    motion = region_mask(view_of_rows(row, owners, objects)) & MOTION
    assert motion[0, 0] == SKY
    assert [int(motion[12, u]) for u in (0, 4, 12, 20, 28)] == [STATIC, RIGID_MOVER, STATIC, NON_RIGID_MOVER, STATIC]
    assert (motion > 0).all()
    assert (motion & (motion - 1) == 0).all()  # one bit


def test_turning_wheels_of_a_car_move_as_the_car_does() -> None:
    row = np.full((8, 8), 1)
    row[6:, 2:4] = 2  # a wheel has a row of its own
    mask = region_mask(view_of_rows(row, [(7, "car"), (7, "car")], [thing(7, "car")]))
    assert (mask == RIGID_MOVER).all()


def test_what_is_lost_at_the_next_frame_keeps_its_other_bits() -> None:
    view = view_of_rows(np.ones((4, 6), int), [(0, "road")])
    view.passes.state[0, 1, 0] |= FLOW_HIDDEN
    view.passes.state[0, 2, 0] |= FLOW_OUT
    view.passes.state[0, 3, 1] |= FLOW_HIDDEN | FLOW_OUT  # the previous frame does not count
    assert region_mask(view)[0].tolist() == [STATIC, STATIC | HIDDEN_NEXT, STATIC | OUT_NEXT, STATIC, STATIC, STATIC]


def test_a_sign_is_wide_and_its_post_is_thin() -> None:
    row = np.zeros((30, 24), int)
    row[4:12, 8:16] = 1
    row[12:26, 11:14] = 1
    thin = region_mask(view_of_rows(row, [(0, "traffic_sign")])) & THIN > 0
    # The corners of the face stick out of the brush, the post's first line does not stick out far enough.
    assert thin[14:26, 11:14].all()
    assert thin[5:11, 9:15].sum() == 0
    assert thin[row == 0].sum() == 0


@pytest.mark.parametrize(("width_px", "is_thin"), [(1, True), (3, True), (4, False), (6, False)])
def test_posts_up_to_three_pixels_are_thin(width_px: int, is_thin: bool) -> None:
    row = np.zeros((40, 40), int)
    row[5:35, 10 : 10 + width_px] = 1
    mask = region_mask(view_of_rows(row, [(0, "pole")]))
    assert bool(mask[20, 10] & THIN) is is_thin
    assert bool(region_mask(view_of_rows(row.T, [(0, "pole")]))[10, 20] & THIN) is is_thin


def slanting(columns: int) -> IntArray:
    """A strip at 45 degrees that has so many pixels in each line: columns / sqrt(2) wide across itself."""
    v, u = np.indices((60, 60))
    strip: IntArray = ((u >= v) & (u < v + columns)).astype(np.int32)
    return strip


def test_a_wire_is_as_thin_across_a_slant() -> None:
    assert not wide_regions(slanting(4))[slanting(4) > 0][20:-20].any()  # 2.8 px
    wide = wide_regions(slanting(6))  # 4.2 px
    assert wide[slanting(6) > 0].mean() > 0.95


def test_only_things_with_rods_are_thin_and_borders_do_not_make_thin() -> None:
    row = np.zeros((20, 20), int)
    row[:, 9:11] = 1
    assert not (region_mask(view_of_rows(row, [(0, "building")])) & THIN).any()
    assert (region_mask(view_of_rows(row, [(0, "fence")])) & THIN).any()
    row = np.zeros((20, 20), int)
    row[:, :2] = 1  # a broad trunk of which two columns show
    assert not (region_mask(view_of_rows(row, [(0, "tree")])) & THIN).any()


def test_neighbours_do_not_make_each_other_wide() -> None:
    row = np.zeros((20, 20), int)
    row[:, 8:10], row[:, 10:12] = 1, 2
    for owners in ([(0, "pole"), (0, "pole")], [(5, "person"), (6, "person")], [(1, "pole"), (0, "pole")]):
        assert ((region_mask(view_of_rows(row, owners)) & THIN > 0) == (row > 0)).all()
    assert not (region_mask(view_of_rows(row, [(5, "bicycle"), (5, "bicycle")])) & THIN).any()


def test_a_limb_before_the_body_is_thin_and_the_head_is_not() -> None:
    row, part = np.zeros((40, 30), int), np.zeros((40, 30), int)
    row[4:30, 8:20] = 1
    part[4:9, 8:20] = 1  # head on torso
    part[10:28, 12:14], part[28:30, 12:15] = 2, 3  # an arm and its hand before the torso
    row[30:38, 8:11], part[30:38, 8:11] = 1, 4
    row[36:38, 8:16], part[36:38, 8:16] = 1, 5
    view = view_of_rows(row, [(5, "person")], [thing(5, "person", parts=PARTS)], part)
    thin = region_mask(view) & THIN > 0
    assert thin[10:28, 12:14].all()
    assert thin[30:36, 8:11].all()
    assert not thin[5:9, 10:18].any()
    assert not thin[11:28, 15:19].any()


def test_hands_and_feet_belong_to_their_limbs() -> None:
    assert limb_numbers(PARTS).tolist() == [0, 0, 1, 1, 3, 3]
    assert limb_numbers(("hand_right", "foot_right", "skirt")).tolist() == [2, 4, 0]


def test_every_bit_has_a_name() -> None:
    assert sorted(REGION_NAMES) == [1 << i for i in range(7)]
