"""A street in closed form: a ground plane, a wall across it and cuboid cars, seen by a moving stereo rig and scanner.

Every label comes from casting rays by formula, so that what the layouts say can be proved by use: points land on disparity,
disparity and poses give flow, cuboids project onto their 2D boxes.
"""

from __future__ import annotations

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.geometry import Pinhole, apply, pixel_rays, pose, project, rigid_inverse
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT, FLOW_SKY, FLOW_VALID, Passes
from scenegen.truth.frame import EgoState, Eye, Frame, FrameLabels, ObjectLabel, Picture, Poses, Sweep, View, ViewLabels
from tests.formats.kitti_rigs import BASE_M, BODY_FROM_LEFT, BODY_FROM_LIDAR

LENS = Pinhole.centred(width_px=248, height_px=76, focal_px=144.0)
GROUND, WALL = 1, 2
SIZE_M = (4.2, 1.7, 1.8)  # higher than the camera, so that the nearer car hides all that is behind it
FRAMES = 3
_BEHIND, _RIM = 1e-6, 1e-4
_LEVEL_M = 2.0
_START = pose(300.0, -150.0, _LEVEL_M, yaw=0.4)


def world_from_ego(index: float) -> np.ndarray:
    """Level, because KITTI's boxes turn about the camera's y axis alone; in a curve to the left."""
    return _START @ pose(0.9 * index, 0.008 * index**2, 0.0, yaw=0.018 * index)


def world_from_car(track_id: int, index: float) -> np.ndarray:
    """3 drives on a slant, 4 stands half hidden behind it, 5 is cut by the picture's left border."""
    places = {3: (12.0 + 0.6 * index, 1.0 + 0.3 * index, 0.7), 4: (19.0, 3.6, -0.4), 5: (7.0, 6.2, 0.15)}
    x, y, yaw = places[track_id]
    return _START @ pose(x, y, 0.0, yaw=yaw)


CAR_IDS = (3, 4, 5)


def cast(origin: np.ndarray, directions: np.ndarray, index: float, *, only: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Give for rays (n, 3) in the world the distance in their own lengths (inf: none) and what is hit."""
    far = np.full(len(directions), np.inf)
    what = np.zeros(len(directions), np.int32)
    if only is None:
        wall_from_world = rigid_inverse(_START @ pose(60, 0, 0, yaw=0.1))
        with np.errstate(divide="ignore", invalid="ignore"):
            ground = (_LEVEL_M - origin[2]) / directions[:, 2]
            start, way = apply(wall_from_world, origin[None])[0], directions @ wall_from_world[:3, :3].T
            wall = -start[0] / way[:, 0]
        up = start[2] + wall * way[:, 2]
        wall[(up < 0) | (up > 6)] = np.inf
        for distance, number in ((ground, GROUND), (wall, WALL)):
            nearer = (distance > _BEHIND) & (distance < far)
            far[nearer], what[nearer] = distance[nearer], number
    for track_id in CAR_IDS if only is None else (only,):
        distance = _cuboid(rigid_inverse(world_from_car(track_id, index)), origin, directions)
        nearer = distance < far
        far[nearer], what[nearer] = distance[nearer], track_id + 2
    return far, what


def _cuboid(body_from_world: np.ndarray, origin: np.ndarray, directions: np.ndarray) -> np.ndarray:
    start, way = apply(body_from_world, origin[None])[0], directions @ body_from_world[:3, :3].T
    length, width, height = SIZE_M
    low, high = np.array([-length / 2, -width / 2, 0]), np.array([length / 2, width / 2, height])
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([(low - start) / way, (high - start) / way])
    enter, leave = ends.min(axis=0).max(axis=1), ends.max(axis=0).min(axis=1)
    return np.where((enter <= leave) & (enter > _BEHIND), enter, np.inf)


def street_frame(index: int) -> Frame:
    """Give a frame of the street with everything that the KITTI layouts hold."""
    bodies = Poses(*(world_from_ego(index + step) for step in (-1, 0, 1)))
    left = Poses(*(body @ BODY_FROM_LEFT for body in (bodies.prev, bodies.now, bodies.next)))
    right = Poses(*(cam @ pose(BASE_M, 0, 0) for cam in (left.prev, left.now, left.next)))
    views = tuple(_view(name, cam, index) for name, cam in (("front", left), ("right", right)))
    lidar = Poses(*(body @ BODY_FROM_LIDAR for body in (bodies.prev, bodies.now, bodies.next)))
    ego = EgoState(bodies, np.array([9.0, 0.0, 0.0]), np.zeros(3), np.zeros(3))
    labels = FrameLabels(
        index, index / 10, ego, tuple(view.labels for view in views), {},
        eyes=tuple(Eye(view.labels.camera, LENS, view.labels.world_from_cam.now) for view in views),
        world_from_lidars={"roof": lidar.now},
    )  # fmt: skip
    pictures = {view.labels.camera: view.picture for view in views if view.picture is not None}
    return Frame(labels, views, pictures, (_sweep(lidar, index),))


def _view(name: str, world_from_cam: Poses, index: int) -> View:
    rays = pixel_rays(LENS).reshape(-1, 3)
    z, what = cast(world_from_cam.now[:3, 3], rays @ world_from_cam.now[:3, :3].T, index)
    points = apply(world_from_cam.now, rays * np.where(np.isfinite(z), z, 0)[:, None])
    shape = (LENS.height_px, LENS.width_px)
    flow, dz, state = (
        np.zeros((len(rays), 4), np.float32),
        np.zeros((len(rays), 2), np.float32),
        np.zeros((len(rays), 2), np.uint8),
    )
    for way, (step, cam) in enumerate(((1, world_from_cam.next), (-1, world_from_cam.prev))):
        moved = points.copy()
        for track_id in CAR_IDS:
            is_car = what == track_id + 2
            motion = world_from_car(track_id, index + step) @ rigid_inverse(world_from_car(track_id, index))
            moved[is_car] = apply(motion, points[is_car])
        then = apply(rigid_inverse(cam), moved)
        known = np.isfinite(z) & (then[:, 2] > 0.1)
        place = project(np.where(known[:, None], then, (0, 0, 1)), LENS)
        here = project(rays, LENS)
        flow[:, 2 * way : 2 * way + 2] = np.where(known[:, None], place - here, 0)
        dz[:, way] = np.where(known, then[:, 2] - np.where(known, z, 0), 0)
        inside = ((place >= -0.5) & (place < np.array([LENS.width_px, LENS.height_px]) - 0.5)).all(axis=1)
        seen, _ = cast(cam[:3, 3], moved - cam[:3, 3], index + step)
        hidden = known & inside & (seen < 1 - _RIM)
        state[:, way] = np.where(
            np.isfinite(z), np.where(known, FLOW_VALID, 0) | np.where(inside, 0, FLOW_OUT), FLOW_VALID | FLOW_SKY
        )
        state[hidden, way] |= FLOW_HIDDEN
    passes = Passes(
        frame=index, z_m=np.where(np.isfinite(z), z, 0).astype(np.float32).reshape(shape),
        normal_oct=np.zeros((*shape, 2), np.uint16), row=what.astype(np.uint16).reshape(shape), part=np.zeros(shape, np.uint8),
        flow_px=flow.reshape(*shape, 4), dz_m=dz.reshape(*shape, 2), state=state.reshape(*shape, 2), rgb=None, silhouettes=(),
        camera=name,
    )  # fmt: skip
    objects = tuple(_object(track_id, world_from_cam, index, passes.row == track_id + 2) for track_id in CAR_IDS)
    classes = [BY_NAME[entry].id for entry in ("sky", "road", "building")] + [0] * 2 + [BY_NAME["car"].id] * 3
    rows = np.array([0, 0, 0, 0, 0, 3, 4, 5], np.int32)
    picture = Picture(np.repeat((passes.row * 30).astype(np.uint8)[..., None], 3, axis=2))
    return View(ViewLabels(name, LENS, world_from_cam, objects), passes, rows, np.array(classes, np.uint8), picture)


def _object(track_id: int, world_from_cam: Poses, index: int, seen: np.ndarray) -> ObjectLabel:
    """The silhouette is counted on a picture three times as wide and high."""
    wide = Pinhole(
        3 * LENS.width_px, 3 * LENS.height_px, LENS.fx_px, LENS.fy_px, LENS.cx_px + LENS.width_px, LENS.cy_px + LENS.height_px
    )
    rays = pixel_rays(wide).reshape(-1, 3) @ world_from_cam.now[:3, :3].T
    distance, _ = cast(world_from_cam.now[:3, 3], rays, index, only=track_id)
    whole = np.isfinite(distance).reshape(wide.height_px, wide.width_px)
    inside = whole[LENS.height_px : 2 * LENS.height_px, LENS.width_px : 2 * LENS.width_px]
    return ObjectLabel(
        track_id=track_id, name="car", role="", class_name="car", kind="hatchback", moving=track_id == 3,
        world_from_body=Poses(*(world_from_car(track_id, index + step) for step in (-1, 0, 1))), size_m=SIZE_M,
        box_visible_px=_box(seen), box_amodal_px=_box(inside), truncation=float(1 - inside.sum() / whole.sum()),
        occlusion=float(1 - seen.sum() / inside.sum()), visible_px=int(seen.sum()), state="visible", colour="white",
        parts=("body",), facts={},
    )  # fmt: skip


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    v, u = np.nonzero(mask)
    return int(u.min()), int(v.min()), int(u.max()), int(v.max())


def _sweep(lidar: Poses, index: int) -> Sweep:
    elevation, azimuth = (
        a.ravel() for a in np.meshgrid(np.radians(np.linspace(2, -18, 24)), np.radians(np.linspace(45, -45, 181)))
    )
    beams = np.stack([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)], axis=1)
    distance, what = cast(lidar.now[:3, 3], beams @ lidar.now[:3, :3].T, index)
    hit = np.isfinite(distance) & (distance < 100)
    n = int(hit.sum())
    points = (beams[hit] * distance[hit, None]).astype(np.float32)
    ids = np.where(what[hit] > 2, what[hit] - 2, 0).astype(np.int32)
    blank = np.zeros(n, np.float32)
    return Sweep(
        "roof",
        lidar,
        points,
        blank + 0.5,
        np.zeros(n, np.uint16),
        blank,
        ids,
        np.ones(n, np.uint8),
        np.zeros((n, 3), np.float32),
    )
