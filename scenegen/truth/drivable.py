"""Where one may drive: every pixel of the carriageway by the lane that its surface point lies in, computed, not drawn."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np

from scenegen import distortion as lens_distortion
from scenegen.classes import BY_NAME
from scenegen.distortion import DistortionScene
from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, Pinhole, frozen, pose, rigid_inverse
from scenegen.roads.network import RoadNetwork
from scenegen.roads.reference_line import ReferenceLine, t_beside
from scenegen.truth.frame import View

NOT_DRIVABLE, DIRECT, ALTERNATIVE, ONCOMING, BESIDE = 0, 1, 2, 3, 4
"""The values of the mask: 1 the ego's own lane and 2 other lanes of its direction, as in BDD100K; 3 oncoming lanes; 4 paved
strips beside the lanes, which are shoulders and parking. What stands on the road is 0: the mask covers what is seen of it."""

DRIVABLE_CLASSES = ("road", "lane_marking", "parking")


def drivable(view: View, network: RoadNetwork, world_from_ego: FloatArray) -> ByteArray:
    """Give the drivable-area mask of a view.

    Args:
        view: one camera at one instant.
        network: the road that the view's clip was driven on.
        world_from_ego: (4, 4) pose of the ego's body at that instant.
    Returns:
        (H, W) uint8: `NOT_DRIVABLE`, `DIRECT`, `ALTERNATIVE`, `ONCOMING` or `BESIDE`.
    Source:
        Yu et al. 2020, BDD100K: direct is the lane that the ego drives in, alternative one it may change to.
    """
    mask = np.zeros(view.passes.z_m.shape, np.uint8)
    shown = is_road(view)
    seen = np.flatnonzero(shown.any(axis=1))
    if not len(seen):
        return mask
    rows = slice(int(seen[0]), int(seen[-1]) + 1)
    t = t_of_pixels(view, network, rows)
    borders, values = _strips(network, world_from_ego)
    strip = np.zeros(t.shape, np.uint8)
    for border in borders:
        strip += t > np.float32(border)
    mask[rows] = values[strip] * shown[rows]
    return mask


def is_road(view: View) -> BoolArray:
    """Pixels (H, W) of classes that vehicles drive on."""
    is_drivable = np.isin(view.row_class, [BY_NAME[name].id for name in DRIVABLE_CLASSES])
    pixels: BoolArray = is_drivable[view.passes.row]
    return pixels


def t_of_pixels(view: View, network: RoadNetwork, rows: slice) -> Float32Array:
    """Give t of the surface points of some image rows, (rows, W) float32; within a millimetre for roads of a kilometre."""
    labels = view.labels
    x, y = _slopes(labels.lens, labels.distortion)
    x, y, z = x[rows] if len(x) > 1 else x, y[rows], view.passes.z_m[rows]
    line = network.road.reference_line
    if isinstance(line, ReferenceLine) and len(line.geometries) == 1:
        record = line.geometries[0]
        record_from_cam = rigid_inverse(pose(record.x_m, record.y_m, 0.0, yaw=record.heading_rad)) @ labels.world_from_cam.now
        return t_beside(record, *_coordinates(record_from_cam, x, y, z))
    # Subtract a place near the camera before rounding: single precision holds no metre far from the origin.
    world_from_cam = labels.world_from_cam.now.copy()
    world_from_cam[:3, 3] = 0.0
    east, north = (way.astype(np.float64) for way in _coordinates(world_from_cam, x, y, z))
    place = labels.world_from_cam.now[:2, 3]
    return network.locate(east + place[0], north + place[1])[1].astype(np.float32)


def _coordinates(
    a_from_cam: FloatArray, x: Float32Array, y: Float32Array, z: Float32Array
) -> tuple[Float32Array, Float32Array]:
    """The first two coordinates in a frame of the points at depth z on rays (x, y, 1)."""
    turn, place = a_from_cam[:, :3].astype(np.float32), a_from_cam[:, 3].astype(np.float32)
    first, second = (z * ((turn[i, 0] * x) + (turn[i, 1] * y + turn[i, 2])) + place[i] for i in range(2))
    return first, second


@lru_cache(maxsize=8)
def _slopes(lens: Pinhole, distortion: DistortionScene | None) -> tuple[Float32Array, Float32Array]:
    """Give x / z and y / z of the rays through all pixels, float32: (1, W) and (H, 1), or (H, W) each for a bent image."""
    if distortion is None:
        x = (np.arange(lens.width_px) - lens.cx_px)[None] / lens.fx_px
        y = (np.arange(lens.height_px) - lens.cy_px)[:, None] / lens.fy_px
    else:
        rays = lens_distortion.rays(lens, distortion)
        x, y = rays[..., 0] / rays[..., 2], rays[..., 1] / rays[..., 2]
    return frozen(x.astype(np.float32)), frozen(y.astype(np.float32))


def _strips(network: RoadNetwork, world_from_ego: FloatArray) -> tuple[list[float], ByteArray]:
    """Give t of the borders between paved strips from right to left, and the mask's value on each strip."""
    right, left = network.edge_t("right"), network.edge_t("left")
    borders = sorted({*network.section.borders_t("right"), *network.section.borders_t("left")})
    borders = [t for t in borders if right <= t <= left]
    centres = {lane: network.lane_centre_t(lane) for lane in network.lane_ids}
    x, y = (np.array([value]) for value in world_from_ego[:2, 3])
    ego_t = float(network.locate(x, y)[1][0])
    own = min(centres, key=lambda lane: abs(centres[lane] - ego_t))
    values = []
    for low, high in pairwise(borders):
        lane = next((lane for lane, t in centres.items() if low < t < high), None)
        if lane is None:
            values.append(BESIDE)
        elif lane == own:
            values.append(DIRECT)
        else:
            values.append(ALTERNATIVE if network.lane_direction(lane) == network.lane_direction(own) else ONCOMING)
    return borders[1:-1], np.array(values, np.uint8)
