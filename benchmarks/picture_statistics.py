"""Pictures of daylight streets beside four frames of KITTI, by number: brightness, saturation, clipping, contrast, spectrum.

Renders frames of several scenarios with `Camera(look="kitti")` and holds the mean of every number over them against the mean
over the real frames: it may lie no further from it than twice the real frames' own spread (standard deviation of the four).
Where the four are alike the spread counts as 1 % of the number's scale.

The numbers in `KITTI` were taken by this program, with `--measure`, from the pictures 000000, 000001, 000002 and 000008 of
the object benchmark's left colour camera (Geiger, Lenz, Urtasun 2012); the pictures are not here.

    python benchmarks/picture_statistics.py
    python benchmarks/picture_statistics.py --measure folder/*.png
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from report import Figure, say, say_machine
from scenes import scene_of, stage_of
from scipy import ndimage

from scenegen.geometry import ByteArray, FloatArray
from scenegen.render.renderer import Renderer

KITTI: dict[str, tuple[float, float, float, float]] = {
    "brightness, 1 % are below": (4.527, 7.929, 10.712, 6.701),
    "brightness, 5 %": (7.587, 10.505, 13.753, 10.125),
    "brightness, 25 %": (25.374, 27.448, 30.146, 24.626),
    "brightness, median": (65.763, 80.531, 50.551, 54.894),
    "brightness, 75 %": (153.327, 188.532, 108.165, 165.291),
    "brightness, 95 %": (204.716, 255.0, 255.0, 241.545),
    "brightness, 99 %": (255.0, 255.0, 255.0, 255.0),
    "saturation, 25 %": (0.1500, 0.0674, 0.1000, 0.1779),
    "saturation, median": (0.3200, 0.1810, 0.1852, 0.2933),
    "saturation, 75 %": (0.5047, 0.3333, 0.2902, 0.4545),
    "saturation, 95 %": (0.6750, 0.5556, 0.4795, 0.7872),
    "share of white": (0.0147, 0.1460, 0.0868, 0.0239),
    "share with a clipped channel": (0.0458, 0.2328, 0.1119, 0.1106),
    "share of black": (0.0559, 0.0106, 0.0007, 0.0233),
    "contrast in 8x8 px, 25 %": (5.996, 2.400, 1.691, 5.322),
    "contrast in 8x8 px, median": (13.517, 6.495, 5.115, 11.903),
    "contrast in 8x8 px, 90 %": (43.747, 31.819, 30.330, 44.172),
    "high pass": (13.812, 9.605, 9.483, 13.131),
    "slope of the power spectrum": (-2.5459, -2.8231, -2.8110, -2.6040),
    "slope below 0.1 per px": (-1.8640, -2.6869, -2.7437, -2.2359),
    "slope above 0.1 per px": (-3.7171, -3.7430, -3.3823, -3.4686),
}
"""By picture; brightness and contrast in stored steps of 255, saturation and shares 0..1."""

SHOTS = (
    ("residential_street", 0, 8), ("residential_street", 2, 5), ("jaywalk_adult", 0, 8), ("jaywalk_adult", 3, 20),
    ("debris_in_lane", 1, 20), ("broken_down_vehicle", 0, 20),
)  # fmt: skip
"""Scenario, seed and frame of what is rendered; all by day as their own laws draw it."""
LEAST_SPREAD = 0.01
LUMA = np.array([0.299, 0.587, 0.114])


def picture_statistics(rgb: ByteArray) -> dict[str, float]:
    """Give the numbers of `KITTI` for a picture (H, W, 3) uint8.

    Brightness is luma. Contrast is the standard deviation in blocks of 8x8 pixels; high pass what a bell of 1.5 px takes
    away. The spectrum is that of luma under a Hann window, in 13 rings evenly wide in the logarithm of frequency from 0.01
    to 0.45 per px; its slope is the exponent of power over frequency.
    """
    light = rgb.astype(np.float64)
    luma, highest, lowest = light @ LUMA, light.max(axis=2), light.min(axis=2)
    saturation = np.where(highest > 0, (highest - lowest) / np.maximum(highest, 1e-9), 0.0)
    height, width = (side // 8 * 8 for side in luma.shape)
    blocks = luma[:height, :width].reshape(height // 8, 8, width // 8, 8).transpose(0, 2, 1, 3).reshape(-1, 64)
    frequency, power = _rings(luma)
    is_low = frequency < np.log(0.1)
    values = [
        *np.percentile(luma, [1, 5, 25, 50, 75, 95, 99]),
        *np.percentile(saturation, [25, 50, 75, 95]),
        (lowest == 255).mean(), (highest == 255).mean(), (luma < 8).mean(),
        *np.percentile(blocks.std(axis=1), [25, 50, 90]),
        (luma - ndimage.gaussian_filter(luma, 1.5)).std(),
        *(np.polyfit(frequency[rings], power[rings], 1)[0] for rings in (slice(None), is_low, ~is_low)),
    ]  # fmt: skip
    return dict(zip(KITTI, map(float, values), strict=True))


def _rings(luma: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the logarithms of frequency and mean power in rings; frequencies of rings that hold none are left out."""
    height, width = luma.shape
    window = np.hanning(height)[:, None] * np.hanning(width)[None]
    power = np.abs(np.fft.fft2((luma - luma.mean()) * window)) ** 2
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    edges = np.geomspace(0.01, 0.45, 14)
    pairs = [
        (np.log(np.sqrt(low * high)), np.log(max(power[(radius >= low) & (radius < high)].mean(), 1e-12)))
        for low, high in itertools.pairwise(edges)
        if ((radius >= low) & (radius < high)).any()
    ]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])


def compared(found: list[dict[str, float]]) -> list[Figure]:
    """Hold the mean of every number against KITTI's."""
    figures = []
    for name, real in KITTI.items():
        mean, scale = float(np.mean(real)), 255.0 if name.startswith("brightness") else 1.0
        spread = max(float(np.std(real, ddof=1)), LEAST_SPREAD * scale)
        ours = float(np.mean([one[name] for one in found]))
        bound = f"{mean - 2 * spread:.3g} to {mean + 2 * spread:.3g}"
        figures.append(Figure(name, f"{ours:.3g}", bound, abs(ours - mean) <= 2 * spread))
    return figures


def rendered(save: Path | None) -> list[dict[str, float]]:
    """Render the shots and measure them; keep the pictures in a folder if one is given."""
    found = []
    with Renderer(look="raster") as renderer:
        for name, seed, frame in SHOTS:
            _, stage = stage_of(scene_of(name, seed=seed, overrides={"camera.look": "kitti"}))
            renderer.load(stage, labels=[])
            rgb = renderer.render(min(frame, stage.frames - 1)).rgb
            if rgb is None:
                raise ValueError("the look gives no picture")
            found.append(picture_statistics(rgb))
            if save is not None:
                save.mkdir(parents=True, exist_ok=True)
                Image.fromarray(rgb).save(save / f"{name}_{seed}.png")
    return found


def main() -> int:
    """Measure and compare; 1 when a number lies outside."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", nargs="+", type=Path, help="print the numbers of these pictures instead of rendering")
    parser.add_argument("--save", type=Path, help="keep the rendered pictures in this folder")
    options = parser.parse_args()
    if options.measure:
        taken = [picture_statistics(np.array(Image.open(path).convert("RGB"))) for path in options.measure]
        for name in KITTI:
            print(f'    "{name}": ({", ".join(f"{one[name]:.4f}" for one in taken)}),')
        return 0
    say_machine()
    return 0 if say(compared(rendered(options.save)), "mean over frames of daylight scenarios, look kitti") else 1


if __name__ == "__main__":
    sys.exit(main())
