from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from scenegen.models.catalogue import KINDS, build
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh, Model, ModelSpec
from scenegen.models.people.build import posed_vertices
from scenegen.models.people.looks import DARK_CLOTH, draw_look
from scenegen.models.people.posing import body_shape, solve, standing

PEOPLE = ("man", "woman", "elderly", "child")


@pytest.fixture(scope="module", params=PEOPLE)
def person(request: pytest.FixtureRequest) -> Model:
    return build(ModelSpec(request.param, 3))


def digest(model: Model) -> str:
    sha = hashlib.sha256()
    for mesh in model.meshes:
        for name in ("positions_m", "normals", "tint", "material", "part", "joints", "weights", "faces"):
            sha.update(getattr(mesh, name).tobytes())
    return sha.hexdigest()


def signed_volume_m3(mesh: Mesh, faces: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> float:
    corners = mesh.positions_m.astype(float)[faces]
    return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6)


def standing_vertices(model: Model, level: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    shape = body_shape(model.joints, model.facts)
    return posed_vertices(model.meshes[level], solve(shape, standing(shape, 1))[0])


def test_weights_sum_to_one_exactly_and_name_real_joints(person: Model) -> None:
    for mesh in person.meshes:
        assert mesh.weights.dtype == np.float32
        assert (mesh.weights.sum(axis=1) == np.float32(1)).all()
        assert (mesh.weights >= 0).all()
        assert mesh.joints.max() < len(person.joints)


def test_nineteen_joints_with_parents_before_children(person: Model) -> None:
    assert len(person.joints) == 19
    assert person.joints[0].name == "pelvis"
    assert person.joints[0].parent == -1
    assert all(0 <= joint.parent < i for i, joint in enumerate(person.joints) if i)
    assert person.joints[person.joint_index["shin_left"]].parent == person.joint_index["thigh_left"]
    left = person.joints[person.joint_index["hand_left"]].body_from_joint[:3, 3]
    right = person.joints[person.joint_index["hand_right"]].body_from_joint[:3, 3]
    assert left[1] > 0
    np.testing.assert_allclose(left, right * (1, -1, 1))


def test_faces_wind_outwards_and_normals_agree(person: Model) -> None:
    for mesh in person.meshes:
        for part in np.unique(mesh.part):
            faces = mesh.faces[mesh.part[mesh.faces[:, 0]] == part]
            # Parts that share a garment are open where they meet, so ask of the normals there, of volume for closed ones.
            corners = mesh.positions_m[faces].astype(float)
            facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            agree = np.einsum("ij,ij->i", facing, mesh.normals[faces].mean(axis=1).astype(float))
            assert agree[agree > 0].sum() > 20 * -agree[agree < 0].sum(), person.parts[part]
            if person.parts[part] in ("head", "hair", "hand_left", "foot_right"):
                assert signed_volume_m3(mesh, faces) > 0
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-3)


def test_every_piece_is_closed(person: Model) -> None:
    for mesh in person.meshes:
        edges = np.sort(mesh.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
        _, counts = np.unique(edges, axis=0, return_counts=True)
        # Edge collapse may pinch a few edges together; an open hem would leave hundreds used once.
        assert (counts == 1).mean() < 0.002


def test_levels_of_detail_shrink_as_promised(person: Model) -> None:
    counts = [len(mesh.faces) for mesh in person.meshes]
    assert person.lod_distance_m == (0.0, 10.0, 22.0)
    for count, wanted in zip(counts, (9000, 3500, 1400), strict=True):
        assert 0.7 * wanted < count < 1.3 * wanted
    fine = standing_vertices(person, 0)
    for level in (1, 2):
        coarse = standing_vertices(person, level)
        # Collapsing edges may cut off corners by a few centimetres, no more.
        np.testing.assert_allclose(coarse.max(axis=0), fine.max(axis=0), atol=0.035)
        np.testing.assert_allclose(coarse.min(axis=0), fine.min(axis=0), atol=0.035)


def test_size_is_the_box_of_the_person_standing_at_ease(person: Model) -> None:
    posed = standing_vertices(person)
    low, high = posed.min(axis=0), posed.max(axis=0)
    np.testing.assert_allclose(person.size_m[:2], (high - low)[:2], atol=1e-6)
    assert person.size_m[2] == pytest.approx(high[2], abs=1e-6)
    np.testing.assert_allclose(person.centre_m, ((low + high) / 2)[:2], atol=1e-6)
    assert abs(low[2]) < 0.006


@pytest.mark.parametrize("kind", PEOPLE)
def test_catalogue_sizes_are_near(kind: str) -> None:
    length, width, height = build(ModelSpec(kind, 3)).size_m
    nominal = KINDS[kind].size_m
    # A bag adds to length and width; stature has 2.5 % of spread.
    assert abs(height - nominal[2]) < 0.12
    assert abs(width - nominal[1]) < 0.16
    assert nominal[0] - 0.06 < length < nominal[0] + 0.30


def test_parts_name_limbs_by_side(person: Model) -> None:
    mesh = person.meshes[0]
    named = {person.parts[i] for i in np.unique(mesh.part)}
    sides = {f"{limb}_{side}" for limb in ("arm", "hand", "leg", "foot") for side in ("left", "right")}
    assert sides | {"head", "hair", "torso"} <= named
    posed = standing_vertices(person)
    for limb in ("arm", "hand", "leg", "foot"):
        left = posed[mesh.part == person.parts.index(f"{limb}_left"), 1].mean()
        right = posed[mesh.part == person.parts.index(f"{limb}_right"), 1].mean()
        assert left > 0.03 > -0.03 > right
    heads = posed[mesh.part == person.parts.index("head"), 2]
    assert heads.min() > 0.7 * person.facts["stature_m"]


def test_materials_are_those_of_people(person: Model) -> None:
    named = {MATERIALS[i].name for i in np.unique(person.meshes[0].material)}
    assert named <= {"cloth", "skin", "hair", "leather"}
    assert {"cloth", "skin", "hair"} <= named


def test_same_spec_gives_the_same_bytes_in_another_process() -> None:
    spec = ModelSpec("child", 5)
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_people import digest;"
        "from scenegen.models.catalogue import build; from scenegen.models.mesh import ModelSpec;"
        "print(digest(build(ModelSpec('child', 5))))"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == digest(build(spec))


def test_seeds_differ_and_options_are_obeyed() -> None:
    looks = [draw_look(ModelSpec("man", seed)) for seed in range(20)]
    assert len({(look.top_colour, look.skin, look.hair, look.stature_m) for look in looks}) > 15
    dark = [draw_look(ModelSpec("man", seed, (("clothing", "dark"),))) for seed in range(20)]
    assert {look.top_colour for look in dark} <= set(DARK_CLOTH)
    assert draw_look(ModelSpec("child", 1, (("stature", 1.1),))).stature_m == 1.1
    assert build(ModelSpec("child", 1, (("stature", 1.1),))).size_m[2] == pytest.approx(1.1, abs=0.04)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (ModelSpec("man", 0, (("clothin", "dark"),)), "clothing"),
        (ModelSpec("man", 0, (("clothing", "grim"),)), "dark, mixed, bright"),
        (ModelSpec("man", 0, (("stature", 17.7),)), r"0.8..2.2"),
        (ModelSpec("robot", 0), "no kind of person"),
    ],
)
def test_what_nobody_reads_is_refused(spec: ModelSpec, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        draw_look(spec)
