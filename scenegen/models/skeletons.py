"""What skinned bodies of all kinds share: joints of the rest pose, and blends of what is asked of a pose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.mesh import Joint

AskT = TypeVar("AskT")


def upright_joints(places_m: Mapping[str, FloatArray], parents: Mapping[str, str]) -> tuple[Joint, ...]:
    """Give a model's joints: upright frames at the rest-pose places (3,), in the order of `parents` ("" for the root)."""
    row = {name: k for k, name in enumerate(parents)}
    joints = []
    for name, parent in parents.items():
        body_from_joint: FloatArray = np.eye(4)
        body_from_joint[:3, 3] = places_m[name]
        joints.append(Joint(name, row[parent] if parent else -1, body_from_joint))
    return tuple(joints)


def mix(a: AskT, b: AskT, share_of_b: FloatArray) -> AskT:
    """Blend two records of n poses, field by field, (n,) or (n, k); share_of_b (n,) is 0 for the first."""
    mixed: dict[str, Any] = {}
    for entry in fields(a):  # type: ignore[arg-type]
        first, second = getattr(a, entry.name), getattr(b, entry.name)
        share = share_of_b if first.ndim == 1 else share_of_b[:, None]
        mixed[entry.name] = first + (second - first) * share
    return type(a)(**mixed)
