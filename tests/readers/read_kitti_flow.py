"""KITTI 2015 with ptlflow's copy of the Spring benchmark's flow_IO and of flowpy: flow, disparity, object map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loose_module import loose_module


def read(root: str, pair: str) -> dict[str, Any]:
    """Read every ground truth file of one pair below root/training; invalid pixels are NaN.

    `flow_occ` and `flow_noc` are (H, W, 2) pixels by flow_IO, `flowpy_occ` is the first by flowpy; `disp_*` are (H, W) pixels;
    `obj_map` says where it is not 0.
    """
    flow_io = loose_module("ptlflow/utils/external/flow_IO.py")
    flowpy = loose_module("ptlflow/utils/external/flowpy.py")
    training = Path(root) / "training"
    answer: dict[str, Any] = {}
    for kind in ("flow_occ", "flow_noc"):
        answer[kind] = flow_io.readFlowFile(str(training / kind / f"{pair}_10.png"))
    answer["flowpy_occ"] = flowpy.flow_read(str(training / "flow_occ" / f"{pair}_10.png"))
    for kind in ("disp_occ_0", "disp_noc_0", "disp_occ_1", "disp_noc_1"):
        file = training / kind / f"{pair}_10.png"
        if file.is_file():
            answer[kind] = flow_io.readDispFile(str(file))
    answer["obj_map"] = flow_io.readKITTIObjMap(str(training / "obj_map" / f"{pair}_10.png"))
    return answer
