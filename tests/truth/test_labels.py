"""Boxes, truncation, occlusion and states from made-up pixels whose answers are counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, FloatArray, IntArray, Pinhole, pose
from scenegen.models.mesh import ModelSpec
from scenegen.render.passes import Passes, Silhouette
from scenegen.simulate.clip import Clip, Event, Track
from scenegen.stage.stage import Instances, Stage, StageCamera
from scenegen.truth.frame import Frame, ObjectLabel
from scenegen.truth.labeller import Labeller
from scenegen.truth.labels import visible_boxes
from tests.simulate.streets import scene

LENS = Pinhole.centred(width_px=20, height_px=12, focal_px=15.0)
FPS, SUBSTEPS, FRAMES = 10, 10, 3
TICKS = (FRAMES + 1) * SUBSTEPS + 1
CAR, PERSON, GONE = 4, 9, 11


def track(track_id: int, class_name: str, path: FloatArray, *, rig: str = "vehicle", present: bool = True) -> Track:
    spec = ModelSpec({"car": "hatchback"}.get(class_name, "adult"))
    return Track(
        track_id, f"thing {track_id}", "rare", rig, class_name, spec, (4.0, 1.8, 1.5), (1.0, 1.0, 1.0),  # type: ignore[arg-type]
        path, np.zeros((TICKS, 4)), np.zeros(TICKS, np.uint8), np.full(TICKS, present),
    )  # fmt: skip


def along(speed_m_per_s: float) -> FloatArray:
    seconds = (np.arange(TICKS) - SUBSTEPS) / (FPS * SUBSTEPS)
    return np.stack([pose(10 + speed_m_per_s * t, 2.0, 0.0, yaw=0.3) for t in seconds])


@pytest.fixture
def clip() -> Clip:
    tracks = (
        track(CAR, "car", along(5.0)),
        track(PERSON, "person", along(0.0), rig="person"),
        track(GONE, "car", along(0.0), present=False),
    )
    events = (Event(0.05, "trigger", "child", "child.does.wait.until"), Event(0.15, "contact", "ego", "child"))
    return Clip(
        scene(fps=FPS, substeps=SUBSTEPS), -SUBSTEPS, track(99, "car", along(8.0)), tracks, events, {},
        np.array([np.inf, 1.5, 1.4]),
    )  # fmt: skip


@pytest.fixture
def stage(clip: Clip) -> Stage:
    instances = Instances(
        mesh=np.zeros(3, np.int32), first_row=np.array([1, 2, 4], np.int32), row_count=np.array([1, 2, 1], np.int32),
        object_id=np.array([0, CAR, PERSON], np.int32),
        class_id=np.array([BY_NAME[name].id for name in ("road", "car", "person")], np.uint8),
        is_skinned=np.array([False, False, True]), is_moving=np.array([False, True, True]), paint_linear=np.ones((3, 3)),
        names=("road", "car", "person"),
    )  # fmt: skip
    return Stage(
        meshes=(), instances=instances, rows=5, frames=FRAMES, fps=FPS,
        cameras=(StageCamera("front", LENS, lambda frame: pose(frame, 0, 1.6) @ BODY_FROM_CAM),), light=clip.scene.light,
        weather=clip.scene.weather, street_lamps=(), origin_m=np.zeros(3),
        rows_world=lambda frame: np.tile(np.eye(4), (5, 1, 1)),
        row_alive=lambda frame: np.ones(5, np.bool_), lamps_of_row=lambda frame: np.zeros(5, np.uint8),
        object_sizes_m={CAR: (4.2, 1.8, 1.5), PERSON: (0.5, 0.5, 1.7), GONE: (4.0, 1.8, 1.5)},
        object_centres_m={CAR: (0.5, 0.0)}, object_parts={CAR: ("body", "wheel")},
    )  # fmt: skip


def passes(row: np.ndarray[tuple[int, ...], np.dtype[np.uint16]], *silhouettes: Silhouette, frame: int = 1) -> Passes:
    shape = row.shape
    return Passes(
        frame, np.where(row > 0, 9, 0).astype(np.float32), np.zeros((*shape, 2), np.uint16), row, np.zeros(shape, np.uint8),
        np.zeros((*shape, 4), np.float32), np.zeros((*shape, 2), np.float32), np.ones((*shape, 2), np.uint8), None, silhouettes,
    )  # fmt: skip


def rows() -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    """Sky above, road below; a car of 5 x 3 pixels (its lowest line is wheel), touching the right edge."""
    row = np.zeros((12, 20), np.uint16)
    row[6:] = 1
    row[5:7, 15:20], row[7, 15:20] = 2, 3
    return row


def labelled(clip: Clip, stage: Stage, *silhouettes: Silhouette) -> tuple[Frame, dict[int, ObjectLabel]]:
    frame = Labeller(clip, stage).frame([passes(rows(), *silhouettes)])
    return frame, {label.track_id: label for label in frame.main.labels.objects}


FULL = Silhouette(CAR, inside_px=20, total_px=40.0, box_px=(15, 4, 19, 7))


def test_boxes_are_the_extent_of_the_ids() -> None:
    ids: IntArray = np.zeros((6, 8), np.int32)
    ids[1:3, 2:5], ids[5, 7] = 3, 3
    ids[4, 0] = 1
    assert visible_boxes(ids) == {1: ((0, 4, 0, 4), 1), 3: ((2, 1, 7, 5), 7)}
    assert visible_boxes(np.zeros((3, 3), np.int32)) == {}


def test_rows_become_ids_and_classes(clip: Clip, stage: Stage) -> None:
    frame, _ = labelled(clip, stage, FULL)
    assert np.unique(frame.main.object_id).tolist() == [0, CAR]
    assert (frame.main.object_id == CAR).sum() == 15  # the wheel's own row belongs to the car
    assert frame.main.class_id[0, 0] == 0
    assert frame.main.class_id[11, 0] == BY_NAME["road"].id
    assert np.isinf(frame.main.depth_m[0, 0])


def test_truncation_and_occlusion_are_measured(clip: Clip, stage: Stage) -> None:
    car = labelled(clip, stage, FULL)[1][CAR]
    assert car.box_visible_px == (15, 5, 19, 7)
    assert car.box_amodal_px == (15, 4, 19, 7)
    assert (car.visible_px, car.truncation, car.occlusion, car.state) == (15, 0.5, 0.25, "visible")


def test_hidden_and_outside_things_live_on(clip: Clip, stage: Stage) -> None:
    hidden = labelled(clip, stage, FULL, Silhouette(PERSON, 6, 6.0, (3, 3, 4, 5)))[1][PERSON]
    assert (hidden.state, hidden.box_visible_px, hidden.occlusion, hidden.truncation) == ("hidden", None, 1.0, 0.0)
    outside = labelled(clip, stage, FULL, Silhouette(PERSON, 0, 30.0, None))[1][PERSON]
    assert (outside.state, outside.box_amodal_px, outside.occlusion, outside.truncation) == ("outside", None, 1.0, 1.0)


def test_who_is_not_in_the_scene_has_no_label(clip: Clip, stage: Stage) -> None:
    assert set(labelled(clip, stage, FULL)[1]) == {CAR, PERSON}


def test_the_box_stands_round_the_models_middle(clip: Clip, stage: Stage) -> None:
    car = labelled(clip, stage, FULL)[1][CAR]
    for then, when in ((car.world_from_body.prev, 0.0), (car.world_from_body.now, 0.1), (car.world_from_body.next, 0.2)):
        expected = pose(10 + 5 * when, 2.0, 0.0, yaw=0.3) @ pose(0.5, 0.0, 0.0)
        np.testing.assert_allclose(then, expected, atol=1e-12)
    assert car.size_m == (4.2, 1.8, 1.5)
    assert car.facts["speed_m_per_s"] == pytest.approx(5.0)


def test_moving_means_that_a_pose_differs(clip: Clip, stage: Stage) -> None:
    labels = labelled(clip, stage, FULL)[1]
    assert labels[CAR].moving
    assert not labels[PERSON].moving


def test_camera_poses_of_three_frames(clip: Clip, stage: Stage) -> None:
    poses = labelled(clip, stage, FULL)[0].main.labels.world_from_cam
    assert [matrix[0, 3] for matrix in (poses.prev, poses.now, poses.next)] == [0.0, 1.0, 2.0]


def test_attributes_of_the_frame(clip: Clip, stage: Stage) -> None:
    attributes = labelled(clip, stage, FULL)[0].labels.attributes
    assert [event["what"] for event in attributes["events"]] == ["child.does.wait.until"]  # since the frame before
    assert attributes["time_to_conflict_s"] == 1.5
    assert attributes["ego_speed_m_per_s"] == pytest.approx(8.0)
    first = Labeller(clip, stage).frame([passes(rows(), FULL, frame=0)]).labels.attributes
    assert first["time_to_conflict_s"] is None
