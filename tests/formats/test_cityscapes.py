"""Cityscapes: label images, polygons, cameras and disparity as its own scripts read them; each classic mistake is seen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from scenegen.classes import CLASSES
from scenegen.errors import DatasetError
from scenegen.formats import cityscapes
from scenegen.formats.cityscapes import Cityscapes, decode_disparity, encode_disparity, path_of
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png, encode_png
from scenegen.geometry import BODY_FROM_CAM, pose, rigid_inverse
from scenegen.truth.frame import Frame, View
from tests.formats.crowded import LENS, crowded_frames
from tests.formats.written import write
from tests.readers.environment import foreign_read

CITY = "made-up-0000-0000-front"


@pytest.fixture
def frames() -> list[Frame]:
    return crowded_frames(2)


@pytest.fixture
def root(frames: list[Frame], slot: Slot, tmp_path: Path) -> Path:
    return write(Cityscapes(), frames, slot, tmp_path)


def file(root: Path, slot: Slot, camera: str, kind: str, index: int = 1) -> bytes:
    return (root / path_of(slot, index, camera, kind)).read_bytes()


def label_image(view: View) -> np.ndarray:
    return np.array([entry.cityscapes_id for entry in CLASSES])[view.class_id]


def test_names_are_as_the_scripts_part_them(slot: Slot) -> None:
    assert path_of(slot, 7, "front_left", "gtFine_labelIds.png") == (
        "gtFine/train/made-up-0000-0000-front-left/made-up-0000-0000-front-left_000004_000007_gtFine_labelIds.png"
    )
    assert path_of(slot, 7, "front", "camera") == f"camera/train/{CITY}/{CITY}_000004_000007_camera.json"


def test_label_and_instance_images(frames: list[Frame], slot: Slot, root: Path) -> None:
    for view in frames[1].views:
        labels = decode_png(file(root, slot, view.labels.camera, "gtFine_labelIds.png"))
        instances = decode_png(file(root, slot, view.labels.camera, "gtFine_instanceIds.png"))
        assert (labels.dtype, instances.dtype) == (np.uint8, np.uint16)
        assert (cityscapes.read_label_ids(labels, instances) == label_image(view)).all()
        assert set(np.unique(instances).tolist()) == {7, 11, 20, 23, 24_007, 26_003, 26_009}
        assert (instances[view.object_id > 0] % 1000 == view.object_id[view.object_id > 0]).all()
        colours = decode_png(file(root, slot, view.labels.camera, "gtFine_color.png"))
        assert colours[view.object_id == 7][0].tolist() == [220, 20, 60, 255]


def test_polygons_paint_the_label_image_exactly(frames: list[Frame], slot: Slot, root: Path) -> None:
    for view in frames[1].views:
        polygons, painted = cityscapes.read_polygons(file(root, slot, view.labels.camera, "gtFine_polygons.json"))
        assert (painted == label_image(view)).all()
        assert {polygon.track_id for polygon in polygons} == {0, 3, 7, 9}
        assert sum(polygon.track_id == 3 for polygon in polygons) == 2  # the person parts the car


def test_the_left_of_two_cameras_has_the_other_and_disparity(frames: list[Frame], slot: Slot, root: Path) -> None:
    packed = decode_png(file(root, slot, "left", "disparity"))
    z = frames[1].views[1].passes.z_m
    read = decode_disparity(packed)
    assert (np.isnan(read) == (z == 0)).all()
    assert read[z > 0] == pytest.approx(LENS.fx_px * 0.3 / z[z > 0], abs=0.51 / 256)
    picture = frames[1].pictures["front"]
    assert (decode_png(file(root, slot, "left", "rightImg8bit")) == picture.rgb).all()
    assert not (root / path_of(slot, 1, "front", "disparity")).exists()
    camera = json.loads(file(root, slot, "left", "camera"))
    assert camera["extrinsic"]["baseline"] == pytest.approx(0.3)
    assert camera["intrinsic"] == {"fx": 50, "fy": 50, "u0": 31.5, "v0": 19.5}


def test_disparity_known_numbers() -> None:
    packed = encode_disparity(np.array([[0.0, 1.0, 255.99, 256.5, 0.5 / 256]], np.float32))
    assert packed.tolist() == [[0, 257, 65534, 0, 2]]


def test_camera_and_vehicle_stand_as_in_iso_8855(frames: list[Frame], slot: Slot) -> None:
    frame = frames[0].labels
    mount = pose(1.2, 0.1, 1.65, yaw=0.3, pitch=0.05, roll=-0.02)
    frame.ego.world_from_body.now[:] = pose(100.0, 50.0, 0.0, yaw=0.5)
    frame.main.world_from_cam.now[:] = frame.ego.world_from_body.now @ mount @ BODY_FROM_CAM
    files = dict(Cityscapes().clip_files([frame], slot))
    camera = json.loads(files[path_of(slot, 0, "front", "camera")])["extrinsic"]
    wanted = {"yaw": 0.3, "pitch": 0.05, "roll": -0.02, "x": 1.2, "y": 0.1, "z": 1.65}
    assert camera == pytest.approx(wanted)
    ahead = pose(0, 0, 0, yaw=camera["yaw"], pitch=camera["pitch"], roll=camera["roll"])
    assert rigid_inverse(mount)[:3, :3] @ ahead[:3, :3] == pytest.approx(np.eye(3))
    vehicle = json.loads(files[path_of(slot, 0, "front", "vehicle")])
    assert vehicle["speed"] == 10.0
    assert vehicle["gpsHeading"] == pytest.approx(90 - np.degrees(0.5))


def test_a_track_id_of_a_thousand_is_refused(frames: list[Frame]) -> None:
    view = frames[0].main
    view.row_object[2] = 1000
    with pytest.raises(DatasetError, match="track id 1000"):
        cityscapes.instance_ids(view)


STUFF = {7: "road", 11: "building", 20: "trafficsign", 23: "sky"}
TRAIN_IDS = {7: 0, 8: 1, 11: 2, 12: 3, 13: 4, 17: 5, 19: 6, 20: 7, 21: 8, 22: 9, 23: 10, 24: 11, 25: 12, 26: 13}


class TestForeignReaders:
    def test_the_scripts_read_what_we_meant(self, frames: list[Frame], slot: Slot, root: Path) -> None:
        theirs = foreign_read("cityscapes", root)
        assert theirs["labels"] == [
            {"name": name, "id": number, "color": list(colour), "hasInstances": number >= cityscapes.FIRST_INSTANCE_ID}
            for number, (name, colour) in enumerate(cityscapes.LABELS)
        ]
        assert theirs["score"] == pytest.approx(1.0)
        assert len(theirs["pictures"]) == 4
        for frame in frames:
            for view in frame.views:
                path = path_of(slot, frame.labels.index, view.labels.camera, "gtFine_labelIds.png")
                found = theirs["pictures"][Path(path).name]
                assert np.array_equal(found["from_polygons"], label_image(view))
                assert found["polygons_color_equal"]
                assert found["city"] == path.split("/")[2]
                pixels = {row["instID"]: row["pixelCount"] for row in found["instances"]}
                seen = {label.track_id: label.visible_px for label in view.labels.objects if label.visible_px}
                assert {number % 1000: count for number, count in pixels.items() if number >= 1000} == seen
                assert {row["instID"]: row["labelID"] for row in found["instances"]}[26_003] == 26
                stuff = {name: int((label_image(view) == number).sum()) for number, name in STUFF.items()}
                assert theirs["datumaro"]["/".join(path.split("/")[2:]).replace("_gtFine_labelIds.png", "")] == stuff

    def test_train_ids_instead_of_ids_score_below_one(self, frames: list[Frame], slot: Slot, root: Path) -> None:
        place = root / path_of(slot, 1, "front", "gtFine_labelIds.png")
        labels = decode_png(place.read_bytes())
        train = np.array([TRAIN_IDS.get(number, 255) for number in range(256)], np.uint8)[labels]
        copy = root / "spoiled.png"
        copy.write_bytes(encode_png(train))
        assert foreign_read("cityscapes_score", copy, place) < 0.5
        instances = decode_png(file(root, slot, "front", "gtFine_instanceIds.png"))
        with pytest.raises(DatasetError, match="of another class"):
            cityscapes.read_label_ids(train, instances)


def test_instances_in_steps_of_256_are_refused(slot: Slot, root: Path) -> None:
    labels = decode_png(file(root, slot, "front", "gtFine_labelIds.png"))
    instances = decode_png(file(root, slot, "front", "gtFine_instanceIds.png")).astype(int)
    spoiled = np.where(instances >= 1000, instances // 1000 * 256 + instances % 1000, instances).astype(np.uint16)
    with pytest.raises(DatasetError, match="pixels of instanceIds are of another class"):
        cityscapes.read_label_ids(labels, spoiled)


def test_polygons_of_edges_or_in_another_order_do_not_paint_the_image(frames: list[Frame], slot: Slot, root: Path) -> None:
    record = json.loads(file(root, slot, "front", "gtFine_polygons.json"))
    wanted = label_image(frames[1].main)
    backwards = {**record, "objects": record["objects"][::-1]}
    assert (cityscapes.read_polygons(json.dumps(backwards).encode())[1] != wanted).sum() > 10
    for entry in record["objects"]:
        entry["polygon"] = [[x + 1, y + 1] for x, y in entry["polygon"]]  # pixels from 1
    assert (cityscapes.read_polygons(json.dumps(record).encode())[1] != wanted).sum() > 10


def test_disparity_without_the_offset_makes_the_nearest_step_invalid() -> None:
    right = encode_disparity(np.array([[0.3 / 256, 2.0]], np.float32))
    assert np.isfinite(decode_disparity(right)).all()
    assert decode_disparity(right - 1)[0, 1] != pytest.approx(2.0, abs=0.002)
