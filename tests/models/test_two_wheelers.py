"""Two-wheelers: tyres on the ground, hands on grips, feet on pedals at every turn of the crank, budgets, same twice."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from scenegen.models.catalogue import KINDS
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.people.build import posed_vertices
from scenegen.models.vehicles import build_two_wheeler
from scenegen.models.vehicles.bicycle import CRANK_M, DEVELOPMENT_M
from scenegen.models.vehicles.pedalling import pedalling_poses

TWO_WHEELERS = ("bicycle", "motorcycle", "e_scooter")
BUDGET = (22_000, 8_000, 3_200, 2_000)
LENGTH_M = {"bicycle": (1.6, 1.95), "motorcycle": (2.0, 2.25), "e_scooter": (1.05, 1.3)}
HEIGHT_M = {"bicycle": (1.55, 2.0), "motorcycle": (1.44, 1.85), "e_scooter": (1.6, 2.05)}


@cache
def model(kind: str, seed: int = 1) -> Model:
    return build_two_wheeler(ModelSpec(kind, seed))


@pytest.mark.parametrize("kind", TWO_WHEELERS)
@pytest.mark.parametrize("seed", range(4))
def test_size_is_that_of_a_rider_and_close_to_the_catalogues(kind, seed):
    made = model(kind, seed)
    length, width, height = made.size_m
    assert LENGTH_M[kind][0] < length < LENGTH_M[kind][1]
    assert 0.45 < width < 0.9
    assert HEIGHT_M[kind][0] < height < HEIGHT_M[kind][1]
    np.testing.assert_allclose(made.size_m, KINDS[kind].size_m, atol=0.20)  # people differ in stature
    points = made.meshes[0].positions_m
    np.testing.assert_allclose(points.max(0)[:2] - points.min(0)[:2], (length, width), atol=1e-6)


@pytest.mark.parametrize("kind", TWO_WHEELERS)
def test_wheels_stand_on_the_ground_and_turn_round(kind):
    made = model(kind)
    facts = made.facts
    assert (facts["wheel_radius_m"], facts["wheelbase_m"]) == (KINDS[kind].wheel_radius_m, KINDS[kind].wheelbase_m)
    for mesh in made.meshes:
        assert abs(float(mesh.positions_m[:, 2].min())) < 0.02
        for name, sign in (("wheel_f", 1), ("wheel_r", -1)):
            points = mesh.positions_m[mesh.joints[:, 0] == made.joint_index[name]]
            centre = made.joints[made.joint_index[name]].body_from_joint[:3, 3]
            assert centre[0] == pytest.approx(sign * facts["wheelbase_m"] / 2)
            radius = np.hypot(points[:, 0] - centre[0], points[:, 2] - centre[2])
            assert radius.max() == pytest.approx(facts["wheel_radius_m"], abs=1e-5)
            assert points[:, 2].min() == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize("kind", TWO_WHEELERS)
def test_levels_shrink_and_keep_within_their_budgets(kind):
    sizes = [len(mesh.faces) for mesh in model(kind).meshes]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size <= most for size, most in zip(sizes, BUDGET, strict=True))


@pytest.mark.parametrize("kind", TWO_WHEELERS)
def test_faces_look_out_and_arrays_are_sound(kind):
    for mesh in model(kind).meshes:
        a, b, c = (mesh.positions_m[mesh.faces[:, i]].astype(float) for i in range(3))
        flat = np.cross(b - a, c - a)
        area = np.linalg.norm(flat, axis=1)
        agrees = (flat * mesh.normals[mesh.faces].mean(1)).sum(1) > 0
        assert area[agrees].sum() > 0.97 * area.sum()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)
        np.testing.assert_allclose(mesh.weights.sum(1), 1, atol=1e-4)
        assert mesh.joints.max() < len(model(kind).joints)
        assert mesh.part.max() < len(model(kind).parts)


@pytest.mark.parametrize("kind", TWO_WHEELERS)
@pytest.mark.parametrize("seed", range(4))
def test_hands_are_on_the_bar_and_feet_off_the_ground(kind, seed):
    made = model(kind, seed)
    mesh = made.meshes[0]
    for side, sign in (("left", 1), ("right", -1)):
        hand = mesh.positions_m[mesh.part == made.parts.index(f"hand_{side}")]
        foot = mesh.positions_m[mesh.part == made.parts.index(f"foot_{side}")]
        frame = mesh.positions_m[(mesh.part < made.parts.index("torso")) & (mesh.positions_m[:, 2] > 0.9)]
        gap = np.linalg.norm(hand[:, None] - frame[None], axis=2).min()
        assert gap < 0.045, "a hand holds nothing"  # between vertices of hand and bar
        assert 0.05 < foot[:, 2].min() < 0.5
        assert (sign * foot[:, 1]).mean() > 0


@pytest.mark.parametrize("seed", range(4))
def test_feet_stay_on_the_pedals_over_a_turn_of_the_crank(seed):
    made = model("bicycle", seed)
    share = np.linspace(0, 1, 13)
    poses = pedalling_poses(made, share * DEVELOPMENT_M)
    for side, sign in (("left", 1), ("right", -1)):
        pedal = made.joints[made.joint_index[f"pedal_{side}"]].body_from_joint[:3, 3]
        crank = made.joints[made.joint_index["crank"]].body_from_joint[:3, 3]
        at = poses[f"pedal_{side}"][:, :3, :3] @ pedal + poses[f"pedal_{side}"][:, :3, 3]
        np.testing.assert_allclose(np.hypot(*(at - crank)[:, [0, 2]].T), CRANK_M, atol=1e-9)
        np.testing.assert_allclose(at[3, [0, 2]] - crank[[0, 2]], [0, -sign * CRANK_M], atol=1e-9)  # a quarter turn goes down
        # Knee and ankle are one place, seen from either of the bones that meet there
        for upper, lower in (("thigh", "shin"), ("shin", "foot")):
            joint = made.joints[made.joint_index[f"{lower}_{side}"]].body_from_joint[:3, 3]
            ends = [poses[f"{bone}_{side}"][:, :3, :3] @ joint + poses[f"{bone}_{side}"][:, :3, 3] for bone in (upper, lower)]
            np.testing.assert_allclose(ends[0], ends[1], atol=2e-3)
        np.testing.assert_allclose(poses[f"thigh_{side}"][0], np.eye(4), atol=1e-9)
        np.testing.assert_allclose(poses[f"thigh_{side}"][-1], np.eye(4), atol=1e-9)


def test_pedalling_keeps_within_the_box():
    made = model("bicycle", 0)
    mesh = made.meshes[1]
    matrices = np.tile(np.eye(4), (len(made.joints), 1, 1))
    for travelled in np.linspace(0, DEVELOPMENT_M, 8, endpoint=False):
        for name, pose in pedalling_poses(made, np.array([travelled])).items():
            matrices[made.joint_index[name]] = pose[0]
        points = posed_vertices(mesh, matrices)
        half = np.array(made.size_m[:2]) / 2 + 0.02
        assert (np.abs(points[:, :2] - made.centre_m) <= half).all()
        assert points[:, 2].min() > -0.005
        assert points[:, 2].max() < made.size_m[2] + 0.02


def test_seeds_differ_and_repeat():
    first = [model("bicycle", seed).meshes[0].positions_m.tobytes() for seed in range(4)]
    assert len(set(first)) == 4
    again = build_two_wheeler(ModelSpec("bicycle", 2)).meshes[0].positions_m.tobytes()
    assert again == first[2]
