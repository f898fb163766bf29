"""Lane markings and road edges in one camera's view: clipped, sampled along the image, visible or not by the depth image.

Everything is computed for all lines of the road at once, so the cost does not grow with the number of lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from scenegen import distortion as lens_distortion
from scenegen.distortion import DistortionScene
from scenegen.geometry import BoolArray, Float32Array, FloatArray, IntArray, Pinhole, rigid_inverse
from scenegen.roads.lines import road_lines
from scenegen.roads.network import RoadNetwork
from scenegen.roads.road_line import RoadLine
from scenegen.truth.frame import LineLabel

NEAR_M = 0.1  # the renderer's near plane
RANGE_M = 150.0  # along the optical axis: beyond, a marking is narrower than a pixel
BAY_RANGE_M = 40.0  # of lines between parking bays: from 1.65 m above the road they are thinner than a tenth of a pixel there
STEP_PX = 8.0  # longest piece between two points: visibility is told this finely, a bent lens followed to 0.02 px
MARKING_TOLERANCE_M = 0.02  # paint and covers lie within 3 mm of the road; depth is good to 1e-5
EDGE_TOLERANCE_PX = 1.0  # the pixel of a kerb's foot may show its face, this much higher, but no higher than a kerb
KERB_M = 0.15
_BORDER_PX = 1e-6  # clipped ends may leave the image by a rounding
_HALVINGS = 8  # of a piece that crosses the border of a bent image: 0.03 px are left

_Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RoadLines:
    """All lines of a road, with their pieces in one array."""

    lines: tuple[RoadLine, ...]

    @classmethod
    def of(cls, network: RoadNetwork) -> RoadLines:
        """Gather the lines of a road."""
        return cls(road_lines(network))

    @cached_property
    def points_world_m(self) -> FloatArray:
        """Points of all lines, one after the other, (n, 3)."""
        return np.concatenate([line.points_world_m for line in self.lines])

    @cached_property
    def line_of_point(self) -> _Index:
        """Row of `lines` of each point, (n,)."""
        return np.repeat(np.arange(len(self.lines)), [len(line.points_world_m) for line in self.lines])

    @cached_property
    def segments(self) -> _Index:
        """Points that have a next one on their line, (m,)."""
        return np.flatnonzero(self.line_of_point[1:] == self.line_of_point[:-1])

    @cached_property
    def segment_range_m(self) -> FloatArray:
        """How far off each of `segments` is shown, (m,)."""
        ranges = np.array([BAY_RANGE_M if line.type == "parking bay" else RANGE_M for line in self.lines])
        return ranges[self.line_of_point[self.segments]]

    @cached_property
    def is_edge(self) -> BoolArray:
        """Which lines are road edges, (lines,)."""
        return np.array([line.kind == "road_edge" for line in self.lines], np.bool_)


@dataclass(frozen=True, eq=False)
class _Points:
    """Points along lines in one view, in order: cam frame (n, 3), the line (n,) and the run (n,) that each belongs to.

    A run is an unbroken part of a line inside the image.
    """

    cam_m: FloatArray
    line: _Index
    run: _Index

    def chosen(self, rows: BoolArray) -> _Points:
        """Give some of the points."""
        return _Points(self.cam_m[rows], self.line[rows], self.run[rows])


def lines_in_view(
    lines: RoadLines,
    lens: Pinhole,
    distortion: DistortionScene | None,
    world_from_cam: FloatArray,
    z_m: Float32Array,
    object_id: IntArray | None = None,
) -> tuple[LineLabel, ...]:
    """Give the lines of the road that fall into an image.

    A point is visible when its pixel shows the road: a surface less than 2 cm above or below it for a marking, and for an
    edge no higher than the kerb's face can reach within a pixel. That test does not depend on how flat one looks at the
    road, as a comparison of depths would.

    Args:
        lines: of the whole road.
        lens: of the camera.
        distortion: what bends its image, None for nothing.
        world_from_cam: (4, 4) pose of the camera.
        z_m: (H, W) float32 depth image, 0 where there is nothing.
        object_id: (H, W) int32; where given, a pixel of an object shows no road, be it ever so low.
    Returns:
        Labels in the order of `lines`, without those that have no piece in the image. Their points in the world are those
        of their pieces, one for one, in driving order.
    """
    if not lines.lines:
        return ()
    cam_from_world = rigid_inverse(world_from_cam)
    points = _sampled(lines, lens, distortion, cam_from_world)
    pixels = lens_distortion.project(points.cam_m, lens, distortion)
    inside = _is_inside(pixels, lens)
    if not inside.all():
        points = _cut_at_border(points, inside, lens, distortion)
        pixels = lens_distortion.project(points.cam_m, lens, distortion)
        inside = _is_inside(pixels, lens)
        points, pixels = points.chosen(inside), pixels[inside]
    pixels = np.clip(pixels, -0.5, (lens.width_px - 0.5, lens.height_px - 0.5))
    near_px = np.rint(np.clip(pixels, 0, (lens.width_px - 1, lens.height_px - 1))).astype(np.intp)
    seen_m = _surface_at(near_px, lens, distortion, z_m)
    above_m = np.where(seen_m[:, 2] > 0, (seen_m - points.cam_m) @ cam_from_world[:3, 2], np.inf)
    may_rise_m = np.minimum(KERB_M, points.cam_m[:, 2] * (EDGE_TOLERANCE_PX / lens.fy_px)) * lines.is_edge[points.line]
    is_visible = (above_m >= -MARKING_TOLERANCE_M) & (above_m <= MARKING_TOLERANCE_M + may_rise_m)
    if object_id is not None:
        is_visible &= object_id[near_px[:, 1], near_px[:, 0]] == 0
    world = points.cam_m @ world_from_cam[:3, :3].T + world_from_cam[:3, 3]
    return tuple(_labels(lines, points, world, pixels, is_visible))


def _sampled(lines: RoadLines, lens: Pinhole, distortion: DistortionScene | None, cam_from_world: FloatArray) -> _Points:
    """Cut all lines to what a pinhole's pyramid round the image holds, and sample them along the image."""
    cam = lines.points_world_m @ cam_from_world[:3, :3].T + cam_from_world[:3, 3]
    is_near = (cam[lines.segments, 2] < lines.segment_range_m) | (cam[lines.segments + 1, 2] < lines.segment_range_m)
    segment = lines.segments[is_near]
    begin, end = cam[segment], cam[segment + 1]
    enter, leave = _clip(begin, end, _pyramid(lens, distortion))
    kept = np.flatnonzero(leave > enter)
    begin, end, segment, enter, leave = begin[kept], end[kept], segment[kept], enter[kept], leave[kept]
    begin, end = begin + (end - begin) * enter[:, None], begin + (end - begin) * leave[:, None]

    # A run goes on where one segment ends as the next begins.
    goes_on = np.zeros(len(segment), np.bool_)
    goes_on[1:] = (segment[1:] == segment[:-1] + 1) & (leave[:-1] == 1.0) & (enter[1:] == 0.0)
    run = np.cumsum(~goes_on) - 1

    # Spread points evenly over the image: 1/z is linear there.
    length_px = np.linalg.norm(
        (end[:, :2] / end[:, 2:] - begin[:, :2] / begin[:, 2:]) * (lens.fx_px, lens.fy_px), axis=1, ord=np.inf
    )
    count = np.maximum(1, np.ceil(length_px / STEP_PX).astype(np.intp))
    is_last = ~np.append(goes_on[1:], False)
    points = count + is_last
    owner = np.repeat(np.arange(len(segment)), points)
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(points) - points, points)
    share_px = nth / count[owner]
    near = begin[owner, 2] * share_px
    share = near / (near + end[owner, 2] * (1.0 - share_px))
    sampled = begin[owner] + (end - begin)[owner] * share[:, None]
    return _Points(sampled, lines.line_of_point[segment][owner], run[owner])


def _clip(begin: FloatArray, end: FloatArray, planes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the shares (n,) of segments at which they enter and leave the space where planes (k, 4) are >= 0.

    Source: Cyrus and Beck 1978.
    """
    before, after = (points @ planes[:, :3].T + planes[:, 3] for points in (begin, end))
    slope = after - before
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.clip(-before / slope, 0.0, 1.0)
    enter = np.where((before < 0) & (after >= 0), crossing, np.where((before < 0) & (after < 0), 1.0, 0.0)).max(axis=1)
    leave = np.where((before >= 0) & (after < 0), crossing, np.where((before < 0) & (after < 0), 0.0, 1.0)).min(axis=1)
    return enter, leave


@lru_cache(maxsize=16)
def _pyramid(lens: Pinhole, distortion: DistortionScene | None) -> FloatArray:
    """Planes (k, 4) of the space that an image can show; a fisheye that looks sideways has only near and far ones."""
    planes = [(0.0, 0.0, 1.0, -NEAR_M), (0.0, 0.0, -1.0, RANGE_M)]
    right, bottom = lens.width_px - 0.5, lens.height_px - 0.5
    u, v = np.linspace(-0.5, right, 65), np.linspace(-0.5, bottom, 65)
    border = [np.stack([u, np.full(65, edge)], axis=1) for edge in (-0.5, bottom)]
    border += [np.stack([np.full(65, edge), v], axis=1) for edge in (-0.5, right)]
    rays = lens_distortion.ray_at(np.concatenate(border), lens, distortion)
    if (rays[:, 2] > 0.05).all():
        slopes = rays[:, :2] / rays[:, 2:]
        (low_x, low_y), (high_x, high_y) = slopes.min(axis=0), slopes.max(axis=0)
        planes += [(1.0, 0.0, -low_x, 0.0), (-1.0, 0.0, high_x, 0.0), (0.0, 1.0, -low_y, 0.0), (0.0, -1.0, high_y, 0.0)]
    return np.array(planes)


def _is_inside(pixels: FloatArray, lens: Pinhole) -> BoolArray:
    """Tell which pixels (n, 2) lie in the image; what has no image does not."""
    low, high = -0.5 - _BORDER_PX, np.array([lens.width_px, lens.height_px]) - 0.5 + _BORDER_PX
    return np.asarray(((pixels >= low) & (pixels <= high)).all(axis=1), np.bool_)


def _cut_at_border(points: _Points, inside: BoolArray, lens: Pinhole, distortion: DistortionScene | None) -> _Points:
    """Bring points outside a bent image that follow or precede one inside to its border, and part the runs there."""
    cam = points.cam_m.copy()
    follows = points.run[1:] == points.run[:-1]
    ends = 1 + np.flatnonzero(follows & inside[:-1] & ~inside[1:])
    starts = np.flatnonzero(follows & ~inside[:-1] & inside[1:])
    outer, inner = np.concatenate([ends, starts]), np.concatenate([ends - 1, starts + 1])
    kept, lost = cam[inner], cam[outer]
    for _ in range(_HALVINGS):
        middle = 0.5 * (kept + lost)
        is_in = _is_inside(lens_distortion.project(middle, lens, distortion), lens)[:, None]
        kept, lost = np.where(is_in, middle, kept), np.where(is_in, lost, middle)
    cam[outer] = kept
    # A run begins anew at the last point outside before one inside.
    begins = np.zeros(len(inside), np.bool_)
    begins[starts] = True
    return _Points(cam, points.line, points.run + np.cumsum(begins))


def _surface_at(near_px: _Index, lens: Pinhole, distortion: DistortionScene | None, z_m: Float32Array) -> FloatArray:
    """Give the points (n, 3) in the cam frame that pixels (n, 2) show; 0 for sky."""
    rays = lens_distortion.ray_at(near_px.astype(np.float64), lens, distortion)
    z: FloatArray = z_m[near_px[:, 1], near_px[:, 0]].astype(np.float64)
    return rays * (z / rays[:, 2])[:, None]


def _labels(
    lines: RoadLines, points: _Points, world_m: FloatArray, pixels: FloatArray, is_visible: BoolArray
) -> Iterator[LineLabel]:
    """Part the points of all lines into labels and their pieces."""
    new_line = np.flatnonzero(np.diff(points.line, prepend=-1, append=-1))
    for begin, end in pairwise(new_line):
        line = lines.lines[points.line[begin]]
        breaks = np.flatnonzero(np.diff(points.run[begin:end])) + 1 + begin
        spans = [(a, b) for a, b in pairwise([int(begin), *breaks.tolist(), int(end)]) if b - a > 1]
        if not spans:
            continue
        rows = np.concatenate([np.arange(a, b) for a, b in spans])
        yield LineLabel(
            kind=line.kind,
            type=line.type,
            colour=line.colour,
            points_world_m=world_m[rows],
            pieces_px=tuple(pixels[a:b] for a, b in spans),
            pieces_visible=tuple(is_visible[a:b] for a, b in spans),
        )
