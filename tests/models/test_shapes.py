"""Shape builders: closed, outward, of known volume."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from scenegen.models.materials import MATERIAL
from scenegen.models.shapes import Finish, beam, both_sides, box, disc_fan, lathe, panel, prism, quads, tube

PLAIN = Finish("plain")
SQUARE = [[1.0, -1.0, 0.0], [1.0, 1.0, 0.0], [-1.0, 1.0, 0.0], [-1.0, -1.0, 0.0]]


def solid(mesh):
    merged = trimesh.Trimesh(mesh.positions_m, mesh.faces, process=True, validate=False)
    merged.merge_vertices(merge_tex=True, merge_norm=True)
    return merged


@pytest.mark.parametrize(
    ("mesh", "volume_m3", "share"),
    [
        (box((0, 0, 0), (1, 2, 3), PLAIN), 6.0, 1e-6),
        (beam((0, 0, 1), (0, 3, 5), (0.2, 0.1), PLAIN), 5 * 0.02, 1e-4),
        (prism(SQUARE, (0, 0, 0.5), PLAIN), 2.0, 1e-6),
        # A round section of n corners fills n / 2 sin(2 pi / n) / pi of its circle: 2.6 % less at 16
        (tube([[0, 0, 0], [0, 0, 2]], 0.5, PLAIN, sides=16), np.pi * 0.5, 0.03),
        (lathe([[0, 0], [0.5, 0], [0.5, 2], [0, 2]], PLAIN, sides=16), np.pi * 0.5, 0.03),
        (lathe([[0, 0], [0.6, 0], [0, 1.0]], PLAIN, sides=32), np.pi * 0.36 / 3, 0.02),
    ],
)
def test_a_body_is_closed_outward_and_of_its_volume(mesh, volume_m3, share):
    body = solid(mesh)
    assert body.is_watertight
    assert body.volume == pytest.approx(volume_m3, rel=share)


def test_a_bent_tube_is_closed_and_as_thick_as_asked():
    path = [[0, 0, 0], [0, 0, 1], [0, 1, 2], [1, 1, 2]]
    mesh = tube(path, [0.1, 0.1, 0.05, 0.05], PLAIN, sides=8)
    assert solid(mesh).is_watertight
    assert solid(mesh).volume > 0
    assert mesh.positions_m[:, 2].min() == pytest.approx(0)


def test_a_panel_faces_along_cross_up_and_measures_uv_in_metres():
    mesh = panel((0, 0, 0), (2, 0, 0), (0, 0, 3), PLAIN)
    np.testing.assert_allclose(mesh.normals, np.tile([0, -1, 0], (4, 1)), atol=1e-7)
    np.testing.assert_allclose(mesh.uv.max(axis=0) - mesh.uv.min(axis=0), (2, 3), atol=1e-6)
    assert mesh.uv[np.argmax(mesh.positions_m[:, 2]), 1] == mesh.uv[:, 1].max()


def test_neighbouring_quads_share_one_pattern():
    left, right = panel((0, 0, 0), (1, 0, 0), (0, 0, 1), PLAIN), panel((1, 0, 0), (1, 0, 0), (0, 0, 1), PLAIN)
    np.testing.assert_allclose(left.uv[1], right.uv[0], atol=1e-6)


def test_a_sheet_with_both_sides_is_seen_from_both():
    mesh = both_sides(quads(np.array([SQUARE]), PLAIN))
    assert sorted(mesh.normals[:, 2].tolist()) == [-1.0] * 4 + [1.0] * 4
    assert solid(disc_fan(np.array(SQUARE), PLAIN)).area == pytest.approx(4.0)


def test_finish_goes_to_every_vertex():
    mesh = box((0, 0, 0), (1, 1, 1), Finish("brick", 3, (10, 20, 30), 77))
    assert (mesh.material == MATERIAL["brick"]).all()
    assert (mesh.part == 3).all()
    assert (mesh.tint == [10, 20, 30, 77]).all()


def test_a_misspelt_face_of_a_box_is_refused():
    with pytest.raises(ValueError, match="botom"):
        box((0, 0, 0), (1, 1, 1), PLAIN, without=("botom",))
