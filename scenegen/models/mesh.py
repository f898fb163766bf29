"""`Mesh` and `Model`: what every generator of things makes and every renderer draws.

A model's vertices lie in its own body frame (x forward, y left, z up, metres, origin on the ground) in rest pose. A
vertex names up to four joints with weights; posing a model means giving each joint a matrix `body_from_rest` that
moves rest-pose points to posed points. A rigid thing has one joint, a car one for its body and one per wheel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from scenegen.geometry import ByteArray, Float32Array, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles of one model at one level of detail; counter-clockwise faces seen from outside.

    positions_m (n, 3) float32; normals (n, 3) float32, unit; uv (n, 2) float32: metres on tiled materials, 0..1 on leaf
    cards; tint (n, 4) uint8 sRGB, multiplies the material's colour, alpha is baked ambient occlusion (255 = open);
    material (n,) uint8, a row of `materials.MATERIALS`; part (n,) uint8, a row of `Model.parts`; joints (n, 4) uint16 and
    weights (n, 4) float32 that sum to 1; faces (m, 3) int32.
    """

    positions_m: Float32Array
    normals: Float32Array
    uv: Float32Array
    tint: ByteArray
    material: ByteArray
    part: ByteArray
    joints: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
    weights: Float32Array
    faces: IntArray

    def __post_init__(self) -> None:
        n = len(self.positions_m)
        shapes = {
            "positions_m": (n, 3), "normals": (n, 3), "uv": (n, 2), "tint": (n, 4), "material": (n,),
            "part": (n,), "joints": (n, 4), "weights": (n, 4), "faces": (len(self.faces), 3),
        }  # fmt: skip
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != shape:
                raise ValueError(f"Mesh.{name} has shape {array.shape}, wanted {shape}")
            array.flags.writeable = False
        if len(self.faces) and (self.faces.min() < 0 or self.faces.max() >= n):
            raise ValueError("Mesh.faces names a vertex that is not there")


@dataclass(frozen=True, eq=False)
class Joint:
    """A frame that can move: `body_from_joint` (4, 4) at rest, `parent` an index into the model's joints or -1."""

    name: str
    parent: int
    body_from_joint: FloatArray


@dataclass(frozen=True)
class ModelSpec:
    """Names one model: the same spec always builds the same model, so specs are cache keys and go into clip records.

    `kind` is a catalogue name, `seed` varies the form, `options` are sorted (name, value) pairs that the kind's
    generator reads. Colours that only tint (a car's paint) are not here: they belong to the instance.
    """

    kind: str
    seed: int = 0
    options: tuple[tuple[str, str | float], ...] = ()


@dataclass(frozen=True)
class Cabin:
    """The room behind a vehicle's panes, which pictures show and labels do not; metres of the body frame.

    A box from `back_x_m` to `front_x_m` and from `floor_m` to `roof_m`, as wide at the belt and at the roof as two half widths
    say; panes begin at `belt_m`. Rows of seats stand at `seat_x_m`, `pitch_m` apart to the rear, `rows` of them. Without
    `has_rear_panes` there are side panes ahead of the B pillar at `pillar_x_m` only.
    """

    front_x_m: float
    back_x_m: float
    floor_m: float
    belt_m: float
    roof_m: float
    belt_half_m: float
    roof_half_m: float
    seat_x_m: float
    pitch_m: float
    rows: int
    pillar_x_m: float
    has_rear_panes: bool = True
    has_rear_screen: bool = True


@dataclass(frozen=True, eq=False)
class Model:
    """A thing that can stand on a road: meshes from fine to coarse, joints, part names, its true size.

    `size_m` is (length, width, height) of the tight box in rest pose, without mirrors for vehicles; `centre_m` the box's
    middle on the ground (x, y) in the body frame, (0, 0) for nearly everything.
    `lod_distance_m[i]` is the least camera distance from which `meshes[i]` is good enough (starts with 0).
    """

    spec: ModelSpec
    class_name: str
    rig: Literal["static", "vehicle", "person", "animal"]
    parts: tuple[str, ...]
    joints: tuple[Joint, ...]
    meshes: tuple[Mesh, ...]
    lod_distance_m: tuple[float, ...]
    size_m: tuple[float, float, float]
    centre_m: tuple[float, float] = (0.0, 0.0)
    facts: dict[str, float] = field(default_factory=dict)
    """Numbers that posing needs: wheel_radius_m, wheelbase_m, stature_m, leg_m."""
    cabin: Cabin | None = None
    seams: dict[str, tuple[tuple[float, float, float, float], ...]] = field(default_factory=dict)
    """Panel gaps that pictures show where the mesh has none: strokes (a, b) to (a, b) in metres of the body frame, by view
    `side` (x, z), `top` (x, |y|), `tail` (|y|, z)."""

    @cached_property
    def joint_index(self) -> dict[str, int]:
        """Index of each joint by name."""
        return {joint.name: i for i, joint in enumerate(self.joints)}


def rigid_mesh(
    positions_m: FloatArray | Float32Array,
    normals: FloatArray | Float32Array,
    faces: IntArray | np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    *,
    material: int,
    part: int = 0,
    uv: FloatArray | Float32Array | None = None,
    tint: tuple[int, int, int] | ByteArray = (255, 255, 255),
) -> Mesh:
    """Make a mesh that hangs on joint 0 with one material and part; uv defaults to zeros."""
    n = len(positions_m)
    tints = np.full((n, 4), 255, np.uint8)
    tints[:, :3] = np.asarray(tint, np.uint8)[..., :3]
    weights = np.zeros((n, 4), np.float32)
    weights[:, 0] = 1.0
    return Mesh(
        positions_m=np.array(positions_m, np.float32).reshape(n, 3),
        normals=np.array(normals, np.float32).reshape(n, 3),
        uv=np.zeros((n, 2), np.float32) if uv is None else np.array(uv, np.float32).reshape(n, 2),
        tint=tints,
        material=np.full(n, material, np.uint8),
        part=np.full(n, part, np.uint8),
        joints=np.zeros((n, 4), np.uint16),
        weights=weights,
        faces=np.array(faces, np.int32).reshape(-1, 3),
    )


def join(meshes: list[Mesh]) -> Mesh:
    """Put meshes that share a body frame and joint list into one."""
    offsets = np.cumsum([0] + [len(m.positions_m) for m in meshes])
    return Mesh(
        positions_m=np.concatenate([m.positions_m for m in meshes]),
        normals=np.concatenate([m.normals for m in meshes]),
        uv=np.concatenate([m.uv for m in meshes]),
        tint=np.concatenate([m.tint for m in meshes]),
        material=np.concatenate([m.material for m in meshes]),
        part=np.concatenate([m.part for m in meshes]),
        joints=np.concatenate([m.joints for m in meshes]),
        weights=np.concatenate([m.weights for m in meshes]),
        faces=np.concatenate([m.faces + o for m, o in zip(meshes, offsets[:-1], strict=True)]).astype(np.int32),
    )


def placed(mesh: Mesh, parent_from_mesh: FloatArray) -> Mesh:
    """Move a mesh by a rigid pose (4, 4) within its body frame."""
    rotation = parent_from_mesh[:3, :3]
    return Mesh(
        positions_m=(mesh.positions_m @ rotation.T + parent_from_mesh[:3, 3]).astype(np.float32),
        normals=(mesh.normals @ rotation.T).astype(np.float32),
        uv=mesh.uv.copy(), tint=mesh.tint.copy(), material=mesh.material.copy(), part=mesh.part.copy(),
        joints=mesh.joints.copy(), weights=mesh.weights.copy(), faces=mesh.faces.copy(),
    )  # fmt: skip
