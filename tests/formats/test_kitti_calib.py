"""Calibration in the four shapes of KITTI, from the rig: points land where the lens and the mounts say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenegen.errors import DatasetError
from scenegen.formats import kitti_calib
from scenegen.formats.kitti_calib import KittiRig, kitti_rig, read_calib, read_velodyne
from scenegen.geometry import apply, project, rigid_inverse
from scenegen.truth.frame import Frame
from tests.formats.conftest import LENS
from tests.formats.kitti_rigs import BASE_M, BODY_FROM_LEFT, BODY_FROM_LIDAR, with_rig

MakeFrame = Callable[..., Frame]
POINT_BODY = np.array([[20.0, 3.0, 0.6]])  # ahead, left, up


@pytest.fixture
def rig(make_frame: MakeFrame) -> KittiRig:
    return kitti_rig(with_rig(make_frame(1)).labels)


def test_a_point_goes_from_the_imu_over_the_velodyne_to_both_pictures(rig: KittiRig) -> None:
    matrices = read_calib(kitti_calib.object_calib_text(rig))
    assert list(matrices) == ["P0", "P1", "P2", "P3", "R0_rect", "Tr_velo_to_cam", "Tr_imu_to_velo"]
    velo = matrices["Tr_imu_to_velo"] @ np.append(POINT_BODY[0], 1)
    assert velo == pytest.approx(apply(rigid_inverse(BODY_FROM_LIDAR), POINT_BODY)[0], abs=1e-9)
    cam = matrices["R0_rect"] @ matrices["Tr_velo_to_cam"] @ np.append(velo, 1)
    ours = apply(rigid_inverse(BODY_FROM_LEFT), POINT_BODY)[0]
    assert cam == pytest.approx(ours, abs=1e-9)
    pixels = {i: matrices[f"P{i}"] @ np.append(cam, 1) for i in (2, 3)}
    u, v = (float(n) for n in project(ours, LENS))
    assert pixels[2][:2] / pixels[2][2] == pytest.approx((u, v))
    assert pixels[3][:2] / pixels[3][2] == pytest.approx((u - LENS.fx_px * BASE_M / ours[2], v))


def test_names_and_colons_are_each_benchmarks_own(rig: KittiRig) -> None:
    def first_words(text: str) -> list[str]:
        assert not text.endswith("\n\n")
        assert not any(line != line.strip() or "  " in line for line in text.splitlines())
        return [line.split()[0] for line in text.splitlines()]

    projections = ["P0:", "P1:", "P2:", "P3:"]
    assert first_words(kitti_calib.object_calib_text(rig)) == [*projections, "R0_rect:", "Tr_velo_to_cam:", "Tr_imu_to_velo:"]
    assert first_words(kitti_calib.tracking_calib_text(rig)) == [*projections, "R_rect", "Tr_velo_cam", "Tr_imu_velo"]
    assert first_words(kitti_calib.odometry_calib_text(rig)) == [*projections, "Tr:"]
    raw = first_words(kitti_calib.cam_to_cam_text(rig))
    kinds = ("S", "K", "D", "R", "T", "S_rect", "R_rect", "P_rect")
    assert raw == ["calib_time:", "corner_dist:", *(f"{kind}_0{i}:" for i in range(4) for kind in kinds)]
    assert first_words(kitti_calib.velo_to_cam_text(rig)) == ["calib_time:", "R:", "T:", "delta_f:", "delta_c:"]
    assert first_words(kitti_calib.imu_to_velo_text(rig)) == ["calib_time:", "R:", "T:"]


def test_all_shapes_say_the_same(rig: KittiRig) -> None:
    ours = read_calib(kitti_calib.object_calib_text(rig))
    tracking = read_calib(kitti_calib.tracking_calib_text(rig))
    odometry = read_calib(kitti_calib.odometry_calib_text(rig))
    raw, velo = read_calib(kitti_calib.cam_to_cam_text(rig)), read_calib(kitti_calib.velo_to_cam_text(rig))
    for i in range(4):
        assert (tracking[f"P{i}"] == ours[f"P{i}"]).all()
        assert (odometry[f"P{i}"] == ours[f"P{i}"]).all()
        assert (raw[f"P_rect_0{i}"] == ours[f"P{i}"]).all()
        shifted = raw[f"K_0{i}"] @ np.column_stack([raw[f"R_0{i}"], raw[f"T_0{i}"]])
        assert shifted == pytest.approx(ours[f"P{i}"])
    assert (tracking["Tr_velo_cam"] == ours["Tr_velo_to_cam"]).all()
    assert (odometry["Tr"] == ours["Tr_velo_to_cam"]).all()
    assert (np.column_stack([velo["R"], velo["T"]]) == ours["Tr_velo_to_cam"]).all()
    assert (tracking["Tr_imu_velo"] == ours["Tr_imu_to_velo"]).all()


def test_one_camera_and_no_scanner_still_give_legal_files(make_frame: MakeFrame) -> None:
    matrices = read_calib(kitti_calib.object_calib_text(kitti_rig(make_frame(0).labels)))
    assert (matrices["P3"] == matrices["P2"]).all()  # a base of nothing
    assert matrices["Tr_velo_to_cam"] @ (20.0, 3.0, -1.0, 1.0) == pytest.approx([-3.0, 0.92, 19.73])
    rotation = matrices["Tr_velo_to_cam"][:, :3]
    assert rotation @ rotation.T == pytest.approx(np.eye(3))


def test_half_a_point_is_refused() -> None:
    with pytest.raises(DatasetError, match="20 bytes"):
        read_velodyne(bytes(20))
