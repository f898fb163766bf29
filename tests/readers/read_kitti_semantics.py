"""KITTI semantics 2015 with datumaro's kitti_segmentation, whose categories are Cityscapes'."""

from __future__ import annotations

from typing import Any

import cv2
import datumaro
import numpy as np


def read(root: str, frame: str) -> dict[str, Any]:
    """Give every mask of a frame with its category and number, and which colour datumaro has for each category."""
    dataset = datumaro.Dataset.import_from(root, "kitti_segmentation")
    item = dataset.get(frame, "training")
    names = [entry.name for entry in dataset.categories()[datumaro.AnnotationType.label]]
    colours = dataset.categories()[datumaro.AnnotationType.mask].colormap
    return {
        "masks": [
            {
                "category": names[mask.label],
                "number": mask.id,
                "is_crowd": mask.attributes["is_crowd"],
                "colour": list(colours[mask.label]),
                "mask": np.asarray(mask.image).astype(int),
            }
            for mask in item.annotations
        ],
        "picture": item.media.data.shape,
        "semantic": cv2.imread(f"{root}/training/semantic/{frame}.png", cv2.IMREAD_UNCHANGED),
        "rgb": cv2.imread(f"{root}/training/semantic_rgb/{frame}.png", cv2.IMREAD_UNCHANGED)[..., ::-1],
    }
