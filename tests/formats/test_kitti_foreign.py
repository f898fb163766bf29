"""The KITTI layouts of a driving stereo rig, as pykitti, TrackEval, scalabel, datumaro, evo, KittiDB and flow_IO read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenegen.formats.kitti_depth import KittiDepth
from scenegen.formats.kitti_flow import KittiFlow
from scenegen.formats.kitti_mots import KittiMots
from scenegen.formats.kitti_object import KittiObject
from scenegen.formats.kitti_odometry import KittiOdometry, grey_image
from scenegen.formats.kitti_raw import KittiRaw
from scenegen.formats.kitti_semantics import KittiSemantics
from scenegen.formats.kitti_tracking import KittiTracking
from scenegen.formats.layout import Slot
from scenegen.geometry import apply, project, rigid_inverse
from scenegen.truth.frame import Frame
from tests.formats.conftest import LENS, car
from tests.formats.kitti_rigs import BASE_M, BODY_FROM_LEFT, BODY_FROM_LIDAR, with_rig, world_from_ego
from tests.formats.written import write
from tests.readers.environment import foreign_read

MakeFrame = Callable[..., Frame]

# High enough (over 25 px) for the trackers' scores to count them; the second is cut by the border, so they leave it out.
CARS = (
    car(3, yaw=0.7, box_amodal_px=(8, 5, 22, 35)),
    car(7, yaw=-2.0, truncation=0.3, occlusion=0.6, box_amodal_px=(0, 4, 22, 39)),
)


@pytest.fixture
def frames(make_frame: MakeFrame) -> list[Frame]:
    return [with_rig(make_frame(index, CARS)) for index in range(3)]


def test_points_and_calibration_of_objects(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    (theirs,) = foreign_read("kitti_object", write(KittiObject(), frames[:1], slot, tmp_path), "000100")
    sweep, view = frames[0].sweeps[0], frames[0].main.labels
    points = np.array(theirs["points_velo_m"])
    assert points[:, :3] == pytest.approx(sweep.points_m)
    assert points[:, 3] == pytest.approx(sweep.intensity)
    label, box = view.objects[0], theirs["boxes"][0]
    assert np.mean(box["corners_cam_m"], axis=0) == pytest.approx(
        apply(rigid_inverse(view.world_from_cam.now) @ label.world_from_body.now, np.array([[0, 0, label.size_m[2] / 2]]))[0],
        abs=1e-3,
    )
    velo_from_world = rigid_inverse(sweep.world_from_lidar.now)
    middle = apply(velo_from_world @ label.world_from_body.now, np.array([[0, 0, label.size_m[2] / 2]]))[0]
    assert np.mean(box["corners_velo_m"], axis=0) == pytest.approx(middle, abs=1e-3)


def test_disparity(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    theirs = foreign_read("kitti_flow", write(KittiFlow(), frames[:2], slot, tmp_path), "000100")
    passes = frames[0].main.passes
    occ = np.array(theirs["disp_occ_0"], float)
    assert (np.isfinite(occ) == (passes.z_m > 0)).all()
    known = passes.z_m > 0
    assert np.abs(occ[known] - LENS.fx_px * BASE_M / passes.z_m[known]).max() <= 1 / 512 + 1e-5
    noc = np.array(theirs["disp_noc_0"], float)
    assert (noc[np.isfinite(noc)] == occ[np.isfinite(noc)]).all()
    later = np.array(theirs["disp_occ_1"], float)
    moves = np.isfinite(later)
    z_then = (passes.z_m + passes.dz_m[..., 0])[moves]
    assert np.abs(later[moves] - LENS.fx_px * BASE_M / z_then).max() <= 1 / 512 + 1e-5


def test_tracking(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    root = write(KittiTracking(), frames, slot, tmp_path)
    theirs = foreign_read("kitti_tracking", root, "0004", tmp_path / "trackers")
    assert theirs["pictures"] == [3, 3]
    assert (np.array(theirs["right"]) == frames[0].pictures["right"].rgb).all()
    assert theirs["points"] == [500] * 3
    rows = np.array(theirs["rows"])  # frame, id from 0, truncated, occluded, alpha, box, size, place, rotation_y
    assert rows[:, 0].tolist() == [0, 0, 1, 1, 2, 2]
    assert rows[:2, 1:4].tolist() == [[0, 0, 1], [1, 1, 2]]
    assert rows[0, 5:9].tolist() == [8, 5, 22, 35]
    assert rows[0, 9:15] == pytest.approx([1.49, 1.69, 3.95, -2.0, 1.65, 12.0], abs=1e-5)
    assert rows[0, 15] == pytest.approx(-np.pi / 2 - 0.7, abs=1e-5)

    left = [frame for frame in theirs["scalabel"] if frame["name"].startswith("image_02")]
    assert left[0]["focal"] == [LENS.fx_px, LENS.fy_px]
    label = left[0]["labels"][0]
    assert label["box_px"] == [8, 5, 21, 34]  # scalabel takes KITTI's right and bottom for the first pixel outside
    assert label["dimension"] == pytest.approx([1.49, 1.69, 3.95])
    assert label["location"] == pytest.approx([-2.0, 1.65 - 1.49 / 2, 12.0], abs=1e-5)
    right = [frame for frame in theirs["scalabel"] if frame["name"].startswith("image_03")]
    assert right[0]["labels"][0]["location"][0] == pytest.approx(-2.0 - BASE_M, abs=1e-5)
    assert theirs["scores"] == {"HOTA": 1.0, "LocA": 1.0, "boxes": 3}


def test_a_tracker_that_counts_pixels_from_1_or_swaps_ids_scores_less(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    root = write(KittiTracking(), frames, slot, tmp_path)
    rows = [line.split(" ") for line in (root / "training/label_02/0004.txt").read_text().splitlines()]
    shifted = [[*row[:6], *(f"{float(edge) + 1}" for edge in row[6:10]), *row[10:]] for row in rows]
    renamed = [[row[0], f"{int(row[1]) + 10 * int(row[0])}", *row[2:]] for row in rows]
    for name, said, score in (("shifted", shifted, "LocA"), ("renamed", renamed, "HOTA")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "said.txt").write_text("".join(" ".join(row) + "\n" for row in said))
        theirs = foreign_read("kitti_tracking", root, "0004", folder / "trackers")
        assert theirs["scores"][score] < 0.95, name


def test_mots(make_frame: MakeFrame, slot: Slot, tmp_path: Path) -> None:
    frames = [make_frame(index) for index in range(3)]
    root = write(KittiMots(), frames, slot, tmp_path)
    # The scorer's reader wants two sequences at least.
    folder = root / "training"
    (folder / "label_02/0005.txt").write_bytes((folder / "label_02/0004.txt").read_bytes())
    seqmap = dict(KittiMots().dataset_files([slot, replace(slot, number=5)]))
    (folder / "evaluate_mots.seqmap.training").write_bytes(seqmap["training/evaluate_mots.seqmap.training"])
    theirs = foreign_read("kitti_mots", root, "0004", tmp_path / "trackers")
    assert set(theirs["masks"]) == {"0", "1", "2"}
    for index, frame in enumerate(frames):
        is_car = frame.main.object_id == 3
        (number, entry) = next(iter(theirs["masks"][str(index)].items()))
        assert (number, entry["class"]) == ("1003", 1)
        assert (np.array(entry["mask"]) == is_car).all()
        assert (np.array(theirs["pictures"][index]) == np.where(is_car, 1003, 0)).all()
    assert theirs["scores"] == {"HOTA": 1.0, "frames": 3}


def test_raw(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    theirs = foreign_read("kitti_raw", write(KittiRaw(), frames, slot, tmp_path), "2011_09_30", "0004")
    assert theirs["files"] == [3] * 5
    assert theirs["times_s"] == pytest.approx([0, 0.1, 0.2], abs=1e-6)
    start = world_from_ego(0)
    for index, pose in enumerate(theirs["poses"]):
        ours = world_from_ego(index)
        ours[:3, 3] -= start[:3, 3]
        assert np.array(pose) == pytest.approx(ours, abs=1e-6)
        velocity = frames[index].labels.ego.velocity_m_per_s @ ours[:3, :3].T
        assert theirs["velocities"][index] == pytest.approx(velocity)
    velo_from_imu = rigid_inverse(BODY_FROM_LIDAR)
    cam_from_velo = rigid_inverse(BODY_FROM_LEFT) @ BODY_FROM_LIDAR
    assert np.array(theirs["T_velo_imu"]) == pytest.approx(velo_from_imu, abs=1e-9)
    assert np.array(theirs["T_cam0_imu"]) == pytest.approx(rigid_inverse(BODY_FROM_LEFT), abs=1e-9)
    assert np.array(theirs["T_cam2_velo"]) == pytest.approx(cam_from_velo, abs=1e-9)
    assert theirs["T_cam3_velo"][0][3] == pytest.approx(cam_from_velo[0, 3] - BASE_M, abs=1e-9)
    assert (theirs["b_rgb"], theirs["b_gray"]) == pytest.approx((BASE_M, BASE_M))
    assert np.array(theirs["K_cam2"]) == pytest.approx(LENS.matrix)
    assert (np.array(theirs["grey"]) == grey_image(frames[0].pictures["right"].rgb)).all()
    assert np.array(theirs["points"])[:, :3] == pytest.approx(frames[0].sweeps[0].points_m)


def test_raw_of_one_camera_without_scanner(make_frame: MakeFrame, slot: Slot, tmp_path: Path) -> None:
    root = write(KittiRaw(), [make_frame(index) for index in range(2)], slot, tmp_path)
    theirs = foreign_read("kitti_raw", root, "2011_09_30", "0004")
    assert theirs["files"] == [2, 0, 2, 0, 0]
    assert theirs["b_rgb"] == 0


def test_odometry(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    theirs = foreign_read("kitti_odometry", write(KittiOdometry(), frames, slot, tmp_path), "04")
    assert theirs["files"] == [3] * 5
    assert theirs["times_s"] == pytest.approx([0, 0.1, 0.2], abs=1e-6)
    cams = [frame.main.labels.world_from_cam.now for frame in frames]
    for poses in (theirs["poses"], theirs["evo"]["poses"]):
        for index, pose in enumerate(poses):
            assert np.array(pose) == pytest.approx(rigid_inverse(cams[0]) @ cams[index], abs=1e-9)
    assert theirs["evo"]["valid"], theirs["evo"]["details"]
    steps = np.diff([pose[:3, 3] for pose in cams], axis=0)
    assert theirs["evo"]["length_m"] == pytest.approx(np.linalg.norm(steps, axis=1).sum())
    assert theirs["b_rgb"] == pytest.approx(BASE_M)
    assert (np.array(theirs["right"]) == frames[0].pictures["right"].rgb).all()


def test_semantics(make_frame: MakeFrame, slot: Slot, tmp_path: Path) -> None:
    frame = make_frame(0)
    theirs = foreign_read("kitti_semantics", write(KittiSemantics(), [frame], slot, tmp_path), "000100_10")
    found = {mask["category"]: mask for mask in theirs["masks"]}
    assert set(found) == {"car", "road", "sky"}
    row, rgb = frame.main.passes.row, np.array(theirs["rgb"])
    for category, where, number in (("car", row == 1, 1), ("road", row == 2, 0), ("sky", row == 0, 0)):
        assert (np.array(found[category]["mask"]).astype(bool) == where).all()
        assert found[category]["number"] == number
        assert found[category]["is_crowd"] == (number == 0)
        assert (rgb[where] == found[category]["colour"]).all()
    assert (np.array(theirs["semantic"])[row == 1] == 26).all()


def test_depth(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    root = write(KittiDepth(), frames[:1], slot, tmp_path) / "val/2011_09_30_drive_0004_sync/proj_depth"
    kinds = [f"{kind}/{side}" for kind in ("groundtruth", "velodyne_raw") for side in ("image_02", "image_03")]
    dense, dense_right, sparse, sparse_right = (
        np.array(image, float) for image in foreign_read("kitti_depth", *(root / f"{kind}/0000000000.png" for kind in kinds))
    )
    for image, view in ((dense, frames[0].views[0]), (dense_right, frames[0].views[1])):
        z = view.passes.z_m
        assert (np.isfinite(image) == (z > 0)).all()
        assert np.abs(image - z)[z > 0].max() <= 1 / 512 + 1e-5
    for image, shift in ((sparse, 0.0), (sparse_right, BASE_M)):
        cam = apply(rigid_inverse(BODY_FROM_LEFT) @ BODY_FROM_LIDAR, frames[0].sweeps[0].points_m.astype(float)) - (shift, 0, 0)
        pixels = np.rint(project(cam, LENS)).astype(int)
        inside = ((pixels >= 0) & (pixels < (LENS.width_px, LENS.height_px))).all(axis=1)
        for (u, v), z in zip(pixels[inside], cam[inside, 2], strict=True):
            assert image[v, u] <= z + 1 / 512 + 1e-5  # the nearest of those that fall there
        assert np.isfinite(image).sum() == len({tuple(pixel) for pixel in pixels[inside]})
