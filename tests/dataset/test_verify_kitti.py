"""verify finds classic mistakes in KITTI's layouts, and names file, object and number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scenegen.dataset.verify import verify_dataset
from scenegen.formats import kitti_flow
from scenegen.formats.png import decode_png, encode_png
from tests.dataset.layouts import Change, field, image, names, points, spoiled

DRIVE = "kitti_raw/2011_09_26/2011_09_26_drive_0000_sync"


def test_everything_holds_and_is_looked_at(everything: Path) -> None:
    report = verify_dataset(everything)
    assert not report.faults, list(report.lines())
    assert not report.bytes_only
    looked = ("kitti_object points on depth", "kitti_flow next disparity", "kitti_depth pixels", "kitti_flow warped pictures",
              "vkitti2 scene flow", "nuscenes points", "openlabel lines", "webdataset static flow", "middlebury static flow",
              "sweep ids", "poses", "oxts motion", "mots masks", "instances", "depth of two frames")  # fmt: skip
    assert all(report.checks[check] > 0 for check in looked), report.checks


def _calib(name: str, number: int, change: Callable[[float], float]) -> Change:
    """Change a number of a matrix of a calibration file."""

    def changed(data: bytes) -> bytes:
        lines = data.decode().splitlines()
        (line,) = (i for i, text in enumerate(lines) if text.split(" ")[0].rstrip(":") == name)
        return field(line, number + 1, lambda value: change(float(value)))(data)

    return changed


def _mirror(cloud: np.ndarray) -> np.ndarray:
    return cloud * (1, -1, 1, 1)


def _camera_axes(cloud: np.ndarray) -> np.ndarray:
    return np.stack([-cloud[:, 1], -cloud[:, 2], cloud[:, 0], cloud[:, 3]], axis=1)


def _grown(cloud: np.ndarray) -> np.ndarray:
    return cloud * (1.01, 1.01, 1.01, 1)


OBJECT = "kitti_object/training"


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        (f"{OBJECT}/velodyne/000001.bin", points(4, _mirror), ("velodyne/000001.bin", "the surface")),
        (f"{OBJECT}/velodyne/000001.bin", points(4, _camera_axes), ("velodyne/000001.bin", "on no beam")),
        (f"{OBJECT}/velodyne/000001.bin", points(4, _grown), ("velodyne/000001.bin", "the surface that depth shows")),
        (f"{OBJECT}/velodyne/000001.bin", points(4, lambda p: p * (1, 1, 1, 255)), ("velodyne/000001.bin", "reflectance")),
        (f"{OBJECT}/calib/000001.txt", _calib("P3", 3, lambda v: -v), ("calib/000001.txt", "P3", "off")),
        (f"{OBJECT}/calib/000001.txt", _calib("Tr_velo_to_cam", 3, lambda v: v + 0.1), ("Tr_velo_to_cam", "0.1")),
        (f"{OBJECT}/label_2/000001.txt", field(0, 2, lambda v: (int(v) + 1) % 3), ("label_2/000001.txt line 1", "occluded")),
        (f"{OBJECT}/label_2/000001.txt", lambda d: b"".join(d.splitlines(True)[1:]), ("label_2/000001.txt", "no line")),
        (f"{OBJECT}/image_2/000001.png", image(lambda p: p[..., ::-1]), ("image_2/000001.png", "levels")),
        (f"{OBJECT}/image_3/000001.png", image(lambda p: np.roll(p, 30, axis=1)), ("image_3/000001.png", "levels")),
    ],
)
def test_spoiled_objects_are_named(everything: Path, path: str, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, path, change), *words)


TRACKING = "kitti_tracking/training"


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        (f"{TRACKING}/label_02/0000.txt", field(0, 1, lambda v: int(v) + 1), ("label_02/0000.txt line 1 frame 0", "off track")),
        (f"{TRACKING}/label_02/0000.txt", field(0, 1, lambda v: 4711), ("line 1 frame 0 track 4711", "not in the scene")),
        (f"{TRACKING}/label_02/0000.txt", field(0, 3, lambda v: "0.30"), ("label_02/0000.txt", "line 1", "0.30")),
        (f"{TRACKING}/label_02/0000.txt", field(0, 0, lambda v: 7), ("label_02/0000.txt", "out of order")),
        (f"{TRACKING}/label_02/0000.txt", field(0, 14, lambda v: float(v) - 0.75), ("line 1 frame 0 track", "stands 0.75")),
        (f"{TRACKING}/oxts/0000.txt", field(1, 5, lambda v: -float(v) - 0.1), ("oxts/0000.txt frame 1", "rad off")),
        (f"{TRACKING}/oxts/0000.txt", field(1, 0, lambda v: float(v) + 1e-5), ("oxts/0000.txt frame 1", "lat, lon")),
        (f"{TRACKING}/calib/0000.txt", _calib("P1", 3, lambda v: 0.0), ("calib/0000.txt", "P1")),
        (f"{TRACKING}/velodyne/0000/000002.bin", points(4, _mirror), ("velodyne/0000/000002.bin", "the surface")),
    ],
)
def test_spoiled_tracking_is_named(everything: Path, path: str, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, path, change), *words)


def _transposed(data: bytes) -> bytes:
    rows = [np.array(line.split(), float).reshape(3, 4) for line in data.decode().splitlines()]
    turned = [np.hstack([row[:, :3].T, -row[:, :3].T @ row[:, 3:]]) for row in rows]
    return "".join(" ".join(map(repr, row.ravel().tolist())) + "\n" for row in turned).encode()


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        ("kitti_odometry/poses/00.txt", _transposed, ("poses/00.txt line 2", "off the clip's pose")),
        ("kitti_odometry/poses/00.txt", field(2, 11, lambda v: float(v) * 1.0001), ("poses/00.txt line 3", "m off")),
        ("kitti_odometry/sequences/00/times.txt", field(2, 0, lambda v: 0.25), ("times.txt", "line 3", "0.25")),
        ("kitti_odometry/sequences/00/calib.txt", _calib("Tr", 7, lambda v: v + 0.08), ("calib.txt", "Tr is 0.08")),
        ("kitti_odometry/sequences/00/velodyne/000000.bin", points(4, _grown), ("velodyne/000000.bin", "surface")),
        (f"{DRIVE}/oxts/data/0000000001.txt", field(0, 8, lambda v: 3.6 * float(v)), ("oxts/data frame 1", "vf is")),
        (f"{DRIVE}/oxts/data/0000000001.txt", field(0, 5, lambda v: float(v) + 1.57), ("oxts/data frame 1", "rad off")),
        (
            f"{DRIVE}/velodyne_points/timestamps.txt",
            lambda d: d.replace(b".100000000", b".200000000"),
            ("timestamps", "line 2"),
        ),
        (f"{DRIVE}/velodyne_points/data/0000000001.bin", points(4, _camera_axes), ("0000000001.bin", "no beam")),
        ("kitti_raw/2011_09_26/calib_velo_to_cam.txt", _calib("T", 1, lambda v: v + 0.05), ("calib_velo_to_cam.txt", "0.05")),
        ("kitti_raw/2011_09_26/calib_cam_to_cam.txt", _calib("P_rect_03", 3, lambda v: -v), ("P_rect_03", "off")),
    ],
)
def test_spoiled_motion_is_named(everything: Path, path: str, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, path, change), *words)


def _unscaled(packed: np.ndarray) -> np.ndarray:
    return np.where(packed > 0, np.maximum(packed // 256, 1), 0).astype(np.uint16)


def _grown_steps(packed: np.ndarray) -> np.ndarray:
    return np.where(packed > 0, np.minimum(packed * 1.02, 65535), 0).astype(np.uint16)


def _along(packed: np.ndarray) -> np.ndarray:
    return np.roll(packed, 1, axis=1)


def _half_pixel(data: bytes) -> bytes:
    flow, is_valid = kitti_flow.decode_flow(decode_png(data).astype(np.uint16))
    return encode_png(kitti_flow.encode_flow(flow + np.float32(0.5), is_valid), is_photo=True)


FLOW = "kitti_flow/training"


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        (f"{FLOW}/disp_occ_0/000000_10.png", image(_unscaled), ("disp_occ_0/000000_10.png", "depth gives")),
        (f"{FLOW}/disp_noc_0/000000_10.png", image(lambda p: p * 0), ("disp_noc_0/000000_10.png", "right image")),
        (f"{FLOW}/disp_occ_1/000000_10.png", image(_grown_steps), ("disp_occ_1/000000_10.png", "depth and poses give")),
        (f"{FLOW}/flow_occ_k2/000000_10.png", _half_pixel, ("flow_occ_k2/000000_10.png", "pixel")),
        (f"{FLOW}/obj_map/000000_10.png", image(lambda p: p * 0), ("obj_map/000000_10.png", "no number")),
        (f"{FLOW}/image_3/000000_10.png", image(lambda p: np.roll(p, 12, axis=1)), ("image_3/000000_10.png", "from the left")),
        (f"{FLOW}/calib_cam_to_cam/000000.txt", _calib("P_rect_02", 2, lambda v: v + 0.5), ("P_rect_02", "0.5")),
    ],
)
def test_spoiled_scene_flow_is_named(everything: Path, path: str, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, path, change), *words)


DEPTH = "kitti_depth/train/2011_09_26_drive_0000_sync/proj_depth"
SEMANTICS, MOTS = "kitti_semantics/training", "kitti_mots/training"
CAR, TRAIN_CAR = 26, 13


def _train_ids(labels: np.ndarray) -> np.ndarray:
    return np.where(labels == CAR, TRAIN_CAR, labels).astype(np.uint8)


def _merged(instances: np.ndarray) -> np.ndarray:
    return np.where(instances % 256 == 2, instances - 1, instances).astype(np.uint16)


def _next_ids(instances: np.ndarray) -> np.ndarray:
    return np.where(instances // 1000 == 1, instances + 1, instances).astype(np.uint16)


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        (f"{DEPTH}/groundtruth/image_02/0000000001.png", image(_grown_steps), ("image_02/0000000001.png", "another layout")),
        (f"{DEPTH}/groundtruth/image_03/0000000001.png", image(_along), ("image_03/0000000001.png", "another layout")),
        (f"{DEPTH}/velodyne_raw/image_02/0000000001.png", image(_along), ("velodyne_raw", "turn's points give")),
        (f"{DEPTH}/velodyne_raw/image_02/0000000001.png", image(_unscaled), ("velodyne_raw", "before all that is seen")),
        (f"{SEMANTICS}/semantic/000001_10.png", image(_train_ids), ("semantic/000001_10.png", "pixel")),
        (f"{SEMANTICS}/semantic_rgb/000001_10.png", image(lambda p: p[..., ::-1]), ("semantic_rgb/000001_10.png", "pixel")),
        (f"{SEMANTICS}/instance/000001_10.png", image(_merged), ("instance/000001_10.png object", "number 1")),
        (f"{MOTS}/instances/0000/000001.png", image(_next_ids), ("instances/0000/000001.png object", "pixels")),
        (f"{MOTS}/instances_txt/0000.txt", field(0, 1, lambda v: int(v) + 1), ("instances_txt/0000.txt", "frame 0")),
        (f"{MOTS}/instances_txt/0000.txt", field(0, 2, lambda v: 2), ("instances_txt/0000.txt", "line 1", "class 2")),
    ],
)
def test_spoiled_images_are_named(everything: Path, path: str, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, path, change), *words)


@pytest.mark.parametrize("path", ["kitti_odometry/sequences/00/image_1/000001.png", f"{DRIVE}/image_00/data/0000000001.png"])
def test_spoiled_grey_pictures_are_named(everything: Path, path: str) -> None:
    assert names(spoiled(everything, path, image(lambda p: 255 - p)), Path(path).name, "levels off its colour picture")
