"""Proofs that the lines and the drivable area of a view are those of the clip's road, by the road's own numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.classes import BY_NAME
from scenegen.dataset.proof import Proof
from scenegen.distortion import project, ray_at
from scenegen.geometry import FloatArray, IntArray, apply, rigid_inverse
from scenegen.roads.build import build_network
from scenegen.roads.markings import marked_borders
from scenegen.roads.network import SIDES, RoadNetwork, Side
from scenegen.truth.drivable import ALTERNATIVE, BESIDE, DIRECT, DRIVABLE_CLASSES, ONCOMING

PLACE_M = 0.01  # meshes cut curves by up to 8 mm, and lines lie on the meshes
LINE_PX = 1e-3
RISE_M = 0.2  # a kerb's pixel may show its top
SUNK_M = 0.03
BORDER_M = 0.005  # pixels this near to a lane's border may fall on either side
EVERY_PX = 4  # of the drivable area one pixel in sixteen is computed again

Images = dict[str, npt.NDArray[Any]]


def prove_road(proof: Proof, record: dict[str, Any], images: Images, frame: int, place: str) -> None:
    """Check one frame's lines and drivable area, where the arrays hold them."""
    network = build_network(proof.clip.scene.road)
    is_street = network.map_route is None  # on a map lines are those of its meshes, which have one cross-section no more
    if "line_px" in images and len(images["line_px"]):
        if is_street:
            _prove_places(proof, network, record, images, place)
        _prove_pixels(proof, images, frame, place)
    if "drivable" in images and is_street:
        _prove_area(proof, network, images, frame, place)


def _prove_places(proof: Proof, network: RoadNetwork, record: dict[str, Any], images: Images, place: str) -> None:
    """Lines along the road keep to the t of what they are."""
    points = images["line_world_m"]
    _, t = network.locate(points[:, 0], points[:, 1])
    edges_t = [network.edge_t(side) for side in SIDES]
    marks_t = [t + way * mark.width_m for mark, t in marked_borders(network) for way in _stripes(mark.type)]
    for number, line in enumerate(record["lines"]):
        if line["type"] == "parking bay":
            continue
        allowed = np.array(edges_t if line["kind"] == "road_edge" else marks_t)
        here = t[images["line"] == number]
        off = np.abs(here[:, None] - allowed).min(axis=1, initial=np.inf).max(initial=0.0)
        proof.expect("line places", off < PLACE_M, f"{place} line {number}", f"{line['kind']} is {off:.3f} m beside the road's")


def _stripes(mark: str) -> tuple[float, ...]:
    """Where the stripes of a mark lie beside its border, in widths of a stripe."""
    return {"none": (), "solid solid": (-1.0, 1.0)}.get(mark, (0.0,))


def _prove_pixels(proof: Proof, images: Images, frame: int, place: str) -> None:
    """Lines are the image of their points, and a visible point's pixel shows ground."""
    cam = apply(rigid_inverse(proof.camera(frame)), images["line_world_m"])
    error = float(np.abs(project(cam, proof.lens, proof.eye.distortion) - images["line_px"]).max())
    proof.expect("line pixels", error < LINE_PX, f"{place} line_px", f"is {error:.3f} px off the image of line_world_m")
    pixels = np.rint(images["line_px"][images["line_visible"]])
    u, v = np.clip(pixels, 0, np.array(images["depth_m"].shape[::-1]) - 1).astype(np.intp).T
    height = _world_of(proof, images["depth_m"], u, v, frame)[:, 2]
    is_off = (height < -SUNK_M) | (height > RISE_M) | (images["object_id"][v, u] > 0)
    proof.checks["visible line points"] += len(is_off)
    text = f"{int(is_off.sum())} visible points lie on pixels that show no road"
    proof.expect("line visibility", not is_off.any(), f"{place} line_visible", text)


def _prove_area(proof: Proof, network: RoadNetwork, images: Images, frame: int, place: str) -> None:
    """The drivable area is all of the road's pixels, each with the value of its lane."""
    mask = images["drivable"]
    is_road = np.isin(images["class_id"], [BY_NAME[name].id for name in DRIVABLE_CLASSES])
    where = f"{place} drivable"
    wrong = int(((mask > 0) != is_road).sum())
    proof.expect("drivable pixels", wrong == 0, where, f"{wrong} pixels are in the area and not road, or the other way")
    rows, columns = np.nonzero(is_road[::EVERY_PX, ::EVERY_PX])
    v, u = rows * EVERY_PX, columns * EVERY_PX
    world = _world_of(proof, images["depth_m"], u, v, frame)
    _, t = network.locate(world[:, 0], world[:, 1])
    expected, is_sure = _values(proof, network, t, frame)
    is_off = (mask[v, u] != expected) & is_sure
    proof.checks["drivable lanes"] += len(is_off)
    text = f"{int(is_off.sum())} of {len(is_off)} pixels have the value of another lane"
    proof.expect("drivable frames", not is_off.any(), where, text)


def _values(proof: Proof, network: RoadNetwork, t: FloatArray, frame: int) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Give the value of the lane at each t, and whether it is far enough from a border to be sure."""
    x, y = proof.clip.ego.world_from_body[proof.clip.row_of(frame), :2, 3]
    _, ego_t = network.locate(np.array([x]), np.array([y]))
    own = min(network.lane_ids, key=lambda lane: abs(network.lane_centre_t(lane) - float(ego_t[0])))
    expected = np.full(len(t), BESIDE, np.int32)
    for lane in network.lane_ids:
        side: Side = "left" if network.lane_centre_t(lane) > 0 else "right"
        half = 0.5 * network.section.lanes(side)[abs(lane) - 1].width_m
        value = DIRECT if lane == own else ALTERNATIVE if lane * own > 0 else ONCOMING
        expected[np.abs(t - network.lane_centre_t(lane)) < half] = value
    borders = np.array([border for side in SIDES for border in network.section.borders_t(side)])
    return expected, np.abs(t[:, None] - borders).min(axis=1) > BORDER_M


def _world_of(proof: Proof, depth_m: FloatArray, u: npt.NDArray[np.intp], v: npt.NDArray[np.intp], frame: int) -> FloatArray:
    """Give the points (n, 3) in the world that pixels show."""
    rays = ray_at(np.stack([u, v], axis=1).astype(np.float64), proof.lens, proof.eye.distortion)
    cam = rays * (depth_m[v, u].astype(np.float64) / rays[:, 2])[:, None]
    return apply(proof.camera(frame), cam)
