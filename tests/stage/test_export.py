"""The exported glTF holds what the camera sees, where it is, under its track's name; read back by trimesh."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import trimesh

from scenegen.errors import OutputError, ScenarioError
from scenegen.geometry import rigid_inverse
from scenegen.models.materials import MATERIALS
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage
from scenegen.stage.export import export_frame, is_in_view, posed, stage_glb
from scenegen.stage.stage import Stage
from tests.simulate.streets import BUSY, VAN, child, meet, network_of, scene

FRAME = 3


@pytest.fixture(scope="module")
def stage() -> Stage:
    of = scene(actors=(VAN, child(meet(0.3))), traffic=BUSY, duration=0.6)
    network = network_of(of)
    return build_stage(simulate(of, network), network)


@pytest.fixture(scope="module")
def loaded(stage: Stage) -> Any:
    return trimesh.load(io.BytesIO(stage_glb(stage, FRAME)), file_type="glb", process=False)


def seen_tracks(stage: Stage) -> list[int]:
    seen = is_in_view(stage, stage.rows_world(FRAME), FRAME) & (stage.instances.object_id > 0)
    return np.flatnonzero(seen).tolist()


def world_corners(stage: Stage, i: int) -> Any:
    """Give a thing's world points from its rows, one vertex at a time for the few that make its bounds."""
    mesh = stage.meshes[stage.instances.mesh[i]]
    first = int(stage.instances.first_row[i])
    rows = stage.rows_world(FRAME)
    points = np.zeros((len(mesh.positions_m), 3))
    for k in range(4):
        joint = rows[first + mesh.joints[:, k].astype(int)]
        moved = (joint[:, :3, :3] @ mesh.positions_m[:, :, None].astype(float))[..., 0] + joint[:, :3, 3]
        points += mesh.weights[:, k, None] * moved
    return points[np.unique(mesh.faces)]


def test_tracks_are_nodes_named_by_id_at_their_world_pose(stage: Stage, loaded: Any) -> None:
    tracks = seen_tracks(stage)
    assert len(tracks) > 3
    assert any(stage.instances.is_skinned[i] for i in tracks)
    for i in tracks:
        name = str(stage.instances.object_id[i])
        transform, geometry = loaded.graph[name]
        points = trimesh.transform_points(loaded.geometry[geometry].vertices, transform)
        expected = world_corners(stage, i)
        np.testing.assert_allclose(points.min(axis=0), expected.min(axis=0), atol=1e-3)  # glTF holds float32
        np.testing.assert_allclose(points.max(axis=0), expected.max(axis=0), atol=1e-3)


def test_the_camera_is_the_stages(stage: Stage, loaded: Any) -> None:
    lens = stage.lens
    np.testing.assert_allclose(loaded.camera_transform[:3, 3], stage.camera_world(FRAME)[:3, 3], atol=1e-5)
    ahead_m = -loaded.camera_transform[:3, 2]  # glTF cameras look along -z
    np.testing.assert_allclose(ahead_m, stage.camera_world(FRAME)[:3, 2], atol=1e-6)
    expected = np.degrees(2 * np.arctan(lens.height_px / 2 / lens.fy_px))
    assert loaded.camera.fov[1] == pytest.approx(expected, abs=0.01)


def test_leaves_hang_on_a_masked_texture(stage: Stage, loaded: Any) -> None:
    cut_out = np.array([material.alpha_tested for material in MATERIALS])
    leafy = [name for name in loaded.graph.nodes_geometry if name.endswith(".leaves")]
    seen = is_in_view(stage, stage.rows_world(FRAME), FRAME)
    has_leaves = [cut_out[stage.meshes[m].material[stage.meshes[m].faces[:, 0]]].any() for m in stage.instances.mesh[seen]]
    assert len(leafy) == sum(has_leaves) > 0
    material = loaded.geometry[loaded.graph[leafy[0]][1]].visual.material
    assert material.alphaMode == "MASK"
    assert material.baseColorTexture is not None


def test_nothing_behind_the_camera_travels(stage: Stage, loaded: Any) -> None:
    cam_from_world = rigid_inverse(stage.camera_world(FRAME))
    for name in loaded.graph.nodes_geometry:
        transform, geometry = loaded.graph[name]
        points = trimesh.transform_points(loaded.geometry[geometry].vertices, transform)
        depth_m = points @ cam_from_world[2, :3] + cam_from_world[2, 3]
        assert depth_m.max() > -np.ptp(points, axis=0).max(), name


def test_posing_a_skinned_mesh_blends_its_rows(stage: Stage) -> None:
    i = next(i for i in seen_tracks(stage) if stage.instances.is_skinned[i])
    mesh = stage.meshes[stage.instances.mesh[i]]
    first = int(stage.instances.first_row[i])
    points, normals = posed(mesh, stage.rows_world(FRAME)[first : first + int(stage.instances.row_count[i])])
    used = np.unique(mesh.faces)
    np.testing.assert_allclose(points[used], world_corners(stage, i), atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(normals[used], axis=1), 1.0, atol=1e-6)


def test_a_frame_that_is_not_there_is_refused(tmp_path: Any) -> None:
    with pytest.raises(ScenarioError, match=r"--frame 9999: the clip has frames 0 \.\. "):
        export_frame("debris_in_lane", 0, 9999, tmp_path / "stage.glb", {})
    assert not list(tmp_path.iterdir())


def test_a_place_that_can_not_be_written_is_named(tmp_path: Any) -> None:
    with pytest.raises(OutputError, match="can not be written"):
        export_frame("debris_in_lane", 0, 0, tmp_path / "missing" / "stage.glb", {})
