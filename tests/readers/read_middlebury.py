"""Loose .flo and .pfm files with ptlflow's copies of the Spring benchmark's flow_IO and of flowpy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loose_module import loose_module


def read(root: str, frame: str, *kinds: str) -> dict[str, Any]:
    """Read all files of one frame (CLIP/frame_0001) by kind, all or only some; unknown flow is NaN."""
    flow_io = loose_module("ptlflow/utils/external/flow_IO.py")
    flowpy = loose_module("ptlflow/utils/external/flowpy.py")
    answer: dict[str, Any] = {"flow_io": {}, "flowpy": {}, "pfm": {}}
    for path in sorted(Path(root).glob(f"training/*/{frame}.flo")):
        kind = path.relative_to(Path(root) / "training").parts[0]
        if kinds and kind not in kinds:
            continue
        answer["flow_io"][kind] = flow_io.readFlowFile(str(path))
        answer["flowpy"][kind] = flowpy.flow_read(str(path))
    for path in sorted(Path(root).glob(f"training/*/{frame}.pfm")):
        answer["pfm"][path.relative_to(Path(root) / "training").parts[0]] = flow_io.readDispFile(str(path))
    return answer
