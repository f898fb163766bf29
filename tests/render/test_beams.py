"""Vehicles' lamps as sources of light: where they are, what they light, and that a limit is counted."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lit_stages import from_above, lit, maker, picture
from little_stages import SMALL, box_mesh, still

from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh
from scenegen.render.beams import HEAD, TAIL, VehicleBeams, joined
from scenegen.render.lamps import MAX_LAMPS, choose_lamps
from scenegen.render.renderer import Renderer
from scenegen.render.transform_table import PoseSource
from scenegen.scenario.scene import LightScene, WeatherScene
from scenegen.simulate.clip import LAMP_BRAKE, LAMP_HEAD, LAMP_TAIL
from scenegen.stage.stage import Stage

NIGHT = LightScene(-25.0, 0.0, True, 0.0)
CLEAR = WeatherScene(0.0, 1e6, 0.0, 0.0)


@pytest.fixture(scope="module")
def raster() -> Renderer:
    return Renderer(look="raster")


def lamp_box(material: str, x: float) -> Mesh:
    mesh = box_mesh((0.2, 1.4, 0.2), (x, 0, 0.7))
    return dataclasses.replace(mesh, material=np.full(len(mesh.positions_m), MATERIAL[material], np.uint8))


def car(bits: int, yaw: float = 0.0) -> Stage:
    """A head and a tail lamp 4 m apart that face along +x turned by yaw, seen from 20 m above; image right is +x."""
    made = maker(camera=from_above(20.0))
    for material, x in (("head_lamp", 2.0), ("tail_lamp", -2.0)):
        made.add(lamp_box(material, x), still(pose(0, 0, 0, yaw=yaw)), object_id=1)
    stage = lit(made.stage(), NIGHT, CLEAR)
    return dataclasses.replace(stage, lamps_of_row=lambda frame: np.full(stage.rows, bits, np.uint8))


def test_a_cars_lamps_are_where_its_glass_is_and_shine_its_way() -> None:
    stage = car(LAMP_HEAD | LAMP_TAIL, yaw=np.pi / 2)
    found = VehicleBeams(stage).at(PoseSource(stage).at(0))
    assert found.kind.tolist() == [HEAD, TAIL]
    assert found.world_m == pytest.approx(np.array([[0.0, 2.13, 0.7], [0.0, -2.13, 0.7]]), abs=1e-6)
    assert found.axis == pytest.approx(np.array([[0.0, 1.0, 0.0], [0.0, -1.0, 0.0]]), abs=1e-6)


def test_only_lit_lamps_are_sources_and_brakes_are_brighter() -> None:
    candela = []
    for bits in (LAMP_TAIL, LAMP_BRAKE | LAMP_TAIL):
        stage = car(bits)
        found = VehicleBeams(stage).at(PoseSource(stage).at(0))
        assert found.kind.tolist() == [TAIL]
        candela.append(float(found.candela[0, 0]))
    assert candela[1] > 5 * candela[0]
    dark = car(0)
    assert len(VehicleBeams(dark).at(PoseSource(dark).at(0))) == 0


def test_head_lamps_light_the_road_ahead_and_tail_lamps_redden_it_behind(raster: Renderer) -> None:
    dark, bright = (picture(raster, car(bits)).astype(np.float64) for bits in (0, LAMP_HEAD | LAMP_TAIL))
    gained = bright - dark
    # 7.5 px a metre, the middle of the image at 99.5: 4 to 9 m ahead, 0.3 to 2 m behind the lamps
    ahead, behind = gained[55:65, 145:180], gained[55:65, 68:81]
    assert ahead.mean() > 20
    assert ahead.mean() > 3 * max(gained[55:65, 20:60].mean(), 1.0)
    assert behind[..., 0].mean() > behind[..., 1].mean() + 5


def test_lamps_of_vehicles_count_against_the_limit() -> None:
    stage = car(LAMP_HEAD | LAMP_TAIL)
    many = joined(*[VehicleBeams(stage).at(PoseSource(stage).at(0))] * MAX_LAMPS)
    chosen = choose_lamps(many, pose(-10, 0, 1.65) @ BODY_FROM_CAM, SMALL)
    assert (chosen.count, chosen.left_out) == (MAX_LAMPS, MAX_LAMPS)
