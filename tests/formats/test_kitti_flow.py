"""KITTI flow files: encoding, validity, pairs."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenegen.formats.kitti_flow import KittiFlow, decode_flow, encode_flow, moving_object_map
from scenegen.formats.layout import Slot
from scenegen.truth.frame import FLOW_OUT, FLOW_SKY, FLOW_VALID, Frame
from tests.formats.conftest import car


def test_known_numbers() -> None:
    flow = np.array([[[0.0, 0.0], [1.0, -1.0], [-511.0, 511.0], [600.0, 0.0]]], np.float32)
    packed = encode_flow(flow, np.ones((1, 4), bool))
    assert packed[0].tolist() == [[32768, 32768, 1], [32832, 32704, 1], [64, 65472, 1], [0, 0, 0]]


def test_invalid_pixels_are_all_zero() -> None:
    assert not encode_flow(np.full((2, 2, 2), 5, np.float32), np.zeros((2, 2), bool)).any()


@given(seed=st.integers(0, 100))
def test_reading_back_errs_by_half_a_step(seed: int) -> None:
    flow = np.random.default_rng(seed).uniform(-511, 511, (6, 7, 2)).astype(np.float32)
    read, is_valid = decode_flow(encode_flow(flow, np.ones((6, 7), bool)))
    assert is_valid.all()
    assert np.abs(read - flow).max() <= 1 / 128 + 1e-4  # half of 1/64, and float32 near 511


def test_files_of_pairs(make_frame: Callable[..., Frame], slot: Slot) -> None:
    layout = KittiFlow()
    files = {i: dict(layout.frame_files(make_frame(i), slot)) for i in range(3)}
    assert set(files[0]) == {f"training/{kind}/000100_10.png" for kind in ("image_2", "flow_occ", "flow_noc", "obj_map")}
    assert "training/image_2/000100_11.png" in files[1]
    assert list(files[2]) == ["training/image_2/000101_11.png"]
    assert files[1]["training/image_2/000100_11.png"] == files[1]["training/image_2/000101_10.png"]


def test_occ_holds_all_but_sky_and_noc_what_stays_inside(make_frame: Callable[..., Frame], slot: Slot) -> None:
    frame = make_frame(0)
    files = dict(KittiFlow().frame_files(frame, slot))
    state = frame.main.passes.state[..., 0]
    seen = {}
    for kind in ("flow_occ", "flow_noc"):
        picture = cv2.imdecode(np.frombuffer(files[f"training/{kind}/000100_10.png"], np.uint8), cv2.IMREAD_UNCHANGED)
        seen[kind] = decode_flow(np.ascontiguousarray(picture[..., ::-1]))
    occ, is_known = seen["flow_occ"]
    assert (is_known == ((state & FLOW_VALID > 0) & (state & FLOW_SKY == 0))).all()
    assert (seen["flow_noc"][1] == (is_known & (state & FLOW_OUT == 0))).all()
    forward = frame.main.passes.flow_px[..., :2]
    assert np.abs(occ - forward)[is_known].max() <= 1 / 128 + 1e-4


def test_moving_objects_are_numbered_and_parked_ones_are_not(make_frame: Callable[..., Frame]) -> None:
    assert moving_object_map(make_frame(0, (car(3),)).main).max() == 1
    assert moving_object_map(make_frame(0, (car(2), car(3))).main).max() == 2
    assert moving_object_map(make_frame(0, (car(3, moving=False),)).main).max() == 0
