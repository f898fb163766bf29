"""A made-up clip with a rig: a moving ego with two cameras that look apart and a scanner, a car ahead and a child behind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, apply, box_corners, pose, rigid_inverse
from scenegen.render.passes import Silhouette
from scenegen.truth.frame import EgoState, Eye, Frame, FrameLabels, ObjectLabel, Picture, Poses, Sweep, View
from tests.formats.conftest import HEIGHT, WIDTH, car, still

LENS = Pinhole.centred(width_px=WIDTH, height_px=HEIGHT, focal_px=30.0)
MOUNTS = {
    "front": pose(1.2, 0.1, 1.6, yaw=0.1, pitch=0.05) @ BODY_FROM_CAM,
    "back": pose(-1.0, 0.0, 1.5, yaw=np.pi - 0.05) @ BODY_FROM_CAM,
}
LIDAR_MOUNT = pose(0.2, 0.0, 1.8)
CHILD_SIZE_M = (0.3, 0.4, 1.1)


def ego_pose(index: int) -> FloatArray:
    """The ego drives through a bend, far from the world's middle."""
    return pose(1000.0 + index, -500.0 + 0.1 * index, 3.0, yaw=0.4 + 0.02 * index)


def car_pose(index: int) -> FloatArray:
    return ego_pose(0) @ pose(11.0 + 0.5 * index, 1.5, 0.0, yaw=0.7)


CHILD_POSE = ego_pose(0) @ pose(-8.0, -1.0, 0.0, yaw=-2.0)


def objects(index: int, camera: str) -> tuple[ObjectLabel, ...]:
    """The car is 75 % visible ahead; the child stands, half hidden, behind."""
    unseen = {
        "box_visible_px": None, "box_amodal_px": None, "visible_px": 0, "occlusion": 1.0, "truncation": 1.0, "state": "outside",
    }  # fmt: skip
    poses = Poses(car_pose(index - 1), car_pose(index), car_pose(index + 1))
    ahead = car(3, world_from_body=poses, **({} if camera == "front" else unseen))
    behind = car(
        7, name="child", class_name="person", kind="child", moving=False, world_from_body=still(CHILD_POSE), parts=(),
        colour="", size_m=CHILD_SIZE_M, **(unseen if camera == "front" else {"visible_px": 77, "occlusion": 0.5}),
    )  # fmt: skip
    return ahead, behind


def sweep(index: int) -> Sweep:
    """Points inside the car (9), inside the child (2), and on the road (5)."""
    rng = np.random.default_rng(index)
    lidar_from_world = rigid_inverse(ego_pose(index) @ LIDAR_MOUNT)
    clouds = []
    for world_from_body, size_m, count in ((car_pose(index), (3.95, 1.69, 1.49), 9), (CHILD_POSE, CHILD_SIZE_M, 2)):
        low, high = box_corners(size_m).min(0), box_corners(size_m).max(0)
        clouds.append(apply(lidar_from_world @ world_from_body, rng.uniform(low, high, (count, 3))))
    clouds.append(rng.uniform((20, -5, -1.8), (30, 5, -1.8), (5, 3)))
    ids, names = (np.repeat(values, [9, 2, 5]) for values in ([3, 7, 0], ["car", "person", "road"]))
    points = np.concatenate(clouds).astype(np.float32)
    return Sweep(
        name="top", world_from_lidar=still(ego_pose(index) @ LIDAR_MOUNT), points_m=points,
        intensity=np.linspace(0, 1, 16, dtype=np.float32), ring=np.arange(16, dtype=np.uint16), time_s=np.zeros(16, np.float32),
        object_id=ids.astype(np.int32), class_id=np.array([BY_NAME[name].id for name in names], np.uint8),
        flow_m=np.zeros((16, 3), np.float32),
    )  # fmt: skip


def rig_frame(plain: Frame, index: int, *, has_sweep: bool = True) -> Frame:
    """Give a frame of the rig whose pixels are those of a plain frame."""
    views = []
    for place, (camera, mount) in enumerate(MOUNTS.items()):
        world_from_cam = still(ego_pose(index) @ mount)
        labelled = objects(index, camera)
        labels = replace(plain.labels.main, camera=camera, lens=LENS, world_from_cam=world_from_cam, objects=labelled)
        seen = labelled[place]
        silhouettes = (Silhouette(seen.track_id, round(seen.visible_px / (1 - seen.occlusion)), 300.0, seen.box_amodal_px),)
        picture = Picture(np.roll(plain.pictures["front"].rgb, 7 * place, axis=1))
        passes = replace(plain.main.passes, camera=camera, rgb=picture.rgb, silhouettes=silhouettes)
        views.append(View(labels, passes, plain.main.row_object, plain.main.row_class, picture))
    ego = EgoState(Poses(ego_pose(index - 1), ego_pose(index), ego_pose(index + 1)), np.zeros(3), np.zeros(3), np.zeros(3))
    labels_of_all = FrameLabels(
        index, index / 10, ego, tuple(view.labels for view in views), {"events": [], "cloud": 0.5},
        eyes=tuple(Eye(view.labels.camera, LENS, view.labels.world_from_cam.now) for view in views),
        world_from_lidars={"top": ego_pose(index) @ LIDAR_MOUNT} if has_sweep else {},
    )  # fmt: skip
    pictures = {view.labels.camera: view.picture for view in views if view.picture is not None}
    return Frame(labels_of_all, tuple(views), pictures, (sweep(index),) if has_sweep else ())
