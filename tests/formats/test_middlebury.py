"""Loose flow and depth files: tag, order, rows, unknown pixels; read by our reader, by OpenCV's and by ptlflow's."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from scenegen.errors import DatasetError
from scenegen.formats.layout import Slot
from scenegen.formats.middlebury import Middlebury, decode_flo, decode_pfm, encode_flo, encode_pfm
from scenegen.formats.png import decode_png
from scenegen.geometry import pixel_rays, pose
from scenegen.render.passes import FlowStep
from scenegen.truth.frame import FLOW_VALID, Eye, Frame, Picture
from tests.formats.conftest import LENS, WIDTH
from tests.formats.written import write
from tests.readers.environment import foreign_read, foreign_refusal

Make = Callable[..., Frame]


def files_of(frame: Frame, slot: Slot) -> dict[str, bytes]:
    return dict(Middlebury().frame_files(frame, slot))


def by_opencv(data: bytes, folder: Path) -> np.ndarray:
    path = folder / "x.flo"
    path.write_bytes(data)
    return cv2.readOpticalFlow(str(path))


def pfm_by_opencv(data: bytes, folder: Path) -> np.ndarray:
    path = folder / "x.pfm"
    path.write_bytes(data)
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def with_partner(frame: Frame, base_m: float = 0.54) -> Frame:
    """The same frame, with a camera `right` a base to the right of the first, which only takes pictures."""
    left = frame.labels.main
    pose_now = left.world_from_cam.now
    eyes = (Eye("front", left.lens, pose_now), Eye("right", left.lens, pose_now @ pose(base_m, 0.0, 0.0)))
    pictures = {**frame.pictures, "right": Picture(255 - frame.pictures["front"].rgb)}
    return replace(frame, labels=replace(frame.labels, eyes=eyes), pictures=pictures)


def test_known_bytes_of_a_flow_file() -> None:
    data = encode_flo(np.array([[[1.5, -2.0], [7.0, 7.0]]], np.float32), np.array([[True, False]]))
    assert data[:4] == b"PIEH"
    assert struct.unpack("<f", data[:4]) == (202021.25,)
    assert struct.unpack("<ii4f", data[4:]) == (2, 1, 1.5, -2.0, 1e10, 1e10)


def test_known_bytes_of_a_pfm_file() -> None:
    data = encode_pfm(np.array([[1.0, 2.0], [3.0, 4.0]], np.float32))
    assert data == b"Pf\n2 2\n-1.0\n" + struct.pack("<4f", 3.0, 4.0, 1.0, 2.0)  # the lower row first


def test_flow_is_what_opencv_reads(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    frame = make_frame(1)
    files = files_of(frame, slot)
    for direction, kind in enumerate(("flow", "flow_bwd")):
        data = files[f"training/{kind}/{slot.clip}/frame_0002.flo"]
        is_known = frame.main.passes.state[..., direction] & FLOW_VALID > 0
        flow = frame.main.passes.flow_px[..., 2 * direction : 2 * direction + 2]
        theirs = by_opencv(data, tmp_path)
        assert np.array_equal(theirs[is_known], flow[is_known])
        assert (theirs[~is_known] > 1e9).all()
        assert (~is_known).any()
        ours, known = decode_flo(data)
        assert np.array_equal(known, is_known)
        assert np.array_equal(ours[known], flow[known])


def test_depth_and_disparity_are_what_opencv_reads(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    frame = with_partner(make_frame(0))
    files = files_of(frame, slot)
    depth, shift = (
        pfm_by_opencv(files[f"training/{kind}/{slot.clip}/frame_0001.pfm"], tmp_path) for kind in ("depth", "disparity")
    )
    z = frame.main.passes.z_m
    assert np.array_equal(depth, frame.main.depth_m)
    assert np.isinf(depth[z == 0]).all()
    there = z > 0
    np.testing.assert_allclose(shift[there] * depth[there], frame.labels.main.lens.fx_px * 0.54, rtol=1e-6)
    assert (shift[there] > 0).all()
    assert (shift[~there] == 0).all()
    assert np.array_equal(decode_pfm(files[f"training/depth/{slot.clip}/frame_0001.pfm"]), depth)
    assert np.array_equal(decode_png(files[f"training/clean_right/{slot.clip}/frame_0001.png"]), frame.pictures["right"].rgb)


def test_without_a_partner_there_is_no_disparity(make_frame: Make, slot: Slot) -> None:
    assert not [path for path in files_of(make_frame(0), slot) if "disparity" in path or "right" in path]


def test_masks_say_hidden_or_gone_and_unknown(make_frame: Make, slot: Slot) -> None:
    files = files_of(make_frame(0), slot)
    gone = decode_png(files[f"training/occlusions/{slot.clip}/frame_0001.png"])
    unknown = decode_png(files[f"training/invalid/{slot.clip}/frame_0001.png"])
    assert (gone[30:33, :10] == 255).all()
    assert gone.sum() == 255 * 30
    assert (unknown[32, :10] == 255).all()
    assert unknown.sum() == 255 * 10


def test_pairs_end_with_the_clip_and_longer_steps_have_their_own_kinds(make_frame: Make, slot: Slot) -> None:
    def kinds(index: int) -> set[str]:
        frame = make_frame(index)
        p = frame.main.passes
        step = FlowStep(p.flow_px * 2, p.dz_m, p.state)
        view = replace(frame.main, passes=replace(p, steps={2: step}))
        return {path.split("/")[1] for path in files_of(replace(frame, views=(view,)), slot) if path.endswith(".flo")}

    assert kinds(0) == {"flow", "flow_2"}
    assert kinds(1) == {"flow", "flow_bwd"}
    assert kinds(2) == {"flow_bwd", "flow_bwd_2"}


def test_longer_step_holds_its_own_numbers(make_frame: Make, slot: Slot) -> None:
    frame = make_frame(0)
    p = frame.main.passes
    view = replace(frame.main, passes=replace(p, steps={2: FlowStep(p.flow_px * 2, p.dz_m, p.state)}))
    files = files_of(replace(frame, views=(view,)), slot)
    one, two = (decode_flo(files[f"training/{kind}/{slot.clip}/frame_0001.flo"])[0] for kind in ("flow", "flow_2"))
    assert np.array_equal(two, 2 * one)
    assert two.any()


def test_flow_that_readers_would_take_for_unknown_is_refused() -> None:
    for value in (np.nan, np.inf, -2e9):
        flow = np.zeros((2, 3, 2), np.float32)
        flow[1, 2, 0] = value
        with pytest.raises(DatasetError, match=r"pixel \(2, 1\)"):
            encode_flo(flow, np.ones((2, 3), bool))
        assert not decode_flo(encode_flo(flow, np.array([[1, 1, 1], [1, 1, 0]], bool)))[1][1, 2]


def spoilt_flow(spoil: str, data: bytes) -> bytes:
    body = np.frombuffer(data, "<f4", offset=12).copy()
    if spoil == "big-endian":
        return data[:4][::-1] + data[4:]
    if spoil == "cut short":
        return data[:-8]
    if spoil == "size the other way round":
        return data[:4] + data[8:12] + data[4:8] + data[12:-4]
    body[np.abs(body) > 1e9] = np.nan
    return data[:12] + body.tobytes()


@pytest.mark.parametrize("spoil", ["big-endian", "cut short", "size the other way round", "nan for unknown"])
def test_spoilt_flow_files_are_refused(spoil: str, make_frame: Make, slot: Slot) -> None:
    good = files_of(make_frame(0), slot)[f"training/flow/{slot.clip}/frame_0001.flo"]
    decode_flo(good)
    with pytest.raises(DatasetError):
        decode_flo(spoilt_flow(spoil, good))


def agrees(flow: np.ndarray, wanted: np.ndarray) -> bool:
    known = np.abs(flow).max(-1) < 1e9
    return bool(np.array_equal(flow[known], wanted[known]))


def test_the_check_by_opencv_sees_mixed_axes_signs_and_rows(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    frame = make_frame(0)
    p = frame.main.passes
    wanted, is_known = p.flow_px[..., :2], p.state[..., 0] & FLOW_VALID > 0
    assert agrees(by_opencv(encode_flo(wanted, is_known), tmp_path), wanted)
    planar = np.moveaxis(wanted, -1, 0).reshape(wanted.shape)
    spoils = (wanted[..., ::-1], wanted * (1, -1), wanted[::-1], p.flow_px[..., 2:], wanted / WIDTH, planar)
    for spoilt in spoils:
        everywhere = np.ones(is_known.shape, bool)
        assert not agrees(by_opencv(encode_flo(np.ascontiguousarray(spoilt, np.float32), everywhere), tmp_path), wanted)
    depth = frame.main.depth_m
    upside_down = encode_pfm(np.ascontiguousarray(depth[::-1]))
    assert not np.array_equal(pfm_by_opencv(upside_down, tmp_path), depth)
    wrong_scale = encode_pfm(depth).replace(b"\n-1.0\n", b"\n1.0\n", 1)
    assert not np.array_equal(pfm_by_opencv(wrong_scale, tmp_path), depth)


@pytest.mark.parametrize("data", [b"P6\n2 2\n-1.0\n" + bytes(16), b"Pf\n2 2\n-1.0\n" + bytes(12), b"Pf\n2 2\n"])
def test_spoilt_pfm_files_are_refused(data: bytes) -> None:
    with pytest.raises(DatasetError):
        decode_pfm(data)


def test_three_channels() -> None:
    image = np.arange(24, dtype=np.float32).reshape(2, 4, 3)
    assert np.array_equal(decode_pfm(encode_pfm(image)), image)
    with pytest.raises(ValueError, match="PFM"):
        encode_pfm(np.zeros((2, 2, 2), np.float32))


def test_ptlflow_reads_what_we_know(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    frames = [with_partner(make_frame(index)) for index in range(3)]
    p = frames[1].main.passes
    frames[1] = replace(
        frames[1], views=(replace(frames[1].main, passes=replace(p, steps={2: FlowStep(p.flow_px, p.dz_m, p.state)})),)
    )
    read = foreign_read("middlebury", write(Middlebury(), frames, slot, tmp_path), f"{slot.clip}/frame_0002")
    for reader in ("flow_io", "flowpy"):
        assert set(read[reader]) == {"flow", "flow_bwd"}  # frame 1 of 3 has no frame two steps away
        for direction, kind in enumerate(("flow", "flow_bwd")):
            is_known = p.state[..., direction] & FLOW_VALID > 0
            wanted = np.where(is_known[..., None], p.flow_px[..., 2 * direction : 2 * direction + 2], np.nan)
            assert np.array_equal(np.array(read[reader][kind], np.float32), wanted, equal_nan=True), (reader, kind)
    depth, shift = (np.array(read["pfm"][kind], np.float32) for kind in ("depth", "disparity"))
    assert np.array_equal(depth, frames[1].main.depth_m)
    np.testing.assert_allclose(shift, LENS.fx_px * 0.54 / depth, rtol=1e-6)


def test_ptlflow_refuses_spoilt_flow(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    root = write(Middlebury(), [make_frame(0)], slot, tmp_path)
    path = root / f"training/flow/{slot.clip}/frame_0001.flo"
    good = path.read_bytes()
    for spoil in ("big-endian", "cut short"):
        path.write_bytes(spoilt_flow(spoil, good))
        assert foreign_refusal("middlebury", root, f"{slot.clip}/frame_0001")


def test_depth_along_the_ray_does_not_pass(make_frame: Make, slot: Slot) -> None:
    frame = with_partner(make_frame(0))
    files = files_of(frame, slot)
    depth, shift = (decode_pfm(files[f"training/{kind}/{slot.clip}/frame_0001.pfm"]) for kind in ("depth", "disparity"))
    rays = np.linalg.norm(pixel_rays(LENS), axis=-1)
    there = np.isfinite(depth)
    for spoilt, holds in ((depth, True), (depth * rays, False), (depth * 256, False)):
        assert np.allclose(spoilt[there] * shift[there], LENS.fx_px * 0.54, rtol=1e-5) == holds
