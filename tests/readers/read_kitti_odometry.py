"""KITTI odometry sequences with pykitti.odometry, and their poses with evo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pykitti
from evo.tools import file_interface


def read(root: str, sequence: str) -> dict[str, Any]:
    """Read pictures, points, times, poses and calibration of one sequence."""
    data = pykitti.odometry(root, sequence)
    path = file_interface.read_kitti_poses_file(str(Path(root) / "poses" / f"{sequence}.txt"))
    is_valid, details = path.check()
    return {
        "files": [len(getattr(data, f"{name}_files")) for name in ("cam0", "cam1", "cam2", "cam3", "velo")],
        "times_s": [time.total_seconds() for time in data.timestamps],
        "poses": data.poses,
        "T_cam3_velo": data.calib.T_cam3_velo,
        "b_rgb": data.calib.b_rgb,
        "right": np.asarray(data.get_cam3(0)),
        "evo": {"valid": is_valid, "details": details, "length_m": path.path_length, "poses": path.poses_se3},
    }
