"""A sheet of models on a plain road, drawn by the real renderer, each seen from all round.

    python benchmarks/turntable.py hatchback saloon:2 --views 8 -o sheet.png
    python benchmarks/turntable.py person --seeds 0..3 --sun 20      # every kind of a category of the catalogue

Models stand as far away as shows them whole, or `--distance` metres, at the level of detail of that distance; people and
animals walk, `--lamps` lights vehicles (bits of `simulate.clip.LAMP_*`), `--doors` opens them.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from scenegen import seeds
from scenegen.geometry import ByteArray, FloatArray, Pinhole, pose
from scenegen.models import catalogue
from scenegen.models.catalogue import KINDS
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.paints import paint_colour, paints
from scenegen.models.vehicles.doors import DOOR_KINDS
from scenegen.render.renderer import Renderer
from scenegen.roads.build import build_network
from scenegen.scenario.loading import load_scenario
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import CameraScene, Scene
from scenegen.simulate.clip import ANIMAL_MOTION, PERSON_MOTION, VEHICLE_MOTION, Clip, Track
from scenegen.stage.build import build_stage
from scenegen.stage.stage import Stage

EYE_M = 1.65
BEGIN_M = 20.0
"""Where on the road the camera stands."""
PITCH_DEG = 4.0
"""How far the camera looks down."""
FILL = 0.86
"""Share of a tile's width or height that a model fills at most."""
_GAITS = {"person": (0.0, 1.4, 1.4, 0.0, 0.0, 0.0, 0.0), "animal": (0.0, 1.0, 1.2, 0.0, 0.0)}
"""Motion of who walks: phase, stride, speed, stance, run or gait."""
DOOR_RAD = math.radians(62.0)


@dataclass(frozen=True)
class Show:
    """How a sheet is taken: `size_px` of a tile, `views` round the model, `distance_m` (None fills the tile), sun in degrees,
    name of the paint, lamp bits, angle of the doors, height of the eye.
    """

    size_px: tuple[int, int] = (320, 200)
    views: int = 8
    distance_m: float | None = None
    sun_deg: float = 40.0
    azimuth_deg: float = 150.0
    paint: str = "any"
    lamps: int = 0
    doors_rad: float = 0.0
    eye_m: float = EYE_M
    overrides: tuple[tuple[str, str], ...] = ()

    @property
    def lens(self) -> Pinhole:
        """A lens half as long again as the tile is wide."""
        width, height = self.size_px
        return Pinhole.centred(width_px=width, height_px=height, focal_px=1.5 * width)


def specs_of(words: list[str], seeds_wanted: list[int]) -> list[ModelSpec]:
    """Read kinds, `kind:seed`, `kind:seed:option=value`, and categories, which stand for all their kinds."""
    found = []
    for word in words:
        kind, seed, *said = (*word.split(":"), "")[:4] if ":" in word else (word, "")
        options = tuple(sorted((name, value) for name, _, value in (entry.partition("=") for entry in said) if name))
        kinds = [name for name, entry in KINDS.items() if entry.category == kind] or [kind]
        found += [ModelSpec(name, int(s), options) for name in kinds for s in ([seed] if seed else seeds_wanted)]
    for spec in found:
        catalogue.entry(spec.kind)
    return found


def with_doors(spec: ModelSpec) -> ModelSpec:
    """Ask for doors that open where a kind has them."""
    return dataclasses.replace(spec, options=(("doors", 1.0),)) if spec.kind in DOOR_KINDS else spec


def turntable_stage(specs: list[ModelSpec], show: Show) -> Stage:
    """Put models on a road one after the other; frame `row * views + column` shows one side of one of them."""
    scene = _scene(show, frames=len(specs) * show.views)
    network = build_network(scene.road)
    ticks = scene.frames + 2
    x, y, z, heading = network.frame(np.array([BEGIN_M]), np.array([network.lane_centre_t(1)]))[0]
    ego = _track(0, ModelSpec("hatchback"), np.broadcast_to(pose(x, y, z, yaw=heading), (ticks, 4, 4)), ticks)
    tracks = tuple(_turned(row, spec, show, ego.world_from_body[0], ticks) for row, spec in enumerate(specs))
    still = np.full(scene.frames, np.inf)
    return build_stage(Clip(scene, -1, ego, tracks, (), {}, still), network)


def _scene(show: Show, *, frames: int) -> Scene:
    overrides = {"light.sun_elevation": str(show.sun_deg), "light.sun_azimuth": str(show.azimuth_deg)} | dict(show.overrides)
    scene = sample(load_scenario("residential_street"), 0, overrides=overrides)
    lens = show.lens
    camera = CameraScene(lens.width_px, lens.height_px, lens.fx_px, 0.0, 0.0, show.eye_m, PITCH_DEG)
    road = dataclasses.replace(scene.road, surroundings="rural", sidewalk=0.0, parking=0.0, curvature=0.0)
    return dataclasses.replace(
        scene, cameras=(camera,), lidars=(), actors=(), road=road, duration=float(frames), fps=1, substeps=1
    )  # fmt: skip


def _turned(row: int, spec: ModelSpec, show: Show, ego: FloatArray, ticks: int) -> Track:
    """Stand a model ahead of the camera, turned on by a step each frame, there in its own frames only."""
    model = catalogue.build(spec)
    away = show.distance_m or _whole_m(model, show)
    step = 2 * math.pi / show.views
    frames = np.arange(-1, ticks - 1)
    poses = np.stack([ego @ pose(away, 0.0, 0.0, yaw=math.pi + 0.4 + step * frame) for frame in frames])
    track = _track(row + 1, spec, poses, ticks)
    columns = {"vehicle": len(VEHICLE_MOTION), "person": len(PERSON_MOTION), "animal": len(ANIMAL_MOTION)}
    motion = np.zeros((ticks, columns.get(model.rig, 0)))
    if model.rig in _GAITS:
        motion[:] = _GAITS[model.rig]
        motion[:, 0] = 0.13 + frames / show.views
    for column, name in enumerate(VEHICLE_MOTION if model.rig == "vehicle" else ()):
        if "door" in name:
            motion[:, column] = show.doors_rad
        elif name == "speed_m_per_s" and not show.doors_rad:
            motion[:, column] = 8.0  # so that somebody drives it
    drawn = paint_colour(seeds.u01(row, "turntable", 0, "paint"))[1]
    return dataclasses.replace(
        track, rig=model.rig, class_name=model.class_name, size_m=model.size_m, motion=motion,
        lamps=np.full(ticks, show.lamps, np.uint8), present=frames // show.views == row,
        paint_linear=paints().get(show.paint, drawn),
    )  # fmt: skip


def _track(track_id: int, spec: ModelSpec, poses: FloatArray, ticks: int) -> Track:
    return Track(
        track_id, f"model.{track_id}", "background", "static", "car", spec, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), poses,
        np.zeros((ticks, 0)), np.zeros(ticks, np.uint8), np.ones(ticks, np.bool_),
    )  # fmt: skip


def _whole_m(model: Model, show: Show) -> float:
    """Give the distance from which a model is seen whole from every side."""
    length, width, height = model.size_m
    reach, lens = math.hypot(length, width) / 2, show.lens
    across = reach * 2 * lens.fx_px / (FILL * lens.width_px)
    half = math.atan(FILL * lens.height_px / 2 / lens.fy_px)
    foot = show.eye_m / math.tan(half + math.radians(PITCH_DEG))
    top = max(height - show.eye_m, 0.0) / math.tan(half - math.radians(PITCH_DEG))
    return max(across, max(foot, top) + 0.8 * reach)


def take_sheet(specs: list[ModelSpec], show: Show, renderer: Renderer) -> tuple[tuple[ByteArray, ...], ...]:
    """Draw all views, one tuple of pictures (H, W, 3) a model."""
    renderer.load(turntable_stage(specs, show))
    pictures = []
    for frame in range(len(specs) * show.views):
        rgb = renderer.render(frame).rgb
        if rgb is None:
            raise ValueError("the renderer has no look")
        pictures.append(rgb)
    return tuple(tuple(pictures[row * show.views : (row + 1) * show.views]) for row in range(len(specs)))


def sheet_of(specs: list[ModelSpec], rows: tuple[tuple[ByteArray, ...], ...], columns: int) -> Image.Image:
    """Lay the pictures out in so many columns, the first of each model under its name."""
    height, width = rows[0][0].shape[:2]
    tiles = [(spec, j, picture) for spec, row in zip(specs, rows, strict=True) for j, picture in enumerate(row)]
    sheet = Image.new("RGB", (width * columns, height * -(-len(tiles) // columns)))
    pen = ImageDraw.Draw(sheet)
    for place, (spec, j, picture) in enumerate(tiles):
        x, y = place % columns * width, place // columns * height
        sheet.paste(Image.fromarray(picture), (x, y))
        if j == 0:
            pen.text((x + 4, y + 2), f"{spec.kind} {spec.seed}", fill=(255, 255, 255), stroke_width=1, stroke_fill=(0, 0, 0))
    return sheet


def _span(text: str) -> list[int]:
    """Read `3`, `0,2` or `0..3`."""
    first, dots, last = text.partition("..")
    return list(range(int(first), int(last) + 1)) if dots else [int(part) for part in text.split(",")]


def main() -> None:
    """Read the command line, draw, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", help="kinds, kind:seed, or categories such as vehicle")
    parser.add_argument("--seeds", type=_span, default=[0])
    parser.add_argument("--views", type=int, default=8)
    parser.add_argument("--columns", type=int, default=4)
    parser.add_argument("--size", default="320x200", help="of a tile, WxH")
    parser.add_argument("--distance", type=float, default=None, help="metres; default: as near as shows the model whole")
    parser.add_argument("--eye", type=float, default=EYE_M, help="height of the camera, metres")
    parser.add_argument("--sun", type=float, default=40.0, help="elevation, degrees")
    parser.add_argument("--azimuth", type=float, default=150.0)
    parser.add_argument("--paint", default="any")
    parser.add_argument("--lamps", type=int, default=0)
    parser.add_argument("--doors", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="as for scenegen render")
    parser.add_argument("--quality", default="standard", choices=("draft", "standard", "high"))
    parser.add_argument("-o", "--output", type=Path, default=Path("turntable.png"))
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    show = Show(
        (width, height), options.views, options.distance, options.sun, options.azimuth, options.paint, options.lamps,
        DOOR_RAD if options.doors else 0.0, options.eye, tuple(tuple(entry.split("=", 1)) for entry in options.set),
    )  # fmt: skip
    specs = specs_of(options.models, options.seeds)
    if options.doors:
        specs = [with_doors(spec) for spec in specs]
    with Renderer(quality=options.quality) as renderer:
        sheet_of(specs, take_sheet(specs, show, renderer), options.columns).save(options.output)


if __name__ == "__main__":
    main()
