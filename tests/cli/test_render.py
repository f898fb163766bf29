"""`scenegen render` and what looks at its output, on pictures of thumbnail size."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from scenegen.cli import main

SMALL = ("--size", "160x64", "--frames", "3")
ALL_FORMATS = "kitti_object,kitti_flow,vkitti2,arrays"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / "set"
    result = run("render", "jaywalker_dart_out", "--out", out, *SMALL, "--formats", ALL_FORMATS, "--seeds", "0,1")
    assert result.exit_code == 0, result.output
    return out


def test_every_layout_and_the_records_are_there(dataset: Path) -> None:
    names = set(tree(dataset))
    assert {
        "kitti_object/training/image_2/000005.png",
        "kitti_object/training/label_2/000000.txt",
        "kitti_object/ImageSets/trainval.txt",
        "kitti_flow/training/flow_occ/000001_10.png",
        "kitti_flow/training/image_2/000001_11.png",
        "vkitti2/Scene02/clone/frames/rgb/Camera_0/rgb_00002.jpg",
        "arrays/jaywalker_dart_out-0001-0000/000002.npz",
        "scenegen/dataset.json",
        "scenegen/clips/jaywalker_dart_out-0000-0000.json",
        "scenegen/clips/jaywalker_dart_out-0000-0000.npz",
    } <= names
    assert not [name for name in names if name.endswith(".part")]


def test_arrays_hold_what_the_readme_says(dataset: Path) -> None:
    with np.load(dataset / "arrays/jaywalker_dart_out-0000-0000/000000.npz") as frame:
        kinds = {name: (frame[name].dtype.name, frame[name].shape) for name in frame.files}
    plane = (64, 160)
    lines, masks = kinds["line"][1], kinds["amodal_id"][1]
    assert kinds == {
        "rgb": ("uint8", (*plane, 3)), "depth_m": ("float32", plane), "normal_cam": ("float32", (*plane, 3)),
        "object_id": ("int32", plane), "class_id": ("uint8", plane), "part_id": ("uint8", plane),
        "flow_fwd_px": ("float32", (*plane, 2)), "flow_bwd_px": ("float32", (*plane, 2)),
        "flow_fwd_state": ("uint8", plane), "flow_bwd_state": ("uint8", plane),
        "dz_fwd_m": ("float32", plane), "dz_bwd_m": ("float32", plane),
        "region": ("uint8", plane), "drivable": ("uint8", plane),
        "line": ("int32", lines), "line_piece": ("int32", lines), "line_px": ("float64", (*lines, 2)),
        "line_world_m": ("float64", (*lines, 3)), "line_visible": ("bool", lines),
        "amodal_id": ("int32", masks), "amodal_box_px": ("int32", (*masks, 4)),
        "amodal_bits": ("uint8", kinds["amodal_bits"][1]),
    }  # fmt: skip
    clip = json.loads((dataset / "arrays/jaywalker_dart_out-0000-0000/clip.json").read_bytes())
    assert {"K", "size_px", "fps", "classes", "frames"} <= set(clip)
    assert (len(clip["frames"]), clip["size_px"], np.shape(clip["K"])) == (3, [160, 64], (3, 3))
    assert np.shape(clip["frames"][0]["world_from_cam"]["next"]) == (4, 4)
    assert {
        "track_id", "name", "class", "role", "moving", "world_from_body", "size_m", "box_visible_px", "box_amodal_px",
        "truncation", "occlusion", "visible_px",
    } <= set(clip["frames"][0]["objects"][0])  # fmt: skip


def test_the_same_command_again_makes_nothing(dataset: Path) -> None:
    before = tree(dataset)
    result = run("render", "jaywalker_dart_out", "--out", dataset, *SMALL, "--formats", ALL_FORMATS, "--seeds", "0,1")
    assert "0 clips (0 frames) made, 2 were there already" in result.output
    assert tree(dataset) == before


def test_a_damaged_clip_is_made_again_with_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    copy = tmp_path / "set"
    shutil.copytree(dataset, copy)
    (copy / "kitti_object/training/label_2/000001.txt").write_text("")
    (copy / "kitti_flow/training/flow_occ/000003_10.png").unlink()
    result = run("render", "jaywalker_dart_out", "--out", copy, *SMALL, "--formats", ALL_FORMATS, "--seeds", "0,1")
    assert "2 clips" in result.output
    assert tree(copy) == tree(dataset)


def test_two_processes_give_the_same_bytes_as_one(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    arguments = (
        "render",
        "jaywalker_dart_out",
        "--out",
        out,
        *SMALL,
        "--formats",
        ALL_FORMATS,
        "--seeds",
        "0,1",
        "--jobs",
        "2",
    )
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert tree(out) == tree(dataset)


def test_another_seed_gives_other_pictures(dataset: Path) -> None:
    first, second = (dataset / f"kitti_object/training/image_2/{stem}.png" for stem in ("000000", "000003"))
    assert first.read_bytes() != second.read_bytes()


def test_look_light_and_weather_change_no_label_byte(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "set"
    overrides = ("--set", "light.sun_elevation=50", "--set", "weather.cloud=1", "--set", "weather.fog_visibility=200")
    result = run(
        "render",
        "jaywalker_dart_out",
        "--out",
        out,
        *SMALL,
        "--formats",
        ALL_FORMATS,
        "--seeds",
        "0",
        "--look",
        "none",
        *overrides,
    )
    assert result.exit_code == 0, result.output
    bright, dusk = tree(out), tree(dataset)
    labels = [name for name in bright if name.startswith(("kitti", "vkitti2")) and "ImageSets" not in name]
    assert len(labels) > 20
    assert all(bright[name] == dusk[name] for name in labels)


def test_verify_passes_and_names_what_was_spoiled(dataset: Path, tmp_path: Path) -> None:
    result = run("verify", dataset)
    assert result.exit_code == 0, result.output
    assert "every check holds" in result.output
    copy = tmp_path / "set"
    shutil.copytree(dataset, copy)
    (copy / "kitti_object/training/label_2/000001.txt").write_text("")
    result = run("verify", copy)
    assert result.exit_code == 1
    assert "kitti_object/training/label_2/000001.txt" in result.output


def test_preview_is_a_picture_with_rows_and_columns(dataset: Path, tmp_path: Path) -> None:
    result = run("preview", dataset, "-o", tmp_path / "sheet.png", "--rows", "2")
    assert result.exit_code == 0, result.output
    sheet = Image.open(tmp_path / "sheet.png")
    assert sheet.width == 5 * 620
    assert np.asarray(sheet).std() > 10


def test_labels_only_have_no_pictures(tmp_path: Path) -> None:
    result = run("render", "residential_street", "--out", tmp_path / "set", *SMALL, "--look", "none")
    assert result.exit_code == 0, result.output
    assert not [name for name in tree(tmp_path / "set") if "image_2" in name or "/rgb/" in name]


@pytest.mark.parametrize("name", ["jaywalk_adult", "debris_in_lane", "broken_down_vehicle", "residential_street"])
def test_every_library_scenario_renders_and_verifies(name: str, tmp_path: Path) -> None:
    result = run("render", name, "--out", tmp_path / "set", *SMALL, "--formats", ALL_FORMATS)
    assert result.exit_code == 0, result.output
    result = run("verify", tmp_path / "set")
    assert result.exit_code == 0, result.output


def _command(out: Path) -> list[str]:
    options = ["--out", str(out), "--size", "160x64", "--frames", "4", "--formats", "kitti_object", "--seeds", "0..2"]
    return [sys.executable, "-m", "scenegen", "render", "residential_street", *options]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_and_resumed_gives_the_same_bytes(how: signal.Signals, tmp_path: Path) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    subprocess.run(_command(whole), check=True, capture_output=True)
    process = subprocess.Popen(_command(stopped), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    records = stopped / "scenegen" / "clips"
    deadline = time.monotonic() + 120
    while not list(records.glob("*.json")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, how)
    _, errors = process.communicate(timeout=120)
    assert process.returncode != 0
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert "Run the same command again" in errors
        listed = {file["path"] for path in records.glob("*.json") for file in json.loads(path.read_bytes())["files"]}
        held = {name for name in tree(stopped) if name.startswith("kitti_object")}
        assert held <= listed
    subprocess.run(_command(stopped), check=True, capture_output=True)
    assert tree(stopped) == tree(whole)


def test_the_default_folder_is_named_after_the_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("render", "residential_street", "--size", "64x32", "--frames", "1", "--look", "none", "--formats", "arrays")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out/residential_street/arrays/residential_street-0000-0000/000000.npz").exists()
