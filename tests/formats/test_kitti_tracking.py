"""Tracking labels and oxts: known answers, round trips, and the mistakes that others made."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenegen.errors import DatasetError
from scenegen.formats import kitti_oxts
from scenegen.formats.kitti_object import kitti_label
from scenegen.formats.kitti_tracking import KittiTracking, read_tracking_labels, seqmap_lengths, truncation_level
from scenegen.formats.layout import Slot
from scenegen.geometry import rigid_inverse
from scenegen.truth.frame import Frame
from tests.formats.conftest import car
from tests.formats.kitti_rigs import CURVE, SPEED, with_rig, world_from_ego

MakeFrame = Callable[..., Frame]
CARS = (car(7, yaw=-2.0, truncation=0.3), car(3))


@pytest.fixture
def frames(make_frame: MakeFrame) -> list[Frame]:
    return [with_rig(make_frame(index, CARS)) for index in range(3)]


@pytest.fixture
def files(frames: list[Frame], slot: Slot) -> dict[str, bytes]:
    layout = KittiTracking()
    found = dict(layout.clip_files([frame.labels for frame in frames], slot))
    for frame in frames:
        found.update(layout.frame_files(frame, slot))
    return {**found, **dict(layout.dataset_files([slot]))}


def test_files_of_a_sequence(files: dict[str, bytes]) -> None:
    kinds = {f"training/{kind}/0004/{index:06d}.png" for kind in ("image_02", "image_03") for index in range(3)}
    points = {f"training/velodyne/0004/{index:06d}.bin" for index in range(3)}
    texts = {f"training/{kind}/0004.txt" for kind in ("label_02", "calib", "oxts")}
    assert set(files) == {*kinds, *points, *texts, "training/evaluate_tracking.seqmap.training"}
    assert seqmap_lengths(files["training/evaluate_tracking.seqmap.training"].decode()) == {"0004": 3}


def test_one_camera_without_scanner_has_neither(make_frame: MakeFrame, slot: Slot) -> None:
    assert [path for path, _ in KittiTracking().frame_files(make_frame(0), slot)] == ["training/image_02/0004/000000.png"]


def test_labels_are_the_object_benchmarks_with_ids(files: dict[str, bytes], frames: list[Frame]) -> None:
    lines = read_tracking_labels(files["training/label_02/0004.txt"].decode())
    assert [(line.frame, line.track_id) for line in lines] == [(i, track) for i in range(3) for track in (3, 7)]
    view = frames[1].labels.main
    expected = kitti_label(view.objects[0], rigid_inverse(view.world_from_cam.now))
    assert expected is not None
    found = lines[3].label
    assert found.location_cam_m == pytest.approx(expected.location_cam_m, abs=1e-6)
    assert found.rotation_y_rad == pytest.approx(expected.rotation_y_rad, abs=1e-6)
    assert (found.type, found.truncated, found.occluded, found.box_px) == ("Car", 1, 1, (8, 12, 22, 25))


@pytest.mark.parametrize(("share", "level"), [(0.0, 0), (0.15, 0), (0.16, 1), (0.5, 1), (0.51, 2), (1.0, 2)])
def test_truncation_has_three_levels(share: float, level: int) -> None:
    assert truncation_level(share) == level


GOOD = "0 3 Car 1 0 -1.5 1 2 3 4 1.5 1.7 4.0 -2 1.6 12 -1.8"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (GOOD.replace("Car 1 0", "Car 0.30 0"), "0.30"),  # a share, as in the object benchmark
        (GOOD.replace("Car 1 0", "Car 1 0.00"), "0.00"),
        (GOOD.replace("Car 1 0", "Car 3 0"), "truncated 3"),
        (GOOD + " 0.9", "18 fields"),
        (GOOD + " ", "18 fields"),
        (GOOD.replace("0 3", "0 -1"), "track -1"),
        (GOOD + "\n" + GOOD, "line 2"),
    ],
)
def test_lines_that_would_mislead_other_readers_are_refused(line: str, why: str) -> None:
    assert len(read_tracking_labels(GOOD)) == 1
    with pytest.raises(DatasetError, match=why):
        read_tracking_labels(line)


def test_oxts_gives_back_places_turns_and_speeds(files: dict[str, bytes], frames: list[Frame]) -> None:
    packets = kitti_oxts.read_oxts(files["training/oxts/0004.txt"].decode())
    places = np.array([[packet["lat"], packet["lon"]] for packet in packets])
    metres = kitti_oxts.metres_of_degrees(places)
    for index, (packet, (east, north)) in enumerate(zip(packets, metres, strict=True)):
        ego = frames[index].labels.ego
        place = ego.world_from_body.now[:3, 3]
        assert (east, north) == pytest.approx(place[:2] - world_from_ego(0)[:2, 3], abs=1e-6)
        assert packet["alt"] == pytest.approx(place[2])
        turn = rotation(packet["yaw"], packet["pitch"], packet["roll"])
        assert turn == pytest.approx(ego.world_from_body.now[:3, :3], abs=1e-12)
        velocity = turn @ ego.velocity_m_per_s
        assert (packet["ve"], packet["vn"], packet["vu"]) == pytest.approx(tuple(velocity))
        assert np.hypot(packet["vf"], packet["vl"]) == pytest.approx(np.hypot(packet["ve"], packet["vn"]))
        assert packet["vf"] > 8.9
        assert packet["wz"] == pytest.approx(SPEED * CURVE)
        assert packet["au"] == pytest.approx(9.80665 + (turn @ ego.acceleration_m_per_s2)[2])


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """As the development kit has it: Rz Ry Rx."""
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    rz = np.array([[cy, -sy, 0], [sy, cy, 0], [0, 0, 1]])
    ry = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    rx = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    return rz @ ry @ rx


def test_a_car_at_rest_at_the_origin_feels_gravity_alone(make_frame: MakeFrame) -> None:
    frame = make_frame(0)
    frame.labels.ego.velocity_m_per_s[:] = 0
    (packet,) = kitti_oxts.read_oxts(kitti_oxts.oxts_lines([frame.labels])[0])
    assert (packet["lat"], packet["lon"], packet["alt"]) == (49.0, 8.4, 0.0)
    assert (packet["az"], packet["au"]) == (9.80665, 9.80665)
    assert not any(value for name, value in packet.items() if name not in ("lat", "lon", "az", "au", "navstat"))


def test_an_oxts_line_with_a_value_missing_is_refused() -> None:
    with pytest.raises(DatasetError, match="line 1: 29"):
        kitti_oxts.read_oxts(" ".join(["0"] * 29))


def test_a_long_drive_stays_exact_and_degrees_are_where_the_map_is() -> None:
    world = np.array([[0.0, 0.0], [5000.0, 8000.0], [5100.0, 8000.0]])
    places = kitti_oxts.degrees_of_metres(world)
    assert kitti_oxts.metres_of_degrees(places) == pytest.approx(world, abs=1e-5)
    assert places[1, 0] - 49.0 == pytest.approx(8000 / 111_319.49, rel=2e-3)  # metres a degree; Mercator stretches
    later = kitti_oxts.degrees_of_metres(world[1:])
    assert kitti_oxts.metres_of_degrees(later)[1] == pytest.approx((100, 0), abs=1e-5)
