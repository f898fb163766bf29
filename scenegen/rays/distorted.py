"""Labels of cameras that bend straight lines: one exact ray through every pixel centre, nothing warped or filtered.

The buffers mean what they mean for other cameras. A fisheye may see beyond 90 degrees from its axis: what is met there has
ids, normals and flow as everywhere, and its depth along the axis is negative, as it truly is; 0 is the sky's alone. Hidden
or not is judged by distance from the camera, which unlike depth grows along every ray.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.distortion import KannalaBrandtScene, project
from scenegen.distortion import rays as lens_rays
from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray
from scenegen.models.materials import MATERIALS
from scenegen.rays.aim import Aim
from scenegen.rays.outlines import silhouettes
from scenegen.rays.scene import Hits, RayScene
from scenegen.rays.turning import turned
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT, FLOW_SKY, FLOW_VALID, FlowStep, Passes, U16Array
from scenegen.stage.stage import StageCamera

NEAR_M = 0.1
"""What comes nearer than this is not followed, as in the renderer."""
_LEAST_GAP, _MOST_GAP = 5e-4, 0.02
"""Share of its distance by which a thing must be nearer to hide: the numbers of `flow.glsl`."""
_ON_CENTRE_PX = 0.05
"""A point this near to a line of pixel centres asks that line only: the number of `flow.glsl`."""
_FAR = np.float32(1e30)
_CUT_OUT: BoolArray = np.array([material.alpha_tested for material in MATERIALS])


@dataclass(frozen=True, eq=False)
class _Shot:
    """What the pixels' rays meet at one frame: hits in rows from the top, distances (H, W) float32, far for the sky."""

    hits: Hits
    range_m: Float32Array


class BentView:
    """One camera with distortion on a stage; for one thread at a time."""

    def __init__(self, rays: RayScene, camera: StageCamera, *, flow_steps: Sequence[int] = (1,)) -> None:
        """Work out the rays of all pixels.

        Args:
            rays: the stage.
            camera: any camera, bent or not.
            flow_steps: the k of the flows from t to t + k and t - k; 1 is always there.
        Raises:
            ScenarioError: the lens folds its picture over.
        """
        self._rays, self._camera = rays, camera
        self._steps = tuple(sorted({1, *flow_steps}))
        lens = camera.lens
        self._shape = (lens.height_px, lens.width_px)
        grid = lens_rays(lens, camera.distortion)
        self._rays_cam = grid.reshape(-1, 3)
        self._turns = tuple(_across(np.gradient(grid, axis=axis), grid).reshape(-1, 3) for axis in (1, 0))
        self._shots: OrderedDict[int, _Shot] = OrderedDict()
        self._ranges: OrderedDict[int, Float32Array] = OrderedDict()

    def passes(self, frame: int) -> Passes:
        """Give all label buffers of a frame, 0 .. frames - 1."""
        shot = self._shot(frame)
        hits, world = shot.hits, self._world(frame)
        normals = turned(self._normals(hits, frame), world[:3, :3].T)
        gap = self._gap(normals)
        steps = {step: self._flow(frame, step, shot, gap) for step in self._steps}
        nearest = steps.pop(1)
        owners = self._rays.stage.instances.object_id
        shown = np.where(hits.is_hit, owners[hits.instance], 0).astype(np.int32)
        return Passes(
            frame=frame,
            z_m=self._image(np.where(hits.is_hit, hits.range_m, 0.0) * self._rays_cam[:, 2], np.float32),
            normal_oct=encode_normals(normals).reshape(*self._shape, 2),
            row=self._image(hits.row, np.uint16),
            part=self._image(hits.part, np.uint8),
            flow_px=nearest.flow_px,
            dz_m=nearest.dz_m,
            state=nearest.state,
            rgb=None,
            silhouettes=silhouettes(
                Aim(world[:3, 3], turned(self._rays_cam, world[:3, :3])), self._rays.bodies.tracked(frame),
                owners, shown, self._camera.lens, world[:3, :3].T, self._land,
            ),
            steps=steps,
            camera=self._camera.name,
        )  # fmt: skip

    def _image(self, values: npt.NDArray[Any], kind: type) -> npt.NDArray[Any]:
        return values.reshape(self._shape).astype(kind)

    def _world(self, frame: int) -> FloatArray:
        """Give world_from_cam."""
        return np.asarray(self._camera.world(frame), np.float64)

    def _land(self, points_cam_m: FloatArray) -> FloatArray:
        """Land cam-frame points on the image plane, nan where the lens shows nothing and for what is too near."""
        places = project(points_cam_m, self._camera.lens, self._camera.distortion)
        is_fisheye = isinstance(self._camera.distortion, KannalaBrandtScene)
        ahead_m = np.linalg.norm(points_cam_m, axis=-1) if is_fisheye else points_cam_m[..., 2]
        places[ahead_m < NEAR_M] = np.nan
        return places

    def _shot(self, frame: int) -> _Shot:
        """Cast all pixels of a frame, or give what was kept of it."""
        if frame not in self._shots:
            world = self._world(frame)
            hits = self._rays.cast(frame, world[:3, 3], turned(self._rays_cam, world[:3, :3]))
            ranges = np.where(hits.is_hit, hits.range_m, _FAR).astype(np.float32).reshape(self._shape)
            self._shots[frame], self._ranges[frame] = _Shot(hits, ranges), ranges
            if len(self._shots) > 2:
                self._shots.popitem(last=False)
            if len(self._ranges) > 2 * self._steps[-1] + 2:
                self._ranges.popitem(last=False)
        return self._shots[frame]

    def _ranges_at(self, frame: int) -> Float32Array:
        """Give the distances that a frame's pixels show."""
        return self._ranges[frame] if frame in self._ranges else self._shot(frame).range_m

    def _normals(self, hits: Hits, frame: int) -> Float32Array:
        """Give world normals; those of leaf cards turn to the camera."""
        normals = self._rays.normals(hits, frame)
        surfaces = self._rays.surfaces
        is_leaf = _CUT_OUT[surfaces.material[surfaces.face(hits.instance, hits.triangle)]] & hits.is_hit
        leaf = np.flatnonzero(is_leaf & ~np.asarray(self._rays.stage.instances.is_skinned)[hits.instance])
        away = np.einsum("ni,ni->n", normals[leaf], hits.point_world_m[leaf] - self._world(frame)[:3, 3]) > 0
        normals[leaf[away]] *= -1
        return normals

    def _gap(self, normals: Float32Array) -> FloatArray:
        """Give how much the distance of each surface changes over one pixel, as a share of it, within two limits."""
        along = np.abs(np.einsum("ni,ni->n", normals, self._rays_cam))
        across = np.hypot(*(np.einsum("ni,ni->n", normals, turn) for turn in self._turns))
        gap: FloatArray = np.clip(across / np.maximum(along, 1e-6), _LEAST_GAP, _MOST_GAP)
        return gap

    def _flow(self, frame: int, step: int, shot: _Shot, gap: FloatArray) -> FlowStep:
        """Follow every pixel's point to the frames t + step and t - step; state 0 where the stage has no such frame."""
        n, last = len(self._rays_cam), self._rays.stage.frames
        flow, dz, state = np.zeros((n, 4), np.float32), np.zeros((n, 2), np.float32), np.zeros((n, 2), np.uint8)
        for side, then in enumerate((frame + step, frame - step)):
            if -1 <= then <= last:
                flow[:, 2 * side : 2 * side + 2], dz[:, side], state[:, side] = self._follow(frame, then, shot, gap)
        return FlowStep(flow.reshape(*self._shape, 4), dz.reshape(*self._shape, 2), state.reshape(*self._shape, 2))

    def _follow(self, frame: int, then: int, shot: _Shot, gap: FloatArray) -> tuple[FloatArray, FloatArray, ByteArray]:
        """Give flow (n, 2), change of depth (n,) and state (n,) of every pixel's point to another frame."""
        hits, is_sky = shot.hits, ~shot.hits.is_hit
        now, later = self._world(frame), self._world(then)
        points = turned(self._rays.move(hits, frame, then) - later[:3, 3], later[:3, :3].T)
        points[is_sky] = turned(self._rays_cam[is_sky] * float(_FAR), later[:3, :3].T @ now[:3, :3])
        places = self._land(points)
        distance = np.sqrt(np.einsum("ni,ni->n", points, points))
        is_ahead = np.asarray(np.isfinite(places).all(axis=1))
        height, width = self._shape
        with np.errstate(invalid="ignore"):
            is_inside = is_ahead & ((places >= -0.5) & (places < (width - 0.5, height - 0.5))).all(axis=1)
        inside = np.flatnonzero(is_inside)
        limit = np.where(is_sky, _FAR, distance * (1 - gap))[inside]
        is_hidden = np.zeros(len(places), np.bool_)
        is_hidden[inside] = _farthest(self._ranges_at(then), places[inside]) < limit.astype(np.float32)
        v, u = np.divmod(np.arange(len(places)), width)
        flow = np.where(is_ahead[:, None], places - np.stack([u, v], axis=1), 0.0)
        change = np.where(is_sky, 0.0, points[:, 2] - np.where(is_sky, 0.0, hits.range_m) * self._rays_cam[:, 2])
        state = is_ahead * FLOW_VALID + is_hidden * FLOW_HIDDEN + ~is_inside * FLOW_OUT + is_sky * FLOW_SKY
        return flow, change, state.astype(np.uint8)


def encode_normals(normals: FloatArray | Float32Array) -> U16Array:
    """Give the octahedral code (n, 2) uint16 of vectors (n, 3), as `octahedral.glsl` writes it; the middle for no vector."""
    total = np.abs(normals).sum(axis=1, keepdims=True)
    unit = normals / np.where(total > 0, total, 1.0)
    sign = np.where(unit[:, :2] >= 0, 1.0, -1.0)
    code = np.where(unit[:, 2:] >= 0, unit[:, :2], (1 - np.abs(unit[:, 1::-1])) * sign)
    return np.asarray(np.floor((code * 0.5 + 0.5) * 65535 + 0.5), np.uint16)


def _across(turns: FloatArray, rays: FloatArray) -> FloatArray:
    """Take the part along the rays out of how they change from pixel to pixel."""
    left: FloatArray = turns - np.einsum("...i,...i->...", turns, rays)[..., None] * rays
    return left


def _farthest(ranges_m: Float32Array, places_px: FloatArray) -> Float32Array:
    """Give the farthest distance of the pixels round places inside the image (four, or fewer on a line of centres)."""
    low, high = np.floor(places_px + _ON_CENTRE_PX).astype(np.int64), np.ceil(places_px - _ON_CENTRE_PX).astype(np.int64)
    size = np.array(ranges_m.shape[::-1]) - 1
    (u0, v0), (u1, v1) = np.clip(low, 0, size).T, np.clip(np.maximum(high, low), 0, size).T
    upper: Float32Array = np.maximum(ranges_m[v0, u0], ranges_m[v0, u1])
    lower: Float32Array = np.maximum(ranges_m[v1, u0], ranges_m[v1, u1])
    return np.maximum(upper, lower)
