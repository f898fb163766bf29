"""Stages with nothing on them but people, and boxes to stand behind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, pose
from scenegen.models.catalogue import build
from scenegen.models.mesh import Mesh, ModelSpec, rigid_mesh
from scenegen.simulate.clip import Clip, Track
from scenegen.simulate.gait import stride_m
from scenegen.simulate.parts import part_poses
from scenegen.stage.stage import Instances, Stage, StageCamera
from tests.simulate.streets import scene

LENS = Pinhole.centred(width_px=320, height_px=240, focal_px=400.0)
EYE_M = 1.4
FPS, SUBSTEPS, FRAMES = 10, 2, 3
TICKS = (FRAMES + 1) * SUBSTEPS + 1


def person(track_id: int, kind: str, start: FloatArray, *, speed: float = 0.0, phase: float = 0.0, seed: int = 3) -> Track:
    """Someone who walks straight ahead from a pose, or stands at ease."""
    model = build(ModelSpec(kind, seed))
    stride = stride_m(max(speed, 0.5), model.facts["stature_m"], kind)
    seconds = (np.arange(TICKS) - SUBSTEPS) / (FPS * SUBSTEPS)
    path = np.stack([start @ pose(speed * t, 0.0, 0.0) for t in seconds])
    one = np.ones(TICKS)
    motion = np.stack(
        [phase + seconds * speed / stride, stride * one, speed * one, one * (speed == 0.0), 0 * one, seconds * speed, 0 * one],
        axis=1,
    )
    return Track(
        track_id, f"person {track_id}", "", "person", "person", model.spec, model.size_m, (1.0, 1.0, 1.0), path, motion,
        np.zeros(TICKS, np.uint8), np.ones(TICKS, np.bool_),
    )  # fmt: skip


def clip_of(people: Sequence[Track]) -> Clip:
    """A clip of people, with an ego that stands at the origin."""
    still = np.tile(np.eye(4), (TICKS, 1, 1))
    ego = Track(
        99, "ego", "ego", "vehicle", "car", ModelSpec("hatchback"), (4.0, 1.7, 1.5), (1.0, 1.0, 1.0), still,
        np.zeros((TICKS, 4)), np.zeros(TICKS, np.uint8), np.ones(TICKS, np.bool_),
    )  # fmt: skip
    return Clip(scene(fps=FPS, substeps=SUBSTEPS), -SUBSTEPS, ego, tuple(people), (), {}, np.full(FRAMES, np.inf))


def slab(size_m: tuple[float, float, float], middle_m: tuple[float, float, float]) -> Mesh:
    """An upright board across the view."""
    _, width, height = size_m
    corners = np.array([[0, -1, -1], [0, 1, -1], [0, 1, 1], [0, -1, 1]]) * (0, width / 2, height / 2) + middle_m
    return rigid_mesh(corners, np.tile([-1.0, 0.0, 0.0], (4, 1)), np.array([[0, 2, 1], [0, 3, 2]]), material=0)


def stage_of(clip: Clip, *boards: Mesh, lens: Pinhole = LENS, level: int = 0) -> Stage:
    """Put the people of a clip on stage at one level of detail, and boards without ids, before a camera at the origin."""
    models = [build(track.model) for track in clip.tracks]
    counts = [len(model.joints) for model in models] + [1] * len(boards)
    first = np.cumsum([1, *counts[:-1]]).astype(np.int32)
    rows, n = 1 + sum(counts), len(counts)

    def world(frame: int) -> FloatArray:
        row = clip.row_of(frame)
        poses = np.tile(np.eye(4), (rows, 1, 1))
        for track, model, start in zip(clip.tracks, models, first, strict=False):
            posed = part_poses(track, model, np.array([row]))[0]
            poses[start : start + len(posed)] = track.world_from_body[row] @ posed
        return poses

    return Stage(
        meshes=(*(model.meshes[level] for model in models), *boards),
        instances=Instances(
            mesh=np.arange(n, dtype=np.int32), first_row=first, row_count=np.array(counts, np.int32),
            object_id=np.array([track.track_id for track in clip.tracks] + [0] * len(boards), np.int32),
            class_id=np.array([BY_NAME["person"].id] * len(models) + [BY_NAME["wall"].id] * len(boards), np.uint8),
            is_skinned=np.arange(n) < len(models), is_moving=np.arange(n) < len(models), paint_linear=np.ones((n, 3)),
            names=tuple(f"thing {i}" for i in range(n)),
        ),
        rows=rows, frames=FRAMES, fps=FPS,
        cameras=(StageCamera("front", lens, lambda frame: pose(0.0, 0.0, EYE_M) @ BODY_FROM_CAM),),
        light=clip.scene.light, weather=clip.scene.weather, street_lamps=(), origin_m=np.zeros(3), rows_world=world,
        row_alive=lambda frame: np.ones(rows, np.bool_), lamps_of_row=lambda frame: np.zeros(rows, np.uint8),
        object_sizes_m={track.track_id: track.size_m for track in clip.tracks},
        object_parts={track.track_id: model.parts for track, model in zip(clip.tracks, models, strict=True)},
    )  # fmt: skip
