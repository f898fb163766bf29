"""Crank, pedals and legs of a cyclist, turned with the distance travelled."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray, rigid_inverse
from scenegen.models.mesh import Model

ANKLING_RAD = 0.22
"""How far the toes dip and rise over a turn of the crank."""


def pedalling_poses(model: Model, travelled_m: FloatArray) -> dict[str, FloatArray]:
    """Give body_from_rest of the joints that pedalling moves.

    Legs move in planes across the saddle: thigh and shin keep their length, the ankle follows the pedal.

    Args:
        model: a vehicle with a joint `crank`.
        travelled_m: (n,) metres since the pedals were in the rest pose.
    Returns:
        (n, 4, 4) float64 by joint name.
    """
    turn = 2 * np.pi * travelled_m / model.facts["development_m"]
    crank, length = _place(model, "crank"), model.facts["crank_m"]
    poses = {"crank": _about(crank, turn)}
    for side, start in (("left", 0.0), ("right", np.pi)):
        # The left pedal is ahead at rest; turning forward takes it down.
        angle = turn + start
        moved = length * np.stack([np.cos(angle) - np.cos(start), np.zeros_like(angle), -np.sin(angle)], axis=1)
        dip = ANKLING_RAD * (np.cos(angle - 0.6) - np.cos(start - 0.6)) * 0.5
        poses[f"pedal_{side}"] = _shifted(moved) @ _about(_place(model, f"pedal_{side}"), dip)
        poses |= _leg(model, side, poses[f"pedal_{side}"])
    return poses


def _leg(model: Model, side: str, pedal: FloatArray) -> dict[str, FloatArray]:
    """Give the poses of one leg whose foot stands still on its pedal."""
    hip, knee, ankle = (_place(model, f"{bone}_{side}") for bone in ("thigh", "shin", "foot"))
    there = pedal[:, :3, :3] @ ankle + pedal[:, :3, 3]
    thigh, shin = np.hypot(*(knee - hip)[[0, 2]]), np.hypot(*(ankle - knee)[[0, 2]])
    way = (there - hip)[:, [0, 2]]
    reach = np.minimum(np.hypot(way[:, 0], way[:, 1]), 0.9995 * (thigh + shin))
    bend = np.arccos(np.clip((thigh**2 + reach**2 - shin**2) / (2 * thigh * reach), -1, 1))
    # Angles from straight down, forward positive; the knee lies ahead of the line from hip to ankle.
    down = np.arctan2(way[:, 0], -way[:, 1]) + bend
    rest = np.arctan2(*((knee - hip)[[0, 2]] * (1, -1)))
    upper = _about(hip, rest - down)
    knee_now = upper[:, :3, :3] @ knee + upper[:, :3, 3]
    lower_way = there - knee_now
    now = np.arctan2(lower_way[:, 0], -lower_way[:, 2])
    lower = _shifted(knee_now - knee) @ _about(knee, np.arctan2(*((ankle - knee)[[0, 2]] * (1, -1))) - now)
    return {f"thigh_{side}": upper, f"shin_{side}": lower, f"foot_{side}": pedal, f"toe_{side}": pedal}


def _place(model: Model, joint: str) -> FloatArray:
    place: FloatArray = model.joints[model.joint_index[joint]].body_from_joint[:3, 3]
    return place


def _shifted(by_m: FloatArray) -> FloatArray:
    """Give translations (n, 4, 4)."""
    poses = np.broadcast_to(np.eye(4), (len(by_m), 4, 4)).copy()
    poses[:, :3, 3] = by_m
    return poses


def _about(place_m: FloatArray, angle: FloatArray) -> FloatArray:
    """Give turns (n, 4, 4) about y through a place; positive takes the top forward."""
    c, s = np.cos(angle), np.sin(angle)
    turns = np.broadcast_to(np.eye(4), (len(angle), 4, 4)).copy()
    turns[:, 0, 0], turns[:, 0, 2], turns[:, 2, 0], turns[:, 2, 2] = c, s, -s, c
    at = np.eye(4)
    at[:3, 3] = place_m
    posed: FloatArray = at @ turns @ rigid_inverse(at)
    return posed
