"""Animals walk, trot and gallop with feet that stand still; they do their steps, and the ego heeds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.geometry import FloatArray
from scenegen.models.animals.forms import KINDS, hip_height_m, top_speed_m_per_s
from scenegen.models.animals.posing import animal_shape
from scenegen.models.animals.skeleton import BONE, LEGS
from scenegen.models.catalogue import build
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.people.build import posed_vertices
from scenegen.scenario.scene import (
    AnimalScene,
    AtTimeScene,
    CrossScene,
    FreezeScene,
    OnLaneScene,
    PropScene,
    RoadsideScene,
    WaitScene,
)
from scenegen.simulate.animal_curves import animal_gait, animal_stride_m, duty, touch_down
from scenegen.simulate.animal_gait import pose_animal
from scenegen.simulate.clip import Clip
from tests.simulate.streets import EGO, run, track

WALK, TROT, GALLOP = 0.15, 1.2, 8.0  # Froude numbers


@pytest.fixture(scope="module", params=KINDS)
def animal(request: pytest.FixtureRequest) -> Model:
    return build(ModelSpec(request.param, 1))


def motion_of(kind: str, froude: float, phase: FloatArray) -> FloatArray:
    hip = hip_height_m(kind)
    speed = min(np.sqrt(froude * 9.81 * hip), top_speed_m_per_s(kind))
    rows = np.zeros((len(phase), 5))
    rows[:, 0] = phase
    rows[:, 1:] = animal_stride_m(speed, hip), speed, 0.0, animal_gait(speed, hip)
    return rows


def toes_world_m(model: Model, motion: FloatArray) -> FloatArray:
    """Toes (n, 4, 3) of an animal that advances along x."""
    shape, poses = animal_shape(model.joints, model.facts), pose_animal(model, motion)
    feet = poses[:, [BONE[f"foot_{leg}"] for leg in LEGS]]
    toes = np.einsum("nlij,lj->nli", feet[..., :3, :3], shape.toe_m) + feet[..., :3, 3]
    toes[..., 0] += (motion[:, 0] * motion[:, 1])[:, None]
    return toes


@pytest.mark.parametrize("froude", [WALK, TROT, GALLOP])
def test_a_foot_on_the_ground_stands_still(animal: Model, froude: float) -> None:
    motion = motion_of(animal.spec.kind, froude, np.arange(300) / 300)
    toes, hip = toes_world_m(animal, motion), animal_shape(animal.joints, animal.facts).hip_m
    down_share = duty(motion[:, 2], motion[:, 1], motion[:, 4], hip)[:, None]
    local = (motion[:, :1] - touch_down(motion[:, 4])) % 1.0
    is_down = local < down_share
    together = is_down[1:] & is_down[:-1] & (np.diff(local, axis=0) > 0)
    slip = np.linalg.norm(np.diff(toes, axis=0), axis=2)[together]
    assert slip.max() < 1e-9
    assert np.abs(toes[..., 2][is_down]).max() < 1e-9


@pytest.mark.parametrize("froude", [WALK, TROT, GALLOP])
def test_no_part_sinks_into_the_ground(animal: Model, froude: float) -> None:
    for matrices in pose_animal(animal, motion_of(animal.spec.kind, froude, np.arange(8) / 8)):
        assert posed_vertices(animal.meshes[2], matrices)[:, 2].min() > -0.02


def test_feet_on_the_ground_by_gait() -> None:
    for froude, least, usual in ((WALK, 2, 3), (TROT, 0, 2), (GALLOP, 0, 1)):
        motion = motion_of("roe_deer", froude, np.arange(101) / 101)
        share = duty(motion[:, 2], motion[:, 1], motion[:, 4], hip_height_m("roe_deer"))[:, None]
        down = ((motion[:, :1] - touch_down(motion[:, 4])) % 1.0 < share).sum(axis=1)
        assert (down.min(), np.median(down)) == (least, usual), froude


def test_gaits_follow_the_froude_number() -> None:
    hip = 0.5
    speeds = [np.sqrt(froude * 9.81 * hip) for froude in (0.2, 1.2, 6.0)]
    assert [animal_gait(speed, hip) for speed in speeds] == [0.0, 1.0, 2.0]
    assert animal_stride_m(speeds[0], hip) == pytest.approx(2.4 * 0.2**0.34 * hip)
    assert animal_stride_m(speeds[2], hip) == pytest.approx(1.9 * 6.0**0.40 * hip)


def test_a_row_gives_the_same_bits_alone_and_in_sequence(animal: Model) -> None:
    motion = motion_of(animal.spec.kind, GALLOP, np.arange(9) / 7)
    motion[:, 3] = np.linspace(0.0, 1.0, 9)
    together = pose_animal(animal, motion)
    for i in range(9):
        assert pose_animal(animal, motion[i : i + 1]).tobytes() == together[i : i + 1].tobytes()


def test_motion_is_smooth(animal: Model) -> None:
    shape = animal_shape(animal.joints, animal.facts)
    for froude in (WALK, TROT, GALLOP):
        motion = motion_of(animal.spec.kind, froude, np.arange(401) / 400)
        steps = np.abs(np.diff(pose_animal(animal, motion)[:, :, :3], axis=0)).max(axis=(1, 2, 3))
        assert steps.max() < 0.12 * max(1.0, shape.hip_m)


def test_wrong_motion_is_refused(animal: Model) -> None:
    with pytest.raises(ValueError, match=r"wanted \(n, 5\)"):
        pose_animal(animal, np.zeros((2, 3)))
    with pytest.raises(ValueError, match="wanted 'animal'"):
        pose_animal(build(ModelSpec("drum")), np.zeros((1, 5)))


def deer(*steps: Any, kind: str = "roe_deer", s: float = 60.0) -> AnimalScene:
    return AnimalScene("deer", "rare", kind, RoadsideScene("right", s, 3.0), steps)


def crossing(speed: float) -> CrossScene:
    return CrossScene("cross", speed, 90.0, 1.0, None)


def test_a_deer_waits_then_crosses_with_steady_feet_and_runs_on() -> None:
    clip = run(actors=(deer(WaitScene("wait", AtTimeScene(1.0, 0.0), None), crossing(6.0), s=150.0),), duration=6.0)
    mine = track(clip, "deer")
    assert (mine.rig, mine.class_name) == ("animal", "animal")
    at = clip.row_of(0), clip.row_of(9), clip.row_of(20), clip.row_of(59)
    y = mine.world_from_body[:, 1, 3]
    assert y[at[0]] == y[at[1]]
    assert y[at[2]] > y[at[1]] + 3.0
    assert y[at[3]] > y[at[2]] + 5.0
    assert mine.motion[at[0], 3] == 1.0
    assert mine.motion[at[2], 3] == 0.0
    assert mine.motion[at[2], 4] == 2.0
    # It leaves on its line and never turns along the road
    assert np.abs(mine.world_from_body[:, 0, 3] - mine.world_from_body[0, 0, 3]).max() < 0.01


def test_one_that_freezes_comes_to_stand_on_its_feet() -> None:
    steps = (CrossScene("cross", 5.0, 90.0, 0.5, AtTimeScene(1.5, 0.0)), FreezeScene("freeze", 10.0))
    mine = track(run(actors=(deer(*steps, s=150.0),), duration=4.0), "deer")
    assert mine.motion[-1, 3] == 1.0
    assert (mine.world_from_body[-1] == mine.world_from_body[-30]).all()


def braked(clip: Clip) -> bool:
    return bool(clip.ego.motion[:, 2].min() < 0.5)


def test_the_ego_stops_for_an_animal_as_for_a_cone_in_its_lane() -> None:
    ego = EGO.__class__(**{**EGO.__dict__, "reacts": True})
    cow = AnimalScene("cow", "rare", "cow", OnLaneScene(1, 80.0, 0.0), ())
    cone = PropScene("cone", "rare", "traffic_cone", OnLaneScene(1, 80.0, 0.0), 0.0, "off")
    for actor in (cow, cone):
        clip = run(actors=(actor,), ego=ego)
        assert clip.metrics["contact"] == 0.0
        assert braked(clip), actor.name


def test_a_traffic_light_shows_its_state_and_faces_the_traffic() -> None:
    clip = run(actors=(PropScene("light", "", "traffic_light", RoadsideScene("right", 60.0, 0.5), 0.0, "green"),), duration=1.0)
    mine = track(clip, "light")
    assert mine.model.options == (("state", "green"),)
    assert mine.class_name == "traffic_light"
    assert mine.world_from_body[0, :2, 0] == pytest.approx((-1.0, 0.0), abs=1e-9)


def test_a_cow_can_not_run_like_a_deer() -> None:
    with pytest.raises(ScenarioError, match=r"deer.does.cross.speed: 9 m/s; a cow runs at most 7"):
        run(actors=(deer(crossing(9.0), kind="cow"),))
