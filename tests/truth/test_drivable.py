"""The drivable area is the lane of every pixel's surface point: against the road's own answer, and in a real clip."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.scenes import scene_of, stage_of
from scenegen import distortion as lens_distortion
from scenegen.distortion import BrownConradyScene, DistortionScene
from scenegen.geometry import ByteArray, FloatArray
from scenegen.render.renderer import Renderer
from scenegen.roads.build import build_network
from scenegen.roads.network import Road, RoadNetwork
from scenegen.roads.reference_line import Geometry, ReferenceLine
from scenegen.truth.drivable import ALTERNATIVE, BESIDE, DIRECT, NOT_DRIVABLE, ONCOMING, drivable
from scenegen.truth.frame import View
from scenegen.truth.labeller import Labeller
from tests.truth.flat_road import LENS, camera, ground_depth, on_lane, street, view_of

BARREL = BrownConradyScene(k1=-0.25, k2=0.05, p1=0.002, p2=-0.001, k3=0.0)
ROADS: dict[str, dict[str, Any]] = {
    "straight": {},
    "bend": {"curvature": 0.006, "heading_deg": 200.0},
    "far away": {"curvature": -0.004, "origin": (5000.0, -3000.0)},
    "left-hand": {"drive": "left"},
    "four lanes": {"lanes": 4, "parking": 0.0, "shoulder": 0.5},
    "one way": {"lanes": 2, "oneway": True, "shoulder": 0.5},
}


def t_of_pixels(view: View, network: RoadNetwork, bent: DistortionScene | None) -> FloatArray:
    """t of every pixel's point in float64, nan for sky."""
    rays = lens_distortion.rays(LENS, bent)
    world_from_cam = view.labels.world_from_cam.now
    z_m = np.where(view.passes.z_m > 0, view.passes.z_m, np.nan).astype(np.float64)
    world = (rays * (z_m / rays[..., 2])[..., None]) @ world_from_cam[:3, :3].T + world_from_cam[:3, 3]
    return np.where(np.isfinite(z_m), network.locate(world[..., 0], world[..., 1])[1], np.nan)


def expected_mask(network: RoadNetwork, t: FloatArray, own: int) -> ByteArray:
    """The mask by the definition: lanes by their middle and width, one after the other."""
    half = 0.5 * network.section.lanes("left" if network.lane_centre_t(own) > 0 else "right")[0].width_m
    mask = np.where(np.isfinite(t), BESIDE, NOT_DRIVABLE)
    for lane in network.lane_ids:
        value = DIRECT if lane == own else ALTERNATIVE if lane * own > 0 else ONCOMING
        mask[np.abs(t - network.lane_centre_t(lane)) < half] = value
    return mask.astype(np.uint8)


@pytest.mark.parametrize("bent", [None, BARREL], ids=["pinhole", "barrel"])
@pytest.mark.parametrize("road", ROADS)
def test_every_pixel_has_the_value_of_its_lane(road: str, bent: DistortionScene | None) -> None:
    network = street(**ROADS[road])
    own = network.lane_ids[1] if road in ("four lanes", "one way") else 1
    world_from_ego = on_lane(network, 60.0, network.lane_centre_t(own))
    world_from_cam = camera(world_from_ego)
    view = view_of(world_from_cam, ground_depth(world_from_cam, LENS, bent), bent=bent)
    mask = drivable(view, network, world_from_ego)
    t = t_of_pixels(view, network, bent)
    borders = np.array([t for side in ("left", "right") for t in network.section.borders_t(side)])
    off_borders = ~(np.abs(t[..., None] - borders) < 2e-3).any(axis=-1)  # single precision on a border
    is_sure = off_borders & ~((t < network.edge_t("right")) | (t > network.edge_t("left")))  # the view calls grass road too
    assert off_borders.mean() > 0.97
    assert is_sure.mean() > 0.6
    assert (mask == expected_mask(network, t, own))[is_sure].all()
    assert {NOT_DRIVABLE, DIRECT, BESIDE} <= set(np.unique(mask).tolist())
    assert (ALTERNATIVE in mask) == (road in ("four lanes", "one way"))
    assert (ONCOMING in mask) == (road != "one way")


def test_an_ego_on_the_wrong_side_drives_in_that_lane() -> None:
    network = street()
    world_from_ego = on_lane(network, 60.0, network.lane_centre_t(-1))
    world_from_cam = camera(world_from_ego)
    mask = drivable(view_of(world_from_cam, ground_depth(world_from_cam)), network, world_from_ego)
    assert mask[-1, 160] == DIRECT
    assert ALTERNATIVE not in mask


def test_a_road_of_several_records_gives_the_same_mask() -> None:
    whole = street(curvature=0.005, origin=(4000.0, 9000.0))
    first = whole.road.reference_line.geometries[0]
    x, y, heading = whole.road.reference_line.poses(np.array([80.0]))[0]
    second = Geometry(80.0, float(x), float(y), float(heading), first.length_m - 80.0, first.curvature_per_m)
    road: Road = replace(whole.road, reference_line=ReferenceLine((replace(first, length_m=80.0), second)))
    parted = replace(whole, roads=(road,))
    world_from_ego = on_lane(whole, 60.0)
    view = view_of(camera(world_from_ego), ground_depth(camera(world_from_ego)))
    masks = [drivable(view, network, world_from_ego) for network in (whole, parted)]
    assert (masks[0] != masks[1]).mean() < 1e-3  # pixels on a border


def test_no_road_no_area() -> None:
    world_from_cam = camera(np.eye(4), pitch=-1.2)
    assert not drivable(view_of(world_from_cam, ground_depth(world_from_cam)), street(), np.eye(4)).any()


def test_a_real_view_has_its_own_lane_ahead_and_nothing_on_things() -> None:
    scene = scene_of("residential_street", size_px=(320, 96))
    clip, stage = stage_of(scene)
    network = build_network(scene.road)
    with Renderer(look="none") as renderer:
        renderer.load(stage)
        view = Labeller(clip, stage, None, network).frame([renderer.render(20)]).main
    mask = view.drivable
    assert mask is not None
    assert mask[-1, 170] == DIRECT
    assert {DIRECT, ONCOMING, BESIDE} <= set(np.unique(mask).tolist())
    assert not mask[view.object_id > 0].any()
    assert (mask[np.isin(view.class_id, (1, 2, 5))] > 0).all()
    assert (mask > 0).sum() == np.isin(view.class_id, (1, 2, 5)).sum()
