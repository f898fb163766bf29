"""A bare street without anything on it, seen by a camera of any kind: depth in closed form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from scenegen import distortion as lens_distortion
from scenegen.classes import BY_NAME
from scenegen.distortion import DistortionScene
from scenegen.geometry import BODY_FROM_CAM, Float32Array, FloatArray, Pinhole, pose
from scenegen.render.passes import Passes
from scenegen.roads.network import RoadNetwork
from scenegen.roads.street import build_street
from scenegen.truth.frame import Poses, View, ViewLabels
from tests.simulate.streets import STREET

LENS = Pinhole.centred(width_px=320, height_px=120, focal_px=180.0)
HEIGHT_M = 1.65
LANE_T = -1.625


def street(**changes: Any) -> RoadNetwork:
    return build_street(replace(STREET, **changes))


def on_lane(network: RoadNetwork, s: float, t: float = LANE_T, *, turn: float = 0.0) -> FloatArray:
    """world_from_body of a vehicle on the road, heading along it."""
    x, y, _, heading = network.frame(np.array([s]), np.array([t]))[0]
    return pose(x, y, 0.0, yaw=heading + turn)


def camera(world_from_body: FloatArray, *, pitch: float = 0.02) -> FloatArray:
    """world_from_cam of a camera above the body's origin."""
    return world_from_body @ pose(0.0, 0.0, HEIGHT_M, pitch=pitch) @ BODY_FROM_CAM


def ground_depth(world_from_cam: FloatArray, lens: Pinhole = LENS, bent: DistortionScene | None = None) -> Float32Array:
    """Depth image of the plane z = 0 up to 400 m."""
    rays = lens_distortion.rays(lens, bent)
    down = rays @ world_from_cam[2, :3]
    reach = np.where(down < 0, -world_from_cam[2, 3] / np.where(down < 0, down, -1.0), np.inf)
    return np.where((reach < 400.0) & (rays[..., 2] > 0), reach * rays[..., 2], 0.0).astype(np.float32)


def view_of(world_from_cam: FloatArray, z_m: Float32Array, lens: Pinhole = LENS, bent: DistortionScene | None = None) -> View:
    """A view in which everything that is not sky is road."""
    shape = z_m.shape
    passes = Passes(
        frame=0, z_m=z_m, normal_oct=np.zeros((*shape, 2), np.uint16), row=(z_m > 0).astype(np.uint16),
        part=np.zeros(shape, np.uint8), flow_px=np.zeros((*shape, 4), np.float32), dz_m=np.zeros((*shape, 2), np.float32),
        state=np.zeros((*shape, 2), np.uint8), rgb=None, silhouettes=(),
    )  # fmt: skip
    labels = ViewLabels("front", lens, Poses(world_from_cam, world_from_cam, world_from_cam), (), distortion=bent)
    return View(labels, passes, np.zeros(2, np.int32), np.array([0, BY_NAME["road"].id], np.uint8), None)
