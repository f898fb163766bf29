"""Passers-by walk on, and give way to whoever is in front; nobody walks through anybody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.roads.build import build_network
from scenegen.scenario.loading import load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import AtTimeScene, CrossScene, PedestrianScene, SidewalkScene, WaitScene, WalkAlongScene
from scenegen.simulate.clip import Clip
from scenegen.simulate.contact import separation_m
from scenegen.simulate.run import simulate
from tests.simulate.streets import BUSY, EMPTY, run, track

CROWD = replace(EMPTY, pedestrians=12.0)


def walker(*, s: float, moves: bool) -> PedestrianScene:
    crosses = (WaitScene("wait", AtTimeScene(2.0, 0.0), None), CrossScene("cross", 1.5, 90.0, 0.5, None))
    does = crosses if moves else (WalkAlongScene("walk", 0.5, "with", None),)
    return PedestrianScene("adult", "rare", "man", "dark", SidewalkScene("right", s, 0.2), does)


def overlaps(clip: Clip) -> list[tuple[str, str]]:
    tracks = [clip.ego, *clip.tracks]
    places = [track.world_from_body[:, :2, 3] for track in tracks]
    low, high = (np.array([f(place, axis=0) for place in places]) for f in (np.min, np.max))
    found = []
    for i, a in enumerate(tracks):
        for j in range(i + 1, len(tracks)):
            b = tracks[j]
            is_near = not ((low[i] - high[j] > 6.0).any() or (low[j] - high[i] > 6.0).any())
            if is_near and (a.motion.any() or b.motion.any()):
                gap = np.where(a.present & b.present, separation_m(a, b), np.inf)
                found += [(a.name, b.name)] if gap.min() <= 0.0 else []
    return found


def test_passers_by_walk_steadily_where_nobody_is_in_the_way() -> None:
    clip = run(traffic=CROWD, duration=6.0)
    people = [t for t in clip.tracks if t.name.startswith("walker")]
    assert len(people) > 40
    for t in people:
        assert np.ptp(t.motion[:, 2]) == 0.0
        assert np.abs(np.diff(t.world_from_body[:, 0, 3], n=2)).max() < 1e-9


def test_who_comes_up_behind_someone_slow_slows_down_and_nobody_else_changes() -> None:
    alone, together = (run(traffic=CROWD, actors=actors, duration=20.0) for actors in ((), (walker(s=60.0, moves=False),)))
    changed = []
    for t in alone.tracks:
        now = next((other for other in together.tracks if other.name == t.name), None)
        if now is not None and not np.array_equal(now.world_from_body, t.world_from_body):
            changed.append(now)
    assert 0 < len(changed) < 6
    for t in changed:
        way = np.diff(t.world_from_body[:, 0, 3]) / 0.01
        assert way.min() > -1e-9
        assert way[-200:].mean() < 0.95 * way[:100].mean()
        assert ".right." in t.name
    assert overlaps(together) == []


@pytest.mark.parametrize("s", [180.0, 195.0, 210.0, 225.0])
def test_nobody_walks_through_one_who_crosses_a_full_sidewalk(s: float) -> None:
    clip = run(traffic=CROWD, actors=(walker(s=s, moves=True),), duration=14.0)
    assert track(clip, "adult").world_from_body[-1, 1, 3] > 5.0
    assert overlaps(clip) == []


@pytest.mark.parametrize("seed", range(10))
def test_nothing_overlaps_in_crowded_scenes(seed: int) -> None:
    crowded = {"traffic.pedestrians": "8", "traffic.density": f"{2 * seed + 4}", "traffic.oncoming": "15", "substeps": "5"}
    scene = sample(load_scenario("jaywalk_adult"), seed, overrides=crowded)
    assert overlaps(simulate(scene, build_network(scene.road))) == []


def test_denser_traffic_keeps_drivers_and_looks_and_only_closes_the_gaps() -> None:
    thin, dense = (run(traffic=replace(BUSY, density=density, parked=0.0), duration=0.5) for density in (20.0, 40.0))
    both = [
        (t, other) for t in thin.tracks for other in dense.tracks if t.name == other.name and t.name.startswith("traffic")
    ]  # fmt: skip
    assert len(both) > 8
    for t, other in both:
        assert (t.model, t.paint_linear) == (other.model, other.paint_linear)
    own = {t.name: t.world_from_body[0, 0, 3] for t in thin.tracks if t.name.startswith("traffic.1.")}
    more = {t.name: t.world_from_body[0, 0, 3] for t in dense.tracks if t.name.startswith("traffic.1.")}
    assert len(more) > 1.3 * len(own)
    oncoming = [(t, other) for t, other in both if t.name.startswith("traffic.-1.")]
    assert oncoming
    assert all(np.array_equal(t.world_from_body, other.world_from_body) for t, other in oncoming)
