"""Animals: nine kinds, true to size, closed where bodies are, the same bytes each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.models.animals.build import build_animal
from scenegen.models.animals.forms import FORMS, KINDS
from scenegen.models.animals.posing import animal_shape, solve, standing
from scenegen.models.animals.skeleton import BONE, LEGS
from scenegen.models.catalogue import KINDS as CATALOGUE
from scenegen.models.catalogue import build
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.people.build import posed_vertices


@pytest.fixture(scope="module", params=KINDS)
def animal(request: pytest.FixtureRequest) -> Model:
    return build(ModelSpec(request.param, 1))


def test_weights_sum_to_one_exactly_and_name_real_joints(animal: Model) -> None:
    for mesh in animal.meshes:
        assert (mesh.weights.sum(axis=1) == np.float32(1)).all()
        assert mesh.joints.max() < len(animal.joints)
        assert mesh.part.max() < len(animal.parts)
        assert mesh.material.max() < len(MATERIALS)
    assert all(joint.parent < i for i, joint in enumerate(animal.joints))


def test_every_level_has_fewer_triangles_and_the_finest_is_fine(animal: Model) -> None:
    counts = [len(mesh.faces) for mesh in animal.meshes]
    assert counts[0] > 8000
    assert counts[1] < 0.5 * counts[0]
    assert counts[2] < 0.5 * counts[1]


def test_the_box_is_tight_and_over_the_origin(animal: Model) -> None:
    points = animal.meshes[0].positions_m
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    assert low[0] == pytest.approx(-high[0], abs=1e-5)
    assert animal.size_m == pytest.approx((high[0] - low[0], 2 * max(high[1], -low[1]), high[2]), abs=1e-5)
    assert high[1] == pytest.approx(-low[1], abs=0.12 * high[1])


def test_feet_stand_on_the_ground(animal: Model) -> None:
    points, part = animal.meshes[0].positions_m, animal.meshes[0].part
    for leg in LEGS:
        lowest = points[part == animal.parts.index(f"leg_{leg}")][:, 2].min()
        assert abs(lowest) < 0.02, leg


def test_the_back_is_as_high_as_the_form_says(animal: Model) -> None:
    form, points = FORMS[animal.spec.kind], animal.meshes[0].positions_m
    along = points[:, 0] - animal.joints[BONE["loin"]].body_from_joint[0, 3]
    middle = points[(np.abs(along) < 0.1 * form.withers_m) & (np.abs(points[:, 1]) < 0.1 * form.withers_m)]
    assert middle[:, 2].max() == pytest.approx(form.back * form.withers_m, rel=0.1)


def test_size_is_near_the_catalogue(animal: Model) -> None:
    nominal = CATALOGUE[animal.spec.kind].size_m
    assert animal.size_m[0] == pytest.approx(nominal[0], rel=0.1)
    assert animal.size_m[2] == pytest.approx(nominal[2], rel=0.15)


def test_standing_is_the_rest_pose(animal: Model) -> None:
    shape = animal_shape(animal.joints, animal.facts)
    matrices = solve(shape, standing(1))[0]
    assert np.abs(matrices - np.eye(4)).max() < 1e-9
    assert np.abs(posed_vertices(animal.meshes[2], matrices) - animal.meshes[2].positions_m).max() < 1e-6


def test_a_toe_goes_where_it_is_asked_and_the_upper_bones_keep_their_length(animal: Model) -> None:
    shape = animal_shape(animal.joints, animal.facts)
    step = 0.2 * shape.hip_m
    ask = replace(
        standing(1), toe_x=np.full((1, 4), step), toe_z=np.full((1, 4), 0.1 * step), rise=np.full(1, -0.1 * shape.hip_m)
    )
    matrices = solve(shape, ask)[0]
    for i, leg in enumerate(LEGS):
        foot = matrices[BONE[f"foot_{leg}"]]
        assert foot[:3, :3] @ shape.toe_m[i] + foot[:3, 3] == pytest.approx(shape.toe_m[i] + (step, 0, 0.1 * step), abs=1e-9)
        knee = shape.rest_m[BONE[f"lower_{leg}"]]
        above, below = matrices[BONE[f"upper_{leg}"]], matrices[BONE[f"lower_{leg}"]]
        assert above[:3, :3] @ knee + above[:3, 3] == pytest.approx(below[:3, :3] @ knee + below[:3, 3], abs=1e-9)
        hock = shape.rest_m[BONE[f"cannon_{leg}"]]
        shank = matrices[BONE[f"cannon_{leg}"]]
        assert below[:3, :3] @ hock + below[:3, 3] == pytest.approx(shank[:3, :3] @ hock + shank[:3, 3], abs=1e-9)


def test_the_same_spec_gives_the_same_bytes_and_another_seed_another_animal() -> None:
    first, again, other = (build_animal(ModelSpec("fox", seed)).meshes[0] for seed in (2, 2, 3))
    assert first.positions_m.tobytes() == again.positions_m.tobytes()
    assert first.tint.tobytes() == again.tint.tobytes()
    assert first.positions_m.tobytes() != other.positions_m.tobytes()
    assert first.tint.tobytes() != other.tint.tobytes()


@pytest.mark.parametrize("kind", ["roe_deer", "white_tailed_deer", "moose", "cow"])
def test_even_seeds_carry_antlers_or_horns(kind: str) -> None:
    armed, plain = (build(ModelSpec(kind, seed)) for seed in (0, 1))
    if kind != "cow":
        assert armed.size_m[2] > 1.03 * plain.size_m[2]
    assert len(armed.meshes[0].faces) > len(plain.meshes[0].faces) + 400


def test_what_is_no_animal_or_no_option_is_refused() -> None:
    with pytest.raises(ScenarioError, match="no animal 'man'"):
        build_animal(ModelSpec("man"))
    with pytest.raises(ScenarioError, match="no option 'colour'"):
        build_animal(ModelSpec("fox", 0, (("colour", "red"),)))
