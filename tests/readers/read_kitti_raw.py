"""KITTI raw drives with pykitti.raw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pykitti


def read(root: str, date: str, drive: str) -> dict[str, Any]:
    """Read pictures, points, times, motion and calibration of one drive; poses are those of the IMU from its first place."""
    data = pykitti.raw(root, date, drive)
    start = data.timestamps[0]
    return {
        "files": [len(getattr(data, f"{name}_files")) for name in ("cam0", "cam1", "cam2", "cam3", "velo")],
        "times_s": [(time - start).total_seconds() for time in data.timestamps],
        "poses": [packet.T_w_imu for packet in data.oxts],
        "velocities": [[packet.packet.ve, packet.packet.vn, packet.packet.vu] for packet in data.oxts],
        "T_velo_imu": data.calib.T_velo_imu,
        "T_cam0_imu": data.calib.T_cam0_imu,
        "T_cam2_velo": data.calib.T_cam2_velo,
        "T_cam3_velo": data.calib.T_cam3_velo,
        "K_cam2": data.calib.K_cam2,
        "b_rgb": data.calib.b_rgb,
        "b_gray": data.calib.b_gray,
        "grey": np.asarray(data.get_cam1(0)) if data.cam1_files else None,
        "points": data.get_velo(0) if data.velo_files else None,
    }
