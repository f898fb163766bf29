"""Outlines: drawn in order they give the image of ids; joined ones keep their area."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw
from scipy import ndimage

from scenegen.formats.outlines import joined, outlines


def painted(ids: np.ndarray) -> np.ndarray:
    image = Image.new("I", ids.shape[::-1], 0)
    brush = ImageDraw.Draw(image)
    for outline in outlines(ids):
        brush.polygon([(x, y) for x, y in outline.centres_px().tolist()], fill=outline.id)
    return np.asarray(image)


def area(corners: np.ndarray) -> int:
    x, y = corners.T
    return int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) // 2


def test_a_ring_is_its_corners_on_the_edges_clockwise() -> None:
    ids = np.zeros((6, 7), int)
    ids[1:4, 2:6] = 5
    ids[2, 3] = 0
    (outline,) = outlines(ids)
    assert (outline.id, outline.area_px) == (5, 12)
    assert {tuple(corner) for corner in outline.corners_px.tolist()} == {(2, 1), (6, 1), (6, 4), (2, 4)}
    assert area(outline.corners_px) == 12
    assert {tuple(corner) for corner in outline.centres_px().tolist()} == {(2, 1), (5, 1), (5, 3), (2, 3)}


def test_pieces_that_touch_at_a_corner_are_two() -> None:
    assert [outline.area_px for outline in outlines(np.array([[1, 0], [0, 1]]))] == [1, 1]


@pytest.mark.parametrize("smooth", [0, 1, 2, 4])
def test_drawn_in_order_they_give_the_image(smooth: float) -> None:
    field = ndimage.gaussian_filter(np.random.default_rng(smooth).normal(size=(70, 90)), smooth)
    ids = np.digitize(field, np.quantile(field, [0.3, 0.5, 0.7])) + 1  # no 0: holes belong to somebody
    assert (painted(ids) == ids).all()


@given(arrays.arrays(np.int32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(1, 3)))
def test_drawn_in_order_they_give_any_image(ids: np.ndarray) -> None:
    assert (painted(ids) == ids).all()


def test_joined_outlines_keep_their_area() -> None:
    ids = np.zeros((9, 20), int)
    ids[2:5, 1:4] = ids[1:8, 9:12] = ids[6:8, 15:19] = 1
    parts = [outline.corners_px for outline in outlines(ids)]
    assert len(parts) == 3
    assert area(joined(parts)) == (ids == 1).sum()
