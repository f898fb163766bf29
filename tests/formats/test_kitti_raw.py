"""Raw drives: folders, times, calibration of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scenegen.errors import DatasetError
from scenegen.formats.kitti_oxts import FIELDS
from scenegen.formats.kitti_raw import KittiRaw, read_timestamps, timestamp
from scenegen.formats.layout import Slot
from scenegen.truth.frame import Frame
from tests.formats.kitti_rigs import with_rig

MakeFrame = Callable[..., Frame]
DRIVE = "2011_09_30/2011_09_30_drive_0004_sync"


def test_files_of_a_drive(make_frame: MakeFrame, slot: Slot) -> None:
    layout, frame = KittiRaw(), with_rig(make_frame(1))
    stem = "data/0000000001"
    pictures = {f"{DRIVE}/image_{i:02d}/{stem}.png" for i in range(4)}
    assert {path for path, _ in layout.frame_files(frame, slot)} == {*pictures, f"{DRIVE}/velodyne_points/{stem}.bin"}
    texts = {path for path, _ in layout.clip_files([frame.labels], slot)}
    times = {f"{DRIVE}/{kind}/timestamps.txt" for kind in ("image_00", "image_01", "image_02", "image_03", "oxts")}
    turns = {f"{DRIVE}/velodyne_points/timestamps{end}.txt" for end in ("", "_start", "_end")}
    oxts = {f"{DRIVE}/oxts/{stem}.txt", f"{DRIVE}/oxts/dataformat.txt"}
    day = {f"2011_09_30/calib_{name}.txt" for name in ("cam_to_cam", "velo_to_cam", "imu_to_velo")}
    assert texts == {*times, *turns, *oxts, *day}


def test_one_camera_without_scanner_has_no_times_of_others(make_frame: MakeFrame, slot: Slot) -> None:
    texts = [path for path, _ in KittiRaw().clip_files([make_frame(0).labels], slot) if "timestamps" in path]
    assert texts == [f"{DRIVE}/{kind}/timestamps.txt" for kind in ("image_00", "image_02", "oxts")]
    names = [path for path, _ in KittiRaw().frame_files(make_frame(0), slot)]
    assert names == [f"{DRIVE}/image_00/data/0000000000.png", f"{DRIVE}/image_02/data/0000000000.png"]


def test_times_have_nine_decimals_and_a_line_end(slot: Slot) -> None:
    assert timestamp(slot, 0.1) == "2011-09-30 12:00:00.100000000\n"
    assert timestamp(slot, 3600.0 * 13 + 59.999999999) == "2011-10-01 01:00:59.999999999\n"
    text = "".join(timestamp(slot, i / 30) for i in range(3))
    assert read_timestamps(text) == pytest.approx([0, 1 / 30, 2 / 30], abs=1e-9)


@pytest.mark.parametrize("text", ["2011-09-30 12:00:00.100000000", "2011-09-30 12:00:00.100000\n", "12:00:00.100000000\n"])
def test_times_that_readers_would_cut_wrongly_are_refused(text: str) -> None:
    with pytest.raises(DatasetError, match="timestamps"):
        read_timestamps(text)


def test_dataformat_names_every_value(make_frame: MakeFrame, slot: Slot) -> None:
    files = dict(KittiRaw().clip_files([make_frame(0).labels], slot))
    names = [line.split(":")[0] for line in files[f"{DRIVE}/oxts/dataformat.txt"].decode().splitlines()]
    assert names == list(FIELDS)
    assert len(files[f"{DRIVE}/oxts/data/0000000000.txt"].split()) == len(FIELDS) == 30


def test_every_clip_has_a_day_of_its_own_with_its_calibration(make_frame: MakeFrame, slot: Slot) -> None:
    labels = [make_frame(0).labels]
    names = [{path for path, _ in KittiRaw().clip_files(labels, replace(slot, number=n))} for n in range(7)]
    assert not any(names[a] & names[b] for a in range(7) for b in range(a))
