"""Lenses: against OpenCV, there and back, and refused where they fold."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scenegen import distortion as lenses
from scenegen.distortion import BrownConradyScene, DistortionScene, KannalaBrandtScene
from scenegen.errors import ScenarioError
from scenegen.geometry import FloatArray, Pinhole

KITTI = Pinhole(1242, 375, 721.5, 721.5, 609.6, 172.9)
WIDE = Pinhole.centred(width_px=320, height_px=200, focal_px=110.0)
KITTI_RAW = BrownConradyScene(-0.3691481, 0.1968681, 0.001353473, 0.0005677587, -0.06770705)
"""Camera 2 of KITTI's drives of 2011-09-26, calib_cam_to_cam.txt."""
RAW_SIZE = Pinhole(1392, 512, 959.791, 956.9251, 696.0217, 224.1806)
FISHEYE = KannalaBrandtScene(-0.02, 0.005, -0.003, 0.0006)


def ahead(count: int, *, spread: float) -> FloatArray:
    rng = np.random.default_rng(3)
    return np.column_stack([rng.uniform(-spread, spread, (count, 2)), np.ones(count)]) * rng.uniform(2, 80, (count, 1))


def border(lens: Pinhole) -> FloatArray:
    u, v = np.meshgrid(np.linspace(-0.5, lens.width_px - 0.5, 40), np.linspace(-0.5, lens.height_px - 0.5, 30))
    return np.stack([u, v], axis=-1)


def test_brown_conrady_is_opencvs() -> None:
    points = ahead(2000, spread=0.8)
    order = np.array([KITTI_RAW.k1, KITTI_RAW.k2, KITTI_RAW.p1, KITTI_RAW.p2, KITTI_RAW.k3])
    theirs = cv2.projectPoints(points, np.zeros(3), np.zeros(3), KITTI.matrix, order)[0][:, 0]
    assert np.abs(lenses.project(points, KITTI, KITTI_RAW) - theirs).max() < 1e-9


def test_kannala_brandt_is_opencvs_fisheye() -> None:
    points = ahead(2000, spread=3.0)
    order = np.array([FISHEYE.k1, FISHEYE.k2, FISHEYE.k3, FISHEYE.k4])
    theirs = cv2.fisheye.projectPoints(points[:, None], np.zeros(3), np.zeros(3), WIDE.matrix, order)[0][:, 0]
    assert np.abs(lenses.project(points, WIDE, FISHEYE) - theirs).max() < 1e-9


def test_a_lens_without_distortion_is_the_pinhole() -> None:
    points = ahead(100, spread=1.0)
    flat = points[:, :2] / points[:, 2:] * 721.5 + (609.6, 172.9)
    assert np.array_equal(lenses.project(points, KITTI, None), flat)
    assert np.abs(lenses.project(points, KITTI, BrownConradyScene(0, 0, 0, 0, 0)) - flat).max() < 1e-12
    assert np.allclose(lenses.ray_at(flat, KITTI, None), points / np.linalg.norm(points, axis=1, keepdims=True), atol=1e-15)


def test_an_equidistant_fisheye_sees_the_angle_itself() -> None:
    lens = Pinhole.centred(width_px=201, height_px=201, focal_px=100.0)
    level = KannalaBrandtScene(0.0, 0.0, 0.0, 0.0)
    angle = np.radians([0.0, 10.0, 57.29577951308232, 100.0, 179.0])
    points = np.column_stack([np.sin(angle), np.zeros(5), np.cos(angle)])
    assert np.allclose(lenses.project(points, lens, level), np.column_stack([100 + 100 * angle, np.full(5, 100.0)]), atol=1e-12)


@pytest.mark.parametrize(("lens", "bend"), [(RAW_SIZE, KITTI_RAW), (WIDE, FISHEYE), (KITTI, None)])
def test_every_pixel_and_border_comes_back(lens: Pinhole, bend: DistortionScene | None) -> None:
    pixels = border(lens)
    rays = lenses.ray_at(pixels, lens, bend)
    assert np.abs(np.linalg.norm(rays, axis=-1) - 1).max() < 1e-15
    assert np.abs(lenses.project(rays * 7.0, lens, bend) - pixels).max() < 1e-9


def test_rays_are_the_directions_of_the_pixel_centres() -> None:
    rays = lenses.rays(WIDE, FISHEYE)
    assert rays.shape == (200, 320, 3)
    pixels = np.array([[0.0, 0.0], [319.0, 0.0], [17.0, 144.0]])
    assert np.array_equal(rays[[0, 0, 144], [0, 319, 17]], lenses.ray_at(pixels, WIDE, FISHEYE))
    assert rays[100, 10, 0] < 0 < rays[100, 310, 0]
    assert rays[10, 160, 1] < 0 < rays[190, 160, 1]


small = st.floats(-0.4, 0.4)
slant = st.floats(-0.01, 0.01)
any_lens = st.builds(BrownConradyScene, small, small, slant, slant, small) | st.builds(KannalaBrandtScene, *[small] * 4)


@settings(max_examples=60, deadline=None)
@given(any_lens)
def test_a_lens_is_refused_or_comes_back(bend: DistortionScene) -> None:
    try:
        lenses.refuse_fold(WIDE, bend)
    except ScenarioError:
        assume(False)
    pixels = border(WIDE)
    rays = lenses.ray_at(pixels, WIDE, bend)
    assert np.abs(lenses.project(rays, WIDE, bend) - pixels).max() < 1e-9
    # Neighbours stay neighbours: no fold between them
    turn = np.cross(rays[:-1, 1:] - rays[:-1, :-1], rays[1:, :-1] - rays[:-1, :-1])
    assert ((turn * rays[:-1, :-1]).sum(axis=-1) > 0).all()


@settings(max_examples=60, deadline=None)
@given(any_lens)
def test_what_lands_in_the_image_is_what_the_image_shows(bend: DistortionScene) -> None:
    """Points far outside must not be folded back into the picture."""
    try:
        lenses.refuse_fold(WIDE, bend)
    except ScenarioError:
        assume(False)
    points = np.random.default_rng(5).normal(size=(500, 3))
    pixels = lenses.project(points, WIDE, bend)
    with np.errstate(invalid="ignore"):
        inside = ((pixels >= -0.5) & (pixels <= (WIDE.width_px - 0.5, WIDE.height_px - 0.5))).all(axis=1)
    back = lenses.ray_at(pixels[inside], WIDE, bend)
    points = points[inside] / np.linalg.norm(points[inside], axis=1, keepdims=True)
    assert np.abs(back - points).max(initial=0.0) < 1e-7  # where the lens squeezes 50 to 1, rounding grows as much


def test_a_fold_is_refused_with_its_value_and_the_focal_length_that_serves() -> None:
    lens = Pinhole.centred(width_px=1242, height_px=375, focal_px=500.0)
    strong = BrownConradyScene(-0.4, 0.0, 0.0, 0.0, 0.0)
    says = r"camera\.left\.distortion: k1=-0\.4 folds the picture over 304 px .* above (\d+) px"
    with pytest.raises(ScenarioError, match=says) as text:
        lenses.refuse_fold(lens, strong, place="camera.left.distortion")
    focal = float(str(text.value).split("above ")[1].split(" ")[0])
    lenses.refuse_fold(Pinhole.centred(width_px=1242, height_px=375, focal_px=focal), strong)
    with pytest.raises(ScenarioError, match="folds"):
        lenses.rays(lens, strong)


def test_points_without_an_image_are_nan() -> None:
    behind = np.array([[0.0, 0.0, -1.0], [0.3, 0.1, -2.0], [1.0, 0.0, 0.0]])
    assert np.isnan(lenses.project(behind, KITTI, None)).all()
    assert np.isnan(lenses.project(behind, KITTI, KITTI_RAW)).all()
    assert np.isnan(lenses.project(behind[:1], WIDE, FISHEYE)).all()
    far = np.array([[5.0, 0.0, 1.0]])
    assert np.isnan(lenses.project(far, KITTI, BrownConradyScene(-0.3, 0, 0, 0, 0))).all()


def test_wrong_shapes_are_the_programs_mistake() -> None:
    with pytest.raises(ValueError, match="wanted"):
        lenses.project(np.zeros((4, 2)), KITTI, None)
    with pytest.raises(ValueError, match="wanted"):
        lenses.ray_at(np.zeros((4, 3)), KITTI, None)
    with pytest.raises(ValueError, match="outside the image"):
        lenses.ray_at(np.array([[90000.0, 0.0]]), RAW_SIZE, KITTI_RAW)


@pytest.mark.parametrize(
    ("bend", "fold_px"),
    [
        (BrownConradyScene(-0.2, 0.0, 0.0, 0.0, 0.0), 1.27802 * (1 - 0.2 * 1.63333) * 110),  # 1 - 3 * 0.2 r^2 = 0.02
        (BrownConradyScene(0.0, -0.1, 0.0, 0.0, 0.0), 1.18322 * (1 - 0.1 * 1.96) * 110),  # 1 - 5 * 0.1 r^4 = 0.02
        (BrownConradyScene(0.0, 0.0, 0.0, 0.0, -0.1), 1.05768 * (1 - 0.1 * 1.4) * 110),  # 1 - 7 * 0.1 r^6 = 0.02
        (KannalaBrandtScene(-0.2, 0.0, 0.0, 0.0), 1.27802 * (1 - 0.2 * 1.63333) * 110),
        (KannalaBrandtScene(0.0, -0.1, 0.0, 0.0), 1.18322 * (1 - 0.1 * 1.96) * 110),
        (KannalaBrandtScene(0.0, 0.0, -0.01, 0.0), 1.55249 * (1 - 0.01 * 14.0) * 110),  # 1 - 7 * 0.01 theta^6 = 0.02
        (KannalaBrandtScene(0.0, 0.0, 0.0, -0.01), 1.34778 * (1 - 0.01 * 10.8889) * 110),  # 1 - 9 * 0.01 theta^8 = 0.02
    ],
)
def test_the_fold_lies_where_the_slope_runs_out(bend: DistortionScene, fold_px: float) -> None:
    with pytest.raises(ScenarioError, match=rf"over {fold_px:.0f} px from its centre"):
        lenses.refuse_fold(WIDE, bend)


def test_a_slanting_lens_folds_towards_one_side() -> None:
    """Up, 0.04 of tangential distortion turns back at 1 / (6 * 0.04): y - 3 * 0.04 y^2."""
    slanting = BrownConradyScene(0.0, 0.0, 0.04, 0.0, 0.0)
    assert np.abs(lenses.project(lenses.rays(WIDE, slanting), WIDE, slanting)[77, 33] - (33, 77)).max() < 1e-9
    assert np.isnan(lenses.project(np.array([[0.0, -8.0, 1.0]]), WIDE, slanting)).all()
    with pytest.raises(ScenarioError, match=r"p1=0\.06 folds"):
        lenses.refuse_fold(WIDE, BrownConradyScene(0.0, 0.0, 0.06, 0.0, 0.0))
