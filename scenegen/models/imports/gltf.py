"""glTF and GLB files: nodes, triangles, colours and skins, read without trust. Textures and animations are not taken.

Source: glTF 2.0 specification (Khronos 2021), sections 3.5, 3.7 and 4.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.errors import AssetError
from scenegen.geometry import FloatArray
from scenegen.models.imports.accessors import Accessors, Document, limited_bytes
from scenegen.models.imports.pieces import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_TRIANGLES,
    MAX_VERTICES,
    Content,
    Node,
    Piece,
    checked,
    material_row,
    srgb_tint,
)

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_MAX_JSON_BYTES = 8 * 2**20
_TRIANGLES = 4
_HARMLESS = ("KHR_materials_", "KHR_texture_", "KHR_lights_", "EXT_texture_", "KHR_mesh_quantization")
"""Beginnings of extensions that leave the triangles as they are."""


def read_gltf(path: Path) -> Content:
    """Read a .gltf or .glb file.

    Raises:
        AssetError: says what of it is broken, too large, or not supported.
    """
    data, chunk = limited_bytes(path), None
    if path.suffix.lower() == ".glb":
        data, chunk = _chunks(data, path.name)
    if len(data) > _MAX_JSON_BYTES:
        raise AssetError(f"{path.name}: {len(data):,} bytes of JSON, and at most {_MAX_JSON_BYTES:,} are read")
    document = Document(_json(data, path.name), path.name)
    required = document.data.get("extensionsRequired", [])
    for extension in required if isinstance(required, list) else [required]:
        if not str(extension).startswith(_HARMLESS):
            raise document.fail(f"wants the extension {str(extension)[:40]}, which is not read; export without compression")
    return checked(_Reader(document, Accessors(document, path.parent, chunk)).content(), path.name)


def _json(data: bytes, name: str) -> Any:
    def refuse(word: str) -> Any:
        raise AssetError(f"{name}: {word} is no number of JSON")

    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as problem:
        raise AssetError(f"{name}: broken JSON ({str(problem)[:80] or type(problem).__name__})") from None


def _chunks(data: bytes, name: str) -> tuple[bytes, bytes | None]:
    """Give the JSON and the bytes of a GLB container."""
    if len(data) < 20 or struct.unpack_from("<II", data) != (_MAGIC, 2):
        raise AssetError(f"{name}: no GLB file of version 2")
    found: dict[int, bytes] = {}
    place = 12
    while place + 8 <= len(data):
        size, kind = struct.unpack_from("<II", data, place)
        if place + 8 + size > len(data):
            raise AssetError(f"{name}: a chunk says {size:,} bytes, and {len(data) - place - 8:,} are left")
        found.setdefault(kind, data[place + 8 : place + 8 + size])
        place += 8 + size
    if _JSON not in found:
        raise AssetError(f"{name}: no JSON in it")
    return found[_JSON], found.get(_BIN)


class _Reader:
    """Walks the nodes of one document."""

    def __init__(self, document: Document, accessors: Accessors) -> None:
        self._document, self._accessors = document, accessors
        self._nodes = document.items("nodes", MAX_NODES)
        self._meshes, self._skins = document.items("meshes", MAX_NODES), document.items("skins", MAX_NODES)
        self._materials = document.items("materials", MAX_NODES)
        self._triangles = self._vertices = 0

    def content(self) -> Content:
        """Give all nodes and their triangles."""
        nodes = self._placed_nodes()
        pieces = []
        for number, entry in enumerate(self._nodes):
            if "mesh" not in entry:
                continue
            mesh = self._meshes[self._document.index(entry["mesh"], len(self._meshes), f"nodes[{number}].mesh")]
            for primitive in self._primitives(mesh, f"nodes[{number}].mesh"):
                pieces.append(self._piece(primitive, number, entry, nodes))
        return Content(nodes, tuple(pieces))

    def _placed_nodes(self) -> tuple[Node, ...]:
        """Give all nodes with their places in the file.

        Raises:
            AssetError: a node is its own ancestor, has two parents, or hangs too deep.
        """
        document = self._document
        parents = [-1] * len(self._nodes)
        for number, entry in enumerate(self._nodes):
            children = entry.get("children", [])
            if not isinstance(children, list) or len(children) > MAX_NODES:
                raise document.fail(f"nodes[{number}].children is no list of a fair length")
            for child in children:
                own = document.index(child, len(self._nodes), f"nodes[{number}].children")
                if parents[own] >= 0:
                    raise document.fail(f"nodes[{own}] has two parents")
                parents[own] = number
        local = [self._local(entry, number) for number, entry in enumerate(self._nodes)]
        found = []
        for number, entry in enumerate(self._nodes):
            place, above, depth = local[number], parents[number], 0
            while above >= 0:
                place, above, depth = local[above] @ place, parents[above], depth + 1
                if depth > MAX_DEPTH:
                    raise document.fail(f"nodes[{number}] hangs more than {MAX_DEPTH} nodes deep, or is its own ancestor")
            if not np.isfinite(place).all():
                raise document.fail(f"nodes[{number}] is placed beyond all numbers")
            found.append(Node(document.text(entry.get("name")), parents[number], place))
        return tuple(found)

    def _local(self, entry: dict[str, Any], number: int) -> FloatArray:
        """Give parent_from_node (4, 4)."""
        document, where = self._document, f"nodes[{number}]"
        if "matrix" in entry:
            matrix: FloatArray = document.numbers(entry["matrix"], 16, f"{where}.matrix").reshape(4, 4).T.copy()
            matrix[3] = (0.0, 0.0, 0.0, 1.0)
        else:
            x, y, z, w = document.numbers(entry.get("rotation", [0, 0, 0, 1]), 4, f"{where}.rotation")
            length = float(np.sqrt(x * x + y * y + z * z + w * w))
            if not 0.5 < length < 2.0:
                raise document.fail(f"{where}.rotation is no unit quaternion")
            x, y, z, w = (value / length for value in (x, y, z, w))
            turn = np.array(
                [
                    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
                ]
            )
            matrix = np.eye(4)
            matrix[:3, :3] = turn * document.numbers(entry.get("scale", [1, 1, 1]), 3, f"{where}.scale")
            matrix[:3, 3] = document.numbers(entry.get("translation", [0, 0, 0]), 3, f"{where}.translation")
        with np.errstate(over="ignore", invalid="ignore"):
            volume = np.linalg.det(matrix[:3, :3])
        if not np.isfinite(volume) or abs(volume) < 1e-18:
            raise document.fail(f"{where} squeezes what hangs on it flat")
        return matrix

    def _primitives(self, mesh: dict[str, Any], where: str) -> list[dict[str, Any]]:
        primitives = mesh.get("primitives", [])
        if not isinstance(primitives, list) or len(primitives) > MAX_NODES:
            raise self._document.fail(f"{where}.primitives is no list of a fair length")
        return [self._document.mapping(primitive, f"{where}.primitives") for primitive in primitives]

    def _piece(self, primitive: dict[str, Any], number: int, entry: dict[str, Any], nodes: tuple[Node, ...]) -> Piece:
        """Give one primitive in the file's axes."""
        document, where = self._document, f"nodes[{number}]"
        if primitive.get("mode", _TRIANGLES) != _TRIANGLES:
            raise document.fail(f"{where}: only triangles are read, no points, lines, strips or fans; triangulate on export")
        attributes = document.mapping(primitive.get("attributes"), f"{where}.attributes")
        points = self._accessors.read(attributes.get("POSITION"), "VEC3", f"{where} POSITION")
        if "indices" in primitive:
            indices = self._accessors.read(primitive["indices"], "SCALAR", f"{where} indices", is_whole=True)
        else:
            indices = np.arange(len(points))
        if len(indices) % 3 or (len(indices) and indices.max() >= len(points)):
            raise document.fail(f"{where}: its indices make no triangles of its {len(points):,} vertices")
        self._count(len(indices) // 3, len(points))
        normals = self._like(points, attributes, "NORMAL", "VEC3", where)
        faces = indices.reshape(-1, 3).astype(np.int32)
        bones, weights = None, None
        if "skin" in entry and "JOINTS_0" in attributes:
            placing, bones, weights = self._skinned(attributes, entry, nodes, len(points), where)
        else:
            placing = np.broadcast_to(nodes[number].file_from_node, (len(points), 4, 4))
        with np.errstate(over="ignore", invalid="ignore"):
            points = np.einsum("nij,nj->ni", placing[:, :3, :3], points) + placing[:, :3, 3]
            if normals is not None:
                normals = np.einsum("nij,nj->ni", np.linalg.inv(placing[:, :3, :3]).transpose(0, 2, 1), normals)
            if len(points) and np.linalg.det(placing[0, :3, :3]) < 0:
                faces = faces[:, ::-1]
        material, tint = self._material(primitive, attributes, points, where)
        return Piece(points, normals, faces, tint, material, number, bones, weights)

    def _count(self, triangles: int, vertices: int) -> None:
        """Count what all nodes show together: one mesh may hang on many."""
        self._triangles, self._vertices = self._triangles + triangles, self._vertices + vertices
        if self._triangles > MAX_TRIANGLES or self._vertices > MAX_VERTICES:
            raise self._document.fail(f"above {MAX_TRIANGLES:,} triangles or {MAX_VERTICES:,} vertices; simplify the model")

    def _like(self, points: FloatArray, attributes: dict[str, Any], name: str, kind: str, where: str) -> FloatArray | None:
        """Give an attribute with one value a vertex, None when there is none."""
        if name not in attributes:
            return None
        values: FloatArray = self._accessors.read(attributes[name], kind, f"{where} {name}")
        if len(values) != len(points):
            raise self._document.fail(f"{where}: {len(values):,} {name} for {len(points):,} vertices")
        return values

    def _skinned(
        self, attributes: dict[str, Any], entry: dict[str, Any], nodes: tuple[Node, ...], count: int, where: str
    ) -> tuple[FloatArray, Any, FloatArray]:
        """Give where the skin puts each vertex (n, 4, 4), and the nodes (n, 4) and weights (n, 4) that do."""
        document = self._document
        skin = self._skins[document.index(entry["skin"], len(self._skins), f"{where}.skin")]
        listed = skin.get("joints", [])
        if not isinstance(listed, list) or not 0 < len(listed) <= 256:
            raise document.fail(f"{where}.skin has no joints, or more than 256")
        joints = np.array([document.index(joint, len(nodes), f"{where}.skin.joints") for joint in listed])
        bind = np.tile(np.eye(4), (len(joints), 1, 1))
        if "inverseBindMatrices" in skin:
            bind = (
                self._accessors.read(skin["inverseBindMatrices"], "MAT4", f"{where}.skin").reshape(-1, 4, 4).transpose(0, 2, 1)
            )
            if len(bind) != len(joints):
                raise document.fail(f"{where}.skin: {len(bind)} matrices for {len(joints)} joints")
        slots = self._accessors.read(attributes["JOINTS_0"], "VEC4", f"{where} JOINTS_0", is_whole=True)
        weights = self._accessors.read(attributes.get("WEIGHTS_0"), "VEC4", f"{where} WEIGHTS_0")
        if len(slots) != count or len(weights) != count or (count and slots.max() >= len(joints)):
            raise document.fail(f"{where}: joints and weights do not fit its {count:,} vertices and {len(joints)} joints")
        if (weights < 0).any() or (weights.sum(axis=1) < 1e-3).any():
            raise document.fail(f"{where}: the weights of a vertex are below zero or sum to nothing")
        weights = weights / weights.sum(axis=1, keepdims=True)
        matrices = np.stack([nodes[joint].file_from_node for joint in joints.tolist()]) @ bind
        placing = np.einsum("nk,nkij->nij", weights, matrices[slots])
        with np.errstate(over="ignore", invalid="ignore"):
            volume = np.linalg.det(placing[:, :3, :3])
        if not np.isfinite(placing).all() or not (np.abs(volume) > 1e-18).all():
            raise document.fail(f"{where}: its skin squeezes vertices flat")
        return placing, joints[slots], weights

    def _material(
        self, primitive: dict[str, Any], attributes: dict[str, Any], points: FloatArray, where: str
    ) -> tuple[int, Any]:
        """Give the row of our table and the tints (n, 4) of a primitive."""
        document = self._document
        entry: dict[str, Any] = {}
        if "material" in primitive:
            number = document.index(primitive["material"], len(self._materials), f"{where}.material")
            entry = self._materials[number]
        surface = document.mapping(entry.get("pbrMetallicRoughness", {}), f"{where}.pbrMetallicRoughness")
        base = document.numbers(surface.get("baseColorFactor", [1, 1, 1, 1]), 4, f"{where}.baseColorFactor")
        metallic = float(document.numbers([surface.get("metallicFactor", 0.0)], 1, f"{where}.metallicFactor")[0])
        alpha = float(base[3]) if entry.get("alphaMode") == "BLEND" else 1.0
        row = material_row(document.text(entry.get("name")), alpha=alpha, metallic=metallic)
        colours = np.broadcast_to(base[:3], (len(points), 3))
        if "COLOR_0" in attributes:
            colours = colours * self._colours(attributes["COLOR_0"], len(points), where)
        return row, srgb_tint(colours)

    def _colours(self, number: Any, count: int, where: str) -> FloatArray:
        accessors = self._document.data.get("accessors", [])
        is_known = isinstance(number, int) and 0 <= number < len(accessors) and isinstance(accessors[number], dict)
        kind = "VEC4" if is_known and accessors[number].get("type") == "VEC4" else "VEC3"
        values: FloatArray = self._accessors.read(number, kind, f"{where} COLOR_0")
        if len(values) != count:
            raise self._document.fail(f"{where}: {len(values):,} colours for {count:,} vertices")
        return values[:, :3]
