"""The mistakes that other exporters made, each in a written copy: the proofs by use must see every one, and find ours clean."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from scenegen.formats.kitti_depth import KittiDepth
from scenegen.formats.kitti_disparity import encode_steps
from scenegen.formats.kitti_flow import KittiFlow
from scenegen.formats.kitti_mots import KittiMots
from scenegen.formats.kitti_object import KittiObject
from scenegen.formats.kitti_odometry import KittiOdometry
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png, encode_png
from scenegen.geometry import pixel_rays
from scenegen.truth.frame import Frame
from tests.formats.kitti_street import FRAMES, LENS, street_frame
from tests.formats.kitti_use import missing_faults, object_faults, stereo_faults
from tests.formats.written import write

LAYOUTS = (KittiObject(), KittiFlow(), KittiOdometry(), KittiDepth(), KittiMots())
SLOT = Slot("street-0000-0000", number=0, first_frame=0, frames=FRAMES, fps=10)


@pytest.fixture(scope="module")
def street() -> list[Frame]:
    return [street_frame(index) for index in range(FRAMES)]


@pytest.fixture(scope="module")
def clean(street: list[Frame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    for layout in LAYOUTS:
        write(layout, street, SLOT, folder)
    return folder


@pytest.fixture
def copy(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "copy"))


def faults(folder: Path) -> Iterator[str]:
    yield from object_faults(folder / "kitti_object")
    yield from missing_faults(folder / "kitti_object", folder / "kitti_mots")
    yield from stereo_faults(*(folder / f"kitti_{name}" for name in ("flow", "object", "odometry", "depth")))


def test_ours_has_no_fault(clean: Path) -> None:
    assert list(faults(clean)) == []
    assert len(list((clean / "kitti_object/training/label_2").glob("*.txt"))) == FRAMES


Rewrite = Callable[[list[str]], list[str]]


def _set(field: int, change: Callable[[float, list[str]], float]) -> Rewrite:
    return lambda f: [*f[:field], f"{change(float(f[field]), f):.4f}", *f[field + 1 :]]


LINE_MISTAKES: dict[str, Rewrite] = {
    "rotation_y with the other sign": _set(14, lambda turn, _: -turn),
    "rotation_y counted from the z axis": _set(14, lambda turn, _: turn + np.pi / 2),
    "alpha with swapped arguments": _set(3, lambda _, f: float(f[14]) - np.arctan2(float(f[13]), float(f[11]))),
    "alpha taken for rotation_y": _set(3, lambda _, f: float(f[14])),
    "alpha left out": _set(3, lambda _, f: -10),
    "y at the centre": _set(12, lambda y, f: y - float(f[8]) / 2),
    "y up": _set(12, lambda y, f: -y),
    "left-handed x": _set(11, lambda x, f: -x),
    "l w h": lambda f: [*f[:8], f[10], f[9], f[8], *f[11:]],
    "never truncated": lambda f: [f[0], "0.00", *f[2:]],
    "occluded as a share": lambda f: [*f[:2], "0.60", *f[3:]],
    "16 fields": lambda f: [*f, "1.00"],
    "a blank at the end": lambda f: [*f, ""],
    "tabs": lambda f: ["\t".join(f)],
    "pixels from 1": lambda f: [*f[:4], *(f"{float(edge) + 1:.2f}" for edge in f[4:8]), *f[8:]],
}


def respell(folder: Path, rewrite: Rewrite) -> None:
    for path in (folder / "kitti_object/training/label_2").glob("*.txt"):
        rows = [line.split(" ") for line in path.read_text().splitlines()]
        path.write_text("".join(" ".join(rewrite(row)) + "\n" for row in rows))


@pytest.mark.parametrize("mistake", LINE_MISTAKES)
def test_mistakes_in_label_lines(mistake: str, copy: Path) -> None:
    respell(copy, LINE_MISTAKES[mistake])
    assert list(object_faults(copy / "kitti_object"))


@pytest.mark.parametrize("mistake", ["visible box", "loose box", "right is the width", "truncated objects dropped"])
def test_mistakes_in_boxes(mistake: str, copy: Path, street: list[Frame]) -> None:
    index = 0
    path = copy / f"kitti_object/training/label_2/{index:06d}.txt"
    rows = [line.split(" ") for line in path.read_text().splitlines()]
    labels = street[index].main.labels.objects
    if mistake == "truncated objects dropped":
        kept = [row for row in rows if float(row[1]) == 0]
        assert 0 < len(kept) < len(rows)
        path.write_text("".join(" ".join(row) + "\n" for row in kept))
        assert list(missing_faults(copy / "kitti_object", copy / "kitti_mots"))
        return
    for row, label in zip(rows, labels, strict=True):
        if mistake == "visible box" and label.box_visible_px is not None:
            row[4:8] = [str(edge) for edge in label.box_visible_px]
        elif mistake == "loose box":
            row[4:8] = [str(float(row[4]) - 2), row[5], str(float(row[6]) + 2), row[7]]
        elif float(row[1]) > 0:
            row[6:8] = [str(LENS.width_px), str(LENS.height_px)]
    path.write_text("".join(" ".join(row) + "\n" for row in rows))
    assert list(object_faults(copy / "kitti_object"))


def edit_text(*paths: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        for pattern in paths:
            for path in folder.glob(pattern):
                text = path.read_text()
                assert old in text
                path.write_text(text.replace(old, new))

    return spoil


def shift_centre(folder: Path) -> None:
    """A renderer whose centre is W/2 writes cx half a pixel too large; its pixels are where they were."""
    for path in (*folder.glob("kitti_object/training/calib/*.txt"), *folder.glob("kitti_flow/training/calib_cam_to_cam/*.txt")):
        lines = []
        for line in path.read_text().splitlines():
            name, *numbers = line.split(" ")
            if name.startswith(("P", "K")) and len(numbers) in (9, 12):
                row = len(numbers) // 3
                for place in (2, row + 2):
                    numbers[place] = f"{float(numbers[place]) + 0.5:.12e}"
            lines.append(" ".join([name, *numbers]))
        path.write_text("\n".join(lines) + "\n")


def edit_images(kinds: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        paths = list(folder.glob(kinds))
        assert paths
        for path in paths:
            path.write_bytes(encode_png(change(decode_png(path.read_bytes()))))

    return spoil


CALIB = "kitti_object/training/calib/*.txt"
FLOW = "kitti_flow/training/flow_*/*.png"
DISPARITY = "kitti_flow/training/disp_*/*.png"
DEPTH = "kitti_depth/*/*/proj_depth/groundtruth/*/*.png"


def negate_flow(image: np.ndarray, *channels: int) -> np.ndarray:
    spoiled = image.astype(int)
    for channel in channels:
        spoiled[..., channel] = np.where(image[..., 2] > 0, 65536 - spoiled[..., channel], 0)
    return spoiled.astype(np.uint16)


def along_the_ray(image: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(pixel_rays(LENS), axis=-1)
    return np.clip(image * lengths + 0.5, 0, 65535).astype(np.uint16)


def later_map(folder: Path) -> None:
    """disp_1 as the second frame's own map, not the disparity of the first frame's points."""
    training = folder / "kitti_flow/training"
    shutil.copy(training / "disp_occ_0/000001_10.png", training / "disp_occ_1/000000_10.png")


def half_a_pixel_of_disparity(folder: Path) -> None:
    """Both pictures drawn with their centre half a pixel off: labels move, calibration stays."""
    shifted = edit_images(DISPARITY, lambda image: np.concatenate([image[1:], image[-1:]]))
    shifted(folder)


def swap_baseline(folder: Path) -> None:
    for path in folder.glob("kitti_flow/training/calib_cam_to_cam/*.txt"):
        text = path.read_text()
        path.write_text(
            text.replace("P_rect_02", "P_rect_XX").replace("P_rect_03", "P_rect_02").replace("P_rect_XX", "P_rect_03")
        )


FILE_MISTAKES: dict[str, Callable[[Path], None]] = {
    "flow as B G R": edit_images(FLOW, lambda image: np.ascontiguousarray(image[..., ::-1])),
    "flow in 8 bits": edit_images(FLOW, lambda image: (image >> 8).astype(np.uint8)),
    "flow without its valid channel": edit_images(FLOW, lambda image: image * np.array([1, 1, 0], np.uint16)),
    "flow in whole pixels": edit_images(
        FLOW, lambda image: np.where(image > 1, 32768 + (image.astype(int) - 32768) // 64, image).astype(np.uint16)
    ),
    "flow reversed": edit_images(FLOW, lambda image: negate_flow(image, 0, 1)),
    "flow with v up": edit_images(FLOW, lambda image: negate_flow(image, 1)),
    "depth along the ray": edit_images(DEPTH, along_the_ray),
    "depth in centimetres": edit_images(DEPTH, lambda image: (image // 256 * 100).astype(np.uint16)),
    "disparity from depth along the ray": edit_images(
        DISPARITY, lambda image: (image / np.linalg.norm(pixel_rays(LENS), axis=-1)).astype(np.uint16)
    ),
    "disparity not times 256": edit_images(DISPARITY, lambda image: (image >> 8).astype(np.uint16)),
    "disparity in 8 bits": edit_images(DISPARITY, lambda image: (image >> 8).astype(np.uint8)),
    "disparity valid where it is sky": edit_images(DISPARITY, lambda image: np.maximum(image, 1)),
    "disparity 1 px to one side": edit_images(DISPARITY, lambda image: np.roll(image, 1, axis=1)),
    "disparity a row off": half_a_pixel_of_disparity,
    "disp_1 of the second frame": later_map,
    "half a pixel": shift_centre,
    "right camera on the left": swap_baseline,
    "calibration with the tracking benchmark's names": edit_text(CALIB, old="Tr_velo_to_cam:", new="Tr_velo_cam"),
    "calibration that ends in an empty line": lambda folder: append(folder, "\n"),
    "poses of the world in the camera": lambda folder: invert_poses(folder),
}


def append(folder: Path, text: str) -> None:
    for path in folder.glob(CALIB):
        path.write_text(path.read_text() + text)


def invert_poses(folder: Path) -> None:
    path = folder / "kitti_odometry/poses/00.txt"
    poses = np.array([[float(word) for word in line.split()] for line in path.read_text().splitlines()]).reshape(-1, 3, 4)
    rotations = poses[:, :, :3].transpose(0, 2, 1)
    inverse = np.concatenate([rotations, -(rotations @ poses[:, :, 3:])], axis=2).reshape(-1, 12)
    path.write_text("".join(" ".join(f"{value:.12e}" for value in row) + "\n" for row in inverse))


@pytest.mark.parametrize("mistake", FILE_MISTAKES)
def test_mistakes_in_files(mistake: str, copy: Path) -> None:
    FILE_MISTAKES[mistake](copy)
    found = [*object_faults(copy / "kitti_object")]
    if not found:  # the rest reads the same calibration
        found = [*faults(copy)]
    assert found, mistake


def test_a_valid_disparity_is_never_0() -> None:
    assert encode_steps(np.array([[0.0001]], np.float32), np.ones((1, 1), bool)) == 1
