"""Whole road from scenario to pixels against an oracle: small pictures of a library scenario, float64 rays at its triangles."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import trimesh

from benchmarks.ray_caster import Hits, cast, flow_of
from benchmarks.scenes import DAYLIGHT, largest_frame, scene_of, stage_of
from scenegen.geometry import BoolArray, FloatArray, Pinhole, pixel_rays
from scenegen.render.passes import FLOW_VALID, Passes
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Stage
from scenegen.truth.labels import row_tables
from scenegen.truth.proofs import is_inside

SIZE = (320, 96)


@dataclass(frozen=True, eq=False)
class Seen:
    """A frame by the renderer and by the oracle, and where both see the same surface."""

    stage: Stage
    passes: Passes
    hits: Hits
    is_same: BoolArray


def seen_by_both(stage: Stage, frame: int) -> Seen:
    with Renderer(look="none") as renderer:
        renderer.load(stage)
        passes = renderer.render(frame)
    hits = cast(stage, passes.frame)
    z_m = np.where(passes.z_m > 0, passes.z_m, np.inf)
    is_same = (passes.row == hits.row) & (passes.part == hits.part) & np.isclose(z_m, hits.depth_m, rtol=2e-5, atol=0)
    return Seen(stage, passes, hits, is_same)


@pytest.fixture(scope="module")
def seen() -> Seen:
    """The child in the road, two frames before the end of the dart-out."""
    _, stage = stage_of(scene_of("jaywalker_dart_out", size_px=SIZE, overrides=DAYLIGHT))
    return seen_by_both(stage, stage.frames - 2)


@pytest.fixture(scope="module")
def oncoming() -> Seen:
    """The frame of the baseline street in which moving vehicles are largest."""
    _, stage = stage_of(scene_of("residential_street", size_px=SIZE))
    return seen_by_both(stage, largest_frame(stage, is_skinned=False))


def test_ids_agree_off_silhouettes(seen: Seen) -> None:
    row_object, row_class = row_tables(seen.stage)
    off_edges = is_inside((seen.hits.row * 256 + seen.hits.part).astype(np.int32))
    assert off_edges.sum() > 15_000
    assert (seen.passes.row == seen.hits.row)[off_edges].mean() > 0.999
    assert (row_object[seen.passes.row] == seen.hits.object_id)[off_edges].mean() > 0.999
    assert len(np.unique(row_object[seen.passes.row])) > 5
    assert len(np.unique(row_class[seen.passes.row])) > 6


def test_nearly_every_pixel_agrees_silhouettes_too(seen: Seen) -> None:
    assert seen.is_same.mean() > 0.998  # the rest: edges that pass a pixel's centre by less than 1/256 px, grazing faces


def flow_errors(seen: Seen, chosen: BoolArray, *, spoil: float = 0.0) -> FloatArray:
    """Give the errors of both flows on chosen pixels; `spoil` adds so many pixels to the labels."""
    errors = []
    for k, step in ((0, 1), (1, -1)):
        exact = flow_of(seen.stage, seen.hits, seen.passes.frame, seen.passes.frame + step)
        is_valid = chosen & seen.is_same & (seen.passes.state[..., k] & FLOW_VALID > 0)
        errors.append(np.linalg.norm(seen.passes.flow_px[..., 2 * k : 2 * k + 2] + spoil - exact, axis=-1)[is_valid])
    return np.concatenate(errors)


@pytest.mark.parametrize(("kind", "most_px"), [("static", 0.01), ("rigid", 0.01), ("limbs", 0.02), ("sky", 0.01)])
def test_flow_is_exact(seen: Seen, oncoming: Seen, kind: str, most_px: float) -> None:
    seen = oncoming if kind == "rigid" else seen
    instances, instance = seen.stage.instances, seen.hits.instance
    is_hit, moves, bends = instance >= 0, instances.is_moving[instance], instances.is_skinned[instance]
    chosen = {
        "static": is_hit & ~moves,
        "rigid": is_hit & moves & ~bends,
        "limbs": is_hit & moves & bends,
        "sky": ~is_hit,
    }[kind]
    error = flow_errors(seen, chosen)
    assert len(error) > 100
    assert error.mean() < 0.001
    assert error.max() < most_px
    assert flow_errors(seen, chosen, spoil=0.5).min() > 0.5  # the oracle sees half a pixel everywhere


def test_the_oracle_agrees_with_trimesh(seen: Seen) -> None:
    """Rays at one car alone: depth by trimesh's ray tests, which share no line with the oracle's."""
    ids, counts = np.unique(seen.hits.object_id[seen.hits.object_id > 0], return_counts=True)
    rigid = [i for i in ids[np.argsort(-counts)] if not seen.stage.instances.is_skinned[seen.stage.instances.object_id == i][0]]
    here = seen.hits.object_id == rigid[0]
    instance = int(seen.hits.instance[here][0])
    mesh = seen.stage.meshes[seen.stage.instances.mesh[instance]]
    first = int(seen.stage.instances.first_row[instance])
    rows = np.linalg.inv(seen.stage.camera_world(seen.passes.frame)) @ seen.stage.rows_world(seen.passes.frame)
    poses = rows[first + mesh.joints[:, 0].astype(int)]
    points = np.einsum("nij,nj->ni", poses[:, :3, :3], mesh.positions_m.astype(float)) + poses[:, :3, 3]
    picked = np.flatnonzero(here.ravel())[::7][:150]
    rays = pixel_rays(seen.stage.lens).reshape(-1, 3)[picked]
    places, ray, face = trimesh.Trimesh(points, mesh.faces, process=False).ray.intersects_location(
        np.zeros_like(rays), rays, multiple_hits=True
    )
    corners = points[mesh.faces[face]]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    is_front = np.einsum("ni,ni->n", normals, rays[ray]) < 0
    depth_m = np.full(len(rays), np.inf)
    np.minimum.at(depth_m, ray[is_front], places[is_front, 2])
    np.testing.assert_allclose(depth_m, seen.hits.depth_m.ravel()[picked], rtol=1e-6)


def test_a_moved_camera_is_not_taken_for_the_same(seen: Seen) -> None:
    lens = seen.stage.lens
    shifted = Pinhole(lens.width_px, lens.height_px, lens.fx_px, lens.fy_px, lens.cx_px + 0.5, lens.cy_px)
    camera = replace(seen.stage.cameras[0], lens=shifted)
    hits = cast(replace(seen.stage, cameras=(camera,)), seen.passes.frame)
    both = (seen.passes.row == hits.row) & (hits.instance >= 0)
    agrees = np.abs(seen.passes.z_m - hits.depth_m)[both] <= 2e-5 * hits.depth_m[both]
    assert agrees.mean() < 0.9  # half a pixel of principal point moves depth on nearly everything that slants
