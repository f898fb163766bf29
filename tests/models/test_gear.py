from __future__ import annotations

import numpy as np
import pytest

from scenegen.geometry import FloatArray
from scenegen.models.catalogue import build
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.people.build import posed_vertices
from scenegen.models.people.gear_kinds import COLLAR_M, DOG_M, GROUND_M
from scenegen.models.people.holding import hold_of, palm_at
from scenegen.models.people.looks import draw_look
from scenegen.models.people.posing import body_shape
from scenegen.simulate.gait import pose_person

ROLLING = ("pushchair", "wheelchair")


def person_with(gear: str, kind: str = "woman", **options: str) -> Model:
    return build(ModelSpec(kind, 2, tuple(sorted({"gear": gear, **options}.items()))))


def at(model: Model, *, travelled_m: float = 0.0, stance: float = 1.0, phase: float = 0.0, look: float = 0.0) -> FloatArray:
    return pose_person(model, np.array([[phase, 1.4, 1.3, stance, 0.0, travelled_m, look]]))[0]


def posed_gear(model: Model, matrices: FloatArray) -> FloatArray:
    return posed_vertices(model.meshes[0], matrices)[model.meshes[0].part == model.parts.index("gear")]


@pytest.mark.parametrize("gear", ROLLING)
def test_wheels_stand_on_the_ground_and_roll_with_the_way(gear: str) -> None:
    model = person_with(gear)
    rim = model.meshes[0]
    for name in ("gear_wheel_0", "gear_wheel_1"):
        joint = model.joint_index[name]
        axle = model.joints[joint].body_from_joint[:3, 3]
        rows = (rim.joints[:, 0] == joint) & (rim.part == model.parts.index("gear"))
        lowest = posed_vertices(rim, at(model))[rows, 2].min()
        assert abs(lowest) < 0.006  # the tyre has twenty-four corners
        # A quarter turn forward takes the point ahead of the axle to the ground.
        turned = at(model, travelled_m=0.5 * np.pi * axle[2])[joint]
        np.testing.assert_allclose((turned @ [axle[0] + 0.05, 0, axle[2], 1])[:3], [axle[0], 0, axle[2] - 0.05], atol=1e-12)


@pytest.mark.parametrize("gear", ["umbrella", "phone", "pushchair", "dog"])
def test_hands_keep_hold_while_walking(gear: str) -> None:
    model = person_with(gear)
    hold = hold_of(model.facts)
    assert hold is not None
    shape = body_shape(model.joints, model.facts)
    for i, side in enumerate(("left", "right")):
        palms = np.array([palm_at(shape, at(model, stance=0.0, phase=phase), side) for phase in np.arange(0, 1, 0.1)])
        sway = np.ptp(palms[:, 0])
        assert sway < 0.09 if hold.arms[i] is not None else sway > 0.2  # the trunk turns and rises a little


def test_pushing_hands_lie_on_the_handle() -> None:
    model = person_with("pushchair")
    gear, shape = posed_gear(model, at(model)), body_shape(model.joints, model.facts)
    for side in ("left", "right"):
        assert np.linalg.norm(gear - palm_at(shape, at(model), side), axis=1).min() < 0.07


def test_one_who_sits_is_as_high_as_a_seat_allows_and_keeps_the_feet_off_the_ground() -> None:
    model = person_with("wheelchair", "man")
    assert 1.2 < model.size_m[2] < 1.5
    vertices = posed_vertices(model.meshes[0], at(model, stance=0.0, phase=0.3, travelled_m=0.7))
    feet = vertices[np.isin(model.meshes[0].part, [model.parts.index(f"foot_{side}") for side in ("left", "right")])]
    assert 0.03 < feet[:, 2].min() < 0.12
    there, here = (palm_at(body_shape(model.joints, model.facts), at(model, travelled_m=way), "left") for way in (0.0, 0.29))
    assert np.linalg.norm(there - here) > 0.1  # the hands push


def test_a_lead_reaches_from_the_hand_to_the_collar() -> None:
    model = person_with("dog")
    collar = np.array([DOG_M[0] + COLLAR_M[0], DOG_M[1], COLLAR_M[1]])
    for phase in (0.0, 0.4):
        matrices = at(model, stance=0.0, phase=phase)
        rope = posed_gear(model, matrices)
        assert np.linalg.norm(rope - collar, axis=1).min() < 0.02
        palm = palm_at(body_shape(model.joints, model.facts), matrices, "left")
        assert np.linalg.norm(rope - palm, axis=1).min() < 0.02
    assert model.size_m[1] < 0.8  # a lead is no part of the box


@pytest.mark.parametrize("gear", GROUND_M)
def test_the_ground_a_person_takes_is_known_without_a_mesh(gear: str) -> None:
    model = person_with(gear)
    for k in (0, 1):
        assert model.size_m[k] == pytest.approx(GROUND_M[gear][k], abs=0.22)  # build and bags differ
        assert abs(model.centre_m[k]) < 0.14


def test_heads_turn_and_eyes_go_along() -> None:
    model = person_with("none")
    ahead, left = at(model), at(model, look=0.6)
    head = model.joint_index["head"]
    turn = left[head, :3, :3] @ ahead[head, :3, :3].T
    assert np.arctan2(turn[1, 0], turn[0, 0]) == pytest.approx(0.6, abs=0.02)


def test_a_vest_is_bright_and_dyed_tops_take_the_instances_paint() -> None:
    assert draw_look(ModelSpec("man", 3, (("clothing", "hi_vis"),))).has_vest
    vest, plain = (build(ModelSpec("man", 3, (("clothing", clothing),))) for clothing in ("hi_vis", "dark"))
    bright = (vest.meshes[0].tint[:, :3].astype(int) @ (0, 1, -1) > 100).sum()
    assert bright > 400 > (plain.meshes[0].tint[:, :3].astype(int) @ (0, 1, -1) > 100).sum()


def test_gear_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="umbrella, phone, pushchair, wheelchair, dog"):
        draw_look(ModelSpec("man", 0, (("gear", "jetpack"),)))
