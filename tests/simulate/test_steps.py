"""Triggers fire at their analytic instants; steps move bodies as they say; places are where they say."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.models import catalogue
from scenegen.models.mesh import Joint, Model, ModelSpec
from scenegen.scenario.scene import (
    AtTimeScene,
    BrakeScene,
    CrossScene,
    DebrisScene,
    DistanceToScene,
    FreezeScene,
    OnLaneScene,
    PedestrianScene,
    RoadsideScene,
    StepScene,
    TimeToArrivalScene,
    TimeToCollisionScene,
    TriggerScene,
    VehicleScene,
    WaitScene,
    WalkAlongScene,
)
from scenegen.simulate.clip import LAMP_BRAKE, Clip
from scenegen.simulate.contact import corners_m
from scenegen.simulate.gait import stride_m
from scenegen.simulate.parts import part_poses
from tests.simulate.streets import BUSY, EGO, STREET, VAN, child, event_s, meet, network_of, run, scene, track

DT = 0.01
EGO_HALF = catalogue.entry("hatchback").size_m[0] / 2


def person(*does: StepScene, s: float = 100.0) -> PedestrianScene:
    return PedestrianScene("adult", "rare", "man", "dark", RoadsideScene("right", s, 1.0), does)


@pytest.mark.parametrize(
    ("trigger", "wanted_s"),
    [
        (AtTimeScene(2.345, 0.5), 2.845),
        # Middle of the ego at -1.625, the person 1 m outside the edge at -(3.25 + 2.2): 4.825 m beside
        (DistanceToScene("ego", 30.0, 0.0), (80.0 - math.sqrt(30.0**2 - 4.825**2)) / 10.0),
        (TimeToArrivalScene("ego", 2.0, 0.0), (80.0 - EGO_HALF) / 10.0 - 2.0),
        (TimeToCollisionScene("ego", 3.0, 0.25), (80.0 - EGO_HALF - 0.28) / 10.0 - 3.0 + 0.25),
    ],
)
def test_trigger_fires_at_its_instant(trigger: TriggerScene, wanted_s: float) -> None:
    clip = run(actors=(person(WaitScene("wait", trigger, None), CrossScene("cross", 1.5, 90.0, 1.0, None)),), duration=7.0)
    assert event_s(clip, "adult.does.wait.until") == pytest.approx(wanted_s, abs=DT)


@pytest.mark.parametrize("margin", [0.6, 1.2, 2.0])
@pytest.mark.parametrize("angle_deg", [75.0, 90.0, 105.0])
def test_meet_arrives_by_its_margin(margin: float, angle_deg: float) -> None:
    clip = run(actors=(VAN, child(meet(margin), angle_deg=angle_deg)), ego=replace(EGO, speed=12.0))
    kid, rows = track(clip, "child"), np.arange(len(clip.ego.world_from_body))
    # The child's foremost point enters the strip the ego sweeps
    near_edge = -1.625 - clip.ego.size_m[1] / 2
    nose = kid.world_from_body[:, 1, 3] + kid.size_m[0] / 2 * kid.world_from_body[:, 1, 0]
    enters = float(np.interp(near_edge, nose, rows))
    front = clip.ego.world_from_body[:, 0, 3] + EGO_HALF
    place = float(np.interp(enters, rows, kid.world_from_body[:, 0, 3]))
    turn = math.radians(angle_deg)
    half_s = (kid.size_m[1] * abs(math.sin(turn)) + kid.size_m[0] * abs(math.cos(turn))) / 2
    # The clip may end before the ego arrives: extend its way at its steady speed
    arrives = rows[-1] + (place - half_s - front[-1]) / 12.0 / DT
    assert (arrives - enters) * DT == pytest.approx(margin, abs=0.05)


def test_impact_share_is_where_they_touch() -> None:
    clip = run(actors=(VAN, child(meet(0.0, impact=50.0))), ego=replace(EGO, speed=12.0))
    contact = next(e.time_s for e in clip.events if e.kind == "contact")
    kid = track(clip, "child")
    last = clip.row_of(clip.frames)
    at_contact = kid.world_from_body[last, 1, 3] + 2.6 * (contact - clip.frames / 10)
    assert at_contact == pytest.approx(-1.625, abs=0.1)


def test_run_up_then_steady_and_far_sidewalk_reached() -> None:
    cross = (WaitScene("wait", AtTimeScene(1.0, 0.0), None), CrossScene("cross", 2.0, 90.0, 1.0, None))
    clip = run(actors=(person(*cross, s=200.0),), duration=9.0)
    walk = track(clip, "adult")
    at = {t: clip.row_of(round(t * 10)) for t in (1.0, 2.0, 3.0, 9.0)}
    y = walk.world_from_body[:, 1, 3]
    # v^2 / (2 * 1 m) = 2 m/s2: 1 m in the first second, then 2 m/s
    assert y[at[2.0]] - y[at[1.0]] == pytest.approx(1.0, abs=1e-6)
    assert y[at[3.0]] - y[at[2.0]] == pytest.approx(2.0, abs=1e-6)
    assert 5.45 < y[at[9.0]] < 7.45
    assert walk.world_from_body[at[9.0], 2, 3] == pytest.approx(0.12)
    assert walk.present.all()


def test_kerb_is_climbed_without_a_jump() -> None:
    clip = run(actors=(person(CrossScene("cross", 2.0, 90.0, 1.0, None), s=200.0),))
    steps = np.abs(np.diff(track(clip, "adult").world_from_body[:, 2, 3]))
    assert 0.0 < steps.max() < 0.02


def test_phase_is_distance_over_stride_and_freezing_keeps_it() -> None:
    walk = WalkAlongScene("walk", 1.4, "with", AtTimeScene(3.0, 0.0))
    steps = (walk, FreezeScene("freeze", 2.0), replace(walk, id="on", until=None))
    clip = run(actors=(person(*steps),), duration=8.0)
    motion = track(clip, "adult").motion
    phase, stride, speed, stance = motion.T[:4]
    row = clip.row_of
    assert phase[row(25)] - phase[row(5)] == pytest.approx(2.0 * 1.4 / stride_m(1.4, 1.77, "man"))
    assert phase[row(0)] == 0.0
    assert phase[row(45)] == phase[row(35)]
    assert speed[row(45)] == 1.4
    assert stance[row(45)] == 0.0
    assert (motion[row(31) : row(49), 1:5] == motion[row(29), 1:5]).all()
    assert np.abs(np.diff(stance)).max() < 0.03  # legs never jump: at ease within 0.4 s, in ticks of 0.01 s
    assert stance[row(80)] == 0.0
    assert stride[row(10)] == pytest.approx(stride_m(1.4, 1.77, "man"))


def test_run_up_shows_the_gait_it_leads_to_and_stopping_brings_the_feet_together() -> None:
    steps = (
        WaitScene("wait", AtTimeScene(1.0, 0.0), None), CrossScene("cross", 2.6, 90.0, 1.5, AtTimeScene(4.0, 0.0)),
        WaitScene("end", None, None),
    )  # fmt: skip
    clip = run(actors=(person(*steps, s=200.0),), duration=7.0)
    phase, stride, gait_speed, stance, running = track(clip, "adult").motion.T[:5]
    row = clip.row_of
    started = slice(row(10) + 2, row(40))
    assert (stride[started] == stride_m(2.6, 1.77, "man")).all()
    assert (gait_speed[started] == 2.6).all()
    assert (running[started] == 1.0).all()
    assert stance[row(5)] == 1.0
    assert (np.diff(stance[started]) <= 0.0).all()
    assert stance[row(30)] == 0.0
    assert np.abs(np.diff(stance[row(40) :])).max() < 0.03
    assert stance[row(60)] == 1.0
    assert phase[row(60)] == phase[row(70)]


def test_brake_is_exact_and_lights_its_lamps() -> None:
    lead = VehicleScene(
        "lead", "rare", "saloon", "any", OnLaneScene(1, 80.0, 0.0), 10.0, False,
        (BrakeScene("hold", 1.0, 10.0, AtTimeScene(2.0, 0.0)), BrakeScene("brake", 4.0, 2.0, None)),
    )  # fmt: skip
    clip = run(actors=(lead,), duration=6.0)
    moves = track(clip, "lead")
    assert moves.motion[clip.row_of(20), 2] == pytest.approx(10.0)
    assert moves.motion[clip.row_of(30), 2] == pytest.approx(6.0)
    assert moves.motion[clip.row_of(50), 2] == pytest.approx(2.0)
    assert not moves.lamps[clip.row_of(10)] & LAMP_BRAKE
    assert moves.lamps[clip.row_of(30)] & LAMP_BRAKE


def test_ego_brakes_after_its_reaction_time() -> None:
    box = DebrisScene("box", "rare", "cardboard_box", OnLaneScene(1, 110.0, 0.0), 0.0)
    clip = run(actors=(box,), ego=replace(EGO, reacts=True, speed=14.0), duration=12.0)
    speed = clip.ego.motion[:, 2]
    sight_m = 4.0 * 14.0 + 5.0
    seen_s = (90.0 - EGO_HALF - 0.3 - sight_m) / 14.0
    onset = float(np.argmax(speed < 14.0)) * DT - 0.1
    assert onset == pytest.approx(seen_s + 1.0, abs=2 * DT)
    assert speed[-1] < 0.2
    assert clip.metrics["contact"] == 0.0


def test_wheels_spin_by_distance_and_front_wheels_steer() -> None:
    clip = run(road=replace(STREET, curvature=1 / 100), ego=replace(EGO, lane=1), duration=3.0)
    spec = catalogue.entry("hatchback")
    moved = clip.ego.motion[:, 1] * spec.wheel_radius_m
    way = np.linalg.norm(np.diff(clip.ego.world_from_body[:, :3, 3], axis=0), axis=1).sum()
    assert moved[-1] - moved[0] == pytest.approx(way, rel=1e-3)
    radius = 100.0 + 1.625
    assert clip.ego.motion[50, 0] == pytest.approx(math.atan(spec.wheelbase_m / radius), rel=1e-6)


def test_part_poses_roll_the_wheel_forward_about_its_axle() -> None:
    clip = run(duration=1.0)
    axle = np.eye(4)
    axle[:3, 3] = (1.25, 0.7, 0.3)
    joints = (Joint("body", -1, np.eye(4)), Joint("wheel_front_left", 0, axle))
    model = Model(ModelSpec("hatchback"), "car", "vehicle", (), joints, (), (), (3.95, 1.69, 1.49))
    row = clip.row_of(1)
    quarter = replace(clip.ego, motion=np.array([[0.0, math.pi / 2, 0.0, 0.0]]))
    top = part_poses(quarter, model, np.array([0]))[0, 1] @ np.array([1.25, 0.7, 0.6, 1.0])
    assert top[:3] == pytest.approx((1.55, 0.7, 0.3))
    hub = part_poses(clip.ego, model, np.array([row]))[0, 1] @ axle[:, 3]
    assert hub == pytest.approx(axle[:, 3])
    assert np.array_equal(part_poses(clip.ego, model, np.array([row]))[0, 0], np.eye(4))


def test_hidden_person_can_not_be_seen_at_first() -> None:
    clip = run(actors=(VAN, child(meet(0.5))), duration=1.0)
    eye = clip.ego.world_from_body[clip.row_of(0), :2, 3]
    van, kid = (corners_m(track(clip, name))[clip.row_of(0)] for name in ("van", "child"))
    bearings = [np.arctan2(c[:, 1] - eye[1], c[:, 0] - eye[0]) for c in (van, kid)]
    assert bearings[0].min() < bearings[1].min()
    assert bearings[1].max() < bearings[0].max()


def test_a_setback_out_of_the_shadow_is_cut_and_told() -> None:
    def hidden(setback: float) -> Clip:
        kid = child(meet(0.5))
        return run(actors=(VAN, replace(kid, at=replace(kid.at, setback=setback))), duration=1.0)

    told = [event for event in hidden(0.8).events if event.kind == "place"]
    assert [event.actor for event in told] == ["child"]
    used = float(told[0].what.split(" m used of 0.800")[0].removeprefix("child.at.setback: "))
    assert 0.0 < used < 0.8
    places = [track(hidden(setback), "child").world_from_body[0, 1, 3] for setback in (0.8, 0.2, 0.0)]
    assert places[0] - places[2] == pytest.approx(-used, abs=1e-3)
    assert places[1] - places[2] == pytest.approx(-0.2)
    assert not [event for event in hidden(0.2).events if event.kind == "place"]


def test_parked_rows_keep_to_their_strip_and_leave_the_path_free() -> None:
    made = scene(actors=(VAN, child(meet(0.5))), traffic=replace(BUSY, parked=1.0))
    clip, network = run(actors=made.actors, traffic=made.traffic), network_of(made)
    rows = [t for t in clip.tracks if t.name.startswith("parked")]
    assert len(rows) > 60
    for t in rows:
        inner, outer = network.parking_t("left" if ".left." in t.name else "right") or (0.0, 0.0)
        y = np.abs(corners_m(t)[0, :, 1])
        assert y.min() > abs(inner) - 1e-9
        assert y.max() < abs(outer)
        assert t.world_from_body[0, 0, 0] == pytest.approx(1.0 if ".right." in t.name else -1.0)
        x = corners_m(t)[0, :, 0]
        assert x.max() < 97.5 or x.min() > 104.0 or ".left." in t.name


def test_paints_are_three_numbers_and_named_ones_are_kept() -> None:
    clip = run(actors=(VAN,), traffic=BUSY, duration=0.2)
    assert all(len(t.paint_linear) == 3 and max(t.paint_linear) <= 1.0 for t in clip.tracks)
    assert min(track(clip, "van").paint_linear) > 0.7


def test_impossible_steps_and_unknown_names_are_refused() -> None:
    with pytest.raises(ScenarioError, match="a vehicle can not"):
        run(actors=(replace(VAN, does=(CrossScene("cross", 1.0, 90.0, 1.0, None),)),))
    with pytest.raises(ScenarioError, match="no such actor"):
        run(actors=(child(meet(0.5)),))
    with pytest.raises(ScenarioError, match="lane"):
        run(ego=replace(EGO, lane=3))
