"""What lies on the road: turned over, on the ground, within the box that the catalogue states, in its standing twin's parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.models.catalogue import KINDS, build
from scenegen.models.lying import LYING_KINDS
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import ModelSpec
from scenegen.scenario.scene import OnLaneScene, VehicleScene
from scenegen.scenario.scene_behaviour import BrakeScene, WaitScene
from tests.simulate.streets import run, track


@pytest.mark.parametrize("kind", LYING_KINDS)
def test_it_fills_its_box_on_the_ground_and_has_one_joint(kind: str) -> None:
    model = build(ModelSpec(kind))
    points = model.meshes[0].positions_m
    extent = np.ptp(points, axis=0)
    assert extent == pytest.approx(KINDS[kind].size_m, rel=0.05)
    assert points[:, 2].min() == pytest.approx(0.0, abs=0.08)
    assert model.rig == "static"
    assert len(model.joints) == 1
    assert all((mesh.joints == 0).all() for mesh in model.meshes)


@pytest.mark.parametrize("kind", LYING_KINDS)
def test_faces_look_the_way_their_normals_do(kind: str) -> None:
    mesh = build(ModelSpec(kind)).meshes[0]
    corners = mesh.positions_m.astype(float)[mesh.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    said = mesh.normals.astype(float)[mesh.faces].mean(axis=1)
    large = np.linalg.norm(across, axis=1) > 1e-7
    least = 0.5 if kind == "fallen_tree" else 0.9  # the normals of leaves are those of their crown
    assert ((across * said).sum(axis=1)[large] > 0).mean() > least


def test_an_overturned_car_shows_its_wheels_to_the_sky() -> None:
    mesh = build(ModelSpec("overturned_car")).meshes[0]
    tyres = mesh.positions_m[mesh.material == MATERIAL["tyre"], 2]
    glass = mesh.positions_m[mesh.material == MATERIAL["glass"], 2]
    assert tyres.mean() > 0.9 > glass.mean()


def test_it_stands_still_and_refuses_to_drive() -> None:
    car = VehicleScene(
        "car", "rare", "overturned_car", "any", OnLaneScene(1, 90.0, 0.0), None, False, (WaitScene("wait", None, None),)
    )
    clip = run(actors=(car,), duration=1.0)
    lying = track(clip, "car")
    assert (lying.world_from_body == lying.world_from_body[0]).all()
    assert lying.class_name == "car"
    with pytest.raises(ScenarioError, match="car that lies or stands askew stays"):
        run(actors=(replace(car, does=(BrakeScene("brake", 1.0, 0.0, None),)),))
