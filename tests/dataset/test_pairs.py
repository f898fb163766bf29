"""Variants of a scene pair: `verify` sees every label that differs, and only labels."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenegen.cli import main
from scenegen.dataset.pairs import is_picture, listed_variants, prove_pairs
from scenegen.dataset.proof import Fault
from scenegen.dataset.verify import verify_dataset

CLIP = "jaywalker_dart_out-0000-0000"
FORMATS = "arrays,kitti_object,nuscenes,webdataset,scalabel"
COMMAND = ("render", "jaywalker_dart_out", "--size", "160x64", "--frames", "1", "--formats", FORMATS)


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pairs") / "set"
    result = CliRunner().invoke(main, [*COMMAND, "--variants", "rain,night", "--out", str(out)])
    assert result.exit_code == 0, result.output
    return out


def rewrite(root: Path, path: str, data: bytes) -> None:
    """Put other bytes into a file, and into its clip's record, so that only the pair is wrong."""
    (root / path).write_bytes(data)
    record_path = root / f"scenegen/clips/{CLIP}.json"
    record = json.loads(record_path.read_text())
    entry = next(file for file in record["files"] if file["path"] == path)
    entry["size"], entry["sha256"] = len(data), hashlib.sha256(data).hexdigest()
    record_path.write_text(json.dumps(record))


def faults_of(root: Path) -> list[Fault]:
    faults: list[Fault] = []
    prove_pairs(root, listed_variants(root), Counter(), faults)
    return faults


def test_variants_pair_and_their_pictures_differ(variants: Path) -> None:
    report = verify_dataset(variants)
    assert report.faults == []
    assert report.checks["files of pairs"] >= 20
    pictures = [path for path in (variants / "rain").rglob("*.png") if "image_2" in str(path)]
    assert pictures
    assert all(
        path.read_bytes() != (variants / "night" / path.relative_to(variants / "rain")).read_bytes() for path in pictures
    )


@pytest.mark.parametrize("path", ["kitti_object/training/label_2/000000.txt", "kitti_object/training/calib/000000.txt"])
def test_a_label_that_differs_is_named(variants: Path, tmp_path: Path, path: str) -> None:
    shutil.copytree(variants, tmp_path / "set")
    rewrite(tmp_path / "set/night", path, b"spoiled\n")
    (fault,) = faults_of(tmp_path / "set")
    assert fault.place.endswith(f"night/{path}")


def test_an_array_that_differs_is_named_and_a_picture_is_not(variants: Path, tmp_path: Path) -> None:
    shutil.copytree(variants, tmp_path / "set")
    path = f"arrays/{CLIP}/000000.npz"
    with zipfile.ZipFile(variants / "night" / path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, is_fault in (("rgb.npy", False), ("depth_m.npy", True)):
        changed = {**members, name: members[name][:-1] + bytes([members[name][-1] ^ 1])}
        with zipfile.ZipFile(tmp_path / "other.npz", "w") as archive:
            for member, data in changed.items():
                archive.writestr(member, data)
        rewrite(tmp_path / "set/night", path, (tmp_path / "other.npz").read_bytes())
        assert bool(faults_of(tmp_path / "set")) == is_fault


@pytest.mark.parametrize(("key", "is_fault"), [("cloud", False), ("ego_speed_m_per_s", True)])
def test_words_on_weather_may_differ_and_no_others(variants: Path, tmp_path: Path, *, key: str, is_fault: bool) -> None:
    shutil.copytree(variants, tmp_path / "set")
    path = f"arrays/{CLIP}/clip.json"
    clip = json.loads((variants / "night" / path).read_text())
    clip["frames"][0]["attributes"][key] = 0.123
    rewrite(tmp_path / "set/night", path, json.dumps(clip).encode())
    assert bool(faults_of(tmp_path / "set")) == is_fault


def test_a_missing_label_is_named(variants: Path, tmp_path: Path) -> None:
    shutil.copytree(variants, tmp_path / "set")
    record_path = tmp_path / f"set/night/scenegen/clips/{CLIP}.json"
    record = json.loads(record_path.read_text())
    record["files"] = [file for file in record["files"] if not file["path"].endswith("label_2/000000.txt")]
    record_path.write_text(json.dumps(record))
    (fault,) = faults_of(tmp_path / "set")
    assert "label_2/000000.txt" in fault.place


def test_depth_pictures_are_labels() -> None:
    assert is_picture("kitti_object/training/image_2/000000.png")
    assert is_picture("nuscenes/samples/CAM_FRONT/a.jpg")
    assert not is_picture("kitti_depth/train/0000/proj_depth/groundtruth/image_02/0000000000.png")
    assert not is_picture("kitti_semantics/training/semantic/000000_10.png")
    assert not is_picture("vkitti2/Scene01/clone/frames/depth/Camera_0/depth_00000.png")


def test_a_second_command_adds_a_variant(variants: Path, tmp_path: Path) -> None:
    shutil.copytree(variants, tmp_path / "set")
    result = CliRunner().invoke(main, [*COMMAND, "--variants", "fog", "--look", "none", "--out", str(tmp_path / "set")])
    assert result.exit_code == 0, result.output
    assert listed_variants(tmp_path / "set") == ("rain", "night", "fog")


def test_mistakes_are_refused(tmp_path: Path) -> None:
    for more, said in (
        (("--variants", "sleet"), "--variants sleet: is not one of clear"),
        (("--variants", "rain", "--set", "weather.rain=3"), "--variants sets it"),
    ):
        result = CliRunner().invoke(main, [*COMMAND, *more, "--out", str(tmp_path / "set")])
        assert result.exit_code == 2
        assert said in result.output
