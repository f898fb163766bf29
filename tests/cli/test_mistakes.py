"""A person's mistakes: one or two lines, exit code 2, nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenegen.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def refuses(result: Result, out: Path, *words: str) -> None:
    assert result.exit_code == 2, (result.exit_code, result.output)
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) <= 2
    for word in words:
        assert word in result.output, result.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("jaywalker_dart_ot",), ("jaywalker_dart_out",)),
        (("no/such/file.yaml",), ("no/such/file.yaml",)),
        (("jaywalker_dart_out", "--set", "ego.sped=12"), ("ego.sped", "ego.speed")),
        (("jaywalker_dart_out", "--set", "ego.speed=9999"), ("ego.speed", "9999", "m/s")),
        (("jaywalker_dart_out", "--set", "ego.speed"), ("path=value",)),
        (("jaywalker_dart_out", "--size", "0x0"), ("0x0", "16")),
        (("jaywalker_dart_out", "--size", "99999x99999"), ("8192",)),
        (("jaywalker_dart_out", "--size", "big"), ("1242x375",)),
        (("jaywalker_dart_out", "--frames", "0"), ("--frames",)),
        (("jaywalker_dart_out", "--seeds", "9..1"), ("9..1",)),
        (("jaywalker_dart_out", "--formats", "kiti_object"), ("kiti_object", "kitti_object")),
        (("jaywalker_dart_out", "--rig", "kiti_stereo"), ("--rig", "kiti_stereo", "did you mean 'kitti_stereo'")),
        (("jaywalker_dart_out", "--lidar", "hdl32"), ("--lidar", "'hdl32'", "hdl64, vlp32")),
        (("jaywalker_dart_out", "--rig", "kitti_stereo", "--set", "camera.width=640"), ("camera.width", "camera.left.width")),
        (("jaywalker_dart_out", "--flow-steps", "1,two"), ("--flow-steps", "'two'", "1,2,5")),
        (("jaywalker_dart_out", "--flow-steps", "0"), ("'0'", "from 1 to 9999")),
        (("jaywalker_dart_out", "--flow-steps", ""), ("''", "1,2,5")),
        (("jaywalker_dart_out", "--device", "99", "--frames", "1"), ("99",)),
        (("jaywalker_dart_out", "jaywalker_dart_out"), ("two of the given scenarios",)),
    ],
)
def test_a_mistake_names_the_value_and_the_cure(arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path) -> None:
    out = tmp_path / "set"
    refuses(run("render", *arguments, "--out", out), out, *words)


def test_a_requirement_that_never_holds_counts_by_label(tmp_path: Path) -> None:
    script = tmp_path / "never.py"
    script.write_text(
        "from scenegen import Ego, Requirement, Scenario, Street, Uniform\n"
        "scenario = Scenario(name='never', road=Street(), ego=Ego(lane=1, s=20.0, speed=Uniform(5, 9)),\n"
        "    requires=(Requirement('fast enough', 'ego.speed > 20'),), duration=2.0, fps=10)\n"
    )
    out = tmp_path / "set"
    refuses(run("render", script, "--out", out), out, "fast enough", "200")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "a: &x 1\nb: *x",
        "!!python/object:os.system x",
        "scenegen: 1\nname: a\nname: b",
        "scenegen: 1\n" + "x" * 2_000_000,
    ],
    ids=["empty", "broken", "anchor", "tag", "twice", "huge"],
)
def test_bad_yaml_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    out = tmp_path / "set"
    refuses(run("render", path, "--out", out), out, "bad.yaml")


def test_a_misspelt_field_in_a_script_names_the_nearest(tmp_path: Path) -> None:
    script = tmp_path / "typo.py"
    script.write_text(
        "from scenegen import Ego, Scenario, Street\n"
        "scenario = Scenario(name='typo', road=Street(lane_widht=3.0), ego=Ego(lane=1, s=20.0, speed=9.0))\n"
    )
    out = tmp_path / "set"
    refuses(run("render", script, "--out", out), out, "lane_widht", "lane_width", "typo.py:2")


def test_out_is_a_file(tmp_path: Path) -> None:
    out = tmp_path / "file"
    out.write_text("mine")
    result = run("render", "residential_street", "--frames", "1", "--out", out)
    assert result.exit_code == 2
    assert "is a file" in result.output
    assert out.read_text() == "mine"


def test_out_holds_other_files(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    result = run("render", "residential_street", "--frames", "1", "--out", tmp_path)
    assert result.exit_code == 2
    assert "holds other files" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_out_holds_another_data_set(tmp_path: Path) -> None:
    small = ("--size", "64x32", "--frames", "1", "--look", "none", "--formats", "kitti_object")
    assert run("render", "residential_street", *small, "--out", tmp_path / "set").exit_code == 0
    before = sorted(path for path in (tmp_path / "set").rglob("*"))
    result = run("render", "residential_street", *small, "--seeds", "1", "--out", tmp_path / "set")
    assert result.exit_code == 2
    assert "another data set" in result.output
    assert "residential_street-0000-0000" in result.output
    assert sorted(path for path in (tmp_path / "set").rglob("*")) == before


@pytest.mark.skipif(
    os.geteuid() != 0 and not os.access("/proc", os.R_OK), reason="needs /proc as a place that can not be written"
)
def test_out_can_not_be_written() -> None:
    result = run("render", "residential_street", "--frames", "1", "--out", "/proc/scenegen")
    assert result.exit_code == 2
    assert "can not be written" in result.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_says_so(tmp_path: Path) -> None:
    from scenegen.dataset.manifest import write_file
    from scenegen.errors import OutputError

    (tmp_path / "full.png").symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"disk is full; make room and run the same command again"):
        write_file(tmp_path, "full.png", b"x" * 10_000)


def test_no_gl_names_the_packages(tmp_path: Path) -> None:
    environment = {**os.environ, "__EGL_VENDOR_LIBRARY_DIRS": str(tmp_path), "__EGL_VENDOR_LIBRARY_FILENAMES": ""}
    command = [sys.executable, "-m", "scenegen", "render", "residential_street", "--out", str(tmp_path / "set")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert "apt-get install libegl1 libgl1-mesa-dri" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "set").exists()


def test_software_is_refused_where_a_gpu_is_required(tmp_path: Path) -> None:
    environment = {**os.environ, "LIBGL_ALWAYS_SOFTWARE": "1"}
    command = [
        sys.executable,
        "-m",
        "scenegen",
        "render",
        "residential_street",
        "--require-gpu",
        "--out",
        str(tmp_path / "set"),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert "llvmpipe" in done.stderr


def test_other_files_that_can_not_be_written(tmp_path: Path) -> None:
    result = run("sample", "residential_street", "-o", tmp_path / "no" / "where.jsonl")
    assert result.exit_code == 2
    assert "can not be written" in result.output
    result = run("export-stage", "residential_street", "-o", tmp_path / "stage.png")
    assert result.exit_code == 2
    assert "stage.glb" in result.output
    assert not list(tmp_path.iterdir())


def test_too_many_tracks_for_a_layout_are_refused_before_drawing(tmp_path: Path) -> None:
    crowd = ("--set", "traffic.parked=1", "--set", "traffic.pedestrians=30", "--set", "road.length=900")
    result = run("render", "residential_street", "--frames", "1", *crowd, "--out", tmp_path / "set")
    assert result.exit_code == 2
    assert "vkitti2 holds 255; leave it out of --formats" in result.output
    assert not (tmp_path / "set" / "kitti_object").exists()


def test_a_misspelt_command_names_the_nearest() -> None:
    result = run("rendr")
    assert result.exit_code == 2
    assert "render" in result.output


@pytest.mark.parametrize(
    "command",
    ["render", "list", "check", "params", "sample", "preview", "view", "verify", "doctor", "export-stage", "export-road"],
)
def test_help_teaches(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert len(result.output) > 150
