from __future__ import annotations

import numpy as np
import pytest

from scenegen.geometry import FloatArray
from scenegen.models.catalogue import build
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.people.build import posed_vertices
from scenegen.models.people.posing import body_shape, solve, standing
from scenegen.simulate.gait import pose_person, run_blend, stride_m

TICK_S = 1 / 120
SOLE_M = 0.03  # vertices below this at rest are the sole


@pytest.fixture(scope="module", params=("man", "woman", "elderly", "child"))
def person(request: pytest.FixtureRequest) -> Model:
    return build(ModelSpec(request.param, 3))


def steady(person: Model, speed: float, *, strides: float = 1.0, run: float = 0.0, stance: float = 0.0) -> FloatArray:
    stride = stride_m(speed, person.facts["stature_m"], person.spec.kind)
    ticks = np.arange(int(strides * stride / speed / TICK_S) + 2)
    one = np.ones(len(ticks))
    way = ticks * TICK_S * speed
    return np.stack([way / stride, stride * one, speed * one, stance * one, run * one, way, 0 * one], axis=1)


def soles(person: Model, matrices: FloatArray, side: str) -> FloatArray:
    mesh = person.meshes[1]
    rows = np.nonzero((mesh.part == person.parts.index(f"foot_{side}")) & (mesh.positions_m[:, 2] < SOLE_M))[0]
    rest = np.concatenate([mesh.positions_m[rows].astype(float), np.ones((len(rows), 1))], axis=1)
    skinned = np.zeros((len(matrices), len(rows), 3))
    for k in range(4):
        moved = np.einsum("tnij,nj->tni", matrices[:, mesh.joints[rows, k], :3], rest)
        skinned += mesh.weights[rows, k, None] * moved
    return skinned


def slip_m_per_s(person: Model, motion: FloatArray, *, stance_share: float) -> FloatArray:
    matrices = pose_person(person, motion)
    slips = []
    for side, offset in (("left", 0.0), ("right", 0.5)):
        phase = (motion[:, 0] + offset) % 1.0
        sole = soles(person, matrices, side)
        for i in range(len(motion) - 1):
            if 0.01 < phase[i] < phase[i + 1] < stance_share - 0.01:
                lowest = sole[i, :, 2].argmin()
                step = sole[i + 1, lowest, :2] - sole[i, lowest, :2]
                advance = (motion[i + 1, 0] - motion[i, 0]) * motion[i, 1]
                slips.append(np.hypot(step[0] + advance, step[1]) / TICK_S)
    return np.array(slips)


@pytest.mark.parametrize("speed", [1.0, 1.25, 1.5])
def test_foot_on_the_ground_stands_still_when_walking(person: Model, speed: float) -> None:
    slips = slip_m_per_s(person, steady(person, speed), stance_share=0.62)
    assert len(slips) > 50
    assert slips.max() < 0.05  # lowest vertex changes while the sole rolls; the contact point itself is exact


@pytest.mark.parametrize("speed", [2.4, 3.2])
def test_foot_on_the_ground_stands_still_when_running(person: Model, speed: float) -> None:
    slips = slip_m_per_s(person, steady(person, speed, run=1.0), stance_share=0.25)
    assert len(slips) > 20
    assert slips.max() < 0.1


@pytest.mark.parametrize(
    ("speed", "run", "stance"),
    [(0.2, 0, 0), (1.4, 0, 0), (1.4, 0, 0.3), (1.4, 0, 0.7), (2.2, 0.5, 0), (3.2, 1, 0), (3.2, 1, 0.5)],
)
def test_soles_never_sink_and_one_foot_carries(person: Model, speed: float, run: float, stance: float) -> None:
    matrices = pose_person(person, steady(person, speed, run=run, stance=stance)[::3])
    lowest = np.stack([soles(person, matrices, side)[..., 2].min(axis=1) for side in ("left", "right")])
    assert lowest.min() > -0.01
    if run == 0:
        assert lowest.min(axis=0).max() < 0.012  # a walker never flies


def test_left_and_right_are_half_a_cycle_apart(person: Model) -> None:
    now = pose_person(person, np.array([[0.2, 1.4, 1.3, 0.0, 0.0, 0.0, 0.0]]))[0]
    later = pose_person(person, np.array([[0.7, 1.4, 1.3, 0.0, 0.0, 0.0, 0.0]]))[0]
    mirror = np.diag((1.0, -1.0, 1.0, 1.0))
    for bone in ("thigh", "shin", "foot", "arm", "fore"):
        left, right = person.joint_index[f"{bone}_left"], person.joint_index[f"{bone}_right"]
        np.testing.assert_allclose(now[left], mirror @ later[right] @ mirror, atol=1e-9)
    assert np.abs(now[left] - mirror @ now[right] @ mirror).max() > 0.01


def test_legs_and_arms_of_a_side_swing_against_each_other(person: Model) -> None:
    strike = pose_person(person, np.array([[0.0, 1.4, 1.3, 0.0, 0.0, 0.0, 0.0]]))[0]

    def forward_m(bone: str) -> float:
        row = person.joint_index[bone]
        return float((strike[row] @ person.joints[row].body_from_joint[:, 3])[0])

    assert forward_m("foot_left") > 0.15 > -0.15 > forward_m("foot_right")
    assert forward_m("hand_left") < forward_m("hand_right") - 0.15


def test_whole_strides_change_nothing(person: Model) -> None:
    motion = steady(person, 1.3)
    shifted = motion + np.array([2.0, 0, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(pose_person(person, shifted), pose_person(person, motion), atol=1e-12)


def test_a_row_gives_the_same_bits_alone_and_in_sequence(person: Model) -> None:
    motion = steady(person, 1.3, run=0.3, stance=0.2)
    motion[:, 2] *= np.linspace(0.3, 1.0, len(motion))
    together = pose_person(person, motion)
    for row in range(0, len(motion), 9):
        assert (pose_person(person, motion[row : row + 1])[0] == together[row]).all()


def test_motion_is_smooth(person: Model) -> None:
    for speed, run in ((0.6, 0.0), (1.4, 0.0), (3.0, 1.0)):
        matrices = pose_person(person, steady(person, speed, strides=2.0, run=run))
        rest = np.stack([joint.body_from_joint[:, 3] for joint in person.joints])
        places = np.einsum("tjik,jk->tji", matrices, rest)[..., :3]
        speeds = np.linalg.norm(np.diff(places, axis=0), axis=-1) / TICK_S
        assert speeds.max() < 5.5 * speed + 1.0  # a swinging foot is about three to four times as fast as its walker


def test_stance_one_is_the_pose_of_the_size_box(person: Model) -> None:
    at_ease = pose_person(person, np.array([[0.37, 1.4, 1.3, 1.0, 0.0, 0.0, 0.0]]))[0]
    shape = body_shape(person.joints, person.facts)
    np.testing.assert_allclose(at_ease, solve(shape, standing(shape, 1))[0], atol=1e-12)
    posed = posed_vertices(person.meshes[0], at_ease)
    np.testing.assert_allclose(np.ptp(posed[:, :2], axis=0), person.size_m[:2], atol=1e-6)


def test_matrices_are_rigid(person: Model) -> None:
    rotations = pose_person(person, steady(person, 1.3)[::11])[..., :3, :3]
    products = rotations @ np.swapaxes(rotations, -1, -2)
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(3), products.shape), atol=1e-9)
    assert (np.linalg.det(rotations) > 0).all()


def test_knee_bends_as_published() -> None:
    # Free walking: the swing knee peaks near 59 degrees at 72 % of the cycle (Schwartz et al. 2008).
    man = build(ModelSpec("man", 3))
    speed = 1.28
    stride = stride_m(speed, man.facts["stature_m"], "man")
    phase = np.arange(0, 1, 0.02)
    motion = np.stack([phase, *(np.full(len(phase), value) for value in (stride, speed, 0.0, 0.0, 0.0, 0.0))], axis=1)
    matrices = pose_person(man, motion)
    thigh, shin = (matrices[:, man.joint_index[f"{bone}_left"], :3, :3] for bone in ("thigh", "shin"))
    between = np.swapaxes(thigh, -1, -2) @ shin
    knee = np.degrees(np.arccos(np.clip((np.trace(between, axis1=-2, axis2=-1) - 1) / 2, -1, 1)))
    assert knee.max() == pytest.approx(59, abs=9)  # individuals differ by 5 to 7 degrees
    assert 0.62 < phase[knee.argmax()] < 0.82
    assert knee[phase < 0.5].max() < 35


def test_strides_follow_the_walk_ratio() -> None:
    assert stride_m(1.3, 1.77, "man") == pytest.approx(1.42, abs=0.02)
    cadence_per_min = 120 * 1.3 / stride_m(1.3, 1.77, "man")
    assert cadence_per_min == pytest.approx(110, abs=2)
    assert stride_m(2.5, 1.72, "man") == pytest.approx(1.86, abs=0.06)
    assert stride_m(1.3, 1.22, "child") < stride_m(1.3, 1.68, "elderly") < stride_m(1.3, 1.77, "man")
    assert stride_m(0.0, 1.77, "man") > 0.1


def test_walk_turns_into_run_near_two_metres_a_second() -> None:
    assert run_blend(1.7, 1.77) == 0.0
    assert run_blend(2.22, 1.77) == 1.0
    assert 0.0 < run_blend(2.07, 1.77) < 1.0
    assert run_blend(1.85, 1.22) == 1.0


def test_wrong_motion_is_refused() -> None:
    man = build(ModelSpec("man", 3))
    with pytest.raises(ValueError, match="phase, stride_m"):
        pose_person(man, np.zeros((3, 4)))
