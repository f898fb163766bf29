"""Small glTF files made by code: a box car with wheels, a person in a T, an animal on four legs; each with its card."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
FACES = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7],
     [1, 7, 3]]
)  # fmt: skip
"""A cube of one metre, fronts counter-clockwise from outside."""


class Gltf:
    """Collects nodes and meshes, y up and z ahead as glTF wants it."""

    def __init__(self) -> None:
        self.bytes = b""
        self.json: dict[str, Any] = {
            "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}], "nodes": [], "meshes": [], "materials": [],
            "bufferViews": [], "accessors": [], "buffers": [],
        }  # fmt: skip

    def accessor(self, values: Any, kind: str, dtype: str) -> int:
        data = np.ascontiguousarray(values, dtype)
        codes = {"<f4": 5126, "<u2": 5123, "<u1": 5121, "<u4": 5125}
        self.json["bufferViews"].append({"buffer": 0, "byteOffset": len(self.bytes), "byteLength": data.nbytes})
        view = len(self.json["bufferViews"]) - 1
        entry = {"bufferView": view, "componentType": codes[dtype], "count": len(data), "type": kind}
        self.json["accessors"].append(entry)
        self.bytes += data.tobytes() + b"\0" * (-data.nbytes % 4)
        return len(self.json["accessors"]) - 1

    def mesh(self, points: Any, faces: Any, material: str, *, colour: Any = (1, 1, 1, 1), **attributes: int) -> int:
        self.json["materials"].append({"name": material, "pbrMetallicRoughness": {"baseColorFactor": list(colour)}})
        position = self.accessor(points, "VEC3", "<f4")
        indices = self.accessor(np.asarray(faces).ravel(), "SCALAR", "<u2")
        primitive = {
            "attributes": {"POSITION": position, **attributes}, "indices": indices,
            "material": len(self.json["materials"]) - 1,
        }  # fmt: skip
        self.json["meshes"].append({"primitives": [primitive]})
        return len(self.json["meshes"]) - 1

    def node(self, name: str, parent: int | None = None, **fields: Any) -> int:
        self.json["nodes"].append({"name": name, **fields})
        number = len(self.json["nodes"]) - 1
        siblings = self.json["scenes"][0]["nodes"] if parent is None else self.json["nodes"][parent].setdefault("children", [])
        siblings.append(number)
        return number

    def glb(self) -> bytes:
        self.json["buffers"] = [{"byteLength": len(self.bytes)}]
        text = json.dumps(self.json).encode()
        text += b" " * (-len(text) % 4)
        body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(self.bytes), 0x004E4942) + self.bytes
        return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


def box(size: Any, middle: Any = (0, 0, 0)) -> np.ndarray[Any, Any]:
    """Give the corners of a box, (8, 3)."""
    return CORNERS * np.array(size, float) + np.array(middle, float)


def wheel(radius: float, width: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Give a wheel of twelve sides round x."""
    angle = np.arange(12) / 12 * 2 * np.pi
    ring = np.stack([np.zeros(12), radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    points = np.concatenate([ring - np.array([width / 2, 0, 0]), ring + np.array([width / 2, 0, 0])])
    k = np.arange(12)
    after = (k + 1) % 12
    tread = np.concatenate([np.stack([k, k + 12, after + 12], 1), np.stack([k, after + 12, after], 1)])
    caps = np.concatenate(
        [np.stack([np.zeros(10), k[1:11], k[2:12]], 1), np.stack([np.full(10, 12), k[2:12] + 12, k[1:11] + 12], 1)]
    )
    return points, np.concatenate([tread, caps]).astype(int)[:, ::-1]


CAR_SIZE_M = (4.0, 1.8, 1.3)
"""Length, width, height of the box car, wheels included."""
WHEEL_M, AXLE_M = 0.3, 1.25


def box_car() -> Gltf:
    """A car of 4 x 1.8 x 1.3 m with four wheels as nodes of their own, ahead is +z, up +y."""
    made = Gltf()
    body = made.mesh(box((1.8, 1.1, 4.0), (0, 0.75, 0)), FACES, "paint")
    root = made.node("Car", mesh=body)
    for name, x, z in (("FL", 0.8, AXLE_M), ("FR", -0.8, AXLE_M), ("RL", 0.8, -AXLE_M), ("RR", -0.8, -AXLE_M)):
        tyre = made.mesh(*wheel(WHEEL_M, 0.2), "tyre")
        made.node(f"Wheel_{name}", root, mesh=tyre, translation=[x, WHEEL_M, z])
    return made


CAR_CARD = """\
file: car.glb
class: car
forward: +z
licence: CC0-1.0
joints: {wheel_fl: Wheel_FL, wheel_fr: Wheel_FR, wheel_rl: Wheel_RL, wheel_rr: Wheel_RR}
"""


def write_car(folder: Path, name: str = "box_car") -> Path:
    """Write the box car and its card into a folder; give the card."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "car.glb").write_bytes(box_car().glb())
    (folder / f"{name}.yaml").write_text(CAR_CARD)
    return folder / f"{name}.yaml"


BONES_AT = {  # name of the node: parent, place in a T pose (x left, y up, z ahead)
    "Hips": (None, (0, 0.95, 0)), "Spine": ("Hips", (0, 1.10, 0)), "Chest": ("Spine", (0, 1.25, 0)),
    "Neck": ("Chest", (0, 1.48, 0)), "Head": ("Neck", (0, 1.56, 0)),
}  # fmt: skip
for _side, _x in (("L", 1.0), ("R", -1.0)):
    BONES_AT |= {
        f"Clavicle{_side}": ("Chest", (0.05 * _x, 1.42, 0)), f"Arm{_side}": (f"Clavicle{_side}", (0.18 * _x, 1.42, 0)),
        f"Fore{_side}": (f"Arm{_side}", (0.46 * _x, 1.42, 0)), f"Hand{_side}": (f"Fore{_side}", (0.71 * _x, 1.42, 0)),
        f"Leg{_side}": ("Hips", (0.09 * _x, 0.92, 0)), f"Shin{_side}": (f"Leg{_side}", (0.09 * _x, 0.50, 0)),
        f"Foot{_side}": (f"Shin{_side}", (0.09 * _x, 0.08, 0)),
    }  # fmt: skip

PERSON_JOINTS = {
    "pelvis": "Hips", "lumbar": "Spine", "chest": "Chest", "neck": "Neck", "head": "Head",
    **{f"{ours}_{side}": f"{theirs}{side[0].upper()}" for side in ("left", "right") for ours, theirs in (
        ("arm", "Arm"), ("fore", "Fore"), ("hand", "Hand"), ("thigh", "Leg"), ("shin", "Shin"), ("foot", "Foot"))},
}  # fmt: skip
_SHAPES = {  # size and middle of each bone's box against its joint, x along the left arm
    "Hips": ((0.28, 0.2, 0.2), (0, 0.05, 0)), "Spine": ((0.26, 0.2, 0.18), (0, 0.05, 0)),
    "Chest": ((0.32, 0.25, 0.2), (0, 0.1, 0)), "Neck": ((0.1, 0.1, 0.1), (0, 0.04, 0)),
    "Head": ((0.16, 0.24, 0.2), (0, 0.1, 0.02)),
    "Arm": ((0.28, 0.09, 0.09), (0.14, 0, 0)), "Fore": ((0.25, 0.08, 0.08), (0.125, 0, 0)),
    "Hand": ((0.18, 0.03, 0.08), (0.09, 0, 0)),
    "Leg": ((0.14, 0.42, 0.14), (0, -0.21, 0)), "Shin": ((0.11, 0.42, 0.11), (0, -0.21, 0)),
    "Foot": ((0.09, 0.08, 0.26), (0, -0.04, 0.06)),
}  # fmt: skip


def box_person() -> Gltf:
    """A person of boxes in a T, 1.78 m tall, one skin over all bones; clavicles have no box and no bone of ours."""
    made = Gltf()
    number: dict[str, int] = {}
    for name, (parent, place) in BONES_AT.items():
        above = np.array(BONES_AT[parent][1]) if parent else np.zeros(3)
        number[name] = made.node(
            name, None if parent is None else number[parent], translation=(np.array(place) - above).tolist()
        )
    points, faces, joints = [], [], []
    bones = list(BONES_AT)
    for name in bones:
        kind = name if name in _SHAPES else name[:-1]
        if kind not in _SHAPES:
            continue
        size, middle = _SHAPES[kind]
        sign = -1.0 if name.endswith("R") and kind in ("Arm", "Fore", "Hand") else 1.0
        faces.append(FACES + 8 * len(points))
        points.append(box(size, np.array(middle) * (sign, 1, 1)) + np.array(BONES_AT[name][1]))
        joints += [[bones.index(name), 0, 0, 0]] * 8
    return _with_skin(made, number, bones, np.concatenate(points), np.concatenate(faces), np.array(joints))


def _with_skin(made: Gltf, number: dict[str, int], bones: list[str], points: Any, faces: Any, joints: Any) -> Gltf:
    """Hang one skinned mesh on a node of its own."""
    weights = np.zeros((len(points), 4))
    weights[:, 0] = 1.0
    slots, shares = made.accessor(joints, "VEC4", "<u1"), made.accessor(weights, "VEC4", "<f4")
    mesh = made.mesh(points, faces, "cloth", colour=(0.2, 0.3, 0.6, 1), JOINTS_0=slots, WEIGHTS_0=shares)
    bind = np.tile(np.eye(4), (len(bones), 1, 1))
    bind[:, :3, 3] = [-np.array(place_of(made, number[name])) for name in bones]
    matrices = made.accessor(bind.transpose(0, 2, 1).reshape(-1, 16), "MAT4", "<f4")
    made.json["skins"] = [{"joints": [number[name] for name in bones], "inverseBindMatrices": matrices}]
    made.node("Skin", mesh=mesh, skin=0)
    return made


def place_of(made: Gltf, node: int) -> list[float]:
    """Give where a node of translations alone stands."""
    parents = {child: i for i, entry in enumerate(made.json["nodes"]) for child in entry.get("children", [])}
    place, above = np.zeros(3), node
    while True:
        place = place + np.array(made.json["nodes"][above].get("translation", [0, 0, 0]))
        if above not in parents:
            return place.tolist()
        above = parents[above]


def box_dog() -> tuple[Gltf, dict[str, str]]:
    """An animal of boxes, 0.55 m at the hip, that stands square; and the map of its bones."""
    made = Gltf()
    at: dict[str, tuple[str | None, tuple[float, float, float]]] = {
        "pelvis": (None, (0, 0.55, -0.35)), "chest": ("pelvis", (0, 0.55, 0.15)), "neck": ("chest", (0, 0.62, 0.35)),
        "head": ("neck", (0, 0.75, 0.50)),
    }  # fmt: skip
    for leg, x, z, above in (
        ("front_left", 0.1, 0.3, "chest"), ("front_right", -0.1, 0.3, "chest"),
        ("hind_left", 0.1, -0.35, "pelvis"), ("hind_right", -0.1, -0.35, "pelvis"),
    ):  # fmt: skip
        bend = 0.03 if leg.startswith("front") else -0.03
        for segment, y, ahead in (("upper", 0.50, 0.0), ("lower", 0.34, -bend), ("cannon", 0.18, 0.0), ("foot", 0.05, 0.0)):
            at[f"{segment}_{leg}"] = (above, (x, y, z + ahead))
            above = f"{segment}_{leg}"
    number: dict[str, int] = {}
    for name, (parent, place) in at.items():
        base = np.array(at[parent][1]) if parent else np.zeros(3)
        number[name] = made.node(
            f"b_{name}", None if parent is None else number[parent], translation=(np.array(place) - base).tolist()
        )
    points, faces, joints = [], [], []
    for name, (_, place) in at.items():
        trunk = {"pelvis": (0.2, 0.24, 0.5), "chest": (0.22, 0.28, 0.5), "neck": (0.1, 0.2, 0.2), "head": (0.12, 0.14, 0.26)}
        size = trunk.get(name, (0.05, 0.16 if not name.startswith("foot") else 0.05, 0.06))
        low = place[1] - size[1] / 2 if name in trunk else max(place[1] - size[1], 0.0)
        faces.append(FACES + 8 * len(points))
        points.append(box(size, (place[0], low + size[1] / 2, place[2])))
        joints += [[list(at).index(name), 0, 0, 0]] * 8
    made = _with_skin(made, number, list(at), np.concatenate(points), np.concatenate(faces), np.array(joints))
    return made, {name: f"b_{name}" for name in at}


def known_elsewhere(kind: str) -> str:
    """Give what another process knows of a kind."""
    from scenegen.models import catalogue
    from scenegen.models.imports.folders import digest

    return f"{digest(kind)} {catalogue.entry(kind).size_m}"


def write_own(folder: Path, name: str, made: Gltf, class_name: str, joints: dict[str, str]) -> Path:
    """Write a GLB file and its card."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.glb").write_bytes(made.glb())
    card = {"file": f"{name}.glb", "class": class_name, "scale": 1.0, "forward": "+z", "licence": "CC0-1.0", "joints": joints}
    (folder / f"{name}.yaml").write_text(json.dumps(card))
    return folder / f"{name}.yaml"
