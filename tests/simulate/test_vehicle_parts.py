"""Parts of vehicles: doors swing, forks steer, a tractor follows its kingpin without slip."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.geometry import FloatArray, pose
from scenegen.models.catalogue import build, entry
from scenegen.models.mesh import ModelSpec
from scenegen.simulate.clip import VEHICLE_MOTION, Track
from scenegen.simulate.parts import part_poses

TICKS = 21


def vehicle(spec: ModelSpec, **columns: FloatArray | float) -> Track:
    motion = np.zeros((TICKS, len(VEHICLE_MOTION)))
    for name, values in columns.items():
        motion[:, VEHICLE_MOTION.index(name)] = values
    known = entry(spec.kind)
    return Track(
        1, "a", "background", "vehicle", known.class_name, spec, known.size_m, (0.5, 0.5, 0.5),
        np.broadcast_to(np.eye(4), (TICKS, 4, 4)), motion, np.zeros(TICKS, np.uint8), np.ones(TICKS, np.bool_),
    )  # fmt: skip


def test_doors_swing_outwards_about_their_front_edge() -> None:
    spec = ModelSpec("hatchback", 2, (("doors", 1.0),))
    model = build(spec)
    opening = np.linspace(0.0, 1.0, TICKS)
    poses = part_poses(vehicle(spec, door_left_rad=opening, door_right_rad=0.5 * opening), model, np.arange(TICKS))
    np.testing.assert_allclose(poses[0], np.tile(np.eye(4), (len(model.joints), 1, 1)), atol=1e-12)
    for side, sign, angle in (("left", 1, 1.0), ("right", -1, 0.5)):
        joint = model.joint_index[f"door_{side}"]
        hinge = model.joints[joint].body_from_joint[:3, 3]
        edge = hinge + np.array([-1.0, 0.0, 0.8])  # a metre behind the hinge
        moved = poses[-1, joint] @ [*edge, 1.0]
        wanted = hinge + np.array([-np.cos(angle), sign * np.sin(angle), 0.8])
        np.testing.assert_allclose(moved[:3], wanted, atol=1e-9)


@pytest.mark.parametrize("kind", ["bicycle", "e_scooter"])
def test_forks_steer_with_their_wheel(kind: str) -> None:
    spec = ModelSpec(kind, 0)
    model = build(spec)
    poses = part_poses(vehicle(spec, steer_rad=0.3), model, np.arange(TICKS))
    np.testing.assert_allclose(poses[0, model.joint_index["fork"]], poses[0, model.joint_index["wheel_f"]], atol=1e-9)
    steered = model.meshes[0].joints[:, 0] == model.joint_index["fork"]
    assert steered.sum() > 50
    assert model.meshes[0].positions_m[steered, 2].max() > 1.0  # the handlebar
    assert model.meshes[0].positions_m[steered, 2].min() < 0.4  # the blades


def test_a_tractor_follows_its_kingpin_without_slip() -> None:
    """On a circle the driven axle moves along the tractor's heading, and the front wheels point where they go."""
    spec = ModelSpec("semi_trailer", 1)
    model = build(spec)
    radius, long_m = 25.0, model.facts["path_wheelbase_m"]
    steer = np.arctan(long_m / radius)
    angle = np.linspace(0.0, 0.02, TICKS)
    # The trailer's rear axles run on the circle; the body's origin is half a wheelbase ahead of them.
    track = vehicle(spec, steer_rad=steer)
    body = np.stack(
        [pose(radius * np.sin(a), radius * (1 - np.cos(a)), 0.0, yaw=a) @ pose(long_m / 2, 0.0, 0.0) for a in angle]
    )
    parts = part_poses(track, model, np.arange(TICKS))
    tractor = body @ parts[:, model.joint_index["tractor"]]

    def sideways(frame: FloatArray, x_m: float, turned: float = 0.0) -> float:
        places = frame @ np.array([x_m, 0.0, 0.0, 1.0])
        way = places[-1, :3] - places[0, :3]
        middle = frame[TICKS // 2, :3, :3] @ [-np.sin(turned), np.cos(turned), 0.0]
        return float(abs(way @ middle) / np.linalg.norm(way))

    assert sideways(body, -long_m / 2) < 1e-6
    assert sideways(tractor, model.facts["kingpin_x_m"]) < 1e-6
    bent = np.arctan2(parts[0, model.joint_index["tractor"], 1, 0], parts[0, model.joint_index["tractor"], 0, 0])
    assert 0.2 < bent < 0.5
    wheel = tractor[0, :3, :3].T @ (body[0] @ parts[0, model.joint_index["wheel_fl"]])[:3, :3]
    front = np.arctan2(wheel[1, 0], wheel[0, 0])
    assert sideways(tractor, model.facts["front_axle_x_m"], front) < 1e-3  # the driven axle lies at the plan's, not the kingpin


def test_a_straight_road_leaves_the_tractor_straight() -> None:
    spec = ModelSpec("semi_trailer", 1)
    model = build(spec)
    poses = part_poses(vehicle(spec), model, np.arange(3))
    np.testing.assert_allclose(poses[:, model.joint_index["tractor"]], np.tile(np.eye(4), (3, 1, 1)), atol=1e-12)
