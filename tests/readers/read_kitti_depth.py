"""KITTI depth: no package reads it on its own, but its pictures are coded as disparity is, which ptlflow's flow_IO reads."""

from __future__ import annotations

from typing import Any

from loose_module import loose_module


def read(*files: str) -> list[Any]:
    """Give each file's metres (H, W), NaN for none."""
    flow_io = loose_module("ptlflow/utils/external/flow_IO.py")
    return [flow_io.readDispFile(file) for file in files]
