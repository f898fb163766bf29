"""Rigs end to end: bending lenses, a stereo pair and a scanner through the batch, proved by `verify`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenegen.batch.plan import Settings, make_plan
from scenegen.batch.run import Machine, run_plan
from scenegen.dataset.verify import verify_dataset
from scenegen.errors import ScenarioError

CLIP = "jaywalker_dart_out-0000-0000"


def settings(*formats: str, rig: str, lidar: str | None = None, look: str = "none", size: tuple[int, int]) -> Settings:
    return Settings(formats, look, "draft", 2, size, rig=rig, lidar=lidar, flow_steps=(1, 2))  # type: ignore[arg-type]


def make(out: Path, wanted: Settings) -> Path:
    run_plan(make_plan(("jaywalker_dart_out",), (0,), wanted), out, Machine())
    return out


def test_fisheyes_go_through_the_batch_and_every_label_holds(tmp_path: Path) -> None:
    out = make(tmp_path / "out", settings("arrays", rig="fisheye_4", look="raster", size=(160, 120)))
    report = verify_dataset(out)
    assert not report.faults, report.faults[:3]
    assert report.checks["static flow_fwd_px"] > 50_000
    folders = sorted(path.name for path in (out / "arrays" / CLIP).iterdir() if path.is_dir())
    assert folders == ["back", "left", "right"]
    with np.load(out / "arrays" / CLIP / "left" / "000001.npz") as left:
        assert left["rgb"].shape == (120, 160, 3)
        assert left["rgb"].std() > 10
        # Colour and labels show the same: the sky is brighter than the ground on a day that has any light
        assert left["rgb"][left["class_id"] == 0].mean() > left["rgb"][left["class_id"] == 1].mean()
        assert left["flow_fwd_px_k2"].shape == (120, 160, 2)


def test_a_layout_that_can_not_say_how_a_lens_bends_refuses_it(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"kitti_object.*pinhole"):
        make(tmp_path / "out", settings("kitti_object", rig="fisheye_4", size=(160, 120)))
    assert not (tmp_path / "out").exists()


def test_a_scanner_sees_what_the_cameras_see(tmp_path: Path) -> None:
    out = make(tmp_path / "out", settings("arrays", rig="kitti_stereo", lidar="hdl64", size=(320, 96)))
    folder = out / "arrays" / CLIP
    with np.load(folder / "000000.npz") as view, np.load(folder / "lidar" / "000000.npz") as sweep:
        ids = set(np.unique(sweep["object_id"]).tolist())
        assert len(sweep["points_m"]) > 20_000
        assert len(ids) > 3
        big = [i for i, n in zip(*np.unique(view["object_id"], return_counts=True), strict=True) if i and n > 60]
        assert set(big) <= ids
        assert view["disparity_px"].max() > 1
