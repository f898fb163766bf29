"""Scenery stands where it may: off the road and its sidewalks, clear of actors; the same for a longer road."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from scenegen.models import catalogue
from scenegen.models.catalogue import KINDS
from scenegen.roads.network import RoadNetwork
from scenegen.roads.street import build_street
from scenegen.roads.surfaces import road_surfaces
from scenegen.scenario.scene import (
    ActorScene,
    CameraScene,
    CrossScene,
    EgoScene,
    HiddenBehindScene,
    LightScene,
    ParkedScene,
    PedestrianScene,
    RoadsideScene,
    Scene,
    SidewalkScene,
    StreetScene,
    TrafficScene,
    VehicleScene,
    WeatherScene,
)
from scenegen.stage.placing import STEMS, thing_size
from scenegen.stage.surroundings import PlacedThing, place_surroundings, street_lamp_lights

RURAL: dict[str, Any] = {"surroundings": "rural", "sidewalk": 0.0, "parking": 0.0, "shoulder": 0.5}
STREETS: dict[str, dict[str, Any]] = {
    "straight": {},
    "bend": {"curvature": -0.01, "heading_deg": 70.0, "origin": (5000.0, -3000.0)},
    "narrow": {"sidewalk": 1.3, "drive": "left"},
    "rural": {**RURAL, "curvature": 0.004},
    "urban": {"surroundings": "urban", "sidewalk": 3.0, "curvature": 0.003},
}
POSTS = (*STEMS, "bush")


def scene(*, actors: tuple[ActorScene, ...] = (), seed: int = 0, street_lamps: bool = False, **changes: Any) -> Scene:
    street: dict[str, Any] = {
        "lanes": 2, "lane_width": 3.25, "length": 300.0, "sidewalk": 2.0, "parking": 2.2, "shoulder": 0.0, "curvature": 0.0,
        "speed_limit": 13.9, "markings": "vienna", "drive": "right", "oneway": False, "surroundings": "residential",
        "origin": (0.0, 0.0), "heading_deg": 0.0,
    }  # fmt: skip
    return Scene(
        scenario="street", seed=seed, index=0, attempt=0, road=StreetScene(**{**street, **changes}),
        light=LightScene(40.0, 180.0, street_lamps, 0.0), weather=WeatherScene(0.2, 20_000.0, 0.0, 0.0),
        cameras=(CameraScene(1242, 375, 721.5, 1.6, 0.0, 1.65, 0.0),), lidars=(), traffic=TrafficScene(0, 0, 0, 0, 1.5, 0),
        ego=EgoScene(1, 10.0, 8.0, True, 1.0, 8.0), actors=actors, duration=4.0, fps=10, substeps=8, draws=(),
    )  # fmt: skip


def furnish(sample: Scene) -> tuple[RoadNetwork, tuple[PlacedThing, ...]]:
    road = build_street(sample.road)
    return road, place_surroundings(sample, road)


def footprint(thing: PlacedThing, size_m: tuple[float, float, float] | None = None) -> np.ndarray:
    """World corners (4, 2) of the nominal footprint unless a size is given; a plant or post counts with its stem."""
    length, width, _ = size_m or ((0.2, 0.2, 0.0) if thing.spec.kind in POSTS else thing_size(thing.spec))
    corners = 0.5 * np.array([[length, width], [-length, width], [-length, -width], [length, -width]])
    return corners @ thing.world_from_body[:2, :2].T + thing.world_from_body[:2, 3]


def corners_st(road: RoadNetwork, thing: PlacedThing) -> tuple[np.ndarray, np.ndarray]:
    corners = footprint(thing)
    return road.locate(corners[:, 0], corners[:, 1])


@pytest.mark.parametrize("name", STREETS)
@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_stands_on_the_carriageway_or_on_a_sidewalk(name: str, seed: int) -> None:
    road, things = furnish(scene(seed=seed, **STREETS[name]))
    assert len(things) > 60
    for thing in things:
        t = corners_st(road, thing)[1]
        side = "left" if t.mean() > 0 else "right"
        distance = np.abs(t) - abs(road.edge_t(side))
        # A long thing across the drawn road's end is beyond it, not on it.
        if thing.name.startswith("close."):
            continue
        assert distance.min() > 0.0, thing.name
        strip = road.sidewalk_t(side)
        if strip is not None:
            # Straight pieces cut a bend by up to 8 cm, which the gap before garden walls takes up.
            assert distance.min() >= abs(strip[1] - strip[0]), thing.name


@pytest.mark.parametrize("name", STREETS)
def test_every_kind_is_in_the_catalogue_and_models_and_things_are_few(name: str) -> None:
    _, things = furnish(scene(**STREETS[name]))
    kinds = [thing.spec.kind for thing in things]
    assert all(KINDS[kind].category == "scenery" for kind in kinds)
    assert kinds.count("house") <= 40
    assert kinds.count("tree") <= 80
    assert kinds.count("street_lamp") <= 30
    specs = {thing.spec for thing in things}
    assert len(specs) <= 80
    assert len({spec for spec in specs if spec.kind == "house"}) <= 8
    assert len({thing.name for thing in things}) == len(things)


@pytest.mark.parametrize("curvature", [0.0, 0.01, -0.01])
def test_houses_face_the_road_and_do_not_run_into_each_other(curvature: float) -> None:
    road, things = furnish(scene(curvature=curvature))
    houses = [thing for thing in things if thing.spec.kind == "house"]
    assert len(houses) > 25
    for house in houses:
        front = house.world_from_body @ np.array([5.0, 0.0, 0.0, 1.0])
        x, y = (np.array([house.world_from_body[0, 3], front[0]]), np.array([house.world_from_body[1, 3], front[1]]))
        t = np.abs(road.locate(x, y)[1])
        assert t[0] - t[1] == pytest.approx(5.0, abs=1e-6)
    polygons = [shapely.Polygon(footprint(house, catalogue.build(house.spec).size_m)) for house in houses]
    assert not any(a.intersects(b) for i, a in enumerate(polygons) for b in polygons[:i])


def test_a_roadside_actor_and_the_way_across_stay_free() -> None:
    road, crowded = furnish(scene())
    hedge = next(thing for thing in crowded if thing.spec.kind == "hedge" and thing.world_from_body[1, 3] < 0)
    s_hedge, offset = float(hedge.world_from_body[0, 3]), 3.4
    place = RoadsideScene("right", s_hedge, offset)
    walker = PedestrianScene("child", "rare", "child", "mixed", place, (CrossScene("cross", 2.0, 90.0, 1.0, None),))
    _, things = furnish(scene(actors=(walker,)))
    spot = shapely.Point(s_hedge, road.edge_t("right") - offset)
    assert min(shapely.Polygon(footprint(thing)).distance(spot) for thing in crowded) < 1.0
    assert min(shapely.Polygon(footprint(thing)).distance(spot) for thing in things) >= 1.0
    way = shapely.box(s_hedge - 1.0, road.edge_t("right") - offset, s_hedge + 1.0, road.edge_t("left"))
    assert not [thing.name for thing in things if shapely.Polygon(footprint(thing)).intersects(way)]
    assert {thing.name for thing in things} < {thing.name for thing in crowded}


def test_posts_leave_room_beside_the_car_that_hides_somebody_and_on_sidewalks() -> None:
    _, plain = furnish(scene())
    lamp = next(thing for thing in plain if thing.name == "lamp.2")
    s_lamp = float(lamp.world_from_body[0, 3])
    side = "right" if lamp.world_from_body[1, 3] < 0 else "left"
    car = VehicleScene("van", "occluder", "van", "white", ParkedScene(side, s_lamp - 4.0, 0.2), None, False, ())
    child = PedestrianScene("child", "rare", "child", "mixed", HiddenBehindScene("van", 0.5, 0.3), ())
    waiting = PedestrianScene("man", "other", "adult", "mixed", SidewalkScene(side, s_lamp, 0.8), ())
    assert "lamp.2" not in {thing.name for thing in furnish(scene(actors=(car, child)))[1]}
    assert "lamp.2" not in {thing.name for thing in furnish(scene(actors=(waiting,)))[1]}
    assert "lamp.2" in {thing.name for thing in furnish(scene(actors=(car,)))[1]}


@pytest.mark.parametrize("surroundings", [{}, RURAL])
def test_a_longer_road_keeps_its_beginning(surroundings: dict[str, Any]) -> None:
    short, long = (
        {thing.name: thing for thing in furnish(scene(length=length, **surroundings))[1]} for length in (200.0, 290.0)
    )
    near = [
        name
        for name, thing in short.items()
        if thing.world_from_body[0, 3] < 200.0 and not name.startswith(("close.", "ridge."))
    ]
    assert len(near) > 60
    for name in near:
        assert long[name].spec == short[name].spec
        np.testing.assert_array_equal(long[name].world_from_body, short[name].world_from_body)


def test_the_same_seed_gives_the_same_and_another_seed_another_street() -> None:
    first, again, other = (furnish(scene(seed=seed))[1] for seed in (0, 0, 1))
    assert [(a.name, a.spec) for a in first] == [(b.name, b.spec) for b in again]
    assert all((a.world_from_body == b.world_from_body).all() for a, b in zip(first, again, strict=True))
    assert [(a.name, a.spec) for a in first] != [(b.name, b.spec) for b in other]


def test_light_moves_nothing() -> None:
    day, night = (furnish(scene(street_lamps=lit))[1] for lit in (False, True))
    assert [(a.name, a.spec) for a in day] == [(b.name, b.spec) for b in night]


def test_signs_face_those_who_come_towards_them() -> None:
    for drive in ("right", "left"):
        _, things = furnish(scene(drive=drive))
        signs = [thing for thing in things if thing.spec.kind == "sign"]
        assert signs
        for sign in signs:
            is_own_side = (sign.world_from_body[1, 3] > 0) == (drive == "left")
            assert sign.world_from_body[0, 0] == pytest.approx(-1.0 if is_own_side else 1.0)


def test_lamp_heads_hang_towards_the_road() -> None:
    road, things = furnish(scene(curvature=0.004))
    posts = [thing.world_from_body[:3, 3] for thing in things if thing.spec.kind == "street_lamp"]
    lamps = street_lamp_lights(things)
    assert len(lamps) == len(posts) > 10
    for lamp, post in zip(lamps, posts, strict=True):
        t = road.locate(np.array([lamp.world_m[0], post[0]]), np.array([lamp.world_m[1], post[1]]))[1]
        assert abs(t[1]) - abs(t[0]) == pytest.approx(1.4)
        assert lamp.world_m[2] - post[2] == pytest.approx(6.2)


def test_signs_say_what_holds_on_the_street() -> None:
    def faces(**changes: Any) -> set[object]:
        things = furnish(scene(**changes))[1]
        return {dict(thing.spec.options)["face"] for thing in things if thing.spec.kind == "sign"}

    assert faces() <= {"limit_50", "parking"}
    assert faces(speed_limit=30 / 3.6, parking=0.0) == {"limit_30"}
    assert faces(speed_limit=100 / 3.6, parking=0.0) == set()


def test_woods_close_the_view_down_the_road() -> None:
    _, things = furnish(scene())
    ends = [thing for thing in things if thing.name.startswith("close.end")]
    assert len(ends) >= 4
    assert all(thing.world_from_body[0, 3] > 650.0 for thing in ends)


@pytest.mark.parametrize("curvature", [0.0, -0.008])
def test_no_thing_floats_over_the_drawn_ground(curvature: float) -> None:
    road, things = furnish(scene(curvature=curvature))
    far = road_surfaces(road)[-1]
    points = far.mesh.positions_m.astype(np.float64) + far.world_from_mesh[:3, 3]
    triangles = points[far.mesh.faces]
    woods = [thing for thing in things if thing.spec.kind == "tree_line"]
    assert len(woods) > 20
    for thing in woods:
        x, y, z = thing.world_from_body[:3, 3]
        edge = np.roll(triangles[:, :, :2], -1, axis=1) - triangles[:, :, :2]
        to_point = np.array([x, y]) - triangles[:, :, :2]
        side = edge[:, :, 0] * to_point[:, :, 1] - edge[:, :, 1] * to_point[:, :, 0]
        inside = (side > 0).all(axis=1)
        weights = np.roll(side[inside], -1, axis=1) / side[inside].sum(axis=1, keepdims=True)
        ground = (weights * triangles[inside, :, 2]).sum(axis=1)
        # Sunk to the lowest ground along it: never above the middle's, never buried deeper than a trunk.
        assert (z <= ground + 0.02).all(), thing.name
        assert (z > ground - 3.0).all(), thing.name
