"""People on two wheels: posed once at rest, hands on the grips, feet on pedals, pegs or a deck."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.catalogue import build
from scenegen.models.mesh import Joint, Mesh, Model, ModelSpec
from scenegen.models.people.build import PARTS as PERSON_PARTS
from scenegen.models.people.build import posed_vertices
from scenegen.models.people.holding import reaching_arm, with_arm
from scenegen.models.people.meshing import thinned
from scenegen.models.people.posing import BodyShape, PoseAsk, body_shape, solve, standing

_PEOPLE = (("man", 1), ("woman", 2), ("man", 3), ("woman", 0))
"""Kind and form of the rider by seed."""
_FAR_SHARE = 0.35
"""Share of the triangles of a person's coarsest level that the coarsest level here keeps."""


@dataclass(frozen=True)
class Seat:
    """How a rider is held, in metres of the vehicle's body frame.

    `hip_x` where the hips are; `hip_z` their height, None to put them as high as the legs need for the lower ankle; `ankles`
    left and right; `grip` of the left hand; `lean` of the trunk in radians; `toes_out` in radians.
    """

    hip_x: float
    hip_z: float | None
    ankles: tuple[tuple[float, float, float], tuple[float, float, float]]
    grip: tuple[float, float, float]
    lean: float
    toes_out: float = 0.05
    foot_pitch: float = 0.0


@dataclass(frozen=True, eq=False)
class Rider:
    """A posed person: a mesh for each level, joints of the posed bones, both in the vehicle's body frame."""

    meshes: tuple[Mesh, ...]
    joints: tuple[Joint, ...]
    head_m: FloatArray
    """Crown of the head, over its middle."""


def leg_reach_m(seed: int) -> float:
    """Give the length of thigh and shin of the rider of a seed."""
    shape = _shape(_person(seed))
    return shape.thigh_m + shape.shin_m


def seat_rider(seed: int, seat: Seat, *, has_helmet: bool = False) -> Rider:
    """Pose the person of a seed on a seat.

    Args:
        seed: which person, 0 to 3.
        seat: how it is held.
        has_helmet: leave out hair, hat and bag, and clothe in dark.
    Returns:
        The rider, its rest pose being the riding pose.
    """
    person = _person(seed, "dark" if has_helmet else "mixed")
    shape = _shape(person)
    matrices = _solved(shape, _held(shape, seat))
    matrices[:, 0, 3] += seat.hip_x
    hidden = [PERSON_PARTS.index(name) for name in ("hat", "hair", "bag")] if has_helmet else []
    meshes = [_without(_posed(mesh, matrices), hidden) for mesh in person.meshes]
    meshes.append(thinned(meshes[-1], int(_FAR_SHARE * len(meshes[-1].faces)), eagerness=5))
    joints = []
    for row, joint in enumerate(person.joints):
        body_from_joint = np.eye(4)
        body_from_joint[:3, 3] = (matrices[row] @ joint.body_from_joint)[:3, 3]
        joints.append(Joint(joint.name, joint.parent, body_from_joint))
    head = meshes[0].positions_m[meshes[0].part == PERSON_PARTS.index("head")].astype(np.float64)
    return Rider(tuple(meshes), tuple(joints), np.array([*((head.min(0) + head.max(0)) / 2)[:2], head[:, 2].max()]))


def _person(seed: int, clothing: str = "mixed") -> Model:
    kind, form = _PEOPLE[seed % len(_PEOPLE)]
    return build(ModelSpec(kind, form, (("clothing", clothing),)))


def _without(mesh: Mesh, parts: list[int]) -> Mesh:
    """Give the mesh without the faces of some parts."""
    keep = ~np.isin(mesh.part[mesh.faces[:, 0]], parts)
    used, faces = np.unique(mesh.faces[keep], return_inverse=True)
    names = ("positions_m", "normals", "uv", "tint", "material", "part", "joints", "weights")
    return Mesh(**{name: getattr(mesh, name)[used] for name in names}, faces=faces.reshape(-1, 3).astype(np.int32))


def _shape(person: Model) -> BodyShape:
    return body_shape(person.joints, person.facts)


def _solved(shape: BodyShape, ask: PoseAsk) -> FloatArray:
    matrices: FloatArray = solve(shape, ask)[0]
    return matrices


def _held(shape: BodyShape, seat: Seat) -> PoseAsk:
    """Ask for a pose whose ankles are where the seat says and whose hands reach the grips."""
    ankles = np.array(seat.ankles)
    ask = standing(shape, 1)
    values = {entry.name: getattr(ask, entry.name) for entry in fields(PoseAsk)}
    values |= {
        "hip": np.full(1, _hip_z(shape, seat)), "lean": np.full(1, seat.lean + shape.stoop_rad),
        "ankle_x": ankles[None, :, 0] - seat.hip_x, "ankle_y": ankles[None, :, 1], "ankle_z": ankles[None, :, 2],
        "toe_out": np.full((1, 2), seat.toes_out), "foot_pitch": np.full((1, 2), seat.foot_pitch),
        "toe_pitch": np.full((1, 2), seat.foot_pitch),
    }  # fmt: skip
    ask = PoseAsk(**values)
    arm = reaching_arm(shape, ask, np.array(seat.grip) - (seat.hip_x, 0.0, 0.0), "left")
    return with_arm(with_arm(ask, 0, arm), 1, arm)


def _hip_z(shape: BodyShape, seat: Seat) -> float:
    """Give the height of the hips: the seat's, or what leaves the lower leg a little bent."""
    if seat.hip_z is not None:
        return seat.hip_z
    low = min(seat.ankles, key=lambda ankle: ankle[2])
    reach = 0.955 * (shape.thigh_m + shape.shin_m)
    return low[2] + float(np.sqrt(reach**2 - (low[0] - seat.hip_x) ** 2))


def _posed(mesh: Mesh, matrices: FloatArray) -> Mesh:
    """Bake a pose into a mesh, so that it becomes the rest pose."""
    turned = np.einsum("nk,nkij->nij", mesh.weights.astype(np.float64), matrices[mesh.joints, :3, :3])
    normals = np.einsum("nij,nj->ni", turned, mesh.normals.astype(np.float64))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return replace(
        mesh, positions_m=posed_vertices(mesh, matrices).astype(np.float32), normals=normals.astype(np.float32)
    )  # fmt: skip
