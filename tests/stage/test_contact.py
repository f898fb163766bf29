"""What stands touches the ground: rays dropped under wheels, feet and posts meet it within two centimetres."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scenes import scene_of, stage_of
from scenegen.classes import BY_NAME
from scenegen.models import catalogue
from scenegen.roads.street import build_street
from scenegen.scenario.scene import Scene
from scenegen.simulate.clip import Clip
from scenegen.stage.placing import PlacedThing
from scenegen.stage.stage import Stage
from scenegen.stage.surroundings import place_surroundings

MOST_M = 0.02
LEAVES_M = 0.03  # crowns of bushes begin two centimetres up
GROUND = {BY_NAME[name].id for name in ("road", "parking", "sidewalk", "kerb", "terrain")}
ROOTED = ("tree", "street_tree", "birch", "poplar", "conifer", "bush", "shrubs")
AFAR = ("wires", "tree_line", "ridge")
"""What hangs, and what is sunk into rolling ground or stands behind its rim."""
SCENES = {"residential_street": {}, "jaywalk_adult": {"road.surroundings": "urban", "road.sidewalk": "3"}}


@pytest.fixture(scope="module", params=SCENES)
def staged(request: pytest.FixtureRequest) -> tuple[Scene, Clip, Stage]:
    scene = scene_of(request.param, size_px=(160, 48), overrides=SCENES[request.param])
    return (scene, *stage_of(scene))


def world_triangles(stage: Stage, wanted: set[int]) -> np.ndarray:
    """Triangles (m, 3, 3) of the instances of some classes that have no id, but for leaves strewn on the ground."""
    kept = []
    for i, (mesh, row, kind) in enumerate(
        zip(stage.instances.mesh, stage.instances.first_row, stage.instances.class_id, strict=True)
    ):
        if int(kind) in wanted and stage.instances.object_id[i] == 0 and "leaves" not in stage.instances.names[i]:
            pose = stage.rows_world(0)[row]
            points = stage.meshes[mesh].positions_m.astype(np.float64) @ pose[:3, :3].T + pose[:3, 3]
            kept.append(points[stage.meshes[mesh].faces])
    return np.concatenate(kept)


def ground_under(triangles: np.ndarray, point: np.ndarray) -> float:
    """Height of the highest ground that a ray down from a little above a point meets."""
    near = (triangles[:, :, :2].min(axis=1) <= point[:2]).all(axis=1) & (triangles[:, :, :2].max(axis=1) >= point[:2]).all(
        axis=1
    )
    corners = triangles[near]
    edge = np.roll(corners[:, :, :2], -1, axis=1) - corners[:, :, :2]
    to_point = point[:2] - corners[:, :, :2]
    side = edge[:, :, 0] * to_point[:, :, 1] - edge[:, :, 1] * to_point[:, :, 0]
    inside = (side >= 0).all(axis=1) & (side.sum(axis=1) > 1e-12)
    weights = np.roll(side[inside], -1, axis=1) / side[inside].sum(axis=1, keepdims=True)
    heights = (weights * corners[inside, :, 2]).sum(axis=1)
    below = heights[heights < point[2] + 0.10]
    return float(below.max()) if len(below) else -np.inf


def feet(thing: PlacedThing) -> np.ndarray:
    """The lowest points of a thing, at most four that lie far apart, in the world."""
    points = catalogue.build(thing.spec).meshes[0].positions_m.astype(np.float64)
    low = points[points[:, 2] < points[:, 2].min() + 0.003]
    ends = [int(np.argmin(low @ np.array(way))) for way in ((1, 1, 0), (-1, 1, 0), (1, -1, 0), (-1, -1, 0))]
    return low[sorted(set(ends))] @ thing.world_from_body[:3, :3].T + thing.world_from_body[:3, 3]


def test_every_post_wall_and_house_stands_on_the_ground(staged: tuple[Scene, Clip, Stage]) -> None:
    scene, _, stage = staged
    triangles = world_triangles(stage, GROUND)
    things = [thing for thing in place_surroundings(scene, build_street(scene.road)) if thing.spec.kind not in AFAR]
    on_slabs = ("forecourt", "tree_pit", "leaf_litter")
    checked = set()
    for thing in things[:: max(1, len(things) // 150)]:
        if thing.spec.kind in on_slabs:
            continue
        for point in feet(thing):
            gap = point[2] - ground_under(triangles, point)
            checked.add(thing.spec.kind)
            if thing.spec.kind in ROOTED:
                assert gap <= LEAVES_M, (thing.name, gap)
            else:
                assert abs(gap) <= MOST_M, (thing.name, gap)
    assert len(checked) > 8


def test_every_wheel_and_foot_touches_the_ground(staged: tuple[Scene, Clip, Stage]) -> None:
    _, clip, stage = staged
    triangles = world_triangles(stage, GROUND)
    poses, wheels, people = stage.rows_world(0), 0, 0
    for track in sorted(clip.tracks, key=lambda track: track.rig)[:60]:
        if track.rig not in ("vehicle", "person") or f"track_{track.track_id}" not in stage.instances.names:
            continue
        i = stage.instances.names.index(f"track_{track.track_id}")
        mesh, row = stage.meshes[stage.instances.mesh[i]], int(stage.instances.first_row[i])
        rest = np.concatenate([mesh.positions_m.astype(np.float64), np.ones((len(mesh.positions_m), 1))], axis=1)
        posed = np.einsum("nk,nkij,nj->ni", mesh.weights, poses[row + mesh.joints][..., :3, :], rest)
        if track.rig == "person":
            lowest = [posed[np.argmin(posed[:, 2])]]
            people += 1
        else:
            is_wheel = mesh.part == list(catalogue.build(track.model).parts).index("wheel")
            joints = np.unique(mesh.joints[is_wheel, 0])
            lowest = [posed[is_wheel & (mesh.joints[:, 0] == j)] for j in joints]
            lowest = [points[np.argmin(points[:, 2])] for points in lowest]
            wheels += len(lowest)
        for point in lowest:
            assert abs(point[2] - ground_under(triangles, point)) <= MOST_M, track.track_id
    assert wheels > 30
    assert people > 0
