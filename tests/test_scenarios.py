"""Every scenario of the library: loads, samples, shows its event, and keeps to the range that its docstring states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scenegen import Scenario
from scenegen.roads.build import build_network
from scenegen.scenario.loading import library_folder, load_scenario
from scenegen.scenario.sampling import sample
from scenegen.simulate.clip import Clip, Track
from scenegen.simulate.run import simulate

NAMES = sorted(path.stem for path in library_folder().glob("*.py"))
BASELINES = ("residential_street", "arterial", "motorway", "rural_two_lane", "town_from_map", "urban_intersection")
SEEDS = range(4)
FEWER = range(1)  # of the scenarios whose range is one line of `RANGES`
PLAIN_PX = 25.0  # from this size on a thing is plain to see


def contact(clip: Clip) -> bool:
    return clip.metrics["contact"] == 1.0


def apart_m(clip: Clip, least: float, most: float) -> bool:
    """Whether there was no contact, and the nearest distance was in a range."""
    return not contact(clip) and least < clip.metrics["min_distance_m"] < most


def stopped_m(clip: Clip, least: float, most: float) -> bool:
    """Whether the ego has all but stopped, so far from the rare actor."""
    return apart_m(clip, least, most) and clip.ego.motion[-1, 2] < 2.5


def pet_below_s(clip: Clip, most: float) -> bool:
    """Whether there was a contact, or one passed so soon after the other."""
    return contact(clip) or clip.metrics.get("pet_s", np.inf) < most


def ttc_s(clip: Clip, least: float, most: float) -> bool:
    return least < clip.metrics["min_ttc_s"] < most


RANGES: dict[str, Callable[[Clip], bool]] = {
    "boars_crossing": lambda clip: pet_below_s(clip, 2.5),
    "cattle_on_road": lambda clip: stopped_m(clip, 0.8, 8.0),
    "child_with_ball": lambda clip: pet_below_s(clip, 2.0),
    "crosswalk_late": lambda clip: pet_below_s(clip, 4.0) or stopped_m(clip, 0.5, 8.0),
    "cut_in": lambda clip: apart_m(clip, 1.0, 8.0),
    "cyclist_ahead": lambda clip: apart_m(clip, 4.0, 13.0) and ttc_s(clip, 2.5, 6.5),
    "cyclist_door_zone": lambda clip: apart_m(clip, 4.0, 13.0),
    "cyclist_crossing": lambda clip: pet_below_s(clip, 2.0),
    "dog_runs_out": lambda clip: pet_below_s(clip, 1.5),
    "e_scooter_weave": lambda clip: apart_m(clip, 4.0, 13.0) and ttc_s(clip, 3.0, 7.5),
    "emergency_from_behind": lambda clip: apart_m(clip, 0.8, 3.0),
    "fallen_rider": lambda clip: stopped_m(clip, 1.0, 5.0),
    "fallen_tree": lambda clip: stopped_m(clip, 3.5, 7.0),
    "hard_brake_ahead": lambda clip: apart_m(clip, 1.0, 8.0) and ttc_s(clip, 1.0, 3.5),
    "jaywalk_group": lambda clip: pet_below_s(clip, 3.0),
    "load_falls_off": lambda clip: stopped_m(clip, 4.0, 8.0),
    "mattress_on_motorway": lambda clip: stopped_m(clip, 4.0, 7.0),
    "overturned_vehicle": lambda clip: stopped_m(clip, 1.0, 7.0),
    "walk_along_road_night": lambda clip: apart_m(clip, 0.1, 9.0),
    "wheelchair_crossing": lambda clip: pet_below_s(clip, 5.0) or stopped_m(clip, 0.5, 6.0),
    "work_zone": lambda clip: apart_m(clip, 1.0, 4.0),
    "work_zone_debris_rain": lambda clip: stopped_m(clip, 4.0, 7.0),
    "wrong_way_highway": lambda clip: contact(clip) or ttc_s(clip, 0.0, 1.8) or apart_m(clip, 0.0, 3.0),
}
"""What the docstring of each states, as a condition on a clip."""


@cache
def clip_of(name: str, seed: int) -> Clip:
    scene = sample(load_scenario(name), seed)
    return simulate(scene, build_network(scene.road))


def size_px(clip: Clip, track: Track) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Longer side of the track's box on the picture, per frame; 0 where it is not wholly before the camera or outside."""
    camera, rows = clip.scene.camera, [clip.row_of(frame) for frame in range(clip.frames)]
    body_from_other = np.linalg.inv(clip.ego.world_from_body[rows]) @ track.world_from_body[rows]
    length, width, height = track.size_m
    corners = np.array([(x * length / 2, y * width / 2, z * height, 1.0) for x in (-1, 1) for y in (-1, 1) for z in (0, 1)])
    ahead, left, up = (
        (body_from_other @ corners.T)[:, i] - mount for i, mount in enumerate((camera.mount_x, camera.mount_y, camera.mount_z))
    )
    depth = np.maximum(ahead, 0.1)
    u = np.clip((camera.width - 1) / 2 - camera.focal * left / depth, 0, camera.width - 1)
    v = np.clip((camera.height - 1) / 2 - camera.focal * up / depth, 0, camera.height - 1)
    wide, high = np.ptp(u, axis=1), np.ptp(v, axis=1)
    return np.where((ahead.min(axis=1) > 0.1) & (wide > 0) & (high > 0), np.maximum(wide, high), 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_script_and_yaml_are_equal_trees(name: str) -> None:
    script, twin = (load_scenario(library_folder() / f"{name}.{suffix}") for suffix in ("py", "yaml"))
    for field in fields(Scenario):
        assert getattr(script, field.name) == getattr(twin, field.name), field.name


@pytest.mark.parametrize("name", NAMES)
def test_two_hundred_samples_with_few_rejections(name: str) -> None:
    scenario = load_scenario(library_folder() / f"{name}.py")
    rejected = sum(sample(scenario, 0, index).attempt for index in range(200))
    assert rejected < 10


@pytest.mark.parametrize(
    ("name", "seed"), [(n, s) for n in NAMES if n not in BASELINES for s in (FEWER if n in RANGES else SEEDS)]
)
def test_every_rare_actor_is_plain_to_see_in_a_third_of_the_frames(name: str, seed: int) -> None:
    clip = clip_of(name, seed)
    rare = [track for track in clip.tracks if track.role == "rare"]
    assert rare
    for track in rare:
        assert (size_px(clip, track) >= PLAIN_PX).mean() > 1 / 3, track.name


@pytest.mark.parametrize(("name", "seed"), [(name, seed) for name in RANGES for seed in FEWER])
def test_the_stated_range_holds(name: str, seed: int) -> None:
    clip = clip_of(name, seed)
    assert RANGES[name](clip), clip.metrics


@pytest.mark.parametrize("name", ["arterial", "motorway", "rural_two_lane", "town_from_map", "urban_intersection"])
def test_nobody_is_rare_in_the_baselines(name: str) -> None:
    clip = clip_of(name, 0)
    assert clip.metrics == {"contact": 0.0}
    assert len([track for track in clip.tracks if track.motion.shape[1] and track.motion[:, 2].any()]) >= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_dart_out_ends_in_contact_or_a_near_miss(seed: int) -> None:
    metrics = clip_of("jaywalker_dart_out", seed).metrics
    assert metrics["contact"] == 1.0 or metrics["min_ttc_s"] < 1.6


@pytest.mark.parametrize("seed", SEEDS)
def test_jaywalk_ends_in_contact_or_a_near_miss(seed: int) -> None:
    metrics = clip_of("jaywalk_adult", seed).metrics
    assert metrics["contact"] == 1.0 or metrics["pet_s"] < 2.5


@pytest.mark.parametrize("seed", SEEDS)
def test_the_deer_is_hit_or_nearly_so(seed: int) -> None:
    metrics = clip_of("deer_crossing", seed).metrics
    assert metrics["contact"] == 1.0 or metrics["pet_s"] < 1.2


@pytest.mark.parametrize("seed", SEEDS)
def test_ego_stops_before_the_lost_load(seed: int) -> None:
    clip = clip_of("debris_in_lane", seed)
    assert clip.metrics["contact"] == 0.0
    assert 4.0 < clip.metrics["min_distance_m"] < 6.0
    assert 1.2 < clip.metrics["min_ttc_s"] < 2.4
    assert clip.ego.motion[-1, 2] < 0.5


@pytest.mark.parametrize("seed", SEEDS)
def test_ego_stops_behind_the_broken_down_vehicle(seed: int) -> None:
    clip = clip_of("broken_down_vehicle", seed)
    assert clip.metrics["contact"] == 0.0
    assert 1.0 < clip.metrics["min_distance_m"] < 4.0
    assert 1.4 < clip.metrics["min_ttc_s"] < 3.2
    assert clip.ego.motion[-1, 2] < 1.0


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_rare_happens_in_the_residential_street(seed: int) -> None:
    clip = clip_of("residential_street", seed)
    assert clip.metrics == {"contact": 0.0}
    assert clip.ego.motion[:, 2].min() > 0.0
    assert not [track for track in clip.tracks if track.role == "rare"]
    assert len([track for track in clip.tracks if track.motion.shape[1] and track.motion[:, 2].any()]) > 3


@pytest.mark.parametrize("name", NAMES)
def test_range_is_stated_in_script_and_yaml(name: str) -> None:
    texts = [Path(library_folder() / f"{name}.{suffix}").read_text(encoding="utf-8") for suffix in ("py", "yaml")]
    stated = [" ".join(text.replace("#", " ").replace('"""', " ").split()) for text in texts]
    sentence = stated[0].split("Range: ")[1].split(". ")[0].split(" from scenegen")[0]
    assert f"Range: {sentence}" in stated[1]


def test_a_long_clip_of_a_long_street_has_traffic_all_along() -> None:
    scenario = load_scenario("residential_street")
    scene = sample(scenario, 0, overrides={"road.length": 1200.0, "traffic.pedestrians": 0.0, "traffic.parked": 0.0})
    scene = replace(scene, duration=80.0)
    clip = simulate(scene, build_network(scene.road))
    assert clip.frames == 800
    for frame in (0, 400, 799):
        row = clip.row_of(frame)
        place = clip.ego.world_from_body[row, :2, 3]
        present = [track for track in clip.tracks if track.present[row]]
        near = [track for track in present if np.abs(track.world_from_body[row, :2, 3] - place).max() < 300.0]
        assert len(near) >= 3
