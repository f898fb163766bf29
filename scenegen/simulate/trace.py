"""From recorded states to poses: arrays of a body's way over all ticks, in the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray, frozen
from scenegen.models.catalogue import EMERGENCY_KINDS
from scenegen.roads.network import RoadNetwork
from scenegen.simulate.body import Body
from scenegen.simulate.clip import (
    LAMP_BEACON,
    LAMP_BRAKE,
    LAMP_HEAD,
    LAMP_LEFT,
    LAMP_REVERSE,
    LAMP_RIGHT,
    LAMP_TAIL,
    VEHICLE_MOTION,
    Track,
    standing_motion,
)
from scenegen.simulate.footwork import animal_motion, footwork, person_motion

KERB_STEP_M = 0.15  # a body is lifted from this far before a kerb to this far behind it
BRAKE_LIGHT = 0.5  # m/s2 of braking from which the brake lamps are lit
HAZARD_HZ = 1.5  # flashes per second
BEACON_HZ = 2.5  # flashes per second; UN regulation 65 asks for 2 to 4
STEEPEST_STEER_RAD = 0.6


@dataclass(frozen=True, eq=False)
class Trace:
    """Columns over ticks, each (n,) float64: s, t, heading against the road, speed, acceleration, travelled; is_frozen bool.

    `pace` is the speed that a person's step asks for, `signal` the side to which a driver indicates (1 left, -1 right), `lift`
    the height of a load above the road, `door_left` and `door_right` how far doors are open, radians.
    """

    time_s: FloatArray
    s: FloatArray
    t: FloatArray
    heading: FloatArray
    speed: FloatArray
    acceleration: FloatArray
    travelled: FloatArray
    is_frozen: BoolArray
    pace: FloatArray
    signal: FloatArray
    lift: FloatArray
    door_left: FloatArray
    door_right: FloatArray

    @property
    def is_still(self) -> bool:
        """Whether nothing of it moves."""
        return bool((self.s == self.s[0]).all() and (self.t == self.t[0]).all() and (self.heading == self.heading[0]).all())


def track_of(body: Body, trace: Trace, network: RoadNetwork, *, track_id: int) -> Track:
    """Make the track of a body from its trace."""
    ticks = len(trace.s)
    if body.is_on_foot:
        poses, motion = _foot_poses(trace, network), _foot_motion(body, trace)
    elif trace.is_still:
        poses, motion = _still_poses(trace, network), _still_motion(body, trace)
    elif body.mover == "load":
        poses, motion = _load_poses(trace, network), standing_motion(ticks)
    elif body.mover == "rider":
        poses, motion = _foot_poses(trace, network), _rider_motion(body, trace)
    else:
        poses, motion = _driven(body, trace, network)
    first, last = network.drawn_s
    return Track(
        track_id=track_id, name=body.name, role=body.role, rig=_rig(body), class_name=body.class_name, model=body.model,
        size_m=body.size_m, paint_linear=body.paint_linear, world_from_body=frozen(poses), motion=frozen(motion),
        lamps=lamps_of(body, trace.time_s, trace.speed, trace.acceleration, trace.signal),
        present=(trace.s >= first) & (trace.s <= last),
    )  # fmt: skip


def _rig(body: Body) -> Literal["static", "vehicle", "person", "animal"]:
    return "animal" if body.is_animal else "person" if body.is_on_foot else "vehicle" if body.wheelbase_m > 0.0 else "static"


def _upright(x: FloatArray, y: FloatArray, z: FloatArray, yaw: FloatArray) -> FloatArray:
    """Poses (n, 4, 4) of upright bodies."""
    poses = np.zeros((len(x), 4, 4))
    c, s = np.cos(yaw), np.sin(yaw)
    poses[:, 0, 0], poses[:, 0, 1], poses[:, 0, 3] = c, -s, x
    poses[:, 1, 0], poses[:, 1, 1], poses[:, 1, 3] = s, c, y
    poses[:, 2, 2], poses[:, 2, 3], poses[:, 3, 3] = 1.0, z, 1.0
    return poses


def _still_poses(trace: Trace, network: RoadNetwork) -> FloatArray:
    """One pose, seen as many times as there are ticks."""
    x, y, z, heading = network.frame(trace.s[:1], trace.t[:1]).T
    return np.broadcast_to(_upright(x, y, z, heading + trace.heading[:1]), (len(trace.s), 4, 4))


def _still_motion(body: Body, trace: Trace) -> FloatArray:
    """Motion of what stands: a vehicle's doors may open, all else is zero; nothing for a thing without joints."""
    ticks, columns = len(trace.s), len(VEHICLE_MOTION)
    if body.wheelbase_m == 0.0:
        return standing_motion(ticks)
    if trace.door_left.any() or trace.door_right.any():
        return _wheel_motion(body, trace, np.zeros(ticks))
    return np.broadcast_to(np.zeros((1, columns)), (ticks, columns))


def _driven(body: Body, trace: Trace, network: RoadNetwork) -> tuple[FloatArray, FloatArray]:
    """Poses and motion of a vehicle whose rear axle keeps to its lane.

    Source:
        Kinematic bicycle: Rajamani 2012, section 2.2.
    """
    direction = float(body.direction)
    stretch = 1.0 - network.curvature(trace.s) * trace.t
    rear_s = trace.s - direction * body.wheelbase_m / 2 / stretch
    rear_x, rear_y, _, heading = network.frame(rear_s, trace.t).T
    yaw = heading + trace.heading
    x, y = rear_x + body.wheelbase_m / 2 * np.cos(yaw), rear_y + body.wheelbase_m / 2 * np.sin(yaw)
    z = network.frame(trace.s, trace.t)[:, 2]
    curvature = direction * network.curvature(rear_s) / stretch
    if (trace.heading != trace.heading[0]).any():
        curvature = curvature + _turn_per_m(trace)
    steer = np.arctan(body.wheelbase_m * curvature)
    return _upright(x, y, z, yaw), _wheel_motion(body, trace, steer)


def _wheel_motion(body: Body, trace: Trace, steer: FloatArray) -> FloatArray:
    """Columns `VEHICLE_MOTION`, (n, 6)."""
    turned = trace.travelled / body.wheel_radius_m
    return np.stack([steer, turned, trace.speed, trace.acceleration, trace.door_left, trace.door_right], axis=1)


def _turn_per_m(trace: Trace) -> FloatArray:
    """Change of heading against the road per metre travelled, (n,) 1/m; 0 where it stands."""
    way = np.gradient(trace.travelled)
    turn = np.gradient(np.unwrap(trace.heading))
    rate: FloatArray = np.where(way > 1e-6, turn / np.maximum(way, 1e-6), 0.0)
    return rate


def _rider_motion(body: Body, trace: Trace) -> FloatArray:
    """Motion of a two-wheeler that goes where it will; what rolls without wheels has none."""
    if body.wheelbase_m == 0.0:
        return standing_motion(len(trace.s))
    steer = np.clip(np.arctan(body.wheelbase_m * _turn_per_m(trace)), -STEEPEST_STEER_RAD, STEEPEST_STEER_RAD)
    return _wheel_motion(body, trace, steer)


def _load_poses(trace: Trace, network: RoadNetwork) -> FloatArray:
    """Poses of a load, level, at its height above the road."""
    x, y, z, heading = network.frame(trace.s, trace.t).T
    return _upright(x, y, z + trace.lift, heading + trace.heading)


def _foot_poses(trace: Trace, network: RoadNetwork) -> FloatArray:
    """Poses of who goes on foot; kerbs are climbed and left within a short step."""
    x, y, z, heading = network.frame(trace.s, trace.t).T
    for edge in (network.edge_t("left"), network.edge_t("right")):
        before, behind = (network.frame(trace.s, np.full_like(trace.t, edge + d))[:, 2] for d in (-KERB_STEP_M, KERB_STEP_M))
        share = np.clip((trace.t - edge) / (2 * KERB_STEP_M) + 0.5, 0.0, 1.0)
        lift = before + (behind - before) * share**2 * (3.0 - 2.0 * share)
        z = np.where(np.abs(trace.t - edge) < KERB_STEP_M, lift, z)
    return _upright(x, y, z, heading + trace.heading)


def _foot_motion(body: Body, trace: Trace) -> FloatArray:
    """Columns `PERSON_MOTION` or `ANIMAL_MOTION` of one who walks, stands or is frozen; an animal that freezes stands."""
    if body.is_animal:
        work = footwork(trace.time_s, trace.speed, trace.pace, np.zeros_like(trace.is_frozen))
        return animal_motion(body, work, trace.travelled, trace.time_s)
    work = footwork(trace.time_s, trace.speed, trace.pace, trace.is_frozen)
    return person_motion(body, work, trace.travelled, trace.time_s)


def lamps_of(body: Body, time_s: FloatArray, speed: FloatArray, acceleration: FloatArray, signal: FloatArray) -> ByteArray:
    """Give the lamp bits of a body per tick; vehicles without a driver have only their hazard lights.

    Head and tail lamps are those that burn when it is dark: whether it is, the look decides, so that a scene moves and is
    recorded alike under every sky.

    Args:
        body: whose lamps.
        time_s, speed, acceleration: (ticks,) columns.
        signal: (ticks,) the side to which it indicates, 1 for left, -1 for right.
    """
    lamps = np.zeros(len(time_s), np.uint8)
    if body.wheelbase_m == 0.0:
        return lamps
    if body.driver is not None:
        is_braking = (acceleration < -BRAKE_LIGHT) | (speed == 0.0)
        lamps |= np.where(is_braking, np.uint8(LAMP_BRAKE), np.uint8(0))
        lamps |= np.where(speed < 0.0, np.uint8(LAMP_REVERSE), np.uint8(0))
    if body.is_lit:
        lamps |= np.uint8(LAMP_HEAD | LAMP_TAIL)
    if signal.any():
        is_on = np.floor(time_s * 2 * HAZARD_HZ).astype(np.int64) % 2 == 0
        lamps |= np.where(is_on & (signal > 0.0), np.uint8(LAMP_LEFT), np.uint8(0))
        lamps |= np.where(is_on & (signal < 0.0), np.uint8(LAMP_RIGHT), np.uint8(0))
    if body.has_hazard_lights:
        is_on = np.floor(time_s * 2 * HAZARD_HZ).astype(np.int64) % 2 == 0
        lamps |= np.where(is_on, np.uint8(LAMP_LEFT | LAMP_RIGHT), np.uint8(0))
        if body.model.kind in EMERGENCY_KINDS:
            is_flash = np.floor(time_s * 2 * BEACON_HZ).astype(np.int64) % 2 == 0
            lamps |= np.where(is_flash, np.uint8(LAMP_BEACON), np.uint8(0))
    return lamps
