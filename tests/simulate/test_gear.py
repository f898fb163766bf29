from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.geometry import rigid_inverse
from scenegen.models.people.gear_kinds import DOG_M, GROUND_M
from scenegen.scenario.scene import PedestrianScene, SidewalkScene, WalkAlongScene
from scenegen.simulate.casting import cast_of
from scenegen.simulate.clip import PERSON_MOTION, Clip
from scenegen.simulate.looks import dye_of, person_size, person_spec

from .streets import BUSY, network_of, run, scene, track

WALK = WalkAlongScene("walk_along", 1.3, "with", None)


def walk_with(gear: str) -> Clip:
    walker = PedestrianScene("walker", "rare", "woman", "mixed", SidewalkScene("right", 40.0, 0.5), (WALK,), gear=gear)
    return run(actors=(walker,))


def test_a_dog_on_a_lead_goes_beside_who_leads_it() -> None:
    clip = walk_with("dog")
    walker, dog = track(clip, "walker"), track(clip, "walker.dog")
    assert (dog.rig, dog.class_name) == ("animal", "animal")
    beside = rigid_inverse(walker.world_from_body) @ dog.world_from_body
    np.testing.assert_allclose(beside[:, :2, 3], np.broadcast_to(DOG_M, (len(beside), 2)), atol=1e-9)
    assert np.ptp(dog.motion[:, 0]) > 3.0  # it takes its own steps
    assert [t.name for t in walk_with("phone").tracks] == ["walker"]


def test_what_is_pushed_rolls_by_the_way_travelled() -> None:
    clip = walk_with("pushchair")
    walker = track(clip, "walker")
    way = np.linalg.norm(walker.world_from_body[:, :2, 3] - walker.world_from_body[clip.row_of(0), :2, 3], axis=1)
    rolled = walker.motion[:, PERSON_MOTION.index("travelled_m")]
    np.testing.assert_allclose(np.abs(rolled), way, atol=1e-9)
    assert rolled[clip.row_of(0)] == 0.0


def test_heads_turn_but_little_while_walking() -> None:
    look = track(walk_with("none"), "walker").motion[:, PERSON_MOTION.index("look_rad")]
    assert 0.01 < np.abs(look).max() <= 0.13


@pytest.mark.parametrize("gear", ["pushchair", "wheelchair"])
def test_contacts_count_the_ground_that_gear_takes(gear: str) -> None:
    assert track(walk_with(gear), "walker").size_m[:2] == GROUND_M[gear]


def test_a_hundred_people_differ() -> None:
    street, seen = scene(), set()
    for k in range(100):
        spec = person_spec(street, f"walker.{k}", "adult", None)
        seen.add((spec, dye_of(street, f"walker.{k}", spec)))
        assert person_size(spec)[2] > 1.5
    assert len(seen) > 90


def test_gear_of_passers_by_is_drawn_by_their_own_names() -> None:
    busy, quiet = (scene(traffic=replace(BUSY, pedestrians=8.0, density=density)) for density in (20.0, 0.0))
    models = [
        {body.name: body.model for body in cast_of(street, network_of(street)).bodies if body.mover == "stroller"}
        for street in (busy, quiet)
    ]
    gears = [dict(model.options).get("gear", "none") for model in models[0].values()]
    assert 0.5 < gears.count("none") / len(gears) < 0.95
    assert models[0] == models[1]
