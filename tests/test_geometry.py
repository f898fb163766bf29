"""Conventions: known answers and round trips."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegen.geometry import BODY_FROM_CAM, Pinhole, apply, pixel_rays, pose, project, rigid_inverse, wrap_pi

LENS = Pinhole.centred(width_px=1242, height_px=375, focal_px=721.5)
coordinate = st.floats(-1e4, 1e4)
angle = st.floats(-3.1, 3.1)


def test_a_symmetric_camera_has_its_centre_half_a_pixel_before_the_middle() -> None:
    assert (LENS.cx_px, LENS.cy_px) == (620.5, 187.0)


def test_a_point_straight_ahead_lands_on_the_centre() -> None:
    assert project(np.array([[0.0, 0.0, 7.0]]), LENS).tolist() == [[620.5, 187.0]]


def test_right_and_down_are_positive() -> None:
    u, v = project(np.array([[1.0, 2.0, 10.0]]), LENS)[0]
    assert (u, v) == pytest.approx((620.5 + 72.15, 187.0 + 144.3))


def test_a_point_behind_the_camera_is_refused() -> None:
    with pytest.raises(ValueError, match="behind the camera"):
        project(np.array([[0.0, 0.0, -1.0]]), LENS)


def test_rays_lead_back_to_their_pixels() -> None:
    landed = project(pixel_rays(LENS) * 13.0, LENS)
    assert np.abs(landed[17, 1234] - (1234, 17)).max() < 1e-9


def test_the_camera_looks_along_the_body() -> None:
    ahead, right, down = np.eye(3)[2], np.eye(3)[0], np.eye(3)[1]
    assert apply(BODY_FROM_CAM, ahead).tolist() == [1, 0, 0]
    assert apply(BODY_FROM_CAM, right).tolist() == [0, -1, 0]
    assert apply(BODY_FROM_CAM, down).tolist() == [0, 0, -1]


def test_yaw_turns_left_and_pitch_lowers_the_nose() -> None:
    assert apply(pose(0, 0, 0, yaw=np.pi / 2), np.array([1.0, 0, 0])) == pytest.approx([0, 1, 0], abs=1e-15)
    assert apply(pose(0, 0, 0, pitch=0.1), np.array([1.0, 0, 0]))[2] < 0
    assert apply(pose(0, 0, 0, roll=0.1), np.array([0.0, -1.0, 0]))[2] < 0


@given(x=coordinate, y=coordinate, z=coordinate, yaw=angle, pitch=st.floats(-1.5, 1.5), roll=angle)
def test_a_pose_times_its_inverse_is_nothing(x: float, y: float, z: float, yaw: float, pitch: float, roll: float) -> None:
    world_from_body = pose(x, y, z, yaw=yaw, pitch=pitch, roll=roll)
    # 1e4 m in float64 leaves 2e-12 m.
    assert np.abs(rigid_inverse(world_from_body) @ world_from_body - np.eye(4)).max() < 1e-10


@given(turn=st.floats(-50, 50))
def test_wrapped_angles_are_the_same_direction(turn: float) -> None:
    wrapped = float(wrap_pi(np.array(turn)))
    assert -np.pi <= wrapped < np.pi
    assert np.cos(wrapped) == pytest.approx(np.cos(turn), abs=1e-9)
    assert np.sin(wrapped) == pytest.approx(np.sin(turn), abs=1e-9)
