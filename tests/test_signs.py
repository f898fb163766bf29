"""Signs by code: enough of them, each painted, found from what maps call them."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.errors import ScenarioError
from scenegen.models.catalogue import build
from scenegen.models.lettering import letters
from scenegen.models.mesh import ModelSpec
from scenegen.models.sign_faces import sign_face
from scenegen.scenario.actors import Prop
from scenegen.signs import sign_for, sign_kinds, sign_size_m


def test_there_are_at_least_thirty_signs_of_both_conventions() -> None:
    plain = {code.split("_")[0] for code in sign_kinds()}
    assert len(plain) >= 60
    assert sum(code.startswith("mutcd/") for code in plain) >= 15
    assert sum(code.startswith("vienna/") for code in plain) >= 30


@pytest.mark.parametrize("code", sign_kinds())
def test_every_sign_is_painted_within_its_plate_and_no_two_alike(code: str) -> None:
    mesh = sign_face(code, part=1)
    across, up = mesh.positions_m[:, 1], mesh.positions_m[:, 2]
    _, width, height = sign_size_m(code)
    assert np.abs(across).max() == pytest.approx(width / 2, abs=2e-3)
    assert up.max() < height
    front = mesh.normals[mesh.faces[:, 0], 0] > 0.99
    corners = mesh.positions_m[mesh.faces].astype(float)
    turned = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 0]
    assert (turned[front] > -1e-7).all()  # nothing painted is seen from behind
    assert (turned[~front] < 0).all()


def test_no_two_signs_look_alike() -> None:
    faces = {code: sign_face(code, part=1) for code in sign_kinds() if code not in ("vienna/B2", "mutcd/R1-1")}
    looks = {(face.positions_m.tobytes(), face.tint.tobytes()) for face in faces.values()}
    assert len(looks) == len(faces)


def test_maps_name_signs_by_country_type_subtype_and_value() -> None:
    assert sign_for("DE", "274", "-1", 50.0) == "vienna/C14_50"
    assert sign_for("OpenDRIVE", "274", "30") == "vienna/C14_30"
    assert sign_for("DE", "206") == "vienna/B2"
    assert sign_for("US", "R1-1") == "mutcd/R1-1"
    assert sign_for("US", "R2-1", value=25) == "mutcd/R2-1_25"
    assert sign_for("DE", "274", "-1", 33.0) is None
    assert sign_for("DE", "1000001") is None
    assert sign_for("", "vienna/A16") == "vienna/A16"


def test_a_sign_is_a_prop_and_an_unknown_one_is_refused() -> None:
    assert Prop("limit", at=None, kind="vienna/C14_50").kind == "vienna/C14_50"  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match=r"no kind 'vienna/C14_51'.*did you mean"):
        build(ModelSpec("vienna/C14_51"))


def test_letters_keep_their_height_and_unknown_ones_are_refused() -> None:
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789":
        strokes = letters(letter, letter_m=1.0)
        assert strokes[..., 1].max() == pytest.approx(0.5, abs=0.08)
        assert strokes[..., 1].min() == pytest.approx(-0.5, abs=0.08)
    with pytest.raises(ValueError, match="no letter 'ä'"):
        letters("ä", letter_m=1.0)
