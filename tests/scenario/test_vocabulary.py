"""Every place, trigger and step: YAML and back, to a scene and back, and what can not go together."""

from __future__ import annotations

import json

import pytest

from scenegen import (
    Aboard,
    AheadOf,
    All,
    Animal,
    Any,
    AtTime,
    Behind,
    ChangeLane,
    Cross,
    Debris,
    DistanceTo,
    DropLoad,
    Flee,
    FollowLane,
    FollowPath,
    Freeze,
    Gap,
    Headway,
    Oncoming,
    OpenDoor,
    Overtake,
    Passed,
    Pedestrian,
    Pose,
    PullOut,
    Reaches,
    Roadside,
    Scenario,
    ScenarioError,
    Sidewalk,
    Street,
    TurnBack,
    Uniform,
    Vehicle,
    Visible,
    Wait,
    Weave,
    choice,
)
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene_json import scene_from_dict, scene_to_dict
from scenegen.scenario.yaml_reader import read_yaml
from scenegen.scenario.yaml_writer import write_yaml

WIDE = Scenario(
    name="wide", road=Street(lanes=4), tags=("nhtsa 17", "ncap CCRb"),
    actors=(
        Vehicle("pickup", kind="pickup", at=AheadOf("ego", gap=Uniform(20, 40), lane=2), speed=10.0,
                does=(FollowLane(until=All((AtTime(2.0), Headway("ego", below=Uniform(1, 2))), after=Uniform(0, 1))),
                      DropLoad("box"), ChangeLane(lane=choice(1, 2), over=Uniform(3, 5)), Weave(amplitude=0.2))),
        Debris("box", kind="cardboard_box", at=Aboard("pickup", x=-1.4, z=0.9)),
        Vehicle("van", kind="van", at=Behind("pickup", gap=12.0), speed=12.0,
                does=(Overtake("pickup", lane=1, back=2, speed=16.0, until=Passed("pickup", by=30.0)),)),
        Vehicle("wrong", at=Oncoming(lane=1, s=200.0, t=Uniform(-0.3, 0.3)), speed=20.0),
        Vehicle("leaver", at=Pose(x=10.0, y=-9.0, yaw=5.0), does=(Wait(until=Gap(Uniform(3, 5))), OpenDoor("right", angle=40.0),
                                                               PullOut())),
        Pedestrian("walker", at=Sidewalk("left", s=60.0),
                   does=(Wait(until=Any((Visible("ego", share=0.4), Reaches(70.0)))),
                         FollowPath(((65.0, 9.0), (70.0, 0.0)), speed=1.3),
                         Freeze(for_=2.0, until=DistanceTo("ego", below=9.0)), Flee("ego", speed=4.0))),
        Animal("dog", kind="dog", at=Roadside(s=80.0), does=(Cross(speed=3.0, until=AtTime(1.0)), TurnBack(speed=4.0))),
    ),
)  # fmt: skip


def test_what_is_written_reads_back_equal_with_equal_draws() -> None:
    back = read_yaml(write_yaml(WIDE), "written")
    assert back == WIDE
    assert sample(back, 3) == sample(WIDE, 3)


def test_parts_of_a_trigger_are_parameters_by_their_type() -> None:
    paths = {draw.path for draw in sample(WIDE, 0).draws}
    assert {"pickup.does.follow_lane.until.of.headway.below", "pickup.does.follow_lane.until.after"} <= paths


def test_a_scene_is_json_and_back() -> None:
    scene = sample(WIDE, 0)
    assert scene_from_dict(json.loads(json.dumps(scene_to_dict(scene)))) == scene


def test_overtaking_becomes_three_steps() -> None:
    van = next(actor for actor in sample(WIDE, 0).actors if actor.name == "van")
    assert [step.id for step in van.does] == ["overtake", "overtake.past", "overtake.back"]  # type: ignore[union-attr]


def test_tags_are_no_parameters_and_change_no_draw() -> None:
    plain = Scenario(**{**vars(WIDE), "tags": ()})
    assert sample(plain, 0).draws == sample(WIDE, 0).draws


TRUCK = Vehicle("truck", at=AheadOf("ego", gap=9.0))
BOX = Debris("box", kind="bucket", at=Aboard("truck"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: All((AtTime(1.0, after=2.0),)), "All: its parts take no after=; give it to All itself"),
        (lambda: Any(()), "Any: wanted a tuple of triggers"),
        (lambda: Scenario(name="x", actors=(BOX, Animal("truck", kind="cow", at=Roadside(s=9.0)))), "only of a Vehicle"),
        (lambda: Scenario(name="x", actors=(BOX, Vehicle("truck", at=AheadOf("ego", gap=9.0), does=(DropLoad("bin"),)),
                                            Debris("bin", kind="bucket", at=Roadside(s=9.0)))), "so it can not be dropped"),
        (lambda: Scenario(name="x", actors=(Vehicle("a", at=AheadOf("b", gap=1.0)),)), "there is no actor 'b'"),
        (lambda: Scenario(name="x", tags=("",)), "tags: ('',) is not some texts"),
        (lambda: Scenario(name="x", actors=(Pedestrian("p", at=Sidewalk(s=1.0), does=(FollowPath(((1.0,),), speed=1.0),)),)),
         "p.does.follow_path.points: (1.0,) is not a pair of numbers"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(make: object, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        make()  # type: ignore[operator]
    assert message in str(caught.value)
