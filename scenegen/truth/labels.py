"""From pixel buffers and poses to labels: boxes, truncation, occlusion, tracks, attributes. Plain numpy.

Everything comes from the same id image and the same poses, so two labels of one frame can not disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any, TypedDict

import numpy as np
from scipy import ndimage

from scenegen.geometry import BoolArray, ByteArray, FloatArray, IntArray
from scenegen.models.paints import paint_name
from scenegen.render.passes import Silhouette
from scenegen.scenario.scene import LightScene, WeatherScene
from scenegen.scenario.sky_curves import sky_at
from scenegen.simulate.clip import Clip, Track
from scenegen.stage.stage import Stage, StageThing
from scenegen.truth.frame import Box, EgoState, KeyPoints, ObjectLabel, Poses


def row_tables(stage: Stage) -> tuple[IntArray, ByteArray]:
    """Give for every row of the transform table its object id (rows,) int32 and class id (rows,) uint8."""
    row_object = np.zeros(stage.rows, np.int32)
    row_class = np.zeros(stage.rows, np.uint8)
    owner = np.repeat(np.arange(len(stage.instances.first_row)), stage.instances.row_count)
    row_object[1:] = stage.instances.object_id[owner]
    row_class[1:] = stage.instances.class_id[owner]
    return row_object, row_class


def ego_state(clip: Clip, frame: int) -> EgoState:
    """Give how the ego moves at a frame, by central differences over one tick each way."""
    row, step = clip.row_of(frame), clip.scene.substeps
    poses = clip.ego.world_from_body
    dt = 1.0 / (clip.scene.fps * clip.scene.substeps)
    before, now, after = poses[row - 1], poses[row], poses[row + 1]
    body_from_world = now[:3, :3].T
    turned = before[:3, :3].T @ after[:3, :3]  # by twice a tick's small turn
    return EgoState(
        world_from_body=Poses(poses[row - step], now, poses[row + step]),
        velocity_m_per_s=body_from_world @ (after[:3, 3] - before[:3, 3]) / (2 * dt),
        acceleration_m_per_s2=body_from_world @ (after[:3, 3] - 2 * now[:3, 3] + before[:3, 3]) / dt**2,
        turn_rate_rad_per_s=np.array([turned[2, 1], turned[0, 2], turned[1, 0]]) / (2 * dt),
    )


def visible_boxes(object_id: IntArray) -> dict[int, tuple[Box, int]]:
    """Give for every id > 0 of an id image its inclusive box (left, top, right, bottom) and its number of pixels."""
    counts = np.bincount(object_id.ravel())
    found = ndimage.find_objects(object_id)
    return {
        i + 1: ((where[1].start, where[0].start, where[1].stop - 1, where[0].stop - 1), int(counts[i + 1]))
        for i, where in enumerate(found)
        if where is not None
    }


@dataclass(frozen=True, eq=False)
class PosedTracks:
    """The n tracks that are in the scene at a frame, whatever camera looks: world_from_box (n, 3, 4, 4) float64, the frame of
    their boxes at the previous, present and next frame; is_moving (n,) bool; speed_m_per_s (n,)."""

    tracks: tuple[Track, ...]
    world_from_box: FloatArray
    is_moving: BoolArray
    speed_m_per_s: FloatArray


def posed_tracks(clip: Clip, stage: Stage, frame: int) -> PosedTracks:
    """Give where all tracks of a frame are, once for all cameras."""
    now, step = clip.row_of(frame), clip.scene.substeps
    tracks = tuple(track for track in clip.tracks if track.present[now])
    rows = [now - step, now, now + step]
    bodies = np.array([track.world_from_body[rows] for track in tracks]).reshape(-1, 3, 4, 4)
    body_from_box = np.tile(np.eye(4), (len(tracks), 1, 1))
    centres = [stage.object_centres_m.get(track.track_id, (0.0, 0.0)) for track in tracks]
    body_from_box[:, :2, 3] = np.array(centres).reshape(-1, 2)
    poses: FloatArray = bodies @ body_from_box[:, None]
    changes = (poses[:, (0, 2)] != poses[:, 1:2]).any(axis=(1, 2, 3))
    changes |= np.array([(track.motion[rows] != track.motion[now]).any() for track in tracks], np.bool_)  # heads, doors
    travelled = np.linalg.norm(poses[:, 2, :3, 3] - poses[:, 0, :3, 3], axis=1)
    return PosedTracks(tracks, poses, changes, travelled * clip.scene.fps / 2)


def track_labels(
    posed: PosedTracks,
    stage: Stage,
    seen: Mapping[int, tuple[Box, int]],
    silhouettes: Mapping[int, Silhouette],
    key_points: Mapping[int, KeyPoints],
    joints_world_m: Mapping[int, dict[str, tuple[float, float, float]]],
) -> list[ObjectLabel]:
    """Give the labels of all tracks in one view from what was counted of their pixels, all by track id."""
    return [
        ObjectLabel(
            track_id=track.track_id,
            name=track.name,
            role=track.role,
            class_name=track.class_name,
            kind=track.model.kind,
            moving=bool(is_moving),
            world_from_body=Poses(*poses),
            size_m=stage.object_sizes_m[track.track_id],
            colour=paint_name(track.paint_linear) if track.rig == "vehicle" else "",
            parts=stage.object_parts.get(track.track_id, ()),
            facts={"speed_m_per_s": float(speed)},
            key_points=key_points.get(track.track_id),
            joints_world_m=joints_world_m.get(track.track_id, {}),
            **_pixel_facts(seen.get(track.track_id), silhouettes.get(track.track_id)),
        )
        for track, poses, is_moving, speed in zip(
            posed.tracks, posed.world_from_box, posed.is_moving, posed.speed_m_per_s, strict=True
        )
    ]


def thing_label(thing: StageThing, seen: tuple[Box, int] | None, silhouette: Silhouette | None) -> ObjectLabel:
    """Give the label of a thing that stands beside the road, in one view."""
    return ObjectLabel(
        track_id=thing.object_id,
        name=thing.name,
        role="",
        class_name=thing.class_name,
        kind=thing.kind,
        moving=False,
        world_from_body=Poses(thing.world_from_body, thing.world_from_body, thing.world_from_body),
        size_m=thing.size_m,
        colour="",
        parts=thing.parts,
        facts={"speed_m_per_s": 0.0},
        is_scenery=True,
        **_pixel_facts(seen, silhouette),
    )


class _PixelFacts(TypedDict):
    """What the pixels say of an object, under the names of `ObjectLabel`."""

    box_visible_px: Box | None
    box_amodal_px: Box | None
    truncation: float
    occlusion: float
    visible_px: int
    state: str


def _pixel_facts(seen: tuple[Box, int] | None, silhouette: Silhouette | None) -> _PixelFacts:
    """Give boxes, shares and state from what is seen of an object and what it would cover alone."""
    inside = silhouette.inside_px if silhouette else 0
    visible_px = seen[1] if seen else 0
    truncation = 1.0 - inside / silhouette.total_px if silhouette and inside else 1.0
    return {
        "box_visible_px": seen[0] if seen else None,
        "box_amodal_px": silhouette.box_px if silhouette else None,
        "truncation": min(max(float(truncation), 0.0), 1.0),
        "occlusion": 1.0 - visible_px / inside if inside else 1.0,
        "visible_px": visible_px,
        "state": "visible" if visible_px else "hidden" if inside else "outside",
    }


SKY_ATTRIBUTES = (
    "sun_elevation_deg", "sun_azimuth_deg", "street_lamps", "moonlight", "cloud", "fog_visibility_m", "rain_mm_per_h",
    "road_wetness", "snow_mm_per_h", "snow_cover",
)  # fmt: skip
"""Attributes of a frame that tell of light and weather: all that the variants of a scene may differ in beside pictures."""


def sky_attributes(light: LightScene, weather: WeatherScene) -> dict[str, Any]:
    """Give `SKY_ATTRIBUTES` with their values."""
    values = (*astuple(light), *astuple(weather))
    return dict(zip(SKY_ATTRIBUTES, values, strict=True))


def frame_attributes(clip: Clip, frame: int) -> dict[str, Any]:
    """Give what holds for the whole frame: sun, weather, ego speed, time to conflict, events since the last frame."""
    fps = clip.scene.fps
    conflict = float(clip.time_to_conflict_s[frame]) if 0 <= frame < len(clip.time_to_conflict_s) else np.inf
    row, step = clip.row_of(frame), clip.scene.substeps
    travelled = clip.ego.world_from_body[row + step, :3, 3] - clip.ego.world_from_body[row - step, :3, 3]
    return {
        **sky_attributes(*sky_at(clip.scene, frame / fps)),
        "surroundings": clip.scene.road.surroundings,
        "ego_speed_m_per_s": float(np.linalg.norm(travelled) * fps / 2),
        "time_to_conflict_s": conflict if np.isfinite(conflict) else None,
        "events": [
            {"time_s": event.time_s, "kind": event.kind, "actor": event.actor, "what": event.what}
            for event in clip.events
            if (frame - 1) / fps < event.time_s <= frame / fps
        ],
    }
