"""nuScenes with its own devkit: boxes in the global frame and in each sensor's, points, lidarseg, calibration, chains."""

from __future__ import annotations

from typing import Any

import numpy as np
from nuscenes.nuscenes import NuScenes
from nuscenes.utils.data_classes import LidarPointCloud
from nuscenes.utils.geometry_utils import BoxVisibility, points_in_box, view_points
from nuscenes.utils.splits import get_scenes_of_split


def read(root: str) -> dict[str, Any]:
    """Load the root by the devkit's defaults and walk every scene."""
    nusc = NuScenes(dataroot=root, verbose=False)
    return {
        "scenes": {scene["name"]: _scene(nusc, scene) for scene in nusc.scene},
        "splits": {name: get_scenes_of_split(name, nusc) for name in ("scenegen_train", "scenegen_val")},
        "map_size": list(nusc.map[0]["mask"].mask().shape),
        "counts": {table: len(getattr(nusc, table)) for table in nusc.table_names},
        "instances": [_instance(nusc, instance) for instance in nusc.instance],
        "has_lidarseg": hasattr(nusc, "lidarseg"),
    }


def _scene(nusc: NuScenes, scene: dict[str, Any]) -> list[dict[str, Any]]:
    samples, token = [], scene["first_sample_token"]
    while token:
        sample = nusc.get("sample", token)
        samples.append(_sample(nusc, sample))
        token = sample["next"]
    return samples


def _sample(nusc: NuScenes, sample: dict[str, Any]) -> dict[str, Any]:
    return {
        "timestamp": sample["timestamp"],
        "boxes": [_box(nusc, token) for token in sample["anns"]],
        "channels": {channel: _data(nusc, token) for channel, token in sample["data"].items()},
    }


def _box(nusc: NuScenes, token: str) -> dict[str, Any]:
    row, box = nusc.get("sample_annotation", token), nusc.get_box(token)
    velocity = nusc.box_velocity(token)
    return {
        "name": box.name,
        "corners_global_m": box.corners().T,
        "bottom_global_m": box.bottom_corners().T,
        "forward": box.orientation.rotation_matrix[:, 0],
        "points": row["num_lidar_pts"],
        "visibility": nusc.get("visibility", row["visibility_token"])["level"],
        "attributes": [nusc.get("attribute", token)["name"] for token in row["attribute_tokens"]],
        "velocity_m_per_s": np.nan_to_num(velocity, nan=1e9),
        "instance": row["instance_token"],
    }


def _data(nusc: NuScenes, token: str) -> dict[str, Any]:
    path, boxes, intrinsic = nusc.get_sample_data(token, box_vis_level=BoxVisibility.NONE)
    row = nusc.get("sample_data", token)
    read = {"path": path, "size": [row["width"], row["height"]], "modality": row["sensor_modality"]}
    if intrinsic is not None and len(intrinsic):
        read["corners_px"] = [view_points(box.corners(), intrinsic, normalize=True)[:2].T for box in boxes]
        read["corners_cam_m"] = [box.corners().T for box in boxes]
        return read
    cloud = LidarPointCloud.from_file(path)
    labels = np.fromfile(f"{nusc.dataroot}/{nusc.get('lidarseg', token)['filename']}", np.uint8)
    read["points"] = cloud.points.T
    read["points_in_boxes"] = [int(points_in_box(box, cloud.points[:3], wlh_factor=1.001).sum()) for box in boxes]
    read["lidarseg"] = [nusc.lidarseg_idx2name_mapping[int(label)] for label in labels]
    return read


def _instance(nusc: NuScenes, instance: dict[str, Any]) -> list[str]:
    chain, token = [], instance["first_annotation_token"]
    while token:
        chain.append(token)
        token = nusc.get("sample_annotation", token)["next"]
    whole = len(chain) == instance["nbr_annotations"] and chain[-1] == instance["last_annotation_token"]
    return chain if whole else []
