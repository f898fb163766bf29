"""The made-up frame on KITTI's sensors: a right camera, a scanner, and an ego that moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.geometry import BODY_FROM_CAM, pose, rigid_inverse
from scenegen.render.passes import FlowStep
from scenegen.truth.frame import EgoState, Eye, Frame, Picture, Poses, Sweep, View, ViewLabels

BASE_M = 0.54
BODY_FROM_LIDAR = pose(-0.31, 0.02, 1.73, yaw=0.01, pitch=-0.02)
BODY_FROM_LEFT = pose(0.0, 0.06, 1.65) @ BODY_FROM_CAM
SPEED = 9.0
CURVE = 0.02  # 1/m to the left


def world_from_ego(index: float) -> np.ndarray:
    """The ego drives a circle to the left, up a slope, ten frames a second, far from the map's origin."""
    turn = 0.4 + CURVE * SPEED * index / 10
    radius = 1 / CURVE
    return pose(300 + radius * np.sin(turn), -150 - radius * np.cos(turn), 2 + 0.05 * index, yaw=turn, pitch=-0.03, roll=0.01)


def with_rig(frame: Frame, *, has_lidar: bool = True) -> Frame:
    """Give the frame with all objects, cameras and the scanner carried along by the ego."""
    index = frame.labels.index
    bodies = Poses(*(world_from_ego(index + step) for step in (-1, 0, 1)))
    carried = rigid_inverse(BODY_FROM_CAM @ np.eye(4))  # the frame's camera stands at the world's origin
    left = Poses(bodies.prev @ BODY_FROM_LEFT, bodies.now @ BODY_FROM_LEFT, bodies.next @ BODY_FROM_LEFT)
    right = Poses(*(poses @ pose(BASE_M, 0, 0) for poses in (left.prev, left.now, left.next)))
    objects = tuple(
        replace(
            label,
            world_from_body=Poses(
                left.prev @ carried @ label.world_from_body.prev,
                left.now @ carried @ label.world_from_body.now,
                left.next @ carried @ label.world_from_body.next,
            ),
        )
        for label in frame.main.labels.objects
    )
    lens = frame.main.labels.lens
    views = (ViewLabels("front", lens, left, objects), ViewLabels("right", lens, right, objects))
    eyes = tuple(Eye(view.camera, lens, view.world_from_cam.now) for view in views)
    ego = EgoState(bodies, np.array([SPEED, 0.0, 0.5]), np.array([0.1, SPEED**2 * CURVE, 0.0]), np.array([0, 0, SPEED * CURVE]))
    rng = np.random.default_rng(1000 + index)
    shape = frame.main.passes.z_m.shape
    pictures = dict(frame.pictures)
    if pictures:
        pictures["right"] = Picture(rng.integers(0, 255, (*shape, 3)).astype(np.uint8))
    passes = replace(frame.main.passes, camera="right")
    right_view = View(views[1], passes, frame.main.row_object, frame.main.row_class, pictures.get("right"))
    lidars = {"roof": bodies.now @ BODY_FROM_LIDAR} if has_lidar else {}
    return replace(
        frame,
        labels=replace(frame.labels, ego=ego, views=views, eyes=eyes, world_from_lidars=lidars),
        views=(replace(frame.main, labels=views[0]), right_view),
        pictures=pictures,
        sweeps=(_sweep(bodies, rng),) if has_lidar else (),
    )


def _sweep(bodies: Poses, rng: np.random.Generator) -> Sweep:
    n = 500
    points = rng.uniform((3, -8, -1.7), (40, 8, 3), (n, 3)).astype(np.float32)
    return Sweep(
        name="roof",
        world_from_lidar=Poses(*(poses @ BODY_FROM_LIDAR for poses in (bodies.prev, bodies.now, bodies.next))),
        points_m=points,
        intensity=rng.uniform(0, 1, n).astype(np.float32),
        ring=rng.integers(0, 64, n).astype(np.uint16),
        time_s=rng.uniform(0, 0.1, n).astype(np.float32),
        object_id=np.zeros(n, np.int32),
        class_id=np.ones(n, np.uint8),
        flow_m=np.zeros((n, 3), np.float32),
    )


def with_step(frame: Frame, step: int) -> Frame:
    """Give the frame with flow over `step` frames: twice the flow to the next."""
    passes = frame.main.passes
    steps = {step: FlowStep(passes.flow_px * 2, passes.dz_m * 2, passes.state)}
    return replace(frame, views=(replace(frame.main, passes=replace(passes, steps=steps)), *frame.views[1:]))
