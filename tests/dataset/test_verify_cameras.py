"""Proofs by use on COCO, Cityscapes, YOLO and Scalabel hold on what is written, and name what is off in spoiled copies."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from scenegen.batch.plan import Settings, make_plan
from scenegen.batch.run import Machine, run_plan
from scenegen.dataset import manifest
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_cityscapes import prove_cityscapes
from scenegen.dataset.proof_coco import prove_coco, prove_yolo, prove_yolo_seg
from scenegen.dataset.proof_scalabel import prove_scalabel
from scenegen.dataset.read_back import ClipReader
from scenegen.dataset.verify import verify_dataset
from scenegen.errors import DatasetError
from scenegen.formats.png import decode_png, encode_png

FORMATS = ("coco", "cityscapes", "yolo", "yolo_seg", "scalabel")
WIDTH, HEIGHT = 240, 80
Prover = Callable[[Proof], None]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip in the five layouts and, for depth and ids, in arrays."""
    root = tmp_path_factory.mktemp("cameras") / "set"
    settings = Settings((*FORMATS, "arrays"), "none", "draft", frames=2, size=(WIDTH, HEIGHT), rig="kitti_stereo")
    run_plan(make_plan(("jaywalk_adult",), (0,), settings), root, Machine())
    return root


@pytest.fixture(params=[True, False], ids=["with arrays", "alone"])
def root(request: pytest.FixtureRequest, written: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "set"
    shutil.copytree(written, copy)
    if not request.param:
        shutil.rmtree(copy / "arrays")
    return copy


def faults(root: Path, prove: Prover) -> str:
    """Give the texts of what a prover finds, or of what it refuses to read."""
    (record,) = manifest.read_records(root)
    found: list[Any] = []
    try:
        prove(Proof.of(ClipReader(root, record), Counter(), found, lambda: None))
    except DatasetError as error:
        return str(error)
    return "\n".join(f"{fault.place}: {fault.text}" for fault in found)


def test_everything_that_is_written_holds(written: Path) -> None:
    report = verify_dataset(written)
    assert not report.faults
    assert not report.bytes_only
    assert report.checks["coco masks"] > 20
    assert report.checks["scalabel places"] > 20
    assert report.checks["cityscapes disparity"] == 6
    assert report.checks["yolo boxes"] == report.checks["yolo_seg boxes"] == 4


@pytest.mark.parametrize("prove", [prove_coco, prove_cityscapes, prove_yolo, prove_yolo_seg, prove_scalabel])
def test_it_holds_without_another_layout_beside(root: Path, prove: Prover) -> None:
    assert faults(root, prove) == ""


def change_json(path: Path, change: Callable[[Any], None]) -> None:
    record = json.loads(path.read_bytes())
    change(record)
    path.write_text(json.dumps(record))


def instances(root: Path) -> Path:
    return next(root.glob("coco/clips/*/instances.json"))


def test_coco_boxes_without_the_last_column_are_named(root: Path) -> None:
    def narrow(record: Any) -> None:
        record["annotations"][0]["bbox"][2] -= 1

    change_json(instances(root), narrow)
    assert "instances.json" in faults(root, prove_coco)
    assert "its box is" in faults(root, prove_coco)


def test_coco_annotations_of_the_other_camera_are_named(root: Path) -> None:
    def swap(record: Any) -> None:
        first, second = (record["images"][i]["id"] for i in (0, 1))
        for row in record["annotations"]:
            row["image_id"] = {first: second, second: first}.get(row["image_id"], row["image_id"])

    change_json(instances(root), swap)
    assert "pixels of its mask differ from its segment" in faults(root, prove_coco)


def test_coco_tracks_of_other_numbers_are_named(root: Path) -> None:
    def other(record: Any) -> None:
        for row in record["annotations"]:
            row["track_id"] = row["track_id"] % 5 + 1

    change_json(instances(root), other)
    assert "where its pose puts it" in faults(root, prove_coco)


def labels(root: Path) -> Path:
    return next(root.glob("scalabel/labels/train/*.json"))


def at_the_bottom(record: Any) -> None:
    for label in (label for frame in record["frames"] for label in frame["labels"] if "box3d" in label):
        label["box3d"]["location"][1] += label["box3d"]["dimension"][0] / 2
        label["box3d"]["alpha"] = label["box3d"]["orientation"][1] - np.arctan2(*label["box3d"]["location"][::2])


def lengths_first(record: Any) -> None:
    for label in (label for frame in record["frames"] for label in frame["labels"] if "box3d" in label):
        label["box3d"]["dimension"].reverse()


def axis_and_angle(record: Any) -> None:
    for frame in record["frames"]:
        turn = Rotation.from_euler("xyz", frame["extrinsics"]["rotation"])
        frame["extrinsics"]["rotation"] = turn.as_rotvec().tolist()


def exclusive(record: Any) -> None:
    for label in (label for frame in record["frames"] for label in frame["labels"] if "box2d" in label):
        label["box2d"]["x2"] += 1


def half_a_pixel(record: Any) -> None:
    for frame in record["frames"]:
        frame["intrinsics"]["center"] = [frame["size"]["width"] / 2, frame["size"]["height"] / 2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at_the_bottom, "m off the clip's pose"),
        (lengths_first, "(l w h), the clip has"),
        (axis_and_angle, "its extrinsics are"),
        (exclusive, "its box is"),
        (half_a_pixel, "its focal lengths or centre are 0.5"),
    ],
)
def test_a_spoiled_scalabel_is_named(root: Path, change: Callable[[Any], None], words: str) -> None:
    change_json(labels(root), change)
    assert words in faults(root, prove_scalabel)


def test_yolo_half_a_pixel_off_is_named(root: Path) -> None:
    path = sorted(root.glob("yolo/labels/train/*.txt"))[0]
    lines = [line.split() for line in path.read_text().splitlines()]
    path.write_text("".join(f"{i} {float(x) - 0.5 / WIDTH} {y} {w} {h}\n" for i, x, y, w, h in lines))
    assert f"{path.name}: line 1" in faults(root, prove_yolo)


def test_yolo_labels_mirrored_are_named(root: Path) -> None:
    path = sorted(root.glob("yolo/labels/train/*.txt"))[0]
    lines = [line.split() for line in path.read_text().splitlines()]
    path.write_text("".join(f"{i} {1 - float(x)} {y} {w} {h}\n" for i, x, y, w, h in lines))
    assert path.name in faults(root, prove_yolo)


def cityscapes_file(root: Path, ending: str) -> Path:
    return sorted(root.glob(f"cityscapes/*/train/*left/*_{ending}"))[0]


def change_png(path: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    path.write_bytes(encode_png(change(decode_png(path.read_bytes()))))


def test_spoiled_cityscapes_are_named(root: Path) -> None:
    camera = cityscapes_file(root, "camera.json")
    before = camera.read_bytes()
    change_json(camera, lambda record: record["extrinsic"].update(z=record["extrinsic"]["z"] + 0.1))
    assert "its extrinsic values are 0.1000 off" in faults(root, prove_cityscapes)
    camera.write_bytes(before)

    polygons = cityscapes_file(root, "polygons.json")
    before = polygons.read_bytes()
    change_json(polygons, lambda record: record["objects"].reverse())
    assert "pixels differ from what its polygons paint" in faults(root, prove_cityscapes)
    polygons.write_bytes(before)

    disparity = cityscapes_file(root, "disparity.png")
    before = disparity.read_bytes()
    change_png(disparity, lambda image: np.where(image > 0, image - 1, 0).astype(np.uint16))
    found = faults(root, prove_cityscapes)
    assert ("off f b / depth" in found) == (root / "arrays").exists()  # the layout alone has no depth to compare with
    disparity.write_bytes(before)

    change_png(cityscapes_file(root, "instanceIds.png"), lambda image: np.where(image > 999, image // 1000 * 256, image))
    assert "of another class than in labelIds" in faults(root, prove_cityscapes)
