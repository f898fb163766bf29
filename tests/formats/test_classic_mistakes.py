"""The mistakes that others made in their KITTI exports: a copy spoiled in each way, and somebody else's reader that shows it.

A copy as written must show nothing. What the readers of the other layouts show is in the tests of those layouts.
"""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from scenegen.formats.arrays import SWEEP_ARRAYS
from scenegen.formats.kitti_depth import KittiDepth
from scenegen.formats.kitti_flow import KittiFlow
from scenegen.formats.kitti_object import KittiObject
from scenegen.formats.kitti_odometry import KittiOdometry
from scenegen.formats.kitti_raw import KittiRaw
from scenegen.formats.kitti_semantics import KittiSemantics
from scenegen.formats.layout import Layout, Slot
from scenegen.truth.frame import Frame
from tests.formats.kitti_faults import (
    depth_faults,
    flow_faults,
    labelled,
    object_faults,
    odometry_faults,
    raw_faults,
    semantics_faults,
)
from tests.formats.kitti_rigs import with_rig
from tests.formats.real_clip import RealClip
from tests.formats.written import write
from tests.readers.environment import ForeignError, foreign_reads

Spoil = Callable[[Path], None]
INDEX = 1
"""The frame that is looked at; it has one before it and two after."""


def faults_by_mistake(
    root: Path,
    reader: str,
    mistakes: dict[str, Spoil],
    arguments: Callable[[Path], Iterable[object]],
    faults: Callable[[Any], Iterable[str]],
) -> dict[str, set[str]]:
    """Read the layout as written and a spoiled copy for every mistake, all in one process; name what is wrong with each."""
    copies = {"as written": root}
    for name, spoil in mistakes.items():
        copies[name] = root.parent / name.replace(" ", "_").replace("/", "_") / root.name
        shutil.copytree(root, copies[name])
        spoil(copies[name])
    answers = foreign_reads(reader, [tuple(arguments(copy)) for copy in copies.values()])
    return {
        name: {"refused"} if isinstance(answer, ForeignError) else set(faults(answer))
        for name, answer in zip(copies, answers, strict=True)
    }


def all_show(found: dict[str, set[str]]) -> None:
    assert not found.pop("as written"), found
    assert all(found.values()), [name for name, shown in found.items() if not shown]


def texts(pattern: str, change: Callable[[str], str]) -> Spoil:
    """Change the text of files."""

    def spoil(root: Path) -> None:
        files = list(root.glob(pattern))
        assert files, pattern
        for file in files:
            before = file.read_text()
            after = change(before)
            assert after != before, pattern
            file.write_text(after)

    return spoil


def field(pattern: str, number: int, change: Callable[[list[str]], str]) -> Spoil:
    """Change one field of every line, from all fields of its line."""

    def line(text: str) -> str:
        fields = text.split(" ")
        fields[number] = change(fields)
        return " ".join(fields)

    return texts(pattern, lambda text: "".join(line(each) + "\n" for each in text.splitlines()))


def image(pattern: str, change: Callable[[np.ndarray], np.ndarray]) -> Spoil:
    """Change the pixels of PNG files; three channels come and go as R G B."""

    def spoil(root: Path) -> None:
        files = list(root.glob(pattern))
        assert files, pattern
        for file in files:
            pixels = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
            changed = change(pixels[..., ::-1] if pixels.ndim == 3 else pixels)
            cv2.imwrite(str(file), changed[..., ::-1] if changed.ndim == 3 else changed)

    return spoil


def floats(pattern: str, change: Callable[[np.ndarray], np.ndarray]) -> Spoil:
    """Change the rows x y z reflectance of scanner files."""

    def spoil(root: Path) -> None:
        for file in root.glob(pattern):
            rows = np.fromfile(file, "<f4").reshape(-1, 4)
            file.write_bytes(change(rows).astype("<f4").tobytes())

    return spoil


def number(fields: Sequence[str], at: int) -> float:
    return float(fields[at])


def matrix_row(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[str], str]:
    """Change the (3, n) matrix of one line of a calibration text."""

    def spoil(text: str) -> str:
        lines = []
        for line in text.splitlines():
            if line.startswith(f"{name}: "):
                values = change(np.array([float(word) for word in line.split()[1:]]).reshape(3, -1))
                line = f"{name}: " + " ".join(f"{value:.12e}" for value in values.ravel())
            lines.append(line)
        return "\n".join(lines) + "\n"

    return spoil


def half_a_pixel(projection: np.ndarray) -> np.ndarray:
    projection[:2, 2] += 0.5
    return projection


def inverted(pose: np.ndarray) -> np.ndarray:
    return np.hstack([pose[:, :3].T, -pose[:, :3].T @ pose[:, 3:]])


def swapped_lines(a: int, b: int) -> Callable[[str], str]:
    def spoil(text: str) -> str:
        lines = text.splitlines(keepends=True)
        lines[a], lines[b] = lines[b], lines[a]
        return "".join(lines)

    return spoil


LABELS, CALIB, VELO = "training/label_2/*.txt", "training/calib/*.txt", "training/velodyne/*.bin"


def object_mistakes(frame: Frame) -> dict[str, Spoil]:
    visible = iter([label.box_visible_px for label in labelled(frame)])
    return {
        "rotation_y sign": field(LABELS, 14, lambda f: f"{-number(f, 14):.4f}"),
        "rotation_y from z": field(LABELS, 14, lambda f: f"{number(f, 14) + np.pi / 2:.4f}"),
        "y at the centre": field(LABELS, 12, lambda f: f"{number(f, 12) - number(f, 8) / 2:.4f}"),
        "left-handed": field(LABELS, 11, lambda f: f"{-number(f, 11):.4f}"),
        "width for length": field(LABELS, 9, lambda f: f[10]),
        "alpha left unset": field(LABELS, 3, lambda f: "-10"),
        "alpha as rotation_y": field(LABELS, 3, lambda f: f[14]),
        "alpha by swapped atan2": field(LABELS, 3, lambda f: f"{number(f, 14) - np.arctan2(number(f, 13), number(f, 11)):.4f}"),
        "box of the visible pixels": lambda root: field(
            f"training/label_2/{stem(root)}.txt", 6, lambda f: f"{next(visible)[2]:.4f}"
        )(root),
        "right edge outside": field(LABELS, 6, lambda f: f"{number(f, 6) + 1:.4f}"),
        "pixels from 1": field(LABELS, 4, lambda f: f"{number(f, 4) + 1:.4f}"),
        "never truncated": field(LABELS, 1, lambda f: "0.00"),
        "occluded as a float": field(LABELS, 2, lambda f: f"{number(f, 2):.2f}"),
        "occluded never": field(LABELS, 2, lambda f: "0"),
        "cut-off objects left out": texts(
            LABELS, lambda text: "".join(f"{line}\n" for line in text.splitlines() if line.split(" ")[1] == "0.00")
        ),
        "tabs": texts(LABELS, lambda text: text.replace(" ", "\t")),
        "calibration without a line": texts(CALIB, lambda text: "".join(text.splitlines(keepends=True)[1:])),
        "calibration in another order": texts(CALIB, swapped_lines(4, 5)),
        "half a pixel": texts(CALIB, matrix_row("P2", half_a_pixel)),
        "velodyne from camera": texts(CALIB, matrix_row("Tr_velo_to_cam", inverted)),
        "points in camera axes": floats(VELO, lambda rows: rows[:, [1, 2, 0, 3]] * (-1, -1, 1, 1)),
        "reflectance to 255": floats(VELO, lambda rows: rows * (1, 1, 1, 255)),
        "no reflectance": floats(VELO, lambda rows: rows[:, :3]),
    }


def stem(root: Path) -> str:
    return sorted(file.stem for file in (root / "training/label_2").iterdir())[INDEX]


def test_kitti_object(real_clip: RealClip, tmp_path: Path) -> None:
    frames = [with_few_points(frame) for frame in real_clip.frames]
    root, frame = write(KittiObject(), frames, real_clip.slot, tmp_path / "good"), frames[INDEX]
    all_show(
        faults_by_mistake(
            root, "kitti_object", object_mistakes(frame), lambda copy: [copy, stem(copy)],
            lambda answer: object_faults(answer[0], frame),
        )
    )  # fmt: skip


def with_few_points(frame: Frame) -> Frame:
    sweep = frame.sweeps[0]
    few = {name: getattr(sweep, name)[::50] for name in SWEEP_ARRAYS}
    return dataclasses.replace(frame, sweeps=(dataclasses.replace(sweep, **few),))


def backward(root: Path) -> None:
    """Give the flow to the frame before: that of the pair before, the other way, which is what a mixed-up index gives."""
    for kind in ("flow_occ", "flow_noc"):
        first, second = sorted((root / "training" / kind).glob("*_10.png"))[:2]
        shutil.copy(first, second)


def _without_scale(pixels: np.ndarray) -> np.ndarray:
    flow = 32768 + (pixels[..., :2].astype(int) - 32768) // 64
    return np.dstack([flow, pixels[..., 2]]).astype(np.uint16)


def _other_sign(way: int) -> Callable[[np.ndarray], np.ndarray]:
    def change(pixels: np.ndarray) -> np.ndarray:
        turned = pixels.astype(int)
        turned[..., way] = np.where(pixels[..., 2] > 0, 65536 - turned[..., way], 0)
        return turned.astype(np.uint16)

    return change


def _next_map(root: Path) -> None:
    """Give for disp_1 the next frame's own disparity, not that of the points of this one."""
    files = sorted((root / "training/disp_occ_0").glob("*_10.png"))
    for file, following in itertools.pairwise(files):
        shutil.copy(following, root / "training/disp_occ_1" / file.name)


FLOW, DISPARITY = "training/flow_*/*.png", "training/disp_occ_0/*.png"
FLOW_MISTAKES: dict[str, Spoil] = {
    "blue first": image(FLOW, lambda pixels: pixels[..., ::-1]),
    "no valid channel": image(FLOW, lambda pixels: pixels * np.array([1, 1, 0], np.uint16)),
    "unscaled": image(FLOW, _without_scale),
    "8 bits": image(FLOW, lambda pixels: (pixels >> 8).astype(np.uint8)),
    "u turned": image(FLOW, _other_sign(0)),
    "v up": image(FLOW, _other_sign(1)),
    "of another frame": backward,
    "all of a pair is noc": lambda root: shutil.copytree(
        root / "training/flow_occ", root / "training/flow_noc", dirs_exist_ok=True
    ),
    "disparity without 256": image(DISPARITY, lambda pixels: pixels // 256),
    "disparity in 8 bits": image(DISPARITY, lambda pixels: (pixels >> 8).astype(np.uint8)),
    "sky as far away": image(DISPARITY, lambda pixels: np.maximum(pixels, 1)),
    "far away as 0": image(DISPARITY, lambda pixels: np.where(pixels < 256, 0, pixels).astype(np.uint16)),
    "disparity half a pixel off": image(DISPARITY, lambda pixels: np.where(pixels > 0, pixels + 128, 0).astype(np.uint16)),
    "disp_1 of the next frame": _next_map,
    "parked cars in obj_map": image("training/obj_map/*.png", lambda pixels: np.ones_like(pixels)),
}


def test_kitti_flow(real_clip: RealClip, tmp_path: Path) -> None:
    frame, pair = real_clip.frames[INDEX], f"{real_clip.slot.first_frame + INDEX:06d}"
    root = write(KittiFlow(), real_clip.frames, real_clip.slot, tmp_path / "good")
    all_show(
        faults_by_mistake(
            root, "kitti_flow", FLOW_MISTAKES, lambda copy: [copy, pair], lambda answer: flow_faults(answer, frame)
        )
    )


def test_kitti_depth(real_clip: RealClip, tmp_path: Path) -> None:
    frame = real_clip.frames[INDEX]
    lens = frame.main.labels.lens
    v, u = np.mgrid[0 : lens.height_px, 0 : lens.width_px]
    stretch = np.sqrt(1 + ((u - lens.cx_px) / lens.fx_px) ** 2 + ((v - lens.cy_px) / lens.fy_px) ** 2)
    truth = "*/*/proj_depth/groundtruth/*/*.png"
    mistakes = {
        "along the ray": image(truth, lambda pixels: np.minimum(pixels * stretch, 65535).astype(np.uint16)),
        "millimetres": image(truth, lambda pixels: np.minimum(pixels * (1000 / 256), 65535).astype(np.uint16)),
        "centimetres": image(truth, lambda pixels: np.minimum(pixels * (100 / 256), 65535).astype(np.uint16)),
        "8 bits": image(truth, lambda pixels: (pixels >> 8).astype(np.uint8)),
        "sky as the farthest": image(truth, lambda pixels: np.where(pixels == 0, 65000, pixels).astype(np.uint16)),
        "one pixel off": image(truth, lambda pixels: np.roll(pixels, 1, axis=1)),
    }

    def files(copy: Path) -> list[Path]:
        return sorted(copy.glob(f"*/*/proj_depth/groundtruth/*/{INDEX:010d}.png"))

    root = write(KittiDepth(), real_clip.frames, real_clip.slot, tmp_path / "good")
    all_show(
        faults_by_mistake(
            root, "kitti_depth", mistakes, files, lambda answer: depth_faults(answer, frame)
        )
    )  # fmt: skip


SEMANTIC, INSTANCE = "training/semantic/*.png", "training/instance/*.png"
TRAIN_IDS = np.full(256, 255, np.uint8)
TRAIN_IDS[[7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33]] = range(19)


def _thousands(pixels: np.ndarray) -> np.ndarray:
    label, of_label = np.divmod(pixels.astype(int), 256)
    return (label * 1000 + of_label).astype(np.uint16)


SEMANTICS_MISTAKES: dict[str, Spoil] = {
    "train ids": image(SEMANTIC, lambda pixels: TRAIN_IDS[pixels]),
    "one pixel off": image(SEMANTIC, lambda pixels: np.roll(pixels, 1, axis=1)),
    "instances by thousands": image(INSTANCE, _thousands),
    "instances in 8 bits": image(INSTANCE, lambda pixels: (pixels & 255).astype(np.uint8)),
    "one instance of all": image(INSTANCE, lambda pixels: np.where(pixels % 256 > 0, pixels // 256 * 256 + 1, pixels)),
}


def test_kitti_semantics(real_clip: RealClip, tmp_path: Path) -> None:
    frame, name = real_clip.frames[INDEX], f"{real_clip.slot.first_frame + INDEX:06d}_10"
    root = write(KittiSemantics(), real_clip.frames, real_clip.slot, tmp_path / "good")
    all_show(
        faults_by_mistake(
            root,
            "kitti_semantics",
            SEMANTICS_MISTAKES,
            lambda copy: [copy, name],
            lambda answer: semantics_faults(answer, frame),
        )
    )


@pytest.fixture
def curve(make_frame: Callable[..., Frame]) -> list[Frame]:
    """Frames of an ego that turns, climbs and leans: what stands straight shows no mixed-up angle."""
    return [with_rig(make_frame(index)) for index in range(3)]


OXTS, CAM = "*/*/oxts/data/*.txt", "*/calib_cam_to_cam.txt"
RAW_MISTAKES: dict[str, Spoil] = {
    "latitude for longitude": texts(OXTS, lambda text: " ".join([*reversed(text.split(" ")[:2]), *text.split(" ")[2:]])),
    "degrees for radians": texts(OXTS, lambda text: _scaled(text, 5, 180 / np.pi)),
    "yaw clockwise": texts(OXTS, lambda text: _scaled(text, 5, -1)),
    "pitch up": texts(OXTS, lambda text: _scaled(text, 4, -1)),
    "empty line at the end": texts(CAM, lambda text: text + "\n"),
    "half a pixel": texts(CAM, matrix_row("P_rect_02", half_a_pixel)),
    "base the other way": texts(CAM, matrix_row("P_rect_03", lambda p: p * np.array([1, 1, 1, -1]))),
    "velodyne from camera": texts("*/calib_velo_to_cam.txt", matrix_row("R", np.transpose)),
    "velodyne from IMU": texts("*/calib_imu_to_velo.txt", matrix_row("T", np.negative)),
}


def _scaled(text: str, at: int, factor: float) -> str:
    fields = text.split(" ")
    fields[at] = f"{float(fields[at]) * factor:.12f}"
    return " ".join(fields)


def test_kitti_raw(curve: list[Frame], slot: Slot, tmp_path: Path) -> None:
    layout: Layout = KittiRaw()
    root = write(layout, curve, slot, tmp_path / "good")
    (drive,) = root.glob("*/*_sync")
    name = drive.name.removesuffix("_sync").rsplit("_drive_")
    all_show(
        faults_by_mistake(root, "kitti_raw", RAW_MISTAKES, lambda copy: [copy, *name], lambda answer: raw_faults(answer, curve))
    )


POSES = "poses/*.txt"


def each_pose(change: Callable[[np.ndarray], np.ndarray]) -> Spoil:
    def line(text: str) -> str:
        return " ".join(
            f"{value:.9e}" for value in change(np.array([float(word) for word in text.split()]).reshape(3, 4)).ravel()
        )

    return texts(POSES, lambda text: "".join(line(each) + "\n" for each in text.splitlines()))


ODOMETRY_MISTAKES: dict[str, Spoil] = {
    "world to camera": each_pose(inverted),
    "x ahead, z up": each_pose(lambda pose: pose[[2, 0, 1]] * np.array([[1], [-1], [-1]])),
    "column by column": each_pose(lambda pose: pose.ravel().reshape(4, 3).T),
    "times in frames": texts("sequences/*/times.txt", lambda text: "".join(f"{i}\n" for i in range(len(text.split())))),
    "base in pixels": texts("sequences/*/calib.txt", matrix_row("P3", lambda p: p * np.array([1, 1, 1, 2]))),
    "empty line at the end": texts("sequences/*/calib.txt", lambda text: text + "\n"),
}


def test_kitti_odometry(curve: list[Frame], slot: Slot, tmp_path: Path) -> None:
    root = write(KittiOdometry(), curve, slot, tmp_path / "good")
    all_show(
        faults_by_mistake(
            root, "kitti_odometry", ODOMETRY_MISTAKES, lambda copy: [copy, f"{slot.number:02d}"],
            lambda answer: odometry_faults(answer, curve),
        )
    )  # fmt: skip
