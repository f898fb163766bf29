"""KITTI raw, synchronised and rectified: a drive a clip, with pictures, points, oxts, times and calibration.

KITTI has one calibration for all drives of a day; a clip's rig is its own, so every clip has a day of its own: clip n is drive
n of the n-th day from 2011-09-26, and begins at noon. All sensors are read at the frame's instant, the whole turn of the
scanner too, so start and end of a turn are that instant. Grey pictures are as `kitti_odometry` says.
Source: KITTI raw development kit (Geiger et al. 2013).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

from scenegen.errors import DatasetError
from scenegen.formats import kitti_channels
from scenegen.formats.kitti_calib import (
    cam_to_cam_text,
    imu_to_velo_text,
    kitti_rig,
    velo_to_cam_text,
    velodyne_bytes,
)
from scenegen.formats.kitti_odometry import grey_png
from scenegen.formats.kitti_oxts import dataformat_text, oxts_lines
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import picture_png
from scenegen.formats.stereo_pair import stereo_pictures
from scenegen.truth.frame import Frame, FrameLabels
from scenegen.truth.stereo import stereo_partner

FIRST_DAY = datetime.date(2011, 9, 26)
NOON_S = 12 * 3600


class KittiRaw:
    """Writes `DATE/DATE_drive_NNNN_sync/...`; frames have ten digits, from 0 in each drive."""

    name = "kitti_raw"
    about = "KITTI raw (sync, rect): image_00 to image_03, velodyne_points, oxts, times, calibration"
    wants = Wants(pictures="stereo", sweeps=True)
    largest_id: int | None = None
    channels = kitti_channels.RAW

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give pictures and points of one frame."""
        base, stem = drive_folder(slot), f"data/{frame.labels.index:010d}"
        for side, picture in enumerate(stereo_pictures(frame)):
            if picture is not None:
                yield f"{base}/image_{side:02d}/{stem}.png", grey_png(picture)
                yield f"{base}/image_{side + 2:02d}/{stem}.png", picture_png(picture)
        points = velodyne_bytes(frame)
        if points is not None:
            yield f"{base}/velodyne_points/{stem}.bin", points

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give motion, times and the day's calibration."""
        base, rig = drive_folder(slot), kitti_rig(labels[0])
        for frame, line in zip(labels, oxts_lines(labels), strict=True):
            yield f"{base}/oxts/data/{frame.index:010d}.txt", line.encode()
        yield f"{base}/oxts/dataformat.txt", dataformat_text().encode()
        times = "".join(timestamp(slot, frame.time_s) for frame in labels).encode()
        cameras = ("image_00", "image_02") if stereo_partner(labels[0]) is None else tuple(f"image_{i:02d}" for i in range(4))
        for folder in (*cameras, "oxts"):
            yield f"{base}/{folder}/timestamps.txt", times
        if labels[0].world_from_lidars:
            for name in ("timestamps", "timestamps_start", "timestamps_end"):
                yield f"{base}/velodyne_points/{name}.txt", times
        day = f"{drive_day(slot)}"
        yield f"{day}/calib_cam_to_cam.txt", cam_to_cam_text(rig).encode()
        yield f"{day}/calib_velo_to_cam.txt", velo_to_cam_text(rig).encode()
        yield f"{day}/calib_imu_to_velo.txt", imu_to_velo_text(rig).encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each drive stands alone."""
        yield from ()


def drive_day(slot: Slot) -> str:
    """Give the date of a clip, such as 2011_09_26."""
    return (FIRST_DAY + datetime.timedelta(days=slot.number)).strftime("%Y_%m_%d")


def drive_name(slot: Slot) -> str:
    """Give the folder of a drive, such as 2011_09_26_drive_0000_sync."""
    return f"{drive_day(slot)}_drive_{slot.number:04d}_sync"


def drive_folder(slot: Slot) -> str:
    """Give the folder of a drive below that of its day."""
    return f"{drive_day(slot)}/{drive_name(slot)}"


def timestamp(slot: Slot, time_s: float) -> str:
    """Give a line of timestamps: nine decimals and a line end, which readers cut off by their number of characters."""
    nanoseconds = round((NOON_S + time_s) * 1_000_000_000)
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    day, second = divmod(seconds, 86_400)
    date = FIRST_DAY + datetime.timedelta(days=slot.number + day)
    return f"{date:%Y-%m-%d} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{rest:09d}\n"


def read_timestamps(text: str) -> list[float]:
    """Read a timestamps file as seconds after its first line.

    Raises:
        DatasetError: a line that has not nine decimals, or no line end; with its number.
    """
    if text and not text.endswith("\n"):
        raise DatasetError("timestamps: the last line has no line end")
    times = []
    for number, line in enumerate(text.splitlines(), 1):
        whole, _, decimals = line.partition(".")
        try:
            moment = datetime.datetime.strptime(whole, "%Y-%m-%d %H:%M:%S")
            nanoseconds = int(decimals)
        except ValueError as error:
            raise DatasetError(f"timestamps line {number}: {error}") from None
        if len(decimals) != 9:
            raise DatasetError(f"timestamps line {number}: {len(decimals)} decimals, wanted 9")
        times.append((moment, nanoseconds))
    return [(moment - times[0][0]).total_seconds() + (rest - times[0][1]) * 1e-9 for moment, rest in times]
