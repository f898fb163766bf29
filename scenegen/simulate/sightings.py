"""What the ego's first camera sees of each body, by boxes and sight lines alone: no picture is drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.simulate.clip import Clip, Track
from scenegen.simulate.visibility import Outline, seen_share

SEEN = 0.25  # share of the outline from which a body counts as seen
PLAIN_PX = 25.0  # longer side of a box from which a thing is plain to see
BESIDE_M = 2.0  # half the width of whoever is looked at, at most
NEAR_M = 0.1  # what reaches nearer to the camera than this has no box


@dataclass(frozen=True, eq=False)
class Sighting:
    """One body through the frames of a clip: longer side of its box in the picture, share seen past others, distance.

    `size_px`, `share`, `distance_m` are (frames,); size 0 means out of the picture, and share is 0 there too.
    """

    track: Track
    size_px: FloatArray
    share: FloatArray
    distance_m: FloatArray

    @property
    def is_seen(self) -> FloatArray:
        """1 where at least a quarter of it is seen, (frames,)."""
        return ((self.share >= SEEN) & (self.size_px > 0.0)).astype(np.float64)


def sighting_of(clip: Clip, track: Track, frames: range | None = None, *, least_px: float = 0.0) -> Sighting:
    """See one body.

    Args:
        clip: the clip.
        track: one of its tracks.
        frames: which frames, all by default.
        least_px: smaller ones are not looked for behind others; their share stays 0.
    """
    return next(sightings_of(clip, (track,), frames, least_px=least_px))


def sightings_of(
    clip: Clip, tracks: tuple[Track, ...], frames: range | None = None, *, least_px: float = 0.0
) -> Iterator[Sighting]:
    """See several bodies of one clip, as `sighting_of` does."""
    frames = range(clip.frames) if frames is None else frames
    rows = [clip.row_of(frame) for frame in frames]
    eyes = [_eye(clip, row) for row in rows]
    places = np.array([track.world_from_body[rows, :2, 3] for track in clip.tracks]).reshape(-1, len(rows), 2)
    present = np.array([track.present[rows] for track in clip.tracks]).reshape(-1, len(rows))
    reach_m = np.array([math.hypot(track.size_m[0], track.size_m[1]) / 2 + BESIDE_M for track in clip.tracks])
    for track in tracks:
        size_px = box_px(clip, track, frames)
        share, distance_m = np.zeros(len(rows)), np.zeros(len(rows))
        for i, (row, eye) in enumerate(zip(rows, eyes, strict=True)):
            place = track.world_from_body[row, :2, 3]
            distance_m[i] = math.hypot(place[0] - eye[0], place[1] - eye[1])
            if size_px[i] > least_px and track.present[row]:
                near = np.flatnonzero(present[:, i] & _is_between(places[:, i] - eye[:2], place - eye[:2], reach_m))
                between = [_outline(clip.tracks[j], row) for j in near if clip.tracks[j] is not track]
                share[i] = seen_share(eye, _outline(track, row), between)
        yield Sighting(track, size_px, share, distance_m)


def outcomes_of(clip: Clip, track: Track) -> dict[str, float]:
    """Give what a requirement may ask of how a body was seen; inf where it never was.

    Returns:
        first_visible_s: time of the first frame that shows a quarter of it; first_visible_m: its distance then;
        visible_s: time it was seen before the conflict (a contact, or else the clip's end);
        hidden_share: mean share of it that others hid while it was in the picture.
    """
    sighting = sighting_of(clip, track)
    seen = np.flatnonzero(sighting.is_seen)
    in_picture = sighting.size_px > 0.0
    fps = clip.scene.fps
    return {
        "first_visible_s": float(seen[0]) / fps if len(seen) else math.inf,
        "first_visible_m": float(sighting.distance_m[seen[0]]) if len(seen) else math.inf,
        "visible_s": len(seen) / fps,
        "hidden_share": float(1.0 - sighting.share[in_picture].mean()) if in_picture.any() else 1.0,
    }


def box_px(clip: Clip, track: Track, frames: range) -> FloatArray:
    """Give the longer side of a body's box in the picture, (frames,); 0 where it is not wholly before the camera or outside."""
    camera, rows = clip.scene.camera, [clip.row_of(frame) for frame in frames]
    body_from_other = np.linalg.inv(clip.ego.world_from_body[rows]) @ track.world_from_body[rows]
    length, width, height = track.size_m
    corners = np.array([(x * length / 2, y * width / 2, z * height, 1.0) for x in (-1, 1) for y in (-1, 1) for z in (0, 1)])
    ahead, left, up = (
        (body_from_other @ corners.T)[:, i] - mount for i, mount in enumerate((camera.mount_x, camera.mount_y, camera.mount_z))
    )
    depth = np.maximum(ahead, NEAR_M)
    u = np.clip((camera.width - 1) / 2 - camera.focal * left / depth, 0, camera.width - 1)
    v = np.clip((camera.height - 1) / 2 - camera.focal * up / depth, 0, camera.height - 1)
    wide, high = np.ptp(u, axis=1), np.ptp(v, axis=1)
    return np.where((ahead.min(axis=1) > NEAR_M) & (wide > 0) & (high > 0), np.maximum(wide, high), 0.0)


def _eye(clip: Clip, row: int) -> tuple[float, float, float]:
    """Place of the first camera."""
    camera = clip.scene.camera
    x, y, z = (clip.ego.world_from_body[row] @ np.array([camera.mount_x, camera.mount_y, camera.mount_z, 1.0]))[:3]
    return float(x), float(y), float(z)


def _outline(track: Track, row: int) -> Outline:
    pose = track.world_from_body[row]
    return Outline(float(pose[0, 3]), float(pose[1, 3]), math.atan2(pose[1, 0], pose[0, 0]), track.size_m)


def _is_between(places: FloatArray, way: FloatArray, reach_m: FloatArray) -> BoolArray:
    """Which bodies, seen from the eye, are near enough to the line of sight that they may hide something, (n,)."""
    far_m = max(math.hypot(way[0], way[1]), 1e-6)
    along = places @ way / far_m
    aside = np.abs(places[:, 0] * way[1] - places[:, 1] * way[0]) / far_m
    near: BoolArray = (along > -reach_m) & (along < far_m + reach_m) & (aside < reach_m)
    return near
