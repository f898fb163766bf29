"""What a change to a scenario may change in its draws, row by row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegen import OnLane, P, Requirement, RequirementError, Scenario, Traffic, TruncNormal, Uniform, Vehicle
from scenegen.roads.build import build_network
from scenegen.scenario.sampling import sample
from scenegen.simulate.run import simulate

from .scripts import BASE, CHILD, PAUSE, TIGHT, VAN, WALKER, drawn, with_

SAMPLES = range(40)
SEEDS = st.integers(0, 2**40)


@given(seed=SEEDS, index=st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_adding_an_actor_changes_only_that_actor(seed: int, index: int) -> None:
    before, after = drawn(BASE, seed, index), drawn(with_(actors=(VAN, CHILD, WALKER)), seed, index)
    assert {path: after[path] for path in before} == before
    assert all(path.startswith("walker.") for path in set(after) - set(before))


@given(seed=SEEDS)
@settings(max_examples=50, deadline=None)
def test_reordering_actors_changes_nothing(seed: int) -> None:
    assert drawn(with_(actors=(VAN, CHILD, WALKER)), seed) == drawn(with_(actors=(WALKER, CHILD, VAN)), seed)


def test_removing_an_actor_keeps_the_others() -> None:
    both = drawn(BASE)
    alone = drawn(with_(actors=(VAN,)))
    assert alone == {path: both[path] for path in both if not path.startswith("child.")}


def test_renaming_an_actor_redraws_it_unless_its_stream_keeps_the_name() -> None:
    plain = drawn(with_(actors=(VAN, CHILD, replace(WALKER, present=1.0))))
    renamed = drawn(with_(actors=(VAN, CHILD, replace(WALKER, present=1.0, name="stroller"))))
    kept = drawn(with_(actors=(VAN, CHILD, replace(WALKER, present=1.0, name="stroller", stream="walker"))))
    assert renamed["stroller.at.s"] != plain["walker.at.s"]
    assert kept["stroller.at.s"] == plain["walker.at.s"]
    assert kept["stroller.does.walk_along.speed"] == plain["walker.does.walk_along.speed"]


def test_a_stream_also_keeps_the_variant_of_a_generic_kind() -> None:
    walker = replace(WALKER, present=1.0)
    for seed in SAMPLES:
        before = sample(with_(actors=(VAN, walker)), seed).actors[1]
        after = sample(with_(actors=(VAN, replace(walker, name="x", stream="walker"))), seed).actors[1]
        assert before.kind == after.kind in ("man", "woman", "elderly")


def test_a_renamed_actor_keeps_form_paint_and_driver_by_its_stream() -> None:
    lead = Vehicle("lead", at=OnLane(lane=1, s=60.0), speed=8.0)
    for seed in range(2):
        names = ({"name": "lead"}, {"name": "front", "stream": "lead"}, {"name": "front"})
        clips = []
        for name in names:
            scene = sample(with_(actors=(replace(lead, **name),), requires=(), traffic=Traffic(density=0), duration=1.0), seed)
            clips.append(simulate(scene, build_network(scene.road)).tracks[0])
        looks = [(t.model, t.paint_linear, t.world_from_body.tobytes()) for t in clips]
        assert looks[0] == looks[1]
        assert looks[0][1] != looks[2][1] or looks[0][0] != looks[2][0]


def test_changing_a_law_keeps_the_quantile_and_all_else() -> None:
    before = drawn(BASE)
    after = drawn(with_(actors=(replace(VAN, at=replace(VAN.at, s=TruncNormal(110, 5, 100, 120))), CHILD)))
    assert after["van.at.s"][0] != before["van.at.s"][0]
    assert after["van.at.s"][1] == before["van.at.s"][1]
    assert {path for path in before if before[path] != after[path]} == {"van.at.s"}


def test_a_new_requirement_changes_only_what_it_names_and_only_where_it_fails() -> None:
    redrawn = 0
    for seed in SAMPLES:
        before, after = drawn(BASE, seed), drawn(with_(requires=(*BASE.requires, TIGHT)), seed)
        assert after["ego.speed"][0] > 12
        changed = {path for path in before if before[path] != after[path]}
        # `approach` names ego.speed too, so the van hangs together with it
        assert changed == (set() if before["ego.speed"][0] > 12 else {"ego.speed", "van.at.s"})
        redrawn += bool(changed)
    assert 0 < redrawn < len(SAMPLES)


def test_apart_requirements_redraw_apart() -> None:
    apart = with_(requires=(TIGHT, Requirement("far", "van.at.s > 110")))
    for seed in SAMPLES:
        before, after = drawn(BASE, seed), drawn(apart, seed)
        if before["van.at.s"][0] > 110:
            assert after["van.at.s"] == before["van.at.s"]
        if before["ego.speed"][0] > 12:
            assert after["ego.speed"] == before["ego.speed"]


def test_redrawing_keeps_the_conditional_law_exact() -> None:
    values = [drawn(with_(requires=(TIGHT,)), 0, index)["ego.speed"][0] for index in range(2000)]
    wanted_mean = (12 + 50 / 3.6) / 2
    # Standard error of the mean of 2000 uniform draws 1.9 wide is 0.012; four of them
    assert sum(values) / len(values) == pytest.approx(wanted_mean, abs=0.05)  # type: ignore[arg-type]


def test_an_inserted_step_of_another_type_changes_nothing() -> None:
    before = drawn(BASE)
    after = drawn(with_(actors=(VAN, replace(CHILD, does=(CHILD.does[0], PAUSE, CHILD.does[1])))))
    assert {path: after[path] for path in before} == before


def test_the_second_step_of_a_type_is_numbered_and_an_id_keeps_its_name() -> None:
    twice = replace(CHILD, does=(CHILD.does[0], PAUSE, CHILD.does[1], replace(PAUSE, id=""), replace(PAUSE, id="look")))
    assert {"child.does.freeze.for", "child.does.freeze2.for", "child.does.look.for"} <= set(drawn(with_(actors=(VAN, twice))))


def test_density_and_duration_change_no_other_draw() -> None:
    before = drawn(BASE)
    assert drawn(with_(traffic=Traffic(density=30.0), duration=20.0, fps=30, substeps=5)) == before


def test_another_scenario_seed_or_index_is_another_draw() -> None:
    one = drawn(BASE)["ego.speed"]
    others = [drawn(with_(name="other")), drawn(BASE, 1), drawn(BASE, 0, 1)]
    assert one not in [other["ego.speed"] for other in others]


def test_an_absent_actor_is_left_out_by_its_own_draw() -> None:
    scenes = [sample(with_(actors=(VAN, WALKER)), 0, index) for index in range(400)]
    present = [len(scene.actors) == 2 for scene in scenes]
    assert 160 < sum(present) < 240  # four standard deviations of a fair coin
    for scene, is_there in zip(scenes, present, strict=True):
        paths = {draw.path for draw in scene.draws}
        assert "walker.present" in paths
        assert ("walker.at.s" in paths) == is_there


def test_a_shared_name_shares_the_quantile() -> None:
    place = P("place", Uniform(60, 120))
    pair = with_(actors=(
        Vehicle("one", at=replace(VAN.at, s=place)), Vehicle("two", at=replace(VAN.at, side="left", s=place + 5.0)),
    ), requires=(Requirement("far", "one.at.s > 100"),))  # fmt: skip
    for seed in SAMPLES:
        got = drawn(pair, seed)
        assert got["one.at.s"][1] == got["two.at.s"][1]
        assert got["two.at.s"][0] == pytest.approx(got["one.at.s"][0] + 5.0, abs=1e-9)  # type: ignore[operator]


def test_a_requirement_that_never_holds_counts_by_label() -> None:
    never = with_(requires=(Requirement("impossible", "ego.speed > 20"), Requirement("easy", "ego.speed > 9")))
    counts = r"no draw of 200 met the requirements; rejections: 'impossible' 200 \(nearest miss 6\.\d+\), 'easy' \d+"
    with pytest.raises(RequirementError, match=counts):
        sample(never, 0)
    with pytest.raises(RequirementError, match="'fixed' 1"):
        sample(with_(requires=(Requirement("fixed", "ego.s > 1000"),)), 0)


def test_the_same_sample_twice_is_equal() -> None:
    scenario: Scenario = with_(actors=(VAN, CHILD, WALKER))
    assert [sample(scenario, 3, i) for i in SAMPLES] == [sample(scenario, 3, i) for i in SAMPLES]


def test_drawn_numbers_have_twelve_digits() -> None:
    for value, _ in drawn(BASE).values():
        if isinstance(value, float):
            assert value == float(f"{value:.12g}")
