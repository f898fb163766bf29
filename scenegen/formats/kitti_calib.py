"""KITTI's calibration files, in the four shapes that its benchmarks use, from the rig of a clip.

All cameras are rectified as they stand, so R0 is the identity and the main camera is both camera 0 and camera 2, its stereo
partner both 1 and 3. Without a partner 1 and 3 repeat 0 and 2: a base of nothing. The IMU is the ego's own frame: on the
ground under its middle. Without a scanner the velodyne stands where KITTI's does, 8 cm above the camera and 27 cm behind it.
Source: KITTI raw development kit (Geiger et al. 2013) and the calibration files of each benchmark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.errors import DatasetError
from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, frozen, rigid_inverse
from scenegen.truth.frame import Frame, FrameLabels
from scenegen.truth.stereo import stereo_partner

CAM_FROM_VELO: FloatArray = rigid_inverse(BODY_FROM_CAM)
CAM_FROM_VELO[:3, 3] = (0.0, -0.08, -0.27)
CAM_FROM_VELO.flags.writeable = False

_PROJECTIONS = ("P0:", "P1:", "P2:", "P3:")
OBJECT_LINES = (*_PROJECTIONS, "R0_rect:", "Tr_velo_to_cam:", "Tr_imu_to_velo:")
TRACKING_LINES = (*_PROJECTIONS, "R_rect", "Tr_velo_cam", "Tr_imu_velo")
ODOMETRY_LINES = (*_PROJECTIONS, "Tr:")
"""How the lines of each benchmark begin: several readers go by their number, others by name and colon."""

CALIB_TIME = "01-Jan-2011 00:00:00"  # of all our files: a calibration has no date here


@dataclass(frozen=True, eq=False)
class KittiRig:
    """The sensors of a clip as KITTI names them: one lens for all cameras, poses (4, 4) between velodyne, camera and IMU."""

    lens: Pinhole
    base_m: float
    cam_from_velo: FloatArray
    velo_from_imu: FloatArray

    @property
    def projections(self) -> dict[str, FloatArray]:
        """P0 .. P3, (3, 4): cam0 points in metres to pixels of each camera."""
        left = np.hstack([self.lens.matrix, np.zeros((3, 1))])
        right = left.copy()
        right[0, 3] = -self.lens.fx_px * self.base_m
        return {"0": left, "1": right, "2": left, "3": right}


def kitti_rig(labels: FrameLabels) -> KittiRig:
    """Give the rig of a clip, from any of its frames."""
    cam_from_world = rigid_inverse(labels.main.world_from_cam.now)
    lidars = list(labels.world_from_lidars.values())
    cam_from_velo = cam_from_world @ lidars[0] if lidars else CAM_FROM_VELO
    partner = stereo_partner(labels)
    return KittiRig(
        lens=labels.main.lens,
        base_m=partner.base_m if partner else 0.0,
        cam_from_velo=frozen(cam_from_velo.copy()),
        velo_from_imu=frozen(rigid_inverse(cam_from_velo) @ cam_from_world @ labels.ego.world_from_body.now),
    )


def velodyne_bytes(frame: Frame) -> bytes | None:
    """Give the first scanner's points as KITTI's float32 rows x y z reflectance; None without a scanner."""
    if not frame.sweeps:
        return None
    sweep = frame.sweeps[0]
    rows = np.empty((len(sweep.points_m), 4), "<f4")
    rows[:, :3], rows[:, 3] = sweep.points_m, sweep.intensity
    return rows.tobytes()


def read_velodyne(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Read a velodyne file: (n, 4) float32 x y z reflectance.

    Raises:
        DatasetError: its size is not that of whole points.
    """
    if len(data) % 16:
        raise DatasetError(f"a velodyne file of {len(data)} bytes does not hold whole points of 16")
    return np.frombuffer(data, "<f4").reshape(-1, 4)


def object_calib_text(rig: KittiRig) -> str:
    """Give calib/%06d.txt of the object benchmark: seven lines in an order that readers count on."""
    entries = (*rig.projections.values(), np.eye(3), rig.cam_from_velo[:3], rig.velo_from_imu[:3])
    return _lines(dict(zip(OBJECT_LINES, entries, strict=True)))


def tracking_calib_text(rig: KittiRig) -> str:
    """Give calib/%04d.txt of the tracking benchmark: names of its own, the last three without a colon."""
    entries = (*rig.projections.values(), np.eye(3), rig.cam_from_velo[:3], rig.velo_from_imu[:3])
    return _lines(dict(zip(TRACKING_LINES, entries, strict=True)))


def odometry_calib_text(rig: KittiRig) -> str:
    """Give calib.txt of an odometry sequence; Tr takes velodyne points to the rectified camera 0."""
    return _lines(dict(zip(ODOMETRY_LINES, (*rig.projections.values(), rig.cam_from_velo[:3]), strict=True)))


def cam_to_cam_text(rig: KittiRig) -> str:
    """Give calib_cam_to_cam.txt of a raw drive: unbent lenses, rectified as they stand."""
    lens = rig.lens
    size = np.array([lens.width_px, lens.height_px], np.float64)
    rows: dict[str, FloatArray] = {"corner_dist:": np.zeros(1)}
    for i, projection in rig.projections.items():
        shift = np.array([projection[0, 3] / lens.fx_px, 0.0, 0.0])
        entries = {
            "S": size, "K": lens.matrix, "D": np.zeros(5), "R": np.eye(3), "T": shift,
            "S_rect": size, "R_rect": np.eye(3), "P_rect": projection,
        }  # fmt: skip
        rows |= {f"{name}_0{i}:": entry for name, entry in entries.items()}
    return f"calib_time: {CALIB_TIME}\n" + _lines(rows)


def velo_to_cam_text(rig: KittiRig) -> str:
    """Give calib_velo_to_cam.txt of a raw drive."""
    rows = {**_rotation_and_place(rig.cam_from_velo), "delta_f:": np.zeros(2), "delta_c:": np.zeros(2)}
    return f"calib_time: {CALIB_TIME}\n" + _lines(rows)


def imu_to_velo_text(rig: KittiRig) -> str:
    """Give calib_imu_to_velo.txt of a raw drive."""
    return f"calib_time: {CALIB_TIME}\n" + _lines(_rotation_and_place(rig.velo_from_imu))


def _rotation_and_place(pose: FloatArray) -> dict[str, FloatArray]:
    return {"R:": pose[:3, :3], "T:": pose[:3, 3]}


def _lines(rows: Mapping[str, FloatArray]) -> str:
    # No empty line at the end: pykitti's reader stops on it.
    return "".join(f"{name} " + " ".join(f"{v + 0.0:.12e}" for v in matrix.ravel()) + "\n" for name, matrix in rows.items())


def read_calib(text: str, lines: Sequence[str] | None = None) -> dict[str, FloatArray]:
    """Read a calibration file into arrays by name: 9 numbers are (3, 3), 12 are (3, 4), others flat; calib_time is left out.

    Args:
        text: the file.
        lines: how its lines must begin, such as `OBJECT_LINES`; None takes any names, with or without colons.
    Raises:
        DatasetError: the lines begin otherwise, which readers that go by number or name would not forgive.
    """
    if lines is not None:
        found = [line.split(" ")[0] for line in text.split("\n")]
        if found != [*lines, ""]:
            raise DatasetError(f"calibration lines begin {' '.join(found)!r}, wanted {' '.join(lines)!r} and no empty line")
    matrices = {}
    for line in text.splitlines():
        name, *words = line.split()
        try:
            numbers = np.array([float(word) for word in words])
        except ValueError:
            continue
        matrices[name.removesuffix(":")] = numbers.reshape(3, -1) if len(numbers) in (9, 12) else numbers
    return matrices
