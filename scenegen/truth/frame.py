"""`Frame`: all labels of one instant, in the conventions of the readme's table; what writers write.

A frame has a `View` for every labelled camera of the rig and a `Sweep` for every scanner.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, Float32Array, FloatArray, IntArray, Pinhole
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT, FLOW_SKY, FLOW_VALID, Passes, U16Array, decode_normals
from scenegen.scenario.scene import DistortionScene

__all__ = [
    "FLOW_HIDDEN", "FLOW_OUT", "FLOW_SKY", "FLOW_VALID",
    "EgoState", "Eye", "Frame", "FrameLabels", "KeyPoints", "LineLabel", "ObjectLabel", "Picture", "Poses",
    "Sweep", "View", "ViewLabels",
]  # fmt: skip

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Poses:
    """A rigid pose (4, 4) float64 at the previous, present and next frame."""

    prev: FloatArray
    now: FloatArray
    next: FloatArray


@dataclass(frozen=True, eq=False)
class KeyPoints:
    """A person's COCO key points in one view, in COCO's order.

    pixels (17, 2) float64; visibility (17,) uint8: 0 outside the image or behind the camera, 1 inside the image and hidden,
    2 seen, judged against the depth image; points_world_m (17, 3) float64.
    """

    pixels: FloatArray
    visibility: ByteArray
    points_world_m: FloatArray


@dataclass(frozen=True, eq=False)
class LineLabel:
    """One line on the road: `kind` lane_marking or road_edge, `type` solid, broken, solid solid, parking bay, kerb or pavement,
    `colour` white, yellow or "".

    A double line is two lines; a broken one goes on through its gaps. `pieces_px` are the parts that fall into the image, each
    (k, 2) float64 pixels in driving order, with the visible points told by `pieces_visible` (k,) bool (False: something stands
    in front). points_world_m (n, 3) float64 are the points of all pieces in the world, one for one.
    """

    kind: str
    type: str
    colour: str
    points_world_m: FloatArray
    pieces_px: tuple[FloatArray, ...]
    pieces_visible: tuple[BoolArray, ...]


@dataclass(frozen=True, eq=False)
class ObjectLabel:
    """One object in one frame: a track, or a standing thing that has an id, such as a sign.

    Boxes are (left, top, right, bottom), inclusive whole pixels, None when there is none.
    `occlusion` = 1 - visible / silhouette pixels inside the image (1 when no pixel of it would be inside);
    `truncation` = share of the silhouette outside the image (1 when all of it is); `state` visible, hidden
    (something is in front of all of it) or outside (no pixel inside the image); `parts` names its part ids; `facts`
    per-frame extras such as speed_m_per_s; `is_scenery` tells signs, bins and the like, whose ids come after all tracks'.
    """

    track_id: int
    name: str
    role: str
    class_name: str
    kind: str
    moving: bool
    world_from_body: Poses
    size_m: tuple[float, float, float]
    box_visible_px: Box | None
    box_amodal_px: Box | None
    truncation: float
    occlusion: float
    visible_px: int
    state: str
    colour: str
    parts: tuple[str, ...]
    facts: dict[str, float]
    key_points: KeyPoints | None = None
    joints_world_m: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    is_scenery: bool = False


@dataclass(frozen=True, eq=False)
class EgoState:
    """How the ego moves: pose of its body; velocity (3,) m/s, acceleration (3,) m/s2 without gravity and turn rate (3,) rad/s,
    all along the axes of its body."""

    world_from_body: Poses
    velocity_m_per_s: FloatArray
    acceleration_m_per_s2: FloatArray
    turn_rate_rad_per_s: FloatArray


@dataclass(frozen=True, eq=False)
class ViewLabels:
    """What is known of one camera's view without its pixels: small, so a whole clip of them can be kept."""

    camera: str
    lens: Pinhole
    world_from_cam: Poses
    objects: tuple[ObjectLabel, ...]
    lines: tuple[LineLabel, ...] = ()
    distortion: DistortionScene | None = None


@dataclass(frozen=True, eq=False)
class Eye:
    """One camera at one instant, labelled or not: what it sees with, and from where. `world_from_cam` (4, 4)."""

    name: str
    lens: Pinhole
    world_from_cam: FloatArray
    distortion: DistortionScene | None = None


@dataclass(frozen=True, eq=False)
class FrameLabels:
    """What is known of one instant without pixels; `views` in the order of the rig's cameras, the labelled ones only.

    `attributes`: sun, weather, events, time to conflict. `eyes` are all cameras of the rig in its order, also those that
    only take pictures; `world_from_lidars` the poses (4, 4) of its scanners by name.
    """

    index: int
    time_s: float
    ego: EgoState
    views: tuple[ViewLabels, ...]
    attributes: dict[str, Any]
    eyes: tuple[Eye, ...] = ()
    world_from_lidars: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def main(self) -> ViewLabels:
        """The first camera's."""
        return self.views[0]


@dataclass(frozen=True, eq=False)
class Picture:
    """What a camera took: (H, W, 3) uint8 sRGB; `files` keeps encoded forms that several layouts use, such as PNG."""

    rgb: ByteArray
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class View:
    """All labels of one camera at one instant; big derived images are made when first asked for.

    `row_object` (rows,) int32 and `row_class` (rows,) uint8 turn `passes.row` into object and class ids.
    """

    labels: ViewLabels
    passes: Passes
    row_object: IntArray
    row_class: ByteArray
    picture: Picture | None
    drivable_of: Callable[[View], ByteArray] | None = None

    @cached_property
    def drivable(self) -> ByteArray | None:
        """(H, W) uint8 as `truth.drivable` says; None where the road is not known."""
        return None if self.drivable_of is None else self.drivable_of(self)

    @property
    def rgb(self) -> ByteArray | None:
        """(H, W, 3) uint8 sRGB, None for `--look none`."""
        return None if self.picture is None else self.picture.rgb

    @cached_property
    def object_id(self) -> IntArray:
        """(H, W) int32 track ids, 0 where a thing has no track."""
        return np.take(self.row_object, self.passes.row)

    @cached_property
    def class_id(self) -> ByteArray:
        """(H, W) uint8 rows of `classes.CLASSES`; 0 is sky."""
        return np.take(self.row_class, self.passes.row)

    @cached_property
    def flow_planes_px(self) -> Float32Array:
        """(4, H, W) float32: the flow of `passes`, forward u v and backward u v, each component apart."""
        return np.ascontiguousarray(np.moveaxis(self.passes.flow_px, 2, 0))

    @cached_property
    def depth_m(self) -> Float32Array:
        """(H, W) float32 z along the optical axis, inf for sky; negative beyond 90 degrees from the axis of a fisheye."""
        depth: Float32Array = np.where(self.passes.z_m != 0, self.passes.z_m, np.float32(np.inf)).astype(np.float32)
        return depth

    @cached_property
    def normal_cam(self) -> Float32Array:
        """(H, W, 3) float32 unit normals in the cam frame, 0 for sky."""
        is_there = (self.passes.z_m != 0)[..., None]
        normals: Float32Array = decode_normals(self.passes.normal_oct) * is_there.astype(np.float32)
        return normals

    def amodal_mask(self, track_id: int) -> BoolArray:
        """Give the pixels (H, W) that an object would cover if nothing stood in front of it."""
        mask = np.zeros(self.passes.z_m.shape, np.bool_)
        for silhouette in self.passes.silhouettes:
            if silhouette.object_id == track_id and silhouette.box_px is not None:
                left, top, right, bottom = silhouette.box_px
                mask[top : bottom + 1, left : right + 1] = silhouette.mask()
        return mask


@dataclass(frozen=True, eq=False)
class Sweep:
    """One turn of a scanner, in its own frame (x forward, y left, z up), n returns.

    points_m (n, 3) float32; intensity (n,) float32 0..1; ring (n,) uint16, 0 is the top beam; time_s (n,) float32 after the
    start of the turn; object_id (n,) int32; class_id (n,) uint8; flow_m (n, 3) float32: place of the same surface point in the
    next frame's scanner frame minus its place now (the ego's motion included), nan where it is not known.
    """

    name: str
    world_from_lidar: Poses
    points_m: Float32Array
    intensity: Float32Array
    ring: U16Array
    time_s: Float32Array
    object_id: IntArray
    class_id: ByteArray
    flow_m: Float32Array


@dataclass(frozen=True, eq=False)
class Frame:
    """All labels of one instant: labelled views and all pictures by camera, and sweeps."""

    labels: FrameLabels
    views: tuple[View, ...]
    pictures: dict[str, Picture]
    sweeps: tuple[Sweep, ...] = ()

    @property
    def main(self) -> View:
        """The first camera's view."""
        return self.views[0]
