"""Clock, order, and independence: same scene same bytes, a longer clip the same prefix, others undisturbed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.scenario.scene import (
    AtTimeScene,
    CrossScene,
    OnLaneScene,
    PedestrianScene,
    SidewalkScene,
    VehicleScene,
    WaitScene,
)
from scenegen.simulate.clip import Clip
from scenegen.simulate.contact import separation_m
from scenegen.simulate.storage import clip_from_bytes, clip_to_bytes
from tests.simulate.streets import BUSY, EGO, STREET, VAN, child, event_s, meet, run, scene, track

WALKER = PedestrianScene(
    "walker", "background", "adult", "dark", SidewalkScene("left", 140.0, 0.3),
    (WaitScene("wait", AtTimeScene(1.0, 0.0), None), CrossScene("cross", 1.4, 90.0, 1.0, None)),
)  # fmt: skip
LEAD = VehicleScene("lead", "background", "saloon", "red", OnLaneScene(1, 60.0, 0.0), 8.0, False, ())


@pytest.fixture(scope="module")
def busy() -> Clip:
    return run(actors=(VAN, child(meet(1.5)), WALKER, LEAD), traffic=BUSY)


def test_ticks_reach_one_frame_before_and_after() -> None:
    clip = run(duration=2.0, fps=5, substeps=4)
    assert (clip.first_tick, clip.frames, len(clip.ego.world_from_body)) == (-4, 10, 4 + 40 + 1)
    assert clip.ego.world_from_body[clip.row_of(-1), 0, 3] == pytest.approx(20.0 - 10.0 / 5)
    assert clip.ego.world_from_body[clip.row_of(0), 0, 3] == pytest.approx(20.0)
    assert clip.ego.world_from_body[clip.row_of(10), 0, 3] == pytest.approx(40.0)


def test_reordered_actors_give_equal_bytes(busy: Clip) -> None:
    again = run(actors=(LEAD, WALKER, child(meet(1.5)), VAN), traffic=BUSY)
    assert clip_to_bytes(replace(again, scene=busy.scene)) == clip_to_bytes(busy)


def test_another_seed_is_another_clip(busy: Clip) -> None:
    other = run(actors=(VAN, child(meet(1.5)), WALKER, LEAD), traffic=BUSY, seed=1)
    assert clip_to_bytes(replace(other, scene=busy.scene)) != clip_to_bytes(busy)


def test_longer_clip_has_the_same_prefix(busy: Clip) -> None:
    longer = run(actors=(VAN, child(meet(1.5)), WALKER, LEAD), traffic=BUSY, duration=11.0)
    rows = len(busy.ego.world_from_body)
    by_id = {t.track_id: t for t in longer.tracks}
    assert len(busy.tracks) > 50
    for t in busy.tracks:
        assert by_id[t.track_id].name == t.name
        assert np.array_equal(by_id[t.track_id].world_from_body[:rows], t.world_from_body)


def test_far_actor_changes_no_other_track(busy: Clip) -> None:
    far = VehicleScene("far", "background", "saloon", "red", OnLaneScene(1, 640.0, 0.0), 16.0, False, ())
    more = run(actors=(VAN, child(meet(1.5)), WALKER, LEAD, far), traffic=BUSY)
    same = [t for t in busy.tracks if t.world_from_body[0, 0, 3] < 400.0]
    assert len(same) > 40
    for t in same:
        assert np.array_equal(track(more, t.name).world_from_body, t.world_from_body)


def test_rare_comes_first_in_ids_and_names_are_unique(busy: Clip) -> None:
    assert busy.tracks[0].name == "child"
    assert [t.track_id for t in busy.tracks] == list(range(1, len(busy.tracks) + 1))
    assert len({t.name for t in busy.tracks}) == len(busy.tracks)


def test_half_the_step_moves_nothing_far() -> None:
    # 2 cm and 5 ms are the acceptance figures; interaction thresholds are crossed at interpolated instants
    clips = [run(actors=(VAN, child(meet(0.9)), LEAD), ego=replace(EGO, reacts=True), substeps=n) for n in (10, 20)]
    frames = min(clip.frames for clip in clips)
    for name in ("ego", "child", "lead"):
        coarse, fine = (
            (clip.ego if name == "ego" else track(clip, name)).world_from_body[[clip.row_of(f) for f in range(frames + 1)]]
            for clip in clips
        )
        assert np.abs(coarse[:, :3, 3] - fine[:, :3, 3]).max() < 0.02
    for a, b in zip(clips[0].events, clips[1].events, strict=True):
        assert (a.what, a.time_s) == (b.what, pytest.approx(b.time_s, abs=0.005))


def test_contact_ends_the_clip_one_frame_before() -> None:
    clip = run(actors=(VAN, child(meet(0.1))))
    contact = next(e for e in clip.events if e.kind == "contact")
    assert clip.metrics["contact"] == 1.0
    assert separation_m(clip.ego, track(clip, "child")).min() > 0.0
    assert 0.0 < contact.time_s - clip.frames / 10 <= 0.1 + 1e-9
    assert len(clip.time_to_conflict_s) == clip.frames


@pytest.mark.parametrize("index", range(2))
def test_nothing_overlaps_and_nobody_brakes_harder_than_tyres(index: int) -> None:
    stopped = VehicleScene("stopped", "rare", "van", "any", OnLaneScene(1, 150.0, 0.2), None, True, ())
    actors = (stopped, WALKER) if index % 2 else (VAN, LEAD, WALKER)
    clip = run(actors=actors, traffic=replace(BUSY, pedestrians=0.0), ego=replace(EGO, reacts=True), index=index, duration=12.0)
    tracks = [clip.ego, *clip.tracks]
    for i, a in enumerate(tracks):
        if a.rig != "static":
            assert a.rig != "vehicle" or a.motion[:, 3].min() >= -8.0
        for b in tracks[i + 1 :]:
            moving = any(t.rig != "static" and t.motion[:, 2].any() for t in (a, b))
            near = np.abs(a.world_from_body[:, :2, 3] - b.world_from_body[:, :2, 3]).max(axis=1).min() < 10.0
            if moving and near:
                gap = np.where(a.present & b.present, separation_m(a, b), np.inf)
                assert gap.min() > 0.0, (a.name, b.name)


def test_ego_that_runs_out_of_street_is_refused_with_the_cure() -> None:
    with pytest.raises(ScenarioError, match=r"after 48.[01] s the ego runs out of street .* set road.length to 420 m"):
        run(duration=60.0, substeps=2)
    assert run(duration=60.0, substeps=2, road=replace(STREET, length=420.0)).frames == 600
    with pytest.raises(ScenarioError, match="before the street"):
        run(ego=replace(EGO, s=-100.0), duration=1.0)


def test_storage_round_trip(busy: Clip) -> None:
    data = clip_to_bytes(busy)
    read = clip_from_bytes(data)
    assert read.scene == busy.scene
    assert read.events == busy.events
    assert read.metrics == busy.metrics
    assert clip_to_bytes(read) == data
    for a, b in zip((busy.ego, *busy.tracks), (read.ego, *read.tracks), strict=True):
        assert np.array_equal(a.world_from_body, b.world_from_body)
        assert np.array_equal(a.motion, b.motion)
        assert (a.name, a.model, a.size_m, a.paint_linear) == (b.name, b.model, b.size_m, b.paint_linear)


def test_event_times_do_not_depend_on_frame_rate() -> None:
    clips = [run(actors=(VAN, child(meet(1.5))), fps=fps, substeps=substeps) for fps, substeps in ((10, 10), (25, 8))]
    times = [event_s(clip, "child.does.cross") for clip in clips]
    assert times[0] == pytest.approx(times[1], abs=0.005)


def test_scene_factory_is_valid() -> None:
    assert scene().frames == 90


def test_an_actor_off_the_street_is_refused_by_name() -> None:
    with pytest.raises(ScenarioError, match=r"van\.at\.s: 5000 m is off the street, which is drawn from -60 to 650 m"):
        run(actors=(replace(VAN, at=replace(VAN.at, s=5000.0)),))


def test_background_out_of_sight_has_no_track() -> None:
    long_street = run(duration=1.0, road=replace(STREET, length=3000.0, parking=2.0), traffic=replace(BUSY, parked=1.0))
    ego_x = long_street.ego.world_from_body[:, 0, 3]
    nearest = [np.abs(track.world_from_body[:, 0, 3] - ego_x).min() for track in long_street.tracks]
    assert max(nearest) < 420.0
    assert len(long_street.tracks) < 255
