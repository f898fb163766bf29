"""Scenery and debris: sizes, outward faces, budgets, levels of detail, same bytes, what a driver must recognise."""

from __future__ import annotations

import hashlib
import importlib

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.models.buildings import house_skin
from scenegen.models.catalogue import KINDS, build
from scenegen.models.facades import Opening, wall_with_openings
from scenegen.models.materials import MATERIAL, MATERIALS
from scenegen.models.mesh import ModelSpec

SCENERY = [kind for kind, entry in KINDS.items() if entry.category == "scenery"]
DEBRIS = [kind for kind, entry in KINDS.items() if entry.category == "debris"]
SEEDS = range(4)
ALWAYS_ALIKE = ("street_lamp", "warning_triangle", "guard_rail", "wires", "bicycle_stand")
TREES = ("tree", "street_tree", "birch", "poplar", "conifer")
ALPHA_TESTED = [i for i, m in enumerate(MATERIALS) if m.alpha_tested]
MOST_TRIANGLES = {
    "house": (2500, 500), "garden_wall": (400,), "hedge": (500, 200), "picket_fence": (750, 400), "tree": (2800, 800, 360),
    "bush": (280, 120), "tree_line": (580, 340), "street_lamp": (500, 200), "sign": (500, 450), "bin": (500,),
    "utility_pole": (600,), "town_house": (7000, 1800), "forecourt": (12,), "ridge": (560,),
    "guard_rail": (140, 80), "wires": (300, 150),
    "street_tree": (2800, 800, 360), "birch": (2800, 800, 360), "poplar": (3000, 900, 420), "conifer": (1700, 700, 300),
    "shrubs": (1100, 500), "grass_tufts": (740, 170), "leaf_litter": (210, 80), "tree_pit": (300,), "bench": (260,),
    "bollard": (340,), "mailbox": (110,), "parcel_box": (400,), "bicycle_stand": (660,), "planter": (250,),
    "advertising_column": (1000,), "bus_stop": (420,), "parked_bicycle": (900,),
}  # fmt: skip
MOST_LEAF_TRIANGLES = {
    "tree": (1600, 460, 160), "tree_line": (210, 120), "hedge": (250, 90), "bush": (230, 70),
    "street_tree": (1600, 460, 160), "birch": (1600, 460, 160), "poplar": (1600, 460, 160), "conifer": (1240, 400, 120),
    "shrubs": (640, 200), "planter": (100,),
}  # fmt: skip


def fresh(kind, seed=0, options=()):
    """Build past the catalogue's cache."""
    module, function = KINDS[kind].generator.split(":")
    return getattr(importlib.import_module(module), function)(ModelSpec(kind, seed, options))


def digest(model):
    arrays = [a for m in model.meshes for a in (m.positions_m, m.normals, m.uv, m.tint, m.material, m.part, m.faces)]
    return hashlib.sha256(b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)).hexdigest()


def face_normals(mesh):
    a, b, c = (mesh.positions_m[mesh.faces[:, k]].astype(float) for k in range(3))
    return np.cross(b - a, c - a)


def is_leaf(mesh):
    return np.isin(mesh.material[mesh.faces[:, 0]], ALPHA_TESTED)


def extent(mesh):
    return mesh.positions_m.max(axis=0) - mesh.positions_m.min(axis=0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", SCENERY + DEBRIS)
def test_records_are_whole(kind, seed):
    model = build(ModelSpec(kind, seed))
    assert model.class_name == KINDS[kind].class_name
    assert model.rig == "static"
    assert len(model.joints) == 1
    assert model.lod_distance_m[0] == 0
    assert list(model.lod_distance_m) == sorted(model.lod_distance_m)
    for mesh in model.meshes:
        assert mesh.material.max() < len(MATERIALS)
        assert mesh.part.max() < len(model.parts)
        assert np.isfinite(mesh.positions_m).all()
        assert np.isfinite(mesh.uv).all()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)
        assert mesh.positions_m[:, 2].min() > -0.1  # only a trunk reaches into the ground
    assert set(np.unique(model.meshes[0].part)) == set(range(len(model.parts)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", SCENERY + DEBRIS)
def test_faces_turn_the_way_their_normals_point(kind, seed):
    for mesh in build(ModelSpec(kind, seed)).meshes:
        solid = ~is_leaf(mesh)
        shading = mesh.normals[mesh.faces].mean(axis=1)
        outward = np.einsum("ni,ni->n", face_normals(mesh), shading)
        area = np.linalg.norm(face_normals(mesh), axis=1)
        wrong = solid & (outward < -0.3 * area)
        assert wrong.sum() == 0


@pytest.mark.parametrize("kind", DEBRIS)
@pytest.mark.parametrize("seed", SEEDS)
def test_debris_fills_the_catalogues_box_on_the_ground(kind, seed):
    model = build(ModelSpec(kind, seed))
    np.testing.assert_allclose(model.size_m, KINDS[kind].size_m, atol=1e-5)  # float32 vertices
    np.testing.assert_allclose(model.centre_m, (0, 0), atol=1e-5)
    assert model.meshes[0].positions_m[:, 2].min() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", SCENERY)
def test_scenery_is_about_as_large_as_the_catalogue_says(kind, seed):
    # Nominal sizes: the seed varies them by less than half either way, thin things by a few decimetres
    size = np.array(build(ModelSpec(kind, seed)).size_m)
    nominal = np.array(KINDS[kind].size_m)
    assert (np.abs(size - nominal) < np.maximum(0.65 * nominal, 0.45)).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", SCENERY)
def test_triangle_budgets(kind, seed):
    model = build(ModelSpec(kind, seed))
    assert all(len(m.faces) <= most for m, most in zip(model.meshes, MOST_TRIANGLES[kind], strict=True))
    leaves = [int(is_leaf(m).sum()) for m in model.meshes]
    most_leaves = MOST_LEAF_TRIANGLES.get(kind, (0,) * len(leaves))
    assert all(n <= most for n, most in zip(leaves, most_leaves, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", SCENERY)
def test_levels_of_detail_keep_the_outline(kind, seed):
    # What has leaves is ragged: 15 %; built things 5 %, or 5 cm on thin ones
    share = 0.15 if kind in (*TREES, "bush", "tree_line", "shrubs", "planter") else 0.05
    fine, *coarse = build(ModelSpec(kind, seed)).meshes
    for mesh in coarse:
        assert len(mesh.faces) < len(fine.faces)
        assert (np.abs(extent(mesh) - extent(fine)) < np.maximum(share * extent(fine), 0.05)).all()


@pytest.mark.parametrize("kind", SCENERY + DEBRIS)
def test_the_same_spec_gives_the_same_bytes(kind):
    assert digest(fresh(kind, 1)) == digest(fresh(kind, 1))


@pytest.mark.parametrize(
    "kind",
    [k for k in SCENERY + DEBRIS if k not in ("street_lamp", "warning_triangle", "guard_rail", "wires", "bicycle_stand")],
)
def test_seeds_vary_the_form(kind):
    assert digest(fresh(kind, 0)) != digest(fresh(kind, 1))


@pytest.mark.parametrize("kind", ["garden_wall", "hedge", "picket_fence", "tree_line", "shrubs", "guard_rail", "grass_tufts"])
def test_length_is_kept(kind):
    assert build(ModelSpec(kind, 0, (("length", 14.0),))).size_m[0] == pytest.approx(14.0, rel=0.05)


@pytest.mark.parametrize("kind", SCENERY + DEBRIS)
def test_an_option_nobody_reads_is_refused(kind):
    with pytest.raises(ScenarioError, match="lenght"):
        fresh(kind, 0, (("lenght", 3.0),))


def test_a_length_out_of_range_names_the_range():
    with pytest.raises(ScenarioError, match=r"hedge.length: -1.0 .* between 0.5 and 200"):
        fresh("hedge", 0, (("length", -1.0),))


@pytest.mark.parametrize("seed", range(8))
def test_a_house_has_its_door_in_front_and_its_windows_in_the_walls_depth(seed):
    model = build(ModelSpec("house", seed))
    mesh = model.meshes[0]
    door = mesh.positions_m[mesh.part == model.parts.index("door")]
    assert (door[:, 0] > 0).all()
    wall = mesh.part == model.parts.index("wall")
    front_x = mesh.positions_m[wall & (mesh.normals[:, 0] > 0.99) & (mesh.positions_m[:, 2] > 1), 0].max()
    glass = (mesh.material == MATERIAL["house_glass"]) & (mesh.normals[:, 0] > 0.99) & (mesh.positions_m[:, 2] < 2.5)
    assert glass.any()
    assert (mesh.positions_m[glass, 0] < front_x - 0.08).all()


def test_the_lamp_reaches_over_the_road_and_shines_down():
    model = build(ModelSpec("street_lamp"))
    mesh = model.meshes[0]
    lit = mesh.material == MATERIAL["lamp_glass"]
    assert mesh.positions_m[lit, 0].max() == pytest.approx(1.4, abs=0.1)
    assert mesh.positions_m[lit, 2].mean() == pytest.approx(6.15, abs=0.05)
    assert mesh.normals[lit, 2].min() == pytest.approx(-1)


@pytest.mark.parametrize("face", ["limit_30", "limit_50", "parking", "give_way", "stop"])
def test_a_sign_shows_its_colours_to_x_and_bare_metal_behind(face):
    model = build(ModelSpec("sign", 0, (("face", face),)))
    mesh = model.meshes[0]
    plate = mesh.part == model.parts.index("plate")
    painted = plate & (mesh.material == MATERIAL["plain"])
    assert (mesh.normals[painted, 0] > 0.99).all()
    assert (mesh.normals[plate & ~painted, 0] < -0.99).all()
    assert len(np.unique(mesh.tint[painted], axis=0)) >= 2


def test_a_sign_of_an_unknown_face_is_refused():
    with pytest.raises(ScenarioError, match="limit_99"):
        fresh("sign", 0, (("face", "limit_99"),))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_crown_is_dark_inside_and_its_normals_point_out(seed):
    model = build(ModelSpec("tree", seed))
    mesh = model.meshes[0]
    leaf = mesh.material == MATERIAL["leaf"]
    points, light = mesh.positions_m[leaf], mesh.tint[leaf, 3].astype(float)
    away = points - points.mean(axis=0)
    radius = np.linalg.norm(away / extent(mesh), axis=1)
    order = np.argsort(radius)
    assert light[order[: len(order) // 4]].mean() < 0.85 * light[order[-len(order) // 4 :]].mean()
    outward = np.einsum("ni,ni->n", mesh.normals[leaf], away / np.linalg.norm(away, axis=1, keepdims=True))
    assert (outward > 0).mean() > 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_person_can_walk_below_a_tree(seed):
    model = build(ModelSpec("tree", seed))
    mesh = model.meshes[0]
    assert mesh.positions_m[mesh.part == 1, 2].min() > 1.2


def test_the_reveals_of_a_window_face_into_the_opening():
    skin = house_skin(np.random.default_rng(0), is_brick=False)[0]
    opening = Opening(1.0, 2.2, 0.9, 2.2)
    wall = wall_with_openings(4.0, 3.0, [opening], skin, plinth_m=0.4)
    centre, normal = wall.positions_m[wall.faces].mean(axis=1), face_normals(wall)
    is_reveal = (np.abs(centre[:, 1] + 0.065) < 0.05) & (np.abs(normal[:, 1]) < 1e-6)
    assert is_reveal.sum() == 8
    inwards = np.array([1.6, -0.065, 1.55]) - centre[is_reveal]
    assert ((inwards * normal[is_reveal]).sum(axis=1) > 0).all()
