"""The wheel carries everything: library, assets, shaders; it works in an empty folder without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, unpacked like pip does."""
    work = tmp_path_factory.mktemp("wheel")
    source = work / "source"
    kept = ("scenegen", "scenarios", "assets", "pyproject.toml", "README.md", "LICENSE")
    for name in kept:  # a copy, so that building leaves nothing in the checkout
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            source.mkdir(exist_ok=True)
            shutil.copy(place, source / name)
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--quiet",
        "-w",
        str(work),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = work.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(work / "site")
    return work / "site"


def scenegen(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = f"import sys; sys.path.insert(0, {str(installed)!r}); from scenegen.cli import main; main(prog_name='scenegen')"
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )


def test_it_renders_a_library_scenario_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    small = ("--frames", "1", "--size", "160x64")
    done = scenegen(installed, tmp_path, "render", "jaywalker_dart_out", *small, "--out", "out")
    assert "1 clips (1 frames) made" in done.stdout
    assert (tmp_path / "out/kitti_object/training/image_2/000000.png").exists()


def test_it_uses_its_own_library_and_assets(installed: Path, tmp_path: Path) -> None:
    assert "jaywalker_dart_out" in scenegen(installed, tmp_path, "list").stdout
    assert (installed / "scenegen/library/jaywalker_dart_out.yaml").exists()
    assert (installed / "scenegen/assets/paints.json").exists()
    assert (installed / "scenegen/py.typed").exists()
    shaders = {path.name for path in (ROOT / "scenegen/render/shaders").glob("*.glsl")}
    assert {path.name for path in (installed / "scenegen/render/shaders").glob("*.glsl")} == shaders
