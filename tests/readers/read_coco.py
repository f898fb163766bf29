"""COCO with pycocotools (masks, boxes, its score), panopticapi (its quality) and datumaro (instances)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datumaro
from panopticapi.evaluation import pq_compute
from pycocotools import mask as masks
from pycocotools.coco import COCO
from read_coco_score import score


def read(root: str) -> dict[str, Any]:
    """Read the three files over all clips below root; scores are those of the annotations against themselves."""
    annotations = Path(root) / "annotations"
    instances, people = str(annotations / "instances_train.json"), str(annotations / "person_keypoints_train.json")
    panoptic, folder = str(annotations / "panoptic_train.json"), str(annotations / "panoptic_train")
    quality = pq_compute(panoptic, panoptic, folder, folder)["All"]
    return {
        "instances": list(_instances(COCO(instances))),
        "ap": {"bbox": score(instances, instances, "bbox"), "segm": score(instances, instances, "segm"),
               "keypoints": score(people, people, "keypoints")},
        "pq": {name: quality[name] for name in ("pq", "sq", "rq", "n")},
        "datumaro": _datumaro(root),
    }  # fmt: skip


def _instances(api: COCO) -> Any:
    for row in api.dataset["annotations"]:
        runs = api.annToRLE(row)
        x, y, width, height = row["bbox"]
        yield {
            "file_name": api.imgs[row["image_id"]]["file_name"],
            "track_id": row["track_id"],
            "bbox": row["bbox"],
            "bbox_of_mask": [int(value) for value in masks.toBbox(runs)],
            "mask_in_bbox": api.annToMask(row)[int(y) : int(y + height), int(x) : int(x + width)],
        }


def _datumaro(root: str) -> dict[str, Any]:
    dataset = datumaro.Dataset.import_from(root, "coco_instances")
    names = [entry.name for entry in dataset.categories()[datumaro.AnnotationType.label]]
    return {
        item.id: {
            "size": list(item.media.size),
            "masks": [
                {"label": names[entry.label], "id": entry.id, "bbox": entry.get_bbox()}
                for entry in item.annotations
                if isinstance(entry, datumaro.RleMask)
            ],
        }
        for item in dataset
    }
