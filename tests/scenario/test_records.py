"""What a described scenario refuses, and in which words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

import scenegen
from scenegen import (
    Camera,
    Cross,
    Debris,
    Ego,
    Freeze,
    HiddenBehind,
    Light,
    Meet,
    OnLane,
    Parked,
    Pedestrian,
    Scenario,
    ScenarioError,
    Sidewalk,
    Street,
    Uniform,
    Vehicle,
    Wait,
    choice,
)
from scenegen.models.catalogue import KINDS
from scenegen.scenario.actors import ANIMAL_KINDS, DEBRIS_KINDS, PERSON_KINDS, PROP_KINDS, VEHICLE_KINDS
from scenegen.scenario.concrete import GENERIC_KINDS
from scenegen.scenario.sampling import sample

from .scripts import BASE, CHILD, PAUSE, VAN, WALKER, with_


def child_with(**fields: object) -> Scenario:
    return with_(actors=(VAN, replace(CHILD, **fields)))  # type: ignore[arg-type]


def test_the_surface_is_all() -> None:
    for name in scenegen.__all__:
        assert getattr(scenegen, name) is not None
    assert sorted(scenegen.__all__) == scenegen.__all__


def test_the_language_loads_no_gl_no_scipy_and_no_trimesh() -> None:
    code = "import sys, scenegen, scenegen.scenario.loading, scenegen.scenario.sampling; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"scipy", "trimesh", "moderngl", "OpenGL", "pyrender", "shapely", "PIL"}
    assert not {name.split(".")[0] for name in loaded} & heavy


def test_defaults_are_kittis_camera_and_a_town_street() -> None:
    scene = sample(Scenario(name="plain"), 0)
    camera = (scene.camera.width, scene.camera.height, scene.camera.focal, scene.camera.mount_z)
    assert camera == (1242, 375, 721.5, 1.65)
    assert (scene.fps, scene.substeps, scene.frames) == (10, 10, 100)
    assert (scene.road.lanes, scene.road.lane_width, scene.road.speed_limit) == (2, 3.25, 50 / 3.6)
    assert scene.traffic.oncoming == scene.traffic.density == 8.0
    assert [draw.path for draw in scene.draws] == ["traffic.headway"]
    busy = sample(Scenario(name="busy", traffic=scenegen.Traffic(density=5.0, oncoming=20.0)), 0).traffic
    assert (busy.density, busy.oncoming) == (5.0, 20.0)


def test_kinds_are_those_of_the_catalogue() -> None:
    def of(category: str) -> set[str]:
        return {kind for kind, entry in KINDS.items() if entry.category == category}

    assert set(VEHICLE_KINDS) - set(GENERIC_KINDS) == of("vehicle")
    assert set(PERSON_KINDS) - set(GENERIC_KINDS) == of("person")
    assert set(ANIMAL_KINDS) == of("animal")
    assert set(DEBRIS_KINDS) == of("debris")
    assert set(PROP_KINDS) == of("prop")
    assert {kind for law in GENERIC_KINDS.values() for kind in law.options} <= set(KINDS)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: child_with(does=(Cross(speed=320),)),
         "child.does.cross.speed: 320 m/s is above the limit of 12 (range 0 to 12 m/s); did you mean 3.2?"),
        (lambda: child_with(does=(Wait(), Wait(until=Meet("ego", margin=99)))),
         "child.does.wait2.until.margin: 99 s is above the limit of 10"),
        (lambda: with_(road=Street(lane_width=-3.25)),
         "road.lane_width: -3.25 m is below the limit of 2.2 (range 2.2 to 5 m); did you mean 3.25?"),
        (lambda: with_(ego=Ego(speed="fast")), "ego.speed: expected a number, got 'fast'"),
        (lambda: with_(ego=Ego(speed=float("nan"))), "ego.speed: nan is not a finite number"),
        (lambda: with_(ego=Ego(speed=10**400)), "ego.speed: 10000000000000000000 is not a finite number"),
        (lambda: with_(ego=Ego(speed=True)), "ego.speed: expected a number, got True"),
        (lambda: with_(ego=Ego(lane=1.0)), "ego.lane: 1.0 is not a whole number"),
        (lambda: with_(camera=Camera(width=0)), "camera.width: 0 px is below the limit of 16"),
        (lambda: with_(ego=Ego(reacts="no")), "ego.reacts: 'no' is not true or false"),
        (lambda: with_(light=Light(sun_elevation=choice(3, 300))), "light.sun_elevation: 300 deg is above the limit of 90"),
        (lambda: with_(ego=Ego(speed=choice("slow"))), "ego.speed: expected a number, got 'slow'"),
        (lambda: with_(ego=Ego(lane=Uniform(1, 2))), "ego.lane: Uniform(low=1, high=2) does not fit, wanted a whole number"),
        (lambda: with_(road=Street(drive=Uniform(0, 1))), "road.drive: Uniform(low=0, high=1) does not fit, wanted one of"),
        (lambda: with_(road=Street(origin=(1, 2, 3))), "road.origin: (1, 2, 3) is not a pair of numbers"),
        (lambda: child_with(kind="chidl"), "child.kind: 'chidl' is not one of adult, child, man, woman, elderly; did you mean"),
        (lambda: child_with(present=2), "child.present: 2 is above the limit of 1"),
        (lambda: child_with(does=Wait()), "child.does: wanted a tuple (a, b, ...), got Wait"),
        (lambda: child_with(does=(scenegen.Brake(),)), "child.does: Brake("),
        (lambda: with_(road=Light()), "road: Light("),
        (lambda: with_(actors=[VAN]), "actors: wanted a tuple (a, b, ...), got list"),
        (lambda: with_(actors=(VAN, replace(CHILD, name="van"))), "van: two actors have this name"),
        (lambda: with_(actors=(VAN, replace(CHILD, name="ego"))), "ego: this word has another meaning"),
        (lambda: with_(actors=(VAN, replace(CHILD, name="a b"))), "actors: 'a b' is not a name"),
        (lambda: with_(actors=(VAN, replace(CHILD, stream="van"))), "van: two actors draw from this stream"),
        (lambda: with_(name="no/slash"), "name: 'no/slash' is not a name"),
        (lambda: child_with(at=HiddenBehind("vam")), "child.at.obstruction: there is no actor 'vam'; did you mean 'van'?"),
        (lambda: child_with(at=HiddenBehind("child")), "child.at.obstruction: child can not refer to itself"),
        (lambda: child_with(at=HiddenBehind("ego")), "child.at.obstruction: ego can not hide another actor"),
        (lambda: with_(actors=(replace(VAN, present=0.5), CHILD)), "child.at.obstruction: van is not always present"),
        (lambda: child_with(does=(replace(PAUSE, id="x"), replace(PAUSE, id="x"))), "does.x: two steps have this name"),
        (lambda: child_with(role=3), "child.role: 3 is not a text"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_path_and_range(make: Callable[[], Scenario], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_law_is_checked_when_it_is_drawn() -> None:
    wide = with_(ego=Ego(speed=Uniform(300, 400)), requires=())
    with pytest.raises(ScenarioError, match=r"ego.speed: 3\d\d(\.\d+)? m/s is above the limit of 70"):
        sample(wide, 0)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("ego.sped", 3.0, "ego.sped: there is no such parameter in base; did you mean 'ego.speed'?"),
        ("ego.speed", "500 km/h", "ego.speed: 138.889 m/s is above the limit of 70"),
        ("ego.speed", "5 furlong", "ego.speed: unit 'furlong' does not fit: wanted m/s or km/h or mph"),
        ("ego.speed", "quick", "ego.speed: expected a number, got 'quick'"),
        ("ego.lane", "1.5", "ego.lane: expected a whole number, got '1.5'"),
        ("ego.reacts", "no", "ego.reacts: expected true or false, got 'no'"),
        ("van.kind", "vann", "van.kind: 'vann' is not one of"),
        ("van", "3", "van: there is no such parameter"),
    ],
)
def test_a_wrong_override_is_named(path: str, value: object, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        sample(BASE, 0, overrides={path: value})
    assert message in str(caught.value)


def test_overrides_set_what_they_name_and_nothing_else() -> None:
    plain = sample(BASE, 0)
    scene = sample(BASE, 0, overrides={
        "ego.speed": "36 km/h", "child.does.cross.speed": 2, "van.kind": "truck", "road.lanes": "4", "ego.reacts": "false",
        "road.origin": "5000, -20", "van.speed": None,
    })  # fmt: skip
    assert scene.ego.speed == pytest.approx(10.0, rel=1e-15)
    assert scene.actors[1].does[1].speed == 2.0  # type: ignore[union-attr]
    assert (scene.actors[0].kind, scene.road.lanes, scene.ego.reacts) == ("box_truck", 4, False)
    assert scene.road.origin == (5000.0, -20.0)
    left = [draw for draw in plain.draws if draw.path not in ("ego.speed", "child.does.cross.speed")]
    assert list(scene.draws) == left


def test_an_actor_that_others_need_can_not_be_taken_away_alone() -> None:
    with pytest.raises(ScenarioError, match=r"child.at.obstruction: van is absent from this sample; set child.present=0 too"):
        sample(BASE, 0, overrides={"van.present": "0"})
    assert sample(BASE, 0, overrides={"van.present": 0, "child.present": False}).actors == ()


@pytest.mark.parametrize(
    ("scenario", "message"),
    [
        (Scenario(name="x", ego=Ego(lane=2)), r"ego.lane: 2 is not a lane of this street \(1 to 1 the ego's way"),
        (
            Scenario(name="x", road=Street(lanes=3), actors=(Vehicle("far", at=OnLane(lane=-2, s=50.0)),)),
            r"far.at.lane: -2 is not a lane .* \(1 to 2 the ego's way, -1 to -1 oncoming\); change it or road.lanes",
        ),
        (
            Scenario(name="x", road=Street(oneway=True), actors=(Vehicle("far", at=OnLane(lane=-1, s=50.0)),)),
            r"far.at.lane: -1 .* \(1 to 2 the ego's way, none oncoming\)",
        ),
    ],
)
def test_a_lane_that_is_not_there_is_refused_when_sampled(scenario: Scenario, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        sample(scenario, 0)


def test_every_place_step_and_trigger_becomes_concrete() -> None:
    actors = (
        Vehicle("lead", at=OnLane(lane=-1, s=60.0), speed=8.0, does=(
            scenegen.FollowLane(speed=9.0, until=scenegen.AtTime(2.0)),
            scenegen.Brake(until=scenegen.DistanceTo("ego", below=9)),
            scenegen.Stop(until=scenegen.TimeToArrival("ego", below=2)), Wait(for_=1.0),
        )),
        Vehicle("car", at=Parked("left", s=50.0)),
        Pedestrian("one", at=Sidewalk("left", s=50.0), does=(
            scenegen.WalkAlong(speed=1.4, direction="against", until=scenegen.TimeToCollision("ego", below=3, after=0.5)),
            Cross(speed=1.5, until=Meet("ego", impact=50)), Freeze(for_=2.0),
        )),
        Pedestrian("two", at=HiddenBehind("car")),
        Debris("box", kind="bucket", at=scenegen.Roadside("left", s=30.0), yaw=20.0),
    )  # fmt: skip
    scene = sample(with_(actors=actors, requires=()), 0)
    kinds = [type(part).__name__ for actor in scene.actors for part in (actor.at, *getattr(actor, "does", ()))]
    assert kinds == [
        "OnLaneScene", "FollowLaneScene", "BrakeScene", "StopScene", "WaitScene", "ParkedScene",
        "SidewalkScene", "WalkAlongScene", "CrossScene", "FreezeScene", "HiddenBehindScene", "RoadsideScene",
    ]  # fmt: skip
    walk, cross, _ = scene.actors[2].does  # type: ignore[union-attr]
    assert (walk.direction, walk.until.below, walk.until.after) == ("against", 3.0, 0.5)  # type: ignore[union-attr]
    assert (cross.id, cross.until.impact, cross.until.margin) == ("cross", 50.0, 0.0)  # type: ignore[union-attr]


def test_generic_kinds_and_colours_vary_and_belong_to_the_actor() -> None:
    cars = with_(actors=(Vehicle("a", at=VAN.at), Vehicle("b", at=VAN.at), WALKER), requires=())
    seen = [sample(cars, seed).actors for seed in range(60)]
    assert {actors[0].kind for actors in seen} == {"hatchback", "saloon", "estate"}
    assert len({actors[0].colour for actors in seen}) > 4  # type: ignore[union-attr]
    assert any(actors[0].kind != actors[1].kind for actors in seen)
