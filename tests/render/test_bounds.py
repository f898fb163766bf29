"""Bounds hold what is posed, however far a limb reaches."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from little_stages import SMALL, StageMaker, box_mesh, limb_mesh, still

from scenegen.geometry import BODY_FROM_CAM, FloatArray, pose
from scenegen.models.mesh import Mesh
from scenegen.render.beams import street_sources
from scenegen.render.bounds import PosedBounds
from scenegen.render.lamps import DEPTH_BINS, choose_lamps
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Lamp


def posed(mesh: Mesh, rows: FloatArray) -> FloatArray:
    """Vertices of a skinned mesh in the world, (n, 3)."""
    points = np.concatenate([mesh.positions_m, np.ones((len(mesh.positions_m), 1))], axis=1)
    moved = np.einsum("nkij,nj->nki", rows[mesh.joints.astype(int)], points)[..., :3]
    return (moved * mesh.weights[..., None]).sum(axis=1)


@pytest.mark.parametrize("seed", range(5))
def test_spheres_and_boxes_hold_every_posed_vertex(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = StageMaker(lens=SMALL)
    limb = limb_mesh()
    poses = [pose(*rng.uniform(-4, 4, 3), yaw=rng.uniform(-3, 3), pitch=rng.uniform(-1, 1)) for _ in range(3)]
    made.add(box_mesh((1, 2, 3)), still(poses[0]))
    made.add(limb, still(poses[1]), still(poses[2]), skinned=True)
    stage = made.stage()
    bounds, rows = PosedBounds(stage.meshes, stage.instances), stage.rows_world(0)
    centres, radii = bounds.spheres(rows)
    there = posed(limb, rows[2:4])
    assert (np.linalg.norm(there - centres[1], axis=1) <= radii[1] + 1e-9).all()
    # A sphere round a single box is no wider than the box's own
    assert radii[0] == pytest.approx(np.linalg.norm([1, 2, 3]) / 2)
    low, high = bounds.boxes_of(np.array([False, True]), rows)[0]
    local = (there - rows[2, :3, 3]) @ rows[2, :3, :3]
    assert (local >= low - 1e-6).all()
    assert (local <= high + 1e-6).all()


def test_limb_far_out_of_its_rest_pose_is_drawn_and_measured_whole(labels: Renderer) -> None:
    made = StageMaker(lens=SMALL, camera=still(pose(0, 0, 1.0) @ BODY_FROM_CAM))
    # The root stands 6 m to the side, out of view; the second joint carries its half of the tube before the camera
    made.add(limb_mesh(), still(pose(5, 9, 0)), still(pose(5, 0, 0.4)), object_id=4, skinned=True)
    labels.load(made.stage())
    passes = labels.render(0)
    seen = int((passes.row == 1).sum())
    assert seen > 50
    assert passes.silhouettes[0].object_id == 4
    assert passes.silhouettes[0].inside_px == seen


def test_every_lamp_lights_all_depths_it_reaches() -> None:
    lamps = tuple(Lamp((x, 2.0, 6.0), (1.0, 1.0, 1.0), 25.0) for x in (80.0, 10.0, 45.0, 300.0))
    chosen = choose_lamps(street_sources(lamps), pose(0, 0, 1.65) @ BODY_FROM_CAM, dataclasses.replace(SMALL))
    depth = chosen.place_cam[: chosen.count, 2]
    assert (np.diff(depth) > 0).all()
    for z in np.geomspace(1.0, 400.0, 200):
        first, last = chosen.ranges[min(max(int(2 * np.log2(z)), 0), DEPTH_BINS - 1)]
        reaching = np.flatnonzero(np.abs(depth - z) < 25.0)
        assert all(first <= k < last for k in reaching)
