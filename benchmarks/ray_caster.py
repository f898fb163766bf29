"""The oracle: what a stage shows and how it moves, by casting rays in float64 at its triangles. Knows nothing of GL.

Every pixel-centre ray is tested against every triangle whose projected bounds hold that pixel. The hit is a place on a
triangle (barycentric), so moving it means posing the triangle's corners at another frame: static things, spinning wheels
and skinned limbs need no cases of their own. Leaf cards are cut out by the same picture as in the renderer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray, Pinhole
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.stage.stage import Stage

IndexArray = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

NEAR_M = 0.1  # of the renderer: nearer surfaces are cut away
LEAF_CUT = 0.45  # coverage below this is a hole
PAIRS_AT_ONCE = 1_500_000  # pixel-triangle pairs in memory
_CUT_OUT = np.array([material.alpha_tested for material in MATERIALS])


@dataclass(frozen=True, eq=False)
class Hits:
    """What each pixel-centre ray meets first, all (H, W, ...).

    `depth_m` float64 along the optical axis, inf where nothing is met; `instance` -1 there; `face` of the instance's mesh;
    `weights` (H, W, 3) barycentric; `row` of the transform table as the id image counts it (first row for skinned things),
    0 for nothing; `part`, `object_id`; `is_leaf` where the face is cut out.
    """

    depth_m: FloatArray
    instance: IndexArray
    face: IndexArray
    weights: FloatArray
    row: IndexArray
    part: IndexArray
    object_id: IndexArray
    is_leaf: BoolArray


@dataclass(frozen=True, eq=False)
class _Faces:
    """Triangles that may cover a pixel centre: corner products, and the bounds of the pixels to test (u0, v0, u1, v1)."""

    instance: IndexArray
    face: IndexArray
    crossed: FloatArray  # (n, 3, 3): b x c, c x a, a x b
    volume: FloatArray  # (n,) a . (b x c)
    bounds: IndexArray
    is_leaf: BoolArray
    uv: FloatArray  # (n, 3, 2)


def cast(stage: Stage, frame: int, *, has_leaves: bool = True) -> Hits:
    """Cast every pixel-centre ray of a frame.

    Args:
        stage: any stage; its lens says the picture's size.
        frame: 0 .. frames - 1.
        has_leaves: False leaves out the cut-out faces.
    Returns:
        The nearest hit of every ray.
    """
    faces = _gather(stage, frame, has_leaves=has_leaves)
    lens = stage.lens
    depth = np.full(lens.width_px * lens.height_px, np.inf)
    found = np.full(len(depth), -1, np.int64)
    coverage = texture_layers()[TEXTURES.index("leaf"), ..., 3]
    for triangle, pixel in _pairs(faces.bounds, lens.width_px):
        kept, z_m = _meet(faces, triangle, pixel, lens, coverage)
        triangle, pixel = triangle[kept], pixel[kept]
        # Nearest first, so that the first of each pixel wins
        order = np.lexsort((z_m, pixel))
        pixel, first = np.unique(pixel[order], return_index=True)
        nearest, z_m = triangle[order][first], z_m[order][first]
        is_nearer = z_m < depth[pixel]
        depth[pixel[is_nearer]], found[pixel[is_nearer]] = z_m[is_nearer], nearest[is_nearer]
    return _hits(stage, faces, depth, found)


def posed_faces(stage: Stage, frame: int) -> FloatArray:
    """Give the corners of all solid triangles in the camera frame, (n, 3, 3) float64, leaf cards left out."""
    rows, world_from_cam = np.asarray(stage.rows_world(frame)), np.asarray(stage.camera_world(frame))
    alive = np.asarray(stage.row_alive(frame))
    corners = []
    for i, mesh_index in enumerate(stage.instances.mesh):
        mesh = stage.meshes[mesh_index]
        if alive[stage.instances.first_row[i]] and len(mesh.faces):
            points = _posed(mesh, np.arange(len(mesh.positions_m)), _joint_poses(stage, rows, i), world_from_cam)
            corners.append(points[mesh.faces[~_CUT_OUT[mesh.material[mesh.faces[:, 0]]]]])
    return np.concatenate(corners)


def moved(stage: Stage, hits: Hits, frame: int, then: int) -> FloatArray:
    """Give where the hit points of `frame` are at another frame, in the camera frame there, (H, W, 3); nan for no hit."""
    points = np.full((*hits.depth_m.shape, 3), np.nan)
    rows, world_from_cam = stage.rows_world(then), np.asarray(stage.camera_world(then))
    for i in np.unique(hits.instance[hits.instance >= 0]):
        here = hits.instance == i
        mesh = stage.meshes[stage.instances.mesh[i]]
        corners = mesh.faces[hits.face[here]]
        used, index = np.unique(corners, return_inverse=True)
        posed = _posed(mesh, used, np.asarray(_joint_poses(stage, rows, int(i))), world_from_cam)
        points[here] = np.einsum("nk,nki->ni", hits.weights[here], posed[index.reshape(corners.shape)])
    return points


def flow_of(stage: Stage, hits: Hits, frame: int, then: int) -> FloatArray:
    """Give exact flow (H, W, 2) in pixels; sky moves by the camera's rotation; nan where the point falls behind the camera."""
    lens = stage.lens
    points = moved(stage, hits, frame, then)
    u, v = np.meshgrid(np.arange(lens.width_px), np.arange(lens.height_px))
    rotation = np.asarray(stage.camera_world(then))[:3, :3].T @ np.asarray(stage.camera_world(frame))[:3, :3]
    is_sky = hits.instance < 0
    points[is_sky] = _rays(u[is_sky], v[is_sky], lens) @ rotation.T
    with np.errstate(divide="ignore", invalid="ignore"):
        end_u = lens.fx_px * points[..., 0] / points[..., 2] + lens.cx_px
        end_v = lens.fy_px * points[..., 1] / points[..., 2] + lens.cy_px
    flow = np.stack([end_u - u, end_v - v], axis=-1)
    flow[points[..., 2] <= np.where(is_sky, 0.0, NEAR_M)] = np.nan
    return flow


def _rays(u: IndexArray, v: IndexArray, lens: Pinhole) -> FloatArray:
    return np.stack([(u - lens.cx_px) / lens.fx_px, (v - lens.cy_px) / lens.fy_px, np.ones(np.shape(u))], axis=-1)


def _joint_poses(stage: Stage, rows: FloatArray, i: int) -> FloatArray:
    first = int(stage.instances.first_row[i])
    return rows[first : first + int(stage.instances.row_count[i])]


def _posed(mesh: Mesh, used: IndexArray, world_from_rest: FloatArray, world_from_cam: FloatArray) -> FloatArray:
    """Give chosen vertices in the camera frame, (n, 3) float64, blended by their joints."""
    cam_from_rest = np.linalg.inv(world_from_cam) @ world_from_rest
    points = np.zeros((len(used), 3))
    rest = np.concatenate([mesh.positions_m[used].astype(np.float64), np.ones((len(used), 1))], axis=1)
    for k in range(mesh.joints.shape[1]):
        weight = mesh.weights[used, k].astype(np.float64)
        weighted = weight > 0
        poses = cam_from_rest[mesh.joints[used[weighted], k]]
        points[weighted] += weight[weighted, None] * np.einsum("nij,nj->ni", poses[:, :3], rest[weighted])
    return points


def _gather(stage: Stage, frame: int, *, has_leaves: bool) -> _Faces:
    """Pose all instances and keep the triangles that may cover a pixel centre."""
    rows, world_from_cam = np.asarray(stage.rows_world(frame)), np.asarray(stage.camera_world(frame))
    alive = np.asarray(stage.row_alive(frame))
    parts: list[_Faces] = []
    for i, mesh_index in enumerate(stage.instances.mesh):
        mesh = stage.meshes[mesh_index]
        if not alive[stage.instances.first_row[i]] or not len(mesh.faces):
            continue
        points = _posed(mesh, np.arange(len(mesh.positions_m)), _joint_poses(stage, rows, i), world_from_cam)
        is_leaf = _CUT_OUT[mesh.material[mesh.faces[:, 0]]]
        part = _candidates(i, mesh, points, is_leaf, stage.lens)
        parts.append(part if has_leaves else _chosen(part, ~part.is_leaf))
    names = ("instance", "face", "crossed", "volume", "bounds", "is_leaf", "uv")
    return _Faces(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _candidates(i: int, mesh: Mesh, points: FloatArray, is_leaf: BoolArray, lens: Pinhole) -> _Faces:
    """Keep triangles ahead of the camera that face it (leaf cards have two sides) and whose bounds hold a pixel centre."""
    corners = points[mesh.faces]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    volume = np.einsum("ni,ni->n", a, np.cross(b - a, c - a))
    bounds = _bounds(corners, lens)
    chosen = (bounds[:, 0] <= bounds[:, 2]) & (bounds[:, 1] <= bounds[:, 3])
    chosen &= ((volume < 0) | is_leaf) & (corners[..., 2].max(axis=1) > NEAR_M)
    kept = np.flatnonzero(chosen)
    a, b, c = a[kept], b[kept], c[kept]
    return _Faces(
        instance=np.full(len(kept), i, np.int64),
        face=kept,
        crossed=np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1),
        volume=volume[kept],
        bounds=bounds[kept],
        is_leaf=is_leaf[kept],
        uv=mesh.uv[mesh.faces[kept]].astype(np.float64),
    )


def _chosen(faces: _Faces, kept: BoolArray) -> _Faces:
    names = ("instance", "face", "crossed", "volume", "bounds", "is_leaf", "uv")
    return _Faces(*(getattr(faces, name)[kept] for name in names))


def _bounds(corners: FloatArray, lens: Pinhole) -> IndexArray:
    """Give the pixels (u0, v0, u1, v1) that a triangle's part beyond the near plane can cover; u0 > u1 for none."""
    low, high = np.full((len(corners), 2), np.inf), np.full((len(corners), 2), -np.inf)
    focal, centre = np.array([lens.fx_px, lens.fy_px]), np.array([lens.cx_px, lens.cy_px])

    def widen(points: FloatArray, counts: BoolArray) -> None:
        with np.errstate(divide="ignore", invalid="ignore"):
            place = points[:, :2] / points[:, 2:] * focal + centre
        low[counts] = np.minimum(low[counts], place[counts])
        high[counts] = np.maximum(high[counts], place[counts])

    for k in range(3):
        here, there = corners[:, k], corners[:, (k + 1) % 3]
        widen(here, here[:, 2] >= NEAR_M)
        crosses = (here[:, 2] >= NEAR_M) != (there[:, 2] >= NEAR_M)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (NEAR_M - here[:, 2:]) / (there[:, 2:] - here[:, 2:])
            widen(here + share * (there - here), crosses)
    size = np.array([lens.width_px, lens.height_px])
    first = np.clip(np.ceil(np.minimum(low, 1e9) - 1e-6), 0, size)
    last = np.clip(np.floor(np.maximum(high, -1e9) + 1e-6), -1, size - 1)
    return np.concatenate([first, last], axis=1).astype(np.int64)


def _pairs(bounds: IndexArray, width_px: int) -> Iterator[tuple[IndexArray, IndexArray]]:
    """Give (triangle, flat pixel) for every pixel in every triangle's bounds, a bounded number at a time."""
    # A run is one line of pixels of one triangle: bounds of huge triangles come apart without special cases
    lines = bounds[:, 3] - bounds[:, 1] + 1
    run_triangle = np.repeat(np.arange(len(bounds)), lines)
    run_v = np.arange(len(run_triangle)) - np.repeat(np.cumsum(lines) - lines, lines) + bounds[run_triangle, 1]
    length = bounds[run_triangle, 2] - bounds[run_triangle, 0] + 1
    total = np.cumsum(length)
    begin = 0
    while begin < len(length):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + PAIRS_AT_ONCE, side="right")))
        runs = slice(begin, end)
        count = length[runs]
        run = np.repeat(np.arange(begin, end), count)
        u = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + bounds[run_triangle[run], 0]
        yield run_triangle[run], run_v[run] * width_px + u
        begin = end


def _meet(
    faces: _Faces, triangle: IndexArray, pixel: IndexArray, lens: Pinhole, coverage: ByteArray
) -> tuple[IndexArray, FloatArray]:
    """Give which pairs are hits, and their depths."""
    rays = _rays(pixel % lens.width_px, pixel // lens.width_px, lens)
    share = np.einsum("nki,ni->nk", faces.crossed[triangle], rays)
    is_hit = (share <= 0).all(axis=1) | ((share >= 0).all(axis=1) & faces.is_leaf[triangle])
    total = share.sum(axis=1)
    kept = np.flatnonzero(is_hit & (total != 0))
    z_m = faces.volume[triangle[kept]] / total[kept]
    is_ahead = z_m >= NEAR_M
    kept, z_m = kept[is_ahead], z_m[is_ahead]
    leaf = np.flatnonzero(faces.is_leaf[triangle[kept]])
    if len(leaf):
        weights = share[kept[leaf]] / total[kept[leaf], None]
        uv = np.einsum("nk,nki->ni", weights, faces.uv[triangle[kept[leaf]]])
        texel = np.floor((uv - np.floor(uv)) * [coverage.shape[1], coverage.shape[0]]).astype(np.int64)
        texel = np.minimum(texel, [coverage.shape[1] - 1, coverage.shape[0] - 1])
        is_solid = np.ones(len(kept), np.bool_)
        is_solid[leaf] = coverage[texel[:, 1], texel[:, 0]] / 255.0 >= LEAF_CUT
        kept, z_m = kept[is_solid], z_m[is_solid]
    return kept, z_m


def _hits(stage: Stage, faces: _Faces, depth: FloatArray, found: IndexArray) -> Hits:
    """Name what was hit."""
    lens, instances = stage.lens, stage.instances
    shape = (lens.height_px, lens.width_px)
    hit = np.flatnonzero(found >= 0)
    triangle = found[hit]
    share = np.einsum("nki,ni->nk", faces.crossed[triangle], _rays(hit % lens.width_px, hit // lens.width_px, lens))
    weights = np.zeros((len(found), 3))
    weights[hit] = share / share.sum(axis=1, keepdims=True)
    instance, face = np.full(len(found), -1, np.int64), np.full(len(found), -1, np.int64)
    row, part, object_id = (np.zeros(len(found), np.int64) for _ in range(3))
    instance[hit], face[hit] = faces.instance[triangle], faces.face[triangle]
    object_id[hit] = instances.object_id[instance[hit]]
    is_leaf = np.zeros(len(found), np.bool_)
    is_leaf[hit] = faces.is_leaf[triangle]
    for i in np.unique(instance[hit]):
        here = instance == i
        mesh = stage.meshes[instances.mesh[i]]
        corner = mesh.faces[face[here], -1]
        joint = 0 if instances.is_skinned[i] else mesh.joints[corner, 0].astype(np.int64)
        row[here], part[here] = instances.first_row[i] + joint, mesh.part[corner]
    return Hits(
        depth_m=depth.reshape(shape),
        instance=instance.reshape(shape),
        face=face.reshape(shape),
        weights=weights.reshape(*shape, 3),
        row=row.reshape(shape),
        part=part.reshape(shape),
        object_id=object_id.reshape(shape),
        is_leaf=is_leaf.reshape(shape),
    )
