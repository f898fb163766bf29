"""verify finds classic mistakes in the layouts of nuScenes, OpenLABEL, WebDataset, Middlebury and Virtual KITTI 2."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenegen.dataset import manifest
from scenegen.dataset.verify import verify_dataset
from scenegen.formats.arrays import npz_bytes
from scenegen.formats.middlebury import decode_flo, decode_pfm, encode_flo, encode_pfm
from scenegen.formats.webdataset import decode_shard, encode_shard, npy_bytes
from tests.dataset.layouts import CLIP, Change, field, image, names, points, spoiled

Row = dict[str, Any]
PARTS = f"nuscenes/parts/{CLIP}"


def _rows(change: Callable[[Row], None], *, number: int = 0) -> Change:
    """Change one row of a table."""

    def changed(data: bytes) -> bytes:
        rows = json.loads(data)
        change(rows[number])
        return json.dumps(rows).encode()

    return changed


def _set(name: str, value: Callable[[Any], Any]) -> Callable[[Row], None]:
    return lambda row: row.update({name: value(row[name])})


def _turned(q: list[float]) -> list[float]:
    return [*q[1:], q[0]]


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("sample_annotation", _set("size", lambda s: [s[1], s[0], s[2]]), ("frame 1 object 1", "size (")),
        ("sample_annotation", _set("rotation", _turned), ("sample_annotation.json frame 0 object", "rad off")),
        ("sample_annotation", _set("translation", lambda t: [t[0], t[1], t[2] - 0.7]), ("frame 0 object", "stands 0.7")),
        ("sample_annotation", _set("num_lidar_pts", lambda n: n + 7), ("frame 0 object", "num_lidar_pts")),
        ("sample_annotation", _set("next", lambda _: ""), ("instance.json object", "no chain")),
        ("instance", _set("nbr_annotations", lambda n: n + 1), ("instance.json object", "are told")),
        ("sample", _set("timestamp", lambda t: t // 1000), ("sample.json frame 0", "us, wanted")),
        ("sample", _set("next", lambda _: ""), ("sample.json", "the chain has 1 samples")),
        ("ego_pose", _set("translation", lambda t: [t[1], t[0], t[2]]), ("frame 0 ego_pose", "off the clip's pose")),
        ("calibrated_sensor", _set("translation", lambda t: [t[0], t[1] + 0.1, t[2]]), ("calibrated_sensor.json", "0.1 off")),
        ("sample_data", _set("filename", lambda f: f.replace("samples", "sweeps")), ("frame 0", "missing or misnamed")),
    ],
)
def test_spoiled_nuscenes_is_named(everything: Path, table: str, change: Callable[[Row], None], words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, f"{PARTS}/{table}.json", _rows(change)), *words)


def test_spoiled_nuscenes_points_are_named(everything: Path) -> None:
    path = next((everything / "nuscenes/samples/LIDAR_TOP").iterdir()).relative_to(everything).as_posix()
    ours = points(5, lambda p: p[:, [1, 0, 2, 3, 4]] * (1, -1, 1, 1, 1))
    assert names(spoiled(everything, path, ours), Path(path).name, "surface")
    missing = points(5, lambda p: p[:-9])
    assert names(spoiled(everything, path, missing), Path(path).name, "categories of")
    seg = next((everything / "nuscenes/lidarseg").rglob("*.bin")).relative_to(everything).as_posix()
    assert names(spoiled(everything, seg, lambda data: bytes(len(data))), "another category")


def test_a_table_that_was_not_joined_is_named(everything: Path) -> None:
    report = spoiled(everything, f"{PARTS}/log.json", _rows(_set("vehicle", lambda _: "another")))
    assert names(report, "nuscenes v1.0-mini/log.json", "not what the clips give")


def _object(change: Callable[[Row], None], frame: str = "1", uid: str = "1") -> Change:
    """Change the data of one object in one frame of an OpenLABEL clip."""

    def changed(data: bytes) -> bytes:
        record = json.loads(data)
        change(record["openlabel"]["frames"][frame]["objects"][uid]["object_data"])
        return json.dumps(record).encode()

    return changed


def _cuboid(change: Callable[[list[float]], list[float]]) -> Change:
    return _object(lambda data: data["cuboid"][0].update(val=change(data["cuboid"][0]["val"])))


def _all_boxes(change: Callable[[list[float]], list[float]]) -> Change:
    def changed(data: bytes) -> bytes:
        record = json.loads(data)
        for entry in record["openlabel"]["frames"]["1"]["objects"].values():
            for box in entry["object_data"].get("bbox", ()):
                box["val"] = change(box["val"])
        return json.dumps(record).encode()

    return changed


def _lines(data: bytes) -> bytes:
    record = json.loads(data)
    for entry in record["openlabel"]["frames"]["1"]["objects"].values():
        for line in entry["object_data"].get("poly2d", ()):
            line["val"] = [value + 0.5 for value in line["val"]]
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_cuboid(lambda v: [*v[:3], v[6], *v[3:6], *v[7:]]), ("frame 1 object 1", "rad off")),
        (_cuboid(lambda v: [*v[:2], v[2] - 0.7, *v[3:]]), ("frame 1 object 1", "stands 0.7")),
        (_cuboid(lambda v: [*v[:7], v[8], v[7], v[9]]), ("frame 1 object 1", "size (")),
        (_all_boxes(lambda v: [v[0] - (v[2] - 1) / 2, v[1] - (v[3] - 1) / 2, v[2], v[3]]), ("frame 1 object", "visible box")),
        (_all_boxes(lambda v: [v[0] + 0.5, v[1] + 0.5, v[2], v[3]]), ("frame 1 object", "visible box")),
        (_lines, ("frame 1 line", "lies 0.5")),
    ],
)
def test_spoiled_openlabel_is_named(everything: Path, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, f"openlabel/{CLIP}/openlabel.json", change), *words)


def _samples(change: Callable[[int, Row], None]) -> Change:
    """Change the decoded fields of the samples of a shard."""

    def changed(data: bytes) -> bytes:
        written = []
        for number, (key, fields) in enumerate(decode_shard(data)):
            change(number, fields)
            encoded = {name: value for name, value in fields.items() if isinstance(value, bytes)}
            encoded |= {name: npy_bytes(value) for name, value in fields.items() if isinstance(value, np.ndarray)}
            encoded["json"] = json.dumps(fields["json"]).encode()
            written.append((key, encoded))
        return encode_shard(written)

    return changed


def _in_second(name: str, change: Callable[[Any], Any]) -> Change:
    return _samples(lambda number, fields: fields.update({name: change(fields[name])}) if number == 1 else None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_in_second("flow_fwd.npy", lambda f: -f), ("000001.flow_fwd.npy", "depth and poses give")),
        (_in_second("flow_bwd.npy", lambda f: f + np.float32(0.5)), ("000001.flow_bwd.npy", "depth and poses give")),
        (_in_second("depth.npy", lambda z: z * np.float32(1.01)), ("000001.depth.npy", "m off that of another layout")),
        (_in_second("ids.npy", lambda ids: np.roll(ids, 1, axis=1)), ("000001.json object", "its pixels have")),
        (_in_second("json", lambda r: {**r, "time_s": r["time_s"] * 1000}), ("000001.json", "time_s is 100")),
        (_in_second("json", lambda r: {**r, "world_from_cam": r["world_from_ego"]}), ("000001.json", "world_from_cam is")),
        (lambda data: encode_shard(_encoded(data)[:-1]), ("scenegen-000000-000.tar", "keys are")),
    ],
)
def test_spoiled_webdataset_is_named(everything: Path, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, "webdataset/scenegen-000000-000.tar", change), *words)


def _encoded(data: bytes) -> list[tuple[str, dict[str, bytes]]]:
    return [(key, {"json": json.dumps(fields["json"]).encode()}) for key, fields in decode_shard(data)]


def _flo(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    def changed(data: bytes) -> bytes:
        flow, is_known = decode_flo(data)
        return encode_flo(change(flow).astype(np.float32), is_known)

    return changed


def _pfm(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    return lambda data: encode_pfm(change(decode_pfm(data)).astype(np.float32))


SINTEL = "middlebury/training"


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        ("flow/CLIP/frame_0001.flo", _flo(lambda f: f[..., ::-1]), ("flow/CLIP/frame_0001.flo", "pixel")),
        ("flow_bwd/CLIP/frame_0002.flo", _flo(lambda f: f + 0.5), ("flow_bwd/CLIP/frame_0002.flo", "pixel")),
        ("flow_2/CLIP/frame_0001.flo", _flo(lambda f: f / 2), ("flow_2/CLIP/frame_0001.flo", "pixel")),
        ("flow/CLIP/frame_0001.flo", lambda d: b"HEIP" + d[4:], ("flow/CLIP/frame_0001.flo", "begins with")),
        ("depth/CLIP/frame_0002.pfm", _pfm(lambda z: z[::-1]), ("depth/CLIP/frame_0002.pfm", "another layout has")),
        ("disparity/CLIP/frame_0002.pfm", _pfm(lambda d: -d), ("disparity/CLIP/frame_0002.pfm", "depth gives")),
        ("disparity/CLIP/frame_0002.pfm", _pfm(lambda d: d * 1.01), ("disparity/CLIP/frame_0002.pfm", "depth gives")),
        ("occlusions/CLIP/frame_0001.png", image(lambda m: m * 0), ("occlusions/CLIP/frame_0001.png", "leave the image")),
        ("invalid/CLIP/frame_0001.png", image(lambda m: 255 - m), ("invalid/CLIP/frame_0001.png", "pixels contradict")),
    ],
)
def test_spoiled_middlebury_is_named(everything: Path, path: str, change: Change, words: tuple[str, ...]) -> None:
    report = spoiled(everything, f"{SINTEL}/{path.replace('CLIP', CLIP)}", change)
    assert names(report, *(word.replace("CLIP", CLIP) for word in words))


VK = "vkitti2/Scene01/clone"


def _vk_ids(instances: np.ndarray) -> np.ndarray:
    return np.where(instances > 0, instances - 1, 0).astype(np.uint8)


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        ("intrinsic.txt", field(2, 4, lambda v: float(v) + 0.5), ("intrinsic.txt frame 0 camera 1", "0.5 px")),
        ("extrinsic.txt", field(2, 5, lambda v: float(v) + 0.54), ("extrinsic.txt frame 0 camera 1", "5.40e-01")),
        ("frames/depth/Camera_1/depth_00001.png", image(lambda z: np.where(z < 65535, z + z // 50, z).astype(np.uint16)),
         ("depth/Camera_1/depth_00001.png", "another layout has")),
        ("frames/forwardSceneFlow/Camera_0/sceneFlow_00000.png", image(lambda m: m[..., ::-1]),
         ("forwardSceneFlow/Camera_0/sceneFlow_00000.png", "depth and poses give")),
        ("frames/backwardSceneFlow/Camera_1/backwardSceneFlow_00001.png", image(lambda m: 65535 - m),
         ("backwardSceneFlow/Camera_1/backwardSceneFlow_00001.png", "pixels are off")),
        ("frames/classSegmentation/Camera_1/classgt_00002.png", image(lambda c: c[..., ::-1]),
         ("classSegmentation/Camera_1/classgt_00002.png", "another class")),
        ("frames/instanceSegmentation/Camera_1/instancegt_00002.png", image(_vk_ids),
         ("frame 2 camera 1 track", "row")),
    ],
)  # fmt: skip
def test_the_right_camera_of_vkitti2_is_proved(everything: Path, path: str, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, f"{VK}/{path}", change), *words)


def _drop_first(rows: list[Row]) -> None:
    del rows[0]


def _annotations(change: Callable[[list[Row]], None]) -> Change:
    def changed(data: bytes) -> bytes:
        record = json.loads(data)
        change(record["annotations"])
        return json.dumps(record).encode()

    return changed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_annotations(_drop_first), ("000000_left.jpg", "no annotation")),
        (_annotations(lambda rows: rows[0].update(category_id=3)), ("000000_left.jpg object", "is a car")),
        (_annotations(lambda rows: rows[0].update(area=rows[0]["area"] + 1)), ("its area",)),
    ],
)
def test_spoiled_coco_is_named(everything: Path, change: Change, words: tuple[str, ...]) -> None:
    assert names(spoiled(everything, f"coco/clips/{CLIP}/instances.json", change), *words)


def _vehicle(change: Callable[[Row], None]) -> Change:
    def changed(data: bytes) -> bytes:
        record = json.loads(data)
        change(record)
        return json.dumps(record).encode()

    return changed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_vehicle(_set("gpsHeading", lambda h: (450 - h) % 360)), ("000001_vehicle.json", "gpsHeading")),
        (_vehicle(_set("speed", lambda v: 3.6 * v)), ("000001_vehicle.json", "speed is")),
        (_vehicle(_set("gpsLatitude", lambda v: v + 1e-5)), ("000001_vehicle.json", "m off the ego's place")),
    ],
)
def test_spoiled_vehicles_are_named(everything: Path, change: Change, words: tuple[str, ...]) -> None:
    (path,) = (everything / "cityscapes/vehicle").rglob("*left_000000_000001_vehicle.json")
    assert names(spoiled(everything, path.relative_to(everything).as_posix(), change), *words)


def test_a_missing_instance_of_cityscapes_is_named(everything: Path) -> None:
    (path,) = (everything / "cityscapes/gtFine").rglob("*left_000000_000001_gtFine_instanceIds.png")

    def without_ids(instances: np.ndarray) -> np.ndarray:
        return np.where(instances >= 1000, instances // 1000, instances).astype(np.uint16)

    assert names(spoiled(everything, path.relative_to(everything).as_posix(), image(without_ids)), "000001", "pixels differ")


def _npz(change: Callable[[dict[str, np.ndarray]], None]) -> Change:
    def changed(data: bytes) -> bytes:
        with np.load(io.BytesIO(data)) as archive:
            arrays = {name: archive[name].copy() for name in archive.files}
        change(arrays)
        return npz_bytes(arrays)

    return changed


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("object_id", lambda ids: np.roll(ids, 40), ("lidar/000001.npz",)),
        (
            "object_id",
            lambda ids: np.where(ids > 0, ids + 1, 0).astype(np.int32),
            ("lidar/000001.npz", "another object's pixels"),
        ),
        ("points_m", lambda p: p + np.float32(0.05), ("lidar/000001.npz", "on no beam")),
        ("flow_m", lambda f: -f, ("lidar/000001.npz", "off the scanner's motion")),
        ("ring", lambda r: r[::-1], ("lidar/000001.npz", "off its ring")),
    ],
)
def test_spoiled_sweeps_are_named(
    everything: Path, name: str, change: Callable[[np.ndarray], np.ndarray], words: tuple[str, ...]
) -> None:
    report = spoiled(everything, f"arrays/{CLIP}/lidar/000001.npz", _npz(lambda a: a.update({name: change(a[name])})))
    assert names(report, *words)


def test_a_layout_without_proof_is_told(everything: Path) -> None:
    path = manifest.dataset_path(everything)
    kept = path.read_bytes()
    asked = json.loads(kept)
    asked["asked"]["formats"] = ["kitti_semantics", "somebodys_own"]
    try:
        path.write_bytes(manifest.json_bytes(asked))
        report = verify_dataset(everything)
    finally:
        path.write_bytes(kept)
    assert report.bytes_only == ("somebodys_own",)
    assert any("somebodys_own: bytes only" in line for line in report.lines())
