"""KITTI flow files: encoding, validity, pairs."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenegen.formats.kitti_disparity import decode_steps, encode_steps
from scenegen.formats.kitti_flow import KittiFlow, decode_flow, encode_flow, moving_object_map
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png
from scenegen.truth.frame import FLOW_OUT, FLOW_SKY, FLOW_VALID, Frame
from tests.formats.conftest import LENS, car
from tests.formats.kitti_rigs import BASE_M, with_rig, with_step


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
    labels = {f"training/{kind}/000100_10.png" for kind in ("image_2", "flow_occ", "flow_noc", "obj_map")}
    assert set(files[0]) == {*labels, "training/calib_cam_to_cam/000100.txt"}
    assert "training/image_2/000100_11.png" in files[1]
    assert list(files[2]) == ["training/image_2/000101_11.png"]
    assert files[1]["training/image_2/000100_11.png"] == files[1]["training/image_2/000101_10.png"]


def test_a_stereo_rig_has_right_pictures_and_disparity(make_frame: Callable[..., Frame], slot: Slot) -> None:
    files = {i: set(dict(KittiFlow().frame_files(with_rig(make_frame(i)), slot))) for i in range(3)}
    for kind in ("image_3", "disp_occ_0", "disp_noc_0", "disp_occ_1", "disp_noc_1"):
        assert f"training/{kind}/000100_10.png" in files[0]
    assert files[2] == {"training/image_2/000101_11.png", "training/image_3/000101_11.png"}


def test_disparity_now_and_of_the_same_point_next(make_frame: Callable[..., Frame], slot: Slot) -> None:
    frame = with_rig(make_frame(0))
    files = dict(KittiFlow().frame_files(frame, slot))
    read = {
        kind: decode_steps(decode_png(files[f"training/{kind}/000100_10.png"]))
        for kind in ("disp_occ_0", "disp_noc_0", "disp_occ_1", "disp_noc_1")
    }
    passes = frame.main.passes
    state, columns = passes.state[..., 0], np.arange(passes.z_m.shape[1])
    moves = (state & FLOW_VALID > 0) & (state & FLOW_SKY == 0)
    for kind, z, known in (("disp_occ_0", passes.z_m, passes.z_m > 0), ("disp_occ_1", passes.z_m + passes.dz_m[..., 0], moves)):
        disparity, is_known = read[kind]
        assert (is_known == known).all()
        expected = LENS.fx_px * BASE_M / z[known]
        assert np.abs(disparity[known] - expected).max() <= 1 / 512 + 1e-5  # half a step
    inside_now = columns - read["disp_occ_0"][0] >= -0.5
    assert (read["disp_noc_0"][1] == (read["disp_occ_0"][1] & inside_now)).all()
    inside_next = columns + passes.flow_px[..., 0] - LENS.fx_px * BASE_M / (passes.z_m + passes.dz_m[..., 0]) >= -0.5
    assert (read["disp_noc_1"][1] == (moves & inside_next & (state & FLOW_OUT == 0))).all()
    assert 0 < read["disp_noc_1"][1].sum() < read["disp_occ_1"][1].sum()


def test_disparity_is_never_0_where_something_is_seen_and_too_much_is_invalid() -> None:
    far = np.array([[0.0005, 1.0, 255.99, 256.0, 300.0]], np.float32)
    assert encode_steps(far, np.ones(far.shape, bool)).tolist() == [[1, 256, 65533, 0, 0]]
    assert not encode_steps(far, np.zeros(far.shape, bool)).any()


def test_flow_over_several_frames_ends_with_the_clip(make_frame: Callable[..., Frame], slot: Slot) -> None:
    names = [set(dict(KittiFlow().frame_files(with_step(make_frame(i), 2), slot))) for i in range(3)]
    found = [{name for name in files if "_k2" in name} for files in names]
    assert found == [{"training/flow_occ_k2/000100_10.png", "training/flow_noc_k2/000100_10.png"}, set(), set()]
    frame = with_step(make_frame(0), 2)
    files = dict(KittiFlow().frame_files(frame, slot))
    flow, is_known = decode_flow(decode_png(files["training/flow_occ_k2/000100_10.png"]))
    assert np.abs(flow - frame.main.passes.steps[2].flow_px[..., :2])[is_known].max() <= 1 / 128 + 1e-4


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
