"""What of an answer by somebody else's reader of a KITTI layout is not what our labels say, by name; nothing is the good case.

The expected numbers come from poses, sizes and pixel buffers, not from our writers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.geometry import apply, box_corners, project, rigid_inverse
from scenegen.truth.frame import FLOW_OUT, FLOW_SKY, FLOW_VALID, Frame, ObjectLabel
from tests.formats.real_clip import BASE_M

NEAR_M = 1.0  # corners nearer to the camera's plane are far out of the picture


def far(ours: object, theirs: object, tolerance: float) -> bool:
    """Tell whether two arrays differ in shape or by more than a tolerance anywhere; a nan on one side alone differs."""
    a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    return a.shape != b.shape or not np.allclose(a, b, rtol=0, atol=tolerance, equal_nan=True)


def nearest(ours: np.ndarray, theirs: object) -> float:
    """Give the largest distance from one of our corners to the nearest of theirs: their order is each reader's own."""
    return float(np.linalg.norm(ours[:, None] - np.array(theirs)[None], axis=-1).min(axis=1).max())


def labelled(frame: Frame) -> list[ObjectLabel]:
    """Give the objects that have a line in KITTI's label files."""
    return [label for label in frame.main.labels.objects if label.visible_px and BY_NAME[label.class_name].kitti]


def object_faults(answer: dict[str, Any], frame: Frame) -> Iterator[str]:
    view, labels = frame.main.labels, labelled(frame)
    if [BY_NAME[label.class_name].kitti for label in labels] != [row["type"] for row in answer["kitti3d"]]:
        yield "types"
        return
    cam_from_world = rigid_inverse(view.world_from_cam.now)
    for label, box, row, box_px in zip(labels, answer["boxes"], answer["kitti3d"], answer["boxes_px"], strict=True):
        corners = apply(cam_from_world @ label.world_from_body.now, box_corners(label.size_m))
        if nearest(corners, box["corners_cam_m"]) > 0.005:
            yield "corners"
        if corners[:, 2].min() > NEAR_M and nearest(project(corners, view.lens), box["corners_px"]) > 0.1:
            yield "projected corners"
        if far(label.box_amodal_px, box_px, 0.01):
            yield "2D box"
        heading = (cam_from_world @ label.world_from_body.now)[:3, :3] @ (1, 0, 0)
        ray = corners.mean(axis=0)
        alpha = np.arctan2(-heading[2], heading[0]) - np.arctan2(ray[0], ray[2])
        if abs(np.sin((row["alpha"] - alpha) / 2)) > 1e-3:
            yield "alpha"
        if far(label.truncation, row["truncated"], 0.006):
            yield "truncated"
        if row["occluded"] != (label.occlusion >= 0.1) + (label.occlusion >= 0.5):
            yield "occluded"
        if far(label.size_m[::-1], row["dimensions"], 0.001):
            yield "dimensions"
    points = answer["points_velo_m"]
    if points is None or far(frame.sweeps[0].points_m, np.array(points)[:, :3], 1e-4):
        yield "points"
    else:
        velo_from_world = rigid_inverse(frame.sweeps[0].world_from_lidar.now)
        corners = apply(velo_from_world @ labels[0].world_from_body.now, box_corners(labels[0].size_m))
        if nearest(corners, answer["boxes"][0]["corners_velo_m"]) > 0.01:
            yield "box in the velodyne's frame"
        if far(frame.sweeps[0].intensity, np.array(points)[:, 3], 1e-6):
            yield "reflectance"


def flow_faults(answer: dict[str, Any], frame: Frame) -> Iterator[str]:
    passes, lens = frame.main.passes, frame.main.labels.lens
    state = passes.state[..., 0]
    is_known = (state & FLOW_VALID > 0) & (state & FLOW_SKY == 0)
    for kind, known in (("flow_occ", is_known), ("flowpy_occ", is_known), ("flow_noc", is_known & (state & FLOW_OUT == 0))):
        if far(np.where(known[..., None], passes.flow_px[..., :2], np.nan), answer[kind], 1 / 128 + 1e-4):
            yield kind
    near = passes.z_m > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        disparity = np.where(near, lens.fx_px * BASE_M / passes.z_m, np.nan)
        later = lens.fx_px * BASE_M / (passes.z_m + passes.dz_m[..., 0])
    inside = np.arange(lens.width_px) - disparity >= -0.5
    step = 1 / 256 + 1e-4  # half a step, and a whole one where the least disparity is lifted to 1/256
    if far(disparity, answer["disp_occ_0"], step):
        yield "disp_occ_0"
    if far(np.where(inside, disparity, np.nan), answer["disp_noc_0"], step):
        yield "disp_noc_0"
    if far(np.where(near & is_known, later, np.nan), answer["disp_occ_1"], step):
        yield "disp_occ_1"
    moving = [label.track_id for label in frame.main.labels.objects if label.moving]
    if (np.array(answer["obj_map"]) != np.isin(frame.main.object_id, moving)).any():
        yield "obj_map"


def depth_faults(answer: Sequence[Any], frame: Frame) -> Iterator[str]:
    for kind, image, view in zip(("left", "right"), answer, frame.views, strict=True):
        z = view.passes.z_m
        if far(np.where((z > 0) & (z < 255.9), z, np.nan), np.where(np.array(image, float) < 255.9, image, np.nan), 1 / 256):
            yield kind


def semantics_faults(answer: dict[str, Any], frame: Frame) -> Iterator[str]:
    ids = np.array([entry.cityscapes_id for entry in BY_NAME.values()])
    order = np.array([entry.id for entry in BY_NAME.values()])
    label_id = ids[np.argsort(order)][frame.main.class_id]
    if (np.array(answer["semantic"]) != label_id).any():
        yield "semantic"
    for mask in answer["masks"]:
        where = np.array(mask["mask"], bool)
        if len(np.unique(label_id[where])) != 1:
            yield "mask of several classes"
        if mask["number"] and len(np.unique(frame.main.object_id[where])) != 1:
            yield "mask of several objects"
    counted = {label.track_id for label in labelled(frame) if label.class_name in ("car", "van", "person")}
    if len({(mask["category"], mask["number"]) for mask in answer["masks"] if mask["number"]}) != len(counted):
        yield "number of instances"


def raw_faults(answer: dict[str, Any], frames: Sequence[Frame]) -> Iterator[str]:
    bodies = [frame.labels.ego.world_from_body.now for frame in frames]
    cams = [frame.main.labels.world_from_cam.now for frame in frames]
    velo = frames[0].sweeps[0].world_from_lidar.now
    for pose, body in zip(answer["poses"], bodies, strict=True):
        expected = body.copy()
        expected[:3, 3] -= bodies[0][:3, 3]
        if far(expected, pose, 1e-5):
            yield "poses"
    if far([frame.labels.time_s for frame in frames], answer["times_s"], 1e-6):
        yield "times"
    if far(rigid_inverse(cams[0]) @ velo, answer["T_cam2_velo"], 1e-6):
        yield "T_cam2_velo"
    right_from_velo = rigid_inverse(cams[0]) @ velo
    right_from_velo[0, 3] -= BASE_M
    if far(right_from_velo, answer["T_cam3_velo"], 1e-6):
        yield "T_cam3_velo"
    if far(rigid_inverse(velo) @ bodies[0], answer["T_velo_imu"], 1e-6):
        yield "T_velo_imu"
    if far(frames[0].main.labels.lens.matrix, answer["K_cam2"], 1e-6):
        yield "K"
    if far(BASE_M, answer["b_rgb"], 1e-6):
        yield "base"


def odometry_faults(answer: dict[str, Any], frames: Sequence[Frame]) -> Iterator[str]:
    cams = [frame.main.labels.world_from_cam.now for frame in frames]
    if far([rigid_inverse(cams[0]) @ cam for cam in cams], answer["poses"], 1e-6):
        yield "poses"
    if not answer["evo"]["valid"]:
        yield "rotations"
    if far([frame.labels.time_s for frame in frames], answer["times_s"], 1e-6):
        yield "times"
    if far(BASE_M, answer["b_rgb"], 1e-6):
        yield "base"
