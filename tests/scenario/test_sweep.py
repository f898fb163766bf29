"""Sweeps: common random numbers in a grid, even designs of quantiles, families of files by `extends`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import qmc

from scenegen import Scenario, ScenarioError
from scenegen.batch.plan import Settings, drawn_scenes, make_plan, replay_plan
from scenegen.dataset.samples import read_samples
from scenegen.errors import DatasetError
from scenegen.scenario.designs import latin_hypercube, sobol_points
from scenegen.scenario.loading import library_folder, load_scenario, sweep_of
from scenegen.scenario.sampling import draw_keys, sample
from scenegen.scenario.scene import Scene
from scenegen.scenario.sweep import Sweep, sweep_points

from .scripts import BASE

GRID = Sweep("grid", (("ego.speed", ("10", "12")), ("light.sun_elevation", ("5", "40"))), 1, (0, 3))
SETTINGS = Settings(("arrays",), "none", "draft", frames=1)


def drawn(scene: Scene) -> dict[str, float]:
    return {draw.path: draw.u for draw in scene.draws}


def test_cells_of_a_grid_share_their_seeds_and_differ_by_the_swept_values_alone() -> None:
    scenes = list(drawn_scenes(BASE, GRID, None, {}))
    assert [(scene.seed, scene.cell) for scene in scenes] == [(seed, cell) for seed in (0, 3) for cell in range(4)]
    assert len({scene.name for scene in scenes}) == 8
    assert drawn(scenes[0]) == drawn(scenes[3]) != drawn(scenes[4])
    assert [scene.ego.speed for scene in scenes[:4]] == [10.0, 10.0, 12.0, 12.0]
    assert "ego.speed" not in drawn(scenes[0])


@pytest.mark.parametrize(("method", "share"), [("lhs", 1.0), ("sobol", 0.5)])
def test_designs_cover_evenly(method: str, share: float) -> None:
    count = 64
    sweep = Sweep(method, (), count, (5,))
    points = [point.quantiles for point in sweep_points(BASE, sweep, {})]
    keys = sorted(points[0])
    assert set(keys) == set(draw_keys(BASE).values())
    table = np.array([[point[key] for key in keys] for point in points])
    for column in table.T:
        assert sorted((column * count).astype(int)) == list(range(count))
    hashed = np.array([[u for _, u in sorted(drawn(sample(BASE, 5, i)).items())] for i in range(count)])
    assert qmc.discrepancy(table) < share * qmc.discrepancy(hashed)


def test_a_design_sets_quantiles_and_only_of_the_paths_it_names() -> None:
    sweep = Sweep("sobol", (("van.at.s", ()),), 8, (0,))
    for index, point in enumerate(sweep_points(BASE, sweep, {})):
        scene, plain = sample(BASE, 0, index, {}, point.quantiles), sample(BASE, 0, index)
        changed = {path for path, u in drawn(scene).items() if drawn(plain)[path] != u}
        assert changed == {"van.at.s"}
        assert drawn(scene)["van.at.s"] == point.quantiles["van.at.s"]


def test_a_new_dimension_of_a_latin_hypercube_moves_no_other() -> None:
    few, more = (latin_hypercube(keys, 9, seed=1, scenario="x") for keys in (("b",), ("a", "b")))
    assert [point["b"] for point in few] == [point["b"] for point in more]
    assert sobol_points((), 3, seed=0, scenario="x") == [{}, {}, {}]


def test_random_samples_are_those_of_their_numbers() -> None:
    scenes = list(drawn_scenes(BASE, Sweep("random", (), 3, (2,)), None, {}))
    assert scenes == [sample(BASE, 2, index) for index in range(3)]


@pytest.mark.parametrize(
    ("over", "method", "overrides", "message"),
    [
        ((("ego.speed", ("10",)),), "grid", {"ego.speed": "9"}, "ego.speed: is swept and set at once"),
        ((("road.length", ()),), "lhs", {}, "road.length: has no law, so it has no quantiles to sweep"),
    ],
)
def test_what_can_not_be_swept_is_refused(
    over: tuple[tuple[str, tuple[str, ...]], ...], method: str, overrides: dict[str, object], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        list(sweep_points(BASE, Sweep(method, over, 2, (0,)), overrides))


def test_render_plans_every_point_of_a_files_sweep(tmp_path: Path) -> None:
    path = tmp_path / "swept.yaml"
    text = (library_folder() / "debris_in_lane.yaml").read_text()
    path.write_text(text + "sweep:\n  over: {ego.speed: {list: [40, 50], unit: km/h}}\n  seeds: 0..1\n")
    scenes = make_plan((str(path),), None, SETTINGS).scenes
    assert [(scene.seed, scene.cell) for scene in scenes] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert [scene.seed for scene in make_plan((str(path),), (7,), SETTINGS).scenes] == [7, 7]


EXTENDING = (
    "scenegen: 1\nname: fast_dart_out\nextends: base/dart_out.yaml\nset:\n  ego.speed: {uniform: [50, 60], unit: km/h}\n"
)


@pytest.fixture
def family(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "dart_out.yaml").write_text((library_folder() / "jaywalker_dart_out.yaml").read_text())
    return tmp_path


def loaded(family: Path, text: str) -> Scenario:
    (family / "child.yaml").write_text(text)
    return load_scenario(family / "child.yaml")


def test_a_file_extends_another_and_sets_values_by_path(family: Path) -> None:
    base, child = load_scenario("jaywalker_dart_out"), loaded(family, EXTENDING + "  child.does.cross.speed: 3 m/s\n")
    assert child.name == "fast_dart_out"
    assert child.ego.speed != base.ego.speed
    assert child.actors[1].does[1].speed == 3.0  # type: ignore[union-attr]
    assert (child.road, child.actors[0], child.requires) == (base.road, base.actors[0], base.requires)
    assert sweep_of(family / "child.yaml") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (EXTENDING.replace("ego.speed", "ego.sped"), r"child.yaml:5:3: set: there is no parameter 'ego.sped'.*'ego.speed'"),
        (EXTENDING.replace("[50, 60]", "[60, 50]"), r"child.yaml:5:\d+: ego.speed: Uniform: low must be below high"),
        (EXTENDING.replace("base/", "../"), r"child.yaml:3:10: extends: \.\./dart_out.yaml is not below the folder"),
        (EXTENDING.replace("base/dart_out.yaml", "/etc/passwd"), "not below the folder"),
        (EXTENDING.replace("dart_out.yaml", "dart_ot.yaml"), "no such .yaml file beside child.yaml"),
        (EXTENDING + "fps: 5\n", "a scenario that extends another has no 'fps'"),
        (EXTENDING.replace("base/dart_out.yaml", "child.yaml"), "child.yaml:3:10: extends: only a file"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_family_is_named_with_its_place(family: Path, text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        loaded(family, text)


def test_samples_are_replayed_as_they_were_drawn(tmp_path: Path) -> None:
    import json

    from scenegen.scenario.scene_json import scene_to_dict

    scenes = [sample(load_scenario("debris_in_lane"), 4, index) for index in range(2)]
    path = tmp_path / "samples.jsonl"
    path.write_text("".join(json.dumps(scene_to_dict(scene)) + "\n" for scene in scenes))
    assert read_samples(path) == tuple(scenes)
    plan = replay_plan(read_samples(path), path, Settings(("arrays",), "none", "draft"))
    assert plan.scenes == tuple(scenes)
    record = tmp_path / "clip.json"
    record.write_text(json.dumps({"format": 1, "scene": scene_to_dict(scenes[0])}))
    assert read_samples(record) == (scenes[0],)
    path.write_text(json.dumps(scene_to_dict(scenes[0])) + "\n{}\n")
    with pytest.raises(DatasetError, match=r"samples.jsonl:2: scene: field 'scenario' is missing"):
        read_samples(path)
