"""KITTI MOTS with TrackEval (scores of the labels against themselves), pycocotools (masks) and OpenCV (instances)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pycocotools import mask as coco_mask
from trackeval.datasets import KittiMOTS
from trackeval.eval import Evaluator
from trackeval.metrics import HOTA


def read(root: str, sequence: str, tracker: str) -> dict[str, Any]:
    """Read all of one sequence; `tracker` is an empty folder for a tracker that says what the labels say."""
    training, trackers = Path(root) / "training", Path(tracker)
    masks: dict[str, dict[str, Any]] = {}
    for line in (training / "instances_txt" / f"{sequence}.txt").read_text().splitlines():
        frame, number, class_id, height, width, counts = line.split(" ")
        mask = coco_mask.decode({"size": [int(height), int(width)], "counts": counts.encode()})
        masks.setdefault(frame, {})[number] = {"class": int(class_id), "mask": mask}
    pictures = sorted((training / "instances" / sequence).glob("*.png"))
    return {
        "masks": masks,
        "pictures": [cv2.imread(str(path), cv2.IMREAD_UNCHANGED) for path in pictures],
        "scores": _scores(training, sequence, trackers),
    }


def _scores(training: Path, sequence: str, trackers: Path) -> dict[str, Any]:
    data = trackers / "ours" / "data"
    data.mkdir(parents=True)
    for path in (training / "label_02").glob("*.txt"):
        lines = [line for line in path.read_text().splitlines() if line.split(" ")[2] != "10"]
        (data / path.name).write_text("".join(f"{line}\n" for line in lines))
    quiet = {"PRINT_CONFIG": False, "PRINT_RESULTS": False, "TIME_PROGRESS": False, "USE_PARALLEL": False}
    files = {"OUTPUT_SUMMARY": False, "OUTPUT_DETAILED": False, "PLOT_CURVES": False, "OUTPUT_EMPTY_CLASSES": False}
    evaluator = Evaluator({**quiet, **files, "BREAK_ON_ERROR": True, "RETURN_ON_ERROR": False})
    folders = {"GT_FOLDER": str(training), "TRACKERS_FOLDER": str(trackers), "SPLIT_TO_EVAL": "training", "PRINT_CONFIG": False}
    dataset = KittiMOTS({**folders, "CLASSES_TO_EVAL": ["car"]})
    results, _ = evaluator.evaluate([dataset], [HOTA()])
    shutil.rmtree(trackers)
    car = results["KittiMOTS"]["ours"]["COMBINED_SEQ"]["car"]
    return {"HOTA": float(np.mean(car["HOTA"]["HOTA"])), "frames": dataset.seq_lengths[sequence]}
