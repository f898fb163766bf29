"""Stereo proved by use: the rendered right picture, depth and ids, read where disparity says, are the left one's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from scenegen.classes import BY_NAME
from scenegen.geometry import BoolArray, FloatArray
from scenegen.truth.frame import View
from scenegen.truth.proofs import is_inside
from scenegen.truth.stereo import disparity, is_hidden_in_right_image, is_in_right_image, stereo_partner
from tests.formats.real_clip import BASE_M, RealClip

LUMINANCE = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True, eq=False)
class Pair:
    """Both views of an instant, the left disparity, and the pixels whose point the right camera sees too."""

    left: View
    right: View
    disparity_px: FloatArray
    is_shared: BoolArray

    def from_right(self, image: npt.NDArray[np.floating], off_px: float = 0.0) -> FloatArray:
        """Read an image of the right camera linearly at the place of every left pixel."""
        height, width = self.disparity_px.shape
        rows = np.arange(height)[:, None]
        place = np.clip(np.arange(width) - self.disparity_px + off_px, 0, width - 1)
        low = np.minimum(place.astype(np.intp), width - 2)
        read: FloatArray = image[rows, low] * (1 - place + low) + image[rows, low + 1] * (place - low)
        return read


@pytest.fixture(scope="module", params=[0, 3])
def pair(request: pytest.FixtureRequest, real_clip: RealClip) -> Pair:
    frame = real_clip.frames[request.param]
    left, right = frame.views
    shift = disparity(left, BASE_M)
    is_shared = (shift > 0) & is_in_right_image(shift) & ~is_hidden_in_right_image(shift, right, BASE_M)
    return Pair(left, right, shift.astype(float), is_shared)


def test_the_rig_is_a_rectified_pair(real_clip: RealClip) -> None:
    partner = stereo_partner(real_clip.frames[0].labels)
    assert partner is not None
    assert partner.name == "right"
    assert partner.base_m == pytest.approx(BASE_M, abs=1e-9)


def test_both_cameras_mean_the_same_disparity(pair: Pair) -> None:
    inner = pair.is_shared & is_inside(pair.left.object_id)
    error = np.abs(pair.from_right(disparity(pair.right, BASE_M).astype(float)) - pair.disparity_px)[inner]
    assert np.median(error) < 1e-5
    # A plane's disparity is linear in the image, so reading between pixels is exact on it; edges of what stands on it are left.
    is_paved = np.isin(pair.left.row_class[pair.left.passes.row], [BY_NAME[name].id for name in ("road", "sidewalk")])[inner]
    assert (error[is_paved] < 1 / 256).mean() > 0.95
    # Turf is uneven and leaves are cards; the rest is mostly planes.
    assert (error < 1 / 256).mean() > 0.7


def test_points_keep_their_ids(pair: Pair) -> None:
    inner = pair.is_shared & is_inside(pair.left.object_id)
    ids = pair.right.object_id
    place = np.round(np.arange(ids.shape[1]) - pair.disparity_px).astype(int).clip(0, ids.shape[1] - 1)
    there = np.take_along_axis(ids, place, axis=1)
    assert (there == pair.left.object_id)[inner].mean() > 0.995


def test_the_right_picture_warped_is_the_left(pair: Pair) -> None:
    assert pair.left.rgb is not None
    assert pair.right.rgb is not None
    left, right = pair.left.rgb @ LUMINANCE, pair.right.rgb @ LUMINANCE
    offsets = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    wrong = np.array([np.abs(pair.from_right(right, off) - left)[pair.is_shared].mean() for off in offsets])
    assert wrong[2] < 0.88 * min(wrong[1], wrong[3])  # reading between pixels alone blurs by about 0.8
    assert wrong[2] < 0.65 * min(wrong[0], wrong[4])
    # Half a pixel of mistaken centres would move the least difference by as much.
    curve = np.polyfit(offsets, wrong**2, 2)
    assert abs(-curve[1] / (2 * curve[0])) < 0.12


def test_hidden_points_are_few_and_beside_near_things(pair: Pair) -> None:
    hidden = is_hidden_in_right_image(pair.disparity_px.astype(np.float32), pair.right, BASE_M)
    assert 0.005 < hidden.mean() < 0.08
    there = pair.from_right(disparity(pair.right, BASE_M).astype(float))
    assert (there > pair.disparity_px)[hidden].mean() > 0.95
