"""`Stage`: everything a renderer needs to draw any frame of one clip, with no logic of driving left in it.

A stage has a list of distinct meshes and a list of instances of them. Every instance owns consecutive rows of the
transform table, one per joint of its model; static things own one row. Detail levels are fixed for the clip.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray, IntArray, Pinhole
from scenegen.models.mesh import Cabin, Mesh
from scenegen.scenario.scene import DistortionScene, LidarScene, LightScene, PictureScene, WeatherScene


@dataclass(frozen=True, eq=False)
class Instances:
    """Struct of arrays, one entry per instance, in drawing order.

    mesh (n,) row of `Stage.meshes`; first_row (n,) first row of the transform table; row_count (n,) joints;
    object_id (n,) of a track or thing, 0 for what has none; class_id (n,); is_skinned (n,) bool: several joints per vertex, so
    flow must be interpolated; is_moving (n,) bool: its rows may change within the clip; paint_linear (n, 3).
    """

    mesh: IntArray
    first_row: IntArray
    row_count: IntArray
    object_id: IntArray
    class_id: ByteArray
    is_skinned: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    is_moving: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    paint_linear: FloatArray
    names: tuple[str, ...]


@dataclass(frozen=True)
class Lamp:
    """A point light: `world_m` position, `colour_linear` intensity (candela-like, linear), `radius_m` reach."""

    world_m: tuple[float, float, float]
    colour_linear: tuple[float, float, float]
    radius_m: float


class RowFlags(Protocol):
    """Gives a number for every row at a frame: (rows,) bool or uint8."""

    def __call__(self, frame: int) -> BoolArray | ByteArray:
        """Give the numbers at a frame."""
        ...


class RowPoses(Protocol):
    """Gives the world pose of every row at a frame (-1 .. frames): (rows, 4, 4) float64."""

    def __call__(self, frame: int) -> FloatArray:
        """Give the poses at a frame."""
        ...


class NearPoses(Protocol):
    """Gives poses one tick of the simulation after (side 1) or before (-1) a frame of 0 .. frames - 1, like `RowPoses`."""

    def __call__(self, frame: int, side: int) -> FloatArray:
        """Give the poses."""
        ...


@dataclass(frozen=True, eq=False)
class StageCamera:
    """One camera: its lens, what bends the image beside the pinhole (None for nothing), and `world(frame)`, world_from_cam.

    `picture` is how it makes a picture of the light; `near` its pose beside a frame, None where that is not known.
    """

    name: str
    lens: Pinhole
    world: RowPoses
    distortion: DistortionScene | None = None
    picture: PictureScene = field(default_factory=PictureScene)
    near: NearPoses | None = None


@dataclass(frozen=True, eq=False)
class StageLidar:
    """One scanner: its build, and `world(frame)`, world_from_lidar (4, 4); axes x forward, y left, z up."""

    build: LidarScene
    world: RowPoses


@dataclass(frozen=True, eq=False)
class StageThing:
    """A standing thing that is an object as tracks are: its id comes after theirs.

    `kind` is its catalogue name, for signs with what is on the face, such as stop_sign. `world_from_body` (4, 4) is the middle
    of the foot of its box, `size_m` the box's tight (length, width, height); of a sign on a post both are those of the face.
    `parts` names its part ids.
    """

    object_id: int
    name: str
    class_name: str
    kind: str
    world_from_body: FloatArray
    size_m: tuple[float, float, float]
    parts: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class VehicleLook:
    """What pictures show of a vehicle beyond its mesh; no label knows of it.

    `rows` are those of the part with the cabin, then of what else is painted, in rest pose one frame; `cabin` the room behind
    the panes, `seams` panel gaps by view as in `Model.seams` (none where the mesh has its own); `taken` who sits where: bit
    2 k for the left seat of row k, 2 k + 1 for the right one; `dirt` and `whim` are shares from 0 to 1, the latter for what is
    drawn by the vehicle's name alone.
    """

    rows: tuple[int, ...]
    cabin: Cabin | None
    seams: dict[str, tuple[tuple[float, float, float, float], ...]]
    taken: int
    dirt: float
    whim: float


@dataclass(frozen=True, eq=False)
class Stage:
    """One clip, ready to draw.

    `rows_world(frame)` gives world_from_row for all rows; row 0 is the world itself (identity) and also stands for sky in ids.
    `row_alive(frame)` (rows,) bool: False hides the instances of tracks that are not present.
    `lamps_of_row(frame)` (rows,) uint8 lamp bits (`simulate.clip.LAMP_*`) for light-emitting materials.
    All accept -1 .. frames. The first of `cameras` is the one that layouts for a single camera show.
    `object_sizes_m` is the tight (length, width, height) of every track id,
    `object_centres_m` the middle of that box on the ground, (0, 0) where not given, `object_parts` the
    names of its parts, in the order of the part ids. `things` are the standing objects that have ids, in their order.
    `light` and `weather` are those at the first frame, `skies` those at every frame where they change, else nothing.
    `lane_lines_m` are the middles of the lanes that are driven on, (n, 2) each: where wheels clear the snow.
    `near_rows` gives world_from_row one tick, `tick_s`, beside a frame, for what blurs; None where it is not known.
    `origin_m` is a point near the camera's path that renderers may subtract in float64.
    """

    meshes: tuple[Mesh, ...]
    instances: Instances
    rows: int
    frames: int
    fps: int
    cameras: tuple[StageCamera, ...]
    light: LightScene
    weather: WeatherScene
    street_lamps: tuple[Lamp, ...]
    origin_m: FloatArray
    rows_world: RowPoses
    row_alive: RowFlags
    lamps_of_row: RowFlags
    object_sizes_m: dict[int, tuple[float, float, float]]
    object_centres_m: dict[int, tuple[float, float]] = field(default_factory=dict)
    object_parts: dict[int, tuple[str, ...]] = field(default_factory=dict)
    lidars: tuple[StageLidar, ...] = ()
    things: tuple[StageThing, ...] = ()
    lane_lines_m: tuple[FloatArray, ...] = ()
    vehicle_looks: tuple[VehicleLook, ...] = ()
    lane_of_row: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    """Of rows that draw a lane of a map, or its paint: road, lane section and lane."""
    near_rows: NearPoses | None = None
    tick_s: float = 0.0
    skies: tuple[tuple[LightScene, WeatherScene], ...] = ()

    def sky_at(self, frame: int) -> tuple[LightScene, WeatherScene]:
        """Light and weather at a frame."""
        return self.skies[frame] if self.skies else (self.light, self.weather)

    @property
    def lens(self) -> Pinhole:
        """Lens of the first camera."""
        return self.cameras[0].lens

    @property
    def camera_world(self) -> RowPoses:
        """Gives world_from_cam (4, 4) of the first camera at a frame."""
        return self.cameras[0].world
