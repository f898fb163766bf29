"""KITTI tracking with pykitti (pictures, points, labels), scalabel (calibration without colons) and TrackEval (scores)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from pykitti.tracking import KittiTrackingLabels, tracking
from scalabel.label.from_kitti import from_kitti
from trackeval.datasets import Kitti2DBox
from trackeval.eval import Evaluator
from trackeval.metrics import CLEAR, HOTA


def read(root: str, sequence: str, tracker: str) -> dict[str, Any]:
    """Read a sequence below root/training; `tracker` is an empty folder for a tracker that says what the labels say."""
    training = Path(root) / "training"
    files = tracking(str(training), sequence)
    labels = KittiTrackingLabels(str(training / "label_02" / f"{sequence}.txt"), bbox_with_size=False)
    return {
        "pictures": [len(files.cam2_files), len(files.cam3_files)],
        "right": np.asarray(files.get_cam3(0)),
        "points": [len(points) for points in files.velo],
        "rows": labels._df.reset_index().drop(columns=["class"]).astype(float).to_numpy(),
        "scalabel": _scalabel(training),
        "scores": _scores(training, sequence, Path(tracker)),
    }


def _scalabel(training: Path) -> list[dict[str, Any]]:
    """Give every frame of the main camera; scalabel's location is the middle of the box."""
    os.chdir(training)
    dataset = from_kitti(str(training), "tracking")
    return [
        {
            "name": frame.name,
            "focal": frame.intrinsics.focal,
            "labels": [
                {
                    "id": label.id,
                    "box_px": [label.box2d.x1, label.box2d.y1, label.box2d.x2, label.box2d.y2],
                    "location": label.box3d.location,
                    "dimension": label.box3d.dimension,
                    "orientation": label.box3d.orientation,
                }
                for label in frame.labels or ()
            ],
        }
        for frame in dataset.frames
    ]


def _scores(training: Path, sequence: str, tracker: Path) -> dict[str, float]:
    data = tracker / "ours" / "data"
    data.mkdir(parents=True)
    said = tracker.parent / "said.txt"  # what a tracker that was given says; else the labels
    source = said if said.is_file() else training / "label_02" / f"{sequence}.txt"
    lines = [f"{line} 1.0" for line in source.read_text().splitlines()]
    (data / f"{sequence}.txt").write_text("\n".join(lines) + "\n")
    quiet = {"PRINT_CONFIG": False, "PRINT_RESULTS": False, "PRINT_ONLY_COMBINED": True, "TIME_PROGRESS": False}
    files = {"OUTPUT_SUMMARY": False, "OUTPUT_DETAILED": False, "PLOT_CURVES": False, "OUTPUT_EMPTY_CLASSES": False}
    evaluator = Evaluator({**quiet, **files, "USE_PARALLEL": False, "BREAK_ON_ERROR": True, "RETURN_ON_ERROR": False})
    folders = {"GT_FOLDER": str(training), "TRACKERS_FOLDER": str(tracker), "SPLIT_TO_EVAL": "training", "PRINT_CONFIG": False}
    results, _ = evaluator.evaluate(
        [Kitti2DBox({**folders, "CLASSES_TO_EVAL": ["car"]})], [HOTA(), CLEAR({"PRINT_CONFIG": False})]
    )
    shutil.rmtree(tracker)
    car = results["Kitti2DBox"]["ours"]["COMBINED_SEQ"]["car"]
    hota = {name: float(np.mean(car["HOTA"][name])) for name in ("HOTA", "LocA")}
    return {**hota, "boxes": car["CLEAR"]["CLR_TP"]}
