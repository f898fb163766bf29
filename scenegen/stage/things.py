"""Which standing things are objects with an id and a box of their own, as tracks are: signs, lights, bins, debris, animals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from scenegen.geometry import BoolArray, FloatArray, pose
from scenegen.models import catalogue
from scenegen.models.mesh import Mesh, Model, ModelSpec
from scenegen.stage.placing import PlacedThing
from scenegen.stage.stage import StageThing

BOXED_CLASSES = ("traffic_sign", "traffic_light", "animal", "debris", "street_furniture", "bicycle")
"""Classes that detectors are trained on. Buildings, plants and poles have a class and no id."""

POST_PARTS = ("pole", "post")
"""Parts that hold a thing up: what is boxed is the face of a sign, not its post, as in GTSDB, TT100K and Mapillary."""

PLANT_PARTS = ("plants",)
"""Parts that grow in a thing: vegetation, whose leaves have no sure outline, so that they are no part of a box or mask."""

Piece = tuple[str, Mesh, bool]
"""Class, mesh, and whether the piece is what the thing's id and box are for."""


def boxed_things(placed: Iterable[PlacedThing], first_id: int) -> dict[str, StageThing]:
    """Number the things that are objects.

    Args:
        placed: standing things in their fixed order.
        first_id: id of the first one: after those of all tracks.
    Returns:
        Things by name, in the order of `placed`; the box of each is that of its finest mesh, without a post.
    """
    found: dict[str, StageThing] = {}
    for thing in placed:
        if catalogue.entry(thing.spec.kind).class_name not in BOXED_CLASSES:
            continue
        model = catalogue.build(thing.spec)
        size_m, body_from_box = _box(model)
        found[thing.name] = StageThing(
            object_id=first_id + len(found),
            name=thing.name,
            class_name=model.class_name,
            kind=_kind(thing.spec),
            world_from_body=thing.world_from_body @ body_from_box,
            size_m=size_m,
            parts=model.parts,
        )
    return found


class PostSplitter:
    """Parts meshes into post and face; the same mesh gives the same pieces, so that they are stored once."""

    def __init__(self) -> None:
        self._pieces: dict[int, tuple[Mesh, tuple[Piece, ...]]] = {}

    def pieces(self, model: Model, mesh: Mesh) -> tuple[Piece, ...]:
        """Give the pieces of one of a model's meshes: its post, which is a pole, if it has one, and the rest."""
        if model.class_name not in BOXED_CLASSES:
            return ((model.class_name, mesh, False),)
        if id(mesh) not in self._pieces:
            is_post, is_plant = _is_post(model, mesh), _is_of(model, mesh, PLANT_PARTS)
            is_boxed = ~(is_post | is_plant)
            face = (model.class_name, mesh if is_boxed.all() else _part_of(mesh, is_boxed), True)
            others: list[Piece] = [
                (name, _part_of(mesh, rows), False)
                for name, rows in (("pole", is_post), ("vegetation", is_plant))
                if rows.any()
            ]
            self._pieces[id(mesh)] = (mesh, (*others, face))  # keeps the mesh, so that its number stays its own
        return self._pieces[id(mesh)][1]


def _kind(spec: ModelSpec) -> str:
    """Name what a thing is: its catalogue kind, for signs behind what is on the face, such as stop_sign."""
    face = dict(spec.options).get("face")
    return f"{face}_{spec.kind}" if face else spec.kind


def _box(model: Model) -> tuple[tuple[float, float, float], FloatArray]:
    """Size of the tight box of what is boxed, and the pose (4, 4) of the middle of its foot in the body frame."""
    mesh = model.meshes[0]
    is_boxed = ~(_is_post(model, mesh) | _is_of(model, mesh, PLANT_PARTS))
    points = mesh.positions_m[mesh.faces[is_boxed].ravel()].astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    length, width, height = (round(float(edge), 6) for edge in high - low)
    middle_x, middle_y = (float(low[i] + high[i]) / 2 for i in range(2))
    return (length, width, height), pose(middle_x, middle_y, float(low[2]))


def _is_post(model: Model, mesh: Mesh) -> BoolArray:
    """Tell which faces (m,) belong to a post; none does where nothing else would be left."""
    is_post = _is_of(model, mesh, POST_PARTS)
    return is_post & (not is_post.all())


def _is_of(model: Model, mesh: Mesh, parts: Sequence[str]) -> BoolArray:
    """Tell which faces (m,) belong to some parts."""
    rows = [row for row, part in enumerate(model.parts) if part in parts]
    found: BoolArray = np.isin(mesh.part, rows)[mesh.faces[:, 0]]
    return found


def _part_of(mesh: Mesh, is_kept: BoolArray) -> Mesh:
    """Give some faces of a mesh with the vertices that they use."""
    used, faces = np.unique(mesh.faces[is_kept], return_inverse=True)
    return Mesh(
        positions_m=mesh.positions_m[used], normals=mesh.normals[used], uv=mesh.uv[used], tint=mesh.tint[used],
        material=mesh.material[used], part=mesh.part[used], joints=mesh.joints[used], weights=mesh.weights[used],
        faces=faces.reshape(-1, 3).astype(np.int32),
    )  # fmt: skip
