"""From what a pose asks for (trunk, neck, feet) to one matrix per joint, for many poses at once.

A quadruped's bones turn in its plane of symmetry only. Legs are solved from the ground up, so a foot is where it is asked to
be: foot and cannon have given angles, and the two upper bones span what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.animals.skeleton import BONE, BONES, LEGS, PARENT
from scenegen.models.mesh import Joint

REACH = 0.998  # share of the two straight upper bones that a pose may ask for
ROOT_SLIDE = 0.16  # share of a foot's way ahead by which shoulder blade or hip carries the leg's root along


@dataclass(frozen=True, eq=False)
class AnimalShape:
    """What posing needs of a model: rest joints (joints, 3) m, toes (4, 3) m in the order of `LEGS`."""

    rest_m: FloatArray
    toe_m: FloatArray

    @property
    def hip_m(self) -> float:
        """Height of the hip joints at rest, the length that gaits are scaled by."""
        return float(self.rest_m[BONE["upper_hind_left"], 2])


def animal_shape(joints: Sequence[Joint], facts: dict[str, float]) -> AnimalShape:
    """Read the shape of an animal from a model's joints and facts."""
    rest = np.stack([joint.body_from_joint[:3, 3] for joint in joints])
    toes = np.array([[facts[f"toe_{leg}_m"], rest[BONE[f"foot_{leg}"], 1], 0.0] for leg in LEGS])
    return AnimalShape(rest, toes)


@dataclass(frozen=True, eq=False)
class AnimalAsk:
    """What n poses ask for; angles in radians about y (positive lowers what is ahead), lengths in metres.

    rise (n,) of the trunk over its rest; pitch (n,) of the trunk; bend (n,) of the loin (positive rounds the back); neck,
    head (n,) turns against rest; tail (n,) raised; toe_x (n, 4) ahead of the rest place, toe_z (n, 4) over the ground; foot,
    cannon (n, 4) turns against rest in the body frame.
    """

    rise: FloatArray
    pitch: FloatArray
    bend: FloatArray
    neck: FloatArray
    head: FloatArray
    tail: FloatArray
    toe_x: FloatArray
    toe_z: FloatArray
    foot: FloatArray
    cannon: FloatArray


def standing(count: int) -> AnimalAsk:
    """Ask for standing square, which is the rest pose."""
    one, four = np.zeros(count), np.zeros((count, 4))
    return AnimalAsk(
        rise=one, pitch=one, bend=one, neck=one, head=one, tail=one, toe_x=four, toe_z=four, foot=four, cannon=four
    )


def solve(shape: AnimalShape, ask: AnimalAsk) -> FloatArray:
    """Give body_from_rest for every joint.

    Args:
        shape: the animal.
        ask: n poses.
    Returns:
        (n, joints, 4, 4) float64; a posed vertex is the weighted sum of its joints' matrices times its rest position.
    """
    rest = shape.rest_m
    places, turns = _trunk(shape, ask)
    for i, leg in enumerate(LEGS):
        _leg(shape, ask, i, leg, places, turns)
    matrices = np.zeros((len(ask.rise), len(BONES), 4, 4))
    for bone, row in BONE.items():
        cos, sin = np.cos(turns[bone]), np.sin(turns[bone])
        matrices[:, row, 0, 0], matrices[:, row, 0, 2] = cos, sin
        matrices[:, row, 2, 0], matrices[:, row, 2, 2] = -sin, cos
        matrices[:, row, 0, 3] = places[bone][:, 0] - cos * rest[row, 0] - sin * rest[row, 2]
        matrices[:, row, 2, 3] = places[bone][:, 1] + sin * rest[row, 0] - cos * rest[row, 2]
    matrices[:, :, 1, 1] = matrices[:, :, 3, 3] = 1.0
    return matrices


def roots(shape: AnimalShape, ask: AnimalAsk) -> FloatArray:
    """Give where the legs hang, (n, 4, 2): x and z of shoulders and hips."""
    places, turns = _trunk(shape, ask)
    return np.stack([_root(shape, ask, i, leg, places, turns) for i, leg in enumerate(LEGS)], axis=1)


def hocks(shape: AnimalShape, ask: AnimalAsk) -> FloatArray:
    """Give where carpus or hock must be for the asked feet, (n, 4, 2)."""
    return np.stack([_below(shape, ask, i, leg)[0] for i, leg in enumerate(LEGS)], axis=1)


def upper_lengths(shape: AnimalShape) -> FloatArray:
    """Give the lengths of the two upper bones of each leg together, (4,)."""
    rest = shape.rest_m[:, (0, 2)]
    rows = [[BONE[f"{part}_{leg}"] for part in ("upper", "lower", "cannon")] for leg in LEGS]
    return np.array([np.linalg.norm(rest[b] - rest[a]) + np.linalg.norm(rest[c] - rest[b]) for a, b, c in rows])


def _trunk(shape: AnimalShape, ask: AnimalAsk) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Give places (n, 2) and turns (n,) of trunk, neck, head and tail; the loin is the middle of all motion."""
    rest = shape.rest_m[:, (0, 2)]
    turns = {"loin": ask.pitch, "chest": ask.pitch + 0.5 * ask.bend, "pelvis": ask.pitch - 0.5 * ask.bend}
    places = {"loin": rest[BONE["loin"]] + np.stack([np.zeros_like(ask.rise), ask.rise], axis=-1)}
    for bone, parent in (("chest", "loin"), ("pelvis", "loin")):
        # Pelvis and chest turn about the loin's joint, the first being the root of the tree
        turn = turns[bone]
        places[bone] = places[parent] + _turned(turn, rest[BONE[bone]] - rest[BONE[parent]])
    added = {"neck": ask.neck, "head": ask.head, "tail": ask.tail, "tail_end": 0.4 * ask.tail}
    for bone, angle in added.items():
        parent = PARENT[bone]
        turns[bone] = turns[parent] + angle
        places[bone] = places[parent] + _turned(turns[parent], rest[BONE[bone]] - rest[BONE[parent]])
    return places, turns


def _root(
    shape: AnimalShape, ask: AnimalAsk, i: int, leg: str, places: dict[str, FloatArray], turns: dict[str, FloatArray]
) -> FloatArray:
    """Give where a leg hangs, (n, 2): on its trunk bone, carried along a little with the foot."""
    bone = "chest" if leg.startswith("front") else "pelvis"
    rest = shape.rest_m[:, (0, 2)]
    hung = places[bone] + _turned(turns[bone], rest[BONE[f"upper_{leg}"]] - rest[BONE[bone]])
    slide = ROOT_SLIDE * (1.0 if bone == "chest" else 0.4)
    return hung + np.stack([slide * ask.toe_x[:, i], np.zeros(len(ask.rise))], axis=-1)


def _below(shape: AnimalShape, ask: AnimalAsk, i: int, leg: str) -> tuple[FloatArray, FloatArray]:
    """Give carpus or hock, and fetlock (n, 2) of the asked foot."""
    rest = shape.rest_m[:, (0, 2)]
    toe, fetlock, hock = shape.toe_m[i, [0, 2]], rest[BONE[f"foot_{leg}"]], rest[BONE[f"cannon_{leg}"]]
    asked = toe + np.stack([ask.toe_x[:, i], ask.toe_z[:, i]], axis=-1)
    at_fetlock = asked + _turned(ask.foot[:, i], fetlock - toe)
    return at_fetlock + _turned(ask.cannon[:, i], hock - fetlock), at_fetlock


def _leg(
    shape: AnimalShape, ask: AnimalAsk, i: int, leg: str, places: dict[str, FloatArray], turns: dict[str, FloatArray]
) -> None:
    """Solve one leg: elbows bend backwards, stifles forwards; what is out of reach pulls the lower leg along."""
    rest = shape.rest_m[:, (0, 2)]
    names = [f"{part}_{leg}" for part in ("upper", "lower", "cannon", "foot")]
    root = _root(shape, ask, i, leg, places, turns)
    hock, fetlock = _below(shape, ask, i, leg)
    first, second = (rest[BONE[names[k + 1]]] - rest[BONE[names[k]]] for k in (0, 1))
    a, b = float(np.hypot(*first)), float(np.hypot(*second))
    reach = np.hypot(*(hock - root).T)
    span = np.clip(reach, abs(a - b) * 1.02, (a + b) * REACH)
    pulled = root + (hock - root) * (span / reach)[:, None]
    fetlock, hock = fetlock + pulled - hock, pulled

    # Law of cosines at the root; a turn about y takes +z towards +x
    bearing = np.arctan2(-(hock - root)[:, 0], -(hock - root)[:, 1])
    cos = np.clip((a * a + span * span - b * b) / (2.0 * a * span), -1.0, 1.0)
    open_rad = np.arccos(cos) * (1.0 if leg.startswith("front") else -1.0)
    down_upper = bearing + open_rad
    knee = root + a * np.stack([-np.sin(down_upper), -np.cos(down_upper)], axis=-1)
    down_lower = np.arctan2(-(hock - knee)[:, 0], -(hock - knee)[:, 1])
    for name, place, turn in (
        (names[0], root, down_upper - np.arctan2(-first[0], -first[1])),
        (names[1], knee, down_lower - np.arctan2(-second[0], -second[1])),
        (names[2], hock, ask.cannon[:, i]),
        (names[3], fetlock, ask.foot[:, i]),
    ):
        places[name], turns[name] = place, turn


def _turned(angle: FloatArray, direction: FloatArray) -> FloatArray:
    """Turn one direction (x, z) about y by angles (n,), (n, 2)."""
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([cos * direction[0] + sin * direction[1], cos * direction[1] - sin * direction[0]], axis=-1)
