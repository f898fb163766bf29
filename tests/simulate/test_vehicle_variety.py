"""A street's cars: shares of the market and of KITTI's labels, few forms in a clip, many over clips, hardly two alike."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scenegen.models import catalogue
from scenegen.models.mesh import ModelSpec
from scenegen.scenario.scene import Scene
from scenegen.simulate.body import Body
from scenegen.simulate.looks import FORM_NUMBERS, VEHICLE_FORMS, draw, traffic_kind
from scenegen.simulate.population import parked
from tests.simulate.streets import BUSY, network_of, scene


def parked_cars(seeds: range) -> Iterator[Body]:
    for seed in seeds:
        here = replace(scene(traffic=BUSY), seed=seed)
        yield from parked(here, network_of(here), {"left": [], "right": []})


def drawn_kinds(count: int) -> Counter[str]:
    here: Scene = scene(traffic=BUSY)
    return Counter(traffic_kind(here, f"traffic.1.{k}", trucks=0.05) for k in range(count))


def colour(body: Body, step: int) -> tuple[int, ...]:
    """Paint as stored in a picture, in steps of so many of 256."""
    return tuple(int(255 * value ** (1 / 2.2)) // step for value in body.paint_linear)


def test_hardly_two_of_a_hundred_cars_are_alike() -> None:
    # Ten of each of ten seeds, colours told apart in steps of 16 of 256; then a hundred of four streets, in steps of 4
    spread = [car for seed in range(10) for car in itertools.islice(parked_cars(range(seed, seed + 1)), 10)]
    packed = list(itertools.islice(parked_cars(range(4)), 100))
    for cars, step in ((spread, 16), (packed, 4)):
        assert len(cars) == 100
        assert len({(car.model, colour(car, step)) for car in cars}) > 90
        assert len({car.model for car in cars}) >= 12
        assert len({car.model.kind for car in cars}) >= 5


def test_one_clip_has_few_forms_of_a_kind_and_clips_differ() -> None:
    forms: dict[int, set[ModelSpec]] = {seed: {car.model for car in parked_cars(range(seed, seed + 1))} for seed in range(3)}
    for specs in forms.values():
        for kind, count in Counter(spec.kind for spec in specs).items():
            assert count <= VEHICLE_FORMS.get(kind, 1)
        assert all(0 <= spec.seed < FORM_NUMBERS for spec in specs)
    assert forms[0] != forms[1]


def test_kinds_have_the_shares_of_cars_vans_and_trucks() -> None:
    kinds = drawn_kinds(4000)
    classes: Counter[str] = Counter()
    for kind, count in kinds.items():
        classes[catalogue.entry(kind).class_name] += count
    # KITTI's labels: 28,742 cars, 2,914 vans, 1,094 trucks. 4,000 draws: three standard deviations are 0.014 of a share of 0.09
    assert abs(classes["van"] / classes["car"] - 2914 / 28742) < 0.02
    assert abs((classes["truck"] + classes["bus"]) / 4000 - 0.05 - 0.0095) < 0.012  # lorries asked for, and pickups
    assert {"suv", "pickup", "bus", "semi_trailer", "box_truck"} <= set(kinds)
    assert 0.13 < kinds["suv"] / 4000 < 0.21


def test_a_kind_is_drawn_by_its_own_name_alone() -> None:
    here = scene(traffic=BUSY)
    alone = traffic_kind(here, "traffic.1.7", trucks=0.05)
    assert alone == [traffic_kind(here, f"traffic.1.{k}", trucks=0.05) for k in range(9)][7]
    assert np.unique([draw(here, f"traffic.1.{k}.kind") for k in range(9)]).size == 9
