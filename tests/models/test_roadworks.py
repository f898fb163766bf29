"""Road works and traffic lights fill the boxes of the catalogue; a light shows what it is told."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.errors import ScenarioError
from scenegen.models.catalogue import KINDS, build
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import ModelSpec
from scenegen.models.signals import STATES

PROPS = tuple(kind for kind, entry in KINDS.items() if entry.category == "prop")


@pytest.mark.parametrize("kind", PROPS)
def test_a_prop_fills_the_catalogues_box_and_stands_on_the_ground(kind: str) -> None:
    model = build(ModelSpec(kind))
    assert model.size_m == pytest.approx(KINDS[kind].size_m, abs=0.03)
    assert model.meshes[0].positions_m[:, 2].min() == pytest.approx(0.0, abs=1e-6)
    assert model.class_name in BY_NAME
    assert len(model.meshes[1].faces) < len(model.meshes[0].faces)


@pytest.mark.parametrize("kind", PROPS)
def test_faces_look_the_way_their_normals_do(kind: str) -> None:
    mesh = build(ModelSpec(kind)).meshes[0]
    corners = mesh.positions_m.astype(float)[mesh.faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    said = mesh.normals.astype(float)[mesh.faces].mean(axis=1)
    large = np.linalg.norm(across, axis=1) > 1e-9
    assert ((across * said).sum(axis=1)[large] > 0).mean() > 0.995


@pytest.mark.parametrize("state", STATES)
def test_a_traffic_light_lights_one_lens_at_its_height(state: str) -> None:
    mesh = build(ModelSpec("traffic_light", 0, (("state", state),))).meshes[0]
    heights = {}
    for colour in ("red", "amber", "green"):
        lit = mesh.positions_m[mesh.material == MATERIAL[f"signal_{colour}"]]
        if len(lit):
            heights[colour] = float(lit[:, 2].mean())
            assert lit[:, 0].min() > 0.1
    wanted = {"red": 3.12, "amber": 2.84, "green": 2.56}
    assert heights == ({} if state == "off" else {state: pytest.approx(wanted[state], abs=0.01)})


def test_wrong_kinds_and_states_are_refused() -> None:
    with pytest.raises(ScenarioError, match="'blue' is not one of red"):
        build(ModelSpec("traffic_light", 0, (("state", "blue"),)))
    with pytest.raises(ScenarioError, match="no option 'state'"):
        build(ModelSpec("drum", 0, (("state", "red"),)))
