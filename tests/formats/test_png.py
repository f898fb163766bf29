"""PNG files: other readers see the same pixels, and ours reads them back."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scenegen.errors import DatasetError
from scenegen.formats.png import decode_png, encode_png

KINDS = [((), np.uint8), ((3,), np.uint8), ((), np.uint16), ((3,), np.uint16), ((4,), np.uint8)]


@given(
    seed=st.integers(0, 1000), kind=st.sampled_from(KINDS), is_photo=st.booleans(), w=st.integers(1, 40), h=st.integers(1, 30)
)
def test_opencv_and_ours_read_what_was_written(seed: int, kind: tuple, is_photo: bool, w: int, h: int) -> None:
    channels, dtype = kind
    image = np.random.default_rng(seed).integers(0, np.iinfo(dtype).max + 1, (h, w, *channels)).astype(dtype)
    data = encode_png(image, is_photo=is_photo)
    assert (decode_png(data) == image).all()
    foreign = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if channels:
        foreign = foreign[..., [2, 1, 0, 3][: channels[0]]]
    assert foreign.dtype == dtype
    assert (foreign == image).all()


def test_an_indexed_file_keeps_its_numbers_and_colours() -> None:
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    palette = np.random.default_rng(0).integers(0, 256, (256, 3)).astype(np.uint8)
    read = Image.open(io.BytesIO(encode_png(image, palette=palette)))
    assert read.mode == "P"
    assert (np.asarray(read) == image).all()
    assert (np.asarray(read.convert("RGB")) == palette[image]).all()


def test_shapes_that_png_can_not_hold_are_refused() -> None:
    with pytest.raises(ValueError, match="PNG can not hold"):
        encode_png(np.zeros((3, 3, 2), np.uint8))
    with pytest.raises(ValueError, match="PNG can not hold"):
        encode_png(np.zeros((3, 3), np.float32))


@pytest.mark.parametrize("cut", [0, 7, 20, 60])
def test_a_damaged_file_is_refused(cut: int) -> None:
    with pytest.raises(DatasetError):
        decode_png(encode_png(np.zeros((9, 9, 3), np.uint16))[:cut])
