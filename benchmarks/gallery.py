"""Pictures for docs/gallery: one frame of each scenario and of each sky, and a sheet of every family of models.

python benchmarks/gallery.py                        # all of it
python benchmarks/gallery.py --only deer_crossing   # one scenario, sky or family
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import numpy as np
from PIL import Image
from turntable import Show, sheet_of, specs_of, take_sheet

from scenegen.geometry import apply, rigid_inverse
from scenegen.render.renderer import Renderer
from scenegen.roads.build import build_network
from scenegen.scenario.loading import library, load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import Scene
from scenegen.scenario.variants import VARIANTS, under_variant
from scenegen.simulate.clip import Clip, Track
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage, camera_poses

FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
SIZE_PX = (1242, 375)
SAVED_PX = (828, 250)
QUALITY = 78
SEED = 3
SKIES_OF = ("jaywalk_adult", 1)
"""Scenario and seed that are shown under every sky."""
FAMILIES: dict[str, tuple[str, ...]] = {
    "cars": ("hatchback", "saloon", "estate", "suv", "van", "pickup"),
    "large_vehicles": ("box_truck", "semi_trailer", "bus"),
    "two_wheelers": ("motorcycle", "bicycle", "e_scooter"),
    "emergency": ("police_car", "ambulance", "fire_engine"),
    "people": ("man:0", "man:1:clothing=hi_vis", "woman:0", "woman:1", "elderly:0", "child:0"),
    "gear": (
        "woman:0:gear=umbrella",
        "man:1:gear=phone",
        "woman:2:gear=pushchair",
        "man:2:gear=wheelchair",
        "woman:3:gear=dog",
    ),
    "animals": ("animal",),
    "debris": ("debris",),
    "props": ("prop",),
}
VIEWS = 4


def best_frame(clip: Clip) -> int:
    """Give the frame that shows the rare actors largest and not too near the edge; the middle one where there is none."""
    rare = [track for track in clip.tracks if track.role == "rare"]
    shown = np.sum([_share_seen(clip, track) for track in rare], axis=0) if rare else np.zeros(clip.frames)
    return int(np.argmax(shown)) if np.max(shown) > 0 else clip.frames // 2


def _share_seen(clip: Clip, track: Track) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """How large a track is on the picture by frame: its height over its distance, 0 where it is out of view."""
    camera, rows = clip.scene.camera, [clip.row_of(frame) for frame in range(clip.frames)]
    cameras, size = camera_poses(clip), np.zeros(clip.frames)
    for frame, row in enumerate(rows):
        x, _, z = apply(rigid_inverse(cameras[frame + 1]), track.world_from_body[row, None, :3, 3])[0]
        if z > 8.0 and abs(x) * camera.focal < 0.42 * camera.width * z and track.present[row]:
            size[frame] = min(max(track.size_m) * camera.focal / z, 0.7 * camera.height)
    return size


def picture_of(scene: Scene, renderer: Renderer) -> Image.Image:
    """Draw the frame of a scene that shows most."""
    network = build_network(scene.road)
    clip = simulate(scene, network)
    renderer.load(build_stage(clip, network))
    rgb = renderer.render(best_frame(clip)).rgb
    if rgb is None:
        raise ValueError("the renderer has no look")
    return Image.fromarray(rgb)


def _scene(name: str, seed: int) -> Scene:
    scene = sample(load_scenario(name), seed)
    camera = dataclasses.replace(scene.camera, width=SIZE_PX[0], height=SIZE_PX[1])
    return dataclasses.replace(scene, cameras=(camera,), lidars=())


def _save(picture: Image.Image, name: str, size_px: tuple[int, int] | None = SAVED_PX) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    shown = picture if size_px is None else picture.resize(size_px, Image.Resampling.LANCZOS)
    shown.save(FOLDER / f"{name}.jpg", quality=QUALITY, optimize=True)
    print(FOLDER / f"{name}.jpg")


def main() -> None:
    """Read the command line, draw, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", default=[], help="a scenario, sky or family")
    wanted = parser.parse_args().only
    with Renderer() as renderer:
        for name, _ in library():
            if not wanted or name in wanted:
                _save(picture_of(_scene(name, SEED), renderer), name)
        for sky in VARIANTS:
            if not wanted or sky in wanted:
                _save(picture_of(under_variant(_scene(*SKIES_OF), sky), renderer), f"sky_{sky}")
    for family, models in FAMILIES.items():
        if not wanted or family in wanted:
            specs, show = specs_of(list(models), [0]), Show(size_px=(240, 152), views=VIEWS)
            with Renderer() as renderer:
                _save(sheet_of(specs, take_sheet(specs, show, renderer), 2 * VIEWS), f"models_{family}", None)


if __name__ == "__main__":
    main()
