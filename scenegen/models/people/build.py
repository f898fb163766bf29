"""Put a person together: mesh every piece once, thin it to three levels, skin, colour and measure it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from scenegen.geometry import ByteArray, Float32Array, FloatArray, IntArray
from scenegen.models.materials import MATERIAL
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.people.bags import bag_pieces
from scenegen.models.people.bottoms import bottom_pieces, hand_pieces, shoe_pieces
from scenegen.models.people.gear import gear_of
from scenegen.models.people.heads import head_pieces
from scenegen.models.people.holding import Hold, held, with_gear
from scenegen.models.people.looks import Look, draw_look
from scenegen.models.people.meshing import polygonise, simplify, slopes
from scenegen.models.people.pieces import Piece
from scenegen.models.people.posing import body_shape, solve, standing
from scenegen.models.people.skeleton import BONES, Skeleton, joints_of, make_skeleton
from scenegen.models.people.skinning import Grip, bone_grips, skin
from scenegen.models.people.tops import top_pieces

PARTS = (
    "torso", "head", "hair", "hat", "bag", "skirt", "arm_left", "arm_right", "hand_left", "hand_right",
    "leg_left", "leg_right", "foot_left", "foot_right", "gear",
)  # fmt: skip
PART = {name: i for i, name in enumerate(PARTS)}
_PART_OF_BONE = {"arm": "arm", "fore": "arm", "hand": "arm", "thigh": "leg", "shin": "leg", "foot": "leg", "toe": "leg"}
LEVELS = (1.0, 0.38, 0.15)  # share of the finest level's triangles
LEVEL_DISTANCE_M = (0.0, 10.0, 22.0)
SHADE_STEPS_M = (0.03, 0.07, 0.16)  # distances along the normal at which neighbours shade a vertex
ARM_OUT_RAD = {"coat": float(np.radians(9.0))}  # a coat holds the arms further out
NOISE_CELLS = 32


@dataclass(frozen=True, eq=False)
class Surface:
    """A meshed piece at its finest level, with all that its coarser levels copy from the nearest vertex."""

    piece: Piece
    vertices: Float32Array
    faces: IntArray
    normals: Float32Array
    joints: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]
    weights: Float32Array


def build_person(spec: ModelSpec) -> Model:
    """Build the man, woman, elderly person or child that a spec names.

    Args:
        spec: kind and seed; options `clothing` (dark, mixed, bright, hi_vis), `stature` (metres), `gear` (of `GEAR`) and `dye`
            (instance: the top takes the instance's paint).
    Returns:
        A model with three levels of detail; its size is the tight box of the person standing at ease.
    Raises:
        ValueError: a kind or an option that is not a person's.
    """
    look = draw_look(spec)
    skeleton = make_skeleton(look)
    grips = bone_grips(look, skeleton)
    surfaces = [_surface(piece, look, skeleton, grips) for piece in _pieces(look, skeleton)]
    tints = _tints(surfaces, look)
    meshes = tuple(_level(surfaces, tints, share) for share in LEVELS)
    facts = {
        "stature_m": look.stature_m,
        "leg_m": skeleton.length_m["hip"],
        "foot_m": skeleton.length_m["foot"],
        "ankle_m": skeleton.length_m["ankle"],
        "stoop_rad": look.stoop_rad,
        "arm_out_rad": ARM_OUT_RAD.get(look.top, float(np.radians(7.0))),
    }
    joints = joints_of(skeleton)
    shape = body_shape(joints, facts)
    gear = gear_of(look, shape, PART["gear"], LEVELS)
    ask, hold, fine = standing(shape, 1), Hold(), meshes[0]
    if gear is not None:
        hold = gear.hold
        meshes = tuple(join([mesh, carried]) for mesh, carried in zip(meshes, gear.meshes, strict=True))
        joints, facts = (*joints, *gear.joints), facts | hold.facts()
        ask = held(ask, hold, np.zeros(1))
    # A lead ties two together; it belongs to the box of neither.
    boxed = fine if look.gear == "dog" else meshes[0]
    low, high = _box(boxed, with_gear(joints, solve(shape, ask), np.zeros(1), hold.shift_m)[0])
    return Model(
        spec=spec, class_name="person", rig="person", parts=PARTS, joints=joints, meshes=meshes,
        lod_distance_m=LEVEL_DISTANCE_M,
        size_m=(float(high[0] - low[0]), float(high[1] - low[1]), float(high[2])),
        centre_m=(float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2), facts=facts,
    )  # fmt: skip


def posed_vertices(mesh: Mesh, body_from_rest: FloatArray) -> FloatArray:
    """Skin a mesh by one pose (joints, 4, 4); gives (n, 3) float64 in the body frame."""
    posed = np.zeros((len(mesh.positions_m), 3))
    rest = np.concatenate([mesh.positions_m.astype(np.float64), np.ones((len(posed), 1))], axis=1)
    for k in range(4):
        moved = np.einsum("nij,nj->ni", body_from_rest[mesh.joints[:, k], :3], rest)
        posed += mesh.weights[:, k : k + 1].astype(np.float64) * moved
    return posed


def _pieces(look: Look, skeleton: Skeleton) -> list[Piece]:
    return [
        *top_pieces(look, skeleton),
        *bottom_pieces(look, skeleton),
        *hand_pieces(look, skeleton),
        *shoe_pieces(look, skeleton),
        *head_pieces(look, skeleton),
        *bag_pieces(look, skeleton),
    ]


def _surface(piece: Piece, look: Look, skeleton: Skeleton, grips: dict[str, list[Grip]]) -> Surface:
    """Mesh and skin one piece."""
    vertices, faces = polygonise(piece.field, piece.low_m, piece.high_m, voxel_m=piece.voxel_m * float(np.sqrt(look.scale)))
    vertices, faces = simplify(vertices, faces, piece.triangles)
    joints, weights = skin(piece, vertices, grips, look, skeleton)
    return Surface(piece, vertices, faces, slopes(piece.field, vertices), joints, weights)


def _tints(surfaces: list[Surface], look: Look) -> list[ByteArray]:
    """Give (n, 4) sRGB colours with baked ambient occlusion, one array per surface."""
    draws = np.random.default_rng(look.seed)
    noise = ndimage.gaussian_filter(draws.normal(size=(NOISE_CELLS,) * 3), 1.0, mode="wrap")
    tints = []
    for surface in surfaces:
        colours = surface.piece.paint(surface.vertices, surface.normals)
        cells = surface.vertices.T.astype(np.float64)
        blots = sum(
            share * ndimage.map_coordinates(noise, cells * frequency, order=1, mode="grid-wrap")
            for share, frequency in ((0.30, 40.0), (0.22, 11.0))
        )
        strength = 0.8 if surface.piece.material == "cloth" else 0.12
        colours = np.clip(colours * np.clip(1 + strength * np.asarray(blots), 0.5, 1.5)[:, None], 0, 1)
        open_share = _openness(surface, surfaces)
        tint = np.concatenate([255.0 * colours ** (1 / 2.2), 255.0 * open_share[:, None]], axis=1)
        tints.append(np.round(tint).astype(np.uint8))
    return tints


def _openness(surface: Surface, surfaces: list[Surface]) -> FloatArray:
    """Give for every vertex how open the space before it is, 0.35 to 1, from the other pieces' fields at rest."""
    shaded = np.zeros(len(surface.vertices))
    for step in SHADE_STEPS_M:
        points = np.ascontiguousarray((surface.vertices + surface.normals * np.float32(step)).T)
        clear = np.full(points.shape[1], step, np.float32)
        for other in surfaces:
            if not (other.piece.occludes or other is surface):
                continue
            low, high = other.piece.low_m - step, other.piece.high_m + step
            inside = (points > low[:, None]) & (points < high[:, None])
            near = np.nonzero(inside.all(axis=0))[0]
            if len(near):
                clear[near] = np.minimum(clear[near], other.piece.field(np.ascontiguousarray(points[:, near])))
        shaded += np.clip(step - clear, 0, step) / step * (0.05 / (step + 0.05))
    return np.clip(1 - 0.55 * shaded, 0.35, 1.0)


def _level(surfaces: list[Surface], tints: list[ByteArray], share: float) -> Mesh:
    """Join the pieces at one level; a coarser level copies everything but its shape from the nearest fine vertex."""
    meshes = []
    for surface, tint in zip(surfaces, tints, strict=True):
        if share < 1.0 and surface.piece.near_only:
            continue
        vertices, faces = surface.vertices, surface.faces
        source: IntArray = np.arange(len(vertices), dtype=np.int32)
        if share < 1.0:
            vertices, faces = simplify(vertices, faces, max(int(share * surface.piece.triangles), 16))
            source = np.asarray(cKDTree(surface.vertices).query(vertices)[1], np.int32)
        joints, weights = surface.joints[source], surface.weights[source]
        meshes.append(
            Mesh(
                positions_m=vertices.copy(), normals=surface.normals[source], uv=np.zeros((len(vertices), 2), np.float32),
                tint=tint[source], material=np.full(len(vertices), MATERIAL[surface.piece.material], np.uint8),
                part=_parts(surface.piece.part, joints[:, 0]), joints=joints, weights=weights, faces=faces.copy(),
            )
        )  # fmt: skip
    return join(meshes)


def _parts(name: str, leading_joint: np.ndarray[tuple[int, ...], np.dtype[np.uint16]]) -> ByteArray:
    """Give the part of every vertex; a name that ends in `*` gives limbs to their own parts."""
    trunk = PART[name.removesuffix("*")]
    if not name.endswith("*"):
        return np.full(len(leading_joint), trunk, np.uint8)
    table = np.full(len(BONES), trunk, np.uint8)
    for row, bone in enumerate(BONES):
        limb, _, side = bone.partition("_")
        if limb in _PART_OF_BONE:
            table[row] = PART[f"{_PART_OF_BONE[limb]}_{side}"]
    return table[leading_joint]


def _box(mesh: Mesh, body_from_rest: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the corners of the tight box of a posed mesh."""
    posed = posed_vertices(mesh, body_from_rest)
    return posed.min(axis=0), posed.max(axis=0)
