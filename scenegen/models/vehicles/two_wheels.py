"""Two-wheelers with their riders: one object each, wheels that spin, and on bicycles legs that pedal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from scenegen.geometry import pose
from scenegen.models.catalogue import entry
from scenegen.models.mesh import Joint, Mesh, Model, ModelSpec, join
from scenegen.models.people.build import PARTS as PERSON_PARTS
from scenegen.models.vehicles.assembly import PARTS, Piece, mesh_of
from scenegen.models.vehicles.bicycle import BICYCLE_WHEELBASE_M, CRANK_M, DEVELOPMENT_M, bicycle, bicycle_seat, crank_joints
from scenegen.models.vehicles.detail import DETAILS, LOD_DISTANCE_M, Detail
from scenegen.models.vehicles.motorcycle import MOTORCYCLE_WHEELBASE_M, helmet, motorcycle, motorcycle_seat
from scenegen.models.vehicles.riders import Rider, Seat, seat_rider
from scenegen.models.vehicles.scooter import SCOOTER_WHEELBASE_M, fork_joint, scooter, scooter_seat
from scenegen.models.vehicles.wheels import thin_wheel

_BODY, _WHEEL_F, _WHEEL_R = range(3)


@dataclass(frozen=True)
class Kind:
    """What two-wheelers differ in: distance of the axles, wheels, frame and seat by seed."""

    wheelbase_m: float
    wheel_radius_m: float
    tyre_m: float
    spokes: int
    pieces: Callable[[int, Detail, Rider], list[Piece]]
    seat: Callable[[int], Seat]
    is_pedalled: bool = False


def _with_helmet(seed: int, detail: Detail, rider: Rider) -> list[Piece]:
    return [*motorcycle(seed, detail), Piece(helmet(rider.head_m, detail), part="trim")]


KINDS: dict[str, Kind] = {
    "bicycle": Kind(BICYCLE_WHEELBASE_M, 0.34, 0.040, 14, lambda s, d, r: bicycle(s, d), bicycle_seat, is_pedalled=True),
    "motorcycle": Kind(MOTORCYCLE_WHEELBASE_M, 0.31, 0.125, 6, _with_helmet, motorcycle_seat),
    "e_scooter": Kind(SCOOTER_WHEELBASE_M, 0.11, 0.050, 5, lambda s, d, r: scooter(s, d), scooter_seat),
}


def build_two_wheeler(spec: ModelSpec) -> Model:
    """Build a bicycle, motorcycle or e-scooter with its rider.

    Args:
        spec: kind and seed; one of four riders and frames.
    Returns:
        A model whose rest pose is the riding pose; its size is the tight box of vehicle and rider.
    """
    kind, seed = KINDS[spec.kind], spec.seed % 4
    rider = seat_rider(seed, kind.seat(seed), has_helmet=spec.kind == "motorcycle")
    joints = _joints(kind, rider) + ((fork_joint(),) if spec.kind == "e_scooter" else ())
    first_bone = len(joints) - len(rider.joints) if kind.is_pedalled else None
    meshes = []
    for detail, person in zip(DETAILS, rider.meshes, strict=True):
        pieces = [*kind.pieces(seed, detail, rider), *_wheels(spec.kind, kind, detail)]
        meshes.append(join([mesh_of(pieces, height_m=entry(spec.kind).size_m[2]), _aboard(person, first_bone)]))
    points = meshes[0].positions_m.astype(np.float64)
    low, high = points.min(0), points.max(0)
    half = kind.wheelbase_m / 2
    facts = {
        "wheel_radius_m": kind.wheel_radius_m, "wheelbase_m": kind.wheelbase_m, "track_m": 0.0,
        "front_axle_x_m": half, "rear_axle_x_m": -half,
    }  # fmt: skip
    if kind.is_pedalled:
        facts |= {"crank_m": CRANK_M, "development_m": DEVELOPMENT_M}
    return Model(
        spec=spec, class_name=entry(spec.kind).class_name, rig="vehicle", parts=(*PARTS, *PERSON_PARTS), joints=joints,
        meshes=tuple(meshes), lod_distance_m=LOD_DISTANCE_M,
        size_m=(float(high[0] - low[0]), float(high[1] - low[1]), float(high[2])),
        centre_m=(float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2), facts=facts,
    )  # fmt: skip


def _joints(kind: Kind, rider: Rider) -> tuple[Joint, ...]:
    """Give body and wheels, for bicycles crank, pedals and the rider's bones too."""
    half, r = kind.wheelbase_m / 2, kind.wheel_radius_m
    joints = [Joint("body", -1, np.eye(4)), Joint("wheel_f", 0, pose(half, 0.0, r)), Joint("wheel_r", 0, pose(-half, 0.0, r))]
    if kind.is_pedalled:
        joints += crank_joints()
        first = len(joints)
        joints += [replace(bone, parent=first + bone.parent if bone.parent >= 0 else 0) for bone in rider.joints]
    return tuple(joints)


def _wheels(name: str, kind: Kind, detail: Detail) -> list[Piece]:
    half, r = kind.wheelbase_m / 2, kind.wheel_radius_m
    wheel = thin_wheel(r, kind.tyre_m, detail, spokes=kind.spokes, has_disc=name == "motorcycle")
    return [
        Piece(wheel.moved(x, 0.0, r), joint=joint, part="wheel") for joint, x in ((_WHEEL_F, half), (_WHEEL_R, -half))
    ]  # fmt: skip


def _aboard(person: Mesh, first_bone: int | None) -> Mesh:
    """Give a rider's mesh with the vehicle's parts, on bones from a joint on, or as stiff as the frame (None)."""
    part = (person.part + len(PARTS)).astype(np.uint8)
    if first_bone is not None:
        return replace(person, part=part, joints=(person.joints + first_bone).astype(np.uint16))
    weights = np.zeros_like(person.weights)
    weights[:, 0] = 1.0
    return replace(person, part=part, joints=np.zeros_like(person.joints), weights=weights)
