"""KITTI objects with nuscenes-devkit's KittiDB (boxes, transforms, points) and datumaro's kitti3d (label_2, field by field)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datumaro
from nuscenes.utils.geometry_utils import view_points
from nuscenes.utils.kitti import KittiDB


def read(root: str, *frames: str) -> list[dict[str, Any]]:
    """Read frames of training/ below root; KittiDB leaves out Misc and DontCare, datumaro none."""
    database = KittiDB(root=root, splits=("training",))
    kitti3d = datumaro.Dataset.import_from(str(Path(root) / "training"), "kitti3d")
    return [_frame(database, kitti3d, frame) for frame in frames]


def _frame(database: KittiDB, kitti3d: datumaro.Dataset, frame: str) -> dict[str, Any]:
    token = f"training_{frame}"
    transforms = database.get_transforms(token, database.root)
    has_points = Path(database.get_filepath(token, "velodyne", database.root)).is_file()
    return {
        "boxes": [_box(database, box, transforms) for box in database.get_boxes(token)],
        "boxes_px": database.get_boxes_2d(token)[0],
        "points_velo_m": database.get_pointcloud(token, database.root).points.T if has_points else None,
        "kitti3d": _kitti3d(kitti3d, frame),
    }


def _box(database: KittiDB, box: Any, transforms: dict[str, Any]) -> dict[str, Any]:
    """Give the eight corners of a box in the velodyne's frame, in the camera's and on the image of camera 2."""
    box.rotate(database.kitti_to_nu_lidar_inv)
    velo = box.corners()
    cam = transforms["r0_rect"] @ (transforms["velo_to_cam"]["R"] @ velo + transforms["velo_to_cam"]["T"][:, None])
    return {
        "type": box.name,
        "corners_velo_m": velo.T,
        "corners_cam_m": cam.T,
        "corners_px": view_points(cam, transforms["p_left"], normalize=True)[:2].T,
    }


def _kitti3d(dataset: datumaro.Dataset, frame: str) -> list[dict[str, Any]]:
    names = [entry.name for entry in dataset.categories()[datumaro.AnnotationType.label]]
    boxes = dataset.get(frame).annotations
    return [{"type": names[box.label], "box_px": list(box.points), **box.attributes} for box in boxes]
