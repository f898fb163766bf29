"""Labels as colours: what is near is bright, what is unknown is grey, directions differ."""

from __future__ import annotations

import numpy as np

from scenegen.dataset.colours import (
    depth_colours,
    disparity_colours,
    flow_colours,
    id_colours,
    normal_colours,
    outlines,
    perceptual,
    region_colours,
    segment_colours,
)  # fmt: skip
from scenegen.truth.regions import HIDDEN_NEXT, NON_RIGID_MOVER, OUT_NEXT, RIGID_MOVER, SKY, STATIC, THIN


def test_depth_gets_darker_with_distance_and_sky_is_blue() -> None:
    painted = depth_colours(np.array([[4.0, 20.0, 150.0, np.inf]])).astype(int)
    brightness = painted[0].sum(axis=-1)
    assert brightness[0] > brightness[1] > brightness[2]
    assert painted[0, 3, 2] > painted[0, 3, 0]


def test_equal_steps_look_equally_large() -> None:
    colours = perceptual(np.linspace(0, 1, 11)) / 255.0
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    bright = linear @ (0.2126, 0.7152, 0.0722)
    lightness = np.where(bright > 0.008856, 116 * np.cbrt(bright) - 16, 903.3 * bright)  # CIE L*
    steps = np.diff(lightness)
    assert lightness[0] < 2
    assert lightness[-1] > 96
    assert 6 < steps.min() < steps.max() < 14  # 9.8 each in the map itself; bytes and the fit shift it a little


def test_more_disparity_is_brighter_and_none_is_sky() -> None:
    painted = disparity_colours(np.array([[0.0, 1.0, 8.0, 64.0]])).astype(int)[0]
    assert painted[0].tolist() == [135, 165, 190]
    assert painted[1].sum() < painted[2].sum() < painted[3].sum()
    assert disparity_colours(np.zeros((1, 2)))[0, 0].tolist() == [135, 165, 190]


def test_normals_that_look_up_are_green_and_at_the_camera_blue() -> None:
    painted = normal_colours(np.array([[[0.0, -1, 0], [0, 0, -1], [1, 0, 0], [0, 0, 0]]]))[0].tolist()
    assert painted == [[128, 255, 128], [128, 128, 255], [255, 128, 128], [135, 165, 190]]


def test_things_have_outlines_and_stuff_its_classes_colour() -> None:
    ids = np.full((5, 6), 2)
    ids[1:4, 1:5] = 300
    painted = segment_colours(ids, {2: (128, 64, 128)})
    assert (painted[ids == 2] == (128, 64, 128)).all()
    assert (painted[1, 1:5] == 255).all()
    inner = painted[2, 2].tolist()
    assert inner not in ([128, 64, 128], [255, 255, 255])
    assert outlines(ids).sum() == 10 + 14  # inside and outside of the edge


def test_regions_differ_and_what_is_lost_is_dark() -> None:
    bits = [SKY, STATIC, RIGID_MOVER, NON_RIGID_MOVER, STATIC | THIN, STATIC | HIDDEN_NEXT, STATIC | OUT_NEXT]
    painted = region_colours(np.array([bits], np.uint8))[0].astype(int)
    assert len({tuple(colour) for colour in painted.tolist()}) == len(bits)
    assert painted[5].sum() < painted[1].sum() / 2
    assert painted[6].sum() < painted[1].sum()


def test_every_id_has_a_colour_of_its_own() -> None:
    painted = id_colours(np.arange(60)[None])
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) == 60
    assert painted[0, 0].tolist() == [60, 60, 60]


def test_flow_directions_differ_and_stillness_is_white() -> None:
    flow = np.array([[[10.0, 0], [-10.0, 0], [0, 10.0], [0, -10.0], [0, 0], [10.0, 0]]])
    known = np.array([[True] * 5 + [False]])
    painted = flow_colours(flow, known)[0].tolist()
    assert len({tuple(colour) for colour in painted[:4]}) == 4
    assert painted[4] == [255, 255, 255]
    assert painted[5] == [60, 60, 60]


def test_flow_is_painted_on_middleburys_wheel() -> None:
    flow = np.array([[[10.0, 0], [0, 10.0], [-10.0, 0], [0, -10.0], [5.0, 0]]])
    painted = flow_colours(flow, np.ones((1, 5), bool))[0].astype(int)
    right, down, left, up, half = painted
    assert right[0] == 255
    assert max(right[1:]) < 30  # red to the right
    assert down[0] > 200
    assert down[1] > 200
    assert down[2] < 30  # yellow down
    assert left[1] > 150
    assert left[2] == 255
    assert left[0] < 30  # blue green to the left
    assert up[2] > 200
    assert up[1] < 30  # violet up
    assert half[0] == 255
    assert 110 < half[1] < 145  # half as strong


def test_flow_longer_than_most_is_darker() -> None:
    flow = np.tile([10.0, 0.0], (1, 100, 1))
    flow[0, 0] = 40.0, 0.0
    painted = flow_colours(flow, np.ones((1, 100), bool))[0].astype(int)
    assert painted[0, 0] == int(0.75 * painted[1, 0])
