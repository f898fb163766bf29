"""A stage has every track on its own rows, at one level of detail, where the clip says it is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.models import catalogue
from scenegen.models.mesh import Model
from scenegen.roads.network import RoadNetwork
from scenegen.simulate.clip import Clip
from scenegen.simulate.parts import part_poses
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage, camera_lens, camera_poses
from scenegen.stage.stage import Stage
from tests.simulate.streets import BUSY, VAN, child, meet, network_of, scene


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return network_of(scene())


@pytest.fixture(scope="module")
def clip(network: RoadNetwork) -> Clip:
    return simulate(scene(actors=(VAN, child(meet(0.3))), traffic=BUSY, duration=1.0), network)


@pytest.fixture(scope="module")
def stage(clip: Clip, network: RoadNetwork) -> Stage:
    return build_stage(clip, network)


def instance_of(stage: Stage, track_id: int) -> int:
    found = np.flatnonzero(stage.instances.object_id == track_id)
    assert len(found) == 1
    return int(found[0])


def levels(model: Model) -> list[int]:
    return [len(mesh.faces) for mesh in model.meshes]


def test_rows_are_consecutive_and_row_0_is_the_world(stage: Stage) -> None:
    counts = stage.instances.row_count
    assert stage.instances.first_row[0] == 1
    assert np.array_equal(stage.instances.first_row[1:], 1 + np.cumsum(counts)[:-1])
    assert stage.rows == 1 + counts.sum()
    for frame in (-1, 0, stage.frames):
        rows = stage.rows_world(frame)
        assert rows.shape == (stage.rows, 4, 4)
        assert np.array_equal(rows[0], np.eye(4))


def test_every_track_is_on_stage_once_with_its_class(clip: Clip, stage: Stage) -> None:
    for track in clip.tracks:
        i = instance_of(stage, track.track_id)
        assert stage.instances.class_id[i] == BY_NAME[track.class_name].id
        assert stage.instances.is_skinned[i] == (track.rig in ("person", "animal"))
        assert stage.instances.paint_linear[i] == pytest.approx(track.paint_linear)
        assert stage.instances.row_count[i] == len(catalogue.build(track.model).joints)
    tracks, things = {track.track_id for track in clip.tracks}, {thing.object_id for thing in stage.things}
    assert set(stage.instances.object_id) == {0, *tracks, *things}


def test_rows_are_the_poses_of_the_clip(clip: Clip, stage: Stage) -> None:
    for track in clip.tracks:
        first = int(stage.instances.first_row[instance_of(stage, track.track_id)])
        model = catalogue.build(track.model)
        for frame in (-1, 3, stage.frames):
            at = clip.row_of(frame)
            expected = track.world_from_body[at] @ part_poses(track, model, np.array([at]))[0]
            np.testing.assert_allclose(stage.rows_world(frame)[first : first + len(expected)], expected, atol=1e-12)


def test_beside_a_frame_everything_is_where_it_is_one_tick_away(clip: Clip, stage: Stage) -> None:
    assert stage.near_rows is not None
    assert stage.tick_s == 1 / (clip.scene.fps * clip.scene.substeps)
    camera, near = stage.cameras[0], stage.cameras[0].near
    assert near is not None
    body_from_cam = np.linalg.inv(clip.ego.world_from_body[clip.row_of(3)]) @ camera.world(3)
    for side in (1, -1):
        at = clip.row_of(3) + side
        np.testing.assert_allclose(near(3, side), clip.ego.world_from_body[at] @ body_from_cam, atol=1e-9)
        for track in clip.tracks:
            first = int(stage.instances.first_row[instance_of(stage, track.track_id)])
            expected = track.world_from_body[at] @ part_poses(track, catalogue.build(track.model), np.array([at]))[0]
            np.testing.assert_allclose(stage.near_rows(3, side)[first : first + len(expected)], expected, atol=1e-12)


def test_what_stands_keeps_its_rows_and_what_drives_does_not(stage: Stage) -> None:
    before, after = stage.rows_world(0), stage.rows_world(stage.frames)
    first = stage.instances.first_row
    differs = (before[first] != after[first]).any(axis=(1, 2))
    assert not differs[~stage.instances.is_moving].any()
    assert differs[stage.instances.is_moving].any()
    assert (stage.instances.object_id[stage.instances.is_moving] > 0).all()


def test_the_camera_sits_on_the_ego(clip: Clip, stage: Stage) -> None:
    camera = clip.scene.camera
    mount = pose(camera.mount_x, camera.mount_y, camera.mount_z, pitch=np.radians(camera.pitch_deg)) @ BODY_FROM_CAM
    for frame in (-1, 0, stage.frames):
        ego = clip.ego.world_from_body[clip.row_of(frame)]
        np.testing.assert_allclose(stage.camera_world(frame), ego @ mount, atol=1e-12)
    assert camera_poses(clip).shape == (clip.frames + 2, 4, 4)


def test_the_lens_is_centred_between_pixel_centres(clip: Clip) -> None:
    lens = camera_lens(clip.scene.camera)
    assert (lens.cx_px, lens.cy_px, lens.fx_px) == (620.5, 187.0, 721.5)


def test_near_things_are_finer_than_far_ones(clip: Clip, stage: Stage) -> None:
    ego_m = clip.ego.world_from_body[clip.row_of(0), :3, 3]
    shown = []
    for track in clip.tracks:
        model = catalogue.build(track.model)
        if track.rig != "vehicle" or len(model.meshes) < 2:
            continue
        faces = len(stage.meshes[stage.instances.mesh[instance_of(stage, track.track_id)]].faces)
        away = track.world_from_body[clip.row_of(0), :3, 3] - ego_m
        shown.append((float(np.linalg.norm(away)), levels(model).index(faces), away[0] > 0))
    near = [level for distance, level, is_ahead in shown if distance < 25 and is_ahead]
    far = [level for distance, level, is_ahead in shown if distance > 120 and is_ahead]
    assert near
    assert far
    assert max(near) < min(far)


def test_the_order_of_tracks_does_not_matter(clip: Clip, network: RoadNetwork, stage: Stage) -> None:
    other = build_stage(dataclasses.replace(clip, tracks=clip.tracks[::-1]), network)
    assert other.rows == stage.rows
    for track in clip.tracks:
        i, k = instance_of(stage, track.track_id), instance_of(other, track.track_id)
        assert stage.meshes[stage.instances.mesh[i]] is other.meshes[other.instances.mesh[k]]
        here, there = stage.instances.first_row[i], other.instances.first_row[k]
        assert np.array_equal(stage.rows_world(2)[here], other.rows_world(2)[there])


def test_absent_tracks_are_hidden_with_all_their_rows(clip: Clip, network: RoadNetwork) -> None:
    gone = clip.tracks[0]
    present = gone.present.copy()
    present[clip.row_of(4) :] = False
    other = build_stage(
        dataclasses.replace(clip, tracks=(dataclasses.replace(gone, present=present), *clip.tracks[1:])), network
    )
    i = instance_of(other, gone.track_id)
    own = slice(other.instances.first_row[i], other.instances.first_row[i] + other.instances.row_count[i])
    assert other.row_alive(3)[own].all()
    assert not other.row_alive(4)[own].any()
    assert other.row_alive(4)[0]
