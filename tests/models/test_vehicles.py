"""Vehicles: exact boxes, tyres on the ground, wheels that turn round, faces that look out, budgets, same twice."""

from __future__ import annotations

import doctest
import hashlib
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.models import paints
from scenegen.models.catalogue import KINDS
from scenegen.models.materials import MATERIAL, MATERIALS
from scenegen.models.mesh import Mesh, Model, ModelSpec
from scenegen.models.sizes import vehicle_form
from scenegen.models.vehicles import build_vehicle
from scenegen.models.vehicles.doors import DOOR_KINDS
from scenegen.models.vehicles.forms import block, rounded_box, turned
from scenegen.models.vehicles.mending import creased_normals, stitched
from scenegen.models.vehicles.outlines import disc
from scenegen.models.vehicles.plans import PLANS, X_CENTRE, X_SIDE
from scenegen.models.vehicles.skin import SIDE_VIEW, Skin
from scenegen.models.vehicles.tidy import tidied
from scenegen.models.vehicles.variation import Draws, varied

VEHICLES = [kind for kind, entry in KINDS.items() if entry.generator.endswith(":build_vehicle")]
BUDGET = (22_000, 8_000, 2_800, 1_500)
LONG_BUDGET = (22_000, 9_000, 3_800, 2_000)
"""Of vehicles with more axles or more panes than a car."""
LONG = ("semi_trailer", "bus", "fire_engine")
LEAST_LINING = {"semi_trailer": 8}  # faces; its front arches open backwards to the frame


@cache
def model(kind: str, seed: int = 1) -> Model:
    return build_vehicle(ModelSpec(kind, seed))


def area_m2(mesh: Mesh, choice: np.ndarray | None = None) -> float:
    return float(np.linalg.norm(flat_normals(mesh)[slice(None) if choice is None else choice], axis=1).sum() / 2)


def flat_normals(mesh: Mesh) -> np.ndarray:
    a, b, c = (mesh.positions_m[mesh.faces[:, i]].astype(float) for i in range(3))
    return np.cross(b - a, c - a)


def digest(model: Model) -> str:
    total = hashlib.sha256()
    for mesh in model.meshes:
        for array in (mesh.positions_m, mesh.normals, mesh.tint, mesh.material, mesh.part, mesh.joints, mesh.faces):
            total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


@pytest.mark.parametrize("kind", VEHICLES)
def test_box_is_the_catalogues_at_every_level(kind):
    for mesh in model(kind).meshes:
        points = mesh.positions_m[mesh.part != model(kind).parts.index("mirror")]
        size = vehicle_form(model(kind).spec).size_m
        half = np.array([size[0] / 2, size[1] / 2])
        np.testing.assert_allclose(points.min(0), [*-half, 0.0], atol=2e-6)  # float32 at 4 m is 5e-7
        np.testing.assert_allclose(points.max(0), [*half, size[2]], atol=2e-6)
    assert model(kind).size_m == size


@pytest.mark.parametrize("kind", VEHICLES)
def test_wheels_are_round_and_stand_on_the_ground(kind):
    made = model(kind)
    trailer = [f"wheel_t{i}{side}" for i in (1, 2, 3) for side in "lr"] if kind == "semi_trailer" else []
    wheels = ["wheel_fl", "wheel_fr", "wheel_rl", "wheel_rr", *trailer]
    assert [j.name for j in made.joints] == ["body", *wheels, *(["tractor"] if trailer else [])]
    for mesh in made.meshes:
        for index, joint in enumerate(made.joints[1 : 1 + len(wheels)], start=1):
            points = mesh.positions_m[mesh.joints[:, 0] == index]
            centre = joint.body_from_joint[:3, 3]
            radius = np.hypot(points[:, 0] - centre[0], points[:, 2] - centre[2])
            assert points[:, 2].min() == pytest.approx(0.0, abs=1e-6)
            assert radius.max() == pytest.approx(made.facts["wheel_radius_m"], abs=1e-5)
            # Quarter turns leave the tyre's extent as it is: round, and turning about its own axle.
            assert np.ptp(points[:, 0]) == pytest.approx(np.ptp(points[:, 2]), abs=1e-5)
            assert np.sign(points[:, 1]).mean() == (1 if joint.name.endswith("l") else -1)


@pytest.mark.parametrize("kind", VEHICLES)
def test_every_wheel_vertex_hangs_on_one_joint(kind):
    made = model(kind)
    for mesh in made.meshes:
        is_wheel = mesh.part == made.parts.index("wheel")
        wheels = [i for i, joint in enumerate(made.joints) if joint.name.startswith("wheel")]
        np.testing.assert_array_equal(is_wheel, np.isin(mesh.joints[:, 0], wheels))
        np.testing.assert_array_equal(mesh.weights, np.tile(np.float32([1, 0, 0, 0]), (len(mesh.weights), 1)))


@pytest.mark.parametrize("kind", [kind for kind in VEHICLES if kind != "semi_trailer"])
def test_the_simulator_drives_by_the_numbers_of_the_mesh(kind):
    for seed in (1, 77) if kind == "suv" else (1,):
        spec = ModelSpec(kind, seed)
        made, form = build_vehicle(spec) if seed != 1 else model(kind), vehicle_form(spec)
        assert made.facts["wheel_radius_m"] == pytest.approx(form.wheel_radius_m)
        assert made.facts["wheelbase_m"] == pytest.approx(form.wheelbase_m)


@pytest.mark.parametrize("kind", VEHICLES)
def test_every_vehicle_with_panes_has_a_cabin_within_its_box(kind):
    made = model(kind)
    cabin = made.cabin
    length, width, height = made.size_m
    assert -length / 2 < cabin.back_x_m < cabin.seat_x_m < cabin.front_x_m < length / 2
    assert 0.1 < cabin.floor_m < cabin.belt_m < cabin.roof_m < height
    assert cabin.roof_half_m <= cabin.belt_half_m < width / 2


def test_panel_gaps_are_strokes_on_the_body():
    made = model("saloon")
    assert set(made.seams) == {"side", "top", "tail"}
    low, high = made.meshes[0].positions_m.min(0), made.meshes[0].positions_m.max(0)
    doors = np.array(made.seams["side"]).reshape(-1, 2)
    within = (doors > low[[0, 2]] - 0.01).all(1) & (doors < high[[0, 2]] + 0.01).all(1)
    assert within.mean() > 0.9  # bumpers' lines run on past the ends
    assert len(made.seams["side"]) >= 12


def test_facts_agree_with_the_joints():
    made = model("hatchback")
    front, rear = (made.joints[made.joint_index[name]].body_from_joint[:3, 3] for name in ("wheel_fl", "wheel_rl"))
    assert front[0] - rear[0] == pytest.approx(made.facts["wheelbase_m"])
    assert 2 * front[1] == pytest.approx(made.facts["track_m"])
    assert (front[0], rear[0]) == (made.facts["front_axle_x_m"], made.facts["rear_axle_x_m"])
    assert 0.55 < made.facts["wheelbase_m"] / made.size_m[0] < 0.67  # about 0.6 of the length on real cars


@pytest.mark.parametrize("kind", VEHICLES)
def test_faces_look_out(kind):
    for mesh in model(kind).meshes:
        flat = flat_normals(mesh)
        agrees = (flat * mesh.normals[mesh.faces].mean(1)).sum(1) > 0
        assert area_m2(mesh, agrees) > 0.995 * area_m2(mesh)
        a, b, c = (mesh.positions_m[mesh.faces[:, i]].astype(float) for i in range(3))
        volume = (a * np.cross(b, c)).sum() / 6
        length, width, height = model(kind).size_m
        most = 0.85 if kind == "bus" else 0.75  # a bus fills its box best
        assert 0.35 < volume / (length * width * height) < most
        assert np.isfinite(mesh.positions_m).all()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("kind", VEHICLES)
def test_outermost_faces_face_outwards(kind):
    made = model(kind)
    mesh = made.meshes[0]
    centre = mesh.positions_m[mesh.faces].mean(1)
    normal = flat_normals(mesh)
    area = np.linalg.norm(normal, axis=1)
    is_shell = np.isin(mesh.part[mesh.faces[:, 0]], [made.parts.index("body"), made.parts.index("cargo")])

    def share_that_faces(axis: int, sign: int, limit: float) -> float:
        outermost = is_shell & (sign * centre[:, axis] > limit)
        along, size = sign * normal[outermost, axis], area[outermost]
        return float(size[along > 0.3 * size].sum() / size.sum())

    top = centre[is_shell, 2].max()  # ladders and beacons stand over it
    assert share_that_faces(2, 1, 0.97 * top) > 0.8  # the box's profiles show their sides up there
    for side in (1, -1):
        assert share_that_faces(1, side, 0.985 * made.size_m[1] / 2) > 0.9


@pytest.mark.parametrize("kind", VEHICLES)
def test_arches_are_lined_towards_the_wheel(kind):
    made = model(kind)
    for mesh in made.meshes:
        centre, normal = mesh.positions_m[mesh.faces].mean(1), flat_normals(mesh)
        wheel = made.joints[made.joint_index["wheel_fl"]].body_from_joint[:3, 3]
        off = (wheel - centre)[:, [0, 2]]
        is_lining = (mesh.part[mesh.faces[:, 0]] == made.parts.index("underbody")) & (centre[:, 1] > 0.5 * wheel[1])
        is_lining &= np.abs(np.hypot(off[:, 0], off[:, 1]) / (made.facts["wheel_radius_m"] + 0.045) - 1.0) < 0.06
        is_lining &= np.abs(normal[:, 1]) < 0.5 * np.linalg.norm(normal, axis=1)
        assert is_lining.sum() >= LEAST_LINING.get(kind, 12)
        assert ((normal[:, [0, 2]] * off).sum(1)[is_lining] > 0).all()


@pytest.mark.parametrize("kind", VEHICLES)
def test_levels_keep_within_their_budgets(kind):
    made = model(kind)
    assert made.lod_distance_m[0] == 0.0
    assert list(made.lod_distance_m) == sorted(set(made.lod_distance_m))
    for mesh, most in zip(made.meshes, LONG_BUDGET if kind in LONG else BUDGET, strict=True):
        assert len(mesh.faces) <= most


@pytest.mark.parametrize("kind", VEHICLES)
def test_what_makes_a_car_is_there_at_every_level(kind):
    made = model(kind)
    lamps = ["head_lamp", "tail_lamp", "brake_lamp", "indicator_left", "indicator_right"]
    seen = ["body", "glass", "wheel", "plate", "mirror", *lamps]
    for mesh in made.meshes:
        assert {made.parts[i] for i in np.unique(mesh.part)} >= set(seen)
        for part, side in (("indicator_left", 1), ("indicator_right", -1)):
            assert (side * mesh.positions_m[mesh.part == made.parts.index(part), 1] > 0).all()
        emits = {m.emits: i for i, m in enumerate(MATERIALS)}
        is_front = mesh.positions_m[mesh.material == emits["head"], 0] > 0
        is_rear = mesh.positions_m[mesh.material == emits["tail"], 0] < 0
        assert is_front.all()
        assert is_rear.all()


@pytest.mark.parametrize("kind", ["hatchback", "box_truck"])
def test_left_mirrors_right(kind):
    mesh = model(kind).meshes[1]
    body = mesh.positions_m[(mesh.joints[:, 0] == 0) & (mesh.part != model(kind).parts.index("plate"))]
    left, right = body[body[:, 1] > 1e-4], body[body[:, 1] < -1e-4] * np.float32([1, -1, 1])

    def ordered(points):
        return points[np.lexsort(np.rint(points * 1e3).T)]

    assert len(left) == len(right)
    np.testing.assert_allclose(ordered(left).mean(0), ordered(right).mean(0), atol=1e-5)


def test_coarse_levels_cover_the_same_side_view():
    areas = []
    for mesh in model("saloon").meshes:
        is_body = mesh.joints[mesh.faces[:, 0], 0] == 0
        seen = np.clip(flat_normals(mesh)[is_body, 1], 0, None).sum() / 2
        areas.append(seen)
    assert areas[1] == pytest.approx(areas[0], rel=0.02)
    assert areas[2] == pytest.approx(areas[0], rel=0.04)
    assert areas[3] == pytest.approx(areas[0], rel=0.08)


def test_same_bytes_in_another_process():
    code = (
        "import sys; sys.path.insert(0, 'tests/models'); import test_vehicles as t; "
        "print(t.digest(t.model('box_truck', 2)), t.digest(t.model('hatchback', 2)))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert other == [digest(model("box_truck", 2)), digest(model("hatchback", 2))]


def test_seeds_differ():
    assert len({digest(model("hatchback", seed)) for seed in range(3)}) == 3


def test_forms_spread_about_the_catalogues_size():
    sizes = np.array([vehicle_form(ModelSpec("hatchback", seed)).size_m for seed in range(200)])
    shares = sizes / KINDS["hatchback"].size_m
    np.testing.assert_allclose(shares.mean(0), 1.0, atol=0.01)  # of 200 draws with a deviation of at most 3.5 %
    assert (np.abs(shares - 1.0).max(0) < (0.085, 0.035, 0.04)).all()
    assert len(np.unique(sizes.round(6), axis=0)) == 200


def test_a_form_keeps_its_stations_in_order():
    for kind, plan in PLANS.items():
        for seed in range(40):
            stations = varied(plan, Draws(kind, seed)).stations
            for column in (X_SIDE, X_CENTRE):
                least = 0.499 * np.abs(np.diff(plan.stations[:, column]))
                assert (-np.diff(stations[:, column]) >= least).all()
            assert np.abs(stations[:, 2:] / plan.stations[:, 2:] - 1.0).max() < 0.12


@pytest.mark.parametrize("kind", ["hatchback", "van"])
def test_doors_are_parts_of_their_own_that_leave_no_hole(kind):
    open_able, closed = build_vehicle(ModelSpec(kind, 1, (("doors", 1.0),))), model(kind, 1)
    assert [joint.name for joint in open_able.joints[-2:]] == ["door_left", "door_right"]
    for mesh, whole in zip(open_able.meshes[:3], closed.meshes[:3], strict=True):
        for joint, side in (("door_left", 1), ("door_right", -1)):
            index = open_able.joint_index[joint]
            points = mesh.positions_m[mesh.joints[:, 0] == index]
            hinge = open_able.joints[index].body_from_joint[:3, 3]
            assert (side * points[:, 1] > 0.3).all()
            assert points[:, 0].max() < hinge[0] + 0.06
            assert 0.7 < np.ptp(points[:, 0]) < 1.9
        # Seen from the side the same area is covered, door or not.
        outer, before = (np.clip(flat_normals(m)[:, 1], 0, None).sum() / 2 for m in (mesh, whole))
        assert outer > before


def test_only_doors_that_are_made_to_can_open():
    with pytest.raises(ScenarioError, match=r"bus\.doors"):
        build_vehicle(ModelSpec("bus", 0, (("doors", 1.0),)))
    assert "door_left" not in model("hatchback").joint_index
    assert {"hatchback", "saloon", "estate", "suv", "van"} <= set(DOOR_KINDS)


def test_options_stretch_the_box_and_keep_wheels_round():
    made = build_vehicle(ModelSpec("hatchback", 0, (("length", 3.6), ("width", 1.63))))
    assert made.size_m == (3.6, 1.63, vehicle_form(ModelSpec("hatchback", 0)).size_m[2])
    mesh = made.meshes[2]
    assert np.ptp(mesh.positions_m[:, 0]) == pytest.approx(3.6, abs=1e-5)
    wheel = mesh.positions_m[mesh.joints[:, 0] == 1]
    assert np.ptp(wheel[:, 0]) == pytest.approx(np.ptp(wheel[:, 2]), abs=1e-5)


@pytest.mark.parametrize("option", [("lenght", 4.0), ("length", 40.0), ("length", "long")])
def test_bad_options_are_refused(option):
    with pytest.raises(ScenarioError, match="hatchback"):
        build_vehicle(ModelSpec("hatchback", 0, (option,)))


def test_imprint_of_a_circle_has_the_circles_area():
    board = block((-1.0, 0.0, -1.0), (1.0, 0.1, 1.0), "paint")
    board.imprint(disc(0.2, 0.1, 0.5, segments=16), SIDE_VIEW, "glass", lambda c, n, m: n[:, 1] > 0.5)
    a, b, c = np.moveaxis(board.corners[..., :3], 1, 0)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    is_glass = board.materials == MATERIAL["glass"]
    corners = 64  # of the polygon that stands for the circle
    wanted = corners / 2 * 0.5**2 * np.sin(2 * np.pi / corners)
    assert area[is_glass].sum() == pytest.approx(wanted, rel=1e-6)
    assert area.sum() == pytest.approx(2 * (4 + 0.2 + 0.2), rel=1e-9)


def test_thinning_keeps_areas_and_borders():
    board = block((-1.0, 0.0, -1.0), (1.0, 0.1, 1.0), "paint")
    board.imprint(disc(0.2, 0.1, 0.5, segments=8), SIDE_VIEW, "glass", lambda c, n, m: n[:, 1] > 0.5)
    thin = tidied(board, tolerance_m=0.001)

    def area(skin: Skin, name: str) -> float:
        a, b, c = np.moveaxis(skin.corners[skin.materials == MATERIAL[name], :, :3], 1, 0)
        return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)

    assert len(thin.corners) < 0.9 * len(board.corners)
    assert area(thin, "glass") == pytest.approx(area(board, "glass"), rel=2e-3)  # a 1 mm chord on a 0.5 m circle
    assert area(thin, "paint") == pytest.approx(area(board, "paint"), rel=2e-3)


def test_a_cut_that_ends_at_an_uncut_neighbour_leaves_no_vertex_on_its_edge():
    points = np.array([[0.0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1], [0.5, 0, 0.5]])
    # Below the diagonal one triangle, above it two that meet at the diagonal's middle
    faces, materials = stitched(points, np.array([[0, 1, 2], [0, 4, 3], [4, 2, 3]]), np.array([1, 2, 3], np.uint8))
    assert sorted(materials.tolist()) == [1, 1, 2, 3]
    edges = np.sort(np.concatenate([faces, np.roll(faces, -1, 1)], axis=0).reshape(2, -1).T, axis=1)
    count = np.unique(edges, axis=0, return_counts=True)[1]
    assert (count == 1).sum() == 4  # only the square's border is open
    a, b, c = (points[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    assert np.linalg.norm(normal, axis=1).sum() / 2 == pytest.approx(1.0)
    assert (normal[:, 1] < 0).all()


@pytest.mark.parametrize(("bend_deg", "is_shared"), [(20.0, True), (60.0, False)])
def test_normals_are_shared_over_a_bend_but_not_over_a_crease(bend_deg, is_shared):
    rise = np.tan(np.radians(bend_deg))
    points = np.array([[0.0, 1, 0], [0, 2, 0], [-1, 1, 0], [1, 1, rise]])
    normals = creased_normals(points, np.array([[0, 1, 2], [1, 0, 3]]), crease_rad=np.radians(35))
    first, second = normals[0, 0], normals[1, 1]  # both at point 0
    np.testing.assert_allclose(np.linalg.norm(normals, axis=2), 1)
    assert np.allclose(first, second) == is_shared
    if not is_shared:
        np.testing.assert_allclose(first, [0, 0, 1], atol=1e-12)


@pytest.mark.parametrize(
    ("solid", "volume"),
    [
        (rounded_box((2.0, 1.0, 0.5), (0, 0, 0), "trim", power=2, segments=24), np.pi / 6),
        (turned([(0.0, -0.5), (1.0, -0.5), (1.0, 0.5), (0.0, 0.5)], "trim", segments=64), np.pi),
        (block((0, 0, 0), (1, 2, 3), "trim"), 6.0),
    ],
)
def test_solids_enclose_their_volume(solid, volume):
    a, b, c = np.moveaxis(solid.corners[..., :3], 1, 0)
    assert (a * np.cross(b, c)).sum() / 6 == pytest.approx(volume, rel=0.01)  # facets lie inside the round form
    mean = solid.corners[..., 3:].mean(1)
    assert ((mean * np.cross(b - a, c - a)).sum(1) > 0).all()


def test_paints_follow_the_market():
    names = [paints.paint_colour(u)[0] for u in (np.arange(1000) + 0.5) / 1000]
    bought = {
        "white": 0.27,
        "black": 0.22,
        "grey": 0.20,
        "silver": 0.13,
        "blue": 0.09,
        "red": 0.06,
        "green": 0.02,
        "beige": 0.01,
    }
    assert {name: names.count(name) / 1000 for name in bought} == pytest.approx(bought, abs=0.002)
    assert set(bought) < set(paints.paints())  # brown, yellow and orange are only for who asks
    assert doctest.testmod(paints).failed == 0
    corners = [(name, paints.shade(name, a, b)) for name in bought for a in (0.0, 1.0) for b in (0.0, 1.0)]
    assert [paints.paint_name(shade) for _, shade in corners] == [name for name, _ in corners]
    with pytest.raises(ValueError, match="wanted"):
        paints.paint_colour(1.0)
