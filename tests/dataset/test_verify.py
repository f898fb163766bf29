"""`verify` finds labels that are wrong even where the bytes are what the record says."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenegen.batch.plan import Settings, make_plan
from scenegen.batch.run import Machine, run_plan
from scenegen.dataset import manifest
from scenegen.dataset.verify import Report, verify_dataset
from scenegen.errors import DatasetError
from scenegen.formats import kitti_flow
from scenegen.formats.arrays import npz_bytes
from scenegen.formats.kitti_calib import read_calib
from scenegen.formats.png import decode_png, encode_png

CLIP = "residential_street-0000-0000"
Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verify") / "set"
    settings = Settings(("kitti_object", "kitti_flow", "vkitti2", "arrays"), "none", "draft", frames=3, size=(320, 96))
    run_plan(make_plan(("residential_street",), (0,), settings), out, Machine())
    return out


@pytest.fixture
def copy(good: Path, tmp_path: Path) -> Path:
    shutil.copytree(good, tmp_path / "set")
    return tmp_path / "set"


def rewrite(root: Path, path: str, data: bytes) -> None:
    """Change a file and the record, as a wrong writer would have written both."""
    (root / path).write_bytes(data)
    place = manifest.record_path(root, CLIP)
    record = json.loads(place.read_bytes())
    for file in record["files"]:
        if file["path"] == path:
            file.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    place.write_bytes(manifest.json_bytes(record))


def spoil_arrays(root: Path, change: Callable[[Arrays], None], frame: int = 1) -> Report:
    path = f"arrays/{CLIP}/{frame:06d}.npz"
    with np.load(root / path) as archive:
        arrays = {name: archive[name].copy() for name in archive.files}
    change(arrays)
    rewrite(root, path, npz_bytes(arrays))
    return verify_dataset(root)


def spoil_text(root: Path, path: str, change: Callable[[list[str]], None]) -> Report:
    """Change the fields of the first line that is not a header."""
    lines = (root / path).read_text().splitlines()
    number = 0 if "label_2" in path or "calib" in path else 1
    fields = lines[number].split(" ")
    change(fields)
    lines[number] = " ".join(fields)
    rewrite(root, path, ("\n".join(lines) + "\n").encode())
    return verify_dataset(root)


def test_a_good_set_holds(good: Path) -> None:
    report = verify_dataset(good)
    assert not report.faults, list(report.lines())
    assert report.checks["static flow_fwd_px"] > 10_000
    assert report.checks["closure"] > 10_000


def _swap_flows(arrays: Arrays) -> None:
    arrays["flow_fwd_px"], arrays["flow_bwd_px"] = arrays["flow_bwd_px"], arrays["flow_fwd_px"]


def _scale(name: str, factor: float) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name] = arrays[name] * np.float32(factor)

    return change


def _half_pixel(arrays: Arrays) -> None:
    arrays["flow_fwd_px"] = arrays["flow_fwd_px"] + np.float32(0.5)


def _shift_ids(arrays: Arrays) -> None:
    arrays["object_id"] = np.roll(arrays["object_id"], 1, axis=1)


def _along_the_ray(arrays: Arrays) -> None:
    v, u = np.mgrid[0:96, 0:320]
    stretch = np.sqrt(1 + ((u - 159.5) / 185.9) ** 2 + ((v - 47.5) / 185.9) ** 2)
    arrays["depth_m"] = (arrays["depth_m"] * stretch).astype(np.float32)


def _show_all(arrays: Arrays) -> None:
    arrays["flow_fwd_state"] = arrays["flow_fwd_state"] & ~np.uint8(2)


def _swap_states(arrays: Arrays) -> None:
    arrays["flow_fwd_state"], arrays["flow_bwd_state"] = arrays["flow_bwd_state"], arrays["flow_fwd_state"]


def _hide_nothing(arrays: Arrays) -> None:
    arrays["flow_fwd_state"] = arrays["flow_fwd_state"] & ~np.uint8(8)


@pytest.mark.parametrize(
    "change",
    [
        _swap_flows, _scale("flow_fwd_px", -1), _scale("flow_bwd_px", 1.01), _half_pixel, _shift_ids, _along_the_ray,
        _scale("normal_cam", -1), _scale("depth_m", 1.01), _hide_nothing, _show_all, _swap_states,
    ],
)  # fmt: skip
def test_wrong_arrays_are_found(copy: Path, change: Callable[[Arrays], None]) -> None:
    report = spoil_arrays(copy, change)
    assert any("000001" in fault.place for fault in report.faults)


def _set(index: int, value: Callable[[str], object]) -> Callable[[list[str]], None]:
    def change(fields: list[str]) -> None:
        fields[index] = str(value(fields[index]))

    return change


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("kitti_object/training/label_2/000001.txt", _set(14, lambda v: -float(v))),  # rotation_y sign
        ("kitti_object/training/label_2/000001.txt", _set(3, lambda v: -10)),  # alpha not set
        ("kitti_object/training/label_2/000001.txt", _set(12, lambda v: float(v) - 0.75)),  # y at the centre
        ("kitti_object/training/label_2/000001.txt", _set(6, lambda v: float(v) - 3)),  # box cuts the object
        ("kitti_object/training/label_2/000001.txt", _set(2, lambda v: "0.00")),  # occluded as float
        ("kitti_object/training/label_2/000001.txt", _set(8, lambda v: float(v) + 1)),  # size order or scale
        ("vkitti2/Scene01/clone/bbox.txt", _set(3, lambda v: int(v) + 1)),
        ("vkitti2/Scene01/clone/bbox.txt", _set(7, lambda v: int(v) - 1)),
        ("vkitti2/Scene01/clone/pose.txt", _set(15, lambda v: -float(v))),
        ("vkitti2/Scene01/clone/pose.txt", _set(16, lambda v: float(v) + 0.1)),
        ("vkitti2/Scene01/clone/extrinsic.txt", _set(5, lambda v: float(v) + 0.01)),
    ],
)
def test_wrong_text_is_found(copy: Path, path: str, change: Callable[[list[str]], None]) -> None:
    report = spoil_text(copy, path, change)
    assert report.faults, path


def test_a_calibration_half_a_pixel_off_is_found(copy: Path) -> None:
    path = "kitti_object/training/calib/000001.txt"
    text = (copy / path).read_text()
    lines = text.splitlines()
    p2 = read_calib(text)["P2"]
    p2[0, 2] += 0.5
    lines[2] = "P2: " + " ".join(f"{v:.12e}" for v in p2.ravel())
    rewrite(copy, path, ("\n".join(lines) + "\n").encode())
    assert any("P2" in fault.text for fault in verify_dataset(copy).faults)


@pytest.mark.parametrize("kind", ["flow_occ", "flow_noc"])
@pytest.mark.parametrize("spoil", ["sign", "channels", "half pixel"])
def test_wrong_kitti_flow_is_found(copy: Path, kind: str, spoil: str) -> None:
    path = f"kitti_flow/training/{kind}/000000_10.png"
    flow, is_valid = kitti_flow.decode_flow(decode_png((copy / path).read_bytes()))
    changed = {"sign": -flow, "channels": flow[..., ::-1], "half pixel": flow + np.float32(0.5)}[spoil]
    rewrite(copy, path, encode_png(kitti_flow.encode_flow(changed, is_valid), is_photo=True))
    assert verify_dataset(copy).faults


def test_wrong_vkitti2_images_are_found(copy: Path) -> None:
    base = "vkitti2/Scene01/clone/frames"
    path = f"{base}/depth/Camera_0/depth_00001.png"
    depth = decode_png((copy / path).read_bytes())
    rewrite(copy, path, encode_png(np.where(depth < 65535, depth + depth // 50, depth).astype(np.uint16)))
    # arrays hold depth too, and verify takes the more exact one: without them the file itself is on trial
    (copy / "arrays" / CLIP / "000001.npz").rename(copy / "hidden")
    place = manifest.record_path(copy, CLIP)
    record = json.loads(place.read_bytes())
    record["files"] = [file for file in record["files"] if not file["path"].startswith("arrays")]
    place.write_bytes(manifest.json_bytes(record))
    assert any("Flow" in fault.place for fault in verify_dataset(copy).faults)


def test_what_is_missing_is_named(copy: Path) -> None:
    (copy / f"arrays/{CLIP}/000002.npz").unlink()
    (fault,) = verify_dataset(copy).faults
    assert fault.place == f"arrays/{CLIP}/000002.npz"
    manifest.record_path(copy, CLIP).unlink()
    (fault,) = verify_dataset(copy).faults
    assert "not finished" in fault.text


def test_other_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no scenegen data set"):
        verify_dataset(tmp_path)


def test_a_damaged_record_is_refused(copy: Path) -> None:
    place = manifest.record_path(copy, CLIP)
    record: dict[str, Any] = json.loads(place.read_bytes())
    del record["files"]
    place.write_bytes(manifest.json_bytes(record))
    with pytest.raises(DatasetError, match="not a clip record"):
        verify_dataset(copy)
