"""Scalabel's own reader: a folder of labels, cuboids' corners, masks, and its conversion to COCO."""

from __future__ import annotations

from typing import Any

import numpy as np
from pycocotools import mask as masks
from scalabel.label.io import group_and_sort, load
from scalabel.label.to_coco import scalabel2coco_detection
from scalabel.label.transforms import graph_to_keypoints
from scalabel.label.utils import (
    check_occluded,
    check_truncated,
    get_leaf_categories,
    get_matrix_from_extrinsics,
    get_matrix_from_intrinsics,
)
from scalabel.vis.geometry import Label3d


def read(folder: str) -> dict[str, Any]:
    """Read all frames of a folder of labels, by name."""
    dataset = load(folder, nprocs=0)
    coco = scalabel2coco_detection(dataset.frames, dataset.config)
    return {
        "frames": {frame.name: _frame(frame) for frame in dataset.frames},
        "videos": [[frame.name for frame in video] for video in group_and_sort(dataset.frames)],
        "groups": {group.name: group.frames for group in dataset.groups},
        "categories": [category.name for category in get_leaf_categories(dataset.config.categories)],
        "coco_boxes": [row["bbox"] for row in coco["annotations"]],
    }


def _frame(frame: Any) -> dict[str, Any]:
    return {
        "video": frame.videoName,
        "index": frame.frameIndex,
        "timestamp": frame.timestamp,
        "attributes": frame.attributes,
        "K": get_matrix_from_intrinsics(frame.intrinsics),
        "world_from_cam": get_matrix_from_extrinsics(frame.extrinsics),
        "objects": {label.id: _object(label) for label in frame.labels if label.box3d is not None},
        "road": {
            label.id: {
                "category": label.category,
                "attributes": label.attributes,
                "vertices": [poly.vertices for poly in label.poly2d],
                "closed": [poly.closed for poly in label.poly2d],
                "area": None if label.rle is None else int(masks.area(label.rle.dict())),
            }
            for label in frame.labels
            if label.box3d is None
        },
    }


def _object(label: Any) -> dict[str, Any]:
    return {
        "category": label.category,
        "box": [label.box2d.x1, label.box2d.y1, label.box2d.x2, label.box2d.y2],
        "corners_cam_m": np.array([corner for corner in Label3d.from_box3d(label.box3d).vertices]),
        "mask": masks.decode(label.rle.dict()),
        "occluded": check_occluded(label),
        "truncated": check_truncated(label),
        "alpha": label.box3d.alpha,
        "key_points": None if label.graph is None else graph_to_keypoints(label.graph),
    }
