"""`Clip` + roads + models -> `Stage`: who stands where, at which level of detail, on which rows of the transform table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock

import numpy as np
import numpy.typing as npt

from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, BoolArray, ByteArray, FloatArray, Pinhole, pose
from scenegen.models import catalogue
from scenegen.models.mesh import Mesh, Model
from scenegen.roads.network import RoadNetwork
from scenegen.roads.surfaces import road_surfaces
from scenegen.scenario.scene import CameraScene
from scenegen.scenario.sky_curves import sky_at
from scenegen.simulate.clip import Clip, Track
from scenegen.simulate.parts import part_poses
from scenegen.stage.dressing import vehicle_looks
from scenegen.stage.stage import Instances, RowPoses, Stage, StageCamera, StageLidar, StageThing
from scenegen.stage.surroundings import PlacedThing, place_surroundings, street_lamp_lights
from scenegen.stage.things import PostSplitter, boxed_things

_MARGIN_M = 3.0
"""How far outside the view a thing's middle may be while the thing still shows: half a van."""


_LANE_STEP_M = 2.0
"""Length of a piece of a lane's middle: on the sharpest bend its chord is 1 cm off."""

_BLOCK = 16
"""Frames whose part poses are made at once: joints of a long clip would fill the memory."""

Frames = npt.NDArray[np.int_]
PartPoses = Callable[[Frames], FloatArray]


@dataclass(frozen=True, eq=False)
class _Entry:
    """One instance before it has rows: `still` (joints, 4, 4) are its poses, or those at the first frame when it moves.

    `moving` gives the poses (n, joints, 4, 4) at rows of the clip's ticks, (n,); None for what stands.
    """

    name: str
    class_name: str
    mesh: Mesh
    still: FloatArray
    moving: PartPoses | None = None
    object_id: int = 0
    is_skinned: bool = False
    paint_linear: tuple[float, float, float] = (1.0, 1.0, 1.0)
    alive: BoolArray | None = None
    lamps: ByteArray | None = None
    lane: tuple[str, int, int] | None = None


@dataclass(frozen=True, eq=False)
class _Sight:
    """What a camera may see: world_from_cam (n, 4, 4), and half the image's width over its focal length."""

    world_from_cam: FloatArray
    half_view: float

    def at(self, rows: BoolArray) -> _Sight:
        """Give the same at some of the frames."""
        return _Sight(self.world_from_cam[rows], self.half_view)


def camera_lens(camera: CameraScene) -> Pinhole:
    """Give the symmetric pinhole that a camera description means."""
    return Pinhole.centred(width_px=camera.width, height_px=camera.height, focal_px=camera.focal)


def body_from_camera(camera: CameraScene) -> FloatArray:
    """Give the pose (4, 4) of a camera in the ego's body frame."""
    yaw, pitch, roll = np.radians([camera.yaw_deg, camera.pitch_deg, camera.roll_deg])
    return pose(camera.mount_x, camera.mount_y, camera.mount_z, yaw=yaw, pitch=pitch, roll=roll) @ BODY_FROM_CAM


def camera_poses(clip: Clip, camera: CameraScene | None = None) -> FloatArray:
    """Give world_from_cam at frames -1 .. frames, (frames + 2, 4, 4); of the first camera unless another is named."""
    return clip.ego.world_from_body[_frame_rows(clip)] @ body_from_camera(camera or clip.scene.camera)


def stage_cameras(clip: Clip) -> tuple[StageCamera, ...]:
    """Give the cameras of a clip, in the scene's order."""
    return tuple(
        StageCamera(
            camera.name,
            camera_lens(camera),
            _at_frames(camera_poses(clip, camera)),
            camera.distortion,
            camera.picture,
            partial(_near_camera, clip, body_from_camera(camera)),
        )
        for camera in clip.scene.cameras
    )


def _near_camera(clip: Clip, body_from_cam: FloatArray, frame: int, side: int) -> FloatArray:
    beside: FloatArray = clip.ego.world_from_body[clip.row_of(frame) + side] @ body_from_cam
    return beside


def stage_lidars(clip: Clip) -> tuple[StageLidar, ...]:
    """Give the scanners of a clip, in the scene's order."""
    body = clip.ego.world_from_body[_frame_rows(clip)]
    return tuple(
        StageLidar(lidar, _at_frames(body @ pose(lidar.mount_x, lidar.mount_y, lidar.mount_z))) for lidar in clip.scene.lidars
    )


def _at_frames(poses: FloatArray) -> RowPoses:
    """Give poses by frame from an array that begins at frame -1."""

    def at(frame: int) -> FloatArray:
        pose_then: FloatArray = poses[frame + 1]
        return pose_then

    return at


def build_stage(clip: Clip, network: RoadNetwork) -> Stage:
    """Put everything of one clip on stage.

    Args:
        clip: all poses.
        network: the road the clip was simulated on.
    Returns:
        A stage whose detail levels hold for the whole clip, with poses for frames -1 .. clip.frames.
    """
    views = [_Sight(camera_poses(clip, camera), camera.width / 2 / camera.focal) for camera in clip.scene.cameras]
    placed = place_surroundings(clip.scene, network)
    things = boxed_things(placed, 1 + max((track.track_id for track in clip.tracks), default=0))
    models = {track.track_id: catalogue.build(track.model) for track in clip.tracks}
    entries = [
        *_surface_entries(network),
        *_thing_entries(placed, things, views),
        *_track_entries(clip, models, views),
    ]
    meshes, instances, rows = _instances(entries, np.array(_frame_rows(clip)))
    return Stage(
        meshes=meshes,
        instances=instances,
        rows=rows.count,
        frames=clip.frames,
        fps=clip.scene.fps,
        cameras=stage_cameras(clip),
        lidars=stage_lidars(clip),
        light=clip.scene.light,
        weather=clip.scene.weather,
        street_lamps=street_lamp_lights(placed) if clip.scene.light.street_lamps else (),
        origin_m=views[0].world_from_cam[clip.frames // 2 + 1, :3, 3].copy(),
        rows_world=rows.world,
        row_alive=rows.alive,
        lamps_of_row=rows.lamps,
        object_sizes_m={track_id: model.size_m for track_id, model in models.items()},
        object_centres_m={track_id: model.centre_m for track_id, model in models.items()},
        object_parts={track_id: model.parts for track_id, model in models.items()},
        things=tuple(things.values()),
        lane_of_row={
            int(row): entry.lane for entry, row in zip(entries, instances.first_row, strict=True) if entry.lane is not None
        },
        lane_lines_m=_lane_lines(network),
        vehicle_looks=tuple(vehicle_looks(clip, models, meshes, instances)),
        skies=tuple(sky_at(clip.scene, frame / clip.scene.fps) for frame in range(clip.frames)) if clip.scene.changes else (),
        near_rows=rows.near,
        tick_s=1 / (clip.scene.fps * clip.scene.substeps),
    )


def _lane_lines(network: RoadNetwork) -> tuple[FloatArray, ...]:
    """Give the middle of every driving lane of the ego's road, as far as it is drawn."""
    s = np.arange(network.drawn_s[0], network.drawn_s[1], _LANE_STEP_M)
    return tuple(network.frame(s, np.full_like(s, network.lane_centre_t(lane)))[:, :2] for lane in network.lane_ids)


def _frame_rows(clip: Clip) -> list[int]:
    return [clip.row_of(frame) for frame in range(-1, clip.frames + 1)]


def _surface_entries(network: RoadNetwork) -> Iterable[_Entry]:
    for surface in road_surfaces(network):
        yield _Entry(surface.name, surface.class_name, surface.mesh, surface.world_from_mesh[None], lane=surface.lane)


def _thing_entries(placed: Iterable[PlacedThing], things: Mapping[str, StageThing], views: list[_Sight]) -> Iterable[_Entry]:
    splitter = PostSplitter()
    for thing in placed:
        model = catalogue.build(thing.spec)
        mesh = _detail(model, _usual_distance(thing.world_from_body[None, :3, 3], views))
        for class_name, piece, is_boxed in splitter.pieces(model, mesh):
            object_id = things[thing.name].object_id if is_boxed else 0
            yield _Entry(thing.name, class_name, piece, thing.world_from_body[None], object_id=object_id)


def _track_entries(clip: Clip, models: dict[int, Model], views: list[_Sight]) -> Iterable[_Entry]:
    at_frames = np.array(_frame_rows(clip))
    for track in clip.tracks:
        model = models[track.track_id]
        poses, alive = track.world_from_body[at_frames], track.present[at_frames]
        source = partial(_world_poses, track, model)
        yield _Entry(
            name=f"track_{track.track_id}",
            class_name=model.class_name,
            mesh=_detail(model, _usual_distance(poses[alive, :3, 3], views, alive)),
            still=source(at_frames[:1])[0],
            moving=source if _varies(poses) or _varies(track.motion[at_frames]) else None,
            object_id=track.track_id,
            is_skinned=track.rig in ("person", "animal") or "crank" in model.joint_index,
            paint_linear=track.paint_linear,
            alive=alive,
            lamps=track.lamps[at_frames],
        )


def _world_poses(track: Track, model: Model, rows: Frames) -> FloatArray:
    poses: FloatArray = track.world_from_body[rows, None] @ part_poses(track, model, rows)
    return poses


def _varies(array: FloatArray) -> bool:
    return bool((array != array[:1]).any())


def _usual_distance(points_m: FloatArray, views: list[_Sight], alive: BoolArray | None = None) -> float:
    """Give the distance that a thing is beyond in nine of ten frames that may show it, metres; inf when none does.

    The least distance would give every parked car that is passed the finest mesh, for a frame or two at the image's edge.
    Of several cameras the one that comes nearest counts.

    Args:
        points_m: (n or 1, 3) where it is.
        views: the cameras.
        alive: the frames that `points_m` are of, (frames + 2,) bool; None for all.
    """
    return min(_usual_distance_to(points_m, view if alive is None else view.at(alive)) for view in views)


def _usual_distance_to(points_m: FloatArray, view: _Sight) -> float:
    cameras = view.world_from_cam
    across, along = (np.einsum("ni,ni->n", points_m - cameras[:, :3, 3], cameras[:, :3, axis]) for axis in (0, 2))
    is_shown = (along > -_MARGIN_M) & (np.abs(across) < view.half_view * along + _MARGIN_M)
    if not is_shown.any():
        return np.inf
    return float(np.percentile(np.hypot(across, along)[is_shown], 10))


def _detail(model: Model, distance_m: float) -> Mesh:
    level = int(np.searchsorted(model.lod_distance_m, distance_m, side="right")) - 1
    return model.meshes[max(level, 0)]


class _Rows:
    """Poses, presence and lamps of all rows at every frame; what moves is posed a block of frames at a time."""

    def __init__(self, entries: list[_Entry], first_row: list[int], at_frames: Frames) -> None:
        frames = len(at_frames)
        self.count = 1 + sum(len(entry.still) for entry in entries)
        self._at_frames = at_frames
        self._still = np.tile(np.eye(4), (self.count, 1, 1))
        self._alive: BoolArray = np.ones((frames, self.count), bool)
        self._lamps: ByteArray = np.zeros((frames, self.count), np.uint8)
        self._sources: list[tuple[slice, PartPoses]] = []
        self._blocks: dict[tuple[int, int], FloatArray] = {}
        self._lock = Lock()
        moving_rows: list[int] = []
        for entry, row in zip(entries, first_row, strict=True):
            rows = slice(row, row + len(entry.still))
            self._still[rows] = entry.still
            if entry.alive is not None and entry.lamps is not None:
                self._alive[:, rows] = entry.alive[:, None]
                self._lamps[:, rows] = entry.lamps[:, None]
            if entry.moving is not None:
                self._sources.append((slice(len(moving_rows), len(moving_rows) + len(entry.still)), entry.moving))
                moving_rows.extend(range(rows.start, rows.stop))
        self._moving_rows = np.array(moving_rows, np.intp)

    def world(self, frame: int) -> FloatArray:
        """Give world_from_row (rows, 4, 4) at a frame."""
        return self.near(frame, 0)

    def near(self, frame: int, side: int) -> FloatArray:
        """Give world_from_row (rows, 4, 4) at `side` ticks from a frame."""
        block, within = divmod(frame + 1, _BLOCK)
        with self._lock:  # the renderer and the threads that label ask at the same time
            if (block, side) not in self._blocks:
                kept = [key for key in self._blocks if key[1] == side]
                if len(kept) > 1:
                    self._blocks.pop(kept[0])
                self._blocks[block, side] = self._posed(block, side)
            moving = self._blocks[block, side][within]
        poses = self._still.copy()
        poses[self._moving_rows] = moving
        return poses

    def _posed(self, block: int, side: int) -> FloatArray:
        """Pose everything that moves at `side` ticks from the frames of one block, (frames, moving rows, 4, 4)."""
        ticks = np.clip(self._at_frames[block * _BLOCK : (block + 1) * _BLOCK] + side, 0, self._at_frames[-1])
        poses = np.empty((len(ticks), len(self._moving_rows), 4, 4))
        for columns, source in self._sources:
            poses[:, columns] = source(ticks)
        return poses

    def alive(self, frame: int) -> BoolArray:
        """Give which rows are in the scene at a frame, (rows,)."""
        alive: BoolArray = self._alive[frame + 1]
        return alive

    def lamps(self, frame: int) -> ByteArray:
        """Give the lamp bits of every row at a frame, (rows,)."""
        lamps: ByteArray = self._lamps[frame + 1]
        return lamps


def _instances(entries: list[_Entry], at_frames: Frames) -> tuple[tuple[Mesh, ...], Instances, _Rows]:
    """Give the distinct meshes, the instances, and their rows; row 0 is the world."""
    mesh_row: dict[int, int] = {}
    meshes: list[Mesh] = []
    for entry in entries:
        if id(entry.mesh) not in mesh_row:
            mesh_row[id(entry.mesh)] = len(meshes)
            meshes.append(entry.mesh)
    counts = [len(entry.still) for entry in entries]
    first_row = [1, *(1 + int(total) for total in np.cumsum(counts[:-1]))]
    instances = Instances(
        mesh=np.array([mesh_row[id(entry.mesh)] for entry in entries], np.int32),
        first_row=np.array(first_row, np.int32),
        row_count=np.array(counts, np.int32),
        object_id=np.array([entry.object_id for entry in entries], np.int32),
        class_id=np.array([BY_NAME[entry.class_name].id for entry in entries], np.uint8),
        is_skinned=np.array([entry.is_skinned for entry in entries]),
        is_moving=np.array([entry.moving is not None for entry in entries]),
        paint_linear=np.array([entry.paint_linear for entry in entries]),
        names=tuple(entry.name for entry in entries),
    )
    return tuple(meshes), instances, _Rows(entries, first_row, at_frames)
