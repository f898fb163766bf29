"""`--rig`, `--lidar`, `--flow-steps` and `--size` reach the plan that is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scenegen.batch import run as batch_run
from scenegen.batch.plan import Plan
from scenegen.cli import main
from scenegen.errors import OutputError


def planned(monkeypatch: pytest.MonkeyPatch, out: Path, *arguments: str) -> Plan:
    """Give the plan of a render command, stopped before it runs."""
    plans: list[Plan] = []

    def stop(plan: Plan, *_: Any, **__: Any) -> None:
        plans.append(plan)
        raise OutputError("stopped")

    monkeypatch.setattr(batch_run, "run_plan", stop)
    result = CliRunner().invoke(main, ["render", "residential_street", "--out", str(out), *arguments])
    assert "stopped" in result.output, result.output
    return plans[0]


def test_without_flags_there_is_one_camera_and_no_scanner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plan = planned(monkeypatch, tmp_path / "set")
    assert ([camera.name for camera in plan.scenes[0].cameras], plan.scenes[0].lidars) == (["front"], ())
    assert (plan.settings.rig, plan.settings.lidar, plan.settings.flow_steps) == (None, None, (1,))


def test_a_rig_and_a_scanner_land_in_the_scenes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    flags = ("--rig", "kitti_stereo", "--lidar", "hdl64", "--size", "621x188", "--set", "camera.right.mount_y=-0.3")
    scene = planned(monkeypatch, tmp_path / "set", *flags, "--set", "lidar.columns=500").scenes[0]
    assert [(camera.name, camera.width, camera.height, camera.mount_y) for camera in scene.cameras] == [
        ("left", 621, 188, 0.0),
        ("right", 621, 188, -0.3),
    ]
    assert [camera.focal for camera in scene.cameras] == [721.5 / 2] * 2
    assert [(len(lidar.elevations_deg), lidar.columns) for lidar in scene.lidars] == [(64, 500)]


@pytest.mark.parametrize(("typed", "steps"), [("5,2", (1, 2, 5)), ("1", (1,)), (" 3 , 3,1", (1, 3)), ("010", (1, 10))])
def test_flow_steps_are_sorted_with_one_among_them(
    typed: str, steps: tuple[int, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = planned(monkeypatch, tmp_path / "set", "--flow-steps", typed)
    assert plan.settings.flow_steps == steps
    assert plan.asked["flow_steps"] == list(steps)
