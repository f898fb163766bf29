"""What people carry, push, lead or sit in: how it is held, and its mesh with joints that roll."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from scenegen.geometry import FloatArray, pose, rigid_inverse
from scenegen.models.mesh import Joint, Mesh, join, placed
from scenegen.models.people.gear_kinds import COLLAR_M, DOG_M
from scenegen.models.people.holding import Hold, held, palm_at, reaching_arm
from scenegen.models.people.looks import Look, Rgb
from scenegen.models.people.meshing import thinned
from scenegen.models.people.posing import BodyShape, solve, standing
from scenegen.models.people.skeleton import BONE, BONES
from scenegen.models.shapes import Finish, beam, both_sides, box, lathe, tube

ROOT, REAR, FRONT = len(BONES), len(BONES) + 1, len(BONES) + 2
"""Joints after the bones: what stands on the ground with the body, and its rear and front wheels."""
_STEEL: Rgb = (120, 122, 126)
_BLACK: Rgb = (34, 34, 36)


@dataclass(frozen=True, eq=False)
class Gear:
    """Joints after the bones, meshes from fine to coarse in the rest frame, and how the person is held."""

    joints: tuple[Joint, ...]
    meshes: tuple[Mesh, ...]
    hold: Hold


@dataclass(frozen=True, eq=False)
class _Held:
    """A person at ease who holds something: shape, pose (joints, 4, 4), palms (3,) left and right, body frame."""

    shape: BodyShape
    matrices: FloatArray
    palms: tuple[FloatArray, FloatArray]
    hold: Hold


def gear_of(look: Look, shape: BodyShape, part: int, shares: Sequence[float]) -> Gear | None:
    """Give the gear of a look with `shares` of its triangles level by level, None for empty hands."""
    if look.gear == "none":
        return None
    hold, build = _KINDS[look.gear]
    posed = _posed(shape, hold(shape))
    pieces, axles = build(look, posed, part)
    root = Joint("gear", -1, np.eye(4))
    wheels = [Joint(f"gear_wheel_{i}", ROOT, pose(x, 0.0, radius_m)) for i, (x, radius_m) in enumerate(axles)]
    fine = join(pieces)
    meshes = tuple(fine if share == 1.0 else thinned(fine, int(share * len(fine.faces))) for share in shares)
    return Gear((root, *wheels), meshes, posed.hold)


def _posed(shape: BodyShape, hold: Hold) -> _Held:
    matrices = solve(shape, held(standing(shape, 1), hold, np.zeros(1)))[0]
    return _Held(shape, matrices, (palm_at(shape, matrices, "left"), palm_at(shape, matrices, "right")), hold)


def _on(mesh: Mesh, joint: int, person: _Held | None = None) -> Mesh:
    """Hang a mesh made in the body frame on a joint; on a bone it goes with the bone from where that is at ease."""
    if person is not None:
        mesh = placed(mesh, rigid_inverse(person.matrices[joint]))
    joints = np.zeros_like(mesh.joints)
    joints[:, 0] = joint
    return replace(mesh, joints=joints)


# Umbrella


def _umbrella_hold(shape: BodyShape) -> Hold:
    k = shape.scale
    return Hold((None, reaching_arm(shape, standing(shape, 1), np.array([0.26 * k, -0.15 * k, 1.12 * k]), "right")))


def _umbrella(look: Look, person: _Held, part: int) -> tuple[list[Mesh], list[tuple[float, float]]]:
    """A canopy of eight ribs over the head, its pole in the right hand."""
    steel, cloth = Finish("metal", part, _STEEL), Finish("canvas", part, look.bag_colour)
    hand = person.palms[1]
    tip = np.array([0.05, -0.05, look.stature_m + 0.34])
    along = (tip - hand) / np.linalg.norm(tip - hand)
    profile = [(0.52, 0.0), (0.44, 0.075), (0.30, 0.145), (0.14, 0.185), (0.0, 0.195)]
    canopy = both_sides(lathe(profile, cloth, sides=8, sharp_rad=1.2))
    dome = placed(canopy, _upright(tip - 0.22 * along, along))
    pole = tube([hand - 0.16 * along, tip + 0.03 * along], 0.007, steel, sides=5)
    grip = tube([hand - 0.17 * along, hand - 0.03 * along], 0.014, Finish("plastic", part, _BLACK), sides=6)
    return [_on(piece, BONE["hand_right"], person) for piece in (dome, pole, grip)], []


def _upright(at: FloatArray, up: FloatArray) -> FloatArray:
    """A pose whose z is `up`."""
    side = np.cross(up, (1.0, 0.0, 0.0))
    side /= np.linalg.norm(side)
    turned = np.eye(4)
    turned[:3, 0], turned[:3, 1], turned[:3, 2], turned[:3, 3] = np.cross(side, up), side, up, at
    return turned


# Phone


def _phone_hold(shape: BodyShape) -> Hold:
    k = shape.scale
    arm = reaching_arm(shape, standing(shape, 1), np.array([0.30 * k, -0.07 * k, 1.22 * k]), "right")
    return Hold((None, arm), head_pitch_rad=0.42)


def _phone(look: Look, person: _Held, part: int) -> tuple[list[Mesh], list[tuple[float, float]]]:
    """A telephone in the right hand, held up to be read."""
    slab = box((-0.005, -0.037, -0.02), (0.005, 0.037, 0.13), Finish("glass", part, _BLACK))
    tilted = pose(0.0, 0.0, 0.0, pitch=0.5)
    tilted[:3, 3] = person.palms[1] + (0.02, 0.0, 0.0)
    return [_on(placed(slab, tilted), BONE["hand_right"], person)], []


# Pushchair

_HANDLE_M = (0.40, 0.20, 1.00)
_CHAIR_AXLES = ((0.20, 0.13), (0.72, 0.10))  # from the person's ankle on: x and radius


def _pushchair_hold(shape: BodyShape) -> Hold:
    ahead, aside, up = _HANDLE_M
    ask = standing(shape, 1)
    left, right = (reaching_arm(shape, ask, np.array([ahead, sign * aside, up]), side) for side, sign in _BOTH)
    return Hold((left, right), head_pitch_rad=0.05, shift_m=-0.52)


def _pushchair(look: Look, person: _Held, part: int) -> tuple[list[Mesh], list[tuple[float, float]]]:
    """A frame on four wheels with a seat, a hood and a child under a blanket."""
    frame, cloth, dark = Finish("metal", part, _STEEL), Finish("canvas", part, look.bag_colour), Finish("cloth", part, _BLACK)
    shift = person.hold.shift_m
    x0, y, z = _HANDLE_M[0] + shift, _HANDLE_M[1], _HANDLE_M[2]
    (rear_x, rear_r), (front_x, front_r) = _CHAIR_AXLES
    pieces = [tube([(x0, -y, z), (x0, y, z)], 0.013, dark, sides=6)]
    for sign in (1.0, -1.0):
        side = sign * (y + 0.01)
        pieces += [
            tube([(x0, side, z), (x0 + 0.32, side, 0.62), (front_x, side, front_r)], 0.012, frame, sides=5),
            tube([(x0 + 0.50, side, 0.50), (rear_x, side, rear_r)], 0.012, frame, sides=5),
        ]
    seat = [(x + rear_x - 0.06, 0.0, up) for x, up in ((0.04, 0.66), (0.14, 0.40), (0.44, 0.36), (0.52, 0.20))]
    pieces += [beam(one, other, (0.34, 0.035), cloth) for one, other in pairwise(seat)]
    hood = lathe([(0.23, 0.0), (0.22, 0.10), (0.16, 0.18), (0.0, 0.215)], cloth, sides=12, sharp_rad=1.2)
    pieces.append(both_sides(placed(hood, pose(rear_x + 0.06, 0.0, 0.66, pitch=-0.35))))
    child = lathe(
        [(0.0, -0.10), (0.10, -0.06), (0.11, 0.03), (0.06, 0.11), (0.0, 0.13)], Finish("skin", part, look.skin), sides=10
    )
    pieces.append(placed(child, pose(rear_x + 0.13, 0.0, 0.60)))
    blanket = Finish("cloth", part, look.under_colour)
    pieces.append(box((rear_x + 0.04, -0.15, 0.38), (rear_x + 0.40, 0.15, 0.50), blanket))
    wheels = [
        _on(_spoked(radius, (x, sign * (y + 0.035), radius), part, tyre_m=0.014), joint)
        for joint, (x, radius) in ((REAR, _CHAIR_AXLES[0]), (FRONT, _CHAIR_AXLES[1])) for sign in (1.0, -1.0)
    ]  # fmt: skip
    return [*(_on(piece, ROOT) for piece in pieces), *wheels], list(_CHAIR_AXLES)


# Wheelchair

_BIG_M, _CASTER_M = 0.30, 0.085
_WHEELCHAIR_AXLES = ((-0.12, _BIG_M), (0.30, _CASTER_M))


def _wheelchair_hold(shape: BodyShape) -> Hold:
    k = shape.scale
    seat = (0.50 + 0.09 * k, 0.48 * k, 0.09, 0.10 + shape.ankle_m)
    sitting = Hold((None, None), sits_at_m=seat)
    ask = held(standing(shape, 1), sitting, np.zeros(1))
    left, right = (reaching_arm(shape, ask, np.array([0.10, sign * 0.31, 0.60]), side) for side, sign in _BOTH)
    return replace(sitting, arms=(left, right), shift_m=-0.14)


def _wheelchair(look: Look, person: _Held, part: int) -> tuple[list[Mesh], list[tuple[float, float]]]:
    """A chair with two large wheels and push rims, two castors and foot rests."""
    frame, cloth = Finish("metal", part, _STEEL), Finish("cloth", part, _BLACK)
    (rear_x, _), (front_x, _) = _WHEELCHAIR_AXLES
    feet = (person.hold.sits_at_m or (0.0,) * 4)[1] + person.hold.shift_m
    pieces = [
        box((-0.30, -0.20, 0.455), (0.20, 0.20, 0.50), cloth), box((-0.315, -0.20, 0.50), (-0.285, 0.20, 0.93), cloth)
    ]  # fmt: skip
    for sign in (1.0, -1.0):
        side = sign * 0.215
        pieces += [
            tube([(-0.30, side, 0.22), (-0.30, side, 0.95), (-0.40, side, 0.99)], 0.012, frame, sides=6),
            tube(
                [(-0.30, side, 0.46), (0.20, side, 0.46), (0.24, side, 0.40), (feet - 0.02, side * 0.7, 0.11)],
                0.012,
                frame,
                sides=6,
            ),
            tube([(-0.28, side, 0.25), (front_x, side, 0.22), (front_x, side, _CASTER_M)], 0.011, frame, sides=6),
            box((-0.22, min(side, side + sign * 0.03), 0.68), (0.12, max(side, side + sign * 0.03), 0.71), cloth),
            tube([(0.06, side, 0.46), (0.06, side, 0.69)], 0.010, frame, sides=5),
            box((feet - 0.04, min(0.03 * sign, 0.16 * sign), 0.085), (feet + 0.14, max(0.03 * sign, 0.16 * sign), 0.10), cloth),
        ]
    wheels = []
    for sign in (1.0, -1.0):
        wheels.append(_on(_spoked(_BIG_M, (rear_x, sign * 0.275, _BIG_M), part, tyre_m=0.016, spokes=12), REAR))
        rim = _ring(_BIG_M - 0.045, (rear_x, sign * 0.32, _BIG_M), 0.009, frame)
        wheels += [_on(rim, REAR), _on(_spoked(_CASTER_M, (front_x, sign * 0.215, _CASTER_M), part, tyre_m=0.016), FRONT)]
    return [*(_on(piece, ROOT) for piece in pieces), *wheels], list(_WHEELCHAIR_AXLES)


# Dog on a lead


def _dog_hold(shape: BodyShape) -> Hold:
    arm = reaching_arm(shape, standing(shape, 1), shape.scale * np.array([0.22, 0.22, 0.95]), "left")
    return Hold((arm, None))


def _lead(look: Look, person: _Held, part: int) -> tuple[list[Mesh], list[tuple[float, float]]]:
    """A lead from the left hand to where the dog's collar is; its far end goes with the body, its near end with the hand."""
    hand, bone = person.palms[0], BONE["hand_left"]
    collar = np.array([DOG_M[0] + COLLAR_M[0], DOG_M[1], COLLAR_M[1]])
    share = np.linspace(0.0, 1.0, 9)
    sag = 0.10 * np.sin(np.pi * share)
    path = hand + share[:, None] * (collar - hand) - sag[:, None] * (0.0, 0.0, 1.0)
    rope = tube(path, 0.006, Finish("canvas", part, look.hat_colour), sides=4)
    points = rope.positions_m.astype(np.float64)
    near = (
        (points - person.palms[0]) @ (collar - person.palms[0]) / float((collar - person.palms[0]) @ (collar - person.palms[0]))
    )
    weight = np.rint(np.clip(1.0 - near, 0.0, 1.0) * 256.0) / 256.0
    blend = weight[:, None, None] * person.matrices[bone] + (1.0 - weight)[:, None, None] * np.eye(4)
    rest = np.linalg.solve(blend, np.concatenate([points, np.ones((len(points), 1))], axis=1)[..., None])[:, :3, 0]
    joints, weights = np.zeros_like(rope.joints), np.zeros_like(rope.weights)
    joints[:, 0], joints[:, 1] = bone, ROOT
    weights[:, 0], weights[:, 1] = weight, 1.0 - weight
    return [replace(rope, positions_m=rest.astype(np.float32), joints=joints, weights=weights)], []


# Wheels


def _ring(radius_m: float, at: tuple[float, float, float], thick_m: float, finish: Finish) -> Mesh:
    """A round bar bent to a circle about y."""
    angle = np.linspace(0.0, 2.0 * np.pi, 25)
    path = np.stack([radius_m * np.cos(angle), np.zeros_like(angle), radius_m * np.sin(angle)], axis=1) + at
    return tube(path, thick_m, finish, sides=5, capped=False)


def _spoked(
    radius_m: float, at: tuple[float, float, float], part: int, *, tyre_m: float, spokes: int = 6
) -> Mesh:  # fmt: skip
    """A wheel about y: tyre, hub and spokes."""
    steel = Finish("metal", part, _STEEL)
    centre = np.array(at)
    axle = np.array([0.0, 0.025, 0.0])
    hub = tube([centre - axle, centre + axle], 0.018, steel, sides=6)
    angle = np.arange(spokes) * 2.0 * np.pi / spokes
    rods = [
        tube(
            [at, np.array(at) + (radius_m - tyre_m) * np.array([np.cos(a), 0.0, np.sin(a)])],
            0.003,
            steel,
            sides=3,
            capped=False,
        )
        for a in angle
    ]
    return join([_ring(radius_m - tyre_m, at, tyre_m, Finish("rubber", part)), hub, *rods])


_BOTH = (("left", 1.0), ("right", -1.0))
_Builder = Callable[[Look, _Held, int], tuple[list[Mesh], list[tuple[float, float]]]]
_KINDS: dict[str, tuple[Callable[[BodyShape], Hold], _Builder]] = {
    "umbrella": (_umbrella_hold, _umbrella),
    "phone": (_phone_hold, _phone),
    "pushchair": (_pushchair_hold, _pushchair),
    "wheelchair": (_wheelchair_hold, _wheelchair),
    "dog": (_dog_hold, _lead),
}
