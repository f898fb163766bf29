"""COCO's own score of one file of annotations taken as detections against another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def read(truth: str, found: str, *kinds: str) -> dict[str, float]:
    """Give the mean average precision for each kind: segm unless others are named."""
    return {kind: score(truth, found, kind) for kind in kinds or ("segm",)}


def score(truth: str, found: str, kind: str) -> float:
    """Give the mean average precision over IoU 0.5 to 0.95 of annotations taken as detections, all equally sure."""
    theirs = COCO(truth)
    for row in theirs.dataset["annotations"]:
        row.setdefault("ignore", 0)
    rows = [_detection(row, kind) for row in json.loads(Path(found).read_text())["annotations"]]
    evaluation: Any = COCOeval(theirs, theirs.loadRes(rows), kind)
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return float(evaluation.stats[0])


def _detection(row: dict[str, Any], kind: str) -> dict[str, Any]:
    wanted = {"bbox": "bbox", "segm": "segmentation", "keypoints": "keypoints"}[kind]
    return {"image_id": row["image_id"], "category_id": row["category_id"], "score": 0.9, wanted: row[wanted]}
