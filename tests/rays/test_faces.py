"""Faces round a bending camera: together they show every pixel's ray, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen import distortion
from scenegen.distortion import BrownConradyScene, KannalaBrandtScene
from scenegen.errors import ScenarioError
from scenegen.geometry import ByteArray, FloatArray, Pinhole, pixel_rays
from scenegen.rays.faces import Faces
from scenegen.stage.stage import StageCamera

BARREL = BrownConradyScene(-0.3, 0.09, 0.0008, -0.0005, 0.0)
LENSES = [
    (Pinhole(200, 120, 150.0, 150.0, 101.0, 57.0), BARREL),
    (Pinhole(160, 160, 62.0, 62.0, 79.5, 79.5), KannalaBrandtScene(-0.01, 0.002, 0.0, 0.0)),
]


def directions_as_colours(rays: FloatArray) -> ByteArray:
    """Paint what is seen in a direction: smooth, and another colour for every direction."""
    unit = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    return np.asarray(127.5 + 127.4 * unit, np.uint8)


@pytest.mark.parametrize(("lens", "bend"), LENSES, ids=["barrel", "fisheye"])
def test_the_assembled_picture_shows_what_lies_along_every_ray(lens: Pinhole, bend: distortion.DistortionScene) -> None:
    faces = Faces(StageCamera("front", lens, lambda frame: np.eye(4), bend))
    seen = [directions_as_colours(pixel_rays(face.lens) @ face.world(0)[:3, :3].T) for face in faces.cameras]
    picture = faces.assemble(seen).astype(int)
    wanted = directions_as_colours(distortion.rays(lens, bend)).astype(int)
    assert np.abs(picture - wanted).max() <= 2  # two roundings
    assert len(faces.cameras) == (1 if bend is BARREL else 5)
    mirrored = faces.assemble([face[:, ::-1] for face in seen]).astype(int)
    assert np.abs(mirrored - wanted).max() > 50


def test_faces_are_no_larger_than_their_rays_need() -> None:
    lens, bend = LENSES[0]
    (face,) = Faces(StageCamera("front", lens, lambda frame: np.eye(4), bend)).cameras
    assert face.name == "front/ahead"
    reach = distortion.rays(lens, bend)
    flat = reach[..., :2] / reach[..., 2:]
    assert face.lens.width_px == pytest.approx(np.ptp(flat[..., 0]) * face.lens.fx_px, abs=8)


def test_a_lens_that_looks_behind_itself_is_refused() -> None:
    lens = Pinhole(300, 300, 75.0, 75.0, 149.5, 149.5)
    with pytest.raises(ScenarioError, match="135 degrees"):
        Faces(StageCamera("dome", lens, lambda frame: np.eye(4), KannalaBrandtScene(0.0, 0.0, 0.0, 0.0)))
