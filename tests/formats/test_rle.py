"""Run lengths: strings known from the COCO API, cut-outs, round trips, and strings that would hang other readers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegen.errors import DatasetError
from scenegen.formats.rle import counts_area, counts_mask, id_counts, mask_counts, pack_counts, unpack_counts

# Pairs made with pycocotools 2.0.11: (height, width), filled boxes (left, top, right, bottom), string.
KNOWN: list[tuple[tuple[int, int], tuple[tuple[int, int, int, int], ...], str]] = [
    ((375, 1242), ((100, 50, 200, 120),), "^eT1W2`9" + "0" * 199 + "eUm;"),
    ((375, 1242), ((0, 0, 1241, 374),), "0fjV>"),
    ((375, 1242), ((0, 0, 10, 374), (3, 3, 5, 9)), "0XS17XXO000`j1biR>"),
    ((375, 1242), ((1200, 300, 1241, 374), (5, 5, 5, 5)), "hj11Sme=Z2Y\\ZB" + "0" * 81),
    ((4, 3), ((1, 1, 1, 2),), "525"),
    ((4, 3), (), "<"),
]


def boxes_mask(height: int, width: int, boxes: tuple[tuple[int, int, int, int], ...]) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    for left, top, right, bottom in boxes:
        mask[top : bottom + 1, left : right + 1] ^= True
    return mask


@pytest.mark.parametrize(("size", "boxes", "text"), KNOWN)
def test_strings_are_those_of_the_coco_api(size: tuple[int, int], boxes: tuple, text: str) -> None:
    mask = boxes_mask(*size, boxes)
    assert pack_counts(mask_counts(mask)) == text
    assert (counts_mask(unpack_counts(text), width_px=size[1], height_px=size[0]) == mask).all()


def test_runs_go_down_the_columns() -> None:
    mask = np.array([[0, 1, 1], [0, 1, 0]], bool)
    assert mask_counts(mask).tolist() == [2, 3, 1]
    assert mask_counts(~mask).tolist() == [0, 2, 3, 1]
    assert mask_counts(np.zeros((2, 3), bool)).tolist() == [6]
    assert mask_counts(np.ones((2, 3), bool)).tolist() == [0, 6]
    assert counts_area(mask_counts(mask)) == 3


@given(seed=st.integers(0, 10_000), share=st.floats(0, 1), width=st.integers(1, 40), height=st.integers(1, 40))
def test_masks_come_back(seed: int, share: float, width: int, height: int) -> None:
    mask = np.random.default_rng(seed).random((height, width)) < share
    counts = mask_counts(mask)
    read = unpack_counts(pack_counts(counts))
    assert read.tolist() == counts.tolist()
    assert (counts_mask(read, width_px=width, height_px=height) == mask).all()


@given(seed=st.integers(0, 10_000), left=st.integers(0, 5), top=st.integers(0, 5), full=st.booleans())
def test_a_cut_out_has_the_runs_of_its_image(seed: int, left: int, top: int, full: bool) -> None:
    top = 0 if full else top
    cut = np.random.default_rng(seed).random((12, 9)) < 0.6
    whole = np.zeros((12 if full else 20, 18), bool)
    whole[top : top + 12, left : left + 9] = cut
    assert mask_counts(cut, corner_px=(left, top), size_px=(18, whole.shape[0])).tolist() == mask_counts(whole).tolist()


def test_a_cut_out_that_reaches_out_is_refused() -> None:
    with pytest.raises(ValueError, match="reaches out"):
        mask_counts(np.ones((3, 3), bool), corner_px=(8, 0), size_px=(10, 10))


@given(seed=st.integers(0, 10_000))
def test_an_image_of_ids_gives_each_ids_mask(seed: int) -> None:
    ids = np.random.default_rng(seed).choice([0, 3, 7, 70_000], (11, 13)).astype(np.int32)
    found = id_counts(ids)
    assert set(found) == set(np.unique(ids)) - {0}
    for number, counts in found.items():
        assert counts.tolist() == mask_counts(ids == number).tolist()
    assert id_counts(np.zeros((4, 4), np.int32)) == {}


@pytest.mark.parametrize("text", ["P", "a b", "~~", "0é", "PPPPPPPPPPP0", "5O"])
def test_strings_that_would_hang_the_coco_api_are_refused(text: str) -> None:
    with pytest.raises(DatasetError, match="run"):
        counts_mask(unpack_counts(text), width_px=3, height_px=3)


def test_runs_that_do_not_fill_the_image_are_refused() -> None:
    with pytest.raises(DatasetError, match="add up to 7"):
        counts_mask(np.array([3, 4]), width_px=3, height_px=3)
