"""Street furniture: lamps, signs, wheeled bins, utility poles. Poles stand on the origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.geometry import pose
from scenegen.models.mesh import Mesh, Model, ModelSpec, join, placed
from scenegen.models.shapes import Finish, box, lathe, prism, quads, tube
from scenegen.models.sign_faces import sign_face
from scenegen.models.static import draws_of, refuse_unknown_options, static_model
from scenegen.signs import OLD_NAMES, SIGNS, sign_size_m

_SALT_BIN, _SALT_POLE = 41, 42
_STEEL = (150, 158, 154)
SIGN_FACES = tuple(OLD_NAMES)
"""Short names that option `face` of a sign may be, beside every code of `signs`."""


def build_street_lamp(spec: ModelSpec) -> Model:
    """Build a lamp: a tapered pole at the origin, an arm to +x of 1.4 m at 6.2 m, a flat head that shines down."""
    refuse_unknown_options(spec, ())
    meshes = [_lamp(sides) for sides in (10, 5)]
    return static_model(spec, parts=("pole", "lamp"), meshes=meshes, lod_distance_m=(0.0, 30.0))


def _lamp(sides: int) -> Mesh:
    steel, dark = Finish("metal", 0, _STEEL), Finish("metal", 0, (120, 126, 124))
    bend = [[1.0 - np.cos(a), 0.0, 5.6 + 0.6 * np.sin(a)] for a in np.linspace(0.0, np.pi / 2, 5)]
    head = Finish("metal", 1, (140, 146, 146))
    return join([
        tube([[0, 0, 0], [0, 0, 1.1]], 0.085, dark, sides=sides),
        tube([[0, 0, 1.1], [0, 0, 5.2]], [0.065, 0.05], steel, sides=sides),
        tube(np.array([[0, 0, 5.2], *(np.array(bend) * [0.9, 1, 1])]), 0.04, steel, sides=sides),
        box((0.86, -0.14, 6.17), (1.50, 0.14, 6.27), head, without=("bottom",)),
        quads(np.array([[[0.86, 0.14, 6.17], [1.50, 0.14, 6.17], [1.50, -0.14, 6.17], [0.86, -0.14, 6.17]]]), head),
        box((1.0, -0.10, 6.13), (1.44, 0.10, 6.17), Finish("lamp_glass", 1), without=("top",)),
    ])  # fmt: skip


def build_sign(spec: ModelSpec) -> Model:
    """Build a road sign that faces +x on a steel post: the kind says which, for kind `sign` option `face`, else the seed."""
    refuse_unknown_options(spec, ("face",) if spec.kind == "sign" else ())
    face = spec.kind
    if spec.kind == "sign":
        named = dict(spec.options).get("face", SIGN_FACES[spec.seed % len(SIGN_FACES)])
        face = OLD_NAMES.get(str(named), str(named))
    if face not in SIGNS:
        raise ScenarioError(f"sign.face: {face!r} is not one of {', '.join((*SIGN_FACES, *SIGNS))}")
    top, steel = sign_size_m(face)[2], Finish("metal", 0, (175, 178, 178))
    plate = sign_face(face, part=1)
    low, high = plate.positions_m[:, 2].min() + 0.08, plate.positions_m[:, 2].max() - 0.10
    clamps = [box((-0.036, -0.06, z), (0.030, 0.06, z + 0.03), Finish("metal", 0)) for z in (float(low), float(high))]
    posts = [tube([[0, 0, 0], [0, 0, top]], 0.03, steel, sides=sides) for sides in (8, 4)]
    meshes = [join([posts[0], plate, *clamps]), join([posts[1], plate])]
    return static_model(spec, parts=("pole", "plate"), meshes=meshes, lod_distance_m=(0.0, 30.0))


def build_bin(spec: ModelSpec) -> Model:
    """Build a wheeled bin of 120 to 240 litres: tapered body, overhanging lid hinged at -x, wheels, handle."""
    refuse_unknown_options(spec, ())
    rng = draws_of(spec, salt=_SALT_BIN)
    grow = float(rng.uniform(0.9, 1.0))
    colour = ((70, 74, 76), (52, 84, 58), (110, 78, 50), (44, 70, 120), (214, 180, 30))[int(rng.integers(5))]
    body, lid, dark = Finish("canvas", 0, (62, 66, 68)), Finish("canvas", 0, colour), Finish("rubber", 1)
    if rng.random() < 0.5:
        body = lid
    foot = np.array([[0.20, -0.20], [0.20, 0.20], [-0.22, 0.20], [-0.22, -0.20]])
    mouth = np.array([[0.30, -0.28], [0.30, 0.28], [-0.30, 0.28], [-0.30, -0.28]])
    sides = np.array(
        [[[*foot[i], 0.0], [*foot[(i + 1) % 4], 0.0], [*mouth[(i + 1) % 4], 0.98], [*mouth[i], 0.98]] for i in range(4)]
    )
    slope = [[0.36, -0.30, 0.97], [0.36, -0.30, 1.0], [-0.05, -0.30, 1.09], [-0.33, -0.30, 1.06], [-0.33, -0.30, 0.97]]
    pieces = [
        quads(sides, body),
        quads(np.array([[[*foot[3], 0.0], [*foot[2], 0.0], [*foot[1], 0.0], [*foot[0], 0.0]]]), body),
        box((-0.31, -0.295, 0.90), (0.315, 0.295, 0.965), body),
        prism(slope[::-1], (0.0, 0.60, 0.0), lid),
        tube([[-0.38, -0.24, 1.0], [-0.38, 0.24, 1.0]], 0.018, body, sides=6),
        *[box((-0.385, y - 0.02, 0.97), (-0.30, y + 0.02, 1.01), body) for y in (-0.24, 0.24)],
        *[tube([[-0.20, y - 0.025, 0.10], [-0.20, y + 0.025, 0.10]], 0.10, dark, sides=14) for y in (-0.245, 0.245)],
    ]
    whole = join(pieces)
    mesh = replace(whole, positions_m=whole.positions_m * np.float32(grow))
    return static_model(spec, parts=("body", "wheels"), meshes=[mesh])


def build_utility_pole(spec: ModelSpec) -> Model:
    """Build a wooden pole of 8 m with a cross-arm along y, insulators, and on odd seeds a transformer."""
    refuse_unknown_options(spec, ())
    rng = draws_of(spec, salt=_SALT_POLE)
    wood = Finish("bark", 0, (225, 205, 185))
    arm_z = 7.45
    pieces = [
        tube([[0, 0, 0], [float(rng.normal(0, 0.015)), float(rng.normal(0, 0.015)), 8.0]], [0.15, 0.10], wood, sides=10),
        box((0.09, -0.80, arm_z - 0.055), (0.18, 0.80, arm_z + 0.055), Finish("wood", 0, (150, 140, 130))),
    ]
    bell = [[0.0, 0.0], [0.03, 0.0], [0.03, 0.04], [0.055, 0.05], [0.05, 0.10], [0.03, 0.13], [0.0, 0.14]]
    for y in (-0.72, -0.38, 0.38, 0.72):
        insulator = lathe(bell, Finish("plain", 1, (88, 60, 48)), sides=8)
        pieces.append(placed(insulator, pose(0.135, y, arm_z + 0.055)))
    for side in (-1.0, 1.0):
        brace = [[0.135, side * 0.55, arm_z - 0.05], [0.13, side * 0.02, arm_z - 0.55]]
        pieces.append(tube(brace, 0.016, Finish("metal", 1, (120, 120, 120)), sides=5))
    if spec.seed % 2:
        can = [[0.0, 0.0], [0.20, 0.0], [0.20, 0.75], [0.16, 0.80], [0.0, 0.82]]
        pieces.append(placed(lathe(can, Finish("metal", 1, (150, 155, 155)), sides=14), pose(0.33, 0.0, 5.9)))
        pieces.append(box((0.08, -0.05, 6.1), (0.16, 0.05, 6.5), Finish("metal", 1, (110, 110, 110))))
    return static_model(spec, parts=("pole", "fittings"), meshes=[join(pieces)])
