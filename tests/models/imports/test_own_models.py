"""Models of one's own, measured: boxes, wheels, bones, materials; and what is refused, with its reason."""

from __future__ import annotations

import base64
import json
import random
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scenegen.errors import AssetError, ScenegenError
from scenegen.models import catalogue
from scenegen.models.imports import pieces
from scenegen.models.imports.assemble import build_asset
from scenegen.models.imports.card import read_card
from scenegen.models.imports.folders import VARIABLE, add_folder, digest, own_spec
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Model, ModelSpec
from tests.models.imports.own_models import (
    AXLE_M,
    CAR_CARD,
    CAR_SIZE_M,
    PERSON_JOINTS,
    WHEEL_M,
    box_car,
    box_dog,
    box_person,
    write_car,
    write_own,
)

CUBE_OBJ = """\
o cube
v 0 0 0
v 2 0 0
v 2 1 0
v 0 1 0
v 0 0 4
v 2 0 4
v 2 1 4
v 0 1 4
usemtl carpaint
f 1 4 3 2
f 5 6 7 8
f 1 2 6 5
f 2 3 7 6
f 3 4 8 7
f 4 1 5 8
"""


def built(card: Path) -> Model:
    return build_asset(read_card(card), ModelSpec(f"own:{card.stem}"))


def volume_m3(model: Model) -> float:
    mesh = model.meshes[0]
    corners = mesh.positions_m[mesh.faces].astype(float)
    return float(np.einsum("ni,ni->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6)


def test_a_box_car_has_its_size_its_wheels_and_outward_faces(tmp_path: Path) -> None:
    model = built(write_car(tmp_path))
    np.testing.assert_allclose(model.size_m, CAR_SIZE_M, atol=1e-6)
    places = {joint.name: joint.body_from_joint[:3, 3] for joint in model.joints}
    np.testing.assert_allclose(places["wheel_fl"], (AXLE_M, 0.8, WHEEL_M), atol=1e-6)
    np.testing.assert_allclose(places["wheel_rr"], (-AXLE_M, -0.8, WHEEL_M), atol=1e-6)
    assert model.facts["wheel_radius_m"] == pytest.approx(WHEEL_M)
    assert model.facts["wheelbase_m"] == pytest.approx(2 * AXLE_M)
    assert volume_m3(model) == pytest.approx(1.8 * 1.1 * 4.0 + 4 * 0.2 * 3.0 * WHEEL_M**2, rel=1e-3)  # twelve sides: 3 r^2
    mesh = model.meshes[0]
    across = np.cross(*(mesh.positions_m[mesh.faces[:, k]] - mesh.positions_m[mesh.faces[:, 0]] for k in (1, 2)))
    assert (np.einsum("ni,ni->n", across, mesh.normals[mesh.faces[:, 0]]) > 0).all()
    assert {MATERIALS[row].name for row in np.unique(mesh.material)} == {"paint", "tyre"}


@pytest.mark.parametrize(
    ("forward", "up", "size_m"), [("+z", "+y", (4, 2, 1)), ("-x", "y", (2, 4, 1)), ("+z", "+x", (4, 1, 2))]
)
def test_axes_and_scale_of_the_card_turn_the_model(tmp_path: Path, forward: str, up: str, size_m: tuple[float, ...]) -> None:
    (tmp_path / "cube.obj").write_text(CUBE_OBJ)
    card = f"file: cube.obj\nclass: debris\nscale: 0.5\nforward: {forward}\nup: {up}\nlicence: own\n"
    (tmp_path / "cube.yaml").write_text(card)
    model = built(tmp_path / "cube.yaml")
    np.testing.assert_allclose(model.size_m, np.array(size_m) / 2, atol=1e-6)
    assert volume_m3(model) == pytest.approx(1.0)
    low, high = model.meshes[0].positions_m.min(axis=0), model.meshes[0].positions_m.max(axis=0)
    np.testing.assert_allclose(low + high, (0, 0, size_m[2] / 2), atol=1e-6)
    assert low[2] == 0.0
    assert model.rig == "static"


def test_a_person_in_a_t_is_brought_into_our_rest_pose(tmp_path: Path) -> None:
    model = built(write_own(tmp_path, "somebody", box_person(), "person", PERSON_JOINTS))
    at = {joint.name: joint.body_from_joint[:3, 3] for joint in model.joints}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        arm = at[f"hand_{side}"] - at[f"arm_{side}"]
        np.testing.assert_allclose(arm / np.linalg.norm(arm), (0, sign * 0.5, -np.sqrt(0.75)), atol=1e-6)
        assert np.linalg.norm(arm) == pytest.approx(0.53, abs=1e-6)  # as long as in the file
    mesh = model.meshes[0]
    arm = mesh.positions_m[mesh.part == model.parts.index("arm_left")] - at["arm_left"]
    along = (at["hand_left"] - at["arm_left"]) / np.linalg.norm(at["hand_left"] - at["arm_left"])
    aside = arm - (arm @ along)[:, None] * along
    assert np.linalg.norm(aside, axis=1).max() < 0.07  # half the diagonal of a box of 9 cm: flesh turns with its bone
    assert float(mesh.positions_m[:, 2].min()) == pytest.approx(0.0, abs=1e-6)
    assert model.size_m[2] == pytest.approx(1.78, abs=0.02)


def test_an_animal_keeps_its_stance(tmp_path: Path) -> None:
    made, joints = box_dog()
    model = built(write_own(tmp_path, "hound", made, "animal", joints))
    at = {joint.name: joint.body_from_joint[:3, 3] for joint in model.joints}
    assert at["head"][0] > at["chest"][0] > at["loin"][0] > at["pelvis"][0] > at["tail"][0]
    np.testing.assert_allclose(at["upper_hind_left"] * (1, -1, 1), at["upper_hind_right"], atol=1e-6)
    assert model.size_m == pytest.approx((1.23, 0.25, 0.82), abs=1e-4)


def test_the_catalogue_knows_it_by_name_and_its_digest_follows_the_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.setenv("SCENEGEN_CACHE", str(tmp_path / "cache"))
    card = write_car(tmp_path / "mine")
    with pytest.raises(AssetError, match="no folder; give one with --assets"):
        catalogue.entry("own:box_car")
    add_folder(tmp_path / "mine")
    entry = catalogue.entry("own:box_car")
    assert (entry.category, entry.class_name) == ("vehicle", "car")
    assert entry.size_m == pytest.approx(CAR_SIZE_M)
    first = digest("own:box_car")
    assert own_spec("own:box_car").options == (("sha256", first),)
    card.write_text(card.read_text() + "scale: 1.1\n")
    assert digest("own:box_car") != first
    assert catalogue.entry("own:box_car").size_m[0] == pytest.approx(4.4)
    with pytest.raises(AssetError, match="did you mean 'own:box_car'"):
        catalogue.entry("own:box_cart")
    write_car(tmp_path / "other")
    add_folder(tmp_path / "other")
    with pytest.raises(AssetError, match="two cards have this name"):
        catalogue.entry("own:box_car")


REFUSED_CARDS = {
    "no field 'licens'": "file: car.glb\nclass: car\nlicens: CC0\n",
    "licence: wanted a text": "file: car.glb\nclass: car\n",
    "'cra' is not one of .*did you mean 'car'": "file: car.glb\nclass: cra\nlicence: own\n",
    "lie on one axis": "file: car.glb\nclass: car\nlicence: own\nforward: +y\n",
    "scale: 'nan'": "file: car.glb\nclass: car\nlicence: own\nscale: .nan\n",
    "leads out of the folder": "file: ../car.glb\nclass: car\nlicence: own\n",
    "only relative paths inside": "file: /etc/passwd\nclass: car\nlicence: own\n",
    "only relative paths inside its": "file: https://example.org/car.glb\nclass: car\nlicence: own\n",
    "there is no file": "file: lorry.glb\nclass: car\nlicence: own\n",
    "does not end in": "file: own.yaml\nclass: car\nlicence: own\n",
    "aliases are not read": "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n",
    "a field is given twice": "file: car.glb\nfile: car.glb\n",
    "above 16384 bytes": "# " + "x" * 20_000,
    "Is `scale: 1` meant": "file: car.glb\nclass: car\nlicence: own\nscale: 100\n",
    "no node of car.glb is called 'Rad'": "file: car.glb\nclass: car\nlicence: own\njoints: {wheel_fl: Rad}\n",
    "a vehicle has wheels": "file: car.glb\nclass: car\nlicence: own\njoints: {door: Car}\n",
    "no node for pelvis": "file: car.glb\nclass: person\nlicence: own\n",
    "not readable as YAML": "file: !!python/object/apply:os.system ['true']\n",
}


@pytest.mark.parametrize(("reason", "card"), REFUSED_CARDS.items(), ids=range(len(REFUSED_CARDS)))
def test_a_card_is_refused_with_its_reason(tmp_path: Path, reason: str, card: str) -> None:
    write_car(tmp_path / "mine")
    (tmp_path / "car.glb").write_bytes(b"outside")
    (tmp_path / "mine" / "own.yaml").write_text(card)
    with pytest.raises(AssetError, match=reason):
        built(tmp_path / "mine" / "own.yaml")


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    write_car(tmp_path / "mine")
    (tmp_path / "elsewhere.glb").write_bytes(box_car().glb())
    (tmp_path / "mine" / "link.glb").symlink_to(tmp_path / "elsewhere.glb")
    (tmp_path / "mine" / "own.yaml").write_text(CAR_CARD.replace("car.glb", "link.glb"))
    with pytest.raises(AssetError, match="leads out of the folder"):
        built(tmp_path / "mine" / "own.yaml")


Change = Callable[[dict[str, object]], object]


def with_json(change: Callable[..., object]) -> bytes:
    made = box_car()
    made.json["buffers"] = [{"byteLength": len(made.bytes)}]
    change(made.json)
    text = json.dumps(made.json).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(made.bytes), 0x004E4942) + made.bytes
    return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


REFUSED_FILES: dict[str, Callable[..., object]] = {
    "do not fit into its view": lambda j: j["accessors"][0].update(count=9),
    "wanted a whole number up to": lambda j: j["accessors"][0].update(count=10**12),
    "its view ends at byte": lambda j: j["bufferViews"][0].update(byteOffset=10**6),
    "is -4, wanted": lambda j: j["bufferViews"][0].update(byteOffset=-4),
    "says 9,999,999 bytes": lambda j: j["buffers"][0].update(byteLength=9_999_999),
    "make no triangles": lambda j: j["accessors"][1].update(count=35),
    "type VEC3 of 5126, not SCALAR": lambda j: j["meshes"][0]["primitives"][0].update(indices=0),
    "and there are 10": lambda j: j["meshes"][0]["primitives"][0].update(indices=77),
    "has two parents": lambda j: j["nodes"][1].update(children=[2]),
    "is its own ancestor": lambda j: (j["nodes"][1].update(children=[0])),
    "is no unit quaternion": lambda j: j["nodes"][0].update(rotation=[0, 0, 0, 0]),
    "squeezes what hangs on it flat": lambda j: j["nodes"][0].update(scale=[1, 0, 1]),
    "wanted 3 numbers": lambda j: j["nodes"][0].update(translation=[0, "1", 0]),
    "only triangles are read": lambda j: j["meshes"][0]["primitives"][0].update(mode=1),
    "wants the extension KHR_draco": lambda j: j.update(extensionsRequired=["KHR_draco_mesh_compression"]),
    "at most 2,000 are read": lambda j: j.update(nodes=[{}] * 2_001),
    "leads out of the folder of the card": lambda j: j["buffers"][0].update(uri="..%2Foutside.bin"),
    "only relative paths inside its folder": lambda j: j["buffers"][0].update(uri="file:///etc/passwd"),
    "'car.glb' does not end in .bin": lambda j: j["buffers"][0].update(uri="car.glb"),
    "is broken base64": lambda j: j["buffers"][0].update(uri="data:application/octet-stream;base64,@@@@"),
    "there is no triangle": lambda j: j.update(nodes=[{"name": "Car"}]),
    "sparse accessors are not read": lambda j: j["accessors"][0].update(sparse={}),
    "beyond 1e\\+06 units": lambda j: j["nodes"][0].update(translation=[1e9, 0, 0]),
    "hangs more than 64": lambda j: (
        j["nodes"].extend([{"children": [len(j["nodes"]) + k + 1]} for k in range(99)]), j["nodes"].append({})
    ),
}  # fmt: skip


@pytest.mark.parametrize(("reason", "change"), REFUSED_FILES.items(), ids=range(len(REFUSED_FILES)))
def test_a_file_is_refused_with_its_reason(tmp_path: Path, reason: str, change: Callable[..., object]) -> None:
    (tmp_path / "outside.bin").write_bytes(b"\0" * 10_000)
    card = write_car(tmp_path / "mine")
    card.write_text("file: car.glb\nclass: debris\nlicence: own\n")
    (tmp_path / "mine" / "car.glb").write_bytes(with_json(change))
    with pytest.raises(AssetError, match=reason):
        built(card)


def test_not_a_number_too_many_triangles_and_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = write_car(tmp_path)
    data = box_car().glb()
    place = data.index(struct.pack("<f", -0.9))
    for bad, reason in (
        (data[:place] + struct.pack("<f", np.nan) + data[place + 4 :], "a number is not finite"),
        (data[:1000], "says"),
        (b"glTF" + data[4:8].replace(b"\2", b"\1") + data[8:], "no GLB file of version 2"),
        (b"", "no GLB file"),
    ):
        (tmp_path / "car.glb").write_bytes(bad)
        with pytest.raises(AssetError, match=reason):
            built(card)
    (tmp_path / "car.gltf").write_text("[" * 100_000)
    card.write_text(CAR_CARD.replace("car.glb", "car.gltf"))
    with pytest.raises(AssetError, match="broken JSON"):
        built(card)
    (tmp_path / "car.gltf").write_text('{"nodes": NaN}')
    with pytest.raises(AssetError, match="NaN is no number of JSON"):
        built(card)
    write_car(tmp_path)
    monkeypatch.setattr("scenegen.models.imports.gltf.MAX_TRIANGLES", 40)
    with pytest.raises(AssetError, match="above 40 triangles"):
        built(card)
    monkeypatch.setattr("scenegen.models.imports.accessors.MAX_FILE_BYTES", 1000)
    with pytest.raises(AssetError, match=r"above .* MiB; simplify"):
        built(card)
    assert pieces.MAX_TRIANGLES == 300_000


def test_gltf_with_inline_and_with_neighbouring_bytes_is_the_same(tmp_path: Path) -> None:
    made, models = box_car(), [built(write_car(tmp_path))]
    inline = "data:application/octet-stream;base64," + base64.b64encode(made.bytes).decode()
    (tmp_path / "car bytes.bin").write_bytes(made.bytes)
    for uri in (inline, "car%20bytes.bin"):
        made.json["buffers"] = [{"byteLength": len(made.bytes), "uri": uri}]
        (tmp_path / "car.gltf").write_text(json.dumps(made.json))
        (tmp_path / "box_car.yaml").write_text(CAR_CARD.replace("car.glb", "car.gltf"))
        models.append(built(tmp_path / "box_car.yaml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(tmp_path))
        before = digest("own:box_car")
        (tmp_path / "car bytes.bin").write_bytes(made.bytes + b" ")
        assert digest("own:box_car") != before
    for other in models[1:]:
        np.testing.assert_array_equal(models[0].meshes[0].positions_m, other.meshes[0].positions_m)


@pytest.mark.parametrize(
    ("line", "reason"),
    [("f 1 2 99", "names number 99"), ("f 1 2", "3 to 64 corners"), ("v 1 nan 2", "three finite"),
     ("f 1/x/y 2 3", "names|no corner"),
     ("call evil.obj", "no word of a polygon model"), ("f 0 1 2", "names number 0")],
)  # fmt: skip
def test_a_broken_line_of_an_obj_is_named(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "cube.obj").write_text(CUBE_OBJ + line + "\n")
    (tmp_path / "cube.yaml").write_text("file: cube.obj\nclass: debris\nlicence: own\n")
    with pytest.raises(AssetError, match=f"line 17: .*{reason}" if "names" not in reason else reason):
        built(tmp_path / "cube.yaml")


def mutated(data: bytes, draws: random.Random) -> bytes:
    """Spoil a file in one of the ways that broken exports, cut downloads and ill will have."""
    changed = bytearray(data)
    for _ in range(draws.choice((1, 1, 2, 8))):
        place = draws.randrange(len(changed))
        way = draws.randrange(5)
        if way == 0:
            changed[place] = draws.randrange(256)
        elif way == 1:
            changed[place : place + 4] = struct.pack("<I", draws.choice((0, 1, 2**31, 2**32 - 1, draws.randrange(2**32))))
        elif way == 2:
            del changed[place : place + draws.randrange(1, 64)]
        elif way == 3:
            changed[place:place] = changed[place : place + draws.randrange(1, 64)]
        else:
            digits = [i for i, byte in enumerate(changed) if 48 <= byte <= 57]
            at = draws.choice(digits or [0])
            changed[at : at + 1] = draws.choice((b"-1", b"9999999999", b"1e999", b"null", b"[]", b'"x"', b"0"))
        if not changed:
            return b""
    return bytes(changed)


@pytest.mark.parametrize("kind", ["car.glb", "somebody.glb", "cube.obj", "own.yaml"])
def test_hundreds_of_spoiled_files_give_a_model_or_a_named_error(tmp_path: Path, kind: str) -> None:
    draws = random.Random(kind)
    if kind == "somebody.glb":
        card = write_own(tmp_path, "somebody", box_person(), "person", PERSON_JOINTS)
    elif kind == "cube.obj":
        (tmp_path / kind).write_text(CUBE_OBJ)
        card = tmp_path / "cube.yaml"
        card.write_text("file: cube.obj\nclass: debris\nlicence: own\n")
    else:
        card = write_car(tmp_path, "own")
    path = tmp_path / kind
    whole, refused = path.read_bytes(), 0
    for _ in range(150):
        path.write_bytes(mutated(whole, draws))
        try:
            model = built(card)
        except ScenegenError:
            refused += 1
            continue
        mesh = model.meshes[0]
        assert np.isfinite(mesh.positions_m).all()
        assert np.isfinite(mesh.normals).all()
        assert np.isfinite(model.size_m).all()
    assert refused > 30
