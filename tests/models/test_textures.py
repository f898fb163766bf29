"""Texture layers: names, colours, coverage, seamless edges, same bytes twice."""

from __future__ import annotations

import numpy as np
import pytest

from scenegen.models.materials import MATERIALS
from scenegen.models.noise import NoiseSource
from scenegen.models.textures import TEXTURE_SIZE_M, TEXTURES, texture_layers

SIZE_PX = 256


@pytest.fixture(scope="module")
def layers():
    return texture_layers(SIZE_PX)


def linear(srgb):
    s = srgb / 255.0
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)


def test_there_is_a_layer_for_every_name_in_the_material_table(layers):
    assert {m.texture for m in MATERIALS if m.texture} == set(TEXTURES)
    assert set(TEXTURE_SIZE_M) == set(TEXTURES)
    assert all(size > 0 for size in TEXTURE_SIZE_M.values())
    assert layers.shape == (len(TEXTURES), SIZE_PX, SIZE_PX, 4)
    assert layers.dtype == np.uint8


def test_only_alpha_tested_materials_have_coverage(layers):
    see_through = {m.texture for m in MATERIALS if m.alpha_tested}
    for name, layer in zip(TEXTURES, layers, strict=True):
        assert (layer[..., 3].min() < 255) == (name in see_through), name


def test_a_leaf_card_is_empty_at_its_rim_and_half_full_inside(layers):
    alpha = layers[TEXTURES.index("leaf"), ..., 3]
    assert not np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]).any()
    assert 0.35 < (alpha > 127).mean() < 0.75


@pytest.mark.parametrize("name", [n for n in TEXTURES if n != "leaf"])
def test_opposite_edges_continue_each_other(layers, name):
    # The step over the seam may be as large as the largest step inside (a joint), and a quarter more for noise
    layer = layers[TEXTURES.index(name), ..., :3].astype(float)
    for axis in (0, 1):
        steps = np.abs(np.diff(layer, axis=axis)).mean(axis=(1 - axis, 2))
        seam = np.abs(np.take(layer, 0, axis=axis) - np.take(layer, -1, axis=axis)).mean()
        assert seam <= 1.25 * steps.max()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    # Albedo: worn asphalt 0.10 to 0.16, light paving up to 0.3, foliage below 0.1, white render and paint above 0.6
    [("asphalt", 0.10, 0.16), ("slab", 0.15, 0.30), ("grass", 0.04, 0.12), ("hedge", 0.01, 0.08), ("plaster", 0.6, 0.8),
     ("worn", 0.75, 0.95)],
)  # fmt: skip
def test_mean_albedo_is_that_of_the_real_surface(layers, name, low, high):
    assert low < linear(layers[TEXTURES.index(name), ..., :3]).mean() < high


def test_asphalt_is_grainy_and_foliage_is_green(layers):
    asphalt = layers[TEXTURES.index("asphalt"), ..., 0].astype(float)
    assert asphalt.std() > 5  # KITTI's road patches have a high-pass spread of 5 to 12
    for name in ("leaf", "hedge", "far_foliage", "grass"):
        red, green, blue = layers[TEXTURES.index(name), ..., :3].reshape(-1, 3).mean(axis=0)
        assert green > red > blue


def test_roof_tiles_are_darkest_at_their_upper_seam(layers):
    # v runs up the slope and row 0 is v = 0: ten rows of tiles, each ends in the shadow of the next
    rows = layers[TEXTURES.index("roof_tile"), ..., 0].mean(axis=1)
    tile = np.interp((np.arange(200) + 0.5) / 200, (np.arange(SIZE_PX) + 0.5) / SIZE_PX, rows).reshape(10, 20).mean(axis=0)
    assert tile.argmin() >= 18


def test_brick_courses_break_joint_even_over_the_seam(layers):
    # 28 courses on 2 m; the upright joints of a course never stand over those of the next, the last's under the first's
    green = layers[TEXTURES.index("brick"), ..., 1]
    joints = np.stack([green[int((k + 0.58) / 28 * SIZE_PX)] > 120 for k in range(28)])
    assert (joints.sum(axis=1) > 0).all()
    assert not (joints & np.roll(joints, 1, axis=0)).any()


def test_the_same_layers_twice(layers):
    assert texture_layers(SIZE_PX).tobytes() == layers.tobytes()


@pytest.mark.parametrize("size_px", [0, -8, 12])
def test_a_size_that_is_no_multiple_of_8_is_refused(size_px):
    with pytest.raises(ValueError, match="size_px"):
        texture_layers(size_px)


def test_noise_has_unit_spread_only_in_its_band_and_wraps():
    noise = NoiseSource(128, seed=3).band(4, 10)
    assert noise.mean() == pytest.approx(0, abs=1e-5)
    assert noise.std() == pytest.approx(1, abs=1e-4)
    power = np.abs(np.fft.fft2(noise)) ** 2
    cycles = np.hypot(*np.meshgrid(np.fft.fftfreq(128, 1 / 128), np.fft.fftfreq(128, 1 / 128)))
    assert power[(cycles < 3.9) | (cycles > 10.1)].sum() < 1e-6 * power.sum()
    assert not np.array_equal(noise, NoiseSource(128, seed=4).band(4, 10))
