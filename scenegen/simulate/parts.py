"""Poses of a track's parts: wheels that spin and steer, doors that open, limbs that walk and pedal."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray, rigid_inverse
from scenegen.models.mesh import Joint, Model
from scenegen.models.vehicles.pedalling import pedalling_poses
from scenegen.simulate.animal_gait import pose_animal
from scenegen.simulate.clip import Track
from scenegen.simulate.gait import pose_person

STEER_COLUMN, TURN_COLUMN = 0, 1  # of VEHICLE_MOTION
DOOR_COLUMNS = {"door_left": (4, -1.0), "door_right": (5, 1.0)}  # by joint: column of VEHICLE_MOTION, sense of the turn about z


def part_poses(track: Track, model: Model, rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> FloatArray:
    """Give body_from_rest of every joint of a track at some ticks.

    Args:
        track: whose motion to follow.
        model: built from `track.model`.
        rows: (n,) rows of the track's arrays.
    Returns:
        (n, joints, 4, 4) float64 poses that take rest-pose points to posed points in the body frame.
    """
    if track.rig == "person":
        return pose_person(model, track.motion[rows])
    if track.rig == "animal":
        return pose_animal(model, track.motion[rows])
    poses = np.broadcast_to(np.eye(4), (len(rows), len(model.joints), 4, 4)).copy()
    if track.rig == "vehicle":
        for i, joint in enumerate(model.joints):
            if _is_wheel(joint):
                poses[:, i] = _wheel_poses(joint, track.motion[rows])
            elif joint.name in DOOR_COLUMNS:
                column, sense = DOOR_COLUMNS[joint.name]
                poses[:, i] = _swung(joint, sense * track.motion[rows, column])
            elif joint.name == "fork":
                poses[:, i] = _swung(joint, track.motion[rows, STEER_COLUMN])
        if "tractor" in model.joint_index:
            _bend(model, track.motion[rows], poses)
        if "crank" in model.joint_index:
            travelled_m = track.motion[rows, TURN_COLUMN] * model.facts["wheel_radius_m"]
            for name, posed in pedalling_poses(model, travelled_m).items():
                poses[:, model.joint_index[name]] = posed
    return poses


def _bend(model: Model, motion: FloatArray, poses: FloatArray) -> None:
    """Turn a tractor about its kingpin along the way that the kingpin takes, with its four wheels.

    The simulated body is the trailer: it rolls about the middle of its rear axles, half a wheelbase behind its origin. The
    tractor's driven axle lies below the kingpin and does not slip either, so the tractor heads where the kingpin goes.

    Source:
        Kinematics of a tractor with one trailer in a steady turn: Rajamani 2012, section 2.2, for two bodies.
    """
    facts = model.facts
    long_m, kingpin_m = facts["path_wheelbase_m"], facts["kingpin_x_m"]
    curvature = np.tan(motion[:, STEER_COLUMN]) / long_m
    bent = np.arctan((kingpin_m + long_m / 2) * curvature)
    steer = np.arctan(facts["wheelbase_m"] * curvature * np.cos(bent))
    tractor = model.joint_index["tractor"]
    poses[:, tractor] = _swung(model.joints[tractor], bent)
    turned = motion.copy()
    turned[:, STEER_COLUMN] = steer
    for name in ("wheel_fl", "wheel_fr", "wheel_rl", "wheel_rr"):
        wheel = model.joint_index[name]
        poses[:, wheel] = poses[:, tractor] @ _wheel_poses(model.joints[wheel], turned)


def _is_wheel(joint: Joint) -> bool:
    return "wheel" in joint.name


def _is_steered(joint: Joint) -> bool:
    """Whether a wheel is on the front axle."""
    return joint.name.startswith("wheel_f")


def _swung(joint: Joint, angle: FloatArray) -> FloatArray:
    """Turn a part about the upright through its joint, (n,) radians, positive to the left."""
    c, s, one, zero = np.cos(angle), np.sin(angle), np.ones_like(angle), np.zeros_like(angle)
    turned = _stacked([[c, -s, zero], [s, c, zero], [zero, zero, one]])
    moved: FloatArray = joint.body_from_joint @ turned @ rigid_inverse(joint.body_from_joint)
    return moved


def _wheel_poses(joint: Joint, motion: FloatArray) -> FloatArray:
    """Turn a wheel about its axle (y of its joint; forward moves the top forward), then steer it about z."""
    turn, steer = motion[:, TURN_COLUMN], motion[:, STEER_COLUMN] if _is_steered(joint) else np.zeros(len(motion))
    c, s, one, zero = np.cos(turn), np.sin(turn), np.ones_like(turn), np.zeros_like(turn)
    spun = _stacked([[c, zero, s], [zero, one, zero], [-s, zero, c]])
    c, s = np.cos(steer), np.sin(steer)
    steered = _stacked([[c, -s, zero], [s, c, zero], [zero, zero, one]])
    # Both turns happen about the joint's own origin
    moved: FloatArray = joint.body_from_joint @ steered @ spun @ rigid_inverse(joint.body_from_joint)
    return moved


def _stacked(rows: list[list[FloatArray]]) -> FloatArray:
    """Make (n, 4, 4) rotations from nine columns."""
    rotation = np.moveaxis(np.array(rows), 2, 0)
    poses = np.broadcast_to(np.eye(4), (len(rotation), 4, 4)).copy()
    poses[:, :3, :3] = rotation
    return poses
