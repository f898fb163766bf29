"""Put an animal together: mesh body and fittings once, thin them to three levels, skin, colour and measure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from scenegen.geometry import ByteArray, Float32Array, FloatArray, IntArray
from scenegen.models.animals.body import body
from scenegen.models.animals.coats import Coat
from scenegen.models.animals.fittings import Fitting, fittings
from scenegen.models.animals.forms import Look, draw_look
from scenegen.models.animals.skeleton import BONES, LEGS, Skeleton, joints_of, make_skeleton
from scenegen.models.animals.skinning import skin
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Joint, Mesh, Model, ModelSpec, join
from scenegen.models.people.fields import Field
from scenegen.models.people.meshing import polygonise, simplify, slopes

PARTS = ("trunk", "head", "tail", *(f"leg_{leg}" for leg in LEGS))
LEVELS = (1.0, 0.36, 0.13)  # share of the finest level's triangles
LEVEL_DISTANCE_M = (0.0, 14.0, 32.0)
BODY_TRIANGLES = 9000
BODY_VOXEL = 0.0125  # of the withers height
_HIDE_BONES = tuple(bone for bone in BONES if not bone.startswith("tail"))  # the rump stays where a tail goes up
SHADE_STEPS = (0.03, 0.08, 0.18)  # distances along the normal, in withers heights, at which the body shades itself


@dataclass(frozen=True, eq=False)
class Surface:
    """A meshed piece at its finest level, with all that its coarser levels copy from the nearest vertex."""

    vertices: Float32Array
    faces: IntArray
    normals: Float32Array
    joints: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
    weights: Float32Array
    tint: ByteArray
    material: str
    near_only: bool


def build_animal(spec: ModelSpec) -> Model:
    """Build the animal that a spec names.

    Args:
        spec: kind and seed, which gives size, coat and headgear; there are no options.
    Returns:
        A model with three levels of detail in rest pose, standing square; its box is tight in that pose.
    Raises:
        ScenarioError: a kind that is no quadruped, or an option.
    """
    look = draw_look(spec)
    skeleton = make_skeleton(look.form)
    hide, coat = body(look, skeleton), Coat(look, skeleton)
    surfaces = [_body_surface(look, skeleton, hide, coat)]
    surfaces += [_fitting_surface(fitting, look, skeleton, hide, coat) for fitting in fittings(look, skeleton)]
    meshes = [_level(surfaces, share) for share in LEVELS]

    # Put the middle of the box over the origin
    low, high = meshes[0].positions_m.min(axis=0), meshes[0].positions_m.max(axis=0)
    shift = np.array([-(float(low[0]) + float(high[0])) / 2, 0.0, 0.0])
    facts = {f"toe_{leg}_m": float(skeleton.at[f"toe_{leg}"][0] + shift[0]) for leg in LEGS}
    facts |= {"withers_m": look.form.withers_m, "tail_lift_rad": float(np.radians(look.form.tail_lift))}
    return Model(
        spec=spec, class_name="animal", rig="animal", parts=PARTS,
        joints=tuple(_shifted(joint, shift) for joint in joints_of(skeleton)),
        meshes=tuple(replace(mesh, positions_m=(mesh.positions_m + shift).astype(np.float32)) for mesh in meshes),
        lod_distance_m=LEVEL_DISTANCE_M,
        size_m=(float(high[0] - low[0]), 2.0 * float(max(high[1], -low[1])), float(high[2])), facts=facts,
    )  # fmt: skip


def _shifted(joint: Joint, shift: FloatArray) -> Joint:
    moved = joint.body_from_joint.copy()
    moved[:3, 3] += shift
    return Joint(joint.name, joint.parent, moved)


def _body_surface(look: Look, skeleton: Skeleton, hide: Field, coat: Coat) -> Surface:
    h = look.form.withers_m
    points = np.stack(list(skeleton.at.values()))
    low, high = points.min(axis=0) - 0.22 * h, points.max(axis=0) + 0.25 * h
    low[1], high[1] = -0.36 * h, 0.36 * h
    low[2] = -0.03 * h
    vertices, faces = polygonise(hide, low, high, voxel_m=BODY_VOXEL * h)
    vertices, faces = simplify(vertices, faces, BODY_TRIANGLES)
    normals = slopes(hide, vertices)
    joints, weights = skin(vertices, skeleton, look, _HIDE_BONES)
    tint = _tint(coat.skin(vertices, normals), _openness(hide, vertices, normals, h))
    return Surface(vertices, faces, normals, joints, weights, tint, "cloth", near_only=False)


def _fitting_surface(fitting: Fitting, look: Look, skeleton: Skeleton, hide: Field, coat: Coat) -> Surface:
    vertices, faces = polygonise(fitting.field, fitting.low_m, fitting.high_m, voxel_m=fitting.voxel_m)
    vertices, faces = simplify(vertices, faces, fitting.triangles)
    normals = slopes(fitting.field, vertices)
    joints, weights = skin(vertices, skeleton, look, fitting.bones)
    openness = _openness(hide, vertices, normals, look.form.withers_m)
    tint = _tint(coat.fitting(fitting.name, vertices, normals), openness)
    return Surface(vertices, faces, normals, joints, weights, tint, fitting.material, fitting.near_only)


def _openness(hide: Field, vertices: Float32Array, normals: Float32Array, h: float) -> FloatArray:
    """Give for every vertex how open the space before it is, 0.4 to 1, from the body's field."""
    shaded = np.zeros(len(vertices))
    for share in SHADE_STEPS:
        step = np.float32(share * h)
        clear = hide(np.ascontiguousarray((vertices + normals * step).T))
        shaded += np.clip(step - clear, 0.0, step) / step * (0.05 / (share + 0.05))
    return np.clip(1.0 - 0.5 * shaded, 0.4, 1.0)


def _tint(colours: FloatArray, openness: FloatArray) -> ByteArray:
    """Give (n, 4) sRGB colours with baked ambient occlusion."""
    tint = np.concatenate([255.0 * np.clip(colours, 0.0, 1.0) ** (1 / 2.2), 255.0 * openness[:, None]], axis=1)
    rounded: ByteArray = np.round(tint).astype(np.uint8)
    return rounded


def _level(surfaces: list[Surface], share: float) -> Mesh:
    """Join the pieces at one level; a coarser level copies everything but its shape from the nearest fine vertex."""
    meshes = []
    for surface in surfaces:
        if share < 1.0 and surface.near_only:
            continue
        vertices, faces = surface.vertices, surface.faces
        source: IntArray = np.arange(len(vertices), dtype=np.int32)
        if share < 1.0:
            vertices, faces = simplify(vertices, faces, max(int(share * len(faces)), 16))
            source = np.asarray(cKDTree(surface.vertices).query(vertices)[1], np.int32)
        joints = surface.joints[source]
        meshes.append(
            Mesh(
                positions_m=vertices.copy(), normals=surface.normals[source], uv=np.zeros((len(vertices), 2), np.float32),
                tint=surface.tint[source], material=np.full(len(vertices), MATERIAL[surface.material], np.uint8),
                part=_parts(joints[:, 0]), joints=joints, weights=surface.weights[source], faces=faces.copy(),
            )
        )  # fmt: skip
    return join(meshes)


def _parts(leading_joint: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> ByteArray:
    """Give the part of every vertex by its leading bone."""
    table = np.zeros(len(BONES), np.uint8)
    for row, bone in enumerate(BONES):
        segment, _, leg = bone.partition("_")
        name = "head" if bone == "head" else "tail" if segment == "tail" else f"leg_{leg}" if leg in LEGS else "trunk"
        table[row] = PARTS.index(name)
    return table[leading_joint]
