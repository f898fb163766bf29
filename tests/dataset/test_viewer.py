"""`scenegen view`: what is saved for Rerun is read back from its file and must fit together."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from scenegen.batch.plan import Settings, make_plan
from scenegen.batch.run import Machine, run_plan
from scenegen.cli import main
from scenegen.dataset.manifest import poses_path
from scenegen.simulate.storage import clip_from_bytes

FRAMES = 3
CLIP = "residential_street-0000-0000"
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One clip in KITTI's layouts and in ours."""
    folder = tmp_path_factory.mktemp("view")
    found = {}
    for name, formats in (("kitti", ("kitti_object",)), ("arrays", ("arrays",))):
        settings = Settings(formats, "raster", "draft", frames=FRAMES, size=(320, 96), rig="kitti_stereo", lidar="vlp32")
        run_plan(make_plan(("residential_street",), (0,), settings), folder / name, Machine())
        found[name] = folder / name
    return found


@pytest.fixture(scope="module")
def saved(sets: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each data set as a recording, read by Rerun."""
    import rerun.dataframe

    folder = tmp_path_factory.mktemp("rrd")
    recordings = {}
    for name, root in sets.items():
        result = CliRunner().invoke(main, ["view", str(root), "--save", str(folder / f"{name}.rrd")])
        assert result.exit_code == 0, result.output
        assert "3 frames" in result.output
        recordings[name] = rerun.dataframe.load_recording(str(folder / f"{name}.rrd"))
    return recordings


def rows(recording: Any, entity: str) -> Rows:
    """All components of an entity by the last part of their names, frame by frame; what never changes is in every row."""
    table = recording.view(index="frame", contents=f"/{entity}").select().read_all()
    names = [name for name in table.column_names if name.startswith("/")]
    return [{name.split(":")[-1]: table[name][i].as_py() for name in names} for i in range(table.num_rows)]


def still(recording: Any, entity: str) -> dict[str, Any]:
    """Components that never change."""
    table = recording.view(index="frame", contents=f"/{entity}").select_static().read_all()
    return {name.split(":")[-1]: table[name][0].as_py() for name in table.column_names if name.startswith("/")}


def pose_of(row: dict[str, Any]) -> np.ndarray:
    """A pose (4, 4) from a row; Rerun keeps matrices column by column."""
    pose = np.eye(4)
    pose[:3, :3] = np.array(row["mat3x3"][0]).reshape(3, 3).T
    pose[:3, 3] = row["translation"][0]
    return pose


def test_all_that_the_layouts_hold_is_there(saved: dict[str, Any]) -> None:
    def entities(name: str) -> set[str]:
        return {column.entity_path for column in saved[name].schema().component_columns()}

    both = {"ego", "ego_path", "objects", "lidar", "left", "left/picture", "left/boxes", "right", "right/picture"}
    assert entities("kitti") >= {f"/world/{name}" for name in both}
    assert entities("arrays") >= {f"/world/{name}" for name in {*both, "right/boxes"}}
    for recording in saved.values():
        assert {column.name for column in recording.schema().index_columns()} >= {"frame", "time"}
        assert len(rows(recording, "world/objects")) == FRAMES
        assert len(rows(recording, "world/left/picture")) == FRAMES


@pytest.mark.parametrize("name", ["kitti", "arrays"])
def test_the_ego_drives_its_path(name: str, saved: dict[str, Any], sets: dict[str, Path]) -> None:
    clip = clip_from_bytes((sets[name] / poses_path(CLIP)).read_bytes())
    path = np.array(still(saved[name], "world/ego_path")["strips"][0])
    for frame, row in enumerate(rows(saved[name], "world/ego")):
        ours = clip.ego.world_from_body[clip.row_of(frame)]
        assert np.abs(pose_of(row) - ours).max() < 1e-4  # float32
        assert path[frame] == pytest.approx(ours[:3, 3], abs=1e-4)


@pytest.mark.parametrize("name", ["kitti", "arrays"])
def test_boxes_in_3d_stand_where_the_boxes_in_the_picture_are(name: str, saved: dict[str, Any]) -> None:
    """The middle of a 3D box, through pose and pinhole as Rerun keeps them, falls into its box in the picture."""
    pinhole = np.array(still(saved[name], "world/left")["image_from_camera"][0]).reshape(3, 3).T
    boxes, cameras = rows(saved[name], "world/objects"), rows(saved[name], "world/left")
    hits = []
    for flat, solid, camera in zip(rows(saved[name], "world/left/boxes"), boxes, cameras, strict=True):
        in_picture = dict(zip(flat["labels"], zip(flat["centers"], flat["half_sizes"], strict=True), strict=True))
        for label, middle in zip(solid["labels"], solid["centers"], strict=True):
            if flat["labels"].count(label) > 1 or label not in in_picture:
                continue
            x, y, z = pinhole @ (np.linalg.inv(pose_of(camera)) @ np.append(middle, 1))[:3]
            (u, v), (half_width, half_height) = in_picture[label]
            is_whole = u - half_width > 0 and u + half_width < 320 and half_height > 4
            if z > 0 and is_whole:
                hits.append(abs(x / z - u) < half_width and abs(y / z - v) < half_height)
    assert len(hits) >= FRAMES
    assert np.mean(hits) > 0.95  # a box of visible pixels may lack the middle of a hidden thing


def test_kittis_boxes_are_those_of_arrays(saved: dict[str, Any]) -> None:
    """Bottom, camera axes and rotation_y of label_2 give the same boxes as the poses of `arrays`."""
    for kitti, ours in zip(rows(saved["kitti"], "world/objects"), rows(saved["arrays"], "world/objects"), strict=True):
        for middle, half, turn in zip(kitti["centers"], kitti["half_sizes"], kitti["quaternions"], strict=True):
            i = int(np.linalg.norm(np.array(ours["centers"]) - middle, axis=1).argmin())
            assert middle == pytest.approx(ours["centers"][i], abs=1e-3)  # four digits in label_2
            assert half == pytest.approx(ours["half_sizes"][i], abs=1e-3)
            assert abs(np.dot(turn, ours["quaternions"][i])) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", ["kitti", "arrays"])
def test_points_lie_on_the_ground_and_above(name: str, saved: dict[str, Any]) -> None:
    row = rows(saved[name], "world/lidar")[0]
    points = np.array(row["positions"])
    in_world = points @ pose_of(row)[:3, :3].T + pose_of(row)[:3, 3]
    ground = pose_of(rows(saved[name], "world/ego")[0])[2, 3]
    assert len(points) > 10_000
    assert np.quantile(in_world[:, 2], 0.01) > ground - 1
    assert (np.abs(in_world[:, 2] - ground) < 0.3).mean() > 0.2


def test_without_rerun_the_error_names_the_cure(sets: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rerun", None)
    result = CliRunner().invoke(main, ["view", str(sets["arrays"])])
    assert result.exit_code == 2
    assert "pip install 'scenegen[rerun]'" in result.output


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_the_error_names_save(sets: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    result = CliRunner().invoke(main, ["view", str(sets["arrays"])])
    assert result.exit_code == 2
    assert "--save" in result.output


def test_an_unknown_clip_is_named(sets: dict[str, Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["view", str(sets["arrays"]), "--clip", "no-such", "--save", str(tmp_path / "a.rrd")])
    assert result.exit_code == 2
    assert CLIP in result.output
    assert not (tmp_path / "a.rrd").exists()
