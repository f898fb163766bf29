"""A person's own models in the scene: the box car's boxes, ids and flow are known, and it is found by name everywhere."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from scenegen import Ego, OnLane, Scenario, Street, Vehicle
from scenegen.batch.plan import Settings, make_plan
from scenegen.cli import main
from scenegen.errors import ScenarioError
from scenegen.geometry import FloatArray, apply, project, rigid_inverse
from scenegen.models.imports.folders import VARIABLE, digest
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT, Passes
from scenegen.render.renderer import Renderer
from scenegen.scenario.scene import OnLaneScene, PedestrianScene, SidewalkScene, VehicleScene, WalkAlongScene
from scenegen.simulate.clip import Clip
from scenegen.simulate.parts import part_poses
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage
from scenegen.stage.stage import Stage
from scenegen.truth.frame import View
from scenegen.truth.labeller import Labeller
from tests.models.imports.own_models import (
    CAR_SIZE_M,
    PERSON_JOINTS,
    WHEEL_M,
    box_person,
    known_elsewhere,
    write_car,
    write_own,
)
from tests.simulate.streets import EGO, network_of, scene

FRAME = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("own")
    write_car(made)
    write_own(made, "somebody", box_person(), "person", PERSON_JOINTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(made))
        yield made


@pytest.fixture(scope="module")
def clip(folder: Path) -> Clip:
    car = VehicleScene("car", "rare", "own:box_car", "red", OnLaneScene(lane=-1, s=38.0, t=0.0), 6.0, False, ())
    walk = WalkAlongScene("walk", 1.4, "with", None)
    walker = PedestrianScene("walker", "", "own:somebody", "mixed", SidewalkScene("right", 34.0, 0.5), (walk,))
    quiet = scene(actors=(car, walker), duration=1.0, ego=replace(EGO, speed=0.0, reacts=False))
    return simulate(quiet, network_of(quiet))


@pytest.fixture(scope="module")
def stage(clip: Clip) -> Stage:
    return build_stage(clip, network_of(clip.scene))


@pytest.fixture(scope="module")
def passes(stage: Stage) -> Passes:
    with Renderer(look="none") as renderer:
        renderer.load(stage)
        return renderer.render(FRAME)


@pytest.fixture(scope="module")
def view(clip: Clip, stage: Stage, passes: Passes) -> View:
    return Labeller(clip, stage).frame([passes]).views[0]


def corners_of(low: tuple[float, float, float], high: tuple[float, float, float]) -> FloatArray:
    return np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])


def test_the_box_is_the_one_that_was_built(view: View) -> None:
    car = next(label for label in view.labels.objects if label.name == "car")
    assert (car.class_name, car.role, car.kind) == ("car", "rare", "own:box_car")
    assert car.size_m == pytest.approx(CAR_SIZE_M, abs=1e-6)
    assert car.parts == ("body", "wheel_fl", "wheel_fr", "wheel_rl", "wheel_rr")
    half = np.array(CAR_SIZE_M) / 2
    body = corners_of((-half[0], -half[1], 0.2), (half[0], half[1], CAR_SIZE_M[2]))
    cam_from_world = rigid_inverse(view.labels.world_from_cam.now)
    places = project(apply(cam_from_world, apply(car.world_from_body.now, body)), view.labels.lens)
    assert car.box_amodal_px is not None
    left, top, right, _ = car.box_amodal_px
    np.testing.assert_allclose((left, right), (places[:, 0].min(), places[:, 0].max()), atol=1.0)  # whole pixels
    assert top == pytest.approx(places[:, 1].min(), abs=1.0)


def test_ids_cover_the_car_and_nothing_else(view: View) -> None:
    car = next(label for label in view.labels.objects if label.name == "car")
    cam_from_world = rigid_inverse(view.labels.world_from_cam.now)
    front = apply(car.world_from_body.now, np.array([[2.0, 0.0, 0.75]]))
    u, v = project(apply(cam_from_world, front), view.labels.lens)[0].round().astype(int)
    assert view.object_id[v, u] == car.track_id
    own = view.object_id == car.track_id
    assert own.sum() > 500
    grid = np.argwhere(own)
    rays = np.stack([(grid[:, 1] - view.labels.lens.cx_px), (grid[:, 0] - view.labels.lens.cy_px)], 1) / view.labels.lens.fx_px
    points_cam = np.concatenate([rays, np.ones((len(grid), 1))], axis=1) * view.passes.z_m[own][:, None]
    points = apply(rigid_inverse(car.world_from_body.now), apply(view.labels.world_from_cam.now, points_cam))
    half = np.array(CAR_SIZE_M) / 2
    assert (np.abs(points[:, :2]) <= half[:2] + 2e-3).all()  # on the box to depth's own precision
    assert points[:, 2].min() > -2e-3
    assert points[:, 2].max() < CAR_SIZE_M[2] + 2e-3


def test_flow_follows_body_and_wheels(view: View, stage: Stage) -> None:
    car = next(label for label in view.labels.objects if label.name == "car")
    travelled = np.linalg.norm(car.world_from_body.next[:3, 3] - car.world_from_body.now[:3, 3])
    assert travelled > 0.4
    lens = view.labels.lens
    for part, least in (("body", 500), ("wheel_fl", 20)):
        own = (view.object_id == car.track_id) & (view.passes.part == car.parts.index(part))
        own &= view.passes.state[..., 0] & (FLOW_HIDDEN | FLOW_OUT) == 0
        grid = np.argwhere(own)[:, ::-1].astype(float)
        assert len(grid) >= least, part
        rays = np.concatenate([(grid - (lens.cx_px, lens.cy_px)) / lens.fx_px, np.ones((len(grid), 1))], axis=1)
        world = apply(view.labels.world_from_cam.now, rays * view.passes.z_m[own][:, None].astype(float))
        points = apply(rigid_inverse(car.world_from_body.now), world)
        if part != "body":
            angle = travelled / WHEEL_M
            axle = np.array([1.25, 0.8, WHEEL_M])
            cos, sin = np.cos(angle), np.sin(angle)
            points = (points - axle) @ np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]).T + axle
        then = project(apply(rigid_inverse(view.labels.world_from_cam.next), apply(car.world_from_body.next, points)), lens)
        flow = view.passes.flow_px[own][:, :2]
        assert np.abs(then - grid - flow).max() < 5e-3  # float32 of the flow target at these lengths


def test_a_person_of_ones_own_walks_with_feet_on_the_ground(clip: Clip, stage: Stage) -> None:
    from scenegen.models import catalogue
    from scenegen.models.people.build import posed_vertices

    track = next(track for track in clip.tracks if track.name == "walker")
    model = catalogue.build(track.model)
    rows = np.array([clip.row_of(frame) for frame in range(0, 8)])
    lowest = [float(posed_vertices(model.meshes[0], pose)[:, 2].min()) for pose in part_poses(track, model, rows)]
    assert max(np.abs(lowest)) < 0.02
    hands = part_poses(track, model, rows)[:, model.joint_index["hand_left"], :3, 3]
    assert np.ptp(hands[:, 0]) > 0.1  # arms swing
    assert stage.object_sizes_m[track.track_id][2] == pytest.approx(1.78, abs=0.02)


def test_processes_started_later_know_it_too(folder: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(known_elsewhere, "own:box_car").result() == known_elsewhere("own:box_car")


SCRIPT = """from scenegen import Ego, OnLane, Scenario, Street, Vehicle
scenario = Scenario(name="mine", road=Street(), ego=Ego(), duration=0.5, actors=(
    Vehicle("car", at=OnLane(lane=-1, s=60), kind="own:box_car", speed=5.0),))
"""


def test_the_folder_beside_a_scenario_is_known_and_the_digest_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    write_car(tmp_path / "assets")
    (tmp_path / "mine.py").write_text(SCRIPT)
    settings = Settings(("kitti_object",), "none", "standard", 2)
    asked = make_plan((str(tmp_path / "mine.py"),), (0,), settings).asked
    assert asked["assets"] == {"own:box_car": {"sha256": digest("own:box_car"), "licence": "CC0-1.0"}}
    assert "assets" not in make_plan(("jaywalk_adult",), (0,), settings).asked


def test_check_takes_a_folder_and_refuses_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "")
    write_car(tmp_path / "elsewhere")
    (tmp_path / "mine.py").write_text(SCRIPT)
    script = str(tmp_path / "mine.py")
    missing = CliRunner().invoke(main, ["check", script, "-n", "1"])
    assert missing.exit_code == 2
    assert "no card box_car.yaml for 'own:box_car' in no folder; give one with --assets" in missing.output
    found = CliRunner().invoke(main, ["check", script, "-n", "1", "--assets", str(tmp_path / "elsewhere")])
    assert found.exit_code == 0, found.output
    assert os.environ[VARIABLE].endswith("elsewhere")


def test_an_actor_of_another_class_is_refused(folder: Path) -> None:
    wrong = VehicleScene("car", "", "own:somebody", "red", OnLaneScene(lane=-1, s=38.0, t=0.0), 6.0, False, ())
    with pytest.raises(ScenarioError, match=r"car\.kind: 'own:somebody' is of class person, and this is a vehicle"):
        simulate(scene(actors=(wrong,)), network_of(scene()))
    with pytest.raises(ScenarioError, match=r"kind: 'own:Some Body' is not one of"):
        Scenario(
            name="wrong", road=Street(), ego=Ego(), actors=(Vehicle("car", at=OnLane(lane=-1, s=60), kind="own:Some Body"),)
        )
