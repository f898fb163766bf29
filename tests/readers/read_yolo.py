"""YOLO with supervision: boxes, and masks where the labels are outlines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import supervision


def read(root: str, kind: str) -> dict[str, Any]:
    """Read a data set below root; kind is boxes or masks."""
    dataset = supervision.DetectionDataset.from_yolo(
        images_directory_path=f"{root}/images/train",
        annotations_directory_path=f"{root}/labels/train",
        data_yaml_path=f"{root}/data.yaml",
        force_masks=kind == "masks",
    )
    return {
        Path(path).stem: {
            "names": [dataset.classes[number] for number in found.class_id],
            "edges_px": found.xyxy,
            "masks": None if found.mask is None else found.mask.astype(int),
        }
        for path, _, found in dataset
    }
